"""What is on the pages of a vertical book beside its text: heads read across, headings over several lines, tables,
contents, parts, title page; by where PDFium finds their glyphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from banxin import build
from tests.upright import Glyph, page, pages, run

pytestmark = pytest.mark.slow

EM, PITCH, LINES, CHARS = 11.0, 18.7, 16, 38
"""pt; of the layout `novel-vertical`."""
WIDTH, HEIGHT = 148 / 25.4 * 72, 210 / 25.4 * 72
MEASURE, DEPTH = EM * CHARS, PITCH * LINES
TOP = (HEIGHT - MEASURE) * 24 / 43
INNER, OUTER = (WIDTH - DEPTH) * 19 / 42, (WIDTH - DEPTH) * 23 / 42
"""The margins beside the type area: at the spine, at the fore-edge."""

SETTINGS = """\
title: 雨季
subtitle: 一本直排的書
authors: [林某某, Anna Li]
language: zh-Hant-TW
date: 2025-11-02
writing: vertical
typeset: {numbers: years}
chapters:
  - part: 上編
    chapters: [1.md, 2.md]
options: {cover: false, half-title: false, colophon: false, heads-across: true}
"""
LINE = "巷口的雜貨店還開著老闆娘把帳本攤在玻璃櫃上一筆一筆地算鉛筆尖斷了她用指甲掐著筆芯繼續寫。"
LONG = "一個很長很長的標題長到一行放不下要放兩行兩行合起來要占四行的地方居中在四行裡後面的正文對格"
ROWS = "\n".join(f"| {i} | 第{i}件 |" for i in range(1, 61))
CHAPTER = f"""\
# 頭一章

甲{LINE}

![圖](yong.png){{width=45%}}

乙{LINE}

## 一節

丙{LINE}

### 小節

丁{LINE}

## {LONG}

戊{LINE}
"""
TABLES = f"""\
# 第二個題目

{LINE}

| 名稱 | 說明 |
|---|---|
| 雨傘 | 有一根傘骨是彎的^[表裡的注。] |

: 帳目

{LINE}

| 號 | 事情 |
|---|---|
{ROWS}

{LINE}
"""


def made(folder: Path, settings: str) -> Path:
    """The PDF of a book of these two chapters."""
    picture = Path(__file__).parents[1] / "books" / "vertical" / "yong.png"
    (folder / "yong.png").write_bytes(picture.read_bytes())
    (folder / "book.yaml").write_text(settings, "utf-8")
    (folder / "1.md").write_text(CHAPTER, "utf-8")
    (folder / "2.md").write_text(TABLES, "utf-8")
    (path,) = build.build(build.Order(folder, ("pdf",), (), folder / "out")).written
    return path


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as `SETTINGS` has it."""
    return made(tmp_path_factory.mktemp("pages"), SETTINGS)


