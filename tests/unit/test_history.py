"""`stats` with git: who wrote how much, how the book grew, and how it reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree, html

from banxin import build, readability, statistics, statistics_page
from banxin.errors import ConfigError
from banxin.history import NOBODY, Day, stripped
from banxin.readability import Reading
from banxin.wordcount import count_text
from tests.conftest import ROOT


def git(folder: Path, *arguments: str, author: str = "甲", date: str = "2026-01-01") -> None:
    env = {**os.environ, "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": author,
           "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": f"{date}T12:00:00+0000",
           "GIT_COMMITTER_DATE": f"{date}T12:00:00+0000"}  # fmt: skip
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, env=env)


def commit(folder: Path, author: str, date: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "x", author=author, date=date)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Two people at two chapters, on three days; the book is a folder of a repository."""
    folder = tmp_path / "r" / "book"
    folder.mkdir(parents=True)
    git(folder.parent, "init", "--quiet")
    (folder / "1.md").write_text("# 渡口\n\n一二三四五。\n", "utf-8")
    (folder.parent / "other.md").write_text("别的书，不算。\n", "utf-8")
    (folder / "README.md").write_text("不是一章，不算。\n", "utf-8")
    commit(folder, "甲", "2026-01-01")
    (folder / "1.md").write_text("# 渡口\n\n一二三四五。\n**六七**八[九](u)十。\n", "utf-8")
    commit(folder, "乙", "2026-01-02")
    (folder / "2.md").write_text("# 对岸\n\n```\ncode\n```\n", "utf-8")
    commit(folder, "乙", "2026-01-02")
    (folder / "2.md").write_text("# 对岸\n\n```\ncode\n```\n\n她说：“走吧。”[^a]\n\n[^a]: 注。\n", "utf-8")
    commit(folder, "甲", "2026-01-05")
    return folder


def history(book: Path) -> statistics.History:
    found = statistics.count_all(build.Order(book), history=True).history
    assert found
    return found


def test_every_word_is_somebody_s(book: Path) -> None:
    shares = {share.author: dict(share.chapters) for share in history(book).shares}
    assert shares == {"甲": {"1.md": 2 + 6, "2.md": 8 + 2}, "乙": {"1.md": 6, "2.md": 2 + 1}}
    (tally,) = statistics.count(build.Order(book))
    assert sum(sum(chapters.values()) for chapters in shares.values()) == tally.total.length


def test_what_is_in_no_commit_is_nobody_s_yet(book: Path) -> None:
    (book / "1.md").write_text("# 渡口\n\n一二三四五。\n**六七**八[九](u)十。\n再来。\n", "utf-8")
    (book / "3.md").write_text("# 新\n\n一句。\n", "utf-8")
    shares = {share.author: dict(share.chapters) for share in history(book).shares}
    assert shares[NOBODY] == {"1.md": 3, "3.md": 1 + 3}


