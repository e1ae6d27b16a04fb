"""Glyphs that stand upright in a line that runs downward: how long they are, where they hang, what the PDF calls them.

A vertical page is laid out as if its lines ran across, in a frame that is turned when it is drawn; here is what is
turned back. HarfBuzz shapes it downward, with the face's own forms (`vert`) and metrics (`vmtx`). In the PDF it is a
font of its own, written downward (`Identity-V`, ISO 32000-1, 9.7.4.3); what is turned with the line keeps the font that
it has.

All numbers are along the line, and across it from the baseline on; the axis of a line is the middle of its squares.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from hashlib import md5
from typing import Any, NamedTuple

import pydyf

from banxin.compose.engine import PdfFont, font_key, pango_ffi
from banxin.compose.pango import Cell, Face

ffi, harfbuzz, pango = pango_ffi.ffi, pango_ffi.harfbuzz, pango_ffi.pango
_DOWNWARD = 6
"""HB_DIRECTION_TTB"""
_HAN = harfbuzz.hb_tag_from_string(b"Hani", 4)
_CORNER, _MIDDLE, _IN_THE_MIDDLE = frozenset("、。，．"), frozenset("：；！？"), frozenset("：；")
_ASIDE = 0.08
"""em from the middle of a square, at least, of the ink of what stands aside."""
_BESIDE = 0.26
"""em from the middle of a square to that of a comma at its right."""
_SYMBOL = re.compile("[§©®±×÷†‡‖‰\u2190-\u2bff\U0001f000-\U0001faff]")
_USUAL = 880, -1000
"""Where a glyph hangs and how far it reaches, 1/1000 em, where a font does not say (ISO 32000-1, 9.7.4.3)."""


class Glyph(NamedTuple):
    """A glyph in a line that runs downward, px."""

    glyph: int
    char: int
    """The first character that it stands for."""
    advance: float
    x: float
    """From its middle at its head to its origin."""
    y: float


class Upright:
    """A face whose glyphs stand upright."""

    towards = 1
    """A positive number in a TJ array moves on: the pen goes down, where numbers are negative."""
    stands = True
    closed = False

    def __init__(self, face: Face) -> None:
        self.face, self.size = face, face.size
        self.unicode: dict[int, str] = {}
        self.metrics: dict[int, tuple[int, int, int]] = {}
        """Of each glyph: its advance (negative), where it hangs (x, y), 1/1000 em."""
        self._hung = bool(_table(face.font, b"vmtx")) and b"vert" in _features(face.font)
        """Whether it has metrics for vertical text that are meant: those of symbol faces are not (0 em, or as high as
        the face)."""
        self._blanks: dict[str, tuple[float, float]] = {}
        self._halving: bool | None = None
        self._fonts: Any = None
        self._font: Any = None
        self._filled = 0

    def shape(self, text: str, language: str, *features: bytes) -> list[Glyph]:
        """The glyphs of a text, downward."""
        font = pango.pango_font_get_hb_font(self.face.font)
        buffer = ffi.gc(harfbuzz.hb_buffer_create(), harfbuzz.hb_buffer_destroy)
        encoded = text.encode()
        harfbuzz.hb_buffer_add_utf8(buffer, encoded, len(encoded), 0, len(encoded))
        harfbuzz.hb_buffer_set_direction(buffer, _DOWNWARD)
        harfbuzz.hb_buffer_set_script(buffer, _HAN)
        harfbuzz.hb_buffer_set_language(buffer, harfbuzz.hb_language_from_string(language.encode(), -1))
        wanted = ffi.new(
            "hb_feature_t[]", [(harfbuzz.hb_tag_from_string(each, 4), 1, 0, 0xFFFFFFFF) for each in features]
        )
        harfbuzz.hb_shape(font, buffer, wanted, len(features))
        return list(self._glyphs(font, buffer, text))

    def _glyphs(self, font: Any, buffer: Any, text: str) -> Any:
        count, scale = ffi.new("unsigned int *"), ffi.new("int[2]")
        infos = harfbuzz.hb_buffer_get_glyph_infos(buffer, count)
        places = harfbuzz.hb_buffer_get_glyph_positions(buffer, count)
        harfbuzz.hb_font_get_scale(font, scale, scale + 1)
        px = self.size / scale[1]
        starts, at = {}, 0
        for i, char in enumerate(text):
            starts[at] = i
            at += len(char.encode())
        for n in range(count[0]):
            place = places[n]
            made = Glyph(
                infos[n].codepoint,
                starts[infos[n].cluster],
                -place.y_advance * px,
                place.x_offset * px,
                place.y_offset * px,
            )
            if not self._hung:
                made = self._hang(made, text)
            yield self._settled(made, text) if text in _CORNER or text in _MIDDLE else made

    def _hang(self, glyph: Glyph, text: str) -> Glyph:
        """A glyph in a square of its own: Han on the usual baseline, a symbol in the middle."""
        width = self.face.width(glyph.glyph) * self.size / 1000
        y = -_USUAL[0] * self.size / 1000
        advance = self.size
        if _SYMBOL.match(text):
            _, across, _, depth = self.face.ink(glyph.glyph)
            advance = max(advance, depth)
            y = across + depth / 2 - advance / 2
        return glyph._replace(advance=advance, x=-width / 2, y=y)

    def _settled(self, glyph: Glyph, mark: str) -> Glyph:
        """A mark where vertical text has it, if the face has only that of lines which run across: what stands in the
        lower left corner of its square goes to the upper right one, colons and the like to the middle (CLREQ 3.1.2)."""
        along, across, length, depth = self.face.ink(glyph.glyph)
        right, down = glyph.x + along + length / 2, across + depth / 2 - glyph.y  # of the middle of its ink
        aside = _ASIDE * self.size
        if mark in _CORNER:
            if down < self.size / 2 + 2 * aside:
                return glyph
            wanted = max(-right, _BESIDE * self.size)
            return glyph._replace(x=glyph.x + wanted - right, y=glyph.y + 2 * down - self.size)
        if right > -aside:
            return glyph
        lower = down - self.size / 2 if mark in _IN_THE_MIDDLE else 0.0
        return glyph._replace(x=glyph.x - right, y=glyph.y + lower)

    def cells(self, text: str, language: str) -> list[Cell]:
        """A cell for each character."""
        nothing = Cell(0.0, "", 0.0, 0, None, False, False)
        found: list[list[Glyph]] = [[] for _ in text]
        for glyph in self.shape(text, language):
            found[glyph.char].append(glyph)
        made = []
        for i, glyphs in enumerate(found):
            if not glyphs:
                made.append(nothing)
                continue
            end = next((k for k in range(i + 1, len(text)) if found[k]), len(text))
            made.append(self._cell(glyphs, text[i:end]))
        return made

    def _cell(self, glyphs: list[Glyph], text: str) -> Cell:
        advance = sum(glyph.advance for glyph in glyphs)
        thousandth = self.size / 1000
        drawn = 0.0
        for glyph in glyphs:
            numbers = (-round(glyph.advance / thousandth), -round(glyph.x / thousandth), -round(glyph.y / thousandth))
            self.metrics.setdefault(glyph.glyph, numbers)
            self.unicode.setdefault(glyph.glyph, text)
            self.face.width(glyph.glyph)
            drawn -= self.metrics[glyph.glyph][0] * thousandth
        codes = "".join(f"{glyph.glyph:04x}" for glyph in glyphs)
        return Cell(advance, codes, drawn, len(glyphs), self, True, abs(advance - drawn) < 1e-6)  # type: ignore[arg-type]

    def blank(self, char: str, language: str) -> tuple[float, float] | None:
        """What a mark leaves blank at its start and at its end, em, as the face's `vhal` says; None where it has
        none."""
        if not self._halves(language):
            return None
        if char not in self._blanks:
            (full, *_), (half, *_) = self.shape(char, language), self.shape(char, language, b"vhal")
            start = (half.y - full.y) / self.size
            self._blanks[char] = start, (full.advance - half.advance) / self.size - start
        return self._blanks[char]

    def _halves(self, language: str) -> bool:
        """Whether the face has `vhal`: an opening bracket is half blank in any."""
        if self._halving is None:
            (full, *_), (half, *_) = self.shape("（", language), self.shape("（", language, b"vhal")
            self._halving = half.advance < full.advance
        return self._halving

    def resource(self, stream: Any) -> str:
        """The name of this font in the PDF that `stream` belongs to, with all its glyphs made known there."""
        if self._fonts is not stream._fonts:
            self._font = _added(stream, self.face.font)
            self._fonts, self._filled = stream._fonts, 0
        if self._filled != len(self.unicode):
            for glyph, text in self.unicode.items():
                self._font.to_unicode.setdefault(glyph, text)
                self._font.widths.setdefault(glyph, self.face.width(glyph))
                self._font.standing.setdefault(glyph, self.metrics[glyph])
            self._filled = len(self.unicode)
        name: str = self._font.hash
        return name

    def encode(self, array: str) -> bytes:
        """A TJ array in the PDF that `resource` was last asked for."""
        return array.encode()

    @staticmethod
    def matrix(x: float, y: float, axis: float, scale: float = 1.0) -> tuple[float, ...]:
        """The text matrix of glyphs that begin at `x` in a line whose axis is `axis` px above the baseline at `y`."""
        return 0, -scale, -scale, 0, x, y - axis


class Combined:
    """Glyphs side by side in one square; what is wider is condensed into it."""

    towards = -1
    stands = True
    closed = True
    """Whether nothing inside it opens."""

    def __init__(self, face: Face, width: float, em: float, height: float, condensed: bool) -> None:
        self.face, self.size = face, face.size
        self._width, self._em, self._height = width, em, height
        self._squeeze = min(1.0, em / width) if condensed and width else 1.0

    def resource(self, stream: Any) -> str:
        """The name of its font."""
        return self.face.resource(stream)

    def encode(self, array: str) -> bytes:
        """A TJ array in the PDF that `resource` was last asked for."""
        return self.face.encode(array)

    def matrix(self, x: float, y: float, axis: float, scale: float = 1.0) -> tuple[float, ...]:
        """As of `Upright`; the glyphs stand in the middle of their square."""
        k = self._squeeze * scale
        return 0, -k, -scale, 0, x + (self._em + self._height) / 2 * scale, y - axis + self._width * k / 2


def _table(font: Any, tag: bytes) -> bytes:
    """A table of a font; empty where it has none."""
    face = harfbuzz.hb_font_get_face(pango.pango_font_get_hb_font(font))
    blob = harfbuzz.hb_face_reference_table(face, harfbuzz.hb_tag_from_string(tag, 4))
    length = ffi.new("unsigned int *")
    data = harfbuzz.hb_blob_get_data(blob, length)
    table = bytes(ffi.buffer(data, length[0])) if length[0] else b""
    harfbuzz.hb_blob_destroy(blob)
    return table


def _features(font: Any) -> set[bytes]:
    """The tags of a font's substitutions (OpenType, GSUB: the list of features is where its head says)."""
    table = _table(font, b"GSUB")
    if len(table) < 10:
        return set()
    start = int.from_bytes(table[6:8])
    count = int.from_bytes(table[start : start + 2])
    return {table[at : at + 4] for at in range(start + 2, start + 2 + 6 * count, 6)}


