"""The text of a chapter -> its tree, native and clean; kept, so that a chapter is read again only when it changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module

from banxin import cache, markdown, pandoc, records, tree
from banxin.assemble import REFERENCE
from banxin.book import Node, Nodes, Source
from banxin.critic import draw, marks
from banxin.errors import Place, Problem
from banxin.notes import labels, nesting
from banxin.notes.apart import Apart, taken
from banxin.outline import STRETCH, outline

WHOLE, SHORT = "parsed", "outlines"
"""Kinds of entries: all blocks of a chapter; its outline with its problems."""
TORN_TABLE = re.compile(r"\|\s*:?-{3,}:?\s*\||-{3,}\s*\|")


CITATION, IMAGE, RAW = '"Cite"', '"Image"', '"Raw'
"""In pandoc's JSON, where there are such nodes; what is raw HTML may become any node."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be parsed."""

    source: Source
    body: str
    """Without front matter; its lines count as in the source."""
    cites: bool = False
    """Whether the book has a bibliography: else `@someone` is words."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What a chapter was parsed to."""

    blocks: Nodes
    """Its outline (banxin/outline.py)."""
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    """What looks as if the author meant something else."""
    pictured: tuple[int, ...] = ()
    """Which of the blocks hold pictures."""


@dataclass(slots=True)
class Shelf:
    """Where the words of parsed chapters are that their outlines leave out: in memory, or in the cache."""

    texts: dict[str, Text] = field(default_factory=dict)
    trees: dict[str, Nodes] = field(default_factory=dict)

    def whole(self, blocks: Sequence[Node]) -> Nodes:
        """Blocks of an outline with all that it leaves out.

        Raises:
            ToolError: they are no more in the cache, and pandoc fails.
        """
        found: Nodes = []
        for block in blocks:
            if block["t"] == STRETCH:
                found += self._tree(block["key"])[block["at"] : block["at"] + block["count"]]
            else:
                found.append(block)
        return found

    def chapters(self) -> Iterator[tuple[Text, Nodes]]:
        """Every text that was parsed, with all of its blocks, in order.

        Raises:
            ToolError: as `whole` does.
        """
        for key, text in self.texts.items():
            yield text, self._tree(key)

    def forget(self) -> None:
        """Let go of the memory."""
        if cache.folder():
            self.trees.clear()

    def _tree(self, key: str) -> Nodes:
        if key not in self.trees:
            kept = cache.recall(WHOLE, key)
            self.trees[key] = kept if kept is not None else self._read_again(key)
        return self.trees[key]

    def _read_again(self, key: str) -> Nodes:
        """An outline was kept, and its words were not: another build made room, say."""
        text = self.texts[key]
        draft = _draft(text)
        blocks, _ = _blocks(text, *_read(draft, draft.output()))
        cache.keep(WHOLE, key, blocks)
        return blocks


