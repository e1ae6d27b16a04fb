"""Getting hold of a version: a folder or file as it is, or as it was at a revision of git."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from banxin import load as loading
from banxin.book import Book
from banxin.errors import ConfigError, Place, Problem, ToolError


def load(path: Path) -> Book:
    """A version as a book; an unfinished one is read as a draft."""
    return loading.load(path, loading.Options(draft=True)).book


@contextmanager
def of_git(book: Path, base: str, head: str) -> Iterator[tuple[Path, Path]]:
    """The book at two revisions, in a temporary folder; an empty `head` is the working tree.

    Raises:
        ConfigError: not a git repository, or an unknown revision.
        ToolError: there is no git.
    """
    with tempfile.TemporaryDirectory(prefix="banxin-review-") as scratch:
        old = _unpack(book, base, Path(scratch) / "old")
        yield old, _unpack(book, head, Path(scratch) / "new") if head else book


def _unpack(book: Path, revision: str, folder: Path) -> Path:
    where = book if book.is_dir() else book.parent
    top = Path(_git(where, "rev-parse", "--show-toplevel").decode().strip())
    inside = book.resolve().relative_to(top.resolve()).as_posix()
    archive = _git(top, "archive", "--format=tar", revision, "--", inside)
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder / inside


def _git(where: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(where), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise ToolError(
            [Problem(Place("git"), "找不到 git", "装上 git，或直接写两个文件夹：review 旧 新。")]
        ) from error
    if done.returncode == 0:
        return done.stdout
    message = done.stderr.decode("utf-8", "replace").strip()
    if arguments[0] == "rev-parse":
        hint = "用 --base 要有 git；没有就写两个文件夹：review 旧 新。"
        raise ConfigError([Problem(Place(str(where)), "不在 git 仓库里", hint)])
    hint = "用 git tag、git log 看有哪些版本，并检查那时书是不是也在这个位置。"
    raise ConfigError([Problem(Place(arguments[2]), f"git 里没有这个版本，或其中没有这本书（{message}）", hint)])
