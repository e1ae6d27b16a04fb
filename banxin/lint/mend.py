"""`--fix`: changes of the tree's words, written into the source at the places where these words stand.

A change is written only if the source, parsed again, is the old tree with just these changes in its words: markup that
would break, a mark that would begin other markup, a place that was followed wrongly all show in the tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from banxin import tree
from banxin.book import Node, Nodes
from banxin.formatting.proof import sift
from banxin.lint.chapter import Finding, Sheet, changed
from banxin.lint.rules.fault import Change

Parse = Callable[[str], Nodes]
"""The text of a chapter -> its blocks, as `Sheet.blocks` were made."""


def mended(sheet: Sheet, findings: Sequence[Finding], parse: Parse) -> tuple[str, int]:
    """The text of a sheet with what can be mended, and how many findings that were.

    Args:
        findings: those that are to be mended; those of them that only an author can mend are passed over.
    """
    chosen = _apart([one for one in findings if one.changes and _stands(sheet, one)])

    def holds(some: Sequence[Finding]) -> bool:
        return same(changed(sheet.blocks, _by_run(some)), parse(written(sheet, some)))

    kept = sift(chosen, holds)
    return written(sheet, kept), len(kept)


def written(sheet: Sheet, findings: Sequence[Finding]) -> str:
    """The text of a sheet with the changes of some findings."""
    source = sheet.text.source
    edits = sorted(
        (*span, new)
        for one in findings
        for start, end, new in one.changes
        if (span := sheet.placed[one.run].span(start, end, source))
    )
    pieces, position = [], 0
    for start, end, new in edits:
        pieces += [source[position:start], new]
        position = end
    return "".join([*pieces, source[position:]])


def _stands(sheet: Sheet, finding: Finding) -> bool:
    """Whether all of its changes have a place of their own in the source."""
    placed, source = sheet.placed[finding.run], sheet.text.source
    return all(placed.span(start, end, source) for start, end, _ in finding.changes)


def _apart(findings: Sequence[Finding]) -> list[Finding]:
    """Those that change other characters than the ones before them; the others have their turn in the next round."""
    taken: dict[int, list[Change]] = defaultdict(list)
    apart = []
    for one in findings:
        if not any(_meet(a, b) for a in one.changes for b in taken[one.run]):
            taken[one.run] += one.changes
            apart.append(one)
    return apart


def _meet(a: Change, b: Change) -> bool:
    """Whether two changes touch each other."""
    return a[0] <= b[1] and b[0] <= a[1]


def _by_run(findings: Sequence[Finding]) -> dict[int, list[Change]]:
    changes: dict[int, list[Change]] = defaultdict(list)
    for one in findings:
        changes[one.run] += one.changes
    return changes


def same(expected: Nodes, found: Nodes) -> bool:
    """Whether two trees have the same words in the same markup."""
    return bool(joined(expected) == joined(found))


def joined(value: Any) -> Any:
    """A tree without our remarks (lines, names of notes), in which words and spaces side by side are one string."""
    if isinstance(value, dict):
        return {key: joined(part) for key, part in value.items() if "t" not in value or key in ("t", "c")}
    if not isinstance(value, list):
        return value
    if not tree.is_inlines(value):
        return [joined(item) for item in value]
    result: Nodes = []
    for node in value:
        new: Node = tree.string(" ") if node["t"] == "Space" else joined(node)
        if new["t"] == "Str" and result and result[-1]["t"] == "Str":
            result[-1] = tree.string(result[-1]["c"] + new["c"])
        elif new.get("c") != "":
            result.append(new)
    return result
