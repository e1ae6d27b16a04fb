"""Writing with the book in view: built again at every change of the manuscript or the layouts."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

import watchfiles

from banxin import build, images, layout, resources, write
from banxin.errors import BanxinError, Place, Problem
from banxin.preview import Preview, serving

QUIET = 100
"""ms without a change before a build: an editor that saves makes several changes."""
IMPATIENT = 1600
"""ms after which a build begins though changes go on."""

Tell = Callable[[Sequence[Problem]], None]
Say = Callable[[str], None]
Change = tuple[watchfiles.Change, str]


def watch(order: build.Order, port: int, tell: Tell, say: Say) -> None:
    """Build, serve, and build again at each change of the manuscript or the layouts, until Ctrl-C.

    Args:
        port: 0 takes any that is free.
        tell: hears the problems of every build.
        say: hears the address, and that a build is done.

    Raises:
        BanxinError: there is no such book, or the port cannot be had. What is wrong with a book is told, not raised.
    """
    if not order.path.exists():
        build.build(order)  # it says so
    with serving(Preview(order.out, book=order.path), port) as server:
        say(f"预览：{server.address}（按 Ctrl+C 停下）")
        try:
            for _ in _changes(order.path, order.out):
                server.preview = rebuild(order, server.preview, tell, say)
        except KeyboardInterrupt:
            say("停下了。")


def rebuild(order: build.Order, preview: Preview, tell: Tell, say: Say) -> Preview:
    """Build once; a book that fails leaves the earlier outputs, and its problems, to be seen."""
    _forget()
    started = monotonic()
    try:
        result = build.build(order)
    except BanxinError as error:
        problems = error.problems
    except Exception as error:
        logging.getLogger(__name__).exception("build")
        what = f"程序自己出了错：{type(error).__name__}：{error}"
        problems = [Problem(Place(str(order.path)), what, "这是程序的毛病，请告诉我们；改了稿子会再试。")]
    else:
        tell(result.problems)
        names = "、".join(path.name for path in result.written)
        say(f"排好了（{monotonic() - started:.1f} 秒）：{names}")
        return replace(preview, version=secrets.token_hex(8), trouble="", tops=result.written)
    tell(problems)
    return replace(preview, trouble="\n".join(map(str, problems)))


def _forget() -> None:
    """What was read once, of the layouts and of the book's folder, may have changed."""
    for function in (*vars(layout).values(), *vars(images).values()):
        if hasattr(function, "cache_clear"):
            function.cache_clear()


# Changes --------------------------------------------------------------------------------------------------------------


def _changes(book: Path, out: Path) -> Iterator[set[Change]]:
    """Once at the beginning, then at every change. Changes during a build are seen after it."""
    places, deep = _places(book.resolve())
    first = True
    for changes in watchfiles.watch(
        *places,
        watch_filter=lambda _, path: matters(Path(path), out.resolve()),
        recursive=deep,
        step=QUIET,
        debounce=IMPATIENT,
        rust_timeout=2 * QUIET,
        yield_on_timeout=True,
    ):
        if changes or first:
            yield changes
        first = False


def _places(book: Path) -> tuple[list[Path], bool]:
    """The folders to watch, and whether with all that is below them.

    Beside a book of one file there may lie a whole home directory: its neighbours are watched one level deep.
    """
    if book.is_dir():
        return [book, resources.layouts_dir()], True
    return [book.parent, *_folders(book.parent.glob("*/")), *_folders(resources.layouts_dir().rglob("*/"))], False


def _folders(paths: Iterator[Path]) -> list[Path]:
    return [path for path in paths if not path.name.startswith(".")]


def matters(path: Path, out: Path) -> bool:
    """Whether a change may change the book: not our own outputs, nor what editors and git leave behind."""
    if path.name.startswith((".", "#")) or not _usual(watchfiles.Change.modified, str(path)):
        return False
    if not path.is_relative_to(out):
        return True
    inside = path.relative_to(out).parts
    return bool(inside) and not inside[0].startswith(write.SCRATCH) and inside[0] not in _tops(out)


_usual = watchfiles.DefaultFilter()


def _tops(out: Path) -> set[str]:
    return {name.split("/")[0] for name in write.listed(out)}
