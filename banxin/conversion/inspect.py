"""What a manuscript may have wrong for its editions: a script other than its language says, spans for no edition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from banxin import tree
from banxin.book import Book, Chapter, Node, Source
from banxin.conversion import script
from banxin.conversion.script import Script
from banxin.convert import is_kept, names_edition
from banxin.errors import Place, Problem
from banxin.languages import canonical
from banxin.nearest import nearest

NAMES = {Script.SIMPLIFIED: "简体", Script.TRADITIONAL: "繁体"}


def problems(book: Book, editions: Mapping[str, str], languages: Mapping[str, str]) -> Iterator[Problem]:
    """All that is wrong, chapter by chapter.

    Args:
        editions: the name of every edition that there may be, and its language.
        languages: the tags that authors write for languages, and ours.
    """
    known = {**languages, **editions}
    for chapter in book.chapters:
        yield from _wrong_script(chapter, chapter.language or book.meta.language)
        spans = Spans(chapter, book.sources)
        for node in tree.walk([chapter.title, chapter.subtitle, chapter.blocks]):
            if node["t"] == "Span":
                yield from _wrong_span(node, spans, known)


def _wrong_script(chapter: Chapter, language: str) -> Iterator[Problem]:
    found = script.contradicts(_own_words(chapter), language)
    if found:
        should = "zh-Hans" if found is Script.SIMPLIFIED else "zh-Hant-TW 或 zh-Hant-HK"
        message = f"language 是 {language}，这一章却是{NAMES[found]}"
        hint = f"整本都是，就把书的 language 写成 {should}；只有这一章是，就写在它的开头：language: {should}。"
        yield Problem(Place(chapter.place.path), message, hint, code="T090")


def _own_words(chapter: Chapter) -> str:
    """The words of a chapter that are not kept as quoted."""
    return "".join(run.text for run in tree.runs(chapter.blocks, lambda node: is_kept(node) or _says_language(node)))


def _says_language(node: Node) -> bool:
    return node["t"] in ("Span", "Div") and bool(tree.attr(node)[2].get("lang"))


def _wrong_span(node: Node, spans: Spans, known: Mapping[str, str]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for key, words in node["c"][0][2]:
        if key not in known and not names_edition(key):
            continue
        place = spans.place(key, words)
        if key not in known:
            near = nearest(key, list(known))
            guess = f"是不是 {near}？" if near else ""
            yield Problem(place, f"没有名为 {key} 的版本", f"{guess}可以是：{'、'.join(known)}。", code="T091")
            continue
        first = seen.setdefault(canonical(key), key)
        if first != key:
            yield Problem(place, f"{first} 和 {key} 是同一个版本", "只写一个。", code="T091")
        elif not words.strip():
            yield Problem(place, f"{key} 没有写换成什么", "写上这个版本里的词，或删去它。", code="T091")
        elif wrong := script.foreign(words, known[key]):
            named = "繁体" if known[key].startswith("zh-Hant") else "简体"
            yield Problem(place, f"{words} 里的 {'、'.join(wrong)} 不是{named}字", f"{key} 要写{named}。", code="T091")


class Spans:
    """Where the attributes of a chapter's spans stand in its file: pandoc tells no lines of spans.

    The same attribute may stand there several times; they are met in the order of the file.
    """

    def __init__(self, chapter: Chapter, sources: Mapping[str, Source]) -> None:
        self.path = chapter.place.path
        self.text = sources[self.path].text if self.path in sources else ""
        self.met: dict[tuple[str, str], int] = {}

    def place(self, key: str, words: str) -> Place:
        """The next place of an attribute; line 0 where it is written in a way that we do not know."""
        pattern = re.compile(rf"""(?<![\w-]){re.escape(key)}\s*=\s*["']?{re.escape(words)}""")
        found = pattern.search(self.text, self.met.get((key, words), 0))
        if not found:
            return Place(self.path, 0)
        self.met[key, words] = found.end()
        return Place(self.path, self.text.count("\n", 0, found.start()) + 1)
