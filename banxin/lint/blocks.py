"""What is looked for in the blocks of a chapter rather than in its words: headings, paragraphs, pictures, spans."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from banxin import tree
from banxin.book import Nodes
from banxin.lint.rules import RUN_RULES
from banxin.lint.rules.fault import Context
from banxin.typeset import RULES
from banxin.typeset.chars import HAN, KANA
from banxin.typeset.quotes import ALL
from banxin.typeset.style import Style

NEVER_IDLE = re.compile(rf"[{HAN}{KANA}{tree.OBJECT}{''.join(ALL)}]")
"""What an edition may write in another way: Han, and quotation marks."""
SHOWN = 12
"""Characters of a paragraph that a message shows."""


@dataclass(frozen=True, slots=True)
class BlockFault:
    """A fault with the line where its block begins."""

    code: str
    line: int
    message: str
    hint: str = ""
    snippet: str = ""
    """Words of the source that stand where the fault is; empty: the block's beginning."""


BlockRule = Callable[[Nodes, Context], Iterator[BlockFault]]


def headings(blocks: Nodes, _context: Context) -> Iterator[BlockFault]:
    """`##` and then `####`; where a chapter's title is in its front matter, its first heading may be of level 2."""
    before = 1
    for node in tree.walk(blocks):
        if node["t"] == "Header":
            level, _, title = node["c"]
            if level > before + 1:
                hint = f"写成 {'#' * (before + 1)}，或补上中间的一级。"
                words = tree.plain(title).strip()
                yield BlockFault("T030", node.get("line", 0), f"标题跳级（{before}级之后是{level}级）：{words}", hint)
            before = level


def paragraphs(blocks: Nodes, context: Context) -> Iterator[BlockFault]:
    """A paragraph of more characters than the book allows."""
    for node in tree.walk(blocks):
        if node["t"] == "Para":
            words = tree.plain(node["c"]).strip()
            if len(words) > context.spec.paragraph:
                message = f"一段有{len(words)}个字符（最多{context.spec.paragraph}个）：{words[:SHOWN]}……"
                yield BlockFault("T032", node.get("line", 0), message, "在意思转折的地方另起一段。")


def pictures(blocks: Nodes, _context: Context) -> Iterator[BlockFault]:
    """A picture with neither a caption nor an `alt`; an empty `alt` says that it is an ornament."""
    for block in blocks:
        line = 0
        for node in tree.walk(block):
            line = node.get("line", line)
            if node["t"] == "Image" and tree.is_undescribed(node):
                target = node["c"][2][0]
                hint = f'说出图上有什么：![]({target}){{alt="……"}}；只是装饰，写 alt=""。'
                yield BlockFault("T033", line, f"图没有替代文字：{target}", hint, f"]({target}")


def kept(blocks: Nodes, context: Context) -> Iterator[BlockFault]:
    """`[words]{.keep}` with no Han in them and nothing that any rule would touch."""
    for block in blocks:
        line = 0
        for node in tree.walk(block):
            line = node.get("line", line)
            if node["t"] == "Span" and "keep" in tree.attr(node)[1]:
                words = tree.run_of(node["c"][1])
                if not NEVER_IDLE.search(words.text) and not _touched(words, context):
                    plain = tree.plain(node["c"][1])
                    message = f"这里的 .keep 用不上：{plain[: 2 * SHOWN]}"
                    yield BlockFault("T035", line, message, "里面的字本来就不会变，删去 {.keep}。", f"[{plain}]{{")


def _touched(run: tree.Run, context: Context) -> bool:
    """Whether a rule would do something to words that are kept, among Chinese ones."""
    among = tree.Run(f"字{run.text}字", run.line)
    inside = range(1, len(among.text) - 1)
    style = Style(context.language)
    edits = [edit for step in RULES for edit in step.rule(among, style)]
    faults = [fault for rule in RUN_RULES for fault in rule(among, context)]
    return any(edit[0] in inside for edit in edits) or any(fault.start in inside for fault in faults)


BLOCK_RULES: tuple[BlockRule, ...] = (headings, paragraphs, pictures, kept)
"""In this order."""
