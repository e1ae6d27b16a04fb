"""Series, marks, sides and ids of notes, before any format."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banxin import build, configreader, layout, notes, outline, parse, tree
from banxin.book import Book, Chapter, Meta, Source
from banxin.config import MarkSide, PageSpec
from banxin.errors import ConfigError, Place
from banxin.notes import labels, marks
from banxin.notes.series import Series
from banxin.render import pdf
from banxin.sheets import copies, counted, lay

HEAD = "title: 书\nchapters: [a.md]\n"
USUAL = "notes: {place: foot, mark: ①, numbering: page, series: {译: {name: 译注, mark: '*', ending: ——译者注}}}\n"


def series(yaml: str = USUAL) -> dict[str, Series]:
    return notes.all_series(configreader.read(HEAD + yaml, "book.yaml"), "chapter")


def numbered(*texts: str, yaml: str = "", side: MarkSide = MarkSide.TYPED) -> Book:
    """A book with a chapter a text."""
    sources = [Source(f"{chr(97 + i)}.md", text) for i, text in enumerate(texts)]
    trees = list(parse.parse([parse.Text(source, source.text) for source in sources], 1, shelf := parse.Shelf()))
    chapters = tuple(
        Chapter(source.path[0], [], shelf.whole(one.blocks), Place(source.path, 1))
        for source, one in zip(sources, trees, strict=True)
    )
    return notes.number(Book(Meta("书"), chapters), series(yaml) if yaml else notes.collect.USUAL, side)


def shown(book: Book) -> list[str]:
    """The marks in the text, in order."""
    links = (node for chapter in book.chapters for node in tree.walk(chapter.blocks) if node["t"] == "Link")
    return ["".join(part["c"] for part in node["c"][1]) for node in links if "noteref" in node["c"][0][1]]


def ids(book: Book) -> dict[str, str]:
    """The words of each note -> its id."""
    return {tree.plain(note.blocks).strip(): note.id for note in book.notes}


@pytest.mark.parametrize(
    ("style", "number", "text"),
    [
        ("1", 12, "12"), ("[1]", 3, "[3]"), ("①", 1, "①"), ("①", 20, "⑳"), ("①", 21, "㉑"), ("①", 35, "㉟"),
        ("①", 36, "㊱"), ("①", 50, "㊿"), ("①", 51, "(51)"), ("*", 1, "*"), ("*", 3, "‡"), ("*", 7, "**"),
        ("〔一〕", 12, "〔十二〕"), ("a", 27, "aa"), ("i", 4, "iv"), ("注1", 2, "注2"),
    ],
)  # fmt: skip
def test_marks(style: str, number: int, text: str) -> None:
    assert marks.mark(style, number) == text


@given(st.sampled_from(["1", "①", "〔一〕", "*", "a", "i"]), st.integers(1, 400))
def test_no_two_marks_are_alike(style: str, number: int) -> None:
    assert marks.mark(style, number) not in [marks.mark(style, other) for other in range(1, number)]


def test_each_series_counts_by_itself() -> None:
    book = numbered(
        "甲[^a]乙[^译:b]丙[^c]丁[^译:d]\n\n[^a]: 一。\n\n[^译:b]: 二。\n\n[^c]: 三。\n\n[^译:d]: 四。\n", yaml=USUAL
    )
    assert shown(book) == ["①", "*", "②", "†"]
    assert [note.series for note in book.notes] == ["", "译", "", "译"]
    assert tree.plain(book.notes[1].blocks).strip() == "二。——译者注"
    assert {note.heading for note in book.notes} == {"", "译注"}


def test_a_note_in_its_place_names_its_series_by_its_first_words() -> None:
    book = numbered("甲^[译：乙]丙^[译:  丁 戊]己^[注意：庚]", yaml=USUAL)
    assert [note.series for note in book.notes] == ["译", "译", ""]
    assert [tree.plain(note.blocks).strip() for note in book.notes] == ["乙——译者注", "丁 戊——译者注", "注意：庚"]


@pytest.mark.parametrize(("numbering", "expected"), [("chapter", ["1", "2", "1"]), ("book", ["1", "2", "3"])])
def test_how_far_a_count_runs(numbering: str, expected: list[str]) -> None:
    book = numbered("甲^[一]乙^[二]", "丙^[三]", yaml=f"notes: {{numbering: {numbering}}}\n")
    assert shown(book) == expected


def test_a_note_called_twice_is_one_note_with_two_marks() -> None:
    book = numbered("甲[^a]乙[^b]丙[^a]\n\n[^a]: 一。\n\n    又一段。\n\n[^b]: 二。\n")
    assert shown(book) == ["1", "2", "1"]
    assert [len(note.calls) for note in book.notes] == [2, 1]
    assert len({call for note in book.notes for call in note.calls}) == 3


def test_two_notes_of_the_same_words_are_two() -> None:
    """`同上。` twice is no note with two marks."""
    book = numbered("甲^[同上。]乙^[同上。]丙[^1]丁[^2]\n\n[^1]: 同上。\n\n[^2]: 同上。\n")
    assert shown(book) == ["1", "2", "3", "4"]
    assert len({note.id for note in book.notes}) == 4


def test_marks_of_notes_of_the_same_words_have_each_an_id() -> None:
    book = numbered("甲[^1]乙[^1]丙[^2]丁[^2]\n\n[^1]: 同上。\n\n[^2]: 同上。\n")
    calls = [call for note in book.notes for call in note.calls]
    assert (len(book.notes), len(calls), len(set(calls))) == (2, 4, 4)


def test_a_figure_as_a_name_called_twice_is_one_note() -> None:
    assert shown(numbered("甲[^1]乙[^1]\n\n[^1]: 同上。\n")) == ["1", "1"]


def test_ids_stay_when_words_before_or_of_the_note_change() -> None:
    before = ids(numbered("甲[^a]乙[^1]\n\n[^a]: 一。\n\n[^1]: 二。\n"))
    after = ids(numbered("新的一段^[新注]。\n\n甲改[^a]乙[^2]\n\n[^a]: 一，改。\n\n[^2]: 二。\n"))
    assert before["一。"] == after["一，改。"], "by name"
    assert before["二。"] == after["二。"], "by words, where the name is a figure"


@pytest.mark.parametrize(
    ("side", "text"),
    [
        (MarkSide.TYPED, "甲‸。乙，‸丙”‸。"),
        (MarkSide.AFTER, "甲。‸乙，‸丙”。‸"),
        (MarkSide.BEFORE, "甲‸。乙‸，丙‸”。"),
    ],
)
def test_marks_stand_on_one_side_of_closing_marks(side: MarkSide, text: str) -> None:
    book = numbered("甲^[一]。乙，^[二]丙”^[三]。", side=side)
    (run,) = [tree.run_of(block["c"]).text for block in book.chapters[0].blocks]
    assert run.replace(tree.NOTE, "‸") == text


SPACED = {
    "甲 ^[注]。": "甲1。",
    "甲 ^[注] 后": "甲1后",
    "甲\n^[注]。": "甲1。",
    "甲^[一] ^[二]。": "甲12。",
    "word ^[n]. Word ^[m] more": "word1. Word2 more",
    "*甲 ^[注]*乙": "甲1乙",
    "甲^[注] 乙": "甲1 乙",
}


@pytest.mark.parametrize(("text", "expected"), SPACED.items())
def test_no_space_stands_before_a_mark(text: str, expected: str) -> None:
    """As pandoc's authors type it; a line could begin with the mark. Behind it, a space that divides words stays."""
    (block,) = numbered(text).chapters[0].blocks
    assert tree.plain([_shown(block)]).replace("\n", " ").strip() == expected


