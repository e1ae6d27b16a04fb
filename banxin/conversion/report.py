"""The choices of a conversion -> what an editor reads (HTML) and fills in (TSV), grouped by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from banxin.book import Artifact, Edition
from banxin.conversion import lock
from banxin.conversion.choice import Reason
from banxin.convert import Chosen
from banxin.layout import standing_alone

COLUMNS = ("决定", "原词", "换成", "另一种", "缘由", "新", "位置", "前文", "后文")
REASONS = {
    Reason.BORDER: "OpenCC 的词跨了两个词",
    Reason.RULE: "按上下文的规则",
    Reason.WORD: "版心的词表",
    Reason.GUESS: "拿不准",
    Reason.VOCABULARY: "换了用词",
}


@dataclass(frozen=True, slots=True)
class Pending:
    """The choices of one edition."""

    edition: Edition
    choices: tuple[Chosen, ...]
    new: tuple[Chosen, ...]
    """Those that nobody has accepted."""


def artifacts(pending: Pending, slug: str, title: str) -> list[Artifact]:
    """Both files."""
    stem = f"{slug}-{pending.edition.name}-conversion"
    return [
        Artifact(f"{stem}.html", page(pending, title).encode()),
        Artifact(f"{stem}.tsv", table(pending).encode()),
    ]


def table(pending: Pending) -> str:
    """A row a place, the words with most places first; the first column is the editor's."""
    new = set(pending.new)
    rows = [COLUMNS]
    for group in _groups(pending.choices):
        for one in group:
            choice = one.choice
            word = ("", choice.source, choice.chosen, choice.alternative, REASONS[choice.reason])
            rows.append((*word, "新" if one in new else "", str(one.place), one.before, one.after))
    return "".join("\t".join(cell.replace("\t", " ") for cell in row) + "\n" for row in rows)


def page(pending: Pending, title: str) -> str:
    """One page that stands alone."""
    new = set(pending.new)
    groups = [
        {
            "source": group[0].choice.source,
            "chosen": group[0].choice.chosen,
            "alternative": group[0].choice.alternative,
            "reason": REASONS[group[0].choice.reason],
            "places": [
                {
                    "before": one.before,
                    "source": one.choice.source,
                    "after": one.after,
                    "place": one.place,
                    "new": one in new,
                }
                for one in group
            ],
        }
        for group in _groups(pending.choices)
    ]
    return (
        standing_alone("conversion")
        .get_template("report.html.j2")
        .render(
            title=title,
            edition=pending.edition,
            groups=groups,
            total=len(pending.choices),
            new=len(pending.new),
            lock=lock.FILE,
        )
    )


def _groups(choices: Sequence[Chosen]) -> list[list[Chosen]]:
    """The places of each word together, in reading order; the word with most places first."""

    def word(one: Chosen) -> tuple[str, str, str]:
        return one.choice.source, one.choice.chosen, one.choice.alternative

    groups = [list(group) for _, group in groupby(sorted(choices, key=word), key=word)]
    return sorted(groups, key=lambda group: (-len(group), word(group[0])))
