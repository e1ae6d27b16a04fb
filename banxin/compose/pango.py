"""Pango: words and a style to glyphs. The only file that touches its memory."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, NamedTuple

from banxin.compose import blank
from banxin.compose.engine import LOGGER, Layout, get_log_attrs, pango_ffi

ffi, pango, harfbuzz, FROM_UNITS = pango_ffi.ffi, pango_ffi.pango, pango_ffi.harfbuzz, pango_ffi.FROM_UNITS
EMPTY = 0x0FFFFFFF
"""Pango's glyph for a character that shows nothing (a joiner)."""
UNKNOWN = 0x10000000
"""Pango's glyph for a character that no font has is this flag and its code point."""
_MISSING = re.compile(r"\?([0-9a-f]{6})")
"""Such a character in a TJ array: the glyph that stands for it is known when the font is in the PDF."""
_FIRST = re.compile(r"(?:^|<)([0-9a-f]{4})")
_GLYPH = ffi.sizeof("PangoGlyphInfo")


AXIS = 0.38
"""em from the baseline to the axis of a line: the em box of Han reaches from .12 below the baseline to .88 above it."""
_LOWEST_BIT = bytes(byte & 1 for byte in range(256))


class Undrawable(Exception):
    """A run that only WeasyPrint can draw: of a font of pictures. Holds the reason."""


class Face:
    """A font at a size, as Pango chose it, and what the PDF must know about the glyphs used."""

    __slots__ = ("_filled", "_font", "_fonts", "_keeper", "font", "name", "size", "unicode", "upright", "widths")
    towards = -1
    """The sign of a number in a TJ array that moves on (ISO 32000-1, 9.4.3)."""
    stands = False
    """Whether its glyphs stand upright in a line that runs downward."""
    closed = False

    def __init__(self, font: Any, keeper: Any) -> None:
        self.font = font
        self._keeper = keeper  # a layout that uses the font: nothing else keeps it alive, and addresses are reused
        description = ffi.gc(pango.pango_font_describe_with_absolute_size(font), pango.pango_font_description_free)
        self.size = pango.pango_font_description_get_size(description) * FROM_UNITS
        """px"""
        self.name: str = ffi.string(pango.pango_font_description_get_family(description)).decode()
        self.upright: Any = None
        """The face of its upright glyphs (`standing.Upright`), once there are any."""
        self.unicode: dict[int, str] = {}
        """The characters that each glyph stands for."""
        self.widths: dict[int, int] = {}
        """Advance of each glyph as the PDF has it, 1/1000 em."""
        self._fonts: Any = None
        self._font: Any = None
        self._filled = 0
        face = harfbuzz.hb_font_get_face(pango.pango_font_get_hb_font(font))
        if harfbuzz.hb_ot_color_has_png(face) or harfbuzz.hb_ot_color_has_svg(face):
            raise Undrawable("a font of pictures")

    def unused(self) -> Face:
        """The same face in another document, where none of its glyphs is used yet."""
        made = Face.__new__(Face)
        for name in ("font", "_keeper", "size", "name", "widths"):
            setattr(made, name, getattr(self, name))
        made.unicode, made.upright = {}, None
        made._fonts, made._font, made._filled = None, None, 0
        return made

    def width(self, glyph: int) -> int:
        """The advance of a glyph as the PDF has it, 1/1000 em."""
        if glyph not in self.widths:
            logical = ffi.new("PangoRectangle *")
            pango.pango_font_get_glyph_extents(self.font, glyph, ffi.NULL, logical)
            self.widths[glyph] = round(logical.width * 1000 * FROM_UNITS / self.size)
        return self.widths[glyph]

    def ink(self, glyph: int) -> tuple[float, float, float, float]:
        """Where a glyph has ink, px from its origin: along, across, and how far each way."""
        rectangle = ffi.new("PangoRectangle *")
        pango.pango_font_get_glyph_extents(self.font, glyph, rectangle, ffi.NULL)
        ink = rectangle.x, rectangle.y, rectangle.width, rectangle.height
        along, across, length, depth = (number * FROM_UNITS for number in ink)
        return along, across, length, depth

    def matrix(self, x: float, y: float, axis: float, scale: float = 1.0) -> tuple[float, ...]:
        """The text matrix of glyphs that are turned with a line which runs downward: its axis is theirs."""
        return scale, 0, 0, -scale, x, y - axis + AXIS * self.size * scale

    def resource(self, stream: Any) -> str:
        """The name of this font in the PDF that `stream` belongs to, with all its glyphs made known there."""
        if self._fonts is not stream._fonts:
            self._font, _ = stream.add_font(self.font)
            self._fonts, self._filled = stream._fonts, 0
        if self._filled != len(self.unicode):
            for glyph, text in self.unicode.items():
                self._font.to_unicode.setdefault(glyph, text)
                self._font.widths.setdefault(glyph, self.widths[glyph])
            self._filled = len(self.unicode)
        name: str = self._font.hash
        return name

    def encode(self, array: str) -> bytes:
        """A TJ array in the PDF that `resource` was last asked for."""
        if blank.BACK in array:
            blank.embed(self._fonts)
            array = array.replace(blank.BACK, f"/{self._font.hash} {round(self.size, 6)} Tf")
        return (_MISSING.sub(self._notdef, array) if "?" in array else array).encode()

    def _notdef(self, match: re.Match[str]) -> str:
        """The glyph that WeasyPrint, too, gives a character in no font: drawn as .notdef, read as itself."""
        codepoint = int(match[1], 16)
        LOGGER.warning("no font has U+%04X “%s”", codepoint, chr(codepoint))
        glyph: int = self._font.get_unused_glyph_id(codepoint)
        self._font.to_unicode.setdefault(glyph, chr(codepoint))
        width = self._font.widths.setdefault(glyph, self.widths[UNKNOWN | codepoint])
        self._font.widths.setdefault(0, width)
        return f"{glyph:04x}"


