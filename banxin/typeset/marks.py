"""Half-width marks typed after Han become the full-width ones that were meant (GB/T 15834-2011 5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banxin import tree
from banxin.tree import Edit, Run
from banxin.typeset.chars import CLOSING, HAN, KANA, has_han, is_chinese, is_han
from banxin.typeset.style import Style

FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
AFTER_HAN = re.compile(f"(?<=[{HAN}{KANA}{re.escape(CLOSING)}])[,;:!?]+(?P<space> ?)")
DOTS = re.compile(f"(?<=[{HAN}])[\u2022\u2027\u2219\u22c5\u30fb\uff65](?=[{HAN}])")
"""What is typed for the interpunct of names: • ‧ ∙ ⋅ ・ ･; between kana it is right."""
INTERPUNCT = "\u00b7"
"""GB/T 15834-2011 4.13; Taiwan's and Hong Kong's books have it, too."""
BRACKETS = re.compile(r"\(([^()\n]*)\)")


def edits(run: Run, _style: Style) -> Iterator[Edit]:
    """`词:` -> `词：`, and the space after it goes, as the mark brings its own; (…) around Chinese -> （…）; • -> ·."""
    if not has_han(run.text):
        return
    for match in AFTER_HAN.finditer(run.text):
        marks = match[0].rstrip(" ")
        yield match.start(), match.start() + len(marks), "".join(FULL[mark] for mark in marks)
        if match["space"] and match.end() < len(run.text):
            yield match.end() - 1, match.end(), ""
    for match in DOTS.finditer(run.text):
        yield match.start(), match.end(), INTERPUNCT
    for match in BRACKETS.finditer(run.text):
        if _chinese_brackets(run.text, match):
            yield match.start(), match.start() + 1, "（"
            yield match.end() - 1, match.end(), "）"


def _chinese_brackets(text: str, match: re.Match[str]) -> bool:
    """Brackets beside Chinese that hold more than a Latin word glued to another: 四个月(2024.08), 变量 f(x)."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    inside = match[1]
    if tree.OBJECT in inside and not any(is_han(char) for char in inside):
        return False
    return is_chinese(before) or any(is_han(char) for char in inside) or (not before.strip() and is_chinese(after))
