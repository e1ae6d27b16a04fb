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
        need = _share(fitted.change, [i for i in special if items.order[i] == order], items.shrink, need, -1.0)
        if need <= 1e-9:
            return fitted
    fitted.missing = -need
    return fitted


def _open(items: Items, special: Sequence[int], gaps: int, slack: float) -> Fit:
    fitted = Fit()
    for order in (SPACE, BORDER):
        slack = _share(fitted.change, [i for i in special if items.order[i] == order], items.stretch, slack, 1.0)
        if slack <= 1e-9:
            return fitted
    if gaps:
        fitted.general = slack / gaps
    else:
        fitted.missing = slack
    return fitted


def _share(change: dict[int, float], members: list[int], room: list[float], amount: float, sign: float) -> float:
    """Let the gaps of a class take what they can of `amount` px, each the same part of its room; what is left, px."""
    total = sum(room[i] for i in members)
    if total <= 0:
        return amount
    part = min(1.0, amount / total)
    change.update((i, sign * room[i] * part) for i in members if room[i] > 0)
    return amount - total * part
