"""A page of a PDF as a figure: what is drawn is the same, in the colours that the PDF around it knows; or why not."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageChops, ImageStat

from banxin.errors import Place
from banxin.figures.prepare import prepared
from banxin.figures.terms import Terms, Unfit, terms_of
from banxin.plates import profiles
from banxin.plates.settings import Plates, Standard
from tests.figures.drawing import HEIGHT, WIDTH, Drawing
from tests.preflight.making import font


def press(standard: Standard) -> Terms:
    profile = next(profiles.usual())
    found = profiles.find(profile.parent, str(profile), Place(""))
    return terms_of("print", Plates(standard, found.path, found.digest, found.name))


X4, X1A = press(Standard.X4), press(Standard.X1A)
SCREEN, ARCHIVE = terms_of("screen", None), terms_of("archive", None)
EVERYWHERE = (SCREEN, ARCHIVE, X4, X1A)


def form_of(drawing: Drawing, terms: Terms) -> Any:
    """What is drawn; its file stays open, because objects of pikepdf end with theirs."""
    OPEN.append(file := pikepdf.open(io.BytesIO(prepared(drawing.bytes(), terms))))
    return file.Root.Figure


OPEN: list[pikepdf.Pdf] = []


def content(drawing: Drawing, terms: Terms = X1A) -> list[str]:
    return form_of(drawing, terms).read_bytes().decode().splitlines()  # type: ignore[no-any-return]


# The same picture -----------------------------------------------------------------------------------------------------


def seen(page: pikepdf.Pdf) -> Image.Image:
    out = io.BytesIO()
    page.save(out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        return document[0].render(scale=2).to_pil().convert("RGB")


def shown(drawing: Drawing, terms: Terms, size: tuple[float, float]) -> Image.Image:
    """The figure, drawn by a page of another file as large as it is."""
    with pikepdf.open(io.BytesIO(prepared(drawing.bytes(), terms))) as source, pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        page.Resources = Dictionary(XObject=Dictionary(Fig=pdf.copy_foreign(source.Root.Figure)))
        page.Contents = Stream(pdf, f"9 w 1 0 0 RG q {size[0]} 0 0 {size[1]} 0 0 cm /Fig Do Q".encode())
        return seen(pdf)


def everything(**page: Any) -> Drawing:
    """A drawing of all that is common."""
    made = Drawing(**page)
    red, blue = Array([0.9, 0.1, 0.1]), Array([0.1, 0.1, 0.9])
    ramp = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=red, C1=blue, N=1)
    made.put("Shading", "Sh", Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([20, 0, 90, 0]), Function=ramp,
        Extend=Array([True, True]),
    ))  # fmt: skip
    made.put("XObject", "Fm", made.form("0 .5 .2 rg 100 60 40 30 re f"))
    made.put("XObject", "Im", made.image(Name.DeviceRGB, bytes(range(0, 240, 20))))
    cell = Dictionary(
        Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=Array([0, 0, 10, 10]), XStep=10, YStep=10,
        Resources=Dictionary(),
    )  # fmt: skip
    made.put("Pattern", "Tile", made.pdf.make_indirect(Stream(made.pdf, b".2 .4 .8 rg 0 0 5 5 re f", cell)))
    made.add("q 20 60 60 40 re W n /Sh sh Q /Fm Do q 40 0 0 40 150 60 cm /Im Do Q")
    made.add("q /Pattern cs /Tile scn 100 10 60 40 re f Q")
    return made.add(".5 g 10 5 30 8 re f 2 w 0 G 5 5 m 195 115 l S 0 g").words("words")


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_what_is_drawn_is_the_same_however_the_page_is_turned(rotate: int) -> None:
    box = (30.0, 40.0, 30 + WIDTH, 40 + HEIGHT)
    drawing = everything(box=box, rotate=rotate)
    drawing.content.insert(0, "1 0 0 1 30 40 cm")
    size = (HEIGHT, WIDTH) if rotate % 180 else (WIDTH, HEIGHT)
    with pypdfium2.PdfDocument(drawing.bytes()) as document:
        page = document[0].render(scale=2).to_pil().convert("RGB")
    assert difference(page, shown(drawing, SCREEN, size)) < 0.8


def test_ink_is_what_its_light_would_be() -> None:
    """The differences are those of the printer's colours, not of what is drawn."""
    light, ink = (shown(everything(), terms, (WIDTH, HEIGHT)) for terms in (SCREEN, X1A))
    assert difference(light.convert("L"), ink.convert("L")) < 8


