"""Room between Han and Latin in an EPUB for readers that do not leave it themselves (`text-autospace`, CSS Text 4).

A character in between would change the text. So the Latin run that touches Han is a span, whose margins the style sheet
sets only for those that lack the property; to all others, and to search, copying and speech, it is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from banxin.render import links
from banxin.render.links import Body
from banxin.typeset.chars import HAN, IS_HAN, KANA

LATIN = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1eff"
"""Letters that are no ideographs, and numerals: what the property sets apart. Marks it leaves."""
BORDER = re.compile(f"(?<=[{HAN}{KANA}])(?=[{LATIN}])|(?<=[{LATIN}])(?=[{HAN}{KANA}])")
RUN = re.compile(f"[{LATIN}](?:[^{HAN}{KANA}]*[{LATIN}])?")
APART = frozenset({"code", "pre", "kbd", "samp", "math", "svg", "rt", "rp", "sup", "sub", "script", "style"})
"""Elements whose words stand by themselves, or whose style asks for no room."""
BLOCKS = frozenset({
    "body", "section", "div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "table",
    "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption", "blockquote", "aside",
    "header", "footer", "nav", "hr", "br", "img", "address",
})  # fmt: skip
"""Where a text ends."""
CLASSES = {(True, True): "gap", (True, False): "gap-start", (False, True): "gap-end"}
"""By whether Han is before and after."""


def marked(words: str) -> str:
    """Words that stand in one element alone, as `mark` leaves them in a document."""
    return RUN.sub(_spanned, words)


def _spanned(run: re.Match[str]) -> str:
    begin, end = run.span()
    before = begin > 0 and IS_HAN.match(run.string, begin - 1) is not None
    after = IS_HAN.match(run.string, end) is not None
    return f'<span class="{CLASSES[before, after]}">{run[0]}</span>' if before or after else run[0]


def mark(body: Body) -> None:
    """Make spans of the Latin that touches Han."""
    for pieces in list(_texts(body)):
        text = "".join(piece[2] for piece in pieces)
        if BORDER.search(text):
            _mark_text(pieces, text)


Piece = tuple[Body, bool, str]
"""An element, whether its tail (else its text), the words."""


def _texts(body: Body) -> Iterator[list[Piece]]:
    """The pieces of each text, as they stand one after another."""
    pieces: list[Piece] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        name = links.local_name(element)
        if event == "start":
            if name in BLOCKS:
                yield pieces
                pieces = []
            if element.text:
                pieces.append((element, False, _own(element, element.text)))
        else:
            if name in BLOCKS:
                yield pieces
                pieces = []
            parent = element.getparent()
            if element.tail and parent is not None:
                pieces.append((element, True, _own(parent, element.tail)))
    yield pieces


def _own(element: Body, words: str) -> str:
    """The words; where they stand by themselves, as many characters that touch nothing."""
    if any(links.local_name(each) in APART or _is_one(each) for each in (element, *element.iterancestors())):
        return "\ufffc" * len(words)
    return words


def _is_one(element: Body) -> bool:
    names = element.get("class", "").split()
    return "tcy" in names or "noteref" in names or "upright" in names


def _mark_text(pieces: list[Piece], text: str) -> None:
    starts, at = [], 0
    for *_, words in pieces:
        starts.append(at)
        at += len(words)
    borders = {found.start() for found in BORDER.finditer(text)}
    spans: dict[int, list[tuple[int, int, str]]] = {}
    for run in RUN.finditer(text):
        before, after = run.start() in borders, run.end() in borders
        if before or after:
            for number, one in _within(run.span(), starts, pieces, (before, after)):
                spans.setdefault(number, []).append(one)
    for number, found in spans.items():
        element, is_tail, _ = pieces[number]
        _insert(element, is_tail, found)


def _within(
    run: tuple[int, int], starts: list[int], pieces: list[Piece], sides: tuple[bool, bool]
) -> Iterator[tuple[int, tuple[int, int, str]]]:
    """The parts of a run that touch Han: the piece that each is in, where in it, its class."""
    first = max(number for number, start in enumerate(starts) if start <= run[0])
    last = max(number for number, start in enumerate(starts) if start < run[1])
    if first == last:
        yield first, (run[0] - starts[first], run[1] - starts[first], CLASSES[sides])
        return
    if sides[0]:
        yield first, (run[0] - starts[first], len(pieces[first][2]), CLASSES[True, False])
    if sides[1]:
        yield last, (0, run[1] - starts[last], CLASSES[False, True])


def _insert(element: Body, is_tail: bool, found: list[tuple[int, int, str]]) -> None:
    """Spans in the place of parts of a text, the last first."""
    words = (element.tail if is_tail else element.text) or ""
    for begin, end, name in reversed(found):
        span = etree.Element("span", {"class": name})
        span.text = words[begin:end]
        if is_tail:
            element.addnext(span)
            element.tail = words[:begin]
        else:
            element.insert(0, span)
            element.text = words[:begin]
        span.tail = words[end:]
        words = words[:begin]
