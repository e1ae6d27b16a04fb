"""Taiwan and Hong Kong: marks stand in the middle of their em and give up ¼ + ¼, in each layout, by the PDF."""

from __future__ import annotations

from pathlib import Path

import pytest

from banxin import build, fonts, layout
from banxin.compose.patch import composing
from banxin.config import PageSpec
from banxin.render import pdf
from tools.composition import Rules, glyphs, marks, measure
from tools.composition.glyphs import Cell

TEXT = """---
title: 標點
language: {language}
layout: {layout}
---

# 標點

甲他說，「好」。他又說：「不好。」她沒有說，（一）、《書》、《報》。走了！」他說：**「著重」**。又說*，*「著」，[「連結」](https://example.org)，（二）；
《**重**》，[「名」](https://example.org/b)：「字」。末了「甲」^[注一。]，又「乙」。^[注二：「注」。]（三）[，](https://example.org/c)「丁」。
"""
HALF = ("，「", "」。", "：「", "，（", "）、", "、《", "》、", "」，", "》。", "）；", "》，", "」：", "），", "；《")
PAIRS = dict.fromkeys(HALF, 0.5) | {"。」": 0.25, "！」": 0.0}
"""What two marks that meet give up between them, em."""


def cells(path: Path) -> list[Cell]:
    return [cell for found in glyphs.read(path).values() for cell in found]


@pytest.fixture(scope="module", params=["novel", "essay", "technical"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("language", ["zh-Hant-TW", "zh-Hant-HK"])
def test_centred_marks(name: str, language: str, tmp_path: Path) -> None:
    fonts.ensure([language], lambda _: None)
    fonts.activate()
    source = tmp_path / "book.md"
    source.write_text(TEXT.format(language=language, layout=name), "utf-8")
    (press, *_) = build.presses(build.Order(source), build.SILENT)
    path = tmp_path / "book.pdf"
    with composing(press.lines) as report:
        path.write_bytes(
            pdf.write(pdf.document(press, layout.geometry(press.page_spec or PageSpec(), press.layout)), press)
        )
    assert report.unforeseen == []
    assert report.stock == {}
    figures = measure(path, Rules(language=language))
    assert figures.totals["相邻标点"] >= 20
    assert figures.count("unsqueezed") == figures.count("ragged") == figures.count("kinsoku") == 0
    found: dict[str, set[float]] = {}
    read = cells(path)
    for a, b in zip(read, read[1:], strict=False):
        if {a.text, b.text} <= marks.MARKS and abs(a.y - b.y) < 0.1 and abs(a.size - b.size) < 0.1:
            found.setdefault(a.text + b.text, set()).add(round((a.end - b.start) / a.size, 2))
    assert found.keys() >= PAIRS.keys() - {"；《"}  # which may stand on two lines
    for pair, gives in found.items():
        assert gives == {PAIRS[pair]}, pair
    [before] = [
        (b.end - a.end) / a.size
        for a, b, c in zip(read, read[1:], read[2:], strict=False)
        if c.text == "」" and b.text == "。"
    ]
    assert 0.74 < before < 0.85  # a bracket has no blank on its left: the other quarter is given on the mark's left
