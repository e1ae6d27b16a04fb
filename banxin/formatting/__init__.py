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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from banxin import load
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
    """Put one sentence a line in every chapter; gives the files that change.

    Nothing is written before every chapter has been read and proven, and a second run changes nothing.

    Args:
        path: a manuscript of any of the three shapes.
        write: False only names the files that would change.

    Raises:
        ConfigError, ManuscriptError: there is no book there, or a chapter cannot be read; all problems at once.
        ToolError: pandoc fails, or a file cannot be written.
    """
    root, names = load.files(path)
    problems = [text for name in names if isinstance(text := load.decode(root, name), Problem)]
    stop_on_errors(problems)
    old = [(root / name).read_bytes() for name in names]
    with ThreadPoolExecutor() as pool:  # while one chapter is in pandoc, another is split
        new = list(pool.map(format_bytes, old, names))
    changed = [i for i in range(len(names)) if new[i] != old[i]]
    if write:
        for i in changed:
            _replace((root / names[i]).resolve(), new[i])
    return [root / names[i] for i in changed]


def format_bytes(data: bytes, path: str) -> bytes:
    """A chapter as it lies on the disk: its byte order mark and its line ends stay."""
    mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    return mark + format_text(data.decode("utf-8-sig"), path).encode()


def format_text(text: str, path: str) -> str:
    """One sentence a line.

    Args:
        text: a chapter with its front matter, with any line ends.
        path: its name, for messages.
    """
    rows = [(match[1], match[2]) for match in ROW.finditer(text)]
    plain = [row for row, _ in rows]
    top = _front_matter(plain)
    edits = [edit for found in paragraphs(plain, top) if (edit := _edit(found))]

    def body(some: Sequence[Edit]) -> str:
        return "\n" * top + "".join(row + "\n" for row, _ in _applied(rows, some)[top:])

    return "".join(row + end for row, end in _applied(rows, proof.harmless(edits, body, path)))


def _front_matter(rows: Sequence[str]) -> int:
    """How many rows the front matter takes."""
    match = load.FRONT_MATTER.match("\n".join(rows))
    return match[0].count("\n") if match else 0


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


def _replace(file: Path, data: bytes) -> None:
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
