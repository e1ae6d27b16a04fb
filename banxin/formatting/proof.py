"""That a change of line ends is no change of the book: both sources are parsed, and the trees compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from banxin import markdown, tree
from banxin.book import Node, Nodes
from banxin.config import QuoteStyle
from banxin.convert import is_kept
from banxin.typeset import RULES, Rule, softbreaks
from banxin.typeset.style import Style

STYLE = Style("zh-Hans", QuoteStyle.REGION)
T = TypeVar("T")
Forms: TypeAlias = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Claim(Generic[T]):
    """Edits of one chapter that are said to be harmless."""

    path: str
    """The chapter's name, for messages."""
    edits: Sequence[T]
    apply: Callable[[Sequence[T]], str]
    """Gives the source after some of the edits."""


def harmless(claims: Sequence[Claim[T]], jobs: int = 1) -> list[list[T]]:
    """Of each claim, those edits that leave the chapter as it is, in the words and in the print.

    All chapters are parsed together, without edits and with all of them; where the trees of one differ, halves of its
    edits are tried, so that one paragraph that cannot be split costs a few parses and not the whole chapter.

    Raises:
        ToolError: pandoc fails.
    """
    texts = [(one.path, one.apply(some)) for one in claims for some in ([], one.edits) if one.edits]
    parsed = (forms_of(markdown.blocks(output)) for output in markdown.outputs(texts, jobs))
    return [_held(one, next(parsed), next(parsed)) if one.edits else [] for one in claims]


def _held(claim: Claim[T], without: Forms, with_all: Forms) -> list[T]:
    if without == with_all:
        return list(claim.edits)
    return sift(claim.edits, lambda some: forms(claim.apply(some), claim.path) == without)


def sift(edits: Sequence[T], holds: Callable[[Sequence[T]], bool]) -> list[T]:
    """Those edits that hold together; where all do not, halves are tried."""

    def sifted(some: Sequence[T]) -> list[T]:
        if not some or holds(some):
            return list(some)
        if len(some) == 1:
            return []
        middle = len(some) // 2
        return [*sifted(some[:middle]), *sifted(some[middle:])]

    kept = sifted(edits)
    return kept if len(kept) == len(edits) or holds(kept) else []


def forms(source: str, path: str) -> Forms:
    """What a chapter is, apart from where its lines end: after the soft breaks, and after all text rules.

    The second form is needed because later rules look at spaces: `" 4o` loses its space when the quote becomes ”.
    """
    return forms_of(markdown.parse(source, path)[0])


def forms_of(blocks: Nodes) -> Forms:
    """The same of blocks that are parsed."""
    first = tree.rewrite(blocks, partial(_ruled, softbreaks.edits), is_kept)
    last = tree.rewrite_all(first, [partial(_ruled, step.rule) for step in RULES], is_kept)
    return normal(first), normal(last)


def _ruled(rule: Rule, run: tree.Run) -> Iterable[tree.Edit]:
    return rule(run, STYLE)


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
