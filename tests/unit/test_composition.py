"""The measure of line composition: each figure counts its fault, and counts nothing where the fault is not.

The PDFs are written by hand, so that every position is known: a font whose characters are an em wide (ASCII: half an
em), lines at x = 50 pt, 10 pt high, 20 em long unless a test means otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from tools.composition import Figures, Rules, glyphs, measure, texts
from tools.composition.__main__ import main
from tools.composition.blocks import NotTaggedError
from tools.composition.figures import ROWS

SIZE = 10
HAN = "山川日月星云雨雪风雷火土木金水石田禾竹米"
H18, H19, REST, REST2 = HAN[:18], HAN[:19], HAN[1:], HAN[2:]
RULES = Rules(measure=20 * SIZE)
Line = str
"""Characters, and in braces: a gap in thousandths of an em `{250}`, a spacing after every glyph `{c60}`, a rise in pt
with a size `{^4 6}`, several characters in one glyph `{=——}`, a page break before the line `{/}`, a font of code `{m}`,
a character of a narrow font `{n“}`,
a shift of the baseline in pt `{y0.2}`."""


# Hand-made files ------------------------------------------------------------------------------------------------------


class Press:
    """Sets paragraphs as they are told."""

    def __init__(self, tags: bool = True) -> None:
        self.pdf = pikepdf.new()
        self.tags = tags
        self.codes: dict[str, int] = {}
        self.pages: list[list[bytes]] = [[]]
        self.elements: list[tuple[str, list[tuple[int, int]]]] = []
        self.y = 500.0

    def paragraph(self, lines: Sequence[Line], role: str = "P") -> None:
        keys = []
        for line in lines:
            if "{/}" in line:
                self.pages.append([])
                self.y = 500.0
            number = len(self.pages) - 1
            keys.append((number, len(self.pages[-1])))
            self.pages[-1].append(f"/Span <</MCID {keys[-1][1]}>> BDC {self._line(line)} EMC".encode())
            self.y -= 15
        self.elements.append((role, keys))

    def _line(self, line: Line) -> str:
        operators = [f"BT /F1 {SIZE} Tf 0 Tc 0 Ts 1 0 0 1 50 {self.y} Tm"]
        for part in re.findall(r"{[^}]*}|[^{]", line):
            inside = part[1:-1] if len(part) > 1 else ""
            if not inside or inside[0] == "=":
                operators.append(f"<{self._code(inside[1:] or part):04x}> Tj")
            elif inside[0] == "y":
                operators.insert(1, f"0 {inside[1:]} Td")
            elif inside != "/":
                operators.append(self._setting(inside))
        return " ".join([*operators, "ET"])

    def _setting(self, inside: str) -> str:
        name, value = inside[0], inside[1:]
        if name == "n":
            return f"/F3 {SIZE} Tf <{self._code(value):04x}> Tj /F1 {SIZE} Tf"
        if name == "c":
            return f"{float(value) * SIZE / 1000} Tc"
        if name == "^":
            rise, size = value.split()
            return f"{rise} Ts /F1 {size} Tf"
        return f"/F2 {SIZE} Tf" if name == "m" else f"[{-float(inside)}] TJ"

    def _code(self, text: str) -> int:
        return self.codes.setdefault(text, len(self.codes) + 1)

    def save(self, path: Path) -> Path:
        fonts = Dictionary(
            F1=self._font("AAAAAA+Song"), F2=self._font("BBBBBB+SongMono"), F3=self._font("CCCCCC+Roman", 400)
        )
        for streams in self.pages:
            self.pdf.add_blank_page(page_size=(400, 560))
            page = self.pdf.pages[-1]
            page.Contents = self.pdf.make_stream(b"\n".join(streams))
            page.Resources = Dictionary(Font=fonts)
        if self.tags:
            self._tag()
        self.pdf.save(path)
        return path

    def _tag(self) -> None:
        kids = Array()
        for role, keys in self.elements:
            marked = [Dictionary(Type=Name.MCR, Pg=self.pdf.pages[page].obj, MCID=number) for page, number in keys]
            kids.append(self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + role), K=Array(marked))))
        document = Dictionary(Type=Name.StructElem, S=Name.Document, K=kids)
        self.pdf.Root.StructTreeRoot = self.pdf.make_indirect(
            Dictionary(Type=Name.StructTreeRoot, K=self.pdf.make_indirect(document))
        )

    def _font(self, name: str, wide: int = 1000) -> pikepdf.Object:
        rows = "".join(f"<{code:04x}> <{text.encode('utf-16-be').hex()}>\n" for text, code in self.codes.items())
        cmap = "begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        cmap += f"{len(self.codes)} beginbfchar\n{rows}endbfchar\nendcmap"
        widths = Array()
        for text, code in self.codes.items():
            widths.append(code)
            widths.append(Array([sum(500 if part.isascii() else wide for part in text)]))
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + name),
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=Dictionary(Type=Name.FontDescriptor, FontName=Name("/" + name), Flags=4),
            DW=1000,
            W=widths,
        )
        return self.pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name("/" + name),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([self.pdf.make_indirect(descendant)]),
                ToUnicode=self.pdf.make_stream(cmap.encode()),
            )
        )


numbers = count()


def figures(folder: Path, *paragraphs: Sequence[Line], rules: Rules = RULES) -> Figures:
    press = Press()
    for each in paragraphs:
        press.paragraph(each)
    return measure(press.save(folder / f"{next(numbers)}.pdf"), rules)


def counts(found: Figures) -> dict[str, int]:
    return {row: found.count(row) for row in ROWS if found.count(row)}


# The figures ----------------------------------------------------------------------------------------------------------

GOOD = [HAN, HAN, "好了。"]


def test_a_good_paragraph_has_no_fault(tmp_path: Path) -> None:
    found = figures(tmp_path, GOOD, GOOD)
    assert counts(found) == {}
    assert (found.totals["整行"], found.totals["行"], found.totals["段"], found.pages) == (4, 6, 2, 1)


GRID = Rules(measure=200, pitch=15)
CASES: dict[str, tuple[str, Sequence[Line], Sequence[Line], Rules]] = {
    # name: row, with the fault, without it, rules
    "short": ("ragged", [H19, *GOOD], [HAN, *GOOD], RULES),
    "long": ("ragged", [HAN + "好", *GOOD], [HAN, *GOOD], RULES),
    "by a third of a point": ("ragged", [H19 + "{35}米", *GOOD], [H19 + "{25}米", *GOOD], RULES),
    "a gap that is not drawn": ("ragged", ["{c10}" + H19, *GOOD], ["{c55.556}" + H19, *GOOD], RULES),
    "an end trimmed": ("ragged", [HAN + "好", *GOOD], [H19 + "{-500}好，", *GOOD], RULES),
    "an end trimmed by less": ("ragged", [H19 + "{-600}好，", *GOOD], [H19 + "好", *GOOD], RULES),
    "a centred end": (
        "ragged", [H19 + "{-500}好，", *GOOD], [H19 + "{-750}好，", *GOOD], Rules("zh-Hant-TW", measure=200),
    ),
    "hanging": (
        "ragged", [HAN + "」", *GOOD], [HAN + "，", *GOOD], Rules(measure=200, hanging=True),
    ),
    "line start": ("kinsoku", [HAN, "，" + REST, "好了。"], [HAN, HAN, "好了，"], RULES),
    "interpunct": ("kinsoku", [HAN, "·" + REST, "好了。"], [HAN, HAN[:5] + "·" + HAN[6:], "好了。"], RULES),
    "circled number": ("kinsoku", [HAN, "①" + REST, "好了。"], ["①" + REST, HAN, "好了。"], RULES),
    "note mark": ("kinsoku", [HAN, "{^4 6}[1]{^0 10}" + H18, "好了。"], [HAN, "[1]" + H18, "好了。"], RULES),
    "single dash": ("kinsoku", [HAN, "—" + REST, "好了。"], [HAN, "——" + REST2, "好了。"], RULES),
    "dash, strict": (
        "kinsoku", [HAN, "——" + REST2, "好了。"], [HAN, HAN, "好——了。"], Rules(measure=200, level="strict"),
    ),
    "line end": ("kinsoku", [H19 + "（", *GOOD], [H18 + "）好", *GOOD], RULES),
    "money": ("kinsoku", [H19 + "￥", "山" + REST, "好了。"], [HAN, "￥" + REST, "好了。"], RULES),
    "solidus": ("kinsoku", [H19 + "／", *GOOD], [H18 + "／好", *GOOD], RULES),
    "solidus, basic": ("kinsoku", [HAN, "／" + REST, "好"], [H19 + "／", *GOOD], Rules(measure=200, level="basic")),
    "year": ("torn", [H18 + "2024", "年" + REST, "好了。"], [HAN[:17] + "2024年", *GOOD], RULES),
    "number": ("torn", [H18 + "2024", "12" + REST, "好了。"], [H18 + "2024", "、12" + REST2, "好了。"], RULES),
    "chapter": ("torn", [H19 + "第", "3章" + REST2, "好了。"], [H19 + "第", "三章" + REST2, "好了。"], RULES),
    "percent": ("torn", [H19 + "10", "%" + REST, "好了。"], [H18 + "10%", *GOOD], RULES),
    "weight": ("torn", [H19 + "10", "kg" + REST, "好了。"], [H18 + "10", "kilo" + REST2, "好了。"], RULES),
    "dash": ("torn", [H19 + "—", "—" + REST, "好了。"], [H18 + "——", *GOOD], RULES),
    "ellipsis": ("torn", [H19 + "…", "…" + REST, "好了。"], [HAN, "……" + REST2, "好了。"], RULES),
    "question": ("torn", [H19 + "？", "！" + REST, "好了。"], [H18 + "？{-500}！", *GOOD], RULES),
    "two marks": ("unsqueezed", ["他说：“好。"], ["他说：{-500}“好。"], RULES),
    "two closing marks": ("unsqueezed", ["“好。”"], ["“好。{-500}”"], RULES),
    "two opening marks": ("unsqueezed", ["他说（“好"], ["他说（{-500}“好"], RULES),
    "no blank between": ("unsqueezed", ["他说》（好"], ["他说（》好"], RULES),
    "less than half": ("unsqueezed", ["他说：{-450}“好。"], ["{c30}他说好：{-500}“好。"], RULES),
    "a chain": ("unsqueezed", ["好！？"], ["好！{-500}？"], RULES),
    "centred marks": ("unsqueezed", ["說。」好"], ["說。{-250}」好"], Rules("zh-Hant-TW")),
    "centred marks before an opening one": ("unsqueezed", ["說：「好"], ["說：{-500}「好"], Rules("zh-Hant-TW")),
    "a chain in Taiwan": ("unsqueezed", ["好！「"], ["好！？"], Rules("zh-Hant-TW")),
    "no gap": ("no_gap", ["用a{250}的"], ["用{250}a{250}的"], RULES),
    "narrow gap": ("no_gap", ["用{100}7"], ["用{130}7"], RULES),
    "gap before a note": ("no_gap", ["用a"], ["用{^4 6}1"], RULES),
    "gap before code": ("no_gap", ["用a"], ["用{m}a"], RULES),
    "gap before marks": ("no_gap", ["用a"], ["用，a%"], RULES),
    "a quote of the Latin face": ("borrowed", ["说{n“}好"], ["说“好"], RULES),
    "an apostrophe": ("borrowed", ["说don{n’}好"], ["说don{n’}t"], RULES),
    "uneven": ("uneven", ["山川{30}日月"], ["{c30}山川日月"], RULES),
    "a picture among the text": ("uneven", ["山川{30}日月"], ["山川{30} 日月"], RULES),
    "open": ("opened", ["{c60}" + H18 + "川", *GOOD], ["{c40}" + HAN, *GOOD], RULES),
    "wide": ("wide", ["{c110}" + H18, *GOOD], ["{c90}" + H18, *GOOD], RULES),
    "word space": ("holes", ["a{300} b" + H18, *GOOD], ["a{200} b" + H18, *GOOD], RULES),
    "han hole": ("holes", ["{c360}" + HAN[:14], *GOOD], ["{c340}" + HAN[:14], *GOOD], RULES),
    "last line": ("lone", [HAN, "好。”"], [HAN, "好了。"], RULES),
    "last line with a note": ("lone", [HAN, "好。{^4 6}12"], [HAN, "好了"], RULES),
    "off the grid": ("off_grid", [HAN, "{y0.2}" + HAN, "好了。"], [HAN, "{y0.05}" + HAN, "好了。"], GRID),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_counted_and_its_absence_is_not(name: str, tmp_path: Path) -> None:
    row, bad, good, rules = CASES[name]
    assert counts(figures(tmp_path, bad, GOOD, GOOD, rules=rules)).get(row) == 1
    assert counts(figures(tmp_path, good, GOOD, GOOD, rules=rules)).get(row) is None


def test_a_style_without_squeeze(tmp_path: Path) -> None:
    assert counts(figures(tmp_path, ["他说：“好。"], rules=Rules(style="none"))) == {}


def test_amounts_and_places(tmp_path: Path) -> None:
    found = figures(tmp_path, [H18 + "好，", *GOOD], [H19, *GOOD])
    assert found.worst("ragged", 9) == [f"第 1 页 -10.000 pt 「{H19}」"]
    assert found.share("ragged") == pytest.approx(100 / 6)


def test_the_edge_is_found(tmp_path: Path) -> None:
    """Without a given measure: the farthest place that several lines reach, for each indent."""
    inner = ["{2000}" + H18, "{2000}" + HAN[:17], "{2000}" + H18, "{2000}好了。"]
    inner_bad = figures(tmp_path, GOOD, GOOD, inner, rules=Rules())
    assert counts(inner_bad) == {"ragged": 1}
    lone_line = figures(tmp_path, GOOD, GOOD, ["{2000}" + HAN[:17], "{2000}好了。"], rules=Rules())
    assert counts(lone_line) == {"ragged": 1}


@pytest.mark.slow
def test_lines_broken_by_force_are_not_full(tmp_path: Path) -> None:
    verse = ["山川日月，", "星云雨雪。"]
    assert counts(figures(tmp_path, GOOD, GOOD, verse, rules=Rules())) == {}
    known = Rules(measure=200, texts=["".join(GOOD), "\n".join(verse)])
    assert counts(figures(tmp_path, GOOD, verse, rules=known)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False])
def test_a_paragraph_goes_on_overleaf(known: bool, tmp_path: Path) -> None:
    start = ["{2000}" + H18, H18 + "好。"]
    whole, other = [*start, "{/}" + HAN, "好了。"], ["{/}{2000}" + H18, HAN, "好了。"]
    text = H18 + H18 + "好。"
    press = Press()
    press.paragraph(start)
    press.paragraph(whole[2:])  # as WeasyPrint does it: an element a page
    rules = Rules(measure=200, texts=[text + HAN + "好了。"] if known else None)
    assert measure(press.save(tmp_path / "one.pdf"), rules).totals["段"] == 1
    rules = Rules(measure=200, texts=[text, H18 + HAN + "好了。"] if known else None)
    press = Press()
    press.paragraph(start)
    press.paragraph(other)
    found = measure(press.save(tmp_path / "two.pdf"), rules)
    assert (found.totals["段"], counts(found)) == (2, {})


def test_a_label_overleaf_is_no_continuation(tmp_path: Path) -> None:
    """Of another size: the number of the next chapter after a paragraph that fills its page."""
    press = Press()
    press.paragraph(["{2000}" + H18, HAN])
    press.paragraph(["{/}{^0 14}第九章"])
    press.paragraph(["{2000}" + H18, HAN, "好了。"])
    assert measure(press.save(tmp_path / "a.pdf"), RULES).totals["段"] == 3


@pytest.mark.slow
def test_words_without_a_hyphen(tmp_path: Path) -> None:
    """Where the typeset text is known, a space at a line's end is told from none, and a new hyphen from a typed one."""

    def torn(end: str, begin: str, text: str) -> int:
        lines = [H18 + end, begin + H18, "好了。"]
        rules = Rules(measure=200, texts=[H18 + text + H18 + "好了。"])
        found = figures(tmp_path, lines, rules=rules)
        assert found.texts["file"].characters == 0
        return found.count("torn")

    assert torn("type", "face", "typeface") == 1
    assert torn("type-", "face", "typeface") == 0
    assert torn("type", "face", "type face") == 0


