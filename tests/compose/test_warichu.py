"""双行夹注: notes in two small lines, against every way to divide them, and by the boxes of what is laid out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin.compose.warichu import Halves
from tests.compose.sheet import EM, Sheet, lay, line_boxes, text_boxes

SMALL = 0.5 * EM
CSS = ".w { font-size: .5em; line-height: 1; --warichu: on }"
DOWN = "html { --writing: vertical }"
NEVER_FIRST, NEVER_LAST = "，。、；：？！」』）》", "「『（《"
CLOSED = "，。、；：」』）》"
FIRST = "學之為言效也。人性皆善，而覺有先後，後覺者必效先覺之所為，乃可以明善而復其初也。習，鳥數飛也。"
SECOND = "朋，同類也。程子曰：「以善及人，而信從者眾，故可樂。」"
PASSAGE = (
    f"學而時習之，不亦說乎？<span class=w>{FIRST}</span>"
    f"有朋自遠方來，不亦樂乎？<span class=w>{SECOND}</span>人不知而不慍。"
)


# --- dividing, as numbers


@st.composite
def lines(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Where lines of a note begin and end, px."""
    pieces = draw(st.lists(st.sampled_from((6.0, 6.0, 6.0, 12.0, 3.3, 25.0)), min_size=1, max_size=14))
    places = [0.0, *accumulate(pieces)]
    opens = [draw(st.sampled_from((0.0, 0.0, 3.0))) for _ in places]
    trims = [draw(st.sampled_from((0.0, 0.0, 3.0))) for _ in places]
    enter = [place + min(room, 3.0) for place, room in zip(places, opens, strict=True)]
    return enter, [place - min(room, 3.0) for place, room in zip(places, trims, strict=True)]


@settings(max_examples=300)
@given(lines(), st.data())
def test_no_other_place_divides_a_piece_into_shorter_lines(
    note: tuple[list[float], list[float]], data: st.DataObject
) -> None:
    enter, leave = note
    first = data.draw(st.integers(0, len(enter) - 2))
    last = data.draw(st.integers(first + 1, len(enter) - 1))

    def length(i: int, k: int) -> float:
        return max(0.0, leave[k] - enter[i]) if k > i else 0.0

    every = {k: max(length(first, k), length(k, last)) for k in range(first + 1, last + 1)}
    halves = Halves(enter, leave)
    assert halves.length(first, last) == pytest.approx(min(every.values()))
    assert every[halves.split(first, last)] == pytest.approx(min(every.values()))


