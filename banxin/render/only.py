"""`--only`: a chapter or some pages of a PDF, with the numbers that they have in the whole book."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from banxin.errors import ConfigError, Place, Problem
from banxin.nearest import nearest

if TYPE_CHECKING:
    from banxin.book import Book
    from banxin.sheets.data import Place as Page
    from banxin.sheets.make import Only

PAGES = re.compile(r"(\d+)(?:\s*[-–—~～]\s*(\d+))?")
OPTION = Place("--only")


def choose(asked: str, book: Book, body: str) -> Only:
    """Which pages are meant.

    Args:
        asked: printed numbers of the body, `30` or `30-41`; or a chapter, by its file or its id.
        book: arranged.
        body: the id where the body begins, which counts from 1.

    Raises:
        ConfigError: there is no such chapter. That there are no such pages is found out when they are numbered.
    """
    match = PAGES.fullmatch(asked.strip())
    if match:
        first = int(match[1])
        return partial(_numbered, first, int(match[2] or first), body)
    names = {chapter.id: {chapter.id, *_names(chapter.place.path)} for chapter in book.chapters}
    ids = [key for key, known in names.items() if asked in known]
    if not ids:
        files = sorted({PurePosixPath(chapter.place.path).name for chapter in book.chapters})
        likely = nearest(asked, [*files, *names])
        hint = f"{f'是不是 {likely}？' if likely else ''}写一章的文件名，或页码，如 30 或 30-41。"
        raise ConfigError([Problem(OPTION, f"没有这一章：{asked}", hint)])
    return partial(_chapters, ids)


def _names(path: str) -> tuple[str, str, str]:
    file = PurePosixPath(path)
    return path, file.name, file.stem


def _chapters(ids: Sequence[str], runs: Sequence[Sequence[Page]], indices: Mapping[str, int]) -> Collection[int]:
    found = {indices[each] for each in ids if each in indices}
    return {page.at for run in runs if any(page.at in found for page in run) for page in run}


def _numbered(
    first: int, last: int, body: str, runs: Sequence[Sequence[Page]], indices: Mapping[str, int]
) -> Collection[int]:
    pages = [page for run in runs for page in run if page.at >= indices.get(body, 0)]
    found = {page.at for page in pages if first <= page.number <= last}
    if not found:
        hint = f"正文从第 {pages[0].number} 页到第 {pages[-1].number} 页。"
        raise ConfigError([Problem(OPTION, f"没有第 {first}-{last} 页", hint)])
    return found
