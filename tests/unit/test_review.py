"""What an editor is shown: every kind of change as what it is, and nothing where nothing changed."""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from banxin.book import Imprint
from banxin.errors import ConfigError, ManuscriptError, Place, ToolError
from banxin.formatting import format_text
from banxin.review import align, review, versions, words
from banxin.review.compare import compare
from banxin.review.model import (
    FACTS,
    Comparison,
    Count,
    Fate,
    Kind,
    Passage,
    Review,
    Section,
    Subject,
    Turn,
    Unit,
    Version,
    Word,
)
from banxin.review.report import artifacts
from banxin.review.units import IMPRINT_NAMES
from tests.conftest import ROOT
from tests.readers.test_site import CONTRAST, DESKTOP, PHONE, Visit, sideways
from tests.readers.test_site_access import violations

RIVER = """# 河 {#ch-river}

河从山里来，谁也不知道它走了多久。两岸的人靠它吃饭，也靠它记事。

## 上游

上游的水急，石头都被磨圆了。船到这里就不再走，人们改用骡子。

> 水低为海，人低为王。

渡口的老人说[^old]，从前这里有三条船，如今只剩一条，还漏水。

[^old]: 老人姓江，七十九岁。

| 地方 | 船 |
|---|---|
| 上游 | 一条 |
| 下游 | 九条 |

```python
boats = 3
```

下游的水缓，沙子都沉了下来。傍晚的时候，整条河是金色的。
"""
TOWN = """# 镇 {#ch-town}

镇上只有一条街，从东头走到西头要一袋烟的工夫。

街口的钟停在四点十分，没有人去修它，大家都说这样很好。

卖灯油的女人每天天不亮就起来，她的驴比她醒得更早。
"""
BOOK = "title: 河与镇\nauthors: [甲]\nlanguage: zh-Hans\nchapters:\n  - river.md\n  - town.md\n"
FILES = {"book.yaml": BOOK, "river.md": RIVER, "town.md": TOWN}

Edit = Callable[[dict[str, str]], None]


