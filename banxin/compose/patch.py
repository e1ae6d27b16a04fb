"""Puts the composer into WeasyPrint and takes it out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from banxin.compose import engine, footnotes, grid, under
from banxin.compose.composer import Composer, Report
from banxin.compose.draw import Fragment
from banxin.compose.settings import Settings
from banxin.compose.swap import Swap, swapped


@contextmanager
def composing(settings: Settings | None = None) -> Iterator[Report]:
    """While it lasts, WeasyPrint's Chinese paragraphs are composed by `settings`; gives how they were set.

    Raises:
        ToolError: this WeasyPrint is not the one that the composer was written for.
    """
    composer = Composer(settings or Settings())
    swaps = (
        Swap("weasyprint.layout.inline:iter_line_boxes", "04aec48abfca", lambda _: composer.lines),
        Swap("weasyprint.layout.preferred:inline_line_widths", "6c24f789e3ce", lambda _: composer.widths),
        Swap("weasyprint.draw.text:draw_first_line", "1bb8eae6d88e", lambda _: draw_first_line),
        Swap("weasyprint.draw.text:draw_text", "ebaf96239c6c", under.draw_after),
    )
    with swapped((*swaps, *footnotes.SWAPS, *grid.SWAPS)):
        yield composer.report


def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> list[Any]:
    """In place of WeasyPrint's: our pieces are ready; text that is cut off with an ellipsis is laid out by Pango."""
    fragment = textbox.pango_layout
    if isinstance(fragment, Fragment):
        if text_overflow != "ellipsis" and block_ellipsis == "none":
            fragment.draw(stream, *matrix.values[4:])
            return []
        textbox.pango_layout = engine.create_layout(textbox.text, textbox.style, None, max(0.0, fragment.max_width), 0)
    drawn: list[Any] = engine.stock_draw(stream, textbox, text_overflow, block_ellipsis, matrix)
    return drawn
