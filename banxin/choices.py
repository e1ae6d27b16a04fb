"""The editor's side of a conversion: what it chose, what of it is new, and the editor's answers.

check -e zh-Hant-TW            the report, HTML and TSV
check -e zh-Hant-TW --accept   everything in it is right: conversions.lock
check --decide REPORT.tsv      what the column 决定 says: into lexicon.tsv and names.txt, or accepted
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from banxin import setting, write
from banxin.book import Book, Edition
from banxin.conversion import lexicon, lock
from banxin.conversion.lock import Accepted
from banxin.conversion.report import COLUMNS, Pending
from banxin.decoding import decode
from banxin.errors import Level, ManuscriptError, Place, Problem, stop_on_errors
from banxin.load import Manuscript

RIGHT = frozenset({"对", "對", "ok", "OK", "="})
"""What an editor writes who agrees."""
SUFFIX = "-conversion.tsv"


def pending(manuscript: Manuscript, book: Book, editions: Iterable[Edition]) -> list[Pending]:
    """The choices of each edition that is converted.

    Raises:
        ManuscriptError: conversions.lock is broken.
    """
    done = _accepted(manuscript.root)
    found = []
    for edition in editions:
        if edition.conversion:
            choices = tuple(setting.choices(manuscript, book, edition))
            new = tuple(one for one in choices if lock.accepted(edition.name, one) not in done)
            found.append(Pending(edition, choices, new))
    return found


def problems(all_pending: Sequence[Pending]) -> Iterator[Problem]:
    """One warning for each edition with choices that nobody has looked at."""
    for one in all_pending:
        if one.new:
            name = one.edition.name
            first = one.new[0].place
            hint = f"看一遍：python build.py check -e {name}；都对，再加 --accept。"
            yield Problem(
                first, f"{name} 有 {len(one.new)} 处换字还没有人看过，这里是头一处", hint, Level.WARNING, code="T092"
            )


def accept(manuscript: Manuscript, all_pending: Sequence[Pending]) -> Path:
    """Note every choice as accepted; those of places that are gone, in these editions, are forgotten."""
    names = {one.edition.name for one in all_pending}
    kept = {one for one in _accepted(manuscript.root) if one.edition not in names}
    kept |= {lock.accepted(one.edition.name, chosen) for one in all_pending for chosen in one.choices}
    return _write(manuscript.root / lock.FILE, lock.text_of(kept))


def _accepted(root: Path) -> frozenset[Accepted]:
    found, faults = lock.read(_read(root, lock.FILE))
    stop_on_errors(faults)
    return found


def _read(root: Path, name: str) -> str:
    text = decode(root, name) if (root / name).is_file() else ""
    if isinstance(text, Problem):
        raise ManuscriptError([text])
    return text


def _write(path: Path, text: str) -> Path:
    write.write_text(path, text)
    return path


# Decisions ------------------------------------------------------------------------------------------------------------


class Decision(NamedTuple):
    """A row of a report that an editor filled in."""

    answer: str
    source: str
    chosen: str
    before: str
    after: str
    place: Place


def decide(manuscript: Manuscript, report: Path, edition: Edition) -> list[Path]:
    """Carry out what an editor wrote in a report's column 决定; gives the files that changed.

    Raises:
        ManuscriptError: a row cannot be carried out; then nothing is.
    """
    rows = list(_rows(report))
    stop_on_errors(_faults(rows))
    root = manuscript.root
    words = {(row.source, row.answer) for row in rows if row.answer not in RIGHT}
    changed = []
    known = {(entry.source, entry.region) for entry in manuscript.lexicon.entries}
    new = sorted(word for word in words if (word[0], edition.name) not in known)
    for name, lines in (
        (lexicon.NAMES_FILE, [f"{source}\t{target}" for source, target in new if source == target]),
        (lexicon.FILE, [f"{source}\t{target}\t{edition.name}" for source, target in new if source != target]),
    ):
        if lines:
            before = _read(root, name)
            joint = "" if not before or before.endswith("\n") else "\n"
            changed.append(_write(root / name, before + joint + "\n".join(lines) + "\n"))
    right = {
        Accepted(edition.name, row.source, row.chosen, row.before[-lock.AROUND :], row.after[: lock.AROUND])
        for row in rows
        if row.answer in RIGHT
    }
    if right:
        changed.append(_write(root / lock.FILE, lock.text_of(_accepted(root) | right)))
    return changed


def _rows(report: Path) -> Iterator[Decision]:
    """The rows that have an answer."""
    lines = _read(report.parent, report.name).split("\n")
    if tuple(lines[0].split("\t")) != COLUMNS:
        hint = f"要用 check -e 版本 写出的 …{SUFFIX}，第一行不要动。"
        raise ManuscriptError([Problem(Place(str(report), 1), "不是换字报告", hint)])
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        cells = line.split("\t")
        place = Place(str(report), number)
        if len(cells) != len(COLUMNS):
            message = f"有 {len(cells)} 栏，应当是 {len(COLUMNS)} 栏"
            raise ManuscriptError([Problem(place, message, "在“决定”一栏里写字，别的栏不要增减。")])
        answer, source, chosen, *_, before, after = cells
        if answer.strip():
            yield Decision(answer.strip(), source.strip(), chosen, before, after, place)


def _faults(rows: Iterable[Decision]) -> Iterator[Problem]:
    answers: dict[str, Decision] = {}
    for row in rows:
        if row.answer in RIGHT:
            continue
        if len(row.source) == 1:
            hint = "把“原词”补成一个词（干 -> 头发干了），“决定”也写整个词；不然处处都换。"
            yield Problem(row.place, f"原词只有一个字：{row.source}", hint)
        first = answers.setdefault(row.source, row)
        if first.answer != row.answer:
            hint = f"{first.place} 写的是 {first.answer}；两处确实不同，就把“原词”补长。"
            yield Problem(row.place, f"{row.source} 有两个决定", hint)
