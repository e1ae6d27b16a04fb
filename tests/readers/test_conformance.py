"""PDF for the screen (PDF/UA-1) and for the archive (PDF/A-2u, PDF/A-3u), by the rules that their standards have.

No validator of these standards comes with Debian or PyPI; veraPDF is asked where it is installed, too.
"""

from __future__ import annotations

import ctypes
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from banxin import build, layout, machine
from tests.programs import need

pytestmark = pytest.mark.slow

UA = "{http://www.aiim.org/pdfua/ns/id/}"
A = "{http://www.aiim.org/pdfa/ns/id/}"
WORDS = """# 甲

活字与[movable type]{lang=en}，[網頁]{lang=zh-Hant-TW}；见[乙](b.md)和[网页](https://example.org/)。[^1]

![一个灰色的方块](images/grey.png)

| 名 | 数 |
|---|---|
| 甲 | 1 |

- 一
- 二

[^1]: 注。

    又一段。
"""
PROFILES = {
    "screen": ("pdfua", "1", None),
    "archive": ("pdfa", "2", "U"),
    "archive with manuscript": ("pdfa", "3", "U"),
    "screen, vertical": ("pdfua", "1", None),
    "archive, vertical": ("pdfa", "2", "U"),
}


@dataclass(frozen=True)
class Made:
    """One book in one profile."""

    name: str
    path: Path
    order: build.Order
    problems: tuple[str, ...]


