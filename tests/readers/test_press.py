"""The PDF for a printer: its inks, its pictures, what it says of itself, read back by Ghostscript, qpdf and pikepdf."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from PIL import Image, ImageChops, ImageCms

from banxin import build
from banxin.errors import BanxinError
from tests.programs import need

pytestmark = pytest.mark.slow

PARAGRAPH = "刻工把字反刻在梨木上，一天不过百余字；板子晾干，刷墨，覆纸，再用棕刷轻轻拂过。"
WORDS = f"""# 墨

{PARAGRAPH}参看[第二章](b.md)和[网页](https://example.org/)，`code`、**粗**、*楷*、[着重]{{.em-dot}}。[^1]

::: note
{PARAGRAPH}
:::

| 甲 | 乙 |
|---|---|
| 一 | $x^2$ |

```python
print("甲")  # 注释是灰的
```

[^1]: {PARAGRAPH}
"""
PICTURES = """# 图

![彩色](colour.jpg)

![灰色](grey.png)

![墨线](line.png)

![透明](alpha.png)

![绘图](drawing.svg)
"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80"><defs><linearGradient id="g">
<stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient></defs>
<rect width="90" height="60" fill="url(#g)"/><circle cx="140" cy="40" r="30" fill="#8a2f24" stroke="black"/>
<rect x="150" y="10" width="40" height="30" fill="transparent" stroke="#0a0"/>{}</svg>"""
STANDARDS = {"x4": ("PDF/X-4", "1.6"), "x1a": ("PDF/X-1a:2003", "1.4"), "x3": ("PDF/X-3:2003", "1.4")}
LIGHT = frozenset({"rg", "RG", "g", "G"})
"""Operators that set a colour which is no ink, or ink by another name."""
RED = "#8a2f24"
RESOLUTION = 36


def pictures(folder: Path) -> None:
    """One of each kind."""
    ramp = Image.linear_gradient("L").resize((120, 120))
    turned = ramp.transpose(Image.Transpose.ROTATE_90)
    Image.merge("RGB", (ramp, turned, ImageChops.invert(ramp))).save(folder / "colour.jpg", quality=95)
    Image.merge("RGB", (ramp, ramp, ramp)).save(folder / "grey.png")
    ramp.point(lambda value: 255 * (value > 99)).convert("RGB").save(folder / "line.png")
    Image.new("RGBA", (60, 30), (200, 30, 40, 128)).save(folder / "alpha.png")
    (folder / "drawing.svg").write_text(SVG.format(""), "utf-8")


@dataclass(frozen=True)
class Printed:
    """A book, printed by one standard."""

    standard: str
    path: Path
    order: build.Order


@pytest.fixture(scope="module", params=STANDARDS)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    folder = tmp_path_factory.mktemp(f"press-{request.param}")
    pictures(folder)
    (folder / "a.md").write_text(WORDS, "utf-8")
    (folder / "b.md").write_text(PICTURES, "utf-8")
    spec = f"print: {{standard: {request.param}, accent: '{RED}', spots: {{PANTONE 484 C: accent}}}}\n"
    text = f"title: 墨\nlayout: essay\npage: {{trim: A5}}\n{spec}chapters: [a.md, b.md]\n"
    (folder / "book.yaml").write_text(text, "utf-8")
    order = build.Order(folder, formats=("pdf",), out=folder / "out", profile="print")
    (path,) = build.build(order).written
    return Printed(request.param, path, order)


PIXELS = {
    "colour.jpg（b.md:3）": "P501",
    "grey.png（b.md:5）": "P501",
    "line.png（b.md:7）": "P502",
    "alpha.png（b.md:9）": "P501",
}
"""Of 96 pixels in an inch."""


def test_a_preflight_finds_only_that_the_pictures_are_small(printed: Printed) -> None:
    """And which picture each is, though its colours were converted."""
    (looked,) = build.build(printed.order).preflights
    assert {finding.file: finding.code for finding in looked.report.findings} == PIXELS


def contents(file: pikepdf.Pdf) -> Iterator[Any]:
    """The content of every page, and all forms and patterns, each once."""
    seen: set[Any] = set()

    def inside(item: Any) -> Iterator[Any]:
        yield item
        resources = item.get("/Resources", {})
        for category in ("/XObject", "/Pattern"):
            for each in dict(resources.get(category, {})).values():
                if each.objgen not in seen and ("/BBox" in each):
                    seen.add(each.objgen)
                    yield from inside(each)

    for page in file.pages:
        yield from inside(page)


def images(file: pikepdf.Pdf) -> list[Any]:
    return [item for item in file.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"]


def plates(path: Path, folder: Path) -> dict[str, list[Path]]:
    """A picture of each plate of each page, black on white, by the ink."""
    out = folder / "plate%d.tif"
    command = [need("gs"), "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", f"-r{RESOLUTION}", "-sDEVICE=tiffsep", f"-o{out}"]
    subprocess.run([*command, str(path)], check=True)
    found: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("plate*(*).tif"), key=lambda file: int(file.name[5:].partition("(")[0])):
        found.setdefault(file.name.partition("(")[2].removesuffix(").tif"), []).append(file)
    return found


def inked(file: Path, room: float) -> bool:
    """Whether there is ink within the trim; `room` is around it, pt."""
    with Image.open(file) as picture:
        edge = round(room / 72 * RESOLUTION) + 1
        low, _ = picture.convert("L").crop((edge, edge, picture.width - edge, picture.height - edge)).getextrema()
        return low < 250  # type: ignore[operator]


def test_qpdf_finds_nothing(printed: Printed) -> None:
    done = subprocess.run([need("qpdf"), "--check", str(printed.path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"PDF Version: {STANDARDS[printed.standard][1]}" in done.stdout


def test_it_says_what_it_is(printed: Printed) -> None:
    name, version = STANDARDS[printed.standard]
    with pikepdf.open(printed.path) as file:
        assert file.pdf_version == version
        assert file.docinfo["/Trapped"] == "/False"
        assert "/ID" in file.trailer
        with file.open_metadata() as said:
            assert said["{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"] == name
            assert said["{http://ns.adobe.com/pdf/1.3/}Trapped"] == "False"
        if printed.standard != "x4":
            assert str(file.docinfo["/GTS_PDFXVersion"]) == name
        (intent,) = file.Root.OutputIntents
        assert (str(intent.S), int(intent.DestOutputProfile.N)) == ("/GTS_PDFX", 4)
        profile = intent.DestOutputProfile.read_bytes()
        assert profile[36:40] == b"acsp"
        assert (profile[12:16], profile[16:20]) == (b"prtr", b"CMYK")
        assert str(intent.Info)


def test_every_page_has_its_boxes(printed: Printed) -> None:
    with pikepdf.open(printed.path) as file:
        for page in file.pages:
            media, bleed, trim = ([float(n) for n in page[f"/{name}Box"]] for name in ("Media", "Bleed", "Trim"))
            around = [outer - inner for outer, inner in zip(bleed, trim, strict=True)]
            assert around == pytest.approx([-8.504, -8.504, 8.504, 8.504], abs=0.01)
            assert all(m <= b for m, b in zip(media[:2], bleed[:2], strict=True))
            assert all(m >= b for m, b in zip(media[2:], bleed[2:], strict=True))
            assert "/Annots" not in page


def test_all_colour_is_ink(printed: Printed) -> None:
    with pikepdf.open(printed.path) as file:
        used: set[str] = set()
        spaces: set[str] = set()
        for content in contents(file):
            for operands, operator in pikepdf.parse_content_stream(content):
                used.add(str(operator))
                if str(operator) in ("cs", "CS"):
                    spaces.add(str(operands[0]))
        assert {"k", "K", "cs"} <= used
        assert not used & LIGHT
        assert spaces <= {"/Registration", "/Spot0", "/Nothing", "/Pattern"}
        assert {str(image.ColorSpace) for image in images(file)} == {"/DeviceCMYK", "/DeviceGray"}
        assert not any("/Interpolate" in image for image in images(file))
        assert "/DeviceRGB" not in {str(item.get("/ColorSpace")) for item in file.objects if is_shading(item)}
        assert any(is_shading(item) for item in file.objects)
        declared = {str(space[0]) for page in file.pages for space in page.Resources.ColorSpace.values()}
        assert declared == {"/Separation"}


def is_shading(item: Any) -> bool:
    return isinstance(item, pikepdf.Dictionary | pikepdf.Stream) and "/ShadingType" in item


def test_black_is_printed_over_what_is_there(printed: Printed) -> None:
    """Solid black, and nothing else."""
    with pikepdf.open(printed.path) as file:
        for page in file.pages:
            over = False
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "gs":
                    state = page.Resources.ExtGState[operands[0]]
                    over = bool(state.get("/op", over))
                    assert state.get("/OPM", 1) == 1
                elif str(operator) == "k":
                    assert over == ([float(n) for n in operands] == [0, 0, 0, 1])


def test_nothing_shines_through_where_nothing_may(printed: Printed) -> None:
    with pikepdf.open(printed.path) as file:
        masks = [image for image in images(file) if "/SMask" in image]
        groups = [item for item in file.objects if isinstance(item, pikepdf.Stream) and "/Group" in item]
        assert bool(masks) == (printed.standard == "x4")
        if printed.standard != "x4":
            assert not groups
            for item in file.objects:
                if isinstance(item, pikepdf.Dictionary) and "/ExtGState" in item:
                    for state in item.ExtGState.values():
                        assert (state.get("/ca", 1), state.get("/CA", 1)) == (1, 1)
                        assert "/SMask" not in state


def test_fonts_are_of_a_kind_that_the_version_holds(printed: Printed) -> None:
    with pikepdf.open(printed.path) as file:
        described = [item for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/FontBBox" in item]
        assert described
        assert all("/FontFile2" in font for font in described)


@pytest.mark.parametrize("printed", ["x4", "x1a"], indirect=True)
def test_text_is_on_the_black_plate_only(printed: Printed, tmp_path: Path) -> None:
    """The pages of words; those of pictures, and the red of the layout, are on the other plates."""
    found = plates(printed.path, tmp_path)
    assert set(found) == {"Cyan", "Magenta", "Yellow", "Black", "PANTONE 484 C"}
    pictures = first_page(printed.path, "图")
    for name in ("Cyan", "Magenta", "Yellow"):
        pages = [i for i, plate in enumerate(found[name]) if inked(plate, 28.35)]
        assert pages
        assert min(pages) >= pictures, name
    assert sum(inked(plate, 28.35) for plate in found["Black"]) >= 5
    assert any(inked(plate, 28.35) for plate in found["PANTONE 484 C"]), "what is red in the layout"


def first_page(path: Path, chapter: str) -> int:
    """The index of the page on which a chapter begins, by the outline."""
    with pikepdf.open(path) as file, file.open_outline() as outline:
        (target,) = [item.destination[0] for item in outline.root if item.title.endswith(chapter)]
        return next(i for i, page in enumerate(file.pages) if page.objgen == target.objgen)


@pytest.mark.parametrize("printed", ["x4"], indirect=True)
def test_marks_are_on_every_plate(printed: Printed, tmp_path: Path) -> None:
    for plate in [files[0] for files in plates(printed.path, tmp_path).values()]:
        with Image.open(plate) as picture:
            low, _ = picture.convert("L").crop((0, 0, picture.width, 12)).getextrema()
            assert low < 250, plate.name  # type: ignore[operator]


def test_twice_the_same(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANXIN_CACHE", "off")
    first = printed.path.read_bytes()
    (path,) = build.build(replace(printed.order, out=printed.path.parent / "again", jobs=1)).written
    assert path.read_bytes() == first


def otf(path: Path) -> None:
    """A real font with CFF outlines: one square for one character."""
    pen = T2CharStringPen(1000, None)
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    square = pen.getCharString()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "jia"])
    builder.setupCharacterMap({ord("甲"): "jia"})
    builder.setupCFF("Squares-Regular", {}, {".notdef": square, "jia": square}, {})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "jia"), (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "My Squares", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(path)


# What is refused ------------------------------------------------------------------------------------------------------


def refused(folder: Path, spec: str, words: str = "# 甲\n\n字。\n") -> str:
    (folder / "a.md").write_text(words, "utf-8")
    (folder / "book.yaml").write_text(f"title: 书\n{spec}chapters: [a.md]\n", "utf-8")
    with pytest.raises(BanxinError) as caught:
        build.build(build.Order(folder, formats=("pdf",), out=folder / "out", profile="print", jobs=1))
    return f"{caught.value.exit_code} {caught.value}"


@pytest.mark.parametrize("standard", ["x1a", "x3"])
def test_a_font_that_the_version_cannot_hold_is_named(standard: str, tmp_path: Path) -> None:
    otf(tmp_path / "squares.otf")
    told = refused(tmp_path, f"fonts: {{kai: squares.otf}}\nprint: {{standard: {standard}}}\n", "# 甲\n\n字*甲*。\n")
    assert told.startswith("2 ")
    assert f"My Squares Own: 错误：{STANDARDS[standard][0]} 装不下 CFF 轮廓的字体（.otf）" in told


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("print: {icc: no.icc}\n", "2 book.yaml:2: 错误：找不到 ICC 文件 no.icc"),
        ("print:\n  icc: a.md\n", "2 book.yaml:3: 错误：a.md 不是四色印刷的 ICC 色彩描述文件"),
        ("print:\n  icc: screen.icc\n", "2 book.yaml:3: 错误：screen.icc 不是四色印刷的"),
        ("print: {standard: x2}\n", "2 book.yaml:2: 错误：print.standard 不能是 x2"),
        ("print: {ink-limit: 500}\n", "2 book.yaml:2: 错误：print.ink-limit 不能是 500"),
        ("print: {accent: red}\n", "2 book.yaml:2: 错误：print.accent 不是颜色：red"),
        ("print:\n  spots:\n    专红: red\n", "2 book.yaml:4: 错误：专色 专红 的颜色看不懂：red"),
        ("print:\n  spots:\n    专红: accent\n", "2 book.yaml:4: 错误：专色 专红 要代替的颜色没有定"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(spec: str, told: str, tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (tmp_path / "screen.icc").write_bytes(profile)
    assert refused(tmp_path, spec).startswith(told)


def test_a_machine_without_a_profile_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANXIN_ICC_PATH", str(tmp_path))
    told = refused(tmp_path, "")
    assert told.startswith("3 ")
    assert "没有四色印刷的 ICC 色彩描述文件" in told
    assert "apt-get install libgs-common" in told
