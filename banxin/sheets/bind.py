"""Signatures and frames to one PDF."""

from __future__ import annotations

from codecs import BOM_UTF16_BE
from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pydyf

from banxin.collector import resting
from banxin.compose.speed_pdf import SWAPS, stream_data
from banxin.compose.swap import Swap, swapped
from banxin.plates import spaces
from banxin.sheets import attached, engine, writing, xmp
from banxin.sheets.data import NO_INK, PT_PER_PX, Binding, Bound, Embedded, Ink, Leaf
from banxin.sheets.fetcher import fetcher
from banxin.sheets.objects import LEVEL, Argument, Frozen, Raw
from banxin.sheets.objects import thaw as thawed


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
        self.anchors: dict[str, tuple[bytes, float, float]] = {}
        self.marked: list[Any] = []
        """The pages, as WeasyPrint's outline wants them."""
        self.shifts: dict[float, int] = {}

    def bind(self, parts: Sequence[Bound], fonts: Sequence[Embedded]) -> None:
        for font in fonts:
            self.font(font)
        for part in parts:
            self.part(part)
        for number, item in enumerate(self.pdf.objects):
            if item is NULL:  # a page that is left out
                self.put(number, Raw(b"null"))
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
        for frozen in font.objects:
            self.pdf.add_object(thaw(frozen, _Setting(range(base, base + len(font.objects)), 0, {})))
        self.fonts[font.name] = b"%d 0 R" % (base + len(font.objects) - 1)

    def part(self, part: Bound) -> None:
        """The objects of a signature, its pages and their frames."""
        text = Ink.unpack(part.sheets.ink) if part.sheets else NO_INK
        around = Ink.unpack(part.frames.ink)
        numbers, framed = self.room(text), self.room(around)
        resources = self.added(Raw(b"null"))
        named = {**self.named, "Resources": resources}
        setting, aside = _Setting(numbers, self.key, named), _Setting(framed, 0, named)
        leaves = part.sheets.leaves if part.sheets else ()
        shifts = [
            round((area[0] - leaf.area[0]) * PT_PER_PX, 6)
            for area, leaf in zip(part.frames.areas, leaves, strict=False)
        ]
        moved = dict(zip(text.places, shifts, strict=True))
        for i, (page, _) in enumerate(text.pages):
            if i not in part.left_out:  # the links of a page move with its text
                moved |= dict.fromkeys((each for each in page[1] if type(each) is int), shifts[i])
        self.objects(text, setting, moved)
        self.objects(around, aside, {})
        self.put(resources, self.resources((text, setting), (around, aside)))
        for i in [i for i in range(len(part.frames.areas)) if i not in part.left_out]:
            self.page(i, leaves[i] if leaves else None, shifts[i] if leaves else 0.0, (text, setting), (around, aside))
        if self.tags is not None and not part.left_out:
            self.tags["K"].extend(b"%d 0 R" % numbers[kid] for kid in text.kids)
            for key, frozen in text.keys:
                self.parents["Nums"] += [self.key + key, thaw(frozen, setting).data]
            self.key += len(text.keys)

    def room(self, ink: Ink) -> list[int]:
        """The numbers of objects, which stand among others that refer to them; those of streams that are there."""
        objects, numbers = self.pdf.objects, []
        for i, frozen in enumerate(ink.objects):
            same = _itself(ink, i) if frozen and frozen[2] is not None else None
            number = self.streams.get(same, len(objects)) if same else len(objects)
            if number == len(objects):
                objects.append(NULL)
                if same:
                    self.streams[same] = number
            numbers.append(number)
        return numbers

    def objects(self, ink: Ink, setting: _Setting, shifts: Mapping[int, float]) -> None:
        """The objects of a signature, whose pages, and what hangs on them, are moved so far."""
        for i, (number, frozen) in enumerate(zip(setting.numbers, ink.objects, strict=True)):
            if frozen is not None and self.pdf.objects[number] is NULL:
                if COORDINATE in frozen[0]:
                    known = (shifts[each] for each in (i, *frozen[1]) if type(each) is int and each in shifts)
                    setting.shift = next(known, 0.0)
                self.put(number, thaw(frozen, setting))
        setting.shift = 0.0

    def put(self, number: int, item: Any) -> None:
        item.number = number
        self.pdf.objects[number] = item

    def resources(self, *inks: tuple[Ink, _Setting]) -> Any:
        """What the pages of a signature and their frames draw with."""
        found: dict[str, Any] = {}
        for ink, setting in inks:
            for category, entries in ink.resources.items():
                place = found.setdefault(category, pydyf.Dictionary())
                place.update({name: thaw(frozen, setting) for name, frozen in entries.items()})
        found.update({name: b"%d 0 R" % self.named[name] for name in ("ColorSpace", "Font")})
        return pydyf.Dictionary(found)

    def page(
        self, i: int, leaf: Leaf | None, shift: float, text: tuple[Ink, _Setting], around: tuple[Ink, _Setting]
    ) -> None:
        """One page: its frame, and what stands on it, moved to where its type area is."""
        ink, setting = text if leaf else around
        dictionary, content = ink.pages[i]
        drawn = [self.added(thaw(around[0].pages[i][1], around[1]))]
        if leaf:
            if shift:
                drawn.append(self.moving(shift))
            drawn.append(self.added(thaw(content, setting)))
        page = _with_contents(thaw(dictionary, setting), drawn)
        if leaf:
            self.put(setting.numbers[ink.places[i]], page)
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
            place = b"%d 0 R" % page.number, (x + move) * PT_PER_PX, (leaf.height - y) * PT_PER_PX
            self.anchors.setdefault(name, place)

    def names(self) -> None:
        """Where links lead (ISO 32000-1, 7.9.6 and 12.3.2.3)."""
        if not self.anchors:
            return
        to_bytes, names = pydyf._to_bytes, pydyf.Array()
        for _, name, page, x, y in sorted((_encoded(name), name, *place) for name, place in self.anchors.items()):
            names += [pydyf.String(name).data, b"[%b /XYZ %b %b 0]" % (page, to_bytes(x), to_bytes(y))]
        self.pdf.catalog.setdefault("Names", pydyf.Dictionary())["Dests"] = pydyf.Dictionary({"Names": names})

    def outline(self) -> None:
        document = engine.Document(self.marked, None, None, None, {}, None)
        engine.add_outlines(self.pdf, document.make_bookmark_tree(PT_PER_PX, transform_pages=True))


