"""A report -> what is read: a text, one page of HTML that stands alone."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import PurePath

from banxin.book import Artifact
from banxin.errors import WORDS, Level
from banxin.layout import standing_alone
from banxin.preflight.examine import Facts, Report
from banxin.preflight.finding import Entry, Finding, Rect, entries
from banxin.preflight.thumbnails import Thumbnail, thumbnails

SHOWN = 24
"""Pages of which the report has pictures; the first ones of each finding come first."""
LISTED = 12
"""Stretches of pages that are told of one finding."""
FOLDS = (4, 8, 16)
"""Pages of a printed sheet that a printer may ask for."""
SUFFIX = "-preflight"
"""Of the reports, after the name of the PDF."""


def artifacts(report: Report, data: bytes) -> list[Artifact]:
    """The report twice, beside its PDF.

    Args:
        report: what was found.
        data: the PDF.
    """
    stem = PurePath(report.name).with_suffix("").as_posix() + SUFFIX
    return [
        Artifact(f"{stem}.html", _html(report, data).encode()),
        Artifact(f"{stem}.txt", text(report).encode()),
    ]


def verdict(report: Report) -> str:
    """In one line."""
    counts = [f"{report.count(level)} 种{WORDS[level]}" for level in Level if report.count(level)]
    return "、".join(counts) or "没有发现问题"


def text(report: Report) -> str:
    """For a terminal, or a letter to the printer."""
    lines = [f"印前检查：{report.name}", *(f"{name}：{value}" for name, value in facts(report.facts)), ""]
    lines.append(f"结论：{verdict(report)}")
    for entry in entries(report.findings):
        lines += ["", *_told(entry), f"    办法：{entry.rule.hint}"]
    return "\n".join(lines) + "\n"


def _told(entry: Entry) -> list[str]:
    about = f"：{entry.detail}" if entry.detail else ""
    where = [f"    {words}" for words in (pages_told(entry.pages), entry.file) if words]
    return [f"{WORDS[entry.rule.level]} {entry.code} {entry.rule.title}{about}", *where]


def pages_told(pages: Sequence[int]) -> str:
    """`第 3、5、7—12 页（共 8 页）`."""
    if not pages:
        return ""
    stretches = list(_stretches(pages))
    told = "、".join(f"{a}" if a == b else f"{a}—{b}" for a, b in stretches[:LISTED])
    more = " 等" if len(stretches) > LISTED else ""
    total = f"（共 {len(pages)} 页）" if len(pages) > 2 else ""
    return f"第 {told} 页{more}{total}"


def _stretches(pages: Iterable[int]) -> Iterable[tuple[int, int]]:
    first = last = 0
    for page in pages:
        if page == last + 1 and first:
            last = page
            continue
        if first:
            yield first, last
        first = last = page
    yield first, last


def facts(found: Facts) -> list[tuple[str, str]]:
    """What a printer asks first."""
    if not found.pages:
        return []
    width, height = found.trim
    lacking = "、".join(f"{-found.pages % fold}" for fold in FOLDS)
    folds = f"（凑成 {'、'.join(map(str, FOLDS))} 的倍数，各要补 {lacking} 页）"
    return [
        ("页数", f"{found.pages}{folds if found.pages >= FOLDS[0] else ''}"),
        ("成品尺寸", f"{width:g} × {height:g} mm"),
        ("出血", f"{found.bleed:g} mm"),
        ("文件", "，".join([f"PDF {found.version}", *(found.claims or ("没有声明标准",))])),
        ("输出意图", found.condition or "没有"),
    ]


# The page -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page with its picture, and what was found on it."""

    number: int
    label: str
    """What is printed on it for its number, where that is another."""
    file: str
    """Of the manuscript, where it is known."""
    thumbnail: Thumbnail
    trim: Rect
    findings: tuple[Finding, ...]
    """Each only once."""

    @property
    def address(self) -> str:
        """The picture itself as an address."""
        return "data:image/png;base64," + base64.b64encode(self.thumbnail.png).decode()


def _html(report: Report, data: bytes) -> str:
    shown = _chosen(report.findings)
    pictures = thumbnails(data, shown)
    leaves = [_leaf(report, number, pictures[number]) for number in shown if number in pictures]
    templates = standing_alone("preflight")
    return templates.get_template("report.html.j2").render(
        report=report,
        verdict=verdict(report),
        facts=facts(report.facts),
        entries=list(entries(report.findings)),
        leaves=leaves,
        numbers={leaf.number for leaf in leaves},
        left_out=len({one.page for one in report.findings if one.page}) - len(leaves),
        words=WORDS,
        told=pages_told,
        style=templates.get_template("report.css.j2").render(),
    )


def _chosen(findings: Iterable[Finding]) -> list[int]:
    """The pages that are shown: the first of each entry, then their second ones, and so on; in their order."""
    rounds = zip_longest(*(entry.pages for entry in entries(findings)))
    pages = dict.fromkeys(page for each in rounds for page in each if page)
    return sorted(list(pages)[:SHOWN])


def _leaf(report: Report, number: int, thumbnail: Thumbnail) -> Leaf:
    facts, at = report.facts, number - 1
    label = facts.labels[at] if facts.labels else ""
    file = facts.files[at] if facts.files else ""
    findings = tuple(one for one in report.findings if one.page == number)
    return Leaf(number, "" if label == str(number) else label, file, thumbnail, facts.trims[at], findings)