class Cell(NamedTuple):
    """What one character adds to a line; a character inside a ligature or beside its base adds nothing."""

    advance: float
    """px"""
    hex: str
    """Its glyphs as they stand inside `<` and `>` of a TJ array; with offsets, the brackets are closed between."""
    drawn: float
    """How far the PDF's pen moves when it draws them, px."""
    glyphs: int
    face: Face | None
    cluster: bool
    """Whether it begins a cluster: no gap opens before one that does not."""
    plain: bool
    """Whether it is one glyph as wide as it is drawn."""

    @property
    def glyph(self) -> int:
        """Its first glyph; .notdef for a character in no font."""
        found = _FIRST.search(self.hex)
        return int(found[1], 16) if found else 0

    def reads(self, char: str) -> Cell:
        """The same glyphs, said to be another character (ActualText, ISO 32000-1, 14.9.4)."""
        words = char.encode("utf-16-be").hex()
        return self._replace(hex=f">] TJ /Span<</ActualText<feff{words}>>>BDC [<{self.hex}>] TJ EMC [<", plain=False)


NOTHING = Cell(0.0, "", 0.0, 0, None, False, False)


def line_breaks(text: str, language: str | None) -> bytes:
    """For each character of `text`, and once more for its end: 1 where UAX 14 lets a line begin."""
    attributes = get_log_attrs(text, language)
    return bytes(memoryview(ffi.buffer(attributes)).cast("B")[::4]).translate(_LOWEST_BIT)


def embedding_levels(text: str, style: Any) -> list[int]:
    """The level of each character of a text in the direction of a style (UAX 9); each line feed begins a paragraph."""
    found: list[int] = []
    for part in text.splitlines(keepends=True):
        encoded, index = part.encode(), _characters(part)
        levels = [0] * len(part)
        layout = Layout(style)
        runs = _lay(layout, encoded).runs
        run = runs[0] if runs != ffi.NULL else ffi.NULL  # an empty line has none
        while run != ffi.NULL:
            item = run.data.item
            begin, end = item.offset, item.offset + item.length
            for i in set(index[begin:end]):
                levels[i] = item.analysis.level & 0xFF  # WeasyPrint declares four bytes where Pango has one
            run = run.next
        found += levels
    return found


