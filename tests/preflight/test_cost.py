"""What a preflight costs beside the build that it follows: CPU seconds of one process, both in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from banxin import build
from banxin.preflight import report
from banxin.preflight.examine import examine
from tools import long_book

pytestmark = pytest.mark.slow

LENGTH = 50_000
"""字数: some 120 pages."""
SHARE = 0.4
"""Of the CPU time of a build from nothing; it was .2 where this was written."""


def spent(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def test_the_share_of_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANXIN_CACHE", "off")
    folder = long_book.write(tmp_path / "long", LENGTH)
    order = build.Order(folder, formats=("pdf",), out=tmp_path / "out", profile="print", jobs=1)
    made: list[build.Result] = []
    whole = spent(lambda: made.append(build.build(order)))
    (path,) = made[0].written
    data = path.read_bytes()
    look = spent(lambda: report.artifacts(examine(path.name, data), data))
    assert look < SHARE * (whole - look)
