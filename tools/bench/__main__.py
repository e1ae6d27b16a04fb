"""`make bench`: measure, show, write BENCHMARKS.md."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from banxin import fonts
from tools.bench import books, host, measure, peers, report

FILE = peers.ROOT / "BENCHMARKS.md"
ROUNDS = {"50k": 5, "200k": 5, "1m": 3}
"""How often each book is set."""
DAY_BOOK, DAY_ROUNDS = "200k", 3

say = partial(print, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, show, keep."""
    options = _options().parse_args(arguments)
    found = json.loads(options.again.read_text("utf-8")) if options.again else _measured(options)
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    console = Console(width=None if sys.stdout.isatty() else 120)
    for grid in report.grids(found):
        console.print(grid.terminal())
    whole = not (options.short or options.book or options.peer or options.rounds)
    if out := options.out or (FILE if whole or options.again else None):
        out.write_text(report.page(found), "utf-8")
        say(out)


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    host.warn_if_busy(say)
    host.keep_to(options.cores)
    fonts.ensure([peers.LANGUAGE, *measure.EDITIONS], say)
    fonts.activate()
    names = options.book or (["50k"] if options.short else list(books.SIZES))
    versions = {name: peers.PEERS[name].version() for name in options.peer or peers.PEERS}
    absent = {name: f"这里没有：{peers.PEERS[name].absent}" for name, version in versions.items() if not version}
    for name, why in absent.items():
        say(f"注意：没有量 {peers.PEERS[name].title}——{why}")
    there = [name for name in versions if name not in absent]
    rounds = {name: options.rounds or (1 if options.short else ROUNDS[name]) for name in names}
    begun = datetime.now(UTC)
    described = host.describe(options.cores)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        bench = measure.Bench(Path(scratch), options.cores, say)
        made = {name: books.write(name, Path(scratch)) for name in names}
        say("热身：先排一遍，把程序和字体从磁盘读进内存，不算")
        measure.race(bench, made[names[0]], there, 1)
        raced = {
            name: {"characters": book.characters, "peers": measure.race(bench, book, there, rounds[name])}
            for name, book in made.items()
        }
        day_book = DAY_BOOK if DAY_BOOK in made else names[0]
        day = {}
        if "banxin" in there:
            day = measure.day(bench, made[day_book], options.rounds or (1 if options.short else DAY_ROUNDS))
    return {
        "measured": f"{begun:%Y-%m-%d %H:%M}–{datetime.now(UTC):%H:%M} UTC",
        "rounds": "，".join(f"{name} 各 {number} 次" for name, number in rounds.items()),
        "host": described,
        "versions": {name: versions[name] for name in there},
        "absent": absent,
        "books": raced,
        "day": day,
        "day_book": day_book,
    }


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description="计时：版心和别家，从 Markdown 到 PDF。")
    add = parser.add_argument
    add("--short", action="store_true", help="只排最短的书，各一次，约一分钟；不写 BENCHMARKS.md")
    add("--book", action="append", choices=list(books.SIZES), help="只排这本（可以几次）；不写 BENCHMARKS.md")
    add("--peer", action="append", choices=list(peers.PEERS), help="只排这家（可以几次）；不写 BENCHMARKS.md")
    add("--rounds", type=int, default=0, metavar="N", help=f"每本排几次（默认 {ROUNDS}）；不写 BENCHMARKS.md")
    add("--cores", type=int, default=2, metavar="N", help="用几个核（默认 2）")
    add("--json", type=Path, metavar="文件", help="每一次的数都记下来")
    add("--again", type=Path, metavar="文件", help="不量，照从前记下的 JSON 再写一次")
    add("--out", type=Path, metavar="文件", help="写到这里，而不是 BENCHMARKS.md")
    return parser


if __name__ == "__main__":
    main()
