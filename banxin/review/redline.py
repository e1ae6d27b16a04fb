"""The redline: the book as it is typeset, what is new underlined, what is gone struck out, with bars beside both.

At its end all changes are listed with the numbers of their pages.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from banxin import build, tree
from banxin import load as loading
from banxin.book import Artifact, Book, Chapter, Matter, Node, Nodes
from banxin.load import Manuscript
from banxin.review.merge import ID, Change, Merger, mute
from banxin.review.model import FACTS, Comparison, Kind, Review, Unit
from banxin.slug import fingerprint

LIST = "changes-list"
"""The id of the chapter with the list, and the class of what is in it."""
HANS = {"title": "改动一览", "facts": "书的资料", "add": "加：", "remove": "删："}
HANT = {"title": "改動一覽", "facts": "書的資料", "add": "加：", "remove": "刪："}
"""The words of the list, in the script of the book."""
OLD = "old-"
"""Before the keys of pictures that are gone, and the ids of such chapters."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What the versions look like on paper."""

    redline: Artifact
    old: bytes
    """The PDF of the older version, as a printer gets it."""
    new: bytes


def printed(review: Review, old: Path, new: Path) -> Printed:
    """Typeset both versions, and the redline.

    Raises:
        BanxinError: as a build does.
    """
    before, after = (_manuscript(path) for path in (old, new))
    merged = _merged(review, before.book, after.book)
    made = replace(after, book=merged, slug=f"{after.slug}-redline", lexicon=after.lexicon)
    return Printed(_pdf(new, made, "screen"), _pdf(old, before, "print").data, _pdf(new, after, "print").data)


def _manuscript(path: Path) -> Manuscript:
    return loading.load(path, loading.Options(draft=True, jobs=os.cpu_count() or 1))


def _pdf(path: Path, manuscript: Manuscript, profile: str) -> Artifact:
    """One PDF in the manuscript's own language."""
    order = build.Order(
        path=path,
        formats=("pdf",),
        editions=(manuscript.book.meta.language,),
        profile=profile,
        draft=True,
        jobs=os.cpu_count() or 1,
    )
    (artifact,) = build.made(order, manuscript)
    return artifact


# The book that shows both ---------------------------------------------------------------------------------------------


def _merged(review: Review, old: Book, new: Book) -> Book:
    """The new book with what the old one had; chapters are paired as the review pairs them."""
    merger = Merger()
    renamed = _old_pictures(old, new)
    before = tree.map_nodes([chapter.blocks for chapter in old.chapters], lambda node: _renamed(node, renamed))
    there = {_key(one): replace(one, blocks=blocks) for one, blocks in zip(old.chapters, before, strict=True)}
    now = {_key(chapter): chapter for chapter in new.chapters}
    chapters: list[Chapter] = []
    for one in review.comparisons:
        if one.section.id == FACTS:
            continue
        chapter = _chapter(one, there, now, merger)
        if chapter and not one.new:
            chapter = _gone(chapter, chapters)
        if chapter:
            chapters.append(chapter)
    pictures = {**{renamed.get(key, key): image for key, image in old.images.items()}, **new.images}
    listed = _list(review, merger.changes, chapters, new)
    return replace(new, chapters=(*chapters, listed), images=pictures, sources={**old.sources, **new.sources})


def _key(chapter: Chapter) -> tuple[str, str]:
    return chapter.place.path, chapter.id


def _chapter(
    one: Comparison,
    there: dict[tuple[str, str], Chapter],
    now: dict[tuple[str, str], Chapter],
    merger: Merger,
) -> Chapter | None:
    old = _found(one.old, there) if one.old else None
    new = _found(one.new, now) if one.new else None
    if old and new:
        title = new.title if old.title == new.title else merger.inlines(old.title, new.title)
        return replace(new, title=title, blocks=merger.blocks(old.blocks, new.blocks))
    if new:
        return replace(new, blocks=merger.whole("critic-add", new.blocks))
    return replace(old, blocks=merger.whole("critic-remove", old.blocks)) if old else None


