"""The preflight of a build for a printer, and of a file from anywhere, by the real command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from banxin import build
from banxin.cover import make
from banxin.errors import Level
from banxin.preflight import beside
from tests.conftest import ROOT
from tests.preflight.making import Maker, words

pytestmark = pytest.mark.slow


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [sys.executable, str(ROOT / "build.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with a coarse picture, for a printer who folds sheets of sixteen pages."""
    folder = tmp_path_factory.mktemp("book")
    picture = Image.effect_noise((200, 100), 80)
    picture.save(folder / "river.png")
    (folder / "a.md").write_text("# 甲\n\n" + "刻工把字反刻在梨木上。\n\n" * 80 + "![河](river.png)\n", "utf-8")
    (folder / "book.yaml").write_text(
        "title: 书\nlayout: novel\nprint: {signature: 16}\nchapters: [a.md]\nisbn: 978-7-302-51135-7\n",
        "utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def result(book: Path) -> build.Result:
    return build.build(build.Order(book, formats=("pdf",), out=book / "out", profile="print"))


def test_the_report_stands_beside_the_pdf(result: build.Result, book: Path) -> None:
    (pdf,) = result.written
    assert {path.name for path in (book / "out").glob("[!.]*")} == {
        pdf.name, f"{pdf.stem}-preflight.html", f"{pdf.stem}-preflight.txt",
    }  # fmt: skip


def test_what_is_found_is_told_as_warnings(result: build.Result) -> None:
    (looked,) = result.preflights
    told = [problem.message for problem in result.problems]
    for finding in looked.report.findings:
        grave = finding.level is not Level.NOTE
        assert any(finding.code in message for message in told) == grave


def test_a_picture_is_named_with_its_file_and_line(result: build.Result) -> None:
    (looked,) = result.preflights
    (coarse,) = (one for one in looked.report.findings if one.code == "P501")
    assert coarse.file == "river.png（a.md:163）"
    assert coarse.places


def test_each_page_is_named_with_its_file(result: build.Result) -> None:
    (looked,) = result.preflights
    coarse = next(one for one in looked.report.findings if one.code == "P501")
    files = looked.report.facts.files
    assert files[coarse.page - 1] == "a.md"
    assert files[0] == ""
    assert '<span class="file">a.md</span>' in looked.pages[0].data.decode()


def test_the_isbn_of_the_settings_is_checked(result: build.Result) -> None:
    (looked,) = result.preflights
    of_the_book = {(one.code, one.file) for one in looked.report.findings if one.code[:2] == "P9"}
    assert of_the_book == {("P901", "book.yaml"), ("P901", "")}


def test_blank_pages_fill_the_last_sheet(result: build.Result) -> None:
    (pdf,) = result.written
    with pikepdf.open(pdf) as file:
        assert len(file.pages) == 16
        boxes = {(tuple(map(float, page.obj.TrimBox)), tuple(map(float, page.obj.BleedBox))) for page in file.pages}
    assert len(boxes) == 1
    (looked,) = result.preflights
    assert not {"P206", "P207"} & {one.code for one in looked.report.findings}


def test_what_did_not_change_is_not_looked_at_again(
    result: build.Result, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    real = beside.examine
    monkeypatch.setattr(beside, "examine", lambda name, *rest: looked.append(name) or real(name, *rest))
    order = build.Order(book, formats=("pdf",), out=book / "out", profile="print")
    assert build.build(order).preflights == result.preflights
    assert not looked
    with (book / "book.yaml").open("a") as spec:
        spec.write("date: 2026\n")
    build.build(order)
    assert looked


def test_only_a_printer_gets_them(book: Path) -> None:
    made = build.build(build.Order(book, formats=("pdf",), out=book / "screen"))
    assert not made.preflights
    with pikepdf.open(made.written[0]) as file:
        assert len(file.pages) < 16


def test_a_cover_is_looked_at_too(book: Path) -> None:
    made = make.make(build.Order(book, out=book / "cover"))
    (path,) = made.written
    (looked,) = made.preflights
    assert {(one.code, one.file) for one in looked.report.findings} == {("P901", "book.yaml")}
    assert (book / "cover" / f"{path.stem}-preflight.html").exists()


def test_strict_stops_before_anything_is_written(book: Path) -> None:
    done = run("build", book, "-f", "pdf", "--profile", "print", "--strict", "-o", book / "strict")
    assert done.returncode == 1
    assert "错误：印前检查 P501" in done.stderr
    assert not list((book / "strict").glob("*.pdf"))


def test_check_of_a_book_fails_for_errors(book: Path) -> None:
    done = run("check", "--print", book, "-o", book / "out")
    assert done.returncode == 1
    assert "印前检查：" in done.stderr


def test_check_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(Maker().bytes())
    done = run("check", "--print", tmp_path / "good.pdf")
    assert (done.returncode, "没有发现问题" in done.stdout) == (0, True), done.stderr
    assert (tmp_path / "good-preflight.html").exists()
    made = Maker()
    made.add(words("red", y=100).replace("0 0 0 1 k", "1 0 0 rg"))
    (tmp_path / "bad.PDF").write_bytes(made.bytes())
    done = run("check", "--print", tmp_path / "bad.PDF", "-o", tmp_path / "out")
    assert (done.returncode, "P401" in done.stdout) == (1, True), done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"bad-preflight.html", "bad-preflight.txt"}


def test_check_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("check", "--print", tmp_path / "none.pdf")
    assert done.returncode == 2
    assert "none.pdf: 错误：读不了这个文件" in done.stderr
    assert "Traceback" not in done.stderr
