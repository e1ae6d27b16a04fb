"""What holds for every composed document, on mixed prose, read from the glyphs of the PDF and from the boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from banxin.compose import plan
from banxin.compose.patch import composing
from tests.compose.sheet import EM, PT, Sheet, lay, line_boxes, text_boxes
from tools import prose
from tools.composition import marks

MEASURE = 28
EDGE = 30.0
FINE = 0.1 / PT
"""0.1 pt in px."""
HAN = "山川日月星云雨雪风雷火土木金水石田禾竹米"


def tagged(characters: int, seed: int = prose.SEED) -> str:
    """Paragraphs of mixed prose as HTML."""
    return "\n".join(f"<p>{''.join(map(prose._html, each))}</p>" for each in prose.write(characters, seed))


INDENT = "p { text-indent: 2em } strong { line-height: 1 }"


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return lay(f"<div style='width:{MEASURE}em'>{tagged(6000)}</div>", INDENT)


@pytest.fixture(scope="module")
def stock() -> Sheet:
    return lay(f"<div style='width:{MEASURE}em'>{tagged(6000)}</div>", INDENT, composed=False)


def blocks(box: Any) -> Iterator[list[Any]]:
    """The line boxes of each block that holds lines."""
    children = getattr(box, "children", ())
    lines = [child for child in children if type(child).__name__ == "LineBox"]
    if lines:
        yield lines
    else:
        for child in children:
            yield from blocks(child)


def full_lines(sheet: Sheet) -> Iterator[tuple[Any, Any]]:
    """The line boxes that are followed by another of their paragraph, with their rows of the PDF."""
    for number, page in enumerate(sheet.document.pages):
        paragraphs = list(blocks(page._page_box))
        rows = sheet.rows(number)
        assert len(rows) == sum(map(len, paragraphs))
        at = iter(rows)
        for lines in paragraphs:
            for n, line in enumerate(lines):
                row = next(at)
                if n < len(lines) - 1:
                    yield line, row


def test_full_lines_end_at_the_measure(sheet: Sheet) -> None:
    """1. ± 0.1 pt; the blank half of a mark may stand outside."""
    count = 0
    for _, row in full_lines(sheet):
        last = next(cell for cell in reversed(row.cells) if not cell.is_space)
        beyond = row.end - EDGE - MEASURE * EM
        after = marks.blank(last.text, "zh-Hans")[1] * last.size / PT
        assert min(abs(beyond), abs(beyond - after)) <= FINE, row.text
        count += 1
    assert count > 120


def test_and_so_say_the_boxes(sheet: Sheet) -> None:
    for line, _ in full_lines(sheet):
        assert line.position_x + line.width == pytest.approx(EDGE + MEASURE * EM, abs=1e-3)


def _glyphs(sheet: Sheet) -> str:
    return "".join(cell.text for page in sheet.cells for cell in page if not cell.is_space).replace("‐", "")


def test_the_text_is_that_of_stock(sheet: Sheet, stock: Sheet) -> None:
    """2. Every glyph says what it said before, in the same order."""
    assert _glyphs(sheet) == _glyphs(stock)
    assert len(_glyphs(sheet)) > 6000


@pytest.mark.parametrize("millimetres", [70, pytest.param(90, marks=pytest.mark.slow), 120, 210])
def test_lines_do_not_depend_on_the_page(millimetres: int, sheet: Sheet) -> None:
    """3. Pages of any height have the same lines, with and without boxes to resume in."""
    low = lay(
        f"<div style='width:{MEASURE}em'>{tagged(6000)}</div>",
        INDENT + f"@page {{ size: 900px {millimetres}mm }} p {{ orphans: 1; widows: 1 }}",
    )
    assert low.lines() == sheet.lines()
    assert len(low.document.pages) > len(sheet.document.pages)


def test_nor_do_they_inside_boxes() -> None:
    inner = "".join(f"<b>{HAN}，<i>{HAN}<a href='#'>typography{HAN}</a></i></b><code>a b</code>" for _ in range(6))
    body = f"<p style='width:17.3em'>{inner}</p>"
    lines = [
        lay(body, f"@page {{ size: 900px {60 + rows * 24}px }} p {{ orphans: 1; widows: 1 }}").lines()
        for rows in (1, 2, 3, 5, 50)
    ]
    assert all(each == lines[0] for each in lines)
    assert len(lines[0]) > 20


def test_the_same_bytes_twice() -> None:
    """4. In one process, with another document between, in one stretch of composing and in another."""
    body, other = tagged(800), tagged(800, seed=3)
    with composing():
        first, between, second = (lay(each, composed=False).pdf for each in (body, other, body))
    assert first == second == lay(body).pdf
    assert between != first


def test_plans_are_never_dearer_than_greedy_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """5. On the paragraphs of real prose."""
    made = plan.Planner.plan
    dearer, longer = [], []

    def total(planner: plan.Planner, path: list[int], first: bool) -> float:
        lines = enumerate(zip(path, path[1:], strict=False))
        return sum(planner.cost(i, k, first and n == 0) for n, (i, k) in lines)

    def watched(planner: plan.Planner, start: int = 0, first: bool = True) -> list[int]:
        path = made(planner, start, first)
        greedy = [start]
        while greedy[-1] < path[-1]:
            greedy.append(planner.greedy(greedy[-1], first and greedy[-1] == start))
        difference = total(planner, path, first) - total(planner, greedy, first)
        dearer.append(difference > 1e-6)
        longer.append(difference < -1e-6)
        return path

    monkeypatch.setattr(plan.Planner, "plan", watched)
    lay(f"<div style='width:{MEASURE}em'>{tagged(6000)}</div>", INDENT)
    assert len(dearer) > 30
    assert not any(dearer)
    assert sum(longer) > 10  # and the watch sees differences


def test_glyphs_stand_where_the_boxes_say(sheet: Sheet) -> None:
    """6. What the operators of the PDF add up to is the width of the boxes: each box begins with its first glyph."""
    for number, page in enumerate(sheet.document.pages):
        cells = iter(sheet.cells[number])
        for box in text_boxes(page._page_box):
            inside = [next(cells) for _ in box.text]
            assert "".join(cell.text for cell in inside).split() == box.text.split()
            assert inside[0].start / PT == pytest.approx(box.position_x, abs=FINE)
            gap = box.position_x + box.width - inside[-1].end / PT
            assert -0.51 * EM <= gap <= EM


# Borders --------------------------------------------------------------------------------------------------------------

TAGS = ("em", "code", "a href='#'", "sup", "b", "span style='padding:0 2px'")
NOT_FIRST = "，。；：！？、”’》）】·～／①—"
NOT_LAST = "“‘《（【￥"


def _borders() -> str:
    found = []
    for tag in TAGS:
        close = tag.split()[0]
        for mark in NOT_FIRST:
            found += [
                f"{HAN[:5]}<{tag}>{HAN[5:8]}</{close}>{mark}{HAN}",
                f"{HAN[:6]}<{tag}>{mark}{HAN[5:8]}</{close}>{HAN}",
                f"{HAN[:6]}<b><{tag}>{HAN[9]}</{close}></b><i>{mark}</i>{HAN}",
            ]
        for mark in NOT_LAST:
            found += [
                f"{HAN[:6]}{mark}<{tag}>{HAN[5:8]}</{close}>{HAN}",
                f"{HAN[:5]}<{tag}>{HAN[9]}{mark}</{close}>{HAN}",
            ]
    return "".join(f"<p>{each}</p>" for each in found)


@pytest.mark.slow
@pytest.mark.parametrize("width", [6, 7, 8.5])
def test_no_mark_at_a_wrong_end_across_borders(width: float) -> None:
    """7. Emphasis, code, links and note marks hide nothing from the rules."""
    sheet = lay(f"<div style='width:{width}em'>{_borders()}</div>", "@page { size: 900px 9000px }")
    lines = sheet.lines()
    assert len(lines) > 900
    assert [line for line in lines if line[0] in NOT_FIRST] == []
    assert [line for line in lines if line[-1] in NOT_LAST] == []
    raised = [
        words
        for page in sheet.document.pages
        for line in line_boxes(page._page_box)
        if (words := next(text_boxes(line)).element_tag) == "sup"
    ]
    assert raised == []


@pytest.mark.parametrize(
    "words",
    [
        "office affluent fi ffl", "AVA To We LT", "——", "……", "a——b", "e\u0301e\u0301", "汉\u0301", "か\u3099",
        "葛\U000e0100", "a\u200bb", "\u2060", "\ufeff", "👨\u200d👩\u200d👧", "❤\ufe0f", "<b>AV</b>AV",
        "<code>AV ffi</code>", "αβγ Жук", "a\u00a0b",
        "<span style='font-size:1.3em'>ffi</span>", "½ № ℃", "\u3000", "<span style='letter-spacing:1px'>ffi——</span>",
    ],
)  # fmt: skip
def test_hard_glyphs_do_not_move_the_edge(words: str) -> None:
    """8. Ligatures, kerning, clusters without a glyph, marks on letters, and another font inside a line."""
    sheet = lay(f"<p style='width:19.4em'>{HAN}，{words}{HAN}{words}“{HAN}”{words}{HAN}</p>")
    assert sheet.report is not None
    assert not sheet.report.stock
    rows = sheet.rows()
    assert len(rows) >= 4
    for row in rows[:-1]:
        last = next(cell for cell in reversed(row.cells) if not cell.is_space)
        beyond = row.end - EDGE - 19.4 * EM
        after = marks.blank(last.text, "zh-Hans")[1] * EM
        assert min(abs(beyond), abs(beyond - after)) <= FINE, row.text


def test_lines_have_one_gap(sheet: Sheet) -> None:
    """Gaps between Han differ by no more than what a content stream rounds."""
    for _, row in full_lines(sheet):
        gaps = [gap for a, b, gap in row.gaps() if marks.is_han(a.text) and marks.is_han(b.text)]
        if len(gaps) > 1 and not re.search(r"\s", row.text):
            assert max(gaps) - min(gaps) < 0.02
