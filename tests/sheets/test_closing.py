"""Blank pages at the end that fill the last printed sheet."""

from __future__ import annotations

import pytest

from banxin.sheets.data import Place
from banxin.sheets.paginate import closing


def places(count: int) -> list[Place]:
    """Pages whose numbers begin anew after the second."""
    return [
        Place(at, at + 1 if at < 2 else at - 1, at % 2 == 0, False, "", (), {}, {}, {"title": ["甲"]})
        for at in range(count)
    ]


@pytest.mark.parametrize(("count", "fold", "blank"), [(16, 16, 0), (13, 16, 3), (17, 16, 15), (13, 1, 0), (13, 4, 3)])
def test_so_many(count: int, fold: int, blank: int) -> None:
    assert len(closing(places(count), fold)) == blank


def test_they_go_on_from_the_last_page() -> None:
    pages = closing(places(13), 4)
    assert [page.at for page in pages] == [13, 14, 15]
    assert [page.number for page in pages] == [12, 13, 14]
    assert [page.recto for page in pages] == [False, True, False]
    assert all(page.blank and not page.strings for page in pages)
