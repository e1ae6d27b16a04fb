"""`stats`: counts by hand against counts by the program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from banxin import build, statistics
from banxin.wordcount import Count, count_text

ROOT = Path(__file__).resolve().parents[2]

CHAPTER = """\
# 渡口

她说：“走吧。”[^a]

[^a]: 注三字。

## 船 {#sec-boat}

A ferry, 1,000 kg. 见@fig-x与@sec-boat，$x^2$。

![图注](x.svg){#fig-x alt="不算"}

| 甲 | 乙 |
|----|----|
| 丙 | don't |

: 表题 {#tbl-x}

```text
print(1)
```
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "1.md").write_text(CHAPTER, "utf-8")
    (tmp_path / "b" / "2.md").write_text("# 对岸\n\n一二三四五\n六七八九十。\n", "utf-8")
    (tmp_path / "b" / "x.svg").write_text(SVG)
    return tmp_path / "b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Count()),
        ("汉字。", Count(han=2, marks=1)),
        ("〇々かカ한", Count(han=5)),
        ("𠀀㐀﨑", Count(han=3)),
        ("Hello, world!", Count(words=2, marks=2, letters=10, spaces=1)),
        ("don’t it's", Count(words=2, letters=9, spaces=1)),
        ("1,000.5 和 3:1", Count(han=1, words=2, letters=10, spaces=2)),
        ("https://a.example/b?c=d", Count(words=1, letters=23)),
        ("用Python3写", Count(han=2, words=1, letters=7)),
        ("——……·%", Count(marks=6)),
        ("一\n二\r\n", Count(han=2)),
        ("一\u3000二\t三\u00a0四", Count(han=4, spaces=3)),
        ("⬇\ufe0f", Count(marks=1)),
        ("bì shēng", Count(words=2, letters=7, spaces=1)),
    ],
)
def test_characters(text: str, expected: Count) -> None:
    assert count_text(text) == expected


def test_sums() -> None:
    count = Count(han=700, words=100, marks=80, letters=450, spaces=20)
    assert (count.length, count.length_without_marks) == (880, 800)
    assert (count.characters, count.characters_with_spaces) == (1230, 1250)
    assert count.minutes == 2
    assert (count + Count(han=1)).minutes == 3


def test_a_chapter_is_counted_as_it_is_printed(book: Path) -> None:
    (tally,) = statistics.count(build.Order(book))
    ferry, shore = (row.count for row in tally.rows)
    # 渡口|她说：“走吧。”|注三字。|船|A ferry, 1,000 kg. 见图1-1与“船”，。|图注|甲乙丙 don't|表题|print(1)
    assert ferry == Count(
        han=2 + 4 + 3 + 1 + 4 + 2 + 3 + 2,
        words=4 + 1 + 1 + 2,
        marks=4 + 1 + 2 + 4 + 2,
        letters=13 + 3 + 5 + 6,
        spaces=4,
        notes=1,
        figures=1,
        tables=1,
    )
    assert shore == Count(han=12, marks=1)
    assert tally.total == ferry + shore


def test_other_editions_are_counted_as_they_are_printed(book: Path) -> None:
    (tally,) = statistics.count(build.Order(book, editions=("zh-Hant-TW",)))
    assert tally.edition == "zh-Hant-TW"
    assert tally.rows[1].title.endswith("對岸")


def test_drafts_are_counted_when_asked(book: Path) -> None:
    (book / "3.md").write_text("---\ndraft: true\n---\n# 未完\n\n一句话。\n", "utf-8")
    (without,) = statistics.count(build.Order(book))
    (with_drafts,) = statistics.count(build.Order(book, draft=True))
    assert with_drafts.total == without.total + Count(han=5, marks=1)


@pytest.mark.parametrize("width", [20, 72, 80, 100, 200])
def test_columns_are_aligned_and_numbers_whole(book: Path, width: int) -> None:
    (book / "3.md").write_text("# 题目很长很长很长很长很长很长很长 and mixed with Latin\n\n" + "字" * 123456, "utf-8")
    shown = statistics.table(statistics.count(build.Order(book)), width).splitlines()
    rows = [line for line in shown if line.endswith(("1", "309"))]
    assert len(rows) == 4
    assert len({cell_len(row) for row in rows}) == 1
    assert "123,4" in rows[2]
    assert all(cell_len(line) <= max(width, statistics.NARROWEST) for line in shown)
    assert "…" in rows[2] or width == 200
    assert f"每分钟读{statistics.PACE}字" in shown[-1]


def test_titles_are_shown_as_they_are() -> None:
    title = "[red]中文[/x] :smile:"
    shown = statistics.table([statistics.Tally(title, "zh-Hans", (statistics.Row(title, "1.md", "body", Count()),))])
    assert shown.count(title) == 2


def test_json_is_for_tools(book: Path) -> None:
    command = [sys.executable, str(ROOT / "build.py"), "stats", str(book), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (data,) = json.loads(done.stdout)
    assert [chapter["file"] for chapter in data["chapters"]] == ["1.md", "2.md"]
    assert data["total"]["length"] == sum(chapter["length"] for chapter in data["chapters"])
    assert data["total"]["notes"] == 1
    assert data["characters_per_minute"] == 400
