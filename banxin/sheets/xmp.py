"""What a file says of itself, as XMP (ISO 16684-1): in place of WeasyPrint's packet.

WeasyPrint's has a random number in it for PDF/X-4, and puts properties where some validators do not look for them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from typing import Any

from lxml import etree

from banxin.compose.swap import VERSION
from banxin.sheets.data import Binding

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "pdfx": "http://ns.adobe.com/pdfx/1.3/",
}
XML = "{http://www.w3.org/XML/1998/namespace}"
DOCUMENTS = uuid.UUID("0b7e2c52-6a0e-5b0c-8a52-2f2a2f6f7c11")
"""The names of our documents are made in it."""


def replace(metadata: Any, binding: Binding) -> None:
    """Let a document's metadata be written by us."""
    metadata.generate_rdf_metadata = partial(packet, metadata, binding)


def packet(metadata: Any, binding: Binding, kind: str, version: int, conformance: str | None) -> bytes:
    """The properties of a document.

    Args:
        metadata: WeasyPrint's, of the document.
        binding: how it is bound.
        kind: of the standard that it conforms to: `a`, `ua`, `x`; empty: none.
        version: its part.
        conformance: its level.
    """
    root = etree.Element(_name("rdf:RDF"), nsmap={"rdf": NAMES["rdf"]})
    for name, value in _facts(metadata, binding, kind, version, conformance):
        prefix = name.partition(":")[0]
        about = etree.SubElement(root, _name("rdf:Description"), nsmap={prefix: NAMES[prefix]})
        about.set(_name("rdf:about"), "")
        _put(etree.SubElement(about, _name(name)), value)
    return etree.tostring(root, encoding="utf-8")


def _facts(
    metadata: Any, binding: Binding, kind: str, version: int, conformance: str | None
) -> Iterator[tuple[str, str | list[str] | dict[str, str]]]:
    """Each property and its value: a text, a list in order, or a text by language."""
    yield from _standard(kind, version, conformance)
    yield "pdf:Producer", f"WeasyPrint {VERSION}"
    if metadata.title:
        yield "dc:title", {"x-default": metadata.title}
    if metadata.authors:
        yield "dc:creator", list(metadata.authors)
    if metadata.description:
        yield "dc:description", {"x-default": metadata.description}
    if metadata.keywords:
        yield "pdf:Keywords", ", ".join(metadata.keywords)
    for name, value in (("CreatorTool", metadata.generator), ("CreateDate", metadata.created)):
        if value:
            yield f"xmp:{name}", value
    if metadata.modified:
        yield "xmp:ModifyDate", metadata.modified
        yield "xmp:MetadataDate", metadata.modified
    yield "xmpMM:DocumentID", f"uuid:{_document(metadata, binding)}"
    yield "xmpMM:RenditionClass", "default"
    yield "xmpMM:VersionID", "1"


def _standard(kind: str, version: int, conformance: str | None) -> Iterator[tuple[str, str]]:
    if kind == "x":
        yield "pdfxid:GTS_PDFXVersion", conformance or ""
        yield "pdf:Trapped", "False"
    elif kind:
        yield f"pdf{kind}id:part", str(version)
        if conformance:
            yield f"pdf{kind}id:conformance", conformance


def _document(metadata: Any, binding: Binding) -> uuid.UUID:
    """The same for the same edition and profile: made of what tells it from others."""
    facts = (binding.identifier.hex(), str(binding.look.variant), str(metadata.title), str(metadata.modified))
    return uuid.uuid5(DOCUMENTS, sha256("\x1f".join(facts).encode()).hexdigest())


def _put(element: Any, value: str | list[str] | dict[str, str]) -> None:
    if isinstance(value, str):
        element.text = value
        return
    kind, items = ("Seq", [("", each) for each in value]) if isinstance(value, list) else ("Alt", [*value.items()])
    bag = etree.SubElement(element, _name(f"rdf:{kind}"))
    for language, words in items:
        item = etree.SubElement(bag, _name("rdf:li"))
        item.text = words
        if language:
            item.set(f"{XML}lang", language)


def _name(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NAMES[prefix]}}}{local}"
