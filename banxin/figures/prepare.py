"""A page of a PDF -> one object that any page can draw, in the unit square as pictures are."""

from __future__ import annotations

import io
import zlib
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Name, Stream

from banxin import cache
from banxin.figures.content import START, Content, Setter
from banxin.figures.paint import Colours
from banxin.figures.terms import ROOT, Terms, Unfit
from banxin.preflight.matrices import rectangle

KIND = "figure"
"""Of entries in the cache."""
SILENT = frozenset({"/Link", "/Popup"})
"""Annotations that print nothing."""
FAULTS = (pikepdf.PdfError, zlib.error, ValueError, TypeError, KeyError, AttributeError, IndexError, ZeroDivisionError)
"""What pikepdf raises at an object that is not what it should be."""


def prepared(page: bytes, terms: Terms) -> bytes:
    """A file that has the figure in its catalogue, for a PDF of these terms; made once.

    Args:
        page: a PDF of one page.

    Raises:
        Unfit: it cannot stay a drawing there.
    """
    plates = terms.plates
    inks = (plates.digest, plates.intent, plates.limit, plates.spots) if plates else ()
    key = cache.key(KIND, page, terms.name, terms.archive, inks)

    def make() -> list[str]:
        try:
            return [_made(page, terms).decode("latin-1")]
        except Unfit as fault:
            return [fault.reason, fault.hint]
        except FAULTS as error:
            return [f"有读不懂的地方（{type(error).__name__}）", "在绘图程序里另存一份再试。"]

    data, *hint = cache.remembered(KIND, key, make)
    if hint:
        raise Unfit(data, hint[0])
    return data.encode("latin-1")  # type: ignore[no-any-return]


def _made(data: bytes, terms: Terms) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0]
        if any(str(each.get("/Subtype", "")) not in SILENT for each in page.obj.get("/Annots", [])):
            raise Unfit("有批注或表单", "在绘图程序里去掉它们，或“打印”成 PDF 再用。")
        page.externalize_inline_images()
        setter = Setter(pdf, Colours(pdf, terms))
        written = Content(setter, page.resources, mask=False).written(page, START)
        form = Stream(pdf, written.data)
        form.Type, form.Subtype, form.Resources = Name.XObject, Name.Form, written.resources
        form.BBox = page.cropbox
        form.Matrix = Array(_square(page))
        if terms.transparency and "/Group" in page.obj:
            form.Group = setter.group(page.obj.Group)
        pdf.Root[ROOT] = pdf.make_indirect(form)
        for key in set(map(str, pdf.Root)) - {"/Type", "/Pages", ROOT}:
            del pdf.Root[key]
        del pdf.pages[0]
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def _square(page: Any) -> list[Decimal]:
    """What makes a page, as it is turned, the unit square (ISO 32000-1, 8.3.3)."""
    left, bottom, right, top = rectangle(page.cropbox)
    width, height = right - left, top - bottom
    matrix = {
        0: (1 / width, 0, 0, 1 / height, -left / width, -bottom / height),
        90: (0, -1 / width, 1 / height, 0, -bottom / height, right / width),
        180: (-1 / width, 0, 0, -1 / height, right / width, top / height),
        270: (0, 1 / width, -1 / height, 0, top / height, -left / width),
    }[int(page.rotation) % 360]
    return [Decimal(f"{number:.10f}") for number in matrix]  # floats are written with six digits