def test_code_and_headings(tmp_path: Path) -> None:
    press = Press()
    press.paragraph(GOOD)
    press.paragraph(["{m}def f(", "{m},g)", "{m}h"], "Code")
    press.paragraph([HAN[:10], HAN[:4] + "好了"], "H1")
    found = measure(press.save(tmp_path / "a.pdf"), RULES)
    assert counts(found) == {}
    assert (found.totals["段"], found.totals["整行"]) == (2, 2)


# Glyphs and texts -----------------------------------------------------------------------------------------------------


def cells(press: Press, path: Path) -> list[glyphs.Cell]:
    return [cell for some in glyphs.read(press.save(path)).values() for cell in some]


def test_positions_are_those_of_the_file(tmp_path: Path) -> None:
    press = Press()
    press.paragraph(["{c100}山a{250}{=——}川{^4 6}1"])
    found = cells(press, tmp_path / "a.pdf")
    assert "".join(cell.text for cell in found) == "山a——川1"
    # Tc counts after every glyph, also between two strings; a ligature of two is one glyph in two halves
    assert [round(cell.start, 3) for cell in found] == [50, 61, 69.5, 79.5, 90.5, 101.5]
    assert [round(cell.end, 3) for cell in found] == [60, 66, 79.5, 89.5, 100.5, 104.5]
    assert [round(cell.y, 3) for cell in found] == [500, 500, 500, 500, 500, 504]
    assert [cell.size for cell in found] == [10, 10, 10, 10, 10, 6]


