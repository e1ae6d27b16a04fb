"""The workflow files for books that lie on GitHub or GitLab: what they run is what the program knows."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from banxin import cli
from tests.conftest import ROOT

FILES = {name: ROOT / "docs" / "ci" / f"{name}-review.yml" for name in ("github", "gitlab")}


def scripts(path: Path) -> list[str]:
    """Every line of shell."""
    loaded: Any = yaml.safe_load(path.read_text("utf-8"))
    if "jobs" in loaded:
        runs = [step["run"] for step in loaded["jobs"]["review"]["steps"] if "run" in step]
    else:
        runs = loaded["改稿"]["script"]
    return [line for run in runs for line in run.splitlines()]


@pytest.mark.parametrize("name", FILES)
def test_commands_are_known(name: str) -> None:
    found = [shlex.split(line)[2:] for line in scripts(FILES[name]) if "build.py" in line]
    assert sorted(arguments[0] for arguments in found) == ["build", "review"]
    for arguments in found:
        cli._parser().parse_args(arguments)


@pytest.mark.parametrize("name", FILES)
def test_they_post_the_summary_and_attach_the_files(name: str) -> None:
    text = FILES[name].read_text("utf-8")
    assert "out/review/review.md" in text
    assert "epub" in text
    assert {"github": "upload-artifact", "gitlab": "artifacts:"}[name] in text
    # the whole history: a base that is not there cannot be compared
    assert {"github": "fetch-depth: 0", "gitlab": "GIT_DEPTH: 0"}[name] in text


def test_nothing_of_a_request_is_run_as_shell() -> None:
    """Titles and names of branches are anybody's: they never stand in a script of GitHub's."""
    for line in scripts(FILES["github"]):
        assert "${{" not in line
