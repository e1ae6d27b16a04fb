"""What was laid out of a signature goes with it, without a search for cycles (which looks at all that there is)."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from banxin import build
from banxin.build import Order


@pytest.fixture
def no_search() -> Iterator[None]:
    """No search for cycles meanwhile."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("place", ["foot", "chapter"])
def test_no_box_of_a_note_is_left(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_search: None) -> None:
    from weasyprint.formatting_structure import boxes

    monkeypatch.setenv("BANXIN_CACHE", "off")
    words = "".join(f"江水流春去欲尽，第{n}夜江潭落月复西斜[^{n}]。\n\n[^{n}]: 见第{n}页。\n\n" for n in range(60))
    (tmp_path / "a.md").write_text(f"# 江\n\n{words}", "utf-8")
    (tmp_path / "book.yaml").write_text(f"title: 江\nchapters: [a.md]\nnotes: {{place: {place}}}\n", "utf-8")
    before = Counter(type(one) for one in gc.get_objects() if isinstance(one, boxes.Box))
    build.build(Order(tmp_path, formats=("pdf",), out=tmp_path / "out", jobs=1))
    left = Counter(type(one) for one in gc.get_objects() if isinstance(one, boxes.Box)) - before
    assert left.total() < FRAMES, left


FRAMES = 40
"""Boxes of the frames of pages, which are drawn once a book; of 60 notes there were some thousand."""
