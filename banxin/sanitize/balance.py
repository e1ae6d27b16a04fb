"""Tags, texts and holds of one list of nodes -> balanced HTML of allowed tags only, with a report of what is left out.

Allowed tags that have no partner would swallow what follows them, tags that are not allowed have no place, and what is
no element of HTML at all is words.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from banxin.sanitize.allowlist import (
    ATTRIBUTES,
    BLOCK,
    HOLD,
    INLINE,
    LINE,
    OPTIONAL_END,
    WITH_CONTENT,
    allowed_attribute,
)
from banxin.sanitize.tokens import ELEMENTS, VOID, Tag, Token

MAX_TAGS = 50
"""How deep tags may be nested."""

HINTS = {
    "script": "书里不能有程序；它的内容也删去了。",
    "style": "版式写在布局的 CSS 里；它的内容也删去了。",
    "center": "居中写成 ::: {.center} … :::。",
    "font": "用类名，例如 [字]{.kai}。",
    "svg": "把图存成 .svg 文件，再用 ![说明](图.svg) 插入。",
    "math": "公式写成 $…$。",
    **dict.fromkeys(("iframe", "video", "audio", "object", "embed"), "改放一个链接，或一张图片。"),
}
LINK_HINT = "链接只能是 http、https、mailto、书里的文件或 #锚点。"


def short(text: str) -> str:
    """The beginning of a text, for a message."""
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:40] + "…"


def attribute_hint(name: str) -> str:
    """What to do instead of an attribute."""
    if name == "style":
        return "版式写在布局的 CSS 里；这里用类名，图片的大小写 {width=50%}。"
    return "书里不能有程序。" if name.startswith("on") else ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Nodes that are not raw, as an empty element."""

    number: int
    tag: str


Piece: TypeAlias = tuple[Token | Hold, int]


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag whose end has not come yet."""

    tag: Tag
    index: int
    """Where it stands in what is written."""
    kept: bool


class Writer:
    """Writes a list of tags, texts and holds as balanced HTML of allowed tags and attributes only."""

    def __init__(self, warn: Callable[[str, str, str], None], inline: bool) -> None:
        self.warn = warn
        self.inline = inline
        self.allowed = INLINE if inline else INLINE | BLOCK
        self.out: list[str] = []
        self.open: list[_Open] = []
        self.names: Counter[str] = Counter()
        """How many of each are open."""
        self.depth = 0
        """How many are open that need an end tag and are kept."""

    def write(self, pieces: Iterable[Piece]) -> str:
        for piece, line in pieces:
            if isinstance(piece, str):
                self.out.append(html.escape(piece))
            elif isinstance(piece, Hold):
                self.out.append(f'<{piece.tag} {HOLD}="{piece.number}"></{piece.tag}>')
            elif not self.is_element(piece):
                self.literal(piece)
            elif piece.closing:
                self.close(piece)
            else:
                self.start(piece, line)
        for unclosed in self.open:
            self.out[unclosed.index] = ""
            if unclosed.tag.name != "p":
                self.unclosed(unclosed)
        return "".join(self.out)

    def is_element(self, tag: Tag) -> bool:
        return tag.name in ELEMENTS or ":" in tag.name or bool(self.names["svg"] or self.names["math"])

    def literal(self, tag: Tag) -> None:
        """What is no element is words, such as `List<String>`."""
        self.out.append(html.escape(tag.source))
        if not tag.closing:
            hint = f"写成 \\{tag.source} 或放进反引号里，就没有这条警告。"
            self.warn(tag.source, f"{short(tag.source)} 不是 HTML 标签，照原样印出", hint)

    def start(self, tag: Tag, line: int) -> None:
        kept = tag.name in self.allowed and self.depth < MAX_TAGS
        if not kept:
            self.refuse(tag)
        top = not self.inline and not self.open
        self.out.append(self.markup(tag, line if top else 0) if kept else "")
        if tag.name in VOID:
            return
        self.open.append(_Open(tag, len(self.out) - 1, kept))
        self.names[tag.name] += 1
        self.depth += kept and tag.name not in OPTIONAL_END

    def refuse(self, tag: Tag) -> None:
        if tag.name in BLOCK and self.inline:
            self.warn(tag.source, f"标签 <{tag.name}> 不能放在一行文字里，已删去", "前后各空一行，让它自成一块。")
        elif tag.name in self.allowed:
            self.warn(tag.source, f"标签套得太深（超过 {MAX_TAGS} 层），已删去 <{tag.name}>", "减少层数。")
        else:
            hint = HINTS.get(tag.name, "标签里的文字留下了。")
            self.warn(tag.source, f"标签 <{tag.name}> 不允许，已删去", hint)

    def close(self, tag: Tag) -> None:
        if not self.names[tag.name]:
            if tag.name not in VOID:
                self.warn(tag.source, f"标签 </{tag.name}> 没有开头，已删去", f"补上 <{tag.name}>，或删去它。")
            return
        while True:
            last = self.pop()
            if last.tag.name == tag.name:
                break
            if last.tag.name not in OPTIONAL_END:
                self.unclosed(last)
        if tag.name in WITH_CONTENT:
            del self.out[last.index :]

    def pop(self) -> _Open:
        last = self.open.pop()
        self.names[last.tag.name] -= 1
        self.depth -= last.kept and last.tag.name not in OPTIONAL_END
        self.out.append(f"</{last.tag.name}>" if last.kept else "")
        return last

    def unclosed(self, open: _Open) -> None:
        name = open.tag.name
        if open.kept or name in WITH_CONTENT:
            self.warn(open.tag.source, f"标签 <{name}> 没有结束", f"补上 </{name}>，或删去它。")

    def markup(self, tag: Tag, line: int) -> str:
        """A start tag with its allowed attributes."""
        kept = {name: value for name, value in tag.attributes if self.keeps(tag, name, value)}
        if tag.name in ("p", "div") and (align := kept.pop("align", "").lower()) in ("center", "right"):
            kept["class"] = f"{kept.get('class', '')} {align}".strip()
        if tag.name == "a" and (name := kept.pop("name", "")):
            kept.setdefault("id", name)
        if line:
            kept[LINE] = str(line)
        return f"<{tag.name}{attributes(kept)}>"

    def keeps(self, tag: Tag, name: str, value: str) -> bool:
        if allowed_attribute(tag.name, name, value):
            return True
        if name in ("href", "src") and name in ATTRIBUTES.get(tag.name, ()):
            hint = LINK_HINT if name == "href" else "图片用书里的文件。"
            self.warn(tag.source, f"<{tag.name}> 的地址不允许，已删去：{short(value)}", hint)
        else:
            self.warn(tag.source, f"<{tag.name}> 的属性 {name} 不允许，已删去", attribute_hint(name))
        return False


def attributes(pairs: Mapping[str, str]) -> str:
    """Attributes as a start tag has them."""
    return "".join(f' {name}="{html.escape(value)}"' for name, value in pairs.items())
