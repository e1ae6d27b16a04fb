"""The formats. Another one is a module with `render(press, report) -> list[Artifact]` and a line in RENDERERS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from banxin.collector import resting

if TYPE_CHECKING:
    from banxin.book import Artifact
    from banxin.render.press import Press
    from banxin.sheets.tally import Report
    from banxin.workers import Call, Wait

RENDERERS: Mapping[str, str] = {
    "pdf": "banxin.render.pdf",
    "epub": "banxin.render.epub",
    "html": "banxin.render.html",
}
"""The module of each format; loaded when the format is wanted, because the PDF's is heavy."""
PROFILES = ("screen", "print", "archive")
"""What a PDF is for."""


def load(names: Iterable[str]) -> None:
    """Load the modules of some formats."""
    for name in names:
        import_module(RENDERERS[name])


def begin(name: str, press: Press, call: Call, report: Report = lambda _: None) -> Wait:
    """Begin one edition in one format; what is given waits for its artifacts. `report` hears how far a PDF is."""
    if name == "pdf":
        wait: Wait = import_module(RENDERERS[name]).begin(press, call, report)
        return wait
    if name == "epub" and press.paged:
        paging = import_module(RENDERERS["pdf"]).paging(press, call, report)
        return lambda: render(name, replace(press, printed=paging()))
    return call(render, name, press)


def render(name: str, press: Press) -> list[Artifact]:
    """One edition in one format, here and now."""
    with resting():
        artifacts: list[Artifact] = import_module(RENDERERS[name]).render(press)
    return artifacts
