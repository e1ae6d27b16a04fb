"""What fills a gap, so that readers find no word's end there: a glyph that shows nothing and says nothing.

Readers that look for words by the room between glyphs (pdfminer, pdf.js) take a gap between Han and Latin, which nobody
typed, for a space. The room is therefore a glyph of a font of our own, as wide as the gap, whose /ToUnicode entry is
empty (ISO 32000-1, 9.10.3 sets no least length; for PDF/A and PDF/UA a character code is mapped when it has an entry).
Readers that then fall back on the code itself meet a word joiner, which shows nothing and parts nothing.
"""

from __future__ import annotations

import io
from functools import cache
from struct import pack
from typing import Any

CODE = 0x2060
"""Code, CID and glyph: Unicode's word joiner."""
BACK = "@"
"""In an array of a face, where that face is chosen again: what the PDF calls it is known when it is drawn."""
_UNITS = 1000
_EPOCH = 2082844800
"""1 January 1970 as TrueType counts seconds: the file must not depend on when it was made."""
_NAME = "Blank"


def fill(room: float) -> str:
    """Operators that move the pen by `room` px, and back to the face of the words (`BACK`)."""
    return f"/{_Font.hash} {room:.3f} Tf <{CODE:04x}> Tj {BACK}"


def embed(fonts: dict[Any, Any]) -> None:
    """Make the font one of those of a PDF."""
    if _NAME not in fonts:
        fonts[_NAME] = font()


class _Font:
    """In place of WeasyPrint's `pdf.fonts.Font`: what `build_fonts_dictionary` asks of one."""

    hash = _NAME[0]
    name = f"/BANXIN+{_NAME}".encode()
    family = _NAME.encode()
    type = "ttf"
    index = 0
    upem = _UNITS
    flags = 1 << 2
    italic_angle = descent = 0
    ascent = _UNITS
    stemv = stemh = 80
    bitmap = used_in_forms = False

    def __init__(self) -> None:
        self.file_content = _file()
        self.widths = {CODE: _UNITS}
        self.to_unicode = {CODE: ""}
        self.missing: dict[int, int] = {}

    def clean(self, *_: Any) -> None:
        """It has nothing but its glyph."""


def font() -> Any:
    """The font of the blank glyph, for a PDF."""
    return _Font()


@cache
def _file() -> bytes:
    """A TrueType font of blank glyphs, an em wide.

    fontTools makes it of one glyph; the tables that count the others are written here, which is ten times as quick.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables.DefaultTable import DefaultTable

    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, _UNITS))
    pen.lineTo((_UNITS, 0))
    pen.closePath()
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({CODE: f"glyph{CODE:05}"})
    builder.setupGlyf({".notdef": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (_UNITS, 0)})
    builder.setupHorizontalHeader(ascent=_UNITS, descent=0)
    builder.setupNameTable({"familyName": _NAME, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = _EPOCH
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.save(file)
    font = TTFont(file, recalcTimestamp=False)
    outline = len(font.reader["glyf"]) // 2
    counted = {
        "maxp": font.reader["maxp"][:4] + pack(">H", CODE + 1) + font.reader["maxp"][6:],
        "hmtx": pack(">Hh", _UNITS, 0) + bytes(2 * CODE),
        "loca": bytes(2) + pack(">H", outline) * (CODE + 1),
    }
    for tag, data in counted.items():
        font[tag] = DefaultTable(tag)
        font[tag].data = data
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()