def _found(section: object, chapters: dict[tuple[str, str], Chapter]) -> Chapter | None:
    path, id = getattr(section, "path", ""), getattr(section, "id", "")
    exact = chapters.get((path, id))
    if exact or path:
        return exact
    # A book that is one file: a review leaves out the file's own name.
    return next((one for key, one in chapters.items() if key[1].endswith(id)), None)


def _gone(chapter: Chapter, before: Sequence[Chapter]) -> Chapter:
    """A chapter that is gone, where it stood."""
    near = before[-1] if before else None
    return replace(
        chapter,
        id=f"{OLD}{chapter.id}",
        title=mute(chapter.title),
        subtitle=mute(chapter.subtitle),
        numbered=False,
        number=None,
        part=near.part if near else "",
        matter=near.matter if near else Matter.FRONT,
    )


def _old_pictures(old: Book, new: Book) -> dict[str, str]:
    """The keys that name another picture now -> what the old picture is called here."""
    same = {key for key, image in old.images.items() if key in new.images and new.images[key].data == image.data}
    return {
        key: f"{OLD}{fingerprint(key)}-{Path(key).name}" for key in old.images if key in new.images and key not in same
    }


def _renamed(node: Node, names: dict[str, str]) -> Node:
    if node["t"] != "Image":
        return node
    attr, alt, (target, title) = node["c"]
    return {**node, "c": [attr, alt, [names.get(target, target), title]]}


# The list -------------------------------------------------------------------------------------------------------------


def _list(review: Review, changes: Sequence[Change], chapters: Sequence[Chapter], book: Book) -> Chapter:
    where = {number: chapter for chapter in chapters for number in _numbers(chapter)}
    names = HANT if "Hant" in book.meta.language else HANS
    blocks: Nodes = []
    facts = [passage for one in review.comparisons if one.section.id == FACTS for passage in one.passages]
    lines = [f"{passage.unit.style}：{_fact(passage.old)} → {_fact(passage.new)}" for passage in facts
             if passage.kind is not Kind.SAME]  # fmt: skip
    if lines:
        blocks += [_heading(names["facts"]), *(_para([tree.string(line)]) for line in lines)]
    last = None
    for change in changes:
        chapter = where.get(change.number)
        if chapter is None:
            continue
        if chapter is not last:
            blocks.append(_heading(tree.plain(chapter.title).strip() or "（无题）"))
        last = chapter
        classes = [LIST, *(["front"] if chapter.matter is Matter.FRONT else [])]
        said = tree.span(
            [tree.string(change.told(names).replace("@", "＠"))], "keep"
        )  # as it was typed, and no reference
        link = {"t": "Link", "c": [["", classes, []], [said], [f"#{ID}{change.number}", ""]]}
        blocks.append(_para([link]))
    if not blocks:
        blocks.append(_para([tree.string("文字没有改动。")]))
    body = {"t": "Div", "c": [["", [LIST], []], blocks]}
    place = book.chapters[-1].place
    return Chapter(LIST, [tree.string(names["title"])], [body], place, numbered=False, matter=Matter.BACK)


def _numbers(chapter: Chapter) -> list[int]:
    names = (tree.attr(node)[0] for node in tree.walk([chapter.title, chapter.blocks]) if node["t"] in ("Span", "Div"))
    return [int(name.removeprefix(ID)) for name in names if name.startswith(ID)]


def _fact(units: Sequence[Unit]) -> str:
    text = "".join(word.text + " " * word.gap for unit in units for word in unit.words)
    return text.strip() or "无"


def _heading(text: str) -> Node:
    return {"t": "Para", "c": [{"t": "Strong", "c": [tree.string(text)]}]}


def _para(inlines: Nodes) -> Node:
    return {"t": "Para", "c": inlines}
