"""Slips (校样条): the pages that changed, shown before the book that they belong to is bound.

To bind a long book takes longer than to lay out the chapter that changed. Signatures that are other ones are bound
alone, of the same objects and fonts as in the book, so what is seen is what will stand in it. Where the number of pages
changed, those behind keep their old folios until the book is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, NamedTuple

from banxin.book import Artifact
from banxin.preview.proof import Proof
from banxin.sheets import tasks
from banxin.sheets.data import Bound, Printed

MOST = 80
"""Pages: a book of which more changed is bound at once."""


class _Known(NamedTuple):
    """A signature, as far as it has to be told from another."""

    key: str
    """Of its pages with their frames."""
    text: str
    """Of its pages without them; empty for blank pages."""
    pages: int


class Slips:
    """Remembers what the books that are shown were bound of."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        """The file of each edition."""
        self._bound: dict[str, list[_Known]] = {}
        """What its pages that are shown were bound of."""
        self._told: set[str] = set()
        """The editions of which it is known what the book that is being made is bound of: not of one that was kept."""

    def whole(self, edition: str, made: Artifact, shown: Proof | None) -> Proof:
        """The pages of a PDF that is done; those that are shown, if it is the same."""
        self._names[edition] = made.path
        if edition not in self._told:
            self._bound.pop(edition, None)
        self._told.discard(edition)
        return shown if shown and shown.data == made.data else Proof(made.data)

    def changed(self, edition: str, printed: Printed, proofs: Mapping[str, Proof]) -> tuple[str, Proof] | None:
        """The name of a PDF and its pages with those that changed; None where the whole is to be waited for."""
        before, now = self._bound.get(edition, []), list(map(_known, printed.parts))
        self._bound[edition] = now
        self._told.add(edition)
        name = self._names.get(edition, "")
        homes = _homes(before, now)
        changed = [i for i, home in enumerate(homes) if home is None]
        if name not in proofs or not before or not 0 < sum(now[i].pages for i in changed) <= MOST:
            return None
        labels = dict(_labels(printed, now, changed))
        data = tasks.bind([printed.parts[i] for i in changed], printed.fonts, replace(printed.binding, labels=labels))
        return name, proofs[name].slipped(data, list(_order(homes, now)))


def _homes(before: Sequence[_Known], now: Sequence[_Known]) -> list[int | None]:
    """Where the pages of each signature begin among those that are shown; None for one that changed."""
    starts = list(accumulate((each.pages for each in before), initial=0))
    same = {each.key: start for each, start in zip(before, starts, strict=False)}
    moved = {(each.text, each.pages): start for each, start in zip(before, starts, strict=False) if each.text}
    return [same.get(each.key, moved.get((each.text, each.pages))) for each in now]


def _order(homes: Sequence[int | None], now: Sequence[_Known]) -> Iterator[tuple[bool, int]]:
    """Every page of the book: whether it is on the slip, and which it is there or among those that are shown."""
    slipped = 0
    for home, each in zip(homes, now, strict=True):
        for page in range(each.pages):
            yield (True, slipped + page) if home is None else (False, home + page)
        slipped += each.pages if home is None else 0


def _labels(printed: Printed, now: Sequence[_Known], changed: Sequence[int]) -> Iterator[tuple[int, Any]]:
    """The labels of the pages of a slip (ISO 32000-1, 12.4.2), as they are in the book."""
    labels = printed.binding.labels
    starts = list(accumulate((each.pages for each in now), initial=0))
    for i, page in enumerate(page for part in changed for page in range(starts[part], starts[part + 1])):
        if (start := max((at for at in labels if at <= page), default=None)) is not None:
            yield i, {**labels[start], "St": labels[start].get("St", 1) + page - start}


def _known(part: Bound) -> _Known:
    drawn = (part.sheets.ink if part.sheets else b"", part.frames.ink, repr(part.frames.areas).encode())
    text = hashlib.sha256(drawn[0]).hexdigest() if part.sheets else ""
    return _Known(hashlib.sha256(b"\0".join(drawn)).hexdigest(), text, len(part.frames.areas) - len(part.left_out))
