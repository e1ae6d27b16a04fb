"""What shops would say of a finished EPUB, as problems for its author."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from banxin import validate
from banxin.book import Artifact
from banxin.errors import Level, Place, Problem
from banxin.shops import Shop
from banxin.shops.parcel import Parcel
from banxin.shops.rules import NAMES, RULES, VALIDATED, Found, Rule, Weight

SOME = 3
"""So many files are named; the others are counted."""


def problems(
    artifacts: Iterable[Artifact], shops: Collection[Shop], refused: Level = Level.ERROR, validated: bool = True
) -> Iterator[Problem]:
    """What the shops would refuse of each EPUB, and what they would leave out.

    Args:
        artifacts: of which those that are no EPUBs do not matter.
        shops: whose rules are asked.
        refused: how grave it is that a shop would refuse the book; what it leaves out is a note.
        validated: whether epubcheck is asked, for the shops that refuse what it finds fault with; that takes seconds.
    """
    for artifact in artifacts if shops else ():
        if artifact.path.endswith(validate.SUFFIX):
            yield from _of_one(artifact, shops, refused)
            if validated:
                yield from _of_validator(artifact, shops, refused)


def _of_one(artifact: Artifact, shops: Collection[Shop], refused: Level) -> Iterator[Problem]:
    parcel = Parcel.of(artifact)
    for rule in RULES:
        if rule.shop in shops:
            found = list(rule.look(parcel))
            if found:
                yield _problem(artifact.path, rule, found, refused)


def _problem(path: str, rule: Rule, found: list[Found], refused: Level) -> Problem:
    """One problem a rule, however many files break it: an author mends them in one go."""
    files = list(dict.fromkeys(one.path for one in found if one.path))
    named = "、".join(files[:SOME]) + (f"等 {len(files)} 个文件" if len(files) > SOME else "")
    name, words = NAMES[rule.shop], f"{found[0].words}{f'（{named}）' if named else ''} [{rule.code}]"
    if rule.weight is Weight.REFUSED:
        return Problem(Place(path), f"{_apart(name).lstrip()}会拒收：{words}", rule.hint, refused)
    return Problem(Place(path), f"在{_apart(name)}上：{words}", rule.hint, Level.NOTE)


def _apart(name: str) -> str:
    """A name with the spaces that Latin has beside Han."""
    return f"{' ' if name[0].isascii() else ''}{name}{' ' if name[-1].isascii() else ''}"


def _of_validator(artifact: Artifact, shops: Collection[Shop], refused: Level) -> Iterator[Problem]:
    """One problem for all shops that want a faultless EPUB: what epubcheck says is the same for each."""
    strict = [shop for shop in VALIDATED if shop in shops]
    if not strict:
        return
    names = "、".join(NAMES[shop] for shop in strict)
    for problem in validate.epubs([artifact]):
        if problem.level is Level.ERROR:
            yield Problem(problem.place, f"{names}会拒收：{problem.message} [epubcheck]", problem.hint, refused)
        else:
            yield problem
