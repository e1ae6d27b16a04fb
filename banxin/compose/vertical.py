"""The cells of lines that run downward: what stands upright in them, what is turned, what shares a square.

A style sheet says where lines run downward: `--writing: vertical`; what stands upright as a whole (a page in a page)
takes that back with `horizontal`. `--combine` says what is set side by side in one square (縦中横): `auto` as
`orientation` has it, `all` of a text, `wide` without condensing it, `none`; with `letters` each letter stands upright
by itself."""

from __future__ import annotations

import logging
import re
from typing import Any

from banxin.compose import marks
from banxin.compose.engine import said
from banxin.compose.kept import CONTEXT
from banxin.compose.marks import Mark
from banxin.compose.orientation import COMBINED, FORMED, MOST, UPRIGHT, UPRIGHT_IN_CHINESE
from banxin.compose.pango import NOTHING, Cell, Face, Shaper, Undrawable
from banxin.compose.shape import Style
from banxin.compose.standing import Combined, Upright

LOG = logging.getLogger(__name__)
_TURNED = marks.RIGHT_TO_LEFT
_LONG = "(?:——+|――+|⸺+|……+|⋯⋯+)"
_TOKENS = (
    f"(?P<long>{_LONG}|[{UPRIGHT}][{marks.COMBINING}]+)"
    f"|(?P<single>(?:(?!{_LONG})[{UPRIGHT}{FORMED}](?![{marks.COMBINING}]))+)"
    f"|(?P<turned>[{_TURNED}][{_TURNED}{marks.COMBINING}\u200c]*)"
    f"|(?P<space>[ \u00a0])|(?P<control>[\n\t])"
    f"|(?P<word>[^{UPRIGHT}{FORMED}{_TURNED} \u00a0\n\t]+)"
    f"|(?P<rest>(?s:.))"
)
"""As text, as the others here: their large classes of characters take long to compile, and few books need them."""
_FORMED = f"[{FORMED}]"
_ALIKE = frozenset("·‧")
"""Marks that look alike turned and upright."""
_LINES = frozenset("—―…⋯")
"""Strokes and rows of dots that run along the line when they are turned: as good as a form of their own."""
_SQUARE = 0.9
"""em; what is narrower is Latin, and rightly turned."""
_OWN = re.compile(r" Own\d*$")
"""What banxin/fonts/own.py adds to the name of a face that the book brings."""
_NEIGHBOUR = {"turned": "", "space": "x"}
"""As in `shape`."""


def is_vertical(style: Any) -> bool:
    """Whether lines of this style run downward."""
    return said(style, "writing") == "vertical"


