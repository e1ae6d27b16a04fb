"""A line box's tree to one flat text: who owns which characters, and what stands among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NamedTuple

from banxin.compose.bidi import MIRRORED, Turn, levels, turn
from banxin.compose.engine import (
    adjust_line_height,
    apart_after,
    apart_before,
    boxes,
    end_spacing,
    has_relative_edges,
    is_formula,
    resolve_percentages,
    room,
    said,
    settle_margins,
    start_spacing,
)
from banxin.compose.pango import NOTHING, Cell
from banxin.compose.readings import COLUMN, Reading
from banxin.compose.shape import Style
from banxin.compose.shapes import Shapes
from banxin.compose.speed_layout import BORDERS, LENGTHS, is_absolute
from banxin.compose.swap import memory
from banxin.compose.vertical import is_vertical

OBJECT = "\ufffc"
"""Stands in the text for what is no text: an image, an inline block, an empty box with a width."""
CODE = frozenset({"code", "kbd", "samp", "pre", "tt", "var"})


class Unplannable(Exception):
    """What stock layout must set; holds the reason, for the report."""


class Kind(Enum):
    """What a node is."""

    TEXT = auto()
    INLINE = auto()
    ATOM = auto()
    FLOAT = auto()
    ABSOLUTE = auto()
    RUNNING = auto()
    READING = auto()
    SMALL = auto()
    """A note in two small lines."""


@dataclass(slots=True)
class Node:
    """A box of the paragraph and its place in the flat text, `[start, end)`."""

    kind: Kind
    box: Any
    start: int
    end: int
    children: list[Node] = field(default_factory=list)
    style: Style | None = None
    raised: bool = False
    """Stands off the baseline, as a note mark does."""
    code: bool = False
    """Set letter for letter: no gaps, no squeezing."""
    leader: bool = False
    """Fills a line, as the dots of a contents do; it is code, too."""
    first: float = 0.0
    """px of margin, border and padding before what an inline box holds."""
    last: float = 0.0
    """The same after it."""


class Small(NamedTuple):
    """A note in two small lines (`warichu`): a text of its own at the characters `[start, end)` of that around it."""

    start: int
    end: int
    root: Any
    """A line box that holds what the note holds."""
    flat: Flat


class Clone(NamedTuple):
    """An inline box around characters `[start, end)` that has its spacing in each of its lines."""

    start: int
    end: int
    before: float
    """px, as `after`."""
    after: float


@dataclass(slots=True)
class Flat:
    """A paragraph as one text, with what each character adds to a line."""

    root: Node
    text: str
    cells: list[Cell]
    before: dict[int, float]
    """px before a character: where boxes that begin at it have margins, borders, paddings."""
    after: dict[int, float]
    leaves: list[Node]
    """The text nodes, in order."""
    odd: list[Node]
    """Everything that is neither text nor inline: atoms, floats, running elements."""
    has_leader: bool
    parted: set[int]
    """Characters behind which an inline box has a margin: that is the space there, whatever meets."""
    readings: list[Reading]
    """In order; their bases do not overlap."""
    clones: list[Clone]
    smalls: list[Small]
    formulas: set[int]
    """Characters that stand for formulas."""
    levels: list[int] | None
    """Of its characters, where some run from right to left (UAX 9)."""
    vertical: bool
    """Whether its lines run downward."""
    relative: bool
    """Whether anything in it depends on how wide its block is: an atomic box, an edge in percent."""


class Settled(NamedTuple):
    """What an inline box has of its style."""

    lengths: dict[str, Any]
    """As they are used."""
    first: float
    """px, as `last`: see `Node`."""
    last: float
    before: bool
    """Whether a margin keeps it off what stands before it, or behind it."""
    behind: bool
    raised: bool
    clone: bool
    """Whether each of its lines has its spacing."""
    room: float
    """px: how wide it is at least."""


SETTLED = "_settled"
"""With a style: `Settled`, where that hangs on nothing else."""
LENGTHS_OF_BOXES = frozenset((*LENGTHS, *BORDERS, "baseline"))

Measure = Callable[[Any], float]
"""How wide an atomic box is with its margins, px."""


def flatten(linebox: Any, containing_block: Any, shapes: Shapes, measure: Measure) -> Flat:
    """Read the tree of a line box.

    Raises:
        Unplannable: something that only stock layout knows.
        Undrawable: a run that only WeasyPrint can draw.
    """
    return _Walk(containing_block, shapes, measure).read(linebox)


APART = 0.25
"""em: what has a room of its own (`--room`) is at least so far from what follows it."""


class _Walk:
    def __init__(self, containing_block: Any, shapes: Shapes, measure: Measure) -> None:
        self.block, self.shapes, self.measure = containing_block, shapes, measure
        self.texts: list[str] = []
        self.cells: list[Cell] = []
        self.before: dict[int, float] = {}
        self.after: dict[int, float] = {}
        self.leaves: list[Node] = []
        self.odd: list[Node] = []
        self.has_leader = False
        self.parted: set[int] = set()
        self.readings: list[Reading] = []
        self.clones: list[Clone] = []
        self.smalls: list[Small] = []
        self.formulas: set[int] = set()
        self.turns: list[Turn] = []
        self.relative = False
        self.linebox: Any = None
        self.all: list[Any] | None = None
        """The texts of the line box."""

    def read(self, linebox: Any) -> Flat:
        self.linebox = linebox
        root = Node(Kind.INLINE, linebox, 0, 0)
        self.children(root, raised=False, code=False)
        root.end = len(self.cells)
        text = "".join(self.texts)
        if "\n " in text:
            self.vanish(text)
        if "\t" in text:
            self.tabs(text)
        return Flat(
            root,
            text,
            self.cells,
            self.before,
            self.after,
            self.leaves,
            self.odd,
            self.has_leader,
            self.parted,
            self.readings,
            self.clones,
            self.smalls,
            self.formulas,
            self.levels(text, linebox),
            is_vertical(linebox.style),
            self.relative,
        )

    def children(self, parent: Node, raised: bool, code: bool) -> None:
        for box in parent.box.children:
            node = Node(Kind.TEXT, box, len(self.cells), 0)
            parent.children.append(node)
            if isinstance(box, boxes.TextBox):
                node.raised, node.code = raised, code
                self.words(node)
            elif not box.is_in_normal_flow():
                self.out_of_flow(node)
            elif not isinstance(box, boxes.InlineBox):
                node.kind, self.relative = Kind.ATOM, True
                self.object(node, self.measure(box))
            elif box.element_tag == "rt" and self.reading(parent, box):
                node.kind = Kind.READING
            elif said(box.style, "warichu") == "on" and self.is_small(parent.box, box):
                self.small(node)
            else:
                self.inline(node, parent.box, raised, code)
            node.end = len(self.cells)

    def words(self, node: Node) -> None:
        style = node.style = self.shapes.style(node.box.style)
        text = node.box.text if style.size else ""
        self.texts.append(text)
        self.cells += style.cells(text, *(self.beside(node.box) if style.vertical else ()))
        self.leaves.append(node)

    def beside(self, box: Any) -> tuple[str, str]:
        """What stands next to a text in texts before and behind it."""
        if not (box.text[:1].isascii() or box.text[-1:].isascii()):
            return "", ""
        if self.all is None:
            self.all = list(_spoken(self.linebox))
        at = next((i for i, each in enumerate(self.all) if each is box), None)
        if at is None:
            return "", ""
        before, after = self.all[max(0, at - 1) : at], self.all[at + 1 : at + 2]
        return "".join(each.text[-2:] for each in before), "".join(each.text[:2] for each in after)

    def levels(self, text: str, linebox: Any) -> list[int] | None:
        """Of the characters; marks that run from right to left are mirrored."""
        found = levels(text, self.turns, linebox.style)
        for leaf in self.leaves if found else ():
            for i in range(leaf.start, leaf.end):
                if found and found[i] & 1 and text[i] in MIRRORED and leaf.style and self.cells[i].cluster:
                    self.cells[i] = leaf.style.cells(MIRRORED[text[i]])[0].reads(text[i])
        return found

    def vanish(self, text: str) -> None:
        """Spaces behind a forced break are not seen where white space collapses (CSS 2.1, 16.6.1)."""
        for leaf in self.leaves:
            if leaf.style is None or not leaf.style.collapses:
                continue
            for i in range(leaf.start, leaf.end):
                if text[i] == " " and text[:i].rstrip(" ").endswith("\n"):
                    self.cells[i] = NOTHING._replace(cluster=True)

    def tabs(self, text: str) -> None:
        """A tab reaches the next stop of its line, counted from where the line begins (CSS Text 3, 4.2)."""
        for leaf in self.leaves:
            size = leaf.box.style["tab_size"]
            for i in range(leaf.start, leaf.end):
                if text[i] != "\t" or leaf.style is None:
                    continue
                stop = size * leaf.style.cells(" ")[0].advance if isinstance(size, int) else float(size.value)
                begins = text.rfind("\n", 0, i) + 1
                reached = sum(cell.advance for cell in self.cells[begins:i])
                self.cells[i] = NOTHING._replace(advance=max(0.0, stop) and stop - reached % stop, cluster=True)

    def reading(self, parent: Node, box: Any) -> bool:
        """Whether an `rt` is a reading; it reads what stands before it in its parent, since the last reading there."""
        start = max(parent.start, self.readings[-1].end if self.readings else 0)
        end = len(self.cells)
        if start == end or not self.leaves or self.leaves[-1].style is None:
            return False
        words = [(self.shapes.style(text.style), text.text.strip()) for text in texts(box)]
        made = Reading(
            start,
            end,
            text="".join(text for _, text in words),
            cells=[cell for style, text in words if style.size for cell in style.cells(text)],
            size=box.style["font_size"],
            em=self.leaves[-1].style.size,
            vertical=self.leaves[-1].style.vertical,
        )
        if made.behind and not made.vertical:
            cell = self.cells[-1]
            self.cells[-1] = cell._replace(advance=cell.advance + COLUMN * made.em, plain=False)
        self.readings.append(made)
        return True

    @staticmethod
    def is_small(parent: Any, box: Any) -> bool:
        """Whether a note in two small lines holds words, and is not inside another."""
        return said(parent.style, "warichu") != "on" and any(each.text.strip() for each in texts(box))

    def small(self, node: Node) -> None:
        """A note in two small lines: its words are a text of its own; here something stands for each character."""
        box = node.box
        node.kind = Kind.SMALL
        self.settle(box)
        root = boxes.LineBox.anonymous_from(box, box.children)
        resolve_percentages(root, self.block)
        adjust_line_height(root)
        flat = _Walk(self.block, self.shapes, self.measure).read(root)
        self.relative |= flat.relative
        self.texts.append(OBJECT * len(flat.text))
        self.cells += [NOTHING._replace(cluster=True)] * len(flat.text)
        self.smalls.append(Small(node.start, len(self.cells), root, flat))
        _add(self.before, node.start, start_spacing(box))
        _add(self.after, len(self.cells) - 1, end_spacing(box))

    def settle(self, box: Any) -> Settled:
        """Set the lengths of an inline box; those that hang on nothing but its style are remembered with it."""
        kept = memory(box.style)
        known: Settled | None = kept.get(SETTLED)
        if known is not None:
            vars(box).update(known.lengths)
            return known
        resolve_percentages(box, self.block)
        settle_margins(box)
        adjust_line_height(box)
        self.relative |= has_relative_edges(box.style)
        style = box.style
        known = Settled(
            lengths={name: length for name, length in vars(box).items() if name in LENGTHS_OF_BOXES},
            first=start_spacing(box),
            last=end_spacing(box),
            before=apart_before(box),
            behind=apart_after(box),
            raised=style["vertical_align"] not in ("baseline", 0),
            clone=style["box_decoration_break"] == "clone",
            room=room(style) if style["direction"] == "ltr" else 0.0,
        )
        if is_absolute(style):
            kept[SETTLED] = known
        return known

    def inline(self, node: Node, parent: Any, raised: bool, code: bool) -> None:
        box = node.box
        node.kind = Kind.INLINE
        known = self.settle(box)
        own = turn(box, parent, node.start)
        if own:
            self.turns.append(own)
        words = len(self.leaves)
        self.children(node, raised or known.raised, code or box.is_leader or box.element_tag in CODE)
        self.kinds(box, node.start, words)
        node.first, node.last = known.first, known.last
        if known.room:
            node.last += self.widen(box, node.start, known.room)
        end = len(self.cells)
        if own:
            own.end = end
        if end > node.start:
            self.surround(node, end, known)
        elif node.first or node.last:
            self.object(node, node.first + node.last)

    def surround(self, node: Node, end: int, known: Settled) -> None:
        """Note what stands around the characters up to `end`, which an inline box holds."""
        _add(self.before, node.start, node.first)
        _add(self.after, end - 1, node.last)
        if known.before:
            self.parted.add(node.start - 1)
        if known.behind or (known.room and apart_after(node.box)):
            self.parted.add(end - 1)
        if known.clone and (node.first or node.last):
            self.clones.append(Clone(node.start, end, node.first, node.last))

    def kinds(self, box: Any, start: int, words: int) -> None:
        """Note what is no running text in a box that holds the characters from `start`, the texts from `words`."""
        if box.is_leader:
            self.has_leader = True
            for leaf in self.leaves[words:]:
                leaf.leader = True
        if is_formula(box):
            self.formulas.update(range(start, len(self.cells)))

    def widen(self, box: Any, start: int, least: float) -> float:
        """Give a box that holds the characters from `start` a margin behind them; `--room` asks for it: how much, px.

        What is wider than its room, as [10] is, touches nothing either.
        """
        width = sum(cell.advance for cell in self.cells[start:])
        more: float = max(APART * box.style["font_size"], least - width)
        box.margin_right += more
        return more

    def object(self, node: Node, width: float) -> None:
        self.texts.append(OBJECT)
        self.cells.append(NOTHING._replace(advance=width, cluster=True))
        if node.kind is not Kind.INLINE:
            self.odd.append(node)

    def out_of_flow(self, node: Node) -> None:
        box = node.box
        if box.is_absolutely_positioned():
            node.kind = Kind.ABSOLUTE
        elif box.is_floated():
            node.kind = Kind.FLOAT
        elif box.is_running() or box.is_note():
            node.kind = Kind.RUNNING
        else:
            raise Unplannable("an unknown box out of the flow")
        self.odd.append(node)


def _spoken(box: Any) -> Iterator[Any]:
    """The texts of a line that follow on each other: readings and note marks stand beside it."""
    for child in box.children:
        if not child.is_in_normal_flow():
            continue
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox) and child.element_tag != "rt" and not is_note_mark(child):
            yield from _spoken(child)


def is_note_mark(box: Any) -> bool:
    """Whether a box is the mark of a note in the text."""
    return box.element is not None and "noteref" in box.element.get("class", "").split()


def texts(box: Any) -> Iterator[Any]:
    """The text boxes of a line, in order, inside its inline boxes too."""
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from texts(child)


def _add(spacing: dict[int, float], index: int, width: float) -> None:
    if width:
        spacing[index] = spacing.get(index, 0.0) + width
