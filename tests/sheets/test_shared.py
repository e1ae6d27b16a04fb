"""What signatures share while they are laid out changes nothing: each is the same whatever was laid out before it."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from banxin import build, fonts
from banxin.compose import speed_css
from banxin.compose.settings import Settings
from banxin.render import pdf
from banxin.sheets import data, lay
from banxin.sheets.data import Look, Position, Sheets, Signature
from tests.compose.sheet import EM, family
from tests.conftest import ROOT

WORDS = "天地玄黄，宇宙洪荒。《千字文》里的WeasyPrint与7 kg、30%，“甲”——乙……"


@pytest.fixture(scope="module")
def job() -> Any:
    """A book with notes, tables, code, figures and links: the handbook's chapters of these."""
    fonts.ensure(["zh-Hans"], print)
    fonts.activate()
    (press,) = build.presses(build.Order(ROOT / "manuscript", editions=("zh-Hans",)), build.SILENT)
    return pdf._job(press)


def laid(look: Look, signatures: Sequence[Signature]) -> list[bytes]:
    return [_said(data.packed(lay.lay(look, one, Position()))) for one in signatures]


def _said(packed: bytes) -> bytes:
    """What is kept, without which of its values are one object in memory: that hangs on who else holds them still."""
    return marshal.dumps(marshal.loads(packed), WITHOUT_REFERENCES)


WITHOUT_REFERENCES = 2
"""The last version of `marshal` that has none."""


def fresh(look: Look, signature: Signature) -> bytes:
    """As a process makes it that has laid out nothing else."""
    lay._parsed.cache_clear()
    return laid(look, [signature])[0]


def shared(look: Look) -> Any:
    """What the documents of a look share, by their style sheets."""
    *_, config = lay.parsed(look.css)
    return vars(config)[speed_css.SHARED]


@pytest.mark.slow
def test_a_signature_is_the_same_whatever_came_before(job: Any) -> None:
    signatures = [one for one in job.signatures if len(one.html) < 60_000][:9]
    alone = [fresh(job.look, one) for one in signatures]
    lay._parsed.cache_clear()
    assert laid(job.look, signatures) == alone
    assert laid(job.look, signatures[::-1]) == alone[::-1]
    ((styles, _),) = shared(job.look).values()
    assert len(styles) > 50


HEAD = '<!DOCTYPE html><html lang="zh-Hans"><head></head><body>'
PAGE = f"@page {{ size: 300px 400px; margin: 20px }} html {{ font: {EM}px/2 {family()} }}"
PARTS = (
    f'<section class="a"><h1 id="one">甲</h1><p>{WORDS}</p><p class="x">{WORDS}</p></section>',
    f'<section class="a"><p class="x">甲</p><p class="y">{WORDS}</p><h1 id="two">乙<i id="in">乙</i></h1></section>',
    f'<section class="a"><h1>丙</h1><p class="y" style="width: 50%">甲{WORDS}</p><p class="x">{WORDS}</p></section>',
)


@pytest.fixture(autouse=True)
def our_fonts() -> None:
    fonts.ensure(["zh-Hans"], print)
    fonts.activate()


def simple(css: str) -> tuple[Look, list[Signature]]:
    return Look(HEAD, PAGE + css, Settings(), None), [Signature(part, {}) for part in PARTS]


@pytest.mark.parametrize(
    "css",
    [
        "",
        "body { overflow: hidden }",
        ".y { width: 50vw; margin-left: 10VMIN } .x { padding-left: 5pvw }",
        ".x::first-letter { color: red; font-size: 2em } .y::first-line { color: blue; letter-spacing: 1px }",
        "h1 { string-set: head content() } .x::before { content: counter(page) } .y { display: table }",
        "p + p { text-indent: 2em } p:first-child { color: red } p:last-child { margin-bottom: 3px }",
        ".y { float: left; width: 5em } .x { position: relative; top: 2px } i { display: block }",
    ],
)
def test_whatever_the_style_sheet_says(css: str) -> None:
    look, signatures = simple(css)
    alone = [fresh(look, one) for one in signatures]
    assert not any(lay.lay(look, one, Position()).said for one in signatures)
    for order in ([0, 1, 2], [2, 1, 0], [1, 1, 1]):
        lay._parsed.cache_clear()
        assert laid(look, [signatures[i] for i in order]) == [alone[i] for i in order]


@pytest.mark.parametrize("css", [".y { width: 50vw }", ".y { width: calc(1em + 3svmin) }", "p { position: note(x) }"])
def test_lengths_of_the_first_page_and_counted_notes_are_not_shared(css: str) -> None:
    look, _ = simple(css)
    assert speed_css.SHARED not in vars(lay.parsed(look.css)[3])


def test_what_a_signature_said_is_said_again() -> None:
    look, signatures = simple("")
    broken = replace(signatures[0], html=signatures[0].html + '<p><a href="#nowhere">去</a></p>')
    for _ in range(2):
        assert any("nowhere" in words for _, _, words in lay.lay(look, broken, Position()).said)
        assert not shared(look)


def test_glyphs_of_other_signatures_are_not_among_the_fonts() -> None:
    """Else a PDF would hang on which process laid out what."""
    look, signatures = simple("")
    lay._parsed.cache_clear()
    before = lay.lay(look, replace(signatures[0], html="<p>龘靐齉</p>"), Position())
    after = lay.lay(look, replace(signatures[0], html="<p>一二三</p>"), Position())
    assert "龘" in _texts(before)
    assert set(_texts(after)) & set("龘靐齉") == set()


def _texts(sheets: Sheets) -> str:
    return "".join(text for font in sheets.fonts.values() for text in font[2].values())
