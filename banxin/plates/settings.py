"""What a printer asks for: `print:` of book.yaml, worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Standard(StrEnum):
    """What a printer's file conforms to."""

    X4 = "x4"
    """PDF/X-4:2010: transparency stays, PDF 1.6."""
    X1A = "x1a"
    """PDF/X-1a:2003: ink only, no transparency, PDF 1.4."""
    X3 = "x3"
    """PDF/X-3:2003: as X-1a; device-independent colour would be allowed, but we convert all of it."""


class Intent(StrEnum):
    """What becomes of colours that the inks cannot print (ISO 15076-1, 6.2)."""

    PERCEPTUAL = "perceptual"
    RELATIVE = "relative"
    """With black point compensation, as layout programs do it."""
    SATURATION = "saturation"
    ABSOLUTE = "absolute"


VARIANTS: Mapping[Standard, str] = {
    Standard.X4: "pdf/x-4",
    Standard.X1A: "pdf/x-1a",
    Standard.X3: "pdf/x-3",
}
"""What WeasyPrint calls them."""
NAMES: Mapping[Standard, str] = {
    Standard.X4: "PDF/X-4",
    Standard.X1A: "PDF/X-1a:2003",
    Standard.X3: "PDF/X-3:2003",
}
INK_LIMITS = range(200, 401)
"""Per cent of all four inks together: less would take the blacks from any picture."""


@dataclass(frozen=True, slots=True)
class Plates:
    """How a book is printed."""

    standard: Standard
    icc: str
    """The file of the printer's profile."""
    digest: str
    """Of its content: what is made with it depends on this, and not on its name."""
    name: str
    """What the profile calls itself."""
    condition: str = ""
    """The printing condition by its name in a registry (`FOGRA39`, `JC200103`), where it is known."""
    intent: Intent = Intent.RELATIVE
    limit: int = 300
    """The most of all inks together, per cent."""
    spots: tuple[tuple[str, str], ...] = ()
    """Inks of their own: the name that the printer knows, and the colour (`#rrggbb`) that is printed in it."""

    @property
    def transparency(self) -> bool:
        """Whether the standard lets something shine through."""
        return self.standard is Standard.X4
