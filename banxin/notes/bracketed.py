"""Citations in brackets whose words are glued to the key: `[见@wang1993, 第12页]`, `[@wang1993; 又见@smith2020]`.

Pandoc takes no @ after a letter, and Han are letters, so it leaves the brackets as they are. With a space before the @
it reads a citation with a prefix; here it is read so without one. So are pages behind a key (`如@wang1993 [12页]`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from banxin import tree
from banxin.book import Node, Nodes

SIGN = re.compile(r"([\[\];；])")
BETWEEN = frozenset(";；")
GLUED = re.compile(r"(?<![A-Za-z0-9._])(-?)@(\w[^\s@\[\];；]*)")
AT_END = re.compile(f"{GLUED.pattern}$")
PAGES = re.compile(r"\[[^\[\]@]*\d[^\[\]@]*\]")
BRACED = re.compile(r"(?<![A-Za-z0-9._])(-?@)\{([^{}\s]+)\}(?![A-Za-z0-9_])")
"""`又@{smith2020}`: pandoc's braces around a key, behind Han."""
Known = Callable[[str], str]
"""The key that a text begins with; empty where none is known."""


def read(inlines: Nodes, known: Known) -> Nodes:
    """The same inlines, with such brackets as citations; also in what is around words, and in notes."""
    inside = _with_pages([_inside(node, known) for node in inlines], known)
    if not any(node["t"] == "Str" and "[" in node["c"] for node in inside):
        return inside
    return _joined(_read(list(_atoms(inside)), known))


def _joined(inlines: Iterable[Node]) -> Nodes:
    """The inlines with words whole again that were taken apart."""
    done: Nodes = []
    for node in inlines:
        if node["t"] == "Str" and done and done[-1]["t"] == "Str":
            done[-1] = tree.string(done[-1]["c"] + node["c"])
        else:
            done.append(node)
    return done


def _inside(node: Node, known: Known) -> Node:
    if node["t"] == "Str":
        return tree.string(BRACED.sub(r"\1\2", node["c"])) if "@{" in node["c"] else node
    if node["t"] == "Note":
        done: Nodes = tree.map_inlines(node["c"], lambda inlines, _: read(inlines, known))
        return {**node, "c": done}
    content = tree.inner(node)
    return node if content is None else tree.with_inner(node, read(content, known))


def _with_pages(inlines: Nodes, known: Known) -> Nodes:
    """Without the space between a key in the text and its pages, which are looked for right behind it."""
    done: Nodes = []
    for node in inlines:
        if node["t"] == "Str" and PAGES.match(node["c"]) and len(done) > 1 and done[-1]["t"] == "Space":
            match = AT_END.search(done[-2]["c"]) if done[-2]["t"] == "Str" else None
            if match and known(match[2]) == match[2]:
                done[-2:] = [tree.string(done[-2]["c"] + node["c"])]
                continue
        done.append(node)
    return done


def _atoms(inlines: Nodes) -> Iterator[Node]:
    """The inlines, each bracket and semicolon alone."""
    for node in inlines:
        if node["t"] == "Str" and SIGN.search(node["c"]):
            yield from (tree.string(piece) for piece in SIGN.split(node["c"]) if piece)
        else:
            yield node


def _read(atoms: Nodes, known: Known) -> Iterator[Node]:
    waiting: Nodes = []  # from the last opening bracket on
    for atom in atoms:
        sign = atom["c"] if atom["t"] == "Str" else ""
        if sign == "[":
            yield from waiting
            waiting = [atom]
        elif sign == "]" and waiting:
            items = _items(waiting[1:], known)
            yield from [{"t": "Cite", "c": [items, []]}] if items else [*waiting, atom]
            waiting = []
        elif waiting:
            waiting.append(atom)
        else:
            yield atom
    yield from waiting


def _items(atoms: Nodes, known: Known) -> list[Any]:
    """The works of a citation; none, where a part of it cites nothing."""
    items = [_item(part, known) for part in _parts(atoms)]
    return [] if None in items else items


def _parts(atoms: Nodes) -> list[Nodes]:
    parts: list[Nodes] = [[]]
    for atom in atoms:
        if atom["t"] == "Str" and atom["c"] in BETWEEN:
            parts.append([])
        else:
            parts[-1].append(atom)
    return parts


def divided(item: dict[str, Any], known: Known) -> list[Any]:
    """The works that pandoc took for one and words behind it: `[@wang1993；又见@smith2020]`, with a wide semicolon."""
    first, *rest = _parts(list(_atoms(item["citationSuffix"])))
    items = [_item(part, known) for part in rest]
    return [item] if None in items else [{**item, "citationSuffix": first}, *items]


def _item(part: Nodes, known: Known) -> dict[str, Any] | None:
    for at, node in enumerate(part):
        if node["t"] == "Cite" and len(node["c"][0]) == 1:  # pandoc's, behind a space: its author would be in the text
            return _made(node["c"][0][0]["citationId"], part[:at], part[at + 1 :])
        match = GLUED.search(node["c"]) if node["t"] == "Str" else None
        key = known(match[2]) if match else ""
        if match and key:
            before, after = node["c"][: match.start()], match[2][len(key) :] + node["c"][match.end() :]
            ends = [[tree.string(text)] if text else [] for text in (before, after)]
            return _made(key, [*part[:at], *ends[0]], [*ends[1], *part[at + 1 :]], bool(match[1]))
    return None


def _made(key: str, prefix: Nodes, suffix: Nodes, suppressed: bool = False) -> dict[str, Any]:
    """A work of a citation, in pandoc's JSON."""
    while prefix and prefix[0]["t"] in tree.SIGNS:
        prefix = prefix[1:]
    while prefix and prefix[-1]["t"] in tree.SIGNS:
        prefix = prefix[:-1]
    return {
        "citationId": key,
        "citationPrefix": prefix,
        "citationSuffix": suffix,
        "citationMode": {"t": "SuppressAuthor" if suppressed else "NormalCitation"},
        "citationNoteNum": 0,
        "citationHash": 0,
    }
