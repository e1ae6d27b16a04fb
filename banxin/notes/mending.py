"""What no style of CSL can say: it is put right in the words that citeproc made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from banxin import tree
from banxin.book import Node, Nodes
from banxin.notes.names import AFTER_COMMA
from banxin.notes.styles import Style, han
from banxin.tree import Edit, Run
from banxin.typeset.chars import is_chinese

TOGETHER = re.compile("(?<=等), (?=译)|(?<=か), (?=訳)")
"""GB/T 7714-2015, 10.1.3: 潘惠霞, 魏婧, 杨艳, 等译; in 2025 等，译."""
SUFFIX = re.compile(f" {AFTER_COMMA}")
"""GB/T 7714-2015, 4.1.2: PEEBLES P Z, Jr."""


def mended(inlines: Nodes, style: Style, in_han: bool) -> Nodes:
    """The words of a citation, or of a work in a list.

    Args:
        in_han: set by the style for entries in Han.
    """
    if style.gb == 2015:
        done: Nodes = tree.rewrite(inlines, _of_2015)
        return done
    if not style.gb and in_han and style.han != style.other:
        return han.full(inlines)
    return inlines


def _of_2015(run: Run) -> Iterator[Edit]:
    for pattern, said in ((TOGETHER, ""), (SUFFIX, ", ")):
        yield from ((match.start(), match.end(), said) for match in pattern.finditer(run.text))


def closed_up(inlines: Nodes, prefixes: Iterable[str], style: Style) -> Nodes:
    """Without the spaces of the West: 见王维, 王维（1993）.

    Args:
        prefixes: what stands before the works of a citation.
    """
    han_ends = [re.escape(prefix.strip()) for prefix in prefixes if is_chinese(prefix.strip()[-1:])]
    patterns = [*(f"(?<={prefix}) " for prefix in han_ends), *([" (?=（)"] if style.outside else [])]
    if not patterns:
        return inlines
    spaces = re.compile("|".join(patterns))
    done: Nodes = tree.rewrite(inlines, partial(_closed, spaces))
    return done


def _closed(spaces: re.Pattern[str], run: Run) -> Iterator[Edit]:
    yield from ((match.start(), match.end(), "") for match in spaces.finditer(run.text))


def quoted(inlines: Nodes) -> Nodes:
    """A note in English whose full stop stands before the mark that closes a title, as its style has it.

    Citeproc sets it so (`punctuation-in-quote`), but not where a link ends between the two.
    """
    done: Nodes = tree.rewrite(inlines, _into_quotes)
    return done


def _into_quotes(run: Run) -> Iterator[Edit]:
    if run.text.endswith("”."):
        end = len(run.text)
        yield end - 2, end - 1, ".”"
        yield end - 1, end, ""


def joined_numbers(inlines: Nodes) -> Nodes:
    """GB/T 7714-2025, 9.2.1.2: [1,2,4] is [1-2,4], with a hyphen, whatever stands around the numbers."""
    done: Nodes = tree.map_nodes(inlines, _joined)
    return done


def _joined(node: Node) -> Node:
    if node["t"] != "Superscript":
        return node
    inside: Nodes = node["c"]
    links = [part for part in inside if part["t"] == "Link"]
    between = [part["c"] for part in inside[2:-2:2] if part["t"] == "Str"]
    if len(inside) != 2 * len(links) + 1 or between != [","] * (len(links) - 1):
        return node
    runs = list(_runs(links))
    pieces: Nodes = [inside[0]]
    for first, last in runs:
        pieces += [*([tree.string(",")] if len(pieces) > 1 else []), first]
        pieces += [tree.string("-"), last] if first is not last else []
    return {**node, "c": [*pieces, inside[-1]]}


def _runs(links: Nodes) -> Iterator[tuple[Node, Node]]:
    """The first and the last link of each run of numbers."""
    start = 0
    for at in range(1, len(links) + 1):
        if at == len(links) or _number(links[at]) != _number(links[at - 1]) + 1:
            yield links[start], links[at - 1]
            start = at


def _number(link: Node) -> int:
    return int(tree.plain(link["c"][1]) or 0)
