"""Signatures and frames to one PDF."""

from __future__ import annotations

from codecs import BOM_UTF16_BE
from collections.abc import Callable, Sequence
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, NamedTuple

import pydyf

from banxin.collector import resting
from banxin.compose.speed_pdf import SWAPS, stream_data
from banxin.compose.swap import Swap, swapped
from banxin.plates import spaces
from banxin.sheets import attached, engine, writing, xmp
from banxin.sheets.data import NO_INK, PT_PER_PX, Binding, Bound, Embedded, Ink, Leaf
from banxin.sheets.fetcher import fetcher
from banxin.sheets.objects import LEVEL, NAMED, NOWHERE, Frozen, Raw, apart, string, thaw


def bind(parts: Sequence[Bound], fonts: Sequence[Embedded], binding: Binding) -> bytes:
    """Make one PDF of all pages: numbers its objects, and adds what belongs to the whole book."""
    html = engine.HTML(string=f"{binding.look.head}</body></html>", base_url="book:", url_fetcher=fetcher({}))
    document = engine.Document([], engine.metadata(html), html.url_fetcher, engine.FontConfiguration(), {}, None)
    settings = engine.options(binding.look.variant)
    document.output_intent = settings["output_intent"]
    xmp.replace(document.metadata, binding)

    def finish(_: Any, pdf: Any) -> None:
        _Binder(pdf, binding).bind(parts, fonts)
        if binding.look.plates:
            spaces.add_intent(pdf, binding.look.plates)
        if binding.enclosed:
            attached.attach(pdf, binding.enclosed, binding.epoch)

    settings.update(pdf_identifier=binding.identifier)
    with swapped(FASTER), resting():
        data: bytes = document.write_pdf(finisher=finish, **settings)
    return data


FASTER = (
    Swap("pydyf:Stream.data", "bdc2bc513f28", lambda _: stream_data(LEVEL)),
    *(swap for swap in SWAPS["bytes"] if "Stream" not in swap.place),
    *SWAPS["page references"],
    writing.SWAP,
)
"""Each entry of the outline asks for all pages, which without the second would grow with the square of the book."""


