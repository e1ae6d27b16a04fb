"""Words that were shaped for one document need not be shaped for the next: the signatures of a book share their fonts.

What is kept is kept with WeasyPrint's font configuration, because Pango's fonts live as long. Each document notes anew
which glyphs it uses, in the order in which it meets them, so its PDF is the same whatever was laid out before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from banxin.compose.pango import Cell, Face, Shaper

SHAPING = (
    *("font_family", "font_style", "font_stretch", "font_weight", "font_size", "font_variation_settings"),
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings", "font_language_override"),
    *("lang", "direction"),
)
"""What of a style decides on glyphs: all that `weasyprint.text.line_break.Layout` tells Pango before it has a text."""
CONTEXT = "一"
"""Pango chooses fonts by script: a mark or a number alone has none, so each is shaped between two of these."""
MOST = 50_000
"""Words that are remembered in one style: more than any book has that was not made by a machine."""


class Shaped(NamedTuple):
    """A word with its glyphs."""

    cells: tuple[Cell, ...]
    uses: tuple[tuple[Face, int, str], ...]
    """The glyphs that were met, with those of what stood beside it, and the text that each stands for."""


class _Recorder(Shaper):
    """Shapes, and tells which glyphs it met."""

    def __init__(self, style: Any, faces: dict[int, Face]) -> None:
        super().__init__(style, faces)
        self.uses: list[tuple[Face, int, str]] = []
        self.known: dict[tuple[str, int, int], Shaped] = {}

    def use(self, face: Face, glyph: int, text: str) -> None:
        self.uses.append((face, glyph, text))

    def shaped(self, text: str, skip: int, keep: int) -> Shaped:
        """What `shape` gives, remembered."""
        key = text, skip, keep
        found = self.known.get(key)
        if found is None:
            self.uses = []
            cells = tuple(self.shape(text, skip, keep))
            found = self.known[key] = Shaped(cells, tuple(dict.fromkeys(self.uses)))
        return found

    def learn(self, chars: Sequence[str]) -> None:
        """Shape characters at once, each beside what it stands beside when it is shaped alone."""
        new = [char for char in chars if _alone(char) not in self.known]
        if len(new) < 2:
            return
        self.uses = []
        text = CONTEXT + CONTEXT.join(new) + CONTEXT
        cells = self.shape(text)
        uses: dict[str, list[tuple[Face, int, str]]] = {}
        for use in dict.fromkeys(self.uses):
            uses.setdefault(use[2], []).append(use)
        for char, cell in zip(new, cells[1::2], strict=True):
            if char in uses and CONTEXT in uses:  # else it is one cluster with what stands beside it
                both = dict.fromkeys([*uses[CONTEXT], *uses[char]])
                self.known[_alone(char)] = Shaped((cell,), tuple(both))


def _alone(char: str) -> tuple[str, int, int]:
    return CONTEXT + char + CONTEXT, 1, 1


class KeptShaper:
    """A `Shaper` of one document that knows what was shaped for those before it.

    Args:
        style: of the words.
        faces: of the document, by those that are kept.
    """

    def __init__(self, style: Any, faces: dict[Face, Face]) -> None:
        self._recorder, self._faces = _recorder(style), faces

    def shape(self, text: str, skip: int, keep: int) -> list[Cell]:
        """As `Shaper.shape`."""
        return self._used(self._recorder.shaped(text, skip, keep))

    def learn(self, chars: Sequence[str]) -> None:
        """Characters that will be asked for, each between two of `CONTEXT`."""
        self._recorder.learn(chars)

    def _used(self, shaped: Shaped) -> list[Cell]:
        for face, glyph, text in shaped.uses:
            self._face(face).unicode.setdefault(glyph, text)
        return [cell if cell.face is None else cell._replace(face=self._face(cell.face)) for cell in shaped.cells]

    def _face(self, face: Face) -> Face:
        own = self._faces.get(face)
        if own is None:
            own = self._faces[face] = face.unused()
        return own


def _recorder(style: Any) -> _Recorder:
    """What is kept of all styles that give the same glyphs."""
    kept = vars(style.font_config).setdefault(_KEPT, {})
    faces = kept.setdefault(None, {})
    key = tuple([_hashable(style[name]) for name in SHAPING])
    found = kept.get(key)
    if found is None or len(found.known) > MOST:
        found = kept[key] = _Recorder(style, faces)
    made: _Recorder = found
    return made


_KEPT = "_banxin_shapes"


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, list | tuple) else value
