"""`new`: the book that it gives is whole, and builds without a word of complaint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from banxin import build, load, starter
from banxin.errors import ConfigError, ToolError
from banxin.render import RENDERERS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "我的书"
    starter.start(folder)
    return folder


def test_what_it_says_it_wrote_is_all_there_is(tmp_path: Path) -> None:
    told = starter.start(tmp_path / "a" / "b")
    assert sorted(told) == sorted(path for path in (tmp_path / "a" / "b").rglob("*") if path.is_file())
    assert list((tmp_path / "a").iterdir()) == [tmp_path / "a" / "b"]


def test_others_may_read_it(book: Path) -> None:
    umask = os.umask(0o022)
    os.umask(umask)
    assert book.stat().st_mode & 0o777 == 0o777 & ~umask


def test_it_has_no_problem(book: Path) -> None:
    assert build.check(build.Order(book, editions=("zh-Hans", "zh-Hant-TW"))).problems == ()


@pytest.mark.parametrize("name", ["a: b", "“引号”", 'x"y', "#1", "true", "{title}", "2026"])
def test_any_name_of_a_folder_is_a_title(tmp_path: Path, name: str) -> None:
    starter.start(tmp_path / name)
    assert load.load(tmp_path / name).book.meta.title == name


@pytest.mark.slow
def test_it_builds_strictly_in_every_format(book: Path, tmp_path: Path) -> None:
    order = build.Order(book, editions=("zh-Hans", "zh-Hant-TW"), out=tmp_path / "out", strict=True)
    result = build.build(order)
    assert len(result.written) == 2 * (len(RENDERERS) + 1)  # a site is a folder and a single file
    page = (tmp_path / "out" / "wo-de-shu-zh-Hant-TW" / "ch-cups.html").read_text("utf-8")
    assert "三杯" in page
    assert "兩杯" in page


def test_the_date_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1770163200")
    starter.start(tmp_path / "x")
    assert "\ndate: 2026-02-04 " in (tmp_path / "x" / "book.yaml").read_text("utf-8")


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConfigError, match=rf"{tmp_path}: 错误：文件夹不是空的\n  办法："):
        starter.start(tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "mine.txt"]


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ConfigError, match="mine: 错误：这是一个文件"):
        starter.start(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    starter.start(tmp_path / "x")
    assert (tmp_path / "x" / "book.yaml").is_file()


def test_the_folder_where_one_stands_stays_the_same_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    monkeypatch.chdir(folder)
    before = folder.stat().st_ino
    assert Path("book.yaml") in starter.start(Path("."))
    assert folder.stat().st_ino == before
    assert (Path.cwd() / "images" / "teapot.svg").is_file()
    assert list(tmp_path.iterdir()) == [folder]


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ToolError, match="写不进去"):
        starter.start(blocked / "book")
    assert list(tmp_path.iterdir()) == [blocked]


LOCALES = ("C", "C.UTF-8")


def changed_words(book: Path, locale: str) -> str:
    """What git shows of a small change, in a repository of the book's."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(book), "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
        environment = {**os.environ, "LC_ALL": locale}
        done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", env=environment)
        return done.stdout

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "one")
    chapter = book / "01-water.md"
    chapter.write_text(chapter.read_text("utf-8").replace("祖父泡茶，先听水。", "外公泡茶，先听水声。"), "utf-8")
    return git("diff", "--word-diff=plain")


@pytest.mark.parametrize("locale", LOCALES)
def test_git_compares_it_character_by_character(book: Path, locale: str) -> None:
    hint = next(line for line in starter.GIT_ATTRIBUTES.splitlines() if "git config" in line)
    subprocess.run(["git", "-C", str(book), "init", "--quiet"], check=True)
    subprocess.run(hint.lstrip("# "), shell=True, cwd=book, check=True)
    assert "[-祖父-]{+外公+}泡茶，先听水{+声+}。" in changed_words(book, locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_in_a_repository_git_is_set_up(book: Path, locale: str) -> None:
    assert not starter.set_up_git(book), "there is no repository yet"
    subprocess.run(["git", "-C", str(book), "init", "--quiet"], check=True)
    assert starter.set_up_git(book)
    assert "[-祖父-]{+外公+}泡茶，先听水{+声+}。" in changed_words(book, locale)


def test_a_pattern_of_the_author_s_own_stays(tmp_path: Path) -> None:
    subprocess.run(["git", "-C", str(tmp_path), "init", "--quiet"], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "config", "diff.markdown.wordRegex", "x"], check=True)
    starter.start(tmp_path / "b")
    assert not starter.set_up_git(tmp_path / "b")


def test_the_command_says_what_is_next(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "build.py"), "new", str(tmp_path / "a b")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"下一步：python build.py build '{tmp_path}/a b'"
