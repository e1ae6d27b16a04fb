"""How findings are told: to people, to programs, to code scanners (SARIF 2.1.0), to the pages of GitHub."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from banxin.errors import Level, Problem
from banxin.lint.chapter import Finding
from banxin.lint.run import Report
from banxin.lint.table import BY_CODE, KINDS, OTHER

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}
"""As SARIF names them."""


def text(reports: Sequence[Report]) -> str:
    """As every command tells problems: paths as in the book's folder."""
    return "\n".join(str(one.problem) for report in reports for one in report.findings)


def as_json(reports: Sequence[Report]) -> str:
    """One object a finding, in a list; paths from where the command runs."""
    found = [_plain(one, path) for one, path in _placed(reports)]
    return json.dumps(found, ensure_ascii=False, indent=2)


def _plain(one: Finding, path: str) -> dict[str, Any]:
    problem = one.problem
    end_line, end_column = one.end
    return {
        "code": problem.code or OTHER,
        "level": str(problem.level),
        "path": path,
        "line": problem.place.line,
        "column": problem.place.column,
        "endLine": end_line,
        "endColumn": end_column,
        "message": problem.message,
        "hint": problem.hint,
        "edits": [
            {"line": start[0], "column": start[1], "endLine": end[0], "endColumn": end[1], "text": new}
            for start, end, new in one.replacements
        ],
    }


def sarif(reports: Sequence[Report]) -> str:
    """SARIF 2.1.0 (OASIS), one run."""
    codes = [*(kind.code for kind in KINDS), OTHER]
    results = [_result(one, path, codes) for one, path in _placed(reports)]
    driver = {"name": "banxin", "version": _version(), "language": "zh-CN", "rules": [_rule(code) for code in codes]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to load, and only wanted here

    try:
        return version("banxin")
    except PackageNotFoundError:  # run from its folder
        return "0"


def _rule(code: str) -> dict[str, Any]:
    kind = BY_CODE.get(code)
    name, why, level = (
        (kind.name, kind.why, kind.level) if kind else ("设置、字体或程序", "与稿子的字句无关", Level.WARNING)
    )
    return {
        "id": code,
        "shortDescription": {"text": name},
        "fullDescription": {"text": why},
        "defaultConfiguration": {"level": LEVELS[level]},
    }


def _result(one: Finding, path: str, codes: Sequence[str]) -> dict[str, Any]:
    problem = one.problem
    code = problem.code or OTHER
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(path)}}
    if region := _region(one):
        location["region"] = region
    fixes = [_sarif_fix(one, location["artifactLocation"])] if one.replacements else []
    return {
        "ruleId": code,
        "ruleIndex": codes.index(code),
        "level": LEVELS[problem.level],
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
        **({"fixes": fixes} if fixes else {}),
    }


def _sarif_fix(one: Finding, artifact: dict[str, str]) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]},
            "insertedContent": {"text": new},
        }
        for start, end, new in one.replacements
    ]
    return {"artifactChanges": [{"artifactLocation": artifact, "replacements": replacements}]}


def _region(one: Finding) -> dict[str, int]:
    place, (end_line, end_column) = one.problem.place, one.end
    region = {"startLine": place.line, "startColumn": place.column, "endLine": end_line, "endColumn": end_column}
    return {key: number for key, number in region.items() if number} if place.line else {}


COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def github(reports: Sequence[Report]) -> str:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    return "\n".join(_command(one, path) for one, path in _placed(reports))


def _command(one: Finding, path: str) -> str:
    problem = one.problem
    kind = BY_CODE.get(problem.code)
    numbers = {"line": problem.place.line, "col": problem.place.column, "endLine": one.end[0], "endColumn": one.end[1]}
    title = f"{problem.code} {kind.name}" if kind else "版心"
    properties = {"file": path, **{key: str(number) for key, number in numbers.items() if number}, "title": title}
    told = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{COMMANDS[problem.level]} {told}::{_escaped(message)}"


def _escaped(value: str, also: str = "") -> str:
    """As GitHub's runner reads its commands."""
    for char in "%\r\n" + also:
        value = value.replace(char, f"%{ord(char):02X}")
    return value


def _placed(reports: Sequence[Report]) -> Iterator[tuple[Finding, str]]:
    """Every finding with the path of its file, from where the command runs."""
    for report in reports:
        for one in report.findings:
            yield one, _path(report.root, one.problem)


def _path(root: Path, problem: Problem) -> str:
    return Path(os.path.relpath(root / problem.place.path)).as_posix()


FORMATS: Mapping[str, Callable[[Sequence[Report]], str]] = {
    "text": text,
    "json": as_json,
    "sarif": sarif,
    "github": github,
}
"""By the name that the command line has for them."""


def rules() -> str:
    """The table of all rules, for people."""
    return "\n".join(f"{kind.code}  {'✎' if kind.fixable else ' '}  {kind.name}：{kind.why}" for kind in KINDS)
