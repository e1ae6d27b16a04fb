"""What is looked for in the words of a manuscript: one file a subject; a rule sees a run and answers by its offsets.

A rule is `rule(run, context) -> faults`. Where the text rules of a build (banxin/typeset) already know what is meant,
a rule asks them: what `--fix` writes into the manuscript is what would have been printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from banxin.lint.rules import marks, numbers, quotes, spacing, titles, words
from banxin.lint.rules.fault import Context, Fault
from banxin.tree import Run

RunRule = Callable[[Run, Context], Iterable[Fault]]

RUN_RULES: tuple[RunRule, ...] = (
    marks.typed,
    marks.full_stops,
    marks.before_han,
    marks.half_pairs,
    marks.apart,
    marks.repeated,
    marks.spaces,
    quotes.alone,
    quotes.mixed,
    spacing.between,
    spacing.full_width,
    titles.unmarked,
    numbers.ranges,
    numbers.mixtures,
    numbers.circles,
    numbers.units,
    words.terms,
    words.capitals,
    words.foreign,
    words.doubled,
    words.unfinished,
)
"""In this order; where two would mend the same characters, the first does, and the other at its next look."""
