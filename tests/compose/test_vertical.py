"""Books whose lines run downward: where glyphs stand and which way they are turned, by PDFium; boxes, links, order."""

from __future__ import annotations

import re
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from playwright.sync_api import sync_playwright

from banxin import build, fonts
from banxin.compose import orientation
from banxin.compose.patch import composing
from banxin.compose.vertical import VerticalStyle
from banxin.errors import ConfigError
from banxin.fonts.catalog import Face, Family, load
from banxin.fonts.fetch import fetch
from banxin.render import pdf
from banxin.sheets import lay
from banxin.sheets.data import Position
from banxin.sheets.engine import HTML
from banxin.sheets.make import Job
from tests.conftest import PATIENCE, ROOT
from tests.programs import CHROMIUM, QUIET, need
from tests.upright import Glyph, in_order, page, pages, read, run, tagged

pytestmark = pytest.mark.slow

BOOK = ROOT / "tests" / "books" / "vertical"
EDITIONS = ("zh-Hant-TW", "zh-Hans", "zh-Hant-HK")
EM, PITCH, LINES, CHARS = 11.0, 18.7, 16, 38
"""pt; the layout's."""
MEASURE, DEPTH = EM * CHARS, PITCH * LINES


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The book in every edition."""
    out = tmp_path_factory.mktemp("vertical")
    made = build.build(build.Order(BOOK, ("pdf",), EDITIONS, out))
    return {edition: path for edition in EDITIONS for path in made.written if edition in path.name}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for a printer."""
    out = tmp_path_factory.mktemp("printed")
    (path,) = build.build(build.Order(BOOK, ("pdf",), EDITIONS[:1], out, profile="print")).written
    return path


def lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The columns of a page, from the right; what stands beside a line (readings) left out."""
    body = [glyph for glyph in glyphs if glyph.size > 14]
    columns: dict[int, list[Glyph]] = {}
    for glyph in body:
        columns.setdefault(round(-(glyph.x + EM / 2 if glyph.upright else glyph.middle) / PITCH), []).append(glyph)
    return [sorted(columns[at], key=lambda glyph: (round(glyph.top), glyph.left)) for at in sorted(columns)]


def head(glyph: Glyph) -> float:
    """Where the square of an upright glyph of the text begins, pt down the page."""
    return glyph.y - 0.88 * EM


@pytest.mark.parametrize("edition", EDITIONS)
def test_upright_or_turned(book: dict[str, Path], edition: str) -> None:
    glyphs = page(book[edition], "庚")
    upright = {glyph.char for glyph in glyphs if glyph.upright}
    turned = {glyph.char for glyph in glyphs if glyph.turned}
    assert set("甲永乙、。，！？；：（）《》〈〉【】—…～℃①12") <= upright
    assert set("GPT→%.") <= turned
    assert not turned & set("、。，！？；：（）《》—…「」『』“”")
    quotes = "“”" if edition == "zh-Hans" else "「」"
    assert set(quotes) <= upright
    assert len([glyph for glyph in glyphs if not glyph.upright and not glyph.turned]) == 0


@pytest.mark.parametrize("edition", EDITIONS)
def test_forms_of_marks(book: dict[str, Path], edition: str) -> None:
    """Brackets lie across the line, and open downward; dashes and dots run along it."""
    glyphs = page(book[edition], "庚")
    opening, closing = run(glyphs, "（己）")[::2]
    assert opening.right - opening.left > 2 * (opening.bottom - opening.top)
    assert head(opening) + EM / 2 < opening.top < opening.bottom < head(closing) + EM / 2 < closing.bottom + EM / 2
    dash = run(glyphs, "甲—")[1]
    assert dash.bottom - dash.top > 1.7 * EM
    assert dash.right - dash.left < 0.1 * EM
    quotes = "“乙”" if edition == "zh-Hans" else "「乙」"
    first, _, last = run(glyphs, quotes)
    assert first.middle > last.middle  # ﹁ at the right, ﹂ at the left
    assert first.top < last.bottom


@pytest.mark.parametrize("edition", EDITIONS)
def test_commas_stand_as_the_region_has_them(book: dict[str, Path], edition: str) -> None:
    glyphs = page(book[edition], "庚")
    before, comma = run(glyphs, "丁，")
    across = (comma.middle - before.x) / EM
    along = ((comma.top + comma.bottom) / 2 - head(comma)) / EM
    if edition == "zh-Hans":  # in the corner: up and at the right
        assert across > 0.7
        assert along < 0.4
    else:
        assert 0.4 < across < 0.6
        assert 0.4 < along < 0.6


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_type_area(book: dict[str, Path], edition: str) -> None:
    """Full lines are exactly as long as the type area is high; lines stand a pitch apart on both sides of a spread."""
    edges = set()
    for glyphs in pages(book[edition]):
        whole = [line for line in lines(glyphs) if len(line) > 30]
        if len(whole) < 4 or "庚" in {glyph.char for glyph in glyphs}:
            continue
        tops = {round(head(line[0]), 1) for line in whole if line[0].upright}
        (top, *_) = sorted(tops)
        assert tops <= {top, round(top + 2 * EM, 1)}
        axes = [sorted(glyph.x for glyph in line if glyph.upright)[len(line) // 2] for line in whole]
        for one, other in zip(axes, axes[1:], strict=False):
            steps = (one - other) / PITCH
            assert abs(steps - round(steps)) < 0.01
        full = [line for line in whole if line[-1].bottom > top + MEASURE - 2 * EM]
        assert len(full) >= 2
        for line in full:
            last = line[-1]
            if last.upright and re.match(r"[\u4e00-\u9fff]", last.char):
                edges.add(round(head(last) + EM - top, 1))
    assert len(edges) == 1, edges
    assert abs(edges.pop() - MEASURE) < 0.1


def test_squares(book: dict[str, Path]) -> None:
    """Figures that share a square are upright, in its middle, and no wider than it."""
    glyphs = page(book["zh-Hant-TW"], "庚")
    for words in ("共12個", "度120度", "用AI讀", "2025年", "第3天"):
        around = run(glyphs, words)
        square = [glyph for glyph in around if glyph.char.isascii()]
        assert all(glyph.upright for glyph in square)
        assert max(glyph.y for glyph in square) - min(glyph.y for glyph in square) < 0.01
        assert max(glyph.right for glyph in square) - min(glyph.left for glyph in square) <= EM + 0.5
        after = around[-1]
        middle = (min(glyph.left for glyph in square) + max(glyph.right for glyph in square)) / 2
        assert abs(middle - after.x - EM / 2) < 0.1 * EM
        along = (min(glyph.top for glyph in square) + max(glyph.bottom for glyph in square)) / 2
        assert abs(head(after) - EM / 2 - along) < 0.12 * EM
    letters = run(glyphs, "USA人")
    assert all(glyph.upright for glyph in letters)
    assert [round(b.y - a.y, 1) for a, b in zip(letters, letters[1:], strict=False)] == [EM] * 3


def test_marks_that_meet_are_squeezed(book: dict[str, Path]) -> None:
    """。」 share 1.5 em, ：「 too, as `vhal` lets them; ！ and ？ keep their squares."""
    glyphs = page(book["zh-Hans"], "他说")
    colon, _, after = run(glyphs, "：“这")
    assert abs(head(after) - head(colon) - 1.5 * EM) < 0.02 * EM
    stop, close, following = run(glyphs, "。”雨")
    assert 1.0 * EM < head(following) - head(stop) < 2.0 * EM + 0.1
    assert head(close) - head(stop) < 0.6 * EM + 0.1


def test_beside_the_line(book: dict[str, Path]) -> None:
    """Readings stand at the right; bopomofo upright, pinyin turned."""
    glyphs = page(book["zh-Hant-TW"], "庚")
    base = next(glyph for glyph in glyphs if glyph.char == "注")
    reading = [glyph for glyph in glyphs if glyph.char in "ㄓㄨ" and glyph.size < 10]
    assert reading
    assert all(glyph.upright and glyph.left > base.x + EM for glyph in reading)
    pinyin = [glyph for glyph in glyphs if glyph.char in "yng" and glyph.size < 10]
    assert pinyin
    assert all(glyph.turned and glyph.left > base.x for glyph in pinyin)


def test_a_footnote_stands_at_the_left(book: dict[str, Path]) -> None:
    glyphs = page(book["zh-Hant-TW"], "巷口的")
    note = run(glyphs, "這是一條注")
    text = [glyph for glyph in glyphs if glyph.size > 14]
    assert max(glyph.right for glyph in note) < min(glyph.left for glyph in text)
    call = next(glyph for glyph in glyphs if glyph.char == "1" and glyph.size < 10 and glyph.left > note[0].right)
    assert call.upright


def test_pages_turn_to_the_right(book: dict[str, Path]) -> None:
    """A recto lies at the left of a spread, with its folio at its left edge; the text is nearer to the spine."""
    width = 148 / 25.4 * 72
    sides = set()
    for i, glyphs in enumerate(pages(book["zh-Hant-TW"])):
        folio = [glyph for glyph in glyphs if glyph.char.isdigit() and 12 < glyph.size < 14 and glyph.y > MEASURE]
        if len(folio) == 1:
            recto = i % 2 == 0
            assert folio[0].upright
            assert folio[0].x < width / 4 if recto else folio[0].x > width * 3 / 4
            text = [glyph for glyph in glyphs if glyph.size > 14]
            assert min(glyph.left for glyph in text) > folio[0].right if recto else True
            assert max(glyph.right for glyph in text) < folio[0].left if not recto else True
            sides.add(recto)
    assert sides == {True, False}


def test_what_stands_upright_on_the_page(book: dict[str, Path]) -> None:
    """A figure's caption, code and a table run across the page."""
    glyphs = [glyph for each in pages(book["zh-Hant-TW"])[7:] for glyph in each]
    for words in ("三個字", 'print("hello")', "名稱", "雨傘3"):
        found = run(glyphs, words)
        assert all(glyph.upright for glyph in found)
        assert len({round(glyph.y) for glyph in found}) == 1
        assert all(a.x < b.x for a, b in zip(found, found[1:], strict=False))


