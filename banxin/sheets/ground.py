"""What all that is laid out depends on besides what it is made from."""

from __future__ import annotations

import ctypes
import os
from functools import cache as once

from banxin import machine
from banxin.workers import FONTS


def ground() -> list[str]:
    """The libraries of the system, the fonts that are seen."""
    return [*_libraries(), os.environ.get(FONTS, "")]


@once
def _libraries() -> list[str]:
    found = []
    for name, function in VERSIONS.items():
        library = ctypes.CDLL(machine.LIBRARIES[name])
        asked = getattr(library, function)
        asked.restype = ctypes.c_char_p if function.endswith("string") else ctypes.c_int
        found.append(f"{name} {asked()}")
    return found


VERSIONS = {"pango-1.0": "pango_version_string", "harfbuzz": "hb_version_string", "fontconfig": "FcGetVersion"}
"""Library -> the function that tells its version."""
