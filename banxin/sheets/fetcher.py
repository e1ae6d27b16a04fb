"""What WeasyPrint may fetch: the book's own pictures, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from hashlib import md5
from typing import Any
from urllib.parse import unquote

from banxin.book import Image

SCHEME = "image:"


def fetcher(images: Mapping[str, Image], figures: MutableMapping[str, bytes] | None = None) -> Any:
    """A fetcher for `image:KEY` addresses; files, hosts and `data:` are refused, whatever a layout or picture asks.

    Args:
        images: the book's.
        figures: gets the page that stands in the place of a picture, by what WeasyPrint calls that one.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class BookFetcher(URLFetcher):  # type: ignore[misc]
        """Serves pictures from memory."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """The picture of one address; ValueError for all others."""
            key = unquote(url.removeprefix(SCHEME))
            if not url.startswith(SCHEME) or key not in images:
                raise ValueError(f"书外的地址，不取：{url[:80]}")
            if figures is not None and images[key].page:
                figures[md5(url.encode(), usedforsecurity=False).hexdigest()] = images[key].page
            return URLFetcherResponse(url, images[key].data, {"Content-Type": images[key].media_type})

    return BookFetcher()
