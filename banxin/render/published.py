"""What a web edition says of itself to machines: facts of the book (schema.org), a site map, a feed of its chapters.

Map and feed must name whole addresses (sitemaps.org 0.9; RFC 4287, 4.1.1), so there are none where `url:` of book.yaml,
the address of the output folder, is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from banxin.book import Meta
from banxin.render import links
from banxin.render.page import Page
from banxin.render.press import Press

SITEMAP, FEED = "sitemap.xml", "feed.xml"
XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def facts(press: Press) -> dict[str, Any]:
    """The book in the words of schema.org: what the author said, and nothing else."""
    meta = press.book.meta
    said = {
        "name": meta.title,
        "alternateName": meta.subtitle,
        "author": _people(meta.authors),
        "editor": _people(meta.editors),
        "translator": _people(meta.translators),
        "publisher": {"@type": "Organization", "name": meta.publisher} if meta.publisher else None,
        "datePublished": meta.date,
        "isbn": meta.isbn,
        "description": meta.description,
        "keywords": list(meta.keywords),
        "isPartOf": {"@type": "BookSeries", "name": meta.series} if meta.series else None,
        "url": address(press, ""),
    }
    known = {key: value for key, value in said.items() if value}
    return {"@context": "https://schema.org", "@type": "Book", "inLanguage": press.edition.language, **known}


def _people(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"@type": "Person", "name": name} for name in names]


def address(press: Press, file: str, edition: str = "") -> str:
    """The whole address of a page of an edition's folder; empty where nobody said where it will be."""
    url = links.outside(press.book.meta.url)
    name = quote(f"{press.slug}-{edition or press.edition.name}")
    return f"{url.rstrip('/')}/{name}/{quote(file)}" if url else ""


def files(press: Press, pages: Sequence[tuple[str, Page]]) -> dict[str, bytes]:
    """The site map and the feed of a folder, by their paths.

    Args:
        pages: the file of each chapter, and the chapter.
    """
    if not press.book.meta.url:
        return {}
    return {SITEMAP: _sitemap(press, [file for file, _ in pages]), FEED: _feed(press, pages)}


def _sitemap(press: Press, names: Sequence[str]) -> bytes:
    """All pages, each with the same page in the other editions."""
    editions = [(press.edition.name, press.edition.language), *((each.name, each.language) for each in press.siblings)]
    items = []
    for file in ("", *names):
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address(press, file, name))}"/>'
            for name, language in editions
            if press.siblings
        )
        items.append(f"<url><loc>{escape(address(press, file))}</loc>{others}</url>\n")
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return f"{XML}<urlset {spaces}>\n{''.join(items)}</urlset>\n".encode()


def _feed(press: Press, pages: Sequence[tuple[str, Page]]) -> bytes:
    """The chapters as an Atom feed, the latest first; a chapter without a date has that of the book."""
    meta = press.book.meta
    dated = [(file, page, _instant(page.date or meta.date)) for file, page in pages if page.date or meta.date]
    dated.sort(key=lambda each: each[2], reverse=True)
    entries = "".join(
        f"<entry><title>{escape(f'{page.label} {page.text}'.strip())}</title>"
        f"<id>{meta.identifier}#{page.id}</id><updated>{when}</updated>"
        f'<link href="{escape(address(press, file))}"/></entry>\n'
        for file, page, when in dated
    )
    return (
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{press.edition.language}">\n'
        f"<title>{escape(meta.title)}</title>\n<id>{meta.identifier}</id>\n"
        f"<updated>{dated[0][2] if dated else _instant('')}</updated>\n"
        f'<link rel="self" href="{escape(address(press, FEED))}"/>\n<link href="{escape(address(press, ""))}"/>\n'
        f"{_authors(meta)}{entries}</feed>\n"
    ).encode()


def _authors(meta: Meta) -> str:
    return "".join(f"<author><name>{escape(name)}</name></author>\n" for name in meta.authors or (meta.title,))


def _instant(date: str) -> str:
    """A year, a month or a day as RFC 3339 wants it: its first second."""
    year, month, day = (date.split("-") + ["01", "01"])[:3] if date else ("1970", "01", "01")
    return f"{year:0>4}-{month:0>2}-{day:0>2}T00:00:00Z"
