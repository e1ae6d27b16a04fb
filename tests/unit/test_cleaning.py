"""`clean`: what banxin wrote goes, what others put beside it stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from banxin import cache, cleaning, write
from banxin.book import Artifact

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about outputs: the caches of the machine are left alone."""
    monkeypatch.setattr(cleaning, "CACHES", ())
    monkeypatch.setenv(cache.VARIABLE, "off")


def build(out: Path, *names: str) -> list[Path]:
    return write.write([Artifact(name, b"x") for name in names], out)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_outputs_go_and_their_folder_too(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    build(out, "b.pdf", "b/index.html", "b/images/a/deep.svg")
    assert sorted(cleaning.clean(out)) == [out / "b", out / "b.pdf"]
    assert not out.exists()


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    build(tmp_path, "b.pdf", "b/index.html")
    for name in ("mine.txt", "b/mine.txt"):
        (tmp_path / name).write_text("mine")
    cleaning.clean(tmp_path)
    assert files(tmp_path) == {"mine.txt", "b", "b/mine.txt"}


def test_the_outputs_of_every_build_go(tmp_path: Path) -> None:
    build(tmp_path, "a.pdf", "a/old.html")
    build(tmp_path, "b.pdf", "a/new.html")
    assert write.listed(tmp_path) == ["a.pdf", "a/new.html", "b.pdf"]
    (tmp_path / "keep").touch()
    cleaning.clean(tmp_path)
    assert files(tmp_path) == {"keep"}


def test_a_build_that_fails_lists_nothing(tmp_path: Path) -> None:
    build(tmp_path, "a.pdf")
    (tmp_path / "b.pdf").mkdir()
    (tmp_path / "b.pdf" / "theirs").touch()
    with pytest.raises(write.ConfigError):
        build(tmp_path, "b.pdf", "B.pdf")
    assert write.listed(tmp_path) == ["a.pdf"]


def test_what_review_wrote_goes_too(tmp_path: Path) -> None:
    build(tmp_path / "dist", "b.pdf")
    build(tmp_path / "dist" / "review", "index.html")
    cleaning.clean(tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


def test_what_a_killed_build_left_goes(tmp_path: Path) -> None:
    (tmp_path / ".banxin-ab12cd_4").mkdir()
    (tmp_path / ".banxin-ab12cd_4" / "half.pdf").touch()
    (tmp_path / ".banxin").mkdir()
    cleaning.clean(tmp_path)
    assert files(tmp_path) == {".banxin"}


@pytest.mark.parametrize("entry", ["../victim", "{tmp}/victim", "link/victim", "a/../../victim", "link", "\0", ""])
def test_a_list_that_lies_removes_nothing_elsewhere(tmp_path: Path, entry: str) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    (tmp_path / "victim").write_text("mine")
    (out / "link").symlink_to(tmp_path)
    (out / write.MANIFEST).write_text(entry.replace("{tmp}", str(tmp_path)) + "\n")
    cleaning.clean(out)
    assert (tmp_path / "victim").read_text() == "mine"


def test_an_output_that_became_a_folder_stays(tmp_path: Path) -> None:
    build(tmp_path, "a.pdf")
    (tmp_path / "a.pdf").unlink()
    (tmp_path / "a.pdf").mkdir()
    (tmp_path / "a.pdf" / "mine").touch()
    assert cleaning.clean(tmp_path) == []
    assert files(tmp_path) == {"a.pdf", "a.pdf/mine"}


def test_nothing_to_clean_is_no_error(tmp_path: Path) -> None:
    assert cleaning.clean(tmp_path / "absent") == []


def test_the_folder_where_one_stands_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    build(Path("."), "a.pdf")
    cleaning.clean(Path("."))
    assert files(tmp_path) == set()
    assert tmp_path.is_dir()


def test_a_cache_elsewhere_goes_without_what_lies_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    cache.keep("kind", "0" * 64, [1])
    (tmp_path / "mine.txt").write_text("mine")
    assert cleaning.clean(tmp_path / "absent") == [tmp_path / cache.OWN_FOLDER]
    assert files(tmp_path) == {"mine.txt"}
    assert cache.recall("kind", "0" * 64) is None


@pytest.mark.slow
@pytest.mark.parametrize("fonts", [False, True])
def test_the_command_forgets_the_caches(tmp_path: Path, fonts: bool) -> None:
    """On a copy of the program, with a home of its own."""
    for name in ("banxin", "layouts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.py", tmp_path)
    kept = ["home/banxin/other", ".banxin/root", *([] if fonts else ["home/banxin/fonts"])]
    gone = [
        "home/banxin/coverage",
        "home/banxin/fontconfig",
        ".banxin/cache",
        *(["home/banxin/fonts"] if fonts else []),
    ]
    for name in [*kept, *gone]:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").touch()
    command = [sys.executable, "build.py", "clean", *(["--fonts"] if fonts else [])]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "home"), cache.VARIABLE: ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert sorted(done.stdout.splitlines()) == sorted(f"删去 {tmp_path / name}" for name in gone)
    assert [name for name in gone if (tmp_path / name).exists()] == []
    assert [name for name in kept if not (tmp_path / name / "file").exists()] == []
    again = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert again.stdout == "没有什么可删的。\n"