def at_head(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """What stands above the type area."""
    return [glyph for glyph in glyphs if glyph.bottom < TOP]


def edges(recto: bool) -> tuple[float, float]:
    """The left and right edges of the type area, pt; a recto lies at the left of a spread."""
    left = OUTER if recto else INNER
    return left, left + DEPTH


def axis(glyph: Glyph) -> float:
    """The middle of the square of an upright glyph, pt; PDFium tells where the middle of its head is."""
    return glyph.x + EM / 2 * glyph.size / 14.667


def columns(glyphs: Sequence[Glyph], words: str) -> list[float]:
    """Of each column of some words that stand together: how far its axis is from the type area's right edge, pt."""
    recto = None
    found = []
    for glyph in run(glyphs, words):
        where = round(axis(glyph), 1)
        if recto is None or abs(where - recto) > 2:
            recto = where
            found.append(where)
    return found


def test_heads_that_are_read_across(book: Path) -> None:
    """The book's title over the right edge of a verso, the chapter's over the left edge of a recto, the folio at the
    foot below it; both upright, above and below the type area."""
    sides = set()
    for i, glyphs in enumerate(pages(book)):
        head, recto = at_head(glyphs), i % 2 == 0
        if not head:
            continue
        left, right = edges(recto)
        words = "".join(glyph.char for glyph in head)
        foot = [glyph for glyph in glyphs if glyph.top > TOP + MEASURE]
        assert all(glyph.upright for glyph in (*head, *foot))
        assert len({round(glyph.y, 1) for glyph in head}) == 1
        assert all(a.x < b.x for a, b in zip(head, head[1:], strict=False))
        assert words in ("頭一章", "第二個題目") if recto else words == "雨季"
        assert "".join(glyph.char for glyph in foot).isdigit()
        for line in (head, foot):
            assert (
                line[0].left == pytest.approx(left, abs=1.5)
                if recto
                else line[-1].right == pytest.approx(right, abs=1.5)
            )
        sides.add(recto)
    assert sides == {True, False}


def test_the_first_page_of_a_chapter_has_no_head(book: Path) -> None:
    for words in ("第一章", "第二章"):
        glyphs = page(book, words) if words == "第二章" else page(book, "第一章頭一章甲")
        assert not at_head(glyphs)


@pytest.mark.parametrize(
    ("heading", "before", "after", "lines"),
    [("一節", "續寫。", "丙", 1), ("小節", "續寫。", "丁", 1), (LONG, "續寫。", "戊", 2)],
)
def test_a_heading_takes_whole_lines_and_stands_in_their_middle(
    book: Path, heading: str, before: str, after: str, lines: int
) -> None:
    """Three lines for a section, two for a smaller one, one more for a second line of words; the text after it is on
    the grid again, a figure before it or not."""
    text = f"{heading}{after}"
    glyphs = page(book, text)
    words = "".join(glyph.char for glyph in glyphs)
    at = words.index(text)
    first = glyphs[at + len(heading)]
    own = columns(glyphs, heading)
    assert len(own) == lines
    room = {"一節": 3, "小節": 2, LONG: 4}[heading]
    right = edges(pages(book).index(glyphs) % 2 == 0)[1]
    steps = (right - axis(first)) / PITCH - 0.5
    assert steps == pytest.approx(round(steps), abs=0.02)
    middle = sum(own) / len(own)
    assert (middle - axis(first)) / PITCH == pytest.approx((room + 1) / 2, abs=0.03)
    if at >= 3 and words[at - 3 : at] == before:
        assert (axis(glyphs[at - 4]) - middle) / PITCH == pytest.approx((room + 1) / 2, abs=0.03)


def test_a_table_stands_upright(book: Path) -> None:
    """Its cells are read across, its caption over it; a note of one stands at the left, downward."""
    glyphs = page(book, "帳目")
    for words in ("帳目", "名稱說明", "雨傘有一根傘骨是彎的"):
        found = run(glyphs, words)
        assert all(glyph.upright for glyph in found)
        assert max(glyph.y for glyph in found) - min(glyph.y for glyph in found) < 0.2 * EM
        assert all(a.x < b.x for a, b in zip(found, found[1:], strict=False))
    heads, cells = run(glyphs, "名稱")[0], run(glyphs, "雨傘")[0]
    assert heads.x == pytest.approx(cells.x, abs=0.5)
    assert heads.y < cells.y
    note = run(glyphs, "表裡的注")
    assert len({round(glyph.x, 1) for glyph in note}) == 1
    assert note[0].right < min(glyph.left for glyph in run(glyphs, "雨傘有一根"))


def test_a_long_table_goes_on_at_its_left_under_the_same_head(book: Path) -> None:
    """No row is lost or torn, and the pieces stand within the type area, from right to left."""
    sheets = [glyphs for glyphs in pages(book) if "號事情" in "".join(glyph.char for glyph in glyphs)]
    text = "".join(glyph.char for glyphs in sheets for glyph in glyphs)
    assert [int(n) for n in re.findall(r"第(\d+)件", text)] == list(range(1, 61))
    assert text.count("號事情") >= 3
    for glyphs in sheets:
        words = "".join(glyph.char for glyph in glyphs)
        rights = [glyphs[match.start()].x for match in re.finditer("號事情", words)]
        assert rights == sorted(rights, reverse=True)
        rows = [glyph for match in re.finditer(r"第\d+件", words) for glyph in glyphs[match.start() : match.end()]]
        assert all(glyph.top > TOP - 1 and glyph.bottom < TOP + MEASURE + 1 for glyph in rows)


def test_tables_are_turned_where_the_layout_says_so(tmp_path: Path) -> None:
    """Rows from right to left, cells downward, as browsers set tables of vertical text."""
    path = made(tmp_path, SETTINGS.replace("heads-across", "tables-turned"))
    glyphs = page(path, "名稱")
    one, other = run(glyphs, "名稱")
    assert one.x == pytest.approx(other.x, abs=0.01)
    assert one.y < other.y
    assert run(glyphs, "雨傘")[0].x < one.x
    assert run(glyphs, "說明")[0].y > one.y


def test_contents(book: Path) -> None:
    """Labels begin under each other, dots lead down, folios stand upright and end at one height; the part stands over
    its chapters."""
    glyphs = page(book, "目錄")
    ends = []
    for title in ("頭一章", "第二個題目"):
        entry = run(glyphs, title)
        own = [
            glyph for glyph in glyphs if abs(glyph.middle - entry[0].middle) < EM / 2 and glyph.top > entry[-1].bottom
        ]
        dots, folio = sorted(glyph.y for glyph in own if glyph.char == "·"), own[-1]
        assert len(dots) > 10
        assert dots[-1] < folio.top
        assert dots[0] > entry[-1].bottom
        assert folio.char.isdigit()
        assert folio.upright
        ends.append(folio.bottom)
        assert folio.bottom <= TOP + MEASURE + 0.5
    assert max(ends) - min(ends) < 1
    label, second = (run(glyphs, words)[0] for words in ("第一章", "第二章"))
    assert label.y == pytest.approx(second.y, abs=0.1)
    assert run(glyphs, "上編")[0].x > label.x > second.x


def test_the_page_of_a_part(book: Path) -> None:
    """Its title stands alone, downward, large, in the upper half."""
    glyphs = [glyphs for glyphs in pages(book) if "".join(glyph.char for glyph in glyphs).endswith("上編")][-1]
    title = run(glyphs, "上編")
    assert title[0].x == pytest.approx(title[1].x, abs=0.01)
    assert title[0].size > 28
    assert title[-1].bottom < HEIGHT / 2


def test_the_title_page(book: Path) -> None:
    """Author, title and publisher's line in three columns from right to left, downward; the date in Han numerals."""
    glyphs = page(book, "林某某")
    author, date = (run(glyphs, words) for words in ("林某某", "二〇二五年十一月二日"))
    title = [glyph for glyph in glyphs if glyph.char in "雨季"]
    for words in (author, title, date):
        assert all(glyph.upright for glyph in words)
        assert all(a.y < b.y for a, b in zip(words, words[1:], strict=False))
    assert author[0].left > title[0].right
    latin = run(glyphs, "Anna")
    assert all(glyph.turned for glyph in latin)
    gaps = [other.top - one.bottom for one, other in zip(latin, latin[1:], strict=False)]
    assert max(gaps) < 0.1 * author[0].size * 0.75, "Han is set apart, words are not"
    assert date[0].right < title[0].left
    assert title[0].size > 2.5 * author[0].size
    assert min(glyph.top for glyph in glyphs) > TOP
    assert max(glyph.bottom for glyph in glyphs) < TOP + MEASURE
