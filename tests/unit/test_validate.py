"""What epubcheck says of an EPUB, as problems of a build; when it is asked, and when not again."""

from __future__ import annotations

import io
import os
import shlex
import signal
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from banxin import build, cli, machine, validate, wordless
from banxin.book import Artifact
from banxin.errors import Level, ManuscriptError
from banxin.render import epub
from tests.conftest import PATIENCE, ROOT
from tests.programs import need
from tests.readers import sample

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Builds ask, as they do for authors, and nothing was asked before."""
    monkeypatch.delenv(validate.VARIABLE)
    monkeypatch.setenv("BANXIN_CACHE", str(tmp_path / "cache"))


def changed(book: Artifact, name: str, old: bytes, new: bytes) -> Artifact:
    """The book with another page."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book.data)) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            data = before.read(entry)
            after.writestr(entry, data.replace(old, new) if entry.filename.endswith(name) else data)
    return Artifact(book.path, out.getvalue())


def spoilt(book: Artifact) -> Artifact:
    """The book with a chapter that is not well-formed."""
    return changed(book, "wood.xhtml", b"</h1>", b"")


def mute(book: Artifact) -> Artifact:
    """The book without its words."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book.data)) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            data = before.read(entry)
            is_page = entry.filename.endswith(wordless.PAGES)
            after.writestr(entry, wordless.bare(data.decode()).encode() if is_page else data)
    return Artifact(book.path, out.getvalue())


def said(book: Artifact) -> list[str]:
    return [problem.message for problem in validate.epubs([book])]


# What it finds --------------------------------------------------------------------------------------------------------


def test_a_good_book_has_no_problems_with_its_words_or_without() -> None:
    (book,) = epub.render(sample.press())
    assert said(book) == []
    assert said(mute(book)) == []


def test_a_fault_is_an_error_that_names_the_file_whatever_the_words() -> None:
    (book,) = epub.render(sample.press())
    found = list(validate.epubs([spoilt(book)]))
    assert found
    assert all(problem.level is Level.ERROR and problem.place.path == book.path for problem in found)
    assert any("RSC-016" in problem.message and "wood.xhtml" in problem.message for problem in found)
    assert said(mute(spoilt(book))) == [problem.message for problem in found]


def test_without_java_a_strict_build_says_that_nothing_was_validated_and_another_says_nothing(
    book: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not machine.program("java"), "one that no PATH hides"
    strict = build.build(build.Order(book, formats=("epub",), out=tmp_path / "out", strict=True))
    (problem,) = strict.problems
    assert problem.level is Level.WARNING
    assert "没有 Java" in problem.message
    usual = build.build(build.Order(book, formats=("epub",), out=tmp_path / "out"))
    assert usual.problems == ()
    assert usual.inquiry
    assert usual.inquiry.problems(Level.WARNING) == []


# When it is asked -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Java:
    """The machine's Java, behind a script that counts."""

    log: Path

    @property
    def runs(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


def script(folder: Path, *lines: str) -> None:
    """What is found as `java`."""
    folder.mkdir()
    (folder / "java").write_text("\n".join(["#!/bin/sh", *lines]))
    (folder / "java").chmod(0o755)


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Java:
    log = tmp_path / "runs"
    script(tmp_path / "bin", f"echo once >> {shlex.quote(str(log))}", f'exec {shlex.quote(need("java"))} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    return Java(log)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.yaml").write_text("title: 书\nauthors: 林河\nchapters: [a.md]\n", "utf-8")
    (folder / "a.md").write_text("# 章\n\n刻工把字反刻在梨木上。\n", "utf-8")
    return folder


def spoil(book: Path) -> None:
    """A template of the book's own layout is no XHTML, as an author may write it."""
    (book / "layouts" / "mine" / "epub").mkdir(parents=True)
    (book / "layouts" / "mine" / "layout.yaml").write_text("extends: novel\n", "utf-8")
    (book / "layouts" / "mine" / "epub" / "colophon.xhtml.j2").write_text("<html><p></html>", "utf-8")
    with (book / "book.yaml").open("a", encoding="utf-8") as file:
        file.write("layout: mine\n")


def run(book: Path, out: Path, *more: str) -> int:
    return cli.main(["build", str(book), "-f", "epub", "-o", str(out), "--quiet", *more])


def test_it_is_asked_once_and_again_only_when_more_than_words_changed_or_strictly(
    java: Java, book: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run(book, out, "--no-check") == 0
    assert java.runs == 0
    assert run(book, out) == 0
    assert java.runs == 1
    (first,) = out.glob("*.epub")
    before = first.read_bytes()
    assert run(book, out) == 0
    (book / "a.md").write_text("# 章\n\n刻工把字反刻在枣木上。\n", "utf-8")
    assert run(book, out) == 0
    assert first.read_bytes() != before
    assert java.runs == 1
    assert run(book, out, "--strict") == 0
    assert java.runs == 2


def test_who_wants_none_of_it_says_so_once(
    java: Java, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(validate.VARIABLE, "off")
    assert run(book, tmp_path / "out") == 0
    assert java.runs == 0


def test_a_build_warns_when_the_book_stands_and_a_strict_one_writes_nothing(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(book)
    out = tmp_path / "out"
    assert run(book, out) == 0
    told = capsys.readouterr()
    (path,) = out.glob("*.epub")
    assert told.out == f"{path}\n"
    assert f"{path.name}: 警告：epubcheck " in told.err
    path.unlink()
    with pytest.raises(ManuscriptError) as caught:
        build.build(build.Order(book, formats=("epub",), out=out, strict=True))
    assert any("epubcheck" in problem.message for problem in caught.value.problems)
    assert not list(out.glob("*.epub"))


def test_a_validator_that_breaks_down_costs_no_book(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script(tmp_path / "bin", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    for _ in range(2):  # what was not answered is asked again
        assert run(book, tmp_path / "out") == 0
        assert "警告：epubcheck 没有验完：Java 中途停了" in capsys.readouterr().err
    assert list((tmp_path / "out").glob("*.epub"))


def test_who_does_not_wait_has_the_book_already(book: Path, tmp_path: Path) -> None:
    script(tmp_path / "bin", f"exec sleep {PATIENCE}")
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    command = [sys.executable, "build.py", "build", str(book), "-f", "epub", "-o", str(tmp_path / "out")]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stderr
    written = Path(process.stdout.readline().strip())
    assert zipfile.is_zipfile(written)
    while "正在用 epubcheck 验 EPUB" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert "书已经写好，EPUB 没有验完" in process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == cli.STOPPED
