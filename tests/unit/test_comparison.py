"""`make compare`: the prose is the same in every form, and the comparison measures what the engines made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

from tools import comparison, prose

ROOT = Path(__file__).resolve().parents[2]


def test_the_prose_is_the_same_for_a_seed_and_holds_what_is_hard() -> None:
    one, same, other = (prose.write(20_000, seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    text = "\n".join(map(prose.plain, one))
    assert 20_000 <= len(text) - len(one) + 1 < 20_500
    for hard in ("……", "——", "！？", "。”", "：“", "》（", "年", "￥", " kg", "%", "·", "第", "《〈", "justification"):
        assert hard in text
    assert {run.style for paragraph in one for run in paragraph} == {"", "strong", "sup"}
    assert not set("<>^`") & set(text)


def test_html_and_typst_say_the_same() -> None:
    paragraphs = [
        *prose.write(3_000),
        (prose.Run('a "b" \\c <d> & #e'), prose.Run("（好）", "strong"), prose.Run("1", "sup")),
    ]
    document = html.fromstring(prose.to_html(paragraphs, prose.Sheet(), "serif"))
    assert [each.text_content().strip() for each in document.iter("p")] == list(map(prose.plain, paragraphs))
    last = prose.to_typst(paragraphs, prose.Sheet(), "A", "B").splitlines()[-1]
    assert last == '#"a \\"b\\" \\\\c <d> & #e"#strong("（好）")#super("1")'


@pytest.mark.slow
def test_stock_weasyprint_is_measured() -> None:
    """A whole run of the command: stock WeasyPrint loses no word, and is as ragged as it is known to be."""
    command = [sys.executable, "-m", "tools.comparison", "--engine", "weasyprint", "--characters", "4000"]
    done = subprocess.run([*command, "--json", "-"], cwd=ROOT, check=True, capture_output=True, text=True)
    report = json.loads(done.stdout)
    engine = report["engines"]["weasyprint"]
    assert report["ratios"] == {"weasyprint": {"seconds": 1.0, "megabytes": 1.0}}
    nothing = {"characters": 0, "spaces_added": 0, "spaces_missing": 0}
    assert engine["texts"]["file"] == engine["texts"]["pdftotext"] == nothing
    assert engine["texts"]["pdfminer"]["characters"] == 0  # which takes a wide space for two
    assert engine["totals"]["段"] == len(prose.write(4000))
    assert engine["totals"]["整行"] > 50
    assert engine["percent"]["ragged"] > 20
    assert engine["percent"]["unsqueezed"] == 100
    assert engine["percent"]["no_gap"] > 90
    assert engine["seconds"] > 0


@pytest.mark.slow
def test_every_engine_that_is_here_sets_every_word(tmp_path: Path) -> None:
    paragraphs = prose.write(2000)
    results = comparison.compare(paragraphs, comparison.present(), tmp_path)
    assert "weasyprint" in results
    for name, result in results.items():
        assert result.figures.texts["file"].characters == 0, name
        assert result.figures.totals["段"] == len(paragraphs), name
