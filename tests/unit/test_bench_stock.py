"""Our PDF takes no larger part of stock WeasyPrint's time than it did: `python -m tools.bench.stock`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.bench import stock

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_our_part_of_the_time_of_stock_is_not_worse_by_15_percent_than_the_committed_one() -> None:
    """Real PDFs of a small book, both sides at the same time on one core, by the time of the processor.

    What was committed stands in `tools/bench/ratio.json`. It is renewed by `python -m tools.bench.stock --renew`, after
    we became faster, or slower for a good reason, which the commit tells.
    """
    command = [sys.executable, "-m", "tools.bench.stock", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    ours, others, ratio = done.stdout.splitlines()
    assert min(len(line.split()) - 1 for line in (ours, others.replace(" 原样", ""))) >= stock.RUNS
    assert 0.3 < float(ratio.split()[1]) < 1, "we are faster"


def test_a_ratio_is_of_means_and_worse_from_15_percent_on() -> None:
    times = {"ours": [1.0, 2.0, 3.0], "stock": [5.0, 3.0]}
    assert stock.ratio(times) == 0.5
    assert not stock.is_worse(times, 0.5)
    assert not stock.is_worse(times, 0.44)
    assert stock.is_worse(times, 0.43)