def test_a_long_listing_goes_on_at_its_left_and_overleaf(tmp_path: Path) -> None:
    """Every line of code once, upright, in order, within the height of the type area."""
    asked = order(tmp_path, "language: zh-Hant-TW\nwriting: vertical\noptions: {cover: false, colophon: false}\n")
    code = "\n".join(f"line_{i} = {i}" for i in range(1, 241))
    words = f"# 章\n\n字\n\n```python\n{code}\n```\n\n後\n"
    (tmp_path / "1.md").write_text(words, "utf-8")
    (path,) = build.build(asked).written
    sheets = [glyphs for glyphs in pages(path) if any(glyph.char == "_" for glyph in glyphs)]
    assert len(sheets) == 5
    text = "".join(glyph.char for glyphs in sheets for glyph in glyphs)
    assert [int(n) for n in re.findall(r"line_(\d+)=", text)] == list(range(1, 241))
    for glyphs in sheets:
        listed = [glyph for glyph in glyphs if glyph.char in "line_="]
        assert all(glyph.upright for glyph in listed)
        assert max(glyph.bottom for glyph in listed) - min(glyph.top for glyph in listed) <= MEASURE
    first, second = (min(run(sheets[1], f"line_{i}"), key=lambda glyph: glyph.left) for i in (40, 60))
    assert second.right < first.left


def test_boxes(book: dict[str, Path], printed: Path) -> None:
    width, height = 148 / 25.4 * 72, 210 / 25.4 * 72
    with pikepdf.open(book["zh-Hant-TW"]) as file:
        for each in file.pages:
            assert [round(float(n), 1) for n in each.mediabox] == [0, 0, round(width, 1), round(height, 1)]
    with pikepdf.open(printed) as file:
        for each in file.pages:
            trim, bleed, media = ([float(n) for n in each[name]] for name in ("/TrimBox", "/BleedBox", "/MediaBox"))
            assert round(trim[2] - trim[0], 1) == round(width, 1)
            assert round(trim[3] - trim[1], 1) == round(height, 1)
            assert [round(b - t, 1) for t, b in zip(trim, bleed, strict=True)] == [-8.5, -8.5, 8.5, 8.5]
            assert media[0] < bleed[0] < trim[0]
    subprocess.run([need("qpdf"), "--check", printed], check=True, capture_output=True)


