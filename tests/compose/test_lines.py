"""The rules of Chinese lines, case by case: tests/cases/lines-*.md.

The title of a case ends in how it is set, in brackets: the width in em, then what differs from the defaults: `left`
(not justified), `gaps`, a level of kinsoku, a style of punctuation, a language, `trim-indent`, `indent`, `no-hyphens`.
The input is HTML. What must come out is a line a line, read from the glyphs of the PDF, `|` where a line ends exactly
at the measure (a mark's blank outside it allowed), and with `gaps`, `{n}` where two glyphs stand n hundredths of an em
farther apart than their advances say; `{n|` at a line's start or end is how far its first glyph stands from the edge.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from banxin.compose.settings import Em, Gap, Kinsoku, Punctuation, Settings
from tests.casefile import CASES, Case, read
from tests.compose.sheet import EM, PICTURE, Row, Sheet, lay
from tools.composition import marks
from tools.composition.glyphs import Cell

NAMES = sorted(path.stem for path in CASES.glob("lines-*.md"))
EDGE = 30.0
"""px; where the page's content begins."""
SHOWN = {0xAD: "‐", 0x200B: None, 0xA0: " "}
"""A soft hyphen that is drawn is the hyphen of a divided word."""
LANGUAGES = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")


class Setting:
    """What the brackets of a title say."""

    def __init__(self, title: str) -> None:
        found = re.search(r"\[([^\]]*)\]$", title)
        assert found, f"no setting: {title}"
        self.width, *words = found[1].split()
        self.gaps = "gaps" in words
        self.left = "left" in words
        self.indent = "indent" in words
        self.language = next((word for word in words if word in LANGUAGES), "zh-Hans")
        named = dict(word.split("=") for word in words if "=" in word)
        self.settings = Settings(
            kinsoku=Kinsoku(named.get("kinsoku", "gb")),
            punctuation=Punctuation(named.get("marks", "quanjiao")),
            gap=Gap(*(Em(number) for number in named["gap"].split(","))) if "gap" in named else Gap(),
            trim_indent="trim-indent" in words,
            hyphenate="no-hyphens" not in words,
        )

    def html(self, given: str) -> str:
        style = f"width:{self.width}em" + (";text-align:left" if self.left else "")
        paragraph = f"text-indent:{2 if self.indent else 0}em" + (";text-align:left" if self.left else "")
        inside = given.replace("PICTURE", PICTURE)
        return f'<div class=sheet style="{style}"><p style="{paragraph}">{inside}</p></div>'


@cache
def sheets(name: str) -> dict[str, tuple[Sheet, int]]:
    """The sheet and page of each case of a file; cases of one language and one set of rules share a document."""
    groups: dict[tuple[str, Settings], list[tuple[Case, Setting]]] = {}
    for case in read(name):
        setting = Setting(case.title)
        groups.setdefault((setting.language, setting.settings), []).append((case, setting))
    found = {}
    for (language, settings), cases in groups.items():
        body = "".join(setting.html(case.given) for case, setting in cases)
        sheet = lay(body, language=language, settings=settings)
        assert len(sheet.document.pages) == len(cases)
        assert sheet.report is not None
        assert sheet.report.unforeseen == []
        for page, (case, _) in enumerate(cases):
            assert case.title not in found, f"twice: {case.title}"
            found[case.title] = sheet, page
    return found


def shown(row: Row, setting: Setting) -> str:
    """A line as the cases write it."""
    gaps = row.gaps() if setting.gaps else []
    parts = [_edge(row.start - EDGE, "|") if setting.gaps else ""]
    at = iter(gaps)
    seen = 0
    for cell in row.cells:
        if not cell.is_space and seen and setting.gaps:
            parts.append(_gap(*next(at)))
        seen += not cell.is_space
        parts.append(cell.text.translate(SHOWN))
    return "".join(parts).strip() + _end(row, float(setting.width) * EM, setting.language)


def _gap(before: Cell, after: Cell, gap: float) -> str:
    """Kerning of Latin letters is not shown."""
    hundredths = round(gap * 100)
    kerned = before.text.isascii() and after.text.isascii() and abs(hundredths) < 5
    return f"{{{hundredths}}}" if hundredths and not kerned else ""


def _edge(distance: float, bar: str) -> str:
    hundredths = round(distance / EM * 100)
    return f"{{{hundredths}{bar}" if hundredths else ""


def _end(row: Row, width: float, language: str) -> str:
    """`|` where the line reaches the measure."""
    last = next(cell for cell in reversed(row.cells) if not cell.is_space)
    after = marks.blank(last.text, language)[1] * last.size / 0.75
    misses = [abs(row.end - EDGE - width - outside) for outside in (0.0, after)]
    return "|" if min(misses) < 0.1 / 0.75 else ""


@pytest.mark.parametrize(("name", "case"), [(name, case) for name in NAMES for case in read(name)], ids=str)
def test_lines(name: str, case: Case) -> None:
    setting = Setting(case.title)
    sheet, page = sheets(name)[case.title]
    assert "\n".join(shown(row, setting) for row in sheet.rows(page)) == case.expected
