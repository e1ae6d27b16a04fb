"""The commands. The only place that catches BanxinError, prints, and knows exit codes."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from banxin import arguments
from banxin.collector import seldom
from banxin.errors import WORDS, BanxinError, Level, Problem
from banxin.stack import roomy
from banxin.usage import Parser

BUILT, WRONG, USAGE, MISSING, BROKEN, STOPPED = 0, 1, 2, 3, 70, 130
"""Exit codes: built; the book is wrong; usage or configuration; a tool or a font is missing; a fault of ours; stopped
by the user."""

Command = Callable[[argparse.Namespace], int]


def program() -> None:
    """Run the command of the command line. The process then ends at once: freeing a book's objects takes .15 s.

    It ends within `seldom`, at whose end the collector would go through all of them.
    """
    with seldom():
        code = main()
        sys.stdout.flush()
        os._exit(code)


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    options = _parser().parse_args(words)
    try:
        with seldom():
            code = int(roomy(options.run, options))
        sys.stdout.flush()  # here, where a pipe that broke is no fault
        return code
    except BanxinError as error:
        tell(error.problems)
        return error.exit_code
    except KeyboardInterrupt:
        print("停下了；原有的输出没有动。", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BUILT
    except Exception:  # what nobody foresaw is our fault, and is said so
        print("版心自己出了错，书稿和原有的输出没有动。请把下面的内容报告给我们：", file=sys.stderr)
        import traceback  # it takes long to load

        traceback.print_exc()
        return BROKEN


def tell(problems: Sequence[Problem]) -> None:
    """Print problems, errors last, where the author looks for them."""
    for problem in sorted(problems, key=lambda one: list(Level).index(one.level), reverse=True):
        print(problem, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="banxin",
        description="版心：把一个文件夹的 Markdown 章节排成书，印刷用的 PDF、EPUB 和网页，简体和繁体。",
        epilog="常用：\n  python build.py build              排 manuscript/ 里的书，全部格式\n"
        "  python build.py build 书 -f pdf     只要 PDF\n"
        "  python build.py new 我的书          新建一本书\n"
        "退出码：0 排好了；1 书稿有错；2 用法或设置有错；3 缺程序或字体。",
    )
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    for name, (run, summary, add_to) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        add_to(command)
        command.set_defaults(run=run, parser=command)
    return parser


# build ----------------------------------------------------------------------------------------------------------------


def order_of(options: argparse.Namespace) -> Any:
    """The Order that the command line asks for."""
    from banxin.build import Order
    from banxin.render import RENDERERS

    only = getattr(options, "only", "")
    formats = tuple(dict.fromkeys(getattr(options, "format", []))) or (("pdf",) if only else tuple(RENDERERS))
    if only and formats != ("pdf",):
        options.parser.error("--only 只用于 PDF：不写 -f，或只写 -f pdf")
    return Order(
        path=options.book,
        formats=formats,
        editions=tuple(dict.fromkeys(options.edition)),
        out=getattr(options, "out", None) or Path("dist"),
        profile=getattr(options, "profile", "screen"),
        draft=options.draft,
        strict=options.strict,
        jobs=max(1, options.jobs),
        only=only,
        shops=tuple(getattr(options, "shop", ())),
        validated=not getattr(options, "no_check", False),
    )


def build(options: argparse.Namespace) -> int:
    """Typeset a book and write it. Where a PDF is wanted, a worker loads WeasyPrint while we load all else."""
    from banxin.workers import PRESS, workers

    jobs = options.jobs if "pdf" in (options.format or ["pdf"]) else 1
    with workers(jobs, PRESS, 1) as call:
        from banxin import build as building
        from banxin.progress import watching

        with watching(options.quiet) as watcher:
            result = building.build(order_of(options), watcher, call if jobs > 1 else None)
    _tell_made(result, order_of(options).out)
    return _tell_validation(result.inquiry, options.quiet)


def _tell_validation(inquiry: Any, quiet: bool) -> int:
    """What epubcheck says of EPUBs that stand already; gives the exit code."""
    if inquiry is None or not inquiry.asked:
        return BUILT
    try:
        sys.stdout.flush()  # whoever waits for the book need not wait for this
        if not quiet and not inquiry.answered:
            print("书写好了；正在用 epubcheck 验 EPUB（可以按 Ctrl+C 不等）……", file=sys.stderr, flush=True)
        tell(inquiry.problems(Level.WARNING))
    except KeyboardInterrupt:
        inquiry.stop()
        print("停下了；书已经写好，EPUB 没有验完。", file=sys.stderr)
        return STOPPED
    return BUILT


def _tell_made(result: Any, out: Path) -> None:
    """What was written, what was found on the way, and what a preflight came to."""
    tell(result.problems)
    for path in result.written:
        print(path)
    if not result.preflights:
        return  # what comes next takes long to load
    from banxin.preflight.report import verdict

    for one in result.preflights:
        print(f"印前检查：{verdict(one.report)}，见 {out / one.pages[0].path}", file=sys.stderr)


def shelf(options: argparse.Namespace) -> int:
    """Typeset many books."""
    from banxin.render import RENDERERS
    from banxin.shelf import page, run

    order = run.Order(
        shelf=options.shelf,
        formats=tuple(dict.fromkeys(options.format)) or tuple(RENDERERS),
        editions=tuple(dict.fromkeys(options.edition)),
        out=options.out,
        profile=options.profile,
        draft=options.draft,
        strict=options.strict,
        validated=not options.no_check,
        jobs=max(1, options.jobs),
        scheduler=options.scheduler,
    )
    say = partial(print, file=sys.stderr, flush=True)
    result = run.build(order, (lambda _: None) if options.quiet else say)
    print(page.text(result.rows), end="", file=sys.stderr)
    for path in result.written:
        print(path)
    return result.code


def check(options: argparse.Namespace) -> int:
    """Look a book through without typesetting it, or ask what shops or a printer would say of it."""
    from banxin import build as building
    from banxin.progress import watching

    if options.print:
        return _check_file(options) if options.book.suffix.lower() == ".pdf" else _check_print(options)
    order = order_of(options)
    with watching(options.quiet) as watcher:
        checked = building.check(order, watcher)
    problems = checked.problems
    if options.accept or options.decide:
        return _answer(options, checked)
    tell(problems)
    if order.editions:
        _tell_choices(checked, order.out)
    if not options.quiet:
        print(_sum_up(problems))
    levels = {problem.level for problem in problems}
    return WRONG if Level.ERROR in levels or (Level.WARNING in levels and options.strict) else BUILT


def _sum_up(problems: Sequence[Problem]) -> str:
    """How many of each kind, in one line."""
    counts = Counter(problem.level for problem in problems)
    told = [f"{counts[level]} 条{WORDS[level]}" for level in Level if counts[level]]
    return f"{'' if counts[Level.ERROR] else '没有错误，'}{'，'.join(told)}。" if told else "没有问题。"


def _check_print(options: argparse.Namespace) -> int:
    """Typeset a book for the printer and look at it."""
    from banxin import build as building
    from banxin.progress import watching

    order = replace(order_of(options), formats=("pdf",), profile="print")
    with watching(options.quiet) as watcher:
        result = building.build(order, watcher)
    _tell_made(result, order.out)
    return WRONG if any(one.report.wrong for one in result.preflights) else BUILT


def _check_file(options: argparse.Namespace) -> int:
    """Look at a PDF from anywhere; the report goes beside it, or where `-o` says."""
    from banxin import write
    from banxin.preflight import report as reporting
    from banxin.preflight.beside import file

    looked = file(options.book)
    folder = options.out or options.book.parent
    folder.mkdir(parents=True, exist_ok=True)
    for page in looked.pages:
        write.write_text(folder / page.path, page.data.decode())
    print(reporting.text(looked.report), end="")
    print(f"报告：{folder / looked.pages[0].path}", file=sys.stderr)
    return WRONG if looked.report.wrong or (options.strict and looked.report.findings) else BUILT


def lint(options: argparse.Namespace) -> int:
    """Say what is wrong with a manuscript, place by place, and mend what can be mended."""
    from banxin.lint import formats, run

    if options.rules:
        print(formats.rules())
        return BUILT
    reports = run.lint(options.books or [Path("manuscript")], options.fix, options.draft, options.jobs)
    if told := formats.FORMATS[options.format](reports):
        print(told)
    for report in reports:
        for path in report.written:
            print(f"改了 {path}", file=sys.stderr)
    found = sum(len(report.findings) for report in reports)
    errors = sum(report.errors for report in reports)
    if options.format == "text" and not options.quiet:
        _tell_findings(found, errors, sum(report.mended for report in reports))
    return WRONG if errors or (found and options.strict) else BUILT


def _tell_findings(found: int, errors: int, mended: int) -> None:
    """Say how much there is."""
    fixed = f"改了 {mended} 处；" if mended else ""
    left = f"{errors} 处错误，{found - errors} 处警告。" if found else "没有问题。"
    print(f"{fixed}{left}", file=sys.stderr)


def _tell_choices(checked: Any, out: Path) -> None:
    """Write the report of each converted edition."""
    from banxin import write
    from banxin.conversion import report

    slug, title = checked.manuscript.slug, checked.manuscript.book.meta.title
    pages = [page for one in checked.pending for page in report.artifacts(one, slug, title)]
    for path in write.write(pages, out) if pages else ():
        print(path)


def _answer(options: argparse.Namespace, checked: Any) -> int:
    """Carry out an editor's answers to a report."""
    from banxin import choices

    if not checked.pending or (options.decide and len(checked.pending) > 1):
        options.parser.error("--accept 和 --decide 要同 -e 一起用，写明是哪个要转换的版本（--decide 只能有一个）")
    if options.accept:
        print(choices.accept(checked.manuscript, checked.pending))
    if options.decide:
        for path in choices.decide(checked.manuscript, options.decide, checked.pending[0].edition):
            print(path)
    return BUILT


