"""A content stream -> operators and their operands (ISO 32000-1, 7.8.2).

Arrays and dictionaries are one token each, so that a line of text costs one step and not one for each glyph; what is
in them is read by whoever needs it. pikepdf's own parser makes an object of each operand, which takes far longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

Operand: TypeAlias = float | bytes
"""A number, or the bytes of a name (`/x`), string, array or dictionary, as they stand."""

DEPTH = 3
"""How deep strings, arrays and dictionaries nest inside each other at most; deeper ones stand in no real file."""


def _nested(inner: bytes, depth: int) -> bytes:
    """A pattern with its own kind inside, at the place that `%s` marks."""
    pattern = b"(?!)"
    for _ in range(depth):
        pattern = inner.replace(b"%s", pattern)
    return pattern


HEX = rb"<[0-9A-Fa-f\s]*>"
STRING = _nested(rb"\((?:[^()\\]+|\\.|%s)*+\)", DEPTH)
DICTIONARY = _nested(rb"<<(?:[^<>()]+|" + HEX + rb"|" + STRING + rb"|%s)*+>>", DEPTH)
ARRAY = _nested(rb"\[(?:[^\[\]()<>]+|" + HEX + rb"|" + STRING + rb"|" + DICTIONARY + rb"|%s)*+\]", DEPTH)
TOKEN = re.compile(
    rb"([+-]*(?:\d+\.?\d*|\.\d+))"  # a number
    rb"|(/[^\s()<>\[\]{}/%]*|" + ARRAY + rb"|" + DICTIONARY + rb"|" + HEX + rb"|" + STRING + rb")"
    rb"|([A-Za-z'\"][A-Za-z0-9*]*)"  # an operator
    rb"|%[^\r\n]*",
    re.DOTALL,
)
INLINE = re.compile(rb"(?<!\S)BI(\s.*?)\sID\s", re.DOTALL)
INLINE_END = re.compile(rb"\sEI(?!\S)")
KEYWORDS = {b"true": b"true", b"false": b"false", b"null": b"null"}


def operations(data: bytes) -> Iterator[tuple[bytes, list[Operand]]]:
    """Every operator with its operands. A picture inside the stream is one `BI` with its dictionary."""
    start = 0
    while inline := INLINE.search(data, start):
        yield from _plain(data[start : inline.start()])
        yield b"BI", [b"<<" + inline[1] + b">>"]
        end = INLINE_END.search(data, inline.end())
        start = end.end() if end else len(data)
    yield from _plain(data[start:] if start else data)


def _plain(data: bytes) -> Iterator[tuple[bytes, list[Operand]]]:
    operands: list[Operand] = []
    for token in TOKEN.finditer(data):
        kind = token.lastindex
        if kind == 1:
            operands.append(_number(token[1]))
        elif kind == 2 or token[0] in KEYWORDS:
            operands.append(token[0])
        elif kind == 3:
            yield token[3], operands
            operands = []


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:  # `--5`, which some programs write and all read
        return -float(text.lstrip(b"+-"))


ITEM = re.compile(rb"([+-]*(?:\d+\.?\d*|\.\d+))|" + HEX + rb"|" + STRING, re.DOTALL)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
ESCAPES = {
    b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b"",
}  # fmt: skip


def items(array: bytes) -> Iterator[Operand]:
    """The numbers and the strings (as their bytes) in the array of `TJ`."""
    for item in ITEM.finditer(array):
        yield float(item[1]) if item.lastindex else string(item[0])


def string(token: bytes) -> bytes:
    """What a string says (7.3.4)."""
    if token[:1] == b"<":
        digits = token[1:-1]
        if len(digits) % 2 or not digits.isalnum():
            digits = b"".join(digits.split())
            digits += b"0" * (len(digits) % 2)
        return bytes.fromhex(digits.decode())
    inner = token[1:-1]
    return ESCAPE.sub(_escaped, inner) if b"\\" in inner else inner


def _escaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) & 255]) if code[:1].isdigit() and code[:1] < b"8" else ESCAPES.get(code, code)
