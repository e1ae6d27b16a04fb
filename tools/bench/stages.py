"""How long a book takes, stage by stage, and how much memory: `make stages`.

Every run is a fresh process that builds a real book with the program as it is, and takes nothing from the cache: the
function of each stage is wrapped in a clock, nothing else is changed. Memory is that of the process and its children
together, looked at from outside.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from tools.bench.process import GLANCE, family, peak_of, resident

ROOT = Path(__file__).resolve().parents[2]
ESSAY = ROOT.parent / "shared" / "manuscripts" / "essay-zh-Hans.md"
"""The author's own, beside the clone; where it is not, the chronicle stands for it."""
BOOKS = ("essay", "handbook", "long")
STAGES = ("start", "load", "fonts", "assemble", "convert", "typeset", "pages", "pdf", "epub", "html", "write", "other")
"""start: until the program knows what to do; other: what no stage accounts for."""


@dataclass(frozen=True, slots=True)
class Run:
    """One build."""

    characters: int
    """字数 with marks."""
    pages: int
    seconds: Mapping[str, float]
    """By stage, and `total`: from the start of the process to its end."""
    memory: Mapping[str, float]
    """The peak in MB by stage, and `total`."""


# The run, in a process of its own -------------------------------------------------------------------------------------


@dataclass
class Clock:
    """Notes when each stage ran (seconds of the machine's monotonic clock)."""

    spans: list[tuple[str, float, float]] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)
    """What each stage gave last."""
    inside: bool = False

    def wrap(self, module: Any, name: str, stage: Callable[..., str]) -> None:
        """Time a function where its callers look it up; a stage inside a stage counts as the outer one."""
        setattr(module, name, self.timed(getattr(module, name), stage))

    def timed(self, function: Any, stage: Callable[..., str]) -> Any:
        """A function with the clock on it."""

        def timed(*arguments: Any, **options: Any) -> Any:
            if self.inside:
                return function(*arguments, **options)
            self.inside, begun = True, time.monotonic()
            try:
                result = function(*arguments, **options)
            finally:
                self.inside = False
                self.spans.append((stage(*arguments), begun, time.monotonic()))
            self.results[stage(*arguments)] = result
            return result

        return timed

    def begun(self, begin: Any) -> Any:
        """`render.begin` with the clock on what it begins and on the wait for it."""

        def begun(name: str, *arguments: Any) -> Any:
            return self.timed(self.timed(begin, lambda *_: name)(name, *arguments), lambda: name)

        return begun


def child(options: argparse.Namespace) -> None:
    """Build one book and print what was noted, as JSON."""
    from banxin import build, convert, fonts, load, machine, render, statistics, typeset, workers, write
    from banxin.book import Edition
    from banxin.render import page

    clock = Clock()
    for module, name, stage in (
        (load, "load", "load"),
        (fonts, "ensure", "fonts"),
        (fonts, "activate", "fonts"),
        (fonts, "missing", "fonts"),
        (build, "arrange", "assemble"),
        (convert, "convert", "convert"),
        (typeset, "undecided", "typeset"),
        (typeset, "typeset", "typeset"),
        (page, "build", "pages"),
        (machine, "preload", "pdf"),
        (write, "write", "write"),
    ):
        clock.wrap(module, name, lambda *_, stage=stage: stage)
    setattr(build, "begin", clock.begun(render.begin))  # noqa: B010 - as the clock does
    setattr(build, "workers", lambda *_: workers.workers(1))  # noqa: B010 - here, where the clock is
    begun = time.monotonic()
    result = build.build(build.Order(options.child, editions=(options.edition,), out=options.out, jobs=options.jobs))
    ended = time.monotonic()
    report = {
        "begun": begun,
        "ended": ended,
        "spans": clock.spans,
        "characters": statistics.tally(clock.results["typeset"], Edition(options.edition, "")).total.length,
        "pages": _count_pages(next(path for path in result.written if path.suffix == ".pdf")),
        "peak": peak_of(resource.getrusage(resource.RUSAGE_SELF)),
    }
    print(json.dumps(report))


def _count_pages(path: Path) -> int:
    import pikepdf

    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


# The run, from outside ------------------------------------------------------------------------------------------------


