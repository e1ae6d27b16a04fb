"""A book that was built before is built again after any edit: the same bytes, and the same problems, as from nothing.

Edits come from hypothesis, one after another on one small book; what is kept is never emptied between them, so that
every build has all that earlier books and edits left to mistake for its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banxin import build, cache, fonts, watching
from banxin.errors import BanxinError
from tests.conftest import PATIENCE, ROOT, SAMPLES
from tests.unit.test_fonts import RARE, data_of, small_font

Files = dict[str, list[str]]
"""A book: the blocks of each file, between blank lines."""

PIECES = (
    "平常的一段，头发长了，里面有干净的后面。",
    "另一段话：“他说‘好’。”……",
    'ASCII "quotes" 与 Latin 字--母...',
    "有注的一段。[^1]又见[甲](a.md)。\n\n[^1]: 注，见@fig-x。",
    "见@fig-x、@tbl-t和@ch-b。",
    "## 一个小节",
    "## 又一节 {.unnumbered}",
    "- 一\n- 二\n  - 三",
    "> 引文\n> 两行",
    "```python\nx = 1\n```",
    "$$x^2 + 1$$",
    "| 甲 | 乙 |\n|---|---|\n| 1 | [打印机]{zh-Hant-TW=\"印表機\"} |",
    "![图](x.svg)",
    "![没有的图](none.png)",
    "::: {.noconv}\n干燥\n:::",
    "一个没有字体的字：" + RARE,
    "# 又一章",
    'lone " quote',
)  # fmt: skip
CONFIG = (
    "numbering: {sections: true}",
    "notes: {place: foot, numbering: book}",
    "typeset: {quotes: corner}",
    "subtitle: 副题",
    "page: {size: 9pt}",
    "toc: {depth: 1}",
    "language: zh-Hans",
    "fonts: {fangsong: own.ttf}",
    "options: {cover: false}",
)
STYLE = ("p { color: #010203 }", "h1 { margin-top: 3pt }", "p { text-indent: 0 }")
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="9"><rect width="9" height="{0}"/></svg>'
FIRST: Files = {
    "a.md": ["# 甲", *PIECES[:4], "![图](x.svg){#fig-x}"],
    "b.md": ["# 乙", PIECES[4], ": 表 {#tbl-t}\n\n| 甲 |\n|---|\n| 1 |", PIECES[0], PIECES[3]],
    "c.md": ["---\ntitle: 丙\n---", PIECES[0], PIECES[7]],
    "chapters": ["a.md", "b.md", "c.md"],
    "config": [],
    "layouts/mine/theme.css.j2": ['{% include "novel/theme.css.j2" %}'],
    "x.svg": [PICTURE.format(9)],
    "font": ["一见"],
}
TEXTS = ("a.md", "b.md", "c.md")

Edit = tuple[str, int, int, int]


def _insert(book: Files, where: int, at: int, what: int) -> None:
    blocks = book[_text(book, where)]
    blocks.insert(1 + at % len(blocks), PIECES[what % len(PIECES)])


def _delete(book: Files, where: int, at: int, _: int) -> None:
    blocks = book[_text(book, where)]
    if len(blocks) > 2:
        del blocks[1 + at % (len(blocks) - 1)]


def _move(book: Files, where: int, at: int, there: int) -> None:
    blocks = book[_text(book, where)]
    if len(blocks) > 2:
        _insert_at = book[_text(book, there)]
        _insert_at.insert(1 + there % len(_insert_at), blocks.pop(1 + at % (len(blocks) - 1)))


def _change(book: Files, where: int, at: int, what: int) -> None:
    blocks = book[_text(book, where)]
    at = 1 + at % (len(blocks) - 1)
    old = blocks[at]
    blocks[at] = old.replace("一", f"一{what}", 1) if "一" in old else f"{old}\n\n加上{what}。"


def _rename(book: Files, where: int, at: int, what: int) -> None:
    """A file by another name."""
    old = _text(book, where)
    new = f"{old[0]}{what % 3}.md"
    if new not in book:
        book[new] = book.pop(old)
        book["chapters"][book["chapters"].index(old)] = new


def _order(book: Files, where: int, at: int, what: int) -> None:
    names = book["chapters"]
    names.insert(at % len(names), names.pop(where % len(names)))


def _configure(book: Files, where: int, at: int, what: int) -> None:
    _toggle(book["config"], CONFIG[what % len(CONFIG)])


def _restyle(book: Files, where: int, at: int, what: int) -> None:
    _toggle(book["layouts/mine/theme.css.j2"], STYLE[what % len(STYLE)])


def _redraw(book: Files, where: int, at: int, what: int) -> None:
    book["x.svg"] = [PICTURE.format(9 + what % 3)]


def _recast(book: Files, where: int, at: int, what: int) -> None:
    book["font"] = ["一见" + "甲乙丙"[what % 3]]


def _toggle(lines: list[str], line: str) -> None:
    if line in lines:
        lines.remove(line)
    else:
        lines.append(line)


def _text(book: Files, where: int) -> str:
    return book["chapters"][where % len(book["chapters"])]


EDITS: dict[str, Callable[[Files, int, int, int], None]] = {
    "insert": _insert,
    "delete": _delete,
    "move": _move,
    "change": _change,
    "rename": _rename,
    "order": _order,
    "configure": _configure,
    "restyle": _restyle,
    "redraw": _redraw,
    "recast": _recast,
}
NUMBER = st.integers(0, 99)
CHANGES = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), NUMBER, NUMBER, NUMBER), min_size=1, max_size=4)


def write(book: Files, root: Path) -> None:
    """The book on the disk, and nothing else there."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "layouts" / "mine").mkdir(parents=True)
    (root / "fonts").mkdir()
    (root / "layouts" / "mine" / "layout.yaml").write_text("extends: novel\n", "utf-8")
    (root / "fonts" / "own.ttf").write_bytes(data_of(small_font("Own", book["font"][0])))
    listed = "".join(f"  - {name}\n" for name in book["chapters"])
    layout = "mine" if book["layouts/mine/theme.css.j2"][1:] else "novel"  # the book's own, once it has a rule
    head = ["title: 书", "authors: [人]", "date: 2026-01-01", f"layout: {layout}", *book["config"]]
    (root / "book.yaml").write_text("\n".join([*head, f"chapters:\n{listed}"]), "utf-8")
    for name, blocks in book.items():
        if name not in ("chapters", "config", "font"):
            (root / name).write_text("\n\n".join(blocks) + "\n", "utf-8")


