"""`python -m tools.composition FILE.pdf ... --show 5`: the table of figures, and the worst lines of each row."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.composition import marks
from tools.composition.blocks import NotTaggedError
from tools.composition.figures import ROWS, Figures, lines, measure
from tools.composition.paragraphs import Rules


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, show."""
    options = _options().parse_args(arguments)
    texts = options.text.read_text("utf-8").splitlines() if options.text else None
    rules = Rules(
        language=options.language,
        level=options.level,
        style=options.style,
        measure=options.measure,
        pitch=options.pitch,
        texts=[text for text in texts if text.strip()] if texts else None,
    )
    try:
        figures = {path.name: measure(path, rules) for path in options.file}
    except NotTaggedError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({name: each.summary() for name, each in figures.items()}, ensure_ascii=False, indent=2))
    else:
        show(figures, options.show)
    return 0


def show(figures: Mapping[str, Figures], number: int, extra: Sequence[Sequence[str]] = ()) -> None:
    """Print the table with `extra` rows below, then the worst places of each row of each file."""
    head, *body = lines(list(figures), list(figures.values()))
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for n, title in enumerate(head):
        grid.add_column(escape(title), justify="right" if n else "left", overflow="fold")
    for row in [*body, *extra]:
        grid.add_row(*map(escape, row))
    console = Console()
    console.print(grid)
    for name, each in figures.items():
        for key in ROWS:
            if number and (worst := each.worst(key, number)):
                console.print(f"\n{escape(name)}：{ROWS[key].title}", style="bold", highlight=False)
                for place in worst:
                    console.print("  " + escape(place), highlight=False, soft_wrap=True)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.composition", description="量一份 PDF 的排版：按字的位置。")
    add = parser.add_argument
    add("file", nargs="+", type=Path, metavar="PDF", help="有标签的 PDF")
    add("--language", default="zh-Hans", metavar="语言", help="zh-Hans（默认）、zh-Hant-TW、zh-Hant-HK")
    add("--level", default="gb", choices=marks.LEVELS, help="避头尾宽严（默认 gb）")
    add("--style", default="quanjiao", choices=["quanjiao", "kaiming", "banjiao", "none"], help="标点宽度的样式")
    add("--measure", type=float, metavar="点", help="正文行长；不说就从文件里找")
    add("--pitch", type=float, metavar="点", help="正文行距；说了才量基线")
    add("--text", type=Path, metavar="文件", help="排的是什么文字，一行一段；给了才比文字")
    add("--show", type=int, default=0, metavar="N", help="每一项列出最坏的 N 处")
    add("--json", action="store_true", help="写成 JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
