"""No word is lost: the text of the book, and what readers find in its PDF, its EPUB and its site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from banxin import build, layout, setting, tree
from banxin.book import Book
from banxin.editions import edition_of
from banxin.load import Manuscript, load
from tests.conftest import BUILT, ROOT, Built
from tests.readers.extract import epub_documents, letters, pdf_type_areas, site_pages, squeezed

pytestmark = pytest.mark.slow

CASES = [(name, edition) for name, sample in BUILT.items() for edition in sample.editions]
GOLDEN = Path(__file__).parent.parent / "golden"


def typeset(name: str, edition: str) -> tuple[Manuscript, Book]:
    """The book as it goes to the renderers."""
    sample = BUILT[name]
    if not sample.path.exists():
        pytest.skip(f"{sample.path} is not here (only in the workplace of its author)")
    manuscript = load(sample.path)
    look = layout.load(manuscript.config.layout or ("essay" if sample.path.is_file() else "novel"), [])
    arranged = build.arrange(manuscript, look)
    chosen = edition_of(manuscript.config, edition, manuscript.book.meta.language)
    return manuscript, setting.set_type(manuscript, arranged, chosen)


def paragraphs(book: Book) -> list[str]:
    """The words of every paragraph, heading and cell, squeezed; those too short to tell anything are left out."""
    found: list[str] = []

    def take(inlines: list[tree.Node], _line: int) -> list[tree.Node]:
        if not any(node["t"] == "Math" or is_ruby(node) for node in tree.walk(inlines)):
            unmarked = tree.map_nodes(inlines, lambda node: [] if tree.is_note_mark(node) else node)
            found.extend(squeezed(piece) for piece in tree.plain(unmarked).split("\n"))
        return inlines

    for chapter in book.chapters:
        tree.map_inlines([chapter.title, chapter.subtitle, chapter.blocks], take)
    return [text for text in found if len(text) > 3]


def is_ruby(node: tree.Node) -> bool:
    """Readings stand between the letters of what readers extract: compared by the unit tests of pages."""
    return node["t"] == "Span" and "ruby" in tree.attr(node)[2]


def without_marks(text: str) -> str:
    """Note numbers stand between letters: figures do not count in this comparison, in a ring or in brackets either."""
    return re.sub(r"[\d\W_]", "", re.sub(r"〔[一二三四五六七八九十]+〕|[①-⓿㉑-㊿]", "", text))


@pytest.mark.parametrize("name", ["essay", "chronicle", "story"])
def test_the_authors_letters_are_all_there(name: str) -> None:
    """Letter by letter: the file as the author wrote it (read by nothing of ours), and the typeset book."""
    manuscript, book = typeset(name, BUILT[name].editions[0])
    written = ""
    for source in manuscript.book.sources.values():
        body = re.sub(r"\A---\n.*?\n---\n", "", source.text, flags=re.DOTALL)
        written += re.sub(r"\[\^[^\]]+\]:?|\{[^}]*\}", "", body)
    ours = "".join(tree.plain([{"t": "Para", "c": c.title}]) + tree.plain(c.blocks) for c in book.chapters)
    notes = "".join(tree.plain(note.blocks) for note in book.notes)
    lost = Counter(letters(written)) - Counter(letters(ours + notes))
    assert not lost
    if not book.notes and name != "story":  # the story's first title stands in its front matter
        assert letters(written) == letters(ours)


def read_by(form: str, book: Built, edition: str) -> str:
    """All that a reader finds in one format, squeezed."""
    if form == "pdf":
        return squeezed(pdf_type_areas(book.pdf(edition)))
    documents = epub_documents(book.epub(edition)) if form == "epub" else site_pages(book.site(edition))
    return squeezed("".join(documents.values()))


WORD_FOR_WORD = [case for case in CASES if case[0] in ("essay", "chronicle")]


@pytest.mark.parametrize("form", ["pdf", "epub", "site"])
@pytest.mark.parametrize(("name", "edition"), WORD_FOR_WORD)
def test_word_for_word(form: str, name: str, edition: str, built: Callable[[str], Built]) -> None:
    """Every letter, figure and mark of every chapter, in one piece and in order; only ornaments come between."""
    manuscript, book = typeset(name, edition)
    ornament = squeezed(layout.options(build.layout_of(manuscript), {})["ornament"])
    found = read_by(form, built(name), edition)
    for chapter in book.chapters:
        stretches = [squeezed(tree.plain(stretch)) for stretch in between_breaks(chapter.blocks)]
        assert f"{ornament if form == 'pdf' else ''}".join(stretches) in found, chapter.id


def between_breaks(blocks: tree.Nodes) -> list[tree.Nodes]:
    """The blocks, cut at scene breaks."""
    pieces: list[tree.Nodes] = [[]]
    for block in blocks:
        if block["t"] == "HorizontalRule":
            pieces.append([])
        else:
            pieces[-1].append(block)
    return pieces


@pytest.mark.parametrize(("name", "edition"), CASES)
def test_pdf(name: str, edition: str, built: Callable[[str], Built]) -> None:
    _, book = typeset(name, edition)
    pages = pdf_type_areas(built(name).pdf(edition))
    text = without_marks(squeezed(pages))
    lost = [words for words in paragraphs(book) if without_marks(words) not in text]
    assert [words for words in lost if not torn_by_a_page(without_marks(words), text)] == []


def torn_by_a_page(words: str, text: str) -> bool:
    """Notes at the foot of a page stand between the two halves of a paragraph."""
    return any(words[:i] in text and words[i:] in text for i in range(2, len(words) - 1))


@pytest.mark.parametrize(("name", "edition"), CASES)
def test_epub(name: str, edition: str, built: Callable[[str], Built]) -> None:
    _, book = typeset(name, edition)
    text = without_marks(squeezed("".join(epub_documents(built(name).epub(edition)).values())))
    assert [words for words in paragraphs(book) if without_marks(words) not in text] == []


@pytest.mark.parametrize(("name", "edition"), CASES)
def test_site(name: str, edition: str, built: Callable[[str], Built]) -> None:
    _, book = typeset(name, edition)
    text = without_marks(squeezed("".join(site_pages(built(name).site(edition)).values())))
    assert [words for words in paragraphs(book) if without_marks(words) not in text] == []


def test_what_the_chronicle_must_say(update_golden: bool, built: Callable[[str], Built]) -> None:
    """Mark by mark: every quirk of a pasted manuscript, and what a careful typesetter makes of it."""
    _, book = typeset("chronicle", "zh-Hans")
    text = "".join(tree.plain([{"t": "Para", "c": c.title}]) + tree.plain(c.blocks) for c in book.chapters)
    golden = GOLDEN / "chronicle.txt"
    if update_golden:
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
    expected = squeezed(text)
    assert expected in squeezed(pdf_type_areas(built("chronicle").pdf("zh-Hans"))).replace("···", "")
    assert (ROOT / "examples" / "chronicle.md").is_file()
