"""The reader behind `banxin/yamlsafe.py`: YAML of a stranger -> plain data, with the line of every key.

Stricter than YAML 1.1: only `true` and `false` are truth values (`no`, `on` and `NO` stay words), dates stay as
written, keys are words, a key stands once, no tags but the core ones, and the document has a bounded size and depth
even after its aliases are followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from banxin.errors import BanxinError, Place, Problem
from banxin.yamlsafe import Path

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

MAX_BYTES = 1024 * 1024
"""The longest document, in characters."""
MAX_NODES = 10_000
"""The most values a document may hold, each alias counted as often as it is used."""
MAX_DEPTH = 50
"""How deep values may be nested, aliases followed."""
SHOWN = 60
"""How many characters of a faulty line a message shows."""

CORE = "tag:yaml.org,2002:"
CORE_TAGS = frozenset(CORE + name for name in ("null", "bool", "int", "float", "str", "seq", "map"))
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

EXPLAINED = (
    ("mapping values are not allowed", "这里不该有冒号", "值里有冒号时，给整个值加上引号。"),
    ("could not find expected ':'", "少了冒号", "写成「键: 值」，冒号后空一格。"),
    (
        "did not find expected key|expected <block end>",
        "缩进不齐，或引号没有配对",
        "同一层的键要左对齐；值里有引号时，外面换一种引号。",
    ),
    ("block sequence entries are not allowed", "列表不能和键写在同一行", "另起一行写「- 」，比键缩进两格。"),
    ("expected '-' indicator", "列表的缩进不齐", "同一列表的「- 」要左对齐。"),
    ("end of stream|unexpected end|document start", "引号或括号没有结束", "补上结束的引号或括号。"),
    ("expected ',' or", "方括号或花括号里少了逗号，或没有结束", "各项之间用半角逗号，末尾补上括号。"),
    (
        "cannot start any token|found character",
        "有不能打头的字符",
        "缩进用空格，不用制表符；以 @、`、% 打头的值加上引号。",
    ),
    ("undefined alias", "用了没有定义的别名", "以 * 打头的值加上引号。"),
    ("alphabetic or numeric character", "& 或 * 后面没有名字", "以 &、* 打头的值加上引号。"),
    ("escape character", "双引号里有不认识的转义", "反斜杠写成 \\\\，或换用单引号。"),
    ("single document", "有两份 YAML", "只留一份：删去中间的 ---。"),
    ("found duplicate", "同一个锚用了两次", "换一个名字。"),
)
"""What libyaml says: what it means, what to do."""


class _Loader(_SafeLoader):
    """PyYAML's safe loader, with fewer plain words that mean something else than themselves."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _name, _pattern, _first in (
    ("null", r"(?:~|null|Null|NULL|)\Z", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)\Z", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,17})\Z", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}\Z", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(CORE + _name, re.compile(_pattern), _first)


class _Wrong(Exception):
    """A fault at a line of the text (counted from 0)."""

    def __init__(self, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def plain(text: str) -> Any:
    """What a document of ours says."""
    return yaml.load(text, Loader=_SafeLoader)


def read(text: str, path: str, first_line: int, kind: type[BanxinError]) -> tuple[dict[str, Any], dict[Path, int]]:
    """What a document says whose top is a mapping, and the line of every key and list item, counted from 0 in `text`.

    Raises:
        BanxinError: of that kind, with every problem found; its lines are those of the file, where `text` begins on
            `first_line`.
    """
    try:
        _check_characters(text)
        _check_shape(text)
        root = _compose(text)
        if root is None:
            return {}, {(): 0}
        if not isinstance(root, MappingNode):
            raise _no_mapping(text, root)
        _check_expanded(root)
        faults = list(_faults(root, first_line))
        if not faults:
            return _construct(root)
    except _Wrong as wrong:
        faults = [wrong]
    raise kind([Problem(Place(path, one.line + first_line), one.message, one.hint) for one in faults])


def _check_characters(text: str) -> None:
    if len(text) > MAX_BYTES:
        raise _Wrong(0, f"YAML 太长（{len(text)} 字），最多 {MAX_BYTES} 字", "正文写在 .md 文件里。")
    if control := CONTROL.search(text):
        line = text.count("\n", 0, control.start())
        raise _Wrong(line, f"有控制字符 U+{ord(control[0]):04X}", "删去它；多半是从别的程序里贴进来的。")


def _check_shape(text: str) -> None:
    """Refuse what is too large or too deep before anything is built of it."""
    depth = 0
    with _explained(text):
        for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            line = event.start_mark.line if event.start_mark else 0
            if depth > MAX_DEPTH:
                raise _too_deep(line)
            if count > 3 * MAX_NODES:
                raise _too_large(line)


def _compose(text: str) -> Node | None:
    with _explained(text):
        node: Node | None = yaml.compose(text, Loader=_Loader)
    return node


class _explained:
    """Turns PyYAML's errors into ours."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, yaml.YAMLError):
            raise _syntax(error, self.text) from error


def _syntax(error: yaml.YAMLError, text: str) -> _Wrong:
    """What is wrong, with the line that shows it."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    rows = text.split("\n")
    line = min(mark.line, len(rows) - 1) if mark else 0
    while line and not rows[line].strip():
        line -= 1
    english = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or error}".strip()
    known = ((what, hint) for pattern, what, hint in EXPLAINED if re.search(pattern, english))
    what, hint = next(known, (english, "检查这一行和上一行的引号、冒号和缩进。"))
    if "：" in rows[line] and ": " not in rows[line]:
        hint = "冒号要用半角「: 」，后面空一格，不用「：」。"
    return _Wrong(line, f"YAML 读不懂：{what}：{_shown(rows[line])}", hint)


