"""Pictures in EPUB and web: their file names, their `data:` addresses, and the cover of a site where there is none."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from banxin.book import SVG, Image
from banxin.render import links
from banxin.render.filling import Filler
from banxin.render.press import Press
from banxin.slug import slug

EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    SVG: "svg",
    "image/avif": "avif",
}


def file_name(image: Image) -> str:
    """An ASCII name that changes only with the picture and its own name: `river-1f0c2a.jpg`."""
    stem = image.key.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    digest = hashlib.sha256(image.key.encode() + b"\0" + image.data).hexdigest()[:6]
    return f"{slug(stem, 'image')}-{digest}.{EXTENSIONS.get(image.media_type, 'bin')}"


def data_address(image: Image) -> bytes:
    """The picture itself as an address, for a page that stands alone."""
    return b"data:" + image.media_type.encode() + b";base64," + base64.b64encode(image.data)


def cover(press: Press) -> Image:
    """The press's cover; where it has none, one drawn by the layout's `cover.svg.j2`."""
    if press.cover is not None:
        return press.cover
    drawn = Filler(press, colours=press.layout.colours).fill("cover.svg.j2")
    return Image("cover.svg", SVG, drawn.encode(), 1600, 2400)


MOST = 2048
"""Pixels of the longer side of a picture: what a tablet shows, and what shops take."""


def shown(press: Press) -> dict[str, Image]:
    """The pictures that some page shows, as a screen shows them, in the order of their keys."""
    if not press.book.images:
        return {}
    from banxin import onscreen  # a library that books without pictures do not need

    keys = {key for page in press.pages for key in links.needs(page).pictures}
    return {key: onscreen.shown(image, MOST) for key, image in sorted(press.book.images.items()) if key in keys}
