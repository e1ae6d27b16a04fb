"""Plates: colours and pictures in ink, and the printer's profile."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms
from tinycss2.color5 import parse_color

from banxin.errors import ConfigError, Place, ToolError
from banxin.plates import marks, profiles, spaces
from banxin.plates.colours import Inks, limited, rgb
from banxin.plates.pictures import Plate, plate
from banxin.plates.settings import Intent, Plates, Standard

PLACE = Place("book.yaml", 3)
PROFILE = profiles.find(Path(), "", PLACE)


def press(**changes: Any) -> Plates:
    return Plates(**{"standard": Standard.X4, "icc": PROFILE.path, "digest": PROFILE.digest, "name": "", **changes})


def fill(colour: str, **changes: Any) -> bytes:
    return Inks(press(**changes)).paint(parse_color(colour)).fill


# Colours --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("colour", "operators"),
    [
        ("#000", b"0 0 0 1 k"),
        ("#fff", b"0 0 0 0 k"),
        ("#333", b"0 0 0 0.8 k"),
        ("#1a1a1a", b"0 0 0 0.898 k"),
        ("rgb(30 28 36)", b"0 0 0 0.8863 k"),  # nearly grey: three screens would look dirty
        ("device-cmyk(0.1 0.2 0.3 0.4)", b"0.1 0.2 0.3 0.4 k"),
        ("device-cmyk(1 1 1 1)", b"0.6667 0.6667 0.6667 1 k"),  # no more than the limit
    ],
)
def test_greys_are_black_ink_alone(colour: str, operators: bytes) -> None:
    assert fill(colour) == operators


def test_colours_are_mixed_by_the_profile() -> None:
    cyan, magenta, yellow, black = map(float, fill("#c81e28").split()[:4])
    assert cyan < 0.4
    assert min(magenta, yellow) > 0.7
    assert black < 0.3


def test_the_intent_is_heard() -> None:
    assert fill("#00f", intent=Intent.SATURATION) != fill("#00f", intent=Intent.RELATIVE)


def test_a_colour_may_be_an_ink_of_its_own() -> None:
    spots = (("PANTONE 484 C", "#8a2f24"), ("专金", "#b08030"))
    assert fill("#8A2F24", spots=spots) == b"/Spot0 cs 1 scn"
    assert fill("#b08030", spots=spots) == b"/Spot1 cs 1 scn"
    assert fill("#b08031", spots=spots).endswith(b" k")
    found = spaces.colour_spaces(press(spots=spots))
    assert found["Spot0"][:3] == ["/Separation", b"/PANTONE#20484#20C", "/DeviceCMYK"]
    assert found["Spot1"][1] == b"/#E4#B8#93#E9#87#91"


def test_where_nothing_may_shine_through_it_is_mixed_with_paper() -> None:
    assert fill("rgb(0 0 0 / .25)", standard=Standard.X1A) == b"0 0 0 0.25 k"
    assert fill("rgb(0 0 0 / .25)") == b"0 0 0 1 k"
    assert fill("transparent", standard=Standard.X1A) == b"/Nothing cs 1 scn"


def test_only_solid_black_is_printed_over_what_is_there() -> None:
    inks = Inks(press())
    assert [inks.paint(parse_color(each)).solid for each in ("#000", "#010101", "#fff", "#8a2f24")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_short_colours() -> None:
    assert rgb("#f80") == rgb("#ff8800") == (255, 136, 0)


@pytest.mark.parametrize("limit", [200, 240, 300])
def test_a_colour_keeps_to_the_limit(limit: int) -> None:
    ink = limited((1, 0.9, 0.8, 0.7), limit)
    assert sum(ink) == pytest.approx(limit / 100, abs=0.001)
    assert ink[3] == 0.7
    assert ink[0] / ink[1] == pytest.approx(1 / 0.9, abs=0.001)
    assert limited((0.2, 0.2, 0.2, 0.2), limit) == (0.2, 0.2, 0.2, 0.2)


# Pictures -------------------------------------------------------------------------------------------------------------


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    picture.save(out := io.BytesIO(), kind, **options)
    return out.getvalue()


def ramp() -> Image.Image:
    return Image.linear_gradient("L")


def coloured() -> Image.Image:
    return Image.merge("RGB", (ramp(), ramp().transpose(Image.Transpose.ROTATE_90), ImageChops.invert(ramp())))


def pixels(made: Plate) -> Image.Image:
    """The picture in a plate, as a reader of the PDF has it."""
    mode = {("DeviceGray", 1): "1", ("DeviceGray", 8): "L", ("DeviceCMYK", 8): "CMYK"}[made.space, made.bits]
    if made.filter == "FlateDecode":
        return Image.frombytes(mode, (made.width, made.height), zlib.decompress(made.data))
    picture = Image.open(io.BytesIO(made.data))  # Pillow turns JPEGs of four inks round, as `Decode` asks readers to
    assert picture.mode == mode
    return picture


def test_a_coloured_picture_is_converted_by_the_profile() -> None:
    made = plate(saved(Image.new("RGB", (4, 4), (200, 30, 40))), press())
    assert (made.space, made.filter, made.inverted, made.mask) == ("DeviceCMYK", "FlateDecode", False, b"")
    ink = [each / 255 for each in pixels(made).getpixel((1, 1))]  # type: ignore[union-attr]
    assert ink == pytest.approx([float(n) for n in fill("rgb(200 30 40)").split()[:4]], abs=0.01)


def test_a_photograph_stays_a_jpeg() -> None:
    made = plate(saved(coloured(), "JPEG", quality=95), press())
    assert (made.space, made.filter, made.inverted) == ("DeviceCMYK", "DCTDecode", True)
    flat = plate(saved(coloured()), press())
    difference = ImageChops.difference(pixels(made), pixels(flat))
    assert max(high for _, high in difference.getextrema()) < 48  # type: ignore[misc,union-attr]


def test_the_profile_that_a_picture_brings_is_read() -> None:
    """One of another kind of colour is as none."""
    unfit = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = pixels(plate(saved(coloured()), press())).tobytes()
    assert pixels(plate(saved(coloured(), icc_profile=unfit), press())).tobytes() == plain, "one that does not fit"
    plain_profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    turned = plain_profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    red_and_blue = Image.merge("RGB", coloured().split()[::-1])
    for picture, profile in ((coloured(), plain_profile), (red_and_blue, turned)):
        made = pixels(plate(saved(picture, icc_profile=profile), press()))
        difference = ImageChops.difference(made, Image.frombytes("CMYK", made.size, plain))
        assert max(high for _, high in difference.getextrema()) <= 4  # type: ignore[misc,union-attr]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_grey_picture_is_black_ink(kind: str) -> None:
    made = plate(saved(Image.merge("RGB", (ramp(), ramp(), ramp())), kind), press())
    assert (made.space, made.bits) == ("DeviceGray", 8)
    assert sum(ImageChops.difference(pixels(made), ramp()).histogram()[3:]) == 0


def test_line_art_is_one_bit() -> None:
    drawing = ramp().point(lambda value: 255 * (value > 99))
    for picture in (drawing, drawing.convert("RGB"), drawing.convert("1")):
        made = plate(saved(picture), press())
        assert (made.space, made.bits) == ("DeviceGray", 1)
        assert pixels(made).convert("L").tobytes() == drawing.tobytes()


def test_an_even_white_or_dark_picture_is_no_line_art() -> None:
    assert plate(saved(Image.new("L", (9, 9), 255)), press()).bits == 8
    assert plate(saved(Image.new("L", (9, 9), 40)), press()).bits == 8


def test_sixteen_bits() -> None:
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((1, 0), 65535)
    deep.putpixel((0, 0), 32768)
    made = pixels(plate(saved(deep), press()))
    assert list(made.tobytes()) == [127, 255]


def test_no_pixel_has_more_ink_than_the_limit() -> None:
    dark = Image.merge("RGB", [ramp().point(lambda value: value // 8)] * 2 + [ramp().point(lambda value: value // 3)])
    for limit, most in ((400, 0), (220, 220)):
        cyan, magenta, yellow, black = pixels(plate(saved(dark), press(limit=limit))).split()
        totals = [sum(each) / 2.55 for each in zip(*(p.tobytes() for p in (cyan, magenta, yellow, black)), strict=True)]
        assert max(totals) <= limit + 0.5
        assert max(totals) > most - 3
    free = plate(saved(dark), press(limit=400))
    assert pixels(free).getchannel("K").tobytes() == black.tobytes(), "the black stays"


def test_the_numbers_of_a_picture_in_ink_are_the_authors() -> None:
    ink = Image.new("CMYK", (4, 4), (10, 200, 30, 5))
    made = pixels(plate(saved(ink, "JPEG", quality=100, subsampling=0), press()))
    assert made.getpixel((1, 1)) == pytest.approx((10, 200, 30, 5), abs=3)


def test_what_shines_through() -> None:
    glass = Image.new("RGBA", (4, 4), (200, 30, 40, 128))
    made = plate(saved(glass), press())
    assert zlib.decompress(made.mask) == bytes([128]) * 16
    flat = plate(saved(glass), press(standard=Standard.X1A))
    assert not flat.mask
    assert sum(pixels(flat).getpixel((1, 1))) < sum(pixels(made).getpixel((1, 1)))  # type: ignore[arg-type]
    assert not plate(saved(Image.new("RGBA", (4, 4), (200, 30, 40, 255))), press()).mask


# The profile ----------------------------------------------------------------------------------------------------------


def test_one_s_own_profile_is_found_from_the_book_s_folder(tmp_path: Path) -> None:
    (tmp_path / "icc").mkdir()
    (tmp_path / "icc" / "厂.icc").write_bytes(Path(PROFILE.path).read_bytes())
    found = profiles.find(tmp_path, "icc/厂.icc", PLACE)
    assert found.digest == PROFILE.digest
    assert found.path == str(tmp_path / "icc" / "厂.icc")
    assert found.name


def test_a_profile_of_the_machine_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "Press.icc").write_bytes(Path(PROFILE.path).read_bytes())
    monkeypatch.setenv("BANXIN_ICC_PATH", str(tmp_path))
    assert profiles.find(tmp_path / "book", "Press.icc", PLACE).path == str(tmp_path / "deep" / "Press.icc")
    assert profiles.find(tmp_path / "book", "Press", PLACE).digest == PROFILE.digest
    with pytest.raises(ToolError, match="没有四色印刷的 ICC"):
        profiles.find(tmp_path / "book", "", PLACE)


def test_a_profile_that_is_cut_short(tmp_path: Path) -> None:
    (tmp_path / "half.icc").write_bytes(Path(PROFILE.path).read_bytes()[:200])
    with pytest.raises(ConfigError, match="坏了"):
        profiles.find(tmp_path, "half.icc", PLACE)


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("Coated FOGRA39 (ISO 12647-2:2004)", "FOGRA39"),
        ("PSO Coated v3 (FOGRA51)", "FOGRA51"),
        ("Japan Color 2001 Coated", "JC200103"),
        ("Japan Color 2011 Coated", "JC201103"),
        ("Artifex CMYK SWOP Profile", ""),
    ],
)
def test_conditions(name: str, condition: str) -> None:
    assert profiles.condition(name) == condition


# Marks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bleed", [0.0, 8.5, 30.0])
def test_marks_keep_between_the_bleed_and_the_edge_of_the_sheet(bleed: float) -> None:
    numbers = [float(n) for line in marks.drawn((0, 0, 400, 600), bleed).splitlines()[1:-1] for n in line.split()[:-1]
               if n not in (b"m", b"l", b"c")]  # fmt: skip
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    assert len(points) > 50
    for x, y in points:
        outside = max(-x, x - 400, -y, y - 600)
        assert max(bleed, marks.LEAST) - 0.01 <= outside <= marks.room(bleed)
