"""What stands beside lines that run downward, and where: dots, lines, readings, bopomofo with its tones, marks of
notes, notes at the foot and at the end; by PDFium, glyph by glyph and stroke by stroke."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from banxin import build
from tests.upright import Glyph, page, pages, run

pytestmark = pytest.mark.slow

EM, PITCH, CHARS = 11.0, 18.7, 38
"""pt; of the layout `novel-vertical`."""
TOP = (210 / 25.4 * 72 - EM * CHARS) * 24 / 43
WORDS = """\
# 章

甲[重要的，話]{.em-dot}乙[魯迅]{.proper-name}[周樹人]{.proper-name}寫[吶喊]{.book-title}丙。

[中]{ruby="ㄓㄨㄥ"}[國]{ruby="ㄍㄨㄛˊ"}[語]{ruby="ㄩˇ"}[注]{ruby="ㄓㄨˋ"}[子]{ruby="˙ㄗ"}丁。

[永]{ruby="yǒng"}字[漢字]{ruby="hàn zì"}戊。

己的話^[這條注說一點話，說到第二行去，所以要長一些，長到一行放不下，一個字一個字地往下寫，寫滿了三十八個字才停。]庚。

辛的事^[又一條。]壬。
"""


class Area(NamedTuple):
    """Of something drawn; pt from the left and the top of its page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


class Drawn(NamedTuple):
    """A page: its glyphs, and each stroke and each text apart."""

    number: int
    glyphs: list[Glyph]
    paths: list[Area]
    texts: list[Area]

    def beside(self, glyph: Glyph, areas: Sequence[Area]) -> list[Area]:
        """What is at the right of the square of a glyph of the text, nearer than the next column, from above."""
        top, right = glyph.y - 0.88 * EM, glyph.x + EM
        found = [
            area
            for area in areas
            if right - 0.5 < area.left and area.right < right + PITCH - EM and top - 1 < area.middle[1] < top + EM + 1
        ]
        return sorted(found, key=lambda area: area.middle[1])


def made(folder: Path, notes: str) -> Path:
    settings = f"title: 書\nlanguage: zh-Hant-TW\nwriting: vertical\nnotes: {{place: {notes}}}\nchapters: [1.md]\n"
    (folder / "book.yaml").write_text(settings + "options: {cover: false, colophon: false}\n", "utf-8")
    (folder / "1.md").write_text(WORDS, "utf-8")
    (path,) = build.build(build.Order(folder, ("pdf",), (), folder / "out")).written
    return path