def _shown(row: str) -> str:
    row = row.strip()
    return row if len(row) <= SHOWN else row[:SHOWN] + "…"


def _no_mapping(text: str, root: Node) -> _Wrong:
    line: int = root.start_mark.line
    row = text.split("\n")[line]
    full_width = "：" in row
    hint = "冒号要用半角「: 」，后面空一格，不用「：」。" if full_width else "每一行写成「键: 值」，冒号后空一格。"
    return _Wrong(line, f"这里应当是「键: 值」：{_shown(row)}", hint)


def _too_deep(line: int) -> _Wrong:
    return _Wrong(line, f"嵌套太深，最多 {MAX_DEPTH} 层")


def _too_large(line: int) -> _Wrong:
    return _Wrong(line, f"内容太多（别名展开之后），最多 {MAX_NODES} 项", "不要用别名（* 和 &）成倍地重复内容。")


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, SequenceNode):
        yield from node.value


def _check_expanded(root: Node) -> None:
    """Size and depth of the document with its aliases followed, worked out on the graph without following them.

    An alias comes after the whole of what it names, so every node is measured before it is met again.
    """
    measured: dict[int, tuple[int, int] | None] = {}

    def measure(node: Node) -> tuple[int, int]:
        if id(node) in measured:
            known = measured[id(node)]
            if known is None:
                raise _Wrong(node.start_mark.line, "别名包含它自己", "去掉这个别名。")
            return known
        measured[id(node)] = None
        parts = [measure(child) for child in _children(node)]
        size, depth = 1 + sum(part[0] for part in parts), 1 + max((part[1] for part in parts), default=0)
        if size > MAX_NODES:
            raise _too_large(node.start_mark.line)
        if depth > MAX_DEPTH + 1:
            raise _too_deep(node.start_mark.line)
        measured[id(node)] = size, depth
        return size, depth

    measure(root)


def _faults(root: Node, first_line: int) -> Iterator[_Wrong]:
    """Tags, keys that are no words, keys that stand twice: all of them."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting += reversed(list(_children(node)))
        if node.tag not in CORE_TAGS:
            tag = node.tag.removeprefix(CORE)
            yield _Wrong(node.start_mark.line, f"不允许的 YAML 标签：{tag}", "去掉以 ! 打头的标签。")
        elif isinstance(node, MappingNode):
            yield from _key_faults(node, first_line)
        elif isinstance(node, ScalarNode) and (wrong := _bad_scalar(node)):
            yield wrong


def _key_faults(node: MappingNode, first_line: int) -> Iterator[_Wrong]:
    first: dict[str, Node] = {}
    for key, _ in node.value:
        line = key.start_mark.line
        if not isinstance(key, ScalarNode):
            yield _Wrong(line, "键不能是列表或另一组键", "值里有 [ 或 { 打头时，加上引号。")
        elif key.value in first:
            before = first[key.value].start_mark.line + first_line
            yield _Wrong(line, f"键 {key.value} 写了两次", f"第 {before} 行已经有它，删去一个。")
        else:
            first[key.value] = key


def _bad_scalar(node: ScalarNode) -> _Wrong | None:
    try:
        _scalar(node)
    except (ValueError, KeyError, OverflowError, yaml.YAMLError):
        name = node.tag.removeprefix(CORE)
        return _Wrong(node.start_mark.line, f"{_shown(node.value)} 不是 !!{name}", "去掉以 ! 打头的标签。")
    return None


_SAFE = SafeConstructor()
_CONSTRUCT: Mapping[str, Callable[[Any], Any]] = {
    CORE + "null": _SAFE.construct_yaml_null,
    CORE + "bool": _SAFE.construct_yaml_bool,
    CORE + "int": _SAFE.construct_yaml_int,
    CORE + "float": _SAFE.construct_yaml_float,
    CORE + "str": _SAFE.construct_yaml_str,
}


def _scalar(node: Node) -> Any:
    return _CONSTRUCT[node.tag](node)


def _construct(root: MappingNode) -> tuple[dict[str, Any], dict[Path, int]]:
    lines: dict[Path, int] = {(): root.start_mark.line}

    def build(node: Node, path: Path) -> Any:
        if isinstance(node, MappingNode):
            result = {}
            for key, value in node.value:
                lines[*path, key.value] = key.start_mark.line
                result[key.value] = build(value, (*path, key.value))
            return result
        if isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                lines[*path, index] = item.start_mark.line
            return [build(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    return build(root, ()), lines
