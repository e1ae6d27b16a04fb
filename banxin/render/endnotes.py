"""The notes of a page of an EPUB or a web edition: there may be a hundred on each, and nearly all are alike.

A note of words alone needs no tree of its own: one is written by the way of all notes, with stand-ins for what differs
from note to note, and the others are made like it. So, too, is what a template puts around each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from banxin.filters import by_series
from banxin.render.page import NoteView
from banxin.typeset.chars import IS_HAN, OPENING

WORDS = "[^<>&\\r\u00a0]+"
"""What XML and HTML write as it was read."""
PLAIN = re.compile(f"<p>({WORDS})</p>")
NUMBER = re.compile(WORDS)
CALL = re.compile("[A-Za-z0-9_-]+")
"""An id that is the same in an address."""

Write = Callable[[Sequence[NoteView]], Iterable[str]]
"""The way of all notes, by their trees."""
_HOLES = {name: f"banxin-note-{name}" for name in ("id", "number", "words", "html")}
"""What stands for each of these in a pattern."""


def plain(notes: Iterable[NoteView]) -> dict[str, str]:
    """The words of those that are words alone, by their ids."""
    found = ((note, PLAIN.fullmatch(note.html)) for note in notes)
    return {note.id: words[1] for note, words in found if words and _is_common(note, words[1])}


def _is_common(note: NoteView, words: str) -> bool:
    """Whether a note has one mark in the text, and no gap opens between its number and its words, or in its number."""
    if len(note.calls) != 1 or not CALL.fullmatch(note.calls[0]) or not IS_HAN.match(words, words[0] in OPENING):
        return False
    return not note.mark or NUMBER.fullmatch(note.mark) is not None and not IS_HAN.search(note.mark)


def written(
    notes: Sequence[NoteView], words: Mapping[str, str], write: Write, dress: Callable[[str], str] = str
) -> tuple[str, ...]:
    """The HTML of each note, as `write` would give it.

    Args:
        notes: of one page.
        words: what `plain` says of them.
        write: makes notes by their trees.
        dress: what it does to words alone.
    """
    first = next((note for note in notes if note.id in words), None)
    if first is None:
        return tuple(write(notes))
    sample = replace(first, html=f"<p>{_HOLES['words']}</p>", mark=_HOLES["number"])
    text, *others = write([sample, *(note for note in notes if note.id not in words)])
    href = 'href="#{}"'.format
    pattern = _pattern(str(text).replace(href(first.calls[0]), href(_HOLES["id"])))
    rest = iter(others)
    return tuple(
        pattern % {"id": note.calls[0], "number": note.shown, "words": dress(words[note.id])}
        if note.id in words
        else next(rest)
        for note in notes
    )


def series(
    notes: Sequence[NoteView], html: Sequence[str], around: Callable[[Mapping[str, Any]], str]
) -> tuple[tuple[str, Markup], ...]:
    """What stands over the notes of each series, and these notes one after another.

    Args:
        notes: of one page.
        html: what `written` gave for them.
        around: fills the template of a note; it is asked for one, whose `id`, `number` and `html` are only put in.
    """
    if not notes:
        return ()
    pattern = _pattern(around({name: Markup(hole) for name, hole in _HOLES.items()}).rstrip("\n"))
    made = {
        note.id: pattern % {"id": escape(note.id), "number": note.number, "html": inside}
        for note, inside in zip(notes, html, strict=True)
    }
    listed = by_series(notes)
    return tuple((heading, Markup("\n".join([made[note.id] for note in group]))) for heading, group in listed)


def _pattern(text: str) -> str:
    """A text with stand-ins, for `%`."""
    text = text.replace("%", "%%")
    for name, hole in _HOLES.items():
        text = text.replace(hole, f"%({name})s")
    return text