def new(options: argparse.Namespace) -> int:
    """Start a book."""
    from banxin import starter

    for path in starter.start(options.folder):
        print(path)
    if starter.set_up_git(options.folder):
        print("这个仓库里，git diff --word-diff 会一个字一个字地比。")
    print(f"下一步：python build.py build {shlex.quote(str(options.folder))}")
    return BUILT


def doctor(_options: argparse.Namespace) -> int:
    """Say what this machine has and lacks."""
    from banxin import machine

    checks = machine.doctor()
    for one in checks:
        print(f"{'✓' if one.ok else '✗'} {one.name}：{one.found}")
        if not one.ok:
            print(f"    办法：{one.hint}")
    return BUILT if all(one.ok for one in checks if one.required) else MISSING


def clean(options: argparse.Namespace) -> int:
    """Forget the cache and the outputs."""
    from banxin import cleaning

    removed = cleaning.clean(options.out, options.fonts)
    for path in removed:
        print(f"删去 {path}")
    if not removed:
        print("没有什么可删的。")
    return BUILT


def stats(options: argparse.Namespace) -> int:
    """Count the book."""
    from banxin import statistics

    counted = statistics.count_all(order_of(options), history=options.authors or options.html)
    if options.html:
        return _write_statistics(counted, options.out)
    if options.json:
        print(statistics.as_json(counted.tallies, counted.history))
    else:
        print(statistics.table(counted.tallies, shutil.get_terminal_size((100, 0)).columns, counted.history))
    return BUILT


