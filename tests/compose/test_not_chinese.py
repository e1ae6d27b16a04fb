"""What is not Chinese is laid out as WeasyPrint lays it out, to the byte."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from banxin.compose import swap
from banxin.errors import ToolError
from tests.compose.sheet import ROOT, Sheet, lay

ENGLISH = """
<h1>Of Lines</h1>
<p>A paragraph is composed as a whole, or it is not composed at all; the compositor adjusts what the reader should
never notice, and every justified line distributes its discrepancy “somewhere”. Hyphenation is the price of an even
texture, typographically speaking: 3.14 per cent of 1,000 — or 2 kg of it… Überraschend naïve façades.</p>
<ul><li>One <b>bold</b> <code>code_name</code><li>Two <a href='#x'>linked</a><sup>1</sup><li>Three — four</ul>
<table><tr><th>Name<th>Value<tr><td>alpha<td>beta, gamma<tr><td colspan=2>A cell long enough to be broken</table>
<p lang=ru>Съешь ещё этих мягких французских булок, да выпей чаю.</p>
<p style='text-indent:2em'>Short.<br>After a break. <span style='float:right'>Float</span> https://example.org/a/b/c</p>
<pre>def f():\n\treturn "x"</pre>
<p>A note.<span style='float:footnote'>Below.</span> <i style='display:inline-block;width:5em'>Inline block</i>
"""
JUSTIFIED = """
p, li { text-align: justify; hyphens: auto; orphans: 1; widows: 1 } @page { size: 300px 260px; margin: 30px }
@page { @bottom-center { content: counter(page) " of " counter(pages) } }
"""
PARAGRAPH = ENGLISH.partition("<p>")[2].partition("</p>")[0]
HAN = "山川日月星云，雨雪风雷火土木金水石田禾竹米。"


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_an_english_document(language: str) -> None:
    stock = lay(ENGLISH, JUSTIFIED, language, composed=False)
    composed = lay(ENGLISH, JUSTIFIED, language)
    assert composed.pdf == stock.pdf
    assert len(stock.document.pages) > 2
    assert composed.report is not None
    assert composed.report.planned == composed.report.greedy == composed.report.stock.total() == 0


def test_english_among_chinese() -> None:
    """The same glyphs at the same places, in a document whose other paragraphs are composed."""
    style = "p { hyphens: auto; width: 300px } .in { break-before: page; break-after: page }"
    body = f"<p>{HAN * 4}</p><p class=in lang=en>{PARAGRAPH}</p><p>{HAN * 4}</p>"
    stock, composed = lay(body, style, composed=False), lay(body, style)
    assert _glyphs(composed, 1) == _glyphs(stock, 1)
    assert len(_glyphs(stock, 1)) > 300
    assert _glyphs(composed, 0) != _glyphs(stock, 0)
    assert composed.report is not None
    assert composed.report.not_chinese == 1


def _glyphs(sheet: Sheet, page: int) -> Sequence[tuple[str, float, float, float]]:
    return [(cell.text, cell.start, cell.y, cell.size) for cell in sheet.cells[page]]


@pytest.mark.parametrize("words", ["“quoted”", "a — b", "…", "don’t", "a · b", "½ → ※"])
def test_marks_that_others_share(words: str) -> None:
    """A paragraph of Latin letters with such marks is not Chinese; marks alone may be."""
    body = f"<p lang=en style='width:60px'>{words} and more words</p>"
    assert lay(body).pdf == lay(body, composed=False).pdf


# Another WeasyPrint ---------------------------------------------------------------------------------------------------

OTHER = "import weasyprint; weasyprint.__version__ = '71.0'"
CHANGED = "from weasyprint.layout import inline; inline.line_box_verticality = inline.text_align"
TRY = """
from banxin.errors import ToolError
try:
    from banxin.compose.patch import composing
    with composing(): pass
except ToolError as error:
    print(error)
else:
    print("taken")
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("", "taken"),
        (OTHER, "要 weasyprint 70.0，这里是 71.0"),
        (CHANGED, "weasyprint.layout.inline:line_box_verticality 同我们知道的不一样"),
        ("import pydyf; pydyf.__version__ = '0.14'", "要 pydyf 0.13.0，这里是 0.14"),
    ],
    ids=["ours", "another version", "another function", "another pydyf"],
)
def test_another_weasyprint_is_refused(change: str, message: str) -> None:
    """On import, before a line is laid out wrongly."""
    found = subprocess.run([sys.executable, "-c", change + TRY], cwd=ROOT, check=True, capture_output=True, text=True)
    assert message in found.stdout


def test_a_function_that_is_replaced_later_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.layout import inline

    from banxin.compose.patch import composing

    def iter_line_boxes(*_: object) -> None: ...

    monkeypatch.setattr(inline, "iter_line_boxes", iter_line_boxes)
    with pytest.raises(ToolError, match="iter_line_boxes 同我们知道的不一样"), composing():
        pass
    assert inline.iter_line_boxes is iter_line_boxes


def test_nothing_of_it_is_left() -> None:
    """Composing takes itself out again, also after an error, and not twice into the same WeasyPrint."""
    lay("<p>汉")
    before = [dict(vars(module)) for module in swap.modules()]
    from banxin.compose.patch import composing

    with pytest.raises(ZeroDivisionError), composing():
        raise ZeroDivisionError
    with composing(), pytest.raises(ToolError), composing():
        pass
    assert [dict(vars(module)) for module in swap.modules()] == before
