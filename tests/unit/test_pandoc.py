"""The bounds of pandoc: no other file, no endless work, no endless memory; odd input that it does read."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from banxin import markdown, pandoc
from banxin.errors import ToolError
from tests.conftest import ROOT

ENDLESS = "[a](" * 3000
"""Takes pandoc minutes: each bracket is tried with every end."""


def test_it_reads_no_other_file(tmp_path: Path) -> None:
    """Each reader that can include a file: what comes out is the text around, at most."""
    (tmp_path / "secret.txt").write_text("秘密", "utf-8")
    for source, reader in (
        (f".. include:: {tmp_path}/secret.txt\n", "rst"),
        (f"\\input{{{tmp_path}/secret.txt}}\n", "latex"),
        (f"#+include: {tmp_path}/secret.txt\n", "org"),
    ):
        try:
            text = pandoc.run(source, reader, "html").text
        except ToolError:
            continue
        assert "秘密" not in text


def test_it_has_so_much_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure names the file, and pandoc has gone."""
    monkeypatch.setattr(pandoc, "SECONDS", 0.5)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(ToolError) as caught:
        markdown.parse(ENDLESS, "b.md")
    (problem,) = caught.value.problems
    assert (str(problem.place), problem.message) == ("b.md", "pandoc 用了超过 0.5 秒")
    assert problem.hint
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 10
    assert not list(_children("pandoc"))


def _children(name: str) -> Iterator[int]:
    """Processes of that name that this one started and has not seen the end of (Linux; others have no /proc)."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, rest = stat.read_text().split(" (", 1)
            command, fields = rest.rsplit(")", 1)
            if command == name and int(fields.split()[1]) == os.getpid():
                yield int(pid)


def test_it_has_so_much_memory_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "MEMORY", "64m")
    with pytest.raises(ToolError) as caught:
        markdown.parse("字 *词* " * 100_000, "a.md")
    assert "pandoc 失败（251）" in caught.value.problems[0].message
    assert str(caught.value.problems[0].place) == "a.md"


@pytest.mark.parametrize(
    "text",
    ["字" * 1_000_000, "a " * 50_000, "> " * 100 + "字", "::: a\n" * 50, "*a " * 3000, "<b>" * 3000, "`" * 3000],
    ids=["line", "words", "quotes", "fences", "stars", "tags", "ticks"],
)
def test_long_and_odd_input_is_read(text: str) -> None:
    blocks, _ = markdown.parse(text, "a.md")
    assert blocks


TEXTS = [
    "字[^1]\n\n[^1]: 一\n\n[^1]: 二\n\n[^z]: 没有用到\n\n::: a\n没有结束\n",
    "没有定义[^1]",
    "",
    "::: {.a\n",
    "- 列\n\n\t段\n\n\t\t码\t尾\n\n```tsv\n土豆\t馬鈴薯\tzh-Hant-TW\n\t缩进\n```\n\n字\t`a\tb`\t字\n",
    "# 题 {#a}\n\n> 引\n\n```py\nx = 1\n```\n\n| 甲 | 乙 |\n|---|---|\n| 1 | $x$ |\n\n\U0002070e\u200b\t字\\\n*词*",
]
TEXTS += [f"| 甲 | 乙 |\n|--|----|\n| {'长' * width} | 1 |\n" for width in range(30, 40)]
"""Lines about as long as those from which on the dashes give widths."""


def _stripped(outputs: Iterable[pandoc.Output]) -> list[tuple[str, tuple[str, ...]]]:
    return [(output.text.strip(), output.warnings) for output in outputs]


def test_together_pandoc_reads_as_it_does_alone() -> None:
    """Trees and warnings, each with its own text; whatever stands in one changes nothing in another."""
    alone = [pandoc.run(text, markdown.READER, "json") for text in TEXTS]
    assert [bool(one.warnings) for one in alone] == [True, False, False, True, *[False] * 12]
    assert _stripped(pandoc.read_all(TEXTS, markdown.READER)) == _stripped(alone)
    assert "土豆\\t馬鈴薯\\tzh-Hant-TW" in alone[4].text, "tabs in code stay"
    named = [(f"{number}.md", text) for number, text in enumerate(TEXTS)]
    for jobs in (1, 2, 9):
        assert _stripped(markdown.outputs(named, jobs)) == _stripped(alone)
    assert list(markdown.outputs([], 2)) == []


def test_together_too_it_reads_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("秘密", "utf-8")
    (output,) = pandoc.read_all([f".. include:: {tmp_path}/secret.txt\n"], "rst")
    assert "秘密" not in output.text


@pytest.mark.slow
def test_what_fails_together_names_the_chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "SECONDS", 4.0)
    with pytest.raises(ToolError) as caught:
        list(markdown.outputs([("a.md", "字"), ("b.md", ENDLESS), ("c.md", "字")], 1))
    assert [str(problem.place) for problem in caught.value.problems] == ["b.md"]


@pytest.mark.parametrize(
    ("dashes", "widths"), [("|---|---|", None), ("|:--|--:|", None), ("|---|------|", [1 / 3, 2 / 3])]
)
def test_dashes_give_widths_where_they_differ(dashes: str, widths: list[float] | None) -> None:
    """However long the lines of the table are."""
    (table,), _ = markdown.parse(f"| 甲 | 乙 |\n{dashes}\n| {'长' * 60} | 1 |\n", "a.md")
    found = [width.get("c") for _, width in table["c"][2]]
    assert found == (widths or [None, None])


def test_it_is_the_one_of_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found without loading what fetches it or starting another; the user may name one."""
    code = "import sys; from banxin import pandoc; print(pandoc.program()); print('pypandoc' in sys.modules)"
    fake = tmp_path / "pandoc"
    fake.write_text(f"#!/bin/sh\ntouch {tmp_path / 'started'}\necho pandoc 99.9\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    path, loaded = done.stdout.splitlines()
    assert Path(path).parent.parent.name == "pypandoc"
    assert os.access(path, os.X_OK)
    assert loaded == "False"
    assert not (tmp_path / "started").exists()
    monkeypatch.setenv(pandoc.CHOSEN, str(fake))
    chosen = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert chosen.stdout.splitlines() == [str(fake), "True"]