def built(root: Path, formats: tuple[str, ...], kept: str) -> tuple[dict[str, bytes], list[str]]:
    """All files of a build, and all that it says."""
    out = root.parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    before = os.environ[cache.VARIABLE]
    os.environ[cache.VARIABLE] = kept
    watching._forget()
    order = build.Order(root, formats, ("zh-Hans", "zh-Hant-TW"), out, draft=True, jobs=1)
    try:
        said = [str(problem) for problem in build.build(order).problems]
    except BanxinError as error:
        said = [str(problem) for problem in error.problems]
    finally:
        os.environ[cache.VARIABLE] = before
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}, said


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the book and the cache are, through all examples of a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.VARIABLE, "off")
        yield tmp_path_factory.mktemp("rebuild")


def follow(changes: list[Edit], place: Path, formats: tuple[str, ...]) -> None:
    """Edit, build, and build from nothing; compare."""
    book = {name: list(blocks) for name, blocks in FIRST.items()}
    for name, where, at, what in [("change", 0, 0, 0), *changes]:
        EDITS[name](book, where, at, what)
        write(book, place / "book")
        files, said = built(place / "book", formats, str(place / "kept"))
        cold, told = built(place / "book", formats, "off")
        assert said == told
        assert files.keys() == cold.keys()
        assert [path for path in cold if files[path] != cold[path]] == [], name


FORMATS = ("pdf", "epub", "html")
UNHURRIED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.mark.slow
@settings(max_examples=16, suppress_health_check=UNHURRIED)
@given(CHANGES)
def test_epub_and_web_after_edits(place: Path, changes: list[Edit]) -> None:
    follow(changes, place, ("epub", "html"))


@pytest.mark.slow
@settings(max_examples=5, suppress_health_check=UNHURRIED)
@given(CHANGES)
def test_all_formats_after_edits(place: Path, changes: list[Edit]) -> None:
    fonts.ensure(["zh-Hans", "zh-Hant-TW"], lambda _: None)
    follow(changes, place, FORMATS)


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS)
def test_each_edit_changes_some_file(place: Path, edit: str) -> None:
    """Else the others show nothing."""
    book = {name: list(blocks) for name, blocks in FIRST.items()}
    book["config"].append("fonts: {serif: own.ttf}")
    before = _files(book, place)
    EDITS[edit](book, 0, 2, 1)
    after = _files(book, place)
    assert before != after


def _files(book: Files, place: Path) -> dict[str, bytes]:
    write(book, place / "book")
    files, _ = built(place / "book", FORMATS, str(place / "kept"))
    assert files
    return files


