"""Markdown -> pandoc's tree: the only caller of pandoc's readers; says which source line each block stands on."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import accumulate
from math import isclose
from typing import Any

from banxin import pandoc, tree
from banxin.book import Node, Nodes
from banxin.errors import Level, Place, Problem, ToolError

READER = (
    "markdown"
    "-smart"  # turns 说"你好" the wrong way round: quotes are typeset's
    "-raw_tex-latex_macros"  # would swallow a backslash and the word after it
    "-yaml_metadata_block"  # front matter is load's; a scene break must not be mistaken for it
    "-auto_identifiers"  # ids of Chinese headings are assemble's: ASCII and stable
    "-markdown_in_html_blocks"  # so that an HTML table comes whole, for the allow-list
    "-simple_tables-multiline_tables"  # would take what stands between two scene breaks for a table
    "-example_lists"  # takes (@fig-x) for itself
)

WARNING = re.compile(r"\[WARNING\] (?P<text>.*?)(?: at (?:\S+ )?line (?P<line>\d+) column \d+)?(?P<rest>:? .*)?$")
LEAVES = frozenset({"Para", "Plain", "Header", "CodeBlock", "RawBlock", "LineBlock", "Table", "Figure"})
NEEDLE = 16
"""How many letters of a block are searched for in the source."""


def parse(text: str, path: str) -> tuple[Nodes, list[Problem]]:
    """Parse one chapter; every block that holds words gets its source line as `line`.

    Raises:
        ToolError: pandoc fails.
    """
    return finish(pandoc.run(text, READER, "json", about=path), text, path)


def outputs(
    texts: Sequence[tuple[str, str]], jobs: int, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[pandoc.Output]:
    """What pandoc makes of many chapters (path, text), in as few calls as there are `jobs`; in order.

    `meanwhile` is called while pandoc works.

    Raises:
        ToolError: pandoc fails.
    """
    size = -(-len(texts) // max(1, jobs)) or 1
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        batches = pool.map(_batch, [texts[start : start + size] for start in range(0, len(texts), size)])
        meanwhile()
        for batch in batches:
            yield from batch


def _batch(texts: Sequence[tuple[str, str]]) -> list[pandoc.Output]:
    if len(texts) > 1:
        with suppress(ToolError):  # then alone, to say which of them it was, and because together may be too much
            return pandoc.read_all([text for _, text in texts], READER)
    return [pandoc.run(text, READER, "json", about=path) for path, text in texts]


def finish(output: pandoc.Output, text: str, path: str) -> tuple[Nodes, list[Problem]]:
    """The second half of `parse`, for what `outputs` gave."""
    return with_lines(blocks(output), text), list(problems(output.warnings, path))


def blocks(output: pandoc.Output) -> Nodes:
    """The tree that pandoc made, which says nothing of lines."""
    made: Nodes = json.loads(output.text)["blocks"]
    return tree.map_nodes(made, _by_content) if '"Table"' in output.text else made


def _by_content(node: Node) -> Node:
    """A table whose dashes are all alike (`|---|---|`) says nothing of widths: its columns are as wide as their words.

    Pandoc gives equal parts of the measure to each as soon as one line of the source is longer than `pandoc.COLUMNS`.
    """
    if node["t"] != "Table":
        return node
    widths = [width.get("c", 0.0) for _, width in node["c"][2]]
    if not isclose(sum(widths), 1.0, abs_tol=0.01) or not isclose(min(widths), max(widths), abs_tol=0.01):
        return node
    columns = [[align, {"t": "ColWidthDefault"}] for align, _ in node["c"][2]]
    return {**node, "c": [*node["c"][:2], columns, *node["c"][3:]]}


def parse_html(html: str) -> Nodes:
    """Parse a cleaned fragment of HTML into blocks."""
    blocks: Nodes = json.loads(pandoc.run(html, "html-auto_identifiers", "json").text)["blocks"]
    return blocks


EXPLAINED = {
    "Duplicate note reference": ("脚注定义了两次", "删去一处，或换一个名字。", Level.ERROR, "T051"),
    "Duplicate link reference": ("链接定义了两次", "删去一处，或换一个名字。", Level.WARNING, "T042"),
    "Note with key": ("脚注有定义，正文里却没有用到", "在正文里引用它，或删去它。", Level.WARNING, "T052"),
    "Div": ("::: 块没有结束", "在块的末尾另起一行写 :::。", Level.ERROR, "T060"),
    "Could not convert TeX math": ("公式看不懂", "检查公式的写法；它将照原样印出。", Level.ERROR, "T061"),
}


def problems(warnings: tuple[str, ...], path: str) -> Iterator[Problem]:
    """Pandoc's warnings in the author's language; what we have no words for is passed on as it is."""
    for warning in warnings:
        match = WARNING.match(warning)
        if not match:
            continue
        text = match["text"] + (match["rest"] or "")
        line = int(match["line"] or _number(r"\bline (\d+)", text) or 0)
        for opening, (message, hint, level, code) in EXPLAINED.items():
            if text.startswith(opening):
                name = re.search(r"'(.+?)'", text)
                what = f"{message}：{name[1]}" if name else message
                yield Problem(Place(path, line), what, hint, level, excusable=True, code=code)
                break
        else:
            yield Problem(Place(path, line), f"pandoc：{text}", level=Level.WARNING, code="T065")


def _number(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text)
    return match[1] if match else None


NO_LETTERS = re.compile(r"[\W_]+")


class Finder:
    """Finds blocks in their source by their letters and figures: markup and spaces do not count."""

    def __init__(self, text: str) -> None:
        rows = [NO_LETTERS.sub("", row) for row in text.split("\n")]
        self.letters = "".join(rows)
        self.ends = list(accumulate(map(len, rows)))
        """How many letters there are up to the end of each line."""
        self.position = 0

    def line(self, words: str, forward: bool) -> int:
        """The line of a block; blocks come in order (forward), notes may be defined anywhere.

        What follows is looked for after all of its letters, if they stand there as they are: code may show what comes
        below it.
        """
        needle = NO_LETTERS.sub("", words)
        start = self.position if forward else 0
        for length in (NEEDLE, 6):
            found = self.letters.find(needle[:length], start)
            if needle and found >= 0:
                if forward:
                    whole = self.letters.startswith(needle, found)
                    self.position = found + (len(needle) if whole else min(length, len(needle)))
                return self.line_at(found)
        return self.line_at(min(start, len(self.letters) - 1)) if self.letters else 0

    def line_at(self, letter: int) -> int:
        """The line on which a letter stands."""
        return bisect_right(self.ends, letter) + 1


def with_lines(blocks: Nodes, text: str) -> Nodes:
    """The blocks of a text, each that holds words with its line, where it has none yet."""
    finder = Finder(text)

    def annotate(value: Any, forward: bool) -> Any:
        if isinstance(value, list):
            return [annotate(item, forward) if isinstance(item, list | dict) else item for item in value]
        if not isinstance(value, dict) or "c" not in value or value["t"] == "Str":
            return value
        node: Node = dict(value)
        if node["t"] == "Table":
            return table(node, forward)
        if node["t"] in LEAVES and "line" not in node:
            node["line"] = finder.line(_needle(node), forward)
        if node["t"] not in tree.VERBATIM:
            node["c"] = annotate(node["c"], forward and node["t"] != "Note")
        return node

    def table(node: Node, forward: bool) -> Node:
        """Its caption is the first part in the tree, and stands above or below its rows in the source."""
        before = finder.position
        attr, caption, columns, *rows = node["c"]
        rows = annotate(rows, forward)
        after = finder.position
        finder.position = before
        caption = annotate(caption, forward)
        finder.position = max(after, finder.position)
        lines = [part["line"] for part in tree.walk(rows) if part.get("line")]
        return {**node, "c": [attr, caption, columns, *rows], "line": min(lines) if lines else finder.line_at(before)}

    marked: Nodes = annotate(blocks, True)
    return marked


def _needle(node: Node) -> str:
    if node["t"] == "Figure":
        images = [part["c"][2][0] for part in tree.walk(node) if part["t"] == "Image"]
        return tree.plain(node["c"][1][1]) + "".join(images)
    if node["t"] == "RawBlock":
        return str(node["c"][1])
    return tree.plain(node)
