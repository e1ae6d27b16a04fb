"""The program as an author meets it: exit codes, help, slips, progress on a terminal and in a pipe."""

from __future__ import annotations

import argparse
import os
import pty
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from banxin import cli

ROOT = Path(__file__).parent.parent
GOOD = "---\nauthor: 某人\n---\n# 甲章\n\n正文一段。\n\n# 乙章\n\n正文又一段。\n"
WARNED = GOOD + "\n他说：“没有完。\n"
STAGES = ("读稿", "字体", "编排", "zh-Hans 转换与排字", "zh-Hans HTML", "写入")
ESCAPE = "\x1b["


def run(*arguments: str, cwd: Path = ROOT, **options: Any) -> subprocess.CompletedProcess[str]:
    """The real program."""
    environment = {**os.environ, **options.pop("env", {})}
    command = [sys.executable, str(ROOT / "build.py"), *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=900, **options
    )


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of one file without a fault."""
    path = tmp_path / "good.md"
    path.write_text(GOOD, "utf-8")
    return path


# Exit codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_0_a_book_is_built(book: Path, tmp_path: Path) -> None:
    done = run("build", "good.md", "-f", "html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "dist/good-zh-Hans\ndist/good-zh-Hans.html\n"
    assert [line for line in done.stdout.splitlines() if not (tmp_path / line).exists()] == []


def test_1_the_book_is_wrong(book: Path, tmp_path: Path) -> None:
    book.write_text(GOOD + "\n见[^none]。\n", "utf-8")
    done = run("build", "good.md", "-f", "html", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("good.md:12: 错误：脚注没有定义：none [T050]\n  办法：")
    assert not (tmp_path / "dist").exists()


@pytest.mark.slow
def test_1_also_when_strict_makes_a_warning_fail(book: Path, tmp_path: Path) -> None:
    book.write_text(WARNED, "utf-8")
    assert run("build", "good.md", "-f", "html", cwd=tmp_path).returncode == 0
    assert run("build", "good.md", "-f", "html", "--strict", cwd=tmp_path).returncode == 1
    assert run("check", "good.md", "--strict", cwd=tmp_path).returncode == 1


def test_2_a_setting_is_wrong(book: Path, tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text("title: 书\nauthors: [某人]\nlayuot: novel\nchapters: [good.md]\n", "utf-8")
    done = run("build", ".", "-f", "html", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("book.yaml:3: 错误：")
    assert "layout" in done.stderr


def test_3_a_font_is_missing(book: Path, tmp_path: Path) -> None:
    nowhere = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache"), **nowhere}
    done = run("build", "good.md", "-f", "html", "--quiet", cwd=tmp_path, env=env)
    assert (done.returncode, done.stdout) == (3, "")
    assert "取不到" in done.stderr
    assert "办法：检查网络" in done.stderr


@pytest.mark.slow
def test_3_the_outputs_cannot_be_written(book: Path, tmp_path: Path) -> None:
    (tmp_path / "dist").write_text("在此", "utf-8")
    assert run("build", "good.md", "-f", "html", "--quiet", cwd=tmp_path).returncode == 3


@pytest.mark.parametrize("command", ["build", "check", "stats"])
def test_1_there_is_no_such_book(tmp_path: Path, command: str) -> None:
    done = run(command, "absent", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "没有这本书" in done.stderr


@pytest.mark.slow
def test_it_needs_no_standard_input(book: Path, tmp_path: Path) -> None:
    done = run("build", "good.md", "-f", "html", "--quiet", cwd=tmp_path, preexec_fn=lambda: os.close(0))
    assert (done.returncode, done.stderr) == (0, "")


# Help -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_help_is_for_an_author(command: str) -> None:
    done = run(*([command] if command else []), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    usage, _, rest = done.stdout.partition("\n\n")
    assert usage.startswith("用法：banxin " + command)
    assert "选项：" in rest
    assert re.findall(r"[A-Za-z]+(?: [a-z]+){2,}", rest.replace("python build.py", "")) == [], "English sentences"


def options_of(command: str) -> list[argparse.Action]:
    [commands] = [one for one in cli._parser()._actions if isinstance(one, argparse._SubParsersAction)]
    return list(commands.choices[command]._actions)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_option_is_explained_in_chinese(command: str) -> None:
    help_text = run(command, "--help").stdout
    for option in options_of(command):
        assert re.search(r"[\u4e00-\u9fff]{3}", option.help or ""), option
        assert all(name in help_text for name in option.option_strings)


def test_the_list_of_commands_is_whole() -> None:
    listed = re.findall(r"^    (\w+) ", run("--help").stdout, re.MULTILINE)
    assert listed == list(cli.COMMANDS)


# Slips ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "what", "nearest"),
    [
        ("biuld", "没有命令 biuld", "是不是 build？可以是：build、new、"),
        ("build --fromat pdf", "没有选项 --fromat", "是不是 --format？"),
        ("build --draff=1 书", "没有选项 --draff", "是不是 --draft？"),
        ("build --form pdf", "没有选项 --form", "是不是 --format？"),
        ("build -f pfd", "-f/--format 没有 pfd 这个值", "是不是 pdf？可以是：pdf、epub、html。"),
        ("build --profile prnt", "--profile 没有 prnt 这个值", "是不是 print？"),
        ("build --jobs 两", "--jobs：要一个整数，这里是 两", ""),
        ("build --out", "-o/--out 后面没有写值", ""),
        ("build --draft=yes", "--draft 后面不写值，这里有 'yes'", ""),
        ("build 我 的书", "多出来的：的书", "要用引号括起来。"),
        ("new", "没有写：文件夹", ""),
        ("", "没有写：命令", ""),
    ],
)
def test_a_slip_is_answered_with_the_nearest_word(line: str, what: str, nearest: str) -> None:
    done = run(*line.split())
    told = done.stderr.splitlines()
    assert (done.returncode, done.stdout, told[0], len(told)) == (2, "", f"错误：{what}", 2)
    assert told[1].startswith("  办法：")
    assert nearest in told[1]
    assert told[1].endswith("--help 看用法。")


@pytest.mark.parametrize(("given", "nearest"), [("zh-Hant-WT", "zh-Hant-TW"), ("zh-Hnas", "zh-Hans")])
def test_an_edition_too(book: Path, tmp_path: Path, given: str, nearest: str) -> None:
    done = run("build", "good.md", "-e", given, "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"没有名为 {given} 的版本" in done.stderr
    assert nearest in done.stderr.splitlines()[1]


# Progress -------------------------------------------------------------------------------------------------------------


def on_a_terminal(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    """Exit code, standard output, and all that a terminal on standard error was sent."""
    leader, follower = pty.openpty()
    command = [sys.executable, str(ROOT / "build.py"), *arguments]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=follower, text=True) as process:
        os.close(follower)
        seen = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # how Linux tells that nobody holds the other end
                break
            if not piece:
                break
            seen += piece
        os.close(leader)
        assert process.stdout
        said = process.stdout.read()
    return process.returncode, said, seen.decode()


def last_frame(seen: str) -> list[str]:
    """What is left on the screen: the lines that are not drawn over, without colours."""
    screen = re.split(r"\x1b\[\d*A", seen)[-1]
    return [line.strip() for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen).replace("\r", "").split("\n")]


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_bars_on_a_terminal(book: Path, tmp_path: Path, jobs: str) -> None:
    formats = ["-f", "html", "-f", "pdf"]
    code, said, seen = on_a_terminal("build", "good.md", *formats, "--jobs", jobs, cwd=tmp_path)
    assert code == 0
    assert "dist/good-zh-Hans.pdf" in said.splitlines()
    assert ESCAPE in seen
    frame = [line for line in last_frame(seen) if line]
    for stage in (*STAGES, "zh-Hans PDF"):
        [row] = [line for line in frame if line.startswith(f"✓ {stage} ")]
        assert re.search(r"\d:\d\d:\d\d$", row)
    [pages] = [line for line in frame if "zh-Hans PDF" in line]
    assert re.search(r" (排了 \d+ 页，[\d.]+ 页/秒|都是排过的，没有重排) ", pages)
    [read] = [line for line in frame if "读稿" in line]
    assert "1/1 good.md" in read


CHAPTERS = {f"{number:02}.md": f"# 第{number}回\n\n" + "水在壶里由静而响。\n" * 40 for number in range(1, 25)}


def pages_shown(seen: str) -> list[tuple[int, int, int]]:
    """What a terminal was shown of the pages: parts done, parts to do, pages; in the order of time."""
    plain = re.sub(r"\x1b\[[0-9;?]*m", "", seen)
    return [tuple(map(int, found)) for found in re.findall(r"(\d+)/(\d+)，(\d+) 页，", plain)]  # type: ignore[misc]


@pytest.mark.slow
def test_pages_are_counted_and_nothing_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Built from nothing all parts are work; after one changed chapter that one is, and what shows its pages."""
    monkeypatch.setenv("BANXIN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "book").mkdir()
    for name, text in CHAPTERS.items():
        (tmp_path / "book" / name).write_text(text, "utf-8")
    arguments = ["build", "book", "-f", "pdf", "--jobs", "1"]
    _, _, seen = on_a_terminal(*arguments, cwd=tmp_path)
    shown = pages_shown(seen)
    assert shown
    assert all(one <= other for before, after in pairwise(shown) for one, other in zip(before, after, strict=True))
    done, total, seen_pages = shown[-1]
    assert done <= total > len(CHAPTERS)
    made = re.search(r"排了 (\d+) 页", "".join(last_frame(seen)))
    assert made
    pages = int(made[1])
    assert pages >= seen_pages > 0
    chapter = tmp_path / "book" / "03.md"
    chapter.write_text(CHAPTERS["03.md"].replace("水在壶里", "茶在壶里", 1), "utf-8")
    _, _, seen = on_a_terminal(*arguments, cwd=tmp_path)
    assert {total for _, total, _ in pages_shown(seen)} <= {1}, "a quick machine is done between two frames"
    again = re.search(r"排了 (\d+) 页", "".join(last_frame(seen)))
    assert again
    assert 0 < int(again[1]) < pages
    _, _, seen = on_a_terminal(*arguments, cwd=tmp_path)
    assert pages_shown(seen) == []
    assert "都是排过的，没有重排" in "".join(last_frame(seen))


@pytest.mark.slow
def test_a_log_tells_the_pages_too(book: Path, tmp_path: Path) -> None:
    done = run("build", "good.md", "-f", "pdf", cwd=tmp_path)
    lines = [line.split("] ", 1)[1] for line in done.stderr.splitlines()]
    assert ESCAPE not in done.stderr
    at = lines.index("zh-Hans PDF")
    assert re.fullmatch(r"　(排了 \d+ 页，[\d.]+ 页/秒|都是排过的，没有重排)", lines[at + 1])
    assert lines[at + 2] == "写入"


@pytest.mark.slow
def test_plain_lines_in_a_pipe(book: Path, tmp_path: Path) -> None:
    done = run("build", "good.md", "-f", "html", cwd=tmp_path)
    lines = done.stderr.splitlines()
    assert ESCAPE not in done.stderr
    assert [re.fullmatch(r"\[ *\d+\.\d s\] (.*)", line)[1] for line in lines] == list(STAGES)  # type: ignore[index]


@pytest.mark.slow
def test_quiet_is_quiet_but_for_warnings(book: Path, tmp_path: Path) -> None:
    done = run("build", "good.md", "-f", "html", "--quiet", cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout
    book.write_text(WARNED, "utf-8")
    warned = run("build", "good.md", "-f", "html", "--quiet", cwd=tmp_path)
    assert warned.returncode == 0
    assert warned.stderr.startswith("good.md:12: 警告：")
    code, _, seen = on_a_terminal("build", "good.md", "-f", "html", "--quiet", cwd=tmp_path)
    assert (code, seen.replace("\r", "")) == (0, warned.stderr)


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_fault(book: Path, tmp_path: Path) -> None:
    """`build | head -0`: nothing is told of the pipe that broke."""
    command = [sys.executable, str(ROOT / "build.py"), "build", "good.md", "-f", "html", "--quiet"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
