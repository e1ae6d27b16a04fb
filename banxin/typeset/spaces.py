"""No space stands beside a full-width mark: the mark brings its own (CLREQ 3.1.6, 3.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banxin import tree
from banxin.tree import Edit, Run
from banxin.typeset.chars import CLOSING, OPENING, STOPS, has_han
from banxin.typeset.style import Style

MARKS = re.escape(OPENING + CLOSING + STOPS)
FULL = rf"(?:[{MARKS}]|——|……)"
BESIDE = re.compile(rf"(?:(?<=[{MARKS}])|(?<=——)|(?<=……)|(?<=[{MARKS}]{tree.NOTE})) +(?=\S)|(?<=\S) +(?={FULL})")


def edits(run: Run, _style: Style) -> Iterator[Edit]:
    """Remove spaces that were typed beside Chinese marks."""
    if has_han(run.text):
        for match in BESIDE.finditer(run.text):
            yield match.start(), match.end(), ""
