"""What the machine has: libraries found and named, the doctor's list, the targets of the Makefile."""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from banxin import machine, resources
from banxin.errors import ToolError
from tests.programs import need

ROOT = Path(__file__).resolve().parents[2]


def test_this_machine_can_make_books() -> None:
    needed = [check for check in machine.doctor() if check.required]
    assert [check.name for check in needed if not check.ok] == []
    assert {"pandoc", "WeasyPrint", "Pango", "字体"} <= {check.name for check in needed}


def test_every_check_that_can_fail_says_how_to_mend_it() -> None:
    assert [check.name for check in machine.doctor() if not check.ok and not check.hint] == []


def test_a_missing_library_is_an_error_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(machine.LIBRARIES, "nowhere", "libnowhere.so.0")
    with pytest.raises(ToolError, match=r"缺系统库 libnowhere\.so\.0\n  办法：运行 make setup") as caught:
        machine.preload()
    assert caught.value.exit_code == 3


def test_without_the_subset_library_a_warning_says_how_slow_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(machine.LIBRARIES, "harfbuzz-subset", "libnowhere-subset.so.0")
    (warning,) = machine.preload()
    assert "慢约 15 倍" in str(warning)


@pytest.mark.skipif(sys.platform != "linux", reason="ELF libraries")
def test_unpacked_libraries_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of a real library under a soname that no system has, so that only the unpacked one can answer."""
    machine.preload()
    maps = Path("/proc/self/maps").read_text()
    real = next(line[line.index("/") :] for line in maps.splitlines() if "/libfribidi.so" in line)
    folder = tmp_path / ".banxin" / "root"
    folder.mkdir(parents=True)
    data = Path(real).read_bytes()
    assert b"libfribidi.so.0\0" in data
    (folder / "copy.so").write_bytes(data.replace(b"libfribidi.so.0\0", b"libunpackd.so.0\0"))
    (folder / "order.txt").write_text("copy.so\n")
    monkeypatch.setattr(resources, "state_dir", lambda: tmp_path / ".banxin")
    monkeypatch.setitem(machine.LIBRARIES, "unpackd", "libunpackd.so.0")
    with pytest.raises(OSError, match="libunpackd"):
        ctypes.CDLL("libunpackd.so.0")
    assert machine.preload() == []
    assert ctypes.CDLL("libunpackd.so.0").fribidi_get_bidi_type(0x4E00)


def test_weasyprint_is_answered_without_starting_a_program() -> None:
    """It asks for libraries by names that do not exist here; the stock search starts ldconfig, gcc and ld for each."""
    code = """
import subprocess
from banxin import machine
machine.preload()
def refuse(*args, **kwargs):
    raise AssertionError(f"started {args}")
subprocess.Popen.__init__ = refuse
import weasyprint
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_sonames_of_the_bootstrap_are_those_of_the_program() -> None:
    text = (ROOT / "tools" / "bootstrap.py").read_text("utf-8")
    assert all(f'"{soname}":' in text for soname in machine.LIBRARIES.values())


def test_help_names_every_target_of_the_design() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("  make ")}
    users = {"setup", "pdf", "epub", "html", "book", "print", "watch", "review", "check", "lint", "fmt", "doctor"}
    assert users | {"test", "quick", "bench", "clean", "help"} <= listed


@pytest.mark.parametrize("book", ["a.md", "我的 书/it's $HOME.md"])
def test_options_of_make_reach_the_program(book: str) -> None:
    """-o keeps make from setting the machine up; -n prints what it would run, which the shell then takes apart."""
    settings = [f"BOOK={book.replace('$', '$$')}", "OUT=o ut", "EDITION=zh-Hans en", "ARGS=--draft"]
    command = ["make", "-n", "-o", ".venv/.ready-run", "book", *settings]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    words = shlex.split(done.stdout.splitlines()[-1])
    formats = ["-f", "pdf", "-f", "epub", "-f", "html"]
    expected = ["build.py", "build", book, *formats, "-e", "zh-Hans", "-e", "en", "-o", "o ut", "--draft"]
    assert words[-len(expected) :] == expected


@pytest.mark.parametrize(("tool", "remedy"), [("", "用系统的包管理器装 Pango"), ("pacman", "sudo pacman -S pango")])
def test_libraries_that_cannot_be_had_end_the_set_up(tmp_path: Path, tool: str, remedy: str) -> None:
    """Where there is no apt: one line that says what is missing, one that says what to do, exit code 3."""
    if tool:
        (tmp_path / tool).touch(0o755)
    code = "from tools import bootstrap as b; b.LIBRARIES = {'libnowhere.so.0': 'x'}; b.get_packages(b.DIRECT, [])"
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, "")
    what, how = done.stderr.splitlines()
    assert what == "错误：缺系统库：libnowhere.so.0"
    assert how.startswith("  办法：")
    assert remedy in how


def test_a_run_of_all_tests_begins_with_all_readers(tmp_path: Path) -> None:
    """Where programs are missing the set-up says at once which, and how to have them all."""
    code = "import sys; sys.argv[1:] = ['readers']; from tools import bootstrap as b; "
    code += "b.PROGRAMS = {'nobody-has-this': ('the-package', 'the-formula', '读的测试')}; b.main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    what, how = done.stderr.splitlines()
    assert what == "错误：缺测试要用的程序：nobody-has-this"
    assert re.search(r"办法：.*install the-(package|formula)；.*make quick$", how)


def test_the_lock_of_ace_holds_hashes_and_no_address() -> None:
    """Any registry or mirror will do, because what comes is checked."""
    packages = json.loads((ROOT / "tools" / "ace" / "package-lock.json").read_text("utf-8"))["packages"]
    del packages[""]
    assert len(packages) > 200
    assert [name for name, one in packages.items() if not one["integrity"].startswith("sha512-")] == []
    assert [name for name, one in packages.items() if "resolved" in one] == []


@pytest.mark.slow
def test_ace_is_the_one_that_is_locked() -> None:
    done = subprocess.run([need("ace"), "--version"], capture_output=True, text=True, check=True)
    wanted = json.loads((ROOT / "tools" / "ace" / "package.json").read_text("utf-8"))["dependencies"]
    assert done.stdout.strip() == wanted["@daisy/ace-cli"]
