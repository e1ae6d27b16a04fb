"""Whatever stands in a paragraph, every character stands in it once and in order; nothing crashes."""

from __future__ import annotations

import logging
import re
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin.compose import composer, paragraph
from tests.compose import mixtures
from tests.compose.mixtures import Mixture, seen, source
from tests.compose.sheet import EM, PICTURE, PT, Sheet, lay, line_boxes, text_boxes

HAN = "山川日月星云雨雪风雷火土木金水石田禾竹米"
HYPHEN = "p, div { hyphenate-character: '‡' }"


def boxed(sheet: Sheet) -> str:
    """All words of all boxes, in order."""
    return seen("".join(box.text for page in sheet.document.pages for box in text_boxes(page._page_box)))


def stands(mixture: Mixture, attributes: str, before: str = "") -> Sheet:
    """Lay out a paragraph behind something, draw it, and see that its words are all there."""
    body = f'{before}<p style="{attributes}">{mixture.html}</p>'
    sheet = lay(body, HYPHEN)
    assert sheet.pdf.startswith(b"%PDF")
    assert sheet.report is not None
    assert sheet.report.unforeseen == []
    found, wanted = boxed(sheet), source(mixture.html)
    if mixture.moved:
        found, wanted = "".join(sorted(found)), "".join(sorted(wanted))
    assert found == wanted
    return sheet


@settings(max_examples=20)
@given(mixtures.mixtures(), mixtures.widths, mixtures.styles)
def test_a_mixture(mixture: Mixture, width: float, style: dict[str, str]) -> None:
    stands(mixture, mixtures.style(style, width))


@pytest.mark.slow
@settings(max_examples=700)
@given(mixtures.mixtures(), mixtures.widths, mixtures.styles)
def test_many_mixtures(mixture: Mixture, width: float, style: dict[str, str]) -> None:
    stands(mixture, mixtures.style(style, width))


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(mixtures.mixtures(), min_size=1, max_size=4), mixtures.widths, st.integers(2, 12))
def test_over_many_pages(some: list[Mixture], width: float, rows: int) -> None:
    """A page holds a few lines: every paragraph is resumed, inside whatever boxes."""
    some = [mixture for mixture in some if not mixture.moved]
    body = "".join(f"<p style='width:{width:.3f}em'>{mixture.html}</p>" for mixture in some)
    sheet = lay(body, HYPHEN + f"@page {{ size: 900px {60 + rows * 2 * EM}px }} p {{ orphans: 1; widows: 1 }}")
    assert sheet.pdf
    assert sheet.report is not None
    assert sheet.report.unforeseen == []
    assert boxed(sheet) == "".join(source(mixture.html) for mixture in some)


def reads(mixture: Mixture, attributes: str) -> None:
    """Its words stand in the boxes, and what is drawn over and beside them are its readings."""
    sheet = stands(mixture, attributes)
    found = seen("".join(_read(box) for page in sheet.document.pages for box in text_boxes(page._page_box)))
    wanted = mixtures.readings(mixture.html)
    assert sorted(found) == sorted(wanted)
    assert mixture.moved or found == wanted


def _read(box: Any) -> str:
    """What the glyphs of a text box's readings say."""
    glosses = getattr(box.pango_layout, "glosses", ())  # what is not Chinese has none
    pieces = [piece for gloss in glosses for placed in gloss.glyphs for piece in placed.pieces]
    shown = [(piece.face, "".join(re.findall("<([0-9a-f]+)>", piece.array))) for piece in pieces]
    return "".join(face.unicode[int(glyphs[i : i + 4], 16)] for face, glyphs in shown for i in range(0, len(glyphs), 4))


@settings(max_examples=15)
@given(mixtures.read_mixtures(), mixtures.widths, mixtures.styles)
def test_a_mixture_with_readings(mixture: Mixture, width: float, style: dict[str, str]) -> None:
    reads(mixture, mixtures.style(style, width))


@pytest.mark.slow
@settings(max_examples=200)
@given(mixtures.read_mixtures(), mixtures.widths, mixtures.styles)
def test_many_mixtures_with_readings(mixture: Mixture, width: float, style: dict[str, str]) -> None:
    reads(mixture, mixtures.style(style, width))


@settings(max_examples=15)
@given(mixtures.mixtures(), mixtures.floats, mixtures.widths, mixtures.styles)
def test_a_mixture_beside_floats(mixture: Mixture, floats: str, width: float, style: dict[str, str]) -> None:
    stands(mixture, mixtures.style(style, width), floats)