# --- in the PDF


def _added(stream: Any, font: Any) -> Any:
    """The font of upright glyphs among those of a PDF: another than that of the same face in a line that runs
    across."""
    key, description, size = font_key(font)
    if (_STANDING, key) not in stream._fonts:
        described = ffi.string(pango.pango_font_description_to_string(description))
        made = stream._fonts[_STANDING, key] = stand(PdfFont(font, description, size))
        made.described = described, size
    return stream._fonts[_STANDING, key]


_STANDING = "standing"


def stand(font: Any) -> Any:
    """Make WeasyPrint's font one of upright glyphs: it gets a name of its own, and room for their metrics."""
    digest = md5(font.name + _STANDING.encode(), usedforsecurity=False).digest()
    hash_ = "".join(chr(65 + letter % 26) for letter in digest[:6])
    font.name = font.name.replace(font.hash.encode(), hash_.encode(), 1)
    font.hash, font.standing = hash_, {}
    return font


def write_downward(
    objects: list[Any], metrics: Mapping[int, tuple[int, int, int]], widths: Mapping[int, float]
) -> None:
    """Let the font that a file's last object is be one that is written downward."""
    font = objects[-1]
    font["Encoding"] = "/Identity-V"
    descendant = next(item for item in objects if item.reference == font["DescendantFonts"][0])
    usual = Counter((y, advance) for advance, _, y in metrics.values()).most_common(1)[0][0] if metrics else _USUAL
    if usual != _USUAL:
        descendant["DW2"] = pydyf.Array(usual)
    odd = {
        glyph: (advance, x, y)
        for glyph, (advance, x, y) in sorted(metrics.items())
        if (y, advance) != usual or abs(x - widths[glyph] / 2) > 1
    }
    if odd:
        descendant["W2"] = pydyf.Array([each for glyph, three in odd.items() for each in (glyph, pydyf.Array(three))])
