"""Marks: half-width ones after Han, ellipses, dashes, interpuncts, brackets, repeated ones, spaces beside them.

What is meant by them is for the text rules of a build to say (banxin/typeset).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from banxin import tree
from banxin.lint.rules.fault import Change, Context, Fault
from banxin.tree import Edit, Run
from banxin.typeset import dashes, ellipses, marks
from banxin.typeset import spaces as beside
from banxin.typeset.chars import CLOSING, HAN, KANA, has_han, is_han
from banxin.typeset.marks import FULL
from banxin.typeset.style import Style

STYLE = Style("zh-Hans")
"""None of these rules asks for the region."""
STOP = re.compile(
    rf"(?<=[{HAN}{KANA}{re.escape(CLOSING)}])\.(?=[{re.escape(CLOSING)}\"')\]]*(?:$|\s|{tree.NOTE})| ?[{HAN}])"
)
LATIN_BEFORE = re.compile(rf"(?<=[A-Za-z0-9%)\]{tree.OBJECT}])(?:([;:!?])(?=[{HAN}])|(,) ?(?=[{HAN}]))")
HALF_PAIR = re.compile(r"（[^（）()\n]*\)|\([^（）()\n]*）")
APART = re.compile(rf"(?<=[{HAN}]) +([,;:!?])(?= ?[{HAN}]|$)")
REPEATED = re.compile(r"([，、；：])\1+|(?<!。)。。(?!。)|[？！]{4,}|[?!]{4,}|([，、；：。])(?!\2)[，、；：。]+")
ONE_EM = "是破折号就写两个；是地名、时间之间的一字线，就套上 {.keep}，不然印出来也是两个。"
LONGEST = 40
"""Characters of a sample in a message."""
UNSHOWN = str.maketrans({tree.OBJECT: "…", tree.NOTE: "", tree.SOFT: "", tree.HARD: ""})


def near(run: Run, start: int, end: int, around: int = 6) -> str:
    """The words around a place, for a message."""
    return shown(run.text[max(0, start - around) : end + around])


def shown(words: str) -> str:
    """Words of a run as a message can have them: on one line, and not too many."""
    told = words.translate(UNSHOWN).strip()
    return told if len(told) <= LONGEST else f"{told[: LONGEST // 2]}……{told[-LONGEST // 2 :]}"


def typed(run: Run, _context: Context) -> Iterator[Fault]:
    """What a build would print in another way."""
    if not has_han(run.text):
        return
    for start, end, new in strings(ellipses.edits(run, STYLE)):
        yield fault("T004", run, "省略号写作……", [(start, end, new)])
    for start, end, new in strings(dashes.edits(run, STYLE)):
        between = f"{run.text[start - 1 : start]}{run.text[end : end + 1]}"
        if run.text[start:end] == "—" and len(between) == 2 and all(map(is_han, between)):  # 北京—上海
            yield Fault("T005", start, end, f"破折号写作——：{near(run, start, end)}", ONE_EM)
        else:
            yield fault("T005", run, "破折号写作——", [(start, end, new)])
    yield from _marks(run)


def _marks(run: Run) -> Iterator[Fault]:
    """The edits of `typeset.marks` by what they are for; a mark goes with its space, a bracket with its partner."""
    waiting: list[Change] = []
    for start, end, new in strings(marks.edits(run, STYLE)):
        old = run.text[start:end]
        if waiting and old != " ":
            yield fault("T001", run, "汉字旁用全角标点", waiting)
            waiting = []
        if old == "(":
            opening = (start, end, new)
        elif old == ")":
            yield fault("T008", run, "汉字旁用全角括号", [opening, (start, end, new)])
        elif new == marks.INTERPUNCT:
            yield fault("T007", run, "间隔号写作·", [(start, end, new)])
        else:
            waiting.append((start, end, new))
    if waiting:
        yield fault("T001", run, "汉字旁用全角标点", waiting)


def full_stops(run: Run, _context: Context) -> Iterator[Fault]:
    """`他走了.` -> `他走了。`"""
    for match in STOP.finditer(run.text):
        yield fault("T001", run, "汉字旁用全角标点", [(match.start(), match.end(), "。")])


def before_han(run: Run, _context: Context) -> Iterator[Fault]:
    """`用Python,然后` -> `用Python，然后`: what follows is the same Chinese sentence."""
    for match in LATIN_BEFORE.finditer(run.text):
        if has_han(run.text[: match.start()]):
            yield fault("T001", run, "汉字旁用全角标点", [(match.start(), match.end(), FULL[match[1] or match[2]])])


def half_pairs(run: Run, _context: Context) -> Iterator[Fault]:
    """`（见下)` -> `（见下）`"""
    for match in HALF_PAIR.finditer(run.text):
        at, new = (match.end() - 1, "）") if match[0][0] == "（" else (match.start(), "（")
        yield fault("T008", run, "前后括号不一样", [(at, at + 1, new)])


def apart(run: Run, _context: Context) -> Iterator[Fault]:
    """`他说 ,走` -> `他说，走`"""
    for match in APART.finditer(run.text):
        yield fault("T001", run, "汉字旁用全角标点", [(match.start(), match.end(), FULL[match[1]])])


def repeated(run: Run, _context: Context) -> Iterator[Fault]:
    """`，，` and `！！！！`; what is meant by two different ones, only the author knows."""
    if not has_han(run.text):
        return
    for match in REPEATED.finditer(run.text):
        same = len(set(match[0])) == 1
        keep = match[0][0] * (3 if match[0][0] in "？！?!" else 1)
        changes = [(match.start(), match.end(), keep)] if same else []
        yield Fault(
            "T006", match.start(), match.end(), f"标点重复：{match[0]}", _hint(changes, run) or "只留一个。", changes
        )


def spaces(run: Run, _context: Context) -> Iterator[Fault]:
    """A space beside a full-width mark."""
    for start, end, _ in beside.edits(run, STYLE):
        yield fault("T009", run, "全角标点旁不空格", [(start, end, "")])


def fault(code: str, run: Run, message: str, changes: list[Change]) -> Fault:
    """A fault that changes would mend, with the words as they are and as they should be."""
    start, end = changes[0][0], changes[-1][1]
    return Fault(code, start, end, f"{message}：{near(run, start, end)}", _hint(changes, run), tuple(changes))


def _hint(changes: list[Change], run: Run) -> str:
    if not changes:
        return ""
    first, last = max(0, changes[0][0] - 6), changes[-1][1] + 6
    text, position = "", first
    for start, end, new in changes:
        text += run.text[position:start] + new
        position = end
    return f"改成“{shown(text + run.text[position:last])}”。"


def strings(edits: Iterable[Edit]) -> Iterator[Change]:
    """Edits in order, those that are words."""
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        if isinstance(new, str):
            yield start, end, new
