"""Our PDF against that of WeasyPrint as it comes, of the same typeset pages: time of the processor.

Two processes, one a side, make their PDF over and over on one core, at the same time: the system gives them turns of a
few milliseconds, so that whatever else the machine does meets both alike. Their ratio is steady (within 3 % with ten
other busy processes on two cores) where times are not.

    python -m tools.bench.stock             what it is now
    python -m tools.bench.stock --check     whether it is worse by 15 % than the one in `ratio.json`; the tests do this
    python -m tools.bench.stock --renew     writes it there: after we became faster, or slower for a good reason, which
                                            the commit tells
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from statistics import mean
from threading import Thread
from typing import Any

from banxin.stack import roomy
from tools.bench import host

ROOT = Path(__file__).resolve().parents[2]
FIGURE = Path(__file__).resolve().parent / "ratio.json"
"""The ratio that was committed, and what it is of."""
SIDES = ("ours", "stock")
CHARACTERS = 20_000
"""A chapter of each kind."""
RUNS = 5
"""Of the slower side."""
WORSE = 1.15
"""How much of the committed ratio is a failure."""

Times = Mapping[str, Sequence[float]]
"""Side -> seconds of the processor of every run."""


def ratio(times: Times) -> float:
    """Of our time to stock's."""
    return mean(times["ours"]) / mean(times["stock"])


def is_worse(times: Times, than: float) -> bool:
    """Whether a ratio is worse by 15 % than another one."""
    return ratio(times) > than * WORSE


def committed() -> float:
    """The ratio that we hold ourselves to."""
    return float(json.loads(FIGURE.read_text("utf-8"))["ratio"])


def measured() -> Times:
    """Both sides, until each has made RUNS."""
    times: dict[str, list[float]] = {side: [] for side in SIDES}
    said: SimpleQueue[tuple[str, str]] = SimpleQueue()
    with ExitStack() as stack:
        sides = {side: stack.enter_context(_started(side)) for side in SIDES}
        for process in sides.values():
            stack.callback(process.kill)
            process.stdout.readline()  # it is ready
        for side, process in sides.items():
            process.stdin.close()
            Thread(target=_listen, args=(side, process, said), daemon=True).start()
        while min(map(len, times.values())) < RUNS:
            side, line = said.get()
            if not line:
                raise SystemExit(f"{side}：没有排成")
            times[side].append(float(line))
    return times


def _started(side: str) -> Any:
    command = [sys.executable, "-m", "tools.bench.stock", "--side", side]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _listen(side: str, process: Any, said: SimpleQueue[tuple[str, str]]) -> None:
    for line in process.stdout:
        said.put((side, line))
    said.put((side, ""))


# One side, in a process of its own ------------------------------------------------------------------------------------


def runs(side: str) -> Iterator[float]:
    """Make the PDF without end; the first time is none, for both have much to load."""
    from banxin import build, cache, layout
    from banxin.config import PageSpec
    from banxin.render import pdf
    from tools import long_book

    os.environ[cache.VARIABLE] = "off"
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        book = long_book.write(Path(scratch) / "book", CHARACTERS)
        (press,) = build.presses(build.Order(book, editions=("zh-Hans",), jobs=1))
    geometry = layout.geometry(press.page_spec or PageSpec(), press.layout)
    while True:
        gc.collect()
        begun = time.process_time()
        if side == "ours":
            pdf.render(press)
        else:
            pdf.write(pdf.document(press, geometry), press)
        yield time.process_time() - begun


def repeat(side: str) -> None:
    """Say the time of every run, from when the other side is ready too."""
    host.keep_to(1)
    roomy(_repeat, side)


def _repeat(side: str) -> None:
    times = runs(side)
    next(times)
    print("ready", flush=True)
    sys.stdin.read()
    for seconds in times:
        print(seconds, flush=True)


# The command ----------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; gives the exit code."""
    options = _options().parse_args(arguments)
    if options.side:
        repeat(options.side)
    times = measured()
    for side, name in zip(SIDES, ("我们", "WeasyPrint 原样"), strict=True):
        print(f"{name}：{' '.join(f'{seconds:.3f}' for seconds in times[side])} 秒")
    print(f"比值 {ratio(times):.3f}")
    if options.renew:
        kept = {"ratio": round(ratio(times), 3), "of": f"{CHARACTERS} characters, Python {sys.version.split()[0]}"}
        FIGURE.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    if options.check and is_worse(times, committed()):
        print(f"比记下的 {committed():.3f} 坏了 15 % 以上")
        return 1
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="PDF 的处理器秒数：我们的和 WeasyPrint 原样的，和两者之比。")
    parser.add_argument("--check", action="store_true", help=f"比 {FIGURE.name} 里的坏了 15 %%，就以 1 退出")
    parser.add_argument("--renew", action="store_true", help=f"比值写进 {FIGURE.name}，测试照着它查")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
