"""A PDF bound of signatures is the one that WeasyPrint makes of the whole document."""

from __future__ import annotations

import io
import socket
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pikepdf
import PIL.Image
import pytest

from banxin import build, fonts, layout
from banxin.book import Image
from banxin.compose.settings import Settings
from banxin.config import PageSpec
from banxin.render import pdf
from banxin.sheets import make
from banxin.sheets.data import Look
from banxin.workers import Call, here
from tests.conftest import BUILT
from tests.sheets.compare import found, unlike

pytestmark = pytest.mark.slow

BOOKS = [(name, edition, "screen") for name, sample in BUILT.items() for edition in sample.editions[:1]]
BOOKS += [("story", "zh-Hant-TW", "print"), ("story", "zh-Hant-TW", "archive")]


def same(one: bytes, other: bytes, folder: Path) -> None:
    paths = folder / "one.pdf", folder / "other.pdf"
    for path, data in zip(paths, (one, other), strict=True):
        path.write_bytes(data)
    first, second = map(found, paths)
    assert second["marked"] == []
    for what, value in first.items():
        assert second[what] == value, what
    assert unlike(*paths) == []


@pytest.mark.parametrize(("name", "edition", "profile"), BOOKS)
def test_a_book(name: str, edition: str, profile: str, tmp_path: Path) -> None:
    sample = BUILT[name]
    if not sample.path.exists():
        pytest.skip(f"{sample.path} is not here (only in the workplace of its author)")
    press = next(build.presses(build.Order(sample.path, editions=(edition,), profile=profile)))
    html = pdf.document(press, layout.geometry(press.page_spec or PageSpec(), press.layout))
    with pdf.improved(press.lines):
        one = pdf.write(html, press)
    same(one, pdf.render(press)[0].data, tmp_path)


# What layouts may ask for ---------------------------------------------------------------------------------------------

CSS = """
@page { size: 200pt 200pt; margin: 30pt; @top-left { content: string(head) } @bottom-center { content: counter(page) } }
body { margin: 0; } html { font: 10pt/15pt "Noto Serif SC"; }
.part { break-before: page; } h1 { font-size: 14pt; margin: 0; string-set: head content(); bookmark-level: 1; }
p { margin: 0; text-align: justify; }
"""
PARAGRAPH = "<p>刻工把字反刻在梨木上，一天不过百余字；板子晾干，刷墨，覆纸，再用棕刷轻轻拂过。</p>"
HEAD = '<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="utf-8"><title>书</title></head><body>'


def parts(*lengths: int) -> list[str]:
    """Sections of so many paragraphs."""
    return [
        f'<section class="part" id="s{i}"><h1>第{i}章</h1>{PARAGRAPH * length}</section>'
        for i, length in enumerate(lengths)
    ]


def bound(
    look: Look, sections: list[str], call: Call = here, images: Mapping[str, Image] = MappingProxyType({})
) -> bytes:
    """Bind the sections."""
    job = make.Job(look, make.divide(look.css, sections, images, str), b"id", lambda places, ids: {})
    return make.begin(job, call, lambda _: None)().data


def both(css: str, sections: list[str], tmp_path: Path) -> list[int]:
    """Bind the sections, and compare with the whole document; gives what was laid out, by the pages that it took."""
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    import weasyprint

    look = Look(HEAD, CSS + css, Settings(), "pdf/ua-1")
    laid: list[int] = []

    def call(function: Any, *arguments: Any) -> Any:
        value = function(*arguments)
        laid.extend([len(value.leaves)] if hasattr(value, "leaves") else [])
        return lambda: value

    data = bound(look, sections, call)
    html = HEAD.replace("</head>", f"<style>{look.css}</style></head>") + "".join(sections) + "</body></html>"
    with pdf.improved(Settings()):
        one = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=b"id", custom_metadata=True)
    same(one, data, tmp_path)
    return laid


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANXIN_CACHE", "off")


