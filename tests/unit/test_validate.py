"""What epubcheck says of an EPUB, as problems of a build."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from banxin import build, validate
from banxin.book import Artifact
from banxin.errors import Level, ManuscriptError
from banxin.render import epub
from tests.readers import sample

pytestmark = pytest.mark.slow


def spoilt(book: Artifact) -> Artifact:
    """The book with a chapter that is not well-formed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book.data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, data.replace(b"</h1>", b"") if entry.filename.endswith("wood.xhtml") else data)
    return Artifact(book.path, out.getvalue())


def test_a_good_book_has_no_problems() -> None:
    assert list(validate.epubs(epub.render(sample.press()))) == []


def test_a_fault_is_an_error_that_names_the_file() -> None:
    (book,) = epub.render(sample.press())
    found = list(validate.epubs([spoilt(book)]))
    assert found
    assert all(problem.level is Level.ERROR and problem.place.path == book.path for problem in found)
    assert any("RSC-016" in problem.message and "wood.xhtml" in problem.message for problem in found)


def test_without_java_it_is_said_that_nothing_was_validated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (problem,) = validate.epubs(epub.render(sample.press()))
    assert problem.level is Level.WARNING
    assert "没有 Java" in problem.message


def test_nothing_is_written_of_a_book_that_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The template of a chapter is spoilt in the book's own layouts, as an author may do."""
    book = tmp_path / "book"
    (book / "layouts" / "mine" / "epub").mkdir(parents=True)
    (book / "layouts" / "mine" / "layout.yaml").write_text("extends: novel\n", "utf-8")
    (book / "layouts" / "mine" / "epub" / "colophon.xhtml.j2").write_text("<html><p></html>", "utf-8")
    (book / "book.yaml").write_text("title: 书\nauthors: 林河\nlayout: mine\nchapters: [a.md]\n", "utf-8")
    (book / "a.md").write_text("# 章\n\n文字。\n", "utf-8")
    with pytest.raises(ManuscriptError) as caught:
        build.build(build.Order(book, formats=("epub",), out=tmp_path / "out", strict=True))
    assert any("epubcheck" in problem.message for problem in caught.value.problems)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").glob("*.epub"))
