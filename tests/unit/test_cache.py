"""The cache by itself: what is kept comes back as it was or not at all; it has a limit; builds may run side by side."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from banxin import cache, machine

KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    return tmp_path / cache.OWN_FOLDER


def test_what_is_kept_comes_back() -> None:
    cache.write("kind", KEY, b"\0\n\xff")
    assert cache.read("kind", KEY) == b"\0\n\xff"
    assert cache.read("kind", OTHER) is cache.read("other", KEY) is None
    assert cache.remembered("value", KEY, lambda: {"字": [1, "\ud800", None]}) == {"字": [1, "\ud800", None]}
    assert cache.remembered("value", KEY, lambda: "never asked") == {"字": [1, "\ud800", None]}


def test_what_fails_is_not_kept() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.remembered("value", KEY, fail)
    assert cache.remembered("value", KEY, lambda: 2) == 2


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[:-1],
    "cut in the head": lambda data: data[:20],
    "empty": lambda _: b"",
    "longer": lambda data: data + b" ",
    "a bit": lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
    "foreign": lambda _: b"#!/bin/sh\nexit 0\n",
    "one long line": lambda _: b"x" * 100_000,
    "of another key": lambda data: data.replace(KEY.encode(), OTHER.encode()),
    "of another kind": lambda data: data.replace(b" kind ", b" knid "),
    "of another version": lambda data: data.replace(cache.MAGIC, b"banxin-cache-0"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_was_damaged_is_made_again(place: Path, name: str) -> None:
    cache.keep("kind", KEY, ["词", "句"])
    entry = place / "kind" / KEY
    damaged = DAMAGE[name](entry.read_bytes())
    assert damaged != entry.read_bytes()
    entry.write_bytes(damaged)
    assert cache.read("kind", KEY) is None
    assert cache.remembered("kind", KEY, lambda: ["词", "句"]) == ["词", "句"]
    assert cache.recall("kind", KEY) == ["词", "句"]


def test_an_entry_that_is_a_folder_or_a_link_is_none(place: Path) -> None:
    (place / "kind" / KEY).mkdir(parents=True)
    cache.keep("kind", KEY, 1)
    assert cache.recall("kind", KEY) is None
    (place / "kind" / OTHER).symlink_to(place / "nowhere")
    assert cache.remembered("kind", OTHER, lambda: 1) == 1


def test_nothing_that_was_begun_is_left(place: Path) -> None:
    cache.keep("kind", KEY, 1)
    (place / "kind" / OTHER).mkdir()
    cache.keep("kind", OTHER, 1)
    assert {path.name for path in (place / "kind").iterdir()} == {KEY, OTHER}


@dataclass(frozen=True)
class Setting:
    name: str
    values: tuple[int, ...] = ()


def test_a_key_changes_with_each_input(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [(), (1,), ("1",), (1, 2), ([1], 2), (b"1",), (Setting("1"),), (Setting("1", (2,)),), (frozenset("1"),)]
    keys = [cache.key(*values) for values in inputs]
    assert len(set(keys)) == len(keys)
    assert keys == [cache.key(*values) for values in inputs]
    assert cache.key({3, 1, 2}) == cache.key({2, 1, 3})
    monkeypatch.setattr(cache, "program", lambda: "another program")
    assert not set(keys) & {cache.key(*values) for values in inputs}
    with pytest.raises(TypeError):
        cache.key(object())


def test_equal_trees_have_one_key_whatever_they_share() -> None:
    """A tree that was read from the cache is the one that was put there, though no two of its words are one object."""
    word = {"t": "Str", "c": "字" * 3}
    shared: list[Any] = [{"t": "Para", "c": [word, word, 0.5, None, True], "line": 3}]
    apart = json.loads(json.dumps(shared))
    for trees in ((shared, apart), ([*shared, word], [*apart, dict(word)])):
        assert len({cache.key(Chapter(tree)) for tree in trees}) == 1
    keys = {
        cache.key(Chapter(tree)) for tree in (shared, shared[:0], [word], [{**word, "c": "词"}], [{"c": Path("/")}])
    }
    assert len(keys) == 5


@dataclass(frozen=True)
class Chapter:
    """What holds a tree."""

    blocks: list[Any]


def test_another_program_has_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of the package counts, and every version."""
    names: list[str] = []

    def ask() -> str:
        cache.program.cache_clear()
        names.append(cache.program())
        return names[-1]

    usual = ask()
    package = tmp_path / "banxin"
    (package / "sub").mkdir(parents=True)
    (package / "cache.py").write_text("1")
    monkeypatch.setattr(cache, "__file__", str(package / "cache.py"))
    ask()
    (package / "sub" / "table.tsv").write_text("1")
    ask()
    (package / "sub" / "table.tsv").write_text("2")
    ask()
    monkeypatch.setattr(cache, "PACKAGES", cache.PACKAGES[1:])
    ask()
    assert len(set(names)) == len(names)
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "x.pyc").write_text("1")
    assert ask() == names[-2]
    monkeypatch.undo()
    assert ask() == usual


