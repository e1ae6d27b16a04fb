"""Every text rule against its cases, through pandoc's real tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banxin import convert, markdown, notes, tree, typeset
from banxin.book import Book, Chapter, Edition, Meta
from banxin.errors import Place
from tests.casefile import Case, read


def book_of(text: str) -> Book:
    blocks, _ = markdown.parse(text, "a.md")
    blocks = tree.map_nodes(blocks, lambda node: node["c"][1] if node["t"] == "Cite" else node)
    return notes.number(Book(Meta("书"), (Chapter("a", [], blocks, Place("a.md")),)))


def words(book: Book) -> str:
    kept = tree.map_nodes(book.chapters[0].blocks, lambda node: [] if tree.is_note_mark(node) else node)
    return tree.plain(kept).strip()


RULES = [
    *(("zh-Hans", case) for name in ("quotes", "marks", "titles", "dashes", "softbreaks") for case in read(name)),
    *(("zh-Hant-TW", case) for case in read("quotes-zh-Hant-TW")),
]


@pytest.mark.parametrize(("language", "case"), RULES, ids=str)
def test_rules(language: str, case: Case) -> None:
    book = typeset.typeset(book_of(case.given), Edition(language, language))
    assert words(book) == case.expected


@pytest.mark.parametrize(("language", "case"), RULES, ids=str)
def test_a_second_pass_changes_nothing(language: str, case: Case) -> None:
    edition = Edition(language, language)
    once = typeset.typeset(book_of(case.given), edition)
    assert words(typeset.typeset(once, edition)) == words(once)


NUMBERS = [(style, case) for style in ("years", "han") for case in read(f"numbers-{style}")]


@pytest.mark.parametrize(("numbers", "case"), NUMBERS, ids=str)
def test_numbers(numbers: str, case: Case) -> None:
    book = typeset.typeset(book_of(case.given), Edition("zh-Hans", "zh-Hans", numbers=numbers))
    assert words(book) == case.expected


def test_numbers_of_traditional_editions() -> None:
    book = typeset.typeset(book_of("民國114年，2個人，30000字。\n"), Edition("x", "zh-Hant-TW", numbers="han"))
    assert words(book) == "民國一一四年，兩個人，三萬字。"


def test_numbers_stay_unless_they_are_asked_for() -> None:
    """Those that the author marked change in every edition; addresses in none, nor what is cited."""
    given = "[2025年的信](2025年.html)，[87]{.han-digits}年，[某某 2025年]{.keep .printed}，![2025年](1.png)\n"
    plain = typeset.typeset(book_of(given), Edition("zh-Hans", "zh-Hans"))
    assert words(plain) == "2025年的信，八七年，某某 2025年，"
    changed = typeset.typeset(book_of(given), Edition("zh-Hans", "zh-Hans", numbers="han"))
    assert words(changed) == "二〇二五年的信，八七年，某某 2025年，"
    assert "'2025年.html'" in str(changed.chapters[0].blocks)


CONVERSIONS = [(name, case) for name in ("s2tw", "tw2s") for case in read(f"convert-{name}")]


@pytest.mark.parametrize(("conversion", "case"), CONVERSIONS, ids=str)
def test_conversion(conversion: str, case: Case) -> None:
    edition = Edition("x", "zh-Hant-TW", (conversion,))
    book = convert.convert(book_of(case.given), edition)
    assert words(typeset.typeset(book, edition)) == case.expected


def letters(text: str) -> str:
    """What may never be lost: everything but marks and spaces."""
    return "".join(char for char in text if char.isalnum())


@given(st.text("中文说头发，。：“”‘’「」\"' \n.…-—(ab1)", max_size=60))
def test_words_are_never_lost(text: str) -> None:
    inlines = [tree.string(piece) if piece.strip() else {"t": "Space"} for piece in text.split("|") if piece]
    chapter = Chapter("a", [], [{"t": "Para", "c": inlines}], Place("a.md"))
    book = Book(Meta("书"), (chapter,))
    new = typeset.typeset(book, Edition("zh-Hans", "zh-Hans"))
    assert letters(tree.plain(new.chapters[0].blocks)) == letters(tree.plain(chapter.blocks))


def test_a_square_stands_off_from_nothing() -> None:
    """Typed spaces around what shares a square are gone in vertical editions, and kept in others."""
    book = book_of("共 12 人，用 AI 和 GPT 写。\n")
    vertical = typeset.typeset(book, Edition("zh-Hans", "zh-Hans", vertical=True))
    words = str(vertical.chapters[0].blocks)
    assert "'tcy'" in words
    assert words.count("Space") == str(book.chapters[0].blocks).count("Space") - 4
    across = typeset.typeset(book, Edition("zh-Hans", "zh-Hans"))
    assert "tcy" not in str(across.chapters[0].blocks)
