"""A shelf of books: which there are, what is done again, what one that fails costs, what the editor reads."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from banxin import build, cache, cleaning, write
from banxin.errors import ConfigError, ToolError
from banxin.shelf import books, run, task
from tests.conftest import PATIENCE, ROOT
from tests.unit.test_workers import PARAGRAPH, children, commands, contents, wait_for

GOOD = "# 甲\n\n正文一段。\n"
BOOK = "title: {title}\nauthors: [某人]\ndate: 2026-01-01\nchapters: [a.md]\n"


def put(folder: Path, text: str = GOOD, more: str = "") -> Path:
    folder.mkdir(parents=True)
    (folder / "a.md").write_text(text, "utf-8")
    (folder / "book.yaml").write_text(BOOK.format(title=folder.name) + more, "utf-8")
    return folder


# ---- which books there are


def found(shelf: Path, out: str = "out") -> list[str]:
    return [path.relative_to(shelf).as_posix() for path in books.find(shelf, shelf / out)]


def test_every_book_at_any_depth_is_found(tmp_path: Path) -> None:
    put(tmp_path / "10-b")
    put(tmp_path / "2-a")
    put(tmp_path / "series" / "one" / "x")
    (tmp_path / "loose").mkdir()
    (tmp_path / "loose" / "1.md").write_text(GOOD)
    (tmp_path / "alone.md").write_text(GOOD)
    (tmp_path / "README.md").write_text("# 说明")
    assert found(tmp_path) == ["2-a", "10-b", "alone.md", "loose", "series/one/x"]


def test_nothing_is_looked_for_in_books_outputs_and_hidden_folders(tmp_path: Path) -> None:
    put(put(tmp_path / "a") / "inner")
    put(tmp_path / ".hidden")
    put(tmp_path / "out" / "old")
    put(tmp_path / "made" / "old")
    (tmp_path / "made" / write.MANIFEST).touch()
    (tmp_path / "round").symlink_to(tmp_path)
    assert found(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "没有这个文件夹"),
        (lambda path: path.mkdir(), "里面没有书"),
        (put, "这是一本书，不是书架"),
    ],
)
def test_what_is_no_shelf(tmp_path: Path, make: Callable[[Path], object], message: str) -> None:
    make(tmp_path / "x")
    with pytest.raises(ConfigError, match=message):
        books.find(tmp_path / "x", tmp_path / "out")


def test_no_two_books_have_one_folder(tmp_path: Path) -> None:
    shelf = [
        put(tmp_path / "a" / "b"), put(tmp_path / "a-b"), put(tmp_path / "A-B"), put(tmp_path / "logs"),
        put(tmp_path / "c"), put(tmp_path / "index.html"),
    ]  # fmt: skip
    (tmp_path / "c.md").write_text(GOOD)
    names = books.names(tmp_path, [*shelf, tmp_path / "c.md"])
    folded = [name.casefold() for name in names.values()]
    assert len(set(folded)) == 7
    assert not set(folded) & books.RESERVED
    assert all("/" not in name for name in names.values())
    assert books.names(tmp_path, shelf[:3])[shelf[0]] == names[shelf[0]], "a name does not hang on the other books"
    assert books.names(tmp_path, [shelf[4]])[shelf[4]] == "c"


# ---- by what it is known that a task was done


@pytest.fixture
def one(tmp_path: Path) -> task.Task:
    book = put(tmp_path / "shelf" / "b")
    (book / "images").mkdir()
    (book / "images" / "x.txt").write_text("x")
    return task.Task(str(book), "b", str(tmp_path / "out"), "zh-Hans", "epub", date="2026-01-01", program="p")


@pytest.mark.parametrize("file", ["a.md", "book.yaml", "images/x.txt", "new.txt"])
def test_any_file_of_the_book_is_part_of_the_key(one: task.Task, file: str) -> None:
    before = task.key(one)
    assert task.key(one) == before
    (Path(one.book) / file).write_text("changed", "utf-8")
    assert task.key(one) != before


@pytest.mark.parametrize(
    "change",
    [
        {"edition": "zh-Hant-TW"}, {"format": "pdf"}, {"editions": ("en",)}, {"profile": "print"}, {"draft": True},
        {"strict": True}, {"validated": False}, {"epoch": "1"}, {"program": "q"}, {"date": ""},
    ],
)  # fmt: skip
def test_so_is_all_that_is_asked_for(one: task.Task, change: dict[str, Any]) -> None:
    assert task.key(replace(one, **change)) != task.key(one)


def test_where_it_lies_and_how_many_work_is_not(one: task.Task) -> None:
    moved = shutil.copytree(one.book, Path(one.book).parent / "elsewhere" / "b")
    assert task.key(replace(one, book=str(moved), out="/x", name="y", jobs=7)) == task.key(one)


def test_of_a_book_of_one_file_what_lies_beside_it_counts_but_for_other_books(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD)
    (tmp_path / "b.md").write_text(GOOD)
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "x.svg").write_text("<svg/>")
    put(tmp_path / "c")
    names = [name for name, _ in books.contents(tmp_path / "a.md")]
    assert names == ["a.md", "images/x.svg"]


def kept(one: task.Task, **more: Any) -> task.Outcome:
    one.folder.mkdir(parents=True)
    (one.folder / "b.epub").write_bytes(b"book")
    outputs = tuple(task.outputs(one.folder, ["b.epub"]))
    outcome = task.Outcome(key=task.key(one), tops=("b.epub",), outputs=outputs, **more)
    task.keep(one, outcome)
    return outcome


def test_what_is_done_is_known(one: task.Task) -> None:
    assert task.recall(one) is None
    outcome = kept(one, seconds=1.5)
    assert task.recall(one) == outcome


@pytest.mark.parametrize("damage", ["output", "no output", "record", "cut", "another", "manuscript"])
def test_it_is_not_done_when_anything_differs(one: task.Task, damage: str) -> None:
    kept(one)
    record = one.record
    {
        "output": lambda: (one.folder / "b.epub").write_bytes(b"bOok"),
        "no output": (one.folder / "b.epub").unlink,
        "record": lambda: record.write_text("[1, 2]"),
        "cut": lambda: record.write_bytes(record.read_bytes()[:-9]),
        "another": lambda: record.write_text(json.dumps({"key": task.key(one)})),
        "manuscript": lambda: (Path(one.book) / "a.md").write_text("# 乙"),
    }[damage]()
    assert task.recall(one) is None


# ---- whole shelves, with the real program


def command(shelf: Path, *more: str) -> list[str]:
    return [sys.executable, str(ROOT / "build.py"), "shelf", str(shelf), "-o", str(shelf.parent / "out"), *more]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two books and one with a fault, in a cache of their own."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    put(tmp_path / "shelf" / "一", more="editions: {zh-Hant-TW: {}}\n")
    put(tmp_path / "shelf" / "sub" / "一", "# 乙\n\n他说：“没有完。\n")
    put(tmp_path / "shelf" / "坏", GOOD + "\n见[^none]。\n")
    return tmp_path / "shelf"


def built(shelf: Path, *more: str, code: int = 0) -> dict[str, Any]:
    done = subprocess.run(command(shelf, *more), capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == code, done.stderr
    facts: dict[str, Any] = json.loads((shelf.parent / "out" / books.JSON).read_text("utf-8"))
    return {**facts, "said": done.stderr, "printed": done.stdout}


def states(facts: dict[str, Any]) -> dict[str, set[str]]:
    return {book["name"]: {one["state"] for one in book["tasks"]} for book in facts["books"]}


def inodes(out: Path) -> dict[str, int]:
    summary = (books.PAGE, books.JSON, books.TEXT, write.MANIFEST)
    files = [path for path in out.rglob("*") if path.is_file() and path.parent != out]
    return {path.relative_to(out).as_posix(): path.stat().st_ino for path in files if path.name not in summary}


@pytest.mark.slow
def test_books_editions_and_formats(shelf: Path) -> None:
    """All are made as `build` makes them, a fault stops its own book only, and nothing is done twice."""
    out = shelf.parent / "out"
    first = built(shelf, "--jobs", "2", code=1)
    assert states(first) == {"一": {"made"}, "sub-一": {"made"}, "坏": set()}
    assert [len(book["tasks"]) for book in first["books"]] == [3, 6, 0]
    files = [file for book in first["books"] for one in book["tasks"] for file in one["files"]]
    assert len(files) == 12
    assert all((out / file).is_file() for file in files)
    assert all((out / one["log"]).read_text("utf-8") for book in first["books"] for one in book["tasks"])
    (bad,) = (book for book in first["books"] if book["name"] == "坏")
    (problem,) = bad["problems"]
    assert (problem["path"], problem["line"]) == (str(shelf / "坏" / "a.md"), 5)
    assert f"{shelf / '坏' / 'a.md'}:5: 错误：脚注没有定义：none" in first["said"]
    assert (out / bad["log"]).read_text("utf-8").count("脚注没有定义") == 1
    assert first["printed"].split() == [str(out / name) for name in (books.PAGE, books.JSON, books.TEXT)]

    alone = shelf.parent / "alone"
    build.build(build.Order(shelf / "一", out=alone))
    assert contents(alone) == contents(out / "一"), "the very files that `build` makes, and its list"

    before = inodes(out)
    again = built(shelf, code=1)
    assert states(again) == {"一": {"kept"}, "sub-一": {"kept"}, "坏": set()}
    faulty = f"{books.LOGS}/坏/read.log"
    assert {**inodes(out), faulty: 0} == {**before, faulty: 0}

    (shelf / "坏" / "a.md").write_text(GOOD, "utf-8")
    (out / "一" / "a-zh-Hans.epub").touch()
    (out / "一" / f"{slug(out / '一')}-zh-Hans.epub").write_bytes(b"another's")
    mended = built(shelf)
    assert states(mended) == {"一": {"kept", "made"}, "sub-一": {"kept"}, "坏": {"made"}}
    assert {**inodes(out)}.items() >= {(name, at) for name, at in before.items() if name.startswith("sub-一")}


@pytest.mark.slow
def test_what_shops_change_is_a_note_and_no_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    put(tmp_path / "shelf" / "一", more="shops: [kindle]\n")
    facts = built(tmp_path / "shelf", "-f", "epub", "--jobs", "1")
    (book,) = facts["books"]
    assert (book["state"], book["errors"], book["warnings"], book["notes"]) == ("built", 0, 0, 1)
    assert [problem["level"] for problem in book["problems"]] == ["note"]
    page = (tmp_path / "out" / books.PAGE).read_text("utf-8")
    assert '<span class="level">提示</span> 在 Kindle 上：书里没有简介' in page
    assert "警告" not in page


def slug(folder: Path) -> str:
    (pdf,) = folder.glob("*-zh-Hans.pdf")
    return pdf.name.removesuffix("-zh-Hans.pdf")


@pytest.mark.slow
def test_clean_forgets_a_shelf(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = shelf.parent / "out"
    built(shelf, "-f", "html", "-e", "zh-Hans", code=1)
    mine = [out / "mine.txt", out / books.LOGS / "一" / "mine.txt"]
    for path in mine:
        path.write_text("不是版心写的")
    monkeypatch.setattr(cleaning, "CACHES", ())
    cleaning.clean(out)
    assert [path for path in out.rglob("*") if path.is_file()] == mine


@pytest.mark.slow
def test_two_shelves_at_once(shelf: Path) -> None:
    """Two runs over one shelf, into one folder, with one cache: the outputs are those of one."""
    shutil.rmtree(shelf / "坏")
    options = ("-f", "epub", "-f", "html")
    running = [subprocess.Popen(command(shelf, *options), stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate(timeout=PATIENCE)[1] for one in running]
    assert [one.returncode for one in running] == [0, 0], said
    alone = shelf.parent / "alone"
    for name, book in (("一", shelf / "一"), ("sub-一", shelf / "sub" / "一")):
        build.build(build.Order(book, ("epub", "html"), out=alone / name))
        assert contents(alone / name) == contents(shelf.parent / "out" / name)


# ---- stopped in the middle


@pytest.fixture
def long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A short book and two that take a while."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    put(tmp_path / "shelf" / "a")
    put(tmp_path / "shelf" / "b", GOOD + PARAGRAPH * 1500)
    put(tmp_path / "shelf" / "c", GOOD + PARAGRAPH * 1500)
    return tmp_path / "shelf"


def setting(pid: int) -> list[int]:
    """The processes below one that are at work on a book."""
    below = children(pid)
    found = [one for one in below if any("banxin.shelf.work" in line for line in commands({one}))]
    return sorted([*found, *(deep for one in below for deep in setting(one))])


@contextmanager
def started(shelf: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The program at work."""
    process = subprocess.Popen(command(shelf, *more), stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def begun(shelf: Path, book: str) -> Callable[[], bool]:
    """Whether the PDF of a book is being laid out."""
    log = shelf.parent / "out" / books.LOGS / book / "zh-Hans-pdf.log"
    return lambda: log.exists() and "转换与排字" in log.read_text("utf-8")


def told(process: subprocess.Popen[str]) -> str:
    said = process.communicate(timeout=PATIENCE)[1]
    return str(said)


@pytest.mark.slow
def test_a_killed_worker_costs_its_task_only(long: Path) -> None:
    out = long.parent / "out"
    with started(long, "-f", "pdf", "--jobs", "2") as process:
        wait_for(begun(long, "b"), "nothing begins")
        victim = next(pid for pid in setting(process.pid) if str(long / "b") in opened(pid, out, "b"))
        os.kill(victim, signal.SIGKILL)
        said = told(process)
    assert process.returncode == 0, said
    logs = {path.parent.name: path.read_text("utf-8") for path in out.glob(f"{books.LOGS}/*/zh-Hans-pdf.log")}
    assert {name: log.count("做好了") for name, log in logs.items()} == {"a": 1, "b": 1, "c": 1}
    assert {name: log.count("信号 9") for name, log in logs.items()} == {"a": 0, "b": 1, "c": 0}
    assert {one["state"] for book in json.loads((out / books.JSON).read_text())["books"] for one in book["tasks"]} == {
        "made"
    }


def opened(pid: int, out: Path, book: str) -> str:
    """The book that a process is at, by the log that it writes."""
    try:
        log = os.readlink(f"/proc/{pid}/fd/2")
    except OSError:  # it has just ended
        return ""
    return str(out.parent / "shelf" / book) if log == str(out / books.LOGS / book / "zh-Hans-pdf.log") else ""


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_stopped_goes_on_where_it_was(long: Path, how: signal.Signals) -> None:
    out = long.parent / "out"
    with started(long, "-f", "pdf", "--jobs", "2") as process:
        wait_for((out / books.LOGS / "a" / "zh-Hans-pdf.json").exists, "nothing is done")
        at_work = setting(process.pid)
        process.send_signal(how)
        said = told(process)
    assert process.returncode in (130, -signal.SIGKILL), said
    wait_for(lambda: not commands(set(at_work)), "a worker is left")
    if how is signal.SIGINT:
        assert "没有做" in (out / books.TEXT).read_text("utf-8")
    first = (out / "a" / f"{slug(out / 'a')}-zh-Hans.pdf").stat().st_ino
    again = built(long, "-f", "pdf")
    assert {name: state for name, state in states(again).items() if name == "a"} == {"a": {"kept"}}
    assert {one["state"] for book in again["books"] for one in book["tasks"]} <= {"kept", "made"}
    assert (out / "a" / f"{slug(out / 'a')}-zh-Hans.pdf").stat().st_ino == first
    for name in ("b", "c"):
        assert (out / name / f"{slug(out / name)}-zh-Hans.pdf").read_bytes().startswith(b"%PDF")
        assert not list((out / name).glob(f"{write.SCRATCH}*-*"))


# ---- a Dask cluster of separate processes


def dask(kind: str, *more: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "dask", kind, *more]
    return subprocess.Popen(line, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers, a task at a time each."""
    file = tmp_path / "scheduler.json"
    place = ("--scheduler-file", str(file))
    running = [dask("scheduler", *place, "--host", "127.0.0.1", "--port", "0", "--no-dashboard")]
    try:
        wait_for(file.exists, "no scheduler")
        for number in range(2):
            options = (
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
                "--local-directory",
                str(tmp_path / f"{number}"),
            )
            running.append(dask("worker", *place, "--host", "127.0.0.1", *options))
        yield json.loads(file.read_text())["address"], running[1:]
    finally:
        for process in running:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_on_a_dask_cluster_a_killed_worker_costs_its_task_only(
    long: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    out = long.parent / "out"
    with started(long, "-f", "pdf", "--scheduler", address) as process:
        wait_for(begun(long, "b"), "nothing begins")
        victim = next(
            worker for worker in workers for pid in setting(worker.pid) if str(long / "b") in opened(pid, out, "b")
        )
        orphans = setting(victim.pid)
        victim.kill()
        said = told(process)
    assert process.returncode == 0, said
    wait_for(lambda: not commands(set(orphans)), "what the worker had begun goes on")
    facts = json.loads((out / books.JSON).read_text("utf-8"))
    assert {one["state"] for book in facts["books"] for one in book["tasks"]} == {"made"}
    alone = long.parent / "alone"
    for name in ("a", "b"):
        build.build(build.Order(long / name, ("pdf",), out=alone / name))
        assert contents(alone / name) == contents(out / name)
    assert states(built(long, "-f", "pdf", "--scheduler", address)) == dict.fromkeys("abc", {"kept"})


@pytest.mark.slow
def test_no_scheduler_is_told(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banxin.shelf.pools.PATIENCE", 1)
    with pytest.raises(ToolError, match="连不上 Dask 的调度器"):
        run.build(run.Order(shelf, out=shelf.parent / "out", scheduler="tcp://127.0.0.1:9"))
    assert threading.active_count() < 50


# ---- the page


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_read(shelf: Path, chromium: Browser, scheme: Any) -> None:
    """On a desk and on a phone; every link of it leads to a file, and nothing is asked for elsewhere."""
    built(shelf, "-f", "html", "-f", "epub", code=1)
    out = shelf.parent / "out"
    for width in (1280, 360):
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto((out / books.PAGE).as_uri())
        assert len(asked) == 1
        assert page.evaluate("document.documentElement.scrollWidth") == width
        links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
        files = [link for link in links if not link.startswith("#")]
        assert len(files) >= 15
        assert [link for link in files if not (out / page.evaluate("decodeURI", link)).is_file()] == []
        assert [link for link in links if link.startswith("#") and page.locator(link).count() != 1] == []
        assert page.get_by_role("row").count() == (5 if width == 1280 else 3), "no head on a phone"
        assert page.get_by_role("rowheader").count() == 3
        text = page.inner_text("body")
        assert re.search(r"a\.md:5\s+错误 脚注没有定义：none", text)
        context.close()
