"""The boxes of a printed page: where it is cut, how far colour runs over (ISO 32000-1, 14.11.2)."""

from __future__ import annotations

from typing import Any

import pydyf

from banxin.render.pagelabels import Finisher


def finisher(bleed: float) -> Finisher:
    """Give every page a BleedBox `bleed` pt around its TrimBox.

    WeasyPrint draws its crop marks inside the area that CSS calls bleed, so the layout asks for room for them, and
    WeasyPrint's own BleedBox (10 pt at most) knows nothing of what the book asks for.
    """

    def finish(_document: Any, pdf: Any) -> None:
        for page in pdf.objects:
            if isinstance(page, pydyf.Dictionary) and page.get("Type") == "/Page":
                left, bottom, right, top = page["TrimBox"]
                page["BleedBox"] = pydyf.Array([left - bleed, bottom - bleed, right + bleed, top + bleed])

    return finish
