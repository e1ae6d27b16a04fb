"""Looking books and files through, and mending them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from banxin import load, parse
from banxin.book import Nodes, Source
from banxin.errors import Level, Problem
from banxin.formatting import in_file, replace_file
from banxin.lint import mend, suppress
from banxin.lint.book import Looked, book_of, look
from banxin.lint.chapter import Finding, Sheet
from banxin.lint.rules.fault import Context
from banxin.lint.table import OF_BOOKS

SAID_BY_RULES = frozenset({"T002", "T033"})
"""Stages of a build tell these, too; the rules find them with the column."""
ROUNDS = 5
"""How often a file is mended: what two rules would change in one place, they change one after the other."""


@dataclass(slots=True)
class Report:
    """What was found in one book, and what was mended."""

    root: Path
    findings: list[Finding] = field(default_factory=list)
    mended: int = 0
    written: list[Path] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How many of the findings are errors."""
        return sum(one.problem.level is Level.ERROR for one in self.findings)


def lint(paths: Sequence[Path], fix: bool = False, draft: bool = False, jobs: int = 2) -> list[Report]:
    """Look books through, or single files of them, and mend what can be mended.

    Args:
        paths: books; or files, each of which is looked through as a part of the book that lists it.
        fix: whether to write what is mended into the files.

    Raises:
        ConfigError: book.yaml or terms.tsv is wrong.
        ManuscriptError: there is no book there.
        ToolError: pandoc fails, or a file cannot be written.
    """
    options = load.Options(draft=draft, jobs=jobs, outlines=True)
    return [lint_book(book, names, fix, options) for book, names in _grouped(paths)]


def _grouped(paths: Iterable[Path]) -> Iterable[tuple[Path, list[str]]]:
    """Books, each with the names of the files that were asked for; none: the whole book."""
    groups: dict[Path, list[str]] = {}
    for path in paths:
        folder = book_of(path) if path.is_file() else None
        if folder:
            groups.setdefault(folder, []).append(path.resolve().relative_to(folder.resolve()).as_posix())
        else:
            groups.setdefault(path, [])
    return groups.items()


def lint_book(book: Path, only: Sequence[str], fix: bool, options: load.Options) -> Report:
    """Look through one book, or some of its files: then nothing is said that only a whole book can tell.

    Raises:
        ConfigError, ManuscriptError, ToolError: as `lint` does.
    """
    looked = look(book, options, only)
    report = Report(looked.root)
    if fix:
        _fix(looked, report)
        if report.written:
            looked = look(book, options, only)
    told = looked.problems if only else _stages(book, options)
    problems = [problem for problem in told if problem.code not in SAID_BY_RULES]
    contexts = looked.contexts()
    silences = {path: suppress.read(source.text, path) for path, source in looked.sources.items()}
    spec = looked.config.lint
    findings = [one for sheet in looked.sheets for one in sheet.findings(contexts[sheet.path])]
    findings += [Finding(problem) for problem in dict.fromkeys(problems)]
    unasked = {*OF_BOOKS, ""} if only else {"T092"}
    seen = [path for path in silences if not only or path in only]
    for one in findings:
        report.findings += [replace(one, problem=left) for left in suppress.silenced([one.problem], silences, spec)]
    said = [problem for path in seen for problem in (*silences[path].problems, *silences[path].unused(unasked))]
    report.findings += [Finding(problem) for problem in said if "T036" not in spec.off]
    order = {path: number for number, path in enumerate(looked.sources)}
    report.findings.sort(key=lambda one: (order.get(one.problem.place.path, -1), *_at(one.problem)))
    return report


def _at(problem: Problem) -> tuple[int, int, str]:
    return problem.place.line, problem.place.column, problem.code


def _stages(book: Path, options: load.Options) -> Sequence[Problem]:
    """What the stages of a build say of a whole book."""
    from banxin.lint.stages import problems  # fonts and layouts, which take a tenth of a second to load

    return problems(book, options)


# Mending --------------------------------------------------------------------------------------------------------------


def _fix(looked: Looked, report: Report) -> None:
    contexts = looked.contexts()
    for sheet in looked.sheets:
        source = looked.sources[sheet.path]
        cites = bool(looked.config.bibliography)

        def again(body: str, path: str = sheet.path, cites: bool = cites) -> Nodes:
            return parsed(path, body, cites)

        body, count = _mended(sheet, contexts[sheet.path], again)
        if count:
            file = looked.root / sheet.path
            head = load.front_matter(source.text)
            replace_file(file.resolve(), in_file(file.read_bytes(), head + body[head.count("\n") :]))
            report.mended += count
            report.written.append(file)


def _mended(sheet: Sheet, context: Context, parsed: mend.Parse) -> tuple[str, int]:
    """The text of a sheet with all that can be mended, in as many rounds as it takes."""
    total = 0
    for _ in range(ROUNDS):
        silence = suppress.read(sheet.text.source, sheet.path)
        findings = [one for one in sheet.findings(context) if not silence.covers(one.problem)]
        body, count = mend.mended(sheet, findings, parsed)
        if not count:
            break
        total += count
        sheet = Sheet(sheet.path, body, parsed(body))
    return sheet.text.source, total


def parsed(path: str, body: str, cites: bool) -> Nodes:
    """The blocks of a chapter, as `look` has them."""
    shelf = parse.Shelf()
    (tree_of,) = parse.parse([parse.Text(Source(path, body), body, cites)], 1, shelf)
    return shelf.whole(tree_of.blocks)
