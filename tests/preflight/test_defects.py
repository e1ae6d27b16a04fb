"""Each defect is found by its own rule, at its page, and nothing else is found; a file without fault has no finding."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pikepdf import Array, Name

from banxin.preflight.examine import Report, examine
from banxin.preflight.finding import RULES
from tests.preflight.defects import DEFECTS, WHOLE, book
from tests.preflight.making import Maker


def seen(report: Report) -> dict[str, tuple[int, ...]]:
    """Code -> pages."""
    codes = dict.fromkeys(one.code for one in report.findings)
    return {code: tuple(sorted({one.page for one in report.findings if one.code == code} - {0})) for code in codes}


@pytest.mark.parametrize("name", DEFECTS)
def test_exactly_its_finding(name: str) -> None:
    defect = DEFECTS[name]
    made = Maker(defect.pages)
    defect.make(made)
    assert seen(examine("a.pdf", made.bytes(), defect.brief, defect.origin)) == defect.found


def test_a_good_file_has_none() -> None:
    assert examine("a.pdf", Maker().bytes()).findings == ()


def test_a_good_file_of_a_good_book_has_none() -> None:
    assert examine("a.pdf", Maker(16).bytes(), origin=book(isbn="978-7-302-51135-9", **WHOLE)).findings == ()


DAMAGES: dict[str, Callable[[Maker], None]] = {
    "Names": lambda made: setattr(made.pdf.Root, "Names", Name.Foo),
    "OutputIntents": lambda made: setattr(made.pdf.Root, "OutputIntents", Array([7])),
    "TrimBox": lambda made: setattr(made.pdf.pages[1].obj, "TrimBox", Array([1, 2, 3])),
    "BleedBox": lambda made: setattr(made.pdf.pages[1].obj, "BleedBox", Name.Foo),
    "Contents": lambda made: setattr(made.pdf.pages[1].obj, "Contents", Array([7])),
    "Annots": lambda made: setattr(made.pdf.pages[1].obj, "Annots", Array([7])),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_cannot_be_read_is_told_and_the_rest_looked_at(name: str) -> None:
    made = Maker()
    DAMAGES[name](made)
    DEFECTS["hairline"].make(made) if name != "Contents" else None
    found = seen(examine("a.pdf", made.bytes()))
    assert "P101" in found
    assert "P601" in found or name == "Contents"


OTHERS = {"P110", "P111"}
"""Of programs that are asked where they are (test_outside.py)."""


def test_every_rule_has_a_defect() -> None:
    assert {code for defect in DEFECTS.values() for code in defect.found} == RULES.keys() - OTHERS
