"""Order, numbers, ids and cross-references: a Book of parsed chapters -> one book."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from posixpath import dirname, join, normpath
from typing import Any

from banxin import tree
from banxin.book import Book, Chapter, Matter, Node, Nodes, Source
from banxin.config import Scope
from banxin.errors import Level, Place, Problem, stop_on_errors
from banxin.nearest import nearest
from banxin.numerals import han
from banxin.outline import SLUG, Sign, asks
from banxin.slug import slug
from banxin.tree import Edit, Run

MATTERS = list(Matter)
OWN_NUMBER = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]+[章回节節卷篇编編讲講课課]|附录|附錄|\d+[.、．]?\s|[A-Z]\.\s|Chapter\b"
)
"""A title that brings its own number gets none from us."""
REFERENCE = re.compile(r"@((?:fig|tbl|sec|ch|eq)-[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?)")
EQUATION_ID = re.compile(r"\{#(eq-[A-Za-z0-9_-]+)\}")


@dataclass(frozen=True, slots=True)
class Rules:
    """What gets a number, and which headings there may be."""

    chapters: bool = True
    sections: bool = False
    figures: Scope = Scope.CHAPTER
    deepest: int = 4
    """The deepest heading that the layout has a look for: `####` is 4."""
    draft: bool = False


USUAL = Rules()


@dataclass(slots=True)
class _Targets:
    """Where references may point: id -> the words of a reference, and the place of each id."""

    words: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Figures, tables and equations that are counted through the book."""

    def add(self, id: str, words: str, place: Place) -> None:
        """Note a target; a second one with the same id is an error."""
        if id in self.places:
            hint = f"{self.places[id]} 已经用了它，换一个。"
            self.problems.append(Problem(place, f"id 重复：{id}", hint, code="T041"))
            return
        self.words[id], self.places[id] = words, place


def assemble(book: Book, labels: Mapping[str, str], rules: Rules = USUAL) -> Book:
    """Put chapters in order (front, body, back), number them, give every heading an id, resolve references.

    Args:
        labels: the words of the manuscript's language (`chapter`: 第{n}章, `figure`: 图, ...).

    Raises:
        ManuscriptError: an id twice, a heading too deep, a reference to nothing; all at once.
    """
    targets = _Targets()
    chapters = sorted(book.chapters, key=lambda chapter: MATTERS.index(chapter.matter))
    numbered = list(_number_chapters(chapters, labels, rules, targets))
    parts = tuple(
        replace(part, label=labels["part"].format(n=han(i))) if rules.chapters else part
        for i, part in enumerate(book.parts, 1)
    )
    done = [_Numberer(chapter, labels, rules, targets).run() for chapter in numbered]
    files = {chapter.place.path: chapter.id for chapter in reversed(done)}
    linked = [_link(chapter, targets, files, book.sources, rules.draft) for chapter in done]
    stop_on_errors([*book.problems, *targets.problems])
    return replace(book, chapters=tuple(linked), parts=parts, problems=(*book.problems, *targets.problems))


def _number_chapters(
    chapters: list[Chapter], labels: Mapping[str, str], rules: Rules, targets: _Targets
) -> Iterator[Chapter]:
    counts: Counter[Matter] = Counter()
    for chapter in chapters:
        title = tree.plain(chapter.title).strip()
        new = replace(chapter, number=None)
        if rules.chapters and chapter.numbered:
            number = chapter.number or counts[chapter.matter] + 1
            counts[chapter.matter] = number
            key = "appendix_chapter" if chapter.matter is Matter.BACK else "chapter"
            label = "" if OWN_NUMBER.match(title) else labels[key].format(n=han(number))
            new = replace(chapter, number=number, label=label)
        words = new.label or f"“{title}”"
        targets.add(chapter.id, words, chapter.place)
        targets.words.setdefault(f"ch-{chapter.id}", words)
        yield new


