"""Addresses of notes in the finished PDF, EPUB and site of one edition of a book, and of the next: links survive it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from banxin import build
from tests.readers.test_notes import Pdf

pytestmark = pytest.mark.slow

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
REFS = """@book{wang, author={王维}, title={流沙坠简}, publisher={中土书局}, address={北京}, year={1993}}
@book{ding, author={丁山}, title={一}, publisher={中土书局}, address={北京}, year={2001}}
"""
FIRST = """# 河[^t]

甲[^a]，乙^[直接写的。]，丙[^1]，丁[@wang, 3]，戊[^译:b]，己[^a]。

![图[^fig]](a.svg){alt="方块。"}

[^t]: 章题的。

[^a]: 有名字的。

[^1]: 只有数字的。

[^译:b]: 译者的。

[^fig]: 图题的。
"""
NEXT = (
    FIRST.replace("甲[^a]", "新的一段[^new]，又引[@ding]，又写^[新写的。]。\n\n改了的甲[^a]")
    .replace("有名字的。", "有名字的，话改了。")
    .replace("[^1]", "[^2]")
    + "\n[^new]: 新加的。\n"
)
NAMES = ("章题的。", "有名字的", "直接写的。", "只有数字的。", "王维.", "译者的。", "图题的。")
"""How the notes of both editions begin."""


def made(folder: Path, text: str) -> Path:
    folder.mkdir()
    for name, words in (("a.svg", PICTURE), ("refs.bib", REFS), ("1.md", text)):
        (folder / name).write_text(words, "utf-8")
    series = "notes: {place: foot, series: {译: {name: 译注, place: chapter, mark: ①}}}"
    yml = f"title: 书\nauthors: [某人]\nslug: b\nchapters: [1.md]\n{series}\nbibliography: refs.bib\n"
    (folder / "book.yaml").write_text(yml, "utf-8")
    build.build(build.Order(folder, formats=("pdf", "epub", "html"), out=folder / "out"))
    return folder / "out"


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("addresses")
    return made(folder / "first", FIRST), made(folder / "next", NEXT)


def in_site(out: Path) -> list[Any]:
    return [html.parse(str(path)).getroot() for path in (out / "b-zh-Hans").glob("*.html")]


def in_epub(out: Path) -> list[Any]:
    with zipfile.ZipFile(out / "b-zh-Hans.epub") as archive:
        return [etree.fromstring(archive.read(name)) for name in archive.namelist() if "/text/" in name]


def addresses(trees: list[Any]) -> dict[str, tuple[str, ...]]:
    """How each note begins -> its id, and those of its marks."""
    found = {}
    for note in (note for tree in trees for note in tree.iterfind(".//{*}*[@id]") if note.get("id").startswith("fn-")):
        number = next(e for e in note.iter() if e.get("class") == "note-number")
        words = "".join(note.itertext()).strip().removeprefix("".join(number.itertext())).strip()
        marks = (a.get("href").partition("#")[2] for a in note.iter("{*}a") if "backlink" in a.get("class", ""))
        found[next((name for name in NAMES if words.startswith(name)), words)] = (note.get("id"), *marks)
    return found


def places(tree: Any) -> Iterator[str]:
    return (element.get("id") for element in tree.iterfind(".//{*}*[@id]"))


def test_addresses_stay_when_text_before_them_or_words_of_named_notes_change(editions: tuple[Path, Path]) -> None:
    first, then = (addresses(in_site(out)) for out in editions)
    assert set(first) == set(NAMES)
    assert len(first["有名字的"]) == 3
    assert {name: then[name] for name in NAMES} == first
    assert len(then) == len(NAMES) + 3
    for out, wanted in zip(editions, (first, then), strict=True):
        assert addresses(in_epub(out)) == wanted
        on_paper = set(Pdf(out / "b-zh-Hans.pdf").pages)
        assert {id for ids in wanted.values() for id in ids} <= on_paper


def test_a_note_of_a_figure_stands_in_its_caption_in_every_format(editions: tuple[Path, Path]) -> None:
    for trees in (in_site(editions[0]), in_epub(editions[0])):
        (id, mark) = addresses(trees)["图题的。"]
        (link,) = [a for tree in trees for a in tree.iter("{*}a") if a.get("id") == mark]
        assert link.get("href") == f"#{id}"
        assert any(etree.QName(e).localname == "figcaption" for e in link.iterancestors())
        assert all(len(set(places(tree))) == len(list(places(tree))) for tree in trees), "each id once"
    file = Pdf(editions[0] / "b-zh-Hans.pdf")
    assert file.pages[mark] == file.pages[id], "at the foot of its page"
