"""Pictures of pixels -> plates: grey ones to black ink, coloured ones by their profile and the printer's.

What comes out is what stands in the PDF: a stream and its few facts. It is kept, because a picture takes longer than
the chapter around it.
"""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import dataclass
from functools import partial
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageMath

from banxin import cache
from banxin.plates.colours import INTENTS, NEUTRAL
from banxin.plates.settings import Plates

KIND = "plates"
"""Of entries in the cache."""
QUALITY = 95
"""Of JPEG, for pictures that were JPEG: no difference that a screen of 175 lines could print."""
LEVEL = 6
"""Of zlib."""
SPARSE = 0.002
"""Of all pixels: how many of a line drawing may be neither black nor white."""


@dataclass(frozen=True, slots=True)
class Plate:
    """A picture in ink."""

    width: int
    height: int
    bits: int
    """Of one ink in one pixel: 1 for line art."""
    space: str
    """`DeviceGray` or `DeviceCMYK`."""
    filter: str
    """`DCTDecode` or `FlateDecode`."""
    inverted: bool
    """Whether more is less, as in JPEGs of four inks."""
    data: bytes
    mask: bytes = b""
    """How much covers, as 8 bits a pixel, compressed; empty: all of it does."""


def plate(data: bytes, plates: Plates) -> Plate:
    """A picture for the press; made once for each file and profile."""
    made = plates.digest, plates.intent, plates.limit, plates.transparency
    name = cache.key(KIND, data, *made)
    entry = cache.read(KIND, name)
    if entry is not None:
        head, _, rest = entry.partition(b"\n")
        width, height, bits, space, filter, inverted, length = json.loads(head)
        return Plate(width, height, bits, space, filter, inverted, rest[:length], rest[length:])
    result = _made(data, plates)
    facts = [result.width, result.height, result.bits, result.space, result.filter, result.inverted, len(result.data)]
    cache.write(KIND, name, json.dumps(facts).encode("ascii") + b"\n" + result.data + result.mask)
    return result


def _made(data: bytes, plates: Plates) -> Plate:
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        photograph = opened.format in ("JPEG", "MPO")
        picture, mask = _opaque(opened, plates.transparency)
        inked = _inked(picture, plates)
    packed = zlib.compress(mask.tobytes(), LEVEL) if mask else b""
    if inked.mode == "1":
        return Plate(*inked.size, 1, "DeviceGray", "FlateDecode", False, zlib.compress(inked.tobytes(), LEVEL), packed)
    space = "DeviceGray" if inked.mode == "L" else "DeviceCMYK"
    if photograph:
        same = inked is picture and picture.mode == opened.mode and opened.info.get("adobe") is None
        content = data if same and inked.mode == "L" else _jpeg(inked)
        return Plate(*inked.size, 8, space, "DCTDecode", inked.mode == "CMYK", content, packed)
    return Plate(*inked.size, 8, space, "FlateDecode", False, zlib.compress(inked.tobytes(), LEVEL), packed)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def thinned_picture(data: bytes, share: float) -> bytes:
    """A picture of which so much covers, on white paper."""
    with Image.open(io.BytesIO(data)) as opened:
        kept = opened.mode in ("L", "RGB", "CMYK", "RGBA", "LA")
        picture = opened if kept else opened.convert("RGBA" if opened.mode.startswith("P") else "L")
        bare, _ = _opaque(picture, transparency=False)
        paper = Image.new(bare.mode, bare.size, (0, 0, 0, 0) if bare.mode == "CMYK" else "white")
        out = io.BytesIO()
        kind = "TIFF" if bare.mode == "CMYK" else "PNG"
        Image.blend(paper, bare, share).save(out, kind, icc_profile=opened.info.get("icc_profile"))
        return out.getvalue()


