"""What the rules need to know about an edition."""

from __future__ import annotations

from dataclasses import dataclass

from banxin.config import QuoteStyle


@dataclass(frozen=True, slots=True)
class Style:
    """The marks of one edition."""

    language: str
    quotes: QuoteStyle = QuoteStyle.REGION
    vertical: bool = False
    """Whether its lines run downward."""
    numbers: str = "figures"
    """What becomes of numbers in figures: `config.NumberStyle`."""

    @property
    def pairs(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Outer and inner quotation marks (CLREQ: “‘’” in zh-Hans, 「『』」 in zh-Hant)."""
        curly, corner = (("“", "”"), ("‘", "’")), (("「", "」"), ("『", "』"))
        if self.quotes is QuoteStyle.CURLY:
            return curly
        if self.quotes is QuoteStyle.CORNER or self.language.startswith("zh-Hant"):
            return corner
        return curly


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a rule could not decide."""

    line: int
    message: str
    hint: str
    offset: int = 0
    """In the run."""