def thaw(frozen: Frozen, setting: _Setting) -> Raw:
    """An object for the book."""
    return thawed(frozen, setting.numbers, setting)


COORDINATE = b"%b"
"""In an object: what is left open for a place on its page. Numbers are left open in another form."""
NULL = Raw(b"null")
"""Where an object will stand."""


def _itself(ink: Ink, i: int) -> Any:
    """What makes a stream itself: its words, and the streams that it refers to; None for what is more than streams."""
    head, arguments, content = ink.objects[i] or NOTHING
    if content is None:
        return None
    parts = tuple(_itself(ink, each) if type(each) is int else each for each in arguments)
    return None if None in parts else (head, parts, sha256(content).digest())


NOTHING: Frozen = b"", (), None


class _Setting:
    """Says what stands in the file for what an object of one signature leaves open."""

    def __init__(self, numbers: Sequence[int], key: int, named: Mapping[str, int]) -> None:
        self.numbers, self.key, self.named = numbers, key, named
        self.shift = 0.0

    def __call__(self, argument: Argument) -> Any:
        if type(argument) is str:
            return self.named[argument]
        if type(argument) is float:
            return pydyf._to_bytes(round(argument + self.shift, 6))
        assert isinstance(argument, tuple)
        return self.key + argument[0]


def _encoded(name: str) -> bytes:
    """What a reader finds when it has read a string: that is what names are in order by (ISO 32000-1, 7.9.6)."""
    return name.encode() if name.isascii() else BOM_UTF16_BE + name.encode("utf-16-be")


def _with_contents(page: Raw, numbers: Sequence[int]) -> Raw:
    """A page with what is drawn on it."""
    contents = b" ".join(b"%d 0 R" % number for number in numbers)
    return Raw(page.data.removesuffix(b">>") + b"/Contents [" + contents + b"]>>")
