"""What a process that builds again and again must give back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from banxin import fonts
from banxin.sheets import embed

pytestmark = pytest.mark.slow

TIMES = 12


def held() -> float:
    """MB that this process has asked of the system and not given back: how many of them are in memory just now, hangs
    on who else wants it."""
    return int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_a_font_that_was_embedded_is_let_go() -> None:
    """Each holds some megabytes of tables in Pango."""
    fonts.activate()
    for _ in range(TIMES):
        embed._font(b"Noto Serif SC Regular", 14)
    before = held()
    for _ in range(TIMES):
        embed._font(b"Noto Serif SC Regular", 14)
    assert held() - before < TIMES, "it is fifteen times that where they stay"
