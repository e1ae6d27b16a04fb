"""What makes a PDF of a folder of Markdown: banxin and its peers, each as the commands that an author would run.

All set the same page, size and faces, with contents; peers begin with pandoc and a small template of their own
(`templates/`). What a peer cannot do is said in its `apart`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from banxin import fonts, machine, pandoc
from tools import chromium
from tools.bench import books
from tools.bench.books import Book
from tools.bench.process import Command
from tools.prose import LATIN

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).resolve().parent / "templates"
LANGUAGE = "zh-Hans"
READER = "markdown-simple_tables-multiline_tables-smart"
"""As banxin reads."""
TITLE = "长书"


@dataclass(frozen=True, slots=True)
class Task:
    """One run: a book, where there is room, how many cores there are."""

    book: Book
    scratch: Path
    """An empty folder."""
    jobs: int

    @property
    def pdf(self) -> Path:
        """What is to be made."""
        return self.scratch / "book.pdf"


@dataclass(frozen=True, slots=True)
class Peer:
    """A way from Markdown to PDF."""

    title: str
    commands: Callable[[Task], Sequence[Command]]
    version: Callable[[], str]
    """Empty: it is not on this machine."""
    absent: str
    """What to do where it is not."""
    apart: str = ""
    """What its PDF has not."""


# Where they get the same things --------------------------------------------------------------------------------------


@cache
def _variables() -> Mapping[str, str | Sequence[str]]:
    """What the templates ask for: lengths in pt, names of families."""
    page = books.page()
    latin, han, *fallback = fonts.stack("serif", LANGUAGE)
    mono, mono_han, *_ = fonts.stack("mono", LANGUAGE)
    return {
        **{name.replace("_", "-"): str(getattr(page, name)) for name in page.__slots__},
        "leading": str(page.pitch - page.size),
        "title": TITLE,
        "latin": latin,
        "latin-covers": LATIN,
        "han": han,
        "fallback": fallback,
        "mono": mono,
        "mono-han": mono_han,
    }


def _pandoc(task: Task, out: str, *more: str) -> Command:
    """Pandoc, from all chapters to one source; each chapter has notes of its own."""
    chapters = [str(path) for path in task.book.chapters]
    reading = [f"--from={READER}", "--file-scope", "--wrap=none", "--syntax-highlighting=none"]
    return [pandoc.program(), *reading, "--standalone", "--toc", "--toc-depth=2", *more, f"--output={out}", *chapters]


def _template(name: str) -> list[str]:
    """A template of ours with what it asks for."""
    pairs = [
        (key, one) for key, value in _variables().items() for one in ([value] if isinstance(value, str) else value)
    ]
    return [f"--template={TEMPLATES / name}", *(f"--variable={key}={value}" for key, value in pairs)]


def _font_folders() -> list[str]:
    families = {family for role in ("serif", "mono") for family in fonts.stack(role, LANGUAGE)}
    return sorted({str(file.path.parent) for family in families for file in fonts.files(family)})


# The peers ------------------------------------------------------------------------------------------------------------


def build(task: Task, *more: str, formats: Sequence[str] = ("pdf",), editions: Sequence[str] = (LANGUAGE,)) -> Command:
    """Banxin, as an author calls it."""
    asked = [word for name in formats for word in ("--format", name)]
    asked += [word for name in editions for word in ("--edition", name)]
    program = [sys.executable, str(ROOT / "build.py"), "build", str(task.book.folder), "--quiet"]
    return [*program, *asked, "--jobs", str(task.jobs), "--out", str(task.scratch), *more]


def _banxin(task: Task) -> Sequence[Command]:
    return [build(task)]


TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], font_paths=sys.argv[3:], {})".format(
    "ignore_system_fonts=True"
)


def _typst(task: Task) -> Sequence[Command]:
    source = str(task.scratch / "book.typ")
    write = _pandoc(task, source, "--to=typst", *_template("book.typ"))
    return [write, [sys.executable, "-c", TYPST, source, str(task.pdf), *_font_folders()]]


STOCK = """
import sys
sys.path.insert(0, sys.argv.pop())
from banxin import machine
machine.preload()
import weasyprint
weasyprint.HTML(filename=sys.argv[1]).write_pdf(sys.argv[2], pdf_tags=True)
"""


def _weasyprint(task: Task) -> Sequence[Command]:
    source = str(task.scratch / "book.html")
    notes = f"--lua-filter={TEMPLATES / 'footnotes.lua'}"
    write = _pandoc(task, source, "--to=html5", notes, *_template("book.html"))
    return [write, [sys.executable, "-c", STOCK, source, str(task.pdf), str(ROOT)]]


def _chromium(task: Task) -> Sequence[Command]:
    source = task.scratch / "book.html"
    write = _pandoc(task, str(source), "--to=html5", *_template("book.html"))
    asked = ["--headless", f"--user-data-dir={task.scratch / 'profile'}", "--no-pdf-header-footer"]
    asked += ["--generate-pdf-document-outline", f"--print-to-pdf={task.pdf}"]
    return [write, [machine.program(*chromium.NAMES), *chromium.QUIET, *asked, source.as_uri()]]


def _xelatex(task: Task) -> Sequence[Command]:
    """Twice, as the contents want it."""
    page = _variables()
    edges = {"paperwidth": "width", "paperheight": "height", "top": "head", "bottom": "foot"}
    edges |= {"inner": "gutter", "outer": "fore-edge"}
    wanted = [f"geometry:{edge}={page[name]}bp" for edge, name in edges.items()]
    wanted += ["documentclass=ctexbook", "classoption=fontset=none", "title=" + TITLE]
    wanted += [f"mainfont={page['latin']}", f"CJKmainfont={page['han']}", f"monofont={page['mono']}"]
    size = rf"\AtBeginDocument{{\fontsize{{{page['size']}bp}}{{{page['pitch']}bp}}\selectfont}}"
    more = [f"--variable={each}" for each in [*wanted, f"header-includes={size}"]]
    write = _pandoc(task, str(task.scratch / "book.tex"), "--to=latex-smart", "--top-level-division=chapter", *more)
    print_ = ["xelatex", "-interaction=batchmode", "-halt-on-error", f"-output-directory={task.scratch}", "book.tex"]
    return [write, print_, print_]


def _module(name: str) -> str:
    package = name.lower()
    return f"{name} {importlib.metadata.version(package)}" if importlib.util.find_spec(package) else ""


def _program(*names: str) -> str:
    """The first line that a program says of its version."""
    found = machine.program(*names)
    if not found:
        return ""
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    return said.partition("\n")[0].partition(" built on ")[0].strip()


def _banxin_version() -> str:
    """Of pyproject.toml, and the commit where there is a clone."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    asked = ["git", "describe", "--always", "--dirty"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return " ".join(filter(None, ("版心", version, said.stdout.strip())))


PEERS: Mapping[str, Peer] = {
    "banxin": Peer("版心", _banxin, _banxin_version, ""),
    "typst": Peer("pandoc + Typst", _typst, lambda: _module("Typst"), "python3 tools/bootstrap.py bench", "没有书眉"),
    "weasyprint": Peer(
        "pandoc + WeasyPrint", _weasyprint, lambda: _module("WeasyPrint"), "make setup", "没有书眉；行不齐，标点不挤"
    ),
    "chromium": Peer(
        "pandoc + Chromium", _chromium, lambda: _program(*chromium.NAMES), "装 chromium",
        "没有书眉；目录没有页码，注在书末",
    ),
    "xelatex": Peer(
        "pandoc + XeLaTeX（ctex）", _xelatex, lambda: _program("xelatex"), "装 TeX Live（xetex、ctex）"
    ),
}  # fmt: skip
"""In the order of the table; ratios are to `typst`."""
BASE = "typst"
