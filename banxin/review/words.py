"""Text -> words, and what happened between two lists of words.

Latin words and figures are words. Han is compared by the character and shown by the word: changes with next to nothing
between them are one change, and a change inside a word is a change of the word, so that a reader sees 排版 -> 排印 and
no confetti.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from banxin.review.model import PILCROW, Piece, Turn, Word
from banxin.typeset.chars import HAN, KANA, is_han

LETTER = rf"[^\W_{HAN}{KANA}]"
WORD = re.compile(rf"({LETTER}+(?:['’]{LETTER}+|[.,]\d+)*|……|——|⋯⋯|\S)(\s*)")
CODE_WORD = re.compile(rf"(?:{LETTER}|_)+|\n|[^\S\n]+|\S")
LONGEST = 3000
"""Words of a passage that are compared one by one; a longer one is compared by its sentences."""
LONGEST_HAN_WORD = 4
WINDOW = 12
"""Characters around the changes that are cut into words."""
SENTENCE_END = frozenset("。！？!?\n" + PILCROW)

Span = tuple[int, int, int, int]
"""Words [a, b) of the old list gave way to words [c, d) of the new one."""


def code_words(text: str) -> Iterator[Word]:
    """Program text: spaces and line ends are words too."""
    for match in CODE_WORD.finditer(text):
        yield Word(match[0], ("code",))


def compare(old: Sequence[Word], new: Sequence[Word]) -> tuple[Piece, ...]:
    """What stayed, what was taken out and what was put in, in reading order; out comes before in."""
    a, b = [word.text for word in old], [word.text for word in new]
    spans = _whole_words(_merged(_spans(a, b), a, b), a, b)
    pieces: list[Piece] = []
    i = j = 0
    for i1, i2, j1, j2 in [*spans, (len(a), len(a), len(b), len(b))]:
        pieces += _kept(old[i:i1], new[j:j1])
        if i1 < i2:
            pieces.append(Piece(Turn.OUT, tuple(old[i1:i2])))
        if j1 < j2:
            pieces.append(Piece(Turn.IN, tuple(new[j1:j2])))
        i, j = i2, j2
    return tuple(pieces)


# Unchanged words with other markup ------------------------------------------------------------------------------------

MARKS = {"strong": "粗体", "em": "着重", "em-dot": "着重号", "proper-name": "专名号", "book-title": "书名线",
         "code": "代码", "u": "下线", "s": "删去线", "sup": "上标", "sub": "下标",
         "smallcaps": "小型大写", "keep": "不转换", "kai": "楷体", "math": "公式"}  # fmt: skip
PREFIXES = {"link:": "链接 ", "image:": "图 ", "lang:": "语言 ", "ruby:": "注音 "}


def say(marks: tuple[str, ...]) -> str:
    """Markup in the words of the trade."""
    return "、".join(_say(mark) for mark in marks) or "无"


def _say(mark: str) -> str:
    for prefix, name in PREFIXES.items():
        if mark.startswith(prefix):
            return name + mark.removeprefix(prefix)
    return MARKS.get(mark, mark)


def _kept(old: Sequence[Word], new: Sequence[Word]) -> Iterator[Piece]:
    """Unchanged words, cut where their markup begins or ceases to differ."""
    notes = [_restyled(before.marks, after.marks) for before, after in zip(old, new, strict=True)]
    start = 0
    for i in range(1, len(notes) + 1):
        if i == len(notes) or notes[i] != notes[start]:
            yield Piece(Turn.SAME, tuple(new[start:i]), notes[start])
            start = i


def _restyled(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    if old == new:
        return ""
    gone, come = [tuple(mark for mark in a if mark not in b) for a, b in ((old, new), (new, old))]
    return f"{say(gone)} → {say(come)}"


# Finding the changes --------------------------------------------------------------------------------------------------


def _spans(a: list[str], b: list[str]) -> list[Span]:
    """Changed stretches: common beginnings and ends are set aside, then the longest common runs."""
    shortest = min(len(a), len(b))
    start = next((i for i in range(shortest) if a[i] != b[i]), shortest)
    end = next((i for i in range(shortest - start) if a[-1 - i] != b[-1 - i]), shortest - start)
    inner_a, inner_b = a[start : len(a) - end], b[start : len(b) - end]
    find = _by_sentence if min(len(inner_a), len(inner_b)) > LONGEST else _by_word
    return [(i1 + start, i2 + start, j1 + start, j2 + start) for i1, i2, j1, j2 in find(inner_a, inner_b)]


def _by_word(a: Sequence[str], b: Sequence[str]) -> list[Span]:
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return [(i1, i2, j1, j2) for tag, i1, i2, j1, j2 in codes if tag != "equal"]


def _by_sentence(a: list[str], b: list[str]) -> list[Span]:
    starts_a, starts_b = _sentence_starts(a), _sentence_starts(b)
    spans = _by_word(_cut(a, starts_a), _cut(b, starts_b))
    return [(starts_a[i1], starts_a[i2], starts_b[j1], starts_b[j2]) for i1, i2, j1, j2 in spans]


def _sentence_starts(texts: list[str]) -> list[int]:
    return [0, *(i for i in range(1, len(texts)) if texts[i - 1] in SENTENCE_END), len(texts)]


def _cut(texts: list[str], starts: list[int]) -> list[str]:
    return ["\0".join(texts[i:j]) for i, j in zip(starts, starts[1:], strict=False)]


# Making them readable -------------------------------------------------------------------------------------------------


def _merged(spans: list[Span], a: list[str], b: list[str]) -> list[Span]:
    """Changes that have less between them than they change are one change."""
    merged: list[Span] = []
    for span in spans:
        merged.append(_slid(span, a, b, merged[-1] if merged else (0, 0, 0, 0)))
        while len(merged) > 1 and _together(merged[-2], merged[-1], a):
            later, earlier = merged.pop(), merged.pop()
            merged.append((earlier[0], later[1], earlier[2], later[3]))
    return merged


def _together(first: Span, second: Span, a: list[str]) -> bool:
    between = a[first[1] : second[0]]
    if any(text in SENTENCE_END for text in between):
        return False
    size = sum(len(text) for text in between)
    return size <= 1 or size <= min(_size(first), _size(second), 4)


def _size(span: Span) -> int:
    return max(span[1] - span[0], span[3] - span[2])


def _slid(span: Span, a: list[str], b: list[str], before: Span) -> Span:
    """What was only put in (or taken out) may often begin earlier with the same result: it begins with a clause."""
    i1, i2, j1, j2 = span
    if i1 < i2 and j1 < j2:
        return span
    texts, start, end = (b, j1, j2) if i1 == i2 else (a, i1, i2)
    best = 0
    for step in range(1, min(i1 - before[1], j1 - before[3]) + 1):
        if texts[start - step] != texts[end - step]:
            break
        if _opening(texts, start - step) > _opening(texts, start - best):
            best = step
    return i1 - best, i2 - best, j1 - best, j2 - best


def _opening(texts: list[str], i: int) -> int:
    """How good a place is for a change to begin: after a sentence, after another mark, within a clause."""
    if i == 0 or texts[i - 1] in SENTENCE_END:
        return 2
    return 0 if texts[i - 1][-1].isalnum() or texts[i - 1] in "“‘「『（《〈" else 1


def _whole_words(spans: list[Span], a: list[str], b: list[str]) -> list[Span]:
    """Widen changes inside a Han word to the word, on both sides alike; changes that then touch are one."""
    if not spans:
        return spans
    inside_a = _inside_words(a, spans[0][0] - WINDOW, spans[-1][1] + WINDOW)
    inside_b = _inside_words(b, spans[0][2] - WINDOW, spans[-1][3] + WINDOW)
    result: list[Span] = []
    for n, (start_a, end_a, start_b, end_b) in enumerate(spans):
        i1, i2, j1, j2 = start_a, end_a, start_b, end_b
        first = result[-1][1] if result else 0
        last = spans[n + 1][0] if n + 1 < len(spans) else len(a)
        while i1 > first and (i1 in inside_a or j1 in inside_b):
            i1, j1 = i1 - 1, j1 - 1
        while i2 < last and (i2 in inside_a or j2 in inside_b):
            i2, j2 = i2 + 1, j2 + 1
        if result and i1 == first:
            i1, _, j1, _ = result.pop()
        result.append((i1, i2, j1, j2))
    return result


def _inside_words(texts: list[str], first: int, last: int) -> set[int]:
    """The offsets in a part of a list of characters where a Han word goes on."""
    inside: set[int] = set()
    start, end = max(0, first), min(last, len(texts))
    for i in range(start, end + 1):
        if i < end and len(texts[i]) == 1 and is_han(texts[i]):
            continue
        position = start
        for word in _segments("".join(texts[start:i])):
            if len(word) <= LONGEST_HAN_WORD:
                inside.update(range(position + 1, position + len(word)))
            position += len(word)
        start = i + 1
    return inside


def _segments(han: str) -> list[str]:
    """Han as words, by the dictionary of phrases that pypinyin brings."""
    return list(_segmenter().cut(han)) if len(han) > 1 else [han]


@cache
def _segmenter() -> Any:
    from pypinyin.seg.mmseg import seg

    return seg
