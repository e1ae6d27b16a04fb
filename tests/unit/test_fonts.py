"""The fonts of a book: pinned, whole or absent, and each mark drawn by the right one."""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from banxin import fonts, resources
from banxin.errors import Place, ToolError
from banxin.fonts import catalog
from banxin.fonts.catalog import Face, Family
from banxin.fonts.config import activate
from banxin.fonts.coverage import covered
from banxin.fonts.fetch import fetch

RARE = "\U00020000"
"""A Han character of Extension B that none of our fonts has."""


def quiet(line: str) -> None:
    """Nobody listens."""


def small_font(family: str, characters: str) -> TTFont:
    """A real TrueType font of squares."""
    names = [".notdef", *(f"u{ord(character):X}" for character in characters)]
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(character): f"u{ord(character):X}" for character in characters})
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    return builder.font


def data_of(font: TTFont, flavor: str | None = None) -> bytes:
    """The font as the bytes of a file."""
    font.flavor = flavor
    out = BytesIO()
    font.save(out)
    return out.getvalue()


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache for one test; what the test activates is forgotten after it."""
    for variable in ("FONTCONFIG_FILE", "FONTCONFIG_PATH"):
        monkeypatch.setenv(variable, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    resources.cache_dir.cache_clear()
    covered.cache_clear()
    yield tmp_path / "cache" / "banxin"
    monkeypatch.undo()
    resources.cache_dir.cache_clear()
    covered.cache_clear()


def package(folder: Path, files: dict[str, bytes]) -> str:
    """A package on the disk, as npm would find it in a registry; returns its version."""
    files = {"package.json": b'{"name": "squares", "version": "1.0.0"}', **files}
    path = folder / "squares.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, BytesIO(data))
    return f"file:{path}"


def family(version: str, **face: str) -> Family:
    """A family of one face in two views."""
    one = Face(**{"file": "a/Squares.ttf", "sha256": "", "packed": "", **face}, weight=400, italic=False)
    return Family(
        "Squares", "squares", version, 1, "OFL-1.1", (one,), (("Squares", ((0x4E00, 0x4E00),)), ("Whole", ()))
    )


# ---- the list


def test_every_stack_names_families_of_the_list() -> None:
    for language in fonts.LANGUAGES:
        for role in fonts.ROLES:
            assert set(fonts.stack(role, language)) <= set(catalog.load().families)


def characters_of(stack: tuple[str, ...]) -> set[int]:
    """All that one family or another of a stack draws."""
    found: set[int] = set()
    for name in stack:
        family = catalog.load().families[name]
        face = family.faces[0]
        left_out = {code for first, last in dict(family.views)[name] for code in range(first, last + 1)}
        has = {code for first, last in covered(family.path(face), face.sha256) for code in range(first, last + 1)}
        found |= has - left_out
    return found


@pytest.mark.slow
@pytest.mark.parametrize("language", fonts.LANGUAGES)
def test_what_the_serif_stack_has_every_role_has(language: str) -> None:
    """missing() asks the serif stack: what it promises must hold for headings, for code, in every language."""
    fonts.ensure([language], quiet)
    serif = characters_of(fonts.stack("serif", language))
    assert len(serif) > 30_000
    for role in fonts.ROLES:
        assert serif - characters_of(fonts.stack(role, language)) == set()


def test_files_are_pinned() -> None:
    for each in catalog.load().families.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", each.version)
        assert each.licence == "OFL-1.1"
        assert all(re.fullmatch(r"[0-9a-f]{64}", face.sha256) for face in each.faces)
        assert len({face.name for face in each.faces}) == len(each.faces)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hant-TW"),
        ("zh-Hant", "zh-Hant-TW"),
        ("zh-HK", "zh-Hant-HK"),
        ("zh-Hant-MO", "zh-Hant-HK"),
        ("en-GB", "en"),
        ("fr", "en"),
    ],
)
def test_language_tags(tag: str, language: str) -> None:
    assert catalog.known(tag) == language


# ---- fetching


def test_a_package_becomes_a_folder_for_each_view(own_cache: Path, tmp_path: Path) -> None:
    data = data_of(small_font("Squares", "一二"))
    squares = family(package(tmp_path, {"a/Squares.ttf": data}), sha256=hashlib.sha256(data).hexdigest())
    said: list[str] = []
    fetch([squares], said.append)
    assert [(squares.view_folder(view) / "Squares.ttf").read_bytes() for view, _ in squares.views] == [data, data]
    assert any("Squares" in line for line in said)
    said.clear()
    fetch([squares], said.append)
    assert said == []


def test_woff_is_unpacked_to_the_same_bytes_every_time(own_cache: Path, tmp_path: Path) -> None:
    font = small_font("Squares", "一二三")
    plain = hashlib.sha256(data_of(TTFont(BytesIO(data_of(font)), recalcTimestamp=False))).hexdigest()
    woff = data_of(font, "woff")
    version = package(tmp_path, {"a/Squares.woff": woff})
    squares = family(version, file="a/Squares.woff", packed=hashlib.sha256(woff).hexdigest(), sha256=plain)
    fetch([squares], quiet)
    assert sorted(TTFont(squares.path(squares.faces[0])).getBestCmap()) == [0x4E00, 0x4E09, 0x4E8C]


@pytest.mark.parametrize(
    ("face", "message"),
    [({"sha256": "0" * 64}, "SHA-256 不对"), ({"file": "a/Absent.ttf"}, "包里没有 a/Absent.ttf")],
)
def test_a_wrong_package_leaves_nothing(own_cache: Path, tmp_path: Path, face: dict[str, str], message: str) -> None:
    version = package(tmp_path, {"a/Squares.ttf": data_of(small_font("Squares", "一"))})
    with pytest.raises(ToolError, match=message) as caught:
        fetch([family(version, **face)], quiet)
    assert caught.value.exit_code == 3
    assert [path.name for path in (own_cache / "fonts").iterdir()] == [".lock"]


def test_without_a_network_one_message_says_what_to_do(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")  # nothing listens on the discard port
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(ToolError, match=r"取不到：.*127\.0\.0\.1:9[\s\S]*办法：检查网络") as caught:
        fonts.ensure(["zh-Hans"], quiet)
    assert caught.value.exit_code == 3
    assert [path.name for path in (own_cache / "fonts").iterdir()] == [".lock"]


# ---- coverage


def test_missing_names_what_no_font_has() -> None:
    fonts.ensure(["zh-Hans"], quiet)
    assert fonts.missing(f"书{RARE}里“有”→①⬇\ufe0f😀é\n\u200b\ufeff", "zh-Hans") == {RARE}


def test_a_mark_taken_from_the_latin_face_is_still_covered_by_the_han_face() -> None:
    fonts.ensure(["zh-Hans"], quiet)
    assert fonts.missing("“”‘’—…·《》", "zh-Hans") == set()


# ---- fontconfig


def test_the_fontconfig_file_is_written_once(own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    activate()
    first = next((own_cache / "fontconfig").glob("*/fonts.conf"))
    before = first.stat()
    activate()
    assert first.stat().st_mtime_ns == before.st_mtime_ns
    assert first.stat().st_ino == before.st_ino
    (tmp_path / "fonts").mkdir()
    small_font("Mine", "一").save(tmp_path / "fonts" / "mine.ttf")
    activate(fonts.find(tmp_path, {}, lambda _: Place("book.yaml")))
    assert len(list((own_cache / "fontconfig").glob("*/fonts.conf"))) == 2


SAMPLE = """<html lang="{language}"><meta charset="utf-8"><style>
  p {{ font-family: {han} }} p[lang=en] {{ font-family: {latin} }}</style>
