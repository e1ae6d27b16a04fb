"""Pictures for screens: in sRGB, and with no more pixels than are seen.

A screen knows no inks and seldom reads a profile: what an author brings in another colour space is converted once, and
kept. What the printer gets is the author's file (banxin/plates/pictures.py).
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from PIL import Image as Pillow
from PIL import ImageCms

from banxin import cache
from banxin.book import Image

KIND = "onscreen"
"""Of entries in the cache."""
TYPES = {"image/jpeg": "JPEG", "image/png": "PNG"}
"""Those that are touched: drawings have no pixels, and GIF may move."""
QUALITY = 88
"""Of JPEG."""
SAME = b"\0"
"""An entry that says: as it is."""


def shown(image: Image, most: int = 0) -> Image:
    """A picture as a screen shows it; its `width` and `height` stay, because that is how large it is meant.

    Args:
        image: the author's.
        most: pixels of its longer side; 0: as many as it has.
    """
    if image.media_type not in TYPES:
        return image
    key = cache.key(KIND, image.data, most)
    entry = cache.read(KIND, key)
    if entry is None:
        entry = _made(image, most) or SAME
        cache.write(KIND, key, entry)
    return image if entry == SAME else replace(image, data=entry)


def reduced(data: bytes, ratio: float) -> tuple[bytes, int, int]:
    """A picture of so many pixels less in each direction, its width and height."""
    key = cache.key(KIND, data, ratio)
    entry = cache.read(KIND, key)
    if entry is None:
        with Pillow.open(io.BytesIO(data)) as picture:
            entry = _saved(_smaller(picture, ratio), picture.format or "PNG")
        cache.write(KIND, key, entry)
    with Pillow.open(io.BytesIO(entry)) as picture:
        return entry, *picture.size


def _made(image: Image, most: int) -> bytes:
    """The picture anew; nothing, if it may stay."""
    with Pillow.open(io.BytesIO(image.data)) as picture:
        longer = max(picture.size)
        ratio = min(1.0, most / longer) if most else 1.0
        converted = _in_srgb(picture)
        if converted is None and ratio == 1:
            return b""
        return _saved(_smaller(converted or picture, ratio), TYPES[image.media_type])


def _in_srgb(picture: Any) -> Any:
    """The picture in sRGB; None, if it is that already, or is grey."""
    profile = picture.info.get("icc_profile")
    if picture.mode == "CMYK":
        return _converted(picture, profile) or picture.convert("RGB")
    if not profile or picture.mode not in ("RGB", "RGBA") or _is_srgb(profile):
        return None
    return _converted(picture, profile)


def _is_srgb(profile: bytes) -> bool:
    try:
        return "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (OSError, ImageCms.PyCMSError):
        return True  # nobody can read it


def _converted(picture: Any, profile: bytes | None) -> Any:
    """By its profile; None where it has none that fits."""
    if not profile:
        return None
    mask = picture.getchannel("A") if picture.mode == "RGBA" else None
    plain = picture if mask is None else picture.convert("RGB")
    srgb = ImageCms.createProfile("sRGB")
    try:
        made = ImageCms.profileToProfile(plain, io.BytesIO(profile), srgb, ImageCms.Intent.PERCEPTUAL, "RGB")
    except (OSError, ImageCms.PyCMSError):
        return None
    if made and mask:
        made.putalpha(mask)
    if made:
        made.info.pop("icc_profile", None)
    return made


def _smaller(picture: Any, ratio: float) -> Any:
    if ratio == 1:
        return picture
    size = tuple(max(1, round(side * ratio)) for side in picture.size)
    if picture.mode in ("P", "1"):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    return picture.resize(size, Pillow.Resampling.LANCZOS)


def _saved(picture: Any, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "PNG":
        picture.save(out, "PNG", icc_profile=None)
    else:
        picture.save(out, "JPEG", quality=QUALITY, icc_profile=None)
    return out.getvalue()