@pytest.mark.parametrize("standard", ["x4", "x1a"])
def test_a_printer_has_nothing_to_object(tmp_path: Path, standard: str) -> None:
    """The preflight finds neither a wrong box nor a font, a colour or an edge that is not as in other books."""
    settings = (BOOK / "book.yaml").read_text("utf-8").split("editions:")[0]
    for each in BOOK.iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes())
    (tmp_path / "book.yaml").write_text(f"{settings}print: {{standard: {standard}}}\n", "utf-8")
    made = build.build(build.Order(tmp_path, ("pdf",), (), tmp_path / "out", profile="print"))
    (looked,) = made.preflights
    assert [str(problem) for problem in looked.problems()] == []
    with pikepdf.open(made.written[0]) as file:
        said = str(file.Root.Metadata.read_bytes()) if standard == "x4" else str(file.docinfo["/GTS_PDFXVersion"])
        assert {"x4": "PDF/X-4", "x1a": "PDF/X-1"}[standard] in said


def test_links_lie_on_their_words(book: dict[str, Path]) -> None:
    """Of contents, text, notes and back: each covers its own words and nothing else, and leads to where they are."""
    path = book["zh-Hant-TW"]
    sheets = pages(path)
    found: dict[str, str] = {}
    with pikepdf.open(path) as file:
        places = named(file)
        for number, each in enumerate(file.pages):
            height = float(each.mediabox[3])
            for link in each.get("/Annots", ()):
                left, bottom, right, top = (float(n) for n in link.Rect)
                words = "".join(
                    glyph.char
                    for glyph in sheets[number]
                    if left - 1 < glyph.middle < right + 1 and height - top - 1 < glyph.top < height - bottom
                )
                found[re.sub(r"[\s·]", "", words)] = str(link.get("/Dest", ""))
    chapters = ["第一章字的種類1", "第二章長一些的文字2", "第三章站著的東西4"]
    whole = [*chapters, "前一章", "1"]
    assert set(whole) <= set(found)
    assert all(any(words in entry for entry in whole) for words in found)  # parts of an entry are links of their own
    assert [found[words] for words in chapters] == ["1-classes", "2-prose", "3-islands"]
    assert found["前一章"] == "1-classes"
    note, mark = (places[name] for name in sorted(places) if name.startswith("fn"))
    for (number, x, y), words in ((note, "這是一條注"), (mark, "日光燈")):
        height = 210 / 25.4 * 72
        (beside,) = run(sheets[number], words)[:1] if words[0] == "這" else run(sheets[number], words)[-1:]
        assert abs(x - beside.right) < 2 * PITCH
        assert abs(height - y - beside.top) < 3 * EM


def named(file: pikepdf.Pdf) -> dict[str, tuple[int, float, float]]:
    """The places that links lead to, by their names: the page, x and y in pt from its lower left corner."""
    numbers = {page.obj.objgen: i for i, page in enumerate(file.pages)}
    names = list(file.Root.Names.Dests.Names)  # type: ignore[call-overload]
    return {
        str(name): (numbers[place[0].objgen], float(place[2]), float(place[3]))
        for name, place in zip(names[0::2], names[1::2], strict=True)
    }


def test_destinations_are_where_the_headings_are(book: dict[str, Path]) -> None:
    path = book["zh-Hant-TW"]
    with pikepdf.open(path) as file, file.open_outline() as outline:
        indices = {each.objgen: i for i, each in enumerate(file.pages)}
        for entry in outline.root:
            target = entry.destination
            number, x, y = indices[target[0].objgen], float(target[2]), float(target[3])
            height = float(file.pages[number].mediabox[3])
            glyphs = pages(path)[number]
            first = run(glyphs, entry.title.split()[-1])[0] if entry.title != "目錄" else run(glyphs, "目錄")[0]
            assert height - y <= first.top + 1
            assert abs(x - first.right) < 3 * PITCH  # the block's right edge
    assert len(outline.root) == 4


def test_the_order_of_the_text(book: dict[str, Path]) -> None:
    """The tags give the exact text, in order; poppler's order of drawing, PDFium and MuPDF at least 98 of 100
    characters (the promise is 95)."""
    path = book["zh-Hant-TW"]
    words = tagged(path)
    assert "唱到一半忽然沒了聲音，只剩下雨打在鐵皮上，一陣急，一陣慢，像有人在上面走路。" in words
    assert "這一年共12個月，第3天，溫度120度，他用AI讀了GPT的說明，看了3.14、1990、50%和A4。" in words
    prose = words[words.index("白日依山盡") : words.index("前一章") + 3]
    for reader, found in read(path).items():
        assert in_order(prose, found) >= 0.98, reader


# --- as browsers have it

