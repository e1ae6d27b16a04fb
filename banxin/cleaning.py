"""Forgetting: the outputs that banxin wrote, and its caches. What anybody else put beside them stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from banxin import cache, resources, write
from banxin.errors import Place, Problem, ToolError
from banxin.shelf import books

CACHES = ("cache", "coverage", "fontconfig")
"""Folders that a build fills again by itself, under `resources.cache_dir()` and `resources.state_dir()`."""
FONTS = "fonts"
"""The fetched fonts, under `resources.cache_dir()`: some hundred megabytes from the network."""


def clean(out: Path, fonts: bool = False) -> list[Path]:
    """Remove outputs and caches; gives what is gone, for the user to read.

    Args:
        out: an output folder. What `review` wrote into a folder inside it goes too.
        fonts: the fetched fonts as well.

    Raises:
        ToolError: something cannot be removed.
    """
    try:
        return [*_outputs(out), *_caches(fonts)]
    except OSError as error:
        hint = "检查文件夹的权限；文件正被别的程序打开的话，先关掉它。"
        raise ToolError([Problem(Place(str(error.filename)), f"删不掉：{error.strerror}", hint)]) from error


def _outputs(out: Path) -> Iterator[Path]:
    if books.JSON in write.listed(out):
        yield from _logs(out / books.LOGS)
    for folder in [*sorted(path.parent for path in out.glob(f"*/{write.MANIFEST}")), out]:
        yield from _listed(folder)
        for scratch in folder.glob(f"{write.SCRATCH}*{8 * '?'}/"):
            shutil.rmtree(scratch)
            yield scratch
        for own in (write.MANIFEST, write.LOCK):
            (folder / own).unlink(missing_ok=True)
        _drop(folder)


def _logs(logs: Path) -> Iterator[Path]:
    """Remove what the tasks of a shelf said, and the records of what came of them."""
    if logs.is_symlink() or not logs.is_dir():
        return
    said = [path for path in logs.glob("*/*.log") if not path.parent.is_symlink()]
    for log in said:
        log.unlink()
        log.with_suffix(".json").unlink(missing_ok=True)
    for folder in [*logs.glob("*/"), logs]:
        _drop(folder)
    if said:
        yield logs


def _listed(folder: Path) -> Iterator[Path]:
    """Remove the files of a folder's list, then the folders that are empty without them; gives their tops."""
    names = [PurePosixPath(name) for name in write.listed(folder)]
    gone = [name for name in names if _remove(folder, name)]
    above = {parent for name in names for parent in name.parents if parent.parts}
    for parent in sorted(above, key=lambda path: len(path.parts), reverse=True):
        if _is_inside(folder, parent):
            _drop(folder / parent)
    yield from dict.fromkeys(folder / name.parts[0] for name in gone)


def _remove(folder: Path, name: PurePosixPath) -> bool:
    """Remove one output, if it is there. The list is a file like any other: it may not lead out of its folder."""
    path = folder / name
    if not _is_inside(folder, name) or not (path.is_file() or path.is_symlink()):
        return False
    path.unlink()
    return True


def _is_inside(folder: Path, name: PurePosixPath) -> bool:
    """Whether the name stays in the folder, through symbolic links too."""
    if name.is_absolute() or ".." in name.parts:
        return False
    return (folder / name).parent.resolve().is_relative_to(folder.resolve())


def _drop(folder: Path) -> None:
    """Remove a folder if nothing is left in it; not the one that the user stands in."""
    if folder.resolve() != Path.cwd():
        with suppress(OSError):
            folder.rmdir()


def _caches(fonts: bool) -> Iterator[Path]:
    places = [base / name for base in (resources.state_dir(), resources.cache_dir()) for name in CACHES]
    places += filter(None, [cache.folder()])
    if fonts:
        places.append(resources.cache_dir() / FONTS)
    for place in dict.fromkeys(places):
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
            yield place
