"""An edited .docx -> its paragraphs in order: their anchors, their words with what became of each, their comments.

Pandoc reads it, tracked changes and comments and all. It drops bookmarks that no link leads to, so each bookmark of
ours is first written as a word of a private use area, where it stands.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from banxin import pandoc, tree
from banxin.book import Node, Nodes
from banxin.critic.marks import Kind
from banxin.errors import ManuscriptError, Place, Problem
from banxin.word.anchors import PREFIX

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BEGIN, END = "\U0010fe00", "\U0010fe01"
"""Around the name of a bookmark."""
NAME = re.compile(f"{BEGIN}([^{END}]*){END}")
OURS = re.compile(f"{NAME.pattern}|〔图：[^〕]*〕")
"""What the export put in, that is no word of the manuscript."""
PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
LARGEST = 200 * 2**20
"""Bytes of a part, unpacked: a novel of a million characters has 20 MB."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words with one fate."""

    text: str
    kind: Kind | None = None
    """None: they stood there and stand there."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What an editor says of a stretch of words."""

    author: str
    words: str
    start: int
    """How many characters of the paragraph stand before it, those that were put in or taken out too."""
    end: int


@dataclass(slots=True)
class Paragraph:
    """A paragraph, heading, cell or note."""

    anchor: str = ""
    runs: list[Run] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    mark: Kind | None = None
    """What became of its end: put in (the next paragraph was part of it), or taken out (the next one joins it)."""
    level: int = 0
    """Of a heading."""
    verbatim: bool = False

    def text(self, *without: Kind) -> str:
        """Its words without those of some fates."""
        return "".join(run.text for run in self.runs if run.kind not in without)

    @property
    def before(self) -> str:
        """As it was."""
        return self.text(Kind.ADD)

    @property
    def after(self) -> str:
        """As it is."""
        return self.text(Kind.REMOVE)

    @property
    def changed(self) -> bool:
        """Whether something was tracked in it."""
        return any(run.kind for run in self.runs)


def read(data: bytes, name: str) -> list[Paragraph]:
    """The paragraphs of a document.

    Raises:
        ManuscriptError: it is no .docx.
        ToolError: pandoc fails.
    """
    blocks = pandoc.from_docx(_with_names(data, name), name)
    reader = _Reader()
    reader.blocks(blocks)
    return reader.done


