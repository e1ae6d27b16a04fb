"""Editions and formats in processes of their own: the same bytes, all errors, and nothing half-written or left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from banxin import build, cache, render
from banxin.errors import ManuscriptError
from banxin.sheets.tally import Work
from banxin.workers import all_of, workers
from tests.conftest import ROOT
from tests.unit.test_fonts import RARE

pytestmark = pytest.mark.slow

PARAGRAPH = "刻工把字反刻在梨木上，一天不过百余字；板子晾干，刷墨，覆纸，再用棕刷轻轻拂过。\n\n"
PATIENCE = 120
"""s; only a hang is longer."""


def write(folder: Path, paragraphs: int = 3, editions: str = "") -> Path:
    folder.mkdir()
    (folder / "a.md").write_text("# 甲\n\n" + PARAGRAPH * paragraphs, "utf-8")
    (folder / "book.yaml").write_text(f"title: 书\nauthors: [某人]\nchapters: [a.md]\n{editions}", "utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_bytes_however_many_at_a_time(tmp_path: Path) -> None:
    book = write(tmp_path / "book", editions="editions: {zh-Hant-TW: {}}\n")
    outs = {jobs: tmp_path / f"out-{jobs}" for jobs in (1, 2, 7)}
    results = {jobs: build.build(build.Order(book, out=out, jobs=jobs)) for jobs, out in outs.items()}
    first, *others = (contents(out) for out in outs.values())
    assert {Path(path).suffix for path in first} >= {".pdf", ".epub", ".html"}
    assert others == [first, first]
    names = [[path.name for path in result.written] for result in results.values()]
    assert names == [names[0]] * 3


def test_the_work_is_done_elsewhere_and_its_pages_are_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, "off")  # what was kept is no work
    order = build.Order(write(tmp_path / "book", 60), formats=("pdf", "epub"))
    (press,) = build.presses(order)
    heard: list[Work] = []
    with workers(2) as call:
        results = [render.begin(name, press, call, heard.append) for name in order.formats]
        assert [result()[0].path for result in results] == ["book-zh-Hans.pdf", "book-zh-Hans.epub"]
        assert call(os.getpid)() != os.getpid()
        assert len(children(os.getpid())) >= 2
    pages = [work.pages for work in heard]
    assert pages == sorted(pages)
    assert pages[-1] > 2
    assert not [line for line in commands(children(os.getpid())) if "spawn_main" in line]


def test_workers_begin_to_load_before_they_are_asked() -> None:
    with workers(2, "json") as call:
        wait_for(lambda: len(at_work(os.getpid())) == 2, "no workers")
        assert call(os.getpid)() in at_work(os.getpid())


def test_one_worker_comes_before_the_others() -> None:
    """While the rest of the program is loaded; the others when it is known that there is work for them."""
    with workers(2, "json", 1) as call:
        wait_for(lambda: len(at_work(os.getpid())) == 1, "no worker")
        all_of(call)
        wait_for(lambda: len(at_work(os.getpid())) == 2, "no second worker")
        assert call(os.getpid)() in at_work(os.getpid())


def test_what_nobody_asked_for_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that loads for ever is ended at once where there was no work for it."""
    (tmp_path / "endless.py").write_text("import time\nwhile True: time.sleep(1)\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))  # a worker looks where we look
    with workers(2, "endless", 1):
        wait_for(lambda: at_work(os.getpid()), "no worker")
    assert not at_work(os.getpid())


def test_a_book_that_was_built_is_laid_out_by_one_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the bytes are those of a build from nothing."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    book = write(tmp_path / "book")
    order = build.Order(book, formats=("pdf",), editions=("zh-Hans",), out=tmp_path / "out", jobs=7)
    build.build(order)
    (book / "a.md").write_text("# 甲\n\n" + PARAGRAPH * 2 + "又一段。\n", "utf-8")
    most = {name: built_with(replace(order, out=tmp_path / name), name, monkeypatch) for name in ("out", "off")}
    assert most["out"] < 7 <= most["off"]
    assert contents(tmp_path / "out") == contents(tmp_path / "off")


def built_with(order: build.Order, kept: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Build; how many workers there were in the end."""
    if kept == "off":
        monkeypatch.setenv(cache.VARIABLE, "off")
    most: list[int] = []
    with workers(order.jobs, "json", 1) as call:
        build.build(order, pool=call, hand=lambda _: most.append(len(at_work(os.getpid()))))
    return max(most)


def test_one_job_starts_no_process(tmp_path: Path) -> None:
    (press,) = build.presses(build.Order(write(tmp_path / "book"), formats=("html",)))
    before = children(os.getpid())
    with workers(1, "json") as call:
        assert render.begin("html", press, call)()
        assert call(os.getpid)() == os.getpid()
        assert children(os.getpid()) == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_errors_of_all_editions_are_told(jobs: int, tmp_path: Path) -> None:
    second = chr(ord(RARE) + 1)
    titles = f"editions:\n  zh-Hant-TW: {{title: 書{RARE}}}\n  zh-Hant-HK: {{title: 書{second}}}\n"
    book = write(tmp_path / "book", editions=titles)
    with pytest.raises(ManuscriptError) as caught:
        build.build(build.Order(book, formats=("html",), out=tmp_path / "out", jobs=jobs))
    messages = "".join(problem.message for problem in caught.value.problems)
    assert RARE in messages
    assert second in messages
    assert not (tmp_path / "out").exists()


# ---- stopped in the middle


def children(pid: int) -> set[int]:
    """The processes that a process has started and that still run."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(") ")[2].split()[:2]
        except OSError:  # it has just ended
            continue
        if int(parent) == pid and state != "Z":
            found.add(int(stat.parent.name))
    return found


def commands(pids: set[int]) -> list[str]:
    """What these processes run. One that has ended has no words left, even where nobody buries it (a container)."""
    found = []
    for pid in pids:
        try:
            found.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return [line for line in found if line]


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A build with two workers at work, in a session of its own, over an earlier output."""
    write(tmp_path / "book", 3000)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "book-zh-Hans.pdf").write_bytes(b"earlier")
    command = [sys.executable, str(ROOT / "build.py"), "build", "book", "-f", "pdf", "-f", "epub"]
    command += ["-e", "zh-Hans", "-e", "zh-Hant-TW", "-o", "out", "--quiet", "--jobs", "2"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_for(lambda: len(at_work(process.pid)) == 2 or process.poll() is not None, "no workers")
    assert process.poll() is None
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def at_work(pid: int) -> list[int]:
    """Workers, not the helper that Python itself keeps."""
    return sorted(child for child in children(pid) if any("spawn_main" in line for line in commands({child})))


def test_a_killed_worker(running: subprocess.Popen[str], tmp_path: Path) -> None:
    workers = at_work(running.pid)
    os.kill(workers[0], signal.SIGKILL)
    _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 3
    assert told.startswith("banxin: 错误：排书的一个进程被系统结束了\n  办法：")
    assert "Traceback" not in told
    assert contents(tmp_path / "out") == {"book-zh-Hans.pdf": b"earlier"}
    wait_for(lambda: not commands(set(workers)), "a worker is left")


def test_ctrl_c(running: subprocess.Popen[str], tmp_path: Path) -> None:
    """A terminal sends it to all processes of the job."""
    workers = at_work(running.pid)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert told == "停下了；原有的输出没有动。\n"
    assert contents(tmp_path / "out") == {"book-zh-Hans.pdf": b"earlier"}
    wait_for(lambda: not commands(set(workers)), "a worker is left")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_parent(how: signal.Signals, running: subprocess.Popen[str], tmp_path: Path) -> None:
    workers = at_work(running.pid)
    running.send_signal(how)
    running.communicate(timeout=PATIENCE)
    wait_for(lambda: not commands(set(workers)), "a worker is left")
    assert contents(tmp_path / "out") == {"book-zh-Hans.pdf": b"earlier"}
