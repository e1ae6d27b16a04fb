"""Fonts for readers' devices: the characters of one book out of a font of many megabytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from banxin import cache

SUBSETS = "subsets"
"""Of entries in the cache."""
FEATURES = ("halt", "vhal", "chws", "vchw", "palt", "vert", "vrt2", "kern", "mark", "mkmk", "ccmp", "liga", "calt")
"""What readers' programs use (text-spacing-trim of CSS Text 4 asks for the first four). Not `locl`: the face is that of
the book's region, and the forms of the others would double the font."""
LEGAL_NAMES = (0, 13, 14)
"""Copyright, licence and its address stay in the font (OFL 1.1, condition 2)."""
RESTRICTED, WHOLE_ONLY, BITMAPS_ONLY = 0x0002, 0x0100, 0x0200
"""Of `fsType`: no embedding; no subsets; only bitmaps may be embedded (OpenType 1.9.1, OS/2)."""


def embeddable(path: Path) -> bool:
    """Whether a font's maker lets a part of it be put into a document that is read, not edited."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        table: Any = font.get("OS/2")
        rights = table.fsType if table else 0
    return rights & 0x000F != RESTRICTED and not rights & (WHOLE_ONLY | BITMAPS_ONLY)


def subset(path: Path, characters: Iterable[str], name: str, web: bool) -> bytes:
    """A font with these characters alone, under a name of ours; kept.

    The name is another because a part is not the font (a Reserved Font Name of the OFL may not be used for it).

    Args:
        web: packed as WOFF2; else as it is, TrueType or OpenType.
    """
    wanted = "".join(sorted(set(characters)))
    key = cache.key(SUBSETS, str(path), wanted, name, web)
    kept = cache.read(SUBSETS, key)
    if kept is None:
        kept = _subset(path, wanted, name, web)
        cache.write(SUBSETS, key, kept)
    return kept


def _subset(path: Path, characters: str, name: str, web: bool) -> bytes:
    from fontTools import subset as subsetting

    options = subsetting.Options(
        layout_features=list(FEATURES),
        name_IDs=list(LEGAL_NAMES),
        name_languages=["*"],
        notdef_outline=True,
        hinting=False,
        recalc_timestamp=False,
        drop_tables=["DSIG", "FFTM", "meta"],
        ignore_missing_unicodes=True,
        font_number=0,
    )
    font: Any = subsetting.load_font(str(path), options)
    subsetter = subsetting.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    for name_id, words in ((1, name), (2, "Regular"), (4, name), (6, name.replace(" ", ""))):
        font["name"].setName(words, name_id, 3, 1, 0x409)
    font.flavor = "woff2" if web else None
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()
