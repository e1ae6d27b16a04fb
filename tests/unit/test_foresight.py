"""A worker parses the style sheet that was laid out last, and forgets it where something is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from banxin import cache, fonts, machine
from banxin.compose.settings import Settings
from banxin.sheets import foresight
from banxin.sheets.data import Look
from banxin.workers import FONTS

machine.preload()

from banxin.sheets import lay  # noqa: E402 - it loads WeasyPrint


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    lay._parsed.cache_clear()
    yield
    lay._parsed.cache_clear()


def noted(css: str) -> Look:
    look = Look("", css, Settings(), None)
    foresight.note(look)
    return look


def test_what_was_laid_out_last_is_parsed() -> None:
    look = noted("p { color: #123456 }")
    lay.foresee()
    assert lay._parsed.cache_info().currsize == 1
    lay.parsed(look.css)
    assert lay._parsed.cache_info().hits == 1


def test_where_nothing_was_nothing_is() -> None:
    lay.foresee()
    assert lay._parsed.cache_info().currsize == 0


def test_what_is_wrong_is_said_where_it_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    look = noted("p { colour: red }")
    lay.foresee()
    assert lay._parsed.cache_info().currsize == 0
    assert not caplog.records
    with lay.heard() as said:
        lay.parsed(look.css)
    assert any("colour" in message for _, _, message in said)


def test_fonts_that_are_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with monkeypatch.context() as gone:
        gone.setenv(FONTS, str(tmp_path / "fonts.conf"))
        noted("p { color: #654321 }")
    lay.foresee()
    assert lay._parsed.cache_info().currsize == 0


def test_the_fonts_of_the_process_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    noted("p { color: #123456 }")
    monkeypatch.delenv(FONTS)
    lay.foresee()
    assert lay._parsed.cache_info().currsize == 1
    assert FONTS not in os.environ


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    noted("p { color: #123456 }")
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    before = entry.stat().st_ino
    noted("p { color: #123456 }")
    assert entry.stat().st_ino == before
    noted("p { color: #123457 }")
    assert entry.stat().st_ino != before
