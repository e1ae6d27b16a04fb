"""The handbook's pictures of lines show what the composer does now."""

from __future__ import annotations

import re
from functools import cache

import pytest

from banxin.compose.patch import composing
from tests.conftest import ROOT
from tests.programs import need
from tools import line_pictures
from tools.line_pictures import FOLDER, PICTURES, Picture

pytestmark = pytest.mark.slow
CHAPTER = (ROOT / "manuscript" / "08-lines.md").read_text("utf-8")


@pytest.fixture(scope="module", autouse=True)
def _fonts() -> None:
    need("pdftocairo")
    line_pictures.prepare()


@cache
def drawn(name: str) -> str:
    return line_pictures.draw(next(picture for picture in PICTURES if picture.name == name))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_picture_is_what_would_be_drawn_now(picture: Picture) -> None:
    """Glyph by glyph, by where it stands: outlines and markup are poppler's, and may differ from machine to machine.

    If it differs: `python -m tools.line_pictures`, and look at the picture.
    """
    kept = line_pictures.places((FOLDER / f"{picture.name}.svg").read_text("utf-8"))
    now = line_pictures.places(drawn(picture.name))
    assert len(kept) == len(now) > 20
    assert [(x, y) for (x, y), there in zip(now, kept, strict=True) if (x, y) != pytest.approx(there, abs=0.1)] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_its_panels_differ(picture: Picture) -> None:
    """Or it would show nothing: glyphs, less those of the labels, stand elsewhere in each panel."""
    panels = re.split(r"<g transform=", drawn(picture.name))[1:]
    assert len(panels) == len(picture.panels)
    words = [
        tuple(place for place in re.findall(r' x="(\S+)" y="(\S+)"', panel) if float(place[1]) > 20) for panel in panels
    ]
    assert all(words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_composer_sets_all_of_it(picture: Picture) -> None:
    import weasyprint

    for panel in picture.panels:
        if panel.settings is None:
            continue
        with composing(panel.settings) as report:
            weasyprint.HTML(string=line_pictures._page(picture, panel, 2000)).render()
        assert not report.stock
        assert report.planned + report.greedy > 0


def test_the_chapter_shows_them_all() -> None:
    shown = set(re.findall(r"\(images/(line-\w+)\.svg\)", CHAPTER))
    assert shown == {picture.name for picture in PICTURES} == {path.stem for path in FOLDER.glob("line-*.svg")}