def _shown(block: Any) -> Any:
    """With the marks as words: `plain` leaves them out."""
    return tree.map_nodes(block, lambda node: node["c"][1] if node["t"] == "Link" else node)


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("*甲^[注]*。", ["Emph", "Link", "Str"]),
        ("**甲。**^[注]", ["Strong", "Link", "Strong"]),
        ("[甲^[注]乙](https://a.cn)。", ["Link", "Link", "Str"]),
    ],
)
def test_a_mark_is_neither_emphasised_nor_part_of_a_link(text: str, types: list[str]) -> None:
    (block,) = numbered(text, side=MarkSide.BEFORE).chapters[0].blocks
    assert [node["t"] for node in block["c"]] == types
    assert "noteref" in block["c"][1]["c"][0][1]


def test_a_note_of_the_words_of_a_link_is_used() -> None:
    """Pandoc says that it is not."""
    source = Source("a.md", "[链接[^n]](https://a.cn)。\n\n[^n]: 注。\n\n[^m]: 无。\n")
    (one,) = parse.parse([parse.Text(source, source.text)], 1, parse.Shelf())
    assert [problem.message for problem in one.problems] == ["脚注有定义，正文里却没有用到：m"]


@pytest.mark.parametrize(
    "text",
    [
        "```\n[^a]: 甲\n```\n",
        "<pre>\n[^a]: 甲\n</pre>\n",
        "    [^a]: 甲\n",
        "行`[^a]: 甲`\n",
        "~~~\n```\n[^a]: 甲\n~~~\n",
    ],
)
def test_what_only_looks_like_a_note_stays_as_it_is(text: str) -> None:
    (one,) = parse.parse([parse.Text(Source("a.md", text), text)], 1, shelf := parse.Shelf())
    words = "".join(tree.plain(shelf.whole(one.blocks)).split())
    assert "[^a]:甲" in words
    assert not labels.WRITTEN.search(json.dumps(shelf.whole(one.blocks), ensure_ascii=False))


