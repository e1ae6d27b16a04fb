"""What a PDF says of itself, and what that standard allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from lxml import etree


@dataclass(frozen=True, slots=True)
class Standard:
    """What one standard asks, as far as the rules here look at it."""

    name: str
    version: str
    """The highest version of PDF."""
    transparency: bool = True
    calibrated: bool = True
    """Whether colours may be independent of the device (RGB with a profile, Lab)."""
    jpeg_2000: bool = True
    press: bool = True
    """Whether it is for printing: PDF/X."""


NONE = Standard("", "2.0")
STANDARDS = (
    Standard("PDF/X-1a", "1.4", transparency=False, calibrated=False, jpeg_2000=False),  # ISO 15930-1 and -4
    Standard("PDF/X-3", "1.4", transparency=False, jpeg_2000=False),  # ISO 15930-3 and -6
    Standard("PDF/X-4", "1.6"),  # ISO 15930-7
    Standard("PDF/X-5", "1.6"),  # ISO 15930-8
    Standard("PDF/A-1", "1.4", transparency=False, jpeg_2000=False, press=False),  # ISO 19005-1
    Standard("PDF/A-2", "1.7", press=False),
    Standard("PDF/A-3", "1.7", press=False),
    Standard("PDF/A-4", "2.0", press=False),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says of itself."""

    names: tuple[str, ...] = ()
    """`PDF/X-1a:2003`, `PDF/A-2u`, `PDF/UA-1`."""
    standards: tuple[Standard, ...] = ()

    @property
    def press(self) -> bool:
        """Whether it says that it is PDF/X."""
        return any(standard.press for standard in self.standards)

    @property
    def archive(self) -> bool:
        """Whether it says that it is PDF/A."""
        return any(not standard.press for standard in self.standards)

    def forbidding(self, right: str) -> str:
        """The standard that does not allow something; empty where all do."""
        return next((standard.name for standard in self.standards if not getattr(standard, right)), "")


def claim_of(pdf: Any, asked: str = "") -> Claim:
    """What a file claims, in its metadata or the older way in its info, and what is asked of it besides."""
    names = list(dict.fromkeys([*_from_metadata(pdf), *_from_info(pdf), *([asked] if asked else [])]))
    standards = {one.name: one for name in names for one in STANDARDS if name.startswith(one.name)}
    return Claim(tuple(names), tuple(standards.values()))


def _from_info(pdf: Any) -> Iterator[str]:
    info = pdf.trailer.get("/Info", {})
    for key in ("/GTS_PDFXConformance", "/GTS_PDFXVersion"):
        if key in info:
            yield str(info[key])


PDF_A = "{http://www.aiim.org/pdfa/ns/id/}"
PDF_UA = "{http://www.aiim.org/pdfua/ns/id/}"


def _from_metadata(pdf: Any) -> Iterator[str]:
    values = _metadata(pdf)
    for name, value in values.items():
        if name.endswith("}GTS_PDFXVersion"):
            yield value
    if f"{PDF_A}part" in values:
        yield f"PDF/A-{values[f'{PDF_A}part']}{values.get(f'{PDF_A}conformance', '').lower()}"
    if f"{PDF_UA}part" in values:
        yield f"PDF/UA-{values[f'{PDF_UA}part']}"


def _metadata(pdf: Any) -> dict[str, str]:
    """The simple values of the XMP packet, as elements or as attributes (ISO 16684-1)."""
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        return {}
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(stream.read_bytes(), parser)
    values: dict[str, str] = {}
    for element in root.iter(etree.Element) if root is not None else ():
        values |= {str(name): str(value) for name, value in element.attrib.items()}
        if element.text and element.text.strip():
            values[str(element.tag)] = element.text.strip()
    return values
