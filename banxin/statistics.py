"""How long a book is, chapter by chapter, as `stats` shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from itertools import zip_longest
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from banxin import build, readability, setting
from banxin import history as histories
from banxin import load as loading
from banxin.book import Book, Chapter, Edition
from banxin.editions import edition_of
from banxin.history import History
from banxin.lint.chapter import Sheet
from banxin.load import Manuscript
from banxin.readability import LONG, Reading
from banxin.wordcount import PACE, Count, count_chapter, plain_words, printed


@dataclass(frozen=True, slots=True)
class Row:
    """One chapter."""

    title: str
    file: str
    group: str
    """Its part, or the third of the book where it stands: a line is drawn between groups."""
    count: Count
    reading: Reading = Reading()


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

    @property
    def reading(self) -> Reading:
        """How all chapters read together."""
        return sum((row.reading for row in self.rows), Reading())


@dataclass(frozen=True, slots=True)
class Counted:
    """A book, counted in the editions that are asked for."""

    tallies: tuple[Tally, ...]
    slug: str
    history: History | None = None
    """Where it was asked for."""


def count_all(order: build.Order, history: bool = False) -> Counted:
    """Count a book, and ask git for its authors and its growth.

    Raises:
        BanxinError: as each stage says, and as `history.of` does.
    """
    manuscript = loading.load(order.path, loading.Options(draft=order.draft, jobs=order.jobs))
    tallies = _tallies(manuscript, order)
    if not history:
        return Counted(tallies, manuscript.slug)
    sheets = (Sheet(text.source.path, text.body, blocks) for text, blocks in manuscript.shelf.chapters())
    return Counted(tallies, manuscript.slug, histories.of(order.path, manuscript.root, sheets))


def count(order: build.Order) -> tuple[Tally, ...]:
    """Count a book in every edition that is asked for; if none is, in its own language.

    Raises:
        BanxinError: as each stage says.
    """
    return count_all(order).tallies


def _tallies(manuscript: Manuscript, order: build.Order) -> tuple[Tally, ...]:
    arranged = build.arrange(manuscript, build.layout_of(manuscript), order.draft)
    own = manuscript.book.meta.language
    editions = [edition_of(manuscript.config, name, own) for name in order.editions or (own,)]
    return tuple(tally(setting.set_type(manuscript, arranged, edition), edition) for edition in editions)


def tally(book: Book, edition: Edition) -> Tally:
    """Count a book whose text rules have run."""
    rows = (
        Row(
            title=_title(chapter),
            file=chapter.place.path,
            group=chapter.part or chapter.matter,
            count=count_chapter(book, chapter),
            reading=readability.read(plain_words(printed(book, chapter))),
        )
        for chapter in book.chapters
    )
    return Tally(book.meta.title, edition.name, tuple(rows))


def _title(chapter: Chapter) -> str:
    words = plain_words(chapter.title).strip() or chapter.place.path
    return f"{chapter.label}　{words}" if chapter.label else words


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


def reads(reading: Reading) -> str:
    """How a book reads, in one line."""
    return (
        f"一句平均{reading.per_sentence:.1f}字；超过{LONG}字的句子占{reading.long_share:.1%}；"
        f"常用字以外的字占{reading.rare_share:.1%}。"
    )


def table(tallies: Sequence[Tally], width: int = 100, history: History | None = None) -> str:
    """For people: a row a chapter.

    Args:
        width: columns of the terminal, in half-width characters; titles get what the numbers leave.
    """
    page = StringIO()
    console = Console(file=page, width=max(width, NARROWEST), highlight=False)
    for one in tallies:
        console.print(_table(one, console.width))
        console.print(Text(reads(one.reading)))
    if history:
        console.print(_authors(history))
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


def _authors(history: History) -> Table:
    """Who wrote how much."""
    total = sum(share.length for share in history.shares) or 1
    grid = Table(box=box.SIMPLE_HEAD, collapse_padding=True)
    for name in ("作者", "字数", "占"):
        grid.add_column(name, justify="left" if name == "作者" else "right")
    for share in history.shares:
        grid.add_row(Text(share.author), f"{share.length:,}", f"{share.length / total:.1%}")
    return grid


def as_json(tallies: Sequence[Tally], history: History | None = None) -> str:
    """For tools: every number of the table, and what it is made of."""
    data: list[dict[str, Any]] = [
        {
            "title": one.title,
            "edition": one.edition,
            "characters_per_minute": PACE,
            "chapters": [
                {"title": row.title, "file": row.file, **_numbers(row.count), **_read(row.reading)} for row in one.rows
            ],
            "total": {**_numbers(one.total), **_read(one.reading)},
        }
        for one in tallies
    ]
    if history:
        for book in data:
            book["authors"] = [asdict(share) | {"length": share.length} for share in history.shares]
            book["days"] = [asdict(day) for day in history.days]
            book["shallow"] = history.shallow
    return json.dumps(data, ensure_ascii=False, indent=2)


def _read(reading: Reading) -> dict[str, float]:
    return {
        "sentences": reading.sentences,
        "characters_per_sentence": round(reading.per_sentence, 2),
        "long_sentences": round(reading.long_share, 4),
        "rare_characters": round(reading.rare_share, 4),
    }


def _numbers(count: Count) -> dict[str, int]:
    return {key: getattr(count, key) for _, key in COLUMNS} | {"han": count.han, "marks": count.marks}