@pytest.mark.slow
def test_damaged_entries_change_nothing(place: Path) -> None:
    """Every entry cut, changed, exchanged for another or gone, in turn."""
    write(FIRST, place / "book")
    kept = place / "damaged"
    cold = built(place / "book", FORMATS, "off")
    assert built(place / "book", FORMATS, str(kept)) == cold
    entries = sorted(path for path in kept.rglob("*") if path.is_file())
    kinds = {path.parent.name for path in entries}
    assert kinds >= {
        "parsed",
        "outlines",
        "pages",
        "facts",
        "script",
        "marks",
        "sheets",
        "picture",
        "views",
        "epub",
        "filled",
        "deflated",
        "skeleton",
        "prepared",
        "yaml",
    }
    for turn in range(4):
        for number, path in enumerate(entries):
            data = path.read_bytes()
            if (number + turn) % 4 == 0:
                path.write_bytes(data[: len(data) * 2 // 3])
            elif (number + turn) % 4 == 1:
                path.write_bytes(data[:-2] + b"!" + data[-1:])
            elif (number + turn) % 4 == 2:
                path.write_bytes(entries[number - 1].read_bytes())
            else:
                path.unlink()
        assert built(place / "book", FORMATS, str(kept)) == cold
        assert sorted(path for path in kept.rglob("*") if path.is_file()) == entries


@pytest.mark.slow
def test_what_is_kept_is_kept_once(place: Path) -> None:
    """A second build of the same book makes nothing."""
    write(FIRST, place / "book")
    kept = place / "once"
    first = built(place / "book", ("epub", "html"), str(kept))
    entries = {path: path.stat().st_ino for path in kept.rglob("*")}
    assert built(place / "book", ("epub", "html"), str(kept)) == first
    assert {path: path.stat().st_ino for path in kept.rglob("*")} == entries


@pytest.mark.slow
def test_a_book_that_did_not_change_is_not_made_again(place: Path) -> None:
    """Nor is what makes it loaded; what was said of it is said again. With other words its templates are not filled."""
    write({**FIRST, "a.md": [*FIRST["a.md"], f"无字：{RARE}。"]}, place / "book")
    outs = [place / f"same-{turn}" for turn in range(4)]
    loaded = []
    both = {"weasyprint.document", "jinja2"}
    for turn, out in enumerate(outs):
        if turn == 2:
            chapter = place / "book" / "b.md"
            chapter.write_text(chapter.read_text("utf-8") + "\n又一段。\n", "utf-8")
        command = [sys.executable, "-X", "importtime", str(ROOT / "build.py"), "build", str(place / "book"), "--draft"]
        env = {**os.environ, cache.VARIABLE: "off" if turn == 3 else str(place / "same")}
        done = subprocess.run(
            [*command, "-f", "pdf", "-e", "zh-Hans", "--quiet", "--jobs", "1", "-o", str(out)],
            env=env, capture_output=True, text=True, check=True, timeout=PATIENCE,
        )  # fmt: skip
        modules = {
            line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time")
        }
        said = [line for line in done.stderr.splitlines() if not line.startswith("import time")]
        loaded.append((modules & both, said))
    assert [modules for modules, _ in loaded] == [both, set(), {"weasyprint.document"}, both]
    assert loaded[0][1] == loaded[1][1]
    assert any(RARE in line for line in loaded[1][1])
    data = [next(out.glob("*.pdf")).read_bytes() for out in outs]
    assert data[0] == data[1] != data[2] == data[3]


@pytest.mark.slow
def test_a_real_book_from_what_is_kept(place: Path) -> None:
    """The handbook uses all there is."""
    path, kept = SAMPLES["handbook"].path, str(place / "handbook")
    out = [place / f"handbook-{turn}" for turn in range(3)]
    for folder, where in zip(out, ("off", kept, kept), strict=True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(cache.VARIABLE, where)
            build.build(build.Order(path, ("epub", "html"), ("zh-Hant-HK",), folder, jobs=1))
    cold, first, second = (
        {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()} for folder in out
    )
    assert cold == first == second


@pytest.mark.slow
def test_builds_at_once_do_no_harm(place: Path) -> None:
    """Four processes, one empty cache, two books that differ in a paragraph."""
    roots = [place / name / "book" for name in ("one", "other")]
    for number, root in enumerate(roots):
        write({**FIRST, "c.md": [*FIRST["c.md"], f"第{number}本。"]}, root)
    cold = [built(root, FORMATS, "off")[0] for root in roots]
    command = [sys.executable, str(ROOT / "build.py"), "build", "--draft", "--quiet"]
    command += ["-e", "zh-Hans", "-e", "zh-Hant-TW", "--jobs", "1"]
    env = {**os.environ, cache.VARIABLE: str(place / "shared")}
    outs = [place / f"at-once-{number}" for number in range(4)]
    running = [
        subprocess.Popen([*command, str(roots[number % 2]), "-o", str(out)], env=env, stderr=subprocess.DEVNULL)
        for number, out in enumerate(outs)
    ]
    assert [one.wait(PATIENCE) for one in running] == [0] * 4
    for number, out in enumerate(outs):
        assert {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()} == (
            cold[number % 2]
        )
