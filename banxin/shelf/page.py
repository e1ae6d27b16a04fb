"""What came of a shelf, for an editor (a page), for a terminal (a text) and for programs (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from banxin.book import Artifact
from banxin.errors import WORDS, Level, Problem
from banxin.layout import standing_alone
from banxin.render import RENDERERS
from banxin.shelf import books
from banxin.shelf.task import Outcome, Task

if TYPE_CHECKING:
    from banxin.shelf.run import Cell, Row

STATES = {"made": "做好了", "kept": "没有变", "failed": "没有做成", "open": "没有做"}
KINDS = {"pdf": "PDF", "epub": "EPUB", "html": "网页"}
"""What a format is called at the head of a column."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem of a book, and where it shows."""

    problem: Problem
    """Its path is as seen from the shelf."""
    where: tuple[str, ...]
    """The editions and formats; empty: all of them."""

    @property
    def grave(self) -> bool:
        """Whether it is an error."""
        return self.problem.level is Level.ERROR


def artifacts(rows: Sequence[Row], out: Path) -> list[Artifact]:
    """The summary three times."""
    facts = summary(rows, out)
    return [
        Artifact(books.PAGE, _html(rows, facts).encode()),
        Artifact(books.JSON, (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()),
        Artifact(books.TEXT, text(rows).encode()),
    ]


def summary(rows: Sequence[Row], out: Path) -> dict[str, Any]:
    """All that is known, as JSON can say it. Paths are relative to the output folder, with `/`."""
    listed = [_book(row, out) for row in rows]
    tasks = [one for book in listed for one in book["tasks"]]
    states = {state: sum(one["state"] == state for one in tasks) for state in STATES}
    return {
        "books": listed,
        "columns": [list(column) for column in columns(rows)],
        "totals": {
            "books": len(rows),
            "failed-books": sum(book["state"] != "built" for book in listed),
            **states,
            "errors": sum(book["errors"] for book in listed),
            "warnings": sum(book["warnings"] for book in listed),
            "notes": sum(book["notes"] for book in listed),
            "pages": sum(one["pages"] for one in tasks),
            "seconds": round(sum(one["seconds"] for one in tasks), 1),
        },
    }


def columns(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Every edition and format that some book has, editions in the order in which they first come."""
    editions = dict.fromkeys(edition for row in rows for edition in _editions(row))
    wanted = [format for format in RENDERERS if any(format in row.reading.task.formats for row in rows if row.reading)]
    return [(edition, format) for edition in editions for format in wanted]


def _editions(row: Row) -> tuple[str, ...]:
    facts = row.reading.outcome.facts if row.reading else None
    return facts.editions if facts else ()


def _book(row: Row, out: Path) -> dict[str, Any]:
    reading = row.reading
    facts = reading.outcome.facts if reading else None
    told = list(faults(row))
    formats = reading.task.formats if reading else ()
    tasks = [_task(row, edition, format, out) for edition in _editions(row) for format in formats]
    done = facts is not None and all(one["state"] in ("made", "kept") for one in tasks)
    return {
        "name": row.name,
        "path": str(row.path),
        "title": facts.title if facts else "",
        "state": "built" if done else "failed" if _failed(row) else "open",
        "errors": sum(fault.grave for fault in told),
        "warnings": sum(fault.problem.level is Level.WARNING for fault in told),
        "notes": sum(fault.problem.level is Level.NOTE for fault in told),
        "log": _relative(reading.task, out) if reading else "",
        "problems": [_fault(fault) for fault in told],
        "tasks": tasks,
    }


def _failed(row: Row) -> bool:
    return any(outcome.code for outcome in row.outcomes())


def _fault(fault: Fault) -> dict[str, Any]:
    problem = fault.problem
    return {
        "level": str(problem.level),
        "path": problem.place.path,
        "line": problem.place.line,
        "message": problem.message,
        "hint": problem.hint,
        "where": list(fault.where),
    }


def _task(row: Row, edition: str, format: str, out: Path) -> dict[str, Any]:
    cell = row.cells.get((edition, format))
    outcome = cell.outcome if cell else None
    common = row.reading.outcome.problems if row.reading else ()
    own = [problem for problem in outcome.problems if problem not in common] if outcome else []
    return {
        "edition": edition,
        "format": format,
        "state": _state(cell),
        "files": [f"{row.name}/{file}" for file in _opened(outcome)] if outcome else [],
        "pages": outcome.pages if outcome else 0,
        "seconds": outcome.seconds if outcome else 0.0,
        "errors": sum(problem.level is Level.ERROR for problem in own),
        "warnings": sum(problem.level is Level.WARNING for problem in own),
        "log": _relative(cell.task, out) if cell else "",
    }


def _opened(outcome: Outcome) -> Iterator[str]:
    """The files that a reader opens; of a site, its first page."""
    files = {output.path for output in outcome.outputs}
    yield from (top if top in files else f"{top}/index.html" for top in outcome.tops)


def _state(cell: Cell | None) -> str:
    if cell is None:
        return "open"
    if cell.outcome.code:
        return "failed"
    return "kept" if cell.kept else "made"


def _relative(task: Task, out: Path) -> str:
    return task.log.relative_to(out.resolve()).as_posix()


def faults(row: Row) -> Iterator[Fault]:
    """The problems of a book, each once, errors first; with each, the editions and formats that it is not common to."""
    where: dict[Problem, list[str]] = {}
    common = row.reading.outcome.problems if row.reading else ()
    for problem in common:
        where[problem] = []
    for (edition, format), cell in row.cells.items():
        for problem in cell.outcome.problems:
            if problem not in common:
                where.setdefault(problem, []).append(f"{edition} {KINDS[format]}")
    for problem in sorted(where, key=lambda problem: list(Level).index(problem.level)):
        labels = where[problem]
        yield Fault(_seen_from_the_shelf(problem, row.path), () if len(labels) == len(row.cells) else tuple(labels))


def _seen_from_the_shelf(problem: Problem, book: Path) -> Problem:
    """With the path that an editor can open from where the shelf was built."""
    root = book if book.is_dir() else book.parent
    place = problem.place
    known = (root / place.path).exists() if place.path else False
    return replace(problem, place=replace(place, path=str(root / place.path))) if known else problem


# ---- for a terminal


def text(rows: Sequence[Row]) -> str:
    """A line a book, and what is wrong with it."""
    lines = []
    for row in rows:
        told = list(faults(row))
        facts = row.reading.outcome.facts if row.reading else None
        title = f"《{facts.title}》" if facts else ""
        counts = [STATES[state] + f" {count}" for state, count in _counts(row).items() if count]
        lines.append(f"{row.name}{title}：{'，'.join(counts) or '没有读出来'}")
        lines += [f"  {line}" for fault in told for line in _line(fault).splitlines()]
    return "\n".join([*lines, ""])


def _line(fault: Fault) -> str:
    where = f"（{'、'.join(fault.where)}）" if fault.where else ""
    first, *rest = str(fault.problem).splitlines()
    return "\n".join([first + where, *rest])


def _counts(row: Row) -> dict[str, int]:
    formats = row.reading.task.formats if row.reading else ()
    states = [_state(row.cells.get((edition, format))) for edition in _editions(row) for format in formats]
    return {state: states.count(state) for state in STATES}


# ---- for an editor


def _html(rows: Sequence[Row], facts: dict[str, Any]) -> str:
    """One page, which asks no other host for anything and has no script."""
    environment = standing_alone("shelf")
    environment.filters["address"] = quote
    heads: dict[str, list[str]] = {}
    for edition, format in columns(rows):
        heads.setdefault(edition, []).append(format)
    grid = [
        [(edition, format, _cell(book, edition, format)) for edition, format in columns(rows)]
        for book in facts["books"]
    ]
    return environment.get_template("shelf.html.j2").render(
        **facts,
        heads=heads,
        grid=grid,
        kinds=KINDS,
        states=STATES,
        words=WORDS,
        style=environment.get_template("shelf.css.j2").render(),
    )


def _cell(book: dict[str, Any], edition: str, format: str) -> dict[str, Any] | None:
    return next((one for one in book["tasks"] if (one["edition"], one["format"]) == (edition, format)), None)
