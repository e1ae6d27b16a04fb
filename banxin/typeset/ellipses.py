"""The ellipsis is …… : two U+2026 (GB/T 15834-2011 4.11.2; CLREQ 3.1.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banxin.tree import Edit, Run
from banxin.typeset.chars import has_han, is_chinese
from banxin.typeset.style import Style

TYPED = re.compile(r"\.{3,}|。{3,}|…+")


def edits(run: Run, _style: Style) -> Iterator[Edit]:
    """`...`, `。。。` and a single … beside Chinese become ……; a paragraph of dots only is the long one, 4 em."""
    if not has_han(run.text):
        return
    for match in TYPED.finditer(run.text):
        before, after = run.text[match.start() - 1 : match.start()], run.text[match.end() : match.end() + 1]
        length = len(match[0]) if match[0][0] == "…" else len(match[0]) // 3
        new = "……" * max(1, length // 2)
        beside = is_chinese(before) or is_chinese(after) or match[0][0] != "."
        if beside and new != match[0]:
            yield match.start(), match.end(), new
