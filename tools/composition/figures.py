"""All figures of a file, and the table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.composition import blocks, faults, glyphs, paragraphs, texts
from tools.composition.faults import Fault
from tools.composition.paragraphs import Paragraph, Rules
from tools.composition.texts import Difference

DEFAULT = Rules()
FULL, ALL, ADJACENT, BORDERS, PARAGRAPHS = "整行", "行", "相邻标点", "汉西相接", "段"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure: what it counts, out of what."""

    title: str
    check: faults.Check
    of: str


ROWS: Mapping[str, Row] = {
    "ragged": Row("右端差 0.3 pt 以上的整行", faults.ragged, FULL),
    "kinsoku": Row("犯避头尾的行", faults.kinsoku, ALL),
    "torn": Row("拆开的数、单位、破折号、词", faults.torn, ALL),
    "unsqueezed": Row("相邻标点没有挤", faults.unsqueezed, ADJACENT),
    "no_gap": Row("汉西之间不到 1/8 字", faults.no_gap, BORDERS),
    "borrowed": Row("中文里用了西文字体的标点", faults.borrowed, ALL),
    "uneven": Row("字距不匀（差 0.02 字以上）的行", faults.uneven, ALL),
    "opened": Row("字距最宽处过 0.05 字的整行", faults.opened, FULL),
    "wide": Row("字距最宽处过 0.10 字的整行", faults.wide, FULL),
    "holes": Row("词距过 0.75 或字距过 0.35 字的整行", faults.holes, FULL),
    "lone": Row("末行只有一个字的段", faults.lone, PARAGRAPHS),
    "off_grid": Row("基线离格 0.1 pt 以上的行", lambda *_: iter(()), ALL),
}
"""Each figure is a count of places; `off_grid` looks at all paragraphs together."""
READERS: Mapping[str, Callable[[Path], str]] = {"pdftotext": texts.pdftotext, "pdfminer": texts.pdfminer}


@dataclass(slots=True)
class Figures:
    """What was measured."""

    pages: int
    totals: dict[str, int]
    """Full lines, lines, adjacent marks, borders, paragraphs."""
    faults: dict[str, list[Fault]]
    """By row, worst first."""
    texts: dict[str, Difference] = field(default_factory=dict)
    """By reader; `file` is the characters as the file has them. Empty when the typeset text is not known."""

    def count(self, row: str) -> int:
        """How many places."""
        return len(self.faults[row])

    def share(self, row: str) -> float:
        """Places in a hundred."""
        return 100 * self.count(row) / max(1, self.totals[ROWS[row].of])

    def summary(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "pages": self.pages,
            "totals": self.totals,
            "counts": {row: self.count(row) for row in ROWS},
            "percent": {row: round(self.share(row), 3) for row in ROWS},
            "texts": {
                reader: {"characters": each.characters, "spaces_added": each.added, "spaces_missing": each.missing}
                for reader, each in self.texts.items()
            },
        }

    def worst(self, row: str, number: int) -> list[str]:
        """The worst places of a row: page, amount, what, the line."""
        return [
            f"第 {each.line.page + 1} 页 {each.amount:+.3f} {each.what} 「{each.line.text}」".replace("  ", " ")
            for each in self.faults[row][:number]
        ]


def measure(path: Path, rules: Rules = DEFAULT) -> Figures:
    """Measure a tagged PDF.

    Raises:
        NotTaggedError: the file does not say what its paragraphs are.
    """
    cells = glyphs.read(path)
    found = paragraphs.paragraphs(blocks.read(path), cells, rules)
    figures = Figures(len({key[0] for key in cells}), _totals(found, rules), _faults(found, rules))
    if rules.texts is not None:
        figures.texts["file"] = texts.compare(texts.in_file(found), rules.texts)
        for name, reader in READERS.items():
            figures.texts[name] = texts.compare(reader(path), rules.texts)
    return figures


def _totals(found: Sequence[Paragraph], rules: Rules) -> dict[str, int]:
    return {
        FULL: sum(line.edge is not None for each in found for line in each.lines),
        ALL: sum(len(each.lines) for each in found),
        ADJACENT: faults.count_marks(found, rules),
        BORDERS: faults.count_borders(found),
        PARAGRAPHS: len(found),
    }


def _faults(found: Sequence[Paragraph], rules: Rules) -> dict[str, list[Fault]]:
    result = {
        name: [fault for paragraph in found for fault in row.check(paragraph, rules)] for name, row in ROWS.items()
    }
    result["off_grid"] = list(faults.off_grid(found, rules))
    if rules.style != "quanjiao":
        result["unsqueezed"] = []
    return {name: sorted(each, key=lambda fault: -abs(fault.amount)) for name, each in result.items()}


def lines(names: Sequence[str], several: Sequence[Figures]) -> list[list[str]]:
    """The cells of the table: a row a figure, a column a file."""
    head = ["", *names]
    body = [
        [row.title, *(f"{each.count(name)}（{each.share(name):.2f} %）" for each in several)]
        for name, row in ROWS.items()
    ]
    for reader in ("file", *READERS):
        if all(reader in each.texts for each in several):
            differences = [each.texts[reader] for each in several]
            title = "文字之差：" + {"file": "文件里的字"}.get(reader, reader)
            body.append([title, *(f"{d.characters} 字，空格多 {d.added} 少 {d.missing}" for d in differences)])
    for total in (FULL, ALL, ADJACENT, BORDERS, PARAGRAPHS):
        body.append([f"共有{total}", *(f"{each.totals[total]:,}" for each in several)])
    body.append(["页", *(f"{each.pages:,}" for each in several)])
    return [head, *body]
