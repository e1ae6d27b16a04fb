"""Which picture of the manuscript an image of the PDF is, and where the manuscript shows it."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cached_property
from typing import Any

from PIL import Image as Pillow

from banxin.book import Image
from banxin.images import shown_at
from banxin.preflight.marks import Picture
from banxin.preflight.origin import Origin
from banxin.preflight.pixels import likeness, likeness_of

ALIKE = 30.0
"""Shades by which two likenesses may differ on the average: what a conversion of colours makes."""
CLEARLY = 2.0
"""How much farther the next picture must be."""
SHAPE = 0.02
"""The share by which the proportions may differ: what rounding to whole pixels makes."""


class Files:
    """Names pictures; each is looked for once."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.known: dict[tuple[int, int], str] = {}

    def of(self, mark: Picture) -> str:
        """The file and the line that shows it; empty where it is not known."""
        if not self.origin.images:
            return ""
        number = mark.image.objgen
        if not number[0] or number not in self.known:
            self.known[number] = self.named(mark)
        return self.known[number]

    def named(self, mark: Picture) -> str:
        width, height = mark.pixels
        alike = [image for image in self.origin.images.values() if _same_shape(image, width, height)]
        exact = [image for image in alike if (image.width, image.height) == (width, height)]
        if len(exact) == 1:
            return self.told(exact[0].key)
        seen = likeness_of(mark.image) if alike else ()
        far = [(ALIKE * CLEARLY, "")]
        near = [(_distance(seen, self.likenesses[image.key]), image.key) for image in alike] if seen else []
        (best, key), (next_best, _) = sorted([*near, *far, *far])[:2]
        return self.told(key) if best < ALIKE and best * CLEARLY <= next_best else ""

    @cached_property
    def likenesses(self) -> dict[str, tuple[int, ...]]:
        """Of the manuscript's pictures."""
        return {key: _likeness(image) for key, image in self.origin.images.items()}

    def told(self, key: str) -> str:
        place = next(shown_at(key, self.origin.sources.items()), None)
        return f"{key}（{place}）" if place else key


def _same_shape(image: Image, width: int, height: int) -> bool:
    return abs(image.width * height - width * image.height) <= SHAPE * max(image.width * height, 1)


def _likeness(image: Image) -> tuple[int, ...]:
    with suppress(OSError, ValueError):
        picture: Any = Pillow.open(io.BytesIO(image.data))
        picture.draft("L", (256, 256))
        return likeness(picture)
    return ()


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    if not one or len(one) != len(other):
        return 255.0
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)
