"""An edited .docx against the manuscript that it was made from -> files with CriticMarkup, and what found no place.

A paragraph is known by its anchor. Its words before the changes are those of the manuscript, unless somebody edited
without tracking; then what it says now is compared with the manuscript. A change goes where the letters around it stand
in the source, so markup stays where it was. What cannot be placed is told with its words, and its line where known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from banxin import load
from banxin import write as writing
from banxin.book import Artifact
from banxin.critic import marks
from banxin.critic.marks import Kind
from banxin.errors import Level, ManuscriptError, Place, Problem
from banxin.review import words
from banxin.review.model import Turn
from banxin.review.words import code_words
from banxin.word import changes
from banxin.word.anchors import Anchored, Leaf, anchored
from banxin.word.changes import Comment, Paragraph, Run

SHOWN = 30
"""Characters that a message quotes."""
LEAST = 0.9
"""The part of a paragraph's letters that has to be found in the source."""
ESCAPED = re.compile(r"([\\`*_\[\]<>$^~{}|@#])")
"""What is markup in a line of Markdown."""
MARKUP = re.compile(r"[\\`*_\[\]<>$^~{}|@]")


@dataclass(frozen=True, slots=True)
class Edit:
    """What goes in place of [start, end) of a file."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Imported:
    """What came back."""

    texts: dict[str, str] = field(default_factory=dict)
    """The files that have marks now."""
    unplaced: list[Problem] = field(default_factory=list)
    changes: int = 0


def read(document: Path, book: Path) -> Imported:
    """What an editor changed, as marks.

    Raises:
        ManuscriptError: the document is none, or is not of this book; a file of the book has marks already.
        BanxinError: as `load.load` does.
    """
    try:
        data = document.read_bytes()
    except OSError as error:
        problem = Problem(Place(str(document)), f"读不出来：{error.strerror or error}", "写对 .docx 的位置。")
        raise ManuscriptError([problem]) from error
    paragraphs = changes.read(data, str(document))
    source = anchored(load.load(book, load.Options(cites=False)).book)
    if not any(one.anchor for one in paragraphs):
        hint = "用 build.py export 写出 .docx，让编辑改那一份：里面有书签，记着每段在哪个文件。"
        raise ManuscriptError([Problem(Place(str(document)), "里面没有书签，不知道哪段是哪段", hint)])
    return _Importer(source, str(document)).run(paragraphs)


def write(done: Imported, book: Path, out: Path | None) -> list[Path]:
    """Write the files that have marks now, into the manuscript or elsewhere.

    Raises:
        ToolError: a file cannot be written.
    """
    root = book.parent if book.is_file() else book
    if out:
        files = [Artifact(path, text.encode()) for path, text in sorted(done.texts.items())]
        return writing.write(files, out) if files else []
    for path, text in done.texts.items():
        ends = b"\r\n" in (root / path).read_bytes()
        writing.write_text(root / path, text.replace("\n", "\r\n") if ends else text)
    return [root / path for path in sorted(done.texts)]


class _Importer:
    """Places the changes of one document."""

    def __init__(self, source: Anchored, name: str) -> None:
        self.source = source
        self.name = name
        self.done = Imported()
        self.edits: dict[str, list[Edit]] = {}
        self.cursors: dict[str, int] = {}
        """How far each piece of source is used up: its paragraphs come in order."""
        self.last: Leaf | None = None
        self.seen: set[str] = set()

    def run(self, paragraphs: Sequence[Paragraph]) -> Imported:
        before: Paragraph | None = None
        for one in paragraphs:
            if before and before.mark is Kind.ADD and not one.anchor:
                self.split(one)
            else:
                if before and before.mark is Kind.REMOVE and any(run.kind is not Kind.REMOVE for run in before.runs):
                    self.join(before, one)
                self.paragraph(one)
            before = one
        self.missing()
        for path, edits in self.edits.items():
            self.write(path, edits)
        return self.done

    def write(self, path: str, edits: Sequence[Edit]) -> None:
        """One file with its marks, which give the file back where all are refused."""
        text = self.source.files[path].text
        kept: list[Edit] = []
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            if (
                kept
                and edit.start < kept[-1].end
                or marks.rejected(text[: edit.start] + edit.text + text[edit.end :]) != text
            ):
                self.lost(path, edit)
            else:
                kept.append(edit)
        if kept:
            self.done.texts[path] = _edited(text, kept)

    def lost(self, path: str, edit: Edit) -> None:
        """What would stand in another change, or in code."""
        line = self.source.files[path].text.count("\n", 0, edit.start) + 1
        self.done.changes -= 1
        self.tell(edit.text, "同另一处改动叠在一起，或落在代码里", line, path)

    # One paragraph

    def paragraph(self, one: Paragraph) -> None:
        leaf = self.source.leaves.get(one.anchor)
        if leaf is None:
            self.unknown(one)
            return
        self.last = leaf
        self.seen.add(one.anchor)
        places = self.places(leaf)
        runs = one.runs
        if _plain(one.before) != _plain(leaf.words):  # somebody edited without tracking
            runs = _compared(leaf.words, one.after)
        runs = _as_source(runs, leaf.words)
        if not places:
            if any(run.kind for run in runs) or one.comments:
                self.tell(one.after, "在稿子里找不到它的字", leaf.piece.line, leaf.piece.path)
            return
        if leaf.alone and runs and all(run.kind is Kind.REMOVE for run in runs):
            self.whole(leaf)
        else:
            self.place(leaf, runs, places)
        for comment in one.comments:
            self.comment(leaf, one, comment, places)

    def places(self, leaf: Leaf) -> list[int]:
        """Where each character of a paragraph stands in its file; none where too few are found."""
        piece = leaf.piece
        start = self.cursors.get(piece.name, 0)
        found = _aligned(leaf.words, piece.text, start) or _aligned(leaf.words, piece.text, 0)
        if found:
            self.cursors[piece.name] = found[-1] + 1
        return [piece.start + offset for offset in found]

    def place(self, leaf: Leaf, runs: Sequence[Run], places: list[int]) -> None:
        """The changes of a paragraph, each at its letters."""
        at = 0
        n = 0
        while n < len(runs):
            run = runs[n]
            if run.kind is None:
                at += len(run.text)
                n += 1
                continue
            out = run.text if run.kind is Kind.REMOVE else ""
            put = run.text if run.kind is Kind.ADD else ""
            following = runs[n + 1] if n + 1 < len(runs) else None
            if following and following.kind and following.kind is not run.kind:
                out, put = (out or following.text), (put or following.text)
                n += 1
            n += 1
            self.change(leaf, places, at, out, put)
            at += len(out)

    def change(self, leaf: Leaf, places: list[int], at: int, out: str, put: str) -> None:
        text = self.source.files[leaf.piece.path].text
        if out:
            start, end = places[at], places[at + len(out) - 1] + 1
            start, end = _balanced(text, start, end)
            written = _escaped(put, text, start)
            mark = marks.replaced(text[start:end], written) if put else marks.removed(text[start:end])
        else:
            start = end = places[at - 1] + 1 if at else places[0]
            mark = marks.added(_escaped(put, text, start))
        self.add(leaf, start, end, mark)

    def whole(self, leaf: Leaf) -> None:
        """A paragraph that is gone, with its markup and the blank lines after it."""
        piece = leaf.piece
        self.add(leaf, piece.start, piece.start + len(piece.text), marks.removed(piece.text))

    def add(self, leaf: Leaf, start: int, end: int, text: str) -> None:
        self.edits.setdefault(leaf.piece.path, []).append(Edit(start, end, text))
        self.done.changes += 1

    # Comments

    def comment(self, leaf: Leaf, one: Paragraph, comment: Comment, places: list[int]) -> None:
        """At the end of the words that it is about; these are marked where nothing else is changed in them."""
        counted = (_before_of(one.runs, offset) for offset in (comment.start, comment.end))
        start, end = (_in_source(one.before, leaf.words, offset) for offset in counted)
        said = marks.comment(f"{comment.author}：{comment.words}" if comment.author else comment.words)
        text = self.source.files[leaf.piece.path].text
        if end > start:
            first, last = places[start], places[end - 1] + 1
            touched = any(edit.start < last and edit.end > first for edit in self.edits.get(leaf.piece.path, ()))
            if not touched and not MARKUP.search(text[first:last]) and "\n\n" not in text[first:last]:
                self.add(leaf, first, last, f"{{=={text[first:last]}==}}{said}")
                return
        where = places[end - 1] + 1 if end else places[0]
        clash = [edit.end for edit in self.edits.get(leaf.piece.path, ()) if edit.start < where < edit.end]
        self.add(leaf, max([where, *clash]), max([where, *clash]), said)

    # Paragraphs that are new, or gone

    def split(self, one: Paragraph) -> None:
        """The rest of a paragraph that an editor divided: it has no anchor, and its words stand in the one before."""
        leaf = self.last
        where = self._found(leaf, one.before) if leaf else None
        if leaf is None or where is None:
            self.tell(one.after, "从前一段分出来的，找不到是从哪里分开的")
            return
        places = [leaf.piece.start + offset for offset in where]
        self.edits[leaf.piece.path] = [
            edit
            for edit in self.edits.get(leaf.piece.path, ())
            if not (edit.start >= places[0] and edit.end <= places[-1] + 1)
        ]
        self.add(leaf, places[0], places[0], marks.added("\n\n"))
        self.place(leaf, one.runs, places)

    def join(self, one: Paragraph, other: Paragraph) -> None:
        """Two paragraphs of which an editor made one: what stands between them goes, if that is blank lines alone."""
        first, second = (self.source.leaves.get(each.anchor) for each in (one, other))
        if first and second and first.piece.path == second.piece.path:
            start, end = first.piece.end, second.piece.start
            between = self.source.files[first.piece.path].text[start:end]
            if between and not between.strip():
                self.add(first, start, end, marks.removed(between))
                return
        self.tell(one.after, "同下一段并成了一段")

    def _found(self, leaf: Leaf | None, text: str) -> list[int] | None:
        if leaf is None or not text.strip():
            return None
        start = len(leaf.words) - len(text)
        whole = _aligned(leaf.words, leaf.piece.text, 0)
        return whole[start:] if start > 0 and whole and leaf.words.endswith(text) else None

    def unknown(self, one: Paragraph) -> None:
        """A paragraph without an anchor of this manuscript: a new one, or one that the manuscript has no more."""
        if one.anchor:
            if one.changed or one.comments:
                self.tell(one.after or one.before, "这一段在导出以后改过或删了，对不上")
            return
        if one.verbatim:
            if _plain(one.after) not in self.source.code:
                self.tell(one.after, "代码里的改动不放进稿子")
            return
        if not one.text().strip():
            return
        if one.runs and all(run.kind is Kind.ADD for run in one.runs):
            self.new(one)
        elif one.changed or one.comments:
            self.tell(one.after or one.before, "这里没有书签（图、代码、公式里的字，或自动编号）")

    def new(self, one: Paragraph) -> None:
        leaf = self.last
        if leaf is None:
            self.tell(one.after, "新的一段，前面没有认得的段落")
            return
        heading = "#" * one.level + " " if one.level else ""
        self.add(leaf, leaf.piece.end, leaf.piece.end, marks.added(f"\n\n{heading}{_escaped(one.after)}"))

    def missing(self) -> None:
        """Paragraphs that were taken out without tracking."""
        for name, leaf in self.source.leaves.items():
            if name not in self.seen:
                self.tell(leaf.words, "Word 里没有这一段了，也没有修订记录", leaf.piece.line, leaf.piece.path)

    def tell(self, said: str, why: str, line: int = 0, path: str = "") -> None:
        place = Place(path, line) if path else Place(self.name)
        if not path and self.last:
            why += f"；前面是 {self.last.piece.path}:{self.last.piece.line} 一段"
        text = " ".join(said.split())
        quoted = text if len(text) <= SHOWN else text[:SHOWN] + "……"
        problem = Problem(place, f"没有放进稿子：“{quoted}”，{why}", "在稿子里手工改。", Level.WARNING)
        self.done.unplaced.append(problem)


# Words and places -----------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return "".join(text.split())


HIDDEN = re.compile(
    r"\]\([^()\n]*\)|\^\[[^\]]*\]|\[\^[^\]\s]+\]:?|\]?\{[^{}\n]*\}|<[^<>\n]*>"
    r"|^[ >]*(?:[-*+]|\d+[.)])[ \t]|^\|? *:?-+[-|: ]*$",
    re.MULTILINE,
)
"""What of a source is surely no words: targets of links, notes, attributes, tags, the marks of lists."""
NOTHING = "\0"


def _aligned(said: str, text: str, start: int) -> list[int]:
    """Where each character of some words stands in a text, from an offset on; none where they do not stand there."""
    masked = HIDDEN.sub(lambda match: NOTHING * len(match[0]), text)
    tries = [_in_order(said, masked, start), _in_order(said, text, start)]
    found, missed = min(tries, key=lambda one: one[1])
    letters = sum(not char.isspace() for char in said)
    return found if letters and missed <= (1 - LEAST) * letters else []


def _in_order(said: str, text: str, position: int) -> tuple[list[int], int]:
    """The offsets, each the next at which its character stands, and how many were not found."""
    found: list[int] = []
    missed = 0
    for char in said:
        at = position if char.isspace() else text.find(char, position)
        if char.isspace() and not text[position : position + 1].isspace():
            at = max(0, position - 1)
        elif at < 0:
            missed, at = missed + 1, max(0, position - 1)
        else:
            position = at + 1
        found.append(at)
    return found, missed


def _compared(old: str, new: str) -> list[Run]:
    """What became of the words, where nobody tracked it."""
    turns = {Turn.SAME: None, Turn.IN: Kind.ADD, Turn.OUT: Kind.REMOVE}
    pieces = words.compare(list(code_words(old)), list(code_words(new)))
    return [Run("".join(word.text for word in piece.words), turns[piece.turn]) for piece in pieces]


def _as_source(runs: Sequence[Run], said: str) -> list[Run]:
    """The same runs with the manuscript's own spaces: Word has none where a line of the source ends in Han."""
    before = "".join(run.text for run in runs if run.kind is not Kind.ADD)
    if before == said:
        return list(runs)
    result: list[Run] = []
    at = done = 0
    for run in runs:
        if run.kind is Kind.ADD:
            result.append(run)
            continue
        at += len(run.text)
        end = max(done, _in_source(before, said, at))
        result.append(Run(said[done:end], run.kind))
        done = end
    return [run for run in result if run.text]