@pytest.fixture(scope="module")
def foot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book with its notes at the foot."""
    return made(tmp_path_factory.mktemp("foot"), "foot")


@pytest.fixture(scope="module")
def drawn(foot: Path) -> Drawn:
    """Its page of text."""
    sheets = pages(foot)
    number = next(i for i, glyphs in enumerate(sheets) if "重要" in "".join(glyph.char for glyph in glyphs))
    with pypdfium2.PdfDocument(foot) as document:
        sheet = document[number]
        height = sheet.get_height()

        def areas(kind: int) -> list[Area]:
            bounds = [item.get_bounds() for item in sheet.get_objects(filter=[kind])]
            return [Area(left, height - top, right, height - bottom) for left, bottom, right, top in bounds]

        paths = [area for area in areas(pdfium.FPDF_PAGEOBJ_PATH) if area.right - area.left < 100]
        return Drawn(number, sheets[number], paths, areas(pdfium.FPDF_PAGEOBJ_TEXT))


def test_dots_stand_at_the_right(drawn: Drawn) -> None:
    """A dot beside the middle of each character, none beside the comma; all of a run are one drawing."""
    first, *_, last = dotted = run(drawn.glyphs, "重要的，話")
    (dots,) = [area for area in drawn.paths if area.left > first.x + EM - 0.5 and area.top < 200]
    assert dots.right - dots.left == pytest.approx(0.15 * EM, abs=0.1)
    assert dots.left - (first.x + EM) < 0.3 * EM
    assert dots.top == pytest.approx((first.top + first.bottom) / 2 - 0.075 * EM, abs=0.5)
    assert dots.bottom == pytest.approx((last.top + last.bottom) / 2 + 0.075 * EM, abs=0.5)
    assert len(dotted) == 5


@pytest.mark.parametrize(("words", "least", "most"), [("魯迅", 0.02, 0.1), ("周樹人", 0.02, 0.1), ("吶喊", 0.15, 0.3)])
def test_lines_of_names_and_titles_stand_at_the_left(drawn: Drawn, words: str, least: float, most: float) -> None:
    """As long as the words, less a little at both ends, so that two names side by side have two; a title has a wave."""
    first, *_, last = run(drawn.glyphs, words)
    (line,) = [
        area
        for area in drawn.paths
        if first.x - 0.5 * EM < area.middle[0] < first.x + 1 and first.top < area.middle[1] < last.bottom
    ]
    assert line.right <= first.left + 0.05
    assert least * EM < line.right - line.left < most * EM + 0.6
    assert line.bottom - line.top == pytest.approx(len(words) * EM, abs=0.12 * EM)
    assert line.top > first.y - 0.88 * EM - 0.2
    assert line.bottom < last.y + 0.12 * EM + 0.2


def test_readings_in_letters_are_turned_and_stand_at_the_right(drawn: Drawn) -> None:
    text = [glyph for glyph in drawn.glyphs if glyph.size > 14]
    for base, letters in (("永", "yǒng"), ("漢字", "hànzì")):
        own = run(text, base)
        reading = [
            glyph
            for glyph in drawn.glyphs
            if glyph.char in letters and own[0].top - 3 < glyph.top < own[-1].bottom + 3 and glyph.size < 8
        ]
        assert len(reading) == len(letters)
        assert all(glyph.turned for glyph in reading)
        assert all(glyph.left > own[0].x + EM - 1 and glyph.right < own[0].x + PITCH for glyph in reading)
        middle = (reading[0].top + reading[-1].bottom) / 2
        assert middle == pytest.approx((own[0].top + own[-1].bottom) / 2, abs=1.2)


@pytest.mark.parametrize(("base", "symbols", "tone"), [("中", 3, ""), ("國", 3, "ˊ"), ("語", 1, "ˇ"), ("注", 2, "ˋ")])
def test_bopomofo_stands_upright_at_the_right_its_tone_beside_the_last(
    drawn: Drawn, base: str, symbols: int, tone: str
) -> None:
    """One under the other about the middle of their base; the tone at the right of the last, at its upper half."""
    (glyph,) = run(drawn.glyphs, base)
    parts = drawn.beside(glyph, drawn.texts)
    assert len(parts) == symbols + bool(tone)
    column = sorted(parts, key=lambda area: area.left)[:symbols]
    column.sort(key=lambda area: area.top)
    assert max(area.middle[0] for area in column) - min(area.middle[0] for area in column) < 0.6
    assert all(one.bottom <= other.top + 0.7 for one, other in zip(column, column[1:], strict=False))
    middle = (column[0].top + column[-1].bottom) / 2
    assert middle == pytest.approx((glyph.top + glyph.bottom) / 2, abs=1.0)
    if tone:
        (mark,) = [area for area in parts if area not in column]
        assert mark.left > column[-1].middle[0] + 0.9
        assert column[-1].top - 1 < mark.middle[1] < column[-1].bottom


def test_the_neutral_tone_stands_above(drawn: Drawn) -> None:
    (glyph,) = run(drawn.glyphs, "子")
    dot, symbol = drawn.beside(glyph, drawn.texts)
    assert dot.bottom <= symbol.top + 0.5
    assert dot.middle[0] == pytest.approx(symbol.middle[0], abs=0.6)


def test_the_mark_of_a_note_stands_at_the_right_of_the_line(drawn: Drawn) -> None:
    """Upright, small, behind its word."""
    word, following = run(drawn.glyphs, "己的話")[-1], run(drawn.glyphs, "庚")[0]
    (mark,) = [
        glyph
        for glyph in drawn.glyphs
        if glyph.char == "1" and glyph.size < 10 and word.bottom < glyph.top and glyph.bottom < following.top
    ]
    assert mark.upright
    assert mark.middle > word.x + 0.5 * EM
    assert mark.right <= word.x + EM + 0.5


def test_footnotes_stand_at_the_left_edge_behind_a_rule(foot: Path, drawn: Drawn) -> None:
    """Each in columns of its own from the head of the type area, its number upright at the first, the others further
    down; a rule between text and notes."""
    note = run(drawn.glyphs, "這條注說一點話")
    text = [glyph for glyph in drawn.glyphs if glyph.size > 14]
    (number,) = [glyph for glyph in drawn.glyphs if glyph.char == "1" and glyph.size > 11 and glyph.size < 12.5]
    assert number.upright
    assert number.middle == pytest.approx(note[0].middle, abs=1)
    assert number.top == pytest.approx(TOP, abs=4)
    assert number.bottom < note[0].top
    rest = next(glyph for glyph in drawn.glyphs if glyph.char == "停")
    assert rest.middle < note[0].middle - 5
    own = [glyph for glyph in drawn.glyphs if abs(glyph.middle - rest.middle) < 4 and glyph.size < 13]
    assert min(glyph.top for glyph in own) == pytest.approx(note[0].top, abs=1.5)  # it hangs by its number
    with pypdfium2.PdfDocument(foot) as document:
        picture = document[drawn.number].render(scale=SCALE).to_pil().convert("L")
    free = range(round(note[0].right * SCALE) + 2, round(min(glyph.left for glyph in text) * SCALE) - 2)
    dark = {x: [y for y in range(picture.height) if picture.getpixel((x, y)) < 200] for x in free}
    (rule,) = [rows for rows in dark.values() if rows]
    assert rule[0] / SCALE == pytest.approx(TOP, abs=1)
    assert (rule[-1] - rule[0]) / SCALE == pytest.approx(6 * EM, abs=1)


SCALE = 2
"""Pixels a point."""


def test_endnotes_follow_their_chapter(tmp_path: Path) -> None:
    """Under a heading, in columns from right to left, numbers upright at the head, words hanging below them."""
    glyphs = page(made(tmp_path, "chapter"), "這條注")
    heading, note, second = (run(glyphs, words) for words in ("註釋", "這條注說一點話", "又一條"))
    assert heading[0].x > note[0].x > second[0].x
    for first, digit in ((note[0], "1"), (second[0], "2")):
        above = [glyph for glyph in glyphs if glyph.char == digit and abs(glyph.middle - first.middle) < 3]
        assert above[-1].upright
        assert above[-1].bottom < first.top
    assert note[0].top == pytest.approx(second[0].top, abs=0.5)
