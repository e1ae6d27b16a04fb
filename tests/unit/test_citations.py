"""References, entry by entry: what GB/T 7714-2025 asks, in the words of each work's own language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from banxin import build, tree
from banxin.config import CitationMarks, CitationSpec, Later
from banxin.errors import ConfigError, ManuscriptError, Place, Problem
from banxin.notes import citeproc, entries, fields, styles
from banxin.notes.citeproc import Cluster, Run
from banxin.notes.entries import Entry
from banxin.notes.styles import han
from banxin.render.press import Press

pytestmark = pytest.mark.slow

FIXTURE = Path(__file__).parent.parent / "citations" / "gb-t-7714-2025.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(FIXTURE.read_text("utf-8"))
TOLD = frozenset({"clause", "numeric", "dated", "2015"})
OLD: list[dict[str, Any]] = [case for case in CASES if "2015" in case]
HERE = Path(__file__).parent


@cache
def works() -> Mapping[str, Entry]:
    """The entries of the fixture, read as an author's file is."""
    bare = [{name: value for name, value in case.items() if name not in TOLD} for case in CASES]
    found, problems = entries.read("refs.yaml", yaml.safe_dump(bare, allow_unicode=True, sort_keys=False))
    assert problems == []
    return {entry.key: entry for entry in found}


def item(key: str, suffix: str = "", mode: str = "NormalCitation") -> dict[str, Any]:
    return {
        "citationId": key,
        "citationPrefix": [],
        "citationSuffix": [tree.string(suffix)] if suffix else [],
        "citationMode": {"t": mode},
        "citationNoteNum": 0,
        "citationHash": 0,
    }


def style(name: str, **said: Any) -> styles.Style:
    return styles.find(CitationSpec(name, **said), HERE, Place("book.yaml"))


def run(name: str, *clusters: tuple[dict[str, Any], ...], **said: Any) -> Run:
    (done,) = citeproc.run([[Cluster(items) for items in clusters]], works(), style(name, **said), "zh-Hans")
    return done


def said(nodes: Any) -> str:
    """The words of a citation; of a note, those in it."""
    return tree.plain([node["c"] if node["t"] == "Note" else node for node in nodes]).strip()


@cache
def listed(name: str) -> Mapping[str, str]:
    done = run(name, *((item(case["id"]),) for case in CASES))
    return {work.key: tree.plain(work.words).strip() for work in done.listed}


def test_the_fixture_has_sixty_references_each_with_its_clause() -> None:
    assert len(CASES) >= 60
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["clause"] and case["numeric"] for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['clause']}-{case['id']}")
def test_a_reference_in_the_numeric_system(case: dict[str, Any]) -> None:
    assert listed("gb-t-7714-2025-numeric")[case["id"]] == case["numeric"]


@pytest.mark.parametrize("case", [case for case in CASES if "dated" in case], ids=lambda case: case["id"])
def test_a_reference_in_the_system_of_authors_and_years(case: dict[str, Any]) -> None:
    assert listed("gb-t-7714-2025-author-date")[case["id"]] == case["dated"]


def test_every_type_of_entry_has_a_case_of_2015() -> None:
    assert len(OLD) >= 60
    assert {case["type"] for case in OLD} == {case["type"] for case in CASES}
    assert all(case["2015"]["clause"] for case in OLD)


@pytest.mark.parametrize("case", OLD, ids=lambda case: f"{case['2015']['clause']}-{case['id']}")
def test_a_reference_by_the_standard_of_2015(case: dict[str, Any]) -> None:
    assert listed("gb-t-7714-2015-numeric")[case["id"]] == case["2015"]["numeric"]


# Citations of works in several languages ----------------------------------------------------------------------------


def test_each_work_of_a_citation_speaks_its_own_language() -> None:
    done = run("gb-t-7714-2025-author-date", (item("four"), item("four-west"), item("four-japanese")))
    assert said(done.citations[0]) == "（甲成 等，2014；Ford et al.，2016；春野花 ほか，2004）"


@pytest.mark.parametrize("key", ["four", "four-west"])
def test_a_citation_in_one_language(key: str) -> None:
    (words,) = run("gb-t-7714-2025-author-date", (item(key), item("three" if key == "four" else "suffix"))).citations
    assert (
        said(words)
        == {
            "four": "（甲成 等，2014，2013）",
            "four-west": "（Ford et al.，2016；Pell，2001）",
        }[key]
    )


def test_numbers_are_the_same_in_all_languages_and_runs_of_them_are_joined() -> None:
    """9.2.1.2: by a hyphen, two as well as more."""
    one, two, three, four = map(item, ("four", "suffix", "part", "west-one"))
    done = run("gb-t-7714-2025-numeric", (one,), (two,), (three,), (three, one, two), (two, one), (four, one, two))
    assert [said(words) for words in done.citations] == ["[1]", "[2]", "[3]", "[1-3]", "[1-2]", "[1-2,4]"]
    assert [work.key for work in done.listed] == ["four", "suffix", "part", "west-one"]
    links = [node["c"][2][0] for node in tree.walk(done.citations[-1]) if node["t"] == "Link"]
    assert links == ["#ref-four", "#ref-suffix", "#ref-west-one"]


