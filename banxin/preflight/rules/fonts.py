"""Fonts: embedded, as subsets, no Type 3, no glyph that is not there (ISO 15930-7, 6.2.4)."""

from __future__ import annotations

from collections.abc import Iterator

from banxin.preflight.faces import Face
from banxin.preflight.job import Job
from banxin.preflight.marks import Text
from banxin.preflight.rules.base import Rule

OPEN_TYPE = "/FontFile3 /OpenType"
OPEN_TYPE_SINCE = (1, 6)
"""ISO 32000-1, table 126."""


class Fonts(Rule):
    """Looks at each font once, and at every glyph."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.known: dict[int, list[str]] = {}
        """What is wrong with a font, by its identity; it lives as long as the drawing."""
        self.old = tuple(map(int, job.pdf.pdf_version.split("."))) < OPEN_TYPE_SINCE

    def text(self, mark: Text) -> None:
        face = mark.face
        codes = self.known.get(id(face))
        if codes is None:
            codes = self.known[id(face)] = list(self.faults(face))
        for code in codes:
            self.tell(code, mark.sheet, mark.box, face.plain_name)
        if face.missing and not face.missing.isdisjoint(mark.codes):
            self.tell("P304", mark.sheet, mark.box, face.plain_name)
        elif face.hollow and not face.hollow.isdisjoint(mark.codes):
            words = "".join(sorted({face.texts[code] for code in face.hollow.intersection(mark.codes)}))
            self.tell("P305", mark.sheet, mark.box, f"{face.plain_name}：{words}")

    def faults(self, face: Face) -> Iterator[str]:
        if face.kind == "/Type3":
            yield "P303"
        elif not face.embedded:
            yield "P301"
        else:
            if not face.subset:
                yield "P302"
            if face.program == OPEN_TYPE and self.old:
                yield "P306"
