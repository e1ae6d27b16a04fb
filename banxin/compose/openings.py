"""Where a line may begin: UAX 14 on the whole paragraph, then the rules of Chinese, then what boxes say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from banxin.compose import marks, units
from banxin.compose.flatten import OBJECT, Flat, Kind, Node
from banxin.compose.pango import line_breaks
from banxin.compose.readings import inside
from banxin.compose.settings import Kinsoku, Settings

_MARKS = re.compile(f"[{re.escape(''.join(marks.CORNERED))}]")
_AFTER_QUOTE = re.compile(
    f"(?:”|(?<![{marks.LATIN}])’|’(?![{marks.LATIN}]))(?=[{marks.HAN}{marks.LATIN}{re.escape(marks.OPENING)}—])"
)
_BEFORE_QUOTE = re.compile(
    f"(?<=[{marks.HAN}{marks.LATIN}{re.escape(marks.CLOSING + marks.COMMAS + marks.STOPS)}—…])[“‘]"
)


@dataclass(slots=True)
class Openings:
    """The characters that may begin a line."""

    breaks: bytearray
    """1 for each that may."""
    tears: dict[int, float]
    """Those that may at a cost: inside a name or an address too long for a line, a dash, an ellipsis."""
    joints: dict[int, float]
    """Those that may in a narrow column, at a cost: between a number and its unit."""
    hyphens: dict[int, float]
    """Where a word may be divided: the character that begins the next line -> the hyphen's width, px."""


def openings(flat: Flat, settings: Settings) -> Openings:
    """Where the lines of a paragraph may begin."""
    level = settings.kinsoku
    hyphens = _hyphens(flat) if settings.hyphenate else {}
    free = _breaks(flat, level)
    breaks, joints = _united(flat, free)
    tears = _tears(flat) | _dashes(flat, level) | _counted(flat, breaks)
    for i in _whole(flat):
        tears.pop(i, None)
    for start, end in _options(flat) if "-" in flat.text else ():
        for i in range(start + 1, end + 1):
            tears.pop(i, None)
    for i in inside(flat.readings):
        hyphens.pop(i, None)
    for small in flat.smalls:  # a note's own rules; what stands around it sees no more than that something is there
        breaks[small.start + 1 : small.end] = openings(small.flat, settings).breaks[1:]
    return Openings(breaks, tears, joints, hyphens)


def _whole(flat: Flat) -> Iterator[int]:
    yield from unbroken(flat.root)
    yield from inside(flat.readings)


def unbroken(node: Node) -> Iterator[int]:
    """Where no line begins whatever happens: inside what does not wrap, and between what stands in it."""
    if node.box.style["white_space"] in ("nowrap", "pre"):
        if node.kind is Kind.TEXT:
            yield from range(node.start + 1, node.end)
        yield from (child.start for child in node.children if node.start < child.start < node.end)
    for child in node.children:
        yield from unbroken(child)


@lru_cache(maxsize=8)
def _forbidden(level: Kinsoku) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """Patterns of what begins no line, and of what ends none."""
    if level is Kinsoku.NONE:
        return [], []
    before = [_one_of(marks.no_start(level)), marks.SINGLE_DASH, marks.BRACKETED]
    return before, [_one_of(marks.no_end(level))]


def _one_of(chars: frozenset[str]) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(sorted(chars)))}]")


def _breaks(flat: Flat, level: Kinsoku) -> bytearray:
    """Where a line may begin: UAX 14 on the whole text, then the rules of Chinese, then what boxes say."""
    language = flat.leaves[0].style.language if flat.leaves and flat.leaves[0].style else ""
    text = _as_letters(flat)
    may = bytearray(line_breaks(text.replace(OBJECT, "一"), language))[: len(text)]
    for i in _allowed(text, level):
        if i < len(may):
            may[i] = 1
    for i in _banned(text, level):
        if i < len(may):
            may[i] = 0
    for match in re.finditer("\u00ad(?=.)", text):  # it is `_hyphens` that allows it, with a hyphen
        may[match.end()] = 0
    _from_boxes(flat, may)
    if may:
        may[0] = 0
    return may


_OPTION = re.compile(
    r"(?:(?<![^\s(\[{=,:/|\"'（「『《【〈“‘，。、：；])-|(?<![\w%)\]}-])--|(?<=[㐀-鿿])--)(?=[0-9A-Za-z])"
)
"""Hyphens with which a word begins: -f, --profile, -5; not those of 10%-20% or 沪-Shanghai."""
_HYPHENS = re.compile("-+")


def _options(flat: Flat) -> Iterator[tuple[int, int]]:
    """Hyphens that belong to what follows, and those with which code begins: no connectors, but part of a word."""
    for match in _OPTION.finditer(flat.text):
        yield match.span()
    before = -1
    for leaf in flat.leaves:
        first = _HYPHENS.match(flat.text, leaf.start, leaf.end) if leaf.code and leaf.start != before else None
        if first:
            yield first.span()
        before = leaf.end if leaf.code else -1


def _as_letters(flat: Flat) -> str:
    """The text with hyphens of that kind as letters: a line may begin with them, and ends with none."""
    text = flat.text
    if "-" in text:
        for start, end in _options(flat):
            text = text[:start] + "x" * (end - start) + text[end:]
    return text


def _allowed(text: str, level: Kinsoku) -> Iterator[int]:
    """UAX 14 lets nothing break beside “ ” ‘ ’: in Chinese they are brackets (CLREQ 3.1.4)."""
    for match in _BEFORE_QUOTE.finditer(text):
        yield match.start()
    for match in _AFTER_QUOTE.finditer(text):
        yield match.end()
    if level is Kinsoku.NONE:
        for match in _MARKS.finditer(text):
            yield from match.span()


