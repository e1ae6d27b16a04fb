"""The only place that starts pandoc: sandboxed, bounded in memory and time, its warnings kept."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from banxin import cache
from banxin.errors import Place, Problem, ToolError

MEMORY = "2g"
"""The most memory that pandoc may use on one call, as its run-time system reads it."""
SECONDS = 120.0
"""The longest that one call may take."""
CHOSEN = "PYPANDOC_PANDOC"
"""Environment variable: another pandoc."""
KIND = "pandoc"
"""Of entries in the cache."""
HTML = "html5+east_asian_line_breaks"


@dataclass(frozen=True, slots=True)
class Output:
    """What pandoc wrote."""

    text: str
    warnings: tuple[str, ...]


@functools.cache
def program() -> str:
    """The path of the pandoc that the wheel brings, whatever other one the machine has; of another where it brings
    none, or where PYPANDOC_PANDOC names one.

    Raises:
        ToolError: there is none.
    """
    wheel = find_spec("pypandoc")
    if wheel and wheel.origin and CHOSEN not in os.environ:
        brought = Path(wheel.origin).resolve().parent / "files" / "pandoc"
        if os.access(brought, os.X_OK):
            return str(brought)
    import pypandoc  # it loads what speaks to the network, and starts every pandoc that it finds

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        hint = "运行 make setup，重新安装依赖。"
        raise ToolError([Problem(Place("pandoc"), f"找不到 pandoc（{error}）", hint)]) from error


@functools.cache
def identity() -> tuple[str, int, int]:
    """What changes when another pandoc is used: where it lies, its bytes, when it was put there (ns)."""
    state = os.stat(program())
    return program(), state.st_size, state.st_mtime_ns


def run(source: str, reader: str, writer: str, *options: str, about: str = "pandoc") -> Output:
    """Convert a text with pandoc, from standard input to standard output.

    `--sandbox` forbids it to read or fetch any other file, `-M` bounds its heap; tabs in code stay, as in `read_all`.
    `about` is what a failure names.

    Raises:
        ToolError: pandoc fails, or needs more memory or time than it may use.
    """
    given = ["--sandbox", "-f", reader, "-t", writer, f"--columns={COLUMNS}", "--preserve-tabs", *options]
    text, messages = _call(given, source, about)
    return Output(text, tuple(messages.strip().splitlines()))


COLUMNS = 72
"""Of the source: a pipe table with a longer line divides the measure as its dashes do. Said to both ways of reading,
whose own defaults differ."""
BATCH = r"""
local input = pandoc.json.decode(io.read("a"), false)
for _, source in ipairs(input.sources) do
  local document = pandoc.read(source, input.reader, {columns = input.columns}, {})
  io.stderr:write("\f")
  io.stdout:write(pandoc.write(document, "json"), "\n")
end
"""
"""Reads many sources in one start of pandoc. The empty table is the sandbox: the files that a reader may include."""


def read_all(sources: Sequence[str], reader: str) -> list[Output]:
    """Many texts as JSON, as `run` gives each alone; pandoc starts once, which takes it longer than a short chapter.

    Raises:
        ToolError: pandoc fails, or needs more memory or time for them all than it may use for one.
    """
    if not sources:
        return []
    return _batch(BATCH, {"reader": reader, "columns": COLUMNS, "sources": sources})


CITEPROC = r"""
local input = pandoc.json.decode(io.read("a"), false)
for _, source in ipairs(input.sources) do
  local document = pandoc.utils.citeproc(pandoc.read(source, "json"))
  io.stderr:write("\f")
  io.stdout:write(pandoc.write(document, "json"), "\n")
end
"""
"""Sets the citations of many documents in one start of pandoc. Their metadata hold all that they need."""


def cite_all(documents: Sequence[str]) -> list[Output]:
    """Documents (JSON) with their citations set, and a list of references at their end.

    Raises:
        ToolError: pandoc fails: a style that it cannot read, say.
    """
    return _batch(CITEPROC, {"sources": documents}) if documents else []


def _batch(script: str, given: Mapping[str, Any]) -> list[Output]:
    """What a script of pandoc's Lua writes, a line a source, and says, a page a source."""
    text, messages = _call(["lua", "-e", script], json.dumps(given), "pandoc")
    warnings = messages.split("\f")
    return [
        Output(one, tuple(told.strip().splitlines()))
        for one, told in zip(text.split("\n")[:-1], warnings[:-1], strict=True)
    ]


def _call(arguments: Sequence[str], source: str, about: str) -> tuple[str, str]:
    """What pandoc writes, and what it says."""
    data, messages = _bytes(arguments, source.encode("utf-8", "surrogatepass"), about)
    return data.decode("utf-8"), messages


def _bytes(arguments: Sequence[str], source: bytes, about: str) -> tuple[bytes, str]:
    """The same for what is no text."""
    command = [program(), *arguments[:1], "+RTS", f"-M{MEMORY}", "-RTS", *arguments[1:]]
    try:
        done = subprocess.run(command, input=source, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise _failure(about, f"pandoc 用了超过 {SECONDS:g} 秒") from error
    messages = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        raise _failure(about, f"pandoc 失败（{done.returncode}）：{messages.strip() or '没有说明'}")
    return done.stdout, messages


def to_docx(blocks: list[Any], meta: Mapping[str, Any]) -> bytes:
    """Blocks as a document of Word; pictures are `data:` addresses."""
    source = json.dumps({"pandoc-api-version": api_version(), "meta": meta, "blocks": blocks}, ensure_ascii=False)
    return _bytes(["--sandbox", "-f", "json", "-t", "docx"], source.encode(), "docx")[0]


def from_docx(data: bytes, about: str) -> list[Any]:
    """The blocks of a document of Word, with its tracked changes and comments as spans."""
    options = ["--sandbox", "-f", "docx", "-t", "json", "--track-changes=all"]
    blocks: list[Any] = json.loads(_bytes(options, data, about)[0])["blocks"]
    return blocks


def _failure(about: str, message: str) -> ToolError:
    hint = "把这一章分成两半再试，找出是哪一段；嵌套太深、行太长的文字会让它耗尽内存。"
    return ToolError([Problem(Place(about), message, hint)])


def document(blocks: list[Any]) -> str:
    """Blocks as a whole document in pandoc's JSON."""
    return json.dumps({"pandoc-api-version": api_version(), "meta": {}, "blocks": blocks}, ensure_ascii=False)


@functools.cache
def api_version() -> list[int]:
    """The version of the JSON tree that this pandoc speaks; kept, because to ask it takes a start."""
    version: list[int] = cache.remembered(KIND, cache.key(KIND, identity()), _api_version)
    return version


def _api_version() -> list[int]:
    version: list[int] = json.loads(run("", "markdown", "json").text)["pandoc-api-version"]
    return version


def to_html(blocks: list[Any]) -> str:
    """Blocks -> HTML5, well-formed as XML; math as MathML; lines not wrapped."""
    return run(document(blocks), "json", "html5", "--wrap=none", "--mathml").text
