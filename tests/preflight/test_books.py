"""The sample books and their covers, as a printer gets them: nothing is found, words are on the black plate."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from banxin import build
from banxin.cover import make
from banxin.preflight.beside import Preflight
from tests.conftest import SAMPLES
from tests.programs import need

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Printed:
    """A book for the printer, and what was found in it."""

    order: build.Order
    path: Path
    looked: Preflight


@pytest.fixture(scope="module", params=SAMPLES)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    sample = SAMPLES[request.param]
    if not sample.path.exists():
        pytest.skip(f"{sample.path} is not here (only in the workplace of its author)")
    out = tmp_path_factory.mktemp("printed")
    order = build.Order(sample.path, formats=("pdf",), editions=sample.editions[:1], out=out, profile="print")
    result = build.build(order)
    (looked,) = result.preflights
    return Printed(order, result.written[0], looked)


def test_nothing_is_found(printed: Printed) -> None:
    assert printed.looked.report.findings == ()
    assert printed.looked.report.facts.claims == ("PDF/X-4",)


def test_nothing_is_found_in_the_cover(printed: Printed) -> None:
    made = make.make(printed.order)
    (looked,) = made.preflights
    assert looked.report.findings == ()
    assert looked.report.facts.pages == 1


WORDS_ALONE = ("-dFILTERIMAGE", "-dFILTERVECTOR", "-dUseTrimBox")
"""Ghostscript leaves out pictures, lines and areas, and what is outside the trim."""


def test_words_are_on_the_black_plate_only(printed: Printed) -> None:
    """By Ghostscript's separations: cyan, magenta, yellow, black, as parts of each page."""
    command = [need("gs"), "-q", "-dSAFER", "-o", "-", "-sDEVICE=inkcov", "-r20", *WORDS_ALONE, str(printed.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    plates = [[float(part) for part in line.split()[:4]] for line in done.stdout.splitlines() if "CMYK" in line]
    assert len(plates) == printed.looked.report.facts.pages
    assert {tuple(page[:3]) for page in plates} == {(0.0, 0.0, 0.0)}
    assert sum(page[3] > 0 for page in plates) > len(plates) / 2
