"""Filters of the layouts' templates: words and dates as a page shows them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from banxin.numerals import han, spelt

_OPENING = "（《「『“‘〈【〔〖([{"
_CLOSING = "，。、；：！？）》」』”’〉】〕〗…—·)]},.;:!?"
_HALF_BLANK = "，。、；：！？）》」』”’〉】〕〗"
_PIECE = re.compile(r"——|……|[A-Za-z0-9][A-Za-z0-9.\-–'’+#/]*|\s+|.", re.DOTALL)
_LINE_COST = 3.0
"""What one more line weighs, against the squares of em that lines differ by."""
_SENSE_COST = 5.0
"""What it weighs to divide where no mark stands."""


def css_string(text: str) -> str:
    """Words as the inside of a CSS string in a `<style>` element: nothing in them can end either."""
    return "".join(c if c.isalnum() or ord(c) > 0x7F or c == " " else f"\\{ord(c):x} " for c in text)


def say_date(date: str, labels: Mapping[str, str]) -> str:
    """An ISO 8601 year, month or day in the edition's words: `2026-02-04` -> 2026年2月4日; others as they are.

    Where `numbers` among the labels says so: 二〇二六年二月四日.
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", date)
    if match is None:
        return date
    year, month, day = match.groups()
    if labels.get("numbers", "figures") != "figures" and "年" in labels["date_day"]:
        year, month, day = spelt(year), month and han(int(month)), day and han(int(day))
    if not month:
        return labels["date_year"].format(y=year)
    if not day:
        return labels["date_month"].format(y=year, m=_figure(month, labels))
    return labels["date_day"].format(y=year, m=_figure(month, labels), d=_figure(day, labels))


def _figure(number: str, labels: Mapping[str, str]) -> str:
    """Months and days lose their leading zero in Chinese and keep it where the date stays ISO."""
    if not number.isascii():
        return number
    return number.zfill(2) if "-" in labels["date_day"] else str(int(number))


def lead_in(html: str, words: str) -> Markup:
    """Blocks with `words` (HTML) at the start of their first paragraph, or in one of their own before another block."""
    blocks, inserted = str(html), str(words)
    found = re.match(r"\s*<p\b[^>]*>", blocks)
    if found is None:
        return Markup(f"<p>{inserted}</p>{blocks}")
    return Markup(blocks[: found.end()] + inserted + blocks[found.end() :])


def title_lines(title: str, most: float) -> list[str]:
    """The lines of a title, each at most `most` em wide (a Han character is 1 em).

    No line begins with a closing mark or ends with an opening one; a word in Latin letters stays whole, and stands
    alone where it is wider than a line. The division weighs even lines against dividing after a mark.
    """
    pieces = list(_pieces(title.strip()))
    if not pieces:
        return []
    total = ems("".join(pieces))
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


def sense_lines(title: str, least: float, most: float) -> list[str]:
    """The lines of a title for a cover: as narrow as `least` em, or up to `most` where that spares its sense.

    Of the divisions that fit, the one with the fewest lines ending where no mark or space stands; then the narrowest.
    """
    widths = [half / 2 for half in range(round(least * 2), round(most * 2) + 1)]
    return min((title_lines(title, width) for width in widths), key=lambda lines: _senseless(title, lines))


def _senseless(title: str, lines: Sequence[str]) -> int:
    return sum(line[-1] not in _CLOSING and f"{line} " not in title for line in lines[:-1])


def _cost(pieces: Sequence[str], start: int, end: int, aim: float, most: float) -> float:
    line = "".join(pieces[start:end]).strip()
    width = ems(line)
    if width > most and end - start > 1:
        return 1e6 + width
    sense = 0.0 if end == len(pieces) or line[-1:] in _CLOSING or pieces[end - 1].isspace() else _SENSE_COST
    alone = 50.0 if width <= 1 and len(pieces) > 1 else 0.0
    return (width - aim) ** 2 + sense + alone + _LINE_COST


def _pieces(title: str) -> Iterator[str]:
    """What may not be divided: a character with the marks that belong to it, a Latin word, a dash."""
    held = ""
    for piece in _PIECE.findall(title):
        opens = bool(held) and held[-1] in _OPENING
        if held and not opens and piece[0] not in _CLOSING:
            yield held
            held = ""
        held += piece
    if held:
        yield held


def ems(words: str) -> float:
    """In em: a Han character or mark 1, a Latin one a little over a half; a mark at the end hangs by half."""
    wide = sum(1.0 if ord(c) > 0x2E7F or c in "—…“”‘’·" else 0.55 for c in words)
    return wide - (0.5 if words[-1:] in _HALF_BLANK else 0.0)


def by_series(notes: Iterable[Any], place: str = "") -> list[tuple[str, list[Any]]]:
    """The notes that stand at a place (all, where none is named), by series: the words over each, and its notes."""
    series: dict[str, list[Any]] = {}
    for note in notes:
        if place in ("", note.place):
            series.setdefault(note.series, []).append(note)
    return [(group[0].heading, group) for _, group in sorted(series.items(), key=lambda item: bool(item[0]))]


def as_listed(notes: Iterable[Any]) -> list[tuple[str, int, str, str, str]]:
    """Of each note its id, its number, the id of its first mark, what is printed for its number, and its HTML.

    There may be thousands; to ask each for its parts takes a template longer than to write them.
    """
    return [(note.id, note.number, note.calls[0], note.shown, note.html) for note in notes]


def in_pairs(rows: Iterable[Any], most: float) -> list[tuple[Any, ...]]:
    """Facts (`label`, `value`), two to a line where the values of both are at most `most` em wide."""
    lines: list[tuple[Any, ...]] = []
    for row in rows:
        last = lines[-1] if lines else ()
        if len(last) == 1 and all(ems(one.value) <= most for one in (*last, row)):
            lines[-1] = (*last, row)
        else:
            lines.append((row,))
    return lines


def _shades(colour: str) -> list[int]:
    """Red, green and blue of `#rgb` or `#rrggbb`."""
    digits = colour.lstrip("#")
    step = len(digits) // 3
    return [int(digits[at : at + step] * (3 - step), 16) for at in range(0, len(digits), step)]


def mixed(colour: str, ground: str, share: float) -> str:
    """A colour laid over another (`#rrggbb`), which shines through: said as one, because not all presses take more."""
    one, other = _shades(colour), _shades(ground)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in zip(one, other, strict=True))


FILTERS = {
    "as_listed": as_listed,
    "by_series": by_series,
    "css_string": css_string,
    "ems": ems,
    "in_pairs": in_pairs,
    "lead_in": lead_in,
    "mixed": mixed,
    "say_date": say_date,
    "sense_lines": sense_lines,
    "title_lines": title_lines,
}
"""What `layout.environment` gives to every template."""
