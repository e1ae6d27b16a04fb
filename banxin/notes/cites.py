"""Citations in the text of a book: found, set, and put back as notes, numbers or names with years."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from banxin import tree
from banxin.assemble import REFERENCE
from banxin.book import Book, Chapter, Matter, Node, Nodes
from banxin.config import ListPlace, Scope, Sort
from banxin.convert import PRINTED
from banxin.errors import Level, Place, Problem, stop_on_errors
from banxin.nearest import nearest
from banxin.notes import bracketed, citeproc, fields, mending, places, references, sides
from banxin.notes.bibliography import Bibliography
from banxin.notes.citeproc import Cluster
from banxin.notes.collect import CITES, ID, SERIES
from banxin.notes.labels import LINE
from banxin.notes.series import CITATIONS
from banxin.outline import Sign, asks, unremarked
from banxin.slug import fingerprint

CITED = "Cited"
"""The type of a node that stands for a citation until it is set: its number in the chapter."""
GLUED = re.compile(r"(?<![A-Za-z0-9._])@(\w[\w:.#$%&\-+?<>~/]*)")
"""`如@smith2020所示`: pandoc takes no @ after a letter, and Han are letters; of keys, too (`@王维1993`)."""
MORE = re.compile(r"[:.#$%&\-+?<>~/]?[A-Za-z0-9_]")
"""What goes on with a key, as Han behind it do not."""

PAGES = re.compile(r"\[([^\[\]]+)\]")
"""`@smith2020[12页]`: what pandoc would read after a space."""


@dataclass(slots=True)
class Found:
    """The citations of one chapter."""

    chapter: Chapter
    clusters: list[Cluster] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    """Of the citations, by what they cite, and which of those that cite the same they are."""
    noted: set[int] = field(default_factory=set)
    """Those in notes of the author's."""


def cite(book: Book, bibliography: Bibliography) -> Book:
    """The book with its citations set: notes that `number` will collect, or words; and a list of references.

    Raises:
        ToolError: pandoc fails.
    """
    finder = _Finder(bibliography)
    found = [finder.find(chapter) for chapter in book.chapters]
    set_ = _set(found, bibliography, book.meta.language)
    setter = _Setter(bibliography, _makers(found, bibliography, book.meta.language))
    chapters = [setter.put(one, citations) for one, citations in zip(found, set_, strict=True)]
    lists = _lists(found, bibliography, book.meta.language)
    done = references.placed(replace(book, chapters=tuple(chapters)), lists, bibliography.labels, bibliography.place)
    used = {key: None for one in found for cluster in one.clusters for key in cluster.keys}
    lacking = [problem for key in used for problem in fields.faults(bibliography.entries[key])]
    stop_on_errors([*finder.problems, *lacking])
    return replace(done, problems=(*done.problems, *finder.problems, *lacking))


Where = tuple[int, int]
"""A citation: its chapter, and which it is there."""


def _set(found: Sequence[Found], bibliography: Bibliography, language: str) -> list[list[Nodes]]:
    """The citations of each chapter, set.

    Those in the author's notes are a run of their own where citations are notes: no 同上 of one series means a note
    of another.
    """
    groups: dict[tuple[int, bool], list[Where]] = defaultdict(list)
    notes = bibliography.style.form == "note"
    anew = _by_chapter(bibliography)
    for i, one in enumerate(found):
        for at in range(len(one.clusters)):
            groups[i if anew else 0, notes and at in one.noted].append((i, at))
    runs = [[found[i].clusters[at] for i, at in group] for group in groups.values()]
    done: list[list[Nodes]] = [[[] for _ in one.clusters] for one in found]
    for group, run in zip(
        groups.values(), citeproc.run(runs, bibliography.entries, bibliography.style, language), strict=True
    ):
        for (i, at), words in zip(group, run.citations, strict=True):
            done[i][at] = words
    return done


def _makers(found: Sequence[Found], bibliography: Bibliography, language: str) -> Mapping[str, Nodes]:
    """Who made the works that sentences name (`如@smith2020所示`), where the style has no words for them.

    A raised number names nobody, and for notes ours would give the names of a list: 李四，张三，赵六，等.
    """
    style = bibliography.style
    if not style.raised and not (style.gb and style.form == "note"):
        return {}
    keys = {cluster.keys[0]: None for one in found for cluster in one.clusters if _in_text(cluster.items[0])}
    return citeproc.makers(list(keys), bibliography.entries, language) if keys else {}


def _in_text(item: Mapping[str, Any]) -> bool:
    return bool(item["citationMode"]["t"] == "AuthorInText")


def _by_chapter(bibliography: Bibliography) -> bool:
    """Whether each chapter begins anew: what is named in full, or what is [1]."""
    if bibliography.style.form == "note":
        return bibliography.spec.first is Scope.CHAPTER
    return bibliography.spec.list.place is ListPlace.CHAPTER


