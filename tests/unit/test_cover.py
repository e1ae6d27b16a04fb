"""The cover of the printed book: paper, spine, barcode, panels, and what cover.yaml may say."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from banxin.book import Meta
from banxin.cover import barcode, paper, settings, spine
from banxin.cover.settings import Binding
from banxin.cover.sheet import sheet
from banxin.errors import ConfigError
from banxin.preflight import isbn as numbers

MM = 72 / 25.4

# --- paper ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mm"),
    [
        ("胶版纸 80g", 0.1), ("80g胶版纸", 0.1), ("80克 双胶纸", 0.1), ("胶版纸70", 0.0875), ("膠版紙 100磅", 0.125),
        ("轻型纸 60g", 0.108), ("蒙肯紙 80g", 0.144), ("铜版纸 157g", 0.1303), ("哑粉纸 128g", 0.1229),
        ("字典纸 40g", 0.044),
    ],
)  # fmt: skip
def test_the_thickness_of_papers(name: str, mm: float) -> None:
    found = paper.thickness(name)
    assert found is not None
    assert found / MM == pytest.approx(mm, abs=0.0006)


PUBLISHED = [
    ("胶版纸", 60, 0.075), ("胶版纸", 70, 0.088), ("胶版纸", 80, 0.1), ("胶版纸", 90, 0.113), ("胶版纸", 120, 0.15),
    ("胶版纸", 90, 0.12), ("胶版纸", 100, 0.13), ("胶版纸", 120, 0.14), ("铜版纸", 105, 0.085), ("铜版纸", 128, 0.108),
    ("铜版纸", 157, 0.137), ("哑粉纸", 105, 0.105), ("哑粉纸", 128, 0.128), ("哑粉纸", 157, 0.157),
]  # fmt: skip
"""Of printers and of the trade; where each stands, banxin/cover/paper.py says. mm."""


@pytest.mark.parametrize(("kind", "grams", "mm"), PUBLISHED)
def test_the_table_is_what_others_publish(kind: str, grams: int, mm: float) -> None:
    """Within what mills and lots differ by; a spine of 200 leaves is right to about a millimetre and a half."""
    found = paper.thickness(f"{kind} {grams}g")
    assert found is not None
    assert found / MM == pytest.approx(mm, rel=0.075)


@pytest.mark.parametrize("name", ["胶版纸", "80g", "宣纸 80g", "胶版纸 300g", "胶版纸 8g", ""])
def test_no_thickness_is_made_up(name: str) -> None:
    assert paper.thickness(name) is None


def test_every_paper_of_the_table_is_known() -> None:
    assert paper.USUAL in paper.known()
    for name in paper.known():
        assert paper.thickness(name)


def test_a_thousand_pages_of_light_paper() -> None:
    leaf = paper.thickness("轻型纸 60g")
    assert leaf
    assert paper.spine(320, leaf) / MM == pytest.approx(160 * 0.108 + 0.3)
    assert paper.spine(319, leaf) == paper.spine(320, leaf), "the last leaf has two pages, too"


# --- barcode ----------------------------------------------------------------------------------------------------------


def scanned(code: barcode.Barcode) -> tuple[str, str, str]:
    """What a scanner reads of a barcode drawn by its modules: format, number, add-on."""
    unit = 3
    picture = Image.new("L", (code.width * unit, 60 * unit), 255)
    draw = ImageDraw.Draw(picture)
    for bar in code.bars:
        top, foot = (12 if bar.addon else 0), (60 if bar.guard else 55)
        draw.rectangle((bar.x * unit, top * unit, (bar.x + bar.width) * unit - 1, foot * unit), fill=0)
    read = zxingcpp.read_barcodes(picture, ean_add_on_symbol=zxingcpp.EanAddOnSymbol.Read)
    found = max(read, key=lambda one: len(one.text))  # above its add-on, it is read alone
    return found.format.name, found.text[:13], found.text[13:]


@given(st.integers(0, 10**9 - 1), st.sampled_from(["", "05", "00320", "51299", "90000"]))
def test_a_scanner_reads_what_was_meant(number: int, addon: str) -> None:
    twelve = f"978{number:09}"
    digits = twelve + numbers.check_digit(twelve)
    assert scanned(barcode.of(digits, addon)) == ("EAN13", digits, addon)


def test_the_measures_of_the_standard() -> None:
    """11 + 95 + 7 modules of 0.33 mm: 37.29 mm at 100 % (GS1 General Specifications, table 5.2.6.6-1)."""
    plain = barcode.of("9787500012344")
    assert plain.width * barcode.MODULE == pytest.approx(37.29)
    assert plain.bars[0].x == 11
    assert sum(bar.guard for bar in plain.bars) == 6
    assert [digit.digit for digit in plain.digits] == list("9787500012344")
    with_addon = barcode.of("9787500012344", "00320")
    addon = [bar for bar in with_addon.bars if bar.addon]
    assert 7 <= addon[0].x - max(bar.x + bar.width for bar in plain.bars) <= 12
    assert with_addon.width - addon[-1].x - addon[-1].width == 5


@pytest.mark.parametrize(
    ("isbn", "digits"),
    [
        ("978-7-5000-1234-4", "9787500012344"), ("ISBN 978 7 5000 1234 4", "9787500012344"), ("978-7-5000-1234-8", ""),
        ("7-5000-1234-8", ""), ("", ""), ("977-7-5000-1234-4", ""), ("９７８７５０００１２３４４", ""),
    ],
)  # fmt: skip
def test_only_a_right_isbn_is_a_barcode(isbn: str, digits: str) -> None:
    assert barcode.thirteen(isbn) == digits


@pytest.mark.parametrize(
    ("price", "digits"),
    [("新臺幣320元", "00320"), ("NT$1,250", "01250"), ("48.00元", "00048"), ("非卖品", ""), ("1234567", "")],
)
def test_a_price_as_an_add_on(price: str, digits: str) -> None:
    assert barcode.price_digits(price) == digits


# --- spine ------------------------------------------------------------------------------------------------------------


def told(words: str) -> list[tuple[str, str]]:
    return [(piece.words, piece.kind) for piece in spine.pieces(words)]


def test_han_stands_upright_and_latin_is_turned() -> None:
    assert told("读Python的99夜") == [
        ("读", "upright"), ("Python", "turned"), ("的", "upright"), ("99", "upright"), ("夜", "upright"),
    ]  # fmt: skip
    assert told("A计划1949") == [("A", "upright"), ("计", "upright"), ("划", "upright"), ("1949", "turned")]
    assert told("Ada Lovelace") == [("Ada Lovelace", "turned")]
    assert told("O’Reilly") == [("O’Reilly", "turned")]


def test_marks_take_their_vertical_form() -> None:
    assert told("《“史”》（上）") == [
        ("《", "mark"), ("『", "mark"), ("史", "upright"), ("』", "mark"), ("》", "mark"), ("（", "mark"),
        ("上", "upright"), ("）", "mark"),
    ]  # fmt: skip


@given(
    st.text("书河灯《》Ab19 ：", min_size=1, max_size=60),
    st.lists(st.text("陆文秋Ada", min_size=1, max_size=9), max_size=3),
    st.text("社Press", max_size=20),
    st.floats(5, 60),
)
def test_what_stands_on_a_spine_never_runs_into_anything(
    title: str, people: list[str], publisher: str, mm: float
) -> None:
    height = 203 * MM
    lines = spine.lines(Meta(title, authors=tuple(people), publisher=publisher), mm * MM, height)
    at = spine.EDGE - 0.01
    for line in lines:
        for piece in line.pieces:
            assert line.top + piece.y * line.size >= at - 0.01
            at = line.top + (piece.y + piece.length) * line.size
        assert line.size <= mm * MM * spine.SHARE + 0.01
    assert at <= height - spine.EDGE + 0.01


def test_a_thin_spine_stays_empty() -> None:
    assert spine.lines(Meta("书"), 4.9 * MM, 500) == ()
    assert spine.lines(Meta("书"), 5.1 * MM, 500)


# --- panels -----------------------------------------------------------------------------------------------------------


def test_panels_in_their_order() -> None:
    flat = sheet((140 * MM, 203 * MM), 15 * MM, 70 * MM, 3 * MM, True, False)
    assert [panel.name for panel in flat.panels] == ["back-flap", "back", "spine", "front", "front-flap"]
    assert flat.width / MM == pytest.approx(140 * 2 + 15 + 70 * 2)
    right = sheet((140 * MM, 203 * MM), 15 * MM, 0, 3 * MM, False, True)
    assert [panel.name for panel in right.panels] == ["front", "spine", "back"]
    assert right.margin == pytest.approx(3 * MM)
    assert right.boxes()["MediaBox"] == right.boxes()["BleedBox"]


def test_no_mark_reaches_into_the_bleed() -> None:
    flat = sheet((140 * MM, 203 * MM), 15 * MM, 70 * MM, 3 * MM, True, False)
    _, bottom, _, top = flat.boxes()["BleedBox"]
    left = flat.boxes()["TrimBox"][0]
    folds = list(flat.folds())
    assert sorted({round((x - left) / MM, 3) for x, _, _, _ in folds}) == [70, 210, 225, 365]
    for _, start, _, end in folds:
        assert (start <= bottom and end <= bottom + 1e-6) or (start >= top - 1e-6 and end >= top)


# --- cover.yaml -------------------------------------------------------------------------------------------------------


def test_what_it_may_say() -> None:
    spec = settings.read(
        "front: a.png\nstyle: grid\npaper: 轻型纸 60g\nthickness: 0.11mm\nflaps: 80mm\nbinding: right\n"
        "barcode: {size: 90, addon: '00320'}\nwords: [好。, 很好。]\ncolours: {cover: '#123456'}\n"
    )
    assert (spec.front, spec.style, spec.binding, spec.barcode.addon) == ("a.png", "grid", Binding.RIGHT, "00320")
    assert spec.thickness == pytest.approx(0.11 * MM)
    assert spec.flaps == pytest.approx(80 * MM)
    assert spec.words == ("好。", "很好。")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\n", "cover.yaml:1: 错误：不认识的键 a"),
        ("\nstyle: slop\n", "cover.yaml:2: 错误：没有这种封面：slop\n  办法：是不是 slip？"),
        ("paper: 宣纸 80g\n", "cover.yaml:1: 错误：表里没有这种纸：宣纸 80g"),
        ("flaps: 宽\n", "cover.yaml:1: 错误：flaps 应当是长度，不是 宽"),
        ("barcode:\n  size: 60\n", "cover.yaml:2: 错误：条码不能是 60%"),
        ("barcode:\n  addon: '123'\n", "cover.yaml:2: 错误：附加码不能是 123"),
        ("colours:\n  covr: '#fff'\n", "cover.yaml:2: 错误：封面没有这种颜色：covr\n  办法：是不是 cover？"),
        ("colours:\n  cover: red\n", "cover.yaml:2: 错误：不是颜色：red"),
        ("binding: top\n", "cover.yaml:1: 错误：binding 不能是 top\n  办法：可以是：left、right。"),
        ("- 书\n", "cover.yaml"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings.read(text)
    assert str(caught.value).startswith(told)


def test_a_paper_that_nobody_knows_is_no_matter_where_its_thickness_is_given() -> None:
    assert settings.read("paper: 宣纸 40g\nthickness: 0.08mm\n").thickness
    assert settings.read("paper: 宣纸 40g\nspine-width: 12mm\n").spine_width