def parse(
    texts: Sequence[Text], jobs: int, shelf: Shelf, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[Tree]:
    """The trees of many chapters, in order; those that are not kept are read by pandoc together.

    `meanwhile` is called while pandoc reads, if it has to.

    Raises:
        ToolError: pandoc fails.
    """

    def load() -> None:
        import_module("banxin.sanitize")
        meanwhile()

    keys = [cache.key(WHOLE, pandoc.identity(), cache.digest(text.source), text.body, text.cites) for text in texts]
    shelf.texts.update(zip(keys, texts, strict=True))
    kept = [cache.recall(SHORT, key) for key in keys]
    drafts = [_draft(text) for text, entry in zip(texts, kept, strict=True) if entry is None]
    outputs = markdown.outputs([(one.text.source.path, one.written) for one in drafts], jobs, load)
    new = zip(drafts, outputs, strict=True)
    for key, entry in zip(keys, kept, strict=True):
        yield _new(*next(new), key, shelf) if entry is None else records.made(Tree, entry)


def _new(draft: _Draft, output: pandoc.Output, key: str, shelf: Shelf) -> Tree:
    text, source = draft.text, draft.text.source
    try:
        read, output = _read(draft, output)
        blocks, problems = _blocks(text, read, output)
        doubts = [*_in_notes(text, output, blocks), *_torn_tables(source, blocks)]
        short = outline(blocks, key)
        pictured = _pictured(short) if IMAGE in output.text or RAW in output.text else ()
        made = Tree(short, tuple(problems), tuple(doubts), tuple(pictured))
        cache.keep(WHOLE, key, blocks)
    except RecursionError:
        return Tree([], (Problem(Place(source.path), "列表、引文或块一层套一层，套得太深", "减少层数。", code="T063"),))
    shelf.trees[key] = blocks
    cache.keep(SHORT, key, records.plain(made))
    return made


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text as pandoc is given it."""

    text: Text
    written: str
    apart: Apart

    def output(self) -> pandoc.Output:
        return pandoc.run(self.written, markdown.READER, "json", about=self.text.source.path)


def _draft(text: Text, whole: bool = False) -> _Draft:
    """A text with what pandoc's tree would not keep (the names of notes, an editor's marks), and without notes of words
    alone, unless it is wanted whole.
    """
    body = text.body
    if marks.has_marks(body):
        return _Draft(text, draw.written(labels.written(body)), Apart(body))
    apart = Apart(body) if whole else taken(body)
    return _Draft(text, labels.written(apart.text), apart)


def _read(draft: _Draft, output: pandoc.Output) -> tuple[Nodes, pandoc.Output]:
    """The tree that pandoc made, with all notes and their names; the whole text is read where marks are missing."""
    blocks, body = markdown.blocks(output), draft.text.body
    if labels.NOTE in body and labels.read(blocks, body, draft.apart.words) != draft.apart.marks:
        whole = _draft(draft.text, whole=True)
        return _read(whole, whole.output())
    return blocks, output


def _blocks(text: Text, blocks: Nodes, output: pandoc.Output) -> tuple[Nodes, Iterable[Problem]]:
    """A tree with its lines, clean and native; what is wrong with it."""
    from banxin import sanitize  # what was read before is clean

    source = text.source
    warnings = markdown.problems(output.warnings, source.path)
    told = [replace(each, place=replace(each.place, line=labels.line(text.body, each.place.line))) for each in warnings]
    told = labels.unused(told, blocks)
    blocks = markdown.with_lines(blocks, text.body)
    blocks = nesting.flattened(blocks) if nesting.may_be_in(text.body) else blocks
    blocks, removed = sanitize.clean(blocks, locator(source), markdown.parse_html)
    marked = marks.has_marks(text.body)
    blocks = draw.read(blocks) if marked else blocks
    if CITATION in output.text or RAW in output.text:
        blocks = tree.map_nodes(blocks, _reference if text.cites else _literal_citation)
    return blocks, [*told, *removed, *(draw.problems(source.text, source.path) if marked else ())]


def _in_notes(text: Text, output: pandoc.Output, blocks: Nodes) -> Iterator[Problem]:
    """What is wrong with marks of notes; most chapters have none that pandoc left in their words."""
    left = labels.NOTE in output.text or RAW in output.text
    if left or nesting.may_be_in(text.body) or marks.has_marks(text.body):
        yield from nesting.faults(text.source, blocks, locator(text.source))


def _pictured(blocks: Nodes) -> Iterator[int]:
    for at, block in enumerate(blocks):
        if any(node["t"] == "Image" for node in tree.walk(block)):
            yield at


def locator(source: Source) -> Callable[[str], Place]:
    """Finds the place of a snippet in a source."""

    def locate(snippet: str) -> Place:
        found = source.text.find(snippet)
        return Place(source.path, source.text.count("\n", 0, found) + 1 if found >= 0 else 0)

    return locate


def _literal_citation(node: Node) -> Node | Nodes:
    """`@someone` in running text is words, unless the book has a bibliography (see notes)."""
    if node["t"] != "Cite":
        return node
    literal: Nodes = node["c"][1]
    return literal


def _reference(node: Node) -> Node | Nodes:
    """`@fig-x` is words where the book cites, too: `assemble` looks for it. A citation keeps no words of its own."""
    if node["t"] != "Cite":
        return node
    if all(REFERENCE.match(f"@{item['citationId']}") for item in node["c"][0]):
        return _literal_citation(node)
    return {**node, "c": [node["c"][0], []]}


def _torn_tables(source: Source, blocks: Nodes) -> Iterator[Problem]:
    """A paragraph that looks like a pipe table is one that pandoc could not read."""
    if not TORN_TABLE.search(source.text):
        return
    for node in tree.walk(blocks):
        if node["t"] == "Para" and TORN_TABLE.search(text := tree.run_of(node["c"]).text) and text.count("|") >= 3:
            hint = "表格前后要空一行；每一行的竖线一样多，第二行是 |---|---|。"
            yield Problem(Place(source.path, node.get("line", 0)), "表格看不懂", hint, code="T062")
