"""The planner against every way there is to break a small paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banxin.compose.plan import ALONE, HYPHEN, SHORT, TORN, Breaks, Measure, Planner, widest

EM = 10.0
SLACK = 1e-6
OVERFULL = 1e5


@dataclass(frozen=True)
class Piece:
    """What stands between two breaks; lengths in em."""

    width: float
    space: float = 0.0
    """Of the width: what vanishes at a line's end."""
    opens: float = 0.0
    trim: float = 0.0
    hyphen: float = 0.0
    cheap: float = 0.0
    dear: float = 0.0
    stretch: float = 0.0
    gaps: int = 0
    penalty: float = 0.0
    forced: bool = False


def breaks(pieces: list[Piece], short: tuple[float, float] = (0.0, 0.0)) -> Breaks:
    """The paragraph of some pieces; what a space may give or take counts only where the space is not at the end."""
    count = len(pieces)
    natural = [0.0, *accumulate(piece.width * EM for piece in pieces)]

    def sums(values: list[float], spaces: list[float]) -> list[float]:
        """Those up to a line's start, then those up to its end."""
        start = [0.0, *accumulate(map(sum, zip(values, spaces, strict=True)))]
        return [*start, 0.0, *(start[k + 1] - spaces[k] for k in range(count))]

    in_space = [(0.05 if piece.space else 0.0) * EM for piece in pieces]
    none = [0.0] * count
    gaps = [0, *accumulate(piece.gaps for piece in pieces)]
    forced = [k + 1 for k, piece in enumerate(pieces[:-1]) if piece.forced]
    costs = [0.0] * (count + 1)
    for place, cost in ((count - 2, short[0]), (count - 1, short[1])):
        if place > 0:
            costs[place] = cost
    return Breaks(
        enter=[n + piece.opens * EM for n, piece in zip(natural, [*pieces, Piece(0)], strict=True)],
        leave=[0.0, *(natural[k + 1] + (piece.hyphen - piece.space) * EM for k, piece in enumerate(pieces))],
        trim=[0.0, *(piece.trim * EM for piece in pieces)],
        start=range(count + 1),
        inner=range(count + 1, 2 * count + 2),
        cheap=sums([piece.cheap * EM for piece in pieces], in_space),
        dear=sums([piece.dear * EM for piece in pieces], none),
        stretch=sums([piece.stretch * EM for piece in pieces], in_space),
        general=[*gaps, 0, *(gaps[k + 1] - (piece.gaps > 0) for k, piece in enumerate(pieces))],
        penalty=[0.0, *(piece.penalty for piece in pieces[:-1]), 0.0],
        forced=[*forced, count],
        short=costs,
    )


pieces = st.builds(
    Piece,
    width=st.sampled_from([0.5, 1, 1, 1, 1.5, 2, 2.7, 4]),
    space=st.sampled_from([0, 0, 0, 0.25]),
    opens=st.sampled_from([0, 0, 0, 0.5]),
    trim=st.sampled_from([0, 0, 0.5]),
    hyphen=st.sampled_from([0, 0, 0, 0.3]),
    cheap=st.sampled_from([0, 0, 0.25, 0.5]),
    dear=st.sampled_from([0, 0, 0.125, 0.5]),
    stretch=st.sampled_from([0, 0, 0.25]),
    gaps=st.integers(0, 4),
    penalty=st.sampled_from([0, 0, 0, 0.8, HYPHEN, 8.0, TORN]),
    forced=st.sampled_from([False] * 12 + [True]),
).filter(lambda piece: piece.trim + piece.cheap + piece.dear + 0.3 <= piece.width)
"""As in real text, a line never becomes shorter by taking in more: a mark gives up half of its em at most."""
paragraphs = st.builds(
    breaks,
    st.lists(pieces, min_size=1, max_size=12),
    st.sampled_from([(0.0, 0.0), (SHORT, ALONE), (0.0, ALONE), (ALONE, ALONE)]),
)
measures = st.builds(
    Measure,
    width=st.sampled_from([15.0, 20.0, 30.0, 40.0, 60.0, 80.0]),
    indent=st.sampled_from([0.0, 20.0, -10.0]),
    em=st.just(EM),
    justified=st.booleans(),
)


def ends(planner: Planner, i: int, first: bool) -> list[tuple[int, float]]:
    """Every line that may begin at a break, with its cost; where none fits, the shortest."""
    stop = next(k for k in planner.breaks.forced if k > i)
    found = [(k, planner.cost(i, k, first)) for k in range(i + 1, stop + 1)]
    return [(k, cost) for k, cost in found if cost < inf] or [(i + 1, OVERFULL)]


def cheapest(planner: Planner, i: int = 0, first: bool = True) -> float:
    """The cost of the best of all ways, by trying them."""
    last = len(planner.breaks.leave) - 1
    if i == last:
        return 0.0
    return min(cost + cheapest(planner, k, False) for k, cost in ends(planner, i, first))


