"""The fonts of a PDF: whether and how they are embedded, how wide their glyphs are, which of them are nothing."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

import pikepdf

SUBSET = re.compile(r"[A-Z]{6}\+")
"""How the name of a subset begins (ISO 32000-1, 9.6.4)."""
FILES = ("/FontFile", "/FontFile2", "/FontFile3")
EM = 1000.0
"""Units of widths in an em."""
DEFAULT_WIDTH = 1000.0
"""Of a glyph of a composite font (9.7.4.3)."""
INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me", "Cn", "Co"})
"""Categories of characters that may well have no ink."""


class Widths(dict[int, float]):
    """Of glyphs, by code; one for all others."""

    default = DEFAULT_WIDTH

    def __missing__(self, code: int) -> float:
        return self.default

    def by_code(self, cids: Mapping[int, int]) -> Widths:
        """By code, where these are by CID."""
        widths = Widths({code: self[cid] for code, cid in cids.items()})
        widths.default = self[0]
        return widths


@dataclass(eq=False)
class Face:
    """A font as a page uses it."""

    name: str
    kind: str
    """`/TrueType`, `/Type1`, `/Type3`, `/CIDFontType0`, `/CIDFontType2`."""
    embedded: bool
    program: str
    """The kind of its file: `/FontFile2`, `/FontFile3 /OpenType`; empty where it has none."""
    widths: Widths
    wide: bool = False
    """Whether a code has two bytes."""
    vertical: bool = False
    identity: bool = False
    """Whether codes are CIDs."""
    cids: Mapping[int, int] | None = None
    """The CID of each code, where the font has a map of its own (`/Encoding`, 9.7.5.4)."""
    font: Any = None
    """What stands in the file."""
    scale: float = 1 / EM
    """From units of widths to parts of an em."""

    @property
    def plain_name(self) -> str:
        """Without what marks a subset."""
        return SUBSET.sub("", self.name)

    @property
    def subset(self) -> bool:
        """Whether only some glyphs are embedded."""
        return SUBSET.match(self.name) is not None

    def codes(self, text: bytes) -> Sequence[int]:
        """The codes in a string."""
        if not self.wide:
            return text
        codes = array("H", text[: len(text) // 2 * 2])
        codes.byteswap()
        return codes

    @cached_property
    def outlines(self) -> Outlines:
        """What its file draws for each code."""
        if self.kind == "/Type3" or not self.embedded:
            return Outlines()
        with suppress(Exception):  # fontTools raises anything at a damaged font
            found = _outlines(self)
            return found if self.cids is None else found.by_code(self.cids)
        return Outlines()

    @cached_property
    def missing(self) -> frozenset[int]:
        """Codes that stand for no glyph of its file."""
        return self.outlines.missing

    @cached_property
    def hollow(self) -> frozenset[int]:
        """Codes of glyphs without an outline that readers take for a visible character."""
        return frozenset(code for code in self.outlines.empty if _visible(self.texts.get(code, "")))

    @cached_property
    def texts(self) -> dict[int, str]:
        """What readers take a code for."""
        return _to_unicode(self.font)

    def text(self, codes: Sequence[int]) -> str:
        """What readers take glyphs for."""
        texts = self.texts
        if texts or self.wide:
            return "".join(texts.get(code, "") for code in codes)
        return bytes(codes).decode("latin-1")


@dataclass(frozen=True, slots=True)
class Outlines:
    """What a font file draws nothing for."""

    missing: frozenset[int] = frozenset()
    empty: frozenset[int] = frozenset()

    def by_code(self, cids: Mapping[int, int]) -> Outlines:
        """Of codes, where these are of CIDs; a code without a CID is drawn as CID 0."""
        missing = {code for code in ALL if cids.get(code, 0) in self.missing}
        return Outlines(frozenset(missing), frozenset(code for code, cid in cids.items() if cid in self.empty))


ALL = range(0x10000)
"""Codes of two bytes."""


def _visible(text: str) -> bool:
    return any(unicodedata.category(char) not in INVISIBLE for char in text) and text not in BLANKS


BLANKS = frozenset("\u2800\u3164\u115f\u1160\uffa0")
"""Letters that are blank by their nature."""


# From the file --------------------------------------------------------------------------------------------------------


def face_of(font: Any) -> Face:
    """A font of a PDF (9.5)."""
    kind = str(font.get("/Subtype", ""))
    if kind == "/Type0":
        return _composite(font)
    descriptor = font.get("/FontDescriptor", pikepdf.Dictionary())
    program = "/Type3" if kind == "/Type3" else _program(descriptor)
    face = Face(_name(font), kind, bool(program), program, _simple_widths(font, descriptor), font=font)
    if kind == "/Type3":
        face.scale = abs(float(font.get("/FontMatrix", [0.001])[0])) or 1 / EM
    return face


def _composite(font: Any) -> Face:
    inner = font.DescendantFonts[0]
    encoding = font.get("/Encoding", "")
    name = str(encoding) if isinstance(encoding, pikepdf.Name) else ""
    vertical = name.endswith("-V") or (isinstance(encoding, pikepdf.Stream) and int(encoding.get("/WMode", 0)) == 1)
    program = _program(inner.get("/FontDescriptor", pikepdf.Dictionary()))
    cids = _cid_map(encoding) if isinstance(encoding, pikepdf.Stream) else None
    widths = _cid_widths(inner)
    return Face(
        _name(inner),
        str(inner.get("/Subtype", "")),
        bool(program),
        program,
        widths if cids is None else widths.by_code(cids),
        wide=True,
        vertical=vertical,
        identity=cids is not None or name in ("/Identity-H", "/Identity-V"),
        cids=cids,
        font=font,
    )


def _name(font: Any) -> str:
    return str(font.get("/BaseFont", font.get("/Name", "/？"))).removeprefix("/")


def _program(descriptor: Any) -> str:
    for key in FILES:
        if key in descriptor:
            kind = str(descriptor[key].get("/Subtype", "")) if key == "/FontFile3" else ""
            return f"{key} {kind}".strip()
    return ""


def _simple_widths(font: Any, descriptor: Any) -> Widths:
    first = int(font.get("/FirstChar", 0))
    widths = Widths({first + i: float(width) for i, width in enumerate(font.get("/Widths", []))})
    widths.default = float(descriptor.get("/MissingWidth", 0 if widths else 500))
    return widths


def _cid_widths(inner: Any) -> Widths:
    """`/W` (9.7.4.3): `c [w …]` or `first last w`."""
    widths = Widths()
    widths.default = float(inner.get("/DW", DEFAULT_WIDTH))
    listed = list(inner.get("/W", []))
    at = 0
    while at + 1 < len(listed):
        first, second = int(listed[at]), listed[at + 1]
        if isinstance(second, pikepdf.Array):
            widths.update(enumerate(map(float, second), first))
            at += 2
        else:
            widths.update(dict.fromkeys(range(first, int(second) + 1), float(listed[at + 2])))
            at += 3
    return widths


CID_CHAR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*(\d+)")
CID_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*(\d+)")
CID_SECTION = re.compile(rb"begin(cidchar|cidrange)(.*?)end\1", re.DOTALL)


def _cid_map(stream: Any) -> dict[int, int]:
    """The CID of each code of two bytes, by the CMap in a file (9.7.5.4)."""
    found: dict[int, int] = {}
    for section in CID_SECTION.finditer(stream.read_bytes()):
        if section[1] == b"cidchar":
            found.update((int(code, 16), int(cid)) for code, cid in CID_CHAR.findall(section[2]))
            continue
        for first, last, cid in CID_RANGE.findall(section[2]):
            start = int(first, 16)
            found.update((code, int(cid) + code - start) for code in range(start, int(last, 16) + 1))
    return found


BF_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f\s]*)>")
BF_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f\s]*)>")
SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


def _to_unicode(font: Any) -> dict[int, str]:
    """What readers take each code for (9.10.3); of ranges with one text a code, nothing."""
    stream = font.get("/ToUnicode") if font is not None else None
    found: dict[int, str] = {}
    if not isinstance(stream, pikepdf.Stream):
        return found
    for section in SECTION.finditer(stream.read_bytes()):
        found.update(_chars(section[2]) if section[1] == b"bfchar" else _ranges(section[2]))
    return found


def _chars(section: bytes) -> Iterator[tuple[int, str]]:
    for code, text in BF_CHAR.findall(section):
        yield int(code, 16), _text(text)


def _ranges(section: bytes) -> Iterator[tuple[int, str]]:
    for first, last, text in BF_RANGE.findall(section):
        start = _text(text)
        for i in range(int(last, 16) - int(first, 16) + 1 if start else 0):
            yield int(first, 16) + i, start[:-1] + chr(min(ord(start[-1]) + i, 0x10FFFF))


def _text(digits: bytes) -> str:
    return bytes.fromhex(b"".join(digits.split()).decode()).decode("utf-16-be", "replace")


# From the font file ---------------------------------------------------------------------------------------------------


def _outlines(face: Face) -> Outlines:
    """Of the font file, by code. Of outlines in CFF, only which are there is asked, not whether they are empty."""
    inner = face.font.DescendantFonts[0] if face.wide else face.font
    data = inner.FontDescriptor[face.program.split()[0]].read_bytes()
    if face.wide and not face.identity:
        return Outlines()
    if face.program == "/FontFile2":
        return _true_type(face, inner, data)
    if face.wide and face.program.startswith("/FontFile3"):
        return _compact(face, data)
    return Outlines(missing=_named_notdef(inner))


def _true_type(face: Face, inner: Any, data: bytes) -> Outlines:
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(data), lazy=True) as font:
        offsets = font["loca"].locations
        count = len(offsets) - 1
        glyphs = _cid_to_gid(inner, face.widths, count) if face.wide else _simple_glyphs(font)
        none = frozenset(i for i in range(count) if offsets[i] == offsets[i + 1])
    if not face.wide:
        codes = {code: glyphs.get(code, 0) for code in range(256)}
        missing = frozenset(code for code, gid in codes.items() if gid == 0) if glyphs else frozenset()
        return Outlines(missing | _named_notdef(inner), frozenset(c for c, gid in codes.items() if gid in none))
    if glyphs:
        missing = frozenset(cid for cid, gid in glyphs.items() if gid == 0 or gid >= count)
        return Outlines(missing, frozenset(cid for cid, gid in glyphs.items() if gid in none))
    return Outlines(frozenset({0, *range(count, len(ALL))}), none)


def _cid_to_gid(inner: Any, widths: Widths, count: int) -> dict[int, int]:
    """The map from CIDs to glyphs; empty where they are the same (9.7.4.2)."""
    mapped = inner.get("/CIDToGIDMap")
    if not isinstance(mapped, pikepdf.Stream):
        return {}
    glyphs = array("H", mapped.read_bytes())
    glyphs.byteswap()
    return {0: 0, **dict(enumerate(glyphs)), **dict.fromkeys(range(len(glyphs), len(ALL)), 0)}


def _simple_glyphs(font: Any) -> dict[int, int]:
    """Of a TrueType font whose codes are its own; empty where names decide, which are in order then."""
    order = {name: i for i, name in enumerate(font.getGlyphOrder())}
    for table in font["cmap"].tables if "cmap" in font else ():
        if (table.platformID, table.platEncID) in ((3, 0), (1, 0)):
            return {code & 0xFF: order[name] for code, name in table.cmap.items() if name in order}
    return {}


def _compact(face: Face, data: bytes) -> Outlines:
    """CFF, alone or in an OpenType file; a CID-keyed one says which CIDs it has."""
    from fontTools.cffLib import CFFFontSet
    from fontTools.ttLib import TTFont

    if data[:4] == b"OTTO":
        with TTFont(BytesIO(data), lazy=True) as font:
            top = font["CFF "].cff[0]
    else:
        fonts = CFFFontSet()
        fonts.decompile(BytesIO(data), None)
        top = fonts[0]
    names = top.charset
    known = {int(name[3:]) for name in names if name[:3] == "cid"} if hasattr(top, "ROS") else set(range(len(names)))
    return Outlines(missing=frozenset(set(ALL) - known | {0}))


def _named_notdef(font: Any) -> frozenset[int]:
    """Codes that a simple font gives to `.notdef` by name."""
    encoding = font.get("/Encoding")
    if not isinstance(encoding, pikepdf.Dictionary):
        return frozenset()
    code, found = 0, set()
    for item in encoding.get("/Differences", []):
        if not isinstance(item, pikepdf.Name):
            code = int(item)
            continue
        if str(item) == "/.notdef":
            found.add(code)
        code += 1
    return frozenset(found)