def _opaque(picture: Image.Image, transparency: bool) -> tuple[Image.Image, Image.Image | None]:
    """A picture without what shines through, and how much of each pixel covers; on paper where nothing may shine."""
    profile = picture.info.get("icc_profile")
    if "transparency" in picture.info or picture.mode in ("PA", "La", "RGBa"):
        picture = picture.convert("RGBA")
    if picture.mode not in ("RGBA", "LA"):
        return picture, None
    mask = picture.getchannel("A")
    bare = picture.convert(picture.mode[:-1])
    shines = mask.getextrema() != (255, 255)
    if shines and not transparency:
        paper = Image.new(bare.mode, bare.size, "white")
        paper.paste(bare, mask=mask)
        bare = paper
    if profile:
        bare.info["icc_profile"] = profile
    return bare, mask if shines and transparency else None


def _inked(picture: Image.Image, plates: Plates) -> Image.Image:
    """In the mode `1`, `L` or `CMYK`."""
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    if picture.mode in ("1", "L"):
        return _line_art(picture)
    if picture.mode == "CMYK":  # its numbers are the author's: they were made for a press
        return _limited(picture, plates.limit)
    profile = picture.info.get("icc_profile")
    plain = picture.convert("RGB")
    if _is_grey(plain):
        return _line_art(plain.convert("L"))
    return _limited(_converted(plain, profile, plates), plates.limit)


def _eight_bits(picture: Image.Image) -> Image.Image:
    wide = picture.convert("I")
    scale = 255 / 65535 if _widest(wide) > 255 else 1
    return wide.point(lambda value: value * scale).convert("L")


def _line_art(picture: Image.Image) -> Image.Image:
    """Grey that is all black and white, at one bit; other grey as it is."""
    if picture.mode == "1":
        return picture
    counts = picture.histogram()
    between = sum(counts[8:248])
    if between > SPARSE * picture.width * picture.height or not counts[0]:
        return picture
    return picture.point(lambda value: 255 * (value > 127), "1")


def _is_grey(picture: Image.Image) -> bool:
    """Whether all of a picture in RGB is grey, as scans of drawings are."""
    red, green, blue = picture.split()
    pairs = (red, green), (green, blue), (red, blue)
    return all(_widest(ImageChops.difference(*pair)) <= NEUTRAL for pair in pairs)


def _widest(picture: Image.Image) -> float:
    extrema: Any = picture.getextrema()
    return float(extrema[1])


def _converted(picture: Image.Image, profile: bytes | None, plates: Plates) -> Image.Image:
    """By the profile that the picture brings, else as sRGB; a profile that does not fit is none."""
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    intent = INTENTS[plates.intent]
    for source in (profile, None):
        try:
            known: Any = io.BytesIO(source) if source else ImageCms.createProfile("sRGB")
            made = ImageCms.profileToProfile(picture, known, plates.icc, intent, "CMYK", flags=flags)
        except ImageCms.PyCMSError:
            if not source:
                raise
        else:
            assert made
            return made
    raise AssertionError


def _limited(picture: Image.Image, limit: int) -> Image.Image:
    """No pixel has more ink than `limit` per cent: colours give way, the black stays."""
    cyan, magenta, yellow, black = picture.split()
    colours = {"c": cyan, "m": magenta, "y": yellow, "k": black}
    most = round(limit * 255 / 100)
    total: Any = ImageMath.lambda_eval(lambda a: a["c"] + a["m"] + a["y"] + a["k"], **colours)
    if total.getextrema()[1] <= most:
        return picture
    less = (ImageMath.lambda_eval(partial(_share, ink=ink, most=most), **colours) for ink in "cmy")
    return Image.merge("CMYK", (*less, black))


def _share(a: Any, ink: str, most: int) -> Any:
    """How much of an ink has room beside the black."""
    share = a[ink] * a["max"](most - a["k"], 0) / a["max"](a["c"] + a["m"] + a["y"], 1)
    return a["convert"](a["min"](a[ink], share), "L")
