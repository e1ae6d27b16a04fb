"""The baseline grid: whatever stands between paragraphs, their lines stand where the page's lines are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from banxin import build, fonts
from banxin.compose.grid import Grid
from banxin.compose.patch import composing
from tests.conftest import ROOT, Built
from tools.composition.figures import measure
from tools.composition.paragraphs import Rules

PITCH, ORIGIN, DEPTH, WIDTH = 20, 30, 400, 240
"""px: the page of the small tests holds 20 lines of 15 characters."""
SHEET = f"""
@page {{ size: {WIDTH + 40}px {DEPTH + 60}px; margin: {ORIGIN}px 20px 29.5px; @footnote {{ margin-top: 7px }} }}
html {{ font: 16px/{PITCH}px "Noto Serif CJK SC", "Noto Serif SC", serif; --grid: {PITCH}px {ORIGIN}px }}
body {{ margin: 0; widows: 2; orphans: 2 }}
p, h2, h3, ul, figure, pre, table, blockquote {{ margin: 0; font-weight: normal; font-size: 16px }}
p {{ text-indent: 2em }}
b {{ line-height: 1 }}
h2 {{ line-height: 33px; break-after: avoid }}
h3 {{ line-height: 27px; break-after: avoid; margin-top: 5px }}
figure {{ margin: 7px 0; break-inside: avoid }}
figure div {{ height: 51px }}
pre {{ font-size: 12px; line-height: 15px; margin: 4px 0; padding: 2px }}
table {{ line-height: 17px; margin: 4px auto; border-collapse: collapse; border-top: 1px solid }}
.loose {{ line-height: 23px }}
.box {{ padding: 9px; background: #eee; break-inside: avoid }}
small {{ float: footnote; font-size: 10px; line-height: 13px }}
.tall {{ display: inline-block; width: 9px; height: 44px }}
"""
SENTENCE = "刻工把一块梨木的脾气刻成了后来所有人眼里的宋体。"
PARAGRAPH = f"<p>{SENTENCE * 3}</p>"
FIGURE = "<figure><div></div></figure>"
BLOCKS = {
    "figure": FIGURE,
    "heading": "<h2>梨木</h2>",
    "two headings": "<h2>梨木</h2><h3>枣木</h3>",
    "table": "<table><tr><td>五号<td>10.5<tr><td>小五<td>9</table>",
    "code": "<pre>size = 10.5\nlines = 27</pre>",
    "loose text": f"<p class=loose>{SENTENCE}</p>",
    "box": f"<div class=box><p>{SENTENCE}</p></div>",
    "margins": "<div style='margin: 13px 0'>" + PARAGRAPH + "</div>",
    "quotation with a figure": f"<blockquote><p>{SENTENCE}</p>{FIGURE}</blockquote>",
    "list": f"<ul><li>{SENTENCE}<li>甲{FIGURE}<li>又</ul>",
    "flex": "<div style='display: flex'><p>甲<p style='padding-top: 3px'>乙</div>",
    "tall in a line": f"<p>{SENTENCE}<span class=tall></span>{SENTENCE}</p>",
    "note": f"<p>{SENTENCE}<small>{SENTENCE}</small></p>",
    "negative margin": f"<p style='margin-top: -3px'>{SENTENCE}</p>",
    "nothing": "<p></p>",
}


@pytest.fixture(scope="module", autouse=True)
def _fonts() -> None:
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()


def pages(body: str, more: str = "") -> list[Any]:
    """The pages of a document, as boxes."""
    import weasyprint

    with composing():
        document = weasyprint.HTML(string=f"<style>{SHEET}{more}</style><body>{body}").render()
    return [page._page_box for page in document.pages]


def boxes(box: Any, kind: str) -> Iterator[Any]:
    """What is of one kind in the flow of a page; cells, flex items and notes are not in it."""
    if type(box).__name__ in ("TableBox", "FlexBox", "FootnoteAreaBox", "MarginBox"):
        return
    if type(box).__name__ == kind or box.element_tag == kind:
        yield box
        return
    for child in getattr(box, "children", ()):
        yield from boxes(child, kind)


def body_lines(page: Any) -> list[Any]:
    """The lines that are to stand on the grid."""
    lines = [line for line in boxes(page, "LineBox") if line.style["line_height"].value == PITCH]
    return [line for line in lines if list(texts(line))]


def texts(box: Any) -> Iterator[Any]:
    """The words of a box, in order."""
    if hasattr(box, "text"):
        yield box
    for child in getattr(box, "children", ()):
        yield from texts(child)


@cache
def first_baseline() -> float:
    """Of the first line of a page, px."""
    word = next(texts(body_lines(pages(PARAGRAPH)[0])[0]))
    return float(word.position_y + word.baseline)


def off(page: Any) -> list[str]:
    """Lines whose baseline is not where one should be."""
    found = []
    for line in body_lines(page):
        word = next(texts(line))
        missed = (word.position_y + word.baseline - first_baseline() + PITCH / 2) % PITCH - PITCH / 2
        if abs(missed) > 0.1:
            found.append(f"{missed:+.2f} {word.text}")
    return found


@pytest.mark.parametrize("name", BLOCKS)
def test_text_goes_on_where_a_line_would_have_stood(name: str) -> None:
    (page,) = pages(PARAGRAPH + BLOCKS[name] + PARAGRAPH)
    assert len(body_lines(page)) > 4
    assert not off(page)


@pytest.mark.parametrize("name", [name for name in BLOCKS if name not in ("note", "nothing")])
def test_without_the_grid_it_does_not(name: str) -> None:
    (page,) = pages(PARAGRAPH + BLOCKS[name] + PARAGRAPH, "html { --grid: none }")
    assert off(page)


# Where the space goes -------------------------------------------------------------------------------------------------


def gaps(page: Any, tag: str) -> tuple[float, float]:
    """From the line before the first block of a tag to it, and from it to the line after, px."""
    block = next(boxes(page, tag))
    top, bottom = block.border_box_y(), block.border_box_y() + block.border_height()
    lines = body_lines(page)
    above = max((line.position_y + line.height for line in lines if line.position_y < top), default=ORIGIN)
    below = min(line.position_y for line in lines if line.position_y > top)
    return top - above, below - bottom


def test_a_figure_stands_in_the_middle() -> None:
    above, below = gaps(pages(PARAGRAPH + FIGURE + PARAGRAPH)[0], "figure")
    assert above == pytest.approx(below)
    assert above == pytest.approx(7 + (80 - 65) / 2)


def test_space_of_a_heading_is_above_it() -> None:
    above, below = gaps(pages(PARAGRAPH + "<h2>梨木</h2>" + PARAGRAPH)[0], "h2")
    assert (above, below) == (pytest.approx(7), pytest.approx(0))


def test_a_heading_and_the_one_below_it_stay_together() -> None:
    (page,) = pages(PARAGRAPH + "<h2>梨木</h2><h3>枣木</h3>" + PARAGRAPH)
    assert gaps(page, "h2")[0] == pytest.approx(80 - 33 - 5 - 27)
    assert gaps(page, "h3")[1] == pytest.approx(0)


def test_two_figures_share() -> None:
    (page,) = pages(PARAGRAPH + FIGURE + FIGURE + PARAGRAPH)
    first, second = boxes(page, "figure")
    between = second.border_box_y() - first.border_box_y() - 51
    assert gaps(page, "figure")[0] == pytest.approx(between) == pytest.approx(7 + 17 / 3)


@pytest.mark.parametrize("block", ["<h2>梨木</h2>", FIGURE])
def test_nothing_comes_above_what_opens_a_page(block: str) -> None:
    """Neither the first page nor one that a page break opened; all of it comes below."""
    first, second = pages(block + PARAGRAPH + "<div style='break-after: page'></div>" + block + PARAGRAPH)
    tag = "h2" if "h2" in block else "figure"
    tops = [next(boxes(page, tag)).border_box_y() - ORIGIN for page in (first, second)]
    assert tops == [7 if tag == "figure" else 0] * 2
    assert not off(first) + off(second)


def test_a_figure_carried_over_stands_at_the_top() -> None:
    lines = f"<p>{'字' * 15 * 18}</p>"
    first, second = pages(lines + FIGURE + PARAGRAPH)
    assert len(body_lines(first)) == 19
    assert next(boxes(second, "figure")).border_box_y() == ORIGIN
    assert not off(second)


def test_the_space_a_line_takes_for_something_high_is_whole_pitches() -> None:
    (page,) = pages(BLOCKS["tall in a line"])
    tops = [line.position_y for line in body_lines(page)]
    assert [b - a for a, b in zip(tops, tops[1:], strict=False)].count(pytest.approx(PITCH)) >= 2
    assert all(
        line.height == pytest.approx(PITCH) or line.height == pytest.approx(3 * PITCH) for line in body_lines(page)
    )


def test_a_little_too_high_costs_no_line() -> None:
    """A quarter of the leading, 1 px here, is let out."""
    plain = pages(PARAGRAPH)[0]
    (page,) = pages(PARAGRAPH.replace("梨木", "<b style='line-height: 21.6px'>梨木</b>"))
    assert len(body_lines(page)) == len(body_lines(plain))
    assert not off(page)
    assert body_lines(page)[-1].position_y == pytest.approx(body_lines(plain)[-1].position_y)


def test_a_marker_stays_beside_its_words() -> None:
    (page,) = pages(f"{FIGURE}<ul><li>{SENTENCE}</ul>")
    (item,) = boxes(page, "li")
    marker, words = item.children[0], next(iter(body_lines(page)))
    assert marker.position_y == pytest.approx(words.position_y)


# Columns and pages ----------------------------------------------------------------------------------------------------


def test_lines_of_columns_stand_at_the_same_heights() -> None:
    columns = f"<div style='columns: 2; column-gap: 16px'>{(PARAGRAPH + FIGURE + PARAGRAPH) * 3}</div>"
    found = pages("<h2>梨木</h2>" + columns + PARAGRAPH)
    assert len(found) > 1
    assert not [fault for page in found for fault in off(page)]
    assert all(len({round(line.position_x) for line in body_lines(page)}) > 1 for page in found[:-1])


@pytest.mark.parametrize(("grid", "stand"), [("20px 40px", True), ("none", False)])
def test_columns_by_the_positions_of_glyphs(grid: str, stand: bool, tmp_path: Path) -> None:
    """What the measure of finished PDFs says of columns with headings and figures."""
    import weasyprint

    sheet = f"""@page {{ size: 560px 700px; margin: 40px }} p {{ margin: 0; text-indent: 2em }}
html {{ font: 13px/20px "Noto Serif CJK SC", "Noto Serif SC", serif; --grid: {grid} }}
body {{ margin: 0; columns: 2; column-gap: 24px; text-align: justify }}
h2 {{ font-size: 17px; line-height: 27px; margin: 9px 0 }} figure {{ margin: 11px 0 }} figure div {{ height: 83px }}"""
    body = f"<p>{SENTENCE * 8}</p><h2>梨木</h2><p>{SENTENCE * 6}</p>{FIGURE}" * 8
    with composing():
        html = weasyprint.HTML(string=f"<html lang=zh-Hans><title>栏</title><style>{sheet}</style><body>{body}")
        html.write_pdf(tmp_path / "columns.pdf", pdf_tags=True)
    assert (places(tmp_path / "columns.pdf", 15) == []) is stand


MIX = st.lists(st.one_of(st.sampled_from(list(BLOCKS.values())), st.integers(1, 60).map("<p>{}".format)), max_size=14)


@pytest.mark.slow
@tries(max_examples=30)
@given(MIX, st.integers(5, 21))
def test_every_mix_on_every_page(blocks: list[str], lines: int) -> None:
    """Words stay, in order; nothing hangs over the page's foot; what must stay together does; the end is reached."""
    body = PARAGRAPH + "".join(
        f"<p>{('字' * int(block[3:]))}</p>" if block[3:].isdigit() else block for block in blocks
    )
    depth = lines * PITCH
    page_size = f"@page {{ size: {WIDTH + 40}px {depth + 60}px }}"
    found, plain = pages(body + PARAGRAPH, page_size), pages(body + PARAGRAPH, page_size + "html { --grid: none }")
    assert words(found) == words(plain)
    assert len(found) <= 2 * len(plain) + 1
    for page in found:
        assert not off(page)
        for box in [*body_lines(page), *boxes(page, "figure")]:
            assert box.position_y + box.height <= ORIGIN + depth + 0.6
    assert [figure.height for page in found for figure in boxes(page, "figure")] == [51] * body.count(FIGURE)


def words(found: list[Any]) -> str:
    """All words in the flow, in order."""
    return "".join(text.text.strip() for page in found for text in texts(page.children[0]))


def test_pages_of_all_heights_keep_two_lines_together() -> None:
    body = (PARAGRAPH + FIGURE + "<h2>梨木</h2>" + PARAGRAPH) * 4
    for lines in range(7, 21, 2):
        found = pages(body, f"@page {{ size: {WIDTH + 40}px {lines * PITCH + 60}px }}")
        for page in found:
            assert not off(page)
            for paragraph in boxes(page, "p"):
                assert len(list(boxes(paragraph, "LineBox"))) >= 2
            assert next(reversed([box.element_tag for box in flat(page) if box.element_tag in ("p", "h2")])) == "p"


def flat(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from flat(child)


# What is said of it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["none", "20em", "1em 2em", "20px 30px 40px", "0px 30px"])
def test_what_is_no_grid_is_none(value: str) -> None:
    (page,) = pages(f"<div style='--grid: {value}'>" + PARAGRAPH + FIGURE + PARAGRAPH + "</div>")
    assert off(page)


def test_below() -> None:
    grid = Grid(20, 30)
    assert [grid.below(y) for y in (30, 49, 50.01, 51, 29.99, 10)] == [0, 1, 0, 19, 0, 0]


# Books ----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("layout", "pitch"), [("novel", 17.5), ("essay", 19.5)])
def test_the_handbook(layout: str, pitch: float, tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(ROOT / "manuscript", book)
    settings = (book / "book.yaml").read_text("utf-8")
    (book / "book.yaml").write_text(settings.replace("layout: technical", f"layout: {layout}"), "utf-8")
    build.build(build.Order(book, formats=("pdf",), editions=("zh-Hans",), out=tmp_path))
    assert places(tmp_path / "banxin-handbook-zh-Hans.pdf", pitch) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["chronicle", "story", "essay"])
def test_books(name: str, built: Any) -> None:
    book: Built = built(name)
    for edition in book.editions:
        assert places(book.pdf(edition), 17.5 if name == "story" else 19.5) == []


def places(pdf: Path, pitch: float) -> list[str]:
    """The body lines off the grid, by the positions of their glyphs."""
    return list(measure(pdf, Rules(pitch=pitch)).worst("off_grid", 20))
