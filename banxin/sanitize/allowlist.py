"""The tags, attributes and addresses that a chapter may use, and nh3 set up to let nothing else through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import nh3
from lxml import etree

WRAPPERS = {
    **{"em": "Emph", "i": "Emph", "strong": "Strong", "b": "Strong", "u": "Underline", "s": "Strikeout"},
    **{"del": "Strikeout", "sub": "Subscript", "sup": "Superscript"},
}
"""Elements that pandoc has a node for."""
SPANS = frozenset({"kbd", "mark", "small", "abbr", "cite", "dfn", "var", "samp", "ins"})
"""Elements that become a Span whose class is their name."""
INLINE = frozenset({*WRAPPERS, *SPANS, "span", "code", "q", "a", "img", "br", "ruby", "rt", "rp", "rb"})
TABLE = frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"})
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCK = frozenset(
    {*TABLE, *HEADINGS, "div", "p", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "hr"}
    | {"figure", "figcaption", "details", "summary"}
)
PARAGRAPHED = frozenset({"div", "blockquote", "details"})
"""Blocks in which words make a paragraph of their own."""
OPTIONAL_END = frozenset({"li", "dt", "dd", "p", "tr", "td", "th", "thead", "tbody", "tfoot", "rt", "rp", "rb"})
"""Elements whose end tag may be left out."""
WITH_CONTENT = frozenset({"script", "style"})
"""Elements that go with all they contain."""

EVERYWHERE = frozenset({"class", "id", "lang", "title", "dir"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href", "name"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"colspan", "rowspan", "align"}),
    "th": frozenset({"colspan", "rowspan", "align"}),
    "p": frozenset({"align"}),
    "div": frozenset({"align"}),
}
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
IMAGE_SCHEMES = frozenset({"http", "https", "data"})
SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")

ACTIVE = frozenset(
    {"style", "src", "srcset", "srcdoc", "href", "hreflang", "ping", "poster", "data", "manifest", "background", "code"}
    | {"codebase", "classid", "archive", "action", "formaction", "formenctype", "formmethod", "formnovalidate", "form"}
    | {"formtarget", "target", "method", "enctype", "http-equiv", "content", "charset", "imagesrcset", "imagesizes"}
    | {
        "usemap",
        "ismap",
        "autofocus",
        "autoplay",
        "contenteditable",
        "draggable",
        "tabindex",
        "accesskey",
        "is",
        "slot",
    }
    | {"nonce", "integrity", "crossorigin", "sandbox", "allow", "allowfullscreen", "hidden", "download", "resource"}
    | {
        "about",
        "property",
        "typeof",
        "vocab",
        "prefix",
        "itemid",
        "itemprop",
        "itemref",
        "itemscope",
        "itemtype",
        "rel",
    }
    | {"rev", "media", "async", "defer", "nomodule", "referrerpolicy", "loading", "inert"}
    | {"popover", "popovertarget", "popovertargetaction", "slot", "rel"}
)
"""Attributes that load, submit, run or hide something, or say how something looks; `on…` besides."""
PREFIXED = frozenset({"epub:type", "xml:lang"})

HOLD = "data-hold"
"""The attribute of an element that stands for nodes which are not raw."""
LINE = "data-line"
"""The attribute that carries the line of the source."""


def safe_link(target: str) -> bool:
    """Whether a link may point there: to the web, to a mailbox, to a file of the book or to an anchor."""
    return _scheme(target) in LINK_SCHEMES | {""}


def _safe_source(target: str) -> bool:
    """Whether a picture may come from there; images.find looks closer."""
    return _scheme(target) in IMAGE_SCHEMES | {""}


def _scheme(target: str) -> str:
    match = SCHEME.match(INVISIBLE.sub("", target))
    return match[1].lower() if match else ""


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value, re.IGNORECASE) is not None


VALUES: Mapping[str, Callable[[str], bool]] = {
    "href": safe_link,
    "src": _safe_source,
    **dict.fromkeys(("colspan", "rowspan", "start"), _matches("[0-9]{1,3}")),
    **dict.fromkeys(("width", "height"), _matches(r"[0-9]{1,5}(\.[0-9]{1,4})?(%|px|pt|mm|cm|in|em)?")),
    "align": _matches("left|center|right"),
}
"""What the value of an attribute must be; any value where none is named."""


def allowed_attribute(tag: str, name: str, value: str) -> bool:
    """Whether an author may write this attribute on this tag."""
    if name not in EVERYWHERE and name not in ATTRIBUTES.get(tag, ()):
        return False
    return name not in VALUES or VALUES[name](value)


def can_act(name: str) -> bool:
    """Whether an attribute of a native node does more than name things."""
    name = name.lower()
    return name.startswith("on") or name in ACTIVE or (":" in name and name not in PREFIXED)


def _filter(tag: str, name: str, value: str) -> str | None:
    return value if name in (HOLD, LINE) or allowed_attribute(tag, name, value) else None


GUARD = nh3.Cleaner(
    tags=set(INLINE | BLOCK),
    clean_content_tags=set(WITH_CONTENT),
    attributes={
        "*": {*EVERYWHERE, LINE},
        **{tag: set(names) for tag, names in ATTRIBUTES.items()},
        "span": {HOLD},
        "div": {HOLD, "align"},
    },
    attribute_filter=_filter,
    url_schemes=set(LINK_SCHEMES | IMAGE_SCHEMES),
    link_rel=None,
)
PARSER = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)


def cleaned(markup: str) -> etree._Element:
    """HTML as elements, with allowed ones only: the children of what is returned."""
    root = etree.fromstring(f"<div>{GUARD.clean(markup)}</div>", PARSER)
    return root[0][0]
