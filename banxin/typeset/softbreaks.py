"""A line end of the source inside a Chinese paragraph is nothing; between Latin words it stays a space.

Pandoc's own option misses “ ” —— …… and note marks, which are not wide characters in Unicode but are in Chinese text.
"""

from __future__ import annotations

from collections.abc import Iterator

from banxin import tree
from banxin.tree import Edit, Run
from banxin.typeset.chars import has_han, is_chinese
from banxin.typeset.style import Style


def edits(run: Run, _style: Style) -> Iterator[Edit]:
    """Remove soft breaks that have a Chinese character or mark on either side (CSS Text 3, 4.1.3, and CLREQ 3.2.2)."""
    if tree.SOFT not in run.text or not has_han(run.text):
        return
    for i, char in enumerate(run.text):
        if char == tree.SOFT and (is_chinese(_before(run.text, i)) or is_chinese(_after(run.text, i))):
            yield i, i + 1, ""


def _before(text: str, i: int) -> str:
    stripped = text[:i].rstrip(tree.NOTE)
    return stripped[-1:]


def _after(text: str, i: int) -> str:
    stripped = text[i + 1 :].lstrip(tree.NOTE)
    return stripped[:1]
