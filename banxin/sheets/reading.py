"""The HTML of a signature to a tree: by Python's reader of XML where that gives the tree that HTML's rules would.

What we write is well-formed, and nearly always simple; the rules of HTML, by which tinyhtml5 reads it character by
character, change nothing in it. Where they might - an element that they move or close, a word that is another in XML -
tinyhtml5 reads it as ever. It takes twenty times as long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser

from banxin.sheets import engine
from banxin.sheets.fetcher import fetcher

INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark"),
        *("q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
    )
)
VOID = frozenset(("br", "col", "hr", "img", "wbr"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
HOLDERS = frozenset(
    ("article", "aside", "blockquote", "div", "figcaption", "figure", "footer", "header", "main", "nav", "section")
)
"""Blocks that hold blocks."""
BLOCKS = HOLDERS | HEADINGS | {"dl", "hr", "ol", "p", "pre", "table", "ul"}
FLOW = INLINE | BLOCKS
GROUPS = frozenset(("thead", "tbody", "tfoot"))
INSIDE: Mapping[str, frozenset[str]] = {
    **dict.fromkeys((*INLINE - VOID, *HEADINGS, "p", "pre", "dt", "caption"), INLINE),
    **dict.fromkeys((*HOLDERS, "body", "dd", "li", "td", "th"), FLOW),
    **dict.fromkeys(VOID, frozenset()),
    **dict.fromkeys(("ol", "ul"), frozenset(("li",))),
    **dict.fromkeys(GROUPS, frozenset(("tr",))),
    "dl": frozenset(("dd", "dt")),
    "table": GROUPS | {"caption", "colgroup"},
    "colgroup": frozenset(("col",)),
    "tr": frozenset(("td", "th")),
}
"""What may stand in an element so that HTML's rules (HTML, 13.2.6) put it there, too, and close nothing before it."""
BARE = GROUPS | {"table", "colgroup", "tr"}
"""Words in them are moved out of them."""

OTHER = re.compile(
    r"""<[!?]                                          # comments, and what else is no element
    | <[^>]*[\t\n\r\f]                                 # XML makes spaces of those in attributes
    | &(?!(?:amp|lt|gt|quot|\#39|\#34);)               # some numbers are other characters in HTML
    | </(?:br|col|hr|img|wbr)>
    | <pre\b[^>]*>\n                                   # of which HTML takes away the line feed
    | [^\S \t\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]    # carriage returns, form feeds
    """,
    re.VERBOSE,
)
"""What is one thing in HTML and another in XML."""


def html(head: str, words: str, url_fetcher: Any) -> Any:
    """WeasyPrint's `HTML` of a document: `head` up to the opening `<body>`, and the words in it."""
    body = tree(words)
    if body is None:
        return engine.HTML(string=f"{head}{words}</body></html>", base_url=BASE, url_fetcher=url_fetcher)
    root = deepcopy(_around(head))
    place = root.find("body")
    place.text = body.text
    place.extend(list(body))
    return engine.html_of(root, BASE, url_fetcher)


BASE = "book:"


@lru_cache(4)
def _around(head: str) -> Any:
    """The tree of a document without words."""
    return engine.HTML(string=f"{head}</body></html>", base_url=BASE, url_fetcher=fetcher({})).etree_element


def tree(words: str) -> Element | None:
    """The body of a document; None where HTML's rules may make another tree of the words than those of XML."""
    if OTHER.search(words):
        return None
    reader = XMLParser()
    try:
        reader.feed(f"<body>{words}</body>")
        body: Element = reader.close()
    except ParseError:
        return None
    return body if _is_closed(words, body) and _is_plain(body, False) else None


def _is_closed(words: str, body: Element) -> bool:
    """Whether no `>` stands but at the end of tags, and just those are closed in their own tag that hold nothing."""
    count, void = -1, 0
    for element in body.iter():
        count += 1
        void += element.tag in VOID
    closed = words.count("/>")
    return closed == void and words.count(">") == 2 * count - closed


def _is_plain(element: Element, linked: bool) -> bool:
    """Whether everything in an element may stand there; `linked`: whether a link is around it."""
    tag = element.tag
    inside = INSIDE.get(tag)
    if inside is None or (linked and tag == "a") or not _named(element):
        return False
    linked = linked or tag == "a"
    if tag in BARE and not _is_bare(element):
        return False
    return all(child.tag in inside and _is_plain(child, linked) for child in element)


def _is_bare(element: Element) -> bool:
    """Whether there are no words in an element but those of its children."""
    return not "".join([element.text or "", *(child.tail or "" for child in element)]).strip(" \n\t")


def _named(element: Element) -> bool:
    """Whether the names of all attributes are the same in HTML, where capitals are small letters."""
    return all(name.islower() and "{" not in name for name in element.keys())  # noqa: SIM118
