"""What is read of a preflight: the text word by word, and the page with its pictures."""

from __future__ import annotations

import base64
import io
import re

import pytest
from lxml import html
from PIL import Image

from banxin.preflight import report
from banxin.preflight.examine import Report, examine
from banxin.preflight.job import Brief
from tests.conftest import ROOT
from tests.preflight.defects import DEFECTS
from tests.preflight.making import MEDIA, Maker, words

GOLDEN = ROOT / "tests" / "golden" / "preflight.txt"
FAULTS = (
    "action_of_a_page", "trapped_unknown", "bleed_of_two_millimetres", "font_not_embedded", "rich_black", "spot_colour",
    "picture_in_rgb", "hairline", "text_at_the_edge", "area_ends_at_the_trim", "link",
)  # fmt: skip


@pytest.fixture(scope="module")
def looked() -> tuple[Report, bytes]:
    made = Maker(14)
    for name in FAULTS:
        DEFECTS[name].make(made)
    for page in (5, 6, 7, 9):
        made.add(words("red", y=100).replace("0 0 0 1 k", "1 0 0 rg"), page)
    data = made.bytes()
    return examine("书.pdf", data, Brief(signature=16)), data


def test_the_text(looked: tuple[Report, bytes], update_golden: bool) -> None:
    text = report.text(looked[0])
    if update_golden:
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


def test_the_text_of_a_good_file() -> None:
    text = report.text(examine("书.pdf", Maker().bytes()))
    assert text.endswith("输出意图：FOGRA39\n\n结论：没有发现问题\n")


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ((), ""),
        ((3,), "第 3 页"),
        ((3, 4), "第 3—4 页"),
        ((1, 3, 5, 6, 7), "第 1、3、5—7 页（共 5 页）"),
        (tuple(range(1, 60, 2)), "第 1、3、5、7、9、11、13、15、17、19、21、23 页 等（共 30 页）"),
    ],
)
def test_pages_are_told(pages: tuple[int, ...], told: str) -> None:
    assert report.pages_told(pages) == told


@pytest.fixture(scope="module")
def page(looked: tuple[Report, bytes]) -> html.HtmlElement:
    made, _ = report.artifacts(*looked)
    assert made.path == "书-preflight.html"
    return html.fromstring(made.data.decode())


def test_the_page_stands_alone(page: html.HtmlElement) -> None:
    addresses = [str(value) for value in page.xpath("//@src | //@href")]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert not page.xpath("//script")
    assert page.get("lang") == "zh-Hans"


def test_it_shows_the_pages_with_findings_and_no_others(looked: tuple[Report, bytes], page: html.HtmlElement) -> None:
    shown = {int(figure.get("id").removeprefix("page-")) for figure in page.xpath("//figure")}
    assert shown == {one.page for one in looked[0].findings if one.page}
    assert 4 not in shown
    for target in page.xpath("//a/@href"):
        assert page.xpath(f"//*[@id='{target[1:]}']")


def test_the_places_are_where_the_ink_is(page: html.HtmlElement) -> None:
    """The mark around the red words is the box of what is red in the picture."""
    (figure,) = page.xpath("//figure[@id='page-5']")
    (picture,) = figure.xpath(".//img/@src")
    (mark,) = figure.xpath(".//rect[@class='error']")
    with Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2]))) as opened:
        red, green, _ = opened.convert("RGB").split()
        scale = opened.width / (MEDIA[2] - MEDIA[0])
        ink = Image.eval(green, lambda shade: 255 if shade < 100 else 0)
        ink.paste(0, mask=Image.eval(red, lambda shade: 255 if shade < 150 else 0))
        box = ink.getbbox()
    assert box
    left, top, width, height = (float(mark.get(name)) * scale for name in ("x", "y", "width", "height"))
    assert left <= box[0] <= left + 4 * scale
    assert top <= box[1] <= top + 5 * scale
    assert box[2] <= left + width <= box[2] + 5 * scale
    assert box[3] <= top + height <= box[3] + 5 * scale


def test_many_pages_are_left_out_and_it_says_so() -> None:
    made = Maker(40)
    for number in range(1, 41):
        made.add(words("red", y=100).replace("0 0 0 1 k", "1 0 0 rg"), number)
    made.add("0 0 0 1 K .1 w 200 200 m 400 200 l S", 40)
    data = made.bytes()
    text = report.artifacts(examine("a.pdf", data), data)[0].data.decode()
    assert len(re.findall("<figure", text)) == report.SHOWN
    assert 'id="page-40"' in text, "the first page of every finding is shown"
    assert "另有 16 页" in text


def test_what_pdfium_does_not_open_has_no_pictures() -> None:
    damaged = examine("a.pdf", b"no PDF")
    assert "<figure" not in report.artifacts(damaged, b"no PDF")[0].data.decode()
