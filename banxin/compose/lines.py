"""Planned lines to WeasyPrint's boxes: the line box of each line, its children cut to what stands in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from banxin.compose import engine
from banxin.compose.bidi import Around, Piece, reorder
from banxin.compose.draw import Fragment
from banxin.compose.flatten import Kind, Node
from banxin.compose.pango import AXIS
from banxin.compose.paragraph import Line, Paragraph
from banxin.compose.readings import Gloss, gloss, settle
from banxin.compose.swap import memory


@dataclass(slots=True)
class Place:
    """What WeasyPrint hands over when it asks for lines."""

    context: Any
    block: Any
    """The containing block."""
    bottom_space: float
    absolutes: list[Any]
    fixed: list[Any]


FEW = 4
"""Children of a box are asked one by one whether they stand in a line."""
ACROSS = "_across"
"""With the style of a line: where boxes of some styles stand in it."""


def _inside(line: Any) -> list[Any]:
    """The boxes in a line of texts, and of inline boxes with a text each; none where there is more in it."""
    found = []
    for child in line.children:
        found.append(child)
        if type(child) is engine.boxes.InlineBox:
            found += child.children
            if len(child.children) != 1:
                return []
        if type(found[-1]) is not engine.boxes.TextBox:
            return []
    return found


class Builder:
    """Builds one line."""

    def __init__(self, paragraph: Paragraph, line: Line, place: Place) -> None:
        self.paragraph, self.line, self.place = paragraph, line, place
        self.pen = self.limit = 0.0
        self.waiting = 0.0
        """A gap that belongs between two boxes: what opens next begins behind it."""
        self.placeholders: list[Any] = []
        self.floats: list[Any] = []
        """Floats met inside the line: they go below it."""
        self.running: list[Any] = []
        """Running elements and notes that are called in it."""
        self.absolutes: list[Any] = []
        self.fixed: list[Any] = []
        """Placeholders of boxes that are laid out when their containing block is."""
        self.contained: list[tuple[Any, list[Any]]] = []
        """Relative inline boxes, each with the placeholders of the absolute ones in it."""
        self.bases: dict[int, float] = {}
        """Where the bases of readings begin, px, by their first character."""
        self.glosses: list[Gloss] = []
        self.levels = paragraph.flat.levels
        self.pieces: list[Piece] = []
        self.around: list[Around] = []
        self.smalls: list[tuple[Any, Any]] = []
        """Notes in two small lines, each with one of its lines."""
        self.mixed = False
        """Whether it holds more than text."""
        self.edge: float | None = None
        """Where a box begins whose first piece is still to come."""

    def build(self, linebox: Any, x: float, y: float, indent: float, offset: float) -> Any:
        """The line box with its top at `y` and its content area at `x`, px; `offset` is that of the alignment.

        `linebox` has the height of an empty line (`engine.adjust_line_height`).
        """
        line, paragraph = self.line, self.paragraph
        self.pen = x + indent + offset - line.enter
        self.limit = x + indent + line.room
        made = linebox.copy_with_children(list(self.children(paragraph.flat.root)))
        if self.levels:
            reorder(self.pieces, self.around, self.pen, linebox.style["direction"] == "rtl")
        made.position_x, made.position_y = x + offset, y
        made.width = line.width + indent
        if self.uniform:
            self.level(made, y)
        else:
            self.across(made, y)
        made.margin_top = made.margin_bottom = 0
        self.halve(made)
        settle(self.glosses, x, self.limit)
        for placeholder in self.placeholders:
            self.settle(placeholder, made)
        for containing, placeholders in self.contained:
            self.contain(containing, placeholders)
        return made

    def contain(self, containing: Any, placeholders: list[Any]) -> None:
        """Lay out the absolute boxes whose containing block is an inline box (CSS 2.1, 10.1)."""
        for placeholder in placeholders:
            engine.absolute_layout(
                self.place.context, placeholder, containing, self.fixed, self.place.bottom_space, skip_stack=None
            )

    @property
    def uniform(self) -> bool:
        """Whether a line that is built holds nothing but text in the style of its line box."""
        return self.paragraph.uniform or not (self.paragraph.restyled or self.mixed)

    @staticmethod
    def level(made: Any, y: float) -> None:
        """Text of one style: every box is as high as the line."""
        made.height = made.margin_top + made.height + made.margin_bottom
        for child in made.children:
            child.position_y = y

    @staticmethod
    def across(made: Any, y: float) -> None:
        """Set every box on the baseline; the line is as high as its highest box.

        Where words and marks stand is remembered with the styles that they have: nothing else decides on it.
        """
        inside = _inside(made)
        kept = memory(made.style).setdefault(ACROSS, {}) if inside else {}
        key = tuple([id(vars(box.style).get("twin", box.style)) for box in inside])
        if key in kept:
            made.baseline, made.height, offsets, _ = kept[key]
            made.position_y = y
            for box, offset in zip(inside, offsets, strict=True):
                box.position_y = y + offset
            return
        bottom, top = engine.line_box_verticality(made)
        made.baseline = -top
        made.position_y = top
        made.height = bottom - top
        if inside:
            styles = [box.style for box in inside]  # held: another may get the address of one that is gone
            kept[key] = made.baseline, made.height, [box.position_y - top for box in inside], styles
        made.translate(0, y - top)
        made.position_y = y

    def children(self, parent: Node) -> Iterator[Any]:
        """The children of a node that stand in the line."""
        line, nodes = self.line, parent.children
        low, high = 0, len(nodes)
        if high > FEW and not line.begins:
            low = bisect_left(nodes, line.start, key=lambda node: node.end)
        if high > FEW and not line.ends:
            high = bisect_right(nodes, line.next, key=lambda node: node.start)
        for node in nodes[low:high]:
            if self.holds(node):
                if self.levels and node.kind is Kind.TEXT:
                    yield from self.runs(node, self.levels, node is parent.children[-1])
                    continue
                made = self.child(node, node is parent.children[-1])
                if made is not None:
                    yield made

    def holds(self, node: Node) -> bool:
        """Whether a node has something in the line; an empty one stands where the next character stands.

        What calls a footnote is empty and stands with its mark, the character before: else a mark that ends the last
        line of a page would have its note overleaf.
        """
        line = self.line
        if node.start < node.end:
            return node.start < line.next and node.end > line.start
        if node.box.footnote is not None:
            return line.start < node.start <= line.next or (line.begins and node.start <= line.start)
        return (
            line.start <= node.start < line.next
            or (line.ends and node.start >= line.next)
            or (line.begins and node.start <= line.start)
        )

    def child(self, node: Node, last: bool) -> Any | None:
        """The box of one node; `last` says that its parent ends with it."""
        if node.kind is Kind.TEXT:
            return self.text(node, max(node.start, self.line.start), min(node.end, self.line.stop), last)
        if node.kind in self.makers:
            self.mixed = True
            return self.makers[node.kind](self, node)
        if node.kind is Kind.FLOAT:
            self.floats.append(node.box)
        elif node.kind is Kind.RUNNING:
            self.running.append(node.box)
        return None

    def runs(self, node: Node, levels: list[int], last: bool) -> Iterator[Any]:
        """Text boxes of one level each; what runs from right to left is one box a character, or a word of it."""
        start, stop = max(node.start, self.line.start), min(node.end, self.line.stop)
        cells = self.paragraph.flat.cells
        while start < stop:
            end = start + 1
            while end < stop and (not cells[end].cluster or (levels[end] == levels[start] and not levels[end] & 1)):
                end += 1
            made = self.text(node, start, end, last and end == stop)
            if made is not None:
                yield made
            start = end

    def text(self, node: Node, start: int, end: int, last: bool) -> Any | None:
        """A text box with the characters `[start, end)`, which stand in the line."""
        line, paragraph, style = self.line, self.paragraph, node.style
        if start >= end or style is None:
            return None
        made = node.box.copy()
        vars(made).update(style.lengths)
        made.text = paragraph.flat.text[start:end]
        made.position_x = self.pen + self.waiting
        made.width = paragraph.width(start, end, line)
        if self.levels:
            self.piece(made, start, end, made.width)
        gap = paragraph.gap(end - 1, line)
        pieces = paragraph.pen.write(start, end, line.fit, paragraph.room_behind(end - 1, line, gap))
        if line.hyphen and end == line.stop:
            hyphen = style.hyphen_cell()
            made.text += style.hyphen
            made.width += hyphen.advance
            pieces += paragraph.pen.add(hyphen)
        self.pen = made.position_x + made.width
        self.waiting = gap
        if not last:
            made.width += gap
            self.pen += gap
            self.waiting = 0.0
        fragment = made.pango_layout = Fragment(made.text, pieces, style, self.limit - made.position_x)
        if style.vertical:
            fragment.axis = AXIS * (style.size if node.raised else paragraph.items.size)
        if paragraph.marked.any or paragraph.flat.readings:
            self.annotate(fragment, node, (start, end), made.position_x)
        return made

    def annotate(self, fragment: Fragment, node: Node, part: tuple[int, int], origin: float) -> None:
        """Add what stands under and over a part of a text; `origin` is where it begins, px."""
        paragraph, line, (start, end) = self.paragraph, self.line, part
        text = paragraph.flat.text[start:end]
        reach = partial(paragraph.reach, start=start, line=line)
        fragment.under = paragraph.marked.under(node, text, start, reach, paragraph.gap(end - 1, line))
        for reading in paragraph.readings.of(start, end):
            if reading.start >= start:
                self.bases[reading.start] = origin + reach(reading.start)[0]
            if reading.end <= end:
                begin = self.bases.get(reading.start, origin)
                fragment.glosses.append(gloss(reading, begin, origin + reach(reading.end - 1)[1], origin))
        self.glosses += fragment.glosses

    def inline(self, node: Node) -> Any:
        """An inline box around what it has in the line; its spacing stands where it begins and ends.

        With `box-decoration-break: clone` each of its lines has all of it.
        """
        line, box = self.line, node.box
        begins, ends = node.start >= line.start, node.end <= line.next
        if not (begins and ends) and box.style["box_decoration_break"] == "clone":
            begins = ends = True
        left = self.pen + self.waiting
        first, edge = len(self.pieces), self.edge
        if self.levels and edge is None:
            self.edge = left
        self.pen, self.waiting = left + (node.first if begins else 0.0), 0.0
        content = self.pen
        children, absolutes = self.inside(node)
        made = box.copy_with_children(children)
        if not (begins and ends):
            made.remove_decoration(start=not begins, end=not ends)
        made.position_x = left
        made.width = self.pen - content
        if absolutes:
            self.contained.append((made, absolutes))
        end = self.pen + (node.last if ends else 0.0)
        if self.levels:
            self.order(made, node, end, (first, edge))
        self.pen = end
        if ends and node.end > node.start and (not node.children or node.children[-1].end == node.start):
            self.waiting = self.paragraph.gap(node.end - 1, line)
        return made

    def order(self, box: Any, node: Node, end: float, before: tuple[int, float | None]) -> None:
        """Note an inline box that ends at `end` px, where a line is put in the order of sight.

        `before`: how many pieces there were before it, and `edge`.
        """
        first, edge = before
        if first == len(self.pieces):
            self.edge = edge
            if node.start < node.end:
                self.piece(box, node.start, node.end, self.pen - box.position_x)
        self.around.append(Around(box, first, len(self.pieces), box.position_x, end))

    def piece(self, box: Any, first: int, end: int, own: float) -> None:
        """Note what holds some characters, where a line is put in the order of sight."""
        if self.levels:
            start, self.edge = box.position_x if self.edge is None else self.edge, None
            gap = self.paragraph.gap(end - 1, self.line)
            self.pieces.append(Piece(box, start, self.levels[first], own, gap))

    def inside(self, node: Node) -> tuple[list[Any], list[Any]]:
        """The children of an inline box in the line, and the absolute boxes that it contains."""
        if node.box.style["position"] != "relative":
            return list(self.children(node)), []
        outer, self.absolutes = self.absolutes, []
        children = list(self.children(node))
        inner, self.absolutes = self.absolutes, outer
        return children, inner

    def atom(self, node: Node) -> Any:
        """An image or an inline block, laid out by WeasyPrint."""
        place = self.place
        made = engine.lay_atom(
            place.context, node.box, self.pen + self.waiting, place.block, self.absolutes, self.fixed
        )
        self.piece(made, node.start, node.end, made.margin_width())
        self.pen = made.position_x + made.margin_width()
        self.waiting = self.paragraph.gap(node.start, self.line)
        return made

    def absolute(self, node: Node) -> Any:
        """An absolutely positioned box leaves a placeholder where it would have stood (CSS 2.1, 10.3.7)."""
        box = node.box
        box.position_x, box.position_y = self.pen, 0
        placeholder = engine.AbsolutePlaceholder(box)
        self.placeholders.append(placeholder)
        (self.absolutes if box.style["position"] == "absolute" else self.fixed).append(placeholder)
        return placeholder

    def small(self, node: Node) -> Any:
        """What stands of a note in two small lines in this line; where across it, is known with the line's baseline."""
        line, box, note = self.line, node.box, self.paragraph.smalls[node.start]
        begins, ends = node.start >= line.start, node.end <= line.stop
        start, end = max(node.start, line.start), min(node.end, line.stop)
        made = box.copy_with_children([])
        made.remove_decoration(start=not begins, end=not ends)
        made.position_x = self.pen + self.waiting
        content = made.position_x + (engine.start_spacing(box) if begins else 0.0)
        first, last = start - node.start, end - node.start
        made.width = note.length(first, last) + self.paragraph.stretched(start, end, line)
        root = note.small.root
        for half in note.lines(first, last, made.width):
            builder = Builder(note.inner, half, self.place)
            self.smalls.append((made, builder.build(root, content, 0.0, 0.0, 0.0)))
            for own, inner in zip(self.apart, builder.apart, strict=True):
                own.extend(inner)
        self.piece(made, node.start, node.end, made.width)
        self.pen = content + made.width + (engine.end_spacing(box) if ends else 0.0)
        self.waiting = self.paragraph.gap(end - 1, line)
        return made

    def halve(self, made: Any) -> None:
        """Put the small lines on both sides of the axis of the line, as far apart as they are high."""
        before: Any = None
        axis = made.position_y + made.baseline - AXIS * self.paragraph.items.size
        for box, half in self.smalls:
            side, before = (1 if box is before else -1), box
            size, height = box.style["font_size"], engine.strut(box.style)[0]
            half.translate(0, axis + side * height / 2 + AXIS * size - half.position_y - half.baseline)
            box.children = (*box.children, *half.children)

    @property
    def apart(self) -> tuple[list[Any], ...]:
        """What stands in the line but not in its flow."""
        return self.floats, self.running, self.absolutes, self.fixed

    @staticmethod
    def settle(placeholder: Any, line: Any) -> None:
        """Inline boxes stand on the line, block boxes at the start of the next."""
        if "inline" in placeholder.style.specified["display"]:
            placeholder.translate(0, line.position_y - placeholder.position_y)
        else:
            down = line.position_y + line.height - placeholder.position_y
            placeholder.translate(line.position_x - placeholder.position_x, down)

    makers = {Kind.INLINE: inline, Kind.ATOM: atom, Kind.ABSOLUTE: absolute, Kind.SMALL: small}
    """How what is no text becomes a box."""
