"""The table of contents: one tree of parts, chapters and sections, for every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from banxin.render import links
from banxin.render.page import Page, PartView, Section


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    id: str
    """Where it points, inside `file`."""
    file: str
    """The file that holds it; empty where the whole book is one document."""
    level: int
    """1 for a chapter or a part; one more for each step down."""
    kind: str
    """`part`, `chapter`, `section` or `figure`."""
    label: str
    """`第一章`, `1.2` or empty."""
    title: str
    """HTML (inline)."""
    text: str
    """The same, as plain text."""
    children: tuple[Entry, ...] = ()

    @property
    def href(self) -> str:
        """A link to it: the file alone for a chapter, which begins its file."""
        return self.file if self.file and self.kind == "chapter" else f"{self.file}#{self.id}"

    @property
    def line(self) -> str:
        """Label and title as one line of plain text."""
        return " ".join(filter(None, (self.label, self.text)))

    def walk(self) -> Iterator[Entry]:
        """The entry itself, then all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def contents(
    pages: Sequence[Page], parts: Mapping[str, str], files: Mapping[str, str] | None = None, depth: int = 3
) -> tuple[Entry, ...]:
    """The tree of `pages`, `depth` levels deep.

    `parts` tells the part (by id) that a chapter (by id) belongs to; `files` the file that holds an id.
    """
    places = files or {}
    views = {page.part.id: page.part for page in pages if page.part}
    top: list[Entry] = []
    for page in pages:
        view = views.get(parts.get(page.id, ""))
        level = 2 if view else 1
        chapter = _chapter(page, level, places.get(page.id, ""), depth)
        if view is None:
            top.append(chapter)
        elif not (top and top[-1].id == view.id):
            top.append(_part(view, places.get(view.id, ""), (chapter,) if depth > 1 else ()))
        elif depth > 1:
            top[-1] = replace(top[-1], children=(*top[-1].children, chapter))
    return tuple(top)


def has_choice(entries: Sequence[Entry]) -> bool:
    """Whether there is more than one place to go: a list of one line helps nobody."""
    return len(entries) > 1 or any(entry.children for entry in entries)


@dataclass(frozen=True, slots=True)
class Listed:
    """All that is numbered of one kind (插图目录、表目录)."""

    name: str
    """`figures`, `tables`."""
    type: str
    """What EPUB calls such a list (EPUB Structural Semantics Vocabulary)."""
    title: str
    entries: tuple[Entry, ...]


KINDS = (("figure", "figcaption", "loi"), ("table", "caption", "lot"))
"""What is listed: the element, that of its caption, the list's type. The layout's option is `figure-list`."""


def lists(
    pages: Sequence[Page], options: Mapping[str, Any], labels: Mapping[str, str], files: Mapping[str, str] | None = None
) -> tuple[Listed, ...]:
    """The lists that a layout, or its book, asks for and that have something in them.

    Args:
        pages: of the book, in order.
        options: the layout's.
        labels: the words of the edition's language.
        files: the file that holds an id.
    """
    places, found = files or {}, []
    for kind, caption, type in KINDS:
        if options.get(f"{kind}-list"):
            entries = (entry for page in pages for entry in _numbered(page, places.get(page.id, ""), kind, caption))
            found.append(Listed(f"{kind}s", type, labels[f"{kind}s_list"], tuple(entries)))
    return tuple(listed for listed in found if listed.entries)


def _numbered(page: Page, file: str, kind: str, around: str) -> Iterator[Entry]:
    if f"<{kind}" not in page.body:
        return
    for element in links.parse(page.body).iter(kind):
        caption = element.find(around)
        label = caption.find(".//span[@class='label']") if caption is not None else None
        if not element.get("id") or caption is None or label is None:
            continue
        number = "".join(map(str, label.itertext())).strip()
        words = "".join(map(str, caption.itertext())).strip().removeprefix(number).strip()
        yield Entry(element.get("id", ""), file, 1, kind, number, escape(words), words)


def _part(view: PartView, file: str, children: tuple[Entry, ...]) -> Entry:
    return Entry(view.id, file, 1, "part", view.label, view.title, view.text, children)


def _chapter(page: Page, level: int, file: str, depth: int) -> Entry:
    sections = _sections(page.sections, level + 1, file, depth)
    return Entry(page.id, file, level, "chapter", page.label, page.title, page.text, sections)


def _sections(sections: Sequence[Section], level: int, file: str, depth: int) -> tuple[Entry, ...]:
    """Nest a flat run of headings: each holds the deeper ones that follow it."""
    if level > depth:
        return ()
    entries: list[Entry] = []
    rest = [section for section in sections if section.id]
    while rest:
        head, *rest = rest
        below = next((i for i, section in enumerate(rest) if section.level <= head.level), len(rest))
        children = _sections(rest[:below], level + 1, file, depth)
        entries.append(Entry(head.id, file, level, "section", head.label, head.title, head.text, children))
        rest = rest[below:]
    return tuple(entries)
