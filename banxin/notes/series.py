"""The series of notes of a book: what book.yaml says of them, with the defaults filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from banxin.config import Config, NotePlace, NoteScope, SeriesSpec
from banxin.errors import ConfigError, Problem, stop_on_errors
from banxin.notes import marks

OWN = ""
"""The key of the author's own notes."""
CITATIONS = "@"
"""The key of the notes that citations become."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series."""

    key: str
    heading: str
    """Over a list of its notes; empty: `注释` in the edition's language."""
    place: NotePlace
    style: str
    numbering: NoteScope
    ending: str = ""
    """What stands at the end of each of its notes: `——译者注`."""


def all_series(config: Config, place: str, citations: str = "") -> dict[str, Series]:
    """Every series of a book by its key, the author's own first.

    Args:
        place: where the layout puts notes.
        citations: over a list of citations, if the book does not say.

    Raises:
        ConfigError: a mark that counts nothing; numbers by the page for notes that stand at no page's foot.
    """
    spec = config.notes
    own = SeriesSpec("", spec.place or NotePlace(place), spec.mark, spec.numbering)
    cited = config.citations
    beside = cited.place or (NotePlace.BOOK if own.place is NotePlace.BOOK else NotePlace.CHAPTER)
    name = cited.name or citations
    specs = {OWN: own, **spec.series, CITATIONS: SeriesSpec(name, beside, cited.mark, cited.numbering)}
    found = {key: _series(key, one, own) for key, one in specs.items()}
    stop_on_errors(list(_faults(found, config)), ConfigError)
    return found


def _series(key: str, spec: SeriesSpec, own: SeriesSpec) -> Series:
    """One series; what it does not say is as with the author's own notes."""
    place = spec.place or own.place or NotePlace.CHAPTER
    numbering = spec.numbering or own.numbering or NoteScope.CHAPTER
    if not spec.numbering and numbering is NoteScope.PAGE and place is not NotePlace.FOOT:
        numbering = NoteScope.CHAPTER
    heading = spec.name or (key if key != OWN else "")
    return Series(key, heading, place, spec.mark or own.mark, numbering, spec.ending)


ABOVE: Mapping[str, tuple[str, ...]] = {OWN: ("notes",), CITATIONS: ("citations",)}
"""Where book.yaml says what a series is like."""


def _faults(series: Mapping[str, Series], config: Config) -> Iterator[Problem]:
    for key, one in series.items():
        above: tuple[str, ...] = ABOVE.get(key, ("notes", "series", key))
        if not marks.sign_of(one.style):
            hint = f"写出第一个号的样子，其中有且只有一个 {'、'.join(marks.COUNTING)}，如 ①、[1]、〔一〕。"
            yield Problem(config.place_of(*above, "mark"), f"注号的样子看不懂：{one.style}", hint)
        if one.numbering is NoteScope.PAGE and one.place is not NotePlace.FOOT:
            hint = "注放在页脚（place: foot），或改为 numbering: chapter。"
            yield Problem(config.place_of(*above, "numbering"), "只有页脚的注能每页重新编号", hint)
