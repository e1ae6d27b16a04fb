"""Marks of titles inside others: 《读〈史记〉》 (GB/T 15834-2011 4.15.3.4; 教育部《重訂標點符號手冊》 the same)."""

from __future__ import annotations

from collections.abc import Iterator

from banxin.tree import Edit, Run
from banxin.typeset.style import Style

OPENING, CLOSING = "《〈", "》〉"


def edits(run: Run, _style: Style) -> Iterator[Edit]:
    """《 inside 《 becomes 〈, and at the next depth 《 again; inside 〈 it stays, as Taiwan's articles have it.

    Marks without a partner are left as they are.
    """
    pairs: list[tuple[int, int]] = []
    open_marks: list[int] = []
    for offset, char in enumerate(run.text):
        if char in OPENING:
            open_marks.append(offset)
        elif char in CLOSING and open_marks:
            pairs.append((open_marks.pop(), offset))
    for start, end in pairs:
        around = [pair for pair in pairs if pair[0] < start and end < pair[1]]
        if run.text[start] == "《" and len(around) % 2 == 1 and run.text[max(around)[0]] == "《":
            yield start, start + 1, "〈"
            yield end, end + 1, "〉"