def test_versions_are_those_that_are_installed() -> None:
    found = cache._versions()
    assert {name: found[name] for name in cache.PACKAGES} == {name: metadata.version(name) for name in cache.PACKAGES}


def test_over_the_limit_what_was_not_asked_for_longest_goes(place: Path) -> None:
    for number in range(10):
        cache.write("kind", f"{number:064x}", bytes(1000))
        os.utime(place / "kind" / f"{number:064x}", ns=(number, number))
    (place / "kind" / ".123-4").write_bytes(bytes(1000))
    os.utime(place / "kind" / ".123-4", ns=(0, 0))
    assert cache.read("kind", f"{0:064x}")
    cache.trim(8 * 1100, now=True)
    assert sorted(int(path.name, 16) for path in (place / "kind").iterdir()) == [0, 5, 6, 7, 8, 9]
    entries, size = cache.size()
    assert (entries, size < 8 * 1100 * cache.SHARE_LEFT) == (6, True)
    cache.trim(8 * 1100, now=True)
    assert cache.size() == (entries, size)


def test_the_size_is_looked_at_after_many_writes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "STEP", 8)
    cache.trim(0)
    for number in range(64):
        cache.write("kind", cache.key(number), b"x")
    assert cache.size()[0] == 64
    cache.trim(0)
    assert cache.size()[0] == 0


def test_a_place_that_cannot_be_had_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    for value in ("off", str(tmp_path / "file"), "/proc/nowhere", "/dev/null"):
        monkeypatch.setenv(cache.VARIABLE, value)
        assert cache.remembered("kind", KEY, lambda: 1) == 1
        assert cache.remembered("kind", KEY, lambda: 2) == 2
        cache.trim(0, now=True)
        assert cache.size() == (0, 0)


def test_a_cache_that_may_only_be_read_is_read(place: Path) -> None:
    cache.keep("kind", KEY, 1)
    (place / "kind").chmod(0o500)
    try:
        assert cache.remembered("kind", KEY, lambda: 2) == 1
        assert cache.remembered("kind", OTHER, lambda: 3) == 3
    finally:
        (place / "kind").chmod(0o700)


def _hammer(seed: int) -> int:
    """Write, read, damage and trim; counts what came back wrong."""
    wrong = 0
    for step in range(300):
        number = (seed * 7 + step) % 16
        name = f"{number:064x}"
        value = cache.recall("kind", name)
        wrong += value not in (None, [number] * 500)
        if value is None:
            cache.keep("kind", name, [number] * 500)
        if step % 50 == seed:
            cache.trim(4000, now=True)
    return wrong


def test_builds_side_by_side_do_no_harm(place: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_hammer, range(3)) == [0, 0, 0]
    assert not list(place.glob("*/.*"))


def test_the_doctor_tells_its_place_and_size(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.doctor(())  # what it works out for the first time is kept, too
    before, _ = cache.size()
    cache.keep("kind", KEY, 1)
    (line,) = [check for check in machine.doctor(()) if check.name == "缓存"]
    assert line.ok
    assert f"{place}（{before + 1} 件" in line.found
    monkeypatch.setenv(cache.VARIABLE, "off")
    (line,) = [check for check in machine.doctor(()) if check.name == "缓存"]
    assert (line.ok, line.required, bool(line.hint)) == (False, False, True)
