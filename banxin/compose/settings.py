"""What an author may choose about the composition of lines: `compose:` in book.yaml. No logic, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kinsoku(StrEnum):
    """How strictly marks are kept from the ends of lines (避头尾; CLREQ 3.1.4): each level adds to the one before."""

    NONE = "none"
    """Newspapers of Taiwan and Hong Kong: any mark may stand anywhere; units stay whole."""
    BASIC = "basic"
    """No closing mark, connector or solidus begins a line; no opening mark ends one."""
    GB = "gb"
    """GB/T 15834: a solidus ends no line either, and a mark that ends a line is always half an em wide."""
    STRICT = "strict"
    """No dash and no ellipsis begins a line."""


class Punctuation(StrEnum):
    """How wide marks are (CLREQ 3.1.6)."""

    QUANJIAO = "quanjiao"
    """全角式: an em each; two that meet share 1.5 em."""
    KAIMING = "kaiming"
    """开明式: 。？！ an em, all others half an em."""
    BANJIAO = "banjiao"
    """半角式: half an em each."""
    NONE = "none"
    """An em each, whatever meets."""


class Em(float):
    """A length in em."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Between Han and Latin, in em (CLREQ 3.2.2: a quarter, from an eighth to a half as the line needs)."""

    natural: Em = Em(0.25)
    least: Em = Em(0.125)
    most: Em = Em(0.5)


@dataclass(frozen=True, slots=True)
class Settings:
    """How the lines of one edition are composed."""

    kinsoku: Kinsoku = Kinsoku.GB
    punctuation: Punctuation = Punctuation.QUANJIAO
    gap: Gap = Gap()
    trim_indent: bool = False
    """Whether an opening mark at a paragraph's start gives up its blank half, as at every other line's start."""
    hyphenate: bool = True
    """Whether Latin words may be divided."""
