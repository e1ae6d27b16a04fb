"""How the layouts print: a small book with everything in it, laid out in every layout and looked at page by page."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from banxin import build, layout
from banxin.config import PageSpec
from banxin.layout import Geometry
from banxin.render import pdf
from banxin.render.press import Press
from banxin.sheets.fetcher import fetcher

pytestmark = pytest.mark.slow

CASES = [(name, profile) for name in ("essay", "novel", "technical") for profile in ("screen", "print")]
PX = 4 / 3
"""CSS px in a pt."""
PARAGRAPH = "刻工把一块梨木的脾气刻成了后来所有人眼里的宋体，一天两百字，刻错一个要赔一块板。" * 4
BOOK = """title: 刻工的手
authors: [林梨生]
language: zh-Hans
date: 2026-11-23
dedication: 献给把名字刻在书口的人
epigraph: 字在格中，人在字中。
layout: {layout}
notes: {{place: foot}}
front: [00-preface.md]
chapters:
  - part: 木
    chapters: [01-wood.md]
  - part: 铅
    chapters: [02-lead.md]
back: [03-terms.md, 04-latin.md]
"""
WOOD = f"""# 木

::: epigraph
纸寿千年。
:::

{PARAGRAPH}注在页脚[^a]，与注号同页[^b]。

{PARAGRAPH}

---

{PARAGRAPH * 8}又一条[^c]。

## 梨木 {{#sec-pear}}

> 凡造活字，先于板上写真字。

| 号 | 点 |
|:---|---:|
| 五号 | 10.5 |
| 小五 | 9 |

