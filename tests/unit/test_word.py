"""To Word and back: what an editor tracked comes back as marks in the right file, the rest is told."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from banxin import cli, pandoc
from banxin.critic import apply, marks
from banxin.errors import ManuscriptError
from banxin.word import export, imports
from tests.conftest import ROOT

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
BY = {f"{W}id": "900", f"{W}author": "编辑", f"{W}date": "2026-11-01T00:00:00Z"}

RIVER = """# 河 {#ch-river}

河从山里来，谁也不知道它走了多久。
两岸的人靠它**吃饭**，也靠它记事。

## 上游

上游的水急[^old]，石头都被[磨圆了](https://example.org/a)。船到这里就不再走。

[^old]: 老人姓江，七十九岁。

- 水不等人，人等水
- 茶宁少勿多

| 地方 | 船 |
|---|---|
| 上游 | 一条 |
| 下游 | 九条 |

> 水低为海，人低为王。

```
boats = 3
```

下游的水缓，沙子都沉了下来。傍晚的时候，整条河是金色的。
"""
TOWN = "# 镇\n\n镇上只有一条街，从东头走到西头。\n\n街口的钟停在四点十分。\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.yaml").write_text("title: 河与镇\nauthors: [甲]\nchapters: [river.md, town.md]\n", "utf-8")
    (folder / "river.md").write_text(RIVER, "utf-8")
    (folder / "town.md").write_text(TOWN, "utf-8")
    return folder


class Editor:
    """An editor at Word: changes the XML of a document as Word does."""

    def __init__(self, book: Path) -> None:
        self.files = {}
        with zipfile.ZipFile(io.BytesIO(export.export(book).data)) as old:
            self.files = {item.filename: old.read(item) for item in old.infolist()}
        self.parts = {name: etree.fromstring(self.files[name]) for name in ("word/document.xml", "word/footnotes.xml")}
        self.comments = etree.fromstring(self.files["word/comments.xml"])
        self.count = 0

    def run(self, text: str) -> tuple[etree._Element, int]:
        """The run in which some words stand, and where in it."""
        for part in self.parts.values():
            for run in part.iter(f"{W}r"):
                words = run.find(f"{W}t")
                if words is not None and text in (words.text or ""):
                    return run, words.text.index(text)
        raise AssertionError(text)

    def paragraph(self, text: str) -> etree._Element:
        run, _ = self.run(text)
        return next(run.iterancestors(f"{W}p"))

    def cut(self, text: str) -> etree._Element:
        """The words as a run of their own."""
        run, at = self.run(text)
        whole = run.find(f"{W}t").text
        pieces = [whole[:at], text, whole[at + len(text) :]]
        runs = [etree.fromstring(etree.tostring(run)) for _ in pieces]
        for new, words in zip(runs, pieces, strict=True):
            new.find(f"{W}t").text = words
            new.find(f"{W}t").set(SPACE, "preserve")
            new.tail = None
            if words:
                run.addprevious(new)
        run.getparent().remove(run)
        return runs[1]

    def made(self, text: str) -> etree._Element:
        run = etree.Element(f"{W}r")
        words = etree.SubElement(run, f"{W}t")
        words.text = text
        words.set(SPACE, "preserve")
        return run

    def insert(self, after: str, text: str) -> None:
        run = self.cut(after)
        around = etree.Element(f"{W}ins", BY)
        around.append(self.made(text))
        run.addnext(around)

    def delete(self, text: str) -> etree._Element:
        run = self.cut(text)
        around = etree.Element(f"{W}del", BY)
        run.addprevious(around)
        around.append(run)
        run.find(f"{W}t").tag = f"{W}delText"
        return around

    def replace(self, old: str, new: str) -> None:
        gone = self.delete(old)
        around = etree.Element(f"{W}ins", BY)
        around.append(self.made(new))
        gone.addnext(around)

    def untracked(self, old: str, new: str) -> None:
        run, _ = self.run(old)
        words = run.find(f"{W}t")
        words.text = words.text.replace(old, new)

    def mark_end(self, paragraph: etree._Element, name: str) -> None:
        """The end of a paragraph was put in (`ins`) or taken out (`del`)."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = etree.Element(f"{W}pPr")
            paragraph.insert(0, properties)
        etree.SubElement(etree.SubElement(properties, f"{W}rPr"), f"{W}{name}", BY)

    def new_paragraph(self, after: str, text: str) -> None:
        paragraph = etree.Element(f"{W}p")
        self.mark_end(paragraph, "ins")
        around = etree.SubElement(paragraph, f"{W}ins", BY)
        around.append(self.made(text))
        self.paragraph(after).addnext(paragraph)

    def delete_paragraph(self, text: str) -> None:
        paragraph = self.paragraph(text)
        for run in list(paragraph.iter(f"{W}r")):
            words = run.find(f"{W}t")
            if words is not None and words.text:
                self.delete(words.text)
        self.mark_end(paragraph, "del")

    def comment(self, on: str, text: str) -> None:
        run = self.cut(on)
        id = str(self.count)
        self.count += 1
        run.addprevious(etree.Element(f"{W}commentRangeStart", {f"{W}id": id}))
        end = etree.Element(f"{W}commentRangeEnd", {f"{W}id": id})
        run.addnext(end)
        reference = etree.Element(f"{W}r")
        etree.SubElement(reference, f"{W}commentReference", {f"{W}id": id})
        end.addnext(reference)
        comment = etree.SubElement(self.comments, f"{W}comment", {**BY, f"{W}id": id})
        etree.SubElement(comment, f"{W}p").append(self.made(text))

    def split(self, before: str) -> None:
        """Enter is pressed before some words: their bookmark stays in the first half."""
        paragraph = self.paragraph(before)
        run = self.cut(before)
        rest = etree.Element(f"{W}p")
        for element in [run, *run.itersiblings()]:
            rest.append(element)
        paragraph.addnext(rest)
        self.mark_end(paragraph, "ins")

    def save(self, path: Path) -> Path:
        self.files |= {name: etree.tostring(part) for name, part in self.parts.items()}
        self.files["word/comments.xml"] = etree.tostring(self.comments)
        with zipfile.ZipFile(path, "w") as new:
            for name, data in self.files.items():
                new.writestr(name, data)
        return path

    def read(self, book: Path) -> imports.Imported:
        return imports.read(self.save(book.parent / "edited.docx"), book)


def marked(done: imports.Imported, name: str = "river.md") -> str:
    """The lines with marks of a file; refusing all of them gives the source back."""
    text = done.texts[name]
    assert marks.read(text, name)[1] == []
    assert marks.rejected(text) == {"river.md": RIVER, "town.md": TOWN}[name]
    return "\n".join(line for line in text.splitlines() if "{+" in line or "{-" in line or "{~" in line or "{>" in line)


def test_an_untouched_document_changes_nothing(book: Path) -> None:
    done = Editor(book).read(book)
    assert (done.texts, done.unplaced) == ({}, [])


@pytest.mark.slow
def test_the_handbook_comes_back_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(export.export(ROOT / "manuscript").data)
    done = imports.read(path, ROOT / "manuscript")
    assert (done.texts, done.unplaced) == ({}, [])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("谁也不知道", "没有人知道", "河从山里来，{~~谁也不知道~>没有人知道~~}它走了多久。"),
        ("吃饭", "活命", "两岸的人靠它{~~**吃饭**~>活命~~}，也靠它记事。"),
        ("磨圆", "磨光", "上游的水急[^old]，石头都被[{~~磨圆~>磨光~~}了](https://example.org/a)。船到这里就不再走。"),
        ("姓江", "姓姜", "[^old]: 老人{~~姓江~>姓姜~~}，七十九岁。"),
        ("宁少", "宁多", "- 茶{~~宁少~>宁多~~}勿多"),
        ("九条", "十条", "| 下游 | {~~九条~>十条~~} |"),
        ("人低", "人高", "> 水低为海，{~~人低~>人高~~}为王。"),
        ("上游", "源头", "## {~~上游~>源头~~}"),
        ("不知道它走了", "[*问*]", "河从山里来，谁也{~~不知道它走了~>\\[\\*问\\*\\]~~}多久。"),
    ],
)
def test_what_was_tracked_is_marked_where_it_stands(book: Path, old: str, new: str, expected: str) -> None:
    editor = Editor(book)
    editor.replace(old, new)
    done = editor.read(book)
    assert marked(done) == expected
    assert (done.changes, done.unplaced) == (1, [])


