"""How far a build is: counted, never guessed."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from banxin.progress import Lines, summary, told
from banxin.sheets.data import Signature
from banxin.sheets.keep import Known
from banxin.sheets.tally import Tally, Work


class Clock:
    """A clock that stands until it is set on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def sheets(pages: int) -> Any:
    return SimpleNamespace(leaves=[None] * pages)


def signature(title: str, letters: int) -> Signature:
    head = f"<h1 class='a'><span>{title}</span></h1>"
    return Signature(head + "字" * (letters - len(head)), {})


@pytest.fixture
def heard() -> list[Work]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tally(heard: list[Work], clock: Clock) -> Tally:
    return Tally(heard.append, clock)


def test_what_was_kept_is_no_work(tally: Tally, heard: list[Work]) -> None:
    kept = Known(sheets(40))
    assert tally.counted(kept, signature("一", 1000)) is kept
    tally.tell("装订")
    assert (heard[-1].done, heard[-1].total, heard[-1].pages) == (0, 0, 0)
    assert told(heard[-1]) == "装订"
    assert summary(heard[-1]) == "都是排过的，没有重排"


def test_time_is_told_from_what_was_measured(tally: Tally, heard: list[Work], clock: Clock) -> None:
    sizes = {"第一章 &amp; 二": (1000, 4), "第二章": (3000, 12), "第三章": (2000, 8), "第四章": (6000, 24)}
    waits = [
        tally.counted(lambda pages=pages: sheets(pages), signature(title, letters))  # type: ignore[misc]
        for title, (letters, pages) in sizes.items()
    ]
    for wait, seconds in zip(waits, (1, 3, 2, 6), strict=True):
        clock.now += seconds
        wait()
    assert [told(work) for work in heard] == [
        "第一章 & 二，1/4，4 页，4.0 页/秒",
        "第二章，2/4，16 页，4.0 页/秒，还要约 8 秒",
        "第三章，3/4，24 页，4.0 页/秒，还要约 6 秒",
        "第四章，4/4，48 页，4.0 页/秒",
    ]
    clock.now += 50
    tally.tell("装订")
    assert told(heard[-1]) == "装订，4/4，48 页，4.0 页/秒", "the rate is of the laying out alone"
    assert summary(heard[-1]) == "排了 48 页，4.0 页/秒"


def test_more_work_may_come_and_nothing_goes_back(tally: Tally, heard: list[Work], clock: Clock) -> None:
    """The contents are laid out again when the numbers are known."""
    first = [tally.counted(lambda: sheets(2), signature("目录", 500)) for _ in range(3)]
    for wait in first:
        clock.now += 1
        wait()
    again = tally.counted(lambda: sheets(2), signature("目录", 500))
    clock.now += 1
    again()
    assert [(work.done, work.total) for work in heard] == [(1, 3), (2, 3), (3, 3), (4, 4)]
    for name in ("done", "total", "pages", "seconds"):
        assert all(getattr(one, name) <= getattr(other, name) for one, other in pairwise(heard))


@pytest.mark.parametrize(
    ("left", "words"),
    [(None, ""), (0.4, ""), (1.0, "，还要约 1 秒"), (99.4, "，还要约 99 秒"), (100.0, "，还要约 2 分钟")],
)
def test_the_time_that_is_left(left: float | None, words: str) -> None:
    assert told(Work("甲", 2, 5, 10, 4.0, left)) == f"甲，2/5，10 页，2.5 页/秒{words}"


def test_a_part_without_a_heading_has_no_name() -> None:
    assert told(Work("", 1, 2, 3, 1.0)) == "1/2，3 页，3.0 页/秒"


def test_a_log_says_at_the_end_of_a_stage_what_was_laid_out(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    lines.stage("zh-Hans PDF")
    for done in (1, 2):
        lines.laid(Work("甲", done, 2, 10 * done, 4.0 * done))
    lines.stage("写入")
    lines.stage("又一段")
    said = [line.split("] ")[1] for line in capsys.readouterr().err.splitlines()]
    assert said == ["zh-Hans PDF", "　排了 20 页，2.5 页/秒", "写入", "又一段"]
