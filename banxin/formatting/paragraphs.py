"""Where the paragraphs of a Markdown source stand. What is not surely a paragraph is left out: nothing touches it.

Rows are told apart by how pandoc's manual defines its blocks. A mistake here costs nothing but a paragraph that stays
as it is, because the proof looks at pandoc's own tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
DIV = re.compile(r" {0,3}:{3,}")
HEADING = re.compile(r"#{1,6}(\s|$)")
RULE = re.compile(r" {0,3}([-*_])( *\1){2,} *$")
QUOTE = re.compile(r" {0,3}> ?")
ITEM = re.compile(r" {0,3}(?:[-+*]|\(?(?:\d+|#|[A-Za-z]|[ivxlIVXL]+)[.)])[ \t]+(?=\S)")
UNDERLINE = re.compile(r"\s*[-=+:|][-=+:| ]*$")
"""A row of a table, or the line under a heading."""
NOT_PROSE = re.compile(r"\||\[[^\]]+\]:|\\begin\{|Table:|[ \t]")
"""How line blocks, definitions of links and notes, captions and indented rows begin."""
DEFINITION = re.compile(r" {0,3}[:~][ \t]")
HTML = re.compile(
    r"<(?P<comment>!--)|</?(?P<name>address|article|aside|blockquote|body|center|dd|details|dialog|div|dl|dt|fieldset|"
    r"figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|li|link|main|math|menu|meta|nav|ol|p|picture|pre|"
    r"script|section|style|summary|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul|video)(?=[\s/>])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Rows of a source that make one paragraph."""

    first: int
    """The index of its first row."""
    rows: tuple[str, ...]
    """As they are."""
    text: str
    """Without what stands before each row, with `\\n` between rows."""
    prefix: str
    """What stands before its first row: a bullet, `> `."""
    indent: str
    """What stands before the rows after it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row inside quotations and list items."""

    index: int
    source: str
    text: str
    prefix: str = ""
    indent: str = ""
    in_item: bool = False

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def paragraphs(rows: Sequence[str], start: int = 0) -> Iterator[Paragraph]:
    """The paragraphs from a row on, in order, also inside quotations and list items."""
    return _paragraphs([_Row(i, row, row) for i, row in enumerate(rows)][start:])


def _paragraphs(rows: Sequence[_Row]) -> Iterator[Paragraph]:
    position = 0
    while position < len(rows):
        end = _past_what_stays(rows, position)
        if end == position:
            end = _list_end(rows, position) if ITEM.match(rows[position].text) else _chunk_end(rows, position)
            yield from _inside(rows[position:end])
        position = end


def _past_what_stays(rows: Sequence[_Row], position: int) -> int:
    """The row after a blank row, fence, heading, rule or HTML block; `position` itself where there is none."""
    text = rows[position].text
    if rows[position].blank or DIV.match(text) or HEADING.match(text) or RULE.match(text):
        return position + 1
    if fence := FENCE.match(text):
        return _after_fence(rows, position, fence[1])
    if html := HTML.match(text):
        return _after_html(rows, position, html)
    return position


def _after_fence(rows: Sequence[_Row], position: int, fence: str) -> int:
    closing = re.compile(rf"\s*{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    return _after(rows, position + 1, closing)


def _after_html(rows: Sequence[_Row], position: int, html: re.Match[str]) -> int:
    """A comment to its end; an element to the row that closes it, else to the next blank row."""
    if html["comment"]:
        return _after(rows, position, re.compile(r".*-->"))
    depth = 0
    tags = re.compile(rf"<(/?){html['name']}\b", re.IGNORECASE)
    for i in range(position, len(rows)):
        for slash in tags.findall(rows[i].text):
            depth += -1 if slash else 1
        if depth <= 0:
            return _chunk_end(rows, i)
    return _chunk_end(rows, position)


def _after(rows: Sequence[_Row], position: int, closing: re.Pattern[str]) -> int:
    for i in range(position, len(rows)):
        if closing.match(rows[i].text):
            return i + 1
    return len(rows)


def _chunk_end(rows: Sequence[_Row], position: int) -> int:
    """The next row that is blank or that no paragraph holds."""
    for i in range(position + 1, len(rows)):
        text = rows[i].text
        if rows[i].blank or DIV.match(text) or FENCE.match(text) or (rows[i].in_item and ITEM.match(text)):
            return i
    return len(rows)


def _list_end(rows: Sequence[_Row], position: int) -> int:
    """The row after a list: the first one after a blank that is neither indented nor an item."""
    for i in range(position + 1, len(rows)):
        text = rows[i].text
        if not rows[i].blank and rows[i - 1].blank and not text.startswith((" ", "\t")) and not ITEM.match(text):
            return i
        if DIV.match(text):
            return i
    return len(rows)


def _inside(rows: Sequence[_Row]) -> Iterator[Paragraph]:
    """A chunk of rows: a list, a quotation, a paragraph or nothing for us."""
    if ITEM.match(rows[0].text):
        for item in _items(rows):
            yield from _item(item)
    elif QUOTE.match(rows[0].text):
        if all(QUOTE.match(row.text) for row in rows):
            yield from _paragraphs([_unquoted(row) for row in rows])
    elif not NOT_PROSE.match(rows[0].text) and not any(_is_structure(row.text) for row in rows):
        yield Paragraph(
            first=rows[0].index,
            rows=tuple(row.source for row in rows),
            text="\n".join(row.text for row in rows),
            prefix=rows[0].prefix,
            indent=rows[0].indent,
        )


def _is_structure(text: str) -> bool:
    return bool(UNDERLINE.match(text) or DEFINITION.match(text))


def _unquoted(row: _Row) -> _Row:
    match = QUOTE.match(row.text)
    mark = match[0] if match else ""
    return replace(row, text=row.text[len(mark) :], prefix=row.prefix + mark, indent=row.indent + mark)


def _items(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    """The items of a list, each with what is indented under it."""
    start, margin = 0, 0
    for i, row in enumerate(rows):
        match = ITEM.match(row.text)
        if match and (i == 0 or not row.text.startswith(" " * margin)):
            if i:
                yield rows[start:i]
            start, margin = i, len(match[0])
    yield rows[start:]


def _item(rows: Sequence[_Row]) -> Iterator[Paragraph]:
    """What stands in one item; an item with rows that are not fully indented is left alone."""
    match = ITEM.match(rows[0].text)
    if not match or "\t" in match[0]:
        return
    marker, margin = match[0], " " * len(match[0])
    if any(not row.blank and not row.text.startswith(margin) for row in rows[1:]):
        return
    inner = [replace(rows[0], text=rows[0].text[len(marker) :], prefix=rows[0].prefix + marker)]
    for row in rows[1:]:
        inner.append(replace(row, text=row.text[len(margin) :], prefix=row.prefix + margin))
    yield from _paragraphs([replace(row, indent=row.indent + margin, in_item=True) for row in inner])