def write_book(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def edited(tmp_path: Path, **new: str) -> Review:
    """The sample book against itself with other files; `None`-like empty text takes a file away."""
    files = {**FILES, **{name.replace("_", "."): text for name, text in new.items()}}
    old = write_book(tmp_path / "old", FILES)
    now = write_book(tmp_path / "new", {name: text for name, text in files.items() if text})
    return compare(versions.load(old, "old"), versions.load(now, "new"))


def changes(result: Review) -> list[Passage]:
    return [passage for one in result.comparisons for passage in one.passages if passage.kind is not Kind.SAME]


def turns(passage: Passage) -> list[tuple[str, str]]:
    return [
        (str(piece.turn), "".join(word.text for word in piece.words))
        for piece in passage.pieces
        if piece.turn is not Turn.SAME
    ]


def only(result: Review) -> Passage:
    (passage,) = changes(result)
    return passage


def chapter(result: Review, title: str) -> Comparison:
    return next(one for one in result.comparisons if one.section.title == title)


# Nothing --------------------------------------------------------------------------------------------------------------


def test_a_book_is_itself(tmp_path: Path) -> None:
    result = edited(tmp_path)
    assert result.changed == ()
    assert result.count == Count()


def test_reflow_is_no_change(tmp_path: Path) -> None:
    wrapped = re.sub(r"(?m)^([^\s>|`\[#].{12,})$", lambda row: row[1][:4] + "\n" + row[1][4:], RIVER)
    assert wrapped != RIVER
    assert edited(tmp_path, river_md=wrapped, town_md=format_text(TOWN, "town.md")).changed == ()


def test_markup_of_another_spelling_is_no_change(tmp_path: Path) -> None:
    old = write_book(tmp_path / "a", {"a.md": "# 题\n\n* *重*\n* 二\n\n***\n\n正文 Word 末\n"})
    new = write_book(tmp_path / "b", {"a.md": "题\n==\n\n- _重_\n- 二\n\n- - -\n\n正文Word末\n"})
    assert compare(versions.load(old, ""), versions.load(new, "")).changed == ()


def test_one_file_under_two_names_is_one_book(tmp_path: Path) -> None:
    for name in ("draft.md", "final.md"):
        (tmp_path / name).write_text(RIVER, "utf-8")
    old, new = (versions.load(tmp_path / name, name) for name in ("draft.md", "final.md"))
    assert compare(old, new).changed == ()


# Every kind of change -------------------------------------------------------------------------------------------------


def test_a_reworded_sentence(tmp_path: Path) -> None:
    passage = only(edited(tmp_path, river_md=RIVER.replace("整条河是金色的", "整条河泛着铜色")))
    assert passage.kind is Kind.EDITED
    assert turns(passage) == [("out", "是金色的"), ("in", "泛着铜色")]
    assert passage.unit.place.path == "river.md"
    assert passage.unit.place.line == RIVER[: RIVER.index("下游的水")].count("\n") + 1


def test_a_paragraph_put_in_and_one_taken_out(tmp_path: Path) -> None:
    new = TOWN.replace("镇上只有一条街，从东头走到西头要一袋烟的工夫。\n\n", "") + "\n集市逢五，赶集的人从山里来。\n"
    removed, added = changes(edited(tmp_path, town_md=new))
    assert (removed.kind, added.kind) == (Kind.REMOVED, Kind.ADDED)
    assert removed.count == Count(removed=23, places=1)
    assert added.count == Count(added=14, places=1)


def test_a_moved_paragraph(tmp_path: Path) -> None:
    title, first, second, third = TOWN.strip().split("\n\n")
    here, away = changes(edited(tmp_path, town_md="\n\n".join([title, third, first, second]) + "\n"))
    assert (here.kind, away.kind) == (Kind.MOVED_HERE, Kind.MOVED_AWAY)
    assert here.move == away.move == 1
    assert here.count == Count(moved=len(third), places=1)
    assert away.count == Count()


def test_a_paragraph_moved_to_another_chapter_and_edited_there(tmp_path: Path) -> None:
    clock = "街口的钟停在四点十分，没有人去修它，大家都说这样很好。"
    new = edited(tmp_path, town_md=TOWN.replace(clock + "\n\n", ""), river_md=RIVER + "\n" + clock.replace("四", "五"))
    (here,) = [passage for passage in chapter(new, "河").passages if passage.kind is Kind.MOVED_HERE]
    (away,) = [passage for passage in chapter(new, "镇").passages if passage.kind is Kind.MOVED_AWAY]
    assert here.move == away.move
    assert turns(here) == [("out", "四"), ("in", "五")]


def test_a_split_and_a_joined_paragraph(tmp_path: Path) -> None:
    split = RIVER.replace("走了多久。", "走了多久。\n\n").replace("磨圆了。", "磨圆了。\n\n")
    result = edited(tmp_path, river_md=split)
    assert [turns(passage) for passage in changes(result)] == [[("in", "¶")], [("in", "¶")]]
    assert result.count == Count(places=2)
    back = compare(versions.load(tmp_path / "new", ""), versions.load(tmp_path / "old", ""))
    assert [turns(passage) for passage in changes(back)] == [[("out", "¶")], [("out", "¶")]]


def test_a_split_chapter(tmp_path: Path) -> None:
    head, tail = RIVER.split("渡口的老人")
    result = edited(
        tmp_path,
        book_yaml=BOOK.replace("  - river.md", "  - river.md\n  - ferry.md"),
        river_md=head,
        ferry_md="# 渡口\n\n渡口的老人" + tail,
    )
    ferry = chapter(result, "渡口")
    assert ferry.fate is Fate.ADDED
    assert {passage.kind for passage in ferry.passages if passage.unit.size > align.SHORTEST_MOVE} == {Kind.MOVED_HERE}
    assert result.count.removed < 15
    assert result.count.added < 20
    assert "拆自“河”" in artifacts(result, "a", "b")[0].data.decode()


def test_a_renamed_and_edited_chapter(tmp_path: Path) -> None:
    result = edited(
        tmp_path, book_yaml=BOOK.replace("river", "stream"), river_md="", stream_md=RIVER.replace("七十九", "八十")
    )
    (one,) = result.changed
    assert one.renamed == "river.md → stream.md"
    assert turns(only(result)) == [("out", "七十九"), ("in", "八十")]


def test_renumbered_files(tmp_path: Path) -> None:
    """A chapter put in first gives every file the name of another; by names alone all of them would have changed."""
    old = write_book(tmp_path / "a", {"1.md": RIVER, "2.md": TOWN})
    new = write_book(tmp_path / "b", {"1.md": "# 序\n\n先说几句。\n", "2.md": RIVER + "\n完。\n", "3.md": TOWN})
    result = compare(versions.load(old, ""), versions.load(new, ""))
    assert [(passage.kind, passage.unit.text) for passage in changes(result) if passage.unit.style != "书名"] == [
        (Kind.ADDED, "序"),
        (Kind.ADDED, "先说几句。"),
        (Kind.ADDED, "完。"),
    ]


def test_a_new_order_of_chapters(tmp_path: Path) -> None:
    result = edited(tmp_path, book_yaml=BOOK.replace("  - river.md\n  - town.md", "  - town.md\n  - river.md"))
    (one,) = result.changed
    assert one.shifted
    assert changes(result) == []


def test_a_chapter_taken_out(tmp_path: Path) -> None:
    result = edited(tmp_path, book_yaml=BOOK.replace("  - town.md\n", ""), town_md="")
    assert [one.section.title for one in result.comparisons] == ["书的资料", "河", "镇"]
    assert chapter(result, "镇").fate is Fate.REMOVED
    assert result.count.removed == len("".join(TOWN.replace("# ", "").replace("{#ch-town}", "").split()))


def test_a_note(tmp_path: Path) -> None:
    passage = only(edited(tmp_path, river_md=RIVER.replace("老人姓江", "老人姓姜")))
    assert passage.unit.style == "注"
    assert turns(passage) == [("out", "江"), ("in", "姜")]


def test_other_names_of_notes_are_no_change(tmp_path: Path) -> None:
    assert edited(tmp_path, river_md=RIVER.replace("[^old]", "[^1]")).changed == ()


def test_a_new_note_is_a_mark_and_its_words(tmp_path: Path) -> None:
    call, note = changes(edited(tmp_path, river_md=RIVER.replace("吃饭", "吃饭^[捕鱼、摆渡。]")))
    assert (turns(call), call.count) == ([("in", "注")], Count(places=1))
    assert (note.kind, note.unit.style, note.unit.text) == (Kind.ADDED, "注", "捕鱼、摆渡。")


def test_the_pages_of_a_citation(tmp_path: Path) -> None:
    """What the author typed, not what a style makes of it."""
    files = {**FILES, "refs.bib": "@book{gu, author={顾长河}, title={伞骨考}, date={2011}}\n",
             "book.yaml": BOOK + "bibliography: refs.bib\n", "town.md": TOWN + "\n都说好[@gu, 12页]。\n"}  # fmt: skip
    old = write_book(tmp_path / "old", files)
    new = write_book(tmp_path / "new", {**files, "town.md": TOWN + "\n都说好[@gu, 15页]。\n"})
    passage = only(compare(versions.load(old, "old"), versions.load(new, "new")))
    assert turns(passage) == [("out", "12"), ("in", "15")]
    assert passage.subject is Subject.CITATION


def test_a_cell_of_a_table(tmp_path: Path) -> None:
    passage = only(edited(tmp_path, river_md=RIVER.replace("| 九条 |", "| 十条 |")))
    assert passage.unit.style == "表格"
    assert turns(passage) == [("out", "九条"), ("in", "十条")] or turns(passage) == [("out", "九"), ("in", "十")]


def test_code_counts_every_space(tmp_path: Path) -> None:
    passage = only(edited(tmp_path, river_md=RIVER.replace("boats = 3", "boats  = 4")))
    assert passage.unit.code
    assert turns(passage) == [("out", " "), ("in", "  "), ("out", "3"), ("in", "4")] or turns(passage) == [
        ("out", " = 3"),
        ("in", "  = 4"),
    ]


def test_facts_of_the_book(tmp_path: Path) -> None:
    result = edited(tmp_path, book_yaml=BOOK.replace("[甲]", "[甲, 乙]") + "date: 2026-11-23\n")
    author, date = changes(result)
    assert (author.unit.style, turns(author)) == ("作者", [("in", "、乙")])
    assert (date.kind, date.unit.style) == (Kind.ADDED, "日期")


IMPRINT = """copyright:
  form: mainland
  cip: {number: 第012345号, subjects: 散文集—中国—当代, classes: I267}
  responsible-editors: 顾青
  proofreaders: 许一鸣
  designers: 白杨
  staff: {策划编辑: 江临}
  address: 南京市玄武区
  postcode: 210000
  phone: 025-12345678
  website: https://example.org/press
  email: a@example.org
  distributor: 新华书店
  printer: 长河印务
  sheet: 850x1168 1/32
  length: area
  impression: 2026年11月第1次印刷
  copies: 1—5000
  price: 48.00元
  licence: CC BY 4.0
"""
CHANGED = [
    ("form: mainland", "form: taiwan", "版权页"), ("第012345号", "第012346号", "CIP 核字号"),
    ("当代", "现代", "CIP 主题词"), ("I267", "I247", "CIP 分类号"), ("顾青", "顾红", "责任编辑"),
    ("许一鸣", "许二鸣", "责任校对"), ("白杨", "白桦", "装帧设计"), ("江临", "江岸", "策划编辑"),
    ("玄武区", "鼓楼区", "出版者地址"), ("210000", "210001", "邮编"), ("12345678", "87654321", "电话"),
    ("example.org/press", "example.org/house", "出版者网址"), ("a@example", "b@example", "电邮"),
    ("新华书店", "各地书店", "发行"), ("长河印务", "大江印务", "印刷"), ("850x1168", "880x1230", "开本"),
    ("length: area", "length: text", "字数的算法"), ("第1次印刷", "第2次印刷", "印次"), ("1—5000", "1—8000", "印数"),
    ("48.00元", "52.00元", "定价"), ("CC BY 4.0", "CC BY-SA 4.0", "许可"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "name"), CHANGED)
def test_every_fact_of_the_copyright_page(old: str, new: str, name: str, tmp_path: Path) -> None:
    before, after = (
        versions.load(write_book(tmp_path / folder, {**FILES, "book.yaml": BOOK + text}), folder)
        for folder, text in (("old", IMPRINT), ("new", IMPRINT.replace(old, new)))
    )
    assert old in IMPRINT
    (change,) = changes(compare(before, after))
    assert change.unit.style == name


def test_every_fact_there_is_has_a_name() -> None:
    assert {each.name for each in fields(Imprint)} == set(IMPRINT_NAMES) | {"staff"}


EDITION = ("978-957-13-0000-9", "城", "320元")


def test_facts_of_an_edition(tmp_path: Path) -> None:
    edition = "editions:\n  zh-Hant-TW:\n    isbn: {}\n    title: {}\n    copyright: {{price: {}}}\n"
    pair = [
        versions.load(write_book(tmp_path / name, {**FILES, "book.yaml": BOOK + edition.format(*facts)}), name)
        for name, facts in {
            "old": ("978-957-13-0000-9", "城", "320元"),
            "new": ("978-957-13-0001-6", "鎮", "350元"),
        }.items()
    ]
    assert [change.unit.style for change in changes(compare(*pair))] == [
        "zh-Hant-TW 的书名", "zh-Hant-TW 的ISBN", "zh-Hant-TW 的定价",
    ]  # fmt: skip


def test_a_heading_of_another_level(tmp_path: Path) -> None:
    passage = only(edited(tmp_path, river_md=RIVER.replace("## 上游", "### 上游")))
    assert (passage.kind, passage.restyled) == (Kind.STYLED, "二级标题 → 三级标题")
    assert passage.count == Count(places=1)


def test_a_quotation_that_became_text(tmp_path: Path) -> None:
    assert only(edited(tmp_path, river_md=RIVER.replace("> 水", "水"))).restyled == "引文 → 段"


@pytest.mark.parametrize(
    ("new", "note"),
    [
        ("**三条船**", "无 → 粗体"),
        ("[三条船](https://example.org/a)", "无 → 链接 https://example.org/a"),
        ("[三条船]{.em-dot}", "无 → 着重号"),
    ],
)
def test_markup_of_the_same_words(tmp_path: Path, new: str, note: str) -> None:
    passage = only(edited(tmp_path, river_md=RIVER.replace("三条船", new)))
    assert passage.kind is Kind.STYLED
    assert [
        (piece.restyled, "".join(word.text for word in piece.words)) for piece in passage.pieces if piece.restyled
    ] == [(note, "三条船")]


def test_another_picture_of_the_same_name(tmp_path: Path) -> None:
    picture = ROOT / "manuscript" / "images"
    pair = []
    for name, source in (("old", "grid.svg"), ("new", "flow.svg")):
        book = write_book(tmp_path / name, {"a.md": "# 图\n\n![图题](a.svg)\n"})
        shutil.copy(picture / source, book / "a.svg")
        pair.append(versions.load(book, name))
    result = compare(*pair)
    passage = only(result)
    assert passage.kind is Kind.STYLED
    assert passage.pictures is not None
    html = artifacts(result, "old", "new")[0].data.decode()
    assert html.count('src="data:image/svg+xml') == 2


def test_lines_of_a_poem(tmp_path: Path) -> None:
    old = write_book(tmp_path / "a", {"a.md": "# 诗\n\n| 床前明月光，\n| 疑是地上霜。\n"})
    new = write_book(tmp_path / "b", {"a.md": "# 诗\n\n| 床前明月光，疑是地上霜。\n"})
    assert turns(only(compare(versions.load(old, ""), versions.load(new, "")))) == [("out", "\n")]


# Words ----------------------------------------------------------------------------------------------------------------


def cut(text: str) -> list[Word]:
    return [Word(match[1], (), bool(match[2])) for match in words.WORD.finditer(text)]


def shown(old: str, new: str) -> str:
    marks = {Turn.SAME: "{}", Turn.IN: "[+{}]", Turn.OUT: "[-{}]"}
    return "".join(
        marks[piece.turn].format("".join(word.text + " " * word.gap for word in piece.words))
        for piece in words.compare(cut(old), cut(new))
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("他高兴地走了。", "他难过地走了。", "他[-高兴][+难过]地走了。"),
        ("排版的时候要看清样。", "排印的时候要看清样。", "[-排版][+排印]的时候要看清样。"),
        ("He runs fast.", "He walks fast.", "He [-runs ][+walks ]fast."),
        ("用Python写", "用Python3写", "用[-Python][+Python3]写"),
        ("他走了。她来了。", "他走了。天黑了。她来了。", "他走了。[+天黑了。]她来了。"),
        ("一二三四五", "一二三四五", "一二三四五"),
        ("她说他不来。", "她说：“他不来。”", "她说[+：“]他不来。[+”]"),
        ("约1,200人", "约1,250人", "约[-1,200][+1,250]人"),
        ("", "新", "[+新]"),
        ("甲乙丙丁，戊己庚辛。", "子丑寅卯，辰巳午未。", "[-甲乙丙丁，戊己庚辛][+子丑寅卯，辰巳午未]。"),
    ],
)
def test_what_a_reader_sees(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


TEXTS = st.text("他她走来了看清样排版印高兴，。“”aB 1\n", max_size=60)


@given(TEXTS, TEXTS)
def test_pieces_are_both_texts(old: str, new: str) -> None:
    a, b = cut(old), cut(new)
    pieces = words.compare(a, b)
    assert [word.text for piece in pieces if piece.turn is not Turn.IN for word in piece.words] == [w.text for w in a]
    assert [word.text for piece in pieces if piece.turn is not Turn.OUT for word in piece.words] == [w.text for w in b]
    assert all(piece.words for piece in pieces)
    assert (a == b) == all(piece.turn is Turn.SAME for piece in pieces)


def test_a_very_long_paragraph(tmp_path: Path) -> None:
    pick = random.Random(1)
    sentences = ["".join(pick.choices("天地玄黄宇宙洪荒日月盈昃", k=20)) + "。" for _ in range(400)]
    changed = [f"变{one}" if n in (20, 380) else one for n, one in enumerate(sentences)]
    pieces = words.compare(cut("".join(sentences)), cut("".join(changed)))
    assert sum(piece.size for piece in pieces if piece.turn is Turn.IN) <= 44


@settings(max_examples=25)
@given(order=st.permutations(range(7)), gone=st.sets(st.integers(0, 6)), data=st.data())
def test_every_unit_is_in_one_passage(order: list[int], gone: set[int], data: st.DataObject) -> None:
    """Whatever is moved, taken out or changed: nothing of either version is left out or shown twice."""
    paragraphs = [f"{'甲乙丙丁戊己庚'[n] * 3}说了一句只有{n}才会说的话，说完就走了。" for n in range(7)]
    new = [paragraphs[n] + data.draw(st.sampled_from(["", "又来。", "。"])) for n in order if n not in gone]
    result = compare(_version(paragraphs), _version(new))
    passages = [passage for one in result.comparisons for passage in one.passages]
    kept = [p for p in passages if p.kind is not Kind.MOVED_HERE]
    assert sorted(u.text for p in kept for u in p.old) == sorted(unit.text for unit in _units(paragraphs))
    kept = [p for p in passages if p.kind is not Kind.MOVED_AWAY]
    assert [u.text for p in kept for u in p.new] == [unit.text for unit in _units(new)]


def _units(paragraphs: list[str]) -> tuple[Unit, ...]:
    return tuple(Unit("段", tuple(cut(text)), Place("a.md", n)) for n, text in enumerate(paragraphs, 1))


def _version(paragraphs: list[str]) -> Version:
    facts = Section("", FACTS, "书的资料", ())
    return Version("书", "zh-Hans", (facts, Section("a.md", "a", "甲", _units(paragraphs))))


# Versions -------------------------------------------------------------------------------------------------------------


class Repository:
    """A real repository with the sample book in a folder of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.book = root / "books" / "河 与镇"
        self.book.parent.mkdir(parents=True)
        write_book(self.book, FILES)
        self.git("init", "-q")
        self.commit("v1")

    def git(self, *arguments: str) -> None:
        command = ["git", "-C", str(self.root), "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
        subprocess.run(command, check=True, capture_output=True)

    def commit(self, tag: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", tag)
        self.git("tag", tag)

    def write(self, name: str, text: str) -> None:
        (self.book / name).write_text(text, "utf-8")

    def report(self, out: Path, base: str, head: str = "", book: Path | None = None) -> str:
        assert review([], base, head, book or self.book, out) == [out / "review.html", out / "review.md"]
        return (out / "review.html").read_text("utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def test_a_revision_and_the_files_as_they_are(repository: Repository, tmp_path: Path) -> None:
    repository.write("town.md", TOWN.replace("四点", "五点"))
    html = repository.report(tmp_path / "out", "v1")
    assert "<ins>五</ins>" in html or "<ins>五点</ins>" in html
    assert re.search(r"v1（[0-9a-f]{7}）", html)
    assert "现在的文件" in html


def test_two_revisions(repository: Repository, tmp_path: Path) -> None:
    repository.write("town.md", TOWN.replace("四点", "五点"))
    repository.commit("v2")
    repository.write("town.md", TOWN.replace("四点", "六点"))
    html = repository.report(tmp_path / "out", "v1", "v2")
    assert "五" in html
    assert "六" not in html


def test_a_single_file_with_its_pictures(repository: Repository, tmp_path: Path) -> None:
    shutil.copy(ROOT / "manuscript" / "images" / "grid.svg", repository.book / "a.svg")
    repository.write("one.md", "# 一\n\n![图](a.svg)\n\n二。\n")
    repository.commit("v2")
    repository.write("one.md", "# 一\n\n![图](a.svg)\n\n三。\n")
    html = repository.report(tmp_path / "out", "v2", book=repository.book / "one.md")
    assert "<del>二</del><ins>三</ins>" in html
    assert "image-box" not in html
    assert "1&#8239;处" in html or "<dd>1 <small>处" in html


def test_the_whole_repository_is_the_book(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    shutil.copytree(repository.book, tmp_path / "flat")
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "1"],
    ):
        subprocess.run(["git", "-C", str(tmp_path / "flat"), *command], check=True)
    (tmp_path / "flat" / "town.md").write_text(TOWN.replace("四", "五"), "utf-8")
    review([], "HEAD", "", tmp_path / "flat", tmp_path / "out")
    assert "五" in (tmp_path / "out" / "review.md").read_text("utf-8")


def test_a_book_that_is_gone_from_the_disk(repository: Repository, tmp_path: Path) -> None:
    repository.write("town.md", TOWN.replace("四点", "五点"))
    repository.commit("v2")
    shutil.rmtree(repository.book)
    assert "五" in repository.report(tmp_path / "out", "v1", "v2")


@pytest.mark.parametrize("name", ["../out.md", "{folder}/../out.md", "a/../../out.md"])
def test_an_archive_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        for path in (name.format(folder=folder), "a/b.md"):
            member = tarfile.TarInfo(path)
            member.size = 3
            tar.addfile(member, io.BytesIO("外".encode()))
    with tarfile.open(tmp_path / "x.tar") as tar:
        for member in tar:
            versions._extract(tar, member, folder)
    assert (folder / "a" / "b.md").read_text("utf-8") == "外"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "x.tar"]


def test_links_in_a_revision_lead_nowhere(repository: Repository, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("# 秘密\n", "utf-8")
    (repository.book / "town.md").unlink()
    (repository.book / "town.md").symlink_to(secret)
    repository.commit("v2")
    with pytest.raises(ConfigError, match="town.md"):
        repository.report(tmp_path / "out", "v2", "v1")


def problem(error: pytest.ExceptionInfo[ConfigError] | pytest.ExceptionInfo[ToolError]) -> str:
    (one,) = error.value.problems
    assert one.hint
    return str(one)


def test_no_such_revision(repository: Repository, tmp_path: Path) -> None:
    for name in ("v9", "--output=x", "v1 v2", ""):
        with pytest.raises(ConfigError) as error:
            review([], name, "" if name else "v1", repository.book, tmp_path / "out")
        assert ("git 里没有这个版本" if name else "没有说同哪个版本比") in problem(error)
    assert not (tmp_path / "out").exists()


def test_a_shallow_clone(repository: Repository, tmp_path: Path) -> None:
    repository.write("town.md", TOWN.replace("四点", "五点"))
    repository.commit("v2")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", repository.root.as_uri(), str(clone)], check=True)
    with pytest.raises(ConfigError) as error:
        review([], "v1", "", clone / "books" / "河 与镇", tmp_path / "out")
    assert "git fetch --unshallow" in problem(error)


def test_a_revision_without_the_book(repository: Repository, tmp_path: Path) -> None:
    write_book(repository.root / "later", FILES)
    with pytest.raises(ConfigError) as error:
        review([], "v1", "", repository.root / "later", tmp_path / "out")
    assert "这个版本里没有" in problem(error)


def test_not_a_repository(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book", FILES)
    with pytest.raises(ConfigError) as error:
        review([], "v1", "", book, tmp_path / "out")
    assert "不在 git 仓库里" in problem(error)


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError) as error:
        review([], "v1", "", tmp_path, tmp_path / "out")
    assert "找不到 git" in problem(error)


@pytest.mark.parametrize("pair", [[], ["a"], ["a", "b", "c"]])
def test_what_is_no_pair(tmp_path: Path, pair: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        review([tmp_path / name for name in pair], "", "", tmp_path, tmp_path / "out")
    assert "review 旧 新" in problem(error)


def test_a_broken_version_is_named(tmp_path: Path) -> None:
    old = write_book(tmp_path / "old", FILES)
    new = write_book(tmp_path / "new", FILES)
    (new / "town.md").write_bytes(TOWN.encode("gb18030"))
    with pytest.raises(ManuscriptError, match="^new:town.md:1: 错误：编码是 GBK"):
        review([old, new], "", "", old, tmp_path / "out")


CONFLICT = "\n<<<<<<< HEAD\n街上有一口钟。\n=======\n街上有两口钟。\n>>>>>>> other\n"


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("town.md", TOWN + CONFLICT, "new:town.md:9: 错误：git 合并留下的冲突还没有解决"),
        ("town.md", TOWN + "\n```\n" + CONFLICT + "```\n" + CONFLICT, "new:town.md:18: 错误：git 合并留下的冲突"),
        ("book.yaml", BOOK + CONFLICT, "new:book.yaml:8: 错误：git 合并留下的冲突还没有解决"),
        ("town.md", "PK\x03\x04\udcff", "new:town.md: 错误：这是 Word 文件或压缩包，不是文字"),
        ("town.md", "街\x00", "new:town.md:1: 错误：有控制字符 U\\+0000"),
        ("town.md", TOWN + "\n钟{++停了\n", "new:town.md:9: 错误：修改标记没有结束"),
    ],
)
def test_what_is_no_manuscript(tmp_path: Path, file: str, text: str, told: str) -> None:
    old = write_book(tmp_path / "old", FILES)
    new = write_book(tmp_path / "new", FILES)
    (new / file).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises((ManuscriptError, ConfigError), match="^" + told) as error:
        review([old, new], "", "", old, tmp_path / "out")
    assert all(one.hint for one in error.value.problems)


def test_an_unfinished_book(tmp_path: Path) -> None:
    for name in ("old", "new"):
        write_book(tmp_path / name, {**FILES, "river.md": RIVER + f"\n![图](none-{name}.png) 见[^none]\n"})
    review([tmp_path / "old", tmp_path / "new"], "", "", tmp_path, tmp_path / "out")
    assert (tmp_path / "out" / "review.html").is_file()


# The report -----------------------------------------------------------------------------------------------------------

EVIL = '"><script>alert(1)</script>&<b>'


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_words_of_a_manuscript_are_never_markup(tmp_path: Path) -> None:
    text = RIVER.replace("# 河 {#ch-river}", "# `" + EVIL + "`").replace("金色", "`" + EVIL + "`")
    text += f"\n[链](<javascript:alert(1)> '{EVIL}') [字]{{lang='x\"onclick=1'}}\n\n```\n{EVIL}\n```\n"
    result = replace(edited(tmp_path, river_md=text), title=EVIL, language='"x')
    page, summary = artifacts(result, EVIL, "#1 @you")
    tags = Tags(page.data.decode()).found
    assert len([tag for tag, _ in tags if tag == "script"]) == 1
    assert not [tag for tag, _ in tags if tag == "b"]
    assert not [pair for pair in tags for name in pair[1] if name.startswith("on")]
    assert not [attrs for _, attrs in tags if str(attrs.get("href", "#"))[0] != "#"]
    assert not [attrs for tag, attrs in tags if "src" in attrs]
    markdown = summary.data.decode()
    assert set(re.findall(r"(?<!\\)<(\w+)", markdown)) <= {"ins", "del"}
    assert "@you" not in markdown
    assert "#1" not in markdown


def test_ids_and_links_meet(tmp_path: Path) -> None:
    title, first, second, third = TOWN.strip().split("\n\n")
    result = edited(tmp_path, town_md="\n\n".join([title, third + "又。", first, second]), river_md=RIVER + first)
    tags = Tags(artifacts(result, "a", "b")[0].data.decode()).found
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {str(attrs["href"])[1:] for tag, attrs in tags if tag == "a"}
    assert links <= set(ids)
    assert [attrs["id"] for tag, attrs in tags if "data-change" in attrs] == [
        f"c{n}" for n in range(1, result.count.places + 1)
    ]
    assert {"c1", "from1"} <= links


def test_the_summary(tmp_path: Path) -> None:
    result = edited(tmp_path, river_md=RIVER.replace("金色", "铜色"), town_md=TOWN + "\n集市逢五。\n")
    text = artifacts(result, "v1", "现在")[1].data.decode()
    assert text == (
        "# 《河与镇》改稿：v1 → 现在\n\n2 处改动：加 6 字，删 1 字。\n\n"
        "| 章 | 文件 | 处 | 加 | 删 | 移 |\n|---|---|--:|--:|--:|--:|\n"
        "| 河 | river.md | 1 | 1 | 1 | 0 |\n| 镇 | town.md | 1 | 5 | 0 | 0 |\n\n"
        "- 改（river.md:24，段）：…来。傍晚的时候，整条河是<del>金</del><ins>铜</ins>色的。\n"
        "- 增（town.md:9，段）：<ins>集市逢五。</ins>\n"
    )


def test_the_summary_stays_short(tmp_path: Path) -> None:
    more = "".join(f"\n\n第{n}个人说了第{n}句话。" for n in range(100))
    text = artifacts(edited(tmp_path, town_md=TOWN + more), "a", "b")[1].data.decode()
    assert text.count("\n- ") == 20
    assert "另有 80 处" in text


def test_the_same_report_twice(tmp_path: Path) -> None:
    result = edited(tmp_path, river_md=RIVER.replace("金色", "铜色"))
    assert artifacts(result, "a", "b") == artifacts(result, "a", "b")


def test_nothing_changed(tmp_path: Path) -> None:
    page, summary = artifacts(edited(tmp_path), "a", "b")
    assert "文字没有改动。" in page.data.decode()
    assert summary.data.decode() == "# 《河与镇》改稿：a → b\n\n文字没有改动。\n"


# In a browser ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report with all that a report may hold."""
    title, first, second, third = TOWN.strip().split("\n\n")
    river = RIVER.replace("金色", "铜色").replace("## 上游", "### 上游").replace("boats = 3", "boats = 4" * 30)
    result = edited(tmp_path, river_md=river, town_md="\n\n".join([title, third, first, second + "完。" * 300]))
    (html, _) = artifacts(result, "v1", "现在的文件")
    path = tmp_path / "review.html"
    path.write_bytes(html.data)
    return path


@pytest.mark.slow
def test_by_keyboard(chromium: Browser, report: Path) -> None:
    with Visit(chromium) as visit:
        page = visit.open(report)
        count = page.locator("[data-change]").count()
        assert count >= 5
        seen = []
        for _ in range(count):
            page.keyboard.press("n")
            seen.append(page.evaluate("document.activeElement.id"))
        assert seen == [f"c{n}" for n in range(1, count + 1)]
        assert page.locator(".keys output").inner_text() == f"{count} / {count}"
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.id") == f"c{count}"
        page.keyboard.press("p")
        assert page.evaluate("document.activeElement.id") == f"c{count - 1}"
        page.locator("[data-step='-1']").click()
        assert page.evaluate("document.activeElement.id") == f"c{count - 2}"
        assert visit.complaints == []
        assert [url for url in visit.asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.slow
def test_without_javascript(chromium: Browser, report: Path) -> None:
    with Visit(chromium, java_script_enabled=False) as visit:
        page = visit.open(report)
        assert not page.locator(".keys").is_visible()
        page.locator("#c1 .steps a").last.click()
        assert page.url.endswith("#c2")
        page.locator(".moved-away .other").click()
        assert page.locator(".moved-here:target").count() == 1
        page.locator(".rest summary").first.click()
        assert page.locator(".rest p").first.is_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_it_can_be_read(chromium: Browser, report: Path, size: tuple[int, int], scheme: str) -> None:
    with Visit(chromium, size, color_scheme=scheme) as visit:
        page = visit.open(report)
        assert sideways(page) == 0
        for ratio, _, text in page.evaluate(CONTRAST):
            assert ratio >= 4.5, text
        for text in page.locator("main ins, main del, main p").all():
            assert text.bounding_box() is None or text.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 12


@pytest.mark.slow
def test_side_by_side(chromium: Browser, report: Path) -> None:
    with Visit(chromium) as visit:
        page = visit.open(report)
        inline = page.locator("#c1 .inline")
        assert inline.is_visible()
        page.locator("[data-view=side]").click()
        assert not inline.is_visible()
        assert page.locator("#c1 .old ins, .new del").count() == 0
        old, new = page.locator("article:has(ins) .old").first, page.locator("article:has(ins) .new").first
        assert old.bounding_box()["y"] == new.bounding_box()["y"]
        assert old.bounding_box()["x"] < new.bounding_box()["x"]
        page.keyboard.press("s")
        assert inline.is_visible()
        assert visit.complaints == []


@pytest.mark.slow
def test_the_filter(chromium: Browser, report: Path) -> None:
    with Visit(chromium) as visit:
        page = visit.open(report)
        every = page.locator("[data-change]").count()
        page.locator("label.moved-here").click()
        shown = page.locator("[data-change]:visible")
        assert 0 < shown.count() < every
        assert set(shown.evaluate_all("all => all.map(one => one.dataset.kind)")) == {"moved-here"}
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.dataset.kind") == "moved-here"
        page.locator("label.code").click()
        assert page.locator("[data-change]:visible").count() == 0
        page.locator("[data-all]").click()
        assert page.locator("[data-change]:visible").count() == every
        page.locator("label.code").click()
        assert set(
            page.locator("[data-change]:visible").evaluate_all("all => all.map(one => one.dataset.subject)")
        ) == {"code"}
        assert visit.complaints == []


@pytest.mark.slow
def test_remarks_are_downloaded(chromium: Browser, report: Path) -> None:
    with Visit(chromium) as visit:
        page = visit.open(report)
        assert not page.locator("[data-save]").is_visible()
        page.keyboard.press("n")
        page.keyboard.press("c")
        page.keyboard.type("查一查。\nnp")
        page.keyboard.press("Escape")
        page.locator("#c2 .remark").click()
        page.keyboard.type("好。")
        page.reload()
        assert page.locator("#c1 textarea").input_value() == "查一查。\nnp"
        with page.expect_download() as download:
            page.locator("[data-save]").click()
        assert download.value.suggested_filename == "review-comments.md"
        text = Path(download.value.path()).read_text("utf-8")
        assert "## 河" in text
        assert re.search(r"第 1 处（river\.md:\d+，样式）：.*\n\n> 查一查。\n> np\n", text)
        assert "> 好。" in text
        assert visit.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_axe_finds_nothing(chromium: Browser, report: Path, size: tuple[int, int], scheme: str) -> None:
    with Visit(chromium, size, color_scheme=scheme, bypass_csp=True) as visit:
        page = visit.open(report)
        found = violations(page)
        page.keyboard.press("s")
        page.keyboard.press("n")
        page.keyboard.press("c")
        page.locator("label.code").click()
        assert found + violations(page) == []


@pytest.mark.slow
def test_the_handbook_against_itself_reformatted(tmp_path: Path) -> None:
    old, new = ROOT / "manuscript", tmp_path / "manuscript"
    shutil.copytree(old, new)
    for file in new.glob("*.md"):
        rows = re.sub(r"(?<=[\u4e00-\u9fff，。])\n(?=[\u4e00-\u9fff])", "", file.read_text("utf-8"))
        file.write_text(rows, "utf-8")
        os.utime(file, (0, 0))
    result = compare(versions.load(old, ""), versions.load(new, ""))
    assert {passage.unit.style for passage in changes(result)} <= {"代码"}


@pytest.mark.slow
def test_a_long_book_of_many_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To compare and to report takes little longer than to read both versions, and grows with the book alone."""
    monkeypatch.setenv("BANXIN_CACHE", "off")
    spent = [_reviewed(tmp_path / str(size), size) for size in (20_000, 80_000)]
    (small, _), (large, reading) = spent
    assert large < 4 * small * 2
    assert large < 3 * reading


def _reviewed(folder: Path, size: int) -> tuple[float, float]:
    """CPU time (s) of comparing and reporting a book with a change in every hundred characters; of reading it."""
    from tools import long_book

    pick = random.Random(1)
    old, new = long_book.write(folder / "old", size), folder / "new"
    shutil.copytree(old, new)
    for file in new.glob("*.md"):
        rows = file.read_text("utf-8").split("\n")
        prose = [n for n, row in enumerate(rows) if re.match("[\u4e00-\u9fff“]", row)]
        for _ in range(max(1, sum(map(len, rows)) // 100)):
            n = pick.choice(prose)
            at = pick.randrange(len(rows[n]))
            rows[n] = rows[n][:at] + pick.choice(["改过的", "又", ""]) + rows[n][at + 1 :]
        file.write_text("\n".join(rows), "utf-8")
    start = time.process_time()
    pair = [versions.load(path, path.name) for path in (old, new)]
    read = time.process_time()
    result = compare(*pair)
    artifacts(result, "a", "b")
    assert result.count.places > size / 400
    return time.process_time() - read, read - start
