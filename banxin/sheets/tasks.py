"""What is done elsewhere, by name: who only asks for it need not load WeasyPrint."""

from __future__ import annotations

from collections.abc import Sequence

from banxin.sheets.data import Binding, Bound, Embedded, Font, Frames, Look, Place, Position, Sheets, Signature


def lay(look: Look, signature: Signature, position: Position) -> Sheets:
    """Lay out a signature."""
    from banxin.sheets import lay

    return lay.lay(look, signature, position)


def draw(look: Look, places: Sequence[Place], total: int) -> Frames:
    """Draw the frames of some pages."""
    from banxin.sheets import frames

    return frames.draw(look, places, total)


def embed(variant: str | None, name: str, font: Font) -> Embedded:
    """Embed the glyphs of one font."""
    from banxin.sheets import embed

    return embed.embed(variant, name, font)


def bind(parts: Sequence[Bound], fonts: Sequence[Embedded], binding: Binding) -> bytes:
    """Make one PDF."""
    from banxin.sheets import bind

    return bind.bind(parts, fonts, binding)
