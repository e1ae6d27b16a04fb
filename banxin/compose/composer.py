"""What WeasyPrint asks in place of its own line layout: the lines of a paragraph, and how wide it would like to be."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from banxin.compose import engine, marks
from banxin.compose.flatten import Kind, Unplannable, flatten, texts
from banxin.compose.grid import Grid
from banxin.compose.lines import Builder, Place
from banxin.compose.pango import Undrawable
from banxin.compose.paragraph import Line, Memory, Paragraph
from banxin.compose.plan import Measure, widest
from banxin.compose.settings import Settings
from banxin.compose.shape import Shapes

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """How the paragraphs of what was laid out were set; a paragraph over two pages counts twice."""

    planned: int = 0
    greedy: int = 0
    """Line by line, by the same rules: beside a float, and code."""
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
        paragraph = self.read(place, box, bool(letter_style or line_style))
        if paragraph is None:
            yield from engine.stock_lines(context, box, position_y, *rest)
            return
        setter = _Setter(paragraph, box, place, skip_stack)
        if setter.greedy:
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
            rest = bottom_space, skip_stack, *rest[2:]
            yield from engine.stock_lines(context, box, position_y, *rest)

    def read(self, place: Place, box: Any, first_styles: bool) -> Paragraph | None:
        """The numbers of a line box; None where WeasyPrint sets it."""
        if not _chinese(box):
            self.report.not_chinese += 1
            return None
        document = self._document(box.style.font_config)
        known = document.memory.get(box)
        if known is not None:
            return known
        try:
            if first_styles:
                raise Unplannable("::first-letter or ::first-line")
            paragraph = self._read(place, box, document.shapes)
        except (Unplannable, Undrawable) as reason:
            self.report.stock[str(reason)] += 1
            return None
        except Exception as error:  # never a crash, never lost text: WeasyPrint's own lines are still there
            self._unforeseen(error, box)
            return None
        document.memory.keep(box, paragraph)
        return paragraph

    def _read(self, place: Place, box: Any, shapes: Shapes) -> Paragraph:
        if box.style["direction"] == "rtl":
            raise Unplannable("direction: rtl")

        def measure(atom: Any) -> float:
            made = engine.lay_atom(place.context, atom, 0.0, place.block, [], [])
            return float(made.margin_width())

        flat = flatten(box, place.block, shapes, measure)
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
        stock = engine.stock_widths(context, box, *rest, **options)
        arguments = engine.arguments_of_widths(context, box, *rest, **options)
        minimum: bool = arguments["minimum"]
        if not isinstance(box, engine.boxes.LineBox) or arguments["skip_stack"] is not None or arguments["first_line"]:
            yield from stock
            return
        if not _chinese(box):
            yield from stock
            return
        try:
            block = _NoBlock()
            shapes = self._document(box.style.font_config).shapes
            flat = flatten(box, block, shapes, lambda atom: _atom_width(context, atom, minimum))
            paragraph = Paragraph(flat, self.settings)
            piece, lines = widest(paragraph.stops(float("inf")).breaks)
        except (Unplannable, Undrawable):
            yield from stock
            return
        except Exception as error:
            self._unforeseen(error, box)
            yield from stock
            return
        indent = _indent(box)
        yield (piece if minimum else lines[0]) + max(0.0, indent)
        if not minimum:
            yield from lines[1:]


class _NoBlock:
    """A containing block whose width is not known yet: percentages are of nothing."""

    width = 0.0
    height = "auto"

    def __iter__(self) -> Iterator[Any]:
        yield self.width
        yield self.height


def _atom_width(context: Any, box: Any, minimum: bool) -> float:
    find = engine.min_content_width if minimum else engine.max_content_width
    return float(find(context, box))


def _indent(box: Any) -> float:
    token = box.style["text_indent"]
    return float(token.value) if getattr(token, "unit", "%") != "%" else 0.0


def _chinese(box: Any) -> bool:
    """Whether there is anything in a line box that Chinese rules are about: Han, readings, marks without a word."""
    words = [leaf.text for leaf in texts(box)]
    return (
        any(map(marks.chinese, words))
        or (any(map(marks.wide, words)) and not any(char.isalnum() for text in words for char in text))
        or any(leaf.element_tag == "rt" for leaf in texts(box))
    )


class _Setter:
    """Sets the lines of one paragraph from where WeasyPrint resumes it."""

    def __init__(self, paragraph: Paragraph, box: Any, place: Place, skip_stack: Any) -> None:
        self.paragraph, self.box, self.place = paragraph, box, place
        self.first = skip_stack is None
        self.start = paragraph.char_at(skip_stack)
        self.done: set[int] = set()
        style = box.style
        grid = Grid.of(style)
        self.grid = grid if grid and grid.carries(style) else None
        self.greedy = (
            style["white_space"] not in ("normal", "nowrap", "pre-line")
            or bool(place.context.excluded_shapes)
            or any(node.kind is Kind.FLOAT for node in paragraph.flat.odd)
        )
        engine.resolve_percentages(box, place.block)
        if self.first:
            engine.resolve_one_percentage(box, "text_indent", place.block.width)
        else:
            box.text_indent = 0

    def lines(self, y: float) -> Iterator[tuple[Any, Any]]:
        """Each line, and where WeasyPrint would resume after it."""
        x, y, width = self.room(y)
        while True:
            if self.greedy:
                leading = self.leading_floats(y)
                x, y, width = self.room(y)
            line = self.next(width)
            if line.next <= self.start and not line.ends:
                raise AssertionError("a line without a character would come again and again")
            made = self.set(line, x, y, width)
            if self.greedy:
                made.children = (*leading, *made.children)
            if self.paragraph.flat.has_leader:
                engine.handle_leader(self.place.context, made, self.place.block)
            y = made.position_y + made.height
            self.start, self.first = line.next, False
            resume = self.paragraph.resume_at(line.next) if not line.ends else None
            yield made, resume
            if resume is None:
                return

    def room(self, y: float) -> tuple[float, float, float]:
        """Where the next line may stand: x, y and width, px; beside floats if there are any."""
        box, context = self.box, self.place.context
        box.position_y = y
        box.width = box.height = 0
        if context.excluded_shapes:
            box.height, _ = engine.strut(box.style)
            box.width = min(self.paragraph.stops(self.place.block.width).breaks.leave[1], self.place.block.width)
        x, y, width = engine.avoid_collisions(context, box, self.place.block)
        box.position_x, box.position_y = x, y
        engine.adjust_line_height(box)
        return x, y, width

    def next(self, width: float) -> Line:
        style = self.box.style
        collapses = style["white_space"] in ("normal", "nowrap", "pre-line")
        justified = collapses and engine.alignment(style, False) == "justify"
        flush = collapses and style["text_align_last"] == "justify"
        indent = self.box.text_indent if self.first else 0.0
        measure = Measure(width, indent, self.paragraph.items.size, justified, flush)
        find = self.paragraph.fitting if self.greedy else self.paragraph.line
        return find(self.start, measure, self.first)

    def set(self, line: Line, x: float, y: float, width: float) -> Any:
        indent = self.box.text_indent if self.first else 0.0
        align = engine.alignment(self.box.style, line.last)
        slack = max(0.0, width - indent - line.width)
        offset = slack / 2 if align == "center" else slack if align == "end" else 0.0
        builder = Builder(self.paragraph, line, self.place)
        made = builder.build(self.box, x, y, indent, offset)
        if self.grid and not self.paragraph.uniform:
            self.whole_pitches(made, self.grid)
        waiting = [box for box in builder.floats if id(box) not in self.done]
        made.children += tuple(self.float(box, made.position_y + made.height) for box in waiting)
        return made

    def whole_pitches(self, line: Any, grid: Grid) -> None:
        """A line that holds something high takes whole line pitches, its baseline on one of theirs."""
        _, baseline = engine.strut(self.box.style)
        before, after = grid.extra(
            self.box.style, line.baseline - baseline, line.height - line.baseline - (grid.pitch - baseline)
        )
        top = line.position_y
        line.translate(0, before)
        line.position_y = top
        line.baseline += before
        line.height += before + after

    def leading_floats(self, y: float) -> list[Any]:
        """Floats that stand before the first word of the line push it aside."""
        found = []
        for node in self.paragraph.flat.odd:
            if node.kind is Kind.FLOAT and node.start == self.start and id(node.box) not in self.done:
                self.done.add(id(node.box))
                found.append(self.float(node.box, y))
        return found

    def float(self, box: Any, y: float) -> Any:
        place = self.place
        box.position_x, box.position_y = place.block.content_box_x(), y
        made, resume = engine.float_layout(
            place.context, box, place.block, place.absolutes, place.fixed, place.bottom_space, skip_stack=None
        )
        if resume:
            place.context.add_broken_out_of_flow(made, box, place.block, resume)
        return made
