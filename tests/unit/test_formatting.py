"""`fmt`: lines end where sentences do, and the book stays the book."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin import formatting, load, tree, typeset
from banxin.book import Book, Edition
from banxin.errors import ManuscriptError
from banxin.formatting import format_book, format_text, proof
from banxin.formatting.atoms import atoms
from banxin.formatting.paragraphs import paragraphs
from banxin.formatting.sentences import one_a_line
from tests.casefile import Case, read
from tests.conftest import ROOT

BOOKS = sorted([*(ROOT / "manuscript").glob("*.md"), *(ROOT / "examples").rglob("*.md")])
MARKUP = st.text("中文说走。！？…“”「」（）《》，——：\"'* _`$[]()^{}#>|-+1.aB \n\\~<:&", max_size=80)
PROSE = st.lists(
    st.sampled_from(
        ["他走了。", "“走吧。”", "她说", "**真的？**", "*没有*", "Yes. ", "He came", " ", "\n", "\n\n", "[^1]",
         "`x。y`", "$a。b$", "[链。](u)", "[点。]{.em-dot}", "[Go. On]{lang=en}", "……", "——", "《谁？》", "（真的？）",
         '"好。" ', "\n\n- ", "\n  ", "\n\n> ", "\n> ", "\\\n", "  \n", "\n\n1. ", "\n   ", "\n\n```\n", "\n::: note\n",
         "\n:::\n",
         "\n# ", "\n---\n", "<u>字。</u>", "\n<div>\n", "\n| ", "1. ", "A. ", "^[注。又注。]", "\n\n[^1]: ", "? Foo"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


def visible(text: str) -> str:
    """What may never be lost or added; the marks of a quotation stand before every line of it."""
    return "".join(text.replace(">", "").split())


@pytest.mark.parametrize("case", read("fmt"), ids=str)
def test_cases(case: Case) -> None:
    assert format_text(case.given, "a.md") == case.expected


@pytest.mark.parametrize("case", read("fmt"), ids=str)
def test_a_second_run_changes_nothing(case: Case) -> None:
    assert format_text(case.expected, "a.md") == case.expected


@given(MARKUP)
def test_atoms_are_the_source(text: str) -> None:
    assert "".join(atom.source for atom in atoms(text)) == text


@given(MARKUP)
def test_lines_lose_nothing(text: str) -> None:
    assert visible(one_a_line(text)) == visible(text)


@given(MARKUP)
def test_lines_are_stable(text: str) -> None:
    once = one_a_line(text.strip())
    assert one_a_line(once) == once


@given(st.lists(MARKUP, max_size=12))
def test_paragraphs_are_rows_of_the_source(rows: list[str]) -> None:
    source = "\n".join(rows).split("\n")
    position = 0
    for found in paragraphs(source):
        assert found.first >= position
        assert found.rows == tuple(source[found.first : found.first + len(found.rows)])
        position = found.first + len(found.rows)


def printed(book: Book) -> object:
    """A whole book as it is typeset, apart from where the lines of its source end."""
    done = typeset.typeset(book, Edition("zh-Hans", "zh-Hans"))
    return [proof.normal([chapter.title, chapter.subtitle, chapter.blocks]) for chapter in done.chapters]


@pytest.mark.slow
@settings(max_examples=60)
@given(text=PROSE)
def test_any_manuscript_stays_the_same_book(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Through the whole of `load`, raw HTML and all: the proof itself only sees the parsed tree."""
    file = tmp_path_factory.mktemp("fmt") / "a.md"
    file.write_text(text, "utf-8")
    try:
        before = load.load(file, load.Options(draft=True)).book
    except ManuscriptError:
        return
    once = format_text(text, "a.md")
    assert visible(once) == visible(text)
    assert format_text(once, "a.md") == once
    file.write_text(once, "utf-8")
    assert printed(load.load(file, load.Options(draft=True)).book) == printed(before)


