"""The counts of a book as a page that stands alone, with its growth as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from banxin.book import Artifact
from banxin.history import Day, History
from banxin.layout import standing_alone
from banxin.readability import LONG
from banxin.statistics import COLUMNS, LEGEND, Counted, Tally


def artifacts(counted: Counted) -> list[Artifact]:
    """One page for all editions that were counted."""
    page = standing_alone("statistics").get_template("statistics.html.j2")
    html = page.render(
        title=counted.tallies[0].title,
        tallies=[_tally(one) for one in counted.tallies],
        columns=[name for name, _ in COLUMNS],
        legend=LEGEND.split("\n"),
        long=LONG,
        history=counted.history,
        growth=_growth(counted.history.days) if counted.history else None,
        shares=_shares(counted.history) if counted.history else [],
    )
    return [Artifact(f"{counted.slug}-stats.html", html.encode())]


def _tally(one: Tally) -> dict[str, Any]:
    most = max((row.count.length for row in one.rows), default=0) or 1
    rows = [
        {
            "title": row.title,
            "numbers": [f"{getattr(row.count, key):,}" for _, key in COLUMNS],
            "reading": row.reading,
            "share": row.count.length / most,
        }
        for row in one.rows
    ]
    total = [f"{getattr(one.total, key):,}" for _, key in COLUMNS]
    return {"edition": one.edition, "rows": rows, "total": total, "reading": one.reading}


def _shares(history: History) -> list[dict[str, Any]]:
    total = sum(share.length for share in history.shares) or 1
    return [
        {"author": share.author, "length": f"{share.length:,}", "share": share.length / total,
         "chapters": len(share.chapters)}
        for share in history.shares
    ]  # fmt: skip


def _growth(days: Sequence[Day]) -> dict[str, Any] | None:
    """The days as points between 0 and 1: across by date, up by length. Lengths in pt are the template's."""
    if not days:
        return None
    ordinals = [date.fromisoformat(day.date).toordinal() for day in days]
    span = ordinals[-1] - ordinals[0] or 1
    most = max(day.length for day in days) or 1
    points = [
        {"x": (ordinal - ordinals[0]) / span, "y": day.length / most, "date": day.date, "length": f"{day.length:,}"}
        for ordinal, day in zip(ordinals, days, strict=True)
    ]
    return {"points": points, "most": f"{most:,}", "first": days[0].date, "last": days[-1].date}
