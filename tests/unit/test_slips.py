"""Pages that changed are shown before their book is bound, and are those that it has then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from banxin import build, cache, preview, watching
from banxin.preview import slips
from banxin.preview.proof import Proof

pytestmark = pytest.mark.slow

CHAPTERS = {
    f"{number:02}.md": f"# 第{number}回 {{#ch-{number}}}\n\n" + f"水在壶里由静而响，这是第{number}回。\n\n" * 60
    for number in range(1, 5)
}


class Recorder(watching.Builder):
    """Notes the pages as they are shown: their leaves, and the pictures of some of them."""

    shown: list[tuple[tuple[object, ...], dict[str, bytes | None]]]
    looked_at: tuple[int, ...] = ()

    def show_pages(self, name: str, proof: Proof) -> None:
        pictures = {proof.leaves[at].key: proof.picture(proof.leaves[at].key, 400) for at in self.looked_at}
        self.shown.append((proof.leaves, pictures))
        super().show_pages(name, proof)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in CHAPTERS.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def builder(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))  # what an earlier run made would be taken as it is
    order = build.Order(book, formats=("pdf",), out=tmp_path / "out", jobs=1)
    with preview.serving(preview.Preview(order.out, book=book, paged=True), 0) as server:
        recorder = Recorder(order, server, watching.Voice(*[lambda _: None] * 3))
        recorder.shown = []
        recorder.rebuild()
        recorder.shown.clear()
        yield recorder


def change(book: Path, old: str, new: str, name: str = "03.md") -> None:
    path = book / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_slip_is_what_the_book_has_then(builder: Recorder, book: Path, tmp_path: Path) -> None:
    before = builder.server.preview.proofs["book-zh-Hans.pdf"].leaves
    builder.looked_at = tuple(range(len(before)))
    change(book, "由静而响", "由响而静")
    builder.rebuild()
    slip, whole = builder.shown
    assert slip == whole
    assert sum(one.key != other.key for one, other in zip(before, whole[0], strict=True)) == 1  # type: ignore[attr-defined]
    assert all(whole[1].values())
    cold = build.build(build.Order(book, formats=("pdf",), out=tmp_path / "cold", jobs=1))
    assert cold.written[0].read_bytes() == (tmp_path / "out" / "book-zh-Hans.pdf").read_bytes()


def test_it_goes_on_from_slip_to_slip(builder: Recorder, book: Path) -> None:
    builder.looked_at = (0, 5)
    for old, new in (("由静而响", "由响而静"), ("由响而静", "由静而静"), ("第3回 {", "第叁回 {")):
        builder.shown.clear()
        change(book, old, new)
        builder.rebuild()
        assert builder.shown[0] == builder.shown[-1]
        assert len(builder.shown) == 2


def test_a_book_that_was_made_before_is_shown_at_once_and_slips_go_on_from_it(builder: Recorder, book: Path) -> None:
    builder.looked_at = (0, 3, 5)
    edits = [("由静而响", "由响而静", "01.md"), ("由响而静", "由静而响", "01.md")]
    counts = []
    for old, new, name in [*edits, edits[0], ("由静而响", "由响而静", "03.md")]:
        builder.shown.clear()
        change(book, old, new, name)
        builder.rebuild()
        assert builder.shown[0] == builder.shown[-1]
        counts.append(len(builder.shown))
    assert counts == [2, 1, 1, 1], "after one that was kept nobody knows what is bound in it"


@pytest.mark.parametrize("turn", ["more", "fewer"])
def test_where_the_number_of_pages_is_another_those_behind_wait_for_their_folios(
    builder: Recorder, book: Path, turn: str
) -> None:
    """What changed is right at once; what stands behind it is what it was, but for its number."""
    texts = {leaf.text for leaf in builder.server.preview.proofs["book-zh-Hans.pdf"].leaves}
    more = "由静而响" + "，由响而静" * 600
    steps = [("由静而响", more)] if turn == "more" else [("由静而响", more), (more, "由静而响，再静")]
    for old, new in steps:
        builder.shown.clear()
        change(book, old, new, "02.md")
        builder.rebuild()
    (slip, _), (whole, _) = builder.shown
    assert [leaf.text for leaf in slip] == [leaf.text for leaf in whole]  # type: ignore[attr-defined]
    pages = list(zip(slip, whole, strict=True))
    assert any(one != other for one, other in pages)
    changed = [(one, other) for one, other in pages if other.text not in texts]  # type: ignore[attr-defined]
    assert changed
    assert all(one == other for one, other in changed)


def test_where_most_of_a_book_changed_the_whole_is_waited_for(
    builder: Recorder, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "MOST", 1)
    change(book, "由静而响", "由响而静")
    builder.rebuild()
    assert len(builder.shown) == 1


def test_where_nothing_changed_the_pages_stay(builder: Recorder, book: Path) -> None:
    known = builder.server.preview.proofs["book-zh-Hans.pdf"]
    builder.rebuild()
    assert builder.server.preview.proofs["book-zh-Hans.pdf"] is known
    assert known.picture(known.leaves[0].key, 400)


def test_words_of_a_slip_are_found_in_their_chapter(builder: Recorder, book: Path) -> None:
    spots = []

    class Looking(Recorder):
        def show_pages(self, name: str, proof: Proof) -> None:
            leaf = next(each for each in proof.leaves if each.label == at)
            spots.append(proof.spot(leaf.key, (0.4, 0.5), ["ch-1", "ch-2", "ch-3", "ch-4"]))
            super().show_pages(name, proof)

    proof = builder.server.preview.proofs["book-zh-Hans.pdf"]
    at = next(
        leaf.label
        for leaf in proof.leaves
        if (spot := proof.spot(leaf.key, (0.4, 0.5), ["ch-1", "ch-2", "ch-3", "ch-4"])) and spot.chapter == "ch-3"
    )
    builder.__class__ = Looking
    change(book, "由静而响", "由响而静")
    builder.rebuild()
    assert len(spots) == 2
    assert spots[0] == spots[1]
    assert spots[0]
    assert spots[0].chapter == "ch-3"
