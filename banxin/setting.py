"""Setting a book chapter by chapter: what becomes of a chapter is kept, and made again only when it changed.

A book is arranged by its outlines (banxin/outline.py). What comes then asks nothing of other chapters: whether its
script is the one it says, its conversion, the text rules, the characters that no font has, its HTML. So each of these
is made of the book of one chapter; those that are not kept are made together, because pandoc and OpenCC start once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from banxin import cache, config, convert, fonts, glyphs, records
from banxin.book import Book, Chapter, Edition, Meta, Note, Part, Source
from banxin.conversion import inspect
from banxin.convert import Chosen
from banxin.editions import edition_languages
from banxin.errors import Place, Problem, excused, stop_on_errors
from banxin.languages import LANGUAGES
from banxin.load import Manuscript
from banxin.notes import references
from banxin.render import page
from banxin.render.page import Page

PAGES, FACTS, SCRIPT, MARKS, CHOICES = "pages", "facts", "script", "marks", "choices"
"""Kinds of entries: a chapter as HTML; the words of the title page and of the parts; what is wrong with a chapter's
script, and with its quotation marks; what its conversion chose."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in no chapter."""

    meta: Meta
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A chapter set, and what is wrong with its characters."""

    page: Page
    problems: tuple[Problem, ...]


def set_type(manuscript: Manuscript, book: Book, edition: Edition) -> Book:
    """Convert, then typeset: marks depend on the region."""
    from banxin import typeset  # only chapters that changed need it

    converted = references.arranged(convert.convert(book, edition, manuscript.lexicon), edition.language)
    named = _own_words(manuscript, converted, edition)
    return typeset.typeset(named, edition, manuscript.config.typeset)


def _own_words(manuscript: Manuscript, book: Book, edition: Edition) -> Book:
    """Titles, a number and a copyright page that the author gives for one edition."""
    given = _given(manuscript, edition)
    own = given.pop("copyright")
    meta = book.meta
    if own.get("form", meta.copyright.form) != meta.copyright.form:  # another publisher's: nothing of that one's paper
        meta = replace(meta, isbn="", copyright=replace(meta.copyright, **OF_ONE_PUBLISHER))
    return replace(book, meta=replace(meta, **given, copyright=replace(meta.copyright, **own)))


OF_ONE_PUBLISHER: Mapping[str, Any] = {
    **dict.fromkeys(("cip_number", "cip_text", "distributor", "printer", "sheet", "impression", "copies", "price"), ""),
    **dict.fromkeys(("cip_subjects", "cip_classes"), ()),
}
"""What an edition that is published by the practice of another region does not share with the manuscript's."""


def _given(manuscript: Manuscript, edition: Edition) -> dict[str, Any]:
    spec = manuscript.config.editions.get(edition.name, config.EditionSpec())
    names = ("title", "subtitle", "description", "isbn")
    given = {name: getattr(spec, name) for name in names if getattr(spec, name)}
    return {**given, "copyright": config.said(spec.copyright)}


# What is wrong with the words, in every edition -----------------------------------------------------------------------


def script_problems(manuscript: Manuscript, book: Book) -> list[Problem]:
    """Chapters in another script than they say, and spans for editions that there are not."""
    editions = edition_languages(manuscript.config)
    settings = [editions, LANGUAGES]
    found = partial(inspect.problems, editions=editions, languages=LANGUAGES)
    return list(_found(SCRIPT, manuscript, book, settings, Problem, found))


def undecided(manuscript: Manuscript, book: Book) -> list[Problem]:
    """What the text rules cannot decide for the author."""
    spec = manuscript.config.typeset

    def found(alone: Book) -> Iterator[Problem]:
        from banxin import typeset

        yield from typeset.undecided(alone, spec=spec)

    return list(_found(MARKS, manuscript, book, [spec], Problem, found))


def choices(manuscript: Manuscript, book: Book, edition: Edition) -> list[Chosen]:
    """Every place of an arranged book where a conversion had to choose, in reading order, title pages excepted."""
    lexicon = manuscript.lexicon
    found = partial(convert.choices, edition=edition, lexicon=lexicon)
    return list(_found(CHOICES, manuscript, book, [edition, lexicon], Chosen, found))


def _found(
    kind: str, manuscript: Manuscript, book: Book, settings: Any, of: type[T], find: Callable[[Book], Iterable[T]]
) -> Iterator[T]:
    """What is found in each chapter, in order."""
    for alone in _each(book):
        key = cache.key(kind, _key(alone), settings)
        kept = cache.recall(kind, key)
        if kept is not None:
            yield from (records.made(of, one) for one in kept)
            continue
        found = list(find(whole(alone, manuscript)))
        cache.keep(kind, key, [records.plain(one) for one in found])
        yield from found


