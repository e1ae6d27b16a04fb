"""Figures to tables, and to BENCHMARKS.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log
from statistics import median
from typing import Any

from tools.bench.grid import Grid
from tools.bench.measure import DAY
from tools.bench.peers import BASE, PEERS

NONE = "–"
LIMITS = {
    "pdf": "0.8 秒",
    "epub": "0.4 秒",
    "html": "0.4 秒",
    "all": "3.2 倍",
}
"""What is promised of a book of 200 000 characters."""

LIMITS_OF_BOOKS = {"200k": ("≤ 2.00", NONE), "1m": ("≤ 2.00", "≤ 700")}
"""What is promised of a whole book: its time to Typst's, the memory of the largest process (MB)."""

Report = Mapping[str, Any]


def middle(runs: Sequence[Mapping[str, float]], key: str) -> float:
    """The median of one figure."""
    return float(median(run[key] for run in runs))


def ratio(runs: Sequence[Mapping[str, float]], others: Sequence[Mapping[str, float]]) -> float:
    """The median of the ratios of each round."""
    return float(median(one["seconds"] / other["seconds"] for one, other in zip(runs, others, strict=True)))


def grids(report: Report) -> Iterator[Grid]:
    """All tables of a report."""
    for name, book in report["books"].items():
        grid = _race(f"{name}：{book['characters']:,} 字", book["peers"], report["absent"])
        if limits := LIMITS_OF_BOOKS.get(name):
            grid.rows.append(("版心说好的", NONE, *limits, NONE, NONE, NONE))
        yield grid
    if len(report["books"]) > 1:
        yield _growth(report["books"])
    if report["day"]:
        yield _day(report["day"], report["day_book"])


def _race(title: str, found: Mapping[str, Any], absent: Mapping[str, str]) -> Grid:
    base = f"÷ {PEERS[BASE].title}"
    grid = Grid(title, ("", "秒", base, "内存最多的进程 MB", "一起 MB", "页", "PDF MB"))
    for name, peer in found.items():
        runs = peer["runs"]
        grid.rows.append(
            (
                PEERS[name].title,
                f"{middle(runs, 'seconds'):.2f}",
                f"{ratio(runs, found[BASE]['runs']):.2f}" if BASE in found else NONE,
                f"{middle(runs, 'largest'):,.0f}",
                _megabytes(middle(runs, "together")),
                f"{peer['pages']:,}",
                f"{peer['bytes'] / 1e6:.1f}",
            )
        )
    for name, why in absent.items():
        grid.rows.append((f"！没有量 {PEERS[name].title}（{why}）", *[NONE] * 6))
    return grid


def _megabytes(figure: float) -> str:
    """Not every system tells."""
    return f"{figure:,.0f}" if figure else NONE


def _growth(books: Mapping[str, Any]) -> Grid:
    """How much longer each takes for the longer book; the last column is the power of the length that this is."""
    steps = list(pairwise(books))
    lengths = {name: book["characters"] for name, book in books.items()}
    grid = Grid("怎样随字数增长", ("", *(f"{one} → {other}" for one, other in steps), "时间随字数的几次方"))
    grid.rows.append(("字数", *(f"× {lengths[other] / lengths[one]:.2f}" for one, other in steps), NONE))
    first, *_, last = books
    for name in books[first]["peers"]:
        seconds = {book: middle(found["peers"][name]["runs"], "seconds") for book, found in books.items()}
        power = log(seconds[last] / seconds[first]) / log(lengths[last] / lengths[first])
        cells = (f"× {seconds[other] / seconds[one]:.2f}" for one, other in steps)
        grid.rows.append((PEERS[name].title, *cells, f"{power:.2f}"))
    return grid


def _day(found: Mapping[str, Any], book: str) -> Grid:
    grid = Grid(f"一天里的等待（{book}）", ("", "秒", "÷ 从零排一本 PDF", "说好的", "内存最多的进程 MB", "一起 MB"))
    for name, runs in found.items():
        cells = f"{middle(runs, 'seconds'):.2f}", f"{ratio(runs, found['cold']):.2f}", LIMITS.get(name, "")
        memory = f"{middle(runs, 'largest'):,.0f}", _megabytes(middle(runs, "together"))
        grid.rows.append((DAY[name], *cells, *memory))
    return grid


# The file -------------------------------------------------------------------------------------------------------------

HOW = """# 快慢

`make bench` 写的，不要手改。同一台机器、同一次运行里的比值才作数：秒数换一台机器就变。

- 稿子由程序生成（`tools/long_book.py`）：小说、技术、随想各章，有对话、注、表、列表、代码、西文词。
- 每次都是从 Markdown 到 PDF 的整个过程，新开的进程，缓存是空的；同一开本、同一字号和行距、同一副字体，都有目录和注。
- 各家轮着排，每一轮从不同的一家开始，先各热身一次；秒和内存取中位数，比值取每一轮比值的中位数。
- 内存：最多的那个进程的峰值；“一起”是所有进程加起来（公用的只算一次，PSS）的峰值。
"""


def page(report: Report) -> str:
    """BENCHMARKS.md."""
    return (
        "\n\n".join([HOW.strip(), _host(report), *(grid.markdown() for grid in grids(report)), _apart(report)]) + "\n"
    )


def _host(report: Report) -> str:
    host = report["host"]
    versions = [*report["versions"].values(), *(f"{name} {version}" for name, version in host["versions"].items())]
    lines = [
        f"- 何时：{report['measured']}；{report['rounds']}",
        f"- 机器：{host['processor']}，{host['cores']} 核（用 {host['used']} 核），内存 {host['memory']:,} MB；"
        f"{host['system']}，内核 {host['kernel']}；开始时的平均负载 {host['load']}",
        f"- 程序：{'；'.join(versions)}",
    ]
    return "\n".join(["## 在哪里量的", "", *lines])


def _apart(report: Report) -> str:
    """What must be known to compare them."""
    names = dict.fromkeys(name for book in report["books"].values() for name in book["peers"])
    lines = [f"- {PEERS[name].title}：{PEERS[name].apart}。" for name in names if PEERS[name].apart]
    return "\n".join(["## 各家的 PDF 里没有什么", "", *lines])