# Colours --------------------------------------------------------------------------------------------------------------


def test_black_is_black_ink_and_is_printed_over_what_is_there() -> None:
    form = form_of(Drawing().add("0 0 0 rg").words("words"), X1A)
    assert form.read_bytes().decode().splitlines()[1:5] == [
        "/BanxinOver10 gs", "0 0 0 1 k", "/BanxinOver11 gs", "0 0 0 1 K",
    ]  # fmt: skip
    states = form.Resources.ExtGState
    assert (bool(states.BanxinOver11.op), bool(states.BanxinOver11.OP)) == (True, True)


def test_white_knocks_out() -> None:
    lines = content(Drawing().add("1 1 1 rg 0 0 9 9 re f"))
    at = lines.index("0 0 0 0 k")
    assert lines[at - 1] == "/BanxinOver01 gs"


def test_what_is_black_again_is_told_again() -> None:
    lines = content(Drawing().add("q 1 0 0 rg 0 0 9 9 re f Q 0 0 9 9 re f"))
    assert lines.index("Q") > lines.index("/BanxinOver01 gs")
    assert "/BanxinOver11 gs" not in lines[lines.index("Q") :]


@pytest.mark.parametrize("colour", ["1 0 0 rg", "/Cal cs 1 0 0 sc", "/Icc cs 1 0 0 scn", "/Dev cs 1 0 0 sc"])
def test_every_rgb_is_ink(colour: str) -> None:
    drawing = Drawing().put("ColorSpace", "Cal", Array([Name.CalRGB, Dictionary(WhitePoint=Array([0.95, 1, 1.09]))]))
    drawing.put("ColorSpace", "Icc", Array([Name.ICCBased, Stream(drawing.pdf, b"icc", N=3)]))
    drawing.put("ColorSpace", "Dev", Array([Name.DeviceRGB]))
    form = form_of(drawing.add(f"{colour} 0 0 9 9 re f"), X1A)
    (ink,) = {line for line in form.read_bytes().decode().splitlines() if line.endswith(" k")} - {"0 0 0 1 k"}
    cyan, magenta, yellow, _, _ = ink.split()
    assert float(cyan) < 0.2
    assert min(float(magenta), float(yellow)) > 0.8
    assert "/ColorSpace" not in form.Resources


def test_no_more_ink_than_the_limit() -> None:
    assert "1 1 1 1 k" not in content(Drawing().add("1 1 1 1 k 0 0 9 9 re f"))


def test_a_spot_colour_stays_one() -> None:
    spot = Array([
        Name.Separation, Name("/PANTONE 484 C"), Name.DeviceCMYK,
        Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0] * 4), C1=Array([0, 1, 1, 0]), N=1),
    ])  # fmt: skip
    form = form_of(Drawing().put("ColorSpace", "S", spot).add("/S cs .5 scn 0 0 9 9 re f"), X1A)
    assert "0.5 scn" in form.read_bytes().decode().replace(".50", ".5")
    assert form.Resources.ColorSpace.S[1] == "/PANTONE 484 C"


def spaces(file: pikepdf.Pdf) -> set[str]:
    return {
        str(each[key])
        for each in file.objects
        if hasattr(each, "keys")
        for key in ("/ColorSpace", "/CS")
        if key in each
    }


def test_nothing_of_a_drawing_is_light_any_more() -> None:
    with pikepdf.open(io.BytesIO(prepared(everything().bytes(), X1A))) as file:
        assert spaces(file) <= {"/DeviceCMYK", "/DeviceGray"}
        streams = [each for each in file.objects if isinstance(each, Stream) and "/BBox" in each]
        assert len(streams) == 3
        used = {str(each.operator) for stream in streams for each in pikepdf.parse_content_stream(stream)}
        assert not used & {"rg", "RG", "g", "G", "sc", "SC"}


