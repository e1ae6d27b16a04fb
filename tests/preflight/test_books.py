"""The sample books, as a printer gets them: nothing is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from banxin import build
from tests.conftest import SAMPLES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_found(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    if not sample.path.exists():
        pytest.skip(f"{sample.path} is not here (only in the workplace of its author)")
    order = build.Order(sample.path, formats=("pdf",), editions=sample.editions[:1], out=tmp_path, profile="print")
    (looked,) = build.build(order).preflights
    assert looked.report.findings == ()
    assert looked.report.facts.claims == ("PDF/X-4",)
