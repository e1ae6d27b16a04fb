"""Footnotes: on the page of their mark, whatever paragraph they stand in; and measured once, with the same result."""

from __future__ import annotations

import random
from typing import Any

import pytest

from banxin import fonts
from banxin.compose import footnotes, patch
from banxin.compose.patch import composing
from banxin.compose.settings import Settings
from banxin.compose.speed import fast
from banxin.compose.swap import memory


@pytest.fixture(autouse=True)
def faces() -> None:
    """Where lines end, and so what strays, depends on the font: it is the book's, whichever test ran before."""
    fonts.ensure({"zh-Hans"}, lambda _: None)
    fonts.activate()


CSS = """<style>
@page { size: 300pt 260pt; margin: 20pt; @footnote { padding: 4pt 0 .01pt } }
html { font: 10pt/16pt "Noto Serif SC"; } p { margin: 0; text-indent: 2em; widows: 2; orphans: 2; }
h2 { font-size: 10pt; margin: 0; break-after: avoid; } table { break-inside: auto; }
.n { float: footnote; footnote-policy: line; font-size: 8pt; line-height: 12pt; }
.n::footnote-call { content: none }
</style>"""
WORDS = "刻工把字反刻在梨木上，一天不过百余字；板子晾干，刷墨，覆纸，再用棕刷轻轻拂过。"


def document(seed: int, paragraphs: int = 40) -> str:
    """Paragraphs, headings and tables with notes in them, of all lengths."""
    rng = random.Random(seed)
    count = 0

    def mark() -> str:
        nonlocal count
        count += 1
        note = WORDS[: rng.randint(3, len(WORDS))] * rng.randint(1, 2)
        return f'<a id="c{count}" href="#n{count}">[{count}]</a><span class="n" id="n{count}">{note}</span>'

    def words() -> str:
        pieces = [WORDS[: rng.randint(5, len(WORDS))] for _ in range(rng.randint(1, 4))]
        return "".join(piece + (mark() if rng.random() < 0.5 else "") for piece in pieces)

    kinds = ["<p>{}</p>"] * 6 + ["<h2>{}</h2>", "<table><tr><td>{}</td></tr></table>", "<blockquote>{}</blockquote>"]
    return CSS + "".join(rng.choice(kinds).format(words()) for _ in range(paragraphs))


def laid(html: str) -> tuple[Any, bytes]:
    """A document, and its PDF."""
    import weasyprint

    with composing(Settings()):
        made = weasyprint.HTML(string=html).render()
        return made, made.write_pdf()


def pages(html: str) -> dict[str, int]:
    """The page of each id, from 0."""
    return {name: i for i, page in reversed(list(enumerate(laid(html)[0].pages))) for name in page.anchors}


def strayed(found: dict[str, int]) -> list[str]:
    return [name for name, page in found.items() if name[0] == "c" and found.get(f"n{name[1:]}") != page]


def strays() -> int:
    """Of the notes in many documents, those on another page than their mark."""
    found = [pages(document(seed)) for seed in range(12)]
    assert sum(name[0] == "c" for each in found for name in each) > 500
    return sum(len(strayed(each)) for each in found)


@pytest.mark.slow
def test_a_footnote_stands_on_the_page_of_its_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every one, on pages as short as no book's; many stray as WeasyPrint has it."""
    assert strays() == 0
    without = [swap for swap in footnotes.SWAPS if swap.place != footnotes.LINES]
    monkeypatch.setattr(patch.footnotes, "SWAPS", tuple(without))
    assert strays() > 5


def test_a_mark_that_ends_a_page_has_its_note_there() -> None:
    """What calls a footnote is an empty box behind its mark: it does not go on to the next line without it."""
    for words in range(40, 52):  # somewhere among them the mark is the last of its line
        before, note = (WORDS * 2)[:words], '<a id="c1" href="#n1">[1]</a><span class="n" id="n1">注。</span>'
        html = f"{CSS}<p>{before}{note}{WORDS * 2}</p>"
        page = laid(html.replace("260pt", "106pt"))[0]
        lines = [next(i for i, each in enumerate(page.pages) if name in each.anchors) for name in ("c1", "n1")]
        assert lines[0] == lines[1], words


MARKED = CSS.replace("</style>", ".n::footnote-marker { content: none } .noteref { vertical-align: .5em } </style>")


def marked(seed: int) -> str:
    return document(seed).replace(CSS, MARKED).replace("<a id", '<a class="noteref" id')


def test_a_mark_calls_its_note_without_an_empty_box_in_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every note stands on the page of its mark then, too, and nothing without words or room is tagged."""
    made = laid(marked(3))[0]
    tags = [box.element_tag for page in made.pages for box in page._page_box.descendants()]
    assert tags.count("a") > 50
    assert not [tag for tag in tags if "::footnote" in str(tag)]
    assert not strayed({name: i for i, page in reversed(list(enumerate(made.pages))) for name in page.anchors})
    monkeypatch.setattr(patch.footnotes, "SWAPS", footnotes.SWAPS[1:])
    tags = [box.element_tag for page in laid(marked(3))[0].pages for box in page._page_box.descendants()]
    assert any("::footnote" in str(tag) for tag in tags)


def test_what_a_layout_says_before_notes_and_for_marks_stays() -> None:
    said = MARKED.replace("::footnote-call { content: none }", "::footnote-call { content: '注' }")
    said = said.replace("::footnote-marker { content: none }", "::footnote-marker { content: '一：' }")
    made = laid(marked(3).replace(MARKED, said))[0]
    words = "".join(box.text for page in made.pages for box in page._page_box.descendants() if hasattr(box, "text"))
    assert words.count("一：") == words.count("注") > 50


def test_notes_share_what_is_known_of_their_style() -> None:
    """Footnotes of one kind of block differ in their ids alone: what is worked out of the style of one serves all."""
    with fast():
        made = laid(marked(3))[0]
    boxes = [box for page in made.pages for box in page._page_box.descendants()]
    notes = [box for box in boxes if (box.style["anchor"] or "")[:1] == "n"]
    assert len(notes) > 50
    assert len({id(memory(note.style)) for note in notes}) == 4, "in paragraphs, headings, cells and quotations"
    assert len({id(note.style.anonymous_style) for note in notes}) == 4


@pytest.mark.parametrize("seed", [0, 5])
def test_notes_that_are_measured_once_give_the_same_pages(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    html = document(seed)
    _, once = laid(html)
    without = [swap for swap in footnotes.SWAPS if "_update" not in swap.place]
    assert len(without) == len(footnotes.SWAPS) - 1
    monkeypatch.setattr(patch.footnotes, "SWAPS", tuple(without))
    assert laid(html)[1] == once


@pytest.mark.parametrize(("number", "gap"), [("[1]", 1.6), ("[10]", None), ("(128)", None)])
def test_a_number_that_is_wider_than_its_room_touches_no_word(number: str, gap: float | None) -> None:
    """In em: words begin where the room ends, or a quarter behind a number that fills it."""
    html = f'{CSS}<style>.m {{ --room: 1.6em }}</style><p style="text-indent: 0"><a class="m">{number}</a>注文。</p>'
    page = laid(html)[0].pages[0]._page_box
    first, second = [box for box in page.descendants() if getattr(box, "text", "").strip()]
    em = first.style["font_size"]
    if gap is None:
        assert first.width > 1.3 * em
        assert second.position_x - first.position_x - first.width == pytest.approx(0.25 * em, abs=0.05)
    else:
        assert second.position_x - first.position_x == pytest.approx(gap * em, abs=0.05)
