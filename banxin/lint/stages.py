"""What the stages of a build say of a book: the same code that a build runs, up to its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from banxin import build, load, setting
from banxin.book import Book
from banxin.editions import edition_of
from banxin.errors import Level, ManuscriptError, Place, Problem
from banxin.fonts import catalog
from banxin.load import Manuscript


def problems(book: Path, options: load.Options) -> list[Problem]:
    """Files, pictures, notes, citations, references, scripts, characters without a font.

    Raises:
        ConfigError: book.yaml or the layout is wrong.
        ToolError: pandoc fails.
    """
    found: list[Problem] = []
    try:
        manuscript = load.load(book, options)
    except ManuscriptError as error:  # the chapters could not be put together
        return list(error.problems)
    try:
        found += setting.script_problems(manuscript, manuscript.book)
        arranged = build.arrange(manuscript, build.layout_of(manuscript), options.draft)
    except ManuscriptError as error:
        return [*found, *manuscript.book.problems, *error.problems]
    found += arranged.problems
    found += _without_glyphs(manuscript, arranged, options)
    return found


def _without_glyphs(manuscript: Manuscript, book: Book, options: load.Options) -> Iterator[Problem]:
    """Characters of the book in its own language that no font has."""
    language = book.meta.language
    lacking = [family.name for family in catalog.load().needed([language]) if not family.folder.is_dir()]
    if lacking:
        hint = "运行 make setup，把字体取来。"
        yield Problem(Place("fonts"), f"没有字体 {'、'.join(lacking)}，生僻字没有查", hint, Level.WARNING)
        return
    edition = edition_of(manuscript.config, language, language)
    compositor = setting.Compositor(manuscript, edition, build.own_fonts(manuscript), options.draft)
    _, found = compositor.legible_chapters(setting.whole(book, manuscript))
    for problems_of in found.values():
        yield from problems_of