@pytest.mark.slow
@settings(max_examples=200)
@given(mixtures.mixtures(), mixtures.floats, mixtures.widths, mixtures.styles)
def test_many_mixtures_beside_floats(mixture: Mixture, floats: str, width: float, style: dict[str, str]) -> None:
    stands(mixture, mixtures.style(style, width), floats)


@pytest.mark.slow
@settings(max_examples=200)
@given(mixtures.mixtures_with_floats(), mixtures.widths, mixtures.styles)
def test_many_mixtures_around_floats(mixture: Mixture, width: float, style: dict[str, str]) -> None:
    stands(mixture, mixtures.style(style, width))


WORD = "abcdefghijklmno"


@pytest.mark.parametrize("style", ["", "hyphens:auto", "text-align:left"])
@pytest.mark.parametrize(("right", "left"), [(3, 12), (12, 3), (2, 4), (2.3, 30), (30, 2)])
def test_pages_of_two_widths(right: float, left: float, style: str) -> None:
    """A word is torn on a narrow page only; the wide one goes on where it was torn."""
    body = f"<p style='{style}'>{HAN}{WORD}{HAN}<b>{WORD}——</b>{HAN} typography {HAN}"
    sizes = [f"size: {60 + width * EM}px {60 + 2 * EM}px" for width in (right, left)]
    sheet = lay(body, HYPHEN + f"@page {{ {sizes[0]} }} @page :left {{ {sizes[1]} }} p {{ orphans: 1; widows: 1 }}")
    assert len(sheet.document.pages) > 6
    assert boxed(sheet) == source(body)


@pytest.mark.parametrize("width", [4, 7, 12])
def test_floats_of_many_heights(width: int) -> None:
    """Every line has another width."""
    floats = "".join(f"<i style='float:left;clear:left;width:{n}em;height:1.9em'></i>" for n in (1, 3, 2, 1, 2))
    body = f"<div style='width:{width}em'>{floats}<p>{HAN}{WORD}{HAN}<b>{WORD}——</b>{HAN} typography {HAN}</p></div>"
    assert boxed(lay(body, HYPHEN)) == source(body)


# Around the paragraph -------------------------------------------------------------------------------------------------

