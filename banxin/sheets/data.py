"""What signatures are made from and made into: plain values, with nothing of WeasyPrint behind them."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from banxin.book import Image
from banxin.compose.settings import Settings
from banxin.plates.settings import Plates
from banxin.sheets.objects import Frozen, Open, Together

PT_PER_PX = 0.75


@dataclass(frozen=True, slots=True)
class Look:
    """What all signatures of a book share."""

    head: str
    """HTML up to the opening `<body>`, without the style sheet."""
    css: str
    lines: Settings
    variant: str | None
    """What WeasyPrint labels the file."""
    bleed: float | None = None
    """Around the trim, in print, pt."""
    plates: Plates | None = None
    """The press, in print."""
    marks: bool = False
    """Whether there are marks around the bleed, in print."""
    vertical: bool = False
    """Whether its lines run downward: then all is laid out in a turned frame (banxin/sheets/turn.py)."""
    backwards: bool = False
    """Whether readers are told that its pages go on to the left (ISO 32000-1, 12.2)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A part of the book that begins a page."""

    html: str
    images: Mapping[str, Image]
    """Those that it shows."""
    known: tuple[str, ...] = ()
    """Ids elsewhere in the book that it leads to."""
    counted: tuple[tuple[str, str, str], ...] = ()
    """What is counted anew on each page, in order (`counted.Mark`)."""
    totals: bool = False
    """Whether it says how long the book is (banxin/sheets/totals.py)."""
    shown: tuple[str, ...] = ()
    """Ids elsewhere whose pages it shows, as far as its words tell; it is laid out when those before it have pages."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a signature stands, as far as its sheets have to know."""

    recto: bool = True
    """Whether its first page is a recto."""
    base: int | None = None
    """The number of the page before it, if it shows numbers of pages."""
    total: int = 0
    """Pages of the book."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The numbers of the pages elsewhere that it shows."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """The numbers of what is counted anew on each page."""


Standing = dict[int, tuple[int, int, int]]
"""The metrics of glyphs that stand upright in lines that run downward: `standing.Upright`."""
Font = tuple[bytes, float, dict[int, str], dict[int, Any], dict[int, int], Standing | None]
"""What a PDF must know of a font: what Pango calls it, without a size; the size at which it was first used, px; the
characters that each glyph stands for; the advance of each glyph, 1/1000 em; characters without a glyph -> the numbers
that stand for them; the metrics of its upright glyphs, None where it is written across."""


class Leaf(NamedTuple):
    """One page, as far as the rest of the book has to know it."""

    number: int
    """Of the page; counted from 1 in the signature if `relative`."""
    relative: bool
    counters: dict[str, list[int]]
    """Counters of the page besides its number."""
    blank: bool
    name: str
    groups: tuple[tuple[str, int], ...]
    """The names of its page groups, and which page of each it is, from 0 (CSS GCPM 3, `:nth(… of …)`)."""
    area: tuple[float, float, float, float]
    """The type area: where it begins from the left and the top, its width and height, px."""
    height: float
    """Of the page, px."""
    strings: dict[str, list[str]]
    """What the named strings become on it (CSS GCPM 3, `string-set`)."""
    bookmarks: tuple[Any, ...]
    """Level, label, where (px from the top left), whether it is open."""
    anchors: dict[str, tuple[float, float]]
    """Ids, and where they are, px from the top left."""
    openings: tuple[str, ...]
    """The words of its first lines; note marks and readings left out."""


class Sheets(NamedTuple):
    """A signature, laid out. All of it is plain values, which `marshal` can write."""

    leaves: tuple[Leaf, ...]
    ink: bytes
    """What stands on the pages: `Ink`, packed."""
    fonts: dict[str, Font]
    before: tuple[str, ...]
    """What its first boxes say of the break before them (CSS Break 3)."""
    after: tuple[str, ...]
    wanted: tuple[str, ...]
    """Ids elsewhere whose pages it shows."""
    counts: bool
    """Whether it shows numbers of its own pages."""
    shown: dict[str, int]
    """The numbers that it shows of what is counted anew on each page."""
    said: tuple[tuple[str, int, str], ...]
    """Logger, level, words: what WeasyPrint and the composer had to say."""


class Ink(NamedTuple):
    """What there is in a file besides its catalogue."""

    pages: tuple[tuple[Frozen, Frozen], ...]
    """The dictionary of each page, without its content; the content."""
    objects: tuple[Frozen | None, ...]
    """What the numbers in `Frozen` count; None: a page, or one of the following."""
    together: Together
    """Those that are no streams, in their order."""
    places: tuple[int, ...]
    """Which of the objects are the pages."""
    resources: dict[str, dict[str, Frozen]]
    kids: tuple[int, ...]
    """The objects that stand below the document in the tree of tags."""
    keys: int
    """How many numbers there are under which the tree of tags finds something."""
    keyed: Frozen
    """What it finds under each, one after the other."""
    across: tuple[tuple[float, int], ...]
    """The places across a page, pt, each with its page."""

    @property
    def left(self) -> Open:
        """What its objects leave open."""
        return Open(len(self.objects), self.keys)

    def pack(self) -> bytes:
        """As bytes."""
        return marshal.dumps(tuple(self))

    @classmethod
    def unpack(cls, data: bytes) -> Ink:
        """From bytes."""
        return cls(*marshal.loads(data))


NO_INK = Ink((), (), (b"", ()), (), {}, (), 0, (b"", (), None), ())
"""Of a blank page."""


class Place(NamedTuple):
    """A page in the book, as far as its frame has to know it."""

    at: int
    """In the book, from 0."""
    number: int
    recto: bool
    blank: bool
    name: str
    groups: tuple[tuple[str, int], ...]
    counters: dict[str, list[int]]
    strings: dict[str, list[str]]
    """The named strings: what they become on this page."""
    before: dict[str, list[str]]
    """What they were on the last page that said so."""


class Frames(NamedTuple):
    """The frames of one signature. All of it is plain values, which `marshal` can write."""

    areas: tuple[tuple[float, float, float, float], ...]
    """Of each page, its type area as in `Leaf`."""
    ink: bytes
    """What stands on the pages: `Ink`, packed."""
    fonts: dict[str, Font]


class Bound(NamedTuple):
    """A signature with the frames of its pages."""

    sheets: Sheets | None
    """None: blank pages."""
    frames: Frames
    left_out: frozenset[int] = frozenset()
    """Pages of it that are not wanted; its tags are then left out too."""


@dataclass(frozen=True, slots=True)
class Binding:
    """How a book is bound."""

    look: Look
    identifier: bytes
    labels: Mapping[int, Any] = field(default_factory=dict)
    """Index of a page -> how the pages from it on are labelled (ISO 32000-1, 12.4.2)."""
    enclosed: Sequence[tuple[str, bytes]] = ()
    """Files that the book holds: the name of each, and its content."""
    epoch: int = 0
    """When it is made, seconds since 1970."""


class Printed(NamedTuple):
    """All that a book is bound of."""

    parts: Sequence[Bound]
    fonts: Sequence[Embedded]
    binding: Binding


def union(parts: Iterable[Mapping[str, Font]]) -> dict[str, Font]:
    """What all parts of a book use of each font, in the order of the glyphs."""
    fonts: dict[str, Font] = {}
    for part in parts:
        for name, (description, size, unicode, widths, missing, standing) in part.items():
            none = None if standing is None else dict[int, tuple[int, int, int]]()
            known = fonts.setdefault(name, (description, size, {}, {}, {}, none))
            _, _, all_unicode, all_widths, all_missing, all_standing = known
            all_unicode.update({glyph: text for glyph, text in unicode.items() if glyph not in all_unicode})
            all_widths.update(widths)
            all_missing.update(missing)
            if all_standing is not None and standing is not None:
                all_standing.update(standing)
    return {
        name: (description, size, dict(sorted(unicode.items())), dict(sorted(widths.items())), missing, standing)
        for name, (description, size, unicode, widths, missing, standing) in sorted(fonts.items())
    }


class Embedded(NamedTuple):
    """A font as it stands in the file; the last object is its dictionary. All of it is plain values."""

    name: str
    objects: tuple[Frozen, ...]


class Finished(NamedTuple):
    """A whole book."""

    said: tuple[tuple[str, int, str], ...]
    """As in `Sheets`."""
    data: bytes
    """The file."""


Kept = Sheets | Frames | Embedded | Finished


def packed(value: Kept) -> bytes:
    """What is kept, as bytes."""
    plain: tuple[Any, ...] = tuple(value)
    if isinstance(value, Sheets):
        plain = (tuple(map(tuple, value.leaves)), *plain[1:])
    return marshal.dumps(plain)


def unpacked(kind: type[Kept], data: bytes) -> Kept:
    """What was kept.

    Raises:
        ValueError, EOFError, TypeError: it is something else.
    """
    plain = marshal.loads(data)
    if kind is Sheets:
        plain = (tuple(Leaf(*leaf) for leaf in plain[0]), *plain[1:])
    return kind(*plain)