TABLE = bytes([255, 0, 0, 0, 0, 255])


def sampled(drawing: Drawing) -> Any:
    return drawing.pdf.make_indirect(Stream(
        drawing.pdf, TABLE, FunctionType=0, Domain=Array([0, 1]), Range=Array([0, 1] * 3), Size=Array([2]),
        BitsPerSample=8,
    ))  # fmt: skip


def stitched(drawing: Drawing) -> Any:
    return Dictionary(FunctionType=3, Domain=Array([0, 1]), Functions=Array([sampled(drawing), sampled(drawing)]),
                      Bounds=Array([0.5]), Encode=Array([0, 1, 0, 1]))  # fmt: skip


def with_shading(drawing: Drawing, function: Any, **entries: Any) -> Drawing:
    facts = {"ShadingType": 2, "ColorSpace": Name.DeviceRGB, "Coords": Array([0, 0, 100, 0]), "Function": function}
    return drawing.put("Shading", "Sh", Dictionary(**{**facts, **entries})).add("/Sh sh")


@pytest.mark.parametrize("function", [sampled, stitched])
def test_gradients_end_in_ink(function: Callable[[Drawing], Any]) -> None:
    drawing = Drawing()
    made = form_of(with_shading(drawing, function(drawing)), X1A).Resources.Shading.Sh
    assert made.ColorSpace == "/DeviceCMYK"
    table = made.Function if "/Functions" not in made.Function else made.Function.Functions[0]
    data = table.read_bytes()
    assert len(data) == 8
    assert [float(each) for each in table.Decode] == [0, 1] * 4
    assert min(data[1], data[2]) > 200  # red: magenta and yellow
    assert data[0] < 60
    assert min(data[4], data[5]) > 150 > data[6]  # blue: cyan and magenta


def test_a_picture_is_ink_by_the_printers_profile() -> None:
    drawing = Drawing()
    drawing.put("XObject", "Im", drawing.image(Name.DeviceRGB, bytes(range(0, 240, 20)))).add("/Im Do")
    image = form_of(drawing, X1A).Resources.XObject.Im
    assert (image.ColorSpace, image.Width, image.Height, len(image.read_bytes())) == ("/DeviceCMYK", 2, 2, 16)


# What is left out -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", EVERYWHERE, ids=lambda terms: terms.name)
def test_marks_and_what_is_not_used_are_left_out(terms: Terms) -> None:
    drawing = Drawing().add("/P <</MCID 3>> BDC").words("words").add("EMC /T /X DP ri /Perceptual ri")
    drawing.put("XObject", "Unused", drawing.image(Name.DeviceCMYK, bytes(16)))
    drawing.content[-1] = "EMC /T /X DP /Perceptual ri"
    form = form_of(drawing, terms)
    used = {str(each.operator) for each in pikepdf.parse_content_stream(form)}
    assert not used & {"BDC", "EMC", "DP", "ri"}
    assert "/XObject" not in form.Resources
    assert "/Properties" not in form.Resources


@pytest.mark.parametrize(
    ("state", "painted"),
    [
        (Dictionary(CA=0, ca=1), ["f", "f*", "n", "f", "Do"]),
        (Dictionary(CA=1, ca=0), ["n", "n", "S", "S"]),
        (Dictionary(CA=0, ca=0), ["n", "n", "n", "n"]),
        (Dictionary(LW=1), ["f", "f*", "S", "B", "Do"]),
    ],
)
def test_an_alpha_of_nothing_paints_nothing(state: Dictionary, painted: list[str]) -> None:
    """matplotlib says so of every shape, filled or stroked."""
    drawing = Drawing().put("ExtGState", "S", state)
    drawing.put("XObject", "Fm", drawing.form("0 0 9 9 re f"))
    drawing.add("q /S gs 0 0 9 9 re f 0 0 9 9 re f* 0 0 9 9 re S 0 0 9 9 re B /Fm Do Q")
    found = [str(each.operator) for each in pikepdf.parse_content_stream(form_of(drawing, X1A))]
    assert [each for each in found if each in {"f", "f*", "S", "B", "n", "Do"}] == painted
    assert prepared(drawing.bytes(), X4)


