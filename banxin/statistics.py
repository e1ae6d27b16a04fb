"""How long a book is: its 字数 as publishers count them, chapter by chapter.

Counted is what the author wrote and the book prints: titles, text, captions, tables, code and notes, after the text
rules have run. Not counted: formulas, numbers and labels that the program adds, and what a layout makes by itself
(contents, running heads, colophon).
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from io import StringIO
from itertools import zip_longest
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from banxin import build, config, setting, tree
from banxin import load as loading
from banxin.book import Book, Chapter, Edition, Node, Nodes

PACE = 400
"""Characters (or Latin words) a minute: an easy silent reading of Chinese prose."""
LATIN = r"[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
WORD = re.compile(rf"{LATIN}+(?:[’'.,:/@&=?%+#~-]+{LATIN}+)*")
"""A Latin word, a number (`1,000`, `3.14`), a date or an address: each is one word, as in word processors."""
ADDED = frozenset({"label", "number", "equation-number"})
"""Classes of what `assemble` writes into the text."""


@dataclass(frozen=True, slots=True)
class Count:
    """How much there is of each."""

    han: int = 0
    """Han characters, and kana and the like."""
    words: int = 0
    """Latin words and numbers."""
    marks: int = 0
    """Punctuation and symbols outside of words."""
    letters: int = 0
    """Characters of the words."""
    spaces: int = 0
    notes: int = 0
    figures: int = 0
    tables: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(Count)))

    @property
    def length(self) -> int:
        """字数 with marks: each Han character, mark, Latin word and number is one."""
        return self.han + self.words + self.marks

    @property
    def length_without_marks(self) -> int:
        """字数 without marks."""
        return self.han + self.words

    @property
    def characters(self) -> int:
        """Every character, but no spaces."""
        return self.han + self.letters + self.marks

    @property
    def characters_with_spaces(self) -> int:
        """Every character."""
        return self.characters + self.spaces

    @property
    def minutes(self) -> int:
        """Reading time, rounded up."""
        return math.ceil(self.length_without_marks / PACE)


@dataclass(frozen=True, slots=True)
class Row:
    """One chapter."""

    title: str
    file: str
    group: str
    """Its part, or the third of the book where it stands: a line is drawn between groups."""
    count: Count


@dataclass(frozen=True, slots=True)
class Tally:
    """One edition, counted."""

    title: str
    edition: str
    rows: tuple[Row, ...]

    @property
    def total(self) -> Count:
        """All chapters together."""
        return sum((row.count for row in self.rows), Count())


def count(order: build.Order) -> tuple[Tally, ...]:
    """Count a book in every edition that is asked for; if none is, in its own language.

    Raises:
        BanxinError: as each stage says.
    """
    manuscript = loading.load(order.path, loading.Options(draft=order.draft, jobs=order.jobs))
    arranged = build.arrange(manuscript, build.layout_of(manuscript), order.draft)
    own = manuscript.book.meta.language
    editions = [config.edition(manuscript.config, name, own) for name in order.editions or (own,)]
    return tuple(tally(setting.set_type(manuscript, arranged, edition), edition) for edition in editions)


def tally(book: Book, edition: Edition) -> Tally:
    """Count a book whose text rules have run."""
    rows = (
        Row(
            title=_title(chapter),
            file=chapter.place.path,
            group=chapter.part or chapter.matter,
            count=_count_chapter(book, chapter),
        )
        for chapter in book.chapters
    )
    return Tally(book.meta.title, edition.name, tuple(rows))


def _title(chapter: Chapter) -> str:
    words = _words(chapter.title).strip() or chapter.place.path
    return f"{chapter.label}　{words}" if chapter.label else words


def _count_chapter(book: Book, chapter: Chapter) -> Count:
    notes = [note.blocks for note in book.notes if note.chapter == chapter.id]
    printed = [chapter.title, chapter.subtitle, chapter.blocks, *notes]
    kinds = [node["t"] for node in tree.walk(printed)]
    things = Count(notes=len(notes), figures=kinds.count("Figure"), tables=kinds.count("Table"))
    return count_text(_words(printed)) + things


def _words(content: Any) -> str:
    """What is printed, a paragraph a line; spaces at its ends are not (one stands where a label was)."""
    lines = tree.plain(tree.map_nodes(content, _written)).split("\n")
    return "\n".join(line.strip(" ") for line in lines)


def _written(node: Node) -> Node | Nodes:
    """Nothing in place of what the author did not write as words."""
    if node["t"] == "Math" or tree.is_note_mark(node):
        return []
    if node["t"] == "Span" and ADDED.intersection(tree.attr(node)[1]):
        return []
    return node


def count_text(text: str) -> Count:
    """Count plain text; line ends do not count, they are not printed."""
    words = WORD.findall(text)
    kinds = [_kind(character) for character in WORD.sub("\n", text)]
    return Count(
        han=kinds.count("han"),
        words=len(words),
        marks=kinds.count("mark"),
        letters=sum(map(len, words)),
        spaces=kinds.count("space"),
    )


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return "han"
    if category[0] in "PS":
        return "mark"
    return "space" if category == "Zs" or character == "\t" else ""


# Showing ------------------------------------------------------------------------------------------------------------

COLUMNS: Sequence[tuple[str, str]] = (
    ("字数", "length"),
    ("无标点", "length_without_marks"),
    ("字符", "characters"),
    ("带空格", "characters_with_spaces"),
    ("西文词", "words"),
    ("注", "notes"),
    ("图", "figures"),
    ("表", "tables"),
    ("分钟", "minutes"),
)
NARROWEST = 72
"""Columns of a terminal, half-width characters: the numbers of a long book and a few characters of a title."""
LEGEND = f"""\
字数：一个汉字、一个标点、一个西文词或数，各算一个。字符：西文按字母算。
标题、正文、题注、表格、代码、注释都算；公式、编号、目录和书眉不算。
分钟：按每分钟读{PACE}字估计。"""


def table(tallies: Sequence[Tally], width: int = 100) -> str:
    """For people: a row a chapter.

    Args:
        width: columns of the terminal, in half-width characters; titles get what the numbers leave.
    """
    page = StringIO()
    console = Console(file=page, width=max(width, NARROWEST), highlight=False)
    for one in tallies:
        console.print(_table(one, console.width))
    console.print(LEGEND)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def _table(one: Tally, width: int) -> Table:
    total = [f"{getattr(one.total, key):,}" for _, key in COLUMNS]
    widths = [max(cell_len(name), len(number)) for (name, _), number in zip(COLUMNS, total, strict=True)]
    heading = Text(f"{one.title}（{one.edition}）")
    grid = Table(title=heading, box=box.SIMPLE_HEAD, show_footer=True, collapse_padding=True)
    grid.add_column("章", footer="全书", no_wrap=True, max_width=width - sum(widths) - 2 * len(COLUMNS) - 2)
    for (name, _), number, wide in zip(COLUMNS, total, widths, strict=True):
        grid.add_column(name, footer=number, justify="right", min_width=wide)
    for row, after in zip_longest(one.rows, one.rows[1:]):
        numbers = [f"{getattr(row.count, key):,}" for _, key in COLUMNS]
        grid.add_row(Text(row.title), *numbers, end_section=after is None or after.group != row.group)
    return grid


def as_json(tallies: Sequence[Tally]) -> str:
    """For tools: every number of the table, and what it is made of."""
    data = [
        {
            "title": one.title,
            "edition": one.edition,
            "characters_per_minute": PACE,
            "chapters": [{"title": row.title, "file": row.file, **_numbers(row.count)} for row in one.rows],
            "total": _numbers(one.total),
        }
        for one in tallies
    ]
    return json.dumps(data, ensure_ascii=False, indent=2)


def _numbers(count: Count) -> dict[str, int]:
    return {key: getattr(count, key) for _, key in COLUMNS} | {"han": count.han, "marks": count.marks}
