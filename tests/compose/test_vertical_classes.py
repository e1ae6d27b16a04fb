"""How each class of character stands in vertical lines, in the faces of three regions: which way it is turned, how long
it is, where its ink lies in its square. What is right is kept in `tests/golden/vertical.tsv`: it was looked at, and
agrees with Chromium (test_vertical.py) in which way each is turned."""

from __future__ import annotations

from pathlib import Path

import pytest

from banxin import build
from tests.compose.test_vertical import CLASSES
from tests.conftest import ROOT
from tests.upright import pages

pytestmark = pytest.mark.slow

EM = 11.0
GOLDEN = ROOT / "tests" / "golden" / "vertical.tsv"
EDITIONS = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")
HEAD = ("edition", "character", "stands", "advance", "left", "top", "right", "bottom")
"""The last five in em; of the ink, from the upper left corner of the square of the text."""
SETTINGS = """\
title: 書
writing: vertical
typeset: {quotes: keep, marks: false, dashes: false, ellipses: false}
options: {cover: false, colophon: false, half-title: false}
chapters: [1.md]
"""
Row = tuple[str, ...]


def measured(folder: Path, edition: str) -> list[Row]:
    """Each character between two 永, in a paragraph of its own."""
    (folder / "book.yaml").write_text(f"language: {edition}\n{SETTINGS}", "utf-8")
    words = "\n\n".join(f"永{chr(92) if char.isascii() and not char.isalnum() else ''}{char}永" for char in CLASSES)
    (folder / "1.md").write_text(f"# 章\n\n{words}\n", "utf-8")
    (path,) = build.build(build.Order(folder, ("pdf",), (), folder / "out")).written
    rows: list[Row] = []
    for glyphs in pages(path):
        for before, glyph, after in zip(glyphs, glyphs[1:], glyphs[2:], strict=False):
            if before.char == after.char == "永" != glyph.char and abs(before.x - after.x) < 0.5:
                left, top = before.x, before.y + 0.12 * EM
                ink = glyph.left - left, glyph.top - top, glyph.right - left, glyph.bottom - top
                stands = "upright" if glyph.upright else "turned"
                numbers = (after.y - before.y - EM, *ink)
                rows.append((edition, CLASSES[len(rows)], stands, *(f"{number / EM:.2f}" for number in numbers)))
    assert len(rows) == len(CLASSES), "none was lost, or joined with its neighbours"
    return rows  # characters that share a glyph are told by their place


def test_every_class_stands_as_it_should(tmp_path_factory: pytest.TempPathFactory, update_golden: bool) -> None:
    rows = [row for edition in EDITIONS for row in measured(tmp_path_factory.mktemp("classes"), edition)]
    if update_golden:
        GOLDEN.write_text("".join("\t".join(row) + "\n" for row in (HEAD, *rows)), "utf-8")
    kept = [tuple(line.split("\t")) for line in GOLDEN.read_text("utf-8").splitlines()[1:]]
    assert [row[:3] for row in rows] == [row[:3] for row in kept]
    for row, old in zip(rows, kept, strict=True):
        assert [float(n) for n in row[3:]] == pytest.approx([float(n) for n in old[3:]], abs=0.025), row
