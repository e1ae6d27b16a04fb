"""The page numbers that a PDF reader shows: those printed on the pages (ISO 32000-1, 12.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pydyf

from banxin.numerals import han

Finisher = Callable[[Any, Any], None]
"""What WeasyPrint calls with its document and the PDF, before it writes."""


def finisher(first: str, front: str, cover: str) -> Finisher:
    """Label the pages.

    Args:
        first: the id on the page where the body begins, which is page 1.
        front: how the pages before it count, `roman` or `han`.
        cover: the label of the cover page, or empty where there is none.
    """

    def finish(document: Any, pdf: Any) -> None:
        body = next((i for i, page in enumerate(document.pages) if first in page.anchors), 0)
        pdf.catalog["PageLabels"] = _tree(ranges(body, front, cover))

    return finish


def ranges(body: int, front: str, cover: str) -> dict[int, Mapping[str, Any]]:
    """Index of a page -> how the pages from it on are labelled.

    Args:
        body: index of the page where the body begins, which is page 1.
        front: how the pages before it count, `roman` or `han`.
        cover: the label of the cover page, or empty where there is none.
    """
    ranges: dict[int, Mapping[str, Any]] = {}
    start = 1 if cover else 0
    if cover:
        ranges[0] = {"P": pydyf.String(cover)}
    if front == "han":  # PDF knows no Han numerals: every page says its own
        ranges.update({i: {"P": pydyf.String(han(i - start + 1))} for i in range(start, body)})
    elif body > start:
        ranges[start] = {"S": "/r"}
    ranges[body] = {"S": "/D"}
    return ranges


def _tree(ranges: Mapping[int, Mapping[str, Any]]) -> pydyf.Dictionary:
    numbers: Sequence[Any] = [part for i in sorted(ranges) for part in (i, pydyf.Dictionary(ranges[i]))]
    return pydyf.Dictionary({"Nums": pydyf.Array(numbers)})
