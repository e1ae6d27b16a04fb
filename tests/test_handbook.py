"""The handbook tells of everything that the program has, and uses what a book can use; the lists come from the code."""

from __future__ import annotations

import argparse
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
import yaml

from banxin import cli, config, editions, languages, layout, tree
from banxin.config import CitationSpec, Config, FrontMatter
from banxin.cover.settings import STYLES, CoverSpec
from banxin.errors import Place
from banxin.lint.run import lint
from banxin.lint.table import KINDS, Kind
from banxin.notes import citeproc, entries, styles
from banxin.render import PROFILES, RENDERERS
from tests.conftest import ROOT, Built

CHAPTERS = sorted((ROOT / "manuscript").glob("*.md"))
TEXT = "\n".join(path.read_text("utf-8") for path in CHAPTERS)
README = (ROOT / "README.md").read_text("utf-8")
SETTINGS = yaml.safe_load((ROOT / "manuscript" / "book.yaml").read_text("utf-8"))


def code_of(text: str) -> str:
    """What stands in backticks, in fences, or between the two."""
    blocks = re.findall(r"^ *```.*?^ *```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join([*blocks, *re.findall(r"`[^`]+`", rest)])


CODE, README_CODE = code_of(TEXT), code_of(README)


def tells(code: str, word: str) -> bool:
    """Whether a name stands in code, as a whole word."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", code) is not None


# ---- commands


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    (choices,) = (action.choices for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction))
    yield from choices.items()


def options() -> Iterator[tuple[str, str]]:
    """Every option of every command, by its long name."""
    for name, parser in commands():
        for action in parser._actions:
            if action.option_strings and action.dest != "help":
                yield name, action.option_strings[-1]


def section(text: str, command: str) -> str:
    """The lines that speak of a command: its row in the table of options, or a line of code."""
    return "\n".join(line for line in text.splitlines() if f"build.py {command}" in line)


@pytest.mark.parametrize("command", [name for name, _ in commands()])
def test_every_command_is_told_of(command: str) -> None:
    assert f"build.py {command}" in CODE
    assert f"build.py {command}" in README_CODE


@pytest.mark.parametrize(("command", "option"), options())
def test_every_option_of_every_command_is_told_of(command: str, option: str) -> None:
    assert tells(section(TEXT, command), option), f"{command} {option} in the handbook"
    assert tells(section(README, command), option), f"{command} {option} in README.md"


MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
FOR_AUTHORS = re.findall(r"^([a-z]+):.*?## ", MAKEFILE.partition("# ---- 开发")[0], re.MULTILINE)


@pytest.mark.parametrize("target", FOR_AUTHORS)
def test_every_make_target_is_told_of(target: str) -> None:
    assert tells(CODE, f"make {target}")


# ---- settings


def keys(kind: Any, *above: str) -> Iterator[tuple[str, ...]]:
    hints = get_type_hints(kind)
    for field in fields(kind):
        if kind is Config and field.name in config.INTERNAL:
            continue
        yield (*above, field.name)
        for inner in (hints[field.name], *get_args(hints[field.name])):
            for each in (inner, *get_args(inner)):
                if is_dataclass(each):
                    yield from keys(each, *above, field.name)


CONFIG_KEYS = sorted(path for path in set(keys(Config)) if "compose" not in path)
"""The composer's own settings have their own chapter and test."""


def told(path: tuple[str, ...]) -> bool:
    """`a.b` in so many words, or `b` in the same line as `a`, or in the lines below `a:`."""
    path = tuple(key.replace("_", "-") for key in path)
    *above, last = path
    if not above:
        return tells(CODE, last)
    beside = rf"(?<![\w-]){above[-1]}(?![\w-])[^\n]*(?<![\w-]){last}(?![\w-])"
    below = rf"^{above[-1]}:[^\n]*\n(?:\s+[^\n]*\n)*?\s+(?:- )?{last}:"
    return tells(CODE, ".".join(path)) or re.search(f"{beside}|{below}", TEXT, re.MULTILINE) is not None


@pytest.mark.parametrize("path", CONFIG_KEYS, ids=".".join)
def test_every_key_of_book_yaml_is_told_of(path: tuple[str, ...]) -> None:
    assert told(path)


@pytest.mark.parametrize("path", sorted(set(keys(CoverSpec)) - {("lines",)}), ids=".".join)
def test_every_key_of_cover_yaml_is_told_of(path: tuple[str, ...]) -> None:
    (chapter,) = (ROOT / "manuscript").glob("*-delivery.md")
    assert tells(code_of(chapter.read_text("utf-8")), ".".join(path).replace("_", "-"))


@pytest.mark.parametrize("style", STYLES)
def test_every_cover_is_told_of(style: str) -> None:
    assert tells(CODE, style)


@pytest.mark.parametrize("key", [field.name for field in fields(FrontMatter)])
def test_every_key_of_front_matter_is_told_of(key: str) -> None:
    (chapter,) = (ROOT / "manuscript").glob("*-keys-chapter.md")
    assert tells(code_of(chapter.read_text("utf-8")), key)


CHOICES = {
    "option of a layout": sorted({key for name in layout.names() for key in layout.load(name).options}),
    "layout": layout.names(),
    "format": tuple(RENDERERS),
    "profile": PROFILES,
    "conversion": editions.KNOWN_CONVERSIONS,
    "edition": sorted(set(languages.LANGUAGES.values())),
    "quotes": [str(style) for style in config.QuoteStyle],
    "numbers": [str(style) for style in config.NumberStyle],
    "notes": [str(place) for place in config.NotePlace],
}


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in CHOICES.items() for word in words])
def test_every_choice_is_told_of(kind: str, word: str) -> None:
    assert tells(CODE, word), kind


# ---- what lint looks for


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_fault_is_told_of(kind: Kind) -> None:
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| {kind.code} |")]
    assert ("✎" in row) == kind.fixable
    assert re.sub(r"[` ]", "", kind.name) in re.sub(r"[` ]", "", row)


@pytest.mark.slow
def test_lint_finds_nothing_in_it() -> None:
    (report,) = lint([ROOT / "manuscript"])
    assert [str(one.problem) for one in report.findings] == []


# ---- what the handbook itself does

UNUSED = {
    **dict.fromkeys(("translators", "editors", "publisher", "place", "isbn", "series", "copyright"), "it has none"),
    "shops": "it is not for sale",
    "writing": "its lines run across",
    **dict.fromkeys(
        ("identifier", "slug", "cover", "epigraph", "accounts", "url"), "worked out, drawn, or for other books"
    ),
    **dict.fromkeys(
        ("typeset", "images", "fonts", "epub", "print", "archive", "options", "page", "lint"),
        "the defaults are right for it",
    ),
}
"""Keys that the handbook explains and has no use for; `examples/` and the tests use them."""


def test_its_own_book_yaml_uses_the_other_keys() -> None:
    names = {field.name for field in fields(Config)} - config.INTERNAL - UNUSED.keys() - {"compose"}
    assert names - SETTINGS.keys() <= {"title", "layout"} - SETTINGS.keys()


MISFITS = {
    **dict.fromkeys(
        ("draft-mark", "critic-add", "critic-remove", "critic-highlight", "critic-comment"), "only in a draft"
    ),
    "image-box": "only where a picture is missing",
    **dict.fromkeys(("math", "inline", "block"), "of formulas, which are drawn in the PDF only"),
    **dict.fromkeys(
        ("citation", "reference-number", "cited-on"), "of styles that cite in the text; its own makes notes"
    ),
}


def text_table() -> str:
    """The first table of the contract: what stands in the text itself."""
    text = (ROOT / "layouts" / "README.md").read_text("utf-8")
    return text[text.index("正文（`Page.body`") : text.index("模板加在外面的")]


def contract() -> list[str]:
    """The classes of the text."""
    rows = [line.split("|")[1] for line in text_table().splitlines() if line.startswith("|")][2:]
    names = {name for row in rows for name in re.findall(r"(?<![\w/])(?:[a-z]+)?\.([a-z][A-Za-z-]+)", row)}
    return sorted(names - MISFITS.keys())


ONLY_ELSEWHERE = {"svg", "h6"}
"""Drawn in the PDF; deeper than any layout has a look for."""


def elements() -> list[str]:
    """The elements of the text, from the same table."""
    rows = [line.split("|")[1] for line in text_table().splitlines() if line.startswith("|")]
    return sorted({name for row in rows for name in re.findall(r"<([a-z]+[1-6]?)", row)} - ONLY_ELSEWHERE)


@pytest.fixture(scope="module")
def pages(built: Callable[[str], Built]) -> str:
    """The handbook's site."""
    return "".join(path.read_text("utf-8") for path in sorted(built("handbook").site("zh-Hans").glob("*.html")))


@pytest.mark.slow
@pytest.mark.parametrize("name", contract())
def test_it_uses_every_class(name: str, pages: str) -> None:
    assert re.search(rf'class="(?:[^"]* )?{name}[" ]', pages)


@pytest.mark.slow
@pytest.mark.parametrize("tag", elements())
def test_it_uses_every_element(tag: str, pages: str) -> None:
    body = "".join(re.findall(r"<main.*?</main>", pages, re.DOTALL))
    assert re.search(rf"<{tag}[ />]", body)


@pytest.mark.slow
def test_it_refers_to_every_kind_of_thing(pages: str) -> None:
    for prefix in ("fig", "tbl", "sec", "ch", "eq"):
        assert re.search(rf'href="[^"]*#{prefix}-[^"]*" class="xref"', pages), prefix


# ---- notes and citations: each thing that the chapters tell of is there

LOOKS = r"^\| `([\w-]+)` \| (?:注号|\^\\\[1\\\]\^|\[(.+)\]\{.keep\}) \| \[(.+)\]\{lang=en\} \|$"
"""A row of the table of one work in several styles: the style, what stands in the text, what in a note or the list."""


@pytest.mark.slow
@pytest.mark.parametrize("row", re.findall(LOOKS, TEXT, re.MULTILINE))
def test_a_work_looks_in_each_style_as_it_says(row: tuple[str, str, str]) -> None:
    name, cited, listed = row
    text = (ROOT / "manuscript" / "refs.bib").read_text("utf-8")
    works = {entry.key: entry for entry in entries.read("refs.bib", text)[0]}
    style = styles.find(CitationSpec(style=name), ROOT, Place("book.yaml"))
    (done,) = citeproc.run([[citeproc.Cluster((_item("knuth1981"),))]], works, style, "zh-Hans")
    note = [part["c"] for part in done.citations[0] if part["t"] == "Note"]
    assert tree.plain(note or done.listed[0].words).strip() == listed.replace("*", "")
    if cited:
        assert tree.plain(done.citations[0]) == cited


def _item(key: str) -> dict[str, Any]:
    mode = {"t": "NormalCitation"}
    empty: list[Any] = []
    return {"citationId": key, "citationPrefix": empty, "citationSuffix": empty, "citationMode": mode,
            "citationNoteNum": 0, "citationHash": 0}  # fmt: skip


@pytest.mark.slow
def test_its_notes_stand_in_every_place_with_every_kind_of_mark(pages: str) -> None:
    """At the foot, at the end of chapters and of the book; 1, [1], *, ① and 〔一〕; in headings, tables, captions."""
    marks = set(re.findall(r'class="noteref" role="doc-noteref">([^<]*)<', pages))
    assert {"1", "2", "[1]", "*", "①", "②", "〔一〕", "〔四〕"} <= marks
    for tag in ("h2", "th", "td", "caption", "figcaption", "blockquote"):
        assert re.search(rf"<{tag}\b(?:(?!</{tag}>).)*?doc-noteref", pages, re.DOTALL), tag
    plain = " ".join(re.sub("<[^>]*>", "", pages).split())
    for words in ("同上", "等. 蓟县", "et al.", "，译.", "中文文献", "西文文献"):
        assert words in plain, words


@pytest.mark.slow
def test_heads_over_its_notes_of_the_book_name_pages(built: Callable[[str], Built]) -> None:
    path = str(built("handbook").pdf("zh-Hans"))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    heads = [re.match(r"\s*\d*\s*注释：第(\d+)(?:—(\d+))?页", page) for page in text.split("\f")]
    assert any(heads), "as the chapter on notes says"