def test_what_was_put_in_and_taken_out(book: Path) -> None:
    editor = Editor(book)
    editor.insert("山里", "深处")
    editor.delete("，也靠它记事")
    editor.insert("四点", "零")
    done = editor.read(book)
    assert marked(done).splitlines() == [
        "河从山里{++深处++}来，谁也不知道它走了多久。",
        "两岸的人靠它**吃饭**{--，也靠它记事--}。",
    ]
    assert marked(done, "town.md") == "街口的钟停在四点{++零++}十分。"


def test_paragraphs_that_are_new_and_gone(book: Path) -> None:
    editor = Editor(book)
    editor.new_paragraph("街口的钟", "集市逢五。")
    editor.delete_paragraph("镇上只有")
    done = editor.read(book)
    marked(done, "town.md")
    assert marks.accepted(done.texts["town.md"]) == "# 镇\n\n街口的钟停在四点十分。\n\n集市逢五。\n"
    assert done.unplaced == []


def test_a_paragraph_that_was_divided(book: Path) -> None:
    editor = Editor(book)
    editor.split("从东头")
    done = editor.read(book)
    marked(done, "town.md")
    assert (
        marks.accepted(done.texts["town.md"])
        == "# 镇\n\n镇上只有一条街，\n\n从东头走到西头。\n\n街口的钟停在四点十分。\n"
    )
    assert done.unplaced == []


