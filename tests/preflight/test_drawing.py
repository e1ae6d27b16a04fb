"""The interpreter of pages: what it says is drawn where, beside what PDFium draws."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream

from banxin.preflight.drawing import Drawing
from banxin.preflight.finding import Rect
from banxin.preflight.marks import Fill, Listener, Picture, Sheet, Stroke, Text
from banxin.preflight.tokens import items, operations, string
from tests.preflight.making import BLEED, MEDIA, TRIM, Maker, font, hexed

DOTS = 2
"""In a point of PDFium's picture."""


class Boxes(Listener):
    """Notes what it hears."""

    def __init__(self) -> None:
        self.marks: list[Text | Fill | Stroke | Picture] = []

    def text(self, mark: Text) -> None:
        self.marks.append(mark)

    def fill(self, mark: Fill) -> None:
        self.marks.append(mark)

    def stroke(self, mark: Stroke) -> None:
        self.marks.append(mark)

    def picture(self, mark: Picture) -> None:
        self.marks.append(mark)


def drawn(made: Maker) -> list[Text | Fill | Stroke | Picture]:
    """What is on the first page."""
    boxes = Boxes()
    with pikepdf.open(io.BytesIO(made.bytes())) as pdf:
        Drawing([boxes]).page(pdf.pages[0], Sheet(1, MEDIA, BLEED, TRIM))
    return boxes.marks


def inked(made: Maker) -> Rect:
    """The box of all that PDFium draws on the first page."""
    pdf = pypdfium2.PdfDocument(made.bytes())
    picture = pdf[0].render(scale=DOTS, grayscale=True).to_pil().copy()
    pdf.close()
    left, top, right, bottom = picture.point([255 if shade < 200 else 0 for shade in range(256)]).getbbox()
    return left / DOTS, MEDIA[3] - bottom / DOTS, right / DOTS, MEDIA[3] - top / DOTS


def alone(content: str) -> Maker:
    """A page with this on it."""
    made = Maker(1)
    made.pdf.pages[0].obj.Contents = Stream(made.pdf, content.encode("latin-1"))
    return made


FORM = b"0 g 0 0 40 40 re f"
CASES = {
    "rectangle": "q 1 0 0 -1 0 560 cm 0.75 0 0 0.75 0 0 cm 100 100 200 50 re f Q",
    "turned": "q 0 1 -1 0 300 100 cm 10 20 50 80 re f Q",
    "clipped": "q 100 100 50 50 re W n 0 0 400 120 re f Q",
    "stroke": "6 w 100 100 m 200 100 l S",
    "curve": "100 100 m 100 150 150 150 150 100 c f",
    "words": f"BT /F 20 Tf 60 300 Td [<{hexed('AB')}> -500 <{hexed('C')}>] TJ ET",
    "words that go on": f"BT /F 20 Tf 60 300 Td <{hexed('AB')}> Tj <{hexed('CD')}> Tj ET",
    "spaced words": f"BT /F 20 Tf 5 Tc 150 Tz 60 300 Td <{hexed('ABC')}> Tj ET",
    "lines": f"BT /F 20 Tf 24 TL 60 300 Td <{hexed('AB')}> Tj T* <{hexed('CDE')}> Tj ET",
    "words and blanks": f"BT /F 20 Tf 60 300 Td <{hexed('  AB  ')}> Tj ET",
    "turned words": f"BT 0 1 -1 0 200 200 Tm /F 20 Tf <{hexed('ABCD')}> Tj ET",
    "words downwards": f"BT /V 20 Tf 200 400 Td [<{hexed('AB')}> -500 <{hexed('C')}> 800 <{hexed('D')}>] TJ ET",
    "spaced words downwards": f"BT /V 20 Tf -5 Tc 200 400 Td <{hexed('AB')}> Tj <{hexed('CD')}> Tj ET",
    "form": "q 2 0 0 1 100 100 cm /X Do Q",
    "pattern": "/Pattern cs /T scn 100 100 80 40 re f",
    "picture": "q 80 0 0 40 100 100 cm /I Do Q",
    "inline picture": "q 80 0 0 40 100 100 cm BI /W 2 /H 1 /CS /G /BPC 8 ID \x01\x02 EI Q",
    "state that comes back": "q 3 0 0 3 50 50 cm q 2 0 0 2 0 0 cm Q 10 10 20 20 re f Q",
    "more restored than saved": "Q Q 100 100 50 50 re f",
}
WIDER = {"curve": 13.0, "stroke": 3.0}
"""pt: by how much a box may be wider than the ink: it has the handles of curves, and ends as long as lines are wide."""


