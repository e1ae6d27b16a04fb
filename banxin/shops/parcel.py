"""A finished EPUB, opened: what the rules of shops ask about. It need not be one of ours, nor a faultless one."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from lxml import etree
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from banxin.book import SVG, Artifact

XHTML = "application/xhtml+xml"
NCX = "application/x-dtbncx+xml"
CONTAINER, ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
OPS = "{http://www.idpf.org/2007/ops}"
FONTS = frozenset({
    "font/ttf", "font/otf", "font/woff", "font/woff2", "font/sfnt", "application/font-sfnt", "application/font-woff",
    "application/vnd.ms-opentype", "application/x-font-ttf",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to be known of a picture without looking at it."""

    path: str
    media_type: str
    """As the package says."""
    bytes: int
    width: int
    """px; 0 where the file does not tell."""
    height: int
    mode: str
    """As Pillow names it (`RGB`, `CMYK`); empty for SVG."""
    frames: int
    transparent: bool

    @property
    def pixels(self) -> int:
        """Of its whole area."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class File:
    """A file of the manifest."""

    path: str
    """Relative to the package document, as it is written there."""
    media_type: str
    properties: frozenset[str]
    data: bytes


@dataclass(frozen=True)
class Parcel:
    """An EPUB."""

    name: str
    bytes: int
    """Of the whole archive."""
    names: tuple[str, ...]
    """Of all files in the archive."""
    package: Any
    """The tree of the package document."""
    files: tuple[File, ...]

    @classmethod
    def of(cls, artifact: Artifact) -> Parcel:
        """Open an EPUB."""
        with zipfile.ZipFile(io.BytesIO(artifact.data)) as archive:
            names = archive.namelist()
            container = _parsed(archive.read(CONTAINER))
            root = container.find(".//{*}rootfile").get("full-path")
            package = _parsed(archive.read(root))
            there = posixpath.dirname(root)
            items = [(item, posixpath.join(there, unquote(item.get("href", "")))) for item in package.iter("{*}item")]
            files = tuple(
                File(
                    item.get("href", ""),
                    item.get("media-type", ""),
                    frozenset(item.get("properties", "").split()),
                    archive.read(path),
                )
                for item, path in items
                if path in names
            )
        return cls(artifact.path, len(artifact.data), tuple(names), package, files)

    @cached_property
    def documents(self) -> tuple[tuple[File, Any], ...]:
        """The pages, and their trees."""
        return tuple((file, _parsed(file.data)) for file in self.files if file.media_type == XHTML)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, the cover too."""
        return tuple(_picture(file) for file in self.files if file.media_type.startswith("image/"))

    @property
    def cover(self) -> Picture | None:
        """The picture that the package calls the cover."""
        paths = {file.path for file in self.files if "cover-image" in file.properties}
        return next((picture for picture in self.pictures if picture.path in paths), None)

    @property
    def fonts(self) -> Iterator[File]:
        """The fonts."""
        return (file for file in self.files if file.media_type in FONTS)

    def facts(self, name: str) -> list[str]:
        """What the package's metadata say under a name of Dublin Core."""
        return [(each.text or "").strip() for each in self.package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")]

    def properties(self, name: str) -> list[str]:
        """What they say under a name of EPUB's own."""
        return [meta.text or "" for meta in self.package.iter("{*}meta") if meta.get("property") == name]

    @cached_property
    def contents(self) -> Any:
        """The tree of the table of contents; None where there is none."""
        for file, page in self.documents:
            if "nav" in file.properties:
                return next((nav for nav in page.iter("{*}nav") if "toc" in nav.get(f"{OPS}type", "").split()), None)
        return None


def _parsed(data: bytes) -> Any:
    """A tree; what is not well-formed is epubcheck's to tell."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(data, parser)


def _picture(file: File) -> Picture:
    if file.media_type == SVG:
        root = _parsed(file.data)
        width, height = (_length(root.get(name, "")) for name in ("width", "height"))
        return Picture(file.path, file.media_type, len(file.data), width, height, "", 1, False)
    try:
        with Pillow.open(io.BytesIO(file.data)) as image:
            see_through = image.has_transparency_data
            frames = getattr(image, "n_frames", 1)
            return Picture(file.path, file.media_type, len(file.data), *image.size, image.mode, frames, see_through)
    except (UnidentifiedImageError, OSError, ValueError):
        return Picture(file.path, file.media_type, len(file.data), 0, 0, "", 1, False)


def _length(text: str) -> int:
    """A length of SVG in px; 0 where it is a share of something."""
    number = text.strip().removesuffix("px")
    try:
        return round(float(number))
    except ValueError:
        return 0
