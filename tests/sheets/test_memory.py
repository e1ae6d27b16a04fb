"""What a process that builds again and again must give back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from banxin import fonts
from banxin.sheets import embed

pytestmark = pytest.mark.slow

TIMES = 12


def resident() -> float:
    """MB of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_a_font_that_was_embedded_is_let_go() -> None:
    """Each holds some megabytes of tables in Pango."""
    fonts.activate()
    for _ in range(TIMES):
        embed._font(b"Noto Serif SC Regular", 14)
    before = resident()
    for _ in range(TIMES):
        embed._font(b"Noto Serif SC Regular", 14)
    assert resident() - before < TIMES, "it is fifteen times that where they stay"