def test_paragraphs_of_which_one_was_made(book: Path) -> None:
    editor = Editor(book)
    editor.mark_end(editor.paragraph("镇上只有"), "del")
    editor.insert("只有", "这")
    done = editor.read(book)
    marked(done, "town.md")
    assert marks.accepted(done.texts["town.md"]) == "# 镇\n\n镇上只有这一条街，从东头走到西头。街口的钟停在四点十分。\n"
    assert done.unplaced == []


def test_what_cannot_be_joined_is_told(book: Path) -> None:
    editor = Editor(book)
    editor.mark_end(editor.paragraph("水不等人"), "del")
    done = editor.read(book)
    assert ["同下一段并成了一段" in problem.message for problem in done.unplaced] == [True]
    assert done.changes == 0


def test_what_was_changed_without_tracking_is_found(book: Path) -> None:
    editor = Editor(book)
    editor.untracked("四点十分", "五点十分")
    assert marked(editor.read(book), "town.md") in (
        "街口的钟停在{~~四~>五~~}点十分。", "街口的钟停在{~~四点~>五点~~}十分。")  # fmt: skip


def test_comments(book: Path) -> None:
    editor = Editor(book)
    editor.comment("四点十分", "查一查，是不是{==四点==}？")
    editor.comment("吃饭", "好")
    editor.replace("一条街", "两条街")
    editor.comment("两条街", "真的？")
    done = editor.read(book)
    assert "街口的钟停在{==四点十分==}{>>编辑：查一查，是不是{ ==四点= =}？<<}。" in done.texts["town.md"]
    assert "{>>编辑：真的？<<}" in done.texts["town.md"]
    assert "{==吃饭==}{>>编辑：好<<}" in done.texts["river.md"]
    marked(done)
    marked(done, "town.md")
    assert len(apply_listed(done, book)) == done.changes + 2


def apply_listed(done: imports.Imported, book: Path) -> list[str]:
    imports.write(done, book, None)
    return apply.listed(book)


