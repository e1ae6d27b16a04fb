"""Slips (校样条): the pages that changed, shown before the book that they belong to is bound.

To bind a long book takes longer than to lay out the chapter that changed. Signatures that are other ones are bound
alone, of the same objects and fonts as in the book, so what is seen is what will stand in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from banxin.book import Artifact
from banxin.preview.proof import Proof
from banxin.sheets import tasks
from banxin.sheets.data import Bound, Printed

MOST = 80
"""Pages: a book of which more changed is bound at once."""


class _Known(NamedTuple):
    """A signature, as far as it has to be told from another."""

    key: str
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
        """The name of a PDF and its pages with those that changed; None where the whole is to be waited for.

        The number of pages must be the same: else folios and running heads change up to the end of the book.
        """
        before, now = self._bound.get(edition, []), list(map(_known, printed.parts))
        self._bound[edition] = now
        self._told.add(edition)
        name = self._names.get(edition, "")
        changed = [i for i, (one, other) in enumerate(zip(before, now, strict=False)) if one.key != other.key]
        if name not in proofs or [each.pages for each in before] != [each.pages for each in now]:
            return None
        if not 0 < sum(now[i].pages for i in changed) <= MOST:
            return None
        starts = [sum(each.pages for each in now[:i]) for i in range(len(now))]
        pages = [starts[i] + page for i in changed for page in range(now[i].pages)]
        data = tasks.bind([printed.parts[i] for i in changed], printed.fonts, replace(printed.binding, labels={}))
        return name, proofs[name].slipped(data, pages)


def _known(part: Bound) -> _Known:
    drawn = (part.sheets.ink if part.sheets else b"", part.frames.ink, repr(part.frames.areas).encode())
    return _Known(hashlib.sha256(b"\0".join(drawn)).hexdigest(), len(part.frames.areas) - len(part.left_out))