CLASSES = (
    "一あアっッーｱＡ１ａ、。，．！？：；「」『』（）〔〕［］｛｝【】〖〗《》〈〉〜～…—―‥“”‘’〝〟·・‧＋－＝＜＞／％＆＠＃＄￥￡①⑩ⅠⅣ㈠㎏℃℉§©®±×÷→←↑↓⇒■□▲★☆○◎♀♂♪※〒々〇〆ㄅㄨ"
    "ˊ＿｜ABgz019$%+-="
)
"""Of each class of UAX 50, what the faces have."""
STROKES = "…—―‥"
"""Chromium turns what lies across; here they have the face's own form, which looks the same."""


@pytest.mark.parametrize("language", EDITIONS)
def test_what_stands_upright_is_what_chromium_lets_stand(language: str, tmp_path: Path) -> None:
    fonts.activate()  # the browser finds the same faces
    name = {"zh-Hans": "Noto Serif SC", "zh-Hant-TW": "Noto Serif TC", "zh-Hant-HK": "Noto Serif HK"}[language]
    words = "".join(f"<p>永{char}永</p>" for char in CLASSES)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=need(*CHROMIUM), args=QUIET, timeout=PATIENCE * 1000)
        sheet = browser.new_page()
        look = f"html {{ writing-mode: vertical-rl; font: 12px '{name}' }} p {{ margin: 0 }}"
        sheet.set_content(f"<html lang={language}><style>{look}</style>{words}")
        sheet.pdf(path=tmp_path / "chromium.pdf", width="2000px", height="600px")
        browser.close()
    seen = [glyph for glyphs in pages(tmp_path / "chromium.pdf") for glyph in glyphs]
    theirs = {
        glyph.char: glyph.upright
        for before, glyph, after in zip(seen, seen[1:], seen[2:], strict=False)
        if before.char == after.char == "永"
    }
    assert set(theirs) == set(CLASSES)
    with composing():
        html = f"<html lang={language}><p style='--writing: vertical; font-family: \"{name}\"'>永"
        document = HTML(string=html).render()
        box = next(box for box in document.pages[0]._page_box.descendants() if getattr(box, "text", "") == "永")
        style = VerticalStyle(box.style, {})
        ours = {char: bool(face := style._tokens(char)[0].face) and face.stands for char in CLASSES}
    assert {char for char in CLASSES if ours[char] != theirs[char]} <= set(STROKES)


# --- what faces lack


def faces_of(text: str, faces: str, style: str = "") -> list[tuple[str, bool]]:
    """The kinds of faces that a text is drawn with, and whether what they draw stands upright."""
    fonts.activate()
    seen: list[tuple[str, bool]] = []
    look = f"--writing: vertical; --compose: all; font-family: {faces}; {style}"
    with composing():
        document = HTML(string=f"<html lang=zh-Hans><p style='{look}'>{text}").render()
        for box in document.pages[0]._page_box.descendants():
            if layout := getattr(box, "pango_layout", None):
                seen += [(type(piece.face).__name__, piece.face.stands) for piece in layout.pieces]
    return seen


def test_a_latin_face_stands_upright_in_squares() -> None:
    """EB Garamond has no vertical metrics: each letter has an em."""
    assert faces_of("USA", '"EB Garamond"', style="--combine: letters") == [("Upright", True)] * 2


def face_of(text: str, path: Path, pictures: bool = False) -> None:
    """A face with these characters and nothing for vertical lines; its glyphs may be pictures."""
    family = load().families["Noto Serif SC"]
    options = subset.Options(layout_features=[], drop_tables=["GSUB", "GPOS", "vmtx", "vhea", "VORG"], name_IDs=["*"])
    font = TTFont(next(family.view_folder(name) for name, _ in family.views) / "NotoSerifSC_400Regular.ttf")
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    if pictures:
        font["SVG "] = newTable("SVG ")
        font["SVG "].docList = [('<svg xmlns="http://www.w3.org/2000/svg"><g id="glyph1"/></svg>', 1, 1)]
    font.save(path)


