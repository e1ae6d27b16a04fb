"""A figure -> the file that WeasyPrint writes: drawn as its pictures are, but by a form."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pydyf

from banxin.compose.swap import Swap
from banxin.figures.terms import ROOT


def swaps(figures: Mapping[str, bytes]) -> tuple[Swap, ...]:
    """What stands in WeasyPrint while a book with these figures is drawn.

    Args:
        figures: prepared, by what WeasyPrint calls the picture in whose place each stands; it may be filled later.
    """
    return (
        Swap("weasyprint.pdf:_use_references", "4d1abd9646c3", lambda original: _use_references(figures, original)),
    )


def _use_references(figures: Mapping[str, bytes], original: Any) -> Any:
    """`_use_references`: the form of a figure is in the file before it is asked for."""

    def use_references(pdf: Any, resources: Any, images: Any, profiles: Any) -> None:
        for name in resources.get("XObject", {}):
            known = images.get(name)
            if known and known["x_object"] is None and known["image"].id in figures:
                known["x_object"] = add(pdf, figures[known["image"].id])
        original(pdf, resources, images, profiles)

    return use_references


def add(pdf: Any, data: bytes) -> Any:
    """Add the objects of a figure to a file; gives its form."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as source:
        return _Copy(pdf).made(source.Root[ROOT])


class _Copy:
    """Copies objects, each once."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.known: dict[tuple[int, int], Any] = {}

    def made(self, thing: Any) -> Any:
        """An object that others refer to."""
        import pikepdf

        if isinstance(thing, pikepdf.Stream):
            item = pydyf.Stream([thing.read_raw_bytes()], pydyf.Dictionary())
        else:
            item = pydyf.Dictionary() if isinstance(thing, pikepdf.Dictionary) else pydyf.Array()
        self.pdf.add_object(item)
        self.known[thing.objgen] = item
        if isinstance(thing, pikepdf.Array):
            item.extend(map(self.value, thing))
        else:
            (item.extra if isinstance(item, pydyf.Stream) else item).update(self.entries(thing))
        return item

    def entries(self, thing: Any) -> dict[str, Any]:
        """Of a dictionary, without what a writer adds."""
        import pikepdf

        keys = sorted(key for key in thing if key != "/Length")  # they come in any order
        return {pikepdf.Name(key).unparse()[1:].decode("ascii"): self.value(thing[key]) for key in keys}

    def value(self, thing: Any) -> Any:
        """What stands in another object."""
        import pikepdf

        if isinstance(thing, (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)):
            if thing.objgen[0] or isinstance(thing, pikepdf.Stream):
                return (self.known.get(thing.objgen) or self.made(thing)).reference
            if isinstance(thing, pikepdf.Array):
                return pydyf.Array(map(self.value, thing))
            return pydyf.Dictionary(self.entries(thing))
        return _plain(thing)


def _plain(thing: Any) -> bytes:
    import pikepdf

    if isinstance(thing, pikepdf.Object):
        return thing.unparse()
    if isinstance(thing, bool):
        return b"true" if thing else b"false"
    return b"null" if thing is None else f"{thing:f}".encode("ascii") if isinstance(thing, Decimal) else b"%d" % thing
