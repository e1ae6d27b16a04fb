"""What a PDF allows of the figures in it."""

from __future__ import annotations

from dataclasses import dataclass

from banxin.plates.settings import NAMES, Plates, Standard

ROOT = "/Figure"
"""Where a prepared figure stands in the catalogue of a file of its own."""


class Unfit(Exception):
    """A figure that cannot stay a drawing."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint


@dataclass(frozen=True, slots=True)
class Terms:
    """Of one PDF."""

    name: str
    """Of the standard that it follows."""
    plates: Plates | None = None
    """The press, in print: then all colours become ink."""
    archive: bool = False
    """Whether it is PDF/A, whose colours are those of a screen."""

    @property
    def transparency(self) -> bool:
        """Whether something may shine through."""
        return self.plates is None or self.plates.transparency

    @property
    def old(self) -> bool:
        """Whether it is PDF 1.4."""
        return self.plates is not None and self.plates.standard is not Standard.X4

    @property
    def tagged(self) -> bool:
        """Whether each glyph has to say what it stands for (ISO 14289-1, 7.21.7; ISO 19005-2, 6.2.11.7)."""
        return self.plates is None


def terms_of(profile: str, plates: Plates | None) -> Terms:
    """Of the PDF of a profile."""
    if plates:
        return Terms(NAMES[plates.standard], plates)
    return Terms("PDF/A-2u", archive=True) if profile == "archive" else Terms("PDF/UA-1")
