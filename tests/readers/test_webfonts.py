"""The fonts inside EPUB and web edition, as a browser draws with them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, Page

from banxin import fonts
from banxin.errors import ConfigError, Place
from banxin.render import epub, html
from tests.readers import sample
from tests.readers.test_site import Visit

pytestmark = pytest.mark.slow

RARE = "㐂㐱䢺"
BACK = "\u21a9\ufe0e"
"""A sign of the program's, with a selector that no font here knows."""


def written(root: Path, embed: str, words: str = "") -> dict[str, list[Path]]:
    """The sample's pages on a disk, as site and as what is in the EPUB."""
    pages = tuple(replace(page, body=f"<p>{words}</p>{page.body}") for page in sample.PAGES)
    press = replace(sample.press(pages=pages), embed=embed)
    for artifact in html.render(press):
        path = root / "site" / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.data)
    (book,) = epub.render(press)
    with zipfile.ZipFile(io.BytesIO(book.data)) as archive:
        archive.extractall(root / "epub")
    return {"site": sorted((root / "site").rglob("*.html")), "epub": sorted((root / "epub").rglob("*.xhtml"))}


def drawn(page: Page) -> Iterator[tuple[str, str, bool]]:
    """Each piece of text, the font that draws it, and whether that came with the book."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    page.evaluate("document.fonts.ready.then(() => 0)")
    root = session.send("DOM.getDocument", {"depth": -1})["root"]
    for node, text in _texts(root):
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            yield text, font["familyName"], font["isCustomFont"]


def _texts(node: dict) -> Iterator[tuple[int, str]]:  # type: ignore[type-arg]
    for child in node.get("children", ()):
        if child["nodeName"].lower() in ("math", "svg", "head", "script", "style"):
            continue
        if child["nodeType"] == 3 and child["nodeValue"].strip():
            yield child["nodeId"], child["nodeValue"].strip()
        yield from _texts(child)


@pytest.mark.parametrize("form", ["site", "epub"])
def test_all_is_drawn_with_the_book_s_own_fonts(chromium: Browser, tmp_path: Path, form: str) -> None:
    strangers = set()
    with Visit(chromium) as visit:
        for path in written(tmp_path, "all")[form]:
            page = visit.open(path)
            strangers |= {(text[:30], name) for text, name, own in drawn(page) if not own}
    assert {each for each in strangers if BACK not in each[0] and each[0] != "¶"} == set()  # which a script writes


@pytest.mark.parametrize("form", ["site", "epub"])
def test_rare_characters_are_never_boxes(chromium: Browser, tmp_path: Path, form: str) -> None:
    """Each of them comes with the book, in text, in a heading and in emphasis; nothing else does."""
    words = f"{RARE}在正文里，<em>{RARE}</em>、<strong>{RARE}</strong>和<code>{RARE}</code>里"
    brought: dict[str, set[bool]] = {character: set() for character in RARE}
    with Visit(chromium) as visit:
        for path in written(tmp_path, "rare", words)[form]:
            page = visit.open(path)
            for text, _, own in drawn(page):
                for character in set(text) & set(RARE):
                    brought[character].add(own)
                assert not own or set(text) & set(RARE)
    assert all(True in found for found in brought.values())


def test_nothing_rare_no_font(tmp_path: Path) -> None:
    written(tmp_path, "rare")
    assert list(tmp_path.rglob("*.woff2")) == list(tmp_path.rglob("*.ttf")) == []
    assert b"@font-face" not in next((tmp_path / "epub").rglob("book.css")).read_bytes()


def test_none_is_none(tmp_path: Path) -> None:
    written(tmp_path, "none", RARE)
    assert list(tmp_path.rglob("*.woff2")) == list(tmp_path.rglob("*.ttf")) == []


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for folder in "ab":
        written(tmp_path / folder, "all")
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")} for folder in tmp_path.iterdir()
    )
    assert one == two


def test_the_fonts_of_a_long_book_are_small() -> None:
    """2 800 different characters, as in a book of 100 000: under 1.2 MB in the archive."""
    common = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell))
    words = common.decode("gb2312", "ignore")[:2800]
    pages = tuple(replace(page, body=f"<p>{words}</p><blockquote>{words[:700]}</blockquote>") for page in sample.PAGES)
    (book,) = epub.render(replace(sample.press(pages=pages), embed="all"))
    with zipfile.ZipFile(io.BytesIO(book.data)) as archive:
        sizes = [entry.compress_size for entry in archive.infolist() if "/fonts/" in entry.filename]
    assert 300_000 < sum(sizes) < 1_200_000


def test_a_font_that_may_not_be_embedded_is_an_error(tmp_path: Path) -> None:
    """By `fsType`; the problem names the file and what to do."""
    book = tmp_path / "book"
    (book / "fonts").mkdir(parents=True)
    font = TTFont(fonts.files("LXGW WenKai")[0].path)
    font["OS/2"].fsType = 2
    for record in font["name"].names:
        record.string = "Locked"
    font.save(book / "fonts" / "locked.ttf")
    own = fonts.find(book, {"kai": ["Locked"]}, lambda _: Place("book.yaml"))
    with pytest.raises(ConfigError) as caught:
        epub.render(replace(sample.press(), embed="all", own=own))
    assert {problem.place.path for problem in caught.value.problems} == {"fonts/locked.ttf"}
    assert all("embed: none" in problem.hint for problem in caught.value.problems)
    assert epub.render(replace(sample.press(), embed="rare", own=own))
