"""Puts the composer into WeasyPrint and takes it out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from banxin.compose import engine
from banxin.compose.composer import Composer, Report
from banxin.compose.draw import Fragment
from banxin.compose.settings import Settings


@contextmanager
def composing(settings: Settings | None = None) -> Iterator[Report]:
    """While it lasts, WeasyPrint's Chinese paragraphs are composed by `settings`; gives how they were set.

    Raises:
        ToolError: on import, when this WeasyPrint is not the one that the composer was written for.
    """
    composer = Composer(settings or Settings())
    places: tuple[tuple[Any, str, Any], ...] = (
        (engine.inline, "iter_line_boxes", composer.lines),
        (engine.block, "iter_line_boxes", composer.lines),
        (engine.preferred, "inline_line_widths", composer.widths),
        (engine.draw_text, "draw_first_line", draw_first_line),
    )
    before = [getattr(module, name) for module, name, _ in places]
    for module, name, ours in places:
        setattr(module, name, ours)
    try:
        yield composer.report
    finally:
        for (module, name, _), stock in zip(places, before, strict=True):
            setattr(module, name, stock)


def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> list[Any]:
    """In place of WeasyPrint's: our pieces are ready; text that is cut off with an ellipsis is laid out by Pango."""
    fragment = textbox.pango_layout
    if isinstance(fragment, Fragment):
        if text_overflow != "ellipsis" and block_ellipsis == "none":
            if textbox.text.strip():
                fragment.draw(stream, matrix.values)
            return []
        textbox.pango_layout = engine.create_layout(textbox.text, textbox.style, None, textbox.width, 0)
    drawn: list[Any] = engine.stock_draw(stream, textbox, text_overflow, block_ellipsis, matrix)
    return drawn
