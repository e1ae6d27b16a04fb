"""PDF objects out of the file that they were made in: plain data, to be numbered anew in another file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import pydyf

from banxin.compose.speed_pdf import compressed

REFERENCE = re.compile(rb"(\d+) 0 R")
NUMBERED = re.compile(r"(\d+)(-\d+-\d+)")
"""The name of a table's head cell: the number of its object, its row, its column."""
HEADS = ("ID", "Headers")
AREA = "the area of a figure"
ACROSS = 4
"""Of the numbers of a matrix: how far it moves across the page."""
COUNTED = ("StructParents", "StructParent")


Argument = int | float | str | tuple[int]
"""What a frozen object leaves open: the number of an object of the same signature; a coordinate across the page, which
moves with the page's type area, in pt; the name of an object that the whole book has once; in a
tuple, a number under which the tree of tags finds what a page or a link is, counted in the signature."""
Frozen = tuple[bytes, tuple[Argument, ...], bytes | None]
"""One object: `head % arguments` is what stands in the file, for a stream its dictionary; the content of a stream."""


class Freezer:
    """Takes objects out of a file."""

    def __init__(self, local: Mapping[int, Argument]) -> None:
        self._local = local
        """Number in the file -> what its references become; KeyError for an object that may not be referred to."""
        self._parts: list[bytes] = []
        self._arguments: list[Argument] = []

    def freeze(self, item: Any) -> Frozen:
        """One object."""
        if isinstance(item, pydyf.Stream):
            content, extra = compressed(item, LEVEL)
            return (*self.value(extra)[:2], content)
        return self.value(item)

    def value(self, item: Any) -> Frozen:
        """A value that is no stream."""
        self._parts, self._arguments = [], []
        self._put(item)
        return b"".join(self._parts), tuple(self._arguments), None

    def _put(self, item: Any, key: str = "") -> None:
        kind = type(item)
        if kind is bytes:
            if item.endswith(b" 0 R") and (match := REFERENCE.fullmatch(item)):
                self._open(b"%d 0 R", self._local[int(match[1])])
            else:
                self._parts.append(_escaped(item))
        elif kind is pydyf.Dictionary:
            self._dictionary(item)
        elif isinstance(item, list):
            self._list(item, key)
        elif kind is int and key in COUNTED:
            self._open(b"%d", (item,))
        elif kind is pydyf.String and key in HEADS and (numbered := NUMBERED.fullmatch(item.string)):
            self._open(b"(%d" + numbered[2].encode() + b")", self._local[int(numbered[1])])
        else:
            self._parts.append(_escaped(pydyf._to_bytes(item)))

    def _dictionary(self, items: Mapping[str, Any]) -> None:
        parts = self._parts
        parts.append(b"<<")
        for name, value in items.items():
            parts.append(_name(name))
            if type(value) is str:
                parts.append(_escaped(value.encode("ascii")))
            else:
                self._put(value, AREA if name == "BBox" and items.get("O") == "/Layout" else name)
        parts.append(b">>")

    def _list(self, items: list[Any], key: str) -> None:
        self._parts.append(b"[")
        for i, item in enumerate(items):
            if i:
                self._parts.append(b" ")
            if (key in ("Rect", AREA) and i in (0, 2)) or (key == "Matrix" and i == ACROSS):
                self._open(b"%b", float(item))
            else:
                self._put(item, key)
        self._parts.append(b"]")

    def _open(self, form: bytes, argument: Argument) -> None:
        self._parts.append(form)
        self._arguments.append(argument)


@cache
def _name(name: str) -> bytes:
    return b"/" + _escaped(pydyf._to_bytes(name)) + b" "


def _escaped(data: bytes) -> bytes:
    return data.replace(b"%", b"%%") if b"%" in data else data


LEVEL = 6
"""Of zlib: 9 takes three times as long for a hundredth of the size."""


class Raw(pydyf.Object):  # type: ignore[misc]
    """An object that is written as it stands. What nearly all have alike is no attribute of each: there are many."""

    number, offset, generation, free = 0, 0, 0, "n"
    data = b""
    compressible = True
    """Whether it may stand in a stream of objects."""

    def __init__(self, head: bytes, content: bytes | None = None) -> None:
        self.data = head
        if content is not None:
            self.data = b"\n".join((head, b"stream", content, b"endstream"))
            self.compressible = False


def thaw(frozen: Frozen, numbers: Sequence[int], place: Callable[[Argument], Any]) -> Raw:
    """An object for another file.

    Args:
        frozen: the object.
        numbers: what stands there for the numbers of objects of the same signature.
        place: says what stands there for what else was left open.
    """
    head, arguments, content = frozen
    return Raw(head % tuple([numbers[each] if type(each) is int else place(each) for each in arguments]), content)
