"""Which books stand on a shelf, and what each one's folder of outputs is called."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from banxin import write
from banxin.errors import ConfigError, Place, Problem
from banxin.load import BOOK_FILE, IGNORED, natural

LOGS = "logs"
"""Beside the books' folders: what each task said, and what came of it."""
PAGE, JSON, TEXT = "index.html", "shelf.json", "shelf.txt"
"""The summary, beside the books' folders."""
RESERVED = frozenset({LOGS, PAGE, JSON, TEXT})
PASSED_OVER = frozenset({"__pycache__", "node_modules"})
"""Folders of programs, in which nobody keeps a book; what begins with a dot is passed over, too."""
DIGITS = 8
"""Of the hash that tells books of one name apart."""
MOST_FILES = 65536
"""How many files' hashes are remembered."""


def find(shelf: Path, out: Path) -> list[Path]:
    """Every book below a folder, in the order of their names.

    A book is a folder with book.yaml or with `.md` files, at any depth; `.md` files that lie on the shelf itself are
    a book each. Nothing is looked for inside a book, nor where banxin put its outputs.

    Raises:
        ConfigError: there is no such folder, it is a book itself, or there is no book in it.
    """
    place = Place(str(shelf))
    if not shelf.is_dir():
        raise ConfigError(
            [Problem(place, "没有这个文件夹", "写一个放着许多书的文件夹；每本书是一个文件夹或一个 .md 文件。")]
        )
    if (shelf / BOOK_FILE).is_file():
        raise ConfigError(
            [Problem(place, "这是一本书，不是书架", f"用 build.py build {shelf}，或写它上一层的文件夹。")]
        )
    books = list(_below(shelf, out.resolve(), {shelf.resolve()}))
    if not books:
        raise ConfigError(
            [Problem(place, "里面没有书", "每本书是一个文件夹（有 book.yaml 或 .md 文件），或一个 .md 文件。")]
        )
    return books


def _below(folder: Path, out: Path, seen: set[Path]) -> Iterator[Path]:
    for path in sorted(folder.iterdir(), key=lambda path: natural(path.name)):
        real = path.resolve()
        if not _looked_at(path) or real == out or real in seen:
            continue
        seen.add(real)
        if is_book(path) or (path.is_file() and _is_chapter(path)):
            yield path
        elif path.is_dir():
            yield from _below(path, out, seen)


def _looked_at(path: Path) -> bool:
    return not path.name.startswith(".") and path.name not in PASSED_OVER and not (path / write.MANIFEST).exists()


def _is_chapter(path: Path) -> bool:
    return path.suffix == ".md" and path.name.lower() not in IGNORED


def is_book(path: Path) -> bool:
    """Whether a folder is a book."""
    return path.is_dir() and ((path / BOOK_FILE).is_file() or any(map(_is_chapter, path.iterdir())))


def names(shelf: Path, books: Iterable[Path]) -> Mapping[Path, str]:
    """The name of each book's folder of outputs: where it stands on the shelf, in one word.

    Two that would have one name, also where small and capital letters are the same, are told apart by a hash of where
    they stand; so a name does not hang on the order of the books.
    """
    places = {book: book.relative_to(shelf) for book in books}
    plain = {book: "-".join((*place.parent.parts, _stem(book))) for book, place in places.items()}
    counts = Counter(name.casefold() for name in plain.values())
    taken = {name for name, count in counts.items() if count > 1} | RESERVED
    return {book: _apart(name, places[book]) if name.casefold() in taken else name for book, name in plain.items()}


def _stem(book: Path) -> str:
    return book.stem if book.is_file() else book.name


def _apart(name: str, place: Path) -> str:
    return f"{name}-{hashlib.sha256(os.fsencode(place.as_posix())).hexdigest()[:DIGITS]}"


def contents(book: Path) -> list[tuple[str, str]]:
    """Every file that a book may be made from, and its hash.

    All files of its folder, used or not: which ones it uses is known only when it was read. Of a book that is one file,
    those beside it that are neither books nor in books.
    """
    root = book if book.is_dir() else book.parent
    files = sorted(_files(root, whole=book.is_dir()))
    own = [book] if book.is_file() else []
    return [(path.relative_to(root).as_posix(), _digest(path)) for path in [*own, *files]]


def _files(folder: Path, whole: bool) -> Iterator[Path]:
    for path in folder.iterdir():
        if not _looked_at(path) or path.is_symlink() and path.is_dir():
            continue
        if path.is_dir() and (whole or not is_book(path)):
            yield from _files(path, whole)
        elif path.is_file() and (whole or not _is_chapter(path)):
            yield path


def _digest(path: Path) -> str:
    try:
        state = path.stat()
        return _hash(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        return f"{error.errno}"


@lru_cache(MOST_FILES)
def _hash(path: Path, changed: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
