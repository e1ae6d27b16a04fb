"""The rules, one subject a file. Another one is a class or a function here, and a line in `finding.RULES`.

`LISTENERS` hear what is drawn on the pages, then `finish`; `CHECKS` look at the file as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from banxin.preflight.job import Job
from banxin.preflight.rules import book, colour, document, edges, fonts, images, ink, lines, overlaps, pages
from banxin.preflight.rules.base import Rule

LISTENERS: Sequence[type[Rule]] = (
    fonts.Fonts,
    colour.Colours,
    colour.Spots,
    colour.Transparency,
    ink.Ink,
    overlaps.Overlaps,
    images.Resolution,
    lines.Lines,
    edges.Safe,
    edges.Bleed,
    pages.Blank,
    book.Numbers,
)
CHECKS: Sequence[Callable[[Job], None]] = (
    document.security,
    document.actions,
    document.attachments,
    document.version,
    document.intents,
    document.filters,
    pages.boxes,
    pages.sizes,
    pages.count,
    pages.overlays,
    book.facts,
)
