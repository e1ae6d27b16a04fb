"""The one place that starts git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from banxin.errors import ConfigError, Place, Problem, ToolError


def run(folder: Path, *arguments: str, top: bool = False, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, or at the top of its repository; `archive` knows only what is below where it runs.

    Raises:
        ToolError: there is no git.
    """
    if top:
        shown = run(folder, "rev-parse", "--show-toplevel").stdout
        folder = Path(os.fsdecode(shown.removesuffix(b"\n")))
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, input=given, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
    except FileNotFoundError as error:
        raise ToolError([Problem(Place("git"), "找不到 git", "装上 git；比两个文件夹或文件，不用它。")]) from error


def prefix(folder: Path, hint: str) -> Path:
    """Where a folder stands in its repository.

    Args:
        hint: what to do without a repository.

    Raises:
        ConfigError: it stands in none, or in one that git does not trust.
    """
    done = run(folder, "rev-parse", "--show-prefix")
    if done.returncode == 0:
        return Path(done.stdout.decode().strip())
    message = done.stderr.decode("utf-8", "replace").strip()
    if "dubious ownership" in message:
        trust = f"运行 git config --global --add safe.directory {folder.resolve()}，再试。"
        raise ConfigError([Problem(Place(str(folder)), "git 不信任这个仓库：它属于另一个用户", trust)])
    raise ConfigError([Problem(Place(str(folder)), "不在 git 仓库里", hint)])


def is_shallow(folder: Path) -> bool:
    """Whether a clone has only the latest part of its history."""
    return run(folder, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
