"""Citations set by pandoc's citeproc, each work in its own language.

A style says 等 or et al. by one language for a whole document. So every run of citations is set once for each language
that its works are in, with the words (and, for GB/T 7714, the marks) of that language, and of each citation the one in
the language of its work is taken. Positions (first, later, 同上) and numbers are the same in all, since all hold the
same citations in the same order.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from banxin import cache, pandoc, records, tree
from banxin.book import Node, Nodes
from banxin.notes import styles
from banxin.notes.entries import Entry, Meta
from banxin.notes.mending import closed_up, joined_numbers, mended
from banxin.notes.names import adapted
from banxin.notes.styles import Style

KIND, RUNS = "citeproc", "citations"
"""Kinds of entries in the cache: what pandoc makes of a document; what is taken of it."""
LOCALES = {
    "zh": "zh-CN",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "ru": "ru-RU",
    "de": "de-DE",
    "fr": "fr-FR",
    "es": "es-ES",
    "it": "it-IT",
}
"""Language -> the locale of CSL; every other is set in English."""
HAN = frozenset({"zh", "ja"})
"""Languages whose entries have the marks of Han."""
LOCATOR = re.compile(r"^[,，]?\s*(?:pp?\.\s*|第)?([0-9][0-9A-Za-z\-–—,，.]*|[ivxlc]+)\s*[页頁]?$")
"""The pages of a citation: `p. 12`, `第12—15页`, `12`."""

PLACE = re.compile(r"^[,，]?\s*(第[^{}，。；]+|[卷附][^{}，。；]+|[图圖表][ 0-9.\-–—]+|[上中下][册冊][^{}，。；]*)$")
"""Another place in a work, which stands where its pages would: `第三章`, `卷三`, `图3`."""

Item = dict[str, Any]
"""One work of a citation, in pandoc's JSON."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One citation: some works in one pair of brackets."""

    items: tuple[Item, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """What it cites."""
        return tuple(item["citationId"] for item in self.items)


@dataclass(frozen=True, slots=True)
class Listed:
    """A work in a list of references."""

    key: str
    number: str
    """`[1]`; empty where the style has no numbers."""
    words: Nodes


@dataclass(frozen=True, slots=True)
class Run:
    """What becomes of one run of citations."""

    citations: tuple[Nodes, ...]
    """Of each cluster, its inlines; a style of notes gives a Note among them."""
    listed: tuple[Listed, ...]
    """All works cited, as the style sorts them."""


def locator(suffix: Nodes) -> str:
    """The pages that a citation's suffix names, without words: `12-15`; empty where it is something else."""
    match = LOCATOR.match(tree.plain(suffix).strip())
    return match[1].replace("—", "-").replace("–", "-") if match else ""


def run(runs: Sequence[Sequence[Cluster]], entries: Mapping[str, Entry], style: Style, language: str) -> list[Run]:
    """Set runs of citations: in each, the first citation of a work is a first one.

    Args:
        runs: their works are all among the entries.
        language: the book's.

    Raises:
        ToolError: pandoc fails.
    """
    made = [_Run(clusters, entries, style, language) for clusters in runs]
    return _kept(made, [one.key() for one in made], _new)


def _new(made: Sequence[_Run]) -> list[Run]:
    each = iter(_blocks([document for one in made for document in one.documents()]))
    return [one.result([next(each) for _ in one.locales]) for one in made]


def _kept(made: Sequence[_Run], keys: Sequence[str], make: Callable[[Sequence[_Run]], list[Run]]) -> list[Run]:
    """Runs, those that are not kept made together: pandoc starts once."""
    kept = [cache.recall(RUNS, key) for key in keys]
    new = iter(make([one for one, entry in zip(made, kept, strict=True) if entry is None]))
    done = []
    for key, entry in zip(keys, kept, strict=True):
        done.append(next(new) if entry is None else records.made(Run, entry))
        if entry is None:
            cache.keep(RUNS, key, records.plain(done[-1]))
    return done


def makers(keys: Sequence[str], entries: Mapping[str, Entry], language: str) -> dict[str, Nodes]:
    """Who made each work, as a sentence names them: 李四等, Smith et al.; nothing where nobody is named.

    GB/T 7714-2025, 9.3.1, asks for such names before years; numbers and notes have no rule of their own for them. The
    capitals of 2015 belong to its lists.
    """
    named = [key for key in keys if any(entries[key].fields.get(role) for role in MAKERS)]
    if not named:
        return {}
    style = styles.dated()
    clusters = [Cluster(({**_item(key), "citationMode": {"t": "AuthorInText"}},)) for key in named]
    (done,) = run([clusters], entries, style, language)
    found = {}
    for key, words in zip(named, done.citations, strict=True):
        han = is_han(locale(entries[key].language))
        names = tree.plain(words).rpartition(style.opening[0 if han else 1])[0].strip()
        found[key] = _words(ET_AL.sub("", names) if han else names)
    return found


MAKERS = ("author", "composer", "illustrator", "director", "host", "editor", "compiler")
"""Who a work is cited by, as the style of our own has it (`author-short`)."""
ET_AL = re.compile(r" (?=等$|ほか$)")


def works(lists: Sequence[Sequence[str]], entries: Mapping[str, Entry], style: Style) -> list[list[Listed]]:
    """Lists of works by themselves, each in its own language, in no order.

    Args:
        lists: of keys.
    """
    by_locale: list[dict[str, list[str]]] = []
    for keys in lists:
        groups: dict[str, list[str]] = {}
        for key in dict.fromkeys(keys):
            groups.setdefault(locale(entries[key].language), []).append(key)
        by_locale.append(groups)
    documents = [
        _document(where, style, [entries[key] for key in keys], [], keys)
        for groups in by_locale
        for where, keys in groups.items()
    ]
    each = iter(_blocks(documents))
    return [[work for where in groups for work in _listed(next(each), style, where)] for groups in by_locale]


def _blocks(documents: Sequence[str]) -> list[Nodes]:
    """What pandoc makes of documents; kept."""
    keys = [cache.key(KIND, pandoc.identity(), document) for document in documents]
    kept = [cache.recall(KIND, key) for key in keys]
    new = iter(pandoc.cite_all([each for each, entry in zip(documents, kept, strict=True) if entry is None]))
    blocks: list[Nodes] = []
    for key, entry in zip(keys, kept, strict=True):
        blocks.append(json.loads(next(new).text)["blocks"] if entry is None else entry)
        if entry is None:
            cache.keep(KIND, key, blocks[-1])
    return blocks


class _Run:
    """One run: its documents, one a language, and what is taken from each."""

    def __init__(self, clusters: Sequence[Cluster], entries: Mapping[str, Entry], style: Style, language: str) -> None:
        self.style = style
        self.own = language[:2]
        keys = dict.fromkeys(key for cluster in clusters for key in cluster.keys)
        self.entries = {key: entries[key] for key in keys}
        self.parts = [list(self.divided(cluster)) for cluster in clusters]
        languages = {entry.language for entry in self.entries.values()} | {self.own}
        self.locales = list(dict.fromkeys(map(locale, sorted(languages))))
        """In which the run is set."""

    def divided(self, cluster: Cluster) -> Iterator[Cluster]:
        """A citation of works in several languages is set work by work, unless only numbers are shown."""
        if self.style.form == "numeric" or len({self.locale_of(key) for key in cluster.keys}) == 1:
            yield cluster
            return
        for item in cluster.items:
            yield Cluster((item,))

    def locale_of(self, key: str) -> str:
        return locale(self.entries[key].language)

    def key(self) -> str:
        """What all of it is made from."""
        fields = [[key, entry.language, dict(entry.fields)] for key, entry in self.entries.items()]
        items = [cluster.items for parts in self.parts for cluster in parts]
        whole = [len(parts) for parts in self.parts]
        return cache.key(RUNS, pandoc.identity(), fields, items, whole, self.style, self.own)

    def documents(self) -> Iterator[str]:
        parts = [part for parts in self.parts for part in (*parts, *_whole(parts))]
        for where in self.locales:
            yield _document(where, self.style, self.entries.values(), parts)

    def result(self, documents: Sequence[Nodes]) -> Run:
        by_locale = dict(zip(self.locales, documents, strict=True))
        at = 0
        citations: list[Nodes] = []
        for parts in self.parts:
            pieces = []
            for part in parts:
                where = self.locale_of(part.keys[0])
                pieces.append((self.words(by_locale[where][at]["c"][0]["c"][1], part), is_han(where)))
                at += 1
            at += len(_whole(parts))
            citations.append(self.joined(pieces))
        lists = {
            where: {one.key: one for one in _listed(blocks, self.style, where)} for where, blocks in by_locale.items()
        }
        order = lists[locale(self.own)]
        return Run(tuple(citations), tuple(lists[self.locale_of(key)][key] for key in order))

    def words(self, citation: Nodes, part: Cluster) -> Nodes:
        """What citeproc made of a citation, without what it cannot know."""
        close = closed_up(citation, [tree.plain(item["citationPrefix"]) for item in part.items], self.style)
        return joined_numbers(close) if self.style.gb and self.style.form == "numeric" else close

    def joined(self, pieces: list[tuple[Nodes, bool]]) -> Nodes:
        """The works of one citation, set apart, as one."""
        pieces = [(mended(piece, self.style, han), han) for piece, han in pieces]
        if len(pieces) == 1:
            return pieces[0][0]
        notes = [[note for note in piece if note["t"] == "Note"] for piece, _ in pieces]
        if all(notes):
            bodies = [found[0]["c"][0]["c"] for found in notes]
            whole = _between([unstopped(body) for body in bodies[:-1]] + [bodies[-1]], self.mark_between())
            return [{"t": "Note", "c": [{"t": "Para", "c": whole}]}]
        bare = [_unbracketed(piece, self.style, han) for piece, han in pieces]
        side = 0 if self.own in HAN else 1
        inside = _between(bare, self.style.between[side])
        return [tree.string(self.style.opening[side]), *inside, tree.string(self.style.closing[side])]

    def mark_between(self) -> str:
        return self.style.between[0 if self.own in HAN else 1]


def _whole(parts: Sequence[Cluster]) -> list[Cluster]:
    """A citation that is set work by work, whole behind its parts: no 同上 after it means the last of its works."""
    return [Cluster(tuple(item for part in parts for item in part.items))] if len(parts) > 1 else []


def _document(
    where: str, style: Style, entries: Iterable[Entry], parts: Sequence[Cluster], listed: Sequence[str] = ()
) -> str:
    """A document with these citations in a locale, and works that are listed without being cited."""
    csl = base64.b64encode(style.text(is_han(where)).encode()).decode()
    meta = {
        "csl": _string(f"data:text/plain;base64,{csl}"),
        "lang": _string(where),
        "link-citations": {"t": "MetaBool", "c": True},
        "references": {"t": "MetaList", "c": [_reference(entry, style) for entry in entries]},
    }
    if listed:
        meta["nocite"] = {"t": "MetaInlines", "c": [_cite([_item(key) for key in listed], 0)]}
    bare = style.outside
    blocks = [{"t": "Para", "c": [_cite(part.items, at, bare)]} for at, part in enumerate(parts, 1)]
    document = {"pandoc-api-version": pandoc.api_version(), "meta": meta, "blocks": blocks}
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def _item(key: str) -> Item:
    return {
        "citationId": key,
        "citationPrefix": [],
        "citationSuffix": [],
        "citationMode": {"t": "NormalCitation"},
        "citationNoteNum": 0,
        "citationHash": 0,
    }


def locale(language: str) -> str:
    """The locale of CSL that a language is set in."""
    return LOCALES.get(language, "en-US")


def is_han(where: str) -> bool:
    """Whether the entries of a locale have the marks of Han."""
    return where[:2] in HAN


def _string(text: str) -> Meta:
    return {"t": "MetaString", "c": text}


def _reference(entry: Entry, style: Style) -> Meta:
    return {"t": "MetaMap", "c": dict(adapted(entry, style.gb, style.full))}


def _cite(items: Iterable[Item], at: int, bare: bool = False) -> Node:
    """A citation for citeproc, which knows pages by the words of one language: `第12页` is said as a bare figure.

    Args:
        bare: pages are said elsewhere.
    """
    plain = [
        {**item, "citationNoteNum": at, "citationSuffix": [] if bare else _suffix(item["citationSuffix"])}
        for item in items
    ]
    return {"t": "Cite", "c": [plain, [tree.string("?")]]}


def _suffix(suffix: Nodes) -> Nodes:
    if pages := locator(suffix):
        return _words(f", {pages}")
    place = PLACE.match(tree.plain(suffix).strip())
    return _words(f", {{{place[1]}}}") if place else suffix


def _words(text: str) -> Nodes:
    pieces = text.split(" ")
    return [node for piece in pieces for node in ({"t": "Space"}, tree.string(piece))][1:] if text else []


def _listed(blocks: Nodes, style: Style, where: str) -> Iterator[Listed]:
    """The works of the list at the end of a document."""
    if not blocks or blocks[-1]["t"] != "Div" or blocks[-1]["c"][0][0] != "refs":
        return
    for div in blocks[-1]["c"][1]:
        inlines = [node for block in div["c"][1] if block["t"] in ("Para", "Plain") for node in block["c"]]
        number = [node for node in inlines if _is(node, "csl-left-margin")]
        body = [node for node in inlines if not _is(node, "csl-left-margin")]
        flat: Nodes = []
        for node in body:
            flat += node["c"][1] if _is(node, "csl-right-inline") else [node]
        words = mended(flat, style, is_han(where))
        yield Listed(div["c"][0][0].removeprefix("ref-"), tree.plain(number).strip(), words)


def _is(node: Node, name: str) -> bool:
    return node["t"] == "Span" and name in node["c"][0][1]


def _between(pieces: Sequence[Nodes], mark: str) -> Nodes:
    whole: Nodes = []
    for piece in pieces:
        whole += [*(_marks(mark) if whole else []), *piece]
    return whole


def _marks(mark: str) -> Nodes:
    return _words(mark) if mark.strip() != mark else [tree.string(mark)]


def unstopped(inlines: Nodes) -> Nodes:
    """Without the full stop at its end."""
    last = inlines[-1] if inlines else None
    if last and last["t"] == "Str" and last["c"].endswith((".", "。")):
        return [*inlines[:-1], *([tree.string(last["c"][:-1])] if len(last["c"]) > 1 else [])]
    return inlines


def _unbracketed(inlines: Nodes, style: Style, han: bool) -> Nodes:
    """A citation without what the style puts around it."""
    side = 0 if han else 1
    return _stripped(_stripped(inlines, style.opening[side], 0), style.closing[side], -1)


def _stripped(inlines: Nodes, mark: str, at: int) -> Nodes:
    if not mark or not inlines or inlines[at]["t"] != "Str":
        return inlines
    text = inlines[at]["c"]
    bare = text.removeprefix(mark) if at == 0 else text.removesuffix(mark)
    middle = [tree.string(bare)] if bare else []
    return [*middle, *inlines[1:]] if at == 0 else [*inlines[:-1], *middle]