@pytest.mark.slow
@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
def test_real_chapters(path: Path) -> None:
    text = path.read_text("utf-8")
    once = format_text(text, path.name)
    assert visible(once) == visible(text)
    assert format_text(once, path.name) == once
    assert proof.forms(once, path.name) == proof.forms(text, path.name)
    reflowed = format_text(text.replace("。\n", "。", 5), path.name)
    assert format_text(reflowed, path.name) == reflowed


def test_what_cannot_be_proven_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A splitter that damages one paragraph: that paragraph stays, the others are split."""

    def careless(text: str) -> str:
        return text.replace("坏。", "坏。\n\n") if "坏" in text else one_a_line(text)

    monkeypatch.setattr(formatting, "one_a_line", careless)
    given_text = "一。二。\n\n坏。蛋。\n\n三。四。\n"
    assert format_text(given_text, "a.md") == "一。\n二。\n\n坏。蛋。\n\n三。\n四。\n"


def test_a_letter_can_never_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "one_a_line", lambda text: text.replace("二", ""))
    assert format_text("一。二。\n", "a.md") == "一。二。\n"


def test_line_ends_mark_and_rights_stay(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes("\ufeff---\r\ntitle: 甲\r\n---\r\n\r\n一。二。\r\n三。\r\n\r\n四。五。".encode())
    file.chmod(0o640)
    assert format_book(file) == [file]
    assert file.read_bytes() == (
        "\ufeff---\r\ntitle: 甲\r\n---\r\n\r\n一。\r\n二。\r\n三。\r\n\r\n四。\r\n五。".encode()
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert format_book(file) == []
    assert list(tmp_path.iterdir()) == [file]


def test_old_line_ends_of_macs(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes("一。二。\r\r三。".encode())
    format_book(file)
    assert file.read_bytes() == "一。\r二。\r\r三。".encode()


def test_check_writes_nothing(tmp_path: Path) -> None:
    for name in ("2.md", "10.md", "1.md"):
        (tmp_path / name).write_text("一。二。\n" if name != "2.md" else "一。\n", "utf-8")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert format_book(tmp_path, write=False) == [tmp_path / "1.md", tmp_path / "10.md"]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_folder_with_book_yaml(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text("title: 书\nchapters: [a.md]\n", "utf-8")
    (tmp_path / "a.md").write_text("# 甲\n\n一。二。\n", "utf-8")
    (tmp_path / "notes.md").write_text("一。二。\n", "utf-8")
    assert format_book(tmp_path) == [tmp_path / "a.md"]
    assert (tmp_path / "notes.md").read_text("utf-8") == "一。二。\n"


def test_a_linked_file_is_written_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("一。二。\n", "utf-8")
    link = tmp_path / "link.md"
    link.symlink_to("real.md")
    format_book(link)
    assert link.is_symlink()
    assert (tmp_path / "real.md").read_text("utf-8") == "一。\n二。\n"


def test_nothing_is_written_when_a_chapter_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text("一。二。\n", "utf-8")
    (tmp_path / "2.md").write_bytes("一。二。\n".encode("gb18030"))
    with pytest.raises(ManuscriptError, match="2.md:1: 错误：编码是 GBK"):
        format_book(tmp_path)
    assert (tmp_path / "1.md").read_text("utf-8") == "一。二。\n"


def test_a_merge_conflict_stays_as_it_is(tmp_path: Path) -> None:
    text = "<<<<<<< HEAD\n一。二。\n=======\n三。四。\n>>>>>>> other\n"
    file = tmp_path / "a.md"
    file.write_text(text, "utf-8")
    shutil.copy(file, tmp_path / "copy")
    format_book(file)
    assert file.read_text("utf-8") == text


def test_plain_words_are_kept() -> None:
    """The proof is no empty word: a lost character, a moved mark and a new paragraph are all seen."""
    base = proof.forms("一。**二。**三。\n", "a.md")
    assert proof.forms("一。\n**二。**\n三。\n", "a.md") == base
    for other in ("一。**二**。三。\n", "一。**二。**\n\n三。\n", "一。**二。** 三。\n", "一。二。三。\n"):
        assert proof.forms(other, "a.md") != base
    assert tree.plain(proof.normal([{"t": "Str", "c": "a"}, {"t": "SoftBreak"}])) == "a "