class _Numberer:
    """Numbers what stands inside one chapter: sections, figures, tables, equations."""

    def __init__(self, chapter: Chapter, labels: Mapping[str, str], rules: Rules, targets: _Targets) -> None:
        self.chapter = chapter
        self.labels = labels
        self.rules = rules
        self.targets = targets
        self.counts: Counter[str] = Counter()
        self.sections = [0] * 6

    def run(self) -> Chapter:
        return replace(self.chapter, blocks=_passed(self.chapter.blocks, self.whole, Sign.TARGET))

    def whole(self, block: Node) -> Node:
        done: Node = tree.map_nodes(block, self.node)
        return done

    def node(self, node: Node) -> Node | Nodes:
        kind = node["t"]
        if kind == "Header":
            return self.header(node)
        if kind in ("Figure", "Table"):
            return self.captioned(node)
        if kind == "Para":
            return self.equation(node)
        if kind in ("Div", "Span") and (id := tree.attr(node)[0]):
            self.targets.add(id, tree.plain(node).strip()[:20], self.place(node))
        return node

    def place(self, node: Node) -> Place:
        return Place(self.chapter.place.path, node.get("line", 0) or self.chapter.place.line)

    def header(self, node: Node) -> Node:
        level, (id, classes, pairs), title = node["c"]
        if level > self.rules.deepest:
            hint = f"最多用 {self.rules.deepest} 级（{'#' * self.rules.deepest}）；减一级，或换一个版式。"
            self.targets.problems.append(Problem(self.place(node), f"标题太深（{level} 级）", hint, code="T031"))
        words = tree.plain(title).strip()
        number = self.section_number(level, classes)
        new_id = id or self.free_id(f"{self.chapter.id}-{node.get(SLUG) or slug(words, 'section')}")
        reference = self.labels["section"].format(n=number) if number else f"“{words}”"
        self.targets.add(new_id, reference, self.place(node))
        label = [tree.span([tree.string(number)], "number"), {"t": "Space"}] if number else []
        return {**node, "c": [level, [new_id, classes, pairs], [*label, *title]]}

    def free_id(self, id: str) -> str:
        taken, n = id, 2
        while taken in self.targets.places:
            taken, n = f"{id}-{n}", n + 1
        return taken

    def section_number(self, level: int, classes: list[str]) -> str:
        """`3.1.2` in numbered chapters, where the book numbers its sections."""
        if not self.rules.sections or self.chapter.number is None or "unnumbered" in classes or level > 3:
            return ""
        if self.chapter.matter is not Matter.BODY:
            return ""
        self.sections[level - 2] += 1
        self.sections[level - 1 :] = [0] * len(self.sections[level - 1 :])
        return ".".join(str(n) for n in (self.chapter.number, *self.sections[: level - 1]))

    def captioned(self, node: Node) -> Node:
        """A figure or table whose id begins with `fig-` or `tbl-` is numbered; its caption begins with the number."""
        id, classes, pairs = node["c"][0]
        kind, prefix = ("figure", "fig-") if node["t"] == "Figure" else ("table", "tbl-")
        if not id:
            return node
        if not id.startswith(prefix):
            self.targets.add(id, tree.plain(node["c"][1][1]).strip(), self.place(node))
            return node
        label = self.labels[kind] + self.count(kind)
        self.targets.add(id, label, self.place(node))
        short, caption = node["c"][1]
        mark: Nodes = [tree.span([tree.string(label)], "label"), {"t": "Space"}]
        if caption and caption[0]["t"] in ("Plain", "Para"):
            caption = [{**caption[0], "c": [*mark, *caption[0]["c"]]}, *caption[1:]]
        else:
            caption = [{"t": "Plain", "c": mark[:1]}, *caption]
        return {**node, "c": [[id, classes, pairs], [short, caption], *node["c"][2:]]}

    def count(self, kind: str) -> str:
        """`2-1` in chapter 2, or `1` where the whole book is one count."""
        if self.rules.figures is Scope.BOOK or self.chapter.number is None:
            self.targets.counts[kind] += 1
            return str(self.targets.counts[kind])
        self.counts[kind] += 1
        return f"{self.chapter.number}-{self.counts[kind]}"

    def equation(self, node: Node) -> Node:
        """`$$…$$ {#eq-x}`: a displayed equation with a number and an id."""
        inlines = node["c"]
        for i, part in enumerate(inlines):
            match = EQUATION_ID.fullmatch(part["c"]) if part["t"] == "Str" else None
            if match and i >= 1:
                math = i - 2 if inlines[i - 1]["t"] in ("Space", "SoftBreak") else i - 1
                if math < 0 or inlines[math]["t"] != "Math":
                    continue
                number = self.count("equation")
                self.targets.add(match[1], f"{self.labels['equation']}{number}", self.place(node))
                label = tree.span([tree.string(f"({number})")], "equation-number")
                whole = tree.span([inlines[math], label], "equation", id=match[1])
                return {**node, "c": [*inlines[:math], whole, *inlines[i + 1 :]]}
        return node


