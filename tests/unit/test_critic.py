"""CriticMarkup: what is written reads back, taken or refused it is one version or the other, what is wrong is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin import load, tree
from banxin.critic import apply, differ, draw, marks
from banxin.critic.marks import Kind
from banxin.errors import ConfigError, ManuscriptError
from banxin.formatting import proof
from banxin.review import Ask, review
from banxin.write import MANIFEST

BLOCKS = [
    "他高兴地走了，谁也没有回头。\n\n",
    "渡口的老人说[^old]，从前这里有**三条船**，如今只剩一条。\n\n",
    "[^old]: 老人姓江，七十九岁。\n\n",
    "| 地方 | 船 |\n|---|---|\n| 上游 | 一条 |\n| 下游 | 九条 |\n\n",
    "```python\nboats = 3\nx = '{++'\n```\n\n",
    "> 水低为海，\n> 人低为王。\n\n",
    "- 水不等人\n- 茶宁少勿多\n- 喝茶不说话\n\n",
    "## 上游\n\n",
    "用 `a ++} b` 和 $x~>y$ 写[@gu, 12页]。\n\n",
    "::: verse\n| 寒夜客来茶当酒，\n| 竹炉汤沸火初红。\n:::\n\n",
    "A line of English, with *stress* and\na second line of it.\n\n",
    "一句。{.x} ~~删~~ C++}与--}还有~~}\n\n",
]
WORDS = ["三", "老人", "，", "**", "`", "\n", "。", " ", "新", "{", "}", "+", "~", ">", "-", "|", "# ", "x"]


@st.composite
def versions(draw: Any) -> tuple[str, str]:
    """A chapter, and the same after some edits of any kind."""
    old = draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=7))
    new = list(old)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(new)))
        deed = draw(st.sampled_from(["add", "remove", "move", "words"]))
        if deed == "add" or not new:
            new.insert(at, draw(st.sampled_from(BLOCKS)))
        elif deed == "remove":
            new.pop(at % len(new))
        elif deed == "move":
            new.insert(at, new.pop(draw(st.integers(0, len(new) - 1))))
        else:
            text = new[at % len(new)]
            first = draw(st.integers(0, len(text)))
            last = min(len(text), first + draw(st.integers(0, 6)))
            new[at % len(new)] = text[:first] + draw(st.sampled_from(["", *WORDS])) + text[last:]
    head = "# 题\n\n"
    return head + "".join(old), head + "".join(new)


def plain_of(text: str) -> bool:
    return not marks.read(text, "")[0]


@settings(max_examples=150)
@given(versions())
def test_taken_is_the_new_text_and_refused_the_old_one(pair: tuple[str, str]) -> None:
    old, new = pair
    if not (plain_of(old) and plain_of(new)):
        return
    text = differ.criticized(old, new, "a.md")
    assert marks.accepted(text) == new
    again = marks.rejected(text)
    assert again == old or forms(again) == forms(old)
    assert (text == new) == (again == new)


def forms(text: str) -> Any:
    return proof.forms(text, "a.md")


@given(st.text("{}+-~=><ab\n`", max_size=12), st.text("{}+-~=><ab\n", max_size=12))
def test_no_words_end_a_mark(old: str, new: str) -> None:
    for text, kept in (
        (marks.added(new), ("", new)),
        (marks.removed(old), (old, "")),
        (marks.replaced(old, new), (old, new)),
    ):
        before = "前"
        assert (marks.rejected(before + text), marks.accepted(before + text)) == (before + kept[0], before + kept[1])


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("甲{++乙++}丙", "甲丙", "甲乙丙"),
        ("甲{--乙--}丙", "甲乙丙", "甲丙"),
        ("甲{~~乙~>丁~~}丙", "甲乙丙", "甲丁丙"),
        ("甲{==乙==}{>>问一声<<}丙", "甲乙丙", "甲乙丙"),
        ("`{++乙++}`\\{++", "`{++乙++}`\\{++", "`{++乙++}`\\{++"),
        ("```\n{++乙++}\n```\n", "```\n{++乙++}\n```\n", "```\n{++乙++}\n```\n"),
        ("<!-- {++ -->甲", "<!-- {++ -->甲", "<!-- {++ -->甲"),
    ],
)
def test_every_kind(text: str, old: str, new: str) -> None:
    assert (marks.rejected(text), marks.accepted(text)) == (old, new)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("甲\n乙{++丙", 2, "没有结束"),
        ("甲{++乙{--丙--}丁++}", 1, "套在"),
        ("甲{++乙++}\n丙--}", 2, "没有开头"),
        ("甲{~~乙~~}", 1, "没有 ~>"),
        ("甲{>>乙", 1, "没有结束"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    (tmp_path / "a.md").write_text(f"# 题\n\n{text}\n", "utf-8")
    for draft in (False, True):
        with pytest.raises(ManuscriptError) as error:
            load.load(tmp_path / "a.md", load.Options(draft=draft))
        told = [problem for problem in error.value.problems if message in problem.message]
        assert told
        assert (told[0].place.path, told[0].place.line) == ("a.md", line + 2)
        assert told[0].hint
    with pytest.raises(ManuscriptError, match=message):
        apply.read(tmp_path)


# Drafts ---------------------------------------------------------------------------------------------------------------

MARKED = """# 题

