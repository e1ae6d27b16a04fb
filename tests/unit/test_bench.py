"""`make bench`: the books are the same everywhere, figures are of real runs, and the tables say what was measured."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from banxin import build, fonts, statistics
from tools import long_book
from tools.bench import books, measure, peers, process, report

pytestmark = pytest.mark.slow

MB = 1 << 20


def digest(folder: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.iterdir()))).hexdigest()


# Books ----------------------------------------------------------------------------------------------------------------


def test_the_long_book_is_the_same_for_a_seed(tmp_path: Path) -> None:
    one, same, other = (
        digest(long_book.write(tmp_path / name, 20_000, seed)) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert one == same
    assert one != other


def test_the_long_book_is_as_long_as_asked_and_faultless(tmp_path: Path) -> None:
    order = build.Order(long_book.write(tmp_path / "long", 50_000))
    assert build.check(order).problems == ()
    (tally,) = statistics.count(order)
    assert abs(tally.total.length - 50_000) < 1000
    assert min(tally.total.notes, tally.total.tables, tally.total.words) > 0


def test_the_books_are_as_long_as_their_names_say(tmp_path: Path) -> None:
    for name, size in books.SIZES.items():
        assert books.write(name, tmp_path).characters == pytest.approx(size, rel=0.02)


def test_a_change_is_one_word_of_one_chapter_and_another_every_time(tmp_path: Path) -> None:
    chapter = books.Book("a", long_book.write(tmp_path / "a", 20_000)).middle
    texts = [chapter.read_text("utf-8")]
    for number in (7, 8, 18):
        books.change(chapter, number)
        texts.append(chapter.read_text("utf-8"))
    assert len(set(texts)) == len(texts)
    assert {len(text) for text in texts} == {len(texts[0])}
    assert all(sum(a != b for a, b in zip(texts[0], text, strict=True)) <= 2 for text in texts)


# Processes ------------------------------------------------------------------------------------------------------------

HOLD = "import sys, time; held = bytearray(int(sys.argv[1])); time.sleep(0.5)"
TWO = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}, sys.argv[1]]); {HOLD}"
BOTH = f"""
import subprocess, sys
other = subprocess.Popen([sys.executable, '-c', {HOLD!r}, sys.argv[1]])
{HOLD}
other.wait()
"""


def test_the_largest_process_and_all_together(tmp_path: Path) -> None:
    """A process of 60 MB beside another: the largest is one of them, together they are both."""
    cost = process.run([[sys.executable, "-c", BOTH, str(60 * MB)]], tmp_path)
    assert 60 < cost.largest < 110
    assert 120 < cost.together < 220
    assert cost.seconds > 0.5


def test_a_chain_takes_as_long_as_its_parts_and_as_much_as_the_largest(tmp_path: Path) -> None:
    commands = [[sys.executable, "-c", HOLD, str(size * MB)] for size in (90, 10)]
    cost = process.run(commands, tmp_path)
    assert 90 < cost.largest < 140
    assert cost.seconds > 1


def test_processor_time_is_that_of_children_too(tmp_path: Path) -> None:
    spin = "import time\nwhile time.process_time() < 0.4: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}])"
    assert process.run([[sys.executable, "-c", code]], tmp_path).processor > 0.4


def test_a_program_that_fails_says_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(process.Failed, match=r"(?s)退出码 3.*no such book"):
        process.run([[sys.executable, "-c", "import sys; print('no such book'); sys.exit(3)"]], tmp_path)


# Peers ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[measure.Bench]:
    fonts.ensure([peers.LANGUAGE, *measure.EDITIONS], print)
    known = os.environ.get("FONTCONFIG_FILE")
    fonts.activate()
    yield measure.Bench(tmp_path, 2, print)
    if known is None:
        del os.environ["FONTCONFIG_FILE"]
    else:
        os.environ["FONTCONFIG_FILE"] = known


@pytest.fixture
def book(tmp_path: Path) -> books.Book:
    return books.Book("small", long_book.write(tmp_path / "small", 8000))


def test_every_peer_that_is_there_makes_the_book(bench: measure.Bench, book: books.Book) -> None:
    """The page is the same; those that set the same text take about as many pages of it."""
    names = [name for name, peer in peers.PEERS.items() if peer.version()]
    assert {"banxin", "weasyprint", "chromium"} <= set(names)
    found = measure.race(bench, book, names, rounds=2)
    assert list(found) == names
    for peer in found.values():
        assert len(peer["runs"]) == 2
        assert 12 < peer["pages"] < 40
        assert all(run["seconds"] > 0.1 and 30 < run["largest"] < 1000 for run in peer["runs"])


def test_the_source_for_xelatex_has_our_page_and_faces(tmp_path: Path) -> None:
    """XeLaTeX itself is not always there; what it is given can be looked at everywhere."""
    book = books.Book("notes", long_book.write(tmp_path / "notes", 20_000))
    write, first, second = peers.PEERS["xelatex"].commands(peers.Task(book, tmp_path, 2))
    process.run([write], tmp_path)
    source = (tmp_path / "book.tex").read_text("utf-8")
    faces = ("{ctexbook}", "{Noto Serif SC}", "paperwidth=396.85", r"\fontsize{10.5bp}{17.5bp}")
    for part in (*faces, r"\tableofcontents", "“"):
        assert part in source
    assert source.count(r"\footnote{") > 3
    assert source.count(r"\chapter{") == len(book.chapters)
    assert first == second, "the contents want two runs"


def test_a_day_with_banxin(bench: measure.Bench, book: books.Book) -> None:
    found = measure.day(bench, book, rounds=1)
    assert list(found) == list(measure.DAY)
    seconds = {name: runs[0]["processor"] for name, runs in found.items()}
    assert seconds["same"] < seconds["pdf"] < seconds["cold"] < seconds["all"], "the cache was used, or was not empty"
    assert max(seconds["epub"], seconds["html"]) < seconds["cold"]


# Tables ---------------------------------------------------------------------------------------------------------------


def runs(*seconds: float) -> list[dict[str, float]]:
    return [{"seconds": one, "processor": one, "largest": 100.0, "together": 150.0} for one in seconds]


def peer(*seconds: float) -> dict[str, Any]:
    return {"runs": runs(*seconds), "pages": 100, "bytes": 2_500_000}


FOUND: dict[str, Any] = {
    "measured": "2026-11-26 01:00–01:12 UTC",
    "rounds": "50k 各 3 次",
    "host": {
        "processor": "A processor", "cores": 4, "used": 2, "memory": 24000, "system": "Debian", "kernel": "6.1",
        "load": 0.02, "versions": {"Python": "3.11.7"},
    },
    "versions": {"banxin": "版心 0.1.0", "typst": "Typst 0.15.2"},
    "absent": {"xelatex": "这里没有：装 TeX Live"},
    "books": {
        "50k": {"characters": 50_000, "peers": {"banxin": peer(2, 9, 3), "typst": peer(1, 3, 2)}},
        "200k": {"characters": 200_000, "peers": {"banxin": peer(8), "typst": peer(8)}},
        "1m": {"characters": 1_000_000, "peers": {"banxin": peer(60), "typst": peer(20)}},
    },
    "day": {name: runs(4) for name in measure.DAY} | {"same": runs(1)},
    "day_book": "200k",
}  # fmt: skip


def row(title: str, section: str) -> list[str]:
    """The cells of one row of BENCHMARKS.md."""
    part = report.page(FOUND).split(f"## {section}")[1].split("\n## ")[0]
    (line,) = [line for line in part.splitlines() if line.startswith(f"| {title}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_times_are_medians_and_ratios_are_those_of_each_round() -> None:
    assert row("版心", "50k") == ["版心", "3.00", "2.00", "100", "150", "100", "2.5"]


def test_what_is_promised_stands_below_what_was_measured() -> None:
    assert row("版心说好的", "200k")[2:4] == ["≤ 2.00", "–"]
    assert row("版心说好的", "1m")[2:4] == ["≤ 2.00", "≤ 700"]


def test_growth_is_told_step_by_step_and_as_a_power() -> None:
    assert row("字数", "怎样") == ["字数", "× 4.00", "× 5.00", "–"]
    assert row("pandoc + Typst", "怎样") == ["pandoc + Typst", "× 4.00", "× 2.50", "0.77"]
    assert row("版心", "怎样") == ["版心", "× 2.67", "× 7.50", "1.00"]


def test_a_peer_that_is_not_there_has_a_row_that_says_so() -> None:
    for name in FOUND["books"]:
        cells = row("！没有量", name)
        assert "XeLaTeX" in cells[0]
        assert "装 TeX Live" in cells[0]
        assert set(cells[1:]) == {"–"}


def test_a_day_is_compared_with_one_pdf() -> None:
    assert row("什么也没有改", "一天")[:4] == ["什么也没有改：PDF", "1.00", "0.25", ""]
    assert row("改了一个词：EPUB", "一天")[3] == "0.4 秒"


def test_the_page_says_where_and_when() -> None:
    text = report.page(FOUND)
    for part in ("A processor", "4 核（用 2 核）", "24,000 MB", "Debian", "2026-11-26", "Typst 0.15.2", "3.11.7"):
        assert part in text