class _Binder:
    """Adds the pages to a file that has none."""

    def __init__(self, pdf: Any, binding: Binding) -> None:
        self.pdf, self.binding = pdf, binding
        resources = next(item for item in pdf.objects if isinstance(item, dict) and "ColorSpace" in item)
        self.named: dict[str, int] = {
            "Pages": pdf.pages.number,
            "ColorSpace": int(resources["ColorSpace"].split()[0]),
            "Font": int(resources["Font"].split()[0]),
        }
        self.fonts = pdf.objects[self.named["Font"]]
        if binding.look.plates:
            spaces.only_inks(pdf.objects[self.named["ColorSpace"]], binding.look.plates)
        self.tags: Any = None
        self.parents: Any = None
        if "StructTreeRoot" in pdf.catalog:
            root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
            self.tags = pdf.objects[int(root["K"][0].split()[0])]
            self.parents = pdf.objects[int(root["ParentTree"].split()[0])]
            self.named["Document"] = self.tags.number
        self.key = 0
        self.streams: dict[Any, int] = {}
        """What makes each stream itself -> its number: a picture that several signatures show is embedded once."""
        self.anchors: dict[str, tuple[int, float, float]] = {}
        self.across = _Said(lambda x: pydyf._to_bytes(round(x, 6)))
        self.marked: list[Any] = []
        """The pages, as WeasyPrint's outline wants them."""
        self.shifts: dict[float, int] = {}

    def bind(self, parts: Sequence[Bound], fonts: Sequence[Embedded]) -> None:
        for font in fonts:
            self.font(font)
        for part in parts:
            self.part(part)
        self.names()
        self.outline()
        if self.binding.look.backwards:
            self.pdf.catalog.setdefault("ViewerPreferences", pydyf.Dictionary())["Direction"] = "/R2L"
        if self.binding.labels:
            numbers = [
                each for i in sorted(self.binding.labels) for each in (i, pydyf.Dictionary(self.binding.labels[i]))
            ]
            self.pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(numbers)})

    def font(self, font: Embedded) -> None:
        base = len(self.pdf.objects)
        values = [b"%d" % number for number in range(base, base + len(font.objects))]
        for frozen in font.objects:
            self.pdf.add_object(thaw(frozen, values))
        self.fonts[font.name] = values[-1] + b" 0 R"

    def part(self, part: Bound) -> None:
        """The objects of a signature, its pages and their frames."""
        ink = Ink.unpack(part.sheets.ink) if part.sheets else NO_INK
        ink_around = Ink.unpack(part.frames.ink)
        leaves = part.sheets.leaves if part.sheets else ()
        areas = part.frames.areas
        shifts = [round((area[0] - leaf.area[0]) * PT_PER_PX, 6) for area, leaf in zip(areas, leaves, strict=False)]
        numbers, framed = self.room(ink), self.room(ink_around)
        resources = self.added(Raw(b"null"))
        text = self.objects(ink, numbers, resources, shifts)
        around = self.objects(ink_around, framed, resources, [0.0] * len(areas))
        self.put(resources, self.resources(text, around))
        for i in [i for i in range(len(areas)) if i not in part.left_out]:
            self.page(i, leaves[i] if leaves else None, shifts[i] if leaves else 0.0, text, around)
        if self.tags is not None and not part.left_out and ink.keys:
            self.tags["K"].extend(text.values[kid] + b" 0 R" for kid in ink.kids)
            self.parents["Nums"].append(thaw(ink.keyed, text.values).data)
            self.key += ink.keys

    def room(self, ink: Ink) -> list[int]:
        """The numbers of objects, which stand among others that refer to them; those of streams that are there."""
        objects, numbers = self.pdf.objects, list[int]()
        if not any(ink.objects):
            numbers.extend(range(len(objects), len(objects) + len(ink.objects)))
            objects.extend([NULL] * len(numbers))
            return numbers
        for i, frozen in enumerate(ink.objects):
            same = _itself(ink, i) if frozen else None
            number = self.streams.setdefault(same, len(objects)) if same else len(objects)
            if number == len(objects):
                objects.append(NULL)
            numbers.append(number)
        return numbers

    def objects(self, ink: Ink, numbers: Sequence[int], resources: int, shifts: Sequence[float]) -> _Part:
        """The objects of a signature but for its pages; what hangs on these is moved so far."""
        values = [b"%d" % number for number in numbers]
        values += [b"%d" % {**self.named, "Resources": resources}.get(name, 0) for name in NAMED]
        values += [b"%d" % number for number in range(self.key, self.key + ink.keys)]
        values += [self.across[x if page == NOWHERE else x + shifts[page]] for x, page in ink.across]
        objects, own = self.pdf.objects, frozenset(ink.places)
        plain = iter(apart(ink.together, values))
        for i, (number, frozen) in enumerate(zip(numbers, ink.objects, strict=True)):
            if frozen is None and i not in own:
                objects[number] = next(plain)
            elif frozen is not None and objects[number] is NULL:
                self.put(number, thaw(frozen, values))
        return _Part(ink, numbers, values)

    def put(self, number: int, item: Any) -> None:
        item.number = number
        self.pdf.objects[number] = item

    def resources(self, *parts: _Part) -> Any:
        """What the pages of a signature and their frames draw with."""
        found: dict[str, Any] = {}
        for part in parts:
            for category, entries in part.ink.resources.items():
                place = found.setdefault(category, pydyf.Dictionary())
                place.update({name: thaw(frozen, part.values) for name, frozen in entries.items()})
        found.update({name: b"%d 0 R" % self.named[name] for name in ("ColorSpace", "Font")})
        return pydyf.Dictionary(found)

    def page(self, i: int, leaf: Leaf | None, shift: float, text: _Part, around: _Part) -> None:
        """One page: its frame, and what stands on it, moved to where its type area is."""
        part = text if leaf else around
        dictionary, content = part.ink.pages[i]
        drawn = [self.added(thaw(around.ink.pages[i][1], around.values))]
        if leaf:
            if shift:
                drawn.append(self.moving(shift))
            drawn.append(self.added(thaw(content, text.values)))
        page = _with_contents(thaw(dictionary, part.values), drawn)
        if leaf:
            self.put(text.numbers[text.ink.places[i]], page)
        else:
            self.added(page)
        self.add(page, leaf, shift)

    def added(self, item: Any) -> int:
        self.pdf.add_object(item)
        return int(item.number)

    def moving(self, shift: float) -> int:
        """What moves the text to the other margin."""
        if shift not in self.shifts:
            self.shifts[shift] = self.added(pydyf.Stream([b"1 0 0 1 %b 0 cm" % pydyf._to_bytes(shift)]))
        return self.shifts[shift]

    def add(self, page: Any, leaf: Leaf | None, shift: float) -> None:
        """Make a page known to the book."""
        self.pdf.pages["Count"] += 1
        self.pdf.pages["Kids"].extend([page.number, 0, "R"])
        if leaf is None:
            self.marked.append(SimpleNamespace(bookmarks=(), height=0))
            return
        move = shift / PT_PER_PX
        marks = [(level, label, (x + move, y), state) for level, label, (x, y), state in leaf.bookmarks]
        self.marked.append(SimpleNamespace(bookmarks=marks, height=leaf.height))
        for name, (x, y) in leaf.anchors.items():
            self.anchors.setdefault(name, (page.number, (x + move) * PT_PER_PX, (leaf.height - y) * PT_PER_PX))

    def names(self) -> None:
        """Where links lead (ISO 32000-1, 7.9.6 and 12.3.2.3)."""
        if not self.anchors:
            return
        said = _Said(pydyf._to_bytes)
        places = ((name, *self.anchors[name]) for name in sorted(self.anchors, key=_encoded))
        names = [b"%b [%d 0 R /XYZ %b %b 0]" % (string(name), page, said[x], said[y]) for name, page, x, y in places]
        self.pdf.catalog.setdefault("Names", pydyf.Dictionary())["Dests"] = pydyf.Dictionary({
            "Names": pydyf.Array(names)
        })  # fmt: skip

    def outline(self) -> None:
        document = engine.Document(self.marked, None, None, None, {}, None)
        engine.add_outlines(self.pdf, document.make_bookmark_tree(PT_PER_PX, transform_pages=True))


