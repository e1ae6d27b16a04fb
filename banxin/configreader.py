"""book.yaml, front matter and other files of settings -> the dataclasses of `banxin/config.py`.

The dataclasses are the schema: a mapping is read into them by their type hints; an unknown key is refused.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from banxin import yamlsafe
from banxin.accounts import HANDLES
from banxin.compose.settings import Em, Gap
from banxin.config import INTERNAL, Config, FrontMatter, Names, Numbered, Url
from banxin.errors import ConfigError, Level, Place, Problem
from banxin.languages import LANGUAGES
from banxin.lengths import points
from banxin.nearest import nearest

URL = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")
"""The address of a folder on the web."""
UNNUMBERED = frozenset({"none", "false", "0", "无", "無"})
HIGHEST_NUMBER = 9999
SYNONYMS = {"body": "chapters", "lang": "language"}
T = TypeVar("T")


def read(text: str, path: str) -> Config:
    """Read a book.yaml.

    Raises:
        ConfigError: it does not parse, or a key or a value is not one that we know; all of them at once.
    """
    mapped = yamlsafe.load(text, path, kind=ConfigError)
    reader = _Reader(path, mapped.lines)
    data = {SYNONYMS.get(str(key), str(key)): value for key, value in mapped.data.items()}
    config = reader.record(Config, data, ())
    reader.language(config.language, ("language",))
    if config.epub.certifier and not config.epub.conforms:
        hint = "补上 epub: {conforms: AA} 之类；没有查过，就两样都不写。"
        reader.wrong(("epub", "certifier"), "写了 epub.certifier，没有写 epub.conforms", hint)
    if reader.problems:
        raise ConfigError(reader.problems)
    return replace(config, lines=mapped.lines, path=path)


def read_as(kind: type[T], text: str, path: str) -> T:
    """Read another file of settings than book.yaml; `kind` has a field `lines`, where each key stands.

    Raises:
        ConfigError: it does not parse, or a key or a value is not one that we know; all of them at once.
    """
    mapped = yamlsafe.load(text, path, kind=ConfigError)
    reader = _Reader(path, mapped.lines)
    made = reader.record(kind, {key: value for key, value in mapped.data.items() if key != "lines"}, ())
    if reader.problems:
        raise ConfigError(reader.problems)
    return replace(made, lines=mapped.lines)  # type: ignore[type-var]


def read_front_matter(
    data: Mapping[str, Any], path: str, lines: Mapping[Any, int]
) -> tuple[FrontMatter, list[Problem]]:
    """Read a chapter's front matter; a key that only other tools know is a warning, a wrong value an error."""
    reader = _Reader(path, lines, strict=False)
    known = {SYNONYMS.get(str(key), str(key)): value for key, value in data.items() if str(key) not in HANDLES}
    matter = reader.record(FrontMatter, known, ())
    handles = {str(key): str(value) for key, value in data.items() if str(key) in HANDLES}
    return replace(matter, accounts={**handles, **matter.accounts}), reader.problems


