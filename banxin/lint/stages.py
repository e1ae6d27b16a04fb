"""What the stages of a build say of a book: the same code that a build runs, up to its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from banxin import build, load, setting
from banxin.book import Book
from banxin.editions import edition_of
from banxin.errors import Level, ManuscriptError, Place, Problem
from banxin.fonts import catalog
from banxin.load import Manuscript


def problems(book: Path, options: load.Options) -> list[Problem]:
    """Files, pictures, notes, citations, references, scripts, characters without a font.

    Where one stage fails, what the later ones would say is told, too, as far as those faults can be excused.

    Raises:
        ConfigError: book.yaml or the layout is wrong.
        ToolError: pandoc fails.
    """
    found, whole = _told(book, options)
    if whole or options.excusing:
        return found
    known = {(problem.place, problem.message) for problem in found}
    further, _ = _told(book, replace(options, excuse=True))
    return [*found, *(problem for problem in further if (problem.place, problem.message) not in known)]


def _told(book: Path, options: load.Options) -> tuple[list[Problem], bool]:
    """What the stages say, and whether all of them could."""
    found: list[Problem] = []
    try:
        manuscript = load.load(book, options)
    except ManuscriptError as error:  # the chapters could not be put together
        return list(error.problems), False
    try:
        found += setting.script_problems(manuscript, manuscript.book)
        arranged = build.arrange(manuscript, build.layout_of(manuscript), options.excusing)
    except ManuscriptError as error:
        return [*found, *manuscript.book.problems, *error.problems], False
    found += arranged.problems
    found += _without_glyphs(manuscript, arranged, options)
    return found, True


def _without_glyphs(manuscript: Manuscript, book: Book, options: load.Options) -> Iterator[Problem]:
    """Characters of the book in its own language that no font has."""
    language = book.meta.language
    lacking = [family.name for family in catalog.load().needed([language]) if not family.folder.is_dir()]
    if lacking:
        hint = "运行 make setup，把字体取来。"
        yield Problem(Place("fonts"), f"没有字体 {'、'.join(lacking)}，生僻字没有查", hint, Level.WARNING)
        return
    edition = edition_of(manuscript.config, language, language)
    compositor = setting.Compositor(manuscript, edition, build.own_fonts(manuscript), options.excusing)
    _, found = compositor.legible_chapters(setting.whole(book, manuscript))
    for problems_of in found.values():
        yield from problems_of
