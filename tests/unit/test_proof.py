"""Pages of a PDF as pictures, named by what is on them, and the words at a point of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest
import weasyprint
from PIL import Image, ImageChops

from banxin.preview.proof import ROUNDING, Proof

STYLE = """
@page { size: 300pt 300pt; margin: 30pt; background: #fffdf9; @top-center { content: "Head of the page" } }
@page :nth(3) { background: white }
body { font: 12pt/18pt serif; color: #222; margin: 0 } p { margin: 0 }
h1 { break-before: page; font-size: 14pt; margin: 0 }
"""
PAGES = (
    "<h1 id='ch-one'>One</h1><p>The first words of a page.</p><p id='second'>Second line here.</p>",
    "<h1 id='ch-two'>Two</h1><p>Other words stand on it.</p>",
    "<h1 id='ch-three'>Three</h1><p style='color: red'>Red.</p><p style='color: blue'>Blue.</p>",
    "<h1>Four</h1><p>The last.</p>",
)
IDS = ("ch-one", "ch-two", "ch-three", "absent")
SIDE, LINE = 300, 18
"""pt: of a page; from line to line."""
TOP = 30 + LINE * 1.5
"""pt: the middle of the first line below a heading."""


def book(pages: Sequence[str] = PAGES, style: str = STYLE) -> Proof:
    html = f"<html><style>{style}</style><body>{''.join(pages)}</body></html>"
    data = weasyprint.HTML(string=html).write_pdf()
    assert data is not None
    return Proof(data)


@pytest.fixture(scope="module")
def proof() -> Proof:
    return book()


def names(proof: Proof) -> list[str]:
    return [leaf.key for leaf in proof.leaves]


def test_every_page_has_its_name_size_and_label(proof: Proof) -> None:
    assert len(set(names(proof))) == len(PAGES)
    assert [(round(leaf.width), round(leaf.height)) for leaf in proof.leaves] == [(SIDE, SIDE)] * len(PAGES)
    assert not proof.leftwards


def test_the_same_book_has_the_same_names(proof: Proof) -> None:
    assert names(book()) == names(proof)


def test_a_changed_page_alone_has_another_name(proof: Proof) -> None:
    changed = names(book([PAGES[0], PAGES[1].replace("Other", "Otter"), *PAGES[2:]]))
    assert [one == other for one, other in zip(changed, names(proof), strict=True)] == [True, False, True, True]


def test_another_ground_is_another_page(proof: Proof) -> None:
    changed = names(book(style=STYLE.replace("background: white", "background: #eee")))
    assert [one == other for one, other in zip(changed, names(proof), strict=True)] == [True, True, False, True]


def test_a_picture_is_the_page_as_pdfium_draws_it(proof: Proof) -> None:
    pdf = pypdfium2.PdfDocument(proof.data)
    for i, key in enumerate(names(proof)):
        data = proof.picture(key, 600)
        assert data
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        drawn = pdf[i].render(scale=2).to_pil()
        assert picture.size == (600, 600)
        assert max(high for _, high in ImageChops.difference(picture, drawn).getextrema()) <= ROUNDING
    pdf.close()


def test_colours_stay(proof: Proof) -> None:
    data = proof.picture(names(proof)[2], 800)
    assert data
    seen = {colour for _, colour in Image.open(io.BytesIO(data)).convert("RGB").getcolors(1 << 20) or ()}
    assert {(255, 0, 0), (0, 0, 255)} <= seen


FIRST, SECOND = "The first words of a page.", "Second line here."


@pytest.mark.parametrize(
    ("x", "y", "line", "most"), [(32, TOP, FIRST, 99), (290, TOP, FIRST, 2), (32, TOP + LINE, SECOND, 99)]
)
def test_words_at_a_point(proof: Proof, x: float, y: float, line: str, most: int) -> None:
    """On the first word, beside the end of a line, on the next line."""
    spot = proof.spot(names(proof)[0], (x / SIDE, y / SIDE), IDS)
    assert spot
    rest = spot.words.split("\r\n")[0]
    assert line.endswith(rest)
    assert len(rest) == min(most, len(line)) or len(rest) < most < 99
    assert spot.chapter == "ch-one"
    left, top, width, height = spot.line
    assert left == pytest.approx(30 / SIDE, abs=0.02)
    assert top < y / SIDE < top + height
    assert 0 < width < 1 - 2 * left + 0.02


def test_a_mark_is_told_by_the_letter_before_it() -> None:
    """What follows a mark at the end of a line is another paragraph."""
    proof = book(["<h1 id='ch-one'>One</h1><p>Words end here.)</p><p style='text-align: center'>*</p><p>Others.</p>"])
    spots = [proof.spot(names(proof)[0], (0.9, (TOP + i * LINE) / SIDE), IDS) for i in range(3)]
    assert [spot and spot.words.split()[0] for spot in spots] == ["e.)", "*", "s."]


def test_the_words_before_a_point_are_told(proof: Proof) -> None:
    spot = proof.spot(names(proof)[0], (32 / SIDE, (TOP + LINE) / SIDE), IDS)
    assert spot
    assert spot.before.strip().endswith("The first words of a page.")


def test_a_page_belongs_to_the_chapter_that_began_before_it(proof: Proof) -> None:
    spot = proof.spot(names(proof)[3], (32 / SIDE, TOP / SIDE), IDS)
    assert spot
    assert spot.chapter == "ch-three"


@pytest.mark.parametrize(
    ("chapter", "words", "page"),
    [
        ("ch-one", "Second line here.", 0),
        ("ch-one", "Second line here, and what comes after it on no page", 0),
        ("ch-two", "“Other words”", 1),
        ("ch-two", "Second line here.", None),
        ("ch-three", "The last.", 3),
        ("ch-one", "……", None),
        ("ch-one", "words that stand nowhere", None),
        ("absent", "Second line here.", None),
    ],
)
def test_words_are_found_on_the_pages_of_their_chapter(
    proof: Proof, chapter: str, words: str, page: int | None
) -> None:
    found = proof.find(chapter, IDS, words)
    if page is None:
        assert found is None
    else:
        assert found
        assert found[0] == names(proof)[page]
        assert 30 / SIDE < found[1][1] < 0.5


def test_what_is_found_is_what_stands_there(proof: Proof) -> None:
    spot = proof.spot(names(proof)[0], (32 / SIDE, (TOP + LINE) / SIDE), IDS)
    assert spot
    assert proof.find(spot.chapter, IDS, spot.words) == (names(proof)[0], spot.line)


@pytest.mark.parametrize("point", [(0.5, 0.9), (0.5, -3.0), (9.0, 9.0)])
def test_nothing_stands_where_nothing_is(proof: Proof, point: tuple[float, float]) -> None:
    assert proof.spot(names(proof)[3], point, IDS) is None


def test_many_may_ask_at_once(proof: Proof) -> None:
    keys = names(proof) * 6
    with ThreadPoolExecutor(6) as pool:
        pictures = list(pool.map(lambda key: proof.picture(key, 300), keys))
    assert pictures[: len(PAGES)] * 6 == pictures


def test_a_book_that_is_gone_has_no_pages() -> None:
    gone = book()
    gone.close()
    assert gone.picture(names(gone)[0], 400) is None
    assert gone.spot(names(gone)[0], (0.2, 0.2), IDS) is None
    assert gone.picture("unknown", 400) is None