def test_marks_of_works_in_other_scripts_are_narrow_if_asked() -> None:
    """As many publishers print them; those of works in Han stay."""
    language = {"marks": CitationMarks.LANGUAGE}
    works = ("west-one", "part-west", "edition-west", "han-one")
    done = run("gb-t-7714-2025-numeric", *((item(key),) for key in works), **language)
    assert [tree.plain(work.words).strip() for work in done.listed] == [
        "Marlow E A. A short history of umbrellas[M]. London: Tern Press, 1998.",
        "Wein L, Swart M N. Properties of rain[M]//Sode W A Jr, Sode W A. Rain: mechanisms of water. 5th ed. "
        "Philadelphia: Saund, 1974: 457-472.",
        "Praet A. Death by rain: a tale of mystery[M]. Rev. ed. Oxford: Isis, 2011: 13.",
        "顾长河. 伞骨考[M]. 南京：江左书局，2011：19.",
    ]
    words = run("gb-t-7714-2025-author-date", (item("four-west"), item("suffix")), **language).citations[0]
    assert said(words) == "(Ford et al., 2016; Pell, 2001)"


LATER = {
    Later.FULL: ["李瑟. 题词[M]//苏福，管成，邓明. 苏氏研究. 长春：春城出版社，1991：3."] * 2
    + ["李瑟. 题词[M]//苏福，管成，邓明. 苏氏研究. 长春：春城出版社，1991：7."],
    Later.SHORT: ["李瑟. 题词：3."] * 2 + ["李瑟. 题词：7."],
    Later.IBID: ["同上：3.", "同上.", "李瑟. 题词：7."],
    Later.SAME: ["同上：3.", "同上.", "李瑟，同前：7."],
}


@pytest.mark.parametrize("later", Later)
def test_what_a_later_note_says(later: Later) -> None:
    said_pages = ("第1页", "p. 3", "3", "", "，7页")
    clusters = [(item("part-flyleaf", pages) if pages else item("suffix"),) for pages in said_pages]
    done = run("gb-t-7714-2025-note", *clusters, later=later)
    first, second, third, _, last = [said(words) for words in done.citations]
    assert first == "李瑟. 题词[M]//苏福，管成，邓明. 苏氏研究. 长春：春城出版社，1991：1."
    assert [second, third, last] == LATER[later]


def test_a_later_note_in_english_says_ibid() -> None:
    done = run("gb-t-7714-2025-note", (item("suffix"),), (item("suffix", "12"),), later=Later.IBID)
    assert said(done.citations[1]) == "Ibid.：12."


CHICAGO = {
    "four": "甲成等，《四人谈》（朔方出版社，2014），12。",
    "edition": "战德、张杰，《伞的计算：思维与工艺》，第3版（高原出版社，2019），12。",
    "translated-name": "S 昂格尔，《水的法则》，何渡译（浦滨出版社，1996），12。",
    "part": "程伟，《大水的成因》，收入《江域洪水与对策》，许泽、赵麟编（知识出版社，1999），12。",
    "part-translated": "阿洋，《谈谈雨：与船家的问答》，收入《认识雨》，环江杂志社编，姜伦译（机工书社，2023），12。",
    "article": "于潇等，《渡船资质审核模式》，《青溪大学学报（自然科学版）》52，第11期（2012）：12。",
    "volume": "冯松，《松堂全集》（中州书社，2001），4:12。",
    "four-west": "Ernest W. Ford et al., Four on Rain (Avon, 2016), 12.",
    "suffix": "Peter Zane Pell Jr, Rain Gauges, 4th ed. (Hudson House, 2001), 12.",
    "part-west": "Louis Wein and Morton N. Swart, “Properties of Rain,” in Rain: Mechanisms of Water, 5th ed., "
    "ed. William A. Sode Jr and William A. Sode (Saund, 1974), 12.",
}


def test_chicago_notes_have_the_words_of_each_entry_in_its_order() -> None:
    """何渡译，第3版，许泽、赵麟编 for Chinese works; trans., 4th ed., ed. for others, in one Chinese book."""
    done = run("chicago-notes-bibliography", *((item(key, "12"),) for key in CHICAGO))
    assert {key: said(words) for key, words in zip(CHICAGO, done.citations, strict=True)} == CHICAGO
    listing = {work.key: tree.plain(work.words).strip() for work in done.listed}
    assert listing["volume"] == "冯松。《松堂全集》。第4卷。中州书社，2001。"
    assert listing["article"].startswith("于潇、刘义、柴廷、郑和。《渡船")


def test_chicago_speaks_the_language_of_each_work_of_one_citation() -> None:
    done = run("chicago-notes-bibliography", (item("four"), item("four-west")))
    words = said(done.citations[0])
    assert words == "甲成等，《四人谈》（朔方出版社，2014）；Ernest W. Ford et al., Four on Rain (Avon, 2016)."
    (words,) = run("chicago-author-date", (item("four", "12"), item("four-west"))).citations
    assert said(words) == "（甲成等 2014，12；Ford et al. 2016）"


def test_marks_inside_numbers_names_and_addresses_of_works_in_han_stay() -> None:
    text = "S. 昂格尔, 《C++, 入门》 (某社, 2001), 4:12, https://a.cn/x(1),2.html. 1.5版: 上."
    (done,) = han.full([tree.string(text)])
    assert done["c"] == "S. 昂格尔，《C++，入门》（某社，2001），4:12，https://a.cn/x(1),2.html. 1.5版：上。"


def test_a_style_that_is_made_for_chinese_or_by_the_author_stays_as_it_is(tmp_path: Path) -> None:
    chinese = style("china-national-standard-gb-t-7714-2015-note")
    assert chinese.han == chinese.other
    (tmp_path / "my.csl").write_text(style("chicago-notes-bibliography").other, "utf-8")
    own = styles.find(CitationSpec("my.csl"), tmp_path, Place("book.yaml"))
    assert own.han == own.other
    assert own.han != style("chicago-notes-bibliography").han