@pytest.mark.parametrize("name", CASES)
def test_ink_lies_in_the_boxes(name: str) -> None:
    """Text has the box of its line, which is higher than a letter; all else is where PDFium draws it."""
    made = alone(CASES[name])
    form = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": Array([0, 0, 30, 30])}
    made.resources.XObject.X = made.pdf.make_indirect(Stream(made.pdf, FORM, **form))
    tile = {"PatternType": 1, "PaintType": 1, "TilingType": 1, "XStep": 40, "YStep": 40, "BBox": Array([0, 0, 40, 40])}
    made.resources.Pattern.T = made.pdf.make_indirect(Stream(made.pdf, FORM, Resources=Dictionary(), **tile))
    made.resources.Font.V = font(made.pdf)
    made.resources.Font.V.Encoding = Name("/Identity-V")
    marks = drawn(made)
    box = (
        min(mark.box[0] for mark in marks),
        min(mark.box[1] for mark in marks),
        max(mark.box[2] for mark in marks),
        max(mark.box[3] for mark in marks),
    )
    slack = max(WIDER.get(name, 0.0), 8.0 if any(isinstance(mark, Text) for mark in marks) else 0.0)
    for side, (told, seen) in enumerate(zip(box, inked(made), strict=True)):
        out = (told - seen) * (1 if side > 1 else -1)
        assert -1 < out < 1 + slack


def test_fonts_are_known_in_forms() -> None:
    made = alone("q /X Do Q")
    made.resources.XObject.X = made.pdf.make_indirect(
        Stream(made.pdf, f"BT /F 10 Tf 60 60 Td <{hexed('A')}> Tj ET".encode(), Subtype=Name.Form, BBox=Array(MEDIA))
    )
    (mark,) = drawn(made)
    assert isinstance(mark, Text)
    assert mark.face.plain_name == "Test"


def test_a_form_that_draws_itself_ends() -> None:
    made = alone("/X Do")
    form = made.pdf.make_indirect(Stream(made.pdf, b"0 0 9 9 re f /X Do", Subtype=Name.Form, BBox=Array(MEDIA)))
    form.Resources = Dictionary(XObject=Dictionary(X=form))
    made.resources.XObject.X = form
    assert 0 < len(drawn(made)) < 100


def test_operators() -> None:
    content = rb"""/Span <</ActualText <feff006f> /A [1 (\)]) ]>> BDC [<01 2>-5.5(a(b)\)c) --3]TJ % not this Tj
        .5 -.25 +7. rg [3 2] 0 d true false(x)Tj EMC"""
    assert list(operations(content)) == [
        (b"BDC", [b"/Span", rb"<</ActualText <feff006f> /A [1 (\)]) ]>>"]),
        (b"TJ", [rb"[<01 2>-5.5(a(b)\)c) --3]"]),
        (b"rg", [0.5, -0.25, 7.0]),
        (b"d", [b"[3 2]", 0.0]),
        (b"Tj", [b"true", b"false", b"(x)"]),
        (b"EMC", []),
    ]
    assert list(items(rb"[<01 2>-5.5(a(b)\)c)]")) == [b"\x01\x20", -5.5, b"a(b))c"]
    assert string(rb"(\101\0\n\\\x)") == b"A\0\n\\x"


@given(st.lists(st.binary(max_size=8) | st.integers(-999, 999), max_size=6))
def test_strings_come_back_as_pikepdf_writes_them(parts: list[bytes | int]) -> None:
    array = Array([pikepdf.String(part) if isinstance(part, bytes) else part for part in parts])
    assert list(items(array.unparse())) == parts


@given(st.binary(max_size=60))
def test_no_bytes_break_it(content: bytes) -> None:
    made = alone("")
    made.pdf.pages[0].obj.Contents = Stream(made.pdf, content)
    drawn(made)
