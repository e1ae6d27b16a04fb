"""What the templates of a page make, filled anew only where something besides the text of its chapters changed.

To load, translate and fill the templates takes longer than all else that is done for one changed paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from banxin import cache
from banxin.layout import Layout
from banxin.render.page import Page
from banxin.resources import layouts_dir

KIND = "skeleton"
"""Of entries in the cache."""
BODY = "<!-- body {} -->"
"""In place of the text of a chapter, by its index."""
BODIES = re.compile(r"<!-- body (\d+) -->")


def ours(look: Layout) -> bool:
    """Whether all templates of a layout are banxin's: those put the text of a chapter where it belongs and ask nothing
    of it. What the templates of a book's own layout do with it nobody knows; they always have the whole text.
    """
    return bool(look.digest) and all(folder.is_relative_to(layouts_dir()) for folder in look.folders)


def around(by: Any, texts: Sequence[str], fill: Callable[[Sequence[str]], str]) -> str:
    """What `fill` makes of texts, which it puts where they belong, each once.

    Args:
        by: all else that it is made from.
        texts: HTML.
        fill: fills a template of ours.
    """
    key = cache.key(KIND, by, len(texts))
    kept = cache.read(KIND, key)
    if kept is None:
        kept = fill([BODY.format(i) for i in range(len(texts))]).encode()
        cache.write(KIND, key, kept)
    pieces = BODIES.split(kept.decode())
    if sorted(map(int, pieces[1::2])) != list(range(len(texts))):  # such a comment stands elsewhere, too
        return fill(texts)
    pieces[1::2] = (str(texts[int(i)]) for i in pieces[1::2])
    return "".join(pieces)


def filled(look: Layout, context: Mapping[str, Any], fill: Callable[[Mapping[str, Any]], str]) -> str:
    """The document of a PDF, of a context whose `pages` are the chapters; our templates ask nothing of its `book`."""
    pages: Sequence[Page] = context["pages"]
    if not ours(look):
        return fill(context)
    bare = [_emptied(page) for page in pages]
    by = {name: value for name, value in context.items() if name != "book"} | {"pages": bare}
    texts = [page.body for page in pages]

    def fill_with(texts: Sequence[str]) -> str:
        put = tuple(replace(page, body=text) for page, text in zip(bare, texts, strict=True))
        return fill({**context, "pages": put})

    return around(by, texts, fill_with)


def without_texts(page: Page) -> Page:
    """A page without its text and its notes, for those that put them where they belong themselves."""
    return replace(page, body="", notes=(), ids=frozenset())


def _emptied(page: Page) -> Page:
    """A page without what stands in its text: notes at the foot are there already."""
    notes = tuple(view for view in page.notes if view.place != "foot")
    return replace(page, body="", notes=notes, ids=frozenset())