def test_what_was_saved_is_restored() -> None:
    lines = content(Drawing().add("Q q q 1 0 0 rg 0 0 9 9 re f"))
    assert lines.count("q") == lines.count("Q") == 2


# Type 3 fonts ---------------------------------------------------------------------------------------------------------


def drawn_font(drawing: Drawing) -> None:
    """A font of two drawings, `a` in the colour of the words and `b` in its own."""
    box = b"900 0 50 0 850 700 d1 1 0 0 rg 50 0 800 700 re f"
    own = b"600 0 d0 .1 .6 .2 rg 0 0 500 500 re f"
    procs = {
        f"/{name}": drawing.pdf.make_indirect(Stream(drawing.pdf, data)) for name, data in (("a", box), ("b", own))
    }
    drawing.put("Font", "T", drawing.pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 900, 900]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), CharProcs=Dictionary(procs), Resources=Dictionary(),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([97, Name.a, Name.b])), FirstChar=97, LastChar=98,
        Widths=Array([900, 600]), ToUnicode=Stream(drawing.pdf, b"1 beginbfrange <61><62><0061> endbfrange"),
    )))  # fmt: skip


SET = {
    "one line": "BT /T 12 Tf 20 20 Td (abba) Tj ET",
    "moved letters": "BT /T 12 Tf 20 20 Td [(ab) -500 (b) 300 (a)] TJ ET",
    "several lines": "BT /T 10 Tf 14 TL 20 100 Td (ab) Tj T* (ba) Tj 10 -20 Td (aa) Tj 5 -15 TD (b) Tj (a) ' ET",
    "spaces and stretch": "BT /T 12 Tf 20 20 Td 2 Tc 150 Tz (abab) Tj 3 Ts (b) Tj ET",
    "spaces of a line": 'BT /T 12 Tf 12 TL 20 60 Td 0 1 (ab) " 9 0 (b a) " ET',
    "turned": "q 1 0 0 RG BT /T 12 Tf .7 .7 -.7 .7 60 20 Tm (abba) Tj ET Q",
    "beside another font": "BT /T 12 Tf 20 20 Td (ab) Tj /F 12 Tf 40 0 Td <00300031> Tj /T 12 Tf 0 30 Td (ba) Tj ET",
    "kept and restored": "q BT /T 12 Tf 3 Tc 20 20 Td (ab) Tj ET Q BT /T 9 Tf 20 60 Td (ab) Tj ET",
}


@pytest.mark.parametrize("name", SET)
def test_glyphs_that_are_drawings_stand_where_they_stood(name: str) -> None:
    """As PDFium sets the font itself, which a PDF for the screen keeps."""
    drawing = Drawing()
    drawn_font(drawing)
    drawing.add("0 .3 .8 rg " + SET[name])
    size = (WIDTH, HEIGHT)
    font, drawn = (shown(drawing, terms, size) for terms in (SCREEN, ARCHIVE))
    assert difference(font, Image.new("RGB", font.size, "white")) > 0.5
    assert difference(font, drawn) < 0.15
    form = form_of(drawing, ARCHIVE)
    assert "/T" not in form.Resources.get("/Font", {})


def test_in_print_they_have_the_ink_of_the_words() -> None:
    drawing = Drawing()
    drawn_font(drawing)
    form = form_of(drawing.add("0 0 0 rg " + SET["one line"]), X1A)
    inside = {name: each.read_bytes().decode().split() for name, each in form.Resources.XObject.items()}
    assert len(inside) == 2
    assert sorted("k" in words for words in inside.values()) == [False, True]
    assert not any("rg" in words or "d1" in words for words in inside.values())


# What does not fit ----------------------------------------------------------------------------------------------------


def bare_font(drawing: Drawing) -> None:
    thing = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    drawing.put("Font", "B", thing).words("words", font="B")


def lost_type_3(drawing: Drawing) -> None:
    """After words of another font, nobody knows where its own stand."""
    drawn_font(drawing)
    drawing.add("BT /F 12 Tf 20 20 Td <0030> Tj /T 12 Tf (ab) Tj ET")


