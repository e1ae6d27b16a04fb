"""The pictures of a manuscript: found inside its folder, checked before they are decoded, cleaned.

A manuscript is somebody else's input. A picture is read only from inside the book's folder (links are followed and
must stay inside), told by its content and not by its name, checked before any pixel is decoded by
banxin/raster.py; an SVG is cleaned by banxin/svg.py.
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from banxin import cache
from banxin.book import SVG, Image
from banxin.errors import Level, Place, Problem, Unusable
from banxin.nearest import nearest
from banxin.slug import fingerprint

LARGEST = 50 * 1024 * 1024
"""Bytes of one picture."""
FETCH_SECONDS = 20
"""The longest that a remote picture may take, where book.yaml allows them."""
KIND = "picture"
"""Of entries in the cache."""


@dataclass(frozen=True, slots=True)
class Found:
    """A picture, or what is wrong with it."""

    image: Image | None = None
    problems: tuple[Problem, ...] = ()
    label: str = ""
    """What a box in its place says: `缺图`."""


def is_remote(target: str) -> bool:
    """Whether a target lies on another host."""
    return target.lower().startswith(("http://", "https://", "//"))


def find(root: Path, file: str, target: str, place: Place, remote: bool = False) -> Found:
    """The picture that `target` names in the manuscript file `file` (relative to `root`).

    Args:
        remote: whether pictures may be fetched from other hosts.
    """
    if is_remote(target) and not remote:
        hint = "把图存到书的文件夹里；或在 book.yaml 里写 images: {remote: true}，允许排书时去取。"
        problem = Problem(place, f"网上的图没有去取：{target}", hint, Level.WARNING, code="T043")
        return Found(None, (problem,), "网上的图未取")
    try:
        key, data = _read(root, file, target)
        image, removed = _remembered(key, data, page_of(target))
    except Unusable as fault:
        problem = Problem(place, f"{fault.message}：{short(target)}", fault.hint, excusable=True, code="T043")
        return Found(None, (problem,), "缺图")
    problems = [
        Problem(place, f"图 {short(target)} 里有{what}，已删去", "", Level.WARNING, code="T064") for what in removed
    ]
    return Found(image, tuple(problems))


def short(target: str) -> str:
    """A target as it is told."""
    return target if len(target) <= 80 else f"{target[:77]}…"


# Reading --------------------------------------------------------------------------------------------------------------


def _read(root: Path, file: str, target: str) -> tuple[str, bytes]:
    """The key of a picture in the book, and its bytes."""
    if target.startswith("data:"):
        data = _inline(target)
        return f"data-{fingerprint(target)}", data
    if is_remote(target):
        return f"remote-{fingerprint(target)}", _fetched(target)
    page = PAGE.search(target)
    path = _path(root, file, PAGE.sub("", target))
    if path.stat().st_size > LARGEST:
        raise Unusable(f"图太大（{path.stat().st_size / 2**20:.0f} MB）", f"一张图最多 {LARGEST // 2**20} MB，请缩小。")
    key = path.resolve().relative_to(root.resolve()).as_posix()
    return key + (page[0] if page else ""), path.read_bytes()


PAGE = re.compile(r"(?<=\.pdf)#page=(\d{1,5})$", re.IGNORECASE)
"""At the end of the name of a PDF: which page, from 1 (RFC 8118)."""


def is_page(key: str) -> bool:
    """Whether a picture is a page of a PDF, by its key in the book."""
    return PAGE.sub("", key).lower().endswith(".pdf")


def shown_at(key: str, sources: Iterable[tuple[str, str]]) -> Iterator[Place]:
    """The lines of a manuscript, by path and text, that show a picture."""
    name = key.rsplit("/", 1)[-1]
    for path, text in sources:
        for number, line in enumerate(text.split("\n"), 1):
            if name in line:
                yield Place(path, number)


def page_of(target: str) -> int:
    """The page that a target asks for."""
    found = PAGE.search(target)
    return int(found[1]) if found else 1


def _path(root: Path, file: str, target: str) -> Path:
    name = unquote(target).replace("\\", "/")
    if urlsplit(name).scheme or name.startswith("/"):
        raise Unusable("图的路径不能是绝对路径", "把图放进书的文件夹，写从这一章算起的相对路径。")
    path = (root / file).parent / name
    inside = root.resolve()
    try:
        real = path.resolve(strict=False)
        there = real.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise Unusable("图的路径走不通", "检查文件名是不是太长，有没有绕圈的链接。") from error
    if not real.is_relative_to(inside):
        what = (
            "经由链接指到了书的文件夹之外" if (root / file).parent.joinpath(name).is_symlink() else "在书的文件夹之外"
        )
        raise Unusable(f"图{what}", "把图本身放进书的文件夹里。")
    if not there:
        near = nearest(Path(name).name, [found.name for found in _pictures(inside)])
        raise Unusable("找不到图", f"是不是 {near}？" if near else "检查文件名和它所在的文件夹。")
    return path


@functools.cache
def _pictures(root: Path) -> tuple[Path, ...]:
    """The files that may be pictures, to guess a misspelt name."""
    endings = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".pdf"}
    return tuple(path for path in root.rglob("*") if path.suffix.lower() in endings)


def _inline(target: str) -> bytes:
    head, _, body = target.partition(",")
    if not head.startswith("data:image/"):
        raise Unusable("这个 data: 地址不是图", "只能是 data:image/…。")
    try:
        return base64.b64decode(unquote(body), validate=True) if head.endswith(";base64") else unquote(body).encode()
    except (binascii.Error, ValueError) as error:
        raise Unusable("data: 地址里的图坏了", "重新生成它。") from error


def _fetched(url: str) -> bytes:
    """A picture of another host; only where the author allows it."""
    import urllib.request  # few books want it

    address = f"https:{url}" if url.startswith("//") else url
    try:
        with urllib.request.urlopen(address, timeout=FETCH_SECONDS) as response:
            data: bytes = response.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Unusable("网上的图取不来", "检查网址和网络，或把图存到书的文件夹里。") from error
    if len(data) > LARGEST:
        raise Unusable("网上的图太大", f"一张图最多 {LARGEST // 2**20} MB。")
    return data


# Checking -------------------------------------------------------------------------------------------------------------


def _remembered(key: str, data: bytes, page: int = 1) -> tuple[Image, list[str]]:
    """`_checked`, once for each file: to decode a picture takes longer than to set the chapter around it.

    An entry is a line of JSON (type, width, height, what was removed, bytes of the page that it was drawn from), then
    that page, then the picture where it is not the file.
    """
    name = cache.key(KIND, data, page)
    entry = cache.read(KIND, name)
    if entry is not None:
        head, _, rest = entry.partition(b"\n")
        media_type, width, height, removed, cut = json.loads(head)
        return Image(key, media_type, rest[cut:] or data, width, height, rest[:cut]), removed
    image, removed = _checked(key, data, page)
    head = json.dumps([image.media_type, image.width, image.height, removed, len(image.page)]).encode("ascii")
    cache.write(KIND, name, head + b"\n" + image.page + (b"" if image.data == data else image.data))
    return image, removed


def _checked(key: str, data: bytes, page: int) -> tuple[Image, list[str]]:
    """A picture that every format can take, and what had to be removed from it."""
    from banxin import (  # their libraries take long to load, and nothing of pictures that are kept
        pdffigure,
        raster,
        svg,
    )

    if _looks_like_svg(data):
        drawing = svg.clean(data)
        return Image(key, SVG, drawing.data, drawing.width, drawing.height), list(drawing.removed)
    if pdffigure.is_pdf(data):
        return pdffigure.drawn(key, data, page), []
    return raster.checked(key, data), []


def _looks_like_svg(data: bytes) -> bool:
    return b"<svg" in data[:4096].lower() or data.lstrip()[:5] == b"<?xml"