def test_what_cannot_be_placed_is_told(book: Path) -> None:
    editor = Editor(book)
    editor.untracked("boats = 3", "boats = 4")
    gone = editor.paragraph("镇上只有")
    gone.getparent().remove(gone)
    editor.replace("四点", "五点")
    path = editor.save(book.parent / "edited.docx")
    text = (book / "town.md").read_text("utf-8")
    (book / "town.md").write_text(text.replace("街口的钟", "街口的大钟"), "utf-8")
    done = imports.read(path, book)
    told = [str(problem) for problem in done.unplaced]
    assert any("town.md:3" in one and "镇上只有一条街" in one and "没有修订记录" in one for one in told)
    assert any("街口的钟停在五点" in one and "对不上" in one for one in told)
    assert any("boats = 4" in one for one in told)
    assert all(problem.hint for problem in done.unplaced)
    assert done.texts == {}


def test_what_falls_into_code_is_told(book: Path) -> None:
    """A mark inside `code` would be printed, not read."""
    with (book / "town.md").open("a", encoding="utf-8") as file:
        file.write("\n写上`draft`再排。\n")
    editor = Editor(book)
    editor.replace("draft", "strict")
    editor.replace("四点", "五点")
    done = editor.read(book)
    text = done.texts["town.md"]
    assert marks.read(text, "")[1] == []
    assert marks.rejected(text) == (book / "town.md").read_text("utf-8")
    assert "{~~四点~>五点~~}" in text
    assert "{~~`draft`~>strict~~}" in text or [p.place.line for p in done.unplaced] == [7]


def test_other_chapters_may_go_on_meanwhile(book: Path) -> None:
    editor = Editor(book)
    editor.replace("四点", "五点")
    path = editor.save(book.parent / "edited.docx")
    (book / "town.md").write_text("# 镇\n\n前面新添的一段。\n\n" + TOWN.removeprefix("# 镇\n\n"), "utf-8")
    done = imports.read(path, book)
    assert "停在{~~四点~>五点~~}十分" in done.texts["town.md"]


@pytest.mark.parametrize("data", [b"no zip", b"PK\x03\x04broken", b""])
def test_what_is_no_docx(book: Path, data: bytes) -> None:
    path = book.parent / "a.docx"
    path.write_bytes(data)
    with pytest.raises(ManuscriptError, match="不是能读的 .docx") as error:
        imports.read(path, book)
    assert error.value.problems[0].hint


def test_a_zip_that_is_no_docx(book: Path) -> None:
    path = book.parent / "a.docx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.txt", "a")
    with pytest.raises(ManuscriptError, match="没有 Word 的正文"):
        imports.read(path, book)


def test_a_docx_of_something_else(book: Path) -> None:
    path = book.parent / "a.docx"
    path.write_bytes(pandoc.to_docx([{"t": "Para", "c": [{"t": "Str", "c": "别的"}]}], {}))
    with pytest.raises(ManuscriptError, match="里面没有书签"):
        imports.read(path, book)
    with pytest.raises(ManuscriptError, match="读不出来"):
        imports.read(book / "none.docx", book)


def test_styles_and_bookmarks(book: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(export.export(book).data)) as made:
        document, styles = made.read("word/document.xml").decode(), made.read("word/styles.xml").decode()
        settings = made.read("word/settings.xml").decode()
    names = re.findall(r'w:name="(bx_[^"]*)"', document)
    assert len(names) == len(set(names)) >= 12
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", name) for name in names)
    assert re.search(r'<w:pStyle w:val="Heading1" ?/>', document)
    assert 'w:eastAsia="宋体"' in styles
    assert 'w:eastAsia="黑体"' in styles
    assert "trackRevisions" in settings
    assert "http" not in "".join(re.findall(r"<w:t[^>]*>([^<]*)", document))


def test_by_command(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", str(book), "--docx", "-o", str(tmp_path / "out")]) == 0
    (made,) = (tmp_path / "out").glob("*.docx")
    editor = Editor(book)
    editor.replace("四点", "五点")
    editor.save(made)
    assert cli.main(["import", str(made), "--book", str(book)]) == 0
    assert "1 处放进了稿子，0 处没有放进去。" in capsys.readouterr().out
    assert "{~~四点~>五点~~}" in (book / "town.md").read_text("utf-8")
    assert cli.main(["export", str(book), "-o", str(tmp_path / "out")]) == 1
    assert "修改标记" in capsys.readouterr().err
