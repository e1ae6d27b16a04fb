"""Bad input: one directory a defect, and the exact words that its author must see."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
BROKEN = ROOT / "tests" / "broken"
CASES = sorted(path.name for path in BROKEN.iterdir() if path.is_dir())
GOOD = "---\nauthor: 某人\n---\n# 甲\n\n正文一段。\n"


def run(book: str, out: Path, *args: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """The real program, as an author would start it."""
    env = {**os.environ, "SOURCE_DATE_EPOCH": "0", **options.pop("env", {})}
    command = [sys.executable, str(ROOT / "build.py"), "build", book, "-o", str(out), "--quiet", *args]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env=env, timeout=300, **options
    )


def words_of(out: Path) -> str:
    return "".join(path.read_text("utf-8") for path in sorted(out.glob("*.html")))


@pytest.mark.parametrize("name", CASES)
def test_defect(name: str, tmp_path: Path, update_golden: bool) -> None:
    case = yaml.safe_load((BROKEN / name / "run.yaml").read_text("utf-8"))
    args = ["-f", "html", *case.get("args", [])]
    done = run("book", tmp_path / "out", *args, cwd=BROKEN / name, env=case.get("env", {}))
    expected = BROKEN / name / "expected.txt"
    if update_golden:
        expected.write_text(done.stderr, "utf-8")
    assert "Traceback" not in done.stderr
    assert done.stderr == expected.read_text("utf-8")
    assert done.returncode == case["exit"]
    if case["exit"]:
        assert not list(tmp_path.rglob("*.html")), "nothing is left of a build that failed"
    if case.get("draft"):
        drafted = run("book", tmp_path / "out", *args, "--draft", cwd=BROKEN / name)
        assert drafted.returncode == 0, drafted.stderr
        assert "警告" in drafted.stderr
    text = words_of(tmp_path / "out")
    for words in case.get("present", []):
        assert words in text
    for words in case.get("absent", []):
        assert words not in text


def book(tmp_path: Path, text: str = GOOD) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "a.md").write_text(text, "utf-8")
    return folder


def test_a_picture_through_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = book(tmp_path, GOOD + "\n![外](x.png)\n")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "x.png").symlink_to(tmp_path / "secret.png")
    done = run("book", tmp_path / "out", "-f", "html", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("a.md:8: 错误：图经由链接指到了书的文件夹之外：x.png\n")


def test_a_chapter_through_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = book(tmp_path)
    (tmp_path / "secret.md").write_text("# 秘密\n\n不可见。\n", "utf-8")
    (folder / "b.md").symlink_to(tmp_path / "secret.md")
    done = run("book", tmp_path / "out", "-f", "html", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("b.md: 错误：b.md 在书的文件夹之外\n")


def test_a_file_of_100_megabytes(tmp_path: Path) -> None:
    folder = book(tmp_path)
    with (folder / "a.md").open("r+b") as file:
        file.truncate(100 * 2**20)
    done = run("book", tmp_path / "out", "-f", "html", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("a.md: 错误：文件太大（100 MB），一章最多 8 MB\n")


def test_the_output_folder_is_a_file(tmp_path: Path) -> None:
    book(tmp_path)
    (tmp_path / "out").write_text("在此", "utf-8")
    done = run("book", tmp_path / "out", "-f", "html", cwd=tmp_path)
    assert done.returncode == 3
    assert "错误：写不进去" in done.stderr
    assert (tmp_path / "out").read_text("utf-8") == "在此"


def test_the_output_folder_cannot_be_written(tmp_path: Path) -> None:
    book(tmp_path)
    done = run("book", Path("/proc/banxin"), "-f", "html", cwd=tmp_path)
    assert done.returncode == 3
    assert "/proc/banxin: 错误：写不进去" in done.stderr


def test_the_disk_is_full(tmp_path: Path) -> None:
    """A file that may not grow past 4 kB stands for the disk: the earlier output stays."""
    book(tmp_path)
    assert run("book", tmp_path / "out", "-f", "epub", cwd=tmp_path).returncode == 0
    before = (tmp_path / "out" / "book-zh-Hans.epub").read_bytes()

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = run("book", tmp_path / "out", "-f", "epub", cwd=tmp_path, preexec_fn=small)
    assert done.returncode == 3, done.stderr
    assert "错误：写不进去" in done.stderr
    assert (tmp_path / "out" / "book-zh-Hans.epub").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.3, 0.8, 1.2, 1.6, 2.0, 2.5])
def test_killed_in_the_middle(tmp_path: Path, seconds: float) -> None:
    """The previous output is whole, and the next build works and leaves no litter."""
    folder = book(tmp_path, GOOD + "\n正文。\n" * 400)
    assert run("book", tmp_path / "out", cwd=tmp_path).returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()}
    (folder / "a.md").write_text(GOOD + "\n别的文字。\n" * 400, "utf-8")
    command = [sys.executable, str(ROOT / "build.py"), "build", "book", "-o", "out", "--quiet"]
    process = subprocess.Popen(command, cwd=tmp_path)
    time.sleep(seconds)
    process.kill()
    process.wait()
    pdf = (tmp_path / "out" / "book-zh-Hans.pdf").read_bytes()
    assert pdf == before["book-zh-Hans.pdf"] or pdf.rstrip().endswith(b"%%EOF")
    assert run("book", tmp_path / "out", cwd=tmp_path).returncode == 0
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left == {*before, "book-zh-Hans"}
