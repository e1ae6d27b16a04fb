"""Proofs (校样): the pages of a finished PDF as pictures, and the words that stand at a point of them.

What is shown is the very file that was written, drawn by PDFium as Chromium would draw it. A page is named by what is
on it, so that a browser loads again only what changed.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import pikepdf
import pypdfium2

DIGITS = 20
"""Of a page's name: enough hexadecimal digits that no two pages of a book share one."""
COLOURS = 256
"""Of a palette, and shades of red."""
ROUNDING = 2
"""Shades by which green and blue may differ where red is the same: nobody sees it."""
WIDEST = 4000
"""px: the widest picture of a page."""
NEAR = 6.0
"""pt: how far from a character a click still means it; about half a line of type."""
LETTERS = (24, 12, 6)
"""How many letters are looked for on the pages: many at first, few where a page ends among them."""
ROUND = 60
"""How many characters before and after the point are told."""


class Leaf(NamedTuple):
    """One page, as a browser has to know it."""

    key: str
    """Of all that is drawn on it."""
    text: str
    """Of what stands in its type area alone: the same where only its folio changed."""
    width: float
    """pt."""
    height: float
    """pt."""
    label: str
    """The number that is printed on it."""


Box = tuple[float, float, float, float]
"""Left, top, width and height, in parts of the page's width and height."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands at a point of a page."""

    before: str
    """Words before it."""
    words: str
    """Words from it on."""
    line: Box
    """The line of type."""
    chapter: str
    """The id of the chapter that it stands in; empty: unknown."""


pdfium = Lock()
"""PDFium knows no threads, not even with two files: it is asked one thing after the other."""


class _File:
    """A PDF that PDFium has open."""

    def __init__(self, data: bytes) -> None:
        with pdfium:
            self.pdf: Any = pypdfium2.PdfDocument(data)
            self.labels = [self.pdf.get_page_label(i) for i in range(len(self.pdf))]

    def close(self) -> None:
        with pdfium:
            self.pdf.close()
            self.pdf = None

    def index(self, name: str) -> int | None:
        """The page on which an id is."""
        raw = pypdfium2.raw
        destination = raw.FPDF_GetNamedDestByName(self.pdf, name.encode() + b"\0")
        index = raw.FPDFDest_GetDestPageIndex(self.pdf, destination) if destination else -1
        return index if index >= 0 else None


class _Place(NamedTuple):
    """Where a page is found."""

    file: _File
    page: int


