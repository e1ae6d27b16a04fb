"""Runs of a tree as they are read, and as a rule is shown them."""

from __future__ import annotations

import pytest

from banxin import markdown, tree
from banxin.convert import is_kept

TEXTS = (
    "一段**话**[^1]，`码`和[链接](http://a.b)，\n第二行。[^2]\n\n[^1]: 注一\n\n    又一段。\n\n[^2]: 注*二*。\n",
    "字![图的话](a.png)和[割注]{.warichu}、[留[割]{.warichu}]{.keep}、[mot]{lang=fr}。^[注里有![图](b.png)。]\n",
    "# 题[^a]\n\n> 引文^[短]\n\n- 甲\n- 乙[^a]\n\n| 表 | 头^[表注] |\n|---|---|\n| 一 | 二 |\n\n: 题[^a]\n\n[^a]: 同\n",
    "::: noconv\n不看^[也不看]\n:::\n\n```\n码\n```\n\n词\n:   义[^n]\n\n[^n]: 条：\n\n    - 一\n    - 二\n",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("opaque", [tree.never, is_kept])
def test_runs_are_read_as_a_rule_is_shown_them(text: str, opaque: tree.Opaque) -> None:
    blocks, _ = markdown.parse(text, "a.md")
    shown: list[tree.Run] = []
    same = tree.rewrite(blocks, lambda run: shown.append(run) or (), opaque)  # type: ignore[func-returns-value]
    assert list(tree.runs(blocks, opaque)) == shown
    assert len(shown) > 2
    assert same == blocks