def test_plain(tmp_path: Path) -> None:
    assert len(both("", parts(3, 9, 1), tmp_path)) == 3


@pytest.mark.parametrize("start", ["recto", "left", "right", "verso"])
def test_blank_pages_before_a_side(start: str, tmp_path: Path) -> None:
    both(
        f".part {{ break-before: {start}; }} @page :blank {{ @top-left {{ content: '空' }} }}",
        parts(3, 9, 1, 2),
        tmp_path,
    )


def test_a_break_behind(tmp_path: Path) -> None:
    both(".part { break-before: auto; break-after: right; }", parts(3, 9, 1, 2), tmp_path)


def test_parts_that_follow_on_the_same_page_are_laid_out_together(tmp_path: Path) -> None:
    assert len(both("#s1, #s3 { break-before: auto; }", parts(3, 2, 1, 4), tmp_path)) == 6


def test_many_parts_that_follow_are_laid_out_together_once(tmp_path: Path) -> None:
    assert len(both(".part { break-before: auto }", parts(3, 3, 3, 3, 3, 3), tmp_path)) == 7


def test_margins_that_change_sides(tmp_path: Path) -> None:
    laid = both("@page :left { margin-left: 50pt; margin-right: 10pt }", parts(1, 3, 1, 9, 2), tmp_path)
    assert len(laid) == 5


def test_patterns_move_with_their_page(tmp_path: Path) -> None:
    """A gradient of a drawing lies on the page, and not on what is drawn there."""
    stops = '<stop offset="0" stop-color="#f00"/><stop offset="1" stop-color="#00f"/>'
    drawing = f"""<svg xmlns="http://www.w3.org/2000/svg" width="80" height="30"><defs>
    <linearGradient id="g">{stops}</linearGradient></defs><rect width="80" height="30" fill="url(#g)"/></svg>"""
    sections = [part.replace("</h1>", f"</h1><div>{drawing}</div>") for part in parts(1, 1, 1, 1)]
    both("@page :left { margin-left: 50pt; margin-right: 10pt }", sections, tmp_path)


def test_lines_that_are_longer_on_one_side_are_made_again(tmp_path: Path) -> None:
    laid = both("@page :left { margin-left: 60pt }", parts(1, 3, 1, 9, 2), tmp_path)
    assert len(laid) > 5


def test_sides_that_depend_on_those_of_many_parts_before(tmp_path: Path) -> None:
    both("@page :left { margin-left: 100pt }", parts(*range(3, 19)), tmp_path)


def test_pages_that_are_shorter_on_one_side(tmp_path: Path) -> None:
    both("@page :left { margin-top: 50pt; margin-bottom: 40pt }", parts(3, 9, 1, 4), tmp_path)


def test_heads_of_this_page_and_of_those_before(tmp_path: Path) -> None:
    css = "@page { @top-right { content: string(head, last) } @bottom-left { content: string(head, first-except) } }"
    both(css, parts(3, 9, 9), tmp_path)


def test_heads_of_another_book_are_not_seen(tmp_path: Path) -> None:
    """One process draws the frames of several books."""
    sections = parts(2, 2)
    headless = [section.replace("h1", "h2") for section in sections]
    both("", sections, tmp_path)
    both("", headless, tmp_path)


def test_numbers_of_pages_elsewhere(tmp_path: Path) -> None:
    sections = parts(12, 3, 9)
    sections[0] = sections[0].replace(
        "</h1>", '</h1><p><a href="#s2">见</a><a href="#s1">又见</a><a href="#s0">自己</a></p>'
    )
    sections[2] = sections[2].replace("</h1>", '</h1><p><a href="#s0">回</a></p>')
    both("a::after { content: '第' target-counter(attr(href), page) '页' }", sections, tmp_path)


