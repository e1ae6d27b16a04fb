"""The dash is —— : two U+2014 (GB/T 15834-2011 4.10.2; CLREQ 3.1.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banxin.tree import Edit, Run
from banxin.typeset.chars import has_han, is_chinese
from banxin.typeset.style import Style

TYPED = re.compile(r"(?<![-—–])(?:-{2,3}|—|–{2}|―{1,2}|──)(?![-—–])")
FIGURE = re.compile(r"\d+(?![A-Za-z\d])")
NUMERALS = frozenset("〇零一二三四五六七八九十百千")


def edits(run: Run, _style: Style) -> Iterator[Edit]:
    """`--`, a lone — and the look-alikes ― ── between Chinese become ——; between figures — stays (2020—2024,
    三—五月)."""
    if not has_han(run.text):
        return
    for match in TYPED.finditer(run.text):
        before, after = run.text[: match.start()].rstrip(" "), run.text[match.end() :].lstrip(" ")
        figures = before[-1:].isdigit() and FIGURE.match(after)
        if match[0] == "—" and {before[-1:], after[:1]} <= NUMERALS:
            continue
        spaced = before != run.text[: match.start()] and after != run.text[match.end() :]
        if not figures and (spaced or is_chinese(before[-1:]) or is_chinese(after[:1])):
            yield match.start(), match.end(), "——"