class _Part(NamedTuple):
    """The objects of a signature, or of its frames, in the book."""

    ink: Ink
    numbers: Sequence[int]
    values: Sequence[bytes]
    """What stands there for what they leave open."""


class _Said(dict[float, bytes]):
    """Numbers as they stand in the file: many of a book are the same, because it has a grid."""

    def __init__(self, say: Callable[[float], bytes]) -> None:
        super().__init__()
        self.say = say

    def __missing__(self, number: float) -> bytes:
        said = self[number] = self.say(number)
        return said


NULL = b"null"
"""Where an object will stand; a page that is left out."""


def _itself(ink: Ink, i: int) -> Any:
    """What makes a stream itself: its words, and the streams that it refers to; None for what is more than streams."""
    head, arguments, content = ink.objects[i] or NOTHING
    if content is None:
        return None
    parts = tuple(_meant(ink, each) for each in arguments)
    return None if None in parts else (head, parts, sha256(content).digest())


def _meant(ink: Ink, value: int) -> Any:
    """What a stream leaves open, such that it is the same in other signatures."""
    left = ink.left
    if value < left.named:
        return _itself(ink, value)
    return ink.across[value - left.across] if value >= left.across else NAMED[value - left.named]


NOTHING: Frozen = b"", (), None


def _encoded(name: str) -> bytes:
    """What a reader finds when it has read a string: that is what names are in order by (ISO 32000-1, 7.9.6)."""
    return name.encode() if name.isascii() else BOM_UTF16_BE + name.encode("utf-16-be")


def _with_contents(page: Raw, numbers: Sequence[int]) -> Raw:
    """A page with what is drawn on it."""
    contents = b" ".join(b"%d 0 R" % number for number in numbers)
    return Raw(page.data.removesuffix(b">>") + b"/Contents [" + contents + b"]>>")