def test_gb_t_7714_2015_has_capitals_half_width_marks_and_the_day_of_reading() -> None:
    found = listed("gb-t-7714-2015-numeric")
    assert found["four-west"] == "FORD E W, ALDER A, TURN D A, et al. Four on rain[M]. Bath: Avon, 2016."
    assert found["four"] == "甲成, 乙明, 丙文, 等. 四人谈[M]. 北京: 朔方出版社, 2014."
    assert found["book-web-read"].endswith("2002[2024-05-06]. http://example.cn/book/2.")


@pytest.mark.parametrize(
    ("suffix", "pages"),
    [
        ("第12页", "12"),
        ("，12—15页", "12-15"),
        ("p. 3", "3"),
        ("pp. 3–5", "3-5"),
        ("xii", "xii"),
        ("见插图", ""),
        ("", ""),
    ],
)
def test_pages_of_a_citation(suffix: str, pages: str) -> None:
    assert citeproc.locator([tree.string(suffix)] if suffix else []) == pages


@pytest.mark.parametrize("name", ["gb-t-7714-2025-numeric", "gb-t-7714-2015-note"])
def test_unknown_styles_are_told_with_the_nearest(name: str) -> None:
    with pytest.raises(ConfigError) as error:
        style(name.replace("7714", "7741"))
    assert name in error.value.problems[0].hint


def test_a_subtitle_from_a_bib_file_has_the_capitals_of_its_language() -> None:
    """5.6. Pandoc's reader gives it a capital, as English styles want it; what the author protects stays."""
    text = (
        "@article{k, author={Pell, Peter}, title={The rain: A book of {London}}, "
        "journal={Software: Practice and Rain}, date={2011}, number={2}, pages={3}, langid={english}}\n"
        "@book{l, author={Pell, Peter}, title={Rain}, subtitle={{London} and its Rain}, date={2012}, publisher={Tern}, "
        "location={Bath}, langid={english}}\n"
    )
    found, _ = entries.read("a.bib", text)
    works_ = {entry.key: entry for entry in found}
    (done,) = citeproc.run(
        [[Cluster((item("k"),)), Cluster((item("l"),))]], works_, style("gb-t-7714-2025-numeric"), "zh-Hans"
    )
    assert [tree.plain(work.words).strip() for work in done.listed] == [
        "Pell P. The rain：a book of London[J]. Software：Practice and Rain，2011（2）：3.",
        "Pell P. Rain：London and its rain[M]. Bath：Tern，2012.",
    ]


def test_readers_of_all_formats_agree() -> None:
    bib = (
        "@book{k, author={顾长河}, title={伞骨考}, publisher={江左书局}, address={南京}, date={2011}, "
        "langid={chinese}}\n"
    )
    csl = (
        '[{"id": "k", "type": "book", "author": [{"family": "顾", "given": "长河"}], "title": "伞骨考", '
        '"publisher": "江左书局", "publisher-place": "南京", "issued": {"date-parts": [[2011]]}, "language": "zh-CN"}]'
    )
    yml = "references:\n- {id: k, type: book, author: [{family: 顾, given: 长河}], title: 伞骨考, publisher: 江左书局, publisher-place: 南京, issued: 2011, language: zh}\n"  # noqa: E501
    sayings = set()
    old = bib.replace("date={", "year={").replace("langid", "language")
    files = [("a.bib", bib), ("a.bibtex", old), ("b.json", csl), ("c.yaml", yml)]
    for path, text in (*files, ("d.yml", yml.removeprefix("references:\n"))):
        (entry,), problems = entries.read(path, text)
        assert problems == []
        assert (entry.key, entry.language, entry.place.line) == ("k", "zh", 2 if path == "c.yaml" else 1)
        (done,) = citeproc.run([[Cluster((item("k"),))]], {"k": entry}, style("gb-t-7714-2025-numeric"), "zh-Hans")
        sayings.add(said(done.listed[0].words))
    assert sayings == {"顾长河. 伞骨考[M]. 南京：江左书局，2011."}


# In a book ----------------------------------------------------------------------------------------------------------

REFS = """@book{wang1993, author={王维}, title={流沙坠简}, publisher={中土书局}, address={北京}, year={1993}}
@book{smith2020, author={Smith, John and Doe, Jane and Roe, Richard and Poe, Ed}, title={The book}, publisher={Tern},
  address={London}, year={2020}, langid={english}}
@book{ding2001, author={丁山}, title={一}, publisher={中土书局}, address={北京}, year={2001}, langid={chinese}}
@article{bare, author={王五}, title={无处}, langid={chinese}}
"""


def book(tmp_path: Path, *texts: str, citations: str = "", notes: str = "", more: str = "") -> Press:
    """A book with a chapter a text, in HTML."""
    (tmp_path / "refs.bib").write_text(REFS + more, "utf-8")
    names = []
    for i, text in enumerate(texts, 1):
        names.append(f"c{i}.md")
        (tmp_path / names[-1]).write_text(f"# 章{i}\n\n{text}\n", "utf-8")
    yml = f"title: 书\nauthors: [某人]\nchapters: [{', '.join(names)}]\nbibliography: refs.bib\n{citations}\n{notes}\n"
    (tmp_path / "book.yaml").write_text(yml, "utf-8")
    return next(build.presses(build.Order(tmp_path, formats=("html",))))


def text_of(html: str) -> str:
    return "".join("".join(etree.fromstring(f"<b>{html}</b>").itertext()).split())


def told(problems: Iterable[Problem]) -> list[tuple[str, str, str]]:
    return [(str(problem.place), problem.message, problem.hint) for problem in problems]


