"""Books arranged by outlines and set chapter by chapter: the same as the whole book at once, whatever is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from banxin import build, cache, fonts, load, parse, setting
from banxin.book import Book
from banxin.editions import edition_of
from banxin.outline import ASKS, SLUG, STRETCH, outline
from banxin.render import page

HANDBOOK = Path(__file__).resolve().parents[2] / "manuscript"
CHAPTERS = {
    "a.md": """# 甲 {#jia}

平常的一段，没有什么。

另一段，有注。[^1]见@fig-x和@ch-b，又见[乙](b.md)、[丙](#c-end)。

[^1]: 注里也有@tbl-t。

![图](x.svg){#fig-x}

> 引文里有 [词]{#word}。

- 一
- 二[^2]

[^2]: 引"号

::: {.noconv}
干燥 only
:::

$$x^2$$ {#eq-a}
""",
    "b.md": """# 乙

头发，“甲‘乙’丙”。

| 甲 | 乙 |
|---|---|
| 1 | 见@eq-a |

: 表 {#tbl-t}

```python
x = "@fig-x"
```

[打印机]{zh-Hant-TW="印表機"}与*软件*。
""",
    "c.md": "# 丙\n\n一[^1]二[^1]\n\n[^1]: 两处\n\n## 完 {#c-end}\n\n末了。\n\n行一\n行二@ 三\n",
}
BOOK = """title: 书
authors: [人]
numbering: {sections: true}
editions: {zh-Hant-TW: {title: 書名}}
chapters:
  - part: 上编
    chapters: [a.md, b.md]
  - part: 下编
    chapters: [c.md]
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept" / cache.OWN_FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "book"
    root.mkdir()
    for name, text in {**CHAPTERS, "book.yaml": BOOK}.items():
        (root / name).write_text(text, "utf-8")
    (root / "x.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "utf-8")
    return root


def by_outlines(path: Path, edition: str) -> tuple[Book, tuple[page.Page, ...]]:
    manuscript = load.load(path, load.Options(outlines=True))
    book = build.arrange(manuscript, build.layout_of(manuscript))
    assert any(block["t"] == STRETCH for chapter in book.chapters for block in chapter.blocks)
    chosen = edition_of(manuscript.config, edition, manuscript.book.meta.language)
    problems = (*setting.script_problems(manuscript, manuscript.book), *setting.undecided(manuscript, book))
    done, pages = setting.Compositor(manuscript, chosen, fonts.NONE, draft=False).set(book)
    return replace(done, problems=(*done.problems, *problems)), pages


def at_once(path: Path, edition: str) -> tuple[Book, tuple[page.Page, ...]]:
    manuscript = load.load(path)
    book = build.arrange(manuscript, build.layout_of(manuscript))
    assert not any(block["t"] == STRETCH for chapter in book.chapters for block in chapter.blocks)
    chosen = edition_of(manuscript.config, edition, manuscript.book.meta.language)
    problems = (*setting.script_problems(manuscript, manuscript.book), *setting.undecided(manuscript, book))
    done = setting.set_type(manuscript, book, chosen)
    return replace(done, problems=(*done.problems, *problems)), page.build(done)


@pytest.mark.parametrize("edition", ["zh-Hans", "zh-Hant-TW"])
@pytest.mark.parametrize("kept", [True, False])
def test_chapter_by_chapter_is_as_the_whole_book(
    folder: Path, edition: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not kept:
        monkeypatch.setenv(cache.VARIABLE, "off")
    whole, pages = at_once(folder, edition)
    assert len(pages) == 3
    assert {problem.place.path for problem in whole.problems} == {"a.md"}
    for _ in range(2):
        book, set_pages = by_outlines(folder, edition)
        assert set_pages == pages
        assert (book.meta, book.parts, sorted(map(str, book.problems))) == (
            whole.meta, whole.parts, sorted(map(str, whole.problems)),
        )  # fmt: skip


@pytest.mark.slow
def test_the_handbook_too() -> None:
    assert by_outlines(HANDBOOK, "zh-Hant-HK")[1] == at_once(HANDBOOK, "zh-Hant-HK")[1]


def test_only_the_chapter_that_changed_is_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, before = by_outlines(folder, "zh-Hans")
    (folder / "b.md").write_text(CHAPTERS["b.md"].replace("头发", "头发长了"), "utf-8")
    built: list[tuple[str, ...]] = []
    usual = page.build
    monkeypatch.setattr(
        page,
        "build",
        lambda book, counted: built.append(tuple(c.id for c in book.chapters)) or usual(book, counted),  # type: ignore[func-returns-value]
    )
    _, after = by_outlines(folder, "zh-Hans")
    assert built == [("b",)]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]
    assert "头发长了" in after[1].body


@pytest.mark.parametrize("kind", [parse.WHOLE, parse.SHORT, setting.PAGES])
def test_any_kind_of_entry_may_be_gone(folder: Path, place: Path, kind: str) -> None:
    """Another build made room, say: what is gone is made again, and the words of an outline are read again."""
    _, before = by_outlines(folder, "zh-Hant-TW")
    for other in {kind, setting.PAGES}:
        entries = list((place / other).iterdir())
        assert len(entries) == 3
        for entry in entries:
            entry.unlink()
    assert by_outlines(folder, "zh-Hant-TW")[1] == before


def test_what_an_outline_leaves_out() -> None:
    shelf = parse.Shelf()
    blocks = [{"t": "Para", "c": [{"t": "Str", "c": text}]} for text in ("甲", "乙@", "丙", "丁{#eq-x}", "戊", "己")]
    blocks.insert(0, {"t": "Header", "c": [2, ["", [], []], [{"t": "Str", "c": "甲乙"}]]})
    short = outline(blocks, "k")
    assert [(block["t"], block.get("at"), block.get("count"), block.get(ASKS)) for block in short] == [
        ("Header", None, None, ["target"]),
        (STRETCH, 1, 1, None),
        ("Para", None, None, ["reference"]),
        (STRETCH, 3, 1, None),
        ("Para", None, None, ["target"]),
        (STRETCH, 5, 2, None),
    ]
    assert short[0][SLUG] == "jia-yi"
    shelf.trees["k"] = blocks
    assert [{"t": block["t"], "c": block["c"]} for block in shelf.whole(short)] == blocks


def test_the_characters_that_tell_a_script_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from banxin.conversion import script

    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    script._only.cache_clear()
    first = script._only()
    assert all(first)
    assert first == tuple(map(frozenset, script._sorted_out()))
    script._only.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(script, "_sorted_out", lambda: pytest.fail("worked out again"))
        assert script._only() == first
