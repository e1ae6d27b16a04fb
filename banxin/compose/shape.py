"""Text and style to cells (advance and glyphs of each character), each word and each Han character shaped once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pyphen

from banxin.compose import marks
from banxin.compose.draw import Metrics
from banxin.compose.engine import Layout, said, strut
from banxin.compose.kept import CONTEXT, KeptShaper
from banxin.compose.pango import NOTHING, Cell, Face

_SINGLE = f"{marks.HAN}{re.escape(marks.OPENING + marks.CLOSING + marks.COMMAS + marks.STOPS)}～〜／％\u3000"
_TURNED = marks.RIGHT_TO_LEFT
_TOKENS = re.compile(
    f"(?P<single>[{_SINGLE}]+(?![{marks.COMBINING}]))"
    f"|(?P<turned>[{_TURNED}][{_TURNED}{marks.COMBINING}\u200c]*)"
    f"|(?P<space>[ \u00a0])|(?P<control>[\n\t])"
    f"|(?P<word>[{_SINGLE}]?[^{_SINGLE}{marks.RIGHT_TO_LEFT} \u00a0\n\t]+)"
    f"|(?P<rest>.)"
)
WORDS = re.compile(f"[^{_SINGLE} \u00a0\n\t]{{2,}}")
"""Runs in which no gap opens: words, numbers, dashes."""
_PART = r"0-9A-Za-zÀ-ɏ_/@\-"
_HYPHENABLE = re.compile(rf"(?<![{_PART}.:])[A-Za-zÀ-ɏ][a-zß-ɏ]{{4,}}(?![{_PART}]|\.[{_PART}])")
"""Words; not names of files and variables, whose parts mean something."""
_SIDES = ("left", "right", "top", "bottom")
_PLAIN = dict.fromkeys((f"{kind}_{side}" for side in _SIDES for kind in ("margin", "padding")), 0)
_PLAIN |= dict.fromkeys((f"border_{side}_width" for side in _SIDES), 0)
"""A text box has no spacing of its own."""
_MARK = 8
"""Texts no longer than this may be words that were met before, as the numbers of notes are."""
_NEIGHBOUR = {"turned": "", "space": "x"}
"""A space is that of the Latin face, as wide as between two of its words; what runs from right to left stands alone."""


class Style:
    """One computed style of WeasyPrint, as the composer needs it: sizes in px."""

    vertical = False
    """Whether its lines run downward."""

    def __init__(self, style: Any, faces: dict[Face, Face]) -> None:
        self.size: float = style["font_size"]
        self.language: str = style["lang"] or ""
        self.marks: Any = marks.table(self.language)
        self.wraps: bool = style["white_space"] in ("normal", "pre-wrap", "pre-line")
        self.collapses: bool = style["white_space"] in ("normal", "nowrap", "pre-line")
        self.hyphen: str = style["hyphenate_character"]
        self.hyphens: str = style["hyphens"]
        self.emphasis: str = said(style, "emphasis")
        self.limits: tuple[int, int, int] = style["hyphenate_limit_chars"]
        spacing = style["letter_spacing"]
        self.spacing: float = 0.0 if spacing == "normal" else spacing
        """Behind every character but a line's last, px."""
        self._word_spacing: float = style["word_spacing"]
        self.line_height: float
        self.baseline: float
        self.line_height, self.baseline = strut(style) if self.size else (0.0, 0.0)
        """Of a line that holds nothing else: every text of the style stands in it as high, whatever faces its words
        are drawn with, so that a word of another face never makes a line higher."""
        margin = (self.line_height - self.size) / 2
        self.lengths = {
            **_PLAIN,
            "height": self.size,
            "margin_top": margin,
            "margin_bottom": margin,
            "baseline": self.baseline,
        }
        """What every text box of the style has."""
        self.metrics = Metrics(partial(Layout, style))
        self._shaper: Any = KeptShaper(style, faces)
        self._chinese = self.language.startswith("zh") or self.language == ""
        self._singles: dict[str, Cell] = {}
        self._words: dict[str, list[Cell]] = {}

    def cells(self, text: str, before: str = "", after: str = "") -> list[Cell]:
        """A cell for each character; `before` and `after` are what stands beside it in texts of other styles.

        Raises:
            Undrawable: only WeasyPrint can draw it.
        """
        word = self._words.get(text) if len(text) <= _MARK else None
        if word is not None:  # as it would be found below
            return word
        cells: list[Cell] = []
        for match in _TOKENS.finditer(text):
            token = match.group()
            if match.lastgroup == "single":
                cells += self._han(token)
            elif match.lastgroup == "control":
                cells += [NOTHING] * len(token)
            else:
                cells += self._word(token, _NEIGHBOUR.get(match.lastgroup or "", CONTEXT))
        return cells

    def hyphen_cell(self) -> Cell:
        """What is added where a word is divided: no letter of the author's (ISO 32000-1, 14.8.2.2.3)."""
        return self._word(self.hyphen)[0].reads("\u00ad")

    def divisions(self, text: str) -> Iterator[int]:
        """Offsets in `text` before which a word may be divided, by the patterns of its language (pyphen)."""
        if self.hyphens == "none":
            return
        for match in _HYPHENABLE.finditer(text):
            for offset in self._divisions_of(match.group()):
                yield match.start() + offset

    def _divisions_of(self, word: str) -> list[int]:
        total, least_before, least_after = self.limits
        if len(word) < total:
            return []
        language = "en_US" if self._chinese else pyphen.language_fallback(self.language.replace("-", "_"))
        if language is None:
            return []
        dictionary = pyphen.Pyphen(lang=language, left=max(2, least_before), right=max(3, least_after))
        return [int(position) for position in dictionary.positions(word)]

    def _han(self, text: str) -> list[Cell]:
        singles = self._singles
        try:
            return [singles[char] for char in text]
        except KeyError:
            self._learn(set(text) - singles.keys())
            return [singles[char] for char in text]

    def _learn(self, chars: set[str]) -> None:
        """Shape characters that are new to this document."""
        self._shaper.learn(sorted(char for char in chars if "\u3400" <= char <= "\u9fff"))
        for char in sorted(chars):
            self._singles[char] = self._shape(char)[0]

    def _word(self, word: str, context: str = CONTEXT) -> list[Cell]:
        cells = self._words.get(word)
        if cells is None:
            cells = self._words[word] = self._shape(word, context if self._chinese else "")
        return cells

    def _shape(self, text: str, context: str = CONTEXT) -> list[Cell]:
        cells: list[Cell] = self._shaper.shape(context + text + context, len(context), len(text))
        if self._word_spacing:
            pairs = zip(text, cells, strict=True)
            cells = [self._spaced(cell, self._word_spacing) if char in " \u00a0" else cell for char, cell in pairs]
        return cells

    @staticmethod
    def _spaced(cell: Cell, spacing: float) -> Cell:
        return cell._replace(advance=cell.advance + spacing, plain=False) if cell.cluster else cell
