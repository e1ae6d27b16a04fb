"""Reads tests/cases/*.md: many cases a file, each a title, then input and expectation between lines of one dot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One case; `id` names it in pytest's output."""

    title: str
    given: str
    expected: str

    def __str__(self) -> str:
        return self.title


def read(name: str) -> list[Case]:
    """The cases of one file."""
    rows = (CASES / f"{name}.md").read_text("utf-8").split("\n.\n")
    cases = [
        Case(title.strip().removesuffix("."), given, expected)
        for title, given, expected in zip(rows[0::3], rows[1::3], rows[2::3], strict=False)
    ]
    assert cases, name
    return cases