@pytest.mark.parametrize("body", ["- 列表", "1. 列表", "> 引", "`码`", "```\n    码\n    ```", "![图](a.svg)", "字"])
def test_a_name_changes_nothing_of_what_pandoc_reads(body: str) -> None:
    text = f"甲[^a]\n\n[^a]: {body}\n"
    plain = numbered(text)
    unnamed = numbered(text.replace("[^a]", "[^1]"))
    assert tree.plain(plain.notes[0].blocks) == tree.plain(unnamed.notes[0].blocks)
    assert [block["t"] for block in plain.notes[0].blocks] == [block["t"] for block in unnamed.notes[0].blocks]


BODIES = ["- 列表", "1. 列表", "> 引", "```\n    码\n    ```", "![图](a.svg)", "| 甲 |\n    |--|\n    | 乙 |", "# 题"]


@pytest.mark.parametrize("body", [*BODIES, "字", "", "\n    字", "\n\n    字", "\n\n    - 列表\n\n    字"])
def test_a_note_has_its_series_and_name_whatever_it_begins_with(body: str) -> None:
    text = f"甲[^译:a]乙[^译:a]\n\n[^译:a]: {body}\n\n后。\n"
    book = numbered(text, yaml=USUAL)
    (note,) = book.notes
    assert (note.series, len(note.calls), shown(book)) == ("译", 2, ["*", "*"])
    plain = numbered(text.replace("译:a", "1")).notes[0].blocks
    assert [block["t"] for block in plain] == [block["t"] for block in note.blocks][: len(plain)]
    assert tree.plain(book.chapters[0].blocks[-1:]).strip() == "后。"


def test_lines_are_those_of_the_file_behind_notes_that_begin_with_blocks() -> None:
    text = "甲[^a]乙[^b]丙[^c]\n\n[^a]: - 列表\n\n[^b]: > 引\n\n[^c]:\n    字\n\n[^d]: 没有人用\n\n丁。\n"
    (one,) = parse.parse([parse.Text(Source("a.md", text), text)], 1, parse.Shelf())
    assert [(str(problem.place), problem.message[:2]) for problem in one.problems] == [("a.md:10", "脚注")]
    assert [note.get(labels.LINE) for note in tree.walk(one.blocks) if note["t"] == "Note"] == [3, 5, 7]


def test_faults_are_told_with_their_line() -> None:
    book = numbered("甲[^a]乙[^b]丙[^c]\n\n[^a]: 一样。\n\n[^b]: 一样。\n\n[^c]: <!-- -->\n")
    told = [(str(problem.place), problem.message) for problem in book.problems]
    assert told == [("a.md:5", "脚注和前面一条一样：b"), ("a.md:7", "脚注是空的")]


