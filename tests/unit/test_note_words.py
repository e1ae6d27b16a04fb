"""Notes of words alone, which are written as pandoc would write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banxin import load, notes, pandoc, tree
from banxin.book import Node
from banxin.render.page import MARK, _of_words

DIVIDER: Node = {"t": "RawBlock", "c": ["html", MARK]}


def paragraph(*nodes: Node) -> Node:
    return {"t": "Para", "c": list(nodes)}


def written(paragraphs: list[Node]) -> list[str]:
    """What pandoc makes of each."""
    html = pandoc.to_html([block for one in paragraphs for block in (one, DIVIDER)])
    return [piece.strip() for piece in html.split(MARK)[:-1]]


def test_every_character_is_written_as_pandoc_writes_it() -> None:
    every = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    few = ["".join(every[at : at + 64]) for at in range(0, len(every), 64)]
    pieces = [paragraph(tree.string(f"甲{text}乙")) for text in [*every[:0x3000], *few]]
    unlike = [
        (ours, html)
        for piece, html in zip(pieces, written(pieces), strict=True)
        if (ours := _of_words([piece])) != html
    ]
    assert {ours for ours, _ in unlike} == {""}
    assert len(unlike) == 5 + 2, "& < > and two arrows, and the groups of 64 in which they are: pandoc writes those"


WORD = st.text(st.sampled_from("甲乙丙，。“”‘’aB1 é\u00a0\ufe0f𠀀"), min_size=1, max_size=6).map(tree.string)
NODE = st.one_of(WORD, st.just({"t": "Space"}))


@given(st.lists(st.lists(NODE, min_size=1, max_size=6), min_size=1, max_size=6))
def test_words_and_spaces_too(paragraphs: list[list[Node]]) -> None:
    pieces = [paragraph(*nodes) for nodes in paragraphs]
    for piece, html in zip(pieces, written(pieces), strict=True):
        assert _of_words([piece]) in ("", html)


@pytest.mark.parametrize(
    "piece",
    [
        [paragraph(tree.string("甲")), paragraph(tree.string("乙"))],
        [paragraph(tree.string("甲"), {"t": "Emph", "c": [tree.string("乙")]})],
        [paragraph(tree.string("only Latin"))],
        [{"t": "Plain", "c": [tree.string("甲")]}],
        [],
    ],
)
def test_all_else_is_for_pandoc(piece: list[Node]) -> None:
    assert _of_words(piece) == ""


def test_the_paragraphs_of_notes_know_their_lines(tmp_path: Path) -> None:
    """Two that say the same, too; one whose words begin on the next line; a list, in the note, looked for as before."""
    text = (
        "# 章\n\n甲[^1]乙[^2]丙[^3]丁[^4]\n\n[^1]: 同上。\n[^2]: 同上。\n\n[^3]:\n    下一行。\n\n[^4]:\n    - 一条\n"
    )
    (tmp_path / "a.md").write_text(text, "utf-8")
    book = notes.number(load.load(tmp_path / "a.md").book)
    lines = [[node["line"] for node in tree.walk(note.blocks) if "line" in node] for note in book.notes]
    assert lines == [[5], [6], [9], [12]]
