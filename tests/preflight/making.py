"""A small PDF without fault, and the means to put faults into it."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name, Pdf, Stream

MEDIA = (0.0, 0.0, 420.0, 560.0)
TRIM = (30.0, 30.0, 390.0, 530.0)
BLEED = (21.496, 21.496, 398.504, 538.504)
"""3 mm around the trim."""
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" {}/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
CLAIMS = {
    "PDF/X-4": 'xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" pdfxid:GTS_PDFXVersion="PDF/X-4"',
    "PDF/A-2u": 'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="U"',
}
CHARS = [chr(code) for code in range(32, 127)]
"""In the order of the glyphs of the test font, which begin after `.notdef`."""
HOLLOW = len(CHARS) + 1
"""A glyph without an outline that readers take for 空."""
LINE = "BT 0 0 0 1 k /F 10 Tf 1 0 0 1 {} {} Tm <{}> Tj ET "
GROUND = "0 0 0 .2 k 21.496 400 377.008 138.504 re f "
"""Runs over into the bleed on three sides."""
MARKS = "0 0 0 1 K .25 w 30 0 m 30 18 l S 390 0 m 390 18 l S 0 30 m 18 30 l S "


def names() -> list[str]:
    return [".notdef", *(f"u{ord(char):04x}" for char in CHARS), "hollow"]


def draw(pen: Any, name: str) -> Any:
    """A box; of the blank and of the hollow glyph, nothing."""
    if name not in ("u0020", "hollow"):
        pen.moveTo((100, 0))
        pen.lineTo((500, 0))
        pen.lineTo((500, 700))
        pen.lineTo((100, 700))
        pen.closePath()
    return pen


@cache
def font_file(outlines: str) -> bytes:
    """A font of boxes, with outlines as TrueType or CFF has them."""
    builder = FontBuilder(1000, isTTF=outlines == "glyf")
    builder.setupGlyphOrder(names())
    builder.setupCharacterMap({ord(char): f"u{ord(char):04x}" for char in CHARS})
    if outlines == "glyf":
        builder.setupGlyf({name: draw(TTGlyphPen(None), name).glyph() for name in names()})
    else:
        strings = {name: draw(T2CharStringPen(600, None), name).getCharString() for name in names()}
        builder.setupCFF("Test", {}, strings, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names(), (600, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Test", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    data = io.BytesIO()
    builder.save(data)
    return data.getvalue()


def font(pdf: Pdf, name: str = "ABCDEF+Test", outlines: str = "glyf") -> Any:
    """A composite font, embedded."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name(f"/{name}"), Flags=4, FontBBox=[0, -120, 600, 880],
        ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=700, StemV=80,
    )  # fmt: skip
    file = Stream(pdf, font_file(outlines))
    if outlines == "glyf":
        descriptor.FontFile2 = pdf.make_indirect(file)
    else:
        file.Subtype = Name.OpenType
        descriptor.FontFile3 = pdf.make_indirect(file)
    inner = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2 if outlines == "glyf" else Name.CIDFontType0,
        BaseFont=Name(f"/{name}"), FontDescriptor=pdf.make_indirect(descriptor), DW=600,
        CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
    )  # fmt: skip
    if outlines == "glyf":
        inner.CIDToGIDMap = Name.Identity
    unicode = f"2 beginbfrange <0001><{len(CHARS):04x}><0020> <{HOLLOW:04x}><{HOLLOW:04x}><7a7a> endbfrange"
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(f"/{name}"), Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
            ToUnicode=pdf.make_indirect(Stream(pdf, unicode.encode())),
        )
    )  # fmt: skip


def hexed(text: str) -> str:
    return "".join(f"{CHARS.index(char) + 1:04x}" for char in text)


def words(text: str, x: float = 60, y: float = 300) -> str:
    """Operators for a line of text."""
    return LINE.format(x, y, hexed(text))


def image(pdf: Pdf, space: str, pixels: tuple[int, int], data: bytes, bits: int = 8, **more: Any) -> Any:
    """A picture."""
    return pdf.make_indirect(
        Stream(
            pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=pixels[0], Height=pixels[1],
            ColorSpace=Name(f"/{space}"), BitsPerComponent=bits, **more,
        )
    )  # fmt: skip


def shades(count: int, parts: int = 1) -> bytes:
    """Pixels of many greys."""
    return bytes(20 + i * 7 % 100 for i in range(count * parts))


class Maker:
    """A PDF of some pages without fault."""

    def __init__(self, pages: int = 4) -> None:
        self.pdf = Pdf.new()
        self.version = "1.6"
        self.encryption: Any = None
        self.spoil: Callable[[bytes], bytes] = bytes
        """What becomes of the finished file."""
        self.resources = self.pdf.make_indirect(
            Dictionary(Font=Dictionary(F=font(self.pdf)), XObject=Dictionary(), ExtGState=Dictionary(),
                       ColorSpace=Dictionary(), Pattern=Dictionary(), Shading=Dictionary())
        )  # fmt: skip
        picture = image(self.pdf, "DeviceCMYK", (50, 50), shades(2500, 4))
        self.resources.XObject.I = picture
        for _ in range(pages):
            self.page(MARKS + GROUND + words("ISBN 978-7-302-51135-9") + "q 12 0 0 12 60 200 cm /I Do Q")
        self.claim("PDF/X-4")
        self.pdf.Root.OutputIntents = Array([
            Dictionary(S=Name.GTS_PDFX, OutputConditionIdentifier=pikepdf.String("FOGRA39"))
        ])  # fmt: skip
        self.pdf.docinfo.Trapped = Name("/False")

    def page(self, content: str) -> Any:
        """Another page."""
        page = Dictionary(
            Type=Name.Page, MediaBox=Array(MEDIA), BleedBox=Array(BLEED), TrimBox=Array(TRIM),
            Resources=self.resources, Contents=self.pdf.make_indirect(Stream(self.pdf, content.encode("latin-1"))),
        )  # fmt: skip
        self.pdf.pages.append(pikepdf.Page(page))
        return self.pdf.pages[-1].obj

    def add(self, content: str, page: int = 2) -> None:
        """Draw more on a page; counted from 1."""
        obj = self.pdf.pages[page - 1].obj
        before = list(obj.Contents) if isinstance(obj.Contents, Array) else [obj.Contents]
        obj.Contents = Array([*before, self.pdf.make_indirect(Stream(self.pdf, content.encode("latin-1")))])

    def claim(self, *names: str, version: str = "1.6") -> None:
        """Let it say that it follows standards: in its metadata, or in the old way."""
        self.version = version
        if "/GTS_PDFXVersion" in self.pdf.docinfo:
            del self.pdf.docinfo.GTS_PDFXVersion
        packet = XMP.format(" ".join(CLAIMS[name] for name in names if name in CLAIMS))
        self.pdf.Root.Metadata = self.pdf.make_indirect(
            Stream(self.pdf, packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
        )
        for name in names:
            if name not in CLAIMS:
                self.pdf.docinfo.GTS_PDFXVersion = pikepdf.String(name)

    def state(self, **entries: Any) -> None:
        """A dictionary of the graphics state, `/S`."""
        self.resources.ExtGState.S = Dictionary(Type=Name.ExtGState, **entries)

    def bytes(self) -> bytes:
        """The file."""
        file = io.BytesIO()
        as_it_is = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}
        more = {"encryption": self.encryption} if self.encryption else {"deterministic_id": True, **as_it_is}
        self.pdf.save(file, force_version=self.version, **more)
        return self.spoil(file.getvalue())
