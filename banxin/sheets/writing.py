"""A bound PDF to its bytes: what can be packed is packed side by side, while the rest is still being gathered."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate, chain
from typing import Any

import pydyf

from banxin.compose.speed_pdf import SWAPS
from banxin.compose.swap import Swap
from banxin.sheets.objects import LEVEL, Raw

MOST = 4096
"""Objects in one stream of objects: a stream is packed on a core of its own, and readers unpack one at a time."""
COMPRESSED, IN_USE = 2, 1
"""Kinds of entries of a cross-reference stream (ISO 32000-1, table 18)."""
FASTEST = 1
"""Of zlib: it finds more in numbers that grow from row to row than the others do."""
ROW = ">BIH"
"""One of those entries: its kind, a place or the number of a stream, an index in that or a generation."""


def _write(original: Any) -> Any:
    """`PDF.write` for a file with streams of objects (PDF 1.5): several of them, where the original has one."""
    otherwise = SWAPS["write"][0].make(original)

    def write(pdf: Any, output: Any, version: Any = b"1.7", identifier: Any = False, compress: bool = False) -> None:
        version = pydyf._to_bytes(version or b"1.7")
        if not compress or version < b"1.5":
            pdf.objects[:] = [_raw(number, item) for number, item in enumerate(pdf.objects)]
            otherwise(pdf, output, version, identifier, compress)
            return
        if pdf.info:
            pdf.add_object(pdf.info)
        output.write(b"".join(_lines(pdf, version, identifier)))

    return write


def _lines(pdf: Any, version: bytes, identifier: Any) -> Iterator[bytes]:
    """What stands in the file, in order."""
    packed = [
        (number, item if type(item) is bytes else item.data)
        for number, item in enumerate(pdf.objects)
        if type(item) is bytes or item.compressible
    ]
    groups = [packed[start : start + MOST] for start in range(0, len(packed), MOST)]
    rows = {0: (0, 0, 65535)}
    body = [b"%PDF-" + version, b"%\xf0\x9f\x96\xa4"]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        waiting = [_begin(group, threads) for group in groups]
        position = sum(len(line) + 1 for line in body)
        for item in pdf.objects:
            if type(item) is not bytes and not item.compressible and item.free != "f":
                body.append(item.indirect)
                rows[item.number] = IN_USE, position, item.generation
                position += len(body[-1]) + 1
    for group, (head, wait) in zip(groups, waiting, strict=True):
        number = len(pdf.objects)
        stream = _stream(number, {"Type": "/ObjStm", "N": len(group), "First": head}, wait.result())
        pdf.add_object(stream)
        rows.update({each: (COMPRESSED, number, at) for at, (each, _) in enumerate(group)})
        rows[number] = IN_USE, position, 0
        body.append(stream.indirect)
        position += len(body[-1]) + 1
    body.append(_references(pdf, rows, position, _identifiers(identifier, body)))
    yield from (part for line in (*body, b"startxref", b"%d" % position, b"%%EOF") for part in (line, b"\n"))


def _raw(number: int, item: Any) -> Any:
    """An object that knows its number, of one that is bytes alone."""
    if type(item) is not bytes:
        return item
    raw = Raw(item)
    raw.number = number
    return raw


def _begin(group: Sequence[tuple[int, bytes]], threads: ThreadPoolExecutor) -> tuple[int, Future[bytes]]:
    """Begin to pack some objects: how long the table of their places is, and what waits for all of it."""
    data = [each for _, each in group]
    places = accumulate([len(each) + 1 for each in data], initial=0)
    table = b" ".join([b"%d %d" % (number, place) for (number, _), place in zip(group, places, strict=False)])
    return len(table) + 1, threads.submit(zlib.compress, b"\n".join((table, *data)), LEVEL)


class _Packed(pydyf.Stream):  # type: ignore[misc]
    """A stream whose content is packed already."""

    @property
    def data(self) -> bytes:
        """Its bytes."""
        extra = pydyf.Dictionary({**self.extra, "Filter": "/FlateDecode", "Length": len(self.stream)})
        return b"\n".join((extra.data, b"stream", self.stream, b"endstream"))


def _stream(number: int, extra: dict[str, Any], content: bytes) -> Any:
    stream = _Packed(content, extra)
    stream.number = number
    return stream


def _identifiers(identifier: Any, body: Sequence[bytes]) -> dict[str, Any]:
    """What names the file: the book that it is, and all that is in it (ISO 32000-1, 14.4)."""
    if not identifier:
        return {}
    digest = hashlib.md5(usedforsecurity=False)
    for line in body:
        digest.update(line)
    said = digest.hexdigest().encode()
    first = said if identifier is True else pydyf._to_bytes(identifier)
    return {"ID": pydyf.Array((pydyf.String(first).data, pydyf.String(said).data))}


def _references(pdf: Any, rows: dict[int, tuple[int, int, int]], position: int, named: dict[str, Any]) -> bytes:
    """The cross-reference stream: where each object is; it stands at `position` itself."""
    number = len(pdf.objects)
    rows[number] = IN_USE, position, 0
    fields = chain.from_iterable([rows[at] for at in range(number + 1)])
    table = struct.pack(ROW[0] + ROW[1:] * (number + 1), *fields)
    widths = pydyf.Array([struct.calcsize(f">{field}") for field in ROW[1:]])
    extra = {"Type": "/XRef", "W": widths, "Size": number + 1, "Root": pdf.catalog.reference, **named}
    if pdf.info:
        extra["Info"] = pdf.info.reference
    indirect: bytes = _stream(number, extra, zlib.compress(table, FASTEST)).indirect
    return indirect


SWAP = Swap("pydyf:PDF.write", "242cd38f92ec", _write)
