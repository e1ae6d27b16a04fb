"""Note marks where they stand in finished pages: never at the start of a line, and close behind what they belong to."""

from __future__ import annotations

import random
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from banxin import build
from tests import upright
from tests.readers.test_notes import Box, Pdf
from tools.composition.glyphs import Cell

pytestmark = pytest.mark.slow

EDITION = "zh-Hans"
CLAUSES = (
    "渡口",
    "在城西三里",
    "旧有义渡",
    "官给船二",
    "渡夫四人",
    "岁支工食若干",
    "兵燹之后船坏夫散",
    "往来者自雇小舟",
)
GAP = 0.1
"""em of the text: what may be between a mark and the glyph before it. The layouts say .05; a stretched gap is more."""


def manuscript(rng: random.Random, count: int = 60) -> str:
    """Many marks, before and after every closing mark, in lines that end everywhere."""
    paragraphs = []
    for i in range(count):
        words = ""
        for j in range(rng.randint(3, 9)):
            clause = rng.choice(CLAUSES)
            closing = rng.choice("，。；？、") if rng.random() < 0.7 else rng.choice(["》", "”。", "）", "”"])
            opening = {"》": "《", "”": "“", "”。": "“", "）": "（"}.get(closing, "")
            note = f"^[注{i}之{j}。]" if rng.random() < 0.4 else ""
            words += f"{opening}{clause}{note}{closing}" if rng.random() < 0.5 else f"{opening}{clause}{closing}{note}"
        paragraphs.append(f"{words}完。")
    return "# 渡口\n\n" + "\n\n".join(paragraphs) + "\n"


@pytest.fixture(scope="module", params=["after", "before"])
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A book with its marks on one side, in every format."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "a.md").write_text(manuscript(random.Random(7)), "utf-8")
    yml = "title: 书\nauthors: [某人]\nslug: b\nlayout: novel\nchapters: [a.md]\n"
    (folder / "book.yaml").write_text(f"{yml}notes: {{side: {request.param}, mark: '[1]'}}\n", "utf-8")
    build.build(build.Order(folder, formats=("pdf", "epub", "html"), out=folder / "out"))
    with zipfile.ZipFile(folder / "out" / f"b-{EDITION}.epub") as archive:
        archive.extractall(folder / "out" / "epub")
    return request.param, folder / "out"


def before(cells: list[Cell], box: Box) -> tuple[Cell | None, Cell]:
    """The glyph before a mark on its line, and the mark's first; what is on a line is less than half an em off."""
    left, bottom, right, top = box
    mark = [cell for cell in cells if bottom <= cell.y <= top and left <= (cell.start + cell.end) / 2 <= right]
    first = min(mark, key=lambda cell: cell.start)
    line = [cell for cell in cells if cell.start < first.start and first.size < cell.size
            and 0 <= first.y - cell.y < 0.8 * cell.size and not cell.is_space]  # fmt: skip
    return max(line, key=lambda cell: cell.start, default=None), first


def test_on_paper(out: tuple[str, Path]) -> None:
    side, folder = out
    file = Pdf(folder / f"b-{EDITION}.pdf")
    marks = [(i, box) for i, name, box in file.links if name.startswith("fn-")]
    assert len(marks) > 100
    closed = 0
    for i, box in marks:
        previous, first = before(file.cells[i], box)
        assert previous is not None, f"a line of page {i + 1} begins with a mark"
        assert first.start - previous.end <= GAP * previous.size, f"page {i + 1}: {previous.text}"
        closed += previous.text in "，。；？、》”）"
    assert closed == (len(marks) if side == "after" else 0)


LINES = """marks => marks.map(mark => {
  const words = document.createTreeWalker(mark.closest('p'), NodeFilter.SHOW_TEXT);
  let last = null;
  for (let node = words.nextNode(); node && !mark.contains(node); node = words.nextNode())
    if (node.data.trim()) last = node;
  const range = document.createRange();
  range.setStart(last, last.data.trimEnd().length - 1);
  range.setEnd(last, last.data.trimEnd().length);
  const [one, other] = [[...range.getClientRects()].pop(), mark.getClientRects()[0]];
  const size = parseFloat(getComputedStyle(mark.closest('p')).fontSize);
  return [other.left - one.right, one.bottom - other.top, mark.getClientRects().length, size];
})"""
"""Of each mark: how far it is behind the character before it, how much they overlap, in how many lines it stands."""


