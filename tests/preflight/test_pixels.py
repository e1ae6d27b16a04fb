"""What the pixels of pictures say, whatever their format: ink, line art, which picture it is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pikepdf import Array, Name, Pdf, Stream
from PIL import Image

from banxin.preflight import pixels
from tests.preflight.making import image

INVERTED = [1, 0, 1, 0, 1, 0, 1, 0]


def jpeg(pdf: Pdf, picture: Any, **more: Any) -> Any:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=95)
    return image(pdf, "DeviceCMYK", picture.size, data.getvalue(), Filter=Name.DCTDecode, **more)


@pytest.fixture
def pdf() -> Pdf:
    return Pdf.new()


@pytest.mark.parametrize(
    ("ink", "total"), [((255, 255, 255, 0), 3.0), ((255, 204, 204, 204), 3.4), ((0, 0, 0, 255), 1.0)]
)
def test_ink(pdf: Pdf, ink: tuple[int, ...], total: float) -> None:
    turned = bytes(255 - part for part in ink)
    plain = image(pdf, "DeviceCMYK", (40, 40), bytes(ink) * 1600)
    decoded = image(pdf, "DeviceCMYK", (40, 40), turned * 1600, Decode=Array(INVERTED))
    adobe = jpeg(pdf, Image.new("CMYK", (400, 400), ink), Decode=Array(INVERTED))
    for one in (plain, decoded, adobe):
        assert pixels.most_ink(one) == pytest.approx(total, abs=0.05)


def test_few_pixels_may_have_more(pdf: Pdf) -> None:
    speck = image(pdf, "DeviceCMYK", (100, 100), bytes([255] * 4) * 8 + bytes([0, 0, 0, 255]) * 9992)
    assert pixels.most_ink(speck) == pytest.approx(1.0, abs=0.05)


def test_a_damaged_picture_has_none(pdf: Pdf) -> None:
    assert pixels.most_ink(image(pdf, "DeviceCMYK", (40, 40), b"short", Filter=Name.DCTDecode)) == 0


def test_line_art(pdf: Pdf) -> None:
    lines = (b"\0" * 9 + b"\xff" * 31) * 40
    soft = (b"\0" * 9 + b"\x80" * 8 + b"\xff" * 23) * 40
    assert pixels.is_line_art(image(pdf, "DeviceGray", (40, 40), lines))
    assert not pixels.is_line_art(image(pdf, "DeviceGray", (40, 40), soft))
    assert not pixels.is_line_art(image(pdf, "DeviceGray", (40, 40), b"\xff" * 1600)), "nothing is drawn"
    grey = b"".join(bytes([shade] * 3) for shade in lines)
    assert pixels.is_line_art(image(pdf, "DeviceRGB", (40, 40), grey))
    assert not pixels.is_line_art(image(pdf, "DeviceRGB", (40, 40), b"\xff\0\0" * 800 + b"\xff" * 2400))
    ink = b"".join(bytes([0, 0, 0, 255 - shade]) for shade in lines)
    assert pixels.is_line_art(image(pdf, "DeviceCMYK", (40, 40), ink))
    assert not pixels.is_line_art(image(pdf, "DeviceCMYK", (40, 40), bytes([200, 0, 0, 255]) * 1600))


def test_a_mask_does_not_change_a_picture(pdf: Pdf, recwarn: pytest.WarningsRecorder) -> None:
    mask = image(pdf, "DeviceGray", (40, 40), b"\0" * 1600)
    assert pixels.most_ink(image(pdf, "DeviceCMYK", (40, 40), b"\xff" * 6400, SMask=mask)) == pytest.approx(
        4.0, abs=0.05
    )
    assert not recwarn.list


def test_likeness(pdf: Pdf) -> None:
    ramp = Image.linear_gradient("L")
    again = image(pdf, "DeviceGray", ramp.size, ramp.tobytes())
    turned = image(pdf, "DeviceCMYK", ramp.size, ramp.convert("CMYK").tobytes())
    for one in (again, turned):
        assert pixels.likeness_of(one) == pytest.approx(pixels.likeness(ramp), abs=2)
    assert pixels.likeness_of(Stream(pdf, b"")) == ()
