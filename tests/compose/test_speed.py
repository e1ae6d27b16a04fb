"""The speed patches: on, they change no byte; off, nothing of them is left."""

from __future__ import annotations

import cProfile
import gc
import inspect
import pstats
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from banxin import build, fonts, layout
from banxin.compose import swap
from banxin.compose.speed import PATCHES, SWAPS, fast
from banxin.config import PageSpec
from banxin.errors import ToolError
from banxin.render import pdf
from banxin.sheets.fetcher import fetcher
from tests.conftest import ROOT

CHRONICLE = ROOT / "examples" / "chronicle.md"
EVERYTHING = Path(__file__).with_name("everything.html")
"""Named pages, :nth(), string-set, counters of pages, notes, columns, tables, floats, leaders, links, transforms."""
LAYOUTS = ("novel", "essay", "technical")
SMALL = (*LAYOUTS, "everything")
OPTIONS = {"pdf_variant": "pdf/ua-1", "pdf_tags": True, "pdf_identifier": b"speed", "custom_metadata": True}

Document = tuple[str, Any]
"""HTML and what it may fetch."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The HTML of a book (`novel`, `essay`, `technical`: the chronicle in that layout; `handbook`) or of a page."""

    @cache
    def get(name: str) -> Document:
        fonts.ensure(["zh-Hans"], print)
        fonts.activate()
        if name == "everything":
            return EVERYTHING.read_text("utf-8"), fetcher({})
        folder = ROOT / "manuscript"
        if name in LAYOUTS:
            folder = tmp_path_factory.mktemp(name)
            (folder / "chronicle.md").write_bytes(CHRONICLE.read_bytes())
            (folder / "book.yaml").write_text(f"title: 年谱\nlayout: {name}\nchapters: [chronicle.md]\n", "utf-8")
        (press, *_) = build.presses(build.Order(folder, editions=("zh-Hans",)), build.SILENT)
        geometry = layout.geometry(press.page_spec or PageSpec(), press.layout)
        return pdf.document(press, geometry), fetcher(press.book.images)

    return get


@pytest.fixture(scope="module")
def stock(document: Any) -> Any:
    """The PDF of a document by WeasyPrint as it is."""
    return cache(lambda name: write(document(name)))


PSEUDO = """<html lang="zh"><style>
p::before { content: "甲"; -weasy-anchor: attr(title) }
li::before { content: "乙"; -weasy-anchor: "l" }
a::after { content: target-counter(attr(href), page) }
i::before { display: table; content: "丁" }
em::first-letter { font-size: 2em }
</style>
<p title="one">一<a href="#one">二</a></p><p title="two"><a href="#l">三</a><a href="#two">四</a></p>
<ul><li>五<i>六</i><em>七八</em></li></ul>"""
"""Elements whose pseudo-elements are anchors, hold words, or are tables."""


def write(document: Document) -> bytes:
    import weasyprint

    html, fetch = document
    data = weasyprint.HTML(string=html, base_url="book:", url_fetcher=fetch).write_pdf(**OPTIONS)
    assert isinstance(data, bytes)
    return data


def now(place: str) -> Any:
    """What stands at a place of WeasyPrint at the moment."""
    owner, name = swap.owner(place)
    return vars(owner)[name]


ORIGINALS = {one.place: now(one.place) for swaps in SWAPS.values() for one in swaps}


@contextmanager
def restored() -> Iterator[None]:
    """Nothing of a patch is left afterwards, in no module."""
    import weasyprint

    weasyprint.HTML(string="<p>").write_pdf()  # loads all
    modules = swap.modules()
    before = [dict(vars(module)) for module in modules]
    collector = gc.get_threshold()
    yield
    assert [dict(vars(module)) for module in modules] == before
    assert {place: now(place) for place in ORIGINALS} == ORIGINALS
    assert gc.get_threshold() == collector


