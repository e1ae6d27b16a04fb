"""Words and paragraphs that run from right to left, by the places of the glyphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banxin.compose.bidi import visual
from tests.compose.sheet import EM, PT, Sheet, lay, text_boxes

HAN = "山川日月星云雨雪风雷火土木金水石田禾竹米"
LEFT = 30.0
CLOSE = 0.1 / PT


def composed(sheet: Sheet) -> Sheet:
    assert sheet.report is not None
    assert sheet.report.unforeseen == []
    assert not sheet.report.stock
    return sheet


def seen(sheet: Sheet) -> list[str]:
    """The words of each line from left to right."""
    return ["".join(cell.text for cell in sorted(row.cells, key=lambda cell: cell.start)) for row in sheet.rows()]


def test_a_paragraph_from_right_to_left() -> None:
    """Its lines end at the left, what it is indented by is at the right; Han still run from left to right."""
    words = f"“{HAN}（{HAN[:5]}）{HAN[:7]}。"
    sheet = composed(lay(f"<p dir=rtl style='width:12.4em;text-indent:2em'>{words}</p>"))
    rows = sheet.rows()
    assert "".join(row.text for row in rows) == words  # in the order of reading
    starts = [min(cell.start for cell in row.cells) / PT for row in rows]
    ends = [max(cell.end for cell in row.cells) / PT for row in rows]
    right = LEFT + 12.4 * EM
    assert len(rows) == 4
    assert starts[:3] == pytest.approx([LEFT] * 3, abs=CLOSE)
    assert ends == pytest.approx([right - 2 * EM, right, right, right], abs=CLOSE)
    assert seen(sheet)[0].endswith("“")
    assert HAN[:6] in seen(sheet)[0]
    assert seen(sheet)[-1].startswith("。")


@pytest.mark.parametrize("align", ["left", "right", "start", "end", "center"])
def test_where_it_is_aligned(align: str) -> None:
    (row,) = composed(lay(f"<p dir=rtl style='width:10em;text-align:{align}'>{HAN[:4]}</p>")).rows()
    shift = {"left": 0, "end": 0, "right": 6, "start": 6, "center": 3}[align]
    assert row.start == pytest.approx(LEFT + shift * EM, abs=CLOSE)


def test_edges_in_it() -> None:
    """The edges of a box stand around its words."""
    body = f"<p dir=rtl style='width:20em'>山。<b style='padding:0 3px 0 9px'>日“月</b>。{HAN[:3]}</p>"
    sheet = composed(lay(body))
    page = sheet.document.pages[0]._page_box
    (box,) = (each for each in page.descendants() if type(each).__name__ == "InlineBox")
    inside = [each for each in text_boxes(page) if each.element_tag == "b"]
    assert box.content_box_x() - CLOSE <= min(each.position_x for each in inside)
    assert max(each.position_x + each.width for each in inside) <= box.content_box_x() + box.width + CLOSE
    assert box.width == pytest.approx(3 * EM)
    others = [each for each in text_boxes(page) if each.element_tag != "b"]
    assert all(
        each.position_x >= box.position_x + box.margin_width() - CLOSE
        or each.position_x + each.width <= box.position_x + CLOSE
        for each in others
    )


def test_words_from_right_to_left_in_a_line() -> None:
    """And a number among them from left to right; brackets face the other way."""
    sheet = composed(lay("<p>甲שלום 12 (עולם)乙</p>"))
    boxes = sorted(text_boxes(sheet.document.pages[0]._page_box), key=lambda box: box.position_x)
    assert [box.text for box in boxes] == ["甲", ")", "עולם", "(", " ", "12", " ", "שלום", "乙"]
    assert all(a.position_x + a.width <= b.position_x + CLOSE for a, b in zip(boxes, boxes[1:], strict=False))


def test_overridden_and_isolated() -> None:
    """`bdo` turns everything; a box with a direction of its own only what is neutral in it."""
    sheet = composed(lay("<p style='width:30em'>甲<bdo dir=rtl>乙丙a（戊</bdo>己<span dir=rtl>（庚。</span>辛</p>"))
    assert seen(sheet) == ["甲戊（a丙乙己。庚（辛"]
    assert [row.text for row in sheet.rows()] == ["甲乙丙a（戊己（庚。辛"]


def test_a_long_text_from_right_to_left_is_broken() -> None:
    """Between its words."""
    sheet = composed(lay(f"<p style='width:12em'>{HAN}{' שלום עולם' * 12}{HAN}</p>"))
    lines = sheet.lines()
    assert len(lines) > 6
    assert all(box.width <= 12 * EM for box in text_boxes(sheet.document.pages[0]._page_box))
    assert all(not line.strip().startswith(("לום", "ולם")) for line in lines)


def test_empty_lines_among_them() -> None:
    assert composed(lay("<p style='white-space:pre-line'>\n甲שלום\n\n乙<br><br></p>")).lines()[1:4] == [
        "甲שלום",
        "",
        "乙",
    ]


# By the rule ----------------------------------------------------------------------------------------------------------


def by_the_rule(levels: list[int]) -> list[int]:
    """UAX 9, L2, to the letter: from the highest level to the lowest odd one, reverse what is as high or higher."""
    order = list(range(len(levels)))
    odd = [level for level in levels if level % 2]
    for level in range(max(levels, default=0), min(odd, default=1) - 1, -1):
        groups: list[list[int]] = []
        before = False
        for i in order:
            high = levels[i] >= level
            if groups and high and before:
                groups[-1].append(i)
            else:
                groups.append([i])
            before = high
        order = [i for group in groups for i in reversed(group)]
    return order


@given(st.lists(st.integers(0, 4), max_size=12))
def test_the_order_of_sight(levels: list[int]) -> None:
    assert visual(levels) == by_the_rule(levels)
