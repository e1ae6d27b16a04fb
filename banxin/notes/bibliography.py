"""What a book cites from, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from banxin.config import CitationSpec
from banxin.errors import Place
from banxin.notes.entries import Entry
from banxin.notes.styles import Style


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What a book cites from, and how."""

    entries: Mapping[str, Entry]
    style: Style
    spec: CitationSpec
    labels: Mapping[str, str]
    """In the manuscript's language."""
    place: Place
    """Of `bibliography:` in book.yaml."""
    draft: bool = False
