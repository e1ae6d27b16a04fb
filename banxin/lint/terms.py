"""`terms.tsv` beside book.yaml: how the book writes its terms.

Columns between tabs: the form that the book has; the forms that it does not have, with 、 between them; a note. A form
counts only where it begins and ends with words: 登陆 is not in 登陆艇 if the words of the text say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from banxin.conversion.lexicon import Table
from banxin.conversion.segmentation import Segmenter
from banxin.errors import Place, Problem

FILE = "terms.tsv"
HEADER = "preferred"
BETWEEN = "、"


@dataclass(frozen=True)
class Terms:
    """The forms that a book does not have -> those that it has."""

    preferred: Mapping[str, str] = field(default_factory=dict)

    def hits(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a form stands that the book does not have: start, end, what it has."""
        if not any(form in text for form in self.preferred):
            return
        for start, end, new in Table(self.preferred).hits(text, self._segmenter.words(text)):
            if not (_inside_word(text, start) or _inside_word(text, end)):
                yield start, end, new

    @cached_property
    def _segmenter(self) -> Segmenter:
        return Segmenter([*self.preferred, *self.preferred.values()])


def _inside_word(text: str, at: int) -> bool:
    """Whether a Latin word goes on over a border that the segmentation sees in it (JS in JSON)."""
    return re.search(r"[A-Za-z0-9]{2}", text[max(0, at - 1) : at + 1]) is not None


NO_TERMS = Terms()


def read(text: str) -> tuple[Terms, list[Problem]]:
    """The terms of a file, and what is wrong with it."""
    preferred: dict[str, str] = {}
    seen: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#") or (number == 1 and line.startswith(f"{HEADER}\t")):
            continue
        place = Place(FILE, number)
        cells = [cell.strip() for cell in line.split("\t")]
        forms = [form.strip() for form in cells[1].split(BETWEEN)] if len(cells) > 1 else []
        if not cells[0] or not any(forms) or len(cells) > 3:
            problems.append(
                Problem(place, "看不懂这一行", "三栏：采用的写法、不用的写法（用、隔开）、说明，用制表符隔开。")
            )
            continue
        for form in filter(None, forms):
            if form == cells[0]:
                problems.append(Problem(place, f"{form} 既采用又不用", "删去一处。"))
            elif form in seen:
                problems.append(Problem(place, f"{form} 写了两次", f"第 {seen[form]} 行已经有它，删去一处。"))
            preferred[form] = cells[0]
            seen[form] = number
    return Terms(preferred), problems
