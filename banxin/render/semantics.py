"""What kind of chapter a page is, in the words of EPUB (`epub:type`) and of WAI-ARIA (`role`).

Sources: EPUB 3 Structural Semantics Vocabulary 1.1; Digital Publishing WAI-ARIA Module 1.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from banxin.book import Matter
from banxin.render.page import Page


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of chapter; a role is empty where ARIA has none for it."""

    type: str
    role: str = ""


CHAPTER = Kind("chapter", "doc-chapter")
KINDS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("序言", "自序", "代序", "前言", "序", "preface"), Kind("preface", "doc-preface")),
    (("推荐序", "他序", "foreword"), Kind("foreword", "doc-foreword")),
    (("导言", "導言", "引言", "导论", "導論", "绪论", "緒論", "introduction"),
     Kind("introduction", "doc-introduction")),
    (("楔子", "引子", "序章", "序幕", "prologue"), Kind("prologue", "doc-prologue")),
    (("尾声", "尾聲", "epilogue"), Kind("epilogue", "doc-epilogue")),
    (("结论", "結論", "结语", "結語", "conclusion"), Kind("conclusion", "doc-conclusion")),
    (("后记", "後記", "跋", "编后", "編後", "afterword"), Kind("afterword", "doc-afterword")),
    (("致谢", "致謝", "鸣谢", "鳴謝", "acknowledgements", "acknowledgments"),
     Kind("acknowledgments", "doc-acknowledgments")),
    (("参考文献", "參考文獻", "参考书目", "參考書目", "bibliography"),
     Kind("bibliography", "doc-bibliography")),
    (("术语表", "術語表", "名词解释", "名詞解釋", "glossary"), Kind("glossary", "doc-glossary")),
    (("勘误", "勘誤", "errata"), Kind("errata", "doc-errata")),
    (("附录", "附錄", "appendix"), Kind("appendix", "doc-appendix")),
)  # fmt: skip
"""Titles that say what a chapter is; the longest that a title begins with counts."""


def kind_of(page: Page) -> Kind:
    """The kind of a chapter, by its label and its title; `chapter` where neither says more."""
    for words in (page.label, page.text):
        if found := _by_words(words.strip().lower()):
            return found
    return CHAPTER


def _by_words(words: str) -> Kind | None:
    matches = [(len(word), kind) for titles, kind in KINDS for word in titles if _opens(words, word)]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def _opens(words: str, word: str) -> bool:
    """`序` alone or before a mark, not `序列`; `附录一` and `后记：…` too."""
    if not words.startswith(word):
        return False
    after = words[len(word) : len(word) + 1]
    return not after or not after.isalpha() or after in "一二三四五六七八九十甲乙丙丁"


def matter_type(matter: Matter) -> str:
    """The `epub:type` of a whole document."""
    return f"{matter}matter"
