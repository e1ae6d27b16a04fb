"""Notes that are made like one of them: as if each had been made by itself."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banxin import cache
from banxin.render import endnotes, epub, gaps, html, links, skeleton
from banxin.render.links import Places
from banxin.render.page import NoteView
from banxin.render.press import Press
from tests.readers import sample

COMMON = (
    "<p>梁章：《梨木》，上海：某社，1976年，第233页。</p>",
    "<p>（见《Nature》2019年第4期）100%是%(id)s的。</p>",
    "<p>“甲”\n乙\u3000丙\u200b丁</p>",
    "<p>カナ2行banxin-note-html与banxin-note-id</p>",
    "<p>甲</p>",
)
"""Notes of words alone."""
OTHERS = (
    "<p>Smith 1990年</p>",
    "<p>“DNA的</p>",
    "<p>1990年</p>",
    "<p>甲&lt;乙&quot;丙&quot;&amp;</p>",
    "<p>甲\u00a0乙</p>",
    "<p>甲<em>乙2</em>丙</p>",
    '<p>甲<a href="https://e.org/a">x</a></p>',
    "<p>甲</p>\n<p>乙</p>",
    "<ul>\n<li>甲</li>\n</ul>",
    "<p></p>",
    "",
)
"""All that needs a tree: what Latin begins with may touch the number, entities are written anew."""


def views(bodies: tuple[str, ...], **more: object) -> tuple[NoteView, ...]:
    return tuple(replace(sample.note(f"t-{n}", n, text), **more) for n, text in enumerate(bodies, 1))  # type: ignore[arg-type]


MIXED = views(COMMON + OTHERS)
SETS = {
    "mixed": MIXED,
    "alone": views(COMMON),
    "others": views(OTHERS),
    "series": tuple(replace(view, series="译" * (view.number % 2), heading="译注") for view in MIXED),
    "marks": tuple(
        replace(view, mark=mark) for view, mark in zip(MIXED, ("①", "译1", "%", "a译", "a", "[1]", "一"), strict=False)
    ),
    "calls": tuple(replace(view, calls=view.calls * 2 if view.number % 2 else ()) for view in MIXED),
}


def with_notes(notes: tuple[NoteView, ...], **more: bool) -> Press:
    """The notes in one chapter, called in it; none anywhere else."""
    press = sample.press()
    first = press.pages[1]
    body = first.body + "".join(f"<p>甲{sample.mark(view.id.removeprefix('fn-'), view.number)}</p>" for view in notes)
    page = replace(first, body=body, notes=notes)
    return replace(press, pages=(press.pages[0], page, *press.pages[2:]), **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, "off")


def made(press: Press) -> tuple[str, html.View]:
    """The chapter with notes, in an EPUB and on the web."""
    page = press.pages[1]
    homes = links.homes(press.pages, {each.id: html.file_name(each.id) for each in press.pages})
    view = html._Writer(press, Places(homes), html.Both({}, homes, {})).view(page)
    return epub._Publication(press).chapter(page).data.decode(), view


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("more", [{"gaps": True}, {"gaps": False}, {"gaps": True, "note_pictures": True}])
def test_notes_are_what_each_would_be(name: str, more: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    press = with_notes(SETS[name], **more)
    quick = made(press)
    monkeypatch.setattr(endnotes, "plain", lambda notes: {})
    assert quick == made(press)


def test_words_alone_need_no_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """One stands for all of them, however many there are."""
    assert list(endnotes.plain(MIXED)) == [view.id for view in MIXED[: len(COMMON)]]
    read: list[str] = []
    parse_all = links.parse_all
    monkeypatch.setattr(links, "parse_all", lambda bodies: parse_all([read.append(body) or body for body in bodies]))
    made(with_notes(views(COMMON * 9)))
    assert not set(read) & set(COMMON)


def test_each_note_stands_once_with_its_number_and_its_way_back() -> None:
    book, view = made(with_notes(MIXED))
    web = "".join(notes for _, notes in view.series)
    for note, after in zip(MIXED, [*(f'id="{note.id}"' for note in MIXED[1:]), ""], strict=True):
        for text in (book, web):
            _, item = text.split(f' id="{note.id}"')
            item = item.partition(after)[0] if after else item
            assert re.findall(r'note-number">([^<]*)<', item) == [str(note.number)]
            assert re.findall(r'doc-backlink" href="#([^"]*)"', item) == list(note.calls)


def test_a_layout_of_the_book_may_ask_for_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there for it is what our own templates show."""
    press = with_notes(MIXED)
    assert made(press)[1].notes == ()
    monkeypatch.setattr(skeleton, "ours", lambda look: False)
    book, view = made(press)
    assert [note for note, _ in view.notes] == list(MIXED)
    ((_, shown),) = view.series
    assert all(text in shown for _, text in view.notes)


@given(st.text(st.sampled_from("甲乙カAb1，。 -“《"), max_size=12).map(lambda words: f"甲{words}"))
def test_gaps_in_words_alone(words: str) -> None:
    body = links.parse(f"<p>{words}</p>")
    gaps.mark(body)
    assert f"<p>{gaps.marked(words)}</p>" == links.xhtml(body)
