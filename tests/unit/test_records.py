"""Data as JSON and back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from banxin import records
from banxin.book import Account, Matter, Meta, Part
from banxin.errors import Level, Place, Problem
from banxin.render.page import Page
from tests.readers import sample

VALUES: list[tuple[Any, Any]] = [
    (Page, sample.FIRST),
    (tuple[Page, ...], (sample.PREFACE, sample.SECOND, sample.AFTER)),
    (Meta, Meta("书", authors=("甲", "乙"), accounts=(Account("github", "x", "https://x"),))),
    (tuple[Problem, ...], (Problem(Place("a.md", 3), "错"), Problem(Place("b"), "警", "办法", Level.WARNING, True))),
    (Part, Part("part-1", [{"t": "Str", "c": "编"}], "第一编")),
    (Matter, Matter.BACK),
    (frozenset[str], frozenset({"b", "a"})),
    (tuple[str, int], ("a", 1)),
    (int | None, None),
]


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_what_is_said_comes_back(kind: Any, value: Any) -> None:
    back = records.made(kind, json.loads(json.dumps(records.plain(value))))
    assert back == value
    assert type(back) is type(value)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Piece:
    colour: Colour


@dataclass(frozen=True)
class Thing:
    parts: tuple[Piece, ...] = ()


def test_nested_ones_too() -> None:
    thing = Thing((Piece(Colour.RED),))
    back = records.made(Thing, json.loads(json.dumps(records.plain(thing))))
    assert back == thing
    assert back.parts[0].colour is Colour.RED


@pytest.mark.parametrize("kind", [object, complex, set[str], int | str])
def test_other_types_are_refused(kind: Any) -> None:
    with pytest.raises(TypeError):
        records.made(kind, 1)
