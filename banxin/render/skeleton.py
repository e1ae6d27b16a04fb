"""The document that a PDF is made from, filled anew only where something besides the text of its chapters changed.

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

Fill = Callable[[Mapping[str, Any]], str]
"""What the templates make of a context."""


def filled(look: Layout, context: Mapping[str, Any], fill: Fill) -> str:
    """The document of a context whose `pages` are the chapters.

    With a layout that a book brings, the templates always have the whole text: nobody knows what they do with it. Ours
    put it where it belongs and ask nothing of it, nor of `book`.
    """
    pages: Sequence[Page] = context["pages"]
    if not look.digest or not all(folder.is_relative_to(layouts_dir()) for folder in look.folders):
        return fill(context)
    bare = {name: value for name, value in context.items() if name != "book"}
    bare["pages"] = tuple(_emptied(i, page) for i, page in enumerate(pages))
    key = cache.key(KIND, bare)
    kept = cache.read(KIND, key)
    if kept is None:
        kept = fill({**bare, "book": context["book"]}).encode()
        cache.write(KIND, key, kept)
    first, *others = BODIES.split(kept.decode())
    if [int(i) for i in others[::2]] != _order(pages):  # such a comment stands elsewhere, too
        return fill(context)
    return "".join([first, *(str(part) for i, rest in zip(others[::2], others[1::2], strict=True)
                             for part in (pages[int(i)].body, rest))])  # fmt: skip


def _order(pages: Sequence[Page]) -> list[int]:
    """The chapters as they stand in the document."""
    return sorted(range(len(pages)), key=lambda i: ("front", "body", "back").index(pages[i].matter))


def _emptied(i: int, page: Page) -> Page:
    """A page without what stands in its text: notes at the foot are there already."""
    notes = tuple(replace(view, html="") if view.place == "foot" else view for view in page.notes)
    return replace(page, body=BODY.format(i), notes=notes)