def total(planner: Planner, path: list[int], first: bool = True) -> float:
    costs = 0.0
    for n, (i, k) in enumerate(zip(path, path[1:], strict=False)):
        cost = planner.cost(i, k, first and n == 0)
        costs += OVERFULL if cost == inf else cost
    return costs


@settings(max_examples=150)
@given(paragraphs, measures)
def test_as_cheap_as_the_best_of_all_ways(paragraph: Breaks, measure: Measure) -> None:
    planner = Planner(paragraph, measure)
    path = planner.plan()
    assert path[0] == 0
    assert path[-1] == len(paragraph.leave) - 1
    assert path == sorted(set(path))
    assert set(paragraph.forced) <= set(path)
    assert total(planner, path) <= cheapest(planner) + SLACK


@settings(max_examples=60)
@given(paragraphs, measures, st.integers(0, 11))
def test_from_anywhere(paragraph: Breaks, measure: Measure, start: int) -> None:
    """The rest of a paragraph, as after a page's end."""
    planner = Planner(paragraph, measure)
    start = min(start, len(paragraph.leave) - 2)
    if paragraph.short[start]:
        paragraph.short[start] = 0.0
    path = planner.plan(start, False)
    assert path[0] == start
    assert total(planner, path, False) <= cheapest(planner, start, False) + SLACK


@settings(max_examples=100)
@given(paragraphs, measures)
def test_never_dearer_than_greedy(paragraph: Breaks, measure: Measure) -> None:
    planner = Planner(paragraph, measure)
    path = [0]
    while path[-1] < len(paragraph.leave) - 1:
        path.append(planner.greedy(path[-1], path[-1] == 0))
        assert path[-1] > path[-2]
    assert set(paragraph.forced) <= set(path)
    assert total(planner, planner.plan()) <= total(planner, path) + SLACK


# What it should prefer ------------------------------------------------------------------------------------------------

HAN = Piece(1, gaps=1)


def plan(some: list[Piece], width: float, justified: bool = True, **options: tuple[float, float]) -> list[int]:
    return Planner(breaks(some, **options), Measure(width * EM, 0.0, EM, justified)).plan()


def test_full_lines() -> None:
    assert plan([HAN] * 25, 10) == [0, 10, 20, 25]


def test_the_rest_of_a_plan_is_the_plan_of_the_rest() -> None:
    planner = Planner(breaks([HAN, Piece(2.7, gaps=0), HAN] * 9), Measure(100.0, 20.0, EM))
    path = planner.plan()
    assert len(path) > 4
    for n in range(1, len(path) - 1):
        rest = planner.plan(path[n], False)
        assert total(planner, rest, False) == pytest.approx(total(planner, path[n:], False))


def test_squeezed_rather_than_opened() -> None:
    """Nine characters and a word of two em stand in ten em when two marks give up half an em each."""
    comma = Piece(1, cheap=0.5, gaps=1)
    nine = [HAN, comma, *[HAN] * 3, comma, *[HAN] * 3]
    assert plan([*nine, Piece(2), *[HAN] * 10], 10) == [0, 10, 20]


def test_forced() -> None:
    assert plan([HAN, HAN, Piece(1, forced=True), *[HAN] * 3], 10) == [0, 3, 6]


def test_forced_line_is_not_opened() -> None:
    some = Planner(breaks([HAN, Piece(1, forced=True), HAN]), Measure(100.0, 0.0, EM))
    assert some.cost(0, 2, True) == 0.0


def test_no_single_character_at_the_end() -> None:
    assert plan([HAN] * 21, 10, short=(SHORT, ALONE))[-2] < 20


def test_not_justified_fills_lines() -> None:
    assert plan([Piece(3, gaps=0)] * 6, 10, justified=False) == [0, 3, 6]


def test_no_line_fits() -> None:
    """Each piece that is wider than the measure stands on a line of its own."""
    assert plan([Piece(5)] * 3, 2) == [0, 1, 2, 3]


def test_one_that_does_not_fit_among_others() -> None:
    path = plan([*[HAN] * 10, Piece(30), *[HAN] * 10], 10)
    assert (10, 11) in list(zip(path, path[1:], strict=False))


def test_one_line() -> None:
    assert plan([HAN] * 5, 10) == [0, 5]


def test_widest() -> None:
    piece, lines = widest(breaks([HAN, Piece(4, forced=True), HAN, HAN, HAN]))
    assert piece == 4 * EM
    assert lines == [5 * EM, 3 * EM]


def test_widest_with_an_indent() -> None:
    """Only the first piece, and the first line, are indented."""
    piece, lines = widest(breaks([HAN, Piece(4, forced=True), HAN]), 2 * EM)
    assert piece == 4 * EM
    assert lines == [7 * EM, EM]
    assert widest(breaks([HAN, HAN]), 2 * EM)[0] == 3 * EM
