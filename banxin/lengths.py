"""Lengths as authors write them, in pt (1 pt = 1/72 in)."""

from __future__ import annotations

import re

POINTS_PER_MM = 72 / 25.4
POINTS_PER_UNIT = {"pt": 1.0, "mm": POINTS_PER_MM, "cm": 10 * POINTS_PER_MM, "in": 72.0, "px": 0.75}
LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*")


def points(value: object) -> float | None:
    """`10.5pt`, `3mm`, `0.5in` or a bare number of pt; None where it is no length."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    match = LENGTH.fullmatch(str(value))
    if match is None or match[2] not in POINTS_PER_UNIT:
        return None
    return float(match[1]) * POINTS_PER_UNIT[match[2]]