def test_what_takes_longest_begins_first() -> None:
    """Notes of the whole book stand last; begun last, they would keep one process busy while the others are idle."""
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    pages: dict[str, list[int]] = {}

    def call(function: Any, *arguments: Any) -> Any:
        value = function(*arguments)
        pages.setdefault(type(value).__name__, []).append(len(getattr(value, "leaves", getattr(value, "areas", ()))))
        return lambda: value

    bound(Look(HEAD, CSS, Settings(), None), parts(2, 40, 12, 90), call)
    assert pages["Sheets"] == sorted(pages["Sheets"], reverse=True)
    assert pages["Frames"] == pages["Sheets"], "frames, too"
    assert len(set(pages["Sheets"])) == 4


@pytest.mark.parametrize("style", ["decimal", "lower-roman", "simp-chinese-informal", "squares"])
def test_numbers_of_pages_elsewhere_in_heads(style: str, tmp_path: Path) -> None:
    """They stand in frames alone: a part that has them is laid out once, before anybody knows what they are."""
    css = f"""
    @counter-style squares {{ system: numeric; symbols: '〇' '一' '二'; suffix: '' }}
    a {{ string-set: seen '（' target-counter(attr(href), page, {style}) '）' }}
    @page {{ @top-right {{ content: string(seen, first) '至' string(seen, last) '，又' string(seen-range) }} }}
    """
    sections = parts(2, 12, 3, 9)
    sections[0] = sections[0].replace("</h1>", '</h1><p><a href="#s3">见</a><a href="#s2">又见</a></p>')
    sections[3] = sections[3].replace("</h1>", '</h1><p><a href="#s1">回</a></p>')
    assert len(both(css, sections, tmp_path)) == 4


def test_numbers_of_pages_in_the_text_and_in_all(tmp_path: Path) -> None:
    css = """
    .part h1::after { content: '：' counter(page) '/' counter(pages) } @page { @top-right { content: counter(pages) } }
    """
    both(css, parts(3, 9, 1), tmp_path)


def test_numbers_of_pages_in_heads_and_bookmarks(tmp_path: Path) -> None:
    css = ".part h1 { string-set: head content() counter(page); bookmark-label: content() counter(page) }"
    both(css, parts(3, 9, 9), tmp_path)


def test_numbering_that_begins_again(tmp_path: Path) -> None:
    css = """
    #s1 { page: body } @page :nth(1 of body) { counter-reset: page 1; background: #eee }
    """
    both(css, parts(3, 9, 1), tmp_path)


def test_links_back_and_forth_on_pages_that_move(tmp_path: Path) -> None:
    sections = parts(3, 9, 1)
    sections[2] += '<p><a href="#s0">回</a><a href="https://example.org/">外</a></p>'
    sections[1] = sections[1].replace("</section>", '<p><a href="#s2">下</a></p></section>')
    both("@page :left { margin-left: 50pt; margin-right: 10pt } @page { bleed: 9pt; marks: crop }", sections, tmp_path)


def test_links_to_ids_that_are_escaped(tmp_path: Path) -> None:
    one, other = (part.replace('id="s', 'id="甲&amp;s') for part in parts(3, 3))
    link = '<p><a href="#甲&amp;s1">下</a><a href="#%E7%94%B2%26s1">又</a></p>'
    both("", [one + link, other], tmp_path)


def test_what_is_painted_keeps_apart(tmp_path: Path) -> None:
    """Gradients and opacity of the text and of the page have names of their own."""
    css = """
    @page { background: linear-gradient(#fff, #cde);
      @bottom-left { content: '斜';background: linear-gradient(red,blue) } }
    p { background: linear-gradient(to right, #fed, #def); opacity: .8 } h1 { background: radial-gradient(#fff, #f99) }
    """
    both(css, parts(2, 3), tmp_path)


def test_tables_keep_their_heads_apart(tmp_path: Path) -> None:
    table = "<table><tr><th>名<th>数</tr><tr><td>甲<td>1</tr></table>"
    both("", [part.replace("</section>", table + "</section>") for part in parts(1, 1)], tmp_path)


