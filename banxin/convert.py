"""Simplified <-> Traditional: Book -> Book (banxin/conversion says what becomes of a text).

What is converted are whole runs (头**发** as 头发), never nodes; code, math, addresses, ids, attributes and citation
keys are no part of a run and stay as they are. Spans of class `keep` and spans in another language stand in a run as
one mark that nothing looks through; blocks of class `noconv` and chapters with `convert: false` stay whole. A span that
names an edition, `[打印机]{zh-Hant-TW="印表機"}`, has those words there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from banxin import tree, words
from banxin.book import Book, Chapter, Edition, Node, Nodes
from banxin.conversion.choice import Choice
from banxin.conversion.lexicon import Lexicon, looks_like_a_name, name_form
from banxin.errors import Place
from banxin.languages import canonical
from banxin.tree import Edit, Run

if TYPE_CHECKING:
    from banxin.conversion.profiles import Converter, Reading

IGNORED = (tree.SOFT, tree.NOTE)
"""Taken out before conversion: 理⏎发店 is one word, with a note mark in it too."""
BARE = str.maketrans(dict.fromkeys(IGNORED, ""))
NO_WORDS = Lexicon()
PRINTED = "printed"
"""Beside `keep`, the class of a citation and of a reference: as the work is printed, unless the edition says."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice, and where it stands in the manuscript."""

    place: Place
    choice: Choice
    before: str
    after: str
    """What stands around it in the converted text's source, up to CONTEXT characters."""


CONTEXT = 16


def convert(book: Book, edition: Edition, lexicon: Lexicon = NO_WORDS) -> Book:
    """The book in the words of an edition; the same book where the edition needs no conversion."""
    book = words.map_words(book, lambda value: own_spans(value, edition))
    language = edition.language
    meta = replace(book.meta, language=language)
    if not edition.conversion:
        return replace(book, meta=meta)
    from banxin.conversion.profiles import Converter  # most editions are in the manuscript's own words

    converter = Converter(edition.name, language, edition.conversion, lexicon)
    source = book.meta.language

    def change(value: Any) -> Any:
        new = tree.rewrite(value, lambda run: edits(run.text, converter), lambda node: stays(node, source, edition))
        return tree.map_nodes(new, lambda node: _in_its_language(node, source, edition))

    changed = words.map_words(book, change)
    whole = {chapter.id for chapter in book.chapters if is_whole(chapter, source)}
    chapters = [
        replace(old, label=new.label, language=old.language or source) if old.id in whole else new
        for old, new in zip(book.chapters, changed.chapters, strict=True)
    ]
    notes = [old if old.chapter in whole else new for old, new in zip(book.notes, changed.notes, strict=True)]
    meta = replace(
        changed.meta,
        language=language,
        authors=_people(book.meta.authors, converter),
        translators=_people(book.meta.translators, converter),
        editors=_people(book.meta.editors, converter),
    )
    return replace(changed, meta=meta, chapters=tuple(chapters), notes=tuple(notes))


def _people(names: Iterable[str], converter: Converter) -> tuple[str, ...]:
    """Who made the book: what looks like a name is one here, even where it is a word elsewhere (余生)."""
    return tuple(
        converter.own.words.get(name)
        or (name_form(name, converter.steps) if looks_like_a_name(name) else converter.read(name).applied(name))
        for name in names
    )


def _in_its_language(node: Node, source: str, edition: Edition) -> Node:
    """What was not converted says in which language it is, for its glyphs and for who reads it aloud."""
    if node["t"] not in ("Div", "Span") or "lang" in dict(node["c"][0][2]):
        return node
    classes = node["c"][0][1]
    if not (node["t"] == "Div" and "noconv" in classes or PRINTED in classes and not edition.references):
        return node
    id, classes, pairs = node["c"][0]
    return {**node, "c": [[id, classes, [*pairs, ["lang", source]]], node["c"][1]]}


def languages(book: Book, edition: Edition) -> set[str]:
    """The languages that stand in an edition, its own and those of what is not converted: what fonts are wanted for."""
    found = {edition.language, *(canonical(chapter.language) for chapter in book.chapters if chapter.language)}
    if edition.conversion and any(_keeps(chapter, edition) for chapter in book.chapters):
        found.add(book.meta.language)
    return found


def _keeps(chapter: Chapter, edition: Edition) -> bool:
    """Whether something of a chapter is not converted."""
    return not chapter.convert or any(
        "noconv" in node["c"][0][1] if node["t"] == "Div" else node["t"] == "Cite" and not edition.references
        for node in tree.walk(chapter.blocks)
    )


