"""Notes of words alone that pandoc is not given: the chapter is what it would have been."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin import markdown, pandoc
from banxin.book import Nodes, Source
from banxin.notes import labels
from banxin.notes.apart import Apart, taken
from banxin.parse import Text, _draft, _read


def text_of(body: str) -> Text:
    return Text(Source("a.md", body), body)


def read(body: str, whole: bool = False) -> Nodes:
    draft = _draft(text_of(body), whole)
    blocks, _ = _read(draft, draft.output())
    return markdown.with_lines(blocks, body)


def test_what_is_taken_out() -> None:
    body = "# 章\n\n甲[^1]乙[^n]。丙[^1]\n\n[^1]: 一二，《三四》第5页 of it。\n[^n]: 有*强调*。\n\n下一段。\n"
    found = taken(body)
    assert found.words == {5: "一二，《三四》第5页 of it。"}
    assert found.marks == 2
    assert found.text.splitlines()[4:6] == ["", "[^n]: 有*强调*。"]
    assert labels.inline(5) in found.text
    assert read(body) == read(body, whole=True)


@pytest.mark.parametrize(
    "body",
    [
        "甲[^1]\n\n[^1]: 注。\n\n    又一段。\n",
        "甲[^1]\n\n[^1]: 注。\n接着。\n",
        "甲\n[^1]: 注。\n\n乙[^1]\n",
        "甲[^1]\n\n[^1]: 注[^2]。\n\n[^2]: 二。\n",
        "| 甲[^1] | 乙 |\n|---|---|\n| 一 | 二 |\n\n[^1]: 注。\n",
        "- 甲[^1]\n\n[^1]: 注。\n\n- 乙\n",
        "`[^1]`甲[^1]\n\n[^1]: 注。\n",
        "\\[^1]甲[^1]\n\n[^1]: 注。\n",
        "甲[^1]，10^3^\n\n[^1]: 注。\n",
        "<!-- [^1] -->甲[^1]\n\n[^1]: 注。\n",
        "甲[^1]\n\n[^1]: 注。\n\n[^1]: 又一条。\n",
        "甲\n\n[^1]: 没有用到。\n",
        "甲[^1]\n\n[^1]: 1. 一条\n",
        "甲[^1]\n\n[^1]:\n\n乙\n",
    ],
)
def test_what_stays(body: str) -> None:
    assert taken(body) == Apart(body) or not taken(body).marks or "二" in "".join(taken(body).words.values())
    assert read(body) == read(body, whole=True)


def test_a_mark_that_pandoc_does_not_find() -> None:
    """What follows is code to pandoc, and the chapter is read again; no word is lost."""
    body = "甲[^1]\n\n[^1]: 注。\n\n乙：\n\n[^2]: 二。\n\n丙[^2][和[^1]](b)\n"
    assert read(body) == read(body, whole=True)
    draft = _draft(text_of(body))
    lost = replace(draft, written=draft.written.replace("^[", "\\^[", 1))
    blocks, output = _read(lost, lost.output())
    assert markdown.with_lines(blocks, body) == read(body, whole=True)
    assert isinstance(output, pandoc.Output)


PIECES = (
    "甲乙", "[^1]", "[^2]", "[^1][^2]", "[^三]", "[^4]", "，", "。", "*强*", "**重[^1]**", "[链[^2]](u)", "[^1](u)",
    "[旁[^1]]{.k}", "![^2]", "![图[^1]](p)", "“引[^2]”", "~~删[^1]~~", "[@k, 页[^1]]", "@k[^2]", "[词][^1]", " ", "——",
    "a[^1]b", "1", "H~2~O",
)  # fmt: skip
LINES = (
    "[^1]: 一，《书》第1页。", "[^2]: 二 two。", "[^三]: 三*强*。", "[^4]: 四。", "[^1]: 又一。", "", "", "", "## 节",
    "> 引[^2]", "- 条[^1]", "1. 条", "    缩进[^1]", "    接着", ": 义[^1]", "| 表[^1] | 二 |", "|---|---|", "::: k",
    ":::", "---", "Table: 题", "| 行[^2]", "　　段[^1]", "[^2]: [^1]也", "[^4]: ", "English text[^1]", "ii. 条",
    "[k]: u", "甲[^1]: 乙", "```",
)  # fmt: skip
PARAGRAPH = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
BODY = st.lists(st.one_of(st.sampled_from(LINES), PARAGRAPH), min_size=2, max_size=12)
NOTES = st.lists(st.sampled_from(LINES[:5]), max_size=4)


CHAPTER = st.tuples(BODY, NOTES).map(lambda both: "\n".join([*both[0], "", *both[1], ""]))


@settings(max_examples=100)
@given(st.lists(CHAPTER, min_size=6, max_size=6))
def test_a_chapter_is_what_it_would_have_been(bodies: list[str]) -> None:
    """Six at once: to start pandoc takes longer than to read them."""
    given_, wanted = ([_draft(text_of(body), whole) for body in bodies] for whole in (False, True))
    outputs = pandoc.read_all([one.written for one in (*given_, *wanted)], markdown.READER)
    for draft, output, other in zip(given_, outputs, outputs[len(given_) :], strict=False):
        whole = _draft(draft.text, whole=True)
        assert _read(draft, output)[0] == _read(whole, other)[0], draft.text.body
