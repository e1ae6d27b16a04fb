"""Numbers in Han numerals, where the book or the author asks for them: 2025年11月2日 -> 二〇二五年十一月二日.

`years` changes dates only, `han` every whole number in Chinese text, as GB/T 15835-2011 has it: years figure by
figure, what is counted with 十百千万. What is not counted stays in figures, turned with the line in vertical books:
decimals, per cents, times of day, whatever has a Latin letter, a sign or a point beside it, numbers of seven figures
and more, and those that begin with 0 (telephones, codes). The words of links change, their addresses do not; code,
citations, references, and the numbers of figures and tables are no part of what is looked at.

An author decides by `[114]{.han-digits}` (一一四), `[114]{.han-number}` (一百一十四) and `[114]{.figures}`, whatever
the book says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from banxin import numerals, tree, words
from banxin.book import Book, Node
from banxin.config import NumberStyle
from banxin.convert import is_kept
from banxin.tree import Edit, Run
from banxin.typeset.chars import HAN, has_han
from banxin.typeset.style import Style

DIGITS, NUMBER, FIGURES = "han-digits", "han-number", "figures"
"""Classes of spans."""
_LATIN = r"A-Za-z\u00c0-\u024f\u0370-\u04ff"
_BESIDE = rf"0-9{_LATIN}.,:/%‰$€£¥￥+\-–~()\[\]#@&_°℃=×"
_ONE = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_NUMBER = re.compile(
    rf"(?<![{_BESIDE}])(?<![{_LATIN}] )(?P<before>(?<=[{HAN}]) )?(?P<one>{_ONE})"
    rf"(?: ?(?P<to>[\-–~]) ?(?P<two>{_ONE}))?(?![{_BESIDE}'’]| [{_LATIN}])(?P<after> (?=[{HAN}]))?"
)
_ON = re.compile(r"\s*[—～至到]+ ?[0-9]+ ?")
"""What comes between the first number of a span and what both are numbers of: 3—5月."""
_FROM = re.compile(r"[0-9]{4}\s*[—～至到]+ ?$")
_CONNECTORS = {"-": "—", "–": "—", "~": "～"}
_SPAN = "年(?:前(?![后後往夕])|以前|以[来來]|[来來](?![到自])|[间間]|多|[余餘]|的?[历歷]史|之久)"
"""After a thousand years and the like: they are counted, not named."""
_COMMON = re.compile("[公西]元前? ?$")
_REPUBLIC = re.compile("民[国國] ?$")
_ERA = re.compile(
    "(?:明治|大正|昭和|平成|令和|[顺順]治|康熙|雍正|乾隆|嘉[庆慶]|道光|咸[丰豐]|同治|光[绪緒]|宣[统統]|洪武|永[乐樂]|嘉靖|[万萬][历曆]|崇[祯禎]"
    "|[贞貞][观觀]|[开開]元|天[宝寶]|元[丰豐]) ?$"
)
_DAY = re.compile("月(?![球亮])|日(?![元圆圓本])")
_PAIR = re.compile(
    "[个個天次种種位本张張条條只隻家间間件块塊岁歲年周週千万萬亿億倍步句段页頁章篇部人名枚支枝座棵把杯碗斤里米尺寸丈元分秒]"
    "|小[时時]|世[纪紀]"
)
"""What there are 两 of; 二 is said in 第二, 二月, 十二."""
_MOST = 6
"""Figures of a number that is read as a number."""
_LIKE_YEARS = range(1800, 2100)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number and what stands around it."""

    figures: str
    before: str
    after: str
    """What it is a number of, and on."""
    paired: bool = False
    """Whether it is the second of two of which the first is a year."""


def numbered(book: Book, style: Style) -> Book:
    """The book with its numbers as it wants them; the facts of the copyright page stay."""
    if style.numbers == NumberStyle.FIGURES and not any(_asked(node) for node in tree.walk(_trees(book))):
        return book
    changed = words.map_words(book, lambda value: marked(rewritten(value, style)))
    meta = replace(changed.meta, copyright=book.meta.copyright, statement=book.meta.statement, rights=book.meta.rights)
    return replace(changed, meta=meta)


def _trees(book: Book) -> list[Any]:
    chapters = [[chapter.title, chapter.subtitle, chapter.blocks] for chapter in book.chapters]
    return [chapters, [part.title for part in book.parts], [note.blocks for note in book.notes]]


