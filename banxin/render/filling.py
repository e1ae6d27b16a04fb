"""Templates filled for EPUB and web; what a template gave for the same words is taken from the cache."""

from __future__ import annotations

from typing import Any

from banxin import cache
from banxin.layout import environment
from banxin.render import imprint, links
from banxin.render.press import Press
from banxin.render.toc import has_choice

FILLED = "filled"
"""Of entries in the cache."""


class Filler:
    """Fills the templates of one edition in one format."""

    def __init__(self, press: Press, **common: Any) -> None:
        self.layout = press.layout
        self.common = {
            "meta": press.book.meta,
            "edition": press.edition,
            "labels": press.labels,
            "options": press.options,
            "layout": press.layout,
            "statement": imprint.statement(press),
            **common,
        }
        self.key = cache.key(FILLED, self.common)

    def fill(self, template: str, by: Any = None, **context: Any) -> str:
        """A template, filled.

        Args:
            by: what stands for the context in the key of what is kept, where the context is long.
        """
        if not self.layout.digest:
            return self.fill_anew(template, **context)
        key = cache.key(self.key, template, context if by is None else by)
        kept = cache.read(FILLED, key)
        if kept is not None:
            return kept.decode()
        text = self.fill_anew(template, **context)
        cache.write(FILLED, key, text.encode())
        return text

    def fill_anew(self, template: str, **context: Any) -> str:
        """The same, where it is hardly ever the same twice."""
        templates = environment(self.layout)
        templates.filters.update(title_words=links.title_words, has_choice=has_choice)
        return templates.get_template(template).render(**self.common, **context)
