"""Pictures for screens, photographs in formats of the web, pages of PDFs as figures."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageChops, ImageCms

from banxin import images, onscreen
from banxin.book import Image
from banxin.errors import Place

PLACE = Place("a.md", 3)


def photograph(size: int = 256) -> Pillow.Image:
    ramp = Pillow.linear_gradient("L").resize((size, size))
    return Pillow.merge("RGB", (ramp, ramp.transpose(Pillow.Transpose.ROTATE_90), ImageChops.invert(ramp)))


def saved(picture: Pillow.Image, kind: str, **options: object) -> bytes:
    picture.save(out := io.BytesIO(), kind, **options)
    return out.getvalue()


def image(data: bytes, kind: str = "image/png") -> Image:
    return Image("a", kind, data, 256, 256)


def opened(data: bytes) -> Pillow.Image:
    picture = Pillow.open(io.BytesIO(data))
    picture.load()
    return picture


def turned_profile() -> bytes:
    """sRGB with red and blue the other way round."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name = ImageCms.getProfileDescription(ImageCms.createProfile("sRGB")).strip()
    turned = plain.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    for encoding in ("utf-16-be", "ascii"):
        turned = turned.replace(name.encode(encoding), name.replace("sRGB", "BRGs").encode(encoding))
    return turned


def widest(one: Pillow.Image, other: Pillow.Image) -> float:
    return max(high for _, high in ImageChops.difference(one, other).getextrema())  # type: ignore[misc,union-attr]


def test_what_is_srgb_and_small_stays_byte_for_byte() -> None:
    for kind in ("PNG", "JPEG"):
        data = saved(photograph(), kind)
        assert onscreen.shown(image(data, f"image/{kind.lower()}"), 256).data == data
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(photograph(), "PNG", icc_profile=srgb)
    assert onscreen.shown(image(data)).data == data


def test_another_colour_space_becomes_srgb() -> None:
    data = saved(Pillow.merge("RGB", photograph().split()[::-1]), "PNG", icc_profile=turned_profile())
    made = opened(onscreen.shown(image(data)).data)
    assert "icc_profile" not in made.info
    assert widest(made, photograph()) <= 4


def test_what_shines_through_stays_so() -> None:
    glass = photograph().convert("RGBA")
    glass.putalpha(99)
    made = opened(onscreen.shown(image(saved(glass, "PNG", icc_profile=turned_profile()))).data)
    assert made.mode == "RGBA"
    assert made.getchannel("A").getextrema() == (99, 99)


def test_a_picture_of_four_inks_becomes_one_of_light() -> None:
    data = saved(Pillow.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95)
    made = opened(onscreen.shown(image(data, "image/jpeg")).data)
    assert made.mode == "RGB"
    red, green, blue = made.getpixel((4, 4))  # type: ignore[misc]
    assert red > 150
    assert max(green, blue) < 100


@pytest.mark.parametrize(("most", "size"), [(0, 256), (256, 256), (100, 100)])
def test_no_more_pixels_than_are_seen(most: int, size: int) -> None:
    made = onscreen.shown(image(saved(photograph(), "PNG")), most)
    assert opened(made.data).size == (size, size)
    assert (made.width, made.height) == (256, 256), "how large it is meant"


def test_reduced_by_a_ratio() -> None:
    data, width, height = onscreen.reduced(saved(photograph(), "JPEG"), 0.25)
    assert opened(data).size == (width, height) == (64, 64)
    assert opened(data).format == "JPEG"


def test_drawings_and_films_stay() -> None:
    for kind in ("image/svg+xml", "image/gif"):
        assert onscreen.shown(image(b"<svg/>", kind), 10).data == b"<svg/>"


# What an author brings ------------------------------------------------------------------------------------------------


def found(folder: Path, target: str) -> images.Found:
    return images.find(folder, "a.md", target, PLACE)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_a_photograph_of_the_web_becomes_a_jpeg_and_a_drawing_a_png(kind: str, tmp_path: Path) -> None:
    (tmp_path / "photograph").write_bytes(saved(photograph(), kind, quality=95))
    (tmp_path / "drawing").write_bytes(saved(Pillow.new("RGB", (64, 64), "#8a2f24"), kind))
    (tmp_path / "glass").write_bytes(saved(photograph().convert("RGBA").rotate(45), kind))
    types = {}
    for name in ("photograph", "drawing", "glass"):
        made = found(tmp_path, name).image
        assert made
        types[name] = made.media_type
    assert types == {"photograph": "image/jpeg", "drawing": "image/png", "glass": "image/png"}
    kept = found(tmp_path, "photograph").image
    assert kept
    assert widest(opened(kept.data), photograph()) < 48


def test_a_photograph_keeps_its_profile_for_the_press(tmp_path: Path) -> None:
    (tmp_path / "a.webp").write_bytes(saved(photograph(), "WEBP", quality=95, icc_profile=turned_profile()))
    made = found(tmp_path, "a.webp").image
    assert made
    assert opened(made.data).info["icc_profile"] == turned_profile()


def two_pages(path: Path) -> None:
    """A PDF of two pages, 3 in wide and 2 in high, 1 in wide and 2 in high."""
    pages = [Pillow.new("RGB", (216, 144), "white"), Pillow.new("RGB", (72, 144), "#c81e28")]
    pages[0].paste("black", (50, 40, 120, 100))
    pages[0].save(path, "PDF", resolution=72, save_all=True, append_images=pages[1:])


def test_a_page_of_a_pdf_is_a_figure(tmp_path: Path) -> None:
    two_pages(tmp_path / "figure.pdf")
    first, second = (found(tmp_path, target).image for target in ("figure.pdf", "figure.pdf#page=2"))
    assert first
    assert second
    assert (first.key, second.key) == ("figure.pdf", "figure.pdf#page=2")
    assert (first.width, first.height) == (288, 192), "px, 96 to the inch"
    assert opened(first.data).size == pytest.approx((1800, 1200), abs=1), "600 to the inch"
    assert opened(first.data).mode == "L", "what is grey is printed in black"
    assert (second.width, second.height) == (96, 192)
    assert opened(second.data).getpixel((9, 9)) == pytest.approx((200, 30, 40), abs=6)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("figure.pdf#page=3", "这个 PDF 没有第 3 页"),
        ("figure.pdf#page=0", "这个 PDF 没有第 0 页"),
        ("broken.pdf", "PDF 读不出来"),
        ("figur.pdf", "找不到图"),
    ],
)
def test_a_page_that_there_is_not(target: str, told: str, tmp_path: Path) -> None:
    two_pages(tmp_path / "figure.pdf")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n" + b"nothing" * 9)
    (problem,) = found(tmp_path, target).problems
    assert problem.message.startswith(told)
    assert problem.place == PLACE
