"""`fmt`: one sentence a line in the paragraphs of a manuscript, and nothing else changed.

source -> paragraphs (where they stand) -> atoms (what may not be torn) -> sentences (where lines end) -> proof (the
book is the same). Only then is a file written, whole, with its own line ends and byte order mark.
"""

from __future__ import annotations

import os
import re
import tempfile
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from banxin import load
from banxin.decoding import decode
from banxin.errors import Place, Problem, ToolError, stop_on_errors
from banxin.formatting import proof
from banxin.formatting.paragraphs import Paragraph, paragraphs
from banxin.formatting.sentences import one_a_line

ROW = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows [first, last) of a file give way to other rows."""

    first: int
    last: int
    rows: tuple[str, ...]


def format_book(path: Path, write: bool = True) -> list[Path]:
    """`format_books` for one book."""
    return format_books([path], write)


def format_books(paths: Sequence[Path], write: bool = True) -> list[Path]:
    """Put one sentence a line in every chapter; gives the files that change.

    Nothing is written before every chapter has been read and proven, and a second run changes nothing.

    Args:
        paths: manuscripts of any of the three shapes.
        write: False only names the files that would change.

    Raises:
        ConfigError, ManuscriptError: there is no book there, or a chapter cannot be read; all problems at once.
        ToolError: pandoc fails, or a file cannot be written.
    """
    files, problems = _readable(paths)
    stop_on_errors(problems)
    old = [file.read_bytes() for file in files]
    new = format_all([(str(file), data) for file, data in zip(files, old, strict=True)])
    changed = [i for i in range(len(files)) if new[i] != old[i]]
    if write:
        for i in changed:
            replace_file(files[i].resolve(), new[i])
    return [files[i] for i in changed]


def _readable(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    """The files of some books, each once, and what is wrong with those that are no text."""
    files: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        root, names = load.files(path)
        problems += [text for name in names if isinstance(text := decode(root, name), Problem)]
        for name in names:
            files.setdefault((root / name).resolve(), root / name)
    return list(files.values()), problems


def format_all(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """Chapters as they lie on the disk, each with its name: byte order marks and line ends stay."""
    drafts = [_Draft(path, data.decode("utf-8-sig")) for path, data in files]
    held = proof.harmless([draft.claim for draft in drafts], os.cpu_count() or 1)
    marks = [BOM_UTF8 if data.startswith(BOM_UTF8) else b"" for _, data in files]
    return [mark + draft.after(edits).encode() for mark, draft, edits in zip(marks, drafts, held, strict=True)]


def format_text(text: str, path: str) -> str:
    """One sentence a line.

    Args:
        text: a chapter with its front matter, with any line ends.
        path: its name, for messages.
    """
    (new,) = format_all([(path, text.encode())])
    return new.decode()


class _Draft:
    """A chapter, and the edits that would put one sentence on a line."""

    def __init__(self, path: str, text: str) -> None:
        self.rows = [(match[1], match[2]) for match in ROW.finditer(text)]
        plain = [row for row, _ in self.rows]
        self.top = load.front_matter("\n".join(plain)).count("\n")
        edits = [edit for found in paragraphs(plain, self.top) if (edit := _edit(found))]
        self.claim = proof.Claim(path, edits, self.body)

    def body(self, some: Sequence[Edit]) -> str:
        """Its text for pandoc, with blank lines for its front matter."""
        return "\n" * self.top + "".join(row + "\n" for row, _ in _applied(self.rows, some)[self.top :])

    def after(self, some: Sequence[Edit]) -> str:
        """The whole of it, with some of the edits."""
        return "".join(row + end for row, end in _applied(self.rows, some))


def _edit(found: Paragraph) -> Edit | None:
    lines = one_a_line(found.text).split("\n")
    rows = (found.prefix + lines[0], *(found.indent + line for line in lines[1:]))
    return None if rows == found.rows else Edit(found.first, found.first + len(found.rows), rows)


def _applied(rows: Sequence[tuple[str, str]], edits: Sequence[Edit]) -> list[tuple[str, str]]:
    """Rows and their line ends after some edits (in order); new rows end as the first of the old ones did."""
    result: list[tuple[str, str]] = []
    position = 0
    for edit in edits:
        result += rows[position : edit.first]
        inner = next((end for _, end in (*rows[edit.first : edit.last], *rows) if end), "\n")
        result += [(row, inner) for row in edit.rows[:-1]]
        result.append((edit.rows[-1], rows[edit.last - 1][1]))
        position = edit.last
    return [*result, *rows[position:]]


def in_file(old: bytes, text: str) -> bytes:
    """A text with as many lines as a file has, with the byte order mark and the line ends of the file."""
    mark = BOM_UTF8 if old.startswith(BOM_UTF8) else b""
    ends = [match[2] for match in ROW.finditer(old.decode("utf-8-sig"))]
    return mark + "".join(row + end for row, end in zip(text.split("\n"), ends, strict=False)).encode()


def replace_file(file: Path, data: bytes) -> None:
    """Write beside the file, then rename: whoever stops us finds the old file or the new one, whole."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as beside:
                beside.write(data)
                beside.flush()
                os.fsync(beside.fileno())
            os.chmod(name, file.stat().st_mode & 0o7777)
            os.replace(name, file)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        hint = "检查文件夹的权限和剩余空间；原来的文件没有动。"
        raise ToolError([Problem(Place(str(file)), f"写不进去：{error.strerror or error}", hint)]) from error
