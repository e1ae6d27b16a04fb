"""Our laying out against that of WeasyPrint as it comes, on the same HTML: time of the processor, each in a process."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]


def compare(book: Path, rounds: int, edition: str = "zh-Hans") -> dict[str, float]:
    """Seconds of the processor for layout and writing, ours and WeasyPrint's own, and their ratio: medians."""
    pairs = []
    for _ in range(rounds):
        command = [sys.executable, "-m", "tools.bench.stock", str(book), "--edition", edition]
        runs = [
            subprocess.run([*command, *extra], cwd=ROOT, stdout=subprocess.PIPE, check=True)
            for extra in ([], ["--stock"])
        ]
        pairs.append([float(run.stdout) for run in runs])
    ours, stock = (round(median(side), 4) for side in zip(*pairs, strict=True))
    return {"ours": ours, "stock": stock, "ratio": round(median(one / other for one, other in pairs), 4)}


def main() -> None:
    """Print the seconds of the processor that one book takes, with what we change in WeasyPrint or without."""
    from banxin import build, layout
    from banxin.config import PageSpec
    from banxin.render import pdf

    options = _options().parse_args()
    (press,) = build.presses(build.Order(options.book, editions=(options.edition,)), build.SILENT)
    html = pdf.document(press, layout.geometry(press.page_spec or PageSpec(), press.layout))
    import weasyprint  # noqa: F401 (loading it is no part of either)

    begun = time.process_time()
    with nullcontext() if options.stock else pdf.improved(press.lines):
        pdf.write(html, press)
    print(time.process_time() - begun)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="一本书排版和写 PDF 的处理器秒数。")
    parser.add_argument("book", type=Path)
    parser.add_argument("--edition", default="zh-Hans")
    parser.add_argument("--stock", action="store_true", help="WeasyPrint 原样")
    return parser


if __name__ == "__main__":
    main()
