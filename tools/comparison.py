"""Line composition of banxin, of stock WeasyPrint and of Typst, on the same prose in one run: `make compare`.

Each sets 28 characters of 10.5 pt a line in the same two faces, in a process of its own, whose processor time (from the
source to the finished file, without the start of Python) and memory are noted. All three files are then measured by the
same tool. Times are those of the processor, all threads together; their ratio is what to look at.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banxin import fonts
from tools import prose
from tools.composition import Figures, Rules, measure
from tools.prose import Paragraph, Sheet

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "zh-Hans"
MEGABYTE = 1 << 20
SHEET = Sheet()


@dataclass(frozen=True, slots=True)
class Result:
    """What one engine did."""

    figures: Figures
    seconds: float
    """Of the processor."""
    megabytes: float
    """Peak of the process, with Python and all."""
    report: Mapping[str, Any]
    """What the engine says of itself: paragraphs that it could not compose, say."""


# The engines, each run in a process of its own -----------------------------------------------------------------------


def _families() -> tuple[str, str]:
    """The Latin and the Han face of the serif stack."""
    latin, han, *_ = fonts.stack("serif", LANGUAGE)
    return latin, han


def _prepare_weasyprint() -> Any:
    from banxin import machine

    machine.preload()
    fonts.activate()
    import weasyprint

    return weasyprint


def _stock(source: Path, out: Path) -> Callable[[], Mapping[str, Any]]:
    weasyprint = _prepare_weasyprint()

    def work() -> Mapping[str, Any]:
        weasyprint.HTML(filename=str(source)).write_pdf(out, pdf_tags=True)
        return {}

    return work


def _banxin(source: Path, out: Path) -> Callable[[], Mapping[str, Any]]:
    weasyprint = _prepare_weasyprint()
    patch, settings = (importlib.import_module(f"banxin.compose.{name}") for name in ("patch", "settings"))
    speed = importlib.import_module("banxin.compose.speed") if _has("banxin.compose.speed") else None

    def work() -> Mapping[str, Any]:
        with ExitStack() as stack:
            report = stack.enter_context(patch.composing(settings.Settings()))
            if speed:
                stack.enter_context(speed.fast())
            weasyprint.HTML(filename=str(source)).write_pdf(out, pdf_tags=True)
        return {"report": repr(report)[:2000]}

    return work


def _typst(source: Path, out: Path) -> Callable[[], Mapping[str, Any]]:
    typst = importlib.import_module("typst")
    folders = sorted({str(file.path.parent) for family in _families() for file in fonts.files(family)})

    def work() -> Mapping[str, Any]:
        out.write_bytes(typst.compile(str(source), font_paths=folders, ignore_system_fonts=True))
        return {"version": importlib.metadata.version("typst")}

    return work


@dataclass(frozen=True, slots=True)
class Engine:
    """What makes a PDF of the prose."""

    module: str
    """Without it, the engine is left out."""
    source: str
    """The form of the prose: `html` or `typ`."""
    prepare: Callable[[Path, Path], Callable[[], Mapping[str, Any]]]


ENGINES: Mapping[str, Engine] = {
    "banxin": Engine("banxin.compose.patch", "html", _banxin),
    "weasyprint": Engine("weasyprint", "html", _stock),
    "typst": Engine("typst", "typ", _typst),
}


def _has(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def present() -> list[str]:
    """The engines of this machine."""
    return [name for name, engine in ENGINES.items() if _has(engine.module)]


def child(name: str, source: Path, out: Path) -> None:
    """Make one PDF and print what it took, as JSON."""
    work = ENGINES[name].prepare(source, out)
    begun = time.process_time()
    report = work()
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "megabytes": peak / MEGABYTE, "report": dict(report)}))


# The comparison -------------------------------------------------------------------------------------------------------


def compare(
    paragraphs: Sequence[Paragraph], engines: Sequence[str], folder: Path, rounds: int = 1
) -> dict[str, Result]:
    """Set the prose with each engine, in turns, and measure it; of several rounds the quickest counts."""
    fonts.ensure([LANGUAGE], lambda line: print(line, file=sys.stderr))
    latin, han = _families()
    stack = ", ".join(f'"{family}"' for family in fonts.stack("serif", LANGUAGE))
    sources = {"html": prose.to_html(paragraphs, SHEET, stack), "typ": prose.to_typst(paragraphs, SHEET, latin, han)}
    for form, text in sources.items():
        (folder / f"prose.{form}").write_text(text, "utf-8")
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name in engines:
            runs[name].append(_run(name, folder))
    rules = Rules(measure=SHEET.measure, pitch=SHEET.pitch, texts=[prose.plain(each) for each in paragraphs])
    results = {}
    for name in engines:
        best = min(runs[name], key=lambda run: run["seconds"])
        results[name] = Result(
            measure(folder / f"{name}.pdf", rules), best["seconds"], best["megabytes"], best["report"]
        )
    return results


def _run(name: str, folder: Path) -> dict[str, Any]:
    source = folder / f"prose.{ENGINES[name].source}"
    command = [sys.executable, "-m", "tools.comparison", "--child", name, str(source), str(folder / f"{name}.pdf")]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} 没有排成（退出码 {done.returncode}）")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def summary(results: Mapping[str, Result], characters: int) -> dict[str, Any]:
    """As plain data."""
    engines = {
        name: {
            **each.figures.summary(),
            "seconds": round(each.seconds, 3),
            "megabytes": round(each.megabytes, 1),
            "report": dict(each.report),
        }
        for name, each in results.items()
    }
    return {"characters": characters, "measure": SHEET.measure, "engines": engines, "ratios": ratios(results)}


def ratios(results: Mapping[str, Result]) -> dict[str, dict[str, float]]:
    """Processor time and memory of each engine to those of stock WeasyPrint."""
    stock = results.get("weasyprint")
    if stock is None:
        return {}
    return {
        name: {
            "seconds": round(each.seconds / stock.seconds, 3),
            "megabytes": round(each.megabytes / stock.megabytes, 3),
        }
        for name, each in results.items()
    }


# The command ----------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, show, keep."""
    options = _options().parse_args(arguments)
    if options.child:
        name, source, out = options.child
        child(name, Path(source), Path(out))
        return
    engines = options.engine or present()
    for name in () if options.engine else sorted(ENGINES.keys() - set(engines)):
        print(f"没有排 {name}：这里没有 {ENGINES[name].module}", file=sys.stderr)
    paragraphs = prose.write(options.characters, options.seed)
    characters = sum(len(prose.plain(each)) for each in paragraphs)
    with tempfile.TemporaryDirectory(prefix="compare-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        results = compare(paragraphs, engines, folder, options.rounds)
    report = json.dumps(summary(results, characters), ensure_ascii=False, indent=2)
    if options.json:
        options.json.write_text(report + "\n", "utf-8") if options.json != Path("-") else print(report)
    if options.json != Path("-"):
        _show(results, characters, options.show)


def _show(results: Mapping[str, Result], characters: int, number: int) -> None:
    from tools.composition.__main__ import show

    print(f"{characters:,} 字，每行 {SHEET.characters} 字，{SHEET.size} pt")
    compared = ratios(results)
    extra = [
        ["处理器秒", *(f"{each.seconds:.2f}" for each in results.values())],
        ["同 weasyprint 之比", *(f"{compared[name]['seconds']:.2f}" if compared else "" for name in results)],
        ["内存的峰值（MB）", *(f"{each.megabytes:.0f}" for each in results.values())],
    ]
    show({name: each.figures for name, each in results.items()}, number, extra)
    for name, each in results.items():
        for key, value in each.report.items():
            print(f"{name} {key}：{value}")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make compare", description="比行的排法：版心、WeasyPrint 本来的、Typst。")
    add = parser.add_argument
    add("--engine", action="append", choices=list(ENGINES), help="只排这个（可以几次；默认是有的都排）")
    add("--characters", type=int, default=200_000, metavar="N", help="多少字（默认 200000）")
    add("--seed", type=int, default=prose.SEED, metavar="N", help="同一个数，同一篇文字")
    add("--rounds", type=int, default=1, metavar="N", help="轮流排几次，取最快的（默认 1）")
    add("--show", type=int, default=0, metavar="N", help="每一项列出最坏的 N 处")
    add("--json", type=Path, metavar="文件", help="也写成 JSON；- 是只在屏幕上写 JSON")
    add("--keep", type=Path, metavar="文件夹", help="PDF 和排它的源文件留在这里")
    add("--child", nargs=3, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
