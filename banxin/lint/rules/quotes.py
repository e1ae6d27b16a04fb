"""Quotation marks: those without a partner, and those of another kind than the book's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from banxin.config import QuoteStyle
from banxin.lint.rules.fault import Change, Context, Fault
from banxin.lint.rules.marks import fault, strings
from banxin.tree import Run
from banxin.typeset import quotes
from banxin.typeset.chars import has_han
from banxin.typeset.style import Style

CURLY, CORNER = "“”‘’", "「」『』"
NAMES = {QuoteStyle.CURLY: "“‘’”", QuoteStyle.CORNER: "「『』」"}


def alone(run: Run, _context: Context) -> Iterator[Fault]:
    """A mark without a partner: no edition can set it right."""
    for complaint in quotes.complaints(run):
        at = complaint.offset
        yield Fault("T002", at, at + 1, complaint.message, complaint.hint)


def mixed(run: Run, context: Context) -> Iterator[Fault]:
    """A mark of another kind than the book's, each with its partner: a pair is one fault."""
    kind = context.spec.quotes or context.habits.quotes
    if kind is QuoteStyle.KEEP or not has_han(run.text):
        return
    style = Style(context.language, kind)
    name = NAMES[QuoteStyle.CORNER if style.pairs[0][0] in CORNER else QuoteStyle.CURLY]
    new = {start: (start, end, mark) for start, end, mark in strings(quotes.edits(run, style))}
    for pair in _pairs(run):
        if changes := [new[at] for at in pair if at in new and _is_other(new[at], run)]:
            yield fault("T003", run, f"全书用{name}", changes)


def _is_other(change: Change, run: Run) -> bool:
    """Whether a mark is of another kind, and not only of another depth: 『 alone may be a habit."""
    old, new = run.text[change[0]], change[2]
    return not any(old in family and new in family for family in (CURLY, CORNER))


def _pairs(run: Run) -> Iterator[list[int]]:
    """Marks that belong together, by their offsets; one that stands alone is no pair."""
    open_marks: list[quotes.Mark] = []
    for mark in quotes.parse(run.text):
        if mark.alone or mark.role not in (quotes.Role.OPEN, quotes.Role.CLOSE):
            continue
        if mark.role is quotes.Role.OPEN:
            open_marks.append(mark)
            continue
        partner = next((one for one in reversed(open_marks) if one.depth == mark.depth), None)
        if partner:
            open_marks.remove(partner)
            yield [partner.offset, mark.offset]


def habit(sources: Iterable[str]) -> QuoteStyle:
    """The kind that most marks of a book are of; its region's where that is none, or the straight ones."""
    count: Counter[QuoteStyle] = Counter()
    for source in sources:
        for style, marks in ((QuoteStyle.CURLY, "“”"), (QuoteStyle.CORNER, "「」"), (QuoteStyle.REGION, '"')):
            count[style] += sum(map(source.count, marks))
    style, most = count.most_common(1)[0] if count else (QuoteStyle.REGION, 0)
    return style if 2 * most > count.total() else QuoteStyle.REGION
