"""Each defect is found by its own rule, at its page, and nothing else is found; a file without fault has no finding."""

from __future__ import annotations

import pytest

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


OTHERS = {"P110", "P111"}
"""Of programs that are asked where they are (test_outside.py)."""


def test_every_rule_has_a_defect() -> None:
    assert {code for defect in DEFECTS.values() for code in defect.found} == RULES.keys() - OTHERS
