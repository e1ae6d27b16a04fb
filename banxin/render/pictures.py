"""Pictures in EPUB and web: their file names, their `data:` addresses, and the cover where there is none."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from banxin.book import Image
from banxin.layout import environment
from banxin.render.press import Press
from banxin.slug import slug

EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
    "image/avif": "avif",
}
OPENING = "（《「『“‘〈【〔〖["
CLOSING = "，。、；：！？）》」』”’〉】〕〗…—·]"


def file_name(image: Image) -> str:
    """An ASCII name that changes only with the picture and its own name: `river-1f0c2a.jpg`."""
    stem = image.key.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    digest = hashlib.sha256(image.key.encode() + b"\0" + image.data).hexdigest()[:6]
    return f"{slug(stem, 'image')}-{digest}.{EXTENSIONS.get(image.media_type, 'bin')}"


def data_address(image: Image) -> str:
    """The picture itself as an address, for a page that stands alone."""
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode('ascii')}"


def cover(press: Press) -> Image:
    """The press's cover; where it has none, one drawn by the layout's `epub/cover.svg.j2`."""
    if press.cover is not None:
        return press.cover
    template = environment(press.layout).get_template("epub/cover.svg.j2")
    meta = press.book.meta
    drawn = template.render(
        meta=meta,
        edition=press.edition,
        labels=press.labels,
        colours=press.layout.colours,
        title_lines=title_lines,
    )
    return Image("cover.svg", "image/svg+xml", drawn.encode(), 1600, 2400)


def title_lines(title: str, most: int) -> list[str]:
    """A title in as few lines as hold `most` Han each, of lengths as even as the words allow.

    No line begins with a closing mark or ends with an opening one; a word in Latin letters stays whole.
    """
    pieces = list(_pieces(title))
    total = sum(map(_width, pieces))
    count = max(1, -(-int(total * 2) // (most * 2)))
    aim = total / count
    lines: list[str] = [""]
    for index, piece in enumerate(pieces):
        here, rest = _width(lines[-1]), sum(map(_width, pieces[index:]))
        full = here + _width(piece) > most
        even = here + _width(piece) / 2 > aim and len(lines) < count and rest >= aim / 2
        if lines[-1] and (full or even):
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def _pieces(title: str) -> Iterator[str]:
    """What may not be divided: a Han character with its marks, a run of Latin letters, a dash."""
    held = ""
    for piece in re.findall(r"——|……|[A-Za-z0-9][A-Za-z0-9.\-–'’]*|\s+|.", title):
        if piece in OPENING:
            held += piece
        elif piece[0] in CLOSING and held and held[-1] not in OPENING:
            held += piece
        else:
            if held and held[-1] not in OPENING:
                yield held
                held = ""
            held += piece
    if held:
        yield held


def _width(words: str) -> float:
    """In em: a Han character or mark 1, a Latin one about a half."""
    return sum(1.0 if ord(c) > 0x2E7F or c in "—…“”‘’·" else 0.55 for c in words)


def used(images: Mapping[str, Image], keys: Iterable[str]) -> dict[str, Image]:
    """The pictures that a book shows, in the order of their keys."""
    wanted = set(keys)
    return {key: images[key] for key in sorted(images) if key in wanted}
