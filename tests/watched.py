"""A `watch` that runs for real, in a process of its own, over a book that a test may change."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from banxin import starter

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300
"""Seconds: a busy machine builds slowly."""


@dataclass
class Session:
    """A running `watch`."""

    process: subprocess.Popen[bytes]
    book: Path
    said: Path
    told: Path

    @property
    def address(self) -> str:
        found = re.search(r"http://[\d.:]+/", self.said.read_text("utf-8"))
        return found[0] if found else ""

    @property
    def builds(self) -> int:
        return self.said.read_text("utf-8").count("排好了")

    def wait(self, what: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert self.process.poll() is None, self.told.read_text("utf-8")
            assert time.monotonic() < deadline, self.said.read_text("utf-8") + self.told.read_text("utf-8")
            time.sleep(0.1)

    def page(self, name: str = "") -> str:
        try:
            with urlopen(self.address + name, timeout=PATIENCE) as response:
                return str(response.read().decode())
        except HTTPError as error:
            return str(error)

    def change(self, old: str, new: str, chapter: str = "01-water.md") -> None:
        path = self.book / chapter
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@contextmanager
def watched(folder: Path, *options: str, before: Callable[[Path], None] = lambda _: None) -> Iterator[Session]:
    """Watch a new book in a folder, from when it is built first, or found wrong; `before` changes it first."""
    book = folder / "book"
    starter.start(book)
    before(book)
    command = [sys.executable, "build.py", "watch", str(book), "--out", str(folder / "out"), "--port", "0", *options]
    said, told = folder / "stdout", folder / "stderr"
    with said.open("wb") as stdout, told.open("wb") as stderr:
        process = subprocess.Popen(command, cwd=ROOT, stdout=stdout, stderr=stderr)
    running = Session(process, book, said, told)

    def is_built() -> bool:
        return bool(running.address) and not re.search(r'"took": 0\.0[,}]', running.page(".banxin/state"))

    try:
        running.wait(lambda: is_built() or "错误" in told.read_text("utf-8"))
        yield running
    finally:
        process.kill()
        process.wait()