def _write_statistics(counted: Any, out: Path) -> int:
    from banxin import statistics_page, write

    for path in write.write(statistics_page.artifacts(counted), out):
        print(path)
    return BUILT


def fmt(options: argparse.Namespace) -> int:
    """One sentence a line."""
    from banxin import formatting

    changed = formatting.format_books(options.books or [Path("manuscript")], write=not options.check)
    for path in changed:
        print(path)
    return WRONG if options.check and changed else BUILT


def review(options: argparse.Namespace) -> int:
    """Show what changed between two versions of a manuscript."""
    from banxin import review as reviewing

    ask = reviewing.Ask(not options.no_critic, not options.no_pdf)
    for path in reviewing.review(options.versions, options.base, options.head, options.book, options.out, ask):
        print(path)
    return BUILT


def apply(options: argparse.Namespace) -> int:
    """Take or refuse the changes that are marked in a manuscript."""
    from banxin.critic import apply as applying

    answer = applying.Answer(options.accept, options.reject)
    if not (options.accept or options.reject):
        listed = applying.listed(options.path)
        print("\n".join(listed) if listed else "没有修改标记。")
        return BUILT
    for path in applying.apply(options.path, answer, options.out):
        print(path)
    return BUILT


def cover(options: argparse.Namespace) -> int:
    """Make the cover of the printed book."""
    from banxin.cover import make
    from banxin.progress import watching

    with watching(options.quiet) as watcher:
        made = make.make(order_of(options), watcher)
    _tell_made(made, order_of(options).out)
    for line in () if options.quiet else made.said:
        print(line, file=sys.stderr)
    return BUILT