def _banned(text: str, level: Kinsoku) -> Iterator[int]:
    before, after = _forbidden(level)
    for pattern in before:
        yield from (match.start() for match in pattern.finditer(text))
    for pattern in after:
        yield from (match.end() for match in pattern.finditer(text))


_FEED = re.compile("\n( *)")


def _forced(text: str, may: bytearray) -> None:
    """A line begins behind every line feed, an empty one too."""
    for match in _FEED.finditer(text):
        position, end = match.span()
        if position + 1 < len(may):
            may[position + 1] = 1
        if text[position - 1 : position] != "\n":
            may[position] = 0
        if match[1] and end < len(may):
            may[end] = 0  # what is indented is no line of its own


def _from_boxes(flat: Flat, may: bytearray) -> None:
    for i in _whole(flat):
        may[i] = 0
    for leaf in flat.leaves:
        if leaf.raised and leaf.start < leaf.end:
            may[leaf.start : leaf.end] = bytes(leaf.end - leaf.start)
    text = flat.text
    _forced(text, may)
    for i, cell in enumerate(flat.cells):
        if not cell.cluster and may[i] and text[i - 1] != "\n":
            may[i] = 0


UNIT, COUNTED, LONG = 600.0, 30.0, 3.0
"""Costs of a number torn from its unit, and of a number in Han that is torn, short or long: those of gaps of 0.29, 0.13
and 0.06 em."""
_LONG = 5


def _united(flat: Flat, free: bytearray) -> tuple[bytearray, dict[int, float]]:
    """Where lines may begin if all that is read as one stays whole, and where it could be parted."""
    breaks, joints = bytearray(free), dict[int, float]()
    for match in units.WHOLE.finditer(flat.text):
        start, end = match.span()
        if start + 1 < end and any(free[start + 1 : end]):
            joints |= {i: UNIT for i in range(start + 1, end) if free[i]}
            breaks[start + 1 : end] = bytes(end - start - 1)
    return breaks, joints


def _counted(flat: Flat, breaks: bytearray) -> dict[int, float]:
    """Inside numbers in Han."""
    found: dict[int, float] = {}
    for match in units.COUNTED.finditer(flat.text):
        start, end = match.span()
        cost = COUNTED if end - start < _LONG else LONG
        found |= {i: cost for i in range(start + 1, end) if breaks[i]}
    return found


def _hyphens(flat: Flat) -> dict[int, float]:
    found: dict[int, float] = {}
    for leaf in flat.leaves:
        style = leaf.style
        if style is None or leaf.code or leaf.raised or not style.wraps:
            continue
        text = flat.text[leaf.start : leaf.end]
        if "\u00ad" in text and style.hyphens != "none":
            width = style.hyphen_cell().advance
            for match in re.finditer("\u00ad(?=.)", text):
                found[leaf.start + match.end()] = width
        addresses = [match.span() for match in _ADDRESS.finditer(text)]
        for offset in style.divisions(text):
            if not any(start < offset < end for start, end in addresses):
                found[leaf.start + offset] = style.hyphen_cell().advance
    return found


_ADDRESS = re.compile(r"[!-~]*(?:://|\bdoi:|\bwww\.)[!-~]+", re.IGNORECASE)
"""Whoever copies it would take a hyphen for a part of it; `_tears` ends lines in it without one."""


_LEADING = re.compile(f"(?<=[{marks.HAN}{re.escape(marks.CLOSING)}])(?:[…⋯]{{2}}|[—⸺―]{{2}})")
LEADING = 0.8


def _dashes(flat: Flat, level: Kinsoku) -> dict[int, float]:
    """A dash or an ellipsis begins a line only below `strict`, and not where another line is as good (CLREQ 3.1.4)."""
    if level is Kinsoku.STRICT:
        return {}
    return {match.start(): LEADING for match in _LEADING.finditer(flat.text)}


_TOKEN = re.compile(r"[\w./:@?&=#%+~,;()\[\]{}<>$|\\-]{12,}", re.ASCII)
_WORD = re.compile(r"[(\[]*[A-Za-z]+[)\],.;:?]*")
"""A word, not a name of things: it is divided where its hyphens are."""
_JOINT = re.compile(r"(?<=[\w)\]}>])(?:[._/:@?&=#%+~,;|\\]+(?=-*\w)|-+(?=\w))|(?<=[a-z])(?=[A-Z])", re.ASCII)
TEAR, TEAR_ANYWHERE, _TEARABLE = 8.0, 60.0, 16


def _tears(flat: Flat) -> dict[int, float]:
    """Identifiers and addresses: after a joint, and where none is near anywhere, before a line is full of holes."""
    found: dict[int, float] = {}
    for leaf in flat.leaves:
        if leaf.raised or leaf.style is None or not leaf.style.wraps:
            continue
        for match in _TOKEN.finditer(flat.text[leaf.start : leaf.end]):
            token, start = match.group(), leaf.start + match.start()
            joints = [joint.end() for joint in _JOINT.finditer(token)]
            if not _WORD.fullmatch(token):
                for begin, end in pairwise((0, *joints, len(token))):
                    if end - begin >= _TEARABLE:
                        found |= dict.fromkeys(range(start + begin + 4, start + end - 3), TEAR_ANYWHERE)
            found |= {start + joint: TEAR for joint in joints if 2 < joint < len(token) - 2}
    return found
