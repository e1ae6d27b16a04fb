"""PDFBox Preflight, the real program, on our archive PDF: said to be PDF/A-1b, the one standard that it knows.

PDF/A-1b forbids what PDF/A-2u does, and transparency besides; so metadata, fonts, widths, colours, links and the
structure of the file are looked at by somebody else's eyes. veraPDF, which knows PDF/A-2 and PDF/UA, is in no package:
where it is on the PATH, tests/readers/test_conformance.py asks it.
"""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from banxin import build
from banxin.preflight import outside
from banxin.preflight.examine import Report, examine
from banxin.render import pdf
from tests.figures.test_prepare import everything

pytestmark = pytest.mark.slow

ALLOWED = {"2.2.1", "4.1.2", "3.1.11"}
"""What PDF/A-2 no longer forbids: groups that shine through, alpha, subsets without a list of glyphs (CIDSet)."""
TEXT = """# 墨

刻工把字反刻在梨木上，**一天**不过*百余字*；`code`、{墨|mò}、$x^2$。[^1] 参看[下一节](#next)和[网页](https://example.org/)。

![一块红，一块蓝](figure.pdf)

## 下一节 {#next}

| 甲 | 乙 |
|---|---|
| 一 | 二 |

[^1]: 板子晾干，刷墨，覆纸。
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive PDF that says it is PDF/A-1b."""
    folder = tmp_path_factory.mktemp("archived")
    (folder / "figure.pdf").write_bytes(everything().bytes())
    (folder / "a.md").write_text(TEXT, "utf-8")
    settings = "title: 墨\nslug: archived-as-1b\nauthors: [刻工]\nlayout: novel\nchapters: [a.md]\n"
    (folder / "book.yaml").write_text(settings, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(pdf.VARIANTS, "archive", "pdf/a-1b")
        order = build.Order(folder, formats=("pdf",), out=folder / "out", profile="archive", jobs=1)
        (path,) = build.build(order).written
    return Path(path).read_bytes()


def told(report: Report) -> list[tuple[str, int]]:
    return [(one.detail.partition(" ")[0], one.page) for one in report.findings if one.code == "P111"]


def looked(data: bytes) -> list[tuple[str, int]]:
    if not outside.present()[1]:
        pytest.fail("PDFBox Preflight is not on this machine: run `make test` as root on Debian, which installs it")
    return told(examine("a.pdf", data))


def test_it_finds_nothing_that_is_wrong(before: list[tuple[str, int]]) -> None:
    assert {code for code, _ in before} <= ALLOWED


@pytest.fixture(scope="module")
def before(book: bytes) -> list[tuple[str, int]]:
    """What it finds in the file as it is."""
    return looked(book)


def changed(book: bytes, change: str) -> bytes:
    with pikepdf.open(io.BytesIO(book)) as file:
        page = file.pages[len(file.pages) - 2]
        if change == "transparency":
            page.obj.Resources.ExtGState = pikepdf.Dictionary(Half=pikepdf.Dictionary(ca=0.5))
            page.contents_add(b"/Half gs", prepend=True)
        elif change == "ink":
            page.contents_add(b"0 0 0 1 k 0 0 9 9 re f")
        elif change == "no metadata":
            del file.Root.Metadata
        out = io.BytesIO()
        file.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, force_version="1.4")
        return out.getvalue()


@pytest.mark.parametrize(("change", "fault"), [("transparency", "4.1.2"), ("ink", "2.4.2")])
def test_it_finds_what_is_wrong_and_where(book: bytes, before: list[tuple[str, int]], change: str, fault: str) -> None:
    with pikepdf.open(io.BytesIO(book)) as file:
        page = len(file.pages) - 1
    assert (fault, page) not in before
    assert (fault, page) in looked(changed(book, change))


def test_a_file_that_claims_nothing_is_not_asked_about(book: bytes) -> None:
    assert looked(changed(book, "no metadata")) == []
