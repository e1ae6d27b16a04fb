"""The redline, and what became of the pages: read from real PDFs."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from banxin import cli, load, tree
from banxin.critic.draw import ADD, REMOVE
from banxin.formatting.proof import normal
from banxin.review import pages, redline, versions
from banxin.review.compare import compare
from banxin.review.merge import CHANGED, Merger
from tests.unit.test_review import BOOK, FILES, RIVER, write_book

PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'><path d='M0 0h{}v9z'/></svg>"


def blocks_of(folder: Path, text: str) -> Any:
    path = folder / "a.md"
    path.write_text("# 题\n\n" + text, "utf-8")
    return load.load(path, load.Options(draft=True)).book.chapters[0].blocks


def one_side(value: Any, kept: str, gone: str) -> Any:
    """A merged tree with one version only."""

    def change(node: Any) -> Any:
        if node["t"] in ("Span", "Div"):
            classes = node["c"][0][1]
            if gone in classes:
                return []
            if kept in classes or classes == [CHANGED]:
                return node["c"][1]
        return node

    return tree.map_nodes(value, change)


def words(blocks: Any) -> str:
    return "".join(tree.plain(blocks).split()).replace("\u00b6", "")


CASES = {
    "reword": ("河从山里来，谁也不知道。", "河从天上来，谁都不知道。"),
    "split": ("河从山里来。谁也不知道它走了多久。", "河从山里来。\n\n谁也不知道它走了多久。"),
    "joined": ("河从山里来。\n\n谁也不知道它走了多久。", "河从山里来。谁也不知道它走了多久。"),
    "markup": ("河从**山里**来，谁也*不知道*它。", "河从**山外**来，谁也*不晓得*它。"),
    "list": ("- 水不等人\n- 茶宁少勿多\n", "- 水不等人\n- 喝茶不说话\n- 茶宁多勿少\n"),
    "numbers": ("1. 水不等人，人等水\n2. 茶宁少勿多\n", "1. 水不等人，人却等水\n2. 茶宁少勿多\n"),
    "table": (
        "| 地方 | 船 |\n|---|---|\n| 上游 | 一条 |\n",
        "| 地方 | 船 |\n|---|---|\n| 上游 | 两条 |\n| 下游 | 九条 |\n",
    ),
    "verse": ("| 床前明月光，\n| 疑是地上霜。\n", "| 床前看月光，\n| 疑是地上霜。\n"),
    "quote": ("> 水低为海，人低为王。\n", "> 水低成海，人低成王。\n"),
    "code": ("```\nboats = 3\n```\n", "```\nboats = 4\n```\n"),
    "kinds": ("河从山里来。\n\n- 一\n", "> 河从山里来。\n\n1. 一\n"),
    "div": ("::: tip\n河从山里来。\n:::\n", "::: tip\n河从山外来。\n:::\n"),
    "heading": ("## 上游\n\n河。\n", "## 河的上游\n\n河。\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_both_versions_are_in_the_merged_tree(tmp_path: Path, name: str) -> None:
    old, new = (blocks_of(tmp_path, text) for text in CASES[name])
    merger = Merger()
    merged = merger.blocks(old, new)
    assert merger.changes
    assert words(one_side(merged, ADD, REMOVE)) == words(new)
    assert words(one_side(merged, REMOVE, ADD)) == words(old)
    ids = [node["c"][0][0] for node in tree.walk(merged) if node["t"] in ("Span", "Div") and node["c"][0][0]]
    assert ids == [f"change-{change.number}" for change in merger.changes]


def test_the_same_tree_merged_with_itself_is_itself(tmp_path: Path) -> None:
    blocks = blocks_of(tmp_path, RIVER)
    merger = Merger()
    assert normal(merger.blocks(blocks, blocks)) == normal(blocks)
    assert merger.changes == []


def test_what_a_list_says(tmp_path: Path) -> None:
    old, new = (blocks_of(tmp_path, text) for text in CASES["table"])
    merger = Merger()
    merger.blocks(old, new)
    assert [change.told(redline.HANS) for change in merger.changes] == ["一条 → 两条", "加：下游 九条"]
    merger = Merger()
    merger.blocks(*(blocks_of(tmp_path, f"写上`--{name}`，再排一遍。\n") for name in ("draft", "strict")))
    assert [change.told(redline.HANS) for change in merger.changes] == ["--draft → --strict"]


def test_a_note_that_changed_is_one_note(tmp_path: Path) -> None:
    old, new = (blocks_of(tmp_path, f"老人说[^n]。\n\n[^n]: 姓{name}。\n") for name in "江姜")
    merged = Merger().blocks(old, new)
    notes = [node for node in tree.walk(merged) if node["t"] == "Note"]
    assert len(notes) == 1
    assert words(one_side(notes[0]["c"], REMOVE, ADD)) == "姓江。"
    gone = Merger().blocks(old, blocks_of(tmp_path, "老人说。\n"))
    assert not [node for node in tree.walk(gone) if node["t"] == "Note"]
    assert "〔注：姓江。〕" in words(gone)


# On paper -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> redline.Printed:
    """A book with a chapter that is new, one that is gone, and every common change."""
    folder = tmp_path_factory.mktemp("redline")
    gone = "# 桥\n\n桥是石头的，三孔，桥上刻着年月，已经认不得了。\n"
    old = write_book(folder / "old", {**FILES, "a.svg": PICTURE.format(9), "bridge.md": gone,
                     "book.yaml": BOOK + "  - bridge.md\n", "river.md": RIVER + "\n![图题](a.svg)\n"})  # fmt: skip
    river = RIVER.replace("金色", "铜色").replace("老人姓江", "老人姓姜").replace("| 九条 |", "| 十条 |")
    river += "\n![图题](a.svg)\n" + "\n河边又来了人，说的话谁也没有听懂，只好由他说去，说完就走了。\n" * 40
    new = write_book(folder / "new", {**FILES, "a.svg": PICTURE.format(90), "well.md": "# 井\n\n井在村口。\n",
                     "book.yaml": BOOK + "  - well.md\n", "river.md": river})  # fmt: skip
    review = compare(versions.load(old, "old"), versions.load(new, "new"))
    return redline.printed(review, old, new)


def page_texts(data: bytes) -> dict[str, str]:
    pdf = pypdfium2.PdfDocument(data)
    found = {}
    for i, page in enumerate(pdf):
        found[pdf.get_page_label(i)] = "".join(page.get_textpage().get_text_range().split())
    pdf.close()
    return found


@pytest.mark.slow
def test_the_redline_has_both_versions_and_a_list(printed: redline.Printed) -> None:
    assert printed.redline.path == "new-redline-zh-Hans.pdf"
    texts = page_texts(printed.redline.data)
    whole = "".join(texts.values())
    for text in ("金铜", "桥是石头的", "井在村口", "姓江姜"):
        assert text in whole, text
    listed = whole[whole.rindex("改动一览") :]
    entries = re.findall(r"(加：井在村口。|删：桥是石头的[^·]*|金→铜|江→姜|九→十|九条→十条)[·\s]*(\d+)", listed)
    assert len(entries) == 5, listed
    for words_, number in entries:
        wanted = re.sub(r"^(加|删)：|…+$", "", words_).split("→")[0]
        assert wanted in texts[number], (words_, number)


@pytest.mark.slow
def test_bars_and_lines_are_drawn(printed: redline.Printed) -> None:
    """What is new, what is gone and the bars have colours of their own; a bar stands left of the words, lines high."""
    pdf = pypdfium2.PdfDocument(printed.redline.data)
    page = next(page for page in pdf if "金铜" in "".join(page.get_textpage().get_text_range().split()))
    scale = 3
    image = page.render(scale=scale).to_pil().convert("RGB")
    points = {colour: _near(image, colour) for colour in ((0x14, 0x53, 0x2D), (0x8A, 0x1C, 0x14), (0x1F, 0x4A, 0x7C))}
    pdf.close()
    new, gone, bar = points.values()
    assert new
    assert gone
    column = Counter(x for x, _ in bar).most_common(1)[0]
    assert column[0] < min(x for x, _ in new + gone)
    assert column[1] > 10 * scale


def _near(image: Any, colour: tuple[int, int, int]) -> list[tuple[int, int]]:
    width, height = image.size
    pixels = image.load()
    return [
        (x, y)
        for y in range(height)
        for x in range(width)
        if all(abs(a - b) < 6 for a, b in zip(pixels[x, y], colour, strict=True))
    ]


@pytest.mark.slow
def test_pages_that_a_printer_replaces(printed: redline.Printed) -> None:
    found = pages.compare(printed.old, printed.new)
    before, after = page_texts(printed.old), page_texts(printed.new)
    assert (found.before, found.after) == (len(before), len(after))
    assert found.after > found.before
    for label, text in after.items():
        if label in before and text != before[label]:
            assert label in found.replaced
    assert set(found.added) == set(after) - set(before)
    assert found.moved
    assert not pages.compare(printed.old, printed.old).replaced
    told = "".join(pages.told(found))
    assert "要换的页" in told
    assert f"{found.before} 页 → {found.after} 页" in told
    assert pages.told(pages.compare(printed.new, printed.new)) == [f"版面没有变：{found.after} 页。"]


def test_numbers_that_follow_each_other() -> None:
    assert pages.ranges(["iii", "3", "4", "5", "9", "10", "12"]) == "iii、3—5、9—10、12"
    assert pages.ranges([]) == ""


@pytest.mark.slow
def test_all_that_a_review_writes(tmp_path: Path) -> None:
    """By the command, for a single file: report, summary, redline, marked text; and what became of the pages."""
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text("# 河\n\n河从山里来，谁也不知道它走了多久。\n", "utf-8")
    new.write_text("# 河\n\n河从山里来，谁也不知道它走了几年。\n", "utf-8")
    assert cli.main(["review", str(old), str(new), "-o", str(tmp_path / "out")]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir() if not path.name.startswith("."))
    assert names == ["critic", "new-redline-zh-Hans.pdf", "review.html", "review.md"]
    assert "要换的页（1）" in (tmp_path / "out" / "review.md").read_text("utf-8")
    assert "要换的页（1）" in (tmp_path / "out" / "review.html").read_text("utf-8")
    marked = (tmp_path / "out" / "critic" / "new.md").read_text("utf-8")
    assert marked.count("{") == 1
    assert cli.main(["review", str(old), str(new), "--no-pdf", "--no-critic", "-o", str(tmp_path / "few")]) == 0
    assert {path.name for path in (tmp_path / "few").iterdir() if not path.name.startswith(".")} == {
        "review.html", "review.md"}  # fmt: skip