# One edition ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compositor:
    """Sets the chapters of one edition."""

    manuscript: Manuscript
    edition: Edition
    own: fonts.Own
    draft: bool
    counted: bool = False
    """Whether pages say how long they are."""

    def set(self, book: Book) -> tuple[Book, tuple[Page, ...]]:
        """An arranged book (its outlines) in the words of the edition, and its pages.

        The chapters of the book that is given have no words any more: these are in the pages.

        Raises:
            ManuscriptError: characters that no font has.
        """
        facts = self.facts(book)
        settings = self.chapters(replace(book, parts=facts.parts))
        illegible = (*facts.problems, *(one for each in settings for one in each.problems))
        stop_on_errors(illegible)
        bare = tuple(replace(chapter, title=[], subtitle=[], blocks=[]) for chapter in book.chapters)
        problems = (*book.problems, *illegible)
        done = replace(book, meta=facts.meta, parts=facts.parts, chapters=bare, notes=(), problems=problems)
        return done, tuple(each.page for each in settings)

    def facts(self, book: Book) -> Facts:
        """The title page and the parts."""
        spec = self.manuscript.config
        places = {name: self.place_of(book, name) for name in (*glyphs.PRINTED, "chapters")}
        own = _given(self.manuscript, self.edition)
        key = cache.key(FACTS, book.meta, book.parts, places, own, spec.typeset, *self.inputs())
        made = cache.remembered(FACTS, key, lambda: records.plain(self.new_facts(book)))
        return records.made(Facts, made)

    def new_facts(self, book: Book) -> Facts:
        small = Book(book.meta, (), book.parts)
        done, problems = self.legible(set_type(self.manuscript, small, self.edition), book)
        return Facts(done.meta, done.parts, tuple(problems))

    def chapters(self, book: Book) -> list[Setting]:
        """Every chapter of a book whose parts are set; those that are not kept are set together."""
        alone = list(_each(book))
        openers = _openers(book)
        spec = self.manuscript.config.typeset
        keys = [cache.key(PAGES, _key(one), openers.get(one.chapters[0].id), spec, *self.inputs()) for one in alone]
        kept = [cache.recall(PAGES, key) for key in keys]
        new = iter(self.new([one for one, entry in zip(alone, kept, strict=True) if entry is None], book, openers))
        done = []
        for key, entry in zip(keys, kept, strict=True):
            done.append(next(new) if entry is None else records.made(Setting, entry))
            if entry is None:
                cache.keep(PAGES, key, records.plain(done[-1]))
        return done

    def new(self, books: list[Book], book: Book, openers: Mapping[str, Part]) -> Iterator[Setting]:
        """Books of one chapter each, set. While pandoc writes the first half, the second is typeset."""
        middle = len(books) // 2
        waiting = []
        with ThreadPoolExecutor(1) as pandoc:
            for half in filter(None, (books[:middle], books[middle:])):
                together = _together([whole(one, self.manuscript) for one in half], book.sources)
                done, problems = self.legible_chapters(set_type(self.manuscript, together, self.edition))
                waiting.append((pandoc.submit(page.build, replace(done, parts=book.parts), self.counted), problems))
        for wait, problems in waiting:
            for made in wait.result():
                view = made if made.id in openers else replace(made, part=None)
                yield Setting(view, tuple(problems[made.id]))

    def legible_chapters(self, book: Book) -> tuple[Book, Mapping[str, list[Problem]]]:
        """Each chapter with every character in some font; what is wrong, by chapter."""
        chapters: list[Chapter] = []
        notes: list[Note] = []
        problems: dict[str, list[Problem]] = {}
        for alone in _each(book):
            done, found = self.legible(alone, book)
            chapters += done.chapters
            notes += done.notes
            problems[done.chapters[0].id] = found
        return replace(book, chapters=tuple(chapters), notes=tuple(notes)), problems

    def legible(self, book: Book, of: Book) -> tuple[Book, list[Problem]]:
        """The book with every character in some font: others are errors, or are marked in a draft."""
        language = self.edition.language
        problems, characters = glyphs.missing(book, language, self.own, lambda name: self.place_of(of, name))
        if not self.draft:
            return book, problems
        return glyphs.marked(book, characters), [excused(problem) for problem in problems]

    def place_of(self, book: Book, name: str) -> Place:
        """Where a fact of the book stands."""
        spec = self.manuscript.config
        return spec.place_of(name) if spec.path else Place(next(iter(book.sources)))

    def inputs(self) -> tuple[Any, ...]:
        """What all that is set depends on, beside its words."""
        return self.edition, self.manuscript.lexicon, self.own, self.draft, self.counted


# Books of one chapter -------------------------------------------------------------------------------------------------


def _each(book: Book) -> Iterator[Book]:
    """Every chapter as a book of its own, without the facts of the book."""
    notes: dict[str, list[Note]] = defaultdict(list)
    for note in book.notes:
        notes[note.chapter].append(note)
    for chapter in book.chapters:
        source = book.sources.get(chapter.place.path)
        yield Book(
            meta=Meta("", language=book.meta.language),
            chapters=(chapter,),
            notes=tuple(notes[chapter.id]),
            sources={source.path: source} if source else {},
        )


def _key(book: Book) -> list[Any]:
    """What there is in the book of one chapter, for a key."""
    alone = map(cache.digest, (*book.chapters, *book.sources.values()))
    return [book.meta.language, cache.digest(*book.notes), *alone]  # thousands of notes have few words each


def whole(book: Book, manuscript: Manuscript) -> Book:
    """The book with all words that its outlines leave out."""
    blocks = manuscript.shelf.whole
    return replace(book, chapters=tuple(replace(one, blocks=blocks(one.blocks)) for one in book.chapters))


def _together(books: Sequence[Book], sources: Mapping[str, Source]) -> Book:
    """One book of the chapters of many."""
    return replace(
        books[0],
        chapters=tuple(chapter for one in books for chapter in one.chapters),
        notes=tuple(note for one in books for note in one.notes),
        sources=sources,
    )


def _openers(book: Book) -> dict[str, Part]:
    """The first chapter of each part, by its id."""
    parts = {part.id: part for part in book.parts}
    firsts: dict[str, Part] = {}
    for chapter in book.chapters:
        if chapter.part in parts:
            firsts[chapter.id] = parts.pop(chapter.part)
    return firsts
