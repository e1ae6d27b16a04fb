"""Writing with the book in view: built again at every change of the manuscript or the layouts."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import watchfiles

from banxin import build, cache, images, layout, resources, write
from banxin.book import Artifact
from banxin.errors import BanxinError, Place, Problem, ToolError
from banxin.preview import Preview, Server, serving
from banxin.progress import told
from banxin.workers import PRESS, Call, workers

if TYPE_CHECKING:
    from banxin.preview.proof import Proof
    from banxin.sheets.tally import Work

QUIET = 40
"""ms without a change before a build: an editor that saves makes several changes."""
IMPATIENT = 1600
"""ms after which a build begins though changes go on."""
LOOK = 200
"""ms: how often Ctrl-C is looked for."""
SHORT = 0.5
"""Seconds: a build that is over by then says nothing of its stages."""
OFTEN = 0.25
"""Seconds between two words of how far a build is."""
ORDER = {"": ("pdf", "html", "epub"), "web": ("html", "pdf", "epub")}
"""What is looked at -> the formats, what is seen first."""

Tell = Callable[[Sequence[Problem]], None]
Say = Callable[[str], None]
Change = tuple[watchfiles.Change, str]


@dataclass(frozen=True, slots=True)
class Voice:
    """Who hears what."""

    tell: Tell
    """The problems of a build; warnings once, as long as they stay."""
    say: Say
    """The address, and the end."""
    done: Say
    """That a build is done."""
    progress: Callable[[], AbstractContextManager[build.Watcher]] = lambda: nullcontext(build.SILENT)
    """How far it is, until there is a book to be seen."""


def watch(order: build.Order, port: int, voice: Voice) -> None:
    """Build, serve, and build again at each change of the manuscript or the layouts, until Ctrl-C.

    The process and its workers stay, with all that they have loaded.

    Args:
        order: what is built; what is looked at first.
        port: 0 takes any that is free.
        voice: who hears of it.

    Raises:
        BanxinError: there is no such book, or the port cannot be had. What is wrong with a book is told, not raised.
    """
    if not order.path.exists():
        build.build(order)  # it says so
    paged = "pdf" in order.formats
    with serving(Preview(order.out, book=order.path, paged=paged), port) as server:
        voice.say(f"预览：{server.address}（按 Ctrl+C 停下）")
        try:
            _follow(_changes(order.path, order.out), Builder(order, server, voice))
        except KeyboardInterrupt:
            voice.say("停下了。")
        finally:
            for proof in server.preview.proofs.values():
                proof.close()


def _follow(changes: Iterator[set[Change]], builder: Builder) -> None:
    """Build at every change, with workers that stay; where the system ended one of them, again with new ones."""
    ready = PRESS if "pdf" in builder.order.formats else ""
    again = False
    while True:
        try:
            with workers(builder.order.jobs, ready) as call:
                if again:
                    builder.rebuild(call)
                again = False
                for _ in changes:
                    builder.rebuild(call)
                return
        except ToolError as error:
            if again:  # at once, twice: what is asked for is too much
                builder.fail(error.problems)
            again = not again


class Builder:
    """Builds again and again, for a server to show."""

    def __init__(self, order: build.Order, server: Server, voice: Voice) -> None:
        self.order, self.server, self.voice = order, server, voice
        self.watcher: build.Watcher = build.SILENT
        self.warned: frozenset[Problem] = frozenset()
        self.started = self.told = 0.0
        self.label = ""
        """What is being made: a stage, or an edition in one format."""
        if "pdf" in order.formats:
            from banxin.preview.slips import Slips  # PDFium, which not every book needs

            self.slips = Slips()

    def rebuild(self, call: Call | None = None) -> None:
        """Build once; a book that fails leaves the earlier outputs, and its problems, to be seen.

        Raises:
            BrokenProcessPool: a worker was ended by the system.
        """
        _forget()
        self.started = self.told = monotonic()
        try:
            result = self.build(call)
        except BrokenProcessPool:
            raise
        except BanxinError as error:
            self.fail(error.problems)
        except Exception as error:
            logging.getLogger(__name__).exception("build")
            what = f"程序自己出了错：{type(error).__name__}：{error}"
            self.fail([Problem(Place(str(self.order.path)), what, "这是程序的毛病，请告诉我们；改了稿子会再试。")])
        else:
            self.voice.tell([problem for problem in result.problems if problem not in self.warned])
            self.warned = frozenset(result.problems)
            took = round(monotonic() - self.started, 2)
            self.voice.done(f"排好了（{took:.1f} 秒）：{'、'.join(path.name for path in result.written)}")
            self.update(
                tops=result.written,
                problems=(),
                warnings=result.problems,
                sources=result.sources,
                slug=result.slug,
                stage="",
                took=took,
            )

    def build(self, call: Call | None) -> build.Result:
        """Build, what is looked at first."""
        formats = sorted(self.order.formats, key=ORDER[self.server.view].index)
        order = replace(self.order, formats=tuple(formats), validated=False)  # the next save comes before Java is done
        progress = nullcontext(build.SILENT) if self.server.preview.tops else self.voice.progress()
        with progress as self.watcher:
            return build.build(order, self, call, self.show)

    def update(self, **changes: Any) -> None:
        """Show something new."""
        self.server.preview = replace(self.server.preview, **changes)

    def fail(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong."""
        self.voice.tell(problems)
        self.update(problems=tuple(problems), stage="")

    def show(self, made: Sequence[Artifact]) -> None:
        """Show what is done while the rest is made: pages at once, the web edition when it is written."""
        shown = self.server.preview
        pdfs = [artifact for artifact in made if artifact.path.endswith(".pdf")]
        if pdfs:
            for each in pdfs:
                old = shown.proofs.get(each.path)
                proof = self.slips.whole(self.label, each, old)
                self.show_pages(each.path, proof)
                if old and old is not proof:
                    old.close()
        written = write.write(made, self.order.out)
        if not pdfs:
            self.update(version=secrets.token_hex(8), problems=(), tops=self.tops(written))

    def show_pages(self, name: str, proof: Proof) -> None:
        """Show the pages of a PDF."""
        proofs = {**self.server.preview.proofs, name: proof}
        tops = self.tops([self.order.out / name])
        self.update(version=secrets.token_hex(8), problems=(), tops=tops, proofs=proofs)

    def tops(self, written: Sequence[Path]) -> tuple[Path, ...]:
        """What was shown, and what is new."""
        return tuple(dict.fromkeys([*self.server.preview.tops, *written]))

    def stage(self, name: str) -> None:
        """Say what is done, if it takes long."""
        self.label = name
        self.watcher.stage(name)
        self.say_stage(name, 0.0)

    def step(self, name: str) -> None:
        """Say how far it is."""
        self.watcher.step(name)
        self.say_stage(name, OFTEN)

    def laid(self, work: Work) -> None:
        """Say how far the pages are; show those that changed before the book is bound."""
        self.watcher.laid(work)
        self.say_stage(told(work), OFTEN)
        if work.printed and (slipped := self.slips.changed(self.label, work.printed, self.server.preview.proofs)):
            self.show_pages(*slipped)

    def say_stage(self, name: str, pause: float) -> None:
        now = monotonic()
        if now - self.started > SHORT and now - self.told >= pause:
            self.told = now
            self.update(stage=name)


def _forget() -> None:
    """What was read once, of the layouts and of the book's folder, may have changed."""
    for function in (*vars(layout).values(), *vars(images).values()):
        if hasattr(function, "cache_clear"):
            function.cache_clear()
    cache.forget_digests()


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
        rust_timeout=LOOK,
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
