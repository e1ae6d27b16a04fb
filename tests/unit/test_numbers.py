"""`number:` in front matter: a number of the author's own, which the chapters after it count on from."""

from __future__ import annotations

from pathlib import Path

import pytest

from banxin import build
from banxin.errors import ManuscriptError
from banxin.load import load


def labels(tmp_path: Path, *numbers: str | None, extra: str = "") -> list[tuple[int | None, str]]:
    """The number and the label of each chapter of a book, by the `number:` of each."""
    for n, number in enumerate(numbers):
        front = "" if number is None else f"---\nnumber: {number}\n---\n"
        (tmp_path / f"{n}.md").write_text(f"{front}# 题{n}\n\n文。\n", "utf-8")
    files = "\n".join(f"  - {n}.md" for n in range(len(numbers)))
    (tmp_path / "book.yaml").write_text(f"title: 书\nlayout: novel\n{extra}chapters:\n{files}\n", "utf-8")
    manuscript = load(tmp_path)
    book = build.arrange(manuscript, build.layout_of(manuscript))
    return [(chapter.number, chapter.label) for chapter in book.chapters]


@pytest.mark.parametrize("number", ["5", "'5'", "５"])
def test_the_chapters_count_on_from_it(number: str, tmp_path: Path) -> None:
    found = labels(tmp_path, None, number, None, None)
    assert found == [(1, "第一章"), (5, "第五章"), (6, "第六章"), (7, "第七章")]


@pytest.mark.parametrize("number", ["none", "false", "0", "None", "无"])
def test_none_is_left_out_of_the_count(number: str, tmp_path: Path) -> None:
    assert labels(tmp_path, None, number, None) == [(1, "第一章"), (None, ""), (2, "第二章")]


def test_true_is_the_next_number_also_after_the_authors_own(tmp_path: Path) -> None:
    assert labels(tmp_path, "12", "true", "3") == [(12, "第十二章"), (13, "第十三章"), (3, "第三章")]


def test_each_part_may_begin_again(tmp_path: Path) -> None:
    assert [number for number, _ in labels(tmp_path, None, None, "1", None)] == [1, 2, 1, 2]


def test_a_book_without_chapter_numbers_has_none(tmp_path: Path) -> None:
    assert labels(tmp_path, "5", extra="numbering: {chapters: false}\n") == [(None, "")]


def test_an_appendix_counts_for_itself(tmp_path: Path) -> None:
    (tmp_path / "z.md").write_text("---\nnumber: 3\n---\n# 表\n\n文。\n", "utf-8")
    assert labels(tmp_path, "5", extra="back: [z.md]\n") == [(5, "第五章"), (3, "附录三")]


def test_one_file_with_several_chapters_begins_with_it(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("---\ntitle: 书\nlayout: novel\nnumber: 5\n---\n# 甲\n\n文。\n\n# 乙\n\n文。\n", "utf-8")
    manuscript = load(file)
    book = build.arrange(manuscript, build.layout_of(manuscript))
    assert [chapter.number for chapter in book.chapters] == [5, 6]


@pytest.mark.parametrize("number", ["第五", "-1", "5.5", "10000", "[5]"])
def test_what_is_no_number_is_an_error_at_its_line(number: str, tmp_path: Path) -> None:
    with pytest.raises(ManuscriptError) as caught:
        labels(tmp_path, number)
    (problem,) = caught.value.problems
    assert str(problem.place) == "0.md:2"
    assert problem.message.startswith("number 不能是")
