"""Files inside a PDF (ISO 32000-1, 7.11.4; ISO 19005-3, 6.8)."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import md5
from typing import Any

import pydyf

from banxin.plates.spaces import pdf_name

TYPES = {
    ".md": "text/markdown",
    ".yaml": "application/yaml",
    ".bib": "application/x-bibtex",
    ".json": "application/json",
}
"""Of what a manuscript is made of; the system's table differs from machine to machine."""


def attach(pdf: Any, files: Sequence[tuple[str, bytes]], epoch: int) -> None:
    """Put files into a PDF, as the source that it was made of.

    Args:
        pdf: pydyf's.
        files: the name and the content of each.
        epoch: when they are said to have been changed, seconds since 1970.
    """
    date = pydyf.String(datetime.fromtimestamp(epoch, UTC).strftime("D:%Y%m%d%H%M%SZ"))
    found = sorted((_encoded(name), _file(pdf, name, content, date)) for name, content in dict(files).items())
    names = pydyf.Dictionary({
        "Names": pydyf.Array([part for name, reference in found for part in (pydyf.String(name), reference)])
    })  # fmt: skip
    pdf.add_object(names)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = names.reference
    pdf.catalog["AF"] = pydyf.Array([reference for _, reference in found])


def _encoded(name: str) -> bytes:
    return name.encode() if name.isascii() else b"\xfe\xff" + name.encode("utf-16-be")


def _file(pdf: Any, name: str, content: bytes, date: Any) -> bytes:
    """Add one; gives where it is."""
    kind = TYPES.get(name[name.rfind(".") :].lower()) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    check = md5(content, usedforsecurity=False).hexdigest()
    facts = pydyf.Dictionary({"Size": len(content), "ModDate": date, "CheckSum": f"<{check}>"})
    stream = pydyf.Stream(
        [content],
        pydyf.Dictionary({"Type": "/EmbeddedFile", "Subtype": pdf_name(kind), "Params": facts}),
        compress=True,
    )
    pdf.add_object(stream)
    file = pydyf.Dictionary({"F": stream.reference, "UF": stream.reference})
    entry = pydyf.Dictionary({
        "Type": "/Filespec", "F": pydyf.String(name), "UF": pydyf.String(name), "EF": file,
        "AFRelationship": "/Source", "Desc": pydyf.String(name),
    })  # fmt: skip
    pdf.add_object(entry)
    reference: bytes = entry.reference
    return reference