PAGES = {
    "a drop": f"<style>.d::first-letter{{float:left;font-size:3em}}</style><p class=d>{HAN * 3}</p>",
    "first letter": f"<style>.g::first-letter{{font-size:3em}}</style><p class=g>“{HAN * 3}</p>",
    "first line": f"<style>.e::first-line{{font-weight:bold}}</style><p class=e>{HAN * 3}</p>",
    "a float": f"<img style='float:left;width:50px;height:50px' src=\"{PICTURE}\"><p>{HAN * 5}</p>",
    "two floats": f"<img style='float:left;width:30px;height:80px' src=\"{PICTURE}\">"
    f"<img style='float:right;width:30px;height:50px' src=\"{PICTURE}\"><p>{HAN * 5}</p>",
    "a float inside": f"<p>{HAN[:7]}<span style='float:right;width:4em'>浮动的字</span>{HAN * 5}</p>",
    "a float first": f"<p><span style='float:left'>浮动</span>{HAN * 5}</p>",
    "a float last": f"<p>{HAN * 2}<span style='float:left'>浮动</span></p>",
    "columns": f"<div style='columns:2'><p>{HAN * 5}</p><p>{HAN * 3}</p></div>",
    "absolute": f"<p style='position:relative'>{HAN}<span style='position:absolute;left:0'>绝对</span>{HAN * 2}</p>",
    "relative": f"<p>{HAN}<span style='position:relative;top:3px'>相对{HAN}</span>{HAN * 2}</p>",
    "absolute in relative": f"<p>{HAN[:9]}<b style='position:relative'>相<i style='position:absolute'>绝</i>对</b></p>",
    "a table": "<table><tr><td>甲a乙1丙<td>他说“好”。<td>《一》、（二）<tr><td colspan=2>汉字 and 汉字<td>一</table>",
    "clamped": f"<p style='max-lines:2;block-ellipsis:auto;overflow:hidden'>{HAN * 3}</p>",
    "direction: rtl": f"<p dir=rtl>{HAN * 2}</p>",
    "tabs": f"<pre>甲\t乙\n{HAN}\t丙</pre>",
    "code": f"<pre>def 函数():\n    return '{HAN * 2}'\n</pre>",
    "a page's number": f"<style>.c::after{{content:target-counter(attr(href), page)}}</style>"
    f"<p id=here>见第<a class=c href='#here'></a>页{HAN * 2}</p>",
    "a footnote": f"<p>{HAN}<span style='float:footnote'>脚注在这里{HAN}</span>{HAN * 2}</p>",
    "two footnotes": "<p>"
    + f"{HAN[:9]}<span style='float:footnote'>脚注“一”。</span>" * 4
    + "<b>末<span style='float:footnote'>末注</span></b></p>",
    "running": f"<p>{HAN}<span style='position:running(x)'>眉题</span>{HAN * 2}</p>",
    "lists": f"<ul><li>{HAN * 2}<li>{HAN}</ul><ol style='list-style-position:inside'><li>{HAN * 2}</ol>",
    "headings": f"<h1>{HAN * 2}</h1><h2 style='text-align:center'>{HAN * 2}</h2>",
    "a leader": f"<style>.t::after{{content:leader('.') '12'}}</style><p class=t>{HAN[:6]}</p>",
    "an inline block": f"<p>{HAN}<span style='display:inline-block;width:5em'>{HAN}</span>{HAN}</p>",
    "an inline table": f"<p>{HAN}<span style='display:inline-table'>{HAN[:3]}</span>{HAN}</p>",
    "flex": f"<div style='display:flex'><p>{HAN}</p><p>{HAN * 2}</p></div>",
    "grid": f"<div style='display:grid;grid-template-columns:auto auto'><p>{HAN}</p><p>{HAN * 2}</p></div>",
    "generated": f"<style>.b::before{{content:'甲'}} .b::after{{content:'乙'}}</style><p class=b>{HAN * 2}</p>",
    "ruby as words": f"<p>{HAN}<ruby>汉<rt>han</rt>字<rt>zi</rt></ruby>{HAN}</p>",
    "cloned decoration": f"<p>{HAN}<b style='padding:2px;box-decoration-break:clone'>{HAN}</b>{HAN}</p>",
    "forced breaks": f"<p>甲<br>乙<br><br>{HAN * 2}<br></p>",
    "a block inside": f"<p>{HAN}<span>甲<b style='display:block'>{HAN}</b>乙</span>{HAN}</p>",
    "vertical-align": f"<p>{HAN}<b style='vertical-align:top;font-size:2em'>大</b>{HAN}<i>中</i>",
    "empty boxes": f"<p><b></b>{HAN}<a id=x></a><b><i></i></b>{HAN}<span style='padding:3px'><b></b></span></p>",
    "nothing but boxes": "<p>甲<br><span style='border:1px solid'><b></b></span></p>",
    "no size": f"<p><span style='font-size:0'>{HAN}</span>{HAN}</p>",
    "an image alone": f'<p><img src="{PICTURE}"></p>',
    "text-overflow": f"<p style='white-space:nowrap;overflow:hidden;text-overflow:ellipsis'>{HAN * 3}</p>",
}  # fmt: skip
MOVED = {"a float inside"}
"""Where the float stands beside other lines than in stock, and is drawn after others."""
SHOWN_BY_STOCK = {"no size"}
"""Words without a size are in WeasyPrint's boxes, though it never draws them."""

DRAWN = {"ruby as words"}
"""Readings are in no box of ours: they are drawn with their base."""


@pytest.fixture(scope="module")
def both() -> tuple[Sheet, Sheet]:
    """Composed, and as WeasyPrint does it."""
    body = "".join(f"<div class=sheet style='width:12em'>{page}</div>" for page in PAGES.values())
    return lay(body), lay(body, composed=False)


def _words(sheet: Sheet, name: str) -> str:
    page = sheet.document.pages[list(PAGES).index(name)]
    return seen("".join(box.text for box in text_boxes(page._page_box)))


def test_a_page_each(both: tuple[Sheet, Sheet]) -> None:
    composed, stock = both
    assert len(composed.document.pages) == len(stock.document.pages) == len(PAGES)
    assert composed.report is not None
    assert composed.report.unforeseen == []
    assert not composed.report.stock


@pytest.mark.parametrize("name", sorted(PAGES.keys() - SHOWN_BY_STOCK - DRAWN))
def test_the_same_words_as_stock(name: str, both: tuple[Sheet, Sheet]) -> None:
    found, wanted = (_words(sheet, name) for sheet in both)
    if name in MOVED:
        found, wanted = "".join(sorted(found)), "".join(sorted(wanted))
    assert found == wanted


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_the_same_words_are_drawn(name: str, both: tuple[Sheet, Sheet]) -> None:
    page = list(PAGES).index(name)
    found, wanted = ("".join(cell.text for cell in sheet.cells[page]) for sheet in both)
    assert found == wanted


def test_all_can_be_drawn(both: tuple[Sheet, Sheet]) -> None:
    assert both[0].pdf.startswith(b"%PDF")


