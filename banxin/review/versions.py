"""Getting hold of a version: a folder or file as it is, or as it was at a revision of git."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from banxin import git
from banxin import load as loading
from banxin.book import Book
from banxin.critic import draw, marks
from banxin.errors import BanxinError, ConfigError, Place, Problem, ToolError
from banxin.review.model import Version
from banxin.review.units import version


def load(path: Path, name: str) -> Version:
    """A version of a book; an unfinished one is read as a draft, and an editor's marks in it as taken.

    Args:
        name: what the version is called in messages.

    Raises:
        BanxinError: as `load.load` does, each problem with the name of the version before its path.
    """
    try:
        manuscript = loading.load(path, loading.Options(draft=True, cites=False))
        return version(_settled(manuscript.book), path, manuscript.config.editions)
    except BanxinError as error:
        named = [replace(one, place=replace(one.place, path=f"{name}:{one.place.path}")) for one in error.problems]
        raise type(error)(named) from error


def _settled(book: Book) -> Book:
    if not any(marks.has_marks(source.text) for source in book.sources.values()):
        return book
    chapters = tuple(replace(one, title=draw.taken(one.title), blocks=draw.taken(one.blocks)) for one in book.chapters)
    return replace(book, chapters=chapters)


@contextmanager
def at_revision(book: Path, revision: str) -> Iterator[Path]:
    """A book as it was at a revision of git, in a temporary folder.

    Raises:
        ConfigError: not a git repository, an unknown revision, or a revision without this book.
        ToolError: there is no git, or it fails.
    """
    folder = _nearest(book)
    prefix = _prefix(folder)
    inside = (prefix / book.absolute().relative_to(folder.absolute())).as_posix()
    commit = _commit(folder, revision)
    with tempfile.TemporaryDirectory(prefix="banxin-review-") as scratch:
        # A chapter that is a file of its own may show pictures that lie beside it.
        whole = inside if not book.is_file() else prefix.as_posix()
        _unpack(folder, commit, whole, Path(scratch))
        found = Path(scratch) / inside
        if not found.exists():
            raise _without_book(book, revision)
        yield found


def describe(book: Path, revision: str) -> str:
    """A revision with the commit that it names: `v1.0（3f2a91c）`.

    Raises:
        ConfigError, ToolError: as `at_revision` does.
    """
    folder = _nearest(book)
    _prefix(folder)
    short = _commit(folder, revision)[:7]
    return revision if revision.startswith(short) else f"{revision}（{short}）"


def _nearest(book: Path) -> Path:
    """The folder of a book, or the nearest one that is there: the book may stand in an old revision only."""
    return next(folder for folder in (book, *book.absolute().parents) if folder.is_dir())


def _prefix(folder: Path) -> Path:
    """Where a folder stands in its repository."""
    return git.prefix(folder, "--base 要有 git；没有就直接写两个文件夹或文件：review 旧 新。")


def _commit(folder: Path, revision: str) -> str:
    done = git.run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = done.stdout.decode().strip().splitlines()
    if done.returncode == 0 and commit:
        return commit[-1]
    if git.is_shallow(folder):
        hint = "这个克隆只有最近的历史；先运行 git fetch --unshallow --tags。"
    else:
        hint = "用 git tag 或 git log --oneline 看看有哪些版本。"
    raise ConfigError([Problem(Place(revision), "git 里没有这个版本", hint)])


def _unpack(folder: Path, commit: str, inside: str, scratch: Path) -> None:
    """The files of a commit under one path; links are left out, because they may lead elsewhere."""
    paths = [] if inside == "." else [f":(top,literal){inside}"]
    listed = git.run(folder, "ls-tree", "-r", "-z", "--full-tree", "--name-only", commit, *([inside] if paths else []))
    if not listed.stdout:
        return
    done = git.run(folder, "archive", "--format=tar", commit, *(["--", *paths] if paths else []), top=True)
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip()
        raise ToolError([Problem(Place("git"), f"git 失败：{message}", "运行 git fsck 检查仓库。")])
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        for member in tar:
            _extract(tar, member, scratch.resolve())


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One file, inside the folder. By hand, because tarfile has its own filters only since Python 3.11.4."""
    path = (folder / member.name).resolve()
    stream = tar.extractfile(member) if member.isfile() else None
    if stream and path.is_relative_to(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stream.read())


def _without_book(book: Path, revision: str) -> ConfigError:
    hint = "那时书也许在别处；用 --book 写出位置，或导出两个文件夹来比：review 旧 新。"
    return ConfigError([Problem(Place(revision), f"这个版本里没有 {book}", hint)])
