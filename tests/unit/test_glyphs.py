"""A character that no font has stops a build, and is marked in a draft."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from banxin import build
from banxin.errors import Level, ManuscriptError
from tests.unit.test_fonts import RARE

TEXT = f"# 甲{RARE}\n\n他姓{RARE}，**{RARE}好**。`a{RARE}`[^n]\n\n```\n{RARE}\n```\n\n[^n]: 注{RARE}。\n"


def order(tmp_path: Path, text: str = TEXT, draft: bool = True) -> build.Order:
    (tmp_path / "a.md").write_text(text, "utf-8")
    (tmp_path / "book.yaml").write_text(
        f"title: 书{RARE}\nauthors: [某{RARE}]\nchapters:\n  - part: 编{RARE}\n    chapters: [a.md]\n", "utf-8"
    )
    return build.Order(tmp_path, formats=("html",), out=tmp_path / "out", draft=draft)


def test_it_stops_the_build_with_every_place(tmp_path: Path) -> None:
    with pytest.raises(ManuscriptError) as caught:
        build.build(order(tmp_path, draft=False))
    assert [str(problem.place) for problem in caught.value.problems] == [
        "book.yaml:1",
        "book.yaml:2",
        "book.yaml:3",
        "a.md:1",
    ]


def test_a_draft_is_built_with_a_mark_at_each_place(tmp_path: Path) -> None:
    result = build.build(order(tmp_path))
    assert {problem.level for problem in result.problems} == {Level.WARNING}
    assert len(result.problems) == 4
    pages = "".join(path.read_text("utf-8") for path in result.written[0].glob("*.html"))
    assert RARE not in pages
    page = (result.written[0] / "a.html").read_text("utf-8")
    body = page[page.index("<main") : page.index("</main>")]
    marks = re.findall(r'<span class="draft-mark" title="U\+20000">〓</span>', body)
    assert len(marks) >= 4, "title, text, bold, note"
    assert "a〓" in body, "code"
