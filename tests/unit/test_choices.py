"""The editor's side of a conversion: report, answers, and what is remembered of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from banxin import build, choices, cli
from banxin.build import Checked, Order
from banxin.conversion import lock, report
from banxin.errors import ManuscriptError

BOOK = "title: 书\nauthors: [某人]\nchapters: [a.md]\neditions: {zh-Hant-TW: {}}\n"
TEXT = "# 甲\n\n电话被发明的时候，\n他的同学余静在场。又一次被发明。\n\n`发明`他在水边站了一下午，干了再说。\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.yaml").write_text(BOOK, "utf-8")
    (folder / "a.md").write_text(TEXT, "utf-8")
    return folder


def checked(book: Path) -> Checked:
    return build.check(Order(book, editions=("zh-Hant-TW",)))


def new(book: Path) -> list[tuple[str, str, int]]:
    (pending,) = checked(book).pending
    return [(one.choice.source, one.choice.chosen, one.place.line) for one in pending.new]


def filled(book: Path, tmp_path: Path, **answers: str) -> Path:
    """The report, with an answer in every row of a word."""
    (pending,) = checked(book).pending
    head, *rows = report.table(pending).splitlines()
    lines = [answers.get(row.split("\t")[1], "") + row for row in rows]
    path = tmp_path / "report.tsv"
    path.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return path


def test_every_choice_has_its_line_and_its_words(book: Path) -> None:
    assert new(book) == [("发明", "發明", 3), ("余", "余", 4), ("发明", "發明", 4), ("干", "幹", 6)]


def test_the_report_groups_by_word(book: Path) -> None:
    (pending,) = checked(book).pending
    rows = [row.split("\t") for row in report.table(pending).splitlines()]
    assert [row[1:4] for row in rows[1:3]] == [["发明", "發明", "髮明"]] * 2
    assert rows[1][7:] == ["电话被", "的时候，他的同学余静在场。又一次"]
    page = report.page(pending, "书 <名>")
    assert page.count("<section>") == 3
    assert "书 &lt;名&gt;" in page
    assert "髮明" in page


def test_accepted_choices_are_not_asked_again_until_their_sentence_changes(book: Path) -> None:
    found = checked(book)
    assert any("4 处换字还没有人看过" in problem.message for problem in found.problems)
    choices.accept(found.manuscript, found.pending)
    assert new(book) == []
    assert checked(book).problems == ()
    (book / "a.md").write_text(TEXT.replace("站了一下午", "坐了一下午"), "utf-8")
    assert [choice[0] for choice in new(book)] == ["干"]
    found = checked(book)
    choices.accept(found.manuscript, found.pending)
    accepted, _ = lock.read((book / lock.FILE).read_text("utf-8"))
    assert len(accepted) == 4, "what is gone is forgotten"


def test_decisions_go_into_the_lexicon(book: Path, tmp_path: Path) -> None:
    (book / "lexicon.tsv").write_text("内存\t記憶體", "utf-8")
    found = checked(book)
    path = filled(book, tmp_path, 发明="創造", 余="对")
    choices.decide(found.manuscript, path, found.pending[0].edition)
    assert (book / "lexicon.tsv").read_text("utf-8") == "内存\t記憶體\n发明\t創造\tzh-Hant-TW\n"
    assert new(book) == [("干", "幹", 6)]


def test_a_word_that_stays_goes_among_the_names(book: Path, tmp_path: Path) -> None:
    found = checked(book)
    choices.decide(found.manuscript, filled(book, tmp_path, 发明="发明"), found.pending[0].edition)
    assert (book / "names.txt").read_text("utf-8") == "发明\t发明\n"
    assert not (book / "lexicon.tsv").exists()


def test_an_answer_that_would_hit_everywhere_is_refused(book: Path, tmp_path: Path) -> None:
    found = checked(book)
    with pytest.raises(ManuscriptError) as caught:
        choices.decide(found.manuscript, filled(book, tmp_path, 干="乾", 发明="創造"), found.pending[0].edition)
    assert "原词只有一个字：干" in str(caught.value)
    assert not (book / "lexicon.tsv").exists(), "all or nothing"


@pytest.mark.parametrize("text", ["", "别的\t表\n", "\t".join(report.COLUMNS) + "\n對\t少了\n"])
def test_what_is_no_report_is_refused(book: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.tsv").write_text(text, "utf-8")
    found = checked(book)
    with pytest.raises(ManuscriptError):
        choices.decide(found.manuscript, tmp_path / "x.tsv", found.pending[0].edition)


def test_a_broken_lock_is_told_with_its_line(book: Path) -> None:
    (book / lock.FILE).write_text("# 看过\nzh-Hant-TW\t发明\n", "utf-8")
    with pytest.raises(ManuscriptError, match=r"conversions\.lock:2"):
        checked(book)


def test_the_commands(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    arguments = ["check", str(book), "-e", "zh-Hant-TW", "-o", str(out), "--quiet"]
    assert cli.main([*arguments, "--strict"]) == cli.WRONG
    assert sorted(path.name for path in out.glob("*conversion*")) == [
        "book-zh-Hant-TW-conversion.html",
        "book-zh-Hant-TW-conversion.tsv",
    ]
    assert cli.main([*arguments, "--accept"]) == cli.BUILT
    capsys.readouterr()
    assert cli.main([*arguments, "--strict"]) == cli.BUILT
    assert capsys.readouterr().err == ""
    with pytest.raises(SystemExit):
        cli.main(["check", str(book), "--accept", "-e", "zh-Hans"])


def test_a_strict_build_asks_for_a_look(book: Path, tmp_path: Path) -> None:
    order = Order(book, ("html",), ("zh-Hant-TW",), tmp_path / "out", strict=True)
    with pytest.raises(ManuscriptError, match="还没有人看过"):
        build.build(order)
    found = checked(book)
    choices.accept(found.manuscript, found.pending)
    assert build.build(order).problems == ()
