"""Sheets, frames and fonts that did not change are not made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from banxin import cache
from banxin.sheets import data
from banxin.sheets.ground import ground
from banxin.workers import Call, Wait

KIND = "sheets"


@dataclass(frozen=True, slots=True)
class Known:
    """Waits for what was kept: it is there."""

    value: Any

    def __call__(self) -> Any:
        """What was kept."""
        return self.value


def keeping(call: Call) -> Callable[..., Wait]:
    """Begins a task as `call` does, unless what it makes was kept.

    The first argument is the type that the task makes; then come its function and the arguments, of which the key is
    made.
    """

    def kept(made: type[Any], function: Callable[..., Any], *arguments: Any) -> Wait:
        key = key_of(function, *arguments)
        known = recall(made, key)
        if known is not None:
            return Known(known)
        return call(make, key, function, *arguments)

    return kept


def key_of(made: Callable[..., Any], *inputs: Any) -> str:
    """The key of what is made so from these inputs."""
    return cache.key(KIND, made.__name__, ground(), *inputs)


def recall(made: type[Any], key: str) -> Any:
    """What was kept; None where there is nothing, or something else."""
    entry = cache.read(KIND, key)
    if entry is None:
        return None
    try:
        return data.unpacked(made, entry)
    except (ValueError, EOFError, TypeError):
        return None


def make(key: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Make something and keep it."""
    value = function(*arguments)
    write(key, value)
    return value


def write(key: str, value: data.Kept) -> None:
    """Keep something."""
    cache.write(KIND, key, data.packed(value))