def choices(book: Book, edition: Edition, lexicon: Lexicon = NO_WORDS) -> list[Chosen]:
    """Every place of a book where the conversion had to choose, in reading order, title pages excepted."""
    if not edition.conversion:
        return []
    from banxin.conversion.profiles import Converter  # most editions are in the manuscript's own words

    converter = Converter(edition.name, edition.language, edition.conversion, lexicon)
    source = book.meta.language
    found: list[Chosen] = []
    chapters = {chapter.id: chapter for chapter in book.chapters if not is_whole(chapter, source)}
    texts = [(id, value) for id, one in chapters.items() for value in (one.title, one.subtitle, one.blocks)]
    texts += [(note.chapter, note.blocks) for note in book.notes if note.chapter in chapters]
    for id, value in texts:
        for run in tree.runs(own_spans(value, edition), lambda node: stays(node, source, edition)):
            found += _placed(run, chapters[id].place.path, converter)
    return found


def _placed(run: Run, path: str, converter: Converter) -> Iterator[Chosen]:
    bare = run.text.translate(BARE)
    reading = converter.read(bare)
    if not reading.choices:
        return
    offsets = _offsets(run.text)
    for choice in reading.choices:
        before = bare[max(0, choice.start - CONTEXT) : choice.start]
        after = bare[choice.end : choice.end + CONTEXT]
        before, after = (text.replace(tree.OBJECT, "…") for text in (before, after))
        yield Chosen(Place(path, run.line_at(offsets[choice.start])), choice, before, after)


def is_whole(chapter: Chapter, source: str) -> bool:
    """Chapters that no conversion touches: those that say so, and those in another language than the book."""
    return not chapter.convert or bool(chapter.language and canonical(chapter.language) != source)


def is_kept(node: Node) -> bool:
    """Words that stay as the author typed them: `.keep`, `.noconv`, another language than Chinese, raw addresses."""
    if node["t"] == "Div":
        return "noconv" in tree.attr(node)[1]
    if node["t"] == "Link":
        _, classes, _ = tree.attr(node)
        return "uri" in classes or "email" in classes
    if node["t"] != "Span":
        return False
    _, classes, pairs = tree.attr(node)
    return "keep" in classes or "noconv" in classes or not pairs.get("lang", "zh").startswith("zh")


def stays(node: Node, source: str, edition: Edition) -> bool:
    """What is not converted: what is kept, and what says that it is in another kind of Chinese than the book."""
    asked = edition.references and node["t"] == "Span" and PRINTED in tree.attr(node)[1]
    if is_kept(node) and not asked:
        return True
    if node["t"] not in ("Span", "Div"):
        return False
    language = tree.attr(node)[2].get("lang", "")
    return language not in ("", "zh") and canonical(language) != source


# Spans with words for an edition --------------------------------------------------------------------------------------


def names_edition(key: str) -> bool:
    """Whether an attribute of a span is meant for an edition."""
    return key == "zh" or key.lower().startswith("zh-")


def own_spans(value: Any, edition: Edition) -> Any:
    """The same tree with the words that spans have for an edition; the attributes that say so go."""

    def says(node: Node) -> bool:
        return node["t"] == "Span" and any(names_edition(key) or key == edition.name for key, _ in node["c"][0][2])

    def change(node: Node) -> Node | Nodes:
        if not says(node):
            return node
        id, classes, pairs = node["c"][0]
        given = {canonical(key): words for key, words in pairs}
        rest = [pair for pair in pairs if not names_edition(pair[0]) and pair[0] != edition.name]
        own = given.get(edition.name) or given.get(edition.language)
        if own is None:
            return {**node, "c": [[id, classes, rest], node["c"][1]]}
        return {**node, "c": [[id, [*classes, "keep"], rest], [tree.string(own)]]}

    return tree.map_nodes(value, change) if any(map(says, tree.walk(value))) else value  # few books have any


# Edits ----------------------------------------------------------------------------------------------------------------


def edits(text: str, converter: Converter) -> Iterator[Edit]:
    """What changes in a run. Soft breaks and note marks are taken out first."""
    reading: Reading = converter.read(text.translate(BARE))
    if not reading.edits:
        return
    offsets = _offsets(text)
    for start, end, replacement in reading.edits:
        yield from _spread(offsets, start, end, replacement)


def _offsets(text: str) -> list[int]:
    """Where each character of the bare text stands in the run."""
    return [i for i, char in enumerate(text) if char not in IGNORED]


def _spread(offsets: list[int], start: int, end: int, new: str) -> Iterator[Edit]:
    """An edit of the bare text, on the run's own offsets: character by character, so that markup stays on its words.

    Where the length changes, the last character of the word takes what is over (打印机 -> 印表機 has nothing over; 软件
    -> 軟體程式 would); a character that has no partner goes.
    """
    for i in range(end - start):
        last = i == end - start - 1
        yield offsets[start + i], offsets[start + i] + 1, new[i:] if last else new[i : i + 1]
    if start == end:
        position = offsets[start] if start < len(offsets) else offsets[-1] + 1
        yield position, position, new