def test_citations_are_notes_of_their_own_series(tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@wang1993, 12页]^[作者的注。]。乙[@wang1993]。", "丙[@wang1993]。")
    first, second = press.pages[0].notes, press.pages[1].notes
    assert [(note.shown, note.series, note.place) for note in first] == [
        ("[1]", "@", "chapter"), ("1", "", "chapter"), ("[2]", "@", "chapter"),
    ]  # fmt: skip
    assert text_of(first[0].html) == "王维.流沙坠简[M].北京：中土书局，1993：12."
    assert text_of(first[2].html) == "王维.流沙坠简."
    assert text_of(second[0].html) == "王维.流沙坠简[M].北京：中土书局，1993.", "in full again in another chapter"
    assert {note.heading for note in first} == {"", "引文出处"}


def test_a_work_is_named_in_full_once_in_a_book_if_asked(tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@wang1993]。", "丙[@wang1993]。", citations="citations: {first: book}")
    assert text_of(press.pages[1].notes[0].html) == "王维.流沙坠简."


def test_a_citation_in_a_note_is_part_of_it(tmp_path: Path) -> None:
    press = book(tmp_path, "甲^[参见[@wang1993, 12页]。]。")
    (note,) = press.pages[0].notes
    assert text_of(note.html) == "参见王维.流沙坠简[M].北京：中土书局，1993：12。"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[@wang1993]", "王维.流沙坠简[M].北京：中土书局，1993."),
        ("首句。[@wang1993]", "首句。王维.流沙坠简[M].北京：中土书局，1993."),
        ("首句。[@wang1993]次句。", "首句。王维.流沙坠简[M].北京：中土书局，1993.次句。"),
        ("见[@wang1993]和[@ding2001]。", "见王维.流沙坠简[M].北京：中土书局，1993和丁山.一[M].北京：中土书局，2001。"),
        ("见*[@wang1993]*。", "见王维.流沙坠简[M].北京：中土书局，1993。"),
        ("首句（[@wang1993]）。", "首句（王维.流沙坠简[M].北京：中土书局，1993）。"),
    ],
)
def test_in_a_note_a_citation_that_is_a_sentence_has_its_full_stop(tmp_path: Path, text: str, words: str) -> None:
    press = book(tmp_path, f"甲^[{text}]。")
    html = press.pages[0].notes[0].html
    assert text_of(html) == words
    assert ("次句" in text) == bool(re.search(r"1993(?:</[^>]+>)*\.\s(?:</[^>]+>)*次句", html)), (
        "as between the parts of an entry"
    )


@pytest.mark.parametrize(
    "text", ["如@smith2020所示", "如 @smith2020所示", "如@smith2020 所示", "如@smith2020[12页]所示"]
)
def test_a_key_glued_to_han_is_a_citation(tmp_path: Path, text: str) -> None:
    press = book(tmp_path, text, citations="citations: {style: gb-t-7714-2025-author-date}")
    assert re.match(r"<p>如\s?<span", press.pages[0].body)
    assert text_of(press.pages[0].body).replace("12", "") == "如Smithetal.（2020）所示"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("如@wang1993所示", "如王维[1]所示"),
        ("如@smith2020[12页]所示", "如Smithetal.[1]12所示"),
        ("如@four所示", "如李四等[1]所示"),
        ("参见@web。", "参见[1]。"),
        ("甲^[参见@smith2020。]", "甲1"),
    ],
)
@pytest.mark.parametrize("style", ["gb-t-7714-2025-numeric", "gb-t-7714-2025-note"])
def test_a_sentence_names_who_made_a_work_in_its_own_words(tmp_path: Path, style: str, text: str, words: str) -> None:
    """A raised number alone names nobody, and the names of a list are none of a sentence: 李四，张三，赵六，等."""
    more = (
        "@book{four, author={李四 and 张三 and 赵六 and 孙七}, title={论渡口}, publisher={江左}, date={2011}}\n"
        "@online{web, title={渡口}, url={https://a.cn/}, date={2020-01-02}, urldate={2026-07-02}}\n"
    )
    press = book(tmp_path, text, citations=f"citations: {{style: {style}}}", more=more)
    assert text_of(press.pages[0].body) == (words if style.endswith("numeric") else words.replace("[1]12", "[1]"))
    if style.endswith("numeric") and "^" in text:
        assert text_of(press.pages[0].notes[0].html) == "参见Smithetal.[1]。"


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("gb-t-7714-2025-note", "如王维[1]所说。又[2][3]见"),
        ("gb-t-7714-2025-numeric", "如王维[1]所说。又[1][2]见"),
        ("gb-t-7714-2025-author-date", "如王维（1993）所说。又（王维，1993）（丁山，2001）见"),
        ("chicago-notes-bibliography", "如王维[1]所说。又[2][3]见"),
    ],
)
def test_spaces_that_pandoc_asks_for_leave_no_gap_in_han(tmp_path: Path, style: str, words: str) -> None:
    text = "如 @wang1993 所说。又 [@wang1993] [@ding2001] 见"
    press = book(tmp_path, text, citations=f"citations: {{style: {style}}}")
    assert re.sub("<[^>]*>", "", press.pages[0].body).strip() == words


