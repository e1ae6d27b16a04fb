"""The boxes of a printed page: where it is cut, how far colour runs over (ISO 32000-1, 14.11.2)."""

from __future__ import annotations

from typing import Any

import pydyf

from banxin.plates import marks
from banxin.render.pagelabels import Finisher


def finisher(bleed: float, marked: bool = False) -> Finisher:
    """Give every page a BleedBox `bleed` pt around its TrimBox, and marks outside of it if it is `marked`.

    What CSS calls bleed is the room for both; WeasyPrint's own BleedBox (10 pt at most) knows nothing of what the book
    asks for, and its marks would be one plate's.
    """

    def finish(_document: Any, pdf: Any) -> None:
        for page in pdf.objects:
            if isinstance(page, pydyf.Dictionary) and page.get("Type") == "/Page":
                left, bottom, right, top = page["TrimBox"]
                page["BleedBox"] = pydyf.Array([left - bleed, bottom - bleed, right + bleed, top + bleed])
                if marked:
                    stream = pdf.objects[int(page["Contents"].split()[0])].stream
                    stream[:0] = [b"/Artifact BMC", marks.drawn(page["TrimBox"], bleed), b"EMC"]

    return finish