def _link(
    chapter: Chapter, targets: _Targets, files: Mapping[str, str], sources: Mapping[str, Source], draft: bool
) -> Chapter:
    """Resolve `@fig-x` and links inside the book."""
    level = Level.WARNING if draft else Level.ERROR

    def missing(id: str, line: int, target: str) -> None:
        near = nearest(id, list(targets.words))
        hint = f"是不是 {near}？" if near else "给所指的图、表、标题或公式写上 {#id}。"
        place = Place(chapter.place.path, line or _line_of(f"]({target}", chapter, sources))
        targets.problems.append(Problem(place, f"所指不存在：{id}", hint, level, excusable=True, code="T040"))

    def rule(run: Run) -> Iterator[Edit]:
        for match in REFERENCE.finditer(run.text):
            id = match[1]
            if id in targets.words:
                yield match.start(), match.end(), [_reference(id, targets)]
            else:
                missing(id, run.line_at(match.start()), "")
                yield match.start(), match.end(), [tree.span([tree.string(match[0])], "draft-mark")]

    def links(value: Any) -> Any:
        return tree.map_nodes(value, lambda node: _inner_link(node, chapter, targets, files, missing))

    linked = _passed(chapter.blocks, links, Sign.LINK)
    return replace(
        chapter,
        title=tree.rewrite(links(chapter.title), rule),
        blocks=_passed(linked, lambda block: tree.rewrite(block, rule), Sign.REFERENCE),
    )


def _passed(blocks: Nodes, change: Callable[[Node], Node], sign: Sign) -> Nodes:
    """Blocks, changed where they have what a pass looks at."""
    return [change(block) if asks(block, sign) else block for block in blocks]


def _line_of(snippet: str, chapter: Chapter, sources: Mapping[str, Source]) -> int:
    """Where a snippet first stands in a chapter's file; the chapter's own line where it does not."""
    source = sources.get(chapter.place.path)
    found = source.text.find(snippet) if source else -1
    return source.text.count("\n", 0, found) + 1 if source and found >= 0 else chapter.place.line


def _reference(id: str, targets: _Targets) -> Node:
    anchor = id if id in targets.places else id.removeprefix("ch-")
    return link(targets.words[id], f"#{anchor}", "xref")


def link(words: str, target: str, *classes: str, id: str = "", **attributes: str) -> Node:
    """A link around one word."""
    attr = [id, list(classes), [[key, value] for key, value in attributes.items()]]
    return {"t": "Link", "c": [attr, [tree.string(words)], [target, ""]]}


def _inner_link(
    node: Node, chapter: Chapter, targets: _Targets, files: Mapping[str, str], missing: Callable[[str, int, str], None]
) -> Node | Nodes:
    """`#id` must exist; `other.md` and `other.md#id` become ids of the one book."""
    if node["t"] != "Link":
        return node
    target: str = node["c"][2][0]
    file, _, id = target.partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:|//", target) or (file and not file.endswith(".md")):
        return node
    if file:
        path = normpath(join(dirname(chapter.place.path), file))
        id = id or files.get(path, "")
        if path not in files:
            missing(target, 0, target)
            return node
    if id not in targets.places:
        missing(id or target, 0, target)
    return {**node, "c": [*node["c"][:2], [f"#{id}", node["c"][2][1]]]}