他{~~高兴~>难过~~}地走了，{++谁也++}没有{--再--}回头。{==这里==}{>>查一查<<}

{++## 新的一节

新的**一段**。

++}{--旧的一段。

```
旧代码
```

--}末一段。{++

++}分成两段。

| 地方 | 船 |
|---|---|
| 上游 | {~~一~>二~~}条 |

说[^n]。

[^n]: 老人姓{~~江~>姜~~}。
"""


def blocks_of(text: str, tmp_path: Path) -> Any:
    (tmp_path / "a.md").write_text(text, "utf-8")
    return load.load(tmp_path / "a.md", load.Options(draft=True)).book.chapters[0].blocks


def as_resolved(value: Any, name: str, otherwise: str) -> Any:
    """A draft's tree with what has one class as words and what has the other gone."""

    def change(node: Any) -> Any:
        if node["t"] not in ("Span", "Div"):
            return node
        classes = node["c"][0][1]
        if otherwise in classes or draw.COMMENT in classes:
            return []
        return node["c"][1] if name in classes or draw.HIGHLIGHT in classes else node

    return tree.map_nodes(value, change)


def text_of(blocks: Any) -> str:
    return "".join(tree.plain(blocks).split())


def test_a_draft_shows_both(tmp_path: Path) -> None:
    blocks = blocks_of(MARKED, tmp_path)
    for name, other, words in (
        (draw.ADD, draw.REMOVE, marks.accepted(MARKED)),
        (draw.REMOVE, draw.ADD, marks.rejected(MARKED)),
    ):
        seen = as_resolved(blocks, name, other)
        assert text_of(seen).replace("\u00b6", "") == text_of(blocks_of(words, tmp_path))
    notes = [node for node in tree.walk(blocks) if node["t"] == "Note"]
    assert [node["c"][0][1] for node in tree.walk(notes) if node["t"] == "Span"] == [[draw.REMOVE], [draw.ADD]]
    assert "\U0010ff00" not in draw.repr_of({"c": blocks})


def test_headings_and_code_inside_marks_stay_what_they_are(tmp_path: Path) -> None:
    blocks = blocks_of(MARKED, tmp_path)
    kinds = [block["t"] for block in blocks]
    assert kinds == ["Para", "Header", "Para", "Para", "Div", "Para", "Para", "Table", "Para"]
    assert blocks[4]["c"][0][1] == [draw.REMOVE]


