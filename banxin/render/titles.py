"""Dividing a title into lines: as a designer would, by its sense and its marks, never by chance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

OPENING = "（《「『“‘〈【〔〖([{"
CLOSING = "，。、；：！？）》」』”’〉】〕〗…—·)]},.;:!?"
PIECE = re.compile(r"——|……|[A-Za-z0-9][A-Za-z0-9.\-–'’+#/]*|\s+|.", re.DOTALL)
LINE_COST = 3.0
"""What one more line weighs, against the squares of em that lines differ by."""
SENSE_COST = 5.0
"""What it weighs to divide where no mark stands."""


def title_lines(title: str, most: float) -> list[str]:
    """The lines of a title, each at most `most` em wide (a Han character is 1 em).

    No line begins with a closing mark or ends with an opening one; a word in Latin letters stays whole, and stands
    alone where it is wider than a line. The division weighs even lines against dividing after a mark.
    """
    pieces = list(_pieces(title.strip()))
    if not pieces:
        return []
    total = _width("".join(pieces))
    aim = total / max(1, -(-total // most))
    costs: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        costs.append(min((costs[start][0] + _cost(pieces, start, end, aim, most), start) for start in range(end)))
    lines: list[str] = []
    end = len(pieces)
    while end:
        start = costs[end][1]
        lines.append("".join(pieces[start:end]).strip())
        end = start
    return [line for line in reversed(lines) if line]


def _cost(pieces: Sequence[str], start: int, end: int, aim: float, most: float) -> float:
    line = "".join(pieces[start:end]).strip()
    width = _width(line)
    if width > most and end - start > 1:
        return 1e6 + width
    sense = 0.0 if end == len(pieces) or line[-1:] in CLOSING or pieces[end - 1].isspace() else SENSE_COST
    alone = 50.0 if width <= 1 and len(pieces) > 1 else 0.0
    return (width - aim) ** 2 + sense + alone + LINE_COST


def _pieces(title: str) -> Iterator[str]:
    """What may not be divided: a character with the marks that belong to it, a Latin word, a dash."""
    held = ""
    for piece in PIECE.findall(title):
        opens = bool(held) and held[-1] in OPENING
        if held and not opens and piece[0] not in CLOSING:
            yield held
            held = ""
        held += piece
    if held:
        yield held


def _width(words: str) -> float:
    """In em: a Han character or mark 1, a Latin one a little over a half; a mark at the end hangs by half."""
    wide = sum(1.0 if ord(c) > 0x2E7F or c in "—…“”‘’·" else 0.55 for c in words)
    return wide - (0.5 if words[-1:] in CLOSING else 0.0)