class Proof:
    """The pages of one PDF."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.stamp = hashlib.sha256(data).hexdigest()[:DIGITS]
        file = _File(data)
        self._opened = [file]
        """To be closed by us: what the collector closes, it closes while another thread is in PDFium."""
        self.leaves, self.leftwards = _read(data, file.labels)
        self._put([_Place(file, i) for i in range(len(self.leaves))])

    def _put(self, places: Sequence[_Place]) -> None:
        """Say where each page is."""
        self._places = dict(zip((leaf.key for leaf in self.leaves), places, strict=True))
        self._pages = places
        self._order = {place: at for at, place in enumerate(places)}

    def slipped(self, data: bytes, order: Sequence[tuple[bool, int]]) -> Proof:
        """With other pages in place of some, before the whole file is there; the files are that proof's from now on.

        Args:
            data: a PDF of the other pages.
            order: every page of the book: whether it is one of them, and which it is of them or of those here.
        """
        slip = _File(data)
        found, _ = _read(data, slip.labels)
        places = [_Place(slip, i) if other else self._pages[i] for other, i in order]
        proof = copy(self)
        proof._opened = [*self._opened, slip]
        proof.data, proof.leaves = b"", tuple(found[i] if other else self.leaves[i] for other, i in order)
        proof.stamp = hashlib.sha256(self.stamp.encode() + data).hexdigest()[:DIGITS]
        proof._put(places)
        return proof

    def close(self) -> None:
        """Let go of the files; no page is found from then on."""
        for file in self._opened:
            file.close()

    @contextmanager
    def _page(self, key: str) -> Iterator[Any]:
        """A page of PDFium's; None where there is none."""
        place = self._places.get(key)
        with pdfium:
            page = place.file.pdf[place.page] if place and place.file.pdf else None
            try:
                yield page
            finally:
                if page:
                    page.close()

    def picture(self, key: str, width: int) -> bytes | None:
        """A page as PNG, so many pixels wide."""
        with self._page(key) as page:
            if not page:
                return None
            bitmap = page.render(scale=min(width, WIDEST) / page.get_width())
            image = bitmap.to_pil().copy()
            bitmap.close()
        return png(image)

    def spot(self, key: str, point: tuple[float, float], ids: Iterable[str]) -> Spot | None:
        """What stands at a point of a page; None: nothing.

        Args:
            key: the page.
            point: in parts of its width and height, from the top left.
            ids: those of the chapters.
        """
        with self._page(key) as page:
            if not page:
                return None
            size = page.get_size()
            text = page.get_textpage()
            try:
                at = _index(text, point, size)
                return None if at is None else _spot(text, at, size, self._chapter(self._places[key], ids))
            finally:
                text.close()

    def find(self, chapter: str, ids: Iterable[str], words: str) -> tuple[str, Box] | None:
        """The page and the line of it on which words stand; None where they are not found.

        Args:
            chapter: the id of the one that they stand in.
            ids: those of all chapters.
            words: as the edition has them.
        """
        with pdfium:
            starts = {name: at for name in ids if (at := self._at(name)) is not None}
        first = starts.get(chapter)
        if first is None:
            return None
        last = min((at for at in starts.values() if at > first), default=len(self.leaves))
        letters = "".join(filter(str.isalnum, words))
        for length in LETTERS:
            for leaf in self.leaves[first:last] if len(letters) >= min(length, LETTERS[-1]) else ():
                with self._page(leaf.key) as page:
                    if page and (box := _line_with(page, letters[:length])):
                        return leaf.key, box
        return None

    def _at(self, name: str) -> int | None:
        """The page of the book on which an id is."""
        places = [_Place(file, index) for file in self._files() if (index := file.index(name)) is not None]
        return next((self._order[place] for place in places if place in self._order), None)

    def _files(self) -> set[_File]:
        return {place.file for place in self._pages}

    def _chapter(self, page: _Place, ids: Iterable[str]) -> str:
        """The last of these ids, in the order of the pages, that is on this page or before it; empty: none."""
        found = [(at, name) for name in ids if (at := self._at(name)) is not None and at <= self._order[page]]
        return max(found, key=lambda one: one[0])[1] if found else ""


def png(image: Any) -> bytes:
    """As PNG; a page of ink on paper by a palette, which takes a quarter of the time and half the room."""
    shades = _shades(image.getcolors(COLOURS) or ())
    if shades:
        image = image.getchannel(0).copy()
        image.putpalette([part for shade in range(COLOURS) for part in shades.get(shade, (0, 0, 0))])
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=1)
    return data.getvalue()


def _shades(counted: Sequence[tuple[int, tuple[int, int, int]]]) -> dict[int, tuple[int, int, int]]:
    """The colour of every red, if all colours lie on one way from ink to paper; else nothing."""
    shades: dict[int, tuple[int, int, int]] = {}
    for _, colour in sorted(counted):
        known = shades.setdefault(colour[0], colour)
        if max(abs(one - other) for one, other in zip(known, colour, strict=True)) > ROUNDING:
            return {}
        shades[colour[0]] = colour  # the most frequent
    return shades


def _index(text: Any, point: tuple[float, float], size: tuple[float, float]) -> int | None:
    """The character at a point, or in the line beside it."""
    x, y = point[0] * size[0], (1 - point[1]) * size[1]
    at: int | None = text.get_index(x, y, 2 * NEAR, 2 * NEAR)  # of which PDFium takes half on each side
    if at is None:
        at = text.get_index(x, y, 2 * size[0], 2 * NEAR)
    return None if at is None else _letter(text, at)


def _letter(text: Any, at: int) -> int:
    """The letter that a mark, or the break at the end of a line, stands after in its line; else what stands there."""
    start = max(0, at - ROUND)
    mark: int | None = None
    upto = str(text.get_text_range(start, at - start + 1))
    for i, char in reversed(list(enumerate(upto, start))):
        if char.isalnum():
            return i
        if char == "\n" and mark is not None:
            break
        if mark is None and not char.isspace():
            mark = i
    return at if mark is None else mark