@pytest.mark.parametrize("style", ["gb-t-7714-2025-numeric", "gb-t-7714-2025-note"])
def test_a_name_in_a_sentence_is_in_the_script_of_the_edition(tmp_path: Path, style: str) -> None:
    more = "@book{lu, author={陆游}, title={入蜀记}, publisher={中土书局}, date={2000}}\n"
    text = "@lu说，又如@smith2020所示。"
    book(tmp_path, text, citations=f"citations: {{style: {style}}}\neditions: {{zh-Hant-TW: {{}}}}", more=more)
    order = build.Order(tmp_path, formats=("html",), editions=("zh-Hant-TW",))
    (press,) = build.presses(order)
    assert re.sub(r"\[\d\]", "", text_of(press.pages[0].body)) == "陸游說，又如Smithetal.所示。"
    assert "陆游.入蜀记" in text_of(press.pages[-1].body), "the work as it was printed"


@pytest.mark.parametrize("place", ["第三章", "卷三", "图3", "上册第5页"])
def test_another_place_in_a_work_stands_where_its_pages_would(tmp_path: Path, place: str) -> None:
    """In a first note as in a later one: `，第三章` and `：第三章` had been beside each other."""
    press = book(tmp_path, f"甲[@wang1993, {place}]。乙[@wang1993, {place}]。")
    first, later = (text_of(note.html) for note in press.pages[0].notes)
    assert first == f"王维.流沙坠简[M].北京：中土书局，1993：{place}."
    assert later == f"王维.流沙坠简：{place}."


HAN_KEYS = {
    "如@王维1993所示。": "如王维（1993）所示。",
    "如 @王维1993 所示。": "如王维（1993）所示。",
    "如@{王维1993}所示。": "如王维（1993）所示。",
    "甲[见@王维1993, 第3页]。": "甲（见王维，1993）3。",
    "甲[@王维1993；又见@Müller2000]。": "甲（王维，1993；又见Müller，2000）。",
    "见@Müller2000。": "见Müller（2000）。",
    "甲[@ding2001；又见@smith2020, 3；参@王维1993]。": "甲（丁山，2001）（又见Smithetal.，2020）3（参王维，1993）。",
    "谢谢@小明。": "谢谢@小明。",
}


@pytest.mark.parametrize(("text", "words"), HAN_KEYS.items())
def test_keys_may_have_han_and_letters_of_any_language(tmp_path: Path, text: str, words: str) -> None:
    """As programs that keep references make them of Chinese authors; they were printed as they stood."""
    more = (
        "@book{王维1993, author={王维}, title={流沙坠简}, publisher={中土书局}, address={北京}, year={1993}}\n"
        "@book{Müller2000, author={Müller, H.}, title={Regen}, publisher={Tern}, address={Bern}, year={2000}, "
        "langid={german}}\n"
    )
    press = book(tmp_path, text, citations="citations: {style: gb-t-7714-2025-author-date}", more=more)
    assert text_of(press.pages[0].body) == words


def test_an_unknown_key_with_han_is_told_with_the_nearest(tmp_path: Path) -> None:
    more = "@book{王维1993, author={王维}, title={流沙坠简}, publisher={中土书局}, address={北京}, year={1993}}\n"
    with pytest.raises(ManuscriptError) as error:
        book(tmp_path, "首行，\n如@王维1994所示。", more=more)
    ((place, message, hint),) = told(error.value.problems)
    assert (place, message) == ("c1.md:4", "文献里没有这一条：王维1994")
    assert "王维1993" in hint


@pytest.mark.parametrize("text", ["又@{wang1993}。", "又 @{wang1993}。"])
def test_a_key_in_braces_glued_to_han_is_a_citation(tmp_path: Path, text: str) -> None:
    press = book(tmp_path, text, citations="citations: {style: gb-t-7714-2025-author-date}")
    assert text_of(press.pages[0].body) == "又王维（1993）。"


CITATIONS = {
    "甲[@wang1993, 12]。": ("王维.流沙坠简[M].北京：中土书局，1993：12.", "甲（王维，1993）12。"),
    "甲[见@wang1993, 第12页]。": ("见王维.流沙坠简[M].北京：中土书局，1993：12.", "甲（见王维，1993）12。"),
    "甲[见 @wang1993, 第12页]。": ("见王维.流沙坠简[M].北京：中土书局，1993：12.", "甲（见王维，1993）12。"),
    "甲[参见*此书*@wang1993]。": ("参见此书王维.流沙坠简[M].北京：中土书局，1993.", "甲（参见此书王维，1993）。"),
    "甲[见@wang1993; @ding2001]。": (
        "见王维.流沙坠简[M].北京：中土书局，1993；丁山.一[M].北京：中土书局，2001.",
        "甲（见王维，1993；丁山，2001）。",
    ),
    "甲[@wang1993; 又见@ding2001]。": (
        "王维.流沙坠简[M].北京：中土书局，1993；又见丁山.一[M].北京：中土书局，2001.",
        "甲（王维，1993；又见丁山，2001）。",
    ),
    "王维[-@wang1993]。": ("流沙坠简[M].北京：中土书局，1993.", "王维（1993）。"),
    "据@{wang1993}。": ("流沙坠简[M].北京：中土书局，1993.", "据王维（1993）。"),
    "甲[见@{wang1993}, 12]。": ("见王维.流沙坠简[M].北京：中土书局，1993：12.", "甲（见王维，1993）12。"),
    "据@wang1993。": ("流沙坠简[M].北京：中土书局，1993.", "据王维（1993）。"),
    "据@wang1993 [12页]。": ("流沙坠简[M].北京：中土书局，1993：12.", "据王维（1993）12。"),
    "*据[见@wang1993]*。": ("见王维.流沙坠简[M].北京：中土书局，1993.", "据（见王维，1993）。"),
}  # fmt: skip
"""A text -> the note that it gives, and what an author with a year stands in."""


