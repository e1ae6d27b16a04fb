"""What is found in files of WeasyPrint itself, as anybody may bring them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from banxin import fonts
from banxin.preflight.examine import examine

pytestmark = pytest.mark.slow

HEAD = """<meta charset="utf-8"><style>@page { size: A5; margin: 2cm; bleed: 3mm }
body { margin: 0; font-family: "Noto Serif SC"; color: device-cmyk(0 0 0 1) }</style>"""
ALWAYS = {"P106", "P109"}
"""It writes no output intent unless asked."""


@pytest.fixture(scope="module")
def found() -> Callable[[str], set[str]]:
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    import weasyprint

    def look(body: str) -> set[str]:
        data = weasyprint.HTML(string=f"{HEAD}{body}").write_pdf()
        return {one.code for one in examine("a.pdf", data).findings} - ALWAYS

    return look


CASES = {
    "<p>永和九年，岁在癸丑": set(),
    "<p>永和九年\uf8ff岁在癸丑": {"P304"},
    '<p style="color: #333">永和九年': {"P401"},
    '<p style="color: device-cmyk(1 0.8 0.8 1)">永和九年': {"P404", "P408"},
    '<hr style="border: 0; border-top: .1pt solid device-cmyk(0 0 0 1)">': {"P601"},
    '<p style="border: .1pt solid device-cmyk(0 0 0 1)">永和': {"P601"},
    '<p style="border: .3pt solid device-cmyk(0 0 0 1)">永和': set(),
    '<p style="background: #ccc">永和': {"P402"},
    '<p style="background: device-cmyk(0 0 0 0.2); margin: 0 -2cm">永和': {"P702", "P701"},
    '<p style="background: device-cmyk(0 0 0 0.2); margin: 0 calc(-2cm - 3mm); padding: 0 calc(2cm + 3mm)">永和': set(),
    '<p style="position: absolute; left: -18mm">永和': {"P701"},
    '<a href="https://example.org/" style="color: device-cmyk(0 0 0 1)">永和</a>': {"P801"},
}


@pytest.mark.parametrize("body", CASES)
def test_found(body: str, found: Callable[[str], set[str]]) -> None:
    assert found(body) == CASES[body]
