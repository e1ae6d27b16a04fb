"""What each command may be asked: a function a command, which adds its options to a parser, in Chinese."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from banxin.usage import number

BOOK_HELP = "一本书：有 book.yaml 的文件夹、放着 .md 文件的文件夹，或一个 .md 文件（默认 manuscript/）"
LINT_FORMATS = ("text", "json", "sarif", "github")
"""As in banxin/lint/formats.py, which takes too long to load for the help of another command."""


def _made(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "例：build 我的书 -f pdf -e zh-Hant-TW    只排繁体的 PDF\n    build 稿子.md --draft              没写完的也排"
    )
    _order(parser)
    _output(parser)


def _output(parser: argparse.ArgumentParser) -> None:
    from banxin.render import PROFILES, RENDERERS

    add = parser.add_argument
    add("-f", "--format", action="append", choices=list(RENDERERS), default=[], help="要哪种格式；可写多次（默认全部）")
    add("-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="输出到哪里（默认 dist）")
    add("--profile", choices=PROFILES, default="screen", help="PDF 的用途：屏幕、付印、存档（默认 screen）")


def _no_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-check", action="store_true",
        help="不用 epubcheck 验排好的 EPUB（没有装就不验；总是不验：环境变量 BANXIN_EPUBCHECK=off）")  # fmt: skip


def build(parser: argparse.ArgumentParser) -> None:
    _made(parser)
    _no_check(parser)
    parser.add_argument("--only", default="", metavar="章或页",
        help="PDF 只印一章（文件名，如 03-markdown.md）或几页（如 30-41），页码和注号同整本书里的一样")  # fmt: skip


def _order(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("book", nargs="?", type=Path, default=Path("manuscript"), metavar="书", help=BOOK_HELP)
    _manner(parser)


def _manner(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-e", "--edition", action="append", default=[], metavar="版本",
        help="要哪个版本，如 zh-Hant-TW；可写多次（默认是稿子本身的语言和 book.yaml 里列出的）")  # fmt: skip
    add("--draft", action="store_true", help="稿子还没写完：缺图、缺注、空的引用只警告，在书里标出来")
    add("--strict", action="store_true", help="有警告也不排")
    add("--jobs", type=number, default=os.cpu_count() or 1, metavar="N", help="同时做几件事（默认是处理器的核数）")
    add("--quiet", action="store_true", help="不显示进度；警告和错误照旧")


def shelf(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "文件夹里（不管几层）每本书是一个有 book.yaml 或 .md 文件的文件夹；直接放在里面的 .md 文件各是一本。\n"
        "每本书的每个版本、每种格式各是一件事，一件不成，别的照做；做过的、没有变的不再做，中途停了可以接着来。\n"
        "输出文件夹里的 index.html 是总表，logs/ 是每一件的记录。"
    )
    parser.add_argument("shelf", type=Path, metavar="书架", help="放着许多书的文件夹")
    _manner(parser)
    _output(parser)
    _no_check(parser)
    parser.add_argument("--scheduler", default="", metavar="地址",
        help="交给已有的 Dask 集群做，如 tcp://10.0.0.5:8786（要装 banxin[cluster]；几件一起做由集群定）")  # fmt: skip


def check(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "说出每一处毛病：哪个文件、哪一行、怎么办。比排一遍快得多。\n"
        "用 -e 写明要转换的版本，就另写一份换字报告（HTML 和 TSV）；看过以后用 --accept 或 --decide。"
    )
    from banxin import shops

    _order(parser)
    add = parser.add_argument
    add("--shop", action="append", choices=[*shops.Shop, shops.ALL], default=[],
        help="做出 EPUB，照哪家书店的规矩看；可写多次，all 是各家（默认是 book.yaml 里的 shops）")  # fmt: skip
    add("--print", action="store_true",
        help="印前检查：排出交印的 PDF 来查；“书”也可以是一个现成的 .pdf 文件，报告写在它旁边")  # fmt: skip
    add("-o", "--out", type=Path, metavar="文件夹", help="报告写到哪里（默认 dist）")
    add("--accept", action="store_true", help="报告里的换字都对：记进 conversions.lock，下次只报新的")
    add("--decide", type=Path, metavar="报告.tsv", help="照报告里“决定”一栏：改的写进 lexicon.tsv，对的记下")


def lint(parser: argparse.ArgumentParser) -> None:
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


def new(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "里面有 book.yaml、两章样稿和一张图，马上可以排：build 我的书"
    parser.add_argument("folder", type=Path, metavar="文件夹", help="新书放在哪里；须是空的或还没有")


def none(parser: argparse.ArgumentParser) -> None:
    """Nothing to ask."""
    parser.epilog = "少了排书要用的，退出码是 3；少了只供检查用的，只说一声。"


def clean(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "只删版心自己写的；别人放在输出文件夹里的东西不动。"
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="输出文件夹（默认 dist）"
    )
    parser.add_argument("--fonts", action="store_true", help="取来的字体也删去，下次再取")


def stats(parser: argparse.ArgumentParser) -> None:
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


def fmt(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "排出来的书和以前一字不差；改稿时，git 能说出改了哪一句。"
    parser.add_argument("books", nargs="*", type=Path, metavar="书", help="一本书，或几个 .md 文件（默认 manuscript/）")
    parser.add_argument("--check", action="store_true", help="只列出会改的文件，不写")


def review(parser: argparse.ArgumentParser) -> None:
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


def apply(parser: argparse.ArgumentParser) -> None:
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


def cover(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "封面、书脊、封底在一张上；书脊多宽，由印刷本的页数和纸来定。怎样画写在书的文件夹里的 cover.yaml，\n"
        "没有就照版式画一个。"
    )
    _order(parser)
    parser.add_argument("-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="写到哪里（默认 dist）")


def impose(parser: argparse.ArgumentParser) -> None:
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


def export(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "编辑在 Word 里打开修订来改；改好了用 import 读回来。"
    parser.add_argument("book", nargs="?", type=Path, default=Path("manuscript"), metavar="书", help=BOOK_HELP)
    parser.add_argument("--docx", action="store_true", help="写成 .docx（也只有这一种，可以不写）")
    _out(parser)


def import_(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "修订和批注成了稿子里的修改标记（CriticMarkup），用 apply 接受或拒绝；放不进去的，一处一处说出来。"
    add = parser.add_argument
    add("document", type=Path, metavar="改过的.docx", help="build.py export 写出、编辑改过的那一份")
    add("--book", type=Path, default=Path("manuscript"), metavar="书", help="是哪本书的（默认 manuscript/）")
    add("-o", "--out", type=Path, metavar="文件夹", help="有标记的文件写到别处，稿子不动（默认就写进稿子）")
    add("--quiet", action="store_true", help="不说放进了几处")


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--out", type=Path, default=Path("dist"), metavar="文件夹", help="写到哪里（默认 dist）")


def watch(parser: argparse.ArgumentParser) -> None:
    _made(parser)
    parser.add_argument(
        "--port", type=number, default=8000, metavar="N", help="预览的端口（默认 8000；0 是随便哪个空的）"
    )
    parser.epilog = (
        "在浏览器里看得见书页和网页；不写 -f 就做这两样。点一段，就写出它在哪个文件的哪一行。按 Ctrl+C 停下。"
    )