@pytest.mark.parametrize("text", CITATIONS)
def test_citations_are_written_as_for_pandoc_with_or_without_a_space_before_the_key(tmp_path: Path, text: str) -> None:
    note, dated = CITATIONS[text]
    press = book(tmp_path, text)
    assert [text_of(one.html) for one in press.pages[0].notes] == [note]
    press = book(tmp_path, text, citations="citations: {style: gb-t-7714-2025-author-date}")
    assert text_of(press.pages[0].body) == dated


@pytest.mark.parametrize(
    "text", ["甲[见wang1993]。", "甲[乙](https://a.cn/@wang1993)。", "`[见@wang1993]`甲。", "甲[见@顾]。"]
)
def test_brackets_that_cite_nothing_stay(tmp_path: Path, text: str) -> None:
    assert book(tmp_path, text).pages[0].notes == ()


@pytest.mark.parametrize("words", ["参见@wang1993。", "参见 @wang1993。", "[参见@wang1993]。"])
def test_in_a_note_a_citation_is_all_of_its_work(tmp_path: Path, words: str) -> None:
    (note,) = book(tmp_path, f"甲^[{words}]。").pages[0].notes
    assert text_of(note.html) == "参见王维.流沙坠简[M].北京：中土书局，1993。"


def test_what_is_no_key_stays_as_it_is(tmp_path: Path) -> None:
    press = book(tmp_path, "写信到a@example.com，或者在微博@顾师傅，推特@jack。[@wang1993]")
    assert "a@example.com" in press.pages[0].body
    assert "@顾师傅" in press.pages[0].body
    assert "@jack" in press.pages[0].body


