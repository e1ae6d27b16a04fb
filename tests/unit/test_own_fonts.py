"""`fonts:` of book.yaml: the author's files and choices reach the page, and what is wrong with them is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from banxin import build, fonts
from banxin.errors import BanxinError, ConfigError, Place
from tests.unit.test_fonts import RARE, drawn_in, small_font

BOOK = "title: 书\nlayout: novel\nfonts:\n{fonts}\nchapters: [a.md]\n"
LATIN = "ABCfont“”—…"


def place_of(role: str) -> Place:
    return Place("book.yaml", fonts.ROLES.index(role) + 1)


def find(root: Path, **wanted: str | list[str]) -> fonts.Own:
    return fonts.find(
        root, {role: [names] if isinstance(names, str) else names for role, names in wanted.items()}, place_of
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A book's folder with three fonts: a FangSong, a rare character, a Latin one."""
    folder = tmp_path / "book" / "fonts"
    folder.mkdir(parents=True)
    small_font("My FangSong", "他说好").save(folder / "fs.ttf")
    small_font("Rare Squares", RARE).save(folder / "rare.otf")
    small_font("Noto Serif SC", LATIN).save(folder / "latin.ttf")
    (folder / "OFL.txt").write_text("a licence, no font")
    return folder.parent


@pytest.fixture(scope="module", autouse=True)
def pinned() -> None:
    fonts.ensure(["zh-Hans", "en"], lambda _: None)


@pytest.mark.parametrize("name", ["fonts/fs.ttf", "fs.ttf", "My FangSong", "my fangsong"])
def test_a_file_or_a_family_may_be_named(name: str, root: Path) -> None:
    assert find(root, fangsong=name).roles == {"fangsong": ("My FangSong Own",)}


def test_a_han_family_stands_after_the_latin_one(root: Path) -> None:
    own = find(root, fangsong="fs.ttf")
    assert fonts.stack("fangsong", "zh-Hans", own)[:3] == ("EB Garamond", "My FangSong Own", "LXGW WenKai")
    assert fonts.stack("serif", "zh-Hans", own)[:2] == fonts.stack("serif", "zh-Hans")[:2]


def test_a_latin_family_stands_first_and_has_its_own_marks_in_english_only(root: Path) -> None:
    own = find(root, serif=["latin.ttf", "fs.ttf"])
    chinese, english = (fonts.stack("serif", language, own) for language in ("zh-Hans", "en"))
    assert chinese[:3] == ("Noto Serif SC Own", "EB Garamond", "My FangSong Own")
    assert english[:3] == ("Noto Serif SC Own Latin", "EB Garamond Latin", "My FangSong Own")


def test_a_pinned_family_may_take_another_role(root: Path) -> None:
    own = find(root, serif="LXGW WenKai", kai="Noto Sans TC")
    assert fonts.stack("serif", "zh-Hans", own)[:3] == ("EB Garamond", "LXGW WenKai", "Noto Serif SC")
    assert own.pinned == {"LXGW WenKai", "Noto Sans TC"}


def test_every_stack_ends_in_what_the_book_brings(root: Path) -> None:
    own = find(root, fangsong="fs.ttf")
    for role in fonts.ROLES:
        assert {"My FangSong Own", "Rare Squares Own"} <= set(fonts.stack(role, "zh-Hans", own))
    assert fonts.missing(RARE, "zh-Hans", own.files) == set()
    assert fonts.missing(RARE, "zh-Hans") == {RARE}


def test_names_mean_nothing_in_css_or_pdf_and_differ(root: Path) -> None:
    for n, name in enumerate(('X", y; } @import (z) /Q', "方正书宋", "方正楷体")):
        small_font(name, "甲").save(root / "fonts" / f"x{n}.ttf")
    names = [family.name for family in find(root).families]
    assert set(names) >= {"X y  import z Q Own", "Own", "Own2"}
    assert len(set(names)) == len(names) == 6


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fonts/fz.ttf", "找不到字体文件 fonts/fz.ttf（fonts.kai）"),
        ("My FongSang", "找不到字体 My FongSang（fonts.kai）"),
        ("fonts/broken.ttf", "broken.ttf 不是字体，或者坏了"),
        ("fonts/web.woff2", "不能用这种字体文件：fonts/web.woff2"),
        ("../secret.ttf", "字体 secret.ttf 在书的文件夹之外"),
        ("fonts/link.ttf", "字体 link.ttf 在书的文件夹之外"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(name: str, message: str, root: Path) -> None:
    small_font("Secret", "密").save(root.parent / "secret.ttf")
    if "link" in name:
        (root / "fonts" / "link.ttf").symlink_to(root.parent / "secret.ttf")
    elif "broken" in name:
        (root / "fonts" / "broken.ttf").write_bytes(b"\0\1\0\0" * 400)
    elif "web" in name:
        (root / "fonts" / "web.woff2").write_bytes(b"wOF2")
    with pytest.raises(ConfigError) as caught:
        find(root, kai=name)
    messages = [problem.message for problem in caught.value.problems]
    assert message in messages
    assert all(problem.hint for problem in caught.value.problems)
    assert any(str(problem.place) in ("book.yaml:3", f"{name}") for problem in caught.value.problems)


def test_a_wrong_name_is_guessed(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"是不是 My FangSong？"):
        find(root, kai="My FongSang")
    with pytest.raises(ConfigError, match=r"是不是 fonts/fs.ttf？"):
        find(root, kai="fonts/fz.ttf")


def test_the_cache_follows_the_file_not_its_name(root: Path) -> None:
    first = find(root).families
    assert find(root).families == first
    small_font("My FangSong", "他说不").save(root / "fonts" / "fs.ttf")
    changed = find(root)
    assert changed.families != first
    assert fonts.missing("不", "zh-Hans", changed.files) == set()


def write(root: Path, spec: str, text: str) -> build.Order:
    (root / "book.yaml").write_text(BOOK.format(fonts=spec), "utf-8")
    (root / "a.md").write_text(text, "utf-8")
    return build.Order(root, formats=("pdf",), out=root.parent / "out", jobs=1)


@pytest.mark.slow
def test_the_pdf_has_the_authors_fonts(root: Path) -> None:
    order = write(
        root, "  serif: [latin.ttf, fonts/fs.ttf]", f"# 甲\n\n他说“好”，ABC—…再{RARE}见。[“font”]{{lang=en}}\n"
    )
    (pdf,) = build.build(order).written
    found = drawn_in(pdf)
    assert found["My FangSong Own"] >= set("他说好")
    assert found["Noto Serif SC Own"] >= set("ABC")
    assert not found["Noto Serif SC Own"] & set("“”—…"), "Chinese marks are not the Latin family's"
    assert found["Noto Serif SC Own Latin"] >= set("“font”")
    assert found["Rare Squares Own"] == {RARE}
    assert set("“”再见") <= found["Noto Serif SC"]


@pytest.mark.slow
def test_a_missing_family_stops_the_build_at_its_line(root: Path) -> None:
    with pytest.raises(BanxinError) as caught:
        build.build(write(root, "  sans: 没有的字体", "# 甲\n\n乙。\n"))
    (problem,) = caught.value.problems
    assert (str(problem.place), caught.value.exit_code) == ("book.yaml:4", 2)
    assert "没有的字体" in problem.message
    assert "fonts/" in problem.hint