def _in_source(before: str, said: str, offset: int) -> int:
    """An offset of the words in Word -> the same of the manuscript's words: after as many that are no spaces."""
    if before == said or offset >= len(before):
        return min(offset, len(said)) if before == said else len(said)
    letters = len(_plain(before[:offset]))
    for at, char in enumerate(said):
        if letters == 0:
            return at
        letters -= not char.isspace()
    return len(said)


def _before_of(runs: Sequence[Run], offset: int) -> int:
    """How many characters of the old words stand before an offset of all words."""
    count = seen = 0
    for run in runs:
        size = min(len(run.text), offset - seen)
        if size <= 0:
            break
        seen += size
        count += 0 if run.kind is Kind.ADD else size
    return count


PAIRED = ("**", "__", "*", "_", "~~", "`")


def _balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch with the markup that stands close around all of it; else `****` would be left of `**字**`."""
    for sign in PAIRED:
        size = len(sign)
        if text[start - size : start] == sign == text[end : end + size] and start >= size:
            return start - size, end + size
    inner = text[start:end]
    for sign in PAIRED:  # one of a pair is inside: the other has to come along
        if inner.count(sign) % 2:
            if text[end : end + len(sign)] == sign:
                return start, end + len(sign)
            if text[max(0, start - len(sign)) : start] == sign:
                return start - len(sign), end
    return start, end


def _escaped(text: str, source: str = "", at: int = 0) -> str:
    """Words as nothing but words in Markdown; in code, which they would stand in, they are that already."""
    line = source[source.rfind("\n\n", 0, at) + 1 : at]
    if line.count("`") % 2:
        return text
    return ESCAPED.sub(r"\\\1", text.replace("\n", "\\\n"))


def _edited(text: str, edits: Sequence[Edit]) -> str:
    """A text with edits that follow each other."""
    pieces: list[str] = []
    position = 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])
