"""Matrices and boxes (ISO 32000-1, 8.3.3); pt."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot, sqrt
from typing import Any, TypeAlias

from banxin.preflight.finding import Rect

Matrix: TypeAlias = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
EVERYWHERE: Rect = (-1e9, -1e9, 1e9, 1e9)
NOWHERE: Rect = (0.0, 0.0, 0.0, 0.0)


def rectangle(numbers: Iterable[Any]) -> Rect:
    """A box of a PDF, which may begin at any corner (ISO 32000-1, 7.9.5)."""
    x1, y1, x2, y2 = map(float, numbers)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def times(one: Matrix, other: Matrix) -> Matrix:
    """First `one`, then `other`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def inverse(matrix: Matrix) -> Matrix | None:
    """What undoes it; None where that cannot be."""
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    if not area:
        return None
    return d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area


def moved(box: Rect, matrix: Matrix) -> Rect:
    """The box around a box that a matrix has moved."""
    a, b, c, d, e, f = matrix
    left, bottom, right, top = box
    if not b and not c:
        x1, x2, y1, y2 = a * left + e, a * right + e, d * bottom + f, d * top + f
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)


def common(one: Rect, other: Rect) -> Rect:
    """What two boxes share; where it ends before it begins, they share nothing."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def around(one: Rect, other: Rect) -> Rect:
    """The box around two boxes."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def grown(box: Rect, margin: float) -> Rect:
    """A box wider by a margin on each side; narrower by a negative one."""
    return box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin


def empty(box: Rect) -> bool:
    """Whether it ends before it begins."""
    return box[0] > box[2] or box[1] > box[3]


def within(inner: Rect, outer: Rect, tolerance: float = 0.0) -> bool:
    """Whether one box lies in the other."""
    left, bottom, right, top = grown(outer, tolerance)
    return left <= inner[0] and bottom <= inner[1] and inner[2] <= right and inner[3] <= top


def size(box: Rect) -> tuple[float, float]:
    """Width and height."""
    return box[2] - box[0], box[3] - box[1]


def lengths(matrix: Matrix) -> tuple[float, float]:
    """What becomes of one unit along x, and of one along y."""
    return hypot(matrix[0], matrix[1]), hypot(matrix[2], matrix[3])


def scale(matrix: Matrix) -> float:
    """What becomes of the width of a line, on the average of all directions."""
    return sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