def silent_font(drawing: Drawing) -> None:
    thing = font(drawing.pdf)
    del thing.ToUnicode
    drawing.put("Font", "F", thing).words("words")


def open_type(drawing: Drawing) -> None:
    drawing.put("Font", "F", font(drawing.pdf, outlines="cff")).words("words")


def alpha(drawing: Drawing) -> None:
    drawing.put("ExtGState", "S", Dictionary(ca=0.5)).add("/S gs 0 0 9 9 re f")


def blended(drawing: Drawing) -> None:
    drawing.put("ExtGState", "S", Dictionary(BM=Array([Name.Multiply]))).add("/S gs 0 0 9 9 re f")


def alpha_in_a_form(drawing: Drawing) -> None:
    drawing.put("ExtGState", "S", Dictionary(CA=0.5))
    drawing.put("XObject", "Fm", drawing.form("/S gs 0 0 9 9 re S")).add("/Fm Do")


def soft_picture(drawing: Drawing) -> None:
    soft = drawing.image(Name.DeviceGray, bytes(4))
    drawing.put("XObject", "Im", drawing.image(Name.DeviceRGB, bytes(12), SMask=soft)).add("/Im Do")


def softly(drawing: Drawing) -> None:
    mask = Dictionary(S=Name.Luminosity, G=drawing.form("1 g 0 0 9 9 re f", Group=Dictionary(S=Name.Transparency)))
    drawing.put("ExtGState", "S", Dictionary(SMask=mask)).add("/S gs 0 0 9 9 re f")


def coloured_mask(drawing: Drawing) -> None:
    mask = Dictionary(S=Name.Luminosity, G=drawing.form("1 0 0 rg 0 0 9 9 re f", Group=Dictionary(S=Name.Transparency)))
    drawing.put("ExtGState", "S", Dictionary(SMask=mask)).add("/S gs 0 0 9 9 re f")


def layer(drawing: Drawing) -> None:
    drawing.put("Properties", "L", Dictionary(Type=Name.OCG)).add("/OC /L BDC 0 0 9 9 re f EMC")


def layered_form(drawing: Drawing) -> None:
    drawing.put("XObject", "Fm", drawing.form("0 0 9 9 re f", OC=Dictionary(Type=Name.OCG))).add("/Fm Do")


def note(drawing: Drawing) -> None:
    drawing.more["Annots"] = Array([Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 9, 9]))])


def postscript(drawing: Drawing) -> None:
    drawing.put("XObject", "Ps", Stream(drawing.pdf, b"showpage", Subtype=Name.PS)).add("/Ps Do")


def draws_itself(drawing: Drawing) -> None:
    form = drawing.form("/Fm Do")
    form.Resources = Dictionary(XObject=Dictionary(Fm=form))
    drawing.put("XObject", "Fm", form).add("/Fm Do")


def calculated(drawing: Drawing) -> None:
    with_shading(
        drawing, Stream(drawing.pdf, b"{ dup dup }", FunctionType=4, Domain=Array([0, 1]), Range=Array([0, 1] * 3))
    )


def mesh(drawing: Drawing) -> None:
    shading = Stream(drawing.pdf, bytes(40), ShadingType=4, ColorSpace=Name.DeviceRGB, BitsPerCoordinate=8,
                     BitsPerComponent=8, BitsPerFlag=8, Decode=Array([0, 1] * 5))  # fmt: skip
    drawing.put("Shading", "Sh", drawing.pdf.make_indirect(shading)).add("/Sh sh")


def cmyk(drawing: Drawing) -> None:
    drawing.add("0 1 1 0 k 0 0 9 9 re f")


def cmyk_picture(drawing: Drawing) -> None:
    drawing.put("XObject", "Im", drawing.image(Name.DeviceCMYK, bytes(16))).add("/Im Do")


def light_spot(drawing: Drawing) -> None:
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1] * 3), C1=Array([1, 0, 0]), N=1)
    drawing.put("ColorSpace", "S", Array([Name.Separation, Name.Rot, Name.DeviceRGB, tint])).add(
        "/S cs 1 scn 0 0 9 9 re f"
    )


