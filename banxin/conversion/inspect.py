"""What a manuscript may have wrong for its editions: a script other than its language says, spans for no edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from banxin import tree
from banxin.book import Book, Chapter, Node, Source
from banxin.conversion import script
from banxin.conversion.script import Script
from banxin.convert import is_kept, names_edition
from banxin.errors import Place, Problem
from banxin.nearest import nearest

NAMES = {Script.SIMPLIFIED: "简体", Script.TRADITIONAL: "繁体"}


def problems(book: Book, editions: Mapping[str, str], languages: Mapping[str, str]) -> Iterator[Problem]:
    """All that is wrong, chapter by chapter.

    Args:
        editions: the name of every edition that there may be, and its language.
        languages: the tags that authors write for languages, and ours.
    """
    for chapter in book.chapters:
        yield from _wrong_script(chapter, chapter.language or book.meta.language)
        for node in tree.walk(chapter.blocks):
            if node["t"] == "Span":
                yield from _wrong_span(node, chapter, book.sources, {**languages, **editions})


def _wrong_script(chapter: Chapter, language: str) -> Iterator[Problem]:
    found = script.contradicts(_own_words(chapter), language)
    if found:
        should = "zh-Hans" if found is Script.SIMPLIFIED else "zh-Hant-TW 或 zh-Hant-HK"
        message = f"language 是 {language}，这一章却是{NAMES[found]}"
        hint = f"整本都是，就把书的 language 写成 {should}；只有这一章是，就写在它的开头：language: {should}。"
        yield Problem(Place(chapter.place.path), message, hint)


def _own_words(chapter: Chapter) -> str:
    """The words of a chapter that are not kept as quoted."""
    pieces: list[str] = []

    def look(run: tree.Run) -> tuple[tree.Edit, ...]:
        pieces.append(run.text)
        return ()

    tree.rewrite([*chapter.blocks], look, lambda node: is_kept(node) or _says_language(node))
    return "".join(pieces)


def _says_language(node: Node) -> bool:
    return node["t"] in ("Span", "Div") and bool(tree.attr(node)[2].get("lang"))


def _wrong_span(
    node: Node, chapter: Chapter, sources: Mapping[str, Source], known: Mapping[str, str]
) -> Iterator[Problem]:
    for key, words in node["c"][0][2]:
        if key not in known and not names_edition(key):
            continue
        place = _place(f'{key}="{words}"', chapter, sources)
        if key not in known:
            near = nearest(key, list(known))
            guess = f"是不是 {near}？" if near else ""
            yield Problem(place, f"没有名为 {key} 的版本", f"{guess}可以是：{'、'.join(known)}。")
        elif not words.strip():
            yield Problem(place, f"{key} 没有写换成什么", "写上这个版本里的词，或删去它。")
        elif wrong := script.foreign(words, known[key]):
            named = "繁体" if known[key].startswith("zh-Hant") else "简体"
            yield Problem(place, f"{words} 里的 {'、'.join(wrong)} 不是{named}字", f"{key} 要写{named}。")


def _place(snippet: str, chapter: Chapter, sources: Mapping[str, Source]) -> Place:
    """Where a span's attribute stands in the file; spans have no lines of their own."""
    source = sources.get(chapter.place.path)
    found = source.text.find(snippet) if source else -1
    return Place(chapter.place.path, source.text.count("\n", 0, found) + 1 if source and found >= 0 else 0)
