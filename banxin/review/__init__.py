"""What changed between two versions of a manuscript: `compare` finds it, `report` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from banxin import write
from banxin.book import Artifact
from banxin.errors import ConfigError, Place, Problem
from banxin.review import report, versions
from banxin.review.compare import compare


def review(pair: Sequence[Path], base: str, head: str, book: Path, out: Path) -> list[Path]:
    """Compare two folders or files, or two revisions of one book in git; write review.html and review.md.

    Args:
        pair: the old and the new version; empty where `base` names a revision.
        head: a revision, or empty for the files as they are.

    Raises:
        ConfigError: neither two versions nor a base; or git does not know the revision.
        ManuscriptError: a version cannot be read.
    """
    if base and not pair:
        with versions.of_git(book, base, head) as (old, new):
            result = compare(versions.load(old), versions.load(new))
        names = (base, head or "现在的文件")
    elif len(pair) == 2 and not base:
        result = compare(versions.load(pair[0]), versions.load(pair[1]))
        names = (str(pair[0]), str(pair[1]))
    else:
        hint = "写 review 旧 新，或 review --base v1.0。"
        raise ConfigError([Problem(Place("review"), "要有两个版本才能比", hint)])
    pages = [
        Artifact("review.html", report.html(result, *names).encode()),
        Artifact("review.md", report.markdown(result, *names).encode()),
    ]
    return write.write(pages, out)
