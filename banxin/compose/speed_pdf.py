"""Faster writing of PDF objects (patches of pydyf and weasyprint.pdf)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banxin.compose.swap import Swap


def _page_references(original: property) -> property:
    """`PDF.page_references`: the tuple is made once for a number of pages, not anew for every tag.

    The same, because pages are only ever added at the end (`PDF.add_page`).
    """

    def page_references(pdf: Any) -> Any:
        kids = pdf.pages["Kids"]
        made = vars(pdf).get("_page_references", ())
        if len(made) * 3 != len(kids):
            made = vars(pdf)["_page_references"] = original.__get__(pdf)
        return made

    return property(page_references)


def _write(original: Any) -> Any:
    """`PDF.write`: what an object is in bytes is worked out once, not a second time for the file's identifier.

    The same, because nothing changes an object while the file is being written.
    """
    import pydyf

    def write(pdf: Any, *arguments: Any, **options: Any) -> None:
        done: dict[int, tuple[Any, bytes]] = {}
        originals = [(one, vars(one)["data"]) for one in (pydyf.Dictionary, pydyf.Stream)]
        for one, data in originals:
            one.data = _remembered(data, done)
        try:
            original(pdf, *arguments, **options)
        finally:
            for one, data in originals:
                one.data = data

    return write


def _remembered(original: property, done: dict[int, tuple[Any, bytes]]) -> property:
    def data(item: Any) -> bytes:
        known = done.get(id(item))
        if known is None:
            known = done[id(item)] = item, original.__get__(item)  # the item is kept, so that no other gets its id
        return known[1]

    return property(data)


def _to_bytes(original: Any) -> Any:
    """`_to_bytes`: the types that come most, first.

    The same, because the original does these things to them after some more questions.
    """

    def to_bytes(item: Any) -> Any:
        kind = type(item)
        if kind is bytes:
            return item
        if kind is str:
            return item.encode("ascii")
        if kind is float:
            return b"%d" % item if item.is_integer() else (b"%f" % item).rstrip(b"0")
        if kind is int:
            return b"%d" % item
        return original(item)

    return to_bytes


def _dictionary(_: property) -> property:
    """`Dictionary.data`: names are made into bytes once, and the commonest values without a call.

    The same: a name is a solidus and its letters.
    """
    import pydyf

    names: dict[Any, bytes] = {}

    def data(dictionary: Any) -> bytes:
        to_bytes = pydyf._to_bytes
        parts = [b"<<"]
        for key, value in dictionary.items():
            name = names.get(key)
            if name is None:
                name = names[key] = b"/" + to_bytes(key) + b" "
            parts.append(name)
            parts.append(value if type(value) is bytes else to_bytes(value))
        parts.append(b">>")
        return b"".join(parts)

    return property(data)


def _array(_: property) -> property:
    """`Array.data`: what is bytes already goes in without a call."""
    import pydyf

    def data(array: Any) -> bytes:
        to_bytes = pydyf._to_bytes
        return b"[%b]" % b" ".join([item if type(item) is bytes else to_bytes(item) for item in array])

    return property(data)


def _reference(_: property) -> property:
    """`Object.reference`: made as bytes at once."""
    return property(lambda item: b"%d %d R" % (item.number, item.generation))


def _born(kind: Any) -> Any:
    """`Dictionary.__init__`, `Array.__init__`: what nearly all objects have alike is said once, by their class.

    The same: an object that is numbered has a number of its own.
    """
    import pydyf

    for name, value in vars(pydyf.Object()).items():
        setattr(pydyf.Object, name, value)
    fill = kind.__init__

    def __init__(item: Any, values: Any = ()) -> None:
        fill(item, values or ())

    return __init__


def _stream(_: property) -> property:
    """`Stream.data`: what is bytes already, as nearly all of it is, goes in without a call.

    The same: the original calls a function that gives bytes back as they are.
    """
    return stream_data(9)


def stream_data(level: int) -> property:
    """`Stream.data`, compressed at a level of zlib."""

    def data(stream: Any) -> bytes:
        content, extra = compressed(stream, level)
        return b"\n".join((extra.data, b"stream", content, b"endstream"))

    return property(data)


def compressed(stream: Any, level: int) -> tuple[bytes, Any]:
    """What of a stream stands in the file, and its dictionary."""
    import zlib

    import pydyf

    to_bytes = pydyf._to_bytes
    content = b"\n".join([item if type(item) is bytes else to_bytes(item) for item in stream.stream])
    extra = pydyf.Dictionary(stream.extra.copy())
    if stream.compress:
        extra["Filter"] = "/FlateDecode"
        content = zlib.compress(content, level)
    extra["Length"] = len(content)
    return content, extra


SWAPS: Mapping[str, tuple[Swap, ...]] = {
    "page references": (Swap("pydyf:PDF.page_references", "060bf90aad55", _page_references),),
    "write": (Swap("pydyf:PDF.write", "242cd38f92ec", _write),),
    "bytes": (
        Swap("pydyf:_to_bytes", "1cefd02c285d", _to_bytes),
        Swap("pydyf:Dictionary.data", "1a6ebf2b6bc6", _dictionary),
        Swap("pydyf:Stream.data", "bdc2bc513f28", _stream),
        Swap("pydyf:Array.data", "136a84494ae7", _array),
        Swap("pydyf:Object.reference", "f6610908554d", _reference),
        Swap("pydyf:Dictionary.__init__", "ebfe4d2f2728", lambda _: _born(dict)),
        Swap("pydyf:Array.__init__", "992cd6eb80a1", lambda _: _born(list)),
    ),
}
