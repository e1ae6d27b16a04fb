"""Pictures of pixels: told by their content, measured before they are decoded, decoded once, turned upright."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image as Pillow
from PIL import ImageFile, ImageOps, UnidentifiedImageError

from banxin.book import Image
from banxin.errors import Unusable
from banxin.svg import LONGEST_SIDE

MOST_PIXELS = 100_000_000
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}
"""What every reader of PDF, EPUB and web shows; kept byte for byte."""
CONVERTED = frozenset({"WEBP", "AVIF", "BMP", "TIFF"})
"""What not every reader shows: becomes PNG; a photograph, which would be many times larger as one, JPEG."""
SUPPORTED = "支持 PNG、JPEG、GIF、SVG、WebP、AVIF、PDF。"
FEW = 256
"""Colours of a picture that is no photograph."""


def checked(key: str, data: bytes) -> Image:
    """A picture that every format can take."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            picture = Pillow.open(io.BytesIO(data))
    except Pillow.DecompressionBombError as error:
        raise Unusable("图的尺寸大得离谱", f"最多 {MOST_PIXELS // 10**6} 百万像素。") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Unusable("认不出这是什么图，或文件坏了", SUPPORTED) from error
    with picture:
        width, height = picture.size
        if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS or not width * height:
            hint = f"每边最多 {LONGEST_SIDE} 像素，总共最多 {MOST_PIXELS // 10**6} 百万像素。"
            raise Unusable(f"图的尺寸太大（{width} × {height} 像素）", hint)
        kind = picture.format or ""
        if kind not in TYPES and kind not in CONVERTED:
            raise Unusable(f"不支持 {kind} 图", SUPPORTED)
        return _decoded(key, data, picture, kind)


@contextmanager
def _strict() -> Iterator[None]:
    """Pillow refuses a file that ends too early: WeasyPrint, once loaded, tells it not to."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _is_photograph(picture: Pillow.Image) -> bool:
    """Whether a picture has no part that shines through, and many colours; one of four inks is no PNG in any case."""
    if picture.mode == "CMYK":
        return True
    return picture.mode in ("RGB", "L") and picture.getcolors(FEW) is None


def _decoded(key: str, data: bytes, picture: Pillow.Image, kind: str) -> Image:
    """Decoded once, so that a broken file is found here; turned upright where the camera asks for it."""
    try:
        with _strict():
            picture.load()
        turned = kind in CONVERTED or picture.getexif().get(0x0112, 1) != 1
        if not turned:
            return Image(key, TYPES[kind], data, *picture.size)
        upright = ImageOps.exif_transpose(picture) or picture
        out = io.BytesIO()
        if kind == "JPEG" or (kind in CONVERTED and _is_photograph(upright)):
            upright.save(out, "JPEG", quality=95, icc_profile=picture.info.get("icc_profile"))
            return Image(key, TYPES["JPEG"], out.getvalue(), *upright.size)
        upright.save(out, "PNG")
        return Image(key, TYPES["PNG"], out.getvalue(), *upright.size)
    except (OSError, ValueError, SyntaxError) as error:
        raise Unusable("图坏了", "重新导出它。") from error
