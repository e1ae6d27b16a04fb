"""The tags and the text of a piece of HTML as an author wrote it.

A reader for reports and for pairing tags, not a guard: what it finds is written out again from its parts, and only
then cleaned. It takes time in proportion to the length of its input, whatever the input is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml.html import defs


@dataclass(frozen=True, slots=True)
class Tag:
    """`<a href="x">` or `</a>`."""

    name: str
    """In lower case."""
    source: str
    """As it was written."""
    attributes: tuple[tuple[str, str], ...] = ()
    closing: bool = False


Token: TypeAlias = Tag | str
"""A tag, or text with its character references resolved."""

ELEMENTS: frozenset[str] = frozenset(defs.tags | defs.empty_tags) | {
    *("bdi", "data", "dialog", "frame", "image", "main", "menuitem", "nobr", "noembed", "noframes", "object"),
    *("picture", "plaintext", "portal", "rb", "rtc", "search", "slot", "spacer", "template", "xmp"),
}
"""The elements of HTML. What is not one of them is no tag but words in angle brackets, `List<String>`."""
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
"""Elements without an end tag."""
VERBATIM = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""Elements whose content is text up to their end tag."""

NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?""")
TAG_END = re.compile(r"[\s/]*>")


def tokens(source: str) -> Iterator[Token]:
    """Tags and texts in order; comments, declarations and processing instructions are left out."""
    position = text = 0
    endless: set[str] = set()  # what has no end in the rest of the source: not looked for again
    while (position := source.find("<", position)) >= 0:
        end, tag = _markup(source, position, endless)
        if end == position:
            position += 1
            continue
        if end > len(source):
            break
        if position > text:
            yield html.unescape(source[text:position])
        position = text = end
        if tag:
            yield tag
            position = text = _end_of_content(source, tag, end, endless)
            if text > end:
                yield source[end:text]
    if text < len(source):
        yield html.unescape(source[text:])


def _end_of_content(source: str, tag: Tag, start: int, endless: set[str]) -> int:
    """Where the content of an element ends that is text up to its end tag; the start itself for any other."""
    if tag.name not in VERBATIM or tag.closing or tag.name in endless:
        return start
    stop = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(source, start)
    if not stop:
        endless.add(tag.name)
        return start
    return stop.start()


def _markup(source: str, start: int, endless: set[str]) -> tuple[int, Tag | None]:
    """Where the markup that begins at a `<` ends, and its tag.

    The start itself means that there is none; one past the end of the source, that it never ends.
    """
    if source.startswith("<!--", start):
        return _until("-->", source, start, endless), None
    if source.startswith(("<!", "<?"), start):
        return _until(">", source, start, endless), None
    name = NAME.match(source, start)
    if not name:
        return start, None
    position = name.end()
    attributes: dict[str, str] = {}
    while not (end := TAG_END.match(source, position)):
        found = ATTRIBUTE.match(source, position)
        if not found:
            return len(source) + 1, None
        value = next((group for group in found.groups()[1:] if group is not None), "")
        attributes.setdefault(found[1].lower(), html.unescape(value))
        position = found.end()
    closing = source.startswith("</", start)
    return end.end(), Tag(name[1].lower(), source[start : end.end()], tuple(attributes.items()), closing)


def _until(mark: str, source: str, start: int, endless: set[str]) -> int:
    found = -1 if mark in endless else source.find(mark, start)
    if found < 0:
        endless.add(mark)
        return start
    return found + len(mark)
