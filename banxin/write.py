"""The only writer: every output appears whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from banxin.book import Artifact
from banxin.errors import ConfigError, Place, Problem, ToolError

MANIFEST = ".banxin-outputs"
"""In the output folder: every file there that banxin wrote, one a line. `clean` removes these and nothing else."""
SCRATCH = ".banxin-"
"""How the folders begin that a build works in, before the number of its process; the next build removes those of dead
ones."""

LOCK = ".banxin-lock"
"""In the output folder: held while a build writes there, so that two at once do not lose each other's list."""

AT_FDCWD = -100
RENAME_EXCHANGE = 2
"""Of Linux: fcntl.h and fs.h."""


def write(artifacts: Sequence[Artifact], out: Path) -> list[Path]:
    """Write artifacts under `out`; gives the files and folders at its top that are new.

    Everything is written beside its place first (same file system) and then renamed, so a build that is killed, or a
    disk that is full, leaves the earlier outputs as they were. A folder is exchanged as a whole.

    Raises:
        ConfigError: two artifacts have one name, or a name leads out of `out`.
        ToolError: the disk is full, or `out` cannot be written.
    """
    _check_names(artifacts)
    tops = list(dict.fromkeys(PurePosixPath(artifact.path).parts[0] for artifact in artifacts))
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _turn(out):
            _write(artifacts, tops, out)
    except OSError as error:
        hint = "腾出空间，或用 -o 换一个输出文件夹；原有的文件没有动。"
        message = f"写不进去：{error.strerror or error}"
        raise ToolError([Problem(Place(str(out)), message, hint)]) from error
    return [out / top for top in tops]


def _write(artifacts: Sequence[Artifact], tops: Sequence[str], out: Path) -> None:
    _sweep(out)
    with tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-", dir=out) as scratch:
        _stage([*artifacts, _manifest(artifacts, out)], Path(scratch), out)
        for top in [*tops, MANIFEST]:
            _exchange(Path(scratch) / top, out / top)


@contextmanager
def _turn(out: Path) -> Iterator[None]:
    """Wait until no other build writes to a folder; on a file system that knows no locks, nobody waits."""
    with (out / LOCK).open("a") as lock:
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_text(path: Path, text: str) -> None:
    """Write one file of the author's own, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-", dir=path.parent) as scratch:
            _stage([Artifact(path.name, text.encode())], Path(scratch), path.parent)
            (Path(scratch) / path.name).replace(path)
    except OSError as error:
        message = f"写不进去：{error.strerror or error}"
        raise ToolError([Problem(Place(str(path)), message, "腾出空间，或改文件夹的权限。")]) from error


def listed(out: Path) -> list[str]:
    """The files under `out` that banxin wrote, by its own list: relative, with `/`."""
    try:
        text = (out / MANIFEST).read_text("utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.split("\n") if line]


def _manifest(artifacts: Iterable[Artifact], out: Path) -> Artifact:
    """The list after this build: a top that is written again has only its new files."""
    new = {artifact.path for artifact in artifacts}
    tops = {PurePosixPath(path).parts[0] for path in new}
    kept = {path for path in listed(out) if path.split("/")[0] not in tops}
    return Artifact(MANIFEST, "".join(f"{path}\n" for path in sorted(kept | new)).encode())


def _check_names(artifacts: Iterable[Artifact]) -> None:
    problems: list[Problem] = []
    counts = Counter(artifact.path.casefold() for artifact in artifacts)
    for name, count in counts.items():
        if count > 1:
            problems.append(Problem(Place(name), "两个输出同名", "给版本换一个名字，或给书写明 slug。"))
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
            problems.append(Problem(Place(name), "输出的名字指到了输出文件夹之外", "改 slug 或版本的名字。"))
    if problems:
        raise ConfigError(problems)


def _stage(artifacts: Iterable[Artifact], scratch: Path, out: Path) -> None:
    for artifact in artifacts:
        path = scratch / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if _taken_over(artifact, out / artifact.path, path):
            continue
        with path.open("wb") as file:
            file.write(artifact.data)
            file.flush()
            os.fsync(file.fileno())


def _taken_over(artifact: Artifact, old: Path, path: Path) -> bool:
    """The same file again, where it would only be written once more: most chapters of a site, after one changed.

    To wait for the disk takes longer than to make the site.
    """
    try:
        state = old.lstat()
        if not stat.S_ISREG(state.st_mode) or state.st_size != len(artifact.data) or old.read_bytes() != artifact.data:
            return False
        os.link(old, path)
    except OSError:  # it is not there, or this file system knows no links
        return False
    return True


def _exchange(new: Path, place: Path) -> None:
    """Put `new` in its place; a folder that is there goes only after the new one stands."""
    if not place.is_dir() or place.is_symlink():
        os.replace(new, place)
    elif not _swapped(new, place):
        old = new.with_name(f"{new.name}.old")
        place.rename(old)
        new.rename(place)


def _swapped(one: Path, other: Path) -> bool:
    """Exchange two files or folders in one step (Linux 3.15, glibc 2.28); False where the system has no such step."""
    rename: Any = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    return done == 0


def _sweep(out: Path) -> None:
    """Remove what builds left that were killed; one that still runs keeps its own."""
    for folder in out.glob(f"{SCRATCH}*-*"):
        process = folder.name.removeprefix(SCRATCH).partition("-")[0]
        if process.isdecimal() and not _runs(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
