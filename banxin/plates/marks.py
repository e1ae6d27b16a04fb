"""Crop marks and register marks, on all plates, outside the bleed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from banxin.lengths import POINTS_PER_MM
from banxin.plates.spaces import REGISTRATION

LEAST = 3 * POINTS_PER_MM
"""How near to the trim a mark may come where the bleed is less: a guillotine misses by a millimetre, pt."""
LENGTH = 5 * POINTS_PER_MM
"""Of a crop mark, pt."""
RADIUS, ARM = 1.25 * POINTS_PER_MM, 2.25 * POINTS_PER_MM
"""Of a register mark, pt."""
WIDTH = 0.25
"""Of the lines, pt."""
CURVE = 0.5523
"""Of the radius: how far the control points of a quarter of a circle are from its ends."""


def room(bleed: float) -> float:
    """What marks need around the trim, pt."""
    return max(bleed, LEAST) + 7 * POINTS_PER_MM


def drawn(trim: Sequence[float], bleed: float) -> bytes:
    """The operators that draw all marks around a trim.

    Args:
        trim: the TrimBox, pt.
        bleed: pt.
    """
    lines = [*_crop(trim, max(bleed, LEAST)), *_register(trim, max(bleed, LEAST) + 3.5 * POINTS_PER_MM)]
    return b"\n".join([b"q /%b CS 1 SCN %g w" % (REGISTRATION.encode(), WIDTH), *lines, b"S Q"])


def _crop(trim: Sequence[float], gap: float) -> Iterator[bytes]:
    left, bottom, right, top = trim
    for x, across in ((left, -1), (right, 1)):
        for y, up in ((bottom, -1), (top, 1)):
            yield _line(x + across * gap, y, x + across * (gap + LENGTH), y)
            yield _line(x, y + up * gap, x, y + up * (gap + LENGTH))


def _register(trim: Sequence[float], distance: float) -> Iterator[bytes]:
    left, bottom, right, top = trim
    across, up = (left + right) / 2, (bottom + top) / 2
    centres = (left - distance, up), (right + distance, up), (across, bottom - distance), (across, top + distance)
    for x, y in centres:
        yield _line(x - ARM, y, x + ARM, y)
        yield _line(x, y - ARM, x, y + ARM)
        yield from _circle(x, y)


def _line(x: float, y: float, to_x: float, to_y: float) -> bytes:
    return b"%.3f %.3f m %.3f %.3f l" % (x, y, to_x, to_y)


def _circle(x: float, y: float) -> Iterator[bytes]:
    r, c = RADIUS, CURVE * RADIUS
    yield b"%.3f %.3f m" % (x + r, y)
    for a, b, d, e, f, g in (
        (r, c, c, r, 0, r), (-c, r, -r, c, -r, 0), (-r, -c, -c, -r, 0, -r), (c, -r, r, -c, r, 0),
    ):  # fmt: skip
        yield b"%.3f %.3f %.3f %.3f %.3f %.3f c" % (x + a, y + b, x + d, y + e, x + f, y + g)
