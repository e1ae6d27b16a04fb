"""What readers extract from the file, compared with what was typeset: equal but for the ends of lines."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.composition.paragraphs import HYPHENS, OBJECT, Paragraph


@dataclass(frozen=True, slots=True)
class Difference:
    """Between an extracted text and the typeset one."""

    characters: int
    """Lost, added or out of order, spaces aside."""
    added: int
    """Spaces inside lines where none was typeset. Readers guess them from gaps."""
    missing: int
    """Typeset spaces inside lines that are not there."""
    example: str = ""
    """Where the first difference of characters is."""


def compare(extracted: str, texts: Sequence[str]) -> Difference:
    """Compare a text in lines with the paragraphs that were typeset."""
    typeset = "\n".join(texts)
    at = added = missing = spaces = 0
    ended = True  # at a line's end, a space may be there or not
    for n, character in enumerate(extracted):
        if character.isspace():
            spaces, ended = spaces + 1, ended or character in "\n\f"
            continue
        begin = at
        while at < len(typeset) and typeset[at].isspace():
            at += 1
        if at >= len(typeset) or typeset[at] != character:
            if character in HYPHENS and extracted[n + 1 : n + 2] in "\n\f":
                at = begin
                continue
            return Difference(_lost(extracted, typeset), added, missing, extracted[max(0, n - 15) : n + 15])
        if not ended:
            added += max(0, spaces - (at - begin))
            missing += max(0, at - begin - spaces)
        at += 1
        spaces, ended = 0, False
    return Difference(sum(not each.isspace() for each in typeset[at:]), added, missing, typeset[at : at + 30])


def _lost(extracted: str, typeset: str) -> int:
    one, other = (Counter("".join(text.split())) for text in (extracted, typeset))
    return max(1, (one - other).total() + (other - one).total())


def in_file(found: Sequence[Paragraph]) -> str:
    """The characters of the content streams in logical order: what a reader has before it guesses."""
    return "\n".join(line.text.replace(OBJECT, "") for paragraph in found for line in paragraph.lines)


def pdftotext(path: Path) -> str:
    """Poppler's text, in the order of the content stream."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8")


def pdfminer(path: Path) -> str:
    """pdfminer's text, as it comes."""
    from pdfminer.high_level import extract_text

    return str(extract_text(path))
