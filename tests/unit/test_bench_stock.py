"""Our laying out against that of stock WeasyPrint."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import long_book
from tools.bench import stock


@pytest.mark.slow
def test_our_layout_is_faster_than_stock(tmp_path: Path) -> None:
    """Both on the same HTML, in turn, in fresh processes; on a small book the gain is a part of what a long one has."""
    times = stock.compare(long_book.write(tmp_path / "long", 60_000), 1)
    assert times["ratio"] == pytest.approx(times["ours"] / times["stock"], abs=0.001)
    assert 0 < times["ratio"] < 0.9
