"""What holds for every book: the same bytes twice, whatever the folder; numbers that agree between formats."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import EPOCH, ROOT, SAMPLES, Built

pytestmark = pytest.mark.slow

BOOKS = {name: sample.path for name, sample in SAMPLES.items()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _copied(book: Path, place: Path) -> Path:
    """The book in another folder; one file is a book, too."""
    if book.is_dir():
        return Path(shutil.copytree(book, place))
    place.mkdir(parents=True)
    return Path(shutil.copy(book, place))


@pytest.mark.parametrize("name", BOOKS)
def test_the_same_bytes_in_two_folders(name: str, tmp_path: Path) -> None:
    """All formats, two processes, two places, two time zones, two hash seeds, one worker and two."""
    if not BOOKS[name].exists():
        pytest.skip(f"{BOOKS[name]} is not here (only in the workplace of its author)")
    builds = []
    for n, zone in enumerate(("UTC", "Asia/Taipei")):
        place = tmp_path / f"place-{n}" / "book"
        place = _copied(BOOKS[name], place)
        env = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "TZ": zone, "PYTHONHASHSEED": str(n)}
        env["BANXIN_CACHE"] = "off"  # else the second would be made of what the first one kept
        edition = ["-e", "zh-Hans"]
        command = [sys.executable, str(ROOT / "build.py"), "build", str(place), "--quiet", *edition]
        command += ["-o", str(tmp_path / f"out-{n}"), "--jobs", str(n + 1)]
        subprocess.run(command, check=True, env=env, cwd=tmp_path, capture_output=True)
        builds.append(contents(tmp_path / f"out-{n}"))
    first, second = builds
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []
    assert {Path(path).suffix for path in first} >= {".pdf", ".epub", ".html"}


def test_notes_have_the_same_number_everywhere(built: Callable[[str], Built]) -> None:
    book = built("handbook")
    site = "".join(path.read_text("utf-8") for path in sorted(book.site("zh-Hans").glob("*.html")))
    with zipfile.ZipFile(book.epub("zh-Hans")) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xhtml")]
        epub = "".join(archive.read(name).decode() for name in names)
    mark = re.compile(r'<a[^>]*id="(fnref-[\w-]+)"[^>]*>(?:<[^>]+>)*(\d+)<')
    on_site, in_epub = dict(mark.findall(site)), dict(mark.findall(epub))
    assert len(on_site) >= 5
    assert on_site == in_epub
    single = book.single("zh-Hans").read_text("utf-8")
    assert {id.removeprefix("fnref-") for id in dict(mark.findall(single))} == {
        id.removeprefix("fnref-") for id in on_site
    }


def test_conversion_leaves_code_links_and_ids(built: Callable[[str], Built]) -> None:
    """Ids, addresses and code of the handbook are the same in Simplified and in Traditional, and in the same order but
    for the list of references, which each edition has in its own.
    """
    book = built("handbook")

    def parts(edition: str, listed: bool = False) -> list[str]:
        pages = sorted(path for path in book.site(edition).glob("*.html") if (path.stem == "references") is listed)
        text = "".join(path.read_text("utf-8") for path in pages)
        mains = "".join(re.findall(r"<main.*?</main>", text, re.DOTALL))
        return re.findall(r'\bid="(?!p-)[^"]+"|href="https?:[^"]+"|<code[^>]*>.*?</code>', mains, re.DOTALL)

    simplified, traditional = parts("zh-Hans"), parts("zh-Hant-TW")
    assert len(simplified) > 100
    assert simplified == traditional
    lists = [parts(edition, listed=True) for edition in ("zh-Hans", "zh-Hant-TW")]
    assert sorted(lists[0]) == sorted(lists[1])
    assert len(lists[0]) > 3
