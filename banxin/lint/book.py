"""What is known of a book before its words are looked at: its settings, its habits, its terms; and its chapters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from banxin import load, parse, tree
from banxin.book import Source
from banxin.config import Config
from banxin.conversion import script
from banxin.decoding import decode
from banxin.errors import ConfigError, Place, Problem, stop_on_errors
from banxin.languages import canonical
from banxin.lint import terms as term_lists
from banxin.lint.chapter import Sheet
from banxin.lint.rules import quotes, spacing, titles, words
from banxin.lint.rules.fault import Context, Habits
from banxin.lint.table import check_codes
from banxin.lint.terms import Terms


@dataclass(slots=True)
class Looked:
    """A book as lint has it."""

    root: Path
    config: Config
    sources: dict[str, Source]
    """Of every file of the book, also where only some of them are looked through."""
    problems: list[Problem] = field(default_factory=list)
    """What reading it said."""
    sheets: list[Sheet] = field(default_factory=list)
    languages: dict[str, str] = field(default_factory=dict)
    """What the chapters that are looked through say their language is, by path; not there: the book's."""

    def contexts(self) -> dict[str, Context]:
        """What the rules are told, by the path of each sheet."""
        sources = [source.text for source in self.sources.values()]
        letters, figures = spacing.habits(sources)
        habits = Habits(letters, figures, quotes.habit(sources), words.spellings(sources))
        terms = self.terms()
        known = titles.known(sources)
        book = canonical(self.config.language)
        found = {}
        for sheet in self.sheets:
            language = canonical(self.languages.get(sheet.path, "") or book)
            if script.contradicts(tree.plain(sheet.blocks), language):
                language = ""  # a stage of the build says so of the whole chapter
            found[sheet.path] = Context(language, self.config.lint, habits, terms, known)
        return found

    def terms(self) -> Terms:
        """The book's own terms.

        Raises:
            ConfigError: `terms.tsv` is wrong.
        """
        text = decode(self.root, term_lists.FILE) if (self.root / term_lists.FILE).is_file() else ""
        if isinstance(text, Problem):
            raise ConfigError([text])
        terms, problems = term_lists.read(text)
        stop_on_errors(problems, ConfigError)
        return terms


def look(book: Path, options: load.Options, only: Sequence[str] = ()) -> Looked:
    """Read a book, or some of its files.

    Args:
        only: names of files; empty: all of them.

    Raises:
        ConfigError: book.yaml is wrong.
        ManuscriptError: there is no book there.
        ToolError: pandoc fails.
    """
    root, spec, _, entries, problems = load.find(book)
    read, unreadable = load.read_all(root, entries)
    sources = {source.path: source for source in read}
    chosen = [source for source in read if not only or source.path in only]
    spec = load.with_bibliography(spec, read)
    stop_on_errors(_unknown_codes(spec, read), ConfigError)
    shelf = parse.Shelf()
    parsed = load.parse_all(root, chosen, spec, options, shelf, lambda _: None)
    named = [one for one in unreadable if not only or one.place.path in only]
    found = Looked(root, spec, sources, [*problems, *named])
    for one in parsed:
        found.problems += one.problems
        if one.front.language:
            found.languages[one.source.path] = one.front.language
    if not spec.path and parsed and parsed[0].front.language:  # a book without book.yaml is what its first file says
        found.languages = {source.path: parsed[0].front.language for source in chosen} | found.languages
    found.sheets = list(sheets(shelf))
    return found


def _unknown_codes(spec: Config, read: Sequence[Source]) -> Iterable[Problem]:
    """Codes that there are not, in book.yaml, or in the front matter of a book that has none."""
    problems = check_codes(spec)
    if spec.path or not read:
        return problems
    line = next((number for number, row in enumerate(read[0].text.split("\n"), 1) if row.startswith("lint:")), 0)
    return [replace(problem, place=Place(read[0].path, line)) for problem in problems]


def sheets(shelf: parse.Shelf) -> Iterable[Sheet]:
    """Every chapter that was parsed."""
    return (Sheet(text.source.path, text.body, blocks) for text, blocks in shelf.chapters())


def book_of(file: Path) -> Path | None:
    """The folder of the book that lists a file; None where it is a book by itself."""
    for folder in file.resolve().parents:
        if (folder / load.BOOK_FILE).is_file():
            root, names = load.files(folder)
            listed = {(root / name).resolve() for name in names}
            return folder if file.resolve() in listed else None
    return None