def _with_names(data: bytes, name: str) -> bytes:
    """The document with the names of our bookmarks as words."""
    done = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as new:
            if PARTS[0] not in old.namelist():
                raise _no_word(name, "里面没有 Word 的正文")
            for item in old.infolist():
                if item.filename in PARTS:
                    if item.file_size > LARGEST:
                        raise _no_word(name, f"正文太大（{item.file_size / 2**20:.0f} MB）")
                    new.writestr(item, _named(old.read(item)))
                else:
                    new.writestr(item, old.read(item))
    except (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _no_word(name, str(error)) from error
    return done.getvalue()


def _no_word(name: str, why: str) -> ManuscriptError:
    hint = "用 Word 打开它，另存为 .docx；要的是 build.py export 写出、编辑改过的那一份。"
    return ManuscriptError([Problem(Place(name), f"这不是能读的 .docx（{why}）", hint)])


def _named(content: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(content, parser)
    for start in list(root.iter(f"{W}bookmarkStart")):
        name = str(start.get(f"{W}name", ""))
        parent = start.getparent()
        if not name.startswith(PREFIX) or parent is None or parent.tag not in (f"{W}p", f"{W}ins", f"{W}del"):
            continue
        run = etree.Element(f"{W}r")
        text = etree.SubElement(run, f"{W}t")
        text.text = f"{BEGIN}{name}{END}"
        home = start if parent.tag == f"{W}p" else parent
        home.addprevious(run)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


# What pandoc read -----------------------------------------------------------------------------------------------------

KINDS = {"insertion": Kind.ADD, "deletion": Kind.REMOVE}
ENDS = {"paragraph-insertion": Kind.ADD, "paragraph-deletion": Kind.REMOVE}


class _Reader:
    """Walks the blocks in reading order; notes follow the paragraph that calls them."""

    def __init__(self) -> None:
        self.done: list[Paragraph] = []
        self.open: dict[str, tuple[Node, int]] = {}
        """Comments that are not ended: what is said, and where they began."""

    def blocks(self, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                self.blocks(item)
        elif isinstance(value, dict) and "t" in value:
            self.block(value)

    def block(self, node: Node) -> None:
        kind = node["t"]
        if kind in ("Para", "Plain"):
            self.paragraph(node["c"])
        elif kind == "Header":
            self.paragraph(node["c"][2], level=node["c"][0])
        elif kind == "CodeBlock":
            self.done.append(Paragraph(runs=[Run(node["c"][1])], verbatim=True))
        elif "c" in node:
            self.blocks(node["c"])

    def paragraph(self, inlines: Nodes, level: int = 0) -> None:
        made = Paragraph(level=level)
        notes: list[Nodes] = []
        self.inlines(made, inlines, None, notes)
        made.runs = _joined(made.runs)
        for name in NAME.findall(made.text()):
            made.anchor = made.anchor or name
        self.done.append(_without_names(made))
        for note in notes:
            self.blocks(note)

    def inlines(self, made: Paragraph, inlines: Nodes, kind: Kind | None, notes: list[Nodes]) -> None:
        for node in inlines:
            self.inline(made, node, kind, notes)

    def inline(self, made: Paragraph, node: Node, kind: Kind | None, notes: list[Nodes]) -> None:
        if node["t"] == "Note":
            notes.append(node["c"])
        elif node["t"] == "Span":
            self.span(made, node, kind, notes)
        elif (content := tree.inner(node)) is not None:
            self.inlines(made, content, kind, notes)
        elif text := _words(node):
            made.runs.append(Run(text, kind))

    def span(self, made: Paragraph, node: Node, kind: Kind | None, notes: list[Nodes]) -> None:
        _, classes, pairs = tree.attr(node)
        name = next(iter(classes), "")
        if name == "comment-start":
            self.open[pairs.get("id", "")] = node, len(made.text())
            return
        if name == "comment-end":
            self.comment(made, pairs.get("id", ""))
            return
        if name in ENDS:
            made.mark = ENDS[name]
        self.inlines(made, node["c"][1], KINDS.get(name, kind), notes)

    def comment(self, made: Paragraph, id: str) -> None:
        if id not in self.open:
            return
        node, start = self.open.pop(id)
        author = tree.attr(node)[2].get("author", "")
        end = len(made.text())
        made.comments.append(Comment(author, tree.plain(node["c"][1]).strip(), min(start, end), end))


def _words(node: Node) -> str:
    kind = node["t"]
    if kind == "Str":
        return str(node["c"])
    if kind in ("Space", "SoftBreak"):
        return " "
    if kind == "LineBreak":
        return "\n"
    return str(node["c"][1]) if kind == "Code" else ""


def _joined(runs: list[Run]) -> list[Run]:
    result: list[Run] = []
    for run in runs:
        if result and result[-1].kind is run.kind:
            result[-1] = Run(result[-1].text + run.text, run.kind)
        else:
            result.append(run)
    return result


def _without_names(made: Paragraph) -> Paragraph:
    """Without the words that only say which paragraph it is; comments count without them."""
    whole = made.text()
    spans = [match.span() for match in OURS.finditer(whole)]

    def shifted(offset: int) -> int:
        return offset - sum(min(end, offset) - start for start, end in spans if start < offset)

    made.comments = [Comment(one.author, one.words, shifted(one.start), shifted(one.end)) for one in made.comments]
    made.runs = [Run(text, run.kind) for run in made.runs if (text := OURS.sub("", run.text))]
    return made