class VerticalStyle(Style):
    """A style of lines that run downward."""

    vertical = True

    def __init__(self, style: Any, faces: dict[int, Face]) -> None:
        super().__init__(style, {})
        self._shaper = Shaper(style, faces)
        self.combine = said(style, "combine") or "auto"
        self._spoken = self.language or "zh"
        self._standing: dict[str, list[Cell]] = {}
        self.marks = _Blanks(self)

    def cells(self, text: str, before: str = "", after: str = "") -> list[Cell]:
        """A cell for each character; what shares a square stands beside no letter of another style either."""
        if self.combine in ("all", "wide") and len(text.strip()) <= MOST:
            whole = self._whole(text)
            if whole:
                return whole
        if self.combine != "auto":
            return self._tokens(text)
        cells: list[Cell] = []
        at, own = 0, len(before)
        for match in re.compile(COMBINED).finditer(before + text + after, own):
            made = self._combined(match.group()) if match.end() <= own + len(text) else None
            if made:
                cells += self._tokens(text[at : match.start() - own]) + made
                at = match.end() - own
        return cells + self._tokens(text[at:])

    def _tokens(self, text: str) -> list[Cell]:
        cells: list[Cell] = []
        for match in re.finditer(_TOKENS, text):
            kind, token = match.lastgroup or "", match.group()
            if kind == "single":
                cells += self._han(token)
            elif kind == "long":
                cells += self._stand(token)
            elif kind == "control":
                cells += [NOTHING] * len(token)
            elif kind == "word" and self.combine == "letters":
                cells += [cell for char in token for cell in self._stand(char)]
            else:
                cells += self._word(token, _NEIGHBOUR.get(kind, CONTEXT))
        return cells

    # --- upright

    def _learn(self, chars: set[str]) -> None:
        """Shape characters that are new, the ideographs of each face at once."""
        ideographs = sorted(char for char in chars if "\u3400" <= char <= "\u9fff")
        faces: dict[Face, str] = {}
        for char, (face, _) in zip(ideographs, self._faces("".join(ideographs)), strict=True):
            if face is not None:
                faces[face] = faces.get(face, "") + char
        for face, text in faces.items():
            self._singles.update(zip(text, upright(face).cells(text, self._spoken), strict=True))
        for char in sorted(chars - self._singles.keys()):
            self._singles[char] = self._stand(char)[0]

    def _faces(self, text: str) -> list[tuple[Face | None, int]]:
        return self._shaper.faces(CONTEXT + text + CONTEXT, len(CONTEXT), len(text)) if text else []

    def _stand(self, token: str) -> list[Cell]:
        known = self._standing.get(token)
        if known is None:
            known = self._standing[token] = self._stood(token)
        return known

    def _stood(self, token: str) -> list[Cell]:
        """One character, or some that are drawn as one, upright; turned where a form is wanted that the face has
        not."""
        try:
            found = self._faces(token)
        except Undrawable:
            return self._left_blank(token)
        face, nominal = found[0]
        if face is None or any(other is not face for other, _ in found):
            return self._shape(token)
        cells = upright(face).cells(token, self._spoken)
        if cells[0].glyph != nominal or not re.match(_FORMED, token) or (self._chinese and token in UPRIGHT_IN_CHINESE):
            return cells
        turned = self._shape(token)
        if turned[0].advance >= _SQUARE * self.size and token[0] not in _ALIKE | _LINES:
            LOG.warning(
                "字体%s没有“%s”的竖排字形，这个标点横着排了；竖排的书宜用有竖排字形（vert）的字体",
                _OWN.sub("", face.name),
                token,
            )
        return turned

    def _word(self, word: str, context: str = CONTEXT) -> list[Cell]:
        try:
            return super()._word(word, context)
        except Undrawable:
            self._words[word] = self._left_blank(word)
            return self._words[word]

    def _left_blank(self, token: str) -> list[Cell]:
        """A square for each character of a font of coloured pictures: WeasyPrint draws those across, and a whole
        paragraph with them."""
        LOG.warning("“%s”的字形是彩色图画，竖排里画不出来，这里空着；换一种单色的字体，或改用图片", token)
        return [NOTHING._replace(advance=self.size, cluster=True) for _ in token]

    # --- in one square

    def _whole(self, text: str) -> list[Cell] | None:
        """A text, without the spaces around it, in one square."""
        words = text.strip()
        made = self._combined(words) if words else None
        if not made:
            return None
        before = len(text) - len(text.lstrip())
        return self._tokens(text[:before]) + made + self._tokens(text[before + len(words) :])

    def _combined(self, token: str) -> list[Cell] | None:
        key = "\0" + token
        if key not in self._standing:
            self._standing[key] = self._put_together(token) or []
        return self._standing[key] or None

    def _put_together(self, token: str) -> list[Cell] | None:
        try:
            cells = self._shape(token)
        except Undrawable:
            return None
        drawn = [cell for cell in cells if cell.face is not None]
        face = drawn[0].face if drawn else None
        if face is None or any(cell.face is not face for cell in drawn) or not isinstance(face, Face):
            return None
        width = sum(cell.advance for cell in drawn)
        numbers = [round((cell.drawn - cell.advance) * 1000 / face.size) for cell in drawn]
        inside = "".join(cell.hex + (f">{n}<" if n else "") for cell, n in zip(drawn, numbers, strict=True))
        height = max((-face.ink(cell.glyph)[1] for cell in drawn), default=0.0)
        square = Combined(face, width, self.size, height, self.combine != "wide")
        first = Cell(self.size, inside, self.size, len(drawn), square, True, True)  # type: ignore[arg-type]
        return [first, *[NOTHING] * (len(token) - 1)]


def upright(face: Face) -> Upright:
    """The face of the upright glyphs of a face."""
    if face.upright is None:
        face.upright = Upright(face)
    return face.upright  # type: ignore[no-any-return]


class _Blanks:
    """What marks leave blank along a line that runs downward: as their face says, which need not be as across."""

    def __init__(self, style: VerticalStyle) -> None:
        self._style, self._across = style, marks.table(style.language)
        self._known: dict[str, Mark | None] = {}

    def get(self, char: str) -> Mark | None:
        """A mark, if it is one."""
        if char not in self._known:
            self._known[char] = self._find(char)
        return self._known[char]

    def _find(self, char: str) -> Mark | None:
        mark = self._across.get(char)
        if mark is None or mark.kind is marks.Kind.INTERPUNCT:
            return mark
        face: Any = self._style.cells(char)[0].face
        found = face.blank(char, self._style.language or "zh") if isinstance(face, Upright) else None
        if found is None:  # ；：？！ stand in the middle of their squares and fill them
            return mark._replace(start=0.0, end=0.0) if char in "；：？！" else mark
        return mark._replace(start=found[0], end=found[1])
