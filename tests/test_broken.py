"""Bad input: one directory a defect, and the exact words that its author must see."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.slow

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
    assert done.stderr.startswith("a.md:8: 错误：图经由链接指到了书的文件夹之外：x.png [T043]\n")


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
    folder = book(tmp_path)
    assert run("book", tmp_path / "out", "-f", "epub", cwd=tmp_path).returncode == 0
    before = (tmp_path / "out" / "book-zh-Hans.epub").read_bytes()
    with next(folder.glob("*.md")).open("a", encoding="utf-8") as chapter:
        chapter.write("\n又一段。\n")

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = run("book", tmp_path / "out", "-f", "epub", cwd=tmp_path, preexec_fn=small)
    assert done.returncode == 3, done.stderr
    assert "错误：写不进去" in done.stderr
    assert (tmp_path / "out" / "book-zh-Hans.epub").read_bytes() == before


def test_a_folder_of_the_books_own_fonts_through_a_link(tmp_path: Path) -> None:
    folder = book(tmp_path)
    (folder / "fonts").mkdir()
    (tmp_path / "secret.ttf").write_bytes(b"secret")
    (folder / "fonts" / "a.ttf").symlink_to(tmp_path / "secret.ttf")
    done = run("book", tmp_path / "out", "-f", "html", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("fonts/a.ttf: 错误：字体 a.ttf 在书的文件夹之外\n")


@pytest.mark.parametrize("room", [0, 4096, 40_000])
def test_the_disk_is_full_for_every_format(room: int, tmp_path: Path) -> None:
    """However far the writer comes, all the earlier outputs stay, and nothing else."""
    folder = book(tmp_path, GOOD + "\n正文。\n" * 200)
    assert run("book", tmp_path / "out", cwd=tmp_path).returncode == 0
    before = contents(tmp_path / "out")
    (folder / "a.md").write_text(GOOD + "\n别的文字。\n" * 200, "utf-8")

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = run("book", tmp_path / "out", cwd=tmp_path, preexec_fn=small)
    assert done.returncode == 3, done.stderr
    assert "错误：" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(tmp_path / "out") == before


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


KILLER = """
import os, signal, shutil, sys
from pathlib import Path
from banxin import cli, write

left = int(sys.argv[1])

def deadly(function):
    def step(*args, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return step

steps = {os: ("replace", "fsync", "unlink", "rmdir"), Path: ("rename",), shutil: ("rmtree",)}
steps[write] = ("_stage", "_swapped")
for module, names in steps.items():
    for name in names:
        setattr(module, name, deadly(getattr(module, name)))
raise SystemExit(cli.main(["build", "book", "-o", "out", "-f", "epub", "-f", "html", "--quiet", "--jobs", "1"]))
"""
"""The program, killed before the n-th step of its writer."""


def whole(out: Path, builds: list[dict[str, bytes]]) -> bool:
    """Whether every output is wholly of one build or of the other."""
    found = {path: data for path, data in contents(out).items() if not re.match(r"\.banxin-\d+-", path)}
    tops = {path.split("/")[0] for path in builds[0]}
    assert {path.split("/")[0] for path in found} == tops
    parts = [{path: data for path, data in found.items() if path.split("/")[0] == top} for top in tops]
    return all(
        any(part.items() <= build.items() and len(part) == len(of(build, part)) for build in builds) for part in parts
    )


def of(build: dict[str, bytes], part: dict[str, bytes]) -> list[str]:
    """The paths of a build below the same top."""
    top = next(iter(part)).split("/")[0]
    return [path for path in build if path.split("/")[0] == top]


def test_killed_at_every_step_of_the_writer(tmp_path: Path) -> None:
    """Each output is whole, the old one or the new one; the next build works and leaves no litter."""
    folder = book(tmp_path)
    texts = [GOOD + "\n正文。\n" * 20, GOOD + "\n别的文字。\n" * 20]
    builds = []
    for n, text in enumerate(texts):
        (folder / "a.md").write_text(text, "utf-8")
        assert run("book", tmp_path / f"whole-{n}", "-f", "epub", "-f", "html", cwd=tmp_path).returncode == 0
        builds.append(contents(tmp_path / f"whole-{n}"))
    (tmp_path / "killer.py").write_text(KILLER, "utf-8")
    shutil.copytree(tmp_path / "whole-0", tmp_path / "out")
    env = {**os.environ, "SOURCE_DATE_EPOCH": "0", "PYTHONPATH": str(ROOT)}
    killed = 0
    for step in range(1, 60):
        command = [sys.executable, "killer.py", str(step)]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
        assert whole(tmp_path / "out", builds), step
    assert done.returncode == 0
    assert killed >= 8
    assert contents(tmp_path / "out") == builds[1], "and no litter is left"
