"""Faster writing of PDF objects (patches of pydyf and weasyprint.pdf)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banxin.compose.swap import Swap


def _page_references(original: property) -> property:
    """`PDF.page_references`: the tuple is made once for a number of pages, not anew for every tag.

    The same, because pages are only ever added at the end (`PDF.add_page`).
    """

    def page_references(pdf: Any) -> Any:
        kids = pdf.pages["Kids"]
        made = vars(pdf).get("_page_references", ())
        if len(made) * 3 != len(kids):
            made = vars(pdf)["_page_references"] = original.__get__(pdf)
        return made

    return property(page_references)


def _write(original: Any) -> Any:
    """`PDF.write`: what an object is in bytes is worked out once, not a second time for the file's identifier.

    The same, because nothing changes an object while the file is being written.
    """
    import pydyf

    def write(pdf: Any, *arguments: Any, **options: Any) -> None:
        done: dict[int, tuple[Any, bytes]] = {}
        originals = [(one, vars(one)["data"]) for one in (pydyf.Dictionary, pydyf.Stream)]
        for one, data in originals:
            one.data = _remembered(data, done)
        try:
            original(pdf, *arguments, **options)
        finally:
            for one, data in originals:
                one.data = data

    return write


def _remembered(original: property, done: dict[int, tuple[Any, bytes]]) -> property:
    def data(item: Any) -> bytes:
        known = done.get(id(item))
        if known is None:
            known = done[id(item)] = item, original.__get__(item)  # the item is kept, so that no other gets its id
        return known[1]

    return property(data)


SWAPS: Mapping[str, tuple[Swap, ...]] = {
    "page references": (Swap("pydyf:PDF.page_references", "060bf90aad55", _page_references),),
    "write": (Swap("pydyf:PDF.write", "242cd38f92ec", _write),),
}
