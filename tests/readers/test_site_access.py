"""What axe-core finds in the web edition: nothing, on any page, by day and night, with everything open."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from banxin.render import html
from tests.readers import sample
from tests.readers.test_site import DESKTOP, PHONE, TABLET, Visit

pytestmark = pytest.mark.slow

AXE = Path(sys.prefix) / "ace" / "node_modules" / "@daisy" / "axe-core-for-ace" / "axe.min.js"
"""Ace brings it; `make test` installs Ace."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All pages of the sample, and its single file."""
    root = tmp_path_factory.mktemp("site")
    for artifact in html.render(sample.press(theme="technical")):
        path = root / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.data)
    return sorted(root.rglob("*.html"))


def violations(page: Page) -> list[str]:
    """Each rule that is broken, and where first."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 15
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page(chromium: Browser, site: list[Path], size: tuple[int, int], scheme: str) -> None:
    found = {}
    for path in site:
        with Visit(chromium, size, color_scheme=scheme, bypass_csp=True) as visit:
            found[path.name] = violations(visit.open(path))
    assert found == {path.name: [] for path in site}


def test_with_what_opens_open(chromium: Browser, site: list[Path]) -> None:
    page_path = next(path for path in site if path.name == "wood.html")
    found = {}
    for name, opener in {"settings": ".settings-button", "search": ".search-button", "note": ".noteref"}.items():
        with Visit(chromium, bypass_csp=True) as visit:
            page = visit.open(page_path)
            page.locator(opener).first.click()
            if name == "search":
                page.locator("#search input").fill("字")
                page.locator("#search .found a").first.wait_for()
            found[name] = violations(page)
    assert found == dict.fromkeys(found, [])