BESIDE = """() => [...document.querySelectorAll('p > a.noteref, p .noteref')].map(mark => {
  const words = mark.closest('p').cloneNode(true);
  for (const other of words.querySelectorAll('.noteref')) other.textContent = other.id === mark.id ? '\u2038' : '';
  const [one, rest] = words.textContent.split('\u2038');
  return one.trim().slice(-1) + rest.trim().slice(0, 1);
})"""
"""Of each mark: the character before it and the one behind."""
PAGES = {"site": f"b-{EDITION}/a.html", "epub": "epub/EPUB/text/a.xhtml"}


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize("width", [320, 397, 800])
def test_in_a_browser(chromium: Browser, out: tuple[str, Path], width: int, where: str) -> None:
    side, folder = out
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto((folder / PAGES[where]).as_uri())
    found = page.eval_on_selector_all("p a.noteref", LINES)
    beside = page.evaluate(BESIDE)
    page.close()
    assert len(beside) == len(found) > 100
    closing = "，。；？、》”）"
    assert sum(pair[0] in closing for pair in beside) == (len(beside) if side == "after" else 0)
    assert sum(pair[1:] in closing for pair in beside) == (0 if side == "after" else len(beside))
    for gap, overlap, lines, size in found:
        assert lines == 1
        assert overlap > 0, "on the line of what it belongs to"
        assert -size < gap < 0.2 * size


def test_marks_side_by_side_are_not_read_as_one(tmp_path: Path, chromium: Browser) -> None:
    """1 and 2 are no 12; brackets and circles divide themselves."""
    text = "# 渡口\n\n旧有义渡^[甲。]^[乙。]，官给船二^[译：丙。]^[译：丁。]。\n"
    (tmp_path / "a.md").write_text(text, "utf-8")
    series = "notes: {place: foot, series: {译: {mark: ①}}}\n"
    yml = "title: 书\nauthors: [某人]\nslug: b\nlayout: novel\nchapters: [a.md]\n"
    (tmp_path / "book.yaml").write_text(yml + series, "utf-8")
    build.build(build.Order(tmp_path, formats=("pdf", "epub", "html"), out=tmp_path / "out"))
    file = Pdf(tmp_path / "out" / f"b-{EDITION}.pdf")
    calls = [(i, box) for i, name, box in file.links if name.startswith("fn-")]
    gaps = []
    for (i, one), (_, other) in ((calls[0], calls[1]), (calls[2], calls[3])):
        (end,) = [cell for cell in file.cells[i] if one[1] <= cell.y <= one[3] and one[0] <= cell.start < one[2] - 0.5]
        _, begins = before(file.cells[i], other)
        gaps.append((begins.start - end.end) / end.size)
    assert gaps[0] > 0.4, "em of the mark"
    assert gaps[1] < 0.3
    with zipfile.ZipFile(tmp_path / "out" / f"b-{EDITION}.epub") as archive:
        archive.extractall(tmp_path / "out" / "epub")
    page = chromium.new_page()
    for path in PAGES.values():
        page.goto((tmp_path / "out" / path).as_uri())
        rooms = "marks => marks.map(mark => parseFloat(getComputedStyle(mark).paddingLeft))"
        first, second, third, fourth = page.eval_on_selector_all("p a.noteref", rooms)
        assert second > first + 2
        assert third == fourth == first
    page.close()


def test_no_column_of_a_vertical_page_begins_with_a_mark(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(manuscript(random.Random(7), 20), "utf-8")
    yml = "title: 书\nauthors: [某人]\nslug: b\nwriting: vertical\nchapters: [a.md]\n"
    (tmp_path / "book.yaml").write_text(f"{yml}notes: {{side: after, mark: 〔一〕}}\n", "utf-8")
    build.build(build.Order(tmp_path, formats=("pdf",), out=tmp_path / "out"))
    sheets = upright.pages(tmp_path / "out" / f"b-{EDITION}.pdf")
    size = Counter(glyph.size for glyphs in sheets for glyph in glyphs).most_common(1)[0][0]
    marks = 0
    for glyphs in sheets:
        words = [glyph for glyph in glyphs if glyph.size == size and glyph.char.strip()]
        for mark in (glyph for glyph in glyphs if glyph.char == "〔" and glyph.size < 0.7 * size):
            above = [one for one in words if abs(one.middle - mark.middle) < size and one.top < mark.top]
            assert above, "a column begins with a mark"
            last = max(above, key=lambda one: one.bottom)
            assert last.char in "，。；？、》”）"
            assert mark.top - last.bottom < 0.7 * size, (
                "of ink: a comma leaves half of its square, a bracket of its own"
            )
            marks += 1
    assert marks > 40
