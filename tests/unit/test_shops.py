"""What shops would refuse: one defect a rule, found by that rule alone; and our own books, which they would take."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image as Pillow

from banxin import build, cli, starter
from banxin.book import Artifact, Image, Matter
from banxin.errors import Level
from banxin.render import epub
from banxin.shops import ALL, Shop, verdict, wanted
from banxin.shops.parcel import Parcel
from banxin.shops.rules import NAMES, RULES
from tests.conftest import BUILT, Built
from tests.readers import sample

pytestmark = pytest.mark.slow

GB = 10**9
PHOTO = "images/photo.png"
KEY = "pictures/photo.png"


def picture(
    size: tuple[int, int] = (40, 30), mode: str = "RGB", kind: str = "PNG", frames: int = 1, weight: int = 0
) -> bytes:
    """A plain picture; its file is as large as is asked for, by what follows its end."""
    out = io.BytesIO()
    image = Pillow.new(mode, size)
    more = [Pillow.new(mode, size, 80 * n) for n in range(1, frames)]
    image.save(out, kind, **({"save_all": True, "append_images": more} if more else {}))
    return out.getvalue() + b"\0" * max(0, weight - len(out.getvalue()))


@pytest.fixture(scope="module")
def good() -> dict[str, bytes]:
    """The files of an EPUB that no shop has a word to say about."""
    photo = Image(KEY, "image/png", picture(), 40, 30)
    body = f'{sample.AFTER.body}<p><img src="image:{KEY}" alt="图" /></p>'
    page = replace(sample.AFTER, matter=Matter.BODY, body=body)
    press = replace(sample.press(pages=(page,)), note_pictures=True)
    press = replace(press, book=replace(press.book, images={KEY: photo}))
    (artifact,) = epub.render(press)
    with zipfile.ZipFile(io.BytesIO(artifact.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], name: str = "book.epub") -> Artifact:
    return Artifact(name, epub.pack(files, 1_770_163_200))


def broken(parcel: Parcel, shop: Shop) -> set[str]:
    return {rule.code for rule in RULES if rule.shop is shop and list(rule.look(parcel))}


# Defects --------------------------------------------------------------------------------------------------------------

Files = dict[str, bytes]


@dataclass(frozen=True)
class Defect:
    """What makes a good book break a rule."""

    spoil: Callable[[Files], None] = lambda _: None
    bytes: int = 0
    """Of the archive, where it is too large to make."""
    besides: tuple[str, ...] = ()
    """Rules of the same shop that such a book breaks as well."""


def edit(pattern: str, old: str, new: str) -> Callable[[Files], None]:
    """Change the text of the files whose names match."""

    def spoil(files: Files) -> None:
        names = [name for name in files if re.search(pattern, name)]
        assert names
        before = {name: files[name] for name in names}
        files.update({name: re.sub(old, new, data.decode()).encode() for name, data in before.items()})
        assert before != {name: files[name] for name in names}, "nothing was changed"

    return spoil


def photo(data: bytes, media_type: str = "image/png") -> Callable[[Files], None]:
    """Another picture in the text."""

    def spoil(files: Files) -> None:
        (name,) = (name for name in files if "photo" in name)
        files[name] = data
        _retype(files, name.removeprefix("EPUB/"), "image/png", media_type)

    return spoil


def front(data: bytes, media_type: str = "image/jpeg") -> Callable[[Files], None]:
    """Another cover."""

    def spoil(files: Files) -> None:
        files["EPUB/cover.jpg"] = data
        _retype(files, "cover.jpg", "image/jpeg", media_type)

    return spoil


def _retype(files: Files, path: str, old: str, new: str) -> None:
    if old != new:
        edit("opf", f'(href="{path}" media-type=)"{old}"', rf'\1"{new}"')(files)


def cover(*size: int, kind: str = "JPEG", weight: int = 0) -> Callable[[Files], None]:
    return front(picture(size, kind=kind, weight=weight), f"image/{kind.lower()}")  # type: ignore[arg-type]


def added(path: str, data: bytes, media_type: str) -> Callable[[Files], None]:
    """One more file in the manifest."""

    def spoil(files: Files) -> None:
        files[f"EPUB/{path}"] = data
        edit("opf", "</manifest>", f'<item id="more" href="{path}" media-type="{media_type}"/></manifest>')(files)

    return spoil


def css(more: str) -> Callable[[Files], None]:
    """More in the style sheet."""
    return edit(r"css/book\.css", r"\Z", f"\n{more}\n")


def both(*spoils: Callable[[Files], None]) -> Callable[[Files], None]:
    def spoil(files: Files) -> None:
        for each in spoils:
            each(files)

    return spoil


TEXT = r"text/after\.xhtml"
SCRIPT = edit(TEXT, "</body>", "<script>1</script></body>")
CMYK = photo(picture(mode="CMYK", kind="JPEG"), "image/jpeg")
CLEAR = photo(picture(mode="RGBA"))
MOVING = photo(picture(mode="L", kind="GIF", frames=3), "image/gif")
WEBP = photo(picture(kind="WEBP"), "image/webp")
WOFF2 = added("fonts/a.woff2", b"", "font/woff2")
SAID = edit("opf", "</metadata>", '<meta property="ibooks:specified-fonts">true</meta></metadata>')
NO_COVER = edit("opf", ' properties="cover-image"', "")
NO_PICTURE_NOTES = edit(TEXT, 'class="noteref duokan-footnote"', 'class="noteref"')
WIDE = edit(TEXT, "</section>", "<table><tr><td/><td/><td/><td/><td/></tr></table></section>")
HAN = added("images/%E5%9B%BE.png", b"", "image/png")
BIG_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4000px" height="100%"/>'


def named_in_han(files: Files) -> None:
    files["EPUB/图.txt"] = b""


def encrypted(files: Files) -> None:
    files["META-INF/encryption.xml"] = b"<encryption/>"


def deep(levels: int) -> Callable[[Files], None]:
    nested = "".join("<ol><li>一" for _ in range(levels)) + "</li></ol>" * levels
    return edit("nav", r'(?s)(epub:type="toc".*?</h1>).*?</nav>', rf"\1{nested}</nav>")


NO_CONTENTS = both(edit("nav", 'epub:type="toc"', ""), edit("opf", "application/x-dtbncx.xml", "text/xml"))

DEFECTS = {
    "apple-cover-size": Defect(cover(1300, 2000)),
    "apple-cover-format": Defect(cover(1600, 2400, kind="GIF"), besides=("apple-image-format",)),
    "apple-image-format": Defect(WEBP),
    "apple-image-cmyk": Defect(CMYK),
    "apple-image-pixels": Defect(photo(picture((2400, 2400), "L"))),
    "apple-font-format": Defect(both(WOFF2, SAID)),
    "apple-fonts-unsaid": Defect(added("fonts/a.ttf", b"", "font/ttf")),
    "apple-file-size": Defect(bytes=2 * GB + 1),
    "kindle-cover-size": Defect(cover(600, 960), besides=("kindle-cover-small",)),
    "kindle-cover-small": Defect(cover(1400, 2100)),
    "kindle-cover-pixels": Defect(cover(2000, 10_001)),
    "kindle-cover-bytes": Defect(cover(1800, 2700, weight=51 * 10**6)),
    "kindle-cover-format": Defect(cover(1800, 2700, kind="PNG")),
    "kindle-image-cmyk": Defect(CMYK),
    "kindle-image-format": Defect(WEBP),
    "kindle-image-animated": Defect(MOVING),
    "kindle-image-transparent": Defect(CLEAR),
    "kindle-font-format": Defect(WOFF2),
    "kindle-script": Defect(SCRIPT),
    "kindle-contents": Defect(NO_CONTENTS),
    "kindle-contents-depth": Defect(deep(3)),
    "kindle-facts": Defect(edit("opf", "<dc:description>.*?</dc:description>", "")),
    "kindle-encrypted": Defect(encrypted),
    "kindle-file-size": Defect(bytes=651 * 10**6),
    "google-cover": Defect(NO_COVER),
    "google-cover-size": Defect(cover(600, 900)),
    "google-cover-pixels": Defect(cover(1000, 7201)),
    "google-image-format": Defect(WEBP),
    "google-image-animated": Defect(MOVING),
    "google-svg-size": Defect(photo(BIG_SVG, "image/svg+xml")),
    "google-file-size": Defect(bytes=2 * GB),
    "kobo-cover": Defect(NO_COVER),
    "kobo-cover-format": Defect(cover(900, 1200, kind="GIF")),
    "kobo-cover-bytes": Defect(cover(1800, 2700, weight=3_000_001)),
    "kobo-cover-page": Defect(edit("cover.xhtml", "</section>", "<p>书名</p></section>")),
    "kobo-image-cmyk": Defect(CMYK),
    "kobo-image-bytes": Defect(photo(picture(weight=5_000_001))),
    "kobo-image-transparent": Defect(CLEAR),
    "kobo-document-bytes": Defect(edit(TEXT, "</body>", "<p>" + "字" * 3_400_000 + "</p></body>")),
    "kobo-file-size": Defect(bytes=GB + 1),
    "kobo-file-names": Defect(named_in_han),
    "kobo-font-format": Defect(WOFF2),
    "kobo-script": Defect(SCRIPT),
    "kobo-contents-depth": Defect(deep(4)),
    "kobo-table": Defect(WIDE),
    "kobo-style-functions": Defect(css("p { max-width: min(9em, 30vw) }")),
    "kobo-style-sizes": Defect(css("p { font-size: 90% }")),
    "kobo-style-div": Defect(css("div { font-weight: bold }")),
    "kobo-style-background": Defect(css("p { background: url(a.png) }")),
    "kobo-isbn": Defect(edit("opf", '<dc:identifier id="isbn">.*?</dc:identifier>', "")),
    "readmoo-image-format": Defect(WEBP),
    "readmoo-image-cmyk": Defect(CMYK),
    "readmoo-identifier": Defect(edit("opf", "urn:uuid:[^<]+", "book 1")),
    "readmoo-file-names": Defect(named_in_han),
    "readmoo-anchors": Defect(edit(TEXT, "</section>", '<p id="第一节"/></section>')),
    "readmoo-script": Defect(SCRIPT),
    "readmoo-math": Defect(edit(TEXT, "</section>", '<math xmlns="http://www.w3.org/1998/Math/MathML"/></section>')),
    "readmoo-creators": Defect(edit("opf", "<dc:language>", "<dc:creator>某</dc:creator><dc:language>")),
    "readmoo-guide": Defect(edit("opf", "</package>", "<guide/></package>")),
    "readmoo-vertical-forms": Defect(edit(TEXT, "</section>", "<p>\ufe41字\ufe42</p></section>")),
    "readmoo-ellipsis": Defect(edit(TEXT, "</section>", "<p>字\u22ef\u22ef</p></section>")),
    "duokan-cover-ratio": Defect(cover(900, 1600)),
    "duokan-notes": Defect(NO_PICTURE_NOTES),
    "duokan-note-lists": Defect(edit(TEXT, 'ol class="duokan-footnote-content"', "ol")),
    "duokan-fonts": Defect(edit("css", "DK-", "")),
    "duokan-video": Defect(edit(TEXT, "</section>", '<video controls="controls"/></section>')),
    "weread-notes": Defect(NO_PICTURE_NOTES),
}


def test_every_rule_has_its_defect_and_its_source() -> None:
    assert list(DEFECTS) == [rule.code for rule in RULES]
    assert all(re.match(r"https://[\w.-]+/", rule.source) for rule in RULES)
    assert all(rule.hint.endswith("。") for rule in RULES)
    assert set(NAMES) == set(Shop) == {rule.shop for rule in RULES}


@pytest.mark.parametrize("shop", Shop)
def test_no_shop_has_a_word_to_say_of_a_good_book(good: Files, shop: Shop) -> None:
    assert broken(Parcel.of(packed(good)), shop) == set()


@pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
def test_a_defect_is_found_by_its_rule_alone(good: Files, rule: object) -> None:
    code, shop = rule.code, rule.shop  # type: ignore[attr-defined]
    defect, files = DEFECTS[code], dict(good)
    defect.spoil(files)
    parcel = Parcel.of(packed(files))
    if defect.bytes:
        parcel = replace(parcel, bytes=defect.bytes)
    assert broken(parcel, shop) == {code, *defect.besides}


def test_an_isbn_in_the_name_of_the_file_will_do(good: Files) -> None:
    files = dict(good)
    DEFECTS["kobo-isbn"].spoil(files)
    assert broken(Parcel.of(packed(files, "9787300000002.epub")), Shop.KOBO) == set()


# Books ----------------------------------------------------------------------------------------------------------------


def test_problems_name_the_shop_the_files_the_rule_and_what_to_do(good: Files) -> None:
    files = dict(good)
    both(SCRIPT, cover(1300, 2000))(files)
    refused, changed = verdict.problems([packed(files)], [Shop.APPLE, Shop.KOBO], validated=False)
    assert str(refused) == (
        "book.epub: 错误：Apple Books 会拒收：封面是 1300 × 2000 像素，短边至少 1400（cover.jpg） [apple-cover-size]\n"
        "  办法：在 book.yaml 的 cover: 里换一张；不写 cover:，版式会画一张各家都收的。"
    )
    assert (refused.level, changed.level) == (Level.ERROR, Level.NOTE)
    assert "在 Kobo 上：有脚本（text/after.xhtml） [kobo-script]" in str(changed)


def test_what_the_validator_finds_is_told_once_for_all_who_ask_it(good: Files) -> None:
    files = dict(good)
    edit(TEXT, "</h1>", "")(files)
    found = [each for each in verdict.problems([packed(files)], list(Shop)) if "[epubcheck]" in each.message]
    assert found
    assert all(each.message.startswith("Kobo、Readmoo 读墨会拒收：epubcheck ") for each in found)
    assert len({each.message for each in found}) == len(found)


def test_which_shops_are_meant() -> None:
    assert wanted([], [Shop.KOBO]) == (Shop.KOBO,)
    assert wanted(["apple", "apple"], [Shop.KOBO]) == (Shop.APPLE,)
    assert wanted(["apple", ALL]) == tuple(Shop)


@pytest.mark.parametrize("name", BUILT)
def test_every_shop_would_take_our_books(built: Callable[[str], Built], name: str) -> None:
    made = built(name)
    artifacts = [Artifact(path.name, path.read_bytes()) for path in map(made.epub, made.editions)]
    found = list(verdict.problems(artifacts, list(Shop), validated=False))
    assert [str(problem) for problem in found if problem.level is not Level.NOTE] == []
    assert not [
        one for one in found if any(f"{code}]" in one.message for code in ("-anchors", "-file-names", "-fonts-unsaid"))
    ]


def book(root: Path, settings: str = "") -> Path:
    """The starter's book, with a picture that is too small for a cover, and more settings."""
    folder = root / "book"
    starter.start(folder)
    (folder / "cover.png").write_bytes(picture((300, 400)))
    with (folder / "book.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\n{settings}\n")
    return folder


