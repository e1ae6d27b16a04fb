"""`lint`: what is found, where, and that what is mended is only what was meant."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin import arguments, build, cli, load, tree
from banxin.config import LintSpec
from banxin.errors import BanxinError, ConfigError, Level
from banxin.formatting import format_book
from banxin.lint import formats, mend, run
from banxin.lint.book import look
from banxin.lint.chapter import Sheet, changed, passed_over
from banxin.lint.places import Follower, Text
from banxin.lint.rules.fault import Context
from banxin.lint.run import lint
from banxin.lint.table import BY_CODE, KINDS
from tests.casefile import Case, read
from tests.conftest import ROOT
from tools import long_book

CASES = read("lint")
FRONT = "---\ntitle: 题\n---\n"
BOOK = "title: 书\nauthors: [甲]\nchapters: [1.md, 2.md]\n"
ONE = load.Options(jobs=1, outlines=True)


def of_one_file(book: Path, fix: bool = False) -> run.Report:
    """What is found in a file by itself, without what the stages of a build say of a book."""
    return run.lint_book(book, [book.name], fix, ONE)


def places(report: run.Report) -> list[str]:
    """The findings of a report: `line:column code`."""
    problems = [one.problem for one in report.findings if one.problem.code != "T043"]
    return [f"{one.place.line}:{one.place.column} {one.code}" for one in problems]


def codes(path: Path, **options: bool) -> list[str]:
    """The codes of a whole book, in order."""
    return [one.problem.code for report in lint([path], **options) for one in report.findings]


def expected(case: Case) -> tuple[list[str], str]:
    """The findings of a case, and its text when all is mended that can be."""
    findings, arrow, mended = case.expected.partition("=>\n")
    return findings.split("\n") if findings.strip() else [], mended if arrow else case.given


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A file of the author's own."""
    return tmp_path / "a.md"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A book of two chapters."""
    (tmp_path / "book.yaml").write_text(BOOK, "utf-8")
    (tmp_path / "1.md").write_text("# 一 {#ch-one}\n\n见@ch-two。用Python写,用Rust写。\n", "utf-8")
    (tmp_path / "2.md").write_text("# 二 {#ch-two}\n\n见@ch-nowhere。用 Go 写。\n", "utf-8")
    return tmp_path


# ---- the rules, case by case


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_found_and_where(case: Case, book: Path) -> None:
    book.write_text(f"{FRONT}{case.given}\n", "utf-8")
    lines = [line.strip().split(":", 1) for line in expected(case)[0] if line]
    assert places(of_one_file(book)) == [f"{int(line) + 3}:{rest}" for line, rest in lines]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_mended(case: Case, book: Path) -> None:
    book.write_text(f"{FRONT}{case.given}\n", "utf-8")
    report = of_one_file(book, fix=True)
    assert book.read_text("utf-8") == f"{FRONT}{expected(case)[1]}\n"
    assert bool(report.written) == (expected(case)[1] != case.given)
    assert not of_one_file(book, fix=True).written, "a second run changes nothing"


def test_every_kind_that_can_be_mended_is_mended_in_a_case() -> None:
    mended = {line.split()[1] for case in CASES if "=>" in case.expected for line in expected(case)[0] if line}
    assert {kind.code for kind in KINDS if kind.fixable} <= mended


# ---- beside other tools

COMPARED = [
    line.split("\t")
    for line in (ROOT / "tests" / "lint" / "comparison.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
][1:]


@pytest.mark.parametrize(("text", "right"), [row[:2] for row in COMPARED], ids=[row[0] for row in COMPARED])
def test_right_where_other_tools_are_and_where_they_are_not(text: str, right: str, book: Path) -> None:
    book.write_text(f"{text}\n", "utf-8")
    assert bool(of_one_file(book).findings) == bool(right)
    of_one_file(book, fix=True)
    assert book.read_text("utf-8") == f"{text if right in ('', '!') else right}\n"


def sentences(language: str) -> str:
    """Every sentence of the test set of conversions in one language: nothing is wrong with them."""
    found = []
    for path in sorted((ROOT / "tests" / "conversion").glob("*.tsv")):
        head, *rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
        if head[0] == "zh-Hans" and language in head:
            column = head.index(language)
            found += [re.sub(r"\{([^|}]*)\|[^}]*\}", r"\1", row[column]) for row in rows if len(row) > column]
    return "\n\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant-TW", "zh-Hant-HK"])
def test_nothing_is_found_in_thousands_of_right_sentences(language: str, book: Path) -> None:
    text = sentences(language)
    assert text.count("\n\n") > 2000
    book.write_text(f"---\nlanguage: {language}\n---\n# 甲\n\n{text}\n", "utf-8")
    assert [str(one.problem) for one in of_one_file(book).findings] == []


@pytest.mark.parametrize(("tool", "column"), [("AutoCorrect", 2), ("zhlint", 3)])
def test_the_table_counts_right(tool: str, column: int) -> None:
    table = (ROOT / "tests" / "README.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| {tool} [\d.]+ \| (.*) \|$", table, re.MULTILINE)
    of_wrong = Counter(row[column] for row in COMPARED if row[1])
    of_right = Counter(row[column] for row in COMPARED if not row[1])
    wanted = [of_wrong["right"], of_wrong["other"], of_wrong["silent"], of_right["false"]]
    assert [int(number) for number in row.split(" | ")] == wanted


# ---- one table for the rules and the stages of a build


def test_every_code_is_in_the_table_and_is_said_somewhere() -> None:
    sources = [path for path in (ROOT / "banxin").rglob("*.py") if path.name != "table.py"]
    said = {code for path in sources for code in re.findall(r'"(T\d{3})"', path.read_text("utf-8"))}
    assert said - {"T000"} == BY_CODE.keys()
    assert len(BY_CODE) == len(KINDS)


def test_lint_says_what_check_says(two: Path) -> None:
    with pytest.raises(BanxinError) as caught:
        build.check(build.Order(two))
    (dead,) = [problem for problem in caught.value.problems if problem.level is Level.ERROR]
    assert str(dead).startswith("2.md:3: 错误：所指不存在：ch-nowhere [T040]\n")
    (report,) = lint([two])
    assert dead in [one.problem for one in report.findings]


def test_quotes_without_a_partner_are_told_once(book: Path) -> None:
    book.write_text(f"{FRONT}他说：“走吧。\n", "utf-8")
    assert codes(book).count("T002") == 1
    told = [problem for problem in build.check(build.Order(book)).problems if problem.code == "T002"]
    assert [problem.place.line for problem in told] == [4]


def test_comments_and_settings_count_in_every_command(two: Path) -> None:
    (two / "2.md").write_text("# 二 {#ch-two}\n\n他说：“走吧。\n", "utf-8")
    assert "T002" in [problem.code for problem in build.check(build.Order(two)).problems]
    (two / "2.md").write_text("# 二 {#ch-two}\n\n<!-- lint: next T002 -->\n他说：“走吧。\n", "utf-8")
    assert "T002" not in [problem.code for problem in build.check(build.Order(two)).problems]
    assert not {"T002", "T036"} & set(codes(two))
    (two / "2.md").write_text("# 二 {#ch-two}\n\n他说：“走吧。\n", "utf-8")
    (two / "book.yaml").write_text(f"{BOOK}lint: {{off: T002}}\n", "utf-8")
    assert "T002" not in [problem.code for problem in build.check(build.Order(two)).problems]


def test_an_error_is_not_for_a_comment_to_allow(book: Path) -> None:
    book.write_text(f"{FRONT}<!-- lint: file T050 -->\n\n没有[^none]。\n", "utf-8")
    assert codes(book).count("T050") == 1


# ---- settings


@pytest.mark.parametrize(
    ("setting", "text", "wanted"),
    [
        ("{}", "一,二。", ["T001"]),
        ("{off: [T001]}", "一,二。", []),
        ("{spaces: one}", "用Go写。", ["T010", "T010"]),
        ("{spaces: none}", "用 Go 写。", ["T010", "T010"]),
        ("{spaces: any}", "用 Go写，用Go写，用 Go写。", []),
        ("{quotes: corner}", "“甲”", ["T003"]),
        ("{quotes: keep}", '"甲"「乙」', []),
        ("{paragraph: 5}", "一二三四五六。", ["T032"]),
        ("{paragraph: 7}", "一二三四五六。", []),
    ],
)
def test_settings(setting: str, text: str, wanted: list[str], two: Path) -> None:
    (two / "book.yaml").write_text(f"{BOOK}lint: {setting}\n", "utf-8")
    (two / "1.md").write_text("# 一\n\n一句。\n", "utf-8")
    (two / "2.md").write_text(f"# 二\n\n{text}\n", "utf-8")
    assert codes(two) == wanted


def test_a_book_of_one_file_says_it_in_its_front_matter(book: Path) -> None:
    book.write_text("---\ntitle: 题\nlint: {off: [T001], spaces: one}\n---\n\n一,二Go。\n", "utf-8")
    assert codes(book) == ["T010"]
    book.write_text("---\ntitle: 题\nlint: {off: [T999]}\n---\n\n一,二。\n", "utf-8")
    with pytest.raises(ConfigError, match="a.md:3: 错误：没有这条规则：T999"):
        lint([book])


def test_a_character_that_no_font_has(book: Path) -> None:
    book.write_text(f"{FRONT}一个\ue000字。\n", "utf-8")
    (report,) = lint([book])
    assert places(report) == ["4:0 T070"]
    assert report.errors == 1


def test_a_code_may_be_an_error(two: Path) -> None:
    (two / "book.yaml").write_text(f"{BOOK}lint: {{error: [T001]}}\n", "utf-8")
    (report,) = lint([two])
    assert {one.problem.level for one in report.findings if one.problem.code == "T001"} == {Level.ERROR}


def test_a_code_that_there_is_not(two: Path) -> None:
    (two / "book.yaml").write_text(f"{BOOK}lint: {{off: [T0011]}}\n", "utf-8")
    with pytest.raises(ConfigError, match=r"book.yaml:4: 错误：没有这条规则：T0011\n  办法：是不是 T0"):
        lint([two])


def test_the_defaults_are_the_book_s_own_habits() -> None:
    assert LintSpec().off == ()
    assert Context().spec == LintSpec()


# ---- terms


def test_terms_are_the_book_s_own(two: Path) -> None:
    (two / "terms.tsv").write_text("# 说明\n账号\t帐号、帳號\nJavaScript\tJavascript、JS\n", "utf-8")
    (two / "1.md").write_text("# 帐号\n\n**帐号**和Javascript和JSON。\n", "utf-8")
    (two / "2.md").write_text("# 二\n\n账号，`帐号`，[帐号]{.keep}。\n", "utf-8")
    (report,) = lint([two])
    assert places(report) == ["1:3 T020", "3:3 T020", "3:8 T020"]
    assert report.findings[1].problem.hint == "terms.tsv 写作“账号”。"
    lint([two], fix=True)
    assert (two / "1.md").read_text("utf-8") == "# 账号\n\n**账号**和JavaScript和JSON。\n"


def test_a_term_begins_and_ends_with_words(two: Path) -> None:
    (two / "terms.tsv").write_text("登录\t登陆\n", "utf-8")
    (two / "1.md").write_text("# 一\n\n坐登陆艇来，登陆网站。\n", "utf-8")
    (two / "2.md").write_text("# 二\n\n一句。\n", "utf-8")
    (report,) = lint([two])
    assert places(report) == ["3:7 T020"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("账号", "看不懂这一行"),
        ("账号\t", "看不懂这一行"),
        ("账号\t账号", "账号 既采用又不用"),
        ("账号\t帐号、帐号", "帐号 写了两次"),
    ],
)
def test_terms_that_are_wrong(line: str, what: str, two: Path) -> None:
    (two / "terms.tsv").write_text(f"# 头\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=f"terms.tsv:2: 错误：{what}"):
        lint([two])


# ---- books and files


def test_a_file_is_a_part_of_its_book(two: Path) -> None:
    (report,) = lint([two / "1.md"])
    assert report.root == two.resolve()
    assert places(report) == ["3:18 T001"], "the spaces of the other file make no habit, and its dead link is its own"


def test_a_file_that_no_book_lists_is_a_book(two: Path) -> None:
    (two / "3.md").write_text("# 三\n\n见@ch-two。\n", "utf-8")
    assert "T040" in codes(two / "3.md")


def test_files_of_one_book_are_one_report(two: Path) -> None:
    (report,) = lint([two / "1.md", two / "2.md"])
    assert {one.problem.place.path for one in report.findings} == {"1.md", "2.md"}


def test_chapters_of_another_language_are_held_to_their_own(two: Path) -> None:
    (two / "1.md").write_text("---\nlanguage: zh-Hant-TW\n---\n# 一\n\n他說話，发。\n", "utf-8")
    (two / "2.md").write_text("# 二\n\n他说話，發。\n", "utf-8")
    (report,) = lint([two])
    assert places(report) == ["6:5 T021", "3:3 T021", "3:5 T021"]


def test_a_picture_without_words_is_told_once(two: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    (two / "x.svg").write_text(svg, "utf-8")
    (two / "2.md").write_text("# 二 {#ch-two}\n\n字![](x.svg)字。\n", "utf-8")
    for path in (two, two / "2.md"):
        (report,) = lint([path])
        assert [place for place in places(report) if "T033" in place] == ["3:4 T033"]


def test_words_are_looked_at_where_a_book_cannot_be_built(two: Path) -> None:
    (two / "1.md").write_text("# 一\n\n![](nowhere.png)一,二。没有[^none]。\n", "utf-8")
    found = codes(two)
    assert {"T001", "T033", "T043", "T050"} <= set(found)
    assert found.count("T050") == 1


def test_faults_of_notes_and_citations_are_all_told_with_file_and_line(two: Path) -> None:
    """In one go: undefined, doubled, unused, empty and alike notes; keys unknown, doubled, and what entries lack."""
    notes = "[^a]: 一。\n\n[^a]: 又一。\n\n[^b]: 没有人用。\n\n[^c]: <!-- -->\n\n[^d]: 同样。\n\n[^e]: 同样。\n"
    (two / "1.md").write_text(f"# 一\n\n甲[^none]，乙[^a]，丙[^c]，丁[^d]，戊[^e]。\n\n{notes}", "utf-8")
    (two / "2.md").write_text("# 二\n\n甲[@wang1993]，\n如@wang1939所示，\n[见@wang1939]。\n", "utf-8")
    entry = "@book{wang1993, author={王维}, title={流沙坠简}}\n"
    (two / "refs.bib").write_text(f"{entry}\n{entry}", "utf-8")
    (two / "book.yaml").write_text(f"{BOOK}bibliography: refs.bib\n", "utf-8")
    problems = [one.problem for report in lint([two]) for one in report.findings]
    told = {f"{one.place.path}:{one.place.line} {one.code}" for one in problems if str(one.code).startswith("T05")}
    assert {"1.md:3 T050", "1.md:7 T051", "1.md:9 T052", "1.md:11 T053", "1.md:15 T054"} <= told
    assert {"2.md:4 T055", "2.md:5 T055", "refs.bib:3 T057"} <= told


def test_a_merge_conflict_is_told_at_its_lines(two: Path) -> None:
    conflict = "<<<<<<< HEAD\n一。\n=======\n二。\n>>>>>>> other\n"
    (two / "1.md").write_text(f"# 一\n\n{conflict}\n三。\n\n{conflict}", "utf-8")
    (two / "2.md").write_text(f"# 二\n\n```\n{conflict}```\n", "utf-8")
    (report,) = lint([two])
    told = [one.problem for one in report.findings if one.problem.code == "T034"]
    assert [(one.place.path, one.place.line, one.level) for one in told] == [
        ("1.md", 3, Level.ERROR), ("1.md", 11, Level.ERROR),
    ]  # fmt: skip


def test_a_draft_is_looked_at_when_asked(two: Path) -> None:
    (two / "2.md").write_text("---\ndraft: true\n---\n# 二\n\n一,二。\n", "utf-8")
    assert codes(two).count("T001") == 1
    assert codes(two, draft=True).count("T001") == 2


# ---- mending


def test_line_ends_and_mark_stay(book: Path) -> None:
    book.write_bytes("\ufeff---\r\ntitle: 题\r\n---\r\n\r\n一,二。\r\n三,四".encode())
    of_one_file(book, fix=True)
    assert book.read_bytes() == "\ufeff---\r\ntitle: 题\r\n---\r\n\r\n一，二。\r\n三，四".encode()


def test_what_cannot_be_proven_is_left(book: Path) -> None:
    """Changes at wrong places: none of them is written, and the others are."""
    text = "一,二。\n\n三,四。\n"
    sheet = Sheet("a.md", text, run.parsed("a.md", text, False))
    findings = list(sheet.findings(Context()))
    sheet.placed[0] = sheet.placed[1]
    body, count = mend.mended(sheet, findings, lambda body: run.parsed("a.md", body, False))
    assert (body, count) == ("一,二。\n\n三，四。\n", 1)


def test_what_a_change_would_make_is_seen(book: Path) -> None:
    blocks = run.parsed("a.md", "一,二。\n", False)
    assert mend.same(changed(blocks, {0: [(1, 2, "，")]}), run.parsed("a.md", "一，二。\n", False))
    for other in ("一,二。\n", "一，*二*。\n", "一，\n\n二。\n", "# 一，二。\n", "一，二。。\n"):
        assert not mend.same(changed(blocks, {0: [(1, 2, "，")]}), run.parsed("a.md", other, False))


PIECES = st.lists(
    st.sampled_from(
        ["他走了", ",", ".", "...", "--", '"', "'", "(", ")", " ", "Go", "2024", "**", "*", "_", "`x,`", "$y$",
         "[链,](u,)",
         "[词,]{.em-dot}", "[留,]{.keep}", "\n", "\n\n", "\n\n- ", "\n\n> ", "\n\n# ", "^[注,文]", "~", "\\*", "&amp;",
         "<u>字,</u>", "!", "，", "。", "“", "”", "！！！！", "25 %", "２",
         "\n\n| 甲,乙 | 丙 |\n|---|---|\n| 丁 | 戊,己 |\n\n",
         "\n\n```\n一,二\n```\n\n", "![图,](a.png)", "<!-- lint: off -->", "<!-- lint: on -->", "　", "的的"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25)
@given(text=PIECES)
def test_any_manuscript_is_changed_in_its_words_only(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    book = tmp_path_factory.mktemp("lint") / "a.md"
    book.write_text(text, "utf-8")
    try:
        of_one_file(book, fix=True)
    except BanxinError:
        return
    mended = book.read_text("utf-8")
    letters = re.compile(r"[^\w]|_")
    assert letters.sub("", mended).replace("２", "2") == letters.sub("", text).replace("２", "2")
    before, after = (shape(run.parsed("a.md", body, False)) for body in (text, mended))
    assert before == after


def shape(blocks: list[dict[str, object]]) -> list[object]:
    """The markup of a tree, without its words, and what no rule may touch."""
    verbatim = ("Code", "CodeBlock", "Math", "RawInline", "RawBlock")
    kinds = [node for node in tree.walk(blocks) if node["t"] not in ("Str", "Space")]
    return [node["c"] if node["t"] in verbatim else node["t"] for node in kinds]


def test_what_an_editor_took_out_is_passed_over(book: Path) -> None:
    book.write_text("他{++来,了++}走{--掉,了--}。{~~旧,词~>新,词~~}{>>批,注<<}又{==要,紧==}。\n", "utf-8")
    report = run.lint_book(book, [book.name], True, load.Options(draft=True, jobs=1, outlines=True))
    assert [one.problem.code for one in report.findings] == ["T066"]
    assert book.read_text("utf-8") == "他{++来，了++}走{--掉,了--}。{~~旧,词~>新，词~~}{>>批,注<<}又{==要，紧==}。\n"


# ---- places


@pytest.mark.slow
@pytest.mark.parametrize("path", [ROOT / "manuscript", ROOT / "examples" / "chronicle.md"], ids=lambda path: path.stem)
def test_words_are_where_they_are_said_to_be(path: Path) -> None:
    """Each character of each run stands at its place in the source, and next to no run is without places."""
    lost = total = 0
    for sheet in look(path, load.Options(draft=True, outlines=True)).sheets:
        for placed in sheet.placed:
            text = placed.run.text.strip(f"{tree.OBJECT}{tree.NOTE}\n ")
            total += bool(text)
            lost += bool(text) and not placed.offsets
            assert list(placed.offsets) == sorted(placed.offsets)
            for char, offset in zip(placed.run.text, placed.offsets, strict=bool(placed.offsets)):
                if char.isalnum():
                    assert sheet.text.source[offset] in (char, "&")
    assert total > 30
    assert lost <= total / 200


@given(PIECES)
def test_places_are_those_of_the_characters(text: str) -> None:
    """Whatever the words and the source: a character that has a place stands there."""
    follower = Follower(Text(text))
    for words in text.split("\n"):
        placed = follower.place(tree.Run(words.replace("*", ""), 1))
        for char, offset in zip(placed.run.text, placed.offsets, strict=bool(placed.offsets)):
            assert text[offset] == char or not char.isalnum()


@settings(max_examples=12)
@given(PIECES)
def test_runs_are_counted_as_they_are_changed(text: str) -> None:
    blocks = run.parsed("a.md", text, False)
    starts = [
        next((at for at, char in enumerate(one.text) if char.isalnum()), None) for one in tree.runs(blocks, passed_over)
    ]
    every = {number: [(at, at, f"〔{number}〕")] for number, at in enumerate(starts) if at is not None}
    marks = re.findall(r"〔(\d+)〕", json.dumps(changed(blocks, every), ensure_ascii=False))
    assert sorted(map(int, marks)) == sorted(every)


def test_lines_after_tables_and_code(book: Path) -> None:
    """The caption of a table is the first part of its tree, and code shows what stands below it."""
    table = "| 甲 | 乙 |\n|---|---|\n| 丙 | 丁,戊 |\n\n: 表,题\n"
    book.write_text(f"```\n{table}```\n\n{table}\n丙,丁。\n", "utf-8")
    assert places(of_one_file(book)) == ["11:8 T001", "13:4 T001", "15:2 T001"]


# ---- telling


@pytest.fixture
def reports(book: Path, monkeypatch: pytest.MonkeyPatch) -> list[run.Report]:
    monkeypatch.chdir(book.parent)
    book.write_text(f"{FRONT}一,二%:。\n\n没有[^none]。\n", "utf-8")
    return lint([Path("a.md")])


def test_text(reports: list[run.Report]) -> None:
    assert formats.text(reports).startswith(
        "a.md:4:2: 警告：汉字旁用全角标点：一,二%:。 [T001]\n  办法：改成“一，二%:。”。\n"
    )


def test_json(reports: list[run.Report]) -> None:
    first, *_ = json.loads(formats.as_json(reports))
    assert first == {
        "code": "T001", "level": "warning", "path": "a.md", "line": 4, "column": 2, "endLine": 4, "endColumn": 3,
        "message": "汉字旁用全角标点：一,二%:。", "hint": "改成“一，二%:。”。",
        "edits": [{"line": 4, "column": 2, "endLine": 4, "endColumn": 3, "text": "，"}],
    }  # fmt: skip


def test_github(reports: list[run.Report]) -> None:
    first, *_, last = formats.github(reports).split("\n")
    assert first == (
        "::warning file=a.md,line=4,col=2,endLine=4,endColumn=3,title=T001 汉字旁的半角标点"
        "::汉字旁用全角标点：一,二%25:。%0A改成“一，二%25:。”。"
    )
    assert last.startswith("::error file=a.md,line=6,title=T050 脚注没有定义::脚注没有定义：none%0A")


def test_sarif(reports: list[run.Report]) -> None:
    """What SARIF 2.1.0 asks of a log: 3.13 to 3.30 of the standard."""
    log = json.loads(formats.sarif(reports))
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*BY_CODE, "T000"]
    assert only["columnKind"] == "unicodeCodePoints"
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "a.md"
        assert all(number >= 1 for number in location["physicalLocation"]["region"].values())
    (fix,) = only["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "，"}
    assert replacement["deletedRegion"] == {"startLine": 4, "startColumn": 2, "endLine": 4, "endColumn": 3}
    region = only["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 2, "endLine": 4, "endColumn": 3}


def test_paths_are_from_where_the_command_runs(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(two.parent)
    (two / "甲 乙.md").write_text("# 三\n\n一,二。\n", "utf-8")
    (two / "book.yaml").write_text("title: 书\nauthors: [甲]\nchapters: [甲 乙.md]\n", "utf-8")
    found = lint([two])
    assert json.loads(formats.as_json(found))[-1]["path"] == f"{two.name}/甲 乙.md"
    uri = json.loads(formats.sarif(found))["runs"][0]["results"][-1]["locations"][0]["physicalLocation"]
    assert uri["artifactLocation"]["uri"] == f"{two.name}/%E7%94%B2%20%E4%B9%99.md"


def test_the_command_line_knows_the_formats() -> None:
    assert tuple(formats.FORMATS) == arguments.LINT_FORMATS


# ---- the command


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(ROOT / "build.py"), "lint", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_exit_codes(book: Path) -> None:
    book.write_text(f"{FRONT}一,二。\n", "utf-8")
    warned = command(str(book))
    assert (warned.returncode, warned.stdout.count("T001")) == (0, 1)
    assert warned.stderr.splitlines()[-1] == "0 处错误，1 处警告。"
    assert command(str(book), "--strict").returncode == 1
    mended = command(str(book), "--fix")
    assert mended.stderr.splitlines() == [f"改了 {book}", "改了 1 处；没有问题。"]
    assert book.read_text("utf-8") == f"{FRONT}一，二。\n"
    book.write_text(f"{FRONT}没有[^none]。\n", "utf-8")
    assert command(str(book)).returncode == 1
    assert command(str(book.parent / "nowhere")).returncode == 1
    assert command("--rules").stdout.count("\n") == len(KINDS)


def test_a_file_is_looked_at_without_what_only_books_need(two: Path) -> None:
    """What takes long to load is not loaded for one file in an editor."""
    script = (
        "import sys; from pathlib import Path; from banxin.lint.run import lint; from banxin.lint import formats;"
        "formats.text(lint([Path(sys.argv[1])]));"
        "print([name for name in sys.modules if name in ('weasyprint', 'rjieba', 'jinja2', 'fontTools',"
        " 'PIL', 'rich', 'banxin.build', 'banxin.layout', 'importlib.metadata')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(two / "1.md")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n", done.stderr


# ---- speed and hooks


def test_the_hooks_are_commands_that_there_are() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {hook["id"] for hook in hooks} == {"banxin-lint", "banxin-fmt"}
    for hook in hooks:
        program, *arguments = hook["entry"].split()
        assert program == "banxin"
        cli._parser().parse_args([*arguments, "a.md", "b.md"])
        assert re.search(hook["files"], "manuscript/01-甲.md")
        for name in load.IGNORED:
            assert re.search(hook["exclude"], f"manuscript/{name}")


def spent() -> float:
    """Seconds of the processors, ours and pandoc's."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in times)


@pytest.mark.slow
@pytest.mark.parametrize(
    "look_at", [lambda book: lint([book]), lambda book: format_book(book, write=False)], ids=["lint", "fmt"]
)
def test_a_long_book_takes_a_few_times_its_reading(
    look_at: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading and parsing it is 1; both took about 2 when this was written. Nothing is taken from the cache."""
    monkeypatch.setenv("BANXIN_CACHE", "off")
    book = long_book.write(tmp_path / "book", 60_000)
    lint([book / "001.md"])  # what is loaded once
    started = spent()
    load.load(book)
    read = spent()
    look_at(book)
    assert spent() - read < 5 * (read - started)
