"""A part of a PDF has the pages of the whole: the same text in the same places, under the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from banxin import build
from banxin.errors import ConfigError
from tests.conftest import SAMPLES, Built
from tests.sheets.compare import words
from tests.test_command_line import run

pytestmark = pytest.mark.slow

BOOK, EDITION = SAMPLES["handbook"].path, "zh-Hans"


def part(only: str, out: Path) -> Path:
    (path,) = build.build(build.Order(BOOK, ("pdf",), (EDITION,), out, only=only)).written
    return path


def labels(path: Path) -> list[str]:
    with pikepdf.open(path) as file:
        return [page.label for page in file.pages]


@pytest.fixture
def whole(built: Callable[[str], Built]) -> Path:
    return built("handbook").pdf(EDITION)


@pytest.mark.parametrize("only", ["03-markdown.md", "03-markdown", "00-preface.md", "9", "12-15"])
def test_a_part(only: str, whole: Path, tmp_path: Path) -> None:
    path = part(only, tmp_path)
    assert path.name.endswith(f"-{only.removesuffix('.md')}.pdf")
    pages = dict(zip(labels(whole), words(whole), strict=False))
    found = dict(zip(labels(path), words(path), strict=False))
    assert found == {label: pages[label] for label in found}
    assert len(found) == {"9": 1, "12-15": 4}.get(only, len(found)) > 0
    if only == "12-15":
        assert list(found) == ["12", "13", "14", "15"]
    if only == "00-preface.md":
        assert next(iter(found)).strip("ivx") == ""


@pytest.mark.parametrize(
    ("only", "message"), [("03-markdwon.md", "是不是 03-markdown.md？"), ("900-910", "没有第 900-910 页")]
)
def test_there_is_no_such_part(only: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        part(only, tmp_path)
    assert message in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_only_a_pdf_has_parts() -> None:
    done = run("build", "--only", "3", "-f", "epub")
    assert done.returncode == 2
    assert "--only 只用于 PDF" in done.stderr