def test_the_starter_is_taken_by_every_shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(book(tmp_path)), "--shop", "all"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("没有错误，")
    assert "错误" not in said.err
    assert "提示：在 Kindle 上：" in said.err


def test_check_tells_what_the_shops_of_the_book_would_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = book(tmp_path, "cover: cover.png\nshops: [apple, google]")
    assert cli.main(["check", str(folder), "--quiet"]) == 1
    said = capsys.readouterr().err
    assert "[apple-cover-size]" in said
    assert "[google-cover-size]" in said
    assert "kobo" not in said
    assert cli.main(["check", str(folder), "--quiet", "--shop", "duokan"]) == 0
    assert "[duokan-notes]" in capsys.readouterr().err


def test_a_build_warns_and_a_strict_one_stops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = book(tmp_path, "cover: cover.png\nshops: [apple]"), tmp_path / "out"
    order = ["build", str(folder), "-f", "epub", "-o", str(out), "--quiet"]
    assert cli.main(order) == 0
    assert "警告：Apple Books 会拒收：封面是 300 × 400 像素" in capsys.readouterr().err
    (epub_file,) = out.glob("*.epub")
    epub_file.unlink()
    assert cli.main([*order, "--strict"]) == 1
    assert "错误：Apple Books 会拒收" in capsys.readouterr().err
    assert not list(out.glob("*.epub"))


def test_a_note_does_not_stop_a_strict_build(tmp_path: Path) -> None:
    order = build.Order(book(tmp_path, "shops: [kindle]"), ("epub",), out=tmp_path / "out", strict=True)
    result = build.build(order)
    assert {problem.level for problem in result.problems} == {Level.NOTE}


def test_a_shop_that_nobody_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(book(tmp_path, "shops: [amazon]"))]) == 2
    assert "shops.0 不能是 amazon" in capsys.readouterr().err
