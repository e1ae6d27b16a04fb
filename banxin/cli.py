"""The commands. The only place that catches BanxinError, prints, and knows exit codes."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from banxin.collector import seldom
from banxin.errors import WORDS, BanxinError, Level, Problem
from banxin.stack import roomy
from banxin.usage import Parser, number

BUILT, WRONG, USAGE, MISSING, BROKEN, STOPPED = 0, 1, 2, 3, 70, 130
"""Exit codes: built; the book is wrong; usage or configuration; a tool or a font is missing; a fault of ours; stopped
by the user."""

BOOK_HELP = "一本书：有 book.yaml 的文件夹、放着 .md 文件的文件夹，或一个 .md 文件（默认 manuscript/）"
LINT_FORMATS = ("text", "json", "sarif", "github")
"""As in banxin/lint/formats.py, which takes too long to load for the help of another command."""
Command = Callable[[argparse.Namespace], int]


def program() -> None:
    """Run the command of the command line. The process then ends at once: freeing a book's objects takes .15 s."""
    code = main()
    sys.stdout.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    options = _parser().parse_args(arguments)
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
    for name, (run, summary, arguments) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        arguments(command)
        command.set_defaults(run=run, parser=command)
    return parser


# build ----------------------------------------------------------------------------------------------------------------


def _build_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "例：build 我的书 -f pdf -e zh-Hant-TW    只排繁体的 PDF\n    build 稿子.md --draft              没写完的也排"
    )
    _order_arguments(parser)
    _output_arguments(parser)


def _output_arguments(parser: argparse.ArgumentParser) -> None:
    from banxin.render import PROFILES, RENDERERS

    add = parser.add_argument
    add("-f", "--format", action="append", choices=list(RENDERERS), default=[], help="要哪种格式；可写多次（默认全部）")
    add("-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="输出到哪里（默认 dist）")
    add("--profile", choices=PROFILES, default="screen", help="PDF 的用途：屏幕、付印、存档（默认 screen）")


def _only_argument(parser: argparse.ArgumentParser) -> None:
    _build_arguments(parser)
    parser.add_argument("--only", default="", metavar="章或页",
        help="PDF 只印一章（文件名，如 03-markdown.md）或几页（如 30-41），页码和注号同整本书里的一样")  # fmt: skip


def _order_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("book", nargs="?", type=Path, default=Path("manuscript"), metavar="书", help=BOOK_HELP)
    _manner_arguments(parser)


def _manner_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-e", "--edition", action="append", default=[], metavar="版本",
        help="要哪个版本，如 zh-Hant-TW；可写多次（默认是稿子本身的语言和 book.yaml 里列出的）")  # fmt: skip
    add("--draft", action="store_true", help="稿子还没写完：缺图、缺注、空的引用只警告，在书里标出来")
    add("--strict", action="store_true", help="有警告也不排")
    add("--jobs", type=number, default=os.cpu_count() or 1, metavar="N", help="同时做几件事（默认是处理器的核数）")
    add("--quiet", action="store_true", help="不显示进度；警告和错误照旧")


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
    tell(result.problems)
    for path in result.written:
        print(path)
    _tell_preflights(result, order_of(options).out)
    return BUILT


def _tell_preflights(result: Any, out: Path) -> None:
    """Where the reports of a preflight are, and what they come to."""
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
    tell(result.problems)
    for path in result.written:
        print(path)
    _tell_preflights(result, order.out)
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
    tell(made.problems)
    for path in made.written:
        print(path)
    for line in () if options.quiet else made.said:
        print(line, file=sys.stderr)
    _tell_preflights(made, order_of(options).out)
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


def _shelf_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "文件夹里（不管几层）每本书是一个有 book.yaml 或 .md 文件的文件夹；直接放在里面的 .md 文件各是一本。\n"
        "每本书的每个版本、每种格式各是一件事，一件不成，别的照做；做过的、没有变的不再做，中途停了可以接着来。\n"
        "输出文件夹里的 index.html 是总表，logs/ 是每一件的记录。"
    )
    parser.add_argument("shelf", type=Path, metavar="书架", help="放着许多书的文件夹")
    _manner_arguments(parser)
    _output_arguments(parser)
    parser.add_argument("--scheduler", default="", metavar="地址",
        help="交给已有的 Dask 集群做，如 tcp://10.0.0.5:8786（要装 banxin[cluster]；几件一起做由集群定）")  # fmt: skip


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "说出每一处毛病：哪个文件、哪一行、怎么办。比排一遍快得多。\n"
        "用 -e 写明要转换的版本，就另写一份换字报告（HTML 和 TSV）；看过以后用 --accept 或 --decide。"
    )
    from banxin import shops

    _order_arguments(parser)
    add = parser.add_argument
    add("--shop", action="append", choices=[*shops.Shop, shops.ALL], default=[],
        help="做出 EPUB，照哪家书店的规矩看；可写多次，all 是各家（默认是 book.yaml 里的 shops）")  # fmt: skip
    add("--print", action="store_true",
        help="印前检查：排出交印的 PDF 来查；“书”也可以是一个现成的 .pdf 文件，报告写在它旁边")  # fmt: skip
    add("-o", "--out", type=Path, metavar="文件夹", help="报告写到哪里（默认 dist）")
    add("--accept", action="store_true", help="报告里的换字都对：记进 conversions.lock，下次只报新的")
    add("--decide", type=Path, metavar="报告.tsv", help="照报告里“决定”一栏：改的写进 lexicon.tsv，对的记下")