def test_commits_of_form_are_passed_over(book: Path) -> None:
    (book / "1.md").write_text("# 渡口\n\n一二三四五！\n**六七**八[九](u)十！\n", "utf-8")
    commit(book, "丙", "2026-01-06")
    assert "丙" in {share.author for share in history(book).shares}
    revision = subprocess.run(
        ["git", "-C", str(book), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout
    (book.parent / ".git-blame-ignore-revs").write_text(revision)
    assert "丙" not in {share.author for share in history(book).shares}


def test_it_grows_day_by_day(book: Path) -> None:
    assert history(book).days == (Day("2026-01-01", 8), Day("2026-01-02", 17), Day("2026-01-05", 27))


def test_a_book_of_one_file(book: Path) -> None:
    found = history(book / "1.md")
    assert [day.date for day in found.days] == ["2026-01-01", "2026-01-02"]
    assert {share.author: share.length for share in found.shares} == {"甲": 8, "乙": 6}


def test_a_book_at_the_top_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n\n一句。\n", "utf-8")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "甲", "2026-01-01")
    assert history(tmp_path).days == (Day("2026-01-01", 4),)


def test_of_a_long_history_as_many_days_as_can_be_shown() -> None:
    from banxin.history import MOST_DAYS, _some

    days = [f"{number:04}" for number in range(1000)]
    chosen = _some(days)
    assert (len(chosen), chosen[0], chosen[-1]) == (MOST_DAYS, "0000", "0999")
    assert chosen == sorted(set(chosen))


def test_without_a_repository_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n\n一句。\n", "utf-8")
    with pytest.raises(ConfigError, match="不在 git 仓库里\n  办法：作者和增长要有 git"):
        statistics.count_all(build.Order(tmp_path), history=True)
    assert statistics.count(build.Order(tmp_path))[0].total.length == 4


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n\n一句。\n", "utf-8")
    git(tmp_path, "init", "--quiet")
    found = history(tmp_path)
    assert (found.days, [share.author for share in found.shares]) == ((), [NOBODY])


def test_a_shallow_clone_says_so(book: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", book.parent.as_uri(), "clone")
    clone = tmp_path / "clone" / "book"
    found = history(clone)
    assert found.shallow
    assert {share.author for share in found.shares} == {"甲"}
    (page,) = statistics_page.artifacts(statistics.count_all(build.Order(clone), history=True))
    assert "git fetch --unshallow" in page.data.decode()
    assert not history(book).shallow


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("---\ntitle: 题\n---\n# 甲 {#a}\n\n**乙**[丙](d)[^e]。\n\n[^e]: 注。\n", "甲乙丙。注。"),
        ("::: verse\n| 诗\n:::\n\n<!-- 不算 -->\n\n| 甲 | 乙 |\n|----|----|\n", "诗甲乙"),
        ("```python\nx\n```\n\n> 引\n\n1. 条\n", "x引条"),
    ],
)
def test_old_states_are_counted_without_markup(source: str, words: str) -> None:
    assert count_text(stripped(source)).length == count_text(words).length
    assert "".join(stripped(source).split()) == words


# ---- how it reads


def test_sentences() -> None:
    text = "标题\n" + "字" * 51 + "。短句，两截！“真的？”他问。Yes, it is. 无尾\n栏\n"
    assert readability.read(text) == Reading(
        sentences=6, length=51 + 4 + 2 + 2 + 3 + 2, long=1, han=2 + 51 + 4 + 2 + 2 + 2 + 1, rare=0
    )


def test_rare_characters_of_both_scripts() -> None:
    assert readability.read("鳜鱼。").rare == 1
    assert readability.read("這個龜魚說話。").rare == 0
    assert [char for char in "的國龘㙍" if not readability.is_common(char)] == ["龘", "㙍"]


def test_means() -> None:
    reading = Reading(2, 30, 1, 100, 3) + Reading(2, 10, 0, 100, 1)
    assert (reading.per_sentence, reading.long_share, reading.rare_share) == (10, 0.25, 0.02)
    assert (Reading().per_sentence, Reading().long_share, Reading().rare_share) == (0, 0, 0)


# ---- the page and the command


def test_the_page_shows_the_growth(book: Path) -> None:
    (page,) = statistics_page.artifacts(statistics.count_all(build.Order(book), history=True))
    assert page.path == "book-stats.html"
    tree = html.fromstring(page.data.decode())
    dots = tree.xpath("//svg/circle")
    assert [dot.xpath("string(title)") for dot in dots] == ["2026-01-01：8字", "2026-01-02：17字", "2026-01-05：27字"]
    across = [float(dot.get("cx")) for dot in dots]
    up = [-float(dot.get("cy")) for dot in dots]
    assert (across[1] - across[0]) * 3 == pytest.approx(across[2] - across[1], abs=1)
    assert up == sorted(up)
    assert tree.xpath("//svg/@role") == ["img"]
    svg = page.data.decode()[page.data.decode().index("<svg") : page.data.decode().index("</svg>") + 6]
    etree.fromstring(svg.encode())
    names = [row.xpath("string(td[1])") for row in tree.xpath("//h2[.='谁写的']/following::table[1]/tbody/tr")]
    assert names == ["甲", "乙"]
    assert [row.xpath("string(td[1])") for row in tree.xpath("//div[@class='scroll']//tbody/tr")] == [
        "第一章　渡口",
        "第二章　对岸",
    ]


def test_the_page_of_a_book_that_no_commit_has(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# <b>\n\n一句。\n", "utf-8")
    git(tmp_path, "init", "--quiet")
    (page,) = statistics_page.artifacts(statistics.count_all(build.Order(tmp_path), history=True))
    assert b"<svg" not in page.data


@pytest.mark.slow
def test_the_command(book: Path, tmp_path: Path) -> None:
    def stats(*options: str) -> str:
        line = [sys.executable, str(ROOT / "build.py"), "stats", str(book), *options]
        return subprocess.run(line, check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    (data,) = json.loads(stats("--json", "--authors"))
    assert [(one["author"], one["length"]) for one in data["authors"]] == [("甲", 18), ("乙", 9)]
    assert data["days"][-1] == {"date": "2026-01-05", "length": 27}
    assert data["total"]["sentences"] == sum(chapter["sentences"] for chapter in data["chapters"])
    shown = stats("--authors")
    assert "一句平均" in shown
    assert "66.7%" in shown
    assert stats("--html", "-o", "out") == "out/book-stats.html\n"
    assert (tmp_path / "out" / "book-stats.html").is_file()
    assert "authors" not in json.loads(stats("--json"))[0]
