"""What takes no room changes no gap: joiners, places for breaks, combining marks, variation selectors."""

from __future__ import annotations

import pytest

from tests.compose.sheet import EM, Row, lay
from tools.composition.glyphs import Cell

WIDTHLESS = {
    "word joiner": "\u2060",
    "two word joiners": "\u2060\u2060",
    "zero width space": "\u200b",
    "joiner": "\u200d",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "left-to-right mark": "\u200e",
    "ideographic variation": "\U000e0100",
    "variation": "\ufe00",
}
NOTHING = set("".join(WIDTHLESS.values()))
LINES = (
    "中|A|文“字|”|。|“甲|”|山川日|月星云|雨",
    "雨 |Latin| 雪《|风|》|，雷火B|土木",
    "木|C|金水石田|。|禾竹·|米花|，草鸟|",
    "字里|——行间|……天地|？|！|玄黄",
)
"""Each fills its line by opening gaps, whatever may begin one."""


def rows(character: str) -> list[Row]:
    """The lines, with what shows nothing as part of what stands before it."""
    text = "<br>".join(LINES).replace("|", character)
    sheet = lay(f"<div style='width:18em'><p style='text-align-last:justify'>{text}</p></div>")
    assert sheet.report
    assert not sheet.report.stock
    return [Row(shown(row)) for row in sheet.rows()]


def shown(row: Row) -> list[Cell]:
    found: list[Cell] = []
    for cell in row.cells:
        if cell.text not in NOTHING:
            found.append(cell)
        elif found:
            found[-1].end = max(found[-1].end, cell.end)
    return found


def gaps(row: Row) -> list[tuple[str, str, float]]:
    return [(a.text, b.text, round(gap, 2)) for a, b, gap in row.gaps()]


@pytest.mark.parametrize("name", WIDTHLESS)
def test_gaps_are_as_without(name: str) -> None:
    assert list(map(gaps, rows(WIDTHLESS[name]))) == list(map(gaps, rows("")))


@pytest.mark.parametrize("accent", ["e\u0301", "n\u0303", "q\u0323"])
def test_an_accented_letter_is_a_letter(accent: str) -> None:
    """Between Han it has a gap on both sides, behind what is combined with it."""
    [row] = lay(f"<p>汉{accent}字</p>").rows()
    left, right = row.cells[0], row.cells[-1]
    assert right.start - left.end == pytest.approx(
        sum(cell.end - cell.start for cell in row.cells[1:-1]) + 0.5 * 9, 0.01
    )


def test_a_widthless_character_is_not_said() -> None:
    """Readers get what they got before."""
    content = b"".join(lay("<p>版本\u20603\u2060的A\u2060文</p>").content())
    assert b"2060>>>" not in content.replace(b"<2060> Tj", b"")
    assert b"ActualText" in content


def test_a_mark_gives_up_its_blank_before_a_widthless_one() -> None:
    sheet = lay("<p style='width:6em;text-align:justify'>山川日月星，\u200b云雨雪风雷火</p>")
    first = sheet.rows()[0]
    assert first.text.startswith("山川日月星，")
    assert first.end == pytest.approx(30 + 6 * EM + EM / 2, abs=0.1)