def transfer(drawing: Drawing) -> None:
    curve = Dictionary(FunctionType=2, Domain=Array([0, 1]), N=2)
    drawing.put("ExtGState", "S", Dictionary(TR=curve)).add("/S gs 0 0 9 9 re f")


def absent(drawing: Drawing) -> None:
    drawing.add("/Nothing Do")


def jpeg_2000(drawing: Drawing) -> None:
    thing = drawing.image(None, b"")
    thing.write(b"\0\0\0\x0cjP  ", filter=Name.JPXDecode)
    drawing.put("XObject", "Im", thing).add("/Im Do")


def colour_key(drawing: Drawing) -> None:
    drawing.put("XObject", "Im", drawing.image(Name.DeviceRGB, bytes(12), Mask=Array([0, 0] * 3))).add("/Im Do")


PRESS = (X4, X1A)
UNFIT: list[tuple[Callable[[Drawing], None], tuple[Terms, ...], str]] = [
    (bare_font, EVERYWHERE, "没有嵌入"), (lost_type_3, (ARCHIVE, X4, X1A), "Type 3"),
    (silent_font, (SCREEN, ARCHIVE), "什么字"), (open_type, (X1A,), "CFF"),
    (alpha, (X1A,), "有透明"), (blended, (X1A,), "有透明"), (alpha_in_a_form, (X1A,), "有透明"),
    (soft_picture, (X1A,), "有透明"), (softly, (X1A,), "有透明"), (coloured_mask, PRESS, "透明"),
    (layer, EVERYWHERE, "图层"), (layered_form, EVERYWHERE, "图层"), (note, EVERYWHERE, "批注"),
    (postscript, EVERYWHERE, "PostScript"), (draws_itself, EVERYWHERE, "层数"), (calculated, PRESS, "算出来"),
    (mesh, PRESS, "网格"), (cmyk, (ARCHIVE,), "CMYK"), (cmyk_picture, (ARCHIVE,), "CMYK"),
    (light_spot, (ARCHIVE, X4, X1A), "颜色"), (transfer, EVERYWHERE, "曲线"), (absent, EVERYWHERE, "缺"),
    (jpeg_2000, EVERYWHERE, "JPEG 2000"), (colour_key, PRESS, "挖掉"),
]  # fmt: skip


@pytest.mark.parametrize("terms", EVERYWHERE, ids=lambda terms: terms.name)
@pytest.mark.parametrize(("make", "where", "reason"), UNFIT, ids=lambda each: getattr(each, "__name__", ""))
def test_what_does_not_fit(
    make: Callable[[Drawing], None], where: tuple[Terms, ...], reason: str, terms: Terms
) -> None:
    """It is told where it cannot stand, and it stands elsewhere."""
    drawing = Drawing()
    make(drawing)
    data = drawing.bytes()
    if terms not in where:
        assert prepared(data, terms)
        return
    with pytest.raises(Unfit, match=reason) as caught:
        prepared(data, terms)
    assert caught.value.hint


@pytest.mark.parametrize("filters", [1, 2])
def test_what_is_packed_too_well_is_not_unpacked(filters: int) -> None:
    """A small file of which a gigabyte would come: in one step, or in two."""
    packer = zlib.compressobj(9)
    data = b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(40)), packer.flush()])
    for _ in range(filters - 1):
        data = zlib.compress(data)
    drawing = Drawing()
    form = drawing.form("")
    form.write(data, filter=Array([Name.FlateDecode] * filters), decode_parms=None)
    drawing.put("XObject", "Fm", form).add("/Fm Do")
    with pytest.raises(Unfit, match="太复杂"):
        prepared(drawing.bytes(), SCREEN)


def test_a_damaged_page_does_not_fit() -> None:
    drawing = Drawing()
    drawing.put("XObject", "Im", Stream(drawing.pdf, b"", Subtype=Name.Image)).add("/Im Do")
    with pytest.raises(Unfit, match="读不懂"):
        prepared(drawing.bytes(), SCREEN)