class Shaper:
    """Shapes words in one style; `faces` is shared by the document."""

    def __init__(self, style: Any, faces: dict[int, Face]) -> None:
        self._style = style
        self._layout = Layout(style)
        self._faces = faces

    def shape(self, text: str, skip: int = 0, keep: int | None = None) -> list[Cell]:
        """A cell for each character of `text[skip:skip + keep]`; the rest is context that chooses script and font.

        Right-to-left words come as one cell, that of their first character.

        Raises:
            Undrawable: only WeasyPrint can draw it.
        """
        keep = len(text) - skip if keep is None else keep
        cells = [NOTHING] * len(text)
        encoded = text.encode()
        index = _characters(text)
        run = _lay(self._layout, encoded).runs[0]
        while run != ffi.NULL:
            self._run(run.data, encoded, index, cells)
            run = run.next
        return cells[skip : skip + keep]

    def use(self, face: Face, glyph: int, text: str) -> None:
        """Note that a glyph of a face stands for a text."""
        face.unicode.setdefault(glyph, text)

    def faces(self, text: str, skip: int, keep: int) -> list[tuple[Face | None, int]]:
        """The face of each character of `text[skip:skip + keep]`, and its glyph; neither where it is in no font.

        Nothing is noted as used.
        """
        found: list[tuple[Face | None, int]] = [(None, 0)] * len(text)
        encoded, index = text.encode(), _characters(text)
        run = _lay(self._layout, encoded).runs[0]
        while run != ffi.NULL:
            item, glyphs = run.data.item, run.data.glyphs
            face = self._face(item.analysis.font, encoded)
            starts = ffi.unpack(glyphs.log_clusters, glyphs.num_glyphs)
            for start, info in zip(starts, glyphs.glyphs[0 : glyphs.num_glyphs], strict=True):
                found[index[item.offset + start]] = (face, info.glyph) if info.glyph < EMPTY else (None, 0)
            last = found[index[item.offset]]
            for i in index[item.offset : item.offset + item.length]:  # the rest of each cluster is in its face
                last = found[i] = found[i] if found[i][0] is not None else (last[0], 0)
            run = run.next
        return found[skip : skip + keep]

    def _run(self, item: Any, encoded: bytes, index: list[int], cells: list[Cell]) -> None:
        analysis, offset, length = item.item.analysis, item.item.offset, item.item.length
        face = self._face(analysis.font, encoded)
        count = item.glyphs.num_glyphs
        numbers = memoryview(ffi.buffer(item.glyphs.glyphs, _GLYPH * count)).cast("i").tolist()
        clusters = ffi.unpack(item.glyphs.log_clusters, count)
        backwards = analysis.level & 1  # WeasyPrint declares four bytes where Pango has one
        starts = sorted(set(clusters))
        ends = dict(pairwise([*starts, length]))
        glyphs: dict[int, list[tuple[int, int, int, int]]] = {}
        step = _GLYPH // 4
        for k, start in enumerate(clusters):
            glyph, width, x, y = numbers[k * step : k * step + 4]
            glyphs.setdefault(0 if backwards else start, []).append((glyph, width, x, y))
            if glyph < EMPTY:
                face.width(glyph)
                self.use(face, glyph, encoded[offset + start : offset + ends[start]].decode())
            elif glyph > EMPTY:
                face.widths[glyph] = round(width * 1000 * FROM_UNITS / face.size)
        for start, found in glyphs.items():
            cells[index[offset + start]] = _cell(face, found)

    def _face(self, font: Any, text: bytes) -> Face:
        address = int(ffi.cast("intptr_t", font))
        face = self._faces.get(address)
        if face is None:
            keeper = Layout(self._style)
            _lay(keeper, text)
            face = self._faces[address] = Face(font, keeper)
        return face


def _lay(layout: Any, encoded: bytes) -> Any:
    """The line of a text, without WeasyPrint's own spacing."""
    pango.pango_layout_set_text(layout.layout, ffi.from_buffer(encoded), len(encoded))
    return pango.pango_layout_get_line_readonly(layout.layout, 0)


def _characters(text: str) -> list[int]:
    """Byte of the UTF-8 form -> character."""
    if text.isascii():
        return list(range(len(text)))
    index: list[int] = []
    for i, char in enumerate(text):
        index += [i] * len(char.encode())
    return index


def _cell(face: Face, glyphs: list[tuple[int, int, int, int]]) -> Cell:
    """The glyphs of a cluster, drawn where Pango put them."""
    advance = drawn = 0.0
    pieces = []
    thousandth = face.size / 1000
    for glyph, width, x, y in glyphs:
        width_px = width * FROM_UNITS
        advance += width_px
        if glyph == EMPTY:
            continue
        moved = round((advance - width_px + x * FROM_UNITS - drawn) / thousandth)
        if moved:
            pieces.append(f">{-moved}<")
            drawn += moved * thousandth
        shown = f"{glyph:04x}" if glyph < EMPTY else f"?{glyph - UNKNOWN:06x}"
        pieces.append(f">] TJ {-y * FROM_UNITS:.3f} Ts [<{shown}>] TJ 0 Ts [<" if y else shown)
        drawn += face.widths[glyph] * thousandth
    count = sum(glyph != EMPTY for glyph, *_ in glyphs)
    return Cell(advance, "".join(pieces), drawn, count, face, True, count == 1 and abs(advance - drawn) < 1e-6)
