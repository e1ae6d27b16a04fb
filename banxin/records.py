"""Our frozen data as JSON can say it, and back: what the cache keeps of dataclasses."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


def plain(value: Any) -> Any:
    """A value of dataclasses, tuples, sets, mappings, enumerations and what JSON knows, as JSON can say it.

    Trees of pandoc (lists and dicts) are JSON already and are given as they are.
    """
    if type(value) in SIMPLE:
        return value
    if is_dataclass(value):
        kind: Any = type(value)
        return [plain(getattr(value, name)) for name in _names(kind)]
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    return value.value if isinstance(value, Enum) else value


SIMPLE = frozenset((str, int, float, bool, NoneType, list, dict))
"""Types of values that are given as they are; those are looked at first, because nearly all are of these."""


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def made(kind: Callable[..., T], value: Any) -> T:
    """The value that `plain` said, of this type."""
    given: T = reader(kind)(value)
    return given


@cache
def reader(kind: Hashable) -> Reader:
    """What makes values of a type; TypeError for one that the cache does not keep."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return partial(_record, kind, _readers(kind))
    if origin is tuple:
        return partial(_tuple, reader(inner[0])) if inner[1:] == (...,) else partial(_row, tuple(map(reader, inner)))
    if origin is frozenset:
        return frozenset
    if origin in (Union, UnionType) and inner[1:] == (NoneType,):
        return partial(_optional, reader(inner[0]))
    if origin in (list, dict, Mapping) or kind in (str, int, float, bool, Any):
        return _same
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    raise TypeError(f"the cache keeps no {kind}")


@cache
def _readers(kind: type[Any]) -> tuple[Reader, ...]:
    hints = get_type_hints(kind)
    return tuple(reader(hints[field.name]) for field in fields(kind))


def _record(kind: type[Any], readers: tuple[Reader, ...], values: Any) -> Any:
    return kind(*(read(value) for read, value in zip(readers, values, strict=True)))


def _tuple(read: Reader, values: Any) -> tuple[Any, ...]:
    return tuple([read(value) for value in values])


def _row(readers: tuple[Reader, ...], values: Any) -> tuple[Any, ...]:
    return tuple(read(value) for read, value in zip(readers, values, strict=True))


def _optional(read: Reader, value: Any) -> Any:
    return None if value is None else read(value)


def _same(value: Any) -> Any:
    return value
