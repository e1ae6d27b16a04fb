"""A history of the handbook, a kind of change at a time: each is told as what it is, and undone by refusing it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from banxin import load
from banxin.critic import apply
from banxin.formatting import proof
from banxin.formatting.proof import normal
from banxin.notes import labels
from banxin.review import Ask, markup, report, review, versions
from banxin.review.compare import compare
from banxin.review.model import FACTS, Fate, Kind, Passage, Review, Subject, Turn
from tests.conftest import ROOT

LINES = "08-lines.md"
NOTES = "05-notes.md"
FIRST = "01-first-book.md"


def read(book: Path, name: str) -> str:
    return (book / name).read_text("utf-8")


def put(book: Path, name: str, text: str) -> None:
    (book / name).write_text(text, "utf-8")


def swap(book: Path, name: str, old: str, new: str) -> None:
    text = read(book, name)
    assert old in text, (name, old)
    put(book, name, text.replace(old, new, 1))


def paragraphs(text: str) -> list[str]:
    """Paragraphs of plain words, in order: what may be moved, whatever the handbook says today."""
    pieces = text.split("\n\n")
    return [
        one
        for one in pieces
        if re.match(r"[\u4e00-\u9fff]", one) and len(one) > 50 and "[^" not in one and "`" not in one
    ]


# What an author does --------------------------------------------------------------------------------------------------


def reword(book: Path) -> None:
    swap(book, LINES, "头一格顶着版心的左边", "第一格贴着版心的左边")


def move_a_paragraph(book: Path) -> None:
    text = read(book, LINES)
    moved = paragraphs(text)[0]
    put(book, LINES, text.replace(moved + "\n\n", "", 1).rstrip("\n") + f"\n\n{moved}\n")


def split_a_chapter(book: Path) -> None:
    text = read(book, LINES)
    at = text.index("\n## 标点占多宽")
    put(book, LINES, text[:at])
    put(book, "08-marks.md", "# 标点 {#ch-marks}\n" + text[at:])
    swap(book, "book.yaml", f"      - {LINES}\n", f"      - {LINES}\n      - 08-marks.md\n")


def rename(book: Path) -> None:
    (book / LINES).rename(book / "08-hang.md")
    swap(book, "book.yaml", f"- {LINES}", "- 08-hang.md")


def renumber_notes(book: Path) -> None:
    """Every note of a chapter gets a number for a name, and one is new before them."""
    text = read(book, NOTES)
    names = list(dict.fromkeys(re.findall(r"^\[\^([^\]]+)\]:", text, re.MULTILINE)))
    assert names
    parts = re.split(r"(^```.*?^```|`[^`\n]+`)", text, flags=re.DOTALL | re.MULTILINE)
    for n, name in enumerate(names, 2):
        parts[::2] = [part.replace(f"[^{name}]", f"[^{n}]") for part in parts[::2]]
    text = "".join(parts)
    first = paragraphs(text)[0]
    put(book, NOTES, text.replace(first, first + "[^1]", 1).rstrip("\n") + "\n\n[^1]: 后来添的一条注。\n")


def swap_a_picture(book: Path) -> None:
    shutil.copy(book / "images" / "flow.svg", book / "images" / "line-justify.svg")


def convert_quotes(book: Path) -> None:
    for file in (book / LINES, book / NOTES, book / FIRST):
        text = file.read_text("utf-8")
        parts = re.split(r"(^```.*?^```|`[^`\n]+`|\{[^}\n]*\})", text, flags=re.DOTALL | re.MULTILINE)
        parts[::2] = [part.translate(str.maketrans("“”", "「」")) for part in parts[::2]]
        file.write_text("".join(parts), "utf-8")


def reflow(book: Path) -> None:
    """One paragraph a line, and other spellings of the same markup."""
    for file in book.glob("*.md"):
        parts = re.split(r"(^```.*?^```)", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
        parts[::2] = [re.sub(r"(?<=[\u4e00-\u9fff，。])\n(?=[\u4e00-\u9fff])", "", part) for part in parts[::2]]
        file.write_text("".join(parts), "utf-8")


def metadata(book: Path) -> None:
    swap(book, "book.yaml", "subtitle: 把一叠稿子排成一本中文书", "subtitle: 从稿子到书")


def table_cell(book: Path) -> None:
    swap(book, LINES, "| `none` | 不管 | 不管 |", "| `none` | 不管 | 随它去 |")


def citation(book: Path) -> None:
    text = read(book, "05-citations.md")
    parts = re.split(r"(^```.*?^```|`[^`\n]+`)", text, flags=re.DOTALL | re.MULTILINE)
    for n in range(0, len(parts), 2):
        new = re.sub(r"\[@([\w:-]+)[^\]]*\]", r"[@\1, 77页]", parts[n], count=1)
        if new != parts[n]:
            parts[n] = new
            break
    else:
        pytest.fail("the chapter on citations cites nothing")
    put(book, "05-citations.md", "".join(parts))


def code(book: Path) -> None:
    swap(book, LINES, "compose: {kinsoku: gb}", "compose: {kinsoku: strict}")


def emphasize(book: Path) -> None:
    swap(book, LINES, "头一格顶着", "**头一格**顶着")


def take_out(book: Path) -> None:
    text = read(book, LINES)
    put(book, LINES, text.replace(paragraphs(text)[1] + "\n\n", "", 1))


def new_order(book: Path) -> None:
    swap(book, "book.yaml", f"      - 07-layout.md\n      - {LINES}\n", f"      - {LINES}\n      - 07-layout.md\n")


def split_a_paragraph(book: Path) -> None:
    text = read(book, LINES)
    first = paragraphs(text)[0]
    head, _, tail = first.partition("。")
    put(book, LINES, text.replace(first, f"{head}。\n\n{tail.lstrip()}", 1))


# What the report says -------------------------------------------------------------------------------------------------


def passages(result: Review) -> list[Passage]:
    return [passage for one in result.comparisons for passage in one.passages if passage.kind is not Kind.SAME]


def only(result: Review, kind: Kind, subject: Subject) -> Passage:
    (passage,) = passages(result)
    assert (passage.kind, passage.subject) == (kind, subject)
    return passage


def words(passage: Passage, turn: Turn) -> str:
    return "".join(word.text for piece in passage.pieces if piece.turn is turn for word in piece.words)


def says_reword(result: Review) -> None:
    passage = only(result, Kind.EDITED, Subject.TEXT)
    assert len(words(passage, Turn.OUT)) <= 6
    assert len(words(passage, Turn.IN)) <= 6


def says_moved(result: Review) -> None:
    here, away = sorted(passages(result), key=lambda passage: passage.kind is Kind.MOVED_AWAY)
    assert (here.kind, away.kind) == (Kind.MOVED_HERE, Kind.MOVED_AWAY)
    assert here.move == away.move
    assert result.count.added == result.count.removed == 0


def says_split(result: Review) -> None:
    new = next(one for one in result.comparisons if one.section.title == "标点")
    assert new.fate is Fate.ADDED
    assert result.count.moved > 20 * (result.count.added + result.count.removed)
    assert "拆自“行：断在哪里，怎样排齐”" in report.artifacts(result, "a", "b")[1].data.decode()


def says_renamed(result: Review) -> None:
    (one,) = result.changed
    assert one.renamed == f"{LINES} → 08-hang.md"
    assert passages(result) == []


def says_new_note(result: Review) -> None:
    """The other notes have other numbers, and nobody need look at them."""
    call, note = passages(result)
    assert {call.subject, note.subject} == {Subject.NOTE}
    assert words(call, Turn.IN) == "注"
    assert note.unit.text == "后来添的一条注。"


def says_picture(result: Review) -> None:
    passage = only(result, Kind.STYLED, Subject.PICTURE)
    assert passage.pictures
    assert report.artifacts(result, "a", "b")[0].data.count(b'src="data:image/svg+xml') == 2


def says_quotes(result: Review) -> None:
    """The marks and nothing else."""
    found = passages(result)
    assert len(found) >= 5
    for passage in found:
        assert set(words(passage, Turn.IN)) <= set("「」") | set(words(passage, Turn.OUT))
        assert words(passage, Turn.OUT).translate(str.maketrans("“”", "「」")) == words(passage, Turn.IN)


def says_nothing(result: Review) -> None:
    assert result.changed == ()


def says_metadata(result: Review) -> None:
    (one,) = result.changed
    assert one.section.id == FACTS
    assert [passage.unit.style for passage in passages(result)] == ["副题"]


def says_cell(result: Review) -> None:
    passage = only(result, Kind.EDITED, Subject.TABLE)
    assert (words(passage, Turn.OUT), words(passage, Turn.IN)) == ("不管", "随它去")


def says_citation(result: Review) -> None:
    passage = only(result, Kind.EDITED, Subject.CITATION)
    assert "77" in words(passage, Turn.IN)


def says_code(result: Review) -> None:
    passage = only(result, Kind.EDITED, Subject.CODE)
    assert (words(passage, Turn.OUT), words(passage, Turn.IN)) == ("gb", "strict")


def says_markup(result: Review) -> None:
    passage = only(result, Kind.STYLED, Subject.TEXT)
    assert [piece.restyled for piece in passage.pieces if piece.restyled] == ["无 → 粗体"]


def says_removed(result: Review) -> None:
    only(result, Kind.REMOVED, Subject.TEXT)


def says_order(result: Review) -> None:
    (one,) = result.changed
    assert one.shifted
    assert passages(result) == []


def says_split_paragraph(result: Review) -> None:
    passage = only(result, Kind.EDITED, Subject.TEXT)
    assert words(passage, Turn.IN) == "\u00b6"


@dataclass(frozen=True)
class Deed:
    """A change, and what a report of it has to say."""

    do: Callable[[Path], None]
    says: Callable[[Review], None]


DEEDS = {
    "reword": Deed(reword, says_reword),
    "move a paragraph": Deed(move_a_paragraph, says_moved),
    "split a chapter": Deed(split_a_chapter, says_split),
    "rename": Deed(rename, says_renamed),
    "renumber notes": Deed(renumber_notes, says_new_note),
    "swap a picture": Deed(swap_a_picture, says_picture),
    "convert quotes": Deed(convert_quotes, says_quotes),
    "reflow only": Deed(reflow, says_nothing),
    "metadata only": Deed(metadata, says_metadata),
    "table cell": Deed(table_cell, says_cell),
    "citation": Deed(citation, says_citation),
    "code": Deed(code, says_code),
    "markup only": Deed(emphasize, says_markup),
    "take out": Deed(take_out, says_removed),
    "new order": Deed(new_order, says_order),
    "split a paragraph": Deed(split_a_paragraph, says_split_paragraph),
}
HANDBOOK = ROOT / "manuscript"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the handbook in it and a commit for each deed, one after the other, each from the first."""
    root = tmp_path_factory.mktemp("history")
    book = root / "book"
    shutil.copytree(HANDBOOK, book)
    git(root, "init", "-q")
    commit(root, "start")
    for name, deed in DEEDS.items():
        git(root, "checkout", "-q", "start")
        deed.do(book)
        commit(root, name.replace(" ", "-"))
    git(root, "checkout", "-q", "start")
    return root


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def commit(root: Path, tag: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", tag)
    git(root, "tag", tag)


@pytest.mark.slow
@pytest.mark.parametrize("name", DEEDS)
def test_each_change_is_told_as_what_it_is_and_can_be_taken_or_refused(
    history: Path, tmp_path: Path, name: str
) -> None:
    book, tag = history / "book", name.replace(" ", "-")
    with versions.at_revision(book, "start") as old, versions.at_revision(book, tag) as new:
        result = compare(versions.load(old, "old"), versions.load(new, "new"))
        DEEDS[name].says(result)
        for artifact in markup.artifacts(result, old, new):
            path = tmp_path / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.data)
        for answer, side in ((apply.Answer("all"), new), (apply.Answer("", "all"), old)):
            target = tmp_path / ("taken" if side is new else "refused")
            apply.apply(tmp_path / markup.FOLDER, answer, target)
            assert contents(target) == contents(side) or trees(target) == trees(side)
    clean = subprocess.run(["git", "-C", str(history), "status", "--porcelain"], check=True, capture_output=True)
    assert clean.stdout == b""


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def trees(path: Path) -> list[object]:
    """All that a book says, apart from where its lines end."""
    book = load.load(path, load.Options(draft=True)).book
    chapters = [
        (
            one.id,
            one.place.path,
            one.part,
            str(one.matter),
            normal(one.title),
            proof.forms_of(without_places(one.blocks)),
        )
        for one in book.chapters
    ]
    pictures = {key: image.data for key, image in book.images.items()}
    return [book.meta, chapters, pictures]


def without_places(value: Any) -> Any:
    """A tree that does not know on which lines its notes stand."""
    if isinstance(value, dict):
        return {key: without_places(item) for key, item in value.items() if key != labels.LINE}
    return [without_places(item) for item in value] if isinstance(value, list) else value


@pytest.mark.slow
def test_reflow_alone_writes_a_report_of_nothing(history: Path, tmp_path: Path) -> None:
    review([], "start", "reflow-only", history / "book", tmp_path, Ask(critic=True))
    assert "文字没有改动。" in (tmp_path / "review.md").read_text("utf-8")
    assert not apply.listed(tmp_path / markup.FOLDER)
