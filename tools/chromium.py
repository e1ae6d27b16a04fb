"""How the system's Chromium is called: by the tests of the web edition, and where its printing is measured."""

from __future__ import annotations

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
"""As root, with little shared memory (a container), asking no other host for anything."""