def test_a_face_without_vertical_forms_and_metrics(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Han stands upright in squares of an em; a bracket lies down with the line, which is as it should look; a warning
    names it and the face, once. Commas stay upright; dashes run along the line."""
    face_of("章甲乙丙丁戊己（）「」“”，。——字书", tmp_path / "plain.ttf")
    asked = order(tmp_path, "writing: vertical\nfonts: {serif: plain.ttf}\noptions: {cover: false}\n")
    (tmp_path / "1.md").write_text("# 章\n\n甲（乙）丙，丁——戊（己）。\n", "utf-8")
    (path,) = build.build(asked).written
    glyphs = page(path, "甲（")
    by_char = {glyph.char: glyph for glyph in glyphs}
    assert all(by_char[char].upright for char in "甲乙丙丁戊己，。")
    assert all(by_char[char].turned for char in "（）—")
    first, _, second = run(glyphs, "甲（乙")
    assert second.y - first.y == pytest.approx(2 * EM, abs=0.6 * EM)
    assert by_char["（"].right - by_char["（"].left > by_char["（"].bottom - by_char["（"].top
    told = [record.getMessage() for record in caplog.records if "竖排字形" in record.getMessage()]
    assert len(told) == 2
    assert "没有“（”的竖排字形" in told[0]
    assert "没有“）”的竖排字形" in told[1]


XIAOWEI = Family(
    name="ZCOOL XiaoWei",
    package="@fontsource/zcool-xiaowei",
    version="5.3.0",
    megabytes=11,
    licence="OFL-1.1",
    faces=(
        Face(
            file="files/zcool-xiaowei-chinese-simplified-400-normal.woff",
            weight=400,
            italic=False,
            packed="27b75caf6611f1a36bc4c863bcc2c4b835265d300250ca711293b781d95e1d5b",
            sha256="e21c4365a54ef0d8b59cf6f2056ea55fc2269d08eb1a3215485d9157145b7738",
        ),
    ),
    views=(("ZCOOL XiaoWei", ()),),
)
"""A Song face for headlines, as many are: whole, and made for lines that run across."""


def test_a_real_face_that_was_made_for_lines_across(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its commas and stops go from the lower left to the upper right of their squares, colons to the middle; brackets
    and dashes lie down with the line, and each is named with its face, once; nothing touches anything."""
    fetch([XIAOWEI], print)
    (tmp_path / "x.ttf").write_bytes(XIAOWEI.path(XIAOWEI.faces[0]).read_bytes())
    asked = order(tmp_path, "writing: vertical\nfonts: {serif: x.ttf}\noptions: {cover: false}\n")
    words = "甲，乙。丙、丁：戊；己！庚？辛（壬）癸——子《丑》寅“卯”辰……巳。"
    (tmp_path / "1.md").write_text(f"# 章\n\n{words}\n", "utf-8")
    (path,) = build.build(asked).written
    glyphs = [glyph for glyph in page(path, "甲，") if glyph.size > 14]
    for before, mark, after in ("甲，乙", "乙。丙", "丙、丁"):
        han, stop, following = run(glyphs, before + mark + after)
        assert stop.upright
        assert stop.middle > han.x + 0.65 * EM
        assert stop.top < head(han) + 1.4 * EM
        assert stop.bottom < following.top
    for before, mark, _ in ("丁：戊", "戊；己", "己！庚", "庚？辛"):
        han, stop = run(glyphs, before + mark)
        assert stop.upright
        assert stop.middle == pytest.approx(han.x + EM / 2, abs=0.12 * EM)
    assert all(glyph.turned for glyph in glyphs if glyph.char in "（）《》“”—")
    inks = sorted((glyph for glyph in glyphs if glyph.char in words), key=lambda glyph: glyph.top)
    assert all(one.bottom < other.top + 0.35 for one, other in zip(inks, inks[1:], strict=False))
    told = [record.getMessage() for record in caplog.records if "竖排字形" in record.getMessage()]
    assert sorted(message[: message.index("的竖")] for message in told) == sorted(
        f"字体ZCOOL XiaoWei没有“{mark}”" for mark in "（）《》“”"
    )


@pytest.mark.parametrize("symbol", "😀☺⚐♞⛄")
def test_symbols_have_a_square_each(symbol: str, tmp_path: Path) -> None:
    """Faces of symbols have no forms for vertical lines, and metrics that nobody made: 0 em, 1.3 or 1.7."""
    asked = order(tmp_path, "writing: vertical\noptions: {cover: false}\n")
    (tmp_path / "1.md").write_text(f"# 章\n\n甲乙{symbol}丙丁\n", "utf-8")
    (path,) = build.build(asked).written
    glyphs = page(path, "甲乙")
    before, after = run(glyphs, "乙")[0], run(glyphs, "丙")[0]
    sign = glyphs[glyphs.index(before) + 1]
    assert sign.upright
    assert after.y - before.y == pytest.approx(2 * EM, abs=0.3)
    assert sign.top > head(before) + 0.9 * EM
    assert sign.bottom < head(after) + 0.1 * EM
    assert (sign.top + sign.bottom) / 2 == pytest.approx((head(before) + head(after) + EM) / 2, abs=0.12 * EM)
    assert sign.middle == pytest.approx(before.x + EM / 2, abs=0.12 * EM)


def test_a_coloured_picture_is_left_blank_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """WeasyPrint would set the whole paragraph across for it."""
    face_of("❶", tmp_path / "pictures.ttf", pictures=True)
    asked = order(tmp_path, "writing: vertical\nfonts: {serif: pictures.ttf}\noptions: {cover: false}\n")
    (tmp_path / "1.md").write_text("# 章\n\n甲乙❶丙丁。\n", "utf-8")
    (path,) = build.build(asked).written
    first, second, third = (next(g for g in page(path, "甲乙") if g.char == char) for char in "乙丙丁")
    assert first.upright
    assert second.y - first.y == pytest.approx(2 * EM, abs=0.1)
    assert third.y - second.y == pytest.approx(EM, abs=0.1)
    assert any("“❶”的字形是彩色图画" in record.getMessage() for record in caplog.records)


def test_kai_without_vhal_squeezes_as_across() -> None:
    """LXGW WenKai has no `vhal`: its marks give up what they give up in lines that run across; ！ and ： nothing."""
    fonts.activate()
    found = {}
    with composing():
        style = HTML(
            string="<html lang=zh-Hans><p style='font-family: \"LXGW WenKai\"; --writing: vertical'>字"
        ).render()
        box = next(box for box in style.pages[0]._page_box.descendants() if getattr(box, "text", "") == "字")
        marks = VerticalStyle(box.style, {}).marks
        found = {char: marks.get(char) for char in "，「！：字"}
    assert [(mark.start, mark.end) if mark else None for mark in found.values()] == [
        (0.0, 0.5),
        (0.5, 0.0),
        (0.0, 0.0),
        (0.0, 0.0),
        None,
    ]


@pytest.mark.parametrize(
    ("text", "squares"),
    [
        ("共12个月", ["12"]),
        ("第3天", ["3"]),
        ("温度120度", ["120"]),
        ("1990年", []),
        ("3.14", []),
        ("50%", []),
        ("GPT-4", []),
        ("用AI写", ["AI"]),
        ("看TV和DVD", ["TV"]),
        ("in 12 days", []),
        ("2024-03-05", []),
        ("12:30", []),
        ("（7）", ["7"]),
    ],
)
def test_what_shares_a_square(text: str, squares: list[str]) -> None:
    assert re.findall(orientation.COMBINED, text) == squares


def test_what_shares_a_square_is_looked_for_behind_what_stands_before_it() -> None:
    """Words of another style before a text, however many, only say whether its figures go on with theirs."""
    fonts.activate()
    with composing():
        html = "<html lang=zh-Hans><p style='font-family: \"Noto Serif SC\"; --writing: vertical'>字"
        page_box = HTML(string=html).render().pages[0]._page_box
        box = next(box for box in page_box.descendants() if getattr(box, "text", "") == "字")
        cells = VerticalStyle(box.style, {}).cells
        alone, glued = cells("12天"), cells("12天", "a")
        behind = [cells("12天", before) for before in ("字", "字字", "见《书》", "字。字字字字字字字")]
    assert behind == [alone] * 4
    assert glued != alone


# --- what authors ask for


def order(folder: Path, text: str, formats: tuple[str, ...] = ("pdf",)) -> build.Order:
    folder.joinpath("book.yaml").write_text(f"title: 书\nchapters: [1.md]\n{text}", "utf-8")
    folder.joinpath("1.md").write_text("# 章\n\n字\n", "utf-8")
    return build.Order(folder, formats, (), folder / "out")


def test_a_layout_without_a_counterpart_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        build.build(order(tmp_path, "layout: technical\nwriting: vertical\n"))
    (problem,) = caught.value.problems
    assert problem.place.line == 4
    assert problem.message == "版式 technical 没有竖排的"
    assert "novel-vertical" in problem.hint


def test_an_edition_may_be_vertical(tmp_path: Path) -> None:
    from banxin import load

    text = "layout: novel\npage: {chars: 20}\neditions:\n  zh-Hans: {}\n  zh-Hant-TW: {writing: vertical}\n"
    manuscript = load.load(order(tmp_path, text).path)
    from banxin.editions import edition_of

    looks = {
        name: build.layout_for(manuscript, edition_of(manuscript.config, name, "zh-Hans"), build.layout_of(manuscript))
        for name in ("zh-Hans", "zh-Hant-TW")
    }
    assert {name: look.name for name, look in looks.items()} == {"zh-Hans": "novel", "zh-Hant-TW": "novel-vertical"}
    usual = build.layout_of(manuscript)
    assert build._page(manuscript.config, looks["zh-Hans"], usual).chars == 20
    assert build._page(manuscript.config, looks["zh-Hant-TW"], usual).chars is None


def test_a_book_of_one_file_may_be_vertical_and_each_of_its_editions(tmp_path: Path) -> None:
    """Its front matter stands for book.yaml: what is wrong there is told with its line."""
    from banxin import load
    from banxin.editions import edition_of

    path = tmp_path / "a.md"
    front = "writing: vertical\ntypeset: {numbers: years}\neditions:\n  zh-Hans: {writing: horizontal}\n"
    path.write_text(f"---\n{front}---\n# 题\n\n字\n", "utf-8")
    manuscript = load.load(path)
    usual = build.layout_of(manuscript)
    looks = {
        name: build.layout_for(manuscript, edition_of(manuscript.config, name, "zh-Hans"), usual).writing
        for name in ("zh-Hans", "zh-Hant-TW")
    }
    assert looks == {"zh-Hans": "horizontal", "zh-Hant-TW": "vertical"}
    assert edition_of(manuscript.config, "zh-Hans", "zh-Hans").numbers == "years"
    path.write_text("---\nlayout: technical\nwriting: vertical\n---\n# 题\n\n字\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        build.build(build.Order(path, ("pdf",), (), tmp_path / "out"))
    assert str(caught.value.problems[0].place) == "a.md:3"


def test_readers_are_told_the_direction_only_where_the_book_says_so(book: dict[str, Path], tmp_path: Path) -> None:
    """With `/Direction /R2L` PDFium reads every line backwards."""
    with pikepdf.open(book["zh-Hant-TW"]) as file:
        assert "/Direction" not in file.Root.ViewerPreferences
    (path,) = build.build(order(tmp_path, "writing: vertical\noptions: {right-to-left: true}\n")).written
    with pikepdf.open(path) as file:
        assert file.Root.ViewerPreferences.Direction == "/R2L"


# --- what it costs


def test_vertical_lines_cost_little(tmp_path: Path) -> None:
    """Laying out and drawing the same words takes at most a fifth more work than across.

    Both are timed by the processor's time, in turn, each first as often as second; what counts is the median of the
    ratios: of what is left beside this - reading, converting, binding - no part is dearer in vertical books.
    """
    text = (BOOK / "2-prose.md").read_text("utf-8").split("\n\n", 1)[1].replace("\n", "")
    sentences = [sentence for sentence in text.split("。") if "[" not in sentence][:16]
    words = "\n\n".join("。".join(sentences[i % 7 :]) + "。他在12日讀了GPT的說明。" for i in range(200))
    jobs = []
    for name in ("novel", "novel-vertical"):
        page = "{trim: 25开, size: 11pt, pitch: 18.7pt, chars: 28, lines: 16}"
        asked = order(tmp_path, f"language: zh-Hant-TW\nlayout: {name}\npage: {page}\noptions: {{cover: false}}\n")
        (tmp_path / "1.md").write_text(f"# 章\n\n{words}\n", "utf-8")
        (press,) = build.presses(asked)
        jobs.append(pdf._job(press))
    ratios = []
    for n in range(10):
        spent = {i: laid(jobs[i]) for i in ((0, 1) if n % 2 else (1, 0))}
        ratios.append(spent[1] / spent[0])
    assert statistics.median(ratios[2:]) <= 1.2, ratios  # the first two load fonts


def laid(job: Job) -> float:
    """Seconds of the processor that laying out a book and drawing it takes."""
    begun = time.process_time()
    for signature in job.signatures:
        lay.lay(job.look, signature, Position())
    return time.process_time() - begun