<p>他说，“好’ — … · 《书》A ⬇\ufe0f</p><p lang="en">“It’s — …”</p>"""


def drawn(language: str, role: str, folder: Path) -> dict[str, set[str]]:
    """Which font draws which character of SAMPLE, as the PDF has it: read by pdfminer, written by WeasyPrint."""
    fonts.ensure([language], quiet)
    fonts.activate()
    import weasyprint

    names = [", ".join(f'"{name}"' for name in fonts.stack(role, each)) for each in (language, "en")]
    target = folder / "sample.pdf"
    weasyprint.HTML(string=SAMPLE.format(language=language, han=names[0], latin=names[1])).write_pdf(target)
    return drawn_in(target)


def drawn_in(target: Path) -> dict[str, set[str]]:
    """Which font of a PDF draws which characters."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTChar, LTContainer

    found: dict[str, set[str]] = {}

    def walk(item: object) -> None:
        if isinstance(item, LTChar):
            found.setdefault(item.fontname.partition("+")[2].replace("-", " "), set()).add(item.get_text())
        elif isinstance(item, LTContainer):
            for part in item:
                walk(part)

    for page in extract_pages(target):
        walk(page)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "role", "han", "latin"),
    [
        ("zh-Hans", "serif", "Noto Serif SC", "EB Garamond"),
        ("zh-Hans", "sans", "Noto Sans SC", "Source Sans"),
        ("zh-Hant-TW", "serif", "Noto Serif TC", "EB Garamond"),
        ("zh-Hant-HK", "mono", "Noto Sans HK", "Source Code Pro"),
    ],
)
def test_chinese_marks_come_from_the_han_face_and_latin_marks_from_the_latin_one(
    language: str, role: str, han: str, latin: str, tmp_path: Path
) -> None:
    found = drawn(language, role, tmp_path)
    assert set("“’—…《》他") <= found[han]
    assert "A" in found[latin]
    assert not set("“’—…《》") & found[latin]
    assert set("“”’—…It") <= found[f"{latin} Latin"]
    assert "⬇" in found["Noto Emoji"]


@pytest.mark.slow
def test_kai_borrows_the_quotation_marks_and_in_taiwan_the_centred_stops(tmp_path: Path) -> None:
    mainland = drawn("zh-Hans", "kai", tmp_path)
    assert set("“’") <= mainland["Noto Serif SC"]
    assert set("他—…《》") <= mainland["LXGW WenKai"]
    assert "，" in mainland["LXGW WenKai"]
    taiwan = drawn("zh-Hant-TW", "kai", tmp_path)
    assert set("，“’") <= taiwan["Noto Serif TC"]
    assert set("他—…《》") <= taiwan["LXGW WenKai Hant"]


@pytest.mark.slow
def test_the_files_in_the_cache_are_those_of_the_list() -> None:
    fonts.ensure(fonts.LANGUAGES, quiet)
    assert fonts.damaged(fonts.LANGUAGES) == []