def test_ellipsis_leaves_what_fits() -> None:
    """A box with `text-overflow` whose words fit shows them all."""
    style = "white-space:nowrap;overflow:hidden;text-overflow:ellipsis;width:9em"
    (row,) = lay(f"<p style='{style}'>山川<b>日月</b>星云。</p>").rows()
    assert row.text == "山川日月星云。"


def test_ellipsis_cuts_at_the_edge(both: tuple[Sheet, Sheet]) -> None:
    ends = [sheet.rows(list(PAGES).index("text-overflow"))[0].end for sheet in both]
    assert ends[0] == pytest.approx(ends[1], abs=0.1)


@pytest.mark.parametrize(
    "words", ["甲a乙1丙", "他说“好”。", "《一》、（二）", "汉字 and 汉字", "“，”", "达·芬奇", "一<b>“二”</b>、"]
)
@pytest.mark.parametrize("style", ["display:table-cell", "float:left", "position:absolute"])
def test_a_box_as_wide_as_its_composed_words(words: str, style: str) -> None:
    """Shrink-to-fit measures what the composer sets: no line is broken in it, and nothing is left over."""
    sheet = lay(f"<div style='{style};border:0;padding:0'>{words}</div>")
    (line,) = line_boxes(sheet.document.pages[0]._page_box)
    (row,) = sheet.rows()
    parent = _parent(sheet.document.pages[0]._page_box, line)
    assert parent.width == pytest.approx(line.width, abs=0.01)
    assert parent.width == pytest.approx(row.end - row.start, abs=0.1)


@pytest.mark.parametrize("end", [" ", "\n", "<b> </b>", " <b></b>"])
def test_white_space_behind_the_words_of_a_box_takes_no_room(end: str) -> None:
    """Nor does it make the box too narrow for them."""
    sheet = lay(f"<table><tr><td style='padding:0'>汉字汉字{end}<td>汉</table>")
    assert [line.strip() for line in sheet.lines()] == ["汉字汉字", "汉"]
    first = next(line_boxes(sheet.document.pages[0]._page_box))
    assert _parent(sheet.document.pages[0]._page_box, first).width == pytest.approx(4 * EM)


def test_only_the_first_piece_is_indented() -> None:
    """However narrow a box is: it is as wide as its longest word, or its first with the indent."""
    for words, width in (("汉1234567890", None), ("汉字", 3.0)):
        sheet = lay(f"<div style='width:1px'><div style='float:left;text-indent:2em'>{words}</div></div>")
        parent = _parent(page := sheet.document.pages[0]._page_box, line := next(line_boxes(page)))
        widest = max(each.width for each in line_boxes(page) if each is not line)
        assert parent.width == pytest.approx(width * EM if width else widest, abs=0.01)


def test_a_cell_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To measure it and to set it; what depends on the measure is read for each."""
    read = composer.flatten
    seen = []

    def watched(box: Any, *rest: Any) -> Any:
        seen.append("".join(text.text for text in text_boxes(box)))
        return read(box, *rest)

    monkeypatch.setattr(composer, "flatten", watched)
    lay(f"<table><tr><td>汉字“汉字”<td><b style='padding:0 3px'>{HAN}</b><td><i style='padding:0 5%'>川</i></table>")
    assert [seen.count(words) for words in ("汉字“汉字”", HAN)] == [1, 1]
    assert seen.count("川") > 1


@pytest.mark.parametrize("edge", [f'<img src="{PICTURE}" style="width:50%">', "<b style='padding-left:50%'>木</b>"])
def test_what_is_relative_to_the_measure_is_so_on_each_page(edge: str) -> None:
    """Half of a wide page is more than half of a narrow one; no line is longer than its own page allows."""
    sizes = [f"size: {60 + width * EM}px {60 + 2 * EM}px" for width in (8, 20)]
    style = f"@page {{ {sizes[0]} }} @page :left {{ {sizes[1]} }} p {{ orphans: 1; widows: 1 }} img {{ height: 1em }}"
    sheet = lay(f"<p>{HAN[:4]}{f'{edge}{HAN}' * 6}</p>", style)
    assert len(sheet.document.pages) > 8
    for page in sheet.document.pages:
        (line,) = line_boxes(page._page_box)
        assert line.width <= page.width - 60 + 0.01


def _parent(box: Any, wanted: Any) -> Any:
    for child in getattr(box, "children", ()):
        if child is wanted:
            return box
        if (found := _parent(child, wanted)) is not None:
            return found
    return None


# When something goes wrong --------------------------------------------------------------------------------------------


class Broken(Exception):
    """Something that nobody foresaw."""


def _raise(*_: Any, **__: Any) -> Any:
    raise Broken("nobody foresaw this")


BREAK = [("plan", "Planner.plan"), ("lines", "Builder.text"), ("paragraph", "Paragraph.made"), ("composer", "flatten")]


@pytest.mark.parametrize(("module", "name"), BREAK)
def test_an_error_leaves_the_paragraph_to_stock(
    module: str, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    body = f"<div style='width:10em'><p>{HAN * 3}</p></div>"
    wanted = lay(body, composed=False).lines()
    monkeypatch.setattr(f"banxin.compose.{module}.{name}", _raise)
    with caplog.at_level(logging.WARNING, "banxin.compose"):
        sheet = lay(body)
        assert sheet.pdf.startswith(b"%PDF")
    assert sheet.lines() == wanted
    (warning,) = [record.getMessage() for record in caplog.records]
    assert HAN[:20] in warning
    assert "Broken: nobody foresaw this" in warning
    assert sheet.report is not None
    assert len(sheet.report.unforeseen) == sheet.report.stock["unforeseen"] == 1


def test_an_error_in_a_later_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines that are made stand; stock goes on where they end."""
    made = paragraph.Paragraph.made

    def sometimes(self: Any, *values: Any) -> Any:
        line = made(self, *values)
        return _raise() if line.start >= 20 else line

    monkeypatch.setattr(paragraph.Paragraph, "made", sometimes)
    sheet = lay(f"<div style='width:10em'><p>{HAN[:10]}<b>{HAN * 2}</b></p></div>")
    assert "".join(sheet.lines()) == HAN[:10] + HAN * 2
    assert sheet.report is not None
    assert len(sheet.report.unforeseen) == 1