def test_a_template_with_two_style_sheets() -> None:
    html = '<html><head><style type="text/css">a {}</style><style>b {}</style></head><body class="x">甲</body></html>\n'
    assert pdf._apart(html) == ('<html><head></head><body class="x">', "a {}\nb {}", ["甲"])


def test_nothing_is_fetched() -> None:
    """Whatever a layout names: the book's pictures are all that its PDF is made of."""
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        there = f"http://127.0.0.1:{server.getsockname()[1]}"
        css = f"""
        @import url("{there}/sheet.css"); @font-face {{ font-family: X; src: url({there}/font.ttf) }}
        @page {{ background: url({there}/page.png); @top-left {{ content: url({there}/box.png) }} }}
        h1 {{ background: url({there}/text.png); font-family: X }}
        """
        head = HEAD.replace("</head>", f'<link rel="attachment" href="{there}/file"></head>')
        bound(Look(head, css, Settings(), "pdf/ua-1"), parts(1))
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("variant", ["pdf/ua-1", "pdf/a-3u"])
def test_a_picture_of_several_chapters_is_embedded_once(variant: str) -> None:
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    images = {}
    for name, colour in (("红.png", "#f008"), ("青.png", "#0ff8")):
        PIL.Image.new("RGBA", (8, 8), colour).save(file := io.BytesIO(), "PNG")
        images[name] = Image(name, "image/png", file.getvalue(), 8, 8)
    sections = [f'{part}<img alt="图" src="image:{name}">' for part in parts(1, 1, 1) for name in images]
    with pikepdf.open(io.BytesIO(bound(Look(HEAD, CSS, Settings(), variant), sections, images=images))) as file:
        shown = [list(page.Resources.XObject.values()) for page in file.pages]
        assert all(shown)
        assert len({picture.objgen for page in shown for picture in page}) == 2
        assert len({picture.SMask.objgen for page in shown for picture in page}) == 1
        profiles = [stream for stream in file.objects if isinstance(stream, pikepdf.Stream) and stream.get("/N") == 3]
        assert len(profiles) <= 2


def test_names_are_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    """Readers look for them by halves (ISO 32000-1, 7.9.6)."""
    ids = ["b", "a", "a甲", "\U00020000", "\uff01", "甲"]
    sections = [f'<section class="part" id="{name}"><h1>章</h1></section>' for name in ids]
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    with pikepdf.open(io.BytesIO(bound(Look(HEAD, CSS, Settings(), "pdf/ua-1"), sections))) as file:
        names = [bytes(name) for name in list(file.Root.Names.Dests.Names)[::2]]
    assert len(names) == len(ids)
    assert names == sorted(names)


@pytest.mark.parametrize(
    "css",
    [
        "@page :first { margin-top: 80pt }",
        "@page :nth(2) { background: #eee; margin-top: 50pt }",
        ".part { counter-increment: part } h1::before { content: counter(part) }",
        "@page { counter-increment: page sheet; @top-right { content: counter(sheet) } }",
        "a::after { content: target-text(attr(href)) }",
        "#s0 p:first-of-type { position: fixed; top: 0 }",
    ],
)
def test_what_goes_through_the_whole_book(css: str, tmp_path: Path) -> None:
    sections = parts(3, 9, 1)
    sections[0] += '<p><a href="#s2">见</a></p>'
    assert len(both(css, sections, tmp_path)) == 1


@pytest.mark.parametrize("css", ["@page :nth(1 of body) { counter-reset: page 1; }", "a:first-child { color: red }"])
def test_what_ties_nothing(css: str, tmp_path: Path) -> None:
    assert len(both(css, parts(3, 9, 1), tmp_path)) == 3


def test_jobs_of_a_pool_give_the_same(tmp_path: Path) -> None:
    sample = BUILT["story"]
    press = next(build.presses(build.Order(sample.path, editions=sample.editions[:1])))
    from banxin.workers import workers

    with workers(2) as call:
        pooled = pdf.begin(press, call)()[0].data
    assert pooled == pdf.begin(press, partial)()[0].data
