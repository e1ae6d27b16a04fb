"""`make stages`: the figures are of a real build."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tools.bench import stages

ROOT = Path(__file__).resolve().parents[2]


def test_ratios_are_of_the_same_text_only() -> None:
    book = {"characters": 100, "seconds": {"pdf": 3.0, "load": 0.1}}
    assert stages._ratio("pdf", book, {"characters": 100, "seconds": {"pdf": 2.0}}) == " ×1.50"
    assert stages._ratio("pdf", book, {"characters": 101, "seconds": {"pdf": 2.0}}) == ""
    assert stages._ratio("load", book, {"characters": 100, "seconds": {"load": 0.001}}) == ""
    assert stages._ratio("pdf", book, None) == ""


def test_medians() -> None:
    runs = [stages.Run(100, 10, {"pdf": s, "total": s + 1}, {"total": 100 * s}) for s in (4.0, 2.0, 9.0)]
    summary = stages.summarize(runs)
    assert summary["seconds"] == {"pdf": 4.0, "total": 5.0}
    assert summary["megabytes"] == {"total": 400.0}
    assert summary["pages_per_second"] == 2.5
    assert summary["totals"] == [5.0, 3.0, 10.0]


@pytest.mark.slow
def test_a_real_run_and_its_comparison(tmp_path: Path) -> None:
    def run(*options: str) -> str:
        command = [sys.executable, "-m", "tools.bench.stages", "essay", "--repeat", "1", *options]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    kept = tmp_path / "before.json"
    run("--json", str(kept))
    before = json.loads(kept.read_text("utf-8"))["books"]["essay"]
    seconds, names = before["seconds"], set(stages.STAGES)
    assert set(seconds) == {*names, "total"}
    assert all(seconds[stage] > 0 for stage in names - {"convert"})
    assert abs(sum(seconds[stage] for stage in names) - seconds["total"]) < 0.01
    assert seconds["other"] < 0.2 * seconds["total"], "some stage is not timed"
    assert before["pages"] > 10
    assert before["megabytes"]["total"] >= before["megabytes"]["pdf"] > 50
    rows = [line for line in run("--baseline", str(kept)).splitlines() if "total" in line]
    assert len(rows) == 1
    assert re.fullmatch(r" *total +\d+\.\d\d ×\d+\.\d\d +\d+ *", rows[0])


def test_the_table_fits_a_terminal() -> None:
    seconds = dict.fromkeys((*stages.STAGES, "total"), 123.456)
    book = {"characters": 199932, "pages": 503, "pages_per_second": 6.51, "seconds": seconds, "megabytes": seconds}
    books = dict.fromkeys(stages.BOOKS, book)
    page = StringIO()
    Console(file=page, width=80).print(stages.table(books, books))
    assert "…" not in page.getvalue()
    assert page.getvalue().count("123.46 ×1.00") == 3 * (len(stages.STAGES) + 1)