class _Reader:
    """Reads plain YAML data into dataclasses, collecting every problem with its line."""

    def __init__(self, path: str, lines: Mapping[Any, int], strict: bool = True) -> None:
        self.path = path
        self.lines = lines
        self.strict = strict
        self.problems: list[Problem] = []
        self.special: dict[Any, Callable[[Any, tuple[Any, ...]], Any]] = {
            float: self.length,
            Em: self.ems,
            Gap: self.gap,
            Names: self.names,
            Numbered: self.numbered,
            Url: self.url,
            str: self.text,
            bool: self.flag,
            int: self.whole,
            Any: lambda value, _: value,
        }

    def wrong(self, where: tuple[Any, ...], message: str, hint: str = "", warn: bool = False) -> None:
        line = next((self.lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in self.lines), 0)
        level = Level.WARNING if warn else Level.ERROR
        self.problems.append(Problem(Place(self.path, line), message, hint, level))

    def record(self, kind: type[T], data: Any, where: tuple[Any, ...]) -> T:
        """A mapping -> a dataclass."""
        own = [item for item in fields(kind) if kind is not Config or item.name not in INTERNAL]  # type: ignore[arg-type]
        allowed = {item.name.replace("_", "-"): item for item in own}
        hints = get_type_hints(kind)
        values: dict[str, Any] = {}
        if not isinstance(data, Mapping):
            self.wrong(where, f"{_dotted(where)} 应当是一组“键: 值”", f"可用的键：{'、'.join(allowed)}。")
            data = {}
        for key, value in data.items():
            if str(key).startswith("x-"):
                continue
            if key not in allowed:
                self.unknown(str(key), list(allowed), where)
            elif value is not None:
                name = str(key).replace("-", "_")
                values[name] = self.value(hints[name], value, (*where, key))
        for name, item in allowed.items():
            if item.default is MISSING and item.default_factory is MISSING and values.get(item.name) is None:
                self.wrong(where, f"{_dotted(where)} 缺少 {name}", f"补上 {name}:。")
                values[item.name] = ""
        return kind(**{key: value for key, value in values.items() if value is not None})

    def unknown(self, key: str, allowed: list[str], where: tuple[Any, ...]) -> None:
        near = nearest(key, [*allowed, *(HANDLES if not self.strict else ())])
        hint = f"是不是 {near}？" if near else f"可用的键：{'、'.join(allowed)}。"
        self.wrong((*where, key), f"不认识的键 {key}", f"{hint}自己用的键请以 x- 开头。", warn=not self.strict)

    def value(self, hint: Any, value: Any, where: tuple[Any, ...]) -> Any:
        """One value by its type; None where it is wrong (the problem is noted)."""
        if hint in self.special:
            return self.special[hint](value, where)
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self.union([kind for kind in inner if kind is not type(None)], value, where)
        if origin is tuple:
            items = value if isinstance(value, list) else [value]
            return tuple(self.value(inner[0], item, (*where, i)) for i, item in enumerate(items))
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return self.choice(hint, value, where)
        if is_dataclass(hint):
            return self.record(hint, value, where)  # type: ignore[arg-type]
        return self.mapping(inner[1], value, where)

    def union(self, kinds: list[Any], value: Any, where: tuple[Any, ...]) -> Any:
        """`str | PartSpec`: a mapping is the record; `X | None`: X."""
        if tuple[float, float] in kinds:
            return self.trim(value, where)
        records = [kind for kind in kinds if is_dataclass(kind)]
        if records and isinstance(value, Mapping):
            return self.value(records[0], value, where)
        if str in kinds and not isinstance(value, Mapping):
            return self.text(value, where)
        return self.value(kinds[0], value, where)

    def mapping(self, kind: Any, value: Any, where: tuple[Any, ...]) -> Any:
        if not isinstance(value, Mapping):
            self.wrong(where, f"{_dotted(where)} 应当是一组“键: 值”")
            return None
        return {
            str(key): self.value(kind, {} if item is None else item, (*where, key))
            for key, item in value.items()
            if not str(key).startswith("x-")
        }

    def choice(self, kind: type[StrEnum], value: Any, where: tuple[Any, ...]) -> Any:
        if value in [str(item) for item in kind]:
            return kind(value)
        self.wrong(where, f"{_dotted(where)} 不能是 {value}", f"可以是：{'、'.join(kind)}。")
        return None

    def text(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value).strip()
        self.wrong(where, f"{_dotted(where)} 应当是一段文字", "有冒号、井号的文字要加引号。")
        return None

    def url(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, str) and URL.fullmatch(value.strip()):
            return Url(value.strip())
        self.wrong(where, f"{_dotted(where)} 不是网址：{value}", "写全，如 https://example.org/books/。")
        return None

    def flag(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, bool):
            return value
        self.wrong(where, f"{_dotted(where)} 应当是 true 或 false，不是 {value}")
        return None

    def whole(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self.wrong(where, f"{_dotted(where)} 应当是正整数，不是 {value}")
        return None

    def length(self, value: Any, where: tuple[Any, ...]) -> Any:
        length = points(value)
        if length is not None and length >= 0:
            return length
        self.wrong(where, f"{_dotted(where)} 应当是长度，不是 {value}", "写作 10.5pt 或 3mm。")
        return None

    def ems(self, value: Any, where: tuple[Any, ...]) -> Any:
        number = value.removesuffix("em").strip() if isinstance(value, str) else value
        try:
            length = Em(number)
        except (TypeError, ValueError):
            length = Em(-1)
        if 0 <= length <= 1:
            return length
        self.wrong(where, f"{_dotted(where)} 应当是几分之几个字宽，不是 {value}", "写作 0.25 的样子，在 0 与 1 之间。")
        return None

    def gap(self, value: Any, where: tuple[Any, ...]) -> Any:
        found = self.record(Gap, value, where)
        if found.least <= found.natural <= found.most:
            return found
        hint = f"现在是 {found.least:g}、{found.natural:g}、{found.most:g}；没写的照平常的，改一个时看看另外两个。"
        self.wrong(where, f"{_dotted(where)} 的 least、natural、most 要一个不比一个小", hint)
        return None

    def trim(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, list) and len(value) == 2 and all(isinstance(n, int | float) for n in value):
            return float(value[0]), float(value[1])
        self.wrong(where, "开本看不懂", "写名字（A5、大32开）或 [宽, 高]，以毫米计。")
        return None

    def names(self, value: Any, where: tuple[Any, ...]) -> Any:
        items = value if isinstance(value, list) else [value]
        return tuple(name for i, item in enumerate(items) if (name := self.text(item, (*where, i))))

    def numbered(self, value: Any, where: tuple[Any, ...]) -> Any:
        """`5`, true, false, `none`; a number in quotes is a number, too, and 0 is none."""
        word = str(value).strip().lower()
        if word in UNNUMBERED or word == "true":
            return word == "true"
        if word.isdecimal() and int(word) <= HIGHEST_NUMBER:
            return int(word)
        self.wrong(where, f"{_dotted(where)} 不能是 {value}", f"写章的序号（1—{HIGHEST_NUMBER}）、true 或 none。")
        return None

    def language(self, value: str, where: tuple[Any, ...]) -> None:
        if value and value not in LANGUAGES and not value.startswith("en"):
            near = nearest(value, list(LANGUAGES)) or "zh-Hans"
            self.wrong(where, f"不认识的语言 {value}", f"是不是 {near}？可以是：{'、'.join(LANGUAGES)}、en。")


def _dotted(where: tuple[Any, ...]) -> str:
    return ".".join(str(key) for key in where) or "book.yaml"