def test_a_name_of_no_series_is_told_where_a_book_has_series() -> None:
    text = "甲[^驛:a]乙[^fn:b]丙[^译:c]\n\n[^驛:a]: 一。\n\n[^fn:b]: 二。\n\n[^译:c]: 三。\n"
    told = [(str(problem.place), problem.message) for problem in numbered(text, yaml=USUAL).problems]
    assert told == [("a.md:3", "没有这一种注：驛")]
    assert numbered(text).problems == ()


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("notes:\n  mark: 注\n", "注号的样子看不懂：注"),
        ("notes:\n  place: book\n  numbering: page\n", "只有页脚的注能每页重新编号"),
        ("notes:\n  series:\n    译: {mark: '[①]1'}\n", "注号的样子看不懂：[①]1"),
    ],
)
def test_settings_that_cannot_be(yaml: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        series(yaml)
    (problem,) = error.value.problems
    assert problem.message == message
    assert problem.place.line > 2


def test_a_series_that_stands_elsewhere_is_not_counted_by_page() -> None:
    found = series("notes: {place: foot, numbering: page, series: {校: {place: book}}}\n")
    assert found["校"].numbering == "chapter"


class Leaf:
    """A page, as far as a count looks at it."""

    def __init__(self, *ids: str) -> None:
        self.anchors: dict[str, Any] = dict.fromkeys(ids)


def test_a_count_that_begins_anew_on_each_page() -> None:
    html = "".join(counted.token(key, style, id) for key, style, id in
                   [("", "①", "a"), ("译", "*", "b"), ("", "①", "c"), ("", "①", "d")])  # fmt: skip
    found = counted.found(html * 2)
    assert counted.resolved(html, {}) == "①*②③"
    numbers = counted.by_page(found, [Leaf("a", "b"), Leaf(), Leaf("c", "d")])
    assert counted.resolved(html, numbers) == "①*①②"


def several(*ids: str) -> str:
    """The HTML of a note with marks, as paper has it: the note behind each."""
    return "".join(
        f'<a id="{id}" href="#n-{id}">{(number := counted.token("", "①", id, "n"))}</a>{copies.opened(id, f"n-{id}")}'
        f'<span id="n-{id}">{number}注{copies.back(id)}</span>{copies.CLOSE}'
        for id in ids
    )


def test_a_note_that_stands_on_the_page_already_stands_there_once() -> None:
    """Its marks have one number, and it leads back to each; on another page it stands again."""
    html = several("a", "b") + counted.token("", "①", "x") + several("c")
    marks = counted.found(html)
    numbers = counted.by_page(marks, [Leaf("a", "b", "x"), Leaf("c")])
    assert numbers == {"a": 1, "b": -1, "x": 2, "c": 1}
    back = "".join(f' <a class="backlink" href="#{id}">↑</a>' for id in "ab")
    assert counted.resolved(html, numbers) == (
        f'<a id="a" href="#n-a">①</a><span id="n-a">①注{back}</span><a id="b" href="#n-a">①</a>②'
        '<a id="c" href="#n-c">①</a><span id="n-c">①注</span>'
    )
    assert counted.resolved(html, {}).count("注") == 3


def test_a_mark_that_leaves_the_page_of_its_note_has_it_from_then_on() -> None:
    """Else it might come and go without end: a page has more room without the note."""
    marks = counted.found(several("a", "b"))
    together, parted = [Leaf("a", "b")], [Leaf("a"), Leaf("b")]
    first = counted.by_page(marks, together)
    then = counted.by_page(marks, parted, first)
    known = {**then, **copies.apart(first, then)}
    assert counted.by_page(marks, together, known) == {"a": 1, "b": 2}


@pytest.mark.parametrize(("style", "times"), [("①", 1), ("*", 2)])
def test_numbers_that_pages_count_anew_are_put_in_where_they_take_the_same_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str, times: int
) -> None:
    """One layout for ① and ⑦; another for * and ††, which do not."""
    monkeypatch.setenv("BANXIN_CACHE", "off")
    words = "渡口在城西三里，旧有义渡，官给船二，渡夫四人。" * 2
    text = "\n\n".join(f"{words}^[注{i}。]{words}" for i in range(24))
    (tmp_path / "a.md").write_text(f"# 渡口\n\n{text}\n", "utf-8")
    yml = f"title: 书\nauthors: [某人]\nchapters: [a.md]\nnotes: {{place: foot, mark: '{style}', numbering: page}}\n"
    (tmp_path / "book.yaml").write_text(yml, "utf-8")
    press = next(build.presses(build.Order(tmp_path, formats=("pdf",))))
    laid = []
    once = lay.lay
    monkeypatch.setattr(
        lay, "lay", lambda look, signature, *rest: laid.append(signature) or once(look, signature, *rest)
    )
    pdf.render(press)
    assert sum("渡夫四人" in signature.html for signature in laid) == times


def test_the_outline_of_a_chapter_keeps_the_names_of_its_notes() -> None:
    text = "甲[^a]。\n\n[^a]: 一。\n"
    (one,) = parse.parse([parse.Text(Source("a.md", text), text)], 1, parse.Shelf())
    (note,) = [node for node in tree.walk(outline.outline(one.blocks, "k")) if node["t"] == "Note"]
    assert (note[labels.LABEL], note[labels.LINE]) == ("a", 3)