: 字号 {{#tbl-sizes}}

```python
size = 10.5  # 五号
```

$$ w = ns $$ {{#eq-w}}

{PARAGRAPH}

- [x] 选木
- [ ] 锯板

[^a]: {PARAGRAPH}
[^b]: 短注。
[^c]: 一条在第二页上下的注。
"""


LEAD = "他说过“好”的，*楷体*和**粗体**、`code` 和 Latin 都在一行里。" * 200


@dataclass(frozen=True)
class Printed:
    """A laid out book."""

    press: Press
    geometry: Geometry
    pages: list[Any]
    """WeasyPrint's pages."""
    warnings: list[str]

    def page_of(self, anchor: str) -> int:
        """Index of the page on which an id first stands."""
        return next(i for i, page in enumerate(self.pages) if anchor in page.anchors)

    def furniture(self, index: int) -> list[str]:
        """The words of a page's head and foot."""
        boxes = [box for box in self.pages[index]._page_box.children if getattr(box, "at_keyword", "").startswith("@")]
        return [words for box in boxes if (words := "".join(_texts(box)).strip())]


def _texts(box: Any) -> list[str]:
    own = [box.text] if hasattr(box, "text") else []
    return own + [words for child in getattr(box, "children", ()) for words in _texts(child)]


class Listener(logging.Handler):
    """Keeps what WeasyPrint warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    name, profile = request.param
    folder = tmp_path_factory.mktemp(name)
    files = {
        "book.yaml": BOOK.format(layout=name),
        "00-preface.md": "# 序\n\n" + PARAGRAPH * 20,
        "01-wood.md": WOOD,
        "02-lead.md": f"# “铅与火”——GPT-4o 以前的事，以及 1471 年的奥格斯堡\n\n{LEAD}\n\n## Ink\n\n墨。\n",
        "03-terms.md": f"# 术语\n\n{PARAGRAPH}\n",
        "04-latin.md": f"# Type\n\n{PARAGRAPH}\n",
    }
    for path, text in files.items():
        (folder / path).write_text(text, "utf-8")
    return lay_out(folder, profile)


def lay_out(folder: Path, profile: str) -> Printed:
    (press,) = build.presses(build.Order(folder, profile=profile))
    geometry = layout.geometry(press.page_spec or PageSpec(), press.layout)
    import weasyprint

    from banxin.compose.patch import composing

    logger, listener = logging.getLogger("weasyprint"), Listener()
    logger.addHandler(listener)
    try:
        source = pdf.document(press, geometry)
        with composing(press.lines):
            document = weasyprint.HTML(string=source, base_url="book:", url_fetcher=fetcher(press.book.images)).render()
    finally:
        logger.removeHandler(listener)
    return Printed(press, geometry, document.pages, listener.heard)


def chapter_starts(printed: Printed) -> list[int]:
    return [printed.page_of(page.id) for page in printed.press.pages]


def test_weasyprint_has_nothing_to_say(printed: Printed) -> None:
    assert printed.warnings == []


def test_every_page_has_the_trim(printed: Printed) -> None:
    for page in printed.pages:
        assert page.width == pytest.approx(printed.geometry.width * PX)
        assert page.height == pytest.approx(printed.geometry.height * PX)


def test_notes_stand_on_the_page_of_their_marks(printed: Printed) -> None:
    notes = [note for page in printed.press.pages for note in page.notes]
    assert len(notes) == 3
    for note in notes:
        assert printed.page_of(note.id) == printed.page_of(note.calls[0])


def test_the_body_begins_with_page_one_in_print_on_a_recto(printed: Printed) -> None:
    first = printed.page_of(printed.press.pages[1].part.id)  # type: ignore[union-attr]
    if printed.press.profile == "print":
        assert first % 2 == 0, "the first page of a file is a recto"
    numbers = [words for index in range(first, first + 4) for words in printed.furniture(index)]
    opening = printed.page_of(printed.press.pages[1].id)
    after = [re.sub(r"\D", "", words) for words in printed.furniture(opening + 1)]
    assert str(opening + 1 - first + 1) in after, numbers


def test_front_matter_counts_by_itself(printed: Printed) -> None:
    preface = printed.page_of(printed.press.pages[0].id)
    words = " ".join(printed.furniture(preface + 1))
    assert re.search(r"\b[ivx]+\b", words), words


def test_opening_blank_and_title_pages_carry_no_furniture(printed: Printed) -> None:
    first = printed.page_of(printed.press.pages[0].id)
    openings = [*chapter_starts(printed), *(printed.page_of(p.part.id) for p in printed.press.pages if p.part)]
    blank = [i for i, page in enumerate(printed.pages) if page._page_box.page_type.blank]
    for index in [*range(first), *openings, *blank, len(printed.pages) - 1]:
        assert printed.furniture(index) == [], index


def test_running_heads(printed: Printed) -> None:
    """The book's title on versos, the chapter's on rectos; the essay has none."""
    starts = chapter_starts(printed)
    inside = range(starts[1] + 1, starts[1] + 3)
    told = {("recto", "verso")[index % 2]: " ".join(printed.furniture(index)) for index in inside}
    heads = printed.press.options["heads"]
    assert ("刻工的手" in told["verso"]) == heads
    assert ("木" in told["recto"]) == heads


def test_chapters_open_where_the_profile_wants_them(printed: Printed) -> None:
    starts = chapter_starts(printed)
    if printed.press.profile == "print" and printed.press.options["chapter-start"] == "recto":
        assert all(index % 2 == 0 for index in starts)
    if printed.press.profile == "screen":
        assert not any(page._page_box.page_type.blank for page in printed.pages)


def test_bookmarks_name_parts_chapters_and_sections_once(printed: Printed) -> None:
    labels = [mark[1] for page in printed.pages for mark in page.bookmarks]
    assert len(labels) == len(set(labels))
    wanted = ["序", "目录", "第一编 木", "第一章 木", "第二编 铅", "术语"]
    assert [label for label in labels if label in wanted] == wanted
    assert any("梨木" in label for label in labels)
    levels = {mark[1]: mark[0] for page in printed.pages for mark in page.bookmarks}
    assert (levels["第一编 木"], levels["第一章 木"], levels["术语"]) == (1, 2, 1)


@pytest.mark.parametrize("chapter", [0, 2], ids=["Han", "mixed"])
def test_a_full_page_holds_its_lines_exactly(printed: Printed, chapter: int) -> None:
    """Whatever stands in a line, the lines of a page lie on the grid of the pitch and fill the type area."""
    index = printed.page_of(printed.press.pages[chapter].id) + 1
    geometry = printed.geometry
    tops = [line.position_y for line in _lines(printed.pages[index]._page_box)]
    wanted = [(geometry.head + n * geometry.pitch) * PX for n in range(geometry.lines)]
    assert tops == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("chapter", [0, 2], ids=["Han", "mixed"])
def test_a_full_line_is_no_longer_than_the_measure(printed: Printed, chapter: int) -> None:
    index = printed.page_of(printed.press.pages[chapter].id) + 1
    widths = [line.width for line in _lines(printed.pages[index]._page_box)]
    assert max(widths) <= printed.geometry.measure * PX + 0.1
    assert max(widths) > (printed.geometry.measure - printed.geometry.size) * PX


def test_titles_in_the_contents_do_not_begin_with_the_space_after_their_number(printed: Printed) -> None:
    titles = [re.sub("<[^>]*>", "", section.title) for page in printed.press.pages for section in page.sections]
    assert titles == ["梨木", "Ink"]


def test_the_box_of_a_task_stands_in_its_line(printed: Printed) -> None:
    lines = [
        line for page in printed.pages for line in _lines(page._page_box) if _texts(line)[:1] in (["选木"], ["锯板"])
    ]
    assert len(lines) == 2
    for line in lines:
        (label,) = line.children
        box, words = label.children
        assert type(box).__name__ == "InlineBlockBox"
        assert box.border_box_x() + box.border_width() < words.position_x
        assert line.height == pytest.approx(printed.geometry.pitch * PX, abs=0.01)


def test_dots_of_the_contents_stand_equally_far_apart(printed: Printed) -> None:
    """Behind Han and behind Latin, in em."""
    leaders = [box for page in printed.pages for line in _lines(page._page_box) for box in _leaders(line)]
    places = [(box.style["font_size"], [child.position_x for child in box.children]) for box in leaders]
    steps = {round((a - b) / size, 2) for size, row in places for a, b in zip(row, row[1:], strict=False)}
    if printed.press.options["contents-leaders"]:
        assert len(leaders) > 3
        assert len(steps) == 1


def _leaders(box: Any) -> list[Any]:
    own = [box] if getattr(box, "is_leader", False) else []
    return own + [leader for child in getattr(box, "children", ()) for leader in _leaders(child)]


def _lines(box: Any) -> list[Any]:
    if getattr(box, "at_keyword", ""):
        return []
    if type(box).__name__ == "LineBox":
        return [box]
    return [line for child in getattr(box, "children", ()) for line in _lines(child)]


THINGS = {
    "h2": "## 梨木 {-}",
    "table": "| 号 | 点 |\n|:---|---:|\n| 五号 | 10.5 |\n| 小五 | 9 |",
    "pre": "```\nsize = 10.5\nlines = 27\n```",
    "blockquote": "> 凡造活字，先于板上写真字。",
    "hr": "---",
}
"""By the element that each becomes; all have space above them."""


@pytest.mark.parametrize("name", ["essay", "novel", "technical"])
def test_nothing_is_left_blank_above_what_opens_a_page(name: str, tmp_path: Path) -> None:
    """Of everything that has space above it, often enough to meet the top of a page."""
    (tmp_path / "book.yaml").write_text(f"title: 木\nlayout: {name}\nchapters: [1.md]\n", "utf-8")
    blocks = [f"{PARAGRAPH[: 1 + 37 * n % 151]}。\n\n{thing}" for n in range(40) for thing in THINGS.values()]
    (tmp_path / "1.md").write_text("# 木\n\n" + "\n\n".join([*blocks, "完"]), "utf-8")
    printed = lay_out(tmp_path, "screen")
    head = printed.geometry.head * PX
    opens = [_first(page._page_box) for page in printed.pages[chapter_starts(printed)[0] + 1 : -1]]
    assert {box.element_tag for box in opens} > {"h2", "table", "pre", "blockquote"}
    assert {round(box.border_box_y() - head, 1) for box in opens} == {0.0}


def _first(box: Any) -> Any:
    """What opens a page: the first block with an element of its own below the chapter's."""
    while box.element_tag in (None, "html", "body", "section", "div"):  # the page itself has none
        box = next(child for child in box.children if child.is_in_normal_flow())
    return box


ROW = f"| {'字' * 4} | {'很长的一格，' * 6} |"
SIGNED = "::: right\n刻工\n:::"


@pytest.mark.parametrize("rows", [4, 8, 12])
def test_a_heading_and_a_caption_stand_with_their_table_however_long(rows: int, tmp_path: Path) -> None:
    """Wherever on the page they come; a table that would fill half of it may be divided."""
    table = "\n".join(["| 甲 | 乙 |", "|:--|:----|", *[ROW] * rows])
    turns = [f"{PARAGRAPH * (n % 4)}。\n\n## 题 {{-}}\n\n{table}\n\n: 表题" for n in range(8)]
    (tmp_path / "book.yaml").write_text("title: 木\nlayout: essay\nchapters: [1.md]\n", "utf-8")
    (tmp_path / "1.md").write_text("# 木\n\n" + "\n\n".join([*turns, "完"]), "utf-8")
    pages = [_tags(page._page_box) for page in lay_out(tmp_path, "screen").pages]
    assert sum(tags.count("caption") for tags in pages) == 8
    assert {tags[-1] for tags in pages if tags} <= {"tr", "p"}, "nothing goes on below a heading or a caption"


@pytest.mark.parametrize("name", ["essay", "novel"])
def test_a_signature_stands_with_the_last_words(name: str, tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(f"title: 木\nlayout: {name}\nchapters: [1.md]\n", "utf-8")
    letters = [f"{PARAGRAPH[: 20 + 47 * n % 131]}。\n\n{SIGNED}" for n in range(60)]
    (tmp_path / "1.md").write_text("# 木\n\n" + "\n\n".join(letters), "utf-8")
    for page in lay_out(tmp_path, "screen").pages:
        words = [line for box in _lines(page._page_box) if (line := "".join(_texts(box)))]
        assert words[:1] != ["刻工"]


def _tags(box: Any) -> list[str]:
    """The elements of a page that are asked about, in order."""
    own = [box.element_tag] if box.element_tag in ("h2", "caption", "tr", "p") else []
    inner = [] if own else [tag for child in getattr(box, "children", ()) for tag in _tags(child)]
    return own + inner