def _lint_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "每条有一个号（--rules 列出全部）；在稿子里写 <!-- lint: off T010 -->，\n"
        "或在 book.yaml 里写 lint: {off: [T010]}，就不再说它。--fix 改的都验过：改了以后，书里变的只有这些字。"
    )
    add = parser.add_argument
    add("books", nargs="*", type=Path, metavar="书", help="一本书，或它的几个 .md 文件（默认 manuscript/）")
    add("--fix", action="store_true", help="能改的都改了：标点、空格、全角的数字、terms.tsv 里的词……")
    add("--format", choices=LINT_FORMATS, default="text", help="怎样写出来（默认 text）")
    add("--rules", action="store_true", help="只列出全部的规则")
    add("--draft", action="store_true", help="标了 draft 的章也查；缺图、缺注只警告")
    add("--strict", action="store_true", help="有警告，退出码也是 1")
    add("--jobs", type=number, default=os.cpu_count() or 1, metavar="N", help="同时做几件事（默认是处理器的核数）")
    add("--quiet", action="store_true", help="末尾不说一共有几处")


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "里面有 book.yaml、两章样稿和一张图，马上可以排：build 我的书"
    parser.add_argument("folder", type=Path, metavar="文件夹", help="新书放在哪里；须是空的或还没有")


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to ask."""
    parser.epilog = "少了排书要用的，退出码是 3；少了只供检查用的，只说一声。"


def _clean_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "只删版心自己写的；别人放在输出文件夹里的东西不动。"
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="输出文件夹（默认 dist）"
    )
    parser.add_argument("--fonts", action="store_true", help="取来的字体也删去，下次再取")


def _stats_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "字数：一个汉字、一个标点、一个西文词或数，各算一个。"
    add = parser.add_argument
    add("book", nargs="?", type=Path, default=Path("manuscript"), metavar="书", help=BOOK_HELP)
    add("-e", "--edition", action="append", default=[], metavar="版本", help="数哪个版本；可写多次（默认是稿子的语言）")
    add("--draft", action="store_true", help="草稿也数，稿子有缺处也数")
    add("--json", action="store_true", help="给别的程序读")
    add("--authors", action="store_true", help="各人写了多少（照 git 里的历史）")
    add("--html", action="store_true", help="写成一页网页：各章、各人，画出稿子怎样写长的")
    add("-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="网页写到哪里（默认 dist）")
    parser.set_defaults(strict=False, jobs=os.cpu_count() or 1)


def _fmt_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "排出来的书和以前一字不差；改稿时，git 能说出改了哪一句。"
    parser.add_argument("books", nargs="*", type=Path, metavar="书", help="一本书，或几个 .md 文件（默认 manuscript/）")
    parser.add_argument("--check", action="store_true", help="只列出会改的文件，不写")


def _review_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "例：review 旧稿 新稿          两个文件夹或两个文件\n    review --base v1.0        同 git 里的 v1.0 比"
    )
    add = parser.add_argument
    add("versions", nargs="*", type=Path, metavar="旧 新", help="两个版本：两个文件夹或两个文件")
    add("--base", default="", metavar="REV", help="同 git 里的哪个版本比，如 v1.0")
    add("--head", default="", metavar="REV", help="拿 git 里的哪个版本来比（默认是现在的文件）")
    add("--book", type=Path, default=Path("manuscript"), metavar="书", help="用 --base 时，比哪一本书")
    add("-o", "--out", type=Path, default=Path("dist/review"), metavar="文件夹", help="报告写到哪里")
    add("--no-pdf", action="store_true", help="不排书：没有看得见改动的 PDF，也不说哪些页变了，快得多")
    add("--no-critic", action="store_true", help="不写带修改标记的稿子")


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


def _apply_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "例：apply 稿子                       列出每一处修改标记和它的编号\n"
        "    apply 稿子 --accept all         全部接受\n"
        "    apply 稿子 --accept 1,4-6 --reject all   接受这几处，其余拒绝\n"
        "只写 --accept 1,4-6，其余的标记留着。批注和标出不管接受还是拒绝，都只去掉标记。"
    )
    add = parser.add_argument
    add(
        "path",
        nargs="?",
        type=Path,
        default=Path("manuscript"),
        metavar="稿子",
        help="一个文件或文件夹（默认 manuscript/）",
    )
    add("--accept", default="", metavar="编号", help="接受哪几处：all，或如 3,5-8")
    add("--reject", default="", metavar="编号", help="拒绝哪几处：all，或如 3,5-8")
    add("-o", "--out", type=Path, metavar="文件夹", help="写到别处，稿子不动（默认就改稿子）")


def _cover_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "封面、书脊、封底在一张上；书脊多宽，由印刷本的页数和纸来定。怎样画写在书的文件夹里的 cover.yaml，\n"
        "没有就照版式画一个。"
    )
    _order_arguments(parser)
    parser.add_argument("-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="写到哪里（默认 dist）")


def _impose_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "例：impose dist/书-zh-Hans.pdf               A5 的书印在 A4 上，一本骑马订的小册子\n"
        "    impose dist/书-zh-Hans.pdf --sheets 4    四张一帖，锁线或胶装\n"
        "双面打印，选“沿短边翻转”，比例选“实际大小”；页数凑不满一张的，末尾补白页。"
    )
    add = parser.add_argument
    add("pdf", type=Path, metavar="PDF", help="排好的书")
    add("-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="写到哪里（默认 dist）")
    add("--paper", default="A4", metavar="纸", help="打印用的纸：A4、B5 等，或 210x297（毫米；默认 A4）")
    add("--sheets", type=number, default=0, metavar="N", help="几张纸一帖（默认全书一帖，骑马订）")
    add("--creep", default="0.1mm", metavar="厚度", help="爬移：里面的纸每张向订口收进多少，就是纸的厚度（默认 0.1mm）")
    add("--rtl", action="store_true", help="右边装订（直排的书）")
    add("--marks", action="store_true", help="画裁切线、折线和书帖的折标")


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "编辑在 Word 里打开修订来改；改好了用 import 读回来。"
    parser.add_argument("book", nargs="?", type=Path, default=Path("manuscript"), metavar="书", help=BOOK_HELP)
    parser.add_argument("--docx", action="store_true", help="写成 .docx（也只有这一种，可以不写）")
    _out_argument(parser)


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "修订和批注成了稿子里的修改标记（CriticMarkup），用 apply 接受或拒绝；放不进去的，一处一处说出来。"
    add = parser.add_argument
    add("document", type=Path, metavar="改过的.docx", help="build.py export 写出、编辑改过的那一份")
    add("--book", type=Path, default=Path("manuscript"), metavar="书", help="是哪本书的（默认 manuscript/）")
    add("-o", "--out", type=Path, metavar="文件夹", help="有标记的文件写到别处，稿子不动（默认就写进稿子）")
    add("--quiet", action="store_true", help="不说放进了几处")


def _out_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="写到哪里（默认 dist）")


def _watch_arguments(parser: argparse.ArgumentParser) -> None:
    _build_arguments(parser)
    parser.add_argument(
        "--port", type=number, default=8000, metavar="N", help="预览的端口（默认 8000；0 是随便哪个空的）"
    )
    parser.epilog = (
        "在浏览器里看得见书页和网页；不写 -f 就做这两样。点一段，就写出它在哪个文件的哪一行。按 Ctrl+C 停下。"
    )


COMMANDS: dict[str, tuple[Command, str, Callable[[argparse.ArgumentParser], None]]] = {
    "build": (build, "排书：PDF、EPUB、网页", _only_argument),
    "new": (new, "新建一本书", _new_arguments),
    "doctor": (doctor, "看看这台机器有什么、缺什么", _no_arguments),
    "check": (check, "检查书稿，不排", _check_arguments),
    "lint": (lint, "查稿子的字句、标点和结构，能改的可以改", _lint_arguments),
    "fmt": (fmt, "整理稿子：一句一行，别的一概不动", _fmt_arguments),
    "review": (review, "看两个版本之间改了什么", _review_arguments),
    "export": (export, "写一份 Word 文件给编辑改", _export_arguments),
    "import": (import_, "把编辑在 Word 里的修订读回稿子", _import_arguments),
    "apply": (apply, "接受或拒绝稿子里的修改标记", _apply_arguments),
    "stats": (stats, "数字数", _stats_arguments),
    "watch": (watch, "边写边看：一存盘就重排", _watch_arguments),
    "shelf": (shelf, "排一整架书：许多书，各个版本和格式", _shelf_arguments),
    "cover": (cover, "做印刷本的封面：封面、书脊、封底在一张上", _cover_arguments),
    "impose": (impose, "拼版：把排好的 PDF 拼到大纸上，打印、对折、装订", _impose_arguments),
    "clean": (clean, "删去缓存和输出", _clean_arguments),
}
