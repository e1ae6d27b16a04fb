"""What changed between two versions of a manuscript, for an editor.

versions (get hold of both) -> units (what is compared) -> align and words (what is what) -> compare -> report.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from banxin import write
from banxin.errors import ConfigError, Place, Problem
from banxin.review import markup, pages, redline, report, versions
from banxin.review.compare import compare

WORKING = "现在的文件"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted beside the report and its summary."""

    critic: bool = False
    """The manuscript with CriticMarkup."""
    pdf: bool = False
    """The redline, and what became of the pages."""


PLAIN = Ask()


def review(pair: Sequence[Path], base: str, head: str, book: Path, out: Path, ask: Ask = PLAIN) -> list[Path]:
    """Compare two folders or files, or two revisions of one book in git; write review.html and review.md.

    Args:
        pair: the old and the new version; empty where `base` names a revision.
        base: the older revision.
        head: the newer revision; empty: the files as they are.
        book: with `base`: the book to compare.

    Raises:
        ConfigError: neither two versions nor a base; no repository; no such revision.
        ManuscriptError: a version cannot be read.
        ToolError: git or pandoc is missing or fails; `out` cannot be written.
    """
    _check(pair, base, head)
    with ExitStack() as stack:
        if pair:
            paths, names = list(pair), _names(*pair)
        else:
            paths = [stack.enter_context(versions.at_revision(book, one)) if one else book for one in (base, head)]
            names = [versions.describe(book, one) if one else WORKING for one in (base, head)]
        old, new = (versions.load(path, name) for path, name in zip(paths, names, strict=True))
        found = compare(old, new)
        files = []
        layout: list[str] = []
        if ask.critic:
            files += markup.artifacts(found, *paths)
        if ask.pdf:
            printed = redline.printed(found, *paths)
            files.append(printed.redline)
            layout = pages.told(pages.compare(printed.old, printed.new))
        files = [*report.artifacts(found, names[0], names[1], layout), *files]
    return write.write(files, out)


def _check(pair: Sequence[Path], base: str, head: str) -> None:
    problem = ""
    if pair and (base or head):
        problem = "两个文件夹和 --base 只能写一样"
    elif not pair and not base:
        problem = "没有说同哪个版本比"
    elif pair and len(pair) != 2:
        problem = f"要写两个版本，这里有 {len(pair)} 个"
    if problem:
        hint = "review 旧 新（两个文件夹或两个文件），或 review --base v1.0（git 里的版本）。"
        raise ConfigError([Problem(Place("review"), problem, hint)])


def _names(old: Path, new: Path) -> list[str]:
    """What two versions are called: by their own names where these differ."""
    return [old.name, new.name] if old.name and new.name and old.name != new.name else [str(old), str(new)]
