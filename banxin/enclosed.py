"""The files of a manuscript as they are, to be kept inside its archive PDF."""

from __future__ import annotations

from collections.abc import Iterator

from banxin import images
from banxin.load import Manuscript


def files(manuscript: Manuscript) -> Iterator[tuple[str, bytes]]:
    """The name of each file, from the book's folder, and what is in it: book.yaml, chapters, works, pictures.

    Chapters are what was read, so that the PDF and its manuscript are of one moment. Pictures that lie elsewhere (in
    the text itself, on another host) are in the PDF only.
    """
    root, config, book = manuscript.root, manuscript.config, manuscript.book
    if config.path:
        yield config.path, (root / config.path).read_bytes()
    for source in book.sources.values():
        yield source.path, source.text.encode()
    for name in dict.fromkeys([*config.bibliography, *(images.PAGE.sub("", key) for key in book.images)]):
        path = root / name
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            yield name, path.read_bytes()
