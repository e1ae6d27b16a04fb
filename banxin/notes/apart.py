"""Notes of words alone leave the text before pandoc reads it, and come back as they would have been read.

Most notes are one line of Han: a source, a remark. To read a definition takes pandoc longer than a paragraph of the
same words, and says nothing that is not there to see. So these words are kept here, by the number of their line, and
their marks are written as inline notes that hold this number. Only where nothing else can be meant: in chapters without
code, HTML, formulas and escapes, outside tables; and where pandoc does not find every mark, the chapter is read again
with all its notes in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from banxin.notes import labels

DOUBTFUL = ("<", "`", "\\", "$", "~~~")
"""What may make something else of a mark, or of a definition."""
DEFINITION = re.compile(rf"{labels.MARK.pattern}:[ \t]*(.*)")
QUIET = "\u4e00-\u9fff\u3001-\u3011\u3014-\u3017，。；：！？“”‘’（）—…·A-Za-z0-9.,:;()%/=+-"
"""What means nothing to pandoc, wherever it stands in a line that begins with none of ASCII."""
MARKED = re.compile(rf"^[ -~]|[^ {QUIET}]|  |^$")
"""In a note of more than words."""
ORDINARY = re.compile(r"[^\x00-\x7f]|#{1,6} |[A-Za-z]+ ")
"""How a line begins that goes on with nothing that stands before it."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A text without the notes that are nothing but words."""

    text: str
    """With as many lines as there were."""
    words: Mapping[int, str] = field(default_factory=dict)
    """Of each note that was taken out, by the number of its line."""
    marks: int = 0
    """How often they are called."""


def taken(text: str) -> Apart:
    """A chapter (Markdown) without its notes of words alone."""
    if labels.NOTE not in text or text.count("^") != text.count(labels.NOTE) or any(sign in text for sign in DOUBTFUL):
        return Apart(text)
    lines = text.splitlines(keepends=True)
    notes = _notes(lines)
    if not notes:
        return Apart(text)
    written = {name: labels.inline(at + 1) for name, (at, _) in notes.items()}
    marks = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal marks
        marks += match[1] in written
        return written.get(match[1], match[0])

    gone = {at for at, _ in notes.values()}
    for at, line in enumerate(lines):
        if at in gone:
            lines[at] = "\n"
        elif labels.NOTE in line:
            lines[at] = labels.MARK.sub(mark, line)
    return Apart("".join(lines), {at + 1: words for at, words in notes.values()}, marks)


def _notes(lines: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The notes of words alone that stand by themselves: the index of the line of each, and its words, by its name."""
    starts = {
        at: match for at, line in enumerate(lines) if line[:2] == labels.NOTE and (match := DEFINITION.match(line))
    }
    times = Counter(match[1] for match in starts.values())
    called: Counter[str] = Counter()
    elsewhere: set[str] = set()
    for at, line in enumerate(lines):
        if labels.NOTE not in line:
            continue
        if at not in starts and "|" not in line and not line[0].isspace():
            called.update(labels.MARK.findall(line))
        else:  # in another note, in a table or in what goes on with something
            elsewhere.update(labels.MARK.findall(line[starts[at].end(1) + 1 :] if at in starts else line))
    return {
        name: (at, words)
        for at, match in starts.items()
        if not MARKED.search(words := match[2].rstrip())
        and times[name := match[1]] == 1
        and called[name]
        and name not in elsewhere
        and _stands_alone(lines, at, starts)
    }


def _stands_alone(lines: Sequence[str], at: int, starts: Mapping[int, re.Match[str]]) -> bool:
    """Whether a definition is a block of its own, without which those around it are what they are with it."""
    before = at - 1
    while before in starts:
        before -= 1
    if before >= 0 and lines[before].strip():
        return False
    after = at + 1
    while after < len(lines) and not lines[after].strip():
        after += 1
    if after == len(lines) or after in starts:
        return True
    return after > at + 1 and ORDINARY.match(lines[after]) is not None
