"""Pages filled from what was kept of them: as if they were filled anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from banxin import cache, layout
from banxin.book import Artifact
from banxin.render import html, pdf, skeleton
from banxin.render.filling import Filler
from banxin.render.page import Page
from banxin.render.press import Press
from tests.readers import sample

THEMES = ("novel", "essay", "technical")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def document(press: Press) -> str:
    return pdf.document(press, layout.geometry(press.page_spec or pdf.PageSpec(), press.layout))


def whole(press: Press, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the whole text in the templates."""
    with monkeypatch.context() as patch:
        patch.setattr(skeleton, "ours", lambda look: False)
        return document(press)


def with_notes(press: Press, place: str) -> Press:
    """With all notes in one place."""
    pages = (replace(page, notes=tuple(replace(view, place=place) for view in page.notes)) for page in press.pages)
    return replace(press, pages=tuple(pages))


def changed(press: Press, words: str) -> Press:
    """With other words in each chapter."""
    pages = tuple(replace(page, body=f"{page.body}<p>{words}</p>") for page in press.pages)
    return replace(press, pages=pages)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("notes", ["foot", "chapter", "book"])
def test_the_same_document(theme: str, notes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    press = with_notes(sample.press(theme=theme), notes)
    assert document(press) == whole(press, monkeypatch)
    filled: list[Any] = []
    fill = pdf._fill
    monkeypatch.setattr(pdf, "_fill", lambda *arguments: filled.append(arguments) or fill(*arguments))
    other = changed(press, "又一段。")
    assert document(other) == whole(other, monkeypatch)
    assert len(filled) == 1, "by `whole` alone"
    titled = replace(press, pages=(replace(press.pages[0], title="另一个题目"), *press.pages[1:]))
    assert document(titled) == whole(titled, monkeypatch)
    assert len(filled) == 3


@pytest.mark.parametrize("theme", THEMES)
def test_the_same_web_edition(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def anew(press: Press) -> list[Artifact]:
        with monkeypatch.context() as patch:
            patch.setattr(skeleton, "ours", lambda look: False)
            return html.render(press)

    press = sample.press(theme=theme)
    assert html.render(press) == anew(press)
    filled: list[str] = []
    fill = Filler.fill_anew
    monkeypatch.setattr(Filler, "fill_anew", lambda self, name, **more: filled.append(name) or fill(self, name, **more))
    other = changed(press, "又一段。")
    made = html.render(other)
    assert filled == [], "no template is filled for words that have all their characters"
    assert made == anew(other)
    assert len(filled) > 2
    titled = replace(press, pages=(replace(press.pages[0], title="另一个题目"), *press.pages[1:]))
    assert html.render(titled) == anew(titled)
    noted = replace(press, pages=tuple(map(_with_other_notes, press.pages)))
    assert html.render(noted) == anew(noted)


def _with_other_notes(page: Page) -> Page:
    notes = tuple(replace(note, html=note.html.replace("。", "！")) for note in page.notes)
    assert notes == () or notes != page.notes
    return replace(page, notes=notes)


def test_a_comment_that_looks_like_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    press = sample.press()
    one, *others = press.pages
    odd = replace(press, pages=(replace(one, subtitle=skeleton.BODY.format(0)), *others))
    assert document(odd) == whole(odd, monkeypatch)
    assert skeleton.around("x", ["甲"], lambda texts: "".join(texts) + skeleton.BODY.format(0)) == "甲<!-- body 0 -->"
    in_text = changed(press, skeleton.BODY.format(1))
    assert document(in_text) == whole(in_text, monkeypatch)


def test_a_layout_of_the_book_has_the_whole_text(tmp_path: Path) -> None:
    folder = tmp_path / "layouts" / "mine"
    (folder / "pages").mkdir(parents=True)
    (folder / "layout.yaml").write_text("extends: novel\n", "utf-8")
    (folder / "pages" / "chapter.html.j2").write_text("<p id='{{ page.id }}'>{{ page.body | length }}</p>", "utf-8")
    press = replace(sample.press(), layout=layout.load("mine", [tmp_path / "layouts"]))
    for words in ("甲", "甲乙"):
        other = changed(press, words)
        html, geometry = document(other), _geometry(other)
        room = pdf._room(geometry, turned=False)
        prepared = [pdf._prepare(page, geometry, room, "roman") for page in other.pages]
        assert all(f">{len(page.body)}</p>" in html for page in prepared)


def _geometry(press: Press) -> layout.Geometry:
    return layout.geometry(press.page_spec or pdf.PageSpec(), press.layout)


def test_our_templates_ask_nothing_of_what_is_not_there() -> None:
    """Of a chapter's text they ask only that it stands there, and of `book` nothing."""
    asked = [
        (path.name, line.strip())
        for path in [*layout.layouts_dir().glob("*/book.html.j2"), *layout.layouts_dir().glob("*/pages/*.j2")]
        for line in path.read_text("utf-8").splitlines()
        if ".body" in line or "book." in line
    ]
    assert [line for _, line in asked] == ["{{ page.body | safe }}"]
