"""Sets the lines of one paragraph, one after the other: where each may stand, what stands in it, what it is made of.

Floats make lines narrower for a while. How wide the next lines will be is looked up before the first is set, for lines
as high as the paragraph's own, and all of them are planned together; a line that turns out higher than that (an image,
larger words) is set again where it fits, and what follows is planned anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from banxin.compose import engine
from banxin.compose.first_line import first_line
from banxin.compose.flatten import CODE, Kind
from banxin.compose.grid import Grid
from banxin.compose.lines import Builder, Place
from banxin.compose.paragraph import Line, Paragraph
from banxin.compose.plan import Measure

_NEAR = 1e-6
"""px."""


class Setter:
    """Sets the lines of one paragraph from where WeasyPrint resumes it."""

    def __init__(self, paragraph: Paragraph, box: Any, place: Place, skip_stack: Any) -> None:
        self.paragraph, self.box, self.place = paragraph, box, place
        self.first = skip_stack is None
        self.start = paragraph.char_at(skip_stack)
        self.done: set[int] = set()
        style = box.style
        grid = Grid.of(style)
        self.grid = grid if grid and grid.carries(style) else None
        self.collapses = style["white_space"] in ("normal", "nowrap", "pre-line")
        self.code = not self.collapses and _is_code(paragraph, box)
        """Whether lines are filled one by one, as readers of listings expect."""
        self.backwards = place.block.style["direction"] == "rtl"
        self.floating = any(node.kind is Kind.FLOAT for node in paragraph.flat.odd)
        engine.resolve_percentages(box, place.block)
        if self.first:
            engine.resolve_one_percentage(box, "text_indent", place.block.width)
        else:
            box.text_indent = 0

    def lines(self, y: float) -> Iterator[tuple[Any, Any]]:
        """Each line, and where WeasyPrint would resume after it."""
        x, y, width = self.room(y, 0.0, 0.0)
        while True:
            leading = self.leading_floats(y) if self.floating else []
            if self.place.context.excluded_shapes:
                line, made = self.beside(y)
            else:
                line, made = self.alone(x, y, width)
            if line.next <= self.start and not line.ends:
                raise AssertionError("a line without a character would come again and again")
            if leading:
                made.children = (*leading, *made.children)
            if self.paragraph.flat.has_leader:
                engine.handle_leader(self.place.context, made, self.place.block)
            y = made.position_y + made.height
            self.start, self.first = line.next, False
            resume = self.paragraph.resume_at(line.next) if not line.ends else None
            yield made, resume
            if resume is None:
                return

    # --- where a line may stand

    def room(self, y: float, height: float, width: float) -> tuple[float, float, float]:
        """Where a line as high and at least as wide may stand: x, y and width, px; beside floats if there are any."""
        box = self.box
        box.position_y, box.height, box.width = y, height, width
        x, y, width = engine.avoid_collisions(self.place.context, box, self.place.block)
        if self.backwards:  # what is found is where the line begins
            x -= width
        box.position_x, box.position_y = x, y
        engine.adjust_line_height(box)
        return x, y, width

    def alone(self, x: float, y: float, width: float) -> tuple[Line, Any]:
        """The next line and its box where no float is near."""
        line = self.next(width)
        builder, made = self.build(line, x, y, width)
        self.commit(builder, made)
        return line, made

    def beside(self, y: float) -> tuple[Line, Any]:
        """The next line and its box where floats may stand in its way.

        Where a line turns out higher than text (an image in it), it is set anew as if all of it were that high.
        """
        full = self.place.block.width
        least = min(self.source.least(self.start, full, self.first) + self.indent, full)
        height, _ = engine.strut(self.box.style)
        place = self.room(y, height, least)
        while True:
            x, top, width = place
            line = self.next(full, self.following(place, height))
            builder, made = self.build(line, x, top, width)
            if made.height <= height + _NEAR:
                break
            height = made.height
            place = self.room(y, height, least)
            if place == (x, top, width):
                break
        self.commit(builder, made)
        return line, made

    def following(self, place: tuple[float, float, float], height: float) -> tuple[float, ...]:
        """How wide the line at `place` is, which is `height` px high, and those after it as far down as floats reach.

        None are left where all are as wide as their block.
        """
        _, y, width = place
        bottom = max(shape.position_y + shape.margin_height() for shape in self.place.context.excluded_shapes)
        usual, _ = engine.strut(self.box.style)
        widths, y = [width], y + height
        while y < bottom and len(widths) <= len(self.paragraph.flat.text):
            _, y, width = self.room(y, usual, self.paragraph.items.size)
            widths.append(width)
            y += usual
        while widths and abs(widths[-1] - self.place.block.width) < _NEAR:
            widths.pop()
        return tuple(widths)

    @property
    def source(self) -> Paragraph:
        """What the next line is made from."""
        return self.paragraph.opening if self.first and self.paragraph.opening else self.paragraph

    @property
    def indent(self) -> float:
        """Of the next line, px."""
        return float(self.box.text_indent) if self.first else 0.0

    # --- what stands in it

    def next(self, width: float, beside: tuple[float, ...] = ()) -> Line:
        """The next line in a measure of `width` px; `beside`: see `Measure`."""
        style = self.box.style
        justified = self.collapses and engine.alignment(style, False) == "justify"
        flush = self.collapses and style["text_align_last"] == "justify"
        measure = Measure(width, self.indent, self.paragraph.items.size, justified, flush, beside)
        if self.source is not self.paragraph:
            return first_line(self.source, self.paragraph, measure)
        find = self.paragraph.filled if self.code else self.paragraph.line
        return find(self.start, measure, self.first)

    # --- what it is made of

    def build(self, line: Line, x: float, y: float, width: float) -> tuple[Builder, Any]:
        """A line box; nothing else knows of it until it is committed."""
        align = engine.alignment(self.box.style, line.last)
        slack = max(0.0, width - self.indent - line.width)
        if align in ("start", "justify", "end"):
            offset = slack if (align == "end") != self.backwards else 0.0
        else:
            offset = slack / 2 if align == "center" else 0.0
        builder = Builder(self.source, line, self.place)
        made = builder.build(self.box, x, y, 0.0 if self.backwards else self.indent, offset)
        if self.grid and not builder.uniform:
            self.whole_pitches(made, self.grid)
        return builder, made

    def commit(self, builder: Builder, made: Any) -> None:
        """Hand over what stands in a line but not in its flow."""
        place = self.place
        place.absolutes += builder.absolutes
        place.fixed += builder.fixed
        for box in builder.running:
            place.context.add_running_element(box)
        waiting = [box for box in builder.floats if id(box) not in self.done]
        if waiting:
            made.children += tuple(self.float(box, made.position_y + made.height) for box in waiting)

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

    # --- floats

    def leading_floats(self, y: float) -> list[Any]:
        """Floats that stand before the first word of the line push it aside."""
        found = []
        for node in self.paragraph.flat.odd:
            if node.kind is Kind.FLOAT and node.start == self.start and id(node.box) not in self.done:
                self.done.add(id(node.box))
                found.append(self.float(node.box, y))
        return found

    def float(self, box: Any, y: float) -> Any:
        """A float laid out at `y` px or below."""
        place = self.place
        box.position_x, box.position_y = place.block.content_box_x(), y
        made, resume = engine.float_layout(
            place.context, box, place.block, place.absolutes, place.fixed, place.bottom_space, skip_stack=None
        )
        if resume:
            place.context.add_broken_out_of_flow(made, box, place.block, resume)
        return made


def _is_code(paragraph: Paragraph, box: Any) -> bool:
    """Whether nothing but code stands in it."""
    if box.element_tag in CODE:
        return True
    words = [leaf for leaf in paragraph.flat.leaves if leaf.box.text.strip()]
    return bool(words) and all(leaf.code for leaf in words)
