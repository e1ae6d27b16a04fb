"""Short numbers and acronyms that share a square where lines run downward (縦中横): marked, for EPUB and web edition.

The PDF finds them by itself, in page numbers and heads, too; the rule is the same (banxin/compose/orientation.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from banxin import tree
from banxin.compose.orientation import COMBINED
from banxin.tree import Edit, Run
from banxin.typeset.chars import HAN, has_han
from banxin.typeset.style import Style

SQUARE = f"(?P<before>(?<=[{HAN}]) )?(?P<words>{COMBINED})(?P<after> (?=[{HAN}]))?"
"""Not compiled before it is needed: its classes of characters are large."""

CLASSES = ("tcy", "by-rule")


def edits(run: Run, style: Style) -> Iterator[Edit]:
    """`共 12 人` -> `共[12]{.tcy}人`: what stands in a square stands off from Han no more than Han does."""
    if not style.vertical or not has_han(run.text):
        return
    for match in re.finditer(SQUARE, run.text):
        yield match.start(), match.end(), [tree.span([tree.string(match["words"])], *CLASSES)]
