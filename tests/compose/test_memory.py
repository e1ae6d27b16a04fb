"""What the composer remembers does not grow with the book."""

from __future__ import annotations

import gc

from banxin import fonts
from banxin.compose.paragraph import KEPT, Paragraph


def paragraphs_alive(count: int) -> int:
    """How many paragraphs are still known when a document of `count` of them has been laid out."""
    import weasyprint

    from banxin.compose.patch import composing

    fonts.activate()
    body = "".join(f"<p>第{n}段：排过的段落不必再记得，印好的书不必再记得排字的人。</p>" for n in range(count))
    with composing():
        document = weasyprint.HTML(string=f'<html lang="zh-Hans">{body}').render()
        assert document.pages
        return sum(isinstance(one, Paragraph) for one in gc.get_objects())


def test_drawn_paragraphs_are_forgotten() -> None:
    assert paragraphs_alive(KEPT // 2) == KEPT // 2
    assert paragraphs_alive(2 * KEPT) == paragraphs_alive(3 * KEPT) == KEPT