# The same bytes -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SMALL, "handbook"])
def test_all_together_change_no_byte(name: str, document: Any, stock: Any) -> None:
    with restored(), fast():
        assert write(document(name)) == stock(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("patch", PATCHES)
def test_one_alone_changes_no_byte(patch: str, name: str, document: Any, stock: Any) -> None:
    with restored(), fast([patch]):
        assert write(document(name)) == stock(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["novel", "everything"])
@pytest.mark.parametrize("patch", PATCHES)
def test_all_without_one_change_no_byte(patch: str, name: str, document: Any, stock: Any) -> None:
    with restored(), fast([other for other in PATCHES if other != patch]):
        assert write(document(name)) == stock(name)


@pytest.mark.slow
def test_two_documents_in_one_stretch(document: Any, stock: Any) -> None:
    """What a patch remembers of one document does not get into the next."""
    with fast():
        assert [write(document(name)) for name in (*SMALL, *SMALL)] == [stock(name) for name in (*SMALL, *SMALL)]


# On and off -----------------------------------------------------------------------------------------------------------


def test_sources_are_those_that_python_tells() -> None:
    """Of every function of WeasyPrint, decorated ones and closures too; a comment behind the last word left out."""
    modules = {vars(module)["__name__"]: module for module in swap.modules()}
    functions = [each for module in modules.values() for each in vars(module).values() if inspect.isfunction(each)]
    unwrapped = {inspect.unwrap(each) for each in functions}
    own = [each for each in unwrapped if each.__module__.startswith("weasyprint.")]
    assert len(own) > 500
    told = {each: re.sub(r"(?:^ *(?:#.*)?\n)+\Z", "", inspect.getsource(each.__code__), flags=re.M) for each in own}
    assert [each for each in own if swap.source(each.__code__) != told[each]] == []


@pytest.mark.slow
@pytest.mark.parametrize("patch", SWAPS)
def test_it_is_really_on(patch: str, document: Any) -> None:
    """Every replacement of the patch stands in place of the original, and is called."""
    fonts.activate()
    profile = cProfile.Profile()
    with restored(), fast([patch]):
        replacements = {one.place: now(one.place) for one in SWAPS[patch]}
        for place, replacement in replacements.items():
            assert replacement is not ORIGINALS[place]
        profile.runcall(write, document("everything"))
    called = {(file, line) for file, line, _ in pstats.Stats(profile).stats}  # type: ignore[attr-defined]
    for replacement in replacements.values():
        code = swap.code_of(replacement).__code__
        assert (code.co_filename, code.co_firstlineno) in called


def test_no_module_keeps_an_original() -> None:
    """Not even one that imported the function under its own name."""
    with fast():
        for place, original in ORIGINALS.items():
            owners = [module for module in swap.modules() if original in vars(module).values()]
            assert owners == [], place


def test_the_collector_is_on() -> None:
    with restored(), fast(["collector"]):
        assert gc.get_threshold()[0] > 100_000


def test_an_error_restores_too() -> None:
    with restored(), pytest.raises(ZeroDivisionError), fast():
        raise ZeroDivisionError


def test_nested() -> None:
    """The inner one adds what the outer lacks, and takes only that away."""
    flow, percentages = SWAPS["flow"][0].place, SWAPS["percentages"][0].place
    with restored(), fast(["flow"]):
        outer = now(flow)
        with fast(["flow", "percentages"]):
            assert now(flow) is outer
            assert now(percentages) is not ORIGINALS[percentages]
        assert now(flow) is outer
        assert now(percentages) is ORIGINALS[percentages]


def test_a_patch_that_is_not_there() -> None:
    with restored(), pytest.raises(KeyError), fast(["flow", "nonsense"]):
        pass


# Another WeasyPrint ---------------------------------------------------------------------------------------------------


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import weasyprint

    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    swap.check_versions.cache_clear()
    with pytest.raises(ToolError, match="要 weasyprint 70.0，这里是 71.0"), fast():
        pass
    swap.check_versions.cache_clear()


def test_another_source_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that somebody else has replaced is not replaced again."""
    from weasyprint.formatting_structure.boxes import Box

    def is_in_normal_flow(self: Any) -> bool:
        return False

    monkeypatch.setattr(Box, "is_in_normal_flow", is_in_normal_flow)
    with pytest.raises(ToolError, match=r"boxes:Box\.is_in_normal_flow 同我们知道的不一样"), fast():
        pass
    assert Box.is_in_normal_flow is is_in_normal_flow


@pytest.mark.parametrize("names", [["element styles"], ["element styles", "simple elements"], None], ids=str)
def test_pseudo_elements_are_found_when_they_are_asked_for(names: list[str] | None) -> None:
    document = PSEUDO, fetcher({})
    plain = write(document)
    with fast(names):
        assert write(document) == plain
