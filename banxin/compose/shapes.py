"""All styles of a document: those of lines that run across, and those of lines that run downward."""

from __future__ import annotations

from typing import Any

from banxin.compose.pango import Face
from banxin.compose.shape import Style
from banxin.compose.vertical import VerticalStyle, is_vertical


class Shapes:
    """All styles of one document, and the fonts that they found."""

    def __init__(self) -> None:
        self._faces: dict[Face, Face] = {}
        self._turned: dict[int, Face] = {}
        self._styles: dict[int, tuple[Any, Style]] = {}

    def style(self, style: Any) -> Style:
        """What is known of a style of WeasyPrint; it is kept, since another may get its address."""
        style = vars(style).get("twin", style)
        known = self._styles.get(id(style))
        if known is None:
            made = VerticalStyle(style, self._turned) if is_vertical(style) else Style(style, self._faces)
            known = self._styles[id(style)] = style, made
        return known[1]
