"""The facts of the book: its ISBN where it is printed and in a bar code, the fields of its copyright page."""

from __future__ import annotations

from collections.abc import Iterator

from banxin.preflight import isbn
from banxin.preflight.job import Job
from banxin.preflight.marks import Text
from banxin.preflight.rules.base import Rule
from banxin.render import imprint

FIRST, LAST = 10, 4
"""Pages at the beginning and at the end of a book on which its numbers stand."""
LABELS = ("ISBN", "书号", "書號")
BEFORE = 12
"""Characters between a label and its number."""
APART = "\0"
"""Between words that do not follow on each other."""
NEXT = 1.5
"""Heights of a line between words that do."""


def facts(job: Job) -> None:
    """Its number, and what its copyright page must say by the form that it follows."""
    meta = job.origin.meta
    if meta is None:
        return
    if meta.isbn and not isbn.valid(meta.isbn):
        job.found.add("P901", meta.isbn, file=job.origin.settings)
    if lacking := imprint.lacking(meta):
        job.found.add("P904", f"缺{'、'.join(imprint.NAMES[key] for key in lacking)}", file=job.origin.settings)


class Numbers(Rule):
    """Every ISBN and EAN in the words of the first and the last pages."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.words: dict[int, list[Text]] = {}
        last = len(job.sheets) - LAST
        self.pages = {sheet.number for sheet in job.sheets if sheet.number <= FIRST or sheet.number > last}

    def text(self, mark: Text) -> None:
        if mark.sheet.number in self.pages:
            self.words.setdefault(mark.sheet.number, []).append(mark)

    def finish(self) -> None:
        for marks in self.words.values():
            self.page(marks)

    def page(self, marks: list[Text]) -> None:
        for number, labelled, mark in _numbers(marks):
            if not isbn.valid(number):
                self.tell("P901" if labelled else "P903", mark.sheet, mark.box, number)
            elif self.foreign(number) and (labelled or not self.listed(marks)):
                self.tell("P902" if labelled else "P903", mark.sheet, mark.box, number)

    def foreign(self, number: str) -> bool:
        """Whether it is that of another book."""
        meta = self.job.origin.meta
        own = isbn.digits(meta.isbn) if meta else ""
        return len(own) == 13 and isbn.digits(number) != own

    def listed(self, marks: list[Text]) -> bool:
        """Whether a page lists several numbers: those of other books."""
        return len({number for number, _, _ in _numbers(marks)}) > 1


def _numbers(marks: list[Text]) -> Iterator[tuple[str, bool, Text]]:
    """Each number on a page, whether ISBN stands before it, and where it begins."""
    starts, text = [], ""
    for before, mark in zip([None, *marks], marks, strict=False):
        text += "" if before is None or _follows(before, mark) else APART
        starts.append(len(text))
        text += mark.face.text(mark.codes)
    for found in isbn.BOOKLAND.finditer(text):
        at = max(i for i, start in enumerate(starts) if start <= found.start())
        label = text[max(0, found.start() - BEFORE) : found.start()]
        yield found[0].strip(), any(word in label.upper() for word in LABELS), marks[at]


def _follows(one: Text, other: Text) -> bool:
    """Whether it goes on in the same line."""
    height = one.box[3] - one.box[1]
    return abs(one.box[1] - other.box[1]) < height / 2 and abs(other.box[0] - one.box[2]) < height * NEXT
