"""The programs of the machine that read what banxin wrote. One that is absent fails the test: nothing is skipped."""

from __future__ import annotations

import pytest

from banxin import machine

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
"""Chromium as root, with little shared memory (a container), asking no other host for anything."""


def need(*names: str) -> str:
    """Where the first of these commands is; the test fails where none is."""
    found = machine.program(*names)
    if not found:
        pytest.fail(f"{names[0]} is not on this machine: run `make test` as root, which installs it")
    return found