def test_a_final_build_stops_at_marks(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(MARKED, "utf-8")
    with pytest.raises(ManuscriptError, match=r"a\.md:3: 错误：稿子里还有 \d+ 处修改标记（第 3、5"):
        load.load(tmp_path / "a.md")
    book = load.load(tmp_path / "a.md", load.Options(draft=True)).book
    assert any("修改标记" in problem.message for problem in book.problems)


def test_code_and_formulas_keep_what_looks_like_a_mark(tmp_path: Path) -> None:
    blocks = blocks_of("# 题\n\n`{++甲++}`和\\{++，$a{++b++}c$，{++乙++}。\n", tmp_path)
    assert [node["c"][1] for node in tree.walk(blocks) if node["t"] in ("Code", "Math")] == ["{++甲++}", "a{++b++}c"]
    assert tree.plain(blocks).count("{++") == 3


# Apply ----------------------------------------------------------------------------------------------------------------


def test_some_are_taken_and_some_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("甲{++一++}乙{--二--}丙{~~三~>四~~}\n", "utf-8")
    (tmp_path / "b.md").write_text("丁{++五++}\n", "utf-8")
    assert [line.split()[:2] for line in apply.listed(tmp_path)] == [
        ["1", "a.md:1"], ["2", "a.md:1"], ["3", "a.md:1"], ["4", "b.md:1"]]  # fmt: skip
    assert apply.apply(tmp_path, apply.Answer("1,3", "4")) == [tmp_path / "a.md", tmp_path / "b.md"]
    assert (tmp_path / "a.md").read_text("utf-8") == "甲一乙{--二--}丙四\n"
    assert (tmp_path / "b.md").read_text("utf-8") == "丁\n"
    apply.apply(tmp_path, apply.Answer("", "all"))
    assert (tmp_path / "a.md").read_text("utf-8") == "甲一乙二丙四\n"


@pytest.mark.parametrize(
    "answer",
    [apply.Answer("2"), apply.Answer("x"), apply.Answer("1", "1"), apply.Answer("all", "all"), apply.Answer("0")],
)
def test_what_apply_cannot_do(tmp_path: Path, answer: apply.Answer) -> None:
    (tmp_path / "a.md").write_text("甲{++一++}\n", "utf-8")
    with pytest.raises(ConfigError) as error:
        apply.apply(tmp_path, answer)
    assert all(problem.hint for problem in error.value.problems)
    assert (tmp_path / "a.md").read_text("utf-8") == "甲{++一++}\n"


def test_line_ends_stay(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("甲{++一++}\r\n乙\r\n".encode())
    apply.apply(tmp_path, apply.Answer("all"))
    assert (tmp_path / "a.md").read_bytes() == "甲一\r\n乙\r\n".encode()


def test_outputs_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    """A book at the top of its repository has its outputs beside its chapters."""
    for name in ("a.md", "dist/critic/a.md", ".git/a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("甲{++一++}\n", "utf-8")
    (tmp_path / "dist" / MANIFEST).touch()
    assert apply.apply(tmp_path, apply.Answer("all")) == [tmp_path / "a.md"]


def test_kinds_have_names() -> None:
    assert set(apply.NAMES) == set(Kind)


def test_a_book_and_back(tmp_path: Path) -> None:
    """Names of files, pictures and settings follow, too."""
    old, new = tmp_path / "old", tmp_path / "new"
    picture = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0h{}'/></svg>"
    write(old, {"book.yaml": "title: 河\nauthors: [甲]\nchapters: [a.md, b.md]\n", "i.svg": picture.format(1),
                "a.md": "# 河\n\n河从山里来，谁也不知道它走了多久，也没有人问过它。\n\n![图](i.svg)\n",
                "b.md": "# 镇\n\n镇上只有一条街，从东头走到西头要一袋烟的工夫。\n"})  # fmt: skip
    write(new, {"book.yaml": "title: 河与镇\nauthors: [甲]\nchapters: [b.md, c.md, d.md]\n", "i.svg": picture.format(2),
                "b.md": "# 河\n\n河从山里来，谁也不知道它走了几年，也没有人问过它。\n\n![图](i.svg)\n",
                "c.md": "# 镇\n\n镇上有两条街，从东头走到西头要一袋烟的工夫。\n", "d.md": "# 新\n\n新的一章。\n",
                "new.svg": picture.format(3)})  # fmt: skip
    (written,) = [path for path in review([old, new], "", "", old, tmp_path / "out", Ask(True)) if path.is_dir()]
    for answer, side in ((apply.Answer("all"), new), (apply.Answer("", "all"), old)):
        target = tmp_path / f"to-{side.name}"
        assert apply.apply(written, answer, target)
        assert contents(target) == contents(side)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


def test_marks_in_settings_and_front_matter(tmp_path: Path) -> None:
    book = tmp_path / "book"
    write(book, {"book.yaml": "{--title: 河\n--}{++title: 河与镇\n++}authors: [甲]\nchapters: [a.md]\n",
                 "a.md": "---\ndate: {~~2025~>2026~~}\n---\n\n# 河{++与镇++}\n\n正文。\n"})  # fmt: skip
    with pytest.raises(ManuscriptError, match=r"book\.yaml:1: 错误：稿子里还有 2 处修改标记"):
        load.load(book)
    (made,) = load.load(book, load.Options(draft=True)).book.chapters
    assert (made.date, tree.plain(made.title)) == ("2026", "河与镇")
    assert load.load(book, load.Options(draft=True)).config.title == "河与镇"


def test_a_review_takes_marks_as_settled(tmp_path: Path) -> None:
    write(tmp_path / "old", {"a.md": "# 河\n\n河从山里来，谁也不知道它走了多久。\n"})
    write(tmp_path / "new", {"a.md": "# 河\n\n河从山里来，{~~谁也不~>没有人~~}知道它走了多久。{>>嗯<<}\n"})
    out = tmp_path / "out"
    review([tmp_path / "old", tmp_path / "new"], "", "", tmp_path, out, Ask(True))
    summary = (out / "review.md").read_text("utf-8")
    assert "<del>谁也不</del><ins>没有人</ins>知道" in summary
    assert "嗯" not in summary
    assert marks.rejected((out / "critic" / "a.md").read_text("utf-8")) == (tmp_path / "old" / "a.md").read_text(
        "utf-8"
    )
