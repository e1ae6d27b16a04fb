"""The programs of the machine that read what banxin wrote. One that is absent fails the test: nothing is skipped."""

from __future__ import annotations

import pytest

from banxin import machine
from tools.chromium import NAMES as CHROMIUM
from tools.chromium import QUIET

__all__ = ["CHROMIUM", "QUIET", "need"]


def need(*names: str) -> str:
    """Where the first of these commands is; the test fails where none is."""
    found = machine.program(*names)
    if not found:
        pytest.fail(f"{names[0]} is not on this machine: run `make test` as root, which installs it")
    return found