@pytest.fixture(scope="module", params=PROFILES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("book")
    (folder / "images").mkdir()
    Image.new("RGBA", (40, 40), (90, 90, 90, 128)).save(folder / "images" / "grey.png")
    (folder / "a.md").write_text(WORDS, "utf-8")
    (folder / "b.md").write_text("# 乙\n\n刻工把字反刻在梨木上。\n", "utf-8")
    spec = "archive: {manuscript: true}\n" if "manuscript" in request.param else ""
    layout = "novel-vertical" if "vertical" in request.param else "novel"
    text = f"title: 书\nlayout: {layout}\nnotes: {{place: foot}}\n{spec}chapters: [a.md, b.md]\n"
    (folder / "book.yaml").write_text(text, "utf-8")
    order = build.Order(
        folder, formats=("pdf",), out=folder / "out", profile=request.param.replace(",", " ").partition(" ")[0]
    )
    result = build.build(order)
    return Made(request.param, result.written[0], order, tuple(map(str, result.problems)))


def elements(file: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the tree of tags."""

    def below(kids: Any) -> Iterator[Any]:
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield kid
                yield from below(kid.get("/K", pikepdf.Array()))

    yield from below(file.Root.StructTreeRoot.K)


def test_nothing_is_wrong(made: Made) -> None:
    assert made.problems == ()
    done = subprocess.run([need("qpdf"), "--check", str(made.path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_verapdf_finds_nothing(made: Made) -> None:
    program = machine.program("verapdf")
    if not program:
        warnings.warn("veraPDF is not here: neither Debian, PyPI nor npm has it; put it on the PATH", stacklevel=1)
        return
    flavour = "3u" if "manuscript" in made.name else {"screen": "ua1", "archive": "2u"}[made.name.partition(",")[0]]
    done = subprocess.run([program, "-f", flavour, str(made.path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_says_what_it_is(made: Made) -> None:
    kind, part, level = PROFILES[made.name]
    with pikepdf.open(made.path) as file, file.open_metadata() as said:
        name = UA if kind == "pdfua" else A
        assert said[f"{name}part"] == part
        assert said.get(f"{name}conformance") == level
        assert said["{http://purl.org/dc/elements/1.1/}title"] == "书"
        assert str(file.Root.Lang) == "zh-Hans"
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert file.Root.MarkInfo.Marked
        assert "/ID" in file.trailer


def test_no_page_is_blank(made: Made) -> None:
    with pikepdf.open(made.path) as file:
        for i, page in enumerate(file.pages):
            shown = {str(operator) for _, operator in pikepdf.parse_content_stream(page)}
            assert shown & {"TJ", "Tj", "Do"}, i


def test_pictures_say_what_they_show(made: Made) -> None:
    with pikepdf.open(made.path) as file:
        told = {str(each.Alt) for each in elements(file) if each.S == "/Figure"}
        assert "一个灰色的方块" in told
        assert all("/Alt" in each for each in elements(file) if each.S == "/Figure")


def test_words_of_other_languages_say_so(made: Made) -> None:
    with pikepdf.open(made.path) as file:
        said = {str(each.Lang) for each in elements(file) if "/Lang" in each}
        assert {"en", "zh-Hant-TW"} <= said


def test_the_tree_has_what_readers_go_by(made: Made) -> None:
    with pikepdf.open(made.path) as file:
        kinds = {str(each.S) for each in elements(file)}
        assert {"/H1", "/P", "/L", "/LI", "/Table", "/TR", "/TH", "/TD", "/Link", "/Figure"} <= kinds
        with file.open_outline() as outline:
            assert [item.title for item in outline.root] == ["目录", "第一章 甲", "第二章 乙"]
        for page in file.pages:
            for link in page.get("/Annots", ()):
                assert "/Contents" in link
                assert "/StructParent" in link
                assert page.Tabs == "/S"
                assert made.name.startswith("screen") or int(link.F) == 4


def test_paragraphs_hold_their_words_themselves(made: Made) -> None:
    """No tag of its own stands for each line, and each piece of a page that has a number has its tag."""
    with pikepdf.open(made.path) as file:
        paragraphs = [each for each in elements(file) if each.S == "/P"]
        assert sum(any(isinstance(kid, int) for kid in each.K) for each in paragraphs) > 3
        numbers = file.Root.StructTreeRoot.ParentTree.Nums
        tree = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
        for page in file.pages:
            marked = [operands for operands, operator in pikepdf.parse_content_stream(page)
                      if str(operator) == "BDC" and "/MCID" in operands[1]]  # fmt: skip
            mine = tree[int(page.StructParents)]
            assert sorted(int(each[1].MCID) for each in marked) == list(range(len(mine)))
            assert all(int(each[1].MCID) in list(mine[int(each[1].MCID)].K) for each in marked)


def test_a_note_is_one_and_has_an_id_of_its_own(made: Made) -> None:
    """ISO 14289-1, 7.9."""
    with pikepdf.open(made.path) as file:
        notes = [each for each in elements(file) if each.S == "/Note"]
        assert [str(each.ID)[:3] for each in notes] == ["fn-"], "of two paragraphs"
        assert notes[0].P.S == "/NonStruct"


def test_all_fonts_are_embedded_and_say_their_characters(made: Made) -> None:
    with pikepdf.open(made.path) as file:
        found = [font for page in file.pages for font in page.Resources.Font.values()]
        assert found
        for font in found:
            assert "/ToUnicode" in font
            assert font.Subtype == "/Type0"
            assert {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys())


def test_colours_are_those_of_a_screen(made: Made) -> None:
    with pikepdf.open(made.path) as file:
        used = {str(op) for page in file.pages for _, op in pikepdf.parse_content_stream(page)}
        assert "rg" in used
        assert not used & {"k", "K"}
        pictures = [item for item in file.objects if isinstance(item, pikepdf.Stream) and "/Interpolate" in item]
        assert not any(bool(picture.Interpolate) for picture in pictures), "no PDF/A allows it"
        if not made.name.startswith("screen"):
            (intent,) = file.Root.OutputIntents
            assert (intent.S, int(intent.DestOutputProfile.N)) == ("/GTS_PDFA1", 3)


def test_links_are_seen_to_be_some(made: Made) -> None:
    """They have the layout's accent; the words around them have not."""
    accent = tuple(bytes.fromhex(layout.load("novel", []).colours["accent"].removeprefix("#")))
    with pypdfium2.PdfDocument(made.path) as document:
        pages = [page.get_textpage() for page in document]
        found = [(page, at) for page in pages if (at := page.get_text_range().find("网页")) >= 0]
        assert found
        page, at = found[0]
        assert colour(page, at) == colour(page, at + 1) == accent
        assert colour(page, at - 1) != accent


def colour(page: Any, at: int) -> tuple[int, ...]:
    """Of one character."""
    parts = [ctypes.c_uint() for _ in range(4)]
    assert pypdfium2.raw.FPDFText_GetFillColor(page, at, *map(ctypes.byref, parts))
    return tuple(part.value for part in parts[:3])


def test_the_manuscript_is_inside_where_it_is_asked_for(made: Made) -> None:
    with pikepdf.open(made.path) as file:
        inside = {name: file.attachments[name].get_file().read_bytes() for name in file.attachments}
        if "manuscript" not in made.name:
            assert inside == {}
            return
        folder = made.order.path
        assert set(inside) == {"book.yaml", "a.md", "b.md", "images/grey.png"}
        assert inside == {name: (folder / name).read_bytes() for name in inside}
        assert {str(each.AFRelationship) for each in file.Root.AF} == {"/Source"}
        assert {str(each.EF.F.Subtype) for each in file.Root.AF} == {
            "/text/markdown", "/application/yaml", "/image/png",
        }  # fmt: skip


def test_twice_the_same(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANXIN_CACHE", "off")
    (path,) = build.build(replace(made.order, out=made.path.parent / "again", jobs=1)).written
    assert path.read_bytes() == made.path.read_bytes()


@pytest.mark.parametrize(("words", "told"), [("", True), ('{alt=""}', False), ('{alt="一块灰"}', False)])
def test_a_picture_that_says_nothing_is_told_with_its_line(words: str, told: bool, tmp_path: Path) -> None:
    Image.new("L", (9, 9)).save(tmp_path / "grey.png")
    (tmp_path / "a.md").write_text(f"# 甲\n\n字。\n\n![](grey.png){words}\n", "utf-8")
    result = build.build(build.Order(tmp_path / "a.md", formats=("pdf",), out=tmp_path / "out", jobs=1))
    found = [str(problem).partition("\n")[0] for problem in result.problems]
    assert found == ["a.md:5: 警告：图没有替代文字：grey.png [T033]"] * told
    with pikepdf.open(result.written[0]) as file:
        figures = [str(each.Alt) for each in elements(file) if each.S == "/Figure"]
        assert figures[1:] == ["一块灰"] * ("一块灰" in words), "after the cover"


def test_the_area_of_a_figure_is_where_it_is_drawn(made: Made) -> None:
    """`/BBox` in the tags, beside where PDFium finds the picture; upright on a page that is turned, too."""
    with pikepdf.open(made.path) as file:
        pages = {page.obj.objgen: i for i, page in enumerate(file.pages)}
        told = [
            (pages[item.Pg.objgen], [float(each) for each in item.A.BBox])
            for item in file.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
    drawn = []
    with pypdfium2.PdfDocument(made.path) as document:
        for number, area in told:
            seen = [
                [round(each, 1) for each in item.get_bounds()]
                for item in document[number].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
            ]
            drawn += [(area, each) for each in seen]  # none on the cover, which is drawn with lines
    assert drawn
    for area, each in drawn:
        assert area == pytest.approx(each, abs=0.2)
