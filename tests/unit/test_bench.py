"""`make bench`: the long book is the same everywhere, and the figures are of a real build."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from banxin import build, statistics
from tools import bench, long_book

ROOT = Path(__file__).resolve().parents[2]


def digest(folder: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.iterdir()))).hexdigest()


def test_the_long_book_is_the_same_for_a_seed(tmp_path: Path) -> None:
    one, same, other = (
        digest(long_book.write(tmp_path / name, 20_000, seed)) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert one == same
    assert one != other


@pytest.mark.slow
def test_the_long_book_is_as_long_as_asked_and_faultless(tmp_path: Path) -> None:
    order = build.Order(long_book.write(tmp_path / "long", 50_000))
    assert build.check(order).problems == ()
    (tally,) = statistics.count(order)
    assert abs(tally.total.length - 50_000) < 1000
    assert min(tally.total.notes, tally.total.tables, tally.total.words) > 0


def test_ratios_are_of_the_same_text_only() -> None:
    book = {"characters": 100, "seconds": {"pdf": 3.0, "load": 0.1}}
    assert bench._ratio("pdf", book, {"characters": 100, "seconds": {"pdf": 2.0}}) == " ×1.50"
    assert bench._ratio("pdf", book, {"characters": 101, "seconds": {"pdf": 2.0}}) == ""
    assert bench._ratio("load", book, {"characters": 100, "seconds": {"load": 0.001}}) == ""
    assert bench._ratio("pdf", book, None) == ""


def test_medians() -> None:
    runs = [bench.Run(100, 10, {"pdf": s, "total": s + 1}, {"total": 100 * s}) for s in (4.0, 2.0, 9.0)]
    summary = bench.summarize(runs)
    assert summary["seconds"] == {"pdf": 4.0, "total": 5.0}
    assert summary["megabytes"] == {"total": 400.0}
    assert summary["pages_per_second"] == 2.5
    assert summary["totals"] == [5.0, 3.0, 10.0]


@pytest.mark.slow
def test_a_real_run_and_its_comparison(tmp_path: Path) -> None:
    def run(*options: str) -> str:
        command = [sys.executable, str(ROOT / "tools" / "bench.py"), "essay", "--repeat", "1", *options]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    kept = tmp_path / "before.json"
    run("--json", str(kept))
    before = json.loads(kept.read_text("utf-8"))["books"]["essay"]
    seconds, stages = before["seconds"], set(bench.STAGES)
    assert set(seconds) == {*stages, "total"}
    assert all(seconds[stage] > 0 for stage in stages - {"convert"})
    assert abs(sum(seconds[stage] for stage in stages) - seconds["total"]) < 0.01
    assert seconds["other"] < 0.2 * seconds["total"], "some stage is not timed"
    assert before["pages"] > 10
    assert before["megabytes"]["total"] >= before["megabytes"]["pdf"] > 50
    rows = [line for line in run("--baseline", str(kept)).splitlines() if "total" in line]
    assert len(rows) == 1
    assert re.fullmatch(r" *total +\d+\.\d\d ×\d+\.\d\d +\d+ *", rows[0])


@pytest.mark.slow
def test_our_layout_is_faster_than_stock(tmp_path: Path) -> None:
    """Both on the same HTML, in turn, in fresh processes; on a small book the gain is a part of what a long one has."""
    options = bench._options().parse_args(["--repeat", "1"])
    times = bench.compare(long_book.write(tmp_path / "long", 60_000), options)
    assert times["ratio"] == pytest.approx(times["ours"] / times["stock"], abs=0.001)
    assert 0 < times["ratio"] < 0.9


def test_the_table_fits_a_terminal() -> None:
    seconds = dict.fromkeys((*bench.STAGES, "total"), 123.456)
    book = {"characters": 199932, "pages": 503, "pages_per_second": 6.51, "seconds": seconds, "megabytes": seconds}
    books = dict.fromkeys(bench.BOOKS, book)
    page = StringIO()
    Console(file=page, width=80).print(bench.table(books, books))
    assert "…" not in page.getvalue()
    assert page.getvalue().count("123.46 ×1.00") == 3 * (len(bench.STAGES) + 1)
