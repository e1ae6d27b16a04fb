"""One line made to fit: what each of its gaps gives or takes, in the orders of CLREQ 3.5.3 and 3.5.4. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from banxin.compose.items import BORDER, SPACE, STOP, Items


@dataclass(slots=True)
class Fit:
    """What a line's gaps change, px."""

    general: float = 0.0
    """Every gap that may open does so by this much."""
    change: dict[int, float] = field(default_factory=dict)
    """Of single gaps, by the character before."""
    missing: float = 0.0
    """What could not be filled (positive) or squeezed (negative)."""


NATURAL = Fit()


def fit(items: Items, special: Sequence[int], gaps: int, slack: float) -> Fit:
    """Spread `slack` px over a line (negative: squeeze).

    `special` are the characters of the line, in order and without its last, whose gap has a class of its own; `gaps`
    counts those that may open.
    """
    if slack < 0:
        return _squeeze(items, special, -slack)
    return _open(items, special, gaps, slack)


def _squeeze(items: Items, special: Sequence[int], need: float) -> Fit:
    fitted = Fit()
    for order in range(SPACE, STOP + 1):
        members = [i for i in special if items.order[i] == order and items.shrink[i] > 0]
        total = sum(items.shrink[i] for i in members)
        if total <= 0:
            continue
        part = min(1.0, need / total)
        for i in members:
            fitted.change[i] = -items.shrink[i] * part
        need -= total * part
        if need <= 1e-9:
            return fitted
    fitted.missing = -need
    return fitted


def _open(items: Items, special: Sequence[int], gaps: int, slack: float) -> Fit:
    fitted = Fit()
    for order in (SPACE, BORDER):
        members = [i for i in special if items.order[i] == order and items.stretch[i] > 0]
        total = sum(items.stretch[i] for i in members)
        if total <= 0:
            continue
        part = min(1.0, slack / total)
        for i in members:
            fitted.change[i] = items.stretch[i] * part
        slack -= total * part
        if slack <= 1e-9:
            return fitted
    if gaps:
        fitted.general = slack / gaps
    else:
        fitted.missing = slack
    return fitted
