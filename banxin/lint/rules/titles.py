"""Titles of books without 《》: only where the book itself, or the word before, says that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from banxin.lint.rules.fault import Context, Fault
from banxin.lint.rules.marks import near
from banxin.tree import Run
from banxin.typeset.chars import HAN

MARKED = re.compile(r"《([^《》\n]{2,20})》")
QUOTED = re.compile(r"[“「]([^“”「」\n]{2,20})[”」]")
BEFORE = re.compile(
    r"(?:长篇小说|中篇小说|短篇小说|长篇|诗集|散文集|小说集|文集|专著|译著|名著|著有|写有|译有|重读|通读|读完了?|读过|翻开)$"
)
"""Words after which a title stands, and nothing else in quotation marks."""
GENRE = re.compile(r"(?:长篇小说|中篇小说|短篇小说|诗集|散文集|小说集|文集|专著|译著|名著|著有|写有|译有)$")
HAN_CHAR = re.compile(f"[{HAN}]")
LONG = 4
"""Characters of a title that is hardly an everyday word."""


def unmarked(run: Run, context: Context) -> Iterator[Fault]:
    """A title in quotation marks that has 《》 elsewhere, or after `长篇小说`; a bare one after `读完`."""
    for match in QUOTED.finditer(run.text):
        before = run.text[: match.start()]
        if match[1] in context.titles or GENRE.search(before):
            yield _fault(run, match.start(), match.end(), match[1])
    for title in context.titles:
        if len(title) < LONG or title not in run.text:
            continue
        for match in re.finditer(re.escape(title), run.text):
            after = run.text[match.end() : match.end() + 1]
            if BEFORE.search(run.text[: match.start()]) and not HAN_CHAR.match(after):
                yield _fault(run, match.start(), match.end(), title)


def _fault(run: Run, start: int, end: int, title: str) -> Fault:
    return Fault("T012", start, end, f"书名没有用书名号：{near(run, start, end)}", f"是书名、篇名，就写作《{title}》。")


def known(sources: Iterable[str]) -> frozenset[str]:
    """Titles that the book marks somewhere."""
    return frozenset(title for source in sources for title in MARKED.findall(source))
