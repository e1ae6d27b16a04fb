"""From the words of a page back to the line of the manuscript."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import pytest

from banxin import preview
from banxin.errors import Place
from banxin.preview.answers import WHERE
from banxin.whereabouts import Words, locate

CHAPTERS = {
    "a.md": '---\ntitle: 题目\n---\n\n说"你好"，*头发*长了[^1]，里面有干净的后面，鼠标在软件里。\n\n[^1]: 注在这里。\n',
    "b.md": "# 乙\n\n前面的话不一样，\n里面有干净的后面，头发也长了。\n",
    "c.md": "繁體的頭髮。\n",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    for name, text in CHAPTERS.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("说“你好”，头发长了1，里面有干净的后面，鼠标在软件里。", Place("a.md", 5)),
        ("說「你好」，頭髮長了，裡面有乾淨的後面，滑鼠在軟體裡。", Place("a.md", 5)),
        ("注在这里。", Place("a.md", 7)),
        ("题目", Place("a.md", 2)),
        ("前面的话不一样，里面有干净的后面", Place("b.md", 3)),
        ("乙", Place("b.md", 1)),
        ("繁体的头发。", Place("c.md", 1)),
    ],
)
def test_words_are_found(book: Path, words: str, place: Place) -> None:
    assert locate(book, Words(words)) == (book, place)


TWICE = {"a.md": "前一句话在这里。\n他点了点头。\n\n后一句话在那里。\n他点了点头。\n", "b.md": "他点了点头。\n"}


@pytest.mark.parametrize(
    ("before", "chapter", "place"),
    [
        ("前一句话在这里。", "", Place("a.md", 2)),
        ("后一句话在那里。", "", Place("a.md", 5)),
        ("", "b.md", Place("b.md", 1)),
        ("", "", Place("a.md", 2)),
        ("后一句话在那里。", "gone.md", Place("a.md", 5)),
    ],
)
def test_words_that_stand_twice_are_told_apart(tmp_path: Path, before: str, chapter: str, place: Place) -> None:
    for name, text in TWICE.items():
        (tmp_path / name).write_text(text, "utf-8")
    found = locate(tmp_path, Words("他点了点头。", before, chapter))
    assert found
    assert found[1] == place


def test_the_end_of_a_page_is_found_by_what_stands_before_it(book: Path) -> None:
    """What follows on the page is a note, not the rest of the paragraph."""
    found = locate(book, Words("头发也长了。版心项目出版于另一个地方", "前面的话不一样，里面有干净的后面，"))
    assert found
    assert found[1] == Place("b.md", 4)


@pytest.mark.parametrize("words", ["", "……", "这里没有这句话，哪里也没有"])
def test_what_is_not_there_is_not_found(book: Path, words: str) -> None:
    assert locate(book, Words(words)) is None


def test_a_book_that_is_gone_has_no_places(tmp_path: Path) -> None:
    assert locate(tmp_path / "absent", Words("乙")) is None


def test_one_file_is_a_book(book: Path) -> None:
    assert locate(book / "b.md", Words("头发也长了")) == (book, Place("b.md", 4))


def test_the_server_tells_the_place_and_the_editor(book: Path, tmp_path: Path) -> None:
    shown = preview.Preview(tmp_path / "out", book=book)
    reply = preview.answer(shown, WHERE, "words=" + quote("头发也长了"))
    editor = f"vscode://file{quote(str(book))}/b.md:4"
    assert json.loads(reply.body) == {"place": "b.md:4", "editor": editor, "page": "", "line": None}
    assert preview.answer(shown, WHERE, "words=").status is HTTPStatus.NOT_FOUND
    assert preview.answer(shown, WHERE, "").status is HTTPStatus.NOT_FOUND
    assert preview.answer(preview.Preview(tmp_path), WHERE, "words=乙").status is HTTPStatus.NOT_FOUND