@given(st.integers(1, 80), st.data())
def test_characters_divide_in_the_middle_and_the_first_line_has_the_odd_one(count: int, data: st.DataObject) -> None:
    places = [SMALL * n for n in range(count + 1)]
    first = data.draw(st.integers(0, count - 1))
    assert Halves(places, places).split(first, count) - first == -(-(count - first) // 2)


# --- in lines


def pieces(sheet: Sheet) -> Iterator[tuple[Any, Any, list[list[Any]]]]:
    """Each piece of a note: its line box, its box, and the text boxes of its lines."""
    for page in sheet.document.pages:
        for line in line_boxes(page._page_box):
            for box in (
                child for child in line.children if (child.element is not None and child.element_tag == "span")
            ):
                rows: dict[float, list[Any]] = {}
                for text in text_boxes(box):
                    rows.setdefault(round(text.position_y + text.baseline, 2), []).append(text)
                yield line, box, list(rows.values())


def said(boxes: list[Any]) -> str:
    return "".join(box.text for box in boxes)


def start(boxes: list[Any]) -> float:
    """Where the line begins, px: an opening mark there has given up its blank."""
    return float(boxes[0].position_x + 0.5 * SMALL * (boxes[0].text[0] in NEVER_LAST))


def end(boxes: list[Any]) -> float:
    """Where its ink may end, px: a mark there may give up its blank."""
    return float(boxes[-1].position_x + boxes[-1].width - 0.5 * SMALL * (boxes[-1].text[-1] in CLOSED))


def legal(text: str, k: int) -> bool:
    return not (text[k] in NEVER_FIRST or text[k - 1] in NEVER_LAST)


def length(text: str) -> float:
    """At least, px: pairs of marks share half a square, one at an end gives up half of its."""
    marks = NEVER_FIRST + NEVER_LAST
    pairs = sum(a in marks and b in marks for a, b in zip(text, text[1:], strict=False))
    ends = sum((text[:1] in NEVER_LAST, text != "" and text[-1] in CLOSED))
    return SMALL * (len(text) - 0.5 * pairs - 0.5 * ends)


@settings(max_examples=40)
@given(st.integers(9, 40), st.integers(1, len(FIRST)), st.booleans())
def test_pieces_in_any_measure(measure: int, count: int, vertical: bool) -> None:
    note = FIRST[:count]
    html = (
        f"天下之志。<span class=w>{note}</span>為豫章太守，<span class=w>{SECOND}</span>至，便問徐孺子所在，欲先看之。"
    )
    sheet = lay(f"<p style='width: {measure}em'>{html}", CSS + DOWN * vertical)
    assert sheet.report is not None
    assert sheet.report.planned == 1
    assert sheet.report.unforeseen == []
    words = "".join(box.text for page in sheet.document.pages for box in text_boxes(page._page_box))
    assert words == f"天下之志。{note}為豫章太守，{SECOND}至，便問徐孺子所在，欲先看之。"
    for line, box, halves in pieces(sheet):
        first, second = halves[0], halves[1] if len(halves) > 1 else []
        text = said(first) + said(second)
        assert len(halves) <= 2
        assert max(map(end, halves)) <= line.position_x + measure * EM + 0.01  # within the measure
        assert max(map(end, halves)) == pytest.approx(box.position_x + box.width, abs=0.5 * EM)
        if second:
            assert start(first) == pytest.approx(start(second))
            assert legal(text, len(said(first)))
        shortest = min(
            (max(length(text[:k]), length(text[k:])) for k in range(1, len(text)) if legal(text, k)), default=99.0
        )
        if second:  # as alike as the rules let them be
            assert max(length(said(first)), length(said(second))) <= shortest + 0.01


def test_a_line_of_nothing_but_commentary_is_full() -> None:
    sheet = lay(f"<p style='width: 7em'>{PASSAGE}", CSS)
    whole = [
        halves
        for line, box, halves in pieces(sheet)
        if len(line.children) == 1 and not said(halves[-1]).endswith(("飛也。", "樂。」"))
    ]
    assert len(whole) >= 1
    for halves in whole:
        assert len(halves) == 2
        for half in halves:
            assert end(half) - start(half) == pytest.approx(7 * EM, abs=0.51 * SMALL)


def test_no_line_is_higher_for_it() -> None:
    sheet = lay(f"<p style='width: 20em'>{PASSAGE}", CSS)
    tops = [line.position_y for page in sheet.document.pages for line in line_boxes(page._page_box)]
    assert len(tops) > 2
    assert tops == pytest.approx([tops[0] + 2 * EM * n for n in range(len(tops))])


@pytest.mark.parametrize("vertical", [False, True])
def test_the_lines_stand_on_both_sides_of_the_axis(vertical: bool) -> None:
    sheet = lay(f"<p style='width: 20em'>{PASSAGE}", CSS + DOWN * vertical)
    for line, _, halves in pieces(sheet):
        axis = line.position_y + line.baseline - 0.38 * EM
        across = [half[0].position_y + half[0].baseline - 0.38 * SMALL - axis for half in halves]
        assert across == pytest.approx([-SMALL / 2, SMALL / 2][: len(halves)])


def test_a_page_goes_on_inside_a_note() -> None:
    sheet = lay(
        f"<p style='width: 7em'>{PASSAGE}",
        CSS + f"@page {{ size: 900px {60 + 4 * EM}px }} p {{ orphans: 1; widows: 1 }}",
    )
    assert len(sheet.document.pages) >= 3
    once = lay(f"<p style='width: 7em'>{PASSAGE}", CSS)
    assert sheet.lines() == once.lines()


def test_marks_inside_it_and_around_it() -> None:
    """Emphasis, links and note marks in a note; a note in bold; a note that holds nothing; one with a forced break."""
    inner = "甲<b>乙丙</b>丁<a href='#x'>戊己</a>庚<sup>[1]</sup>辛壬癸<br>子丑"
    sheet = lay(
        f"<p id=x>天<b>地<span class=w>{inner}</span>玄</b>黃<span class=w></span>宇<span class=w> </span>宙", CSS
    )
    assert sheet.report is not None
    assert sheet.report.unforeseen == []
    words = "".join(box.text for page in sheet.document.pages for box in text_boxes(page._page_box))
    assert words.replace("\n", "").replace(" ", "") == "天地甲乙丙丁戊己庚[1]辛壬癸子丑玄黃宇宙"
    assert sheet.report.stock == {}
    with pikepdf.open(io.BytesIO(sheet.pdf)) as pdf:
        assert len(pdf.pages[0].Annots) >= 1
