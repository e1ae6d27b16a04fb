"""What is taken out of a file: the short ways say what the general one says."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pydyf
import pytest
from tinycss2.color5 import parse_color
from weasyprint.pdf.stream import Stream

from banxin.sheets import engine
from banxin.sheets.objects import NAMED, NOWHERE, Freezer, Open, apart, thaw


def tag(kind: str, kids: list[Any], **more: Any) -> Any:
    head = {"Type": "/StructElem", "S": kind, "K": pydyf.Array(kids), "Pg": b"1 0 R", "P": b"2 0 R"}
    return pydyf.Dictionary({**head, **more})


def link(target: str, **more: Any) -> Any:
    rectangle = pydyf.Array([49.5, 538.170665, 154.4091459721381, 511.0])
    head = {"Type": "/Annot", "Subtype": "/Link", "Rect": rectangle, "BS": b"<</W 0>>"}
    name = pydyf.String(target)
    return pydyf.Dictionary({**head, "Contents": name, "Dest": name, "StructParent": 1, **more})


def lies(obj: bytes = b"3 0 R") -> Any:
    return pydyf.Dictionary({"Type": "/OBJR", "Obj": obj, "Pg": b"1 0 R"})


OBJECTS = [
    tag("/P", [0, 1, 2]),
    tag("/P", []),
    tag("/Link", [lies(), 7, b"4 0 R", lies(b"4 0 R")]),
    tag("/Note", [b"3 0 R", 21], ID=pydyf.String("fn-100%")),
    tag("/TH", [b"3 0 R"], ID=pydyf.String("4-0-1")),
    tag("/P", [1], Lang=pydyf.String("en")),
    tag("/Figure", [1], A=pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array([1.5, 2.5, 3.5, 4.5])})),
    link("fn-1"),
    link("注-50%(a)\\"),
    link("fn-1", F=4),
    link("fn-1", BS=pydyf.Dictionary({"W": 0})),
]
"""Those of a file in which 1 is a page and 2 the root of its tags."""


def freezer() -> Freezer:
    local = {number: i for i, number in enumerate(range(1, 20))}
    return Freezer(Open(len(local), keys=2), local, {b"1 0 R": 0, b"9 0 R": 0})


def values(made: Freezer, move: float) -> list[bytes]:
    numbers = chain(range(101, 120), range(500, 500 + len(NAMED)), (700, 701))
    places = [pydyf._to_bytes(x if page == NOWHERE else x + move) for x, page in made.across]
    return [b"%d" % number for number in numbers] + places


@pytest.mark.parametrize("item", OBJECTS, ids=lambda item: item.get("S", "/Link"))
@pytest.mark.parametrize("number", [9, 0])
def test_the_short_way_says_the_same(item: Any, number: int) -> None:
    """On a page, whose places move, and on none."""
    item.number = number
    short, general = freezer(), freezer()
    words = short.together([item, item])
    one = general.value(item)
    said = thaw(one, values(general, 10)).data
    assert apart(words, values(short, 10)) == [said, said]
    moved = b"[59.5 538.170665 164.409146 511" if number else b"[49.5 538.170665 154.409146 511"
    assert moved in said or item["Type"] != "/Annot"


@pytest.mark.parametrize(
    "item", [tag("/P", [b"77 0 R"]), tag("/Link", [lies(b"77 0 R")]), tag("/P", [], Lang=b"77 0 R")]
)
def test_what_is_not_in_the_signature_cannot_be_referred_to(item: Any) -> None:
    with pytest.raises(KeyError):
        freezer().together([item])


def test_no_object_is_taken_for_two() -> None:
    with pytest.raises(ValueError, match="NUL"):
        freezer().together([link("a\0b")])


def test_nothing_is_nothing() -> None:
    assert apart(freezer().together([]), []) == []


COLOURS = [
    "#000",
    "#a00",
    "#a00",
    "rgb(0 0 0 / 50%)",
    "hsl(20 50% 50%)",
    "#123456",
    "rgb(none 0 0)",
    "#a00",
    "#000",
    "#000",
]


@pytest.mark.parametrize("stroke", [False, True])
def test_a_colour_is_written_as_weasyprint_writes_it(stroke: bool) -> None:
    """The first time and again; what the stream remembers of it, too."""
    swap = next(swap for swap in engine.pictures() if swap.place.endswith("set_color"))
    streams = [Stream({}, (), {"ExtGState": {}}, {}, None, {}, None) for _ in range(2)]
    for stream, set_color in zip(streams, (Stream.set_color, swap.make(Stream.set_color)), strict=True):
        for colour in map(parse_color, COLOURS):
            set_color(stream, colour, stroke)
            set_color(stream, colour)
    said, quickly = ([*stream.stream, stream._current_color, stream._current_color_stroke] for stream in streams)
    assert said == quickly
    assert len(said) > len(COLOURS)