def _lists(found: Sequence[Found], bibliography: Bibliography, language: str) -> Mapping[str, Nodes]:
    """The blocks of each list of references, by the chapter that it ends; empty: the book's."""
    spec, style = bibliography.spec.list, bibliography.style
    if spec.place is ListPlace.NONE:
        return {}
    owners: dict[str, list[Cluster]] = {}
    calls: dict[str, dict[str, list[references.Call]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        owner = one.chapter.id if spec.place is ListPlace.CHAPTER else ""
        owners.setdefault(owner, []).extend(one.clusters)
        for cluster, id in zip(one.clusters, one.ids, strict=True):
            for key in dict.fromkeys(cluster.keys):
                calls[owner][key].append(references.Call(id, one.chapter.matter is Matter.FRONT))
    clusters = list(owners.values())
    if style.form == "note" and spec.sort is not Sort.STYLE:
        keys = [[key for cluster in each for key in cluster.keys] for each in clusters]
        lists = citeproc.works(keys, bibliography.entries, style)
    else:  # of styles that cite in the text, what was set already
        lists = [list(run.listed) for run in citeproc.run(clusters, bibliography.entries, style, language)]
    return {
        owner: references.listed(works, bibliography, calls.get(owner, {}))
        for owner, works in zip(owners, lists, strict=True)
        if works
    }


class _Finder:
    """Finds citations, and says which of them cite nothing."""

    def __init__(self, bibliography: Bibliography) -> None:
        self.known = bibliography.entries
        self.longest = max(map(len, self.known), default=0)
        self.form = bibliography.style.form
        self.apart = bibliography.style.outside
        """Works with pages of their own have each a bracket, as pages stand behind it."""
        self.level = Level.WARNING if bibliography.draft else Level.ERROR
        self.problems: list[Problem] = []
        self.found: Found

    def find(self, chapter: Chapter) -> Found:
        """The chapter with a node in place of each citation, and the citations."""
        self.found = Found(chapter)
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.line = chapter.place.line
        self.found.chapter = replace(
            chapter,
            title=self.inlines(chapter.title, 0),
            subtitle=self.inlines(chapter.subtitle, 0),
            blocks=[self.block(block) for block in chapter.blocks],
        )
        return self.found

    def block(self, block: Node) -> Node:
        if not asks(block, Sign.NOTE, Sign.REFERENCE):
            return block
        before = len(self.found.clusters)
        done: Node = tree.map_inlines(block, self.inlines)
        return done if len(self.found.clusters) == before else unremarked(done)

    def inlines(self, inlines: Nodes, line: int) -> Nodes:
        self.line = line or self.line
        self.paragraph = (bracketed.read(inlines, self.known_key), self.line)
        self.misses: Counter[str] = Counter()
        done: Nodes = tree.map_nodes(self.paragraph[0], self.node)
        return done

    def known_key(self, text: str) -> str:
        """The known key that a text begins with."""
        return self.shortened(text)[0]

    def node(self, node: Node) -> Node | Nodes:
        if node["t"] == "Cite":
            return self.cite(node)
        if node["t"] == "Str" and "@" in node["c"]:
            return self.glued(node)
        if node["t"] == "Note":
            inside = list(tree.walk(node["c"]))
            self.noted(part["at"] for part in inside if part["t"] == CITED)
            self.line -= sum(part["t"] == "SoftBreak" for part in inside)  # its words are written elsewhere
        self.line += node["t"] == "SoftBreak"
        return node

    def noted(self, citations: Iterable[int]) -> None:
        """Citations in a note: where they would be notes, they are all of their work, wherever its author is named."""
        for at in citations:
            self.found.noted.add(at)
            if self.form == "note":
                items = self.found.clusters[at].items
                self.found.clusters[at] = Cluster(tuple(_whole(item) for item in items))

    def cite(self, node: Node) -> Node | Nodes:
        items = [part for item in node["c"][0] for part in bracketed.divided(item, self.known_key)]
        rest = ""
        if len(items) == 1 and items[0]["citationId"] not in self.known:
            key, rest = self.shortened(items[0]["citationId"])  # `@smith2020所示`: pandoc takes Han for part of the key
            items = [{**items[0], "citationId": key}] if key else items
        missing = [item["citationId"] for item in items if item["citationId"] not in self.known]
        for key in missing:
            self.missing(key)
        if missing:
            return [tree.span([tree.string("；".join(missing))], "draft-mark")]
        return [*map(self.cited, _with_pages(items) if self.apart else [items]), *([tree.string(rest)] if rest else [])]

    def shortened(self, text: str) -> tuple[str, str]:
        """The longest known key that a text begins with, and what follows it, where that goes on with no key."""
        for end in range(min(len(text), self.longest), 0, -1):
            if text[:end] in self.known and not MORE.match(text, end):
                return text[:end], text[end:]
        return "", ""

    def glued(self, node: Node) -> Nodes:
        text: str = node["c"]
        pieces: Nodes = []
        at = 0
        for match in GLUED.finditer(text):
            key, _ = self.shortened(match[1])
            if not key:
                latin = re.match(r".*[A-Za-z0-9_]", match[1])
                self.doubtful(latin[0] if latin else match[1])
                continue
            if match.start() > at:
                pieces.append(tree.string(text[at : match.start()]))
            at = match.start() + 1 + len(key)
            pages = PAGES.match(text, at)
            pieces.append(self.cited([_item(key, pages[1] if pages else "")]))
            at = pages.end() if pages else at
        return [*pieces, tree.string(text[at:])] if at < len(text) else pieces

    def doubtful(self, key: str) -> None:
        """An @ in the text that cites nothing: told where it looks as if it should."""
        if not REFERENCE.match(f"@{key}") and nearest(key, list(self.known)):
            self.missing(key)

    def missing(self, key: str) -> None:
        hint = fields.unknown(key, list(self.known))
        line = places.line_of(*self.paragraph, key, self.misses[key]) or self.line
        self.misses[key] += 1
        place = Place(self.found.chapter.place.path, line)
        self.problems.append(Problem(place, f"文献里没有这一条：{key}", hint, self.level, excusable=True, code="T055"))

    def cited(self, items: Sequence[Any]) -> Node:
        cluster = Cluster(tuple(items))
        self.counts[cluster.keys] += 1
        same = self.counts[cluster.keys]
        id = f"cite-{fingerprint(self.found.chapter.id, *cluster.keys)}"
        self.found.clusters.append(cluster)
        self.found.lines.append(self.line)
        self.found.ids.append(f"{id}-{same}" if same > 1 else id)
        return {"t": CITED, "at": len(self.found.clusters) - 1}


def _with_pages(items: Nodes) -> Iterator[Nodes]:
    """The works of a citation: those with pages each alone, the others together, in their order."""
    for bare, group in groupby(items, lambda item: not item["citationSuffix"]):
        if bare:
            yield list(group)
        else:
            yield from ([item] for item in group)


def _whole(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "citationMode": {"t": "NormalCitation"}} if _in_text(item) else item


def _item(key: str, pages: str = "") -> dict[str, Any]:
    """`@key` in the words of pandoc: its author is part of the sentence."""
    return {
        "citationId": key,
        "citationPrefix": [],
        "citationSuffix": [tree.string(pages)] if pages else [],
        "citationMode": {"t": "AuthorInText"},
        "citationNoteNum": 0,
        "citationHash": 0,
    }


class _Setter:
    """Puts citations where they were found."""

    def __init__(self, bibliography: Bibliography, makers: Mapping[str, Nodes]) -> None:
        self.style = bibliography.style
        self.entries = bibliography.entries
        self.makers = makers

    def put(self, found: Found, citations: list[Nodes]) -> Chapter:
        """The chapter with its citations."""
        if not citations:
            return found.chapter
        self.found, self.citations = found, citations
        chapter = found.chapter
        return replace(
            chapter,
            title=self.changed(chapter.title),
            subtitle=self.changed(chapter.subtitle),
            blocks=[self.changed(block) if asks(block, Sign.NOTE) else block for block in chapter.blocks],
        )

    def changed(self, value: Any) -> Any:
        return tree.map_nodes(tree.map_nodes(value, self.in_notes), self.in_text)

    def in_notes(self, node: Node) -> Node | Nodes:
        if node["t"] != "Note":
            return node
        if self.style.form != "note":
            return {**node, "c": tree.map_nodes(node["c"], self.flat)}
        inside = tree.map_nodes(tree.map_nodes(node["c"], self.paragraph), self.flat)
        cited = [self.found.ids[one["at"]] for one in tree.walk(node["c"]) if one["t"] == CITED]
        return {**node, "c": inside, **({CITES: cited} if cited else {})}

    def flat(self, node: Node) -> Node | Nodes:
        return self.words(node) if node["t"] == CITED else node

    def paragraph(self, node: Node) -> Node:
        """A paragraph of a note, in which a citation that is a sentence of its own has its full stop."""
        if node["t"] not in ("Para", "Plain"):
            return node
        inlines: Nodes = node["c"]
        done: Nodes = []
        for at, part in enumerate(inlines):
            if part["t"] != CITED:
                done.append(part)
                continue
            after = _text_after(inlines[at + 1 :])
            alone = not after or (sides.AT_START.match(after) is None and _is_sentence_end(inlines[:at]))
            done += self.words(part, (" " if after else "") if alone else None)
        return {**node, "c": done}

    def in_text(self, node: Node) -> Node | Nodes:
        if node["t"] != CITED:
            return node
        if self.style.form != "note":
            return self.words(node)
        cluster, parts = self.found.clusters[node["at"]], self.citations[node["at"]]
        words = [part for part in parts if part["t"] != "Note"]
        named = self.named(cluster) or (self.spoken(words, cluster) if words else [])
        return [*named, *(self.note(part, node["at"]) for part in parts if part["t"] == "Note")]

    def note(self, note: Node, at: int) -> Node:
        """A note of the series of citations."""
        cluster = self.found.clusters[at]
        words = self.kept(self.stopped(note["c"][0]["c"], cluster), cluster)
        blocks = [{**note["c"][0], "c": words}, *note["c"][1:]]
        pages = [citeproc.locator(item["citationSuffix"]) for item in cluster.items]
        id = fingerprint(self.found.chapter.id, "cite", *cluster.keys, *pages)
        return {**note, "c": blocks, SERIES: CITATIONS, ID: id, LINE: self.found.lines[at], CITES: [self.found.ids[at]]}

    def stopped(self, words: Nodes, cluster: Cluster) -> Nodes:
        """A note with its full stop, which in American English stands before a closing mark."""
        english = not self.style.gb and self.entries[cluster.keys[-1]].language == "en"
        return mending.quoted(words) if english else words

    def words(self, node: Node, space: str | None = None) -> Nodes:
        """A citation among words: a number, a name with a year; in a note of the author's, what a note would say.

        Args:
            space: behind its full stop, where it is a sentence of its own.
        """
        cluster = self.found.clusters[node["at"]]
        flat: Nodes = []
        for part in self.citations[node["at"]]:
            if part["t"] != "Note":
                flat.append(part)
                continue
            own = part["c"][0]["c"]
            flat += [
                *([{"t": "Space"}] if flat else []),
                *(citeproc.unstopped(own) if space is None else self.stopped(own, cluster)),
            ]
        if space:
            flat.append({"t": "Space"})
        flat = self.with_pages(flat, cluster)
        inside = self.kept(flat, cluster)
        if self.style.form == "note":
            return inside
        return [*self.named(cluster), tree.span(inside, "citation", id=self.found.ids[node["at"]])]

    def named(self, cluster: Cluster) -> Nodes:
        """Who made a work that a sentence names, if that is not among the words of its citation.

        The name is one of the sentence's words: in a Traditional edition 陸游, whatever the work has.
        """
        names = self.makers.get(cluster.keys[0]) if _in_text(cluster.items[0]) else None
        return self.spoken(names, cluster) if names else []

    def spoken(self, words: Nodes, cluster: Cluster) -> Nodes:
        """Words of the sentence's own that came from a work."""
        language = self.entries[cluster.keys[0]].language
        if language == "zh":
            return [tree.span(words, sides.SPOKEN)]
        return [tree.span(words, "keep", sides.SPOKEN, lang=language)]

    def with_pages(self, words: Nodes, cluster: Cluster) -> Nodes:
        """9.2.1.3, 9.3.1.4: the pages of a citation stand behind its bracket, raised."""
        suffix = cluster.items[0]["citationSuffix"] if self.style.outside and len(cluster.items) == 1 else []
        pages = citeproc.locator(suffix) or tree.plain(suffix).strip().lstrip(",， ")
        if not pages:
            return words
        return [*words, {"t": "Superscript", "c": [tree.string(pages)]}]

    def kept(self, words: Nodes, cluster: Cluster) -> Nodes:
        """Words that no rule of the text changes, in the language of their works where that is not Chinese."""
        languages = {self.entries[key].language for key in cluster.keys}
        language = languages.pop() if len(languages) == 1 else ""
        named = {} if language in ("", "zh") else {"lang": language}
        return [tree.span(_linked(words), "keep", PRINTED, **named)]


SENTENCE_END = re.compile(r"[。！？.!?…][”’」』）)]*\s*$")


def _text_after(inlines: Nodes) -> str:
    """What follows in a note; empty: nothing."""
    return tree.plain(inlines).lstrip()


def _is_sentence_end(before: Nodes) -> bool:
    """Whether a sentence begins behind these words."""
    words = tree.plain(before)
    return not words.strip() or SENTENCE_END.search(words) is not None


def _linked(words: Nodes) -> Nodes:
    """Links to the list of references, by our ids."""

    def change(node: Node) -> Node:
        if node["t"] != "Link" or not node["c"][2][0].startswith("#ref-"):
            return node
        attr, inside, (target, title) = node["c"]
        return {
            **node,
            "c": [[attr[0], [*attr[1], "to-reference"], attr[2]], inside, [f"#{references.id_of(target[5:])}", title]],
        }

    done: Nodes = tree.map_nodes(words, change)
    return done
