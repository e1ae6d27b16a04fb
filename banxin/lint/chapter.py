"""One file of a manuscript: what the rules find in it, each with its line and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from banxin import tree
from banxin.book import Node, Nodes
from banxin.convert import is_kept
from banxin.critic.draw import COMMENT, REMOVE
from banxin.errors import Place, Problem
from banxin.lint.blocks import BLOCK_RULES, BlockFault
from banxin.lint.places import Follower, Placed, Text
from banxin.lint.rules import RUN_RULES
from banxin.lint.rules.fault import Change, Context, Fault
from banxin.lint.table import BY_CODE

Replacement = tuple[tuple[int, int], tuple[int, int], str]
"""From a line and column to another, a string takes the place of what is there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, where it ends, and what would mend it."""

    problem: Problem
    end: tuple[int, int] = (0, 0)
    """Line and column after its last character; zeros: not known."""
    run: int = -1
    """Which run of the chapter it is in."""
    changes: Sequence[Change] = ()
    """Of that run; empty: nothing but its author can mend it."""
    replacements: Sequence[Replacement] = ()
    """The same in the file, for editors; empty where not all of them have a place of their own."""


class Sheet:
    """A file as it was read: its text (with blank lines for its front matter) and its tree."""

    def __init__(self, path: str, body: str, blocks: Nodes) -> None:
        self.path = path
        self.text = Text(body)
        self.blocks = blocks

    @cached_property
    def placed(self) -> list[Placed]:
        """Every run that is not kept, in the order of `tree.rewrite`, with its places."""
        follower = Follower(self.text)
        return [follower.place(run) for run in tree.runs(self.blocks, passed_over)]

    def findings(self, context: Context) -> Iterator[Finding]:
        """What the rules find, in the order of the file."""
        found = [*self._in_blocks(context), *self._in_runs(context)]
        off = set(context.spec.off)
        kept = [one for one in found if one.problem.code not in off]
        yield from sorted(kept, key=lambda one: (one.problem.place.line, one.problem.place.column, one.problem.code))

    def _in_runs(self, context: Context) -> Iterator[Finding]:
        for number, placed in enumerate(self.placed):
            for rule in RUN_RULES:
                for fault in rule(placed.run, context):
                    yield self._finding(fault, placed, number)

    def _finding(self, fault: Fault, placed: Placed, number: int) -> Finding:
        offset = placed.offset(fault.start)
        if offset is None:
            place, end = Place(self.path, placed.run.line_at(fault.start)), (0, 0)
        else:
            place = Place(self.path, *self.text.place(offset))
            last = placed.offset(max(fault.start, fault.end - 1)) or offset
            line, column = self.text.place(last)
            end = (line, column + (fault.end > fault.start))
        problem = Problem(place, fault.message, fault.hint, BY_CODE[fault.code].level, code=fault.code)
        return Finding(problem, end, number, tuple(fault.changes), tuple(self._replacements(placed, fault.changes)))

    def _replacements(self, placed: Placed, changes: Sequence[Change]) -> list[Replacement]:
        spans = [placed.span(start, end, self.text.source) for start, end, _ in changes]
        return [
            (self.text.place(span[0]), self.text.place(span[1]), new)
            for span, (_, _, new) in zip(spans, changes, strict=True)
            if span and None not in spans
        ]

    def _in_blocks(self, context: Context) -> Iterator[Finding]:
        for rule in BLOCK_RULES:
            for fault in rule(self.blocks, context):
                place = self._block_place(fault)
                yield Finding(Problem(place, fault.message, fault.hint, BY_CODE[fault.code].level, code=fault.code))

    def _block_place(self, fault: BlockFault) -> Place:
        start = self.text.start_of(fault.line)
        found = self.text.source.find(fault.snippet, start) if fault.snippet else start
        return Place(self.path, *self.text.place(found)) if found >= 0 else Place(self.path, fault.line)


def passed_over(node: Node) -> bool:
    """What no rule looks at: words that are kept, and those that an editor took out or remarked (CriticMarkup)."""
    return is_kept(node) or (node["t"] in ("Span", "Div") and not {REMOVE, COMMENT}.isdisjoint(tree.attr(node)[1]))


def changed(blocks: Nodes, changes: dict[int, list[Change]]) -> Nodes:
    """The same blocks with changes in some of their runs, by the number of the run."""
    numbers = iter(range(len(blocks) << 20))

    def change(_run: tree.Run) -> Iterable[tree.Edit]:
        return changes.get(next(numbers), ())

    new: Nodes = tree.rewrite(blocks, change, passed_over)
    return new
