"""A book of 3 000 notes and 1 000 references: it builds, and what notes cost beside the rest of the build. A book of
200 000 characters: its EPUB and its site, with the index of its search, beside what pandoc alone makes of it."""

from __future__ import annotations

import random
import resource
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from banxin import build, notes, pandoc
from banxin.notes import cites, entries, labels
from tools import long_book

pytestmark = pytest.mark.slow

NOTES, WORKS, CHAPTERS, PARAGRAPHS = 3000, 1000, 30, 100
SHARE = 0.15
TIMES = 4
"""How often pandoc's CPU time EPUB and site may take; they take about twice as much, 2.5 s in all on the machine of
2026-11, of which pandoc itself .6 s, the search .06 s."""
HAN = "春江潮水连海平海上明月共潮生随波千万里何处春江无月明江流宛转绕芳甸月照花林皆似霰空里流霜不觉飞"


def cpu() -> float:
    """Seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def write(folder: Path) -> None:
    """The manuscript: a note in every paragraph, a citation in every third."""
    rng = random.Random(5)

    def words(count: int) -> str:
        return "".join(rng.choice(HAN) for _ in range(count))

    works = []
    for i in range(WORKS):
        if i % 3:
            works.append(f"@book{{r{i}, author={{{words(3)}}}, title={{{words(8)}}}, publisher={{{words(4)}}}, "
                         f"address={{{words(2)}}}, date={{{1950 + i % 70}}}}}")  # fmt: skip
        else:
            works.append(f"@article{{r{i}, author={{Smith, John and Doe{i}, Ann}}, title={{On rain, number {i}}}, "
                         f"journal={{Rain}}, volume={{3}}, pages={{1-20}}, date={{{1950 + i % 70}}}}}")  # fmt: skip
    (folder / "refs.bib").write_text("\n".join(works), "utf-8")
    names, note, work = [], 0, 0
    for chapter in range(CHAPTERS):
        body, below = [f"# {words(5)}\n"], []
        for paragraph in range(PARAGRAPHS):
            pieces = [words(rng.randint(12, 30)) for _ in range(6)]
            pieces[2] += f"[^n{note}]"
            below.append(f"[^n{note}]: {words(rng.randint(15, 40))}。\n")
            note += 1
            if paragraph % 3 == 0 and work < WORKS:
                pieces[4] += f"[@r{work}, {rng.randint(1, 300)}页]"
                work += 1
            body.append("，".join(pieces) + "。\n")
        names.append(f"c{chapter:02}.md")
        (folder / names[-1]).write_text("\n".join(body + below), "utf-8")
    yml = f"title: 大书\nauthors: [某人]\nslug: big\nlayout: novel\nchapters: [{', '.join(names)}]\n"
    (folder / "book.yaml").write_text(yml + "bibliography: refs.bib\ncitations: {later: ibid}\n", "utf-8")


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The CPU time of each call of what notes and citations are made by; they do what they do."""
    times: list[float] = []

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            begun = cpu()
            try:
                return function(*args, **kwargs)
            finally:
                times.append(cpu() - begun)

        return call

    for where, name in ((notes, "number"), (cites, "cite"), (entries, "read"), (labels, "written"), (labels, "read")):
        monkeypatch.setattr(where, name, timed(getattr(where, name)))
    return times


def test_a_book_of_many_notes_and_references(tmp_path: Path, spent: list[float], monkeypatch: Any) -> None:
    monkeypatch.setenv("BANXIN_CACHE", "off")  # nothing is taken from a build before
    write(tmp_path)
    begun = cpu()
    build.build(build.Order(tmp_path, out=tmp_path / "out"))
    whole = cpu() - begun
    with zipfile.ZipFile(tmp_path / "out" / "big-zh-Hans.epub") as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if "/text/" in name)
    assert text.count('epub:type="noteref"') == NOTES + WORKS
    assert text.count('class="reference"') == WORKS
    assert sum(spent) < SHARE * whole, f"{sum(spent):.1f} s of {whole:.1f} s"


def test_epub_and_site_take_a_few_times_what_pandoc_takes(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("BANXIN_CACHE", "off")
    book = long_book.write(tmp_path / "book", 200_000)
    begun = cpu()
    build.build(build.Order(book, formats=("epub", "html"), out=tmp_path / "out", jobs=1))
    ours = cpu() - begun
    chapters = sorted(map(str, book.glob("*.md")))
    begun = cpu()
    for kind in ("epub3", "html5"):
        out = tmp_path / f"pandoc.{kind}"
        subprocess.run([pandoc.program(), "-s", "-f", "markdown", "-t", kind, "-o", out, *chapters], check=True)
    theirs = cpu() - begun
    assert ours < TIMES * theirs, f"{ours:.2f} s beside {theirs:.2f} s"