def test_without_a_bibliography_an_at_sign_is_words(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n\n问[@wang]和@li。\n", "utf-8")
    press = next(build.presses(build.Order(tmp_path / "a.md", formats=("html",))))
    assert "[@wang]和@li" in text_of(press.pages[0].body)


def test_unknown_keys_are_told_with_line_and_nearest_key(tmp_path: Path) -> None:
    with pytest.raises(ManuscriptError) as error:
        book(tmp_path, "甲[@wang1993]。\n\n乙[@wang1939]，\n如@smith2002所示[@nobody]。")
    assert told(error.value.problems) == [
        ("c1.md:5", "文献里没有这一条：wang1939", "是不是 wang1993？"),
        ("c1.md:6", "文献里没有这一条：smith2002", "是不是 smith2020？"),
        ("c1.md:6", "文献里没有这一条：nobody", "在文献文件里加上这一条，或改正键。"),
    ]


def test_unknown_keys_in_notes_are_told_with_the_line_of_the_note(tmp_path: Path) -> None:
    text = (
        "甲[^a]，\n乙[@nobody]^[见[@none]。]，\n丙[@nobody]。\n\n"
        "[^a]: 见[@nobody]，\n    又见@smith2002所示。\n\n    再见[@nobody]。"
    )
    with pytest.raises(ManuscriptError) as error:
        book(tmp_path, text)
    told_ = [(one.place.line, one.message.partition("：")[2]) for one in error.value.problems]
    assert sorted(told_) == [(4, "nobody"), (4, "none"), (5, "nobody"), (7, "nobody"), (8, "smith2002"), (10, "nobody")]


@pytest.mark.parametrize(
    ("said", "deaf"),
    [
        ("style: gb-t-7714-2025-note, later: ibid, marks: language, mark: '①', first: book", []),
        ("style: gb-t-7714-2025-numeric, later: full, mark: '①', list: {place: chapter}", ["mark"]),
        ("style: chicago-notes-bibliography, later: ibid, name: 出处", ["later"]),
        ("style: chicago-author-date, later: ibid, marks: full, name: 出处", ["later", "marks", "name"]),
    ],
)
def test_settings_that_a_style_knows_nothing_of_are_told(said: str, deaf: list[str], tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@wang1993]。", citations=f"citations: {{{said}}}")
    found = [one for one in press.book.problems if "不起作用" in one.message]
    assert [one.message.split()[0] for one in found] == [f"citations.{key}" for key in deaf]
    assert all(one.place.path == "book.yaml" and one.place.line for one in found)


def test_entries_that_lack_fields_are_told_with_their_line(tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@bare]。")
    assert [one for one in told(press.book.problems) if one[0].startswith("refs")] == [
        ("refs.bib:5", "文献 bare 缺年份", "在这一条里补上 date。"),
        ("refs.bib:5", "文献 bare 缺所在的书刊", "在这一条里补上 journaltitle 或 booktitle。"),
    ]


def test_what_the_tables_of_8_10_8_14_and_8_15_call_necessary_is_asked_for() -> None:
    """The applicant of a patent; the day on which data or a preprint were read."""
    text = (
        "@patent{p, title={伞}, number={CN1}, date={2008-01-16}}\n"
        "@dataset{d, title={雨}, url={https://a.cn/}, date={2020}}\n"
        "@preprint{q, title={风}, author={王维}, url={https://a.cn/}, date={2020}}\n"
    )
    found, _ = entries.read("r.bib", text)
    assert [problem.message for entry in found for problem in fields.faults(entry)] == [
        "文献 p 缺作者", "文献 d 缺引用日期", "文献 q 缺引用日期",
    ]  # fmt: skip


def test_what_an_entry_lacks_is_told_in_the_words_of_its_file() -> None:
    entry = [{"id": "w", "type": "webpage", "title": "伞", "URL": "https://a.cn/"}]
    for path, text in (("r.json", json.dumps(entry)), ("r.yaml", yaml.safe_dump(entry))):
        ((found,), _) = entries.read(path, text)
        assert [problem.hint for problem in fields.faults(found)] == ["在这一条里补上 accessed。"]


def test_lists_are_in_the_order_of_languages_of_the_standard(tmp_path: Path) -> None:
    """9.3.2: Chinese, Japanese, western, Russian, others."""
    languages = {"ko": "Ba", "ru": "Аа", "tr": "Ca", "en": "Da", "ja": "ああ", "zh": "阿"}
    more = "".join(
        f"@book{{{key}, author={{{{{name}}}}}, title={{{name}}}, publisher={{社}}, date={{2000}}, langid={{{key}}}}}\n"
        for key, name in languages.items()
    )
    press = book(tmp_path, f"甲[{'; '.join(f'@{key}' for key in languages)}]。", more=more)
    assert re.findall(r'id="ref-(\w+)"', press.pages[-1].body) == ["zh", "ja", "en", "ru", "ko", "tr"]


def test_a_key_twice_is_told(tmp_path: Path) -> None:
    _, problems = entries.read("r.bib", "@book{a, title={甲}}\n\n@book{a, title={乙}}\n")
    assert told(problems) == [("r.bib:3", "文献的键重复：a", "第 1 行已经有它，删去一条，或换一个键。")]


def test_the_list_of_references_is_a_chapter_sorted_by_pinyin_chinese_first(tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@smith2020; @wang1993; @ding2001]。")
    (page,) = [page for page in press.pages if page.id == "references"]
    assert page.text == "参考文献"
    assert re.findall(r'id="(ref-\w+)"', page.body) == ["ref-ding2001", "ref-wang1993", "ref-smith2020"]


def test_strokes(tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@wang1993; @ding2001]。", citations="citations: {list: {sort: stroke}}")
    assert re.findall(r'id="(ref-\w+)"', press.pages[-1].body) == ["ref-ding2001", "ref-wang1993"], "丁 2, 王 4"


def test_the_order_follows_the_edition(tmp_path: Path) -> None:
    """One manuscript, and each edition's list as its readers look for a name: 丁 of 2 strokes, 王 of 4, 艾 of 5."""
    entry = "@book{ai1999, title={论}, author={艾青}, publisher={中土书局}, address={北京}, year={1999}}"
    text = "甲[@wang1993; @ding2001; @ai1999; @smith2020]。"
    book(tmp_path, text, citations="editions: {zh-Hans: {}, zh-Hant-TW: {}, zh-Hant-HK: {}}", more=entry)
    order = build.Order(tmp_path, formats=("html",), editions=("zh-Hans", "zh-Hant-TW", "zh-Hant-HK"))
    lists = {press.edition.name: press.pages[-1].body for press in build.presses(order)}
    found = {name: re.findall(r'id="ref-([a-z]+)', body) for name, body in lists.items()}
    assert found["zh-Hans"] == ["ai", "ding", "wang", "smith"], "ài, dīng, wáng"
    assert found["zh-Hant-TW"] == found["zh-Hant-HK"] == ["ding", "wang", "ai", "smith"]
    assert not any("by-" in body for body in lists.values())


def test_a_list_where_the_author_wants_it_in_groups(tmp_path: Path) -> None:
    press = book(
        tmp_path, "甲[@smith2020; @wang1993]。\n\n::: {#refs}\n:::\n", citations="citations: {list: {group: language}}"
    )
    assert [page.id for page in press.pages] == ["c1"]
    assert re.findall("<strong>(.*?)</strong>", press.pages[0].body) == ["中文文献", "西文文献"]


def test_a_list_in_groups_of_their_kinds(tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@smith2020; @bare; @wang1993]。", citations="citations: {list: {group: type}}")
    body = press.pages[-1].body
    assert re.findall('<strong>(.*?)</strong>|id="(ref-[a-z]+)', body) == [
        ("图书", ""), ("", "ref-wang"), ("", "ref-smith"), ("报刊文章", ""), ("", "ref-bare"),
    ]  # fmt: skip


def test_numbers_lead_to_the_list_and_back_to_each_citation(tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@wang1993, 12]。乙[@smith2020; @wang1993]。丙[@wang1993]。",
                 citations="citations: {style: gb-t-7714-2025-numeric}")  # fmt: skip
    body, listing = press.pages[0].body, press.pages[-1].body
    calls = re.findall(r'<span id="(cite-[\w-]+)"', body)
    assert len(set(calls)) == 3
    assert set(re.findall(r'href="#(ref-\w+)"', body)) == {"ref-wang1993", "ref-smith2020"}
    assert sorted(re.findall(r'href="#(cite-[\w-]+)"', listing)) == sorted([*calls, calls[1]])
    assert text_of(body).startswith("甲[1]12。乙[1-2]。丙[1]。")


def test_a_list_in_each_chapter(tmp_path: Path) -> None:
    press = book(tmp_path, "甲[@wang1993]。", "乙[@smith2020]。",
                 citations="citations: {style: gb-t-7714-2025-numeric, list: {place: chapter}}")  # fmt: skip
    assert [page.id for page in press.pages] == ["c1", "c2"]
    assert ["[1]" in text_of(page.body) for page in press.pages] == [True, True], "each begins at 1"
    assert [section.text for page in press.pages for section in page.sections] == ["参考文献", "参考文献"]


def test_a_style_of_the_authors_own(tmp_path: Path) -> None:
    (tmp_path / "my.csl").write_text(style("gb-t-7714-2015-numeric").other, "utf-8")
    press = book(tmp_path, "甲[@wang1993]。", citations="citations: {style: my.csl}")
    assert "北京: 中土书局, 1993" in press.pages[-1].body.replace("\n", " ")


