"""What WeasyPrint asks in place of its own line layout: the lines of a paragraph, and how wide it would like to be."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from banxin.compose import engine, marks, shrink
from banxin.compose.first_line import restyled
from banxin.compose.flatten import Unplannable, flatten, texts
from banxin.compose.lines import Place
from banxin.compose.pango import Undrawable
from banxin.compose.paragraph import Memory, Paragraph
from banxin.compose.setter import Setter
from banxin.compose.settings import Punctuation, Settings
from banxin.compose.shapes import Shapes

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """How the paragraphs of what was laid out were set; a paragraph over two pages counts twice."""

    planned: int = 0
    greedy: int = 0
    """Line by line, by the same rules: code, whose lines are filled."""
    stock: Counter[str] = field(default_factory=Counter)
    """Chinese paragraphs left to WeasyPrint, by reason."""
    not_chinese: int = 0
    unforeseen: list[str] = field(default_factory=list)
    """What went wrong, with the words where it did; such a paragraph is set by WeasyPrint."""


@dataclass(slots=True)
class Document:
    """What is kept while a document is laid out."""

    shapes: Shapes = field(default_factory=Shapes)
    memory: Memory = field(default_factory=Memory)


class Composer:
    """Composes by one set of settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.report = Report()
        self._documents: dict[int, tuple[Any, Document]] = {}

    def lines(self, context: Any, box: Any, position_y: float, *rest: Any) -> Iterator[tuple[Any, Any]]:
        """In place of `iter_line_boxes`, with its arguments: pairs of a line and where the next one begins."""
        bottom_space, skip_stack, block, absolutes, fixed, letter_style, line_style = rest
        place = Place(context, block, bottom_space, absolutes, fixed)
        first = (letter_style, line_style) if skip_stack is None else (None, None)
        paragraph = self.read(place, box, *first)
        if paragraph is None:
            yield from engine.stock_lines(context, box, position_y, *rest)
            return
        setter = Setter(paragraph, box, place, skip_stack)
        if setter.code:
            self.report.greedy += 1
        else:
            self.report.planned += 1
        try:
            for line, skip_stack in setter.lines(position_y):
                position_y = line.position_y + line.height
                yield line, skip_stack
        except Exception as error:  # the lines that are made stand; WeasyPrint goes on from there
            if isinstance(error, Undrawable):
                self.report.stock[str(error)] += 1
            else:
                self._unforeseen(error, box)
            styles = (None, line_style) if skip_stack is None else (None, None)
            rest = bottom_space, skip_stack, block, absolutes, fixed, *styles
            yield from engine.stock_lines(context, box, position_y, *rest)

    def read(self, place: Place, box: Any, letter_style: Any, line_style: Any) -> Paragraph | None:
        """The numbers of a line box; None where WeasyPrint sets it. The styles are those of its beginning."""
        if not _chinese(box):
            self.report.not_chinese += 1
            return None
        if letter_style:
            engine.first_letter(box, letter_style)
        try:
            known = self._paragraph(place, box)
            if line_style and known.opening is None:
                known.opening = self._read(restyled(box, line_style), place.block, _measure(place))
                known.opening.uniform, known.opening.restyled = False, True
        except (Unplannable, Undrawable) as reason:
            self.report.stock[str(reason)] += 1
            return None
        except Exception as error:  # never a crash, never lost text: WeasyPrint's own lines are still there
            self._unforeseen(error, box)
            return None
        return known

    def _paragraph(self, place: Place, box: Any) -> Paragraph:
        memory = self._document(box.style.font_config).memory
        known = memory.get(box, place.block.width)
        if known is None:
            known = self._read(box, place.block, _measure(place))
            memory.keep(box, place.block.width, known)
        return known

    def _read(self, box: Any, block: Any, measure: Callable[[Any], float]) -> Paragraph:
        flat = flatten(box, block, self._document(box.style.font_config).shapes, measure)
        if box.style["direction"] == "rtl":  # the blank of a mark is not where it would have to go
            return Paragraph(flat, replace(self.settings, punctuation=Punctuation.NONE))
        return Paragraph(flat, self.settings)

    def _unforeseen(self, error: Exception, box: Any) -> None:
        words = "".join(leaf.text for leaf in texts(box))[:20]
        self.report.stock["unforeseen"] += 1
        message = f"“{words}”: {type(error).__name__}: {error}"
        if message not in self.report.unforeseen:  # a page that is laid out again does not warn again
            self.report.unforeseen.append(message)
            LOG.warning("一段文字没能排成，改用普通排法：“%s……”（%s: %s）", words, type(error).__name__, error)

    def _document(self, font_config: Any) -> Document:
        known = self._documents.get(id(font_config))
        if known is None:
            known = self._documents[id(font_config)] = (font_config, Document())
        return known[1]

    def widths(self, context: Any, box: Any, *rest: Any, **options: Any) -> Iterator[float]:
        """In place of `inline_line_widths`, with its arguments: how wide a cell or a float would like its lines, px."""
        minimum = shrink.asked(context, box, *rest, **options)
        found = None if minimum is None or not _chinese(box) else self._widths(context, box, minimum)
        yield from engine.stock_widths(context, box, *rest, **options) if found is None else found

    def _widths(self, context: Any, box: Any, minimum: bool) -> list[float] | None:
        """The widths of Chinese lines; None where WeasyPrint sets them."""
        memory, width = self._document(box.style.font_config).memory, shrink.LEAST if minimum else shrink.MOST
        try:
            known = memory.get(box, width)
            if known is None:
                known = self._read(box, shrink.NoBlock(), shrink.atom_width(context, minimum))
                memory.keep(box, width, known)
            return shrink.widths(context, box, known, minimum)
        except (Unplannable, Undrawable):
            return None
        except Exception as error:
            self._unforeseen(error, box)
            return None


def _measure(place: Place) -> Callable[[Any], float]:
    """Lays out atomic boxes to see how wide they are."""

    def measure(atom: Any) -> float:
        return float(engine.lay_atom(place.context, atom, 0.0, place.block, [], []).margin_width())

    return measure


def _chinese(box: Any) -> bool:
    """Whether there is anything in a line box that Chinese rules are about: Han, readings, marks without a word.

    Where the style sheet says `--compose: all`, any words are: Latin passages and code that stand in a Chinese book.
    """
    if any(marks.chinese(leaf.text) for leaf in texts(box)):  # the first is, nearly always
        return True
    words = [leaf.text for leaf in texts(box)]
    return (
        (any(map(marks.wide, words)) and not any(char.isalnum() for text in words for char in text))
        or any(leaf.element_tag == "rt" for leaf in texts(box))
        or (any(text.strip() for text in words) and engine.said(box.style, "compose") == "all")
    )