def test_an_error_while_measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banxin.compose.shrink.widest", _raise)
    sheet = lay(f"<table><tr><td>{HAN}</table>")
    assert sheet.lines() == [HAN]
    assert sheet.report is not None
    assert len(sheet.report.unforeseen) == 1


def test_tabs_reach_their_stops() -> None:
    """Counted from the line's start, so that the comments of a listing stand in a column."""
    sheet = lay("<pre style='tab-size: 90px; font-size: 10px'>长长的\t甲\n短\t甲\n\t甲\n一二三四五六七八九十\t甲</pre>")
    assert sheet.report
    assert not sheet.report.stock
    marks = [cell.start / PT for row in sheet.rows() for cell in row.cells if cell.text == "甲"]
    assert [round(mark - sheet.rows()[1].start) for mark in marks] == [90, 90, 90, 180]


def test_empty_lines_stay() -> None:
    """In a listing, and between two forced breaks; a space behind a break is not seen."""
    sheet = lay("<pre>一\n\n二\n\n\n三</pre><p style='text-indent:0'>甲<br>\n 乙<br><br>丙</p>")
    assert sheet.report
    assert not sheet.report.stock
    assert sheet.lines() == ["一", "", "二", "", "", "三", "甲", " 乙", "", "丙"]
    assert sheet.rows()[-2].start == sheet.rows()[-1].start
    tops = [line.position_y for line in line_boxes(sheet.document.pages[0]._page_box)]
    assert tops == sorted(set(tops))


@pytest.mark.parametrize("words", ["用ffmpeg转", "中file中", "中ffi", "off的", "一个e\u0301字", "中A中B中"])
def test_a_gap_beside_a_ligature_loses_no_letter(words: str) -> None:
    """What the two sides of a gap say of themselves is whole clusters."""
    sheet = lay(f"<p style='text-indent:0'>{words}</p>")
    shown = pypdfium2.PdfDocument(sheet.pdf)[0].get_textpage().get_text_bounded()
    assert "".join(cell.text for cell in sheet.cells[0]) == words
    for spoken in re.findall(rb"ActualText<feff([0-9a-f]+)>", b"".join(sheet.content())):
        assert bytes.fromhex(spoken.decode()).decode("utf-16-be") in words
    assert shown


def test_words_are_divided_where_their_syllables_end() -> None:
    """However long; and never behind an apostrophe."""
    for width in range(16, 30):
        sheet = lay(
            f"<p style='width:{width}em'>他说的electroencephalogram是counterrevolutionary词，它们don’t说它们we’ve</p>"
        )
        lines = sheet.lines()
        assert not any(line.endswith("’") for line in lines)
        cut = [
            line for line, after in pairwise(lines) if line[-1].isascii() and line[-1].isalpha() and after[0].isascii()
        ]
        assert cut == []