def rewritten(value: Any, style: Style) -> Any:
    """A tree with the numbers that the book's own style changes."""
    if style.numbers == NumberStyle.FIGURES:
        return value
    return tree.rewrite(value, lambda run: edits(run, style), _is_left)


def marked(value: Any) -> Any:
    """A tree with the numbers that the author marked."""
    return tree.map_nodes(value, _decided)


def edits(run: Run, style: Style) -> Iterator[Edit]:
    """`在 2025 年` -> `在二〇二五年`."""
    if not has_han(run.text):
        return
    traditional = style.language.startswith("zh-Hant")
    for match in _NUMBER.finditer(run.text):
        before, after = run.text[: match.start()][-8:], run.text[match.end() :]
        of = after[found.end() :] if (found := _ON.match(after)) else after
        first = _Number(match["one"], before, of, _FROM.search(before) is not None)
        said = [_said(first, style.numbers, traditional)]
        if match["to"]:
            second = _Number(match["two"], before, of, len(match["one"]) == 4)
            said = [*said, _CONNECTORS[match["to"]], _said(second, style.numbers, traditional)]
        if None not in said:
            yield match.start(), match.end(), "".join(map(str, said))


def _said(number: _Number, style: str, traditional: bool) -> str | None:
    """A number in words, or None where it stays."""
    figures = number.figures.replace(",", "")
    if len(figures) > _MOST or figures.startswith("0") and len(figures) > 1:
        return None
    if _is_named(number):
        return numerals.spelt(figures)
    if style == NumberStyle.HAN or _is_dated(number, int(figures)):
        return _counted(number, int(figures), traditional)
    return None


def _is_named(number: _Number) -> bool:
    """A year, which is read figure by figure."""
    after = number.after.lstrip(" ")
    figures = number.figures
    if not after.startswith("年"):
        return len(figures) == 4 and int(figures) in _LIKE_YEARS and not _PAIR.match(after)
    if _COMMON.search(number.before) or _REPUBLIC.search(number.before) and len(figures) == 3:
        return True
    if len(figures) == 4:
        return not (int(figures) % 1000 == 0 and re.match(_SPAN, after))
    return len(figures) == 2 and number.paired


def _is_dated(number: _Number, value: int) -> bool:
    """What else a date is made of."""
    after = number.after.lstrip(" ")
    if _DAY.match(after):
        return 0 < value <= (12 if after.startswith("月") else 31)
    if after.startswith(("号", "號")):
        return number.before.rstrip(" ").endswith("月")
    if after.startswith(("世纪", "世紀", "年代")):
        return True
    return after.startswith("年") and bool(_REPUBLIC.search(number.before) or _ERA.search(number.before))


def _counted(number: _Number, value: int, traditional: bool) -> str:
    after = number.after.lstrip(" ")
    if value == 2 and _PAIR.match(after) and not number.before.rstrip(" ").endswith(("第", "初")):
        return "兩" if traditional else "两"
    return numerals.large(value, traditional)


# --- as the author marks it


def _is_left(node: Node) -> bool:
    """What no book's style changes: what is kept, what the author marked, numbers that are made."""
    if is_kept(node):
        return True
    if node["t"] == "Link":
        return "xref" in tree.attr(node)[1]
    return node["t"] == "Span" and not {DIGITS, NUMBER, FIGURES, "label", "number", "tcy"}.isdisjoint(
        tree.attr(node)[1]
    )


_SAID: dict[str, Callable[[str], str]] = {
    DIGITS: numerals.spelt,
    NUMBER: lambda figures: numerals.large(int(figures)) if len(figures) <= 16 else figures,
    FIGURES: str,
}


def _asked(node: Node) -> str | None:
    """What the author asks for the numbers of a span."""
    return next((name for name in _SAID if name in node["c"][0][1]), None) if node["t"] == "Span" else None


def _decided(node: Node) -> Node:
    asked = _asked(node)
    if asked is None:
        return node
    id, classes, pairs = node["c"][0]
    rest = [each for each in classes if each != asked]
    return {**node, "c": [[id, rest, pairs], tree.map_nodes(node["c"][1], lambda word: _in_words(word, _SAID[asked]))]}


def _in_words(node: Node, say: Callable[[str], str]) -> Node:
    return {**node, "c": re.sub("[0-9]+", lambda match: say(match[0]), node["c"])} if node["t"] == "Str" else node
