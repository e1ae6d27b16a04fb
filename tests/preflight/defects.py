"""One defect a function: what it does to a file without fault, and what must be found then - that and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from banxin.book import Imprint, Meta
from banxin.preflight.job import Brief
from banxin.preflight.origin import Origin
from tests.preflight.making import HOLLOW, LINE, TRIM, Maker, font, image, shades, words

ISBN = "978-7-302-51135-9"
PLACE = "q 120 0 0 120 150 150 cm /P Do Q"
"""A picture `/P`, 120 pt wide."""


@dataclass(frozen=True)
class Defect:
    """A defective file."""

    make: Callable[[Maker], None]
    found: Mapping[str, tuple[int, ...]]
    """Code -> pages; none for the whole file."""
    brief: Brief = Brief()
    origin: Origin = field(default_factory=Origin)
    pages: int = 4


DEFECTS: dict[str, Defect] = {}


def defect(
    code: str, *pages: int, brief: Brief = Brief(), origin: Origin = Origin(), of: int = 4  # noqa: B008
) -> Callable[[Callable[[Maker], None]], Callable[[Maker], None]]:  # fmt: skip
    """Put a defect on the list, under the name of its function."""

    def put(make: Callable[[Maker], None]) -> Callable[[Maker], None]:
        DEFECTS[make.__name__] = Defect(make, {code: pages}, brief, origin, of)
        return make

    return put


# the file -------------------------------------------------------------------------------------------------------------


@defect("P101")
def no_xref(made: Maker) -> None:
    made.spoil = lambda data: data[: data.rindex(b"startxref")]


@defect("P101")
def not_a_pdf(made: Maker) -> None:
    made.spoil = lambda _: b"\x89PNG, not a PDF"


@defect("P102")
def encrypted(made: Maker) -> None:
    made.encryption = pikepdf.Encryption(owner="owner", R=4)


@defect("P102")
def password(made: Maker) -> None:
    made.encryption = pikepdf.Encryption(owner="owner", user="user", R=4)


SCRIPT = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


@defect("P103")
def script(made: Maker) -> None:
    made.pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("a"), SCRIPT])))


@defect("P103")
def script_at_opening(made: Maker) -> None:
    made.pdf.Root.OpenAction = SCRIPT


@defect("P103", 3)
def action_of_a_page(made: Maker) -> None:
    made.pdf.pages[2].obj.AA = Dictionary(O=SCRIPT)


@defect("P104")
def attachment(made: Maker) -> None:
    made.pdf.attachments["book.md"] = b"# words"


@defect("P105")
def version_too_new(made: Maker) -> None:
    made.version = "1.7"


@defect("P106")
def no_output_intent(made: Maker) -> None:
    del made.pdf.Root.OutputIntents


@defect("P107")
def output_intent_in_rgb(made: Maker) -> None:
    made.pdf.Root.OutputIntents[0].DestOutputProfile = made.pdf.make_indirect(Stream(made.pdf, b"profile", N=3))


@defect("P107")
def output_intent_of_nothing(made: Maker) -> None:
    del made.pdf.Root.OutputIntents[0].OutputConditionIdentifier


@defect("P108")
def trapped_unknown(made: Maker) -> None:
    del made.pdf.docinfo.Trapped


@defect("P109")
def no_standard(made: Maker) -> None:
    made.claim()


@defect("P112")
def lzw(made: Maker) -> None:
    data = b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"  # the example of ISO 32000-1, 7.4.4.2
    made.pdf.Root.Odd = made.pdf.make_indirect(Stream(made.pdf, data, Filter=Name.LZWDecode))


# pages ----------------------------------------------------------------------------------------------------------------


@defect("P201", 3)
def no_trim(made: Maker) -> None:
    del made.pdf.pages[2].obj.TrimBox
    made.pdf.pages[2].obj.CropBox = Array(TRIM)


@defect("P202", 2)
def trim_outside_bleed(made: Maker) -> None:
    left, bottom, right, top = TRIM
    made.pdf.pages[1].obj.TrimBox = Array([left - 15, bottom, right - 15, top])
    made.pdf.pages[1].obj.Contents = Stream(made.pdf, words("A").encode())


@defect("P202", 2)
def bleed_outside_media(made: Maker) -> None:
    made.pdf.pages[1].obj.MediaBox = Array([25, 25, 395, 535])
    made.pdf.pages[1].obj.CropBox = Array([25, 25, 395, 535])
    made.pdf.pages[1].obj.Contents = Stream(made.pdf, words("A").encode())


@defect("P203", 4)
def page_of_another_size(made: Maker) -> None:
    made.pdf.pages[3].obj.TrimBox = Array([30, 30, 390, 500])
    made.pdf.pages[3].obj.Contents = Stream(made.pdf, words("A").encode())


@defect("P204", 1, 2)
def bleed_of_two_millimetres(made: Maker) -> None:
    for page in made.pdf.pages[:2]:
        page.obj.BleedBox = Array([TRIM[0] - 5.67, TRIM[1] - 5.67, TRIM[2] + 5.67, TRIM[3] + 5.67])


@defect("P205", 2)
def turned_page(made: Maker) -> None:
    made.pdf.pages[1].obj.Rotate = 90


@defect("P206", brief=Brief(signature=16), of=18)
def pages_that_fill_no_sheet(made: Maker) -> None:
    """Two pages over sixteen."""


@defect("P207", 2, 3)
def two_blank_pages(made: Maker) -> None:
    for page in made.pdf.pages[1:3]:
        page.obj.Contents = Stream(made.pdf, b"0 0 0 0 k 0 0 420 560 re f " + b"BT /F 10 Tf 60 300 Td <0001> Tj ET")


@defect("P207", 3)
def blank_right_page(made: Maker) -> None:
    del made.pdf.pages[2].obj.Contents


# fonts ----------------------------------------------------------------------------------------------------------------


@defect("P301", 2, 3)
def font_not_embedded(made: Maker) -> None:
    made.resources.Font.H = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for page in (2, 3):
        made.add("BT 0 0 0 1 k /H 10 Tf 100 100 Td (words \\(and more\\)) Tj ET", page)


@defect("P302", 2)
def whole_font(made: Maker) -> None:
    made.resources.Font.W = font(made.pdf, "Test")
    made.add(words("whole", y=100).replace("/F", "/W"))


@defect("P303", 2)
def type_3(made: Maker) -> None:
    glyph = Stream(made.pdf, b"600 0 0 0 600 700 d1 0 0 600 700 re f")
    made.resources.Font.T = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 600, 700]), FirstChar=65, LastChar=65,
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), Widths=Array([600]), CharProcs=Dictionary(A=glyph),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])),
    )  # fmt: skip
    made.add("BT 0 0 0 1 k /T 10 Tf 100 100 Td (A) Tj ET")


@defect("P304", 2)
def no_glyph(made: Maker) -> None:
    made.add(LINE.format(100, 100, "000100000002"))


@defect("P304", 2)
def no_glyph_by_a_map_of_its_own(made: Maker) -> None:
    """As WeasyPrint writes a character that no font has."""
    own = font(made.pdf)
    own.Encoding = made.pdf.make_indirect(
        Stream(made.pdf, b"2 begincidchar <8001> 2 <8002> 0 endcidchar 1 begincidrange <9000> <9005> 2 endcidrange")
    )
    made.resources.Font.E = own
    made.add(LINE.format(100, 100, "900080019005").replace("/F", "/E"), 3)
    made.add(LINE.format(100, 100, "80018002").replace("/F", "/E"), 2)


@defect("P304", 2)
def glyph_after_the_last(made: Maker) -> None:
    made.add(LINE.format(100, 100, "00020fff"))


@defect("P304", 2)
def simple_font_without_the_letter(made: Maker) -> None:
    descriptor = made.resources.Font.F.DescendantFonts[0].FontDescriptor
    made.resources.Font.S = Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/ABCDEF+Test"), FirstChar=65, LastChar=66,
        Widths=Array([600, 600]), FontDescriptor=descriptor,
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A, Name("/.notdef")])),
    )  # fmt: skip
    made.add("BT 0 0 0 1 k /S 10 Tf 100 100 Td (A) Tj 0 -20 Td (B) Tj ET")


@defect("P305", 2)
def hollow_glyph(made: Maker) -> None:
    made.add(LINE.format(100, 100, f"0002{HOLLOW:04x}"))


@defect("P306", 2)
def open_type_before_1_6(made: Maker) -> None:
    made.claim("PDF/X-3:2003", version="1.4")
    made.resources.Font.C = font(made.pdf, outlines="CFF")
    made.add(words("letters", y=100).replace("/F", "/C"))


# colours --------------------------------------------------------------------------------------------------------------


@defect("P401", 2)
def text_in_rgb(made: Maker) -> None:
    made.add(words("red", y=100).replace("0 0 0 1 k", "1 0 0 rg"))


@defect("P401", 2)
def text_in_rgb_of_a_form(made: Maker) -> None:
    content = words("red", y=0, x=0).replace("0 0 0 1 k", "/C cs 1 0 0 scn").encode()
    made.resources.ColorSpace.C = Array([Name.ICCBased, Stream(made.pdf, b"profile", N=3)])
    made.resources.XObject.X = made.pdf.make_indirect(
        Stream(made.pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, -10, 200, 20]),
               Matrix=Array([1, 0, 0, 1, 100, 100]))
    )  # fmt: skip
    made.add("q /X Do Q")


@defect("P402", 2)
def area_in_rgb(made: Maker) -> None:
    made.add("1 0 0 rg 100 100 50 50 re f")


@defect("P402", 2)
def line_in_rgb(made: Maker) -> None:
    made.add("1 0 0 RG 1 w 100 100 m 200 100 l S")


@defect("P402", 2)
def gradient_in_rgb(made: Maker) -> None:
    function = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 0, 0]), C1=Array([0, 0, 1]), N=1)
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([100, 0, 200, 0]), Function=function)
    made.resources.Pattern.G = Dictionary(PatternType=2, Shading=shading)
    made.add("/Pattern cs /G scn 100 100 100 50 re f")


@defect("P403", 2)
def picture_in_rgb(made: Maker) -> None:
    made.resources.XObject.P = image(made.pdf, "DeviceRGB", (500, 500), shades(250_000, 3))
    made.add(PLACE)


@defect("P404", 2)
def rich_black(made: Maker) -> None:
    made.add(words("black", y=100).replace("0 0 0 1 k", ".6 .4 .4 1 k"))


@defect("P404", 2)
def black_without_black(made: Maker) -> None:
    made.add(words("black", y=100).replace("0 0 0 1 k", ".8 .8 .8 0 k"))


def spot(made: Maker, key: str, name: str) -> str:
    """A spot colour; gives the operators that choose it."""
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0, 0, 0, 0]), C1=Array([0, 1, 1, 0]), N=1)
    made.resources.ColorSpace[f"/{key}"] = Array([Name.Separation, Name(f"/{name}"), Name.DeviceCMYK, tint])
    return f"/{key} cs 1 scn "


@defect("P405", 2)
def spot_colour(made: Maker) -> None:
    made.add(spot(made, "S", "PANTONE 185 C") + "100 100 50 50 re f")


@defect("P406", brief=Brief(spots=("PANTONE 185 C", "Pantone 185-C")))
def spot_colour_of_two_names(made: Maker) -> None:
    made.add(spot(made, "S", "PANTONE 185 C") + "100 100 50 50 re f", 2)
    made.add(spot(made, "T", "Pantone 185-C") + "100 100 50 50 re f", 3)


@defect("P407", 2)
def white_overprints(made: Maker) -> None:
    made.state(op=True, OP=True, OPM=1)
    made.add("/S gs 0 0 0 0 k 100 420 50 50 re f")


@defect("P408", 2)
def too_much_ink(made: Maker) -> None:
    made.add(".9 .8 .8 .8 k 100 100 50 50 re f")


@defect("P408", 2)
def too_much_ink_in_a_picture(made: Maker) -> None:
    made.resources.XObject.P = image(made.pdf, "DeviceCMYK", (500, 500), bytes([250, 240, 230, 220]) * 250_000)
    made.add(PLACE)


def overprint(made: Maker) -> None:
    made.state(OP=True, op=True, OPM=1)


@defect("P408", 2)
def too_much_ink_by_overprint(made: Maker) -> None:
    """Black words on a colour of less than the limit."""
    overprint(made)
    made.add(".8 .8 .8 0 k 55 290 120 30 re f q /S gs " + words("on it") + "Q")


@defect("P408", 2)
def too_much_ink_by_overprint_on_a_dark_part_of_a_picture(made: Maker) -> None:
    """Its lower half is dark."""
    overprint(made)
    data = bytes([20, 20, 20, 10]) * 125_000 + bytes([230, 230, 200, 10]) * 125_000
    made.resources.XObject.P = image(made.pdf, "DeviceCMYK", (500, 500), data)
    made.add("q 120 0 0 120 60 280 cm /P Do Q q /S gs " + words("on it", 70, 300) + "Q")


@defect("P408", 2, brief=Brief(spots=("PANTONE 484 C",)))
def too_much_ink_of_a_spot_colour_on_others(made: Maker) -> None:
    made.state(OP=True, op=True)
    made.add(".8 .8 .8 0 k 55 290 120 30 re f /S gs ")
    made.add(spot(made, "Spot", "PANTONE 484 C") + " 60 295 50 20 re f")


@defect("P408", 2)
def too_much_ink_multiplied(made: Maker) -> None:
    made.state(BM=Name.Multiply)
    made.add(".8 .8 .8 0 k 55 290 120 30 re f /S gs 0 0 0 .9 k 60 295 50 20 re f")


@defect("P412", 2)
def black_words_leave_a_hole(made: Maker) -> None:
    made.add(".5 0 0 0 k 55 290 120 30 re f " + words("on it"))


@defect("P412", 2)
def black_words_leave_a_hole_by_their_mode(made: Maker) -> None:
    """With the overprint mode 0, a component of 0 knocks out."""
    made.state(OP=True, op=True, OPM=0)
    made.add(".5 0 0 0 k 55 290 120 30 re f q /S gs " + words("on it") + "Q")


@defect("P412", 3)
def black_words_leave_a_hole_in_a_picture(made: Maker) -> None:
    made.resources.XObject.P = image(made.pdf, "DeviceCMYK", (500, 500), bytes([90, 80, 10, 0]) * 250_000)
    made.add("q 120 0 0 120 60 280 cm /P Do Q " + words("on it", 70, 300), 3)


@defect("P409", 2)
def transparency(made: Maker) -> None:
    made.claim("PDF/X-3:2003", version="1.4")
    made.state(ca=0.5)
    made.add("/S gs 0 0 0 .5 k 100 100 50 50 re f")


@defect("P409", 3)
def transparent_page(made: Maker) -> None:
    made.claim("PDF/X-1a:2003", version="1.4")
    made.pdf.pages[2].obj.Group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK)


@defect("P409", 2)
def soft_mask(made: Maker) -> None:
    made.claim("PDF/X-1a:2003", version="1.4")
    mask = image(made.pdf, "DeviceGray", (500, 500), shades(250_000))
    made.resources.XObject.P = image(made.pdf, "DeviceGray", (500, 500), shades(250_000), SMask=mask)
    made.add(PLACE)


@defect("P410", 2)
def lab_in_x1a(made: Maker) -> None:
    made.claim("PDF/X-1a:2003", version="1.4")
    made.resources.ColorSpace.L = Array([Name.Lab, Dictionary(WhitePoint=Array([0.9505, 1, 1.089]))])
    made.add("/L cs 50 20 20 scn 100 100 50 50 re f")


@defect("P411", 2)
def registration_colour_inside(made: Maker) -> None:
    made.add(spot(made, "A", "All") + "0 0 15 15 re f 100 100 50 50 re f")


# pictures -------------------------------------------------------------------------------------------------------------


@defect("P501", 2)
def coarse_picture(made: Maker) -> None:
    made.resources.XObject.P = image(made.pdf, "DeviceGray", (250, 500), shades(125_000))
    made.add(PLACE)


@defect("P502", 2)
def coarse_bitmap(made: Maker) -> None:
    made.resources.XObject.P = image(made.pdf, "DeviceGray", (800, 800), b"\xf0" * 80_000, bits=1)
    made.add(PLACE)


@defect("P502", 2)
def coarse_line_art_in_eight_bits(made: Maker) -> None:
    made.resources.XObject.P = image(made.pdf, "DeviceGray", (800, 800), (b"\0" * 9 + b"\xff" * 31) * 16_000)
    made.add(PLACE)


@defect("P503", 2)
def interpolated_in_an_archive(made: Maker) -> None:
    made.claim("PDF/X-4", "PDF/A-2u")
    made.resources.XObject.P = image(made.pdf, "DeviceGray", (500, 500), shades(250_000), Interpolate=True)
    made.add(PLACE)


# lines, edges, annotations --------------------------------------------------------------------------------------------


@defect("P601", 2)
def hairline(made: Maker) -> None:
    made.add("0 0 0 1 K q .5 0 0 .5 0 0 cm .3 w 200 200 m 400 200 l S Q")


@defect("P601", 2)
def thin_rectangle(made: Maker) -> None:
    made.add("0 0 0 1 k 100 100 80 .2 re f")


@defect("P601", 2)
def thin_frame(made: Maker) -> None:
    made.add("0 0 0 1 k 100 100 80 80 re 100.1 100.1 79.8 79.8 re f*")


@defect("P701", 2)
def text_at_the_edge(made: Maker) -> None:
    made.add(words("edge", x=32, y=100))


@defect("P701", 2)
def text_that_runs_to_the_edge(made: Maker) -> None:
    made.add(words("a line that runs to the edge of the page, and no further", x=48, y=100))


@defect("P702", 2)
def area_ends_at_the_trim(made: Maker) -> None:
    made.add("0 0 0 .3 k 350 100 40 50 re f")


@defect("P702", 2)
def picture_ends_in_the_bleed(made: Maker) -> None:
    made.resources.XObject.P = image(made.pdf, "DeviceGray", (600, 600), shades(360_000))
    made.add("q 120 0 0 120 26 150 cm /P Do Q")


@defect("P702", 2)
def area_clipped_at_the_trim(made: Maker) -> None:
    made.add("q 30 30 360 500 re W n 0 0 0 .3 k 0 0 200 100 re f Q")


@defect("P801", 2)
def link(made: Maker) -> None:
    made.pdf.pages[1].obj.Annots = Array([
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([60, 300, 120, 312]), Border=Array([0, 0, 0]),
                   A=Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org/")))
    ])  # fmt: skip


# the book -------------------------------------------------------------------------------------------------------------


@defect("P901", 2)
def isbn_printed_wrong(made: Maker) -> None:
    made.add(words("ISBN 978-7-302-51135-7", y=100))


@defect("P901", origin=Origin(Meta("书", isbn="978-7-302-51135-7"), settings="book.yaml"))
def isbn_of_the_settings_wrong(made: Maker) -> None:
    """The pages are right."""
    for page in made.pdf.pages:
        page.obj.Contents = Stream(made.pdf, words("A").encode())


def book(**facts: Any) -> Origin:
    return Origin(Meta("书", **facts), settings="book.yaml")


FACTS = {"authors": ("甲",), "publisher": "乙", "place": "北京", "statement": "第1版"}
FORM = {
    "cip_number": "2026000001",
    "responsible_editors": ("丙",),
    "printer": "丁",
    "impression": "第1次",
    "price": "40元",
}
WHOLE = {**FACTS, "copyright": Imprint(form="mainland", **FORM)}
"""All that the copyright page of a book of the mainland needs, but for the ISBN."""


@defect("P902", 1, 2, 3, 4, origin=book(isbn="978-7-111-54742-6", **WHOLE))
def isbn_of_another_book(made: Maker) -> None:
    """The pages have another one than the settings."""


@defect("P903", 2)
def bar_code_wrong(made: Maker) -> None:
    made.add(words("9 787302 511350", y=100))


@defect("P904", origin=book(isbn=ISBN, **{**WHOLE, "place": "", "statement": ""}))
def copyright_page_lacks_fields(made: Maker) -> None:
    """No place, no statement of the edition."""
