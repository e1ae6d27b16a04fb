"""That a change of line ends is no change of the book: both sources are parsed, and the trees compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from banxin import markdown, tree
from banxin.book import Node, Nodes
from banxin.config import QuoteStyle
from banxin.convert import is_kept
from banxin.typeset import RULES, softbreaks
from banxin.typeset.style import Style

STYLE = Style("zh-Hans", QuoteStyle.REGION)
T = TypeVar("T")


def harmless(edits: Sequence[T], apply: Callable[[Sequence[T]], str], path: str) -> list[T]:
    """Those edits that leave the chapter as it is, in the words and in the print.

    The edits are tried all at once; where the trees differ, halves are tried, so that one paragraph that cannot be
    split costs a few parses and not the whole chapter.

    Args:
        apply: gives the source after some of the edits.
        path: the chapter's name, for messages.

    Raises:
        ToolError: pandoc fails.
    """
    if not edits:
        return []
    expected = forms(apply([]), path)

    def holds(some: Sequence[T]) -> bool:
        return forms(apply(some), path) == expected

    def sift(some: Sequence[T]) -> list[T]:
        if holds(some):
            return list(some)
        if len(some) == 1:
            return []
        middle = len(some) // 2
        return [*sift(some[:middle]), *sift(some[middle:])]

    kept = sift(edits)
    return kept if len(kept) == len(edits) or holds(kept) else []


def forms(source: str, path: str) -> tuple[Any, Any]:
    """What a chapter is, apart from where its lines end: after the soft breaks, and after all text rules.

    The second form is needed because later rules look at spaces: `" 4o` loses its space when the quote becomes ”.
    """
    return forms_of(markdown.parse(source, path)[0])


def forms_of(blocks: Nodes) -> tuple[Any, Any]:
    """The same of blocks that are parsed."""
    first = _ruled(blocks, softbreaks.edits)
    last = first
    for step in RULES:
        last = _ruled(last, step.rule)
    return normal(first), normal(last)


def _ruled(blocks: Nodes, rule: Callable[[tree.Run, Style], Any]) -> Nodes:
    ruled: Nodes = tree.rewrite(blocks, lambda run: rule(run, STYLE), is_kept)
    return ruled


def normal(value: Any) -> Any:
    """A tree without line numbers; a soft break that is left is a space; strings side by side are one."""
    if isinstance(value, dict):
        return {key: normal(part) for key, part in value.items() if key != "line"}
    if not isinstance(value, list):
        return value
    if not tree.is_inlines(value):
        return [normal(item) for item in value]
    result: Nodes = []
    for node in value:
        new: Node = {"t": "Space"} if node["t"] == "SoftBreak" else normal(node)
        if new["t"] == "Str" and result and result[-1]["t"] == "Str":
            result[-1] = {"t": "Str", "c": result[-1]["c"] + new["c"]}
        else:
            result.append(new)
    return result