def _spot(text: Any, at: int, size: tuple[float, float], chapter: str) -> Spot:
    start = max(0, at - ROUND)
    return Spot(
        before=text.get_text_range(start, at - start) if at > start else "",
        words=text.get_text_range(at, min(ROUND, text.count_chars() - at)),
        line=_line(text, at, size),
        chapter=chapter,
    )


def _line_with(page: Any, letters: str) -> Box | None:
    """The line of a page on which words begin."""
    text = page.get_textpage()
    try:
        kept = [(i, char) for i, char in enumerate(text.get_text_range()) if char.isalnum()]
        found = "".join(char for _, char in kept).find(letters)
        return None if found < 0 else _line(text, kept[found][0], page.get_size())
    finally:
        text.close()


def _line(text: Any, at: int, size: tuple[float, float]) -> Box:
    """The box around the characters that stand in one line with one."""
    left, bottom, right, top = text.get_charbox(at, loose=True)
    for step in (-1, 1):
        for i in range(at + step, -1 if step < 0 else text.count_chars(), step):
            one = text.get_charbox(i, loose=True)
            if one[0] == one[2]:  # a break or a blank that PDFium made up
                continue
            if not bottom < (one[1] + one[3]) / 2 < top:
                break
            left, right = min(left, one[0]), max(right, one[2])
    width, height = size
    return left / width, 1 - top / height, (right - left) / width, (top - bottom) / height


def leaves(data: bytes) -> tuple[Leaf, ...]:
    """The pages of a PDF."""
    file = _File(data)
    try:
        return _read(data, file.labels)[0]
    finally:
        file.close()


# What changed ---------------------------------------------------------------------------------------------------------


def _read(data: bytes, labels: Iterable[str]) -> tuple[tuple[Leaf, ...], bool]:
    """The pages of a file, and whether it is read from right to left."""
    with pikepdf.open(io.BytesIO(data), inherit_page_attributes=False) as pdf:
        reader = _Reader()
        leaves = tuple(reader.leaf(page, label) for page, label in zip(pdf.Root.Pages.Kids, labels, strict=True))
        preferences = pdf.Root.get("/ViewerPreferences")
        return leaves, preferences is not None and preferences.get("/Direction") == "/R2L"


class _Reader:
    """Names pages by what is drawn on them."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], bytes] = {}

    def leaf(self, page: Any, label: str) -> Leaf:
        contents = page.Contents
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        drawn = [stream.read_raw_bytes() for stream in streams]
        box = [float(each) for each in page.get("/CropBox", page.MediaBox)]
        ground = self.digest(page.Resources) if "/Resources" in page else b""
        key = hashlib.sha256(b"\0".join([*drawn, ground, repr(box).encode()])).hexdigest()[:DIGITS]
        text = hashlib.sha256(drawn[-1] if len(drawn) > 1 else b"").hexdigest()[:DIGITS]
        return Leaf(key, text, box[2] - box[0], box[3] - box[1], label)

    def digest(self, thing: Any) -> bytes:
        """Of all that an object is drawn with. Of fonts, which hold the glyphs of the whole book, the names."""
        number = thing.objgen
        if number[0] and number in self.known:
            return self.known[number]
        if number[0]:
            self.known[number] = b""  # what leads back to itself
        found = hashlib.sha256(b"".join(self.parts(thing))).digest()
        if number[0]:
            self.known[number] = found
        return found

    def parts(self, thing: Any) -> Iterator[bytes]:
        if isinstance(thing, pikepdf.Stream):
            yield thing.read_raw_bytes()
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            for name, value in sorted(thing.items()):
                yield name.encode()
                yield repr(sorted(value.keys())).encode() if name == "/Font" else self.value(value)
        elif isinstance(thing, pikepdf.Array):
            for value in thing:
                yield self.value(value)

    def value(self, value: Any) -> bytes:
        return self.digest(value) if isinstance(value, pikepdf.Object) and _holds(value) else repr(value).encode()


def _holds(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array)