def measure(book: Path, options: argparse.Namespace) -> Run:
    """Build a book in a fresh process and watch it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as out:
        arguments = ["--child", str(book), "--out", out, "--edition", options.edition, "--jobs", str(options.jobs)]
        started = time.monotonic()
        command = [sys.executable, "-m", "tools.bench.stages", *arguments]
        cold = {**os.environ, "BANXIN_CACHE": "off"}
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=cold)
        done = Event()
        samples: list[tuple[float, float]] = []
        watcher = Thread(target=_watch, args=(process.pid, done, samples), daemon=True)
        watcher.start()
        output, _ = process.communicate()
        done.set()
        watcher.join()
    if process.returncode:
        raise SystemExit(f"{book}：没有排成（退出码 {process.returncode}）")
    return _run(json.loads(output), started, samples)


def _watch(pid: int, done: Event, samples: list[tuple[float, float]]) -> None:
    while not done.wait(GLANCE):
        samples.append((time.monotonic(), sum(map(resident, family(pid)))))


def _run(report: Mapping[str, Any], started: float, samples: Sequence[tuple[float, float]]) -> Run:
    seconds = dict.fromkeys(STAGES, 0.0)
    memory = dict.fromkeys(STAGES, 0.0)
    begun, ended = report["begun"], report["ended"]
    for stage, first, last in [("start", started, begun), *report["spans"]]:
        seconds[stage] += last - first
        near = (size for at, size in samples if first - GLANCE <= at <= last + GLANCE)
        memory[stage] = max(memory[stage], *near, 0.0)
    seconds["other"] = ended - started - sum(seconds.values())
    seconds["total"] = ended - started
    memory["total"] = max([report["peak"], *(size for at, size in samples if at <= ended)])
    return Run(report["characters"], report["pages"], seconds, memory)


def summarize(runs: Sequence[Run]) -> dict[str, Any]:
    """The medians of several runs of one book."""
    first = runs[0]
    seconds = {key: round(median(run.seconds[key] for run in runs), 4) for key in first.seconds}
    return {
        "characters": first.characters,
        "pages": first.pages,
        "seconds": seconds,
        "megabytes": {key: round(median(run.memory[key] for run in runs), 1) for key in first.memory},
        "pages_per_second": round(first.pages / seconds["pdf"], 2),
        "totals": [round(run.seconds["total"], 4) for run in runs],
    }


# Showing --------------------------------------------------------------------------------------------------------------


def table(books: Mapping[str, Any], earlier: Mapping[str, Any]) -> Table:
    """A row a stage; for each book its seconds (`×` their ratio to an earlier run) and its memory."""
    title = "各道工序的秒数" + ("（× 与从前之比）" if earlier else "") + "、内存的峰值（MB）"
    grid = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("", no_wrap=True)
    for name in books:
        grid.add_column(name, justify="right", no_wrap=True)
        grid.add_column("MB", justify="right", no_wrap=True)
    for stage in (*STAGES, "total"):
        cells = (cell for name, book in books.items() for cell in _cells(stage, book, earlier.get(name)))
        grid.add_row(stage, *cells, end_section=stage in ("other", "total"))
    for label, key in (("字数", "characters"), ("页", "pages"), ("页/秒", "pages_per_second")):
        grid.add_row(label, *(cell for book in books.values() for cell in (f"{book[key]:,}", "")))
    return grid


def _cells(stage: str, book: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[str, str]:
    megabytes = book["megabytes"].get(stage)
    return f"{book['seconds'][stage]:.2f}{_ratio(stage, book, before)}", f"{megabytes:.0f}" if megabytes else ""


def _ratio(stage: str, book: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """New to old; nothing where the text is another, or where there is too little time to divide."""
    if before is None or before["characters"] != book["characters"]:
        return ""
    old = before["seconds"].get(stage, 0.0)
    return f" ×{book['seconds'][stage] / old:.2f}" if old >= GLANCE else ""


# The command ----------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, show, keep."""
    options = _options().parse_args(arguments)
    if options.child:
        child(options)
        return
    from banxin import fonts
    from tools import long_book

    earlier = json.loads(options.baseline.read_text("utf-8"))["books"] if options.baseline else {}
    fonts.ensure([options.edition], print)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        paths = {
            "essay": ESSAY if ESSAY.exists() else ROOT / "examples" / "chronicle.md",
            "handbook": ROOT / "manuscript",
            "long": long_book.write(Path(scratch) / "long", seed=options.seed or long_book.SEED),
        }
        books = {name: _measure_all(name, paths[name], options) for name in options.book or BOOKS}
    report = json.dumps({"machine": _machine(), "books": books}, indent=2)
    if options.json == Path("-"):
        print(report)
        return
    Console().print(table(books, earlier))
    if options.json:
        options.json.write_text(report + "\n", "utf-8")


def _measure_all(name: str, path: Path, options: argparse.Namespace) -> dict[str, Any]:
    runs = []
    for number in range(options.repeat):
        runs.append(measure(path, options))
        print(f"{name} {number + 1}/{options.repeat}：{runs[-1].seconds['total']:.2f} 秒", file=sys.stderr, flush=True)
    return {**summarize(runs), "edition": options.edition, "repeat": options.repeat}


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count()}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make stages", description="计时：每本书每道工序的秒数和内存。")
    add = parser.add_argument
    add("book", nargs="*", choices=[*BOOKS, []], metavar="书", help=f"量哪几本（默认全部）：{'、'.join(BOOKS)}")
    add("--repeat", type=int, default=3, metavar="N", help="每本排几次，取中位数（默认 3）")
    add("--edition", default="zh-Hans", metavar="版本", help="排哪个版本；zh-Hant-TW 连转换一起量（默认 zh-Hans）")
    add(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="读稿时同时做几件事（排版一样一样地排，才好计时）",
    )
    add("--seed", type=int, default=0, metavar="N", help="长书的种子：同一个数，同一本书")
    add("--json", type=Path, metavar="文件", help="结果也写成 JSON；- 是只在屏幕上写 JSON")
    add("--baseline", type=Path, metavar="文件", help="同从前的 JSON 比")
    add("--child", type=Path, help=argparse.SUPPRESS)
    add("--out", type=Path, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