def test_actual_text_stands_for_the_glyphs(tmp_path: Path) -> None:
    press = Press()
    press.paragraph(["山川"])
    ((line,),) = press.pages
    press.pages = [[line.replace(b"BT", b"/Span <</ActualText <FEFF65E5>>> BDC BT").replace(b"ET", b"ET EMC")]]
    (cell,) = cells(press, tmp_path / "a.pdf")
    assert (cell.text, cell.start, cell.end) == ("日", 50, 70)


def test_a_file_without_tags_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    press = Press(tags=False)
    press.paragraph(GOOD)
    path = press.save(tmp_path / "a.pdf")
    with pytest.raises(NotTaggedError):
        measure(path, RULES)
    assert main([str(path)]) == 1
    assert "没有标签" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("extracted", "difference"),
    [
        ("山川日月 a b\n", (0, 0, 0)),
        ("山川\n日月 a\nb", (0, 0, 0)),
        ("山川日月 a\n\nb\f", (0, 0, 0)),
        ("山 川日月 a b", (0, 1, 0)),
        ("山川日月  a b", (0, 1, 0)),
        ("山川日月 ab", (0, 0, 1)),
        ("山川日 a b", (1, 0, 0)),
        ("山川日月 a b c", (1, 0, 0)),
        ("川山日月 a b", (1, 0, 0)),
        ("山川日-\n月 a b", (0, 0, 0)),
        ("山川日-月 a b", (1, 0, 0)),
    ],
)
def test_texts_are_equal_but_for_line_ends(extracted: str, difference: tuple[int, int, int]) -> None:
    found = texts.compare(extracted, ["山川日月 a b"])
    assert (found.characters, found.added, found.missing) == difference


@pytest.mark.slow
def test_readers_are_compared(tmp_path: Path) -> None:
    rules = Rules(measure=200, texts=["".join(GOOD)])
    found = figures(tmp_path, GOOD, rules=rules)
    assert {name: each.characters for name, each in found.texts.items()} == {"file": 0, "pdftotext": 0, "pdfminer": 0}
    lost = figures(tmp_path, GOOD, rules=Rules(measure=200, texts=["".join(GOOD) + "吗"]))
    assert {name: each.characters for name, each in lost.texts.items()} == {"file": 1, "pdftotext": 1, "pdfminer": 1}


def test_the_table_and_the_worst_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    press = Press()
    press.paragraph([H19, *GOOD])
    path = press.save(tmp_path / "a.pdf")
    assert main([str(path), "--measure", "200", "--show", "1"]) == 0
    out = capsys.readouterr().out
    assert "1（33.33 %）" in out
    assert f"-10.000 pt 「{H19}」" in out
    assert main([str(path), "--json"]) == 0
    assert '"ragged": 1' in capsys.readouterr().out
