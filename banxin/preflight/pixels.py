"""What the pixels of a picture in a PDF say: how much ink, whether it is line art, which picture it is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from functools import reduce
from math import ceil
from typing import Any

import pikepdf
from PIL import Image as Pillow
from PIL import ImageChops

from banxin.preflight.finding import Rect

LARGEST = 1200
"""px: to know how much ink a picture has, it is looked at no larger."""
SPECKLE = 1000
"""One pixel in so many may have more ink."""
INK_STEPS = 4
"""The shades of all plates are added as quarters, so that their sum stays a byte."""
LINE_ART = 0.98
"""The share of pixels of line art that are black or white; the others are the soft edges of its lines."""
LARGEST_LINE_ART = 25_000_000
"""px: so many are not decoded to know what a picture is."""
NEARLY = 8
"""Shades from black or from white."""
SIDE = 8
"""px of a small likeness of a picture."""
FAULTS = (
    pikepdf.PdfError, pikepdf.models.image.UnsupportedImageTypeError, OSError, ValueError, TypeError, KeyError,
    NotImplementedError,
)  # fmt: skip
"""What pikepdf and Pillow raise at a picture that they cannot read."""


def most_ink(image: Any, part: Rect = (0.0, 0.0, 1.0, 1.0), over: Sequence[float] = (0.0, 0.0, 0.0, 0.0)) -> float:
    """The most ink of a picture in CMYK, 1.0 for one full plate; 0 of one that cannot be read.

    Args:
        part: of the unit square in which it is drawn, from its lower left corner, that is looked at.
        over: of each plate, what is printed there instead; 0: what the picture has.
    """
    with suppress(*FAULTS):
        plates = _opened(image)
        if plates.mode == "CMYK":
            plates = _printed_over(_part(_turned(image, plates), part), over)
            total: Any = reduce(_halves, (_halves(*pair) for pair in _pairs(plates)))
            counts = total.histogram()
            spared = sum(counts) // SPECKLE
            for shade in range(255, -1, -1):
                spared -= counts[shade]
                if spared < 0:
                    return shade * INK_STEPS / 255
    return 0.0


def _part(plates: Any, part: Rect) -> Any:
    left, bottom, right, top = (min(1.0, max(0.0, each)) for each in part)
    width, height = plates.size
    box = int(left * width), int((1 - top) * height), ceil(right * width), ceil((1 - bottom) * height)
    return plates if box == (0, 0, width, height) else plates.crop(box)


def _printed_over(plates: Any, over: Sequence[float]) -> Any:
    if not any(over):
        return plates
    channels = zip(plates.split(), over, strict=True)
    solid = (Pillow.new("L", plates.size, round(ink * 255)) if ink else plate for plate, ink in channels)
    return Pillow.merge("CMYK", tuple(solid))


def _pairs(plates: Any) -> list[tuple[Any, Any]]:
    cyan, magenta, yellow, black = plates.split()
    return [(cyan, magenta), (yellow, black)]


def _halves(one: Any, other: Any) -> Any:
    return ImageChops.add(one, other, scale=2)


def _opened(image: Any) -> Any:
    """A picture, small where its format lets one."""
    if _filter(image) == "/DCTDecode":
        picture = Pillow.open(io.BytesIO(image.read_raw_bytes()))
        picture.draft(picture.mode, (LARGEST, LARGEST))
        return picture
    return _as_it_is(image)


def _as_it_is(image: Any) -> Any:
    """Its samples, without its mask."""
    return pikepdf.PdfImage(image).as_pil_image(apply_decode_array=False, apply_mask=False)


def _turned(image: Any, plates: Any) -> Any:
    """With 255 for full ink: Pillow turns what Adobe wrote turned, PDF turns what its `/Decode` says."""
    decode = [float(number) for number in image.get("/Decode", [])]
    turned = bool(decode) and decode[0] > decode[1]
    return ImageChops.invert(plates) if turned != ("adobe" in plates.info) else plates


def _filter(image: Any) -> str:
    filters = image.get("/Filter", "")
    return str(filters[-1] if isinstance(filters, pikepdf.Array) and len(filters) else filters)


def is_line_art(image: Any) -> bool:
    """Whether it is black and white with nothing between but soft edges. No JPEG is: it is made for shades."""
    pixels = int(image.Width) * int(image.Height)
    if _filter(image) in ("/DCTDecode", "/JPXDecode") or pixels > LARGEST_LINE_ART:
        return False
    with suppress(*FAULTS):
        picture = _as_it_is(image)
        if picture.mode == "CMYK":
            black = picture.getchannel("K")
            if any(_most(picture.getchannel(plate)) > NEARLY for plate in "CMY"):
                return False
            picture = black
        elif picture.mode not in ("1", "L"):
            picture = picture.convert("RGB")
            if not _grey(picture):
                return False
        return _black_and_white(picture.convert("L").histogram())
    return False


def _black_and_white(counts: list[int]) -> bool:
    """Whether nearly all of these shades are at the ends, and some at each."""
    between = sum(counts[NEARLY:-NEARLY])
    return between < sum(counts) * (1 - LINE_ART) and min(sum(counts[:128]), sum(counts[128:])) > 0


def _most(plate: Any) -> int:
    """The highest value of a picture of one channel."""
    return int(plate.getextrema()[1])


def _grey(picture: Any) -> bool:
    red, green, blue = picture.split()
    return all(_most(ImageChops.difference(red, other)) <= NEARLY for other in (green, blue))


def likeness(picture: Any) -> tuple[int, ...]:
    """A few greys by which a picture is known again, whatever became of its size, format and colours."""
    small = picture.convert("L").resize((SIDE, SIDE), Pillow.Resampling.BOX)
    return tuple(small.tobytes())


def likeness_of(image: Any) -> tuple[int, ...]:
    """Of a picture in a PDF; empty where it cannot be read."""
    with suppress(*FAULTS):
        picture = _opened(image)
        return likeness(_turned(image, picture) if picture.mode == "CMYK" else picture)
    return ()
