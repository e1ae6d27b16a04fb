"""YAML -> plain data, with the line of every key; what a text says is kept: its reader is loaded for a new one only.

PyYAML takes as long to load as to read a book's settings, and twice as long to read them as they are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, TypeAlias

from banxin import cache
from banxin.errors import BanxinError, ConfigError

KIND = "yaml"
"""Of entries in the cache."""
Path: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the top: `("chapters", 0)`."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A document and where its parts stand."""

    data: dict[str, Any]
    lines: Mapping[Path, int]
    """The line of every key and list item, counted from 1; `()` is the first line of the document."""


def load(text: str, path: str, first_line: int = 1, kind: type[BanxinError] = ConfigError) -> Mapped:
    """Read a YAML document of a stranger, whose top is a mapping; an empty document is an empty mapping.

    `first_line` is the line of the file on which `text` begins. Raises `kind` with every problem found.
    """
    key = cache.key(KIND, text)
    kept = cache.recall(KIND, key)
    if kept is None:
        from banxin import yamltree

        data, lines = yamltree.read(text, path, first_line, kind)
        cache.keep(KIND, key, [data, [[place, line] for place, line in lines.items()]])
    else:
        data, lines = kept[0], {tuple(place): line for place, line in kept[1]}
    return Mapped(data, {place: line + first_line for place, line in lines.items()})


def own(file: File) -> Any:
    """One of our own files, which holds what JSON can say."""
    text = file.read_text("utf-8")

    def read() -> Any:
        from banxin import yamltree

        return yamltree.plain(text)

    return cache.remembered(KIND, cache.key(KIND, "own", text), read)