def test_a_book_of_one_file_says_in_it_what_its_notes_are_like(tmp_path: Path) -> None:
    head = "---\ntitle: 书\nauthor: 某人\nnotes:\n  mark: '[1]'\n  series: {译: {name: 译注, mark: 〔一〕}}\n---\n"
    (tmp_path / "a.md").write_text(f"{head}# 河\n\n甲^[一。]，乙^[译：二。]。\n", "utf-8")
    press = next(build.presses(build.Order(tmp_path / "a.md", formats=("html",))))
    assert [(note.shown, note.heading) for note in press.pages[0].notes] == [("[1]", ""), ("〔一〕", "译注")]
    assert press.book.problems == ()
    (tmp_path / "a.md").write_text(f"{head.replace('[1]', '注')}# 河\n\n甲^[一。]。\n", "utf-8")
    with pytest.raises(ConfigError) as error:
        next(build.presses(build.Order(tmp_path / "a.md", formats=("html",))))
    assert str(error.value.problems[0].place) == "a.md:5"


def test_a_note_of_a_title_stands_under_the_title_alone(tmp_path: Path) -> None:
    """Not in the contents, and not over the notes of the book."""
    (tmp_path / "a.md").write_text("# 河[^译:t]\n\n甲[^a]。\n\n[^译:t]: 章题的注。\n\n[^a]: 一。\n", "utf-8")
    (tmp_path / "b.md").write_text("# 山\n\n乙。\n", "utf-8")
    yml = "title: 书\nauthors: [某人]\nchapters: [a.md, b.md]\nnotes: {place: book, series: {译: {place: foot}}}\n"
    (tmp_path / "book.yaml").write_text(yml, "utf-8")
    press = next(build.presses(build.Order(tmp_path, formats=("pdf",))))
    html = pdf.document(press, layout.geometry(press.page_spec or PageSpec(), press.layout))
    assert html.count("章题的注。") == 1
    assert html.count('href="#fn-') == 2


def test_what_a_note_may_hold(tmp_path: Path) -> None:
    """Paragraphs, lists, quotations, code, pictures, formulas, citations, references within the book."""
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    (tmp_path / "a.svg").write_text(picture, "utf-8")
    (tmp_path / "refs.bib").write_text(
        "@book{gu, author={顾长河}, title={伞骨考}, publisher={江左}, date={2011}}\n", "utf-8"
    )
    note = (
        "[^a]: 第一段，见@sec-b和[@gu, 12页]，$a=b$。\n\n    - 项\n\n    > 引文\n\n        码\n\n    ![图](a.svg)\n\n"
        "    | 甲 | 乙 |\n    |--|--|\n    | 丙 | 丁 |\n\n    : 表题 {#tbl-t}\n"
    )
    (tmp_path / "a.md").write_text(f"# 河\n\n甲[^a]。\n\n## 节 {{#sec-b}}\n\n乙。\n\n{note}", "utf-8")
    yml = "title: 书\nauthors: [某人]\nchapters: [a.md]\nbibliography: refs.bib\n"
    for place in ("foot", "chapter"):
        (tmp_path / "book.yaml").write_text(f"{yml}notes: {{place: {place}}}\n", "utf-8")
        press = next(build.presses(build.Order(tmp_path, formats=("pdf",))))
        (view,) = press.pages[0].notes
        wanted = (
            "<li>",
            "<blockquote>",
            "<pre>",
            '<img src="image:a.svg"',
            "<math",
            "<table",
            'href="#sec-b"',
            "伞骨考[M]",
        )
        assert [one for one in wanted if one not in view.html.replace("\n", " ")] == []
        paper = pdf.document(press, layout.geometry(press.page_spec or PageSpec(), press.layout))
        assert paper.count("第一段，见") == 1
        if place == "foot":  # all inline, for HTML's sake: a block would end the paragraph, a cell would be dropped
            note = paper[paper.index('<span class="footnote"') :].partition("第一段，见")[2].partition("<p>")[0]
            assert all(f"block-{name}" in note for name in ("ul", "li", "blockquote", "pre", "table", "tr", "td"))
            assert re.search(r"<(?:table|tr|td|ul|li|div|pre|p)\b", note) is None
            assert note.index("表题") < note.index("block-table"), "as wide as the note, and not as its table"
