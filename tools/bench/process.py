"""What a chain of commands costs: seconds from the first start to the last end, and memory, seen from outside."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

MEGABYTE = 1 << 20
GLANCE = 0.02
"""Seconds between two looks at the memory, at least."""
SHARE = 0.05
"""How much of one core looking at the memory may take."""

PROC = Path("/proc")
"""Where Linux tells of processes; macOS has none."""

Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a chain of commands took."""

    seconds: float
    """Of the clock."""
    processor: float
    """Seconds of all processes that were waited for by their parents."""
    largest: float
    """Peak memory of the largest process, MB."""
    together: float
    """Peak memory of all processes, MB, what they share counted once (PSS); 0 where there is no /proc."""


class Failed(Exception):
    """A command ended with an error; its words are the last that it said."""


def run(commands: Sequence[Command], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run commands one after the other.

    Args:
        commands: programs with their arguments.
        folder: where they run.
        environment: None: this process's own.

    Raises:
        Failed: one of them ended with another exit code than 0.
    """
    watch = Watch()
    processor = 0.0
    begun = time.monotonic()
    for command in commands:
        used = _one(command, folder, environment, watch)
        processor += used.ru_utime + used.ru_stime
        if not PROC.exists():
            watch.largest = max(watch.largest, peak_of(used))
    seconds = time.monotonic() - begun
    watch.end()
    return Cost(seconds, processor, watch.largest, watch.together)


def _one(command: Command, folder: Path, environment: Mapping[str, str] | None, watch: Watch) -> resource.struct_rusage:
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said)
        watch.pid = process.pid
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            words = "\n".join(said.read().splitlines()[-5:])
            watch.end()
            raise Failed(f"{' '.join(command[:4])} …（退出码 {process.returncode}）\n{words}")
    return used


def peak_of(used: resource.struct_rusage) -> float:
    """The peak of a process and of those that it waited for, MB (the system tells kB on Linux, bytes on macOS).

    On Linux, that of the process which started it is in it, too (`exec` keeps it).
    """
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MEGABYTE


class Watch:
    """Looks at the memory of a process and all below it until it is told to end."""

    def __init__(self) -> None:
        self.pid = 0
        self.largest = self.together = 0.0
        self._done = Event()
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        """Peaks, which the system keeps, at every glance; the sum, which it has to count, as often as SHARE allows."""
        due = 0.0
        while not self._done.wait(GLANCE):
            pids = list(family(self.pid)) if self.pid else []
            self.largest = max([self.largest, *(_field(pid, "status", "VmHWM:") for pid in pids)])
            if time.monotonic() >= due:
                begun = time.thread_time()
                self.together = max(self.together, sum(_field(pid, "smaps_rollup", "Pss:") for pid in pids))
                due = time.monotonic() + (time.thread_time() - begun) / SHARE


def family(pid: int) -> Iterator[int]:
    """A process and all below it; where there is no /proc (macOS), itself alone."""
    yield pid
    try:
        tasks = list((PROC / str(pid) / "task").iterdir())
    except OSError:  # it has just ended
        return
    for task in tasks:
        with suppress(OSError):
            for one in (task / "children").read_text().split():
                yield from family(int(one))


def resident(pid: int) -> float:
    """Memory of a process, what it shares with others too, MB."""
    try:
        pages = int((PROC / str(pid) / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / MEGABYTE


def _field(pid: int, file: str, name: str) -> float:
    """A line of a file under /proc, whose number is of kB."""
    try:
        lines = (PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)