def test_titles_stay_as_they_were_published(tmp_path: Path) -> None:
    """5.1: a reference is in the language and the script of the work."""
    (tmp_path / "x").mkdir()
    book(tmp_path / "x", "甲[@wang1993]。")
    yml = tmp_path / "x" / "book.yaml"
    yml.write_text(yml.read_text("utf-8") + "editions: {zh-Hant-TW: {}}\n", "utf-8")
    presses = list(build.presses(build.Order(tmp_path / "x", formats=("html",))))
    assert "流沙坠简" in presses[1].pages[0].notes[0].html
    assert presses[1].pages[-1].text == "參考文獻"


def test_a_citation_in_a_note_comes_between_no_two_of_the_other_series(tmp_path: Path) -> None:
    """同上 means the note before it in its own series."""
    press = book(tmp_path, "甲[@wang1993]^[见[@ding2001]。]。乙[@wang1993]。", citations="citations: {later: ibid}")
    assert [text_of(note.html) for note in press.pages[0].notes if note.series][1] == "同上."


def test_the_full_stop_of_an_american_note_stands_before_the_closing_mark(tmp_path: Path) -> None:
    """Behind a link to the list, too; marks of Chinese titles have it behind them."""
    more = (
        "@article{jones, author={Jones, Ann}, title={On {Chinese} type}, journaltitle={Type}, volume={3}, "
        "date={2019}, langid={english}}\n"
    )
    text = "甲[@jones]。乙[@jones]。丙[@wang1993]。丁[@wang1993]。戊[@smith2020; @jones]。己^[见[@jones]。]。"
    press = book(tmp_path, text, citations="citations: {style: chicago-notes-bibliography}", more=more)
    notes = [text_of(note.html) for note in press.pages[0].notes]
    assert [notes[1], notes[3]] == ["Jones,“OnChineseType.”", "王维，《流沙坠简》。"]
    assert notes[4].endswith("Jones,“OnChineseType.”")
    assert notes[5] == "见AnnJones,“OnChineseType,”Type3(2019)。", "the sentence has a stop of its own"


def test_ibid_never_means_one_of_several_works(tmp_path: Path) -> None:
    done = run("gb-t-7714-2025-note", (item("four"), item("suffix")), (item("suffix"),), later=Later.IBID)
    assert said(done.citations[1]) == "Pell. Rain gauges."


@pytest.mark.parametrize(("side", "text"), [("after", "甲。[1]12乙，[1]丙。"), ("before", "甲[1]12。乙[1]，丙。")])
def test_numbers_stand_on_one_side_of_closing_marks(tmp_path: Path, side: str, text: str) -> None:
    numeric = "citations: {style: gb-t-7714-2025-numeric}"
    press = book(
        tmp_path, "甲[@wang1993, 12]。乙，[@wang1993]丙。", citations=numeric, notes=f"notes: {{side: {side}}}"
    )
    assert text_of(press.pages[0].body) == text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("numeric", "甲[1]12[2]30-31。乙[1]第三章。"),
        ("author-date", "甲（王维，1993）12（Smithetal.，2020）30-31。乙（王维，1993）第三章。"),
    ],
)
def test_works_with_pages_of_their_own_have_each_a_bracket(tmp_path: Path, form: str, words: str) -> None:
    """9.2.1.3, 9.3.1.4: pages stand behind the bracket; whatever is said there is not lost."""
    text = "甲[@wang1993, 12; @smith2020, 30—31页]。乙[@wang1993, 第三章]。"
    press = book(tmp_path, text, citations=f"citations: {{style: gb-t-7714-2025-{form}}}")
    assert text_of(press.pages[0].body) == words


@pytest.mark.parametrize(
    ("form", "words"),
    [("numeric", "甲[1-2][3]7。"), ("author-date", "甲（王维，1993；Smithetal.，2020）（丁山，2001）7。")],
)
def test_works_without_pages_share_a_bracket_beside_one_with_pages(tmp_path: Path, form: str, words: str) -> None:
    style = f"citations: {{style: gb-t-7714-2025-{form}}}"
    press = book(tmp_path, "甲[@wang1993; @smith2020; @ding2001, 7]。", citations=style)
    assert text_of(press.pages[0].body) == words


def test_names_with_years_stay_before_the_full_stop(tmp_path: Path) -> None:
    dated = "citations: {style: gb-t-7714-2025-author-date}"
    press = book(tmp_path, "甲[@wang1993, 12]。", citations=dated, notes="notes: {side: after}")
    assert text_of(press.pages[0].body) == "甲（王维，1993）12。"


def test_works_of_one_author_and_year_are_told_apart(tmp_path: Path) -> None:
    """GB/T 7714-2025, 9.3.1.3: a, b, c after the year, in the citation and in the list."""
    text = "".join(
        f"@book{{q{n}, author={{邱渡}}, title={{渡口{name}}}, publisher={{江左}}, address={{南京}}, date={{2000}}}}\n"
        for n, name in enumerate(("一", "二", "三"))
    )
    found, _ = entries.read("r.bib", text)
    works_ = {entry.key: entry for entry in found}
    clusters = [Cluster((item(key),)) for key in ("q2", "q0", "q1")]
    (done,) = citeproc.run([clusters], works_, style("gb-t-7714-2025-author-date"), "zh-Hans")
    cited = {key: said(words)[4:-1] for key, words in zip(("q2", "q0", "q1"), done.citations, strict=True)}
    assert sorted(cited.values()) == ["2000a", "2000b", "2000c"]
    for work in done.listed:
        assert tree.plain(work.words).startswith(f"邱渡，{cited[work.key]}. ")