def impose(options: argparse.Namespace) -> int:
    """Lay a PDF out on sheets to fold."""
    from banxin import imposition, write

    scheme = imposition.scheme(options.paper, options.sheets, options.creep, options.rtl, options.marks)
    for path in write.write([imposition.impose(options.pdf, scheme)], options.out):
        print(path)
    return BUILT


def watch(options: argparse.Namespace) -> int:
    """Build again at every change, with a live preview."""
    from banxin import watching
    from banxin.progress import watching as progress

    order = order_of(options)
    if not options.format:
        order = replace(order, formats=("pdf", "html"))
    say = partial(print, flush=True)
    done = (lambda line: None) if options.quiet else say
    watching.watch(order, options.port, watching.Voice(tell, say, done, partial(progress, options.quiet)))
    return BUILT


def export(options: argparse.Namespace) -> int:
    """Write a manuscript for an editor who works with Word."""
    from banxin import write
    from banxin.word import export as exporting

    for path in write.write([exporting.export(options.book)], options.out):
        print(path)
    return BUILT


def import_(options: argparse.Namespace) -> int:
    """Bring back what an editor changed in Word."""
    from banxin.word import imports

    done = imports.read(options.document, options.book)
    for path in imports.write(done, options.book, options.out):
        print(path)
    tell(done.unplaced)
    if not options.quiet:
        print(f"{done.changes} 处放进了稿子，{len(done.unplaced)} 处没有放进去。")
    return BUILT


COMMANDS: dict[str, tuple[Command, str, Callable[[argparse.ArgumentParser], None]]] = {
    "build": (build, "排书：PDF、EPUB、网页", arguments.build),
    "new": (new, "新建一本书", arguments.new),
    "doctor": (doctor, "看看这台机器有什么、缺什么", arguments.none),
    "check": (check, "检查书稿，不排", arguments.check),
    "lint": (lint, "查稿子的字句、标点和结构，能改的可以改", arguments.lint),
    "fmt": (fmt, "整理稿子：一句一行，别的一概不动", arguments.fmt),
    "review": (review, "看两个版本之间改了什么", arguments.review),
    "export": (export, "写一份 Word 文件给编辑改", arguments.export),
    "import": (import_, "把编辑在 Word 里的修订读回稿子", arguments.import_),
    "apply": (apply, "接受或拒绝稿子里的修改标记", arguments.apply),
    "stats": (stats, "数字数", arguments.stats),
    "watch": (watch, "边写边看：一存盘就重排", arguments.watch),
    "shelf": (shelf, "排一整架书：许多书，各个版本和格式", arguments.shelf),
    "cover": (cover, "做印刷本的封面：封面、书脊、封底在一张上", arguments.cover),
    "impose": (impose, "拼版：把排好的 PDF 拼到大纸上，打印、对折、装订", arguments.impose),
    "clean": (clean, "删去缓存和输出", arguments.clean),
}
