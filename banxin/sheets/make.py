"""All steps from the signatures of a book to its PDF."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import pairwise, starmap
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from banxin.book import Image
from banxin.sheets import cited, copies, counted, named, tasks, totals
from banxin.sheets.data import (
    Binding,
    Bound,
    Embedded,
    Finished,
    Frames,
    Leaf,
    Look,
    Place,
    Position,
    Printed,
    Sheets,
    Signature,
    union,
)
from banxin.sheets.keep import keeping
from banxin.sheets.paginate import Paged, break_of, closing, paginate
from banxin.sheets.tally import Report, Tally
from banxin.workers import Call, Wait, here

T = TypeVar("T")
ROUNDS = 5
"""How often numbers of pages that stand in the text may move the text that they number."""
TOTAL = re.compile(r"counters?\(\s*pages\b")
ID = re.compile(r'id="([^"]+)"')
"""And what ends so, which does no harm: a pattern that begins with `\\b` is looked for ten times as long."""
TARGET = re.compile(r'href="#([^"]+)"')
PICTURE = re.compile(r'src="image:([^"]+)"')


Only = Callable[[Sequence[Sequence[Place]], Mapping[str, int]], Collection[int]]
"""Which pages are wanted, from the pages of each signature and the index of the page on which each id is."""


@dataclass(frozen=True, slots=True)
class Job:
    """A book to be printed."""

    look: Look
    signatures: Sequence[Signature]
    identifier: bytes
    label: Callable[[Sequence[Place], Mapping[str, int]], Mapping[int, Any]]
    """The labels of the pages, from where they stand and the index of the page on which each id is."""
    only: Only | None = None
    """None: all pages."""
    enclosed: Sequence[tuple[str, bytes]] = ()
    """Files that the book holds: the name of each, and its content."""
    epoch: int = 0
    """When it is made, seconds since 1970."""
    fold: int = 1
    """Pages of a printed sheet: blank pages at the end fill the last one."""


TIES = re.compile(
    r"""
    \btarget-text\( | \bposition\s*:\s*fixed\b
    | @page[^{]*:(?:first\b | nth\((?![^)]*\bof\b))
    | \bcounter-(?:reset|set|increment)\s*:(?!\s*(?:page|none)\b[^;{}a-z]*[;}])
    """,
    re.VERBOSE,
)
"""What of a style sheet goes through the whole document: words of other parts, what is repeated on all pages, pages by
their index, counters besides that of pages."""


def divide(
    css: str, parts: Sequence[str], images: Mapping[str, Image], key_of: Callable[[str], str]
) -> list[Signature]:
    """The signatures of a book; one, if its style sheet ties the parts to each other.

    Args:
        css: the style sheet.
        parts: the HTML of each.
        images: all pictures of the book.
        key_of: the key of the picture that an address leads to.
    """
    parts = ["".join(parts)] if TIES.search(css) else parts
    ids = [frozenset(map(unescape, ID.findall(part))) for part in parts]
    everywhere = frozenset().union(*ids)
    return [
        Signature(
            part,
            {key: images[key] for key in dict.fromkeys(map(key_of, PICTURE.findall(part))) if key in images},
            tuple(sorted((everywhere - own).intersection(map(_name, TARGET.findall(part))))),
            counted.found(part),
            totals.found(part),
            cited.found(part),
        )
        for part, own in zip(parts, ids, strict=True)
    ]


def _name(target: str) -> str:
    """The id that the `#…` of a link leads to, as WeasyPrint reads it."""
    return unquote(unescape(target))


def begin(job: Job, call: Call, report: Report) -> Callable[[], Finished]:
    """Begin to lay out all signatures; what is given finishes the book."""
    press = _Press(job, call, report)
    press.begin()
    return press.finish


class Opening(NamedTuple):
    """A page, and how it begins."""

    signature: int
    place: Place
    lines: tuple[str, ...]
    """The words of its first lines."""


Paging = tuple[list[Opening], Mapping[str, int]]
"""All pages with words, and the index of the page on which each id is."""


def page(job: Job, call: Call, report: Report) -> Callable[[], Paging]:
    """Begin to lay out all signatures; what is given tells how each page begins, and nothing is bound."""
    press = _Press(job, call, report)
    press.begin()
    return press.paging


class _Press:
    """Lays out all signatures, numbers their pages, draws the frames, binds them."""

    def __init__(self, job: Job, call: Call, report: Report) -> None:
        self.job, self.call = job, call
        self.tally = Tally(report)
        self.kept = keeping(call)
        self.signatures = list(job.signatures)
        self.positions = [Position()] * len(self.signatures)
        self.waiting: list[Wait | None] = []

    def begin(self) -> None:
        """Begin with all that need not know the pages of others."""
        lengths = [len(each.html) for each in self.signatures]
        self.waiting = _longest_first(lengths, lambda i: None if self.signatures[i].shown else self.lay(i))

    def lay(self, i: int) -> Wait:
        """Begin to lay out a signature."""
        wait = self.kept(Sheets, tasks.lay, self.job.look, self.signatures[i], self.positions[i])
        return self.tally.counted(wait, self.signatures[i])

    def finish(self) -> Finished:
        imposed = self.imposed()
        labels = self.job.label(imposed.places, imposed.indices)
        binding = Binding(self.job.look, self.job.identifier, labels, self.job.enclosed, self.job.epoch)
        printed = Printed(imposed.parts, self.embedded(imposed.parts), binding)
        self.tally.tell("装订", printed)
        data: bytes = self.call(tasks.bind, *printed)()
        said = tuple(dict.fromkeys(entry for each in imposed.sheets for entry in each.said))
        repeat(said)
        return Finished(said, data)

    def paging(self) -> Paging:
        imposed = self.imposed()
        places = iter(imposed.places)
        leaves = [(i, leaf, next(places)) for i, part in enumerate(imposed.parts) for leaf in _leaves(part)]
        openings = [Opening(i, place, leaf.openings) for i, leaf, place in leaves if leaf and leaf.openings]
        return openings, imposed.indices

    def imposed(self) -> _Imposed:
        """All pages in their order, each with its frame."""
        sheets = self.joined(self.laid())
        for _ in range(len(sheets) + ROUNDS):  # a signature's side is known when those before it stay as they are
            sheets, paged = self.settled(sheets)
            numbers, indices = _pages(paged, sheets)
            runs = [run for each in zip(paged, sheets, strict=True) for run in _runs(*each)]
            total = sum(len(places) for places, _ in runs)
            if blanks := closing([place for places, _ in runs for place in places], self.job.fold):
                runs.append((blanks, None))
            wanted = self.wanted_pages([places for places, _ in runs], indices)
            runs = [run for run in runs if any(place.at in wanted for place in run[0])]
            self.tally.tell("书眉和页码")
            frames = self.framed([[named.numbered(place, numbers) for place in places] for places, _ in runs], total)
            parts = [
                Bound(part, frame, frozenset(i for i, place in enumerate(places) if place.at not in wanted))
                for (places, part), frame in zip(runs, frames, strict=True)
            ]
            turned = self.turned(sheets, paged, {id(part.sheets) for part in parts if not _fits(part)})
            if not turned:
                break
            sheets = self.again(sheets, turned)
        places = [place for run, _ in runs for place in run if place.at in wanted]
        return _Imposed(sheets, parts, places, indices)

    def laid(self) -> list[Sheets]:
        """All signatures. One that shows pages of those before it is laid out once they are there: else it would be
        twice, and the references of a whole book are long.
        """
        sheets: list[Sheets] = []
        for i, wait in enumerate(self.waiting):
            if wait is None:
                numbers, _ = _pages(paginate(sheets), sheets)
                self.positions[i] = Position(numbers=_among(numbers, self.signatures[i].shown))
            sheets.append((wait or self.lay(i))())
        return sheets

    def turned(self, sheets: Sequence[Sheets], paged: Sequence[Paged], wrong: Collection[int]) -> dict[int, Position]:
        """The positions of those that do not fit (by identity), on the side where they have come to stand."""
        sides = enumerate(zip(sheets, self.positions, paged, strict=True))
        return {
            i: replace(position, recto=place.recto)
            for i, (each, position, place) in sides
            if id(each) in wrong and position.recto != place.recto
        }

    def wanted_pages(self, runs: Sequence[Sequence[Place]], indices: Mapping[str, int]) -> Collection[int]:
        """The indices of the pages that are printed."""
        return self.job.only(runs, indices) if self.job.only else range(sum(map(len, runs)))

    def framed(self, runs: Sequence[Sequence[Place]], total: int) -> list[Frames]:
        """The frames of all pages."""
        look = self.job.look
        total = total if TOTAL.search(look.css) else 0
        lengths = [len(places) for places in runs]
        waiting = _longest_first(lengths, lambda i: self.kept(Frames, tasks.draw, look, runs[i], total))
        return [wait() for wait in waiting]

    def embedded(self, parts: Sequence[Bound]) -> list[Embedded]:
        """The fonts of all parts; those of a few pages here, because a worker takes longer to start."""
        kept = keeping(here) if self.job.only else self.kept
        used = [fonts for part in parts for fonts in (part.sheets.fonts if part.sheets else {}, part.frames.fonts)]
        variant = self.job.look.variant
        waiting = [kept(Embedded, tasks.embed, variant, *font) for font in union(used).items()]
        return [wait() for wait in waiting]

    def settled(self, sheets: list[Sheets]) -> tuple[list[Sheets], list[Paged]]:
        """Those that show numbers of pages are laid out again, until the numbers are right."""
        paged = paginate(sheets)
        for _ in range(ROUNDS):
            wanted = self.wanted(sheets, paged)
            changed = {i: position for i, position in enumerate(wanted) if position != self.positions[i]}
            if not changed:
                break
            sheets = self.again(sheets, changed)
            paged = paginate(sheets)
        return sheets, paged

    def again(self, sheets: list[Sheets], positions: Mapping[int, Position]) -> list[Sheets]:
        """The sheets, some of them laid out for other positions."""
        for i, position in positions.items():
            self.positions[i] = position
        waiting = {i: self.lay(i) for i in positions}
        return [waiting[i]() if i in waiting else each for i, each in enumerate(sheets)]

    def joined(self, sheets: list[Sheets]) -> list[Sheets]:
        """Signatures between which a layout forces no break are one: a chapter may follow on the same page."""
        breaks = [break_of((*one.after, *other.before)) for one, other in pairwise(sheets)]
        starts = [0, *(i for i, each in enumerate(breaks, 1) if each != "auto"), len(sheets)]
        groups = list(starmap(slice, pairwise(starts)))
        self.signatures = [_joined(self.signatures[group]) for group in groups]
        self.positions = [
            self.positions[group.start] if group.stop == group.start + 1 else Position() for group in groups
        ]
        alone = [sheets[group.start] for group in groups]
        return self.again(alone, {i: Position() for i, group in enumerate(groups) if group.stop > group.start + 1})

    def wanted(self, sheets: Sequence[Sheets], paged: Sequence[Paged]) -> list[Position]:
        """What each signature must know of its place: nothing, for most."""
        numbers, _ = _pages(paged, sheets)
        total = sum(len(each.blanks) + len(each.places) for each in paged)
        total += -total % self.job.fold
        positions = []
        for each, place, known, signature in zip(sheets, paged, self.positions, self.signatures, strict=True):
            shown = _among(numbers, (*each.wanted, *signature.shown))
            here = counted.by_page(signature.counted, each.leaves, known.counts)
            counts = known.counts if here == each.shown else {**here, **copies.apart(known.counts, here)}
            position = Position(recto=known.recto, total=total * signature.totals, numbers=shown, counts=counts)
            positions.append(replace(position, base=place.base, total=total) if each.counts else position)
        return positions


class _Imposed(NamedTuple):
    """A book before it is bound."""

    sheets: Sequence[Sheets]
    parts: Sequence[Bound]
    places: Sequence[Place]
    """Of the pages that are wanted."""
    indices: Mapping[str, int]


def _longest_first(lengths: Sequence[int], begin: Callable[[int], T]) -> list[T]:
    """Begin tasks, the longest first: begun last, it would be waited for when all others are done, by one process.

    What each begins is given in the order of the lengths.
    """
    begun = {i: begin(i) for i in sorted(range(len(lengths)), key=lambda i: -lengths[i])}
    return [begun[i] for i in range(len(lengths))]


def _leaves(part: Bound) -> Sequence[Leaf | None]:
    """Of each page; None for a blank one."""
    return part.sheets.leaves if part.sheets else [None] * len(part.frames.areas)


def _joined(parts: Sequence[Signature]) -> Signature:
    known = {name for part in parts for name in part.known}
    images = {key: image for part in parts for key, image in part.images.items()}
    marks = tuple(mark for part in parts for mark in part.counted)
    says = any(part.totals for part in parts)
    shown = tuple(id for part in parts for id in part.shown)
    return Signature("".join(part.html for part in parts), images, tuple(sorted(known)), marks, says, shown)


def _runs(paged: Paged, sheets: Sheets) -> list[tuple[Sequence[Place], Sheets | None]]:
    return [*([(paged.blanks, None)] if paged.blanks else []), (paged.places, sheets)]


def _fits(part: Bound) -> bool:
    """Whether the type area of each page is the one that its lines were made for, but for where it begins in a line."""
    leaves = part.sheets.leaves if part.sheets else ()
    return all(
        abs(one - other) < 0.01
        for area, leaf in zip(part.frames.areas, leaves, strict=False)
        for one, other in zip(area[1:], leaf.area[1:], strict=True)
    )


def _pages(paged: Sequence[Paged], sheets: Sequence[Sheets]) -> tuple[dict[str, int], dict[str, int]]:
    """The number of the page on which each id is, and its index in the book."""
    numbers: dict[str, int] = {}
    indices: dict[str, int] = {}
    for each, part in zip(paged, sheets, strict=True):
        for place, leaf in zip(each.places, part.leaves, strict=True):
            for name in leaf.anchors:
                numbers.setdefault(name, place.number)
                indices.setdefault(name, place.at)
    return numbers, indices


def _among(numbers: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
    """Those of some ids, where they are in the book."""
    return {name: numbers[name] for name in names if name in numbers}


def repeat(said: Iterable[tuple[str, int, str]]) -> None:
    """Say here what was said while the sheets were laid out, wherever and whenever that was."""
    for name, level, message in said:
        logging.getLogger(name).log(level, "%s", message)
