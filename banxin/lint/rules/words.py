"""Words: terms spelled two ways, characters of the other script, doubled words, what was never finished."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from banxin.conversion import script
from banxin.lint.rules.fault import Context, Fault
from banxin.lint.rules.marks import near
from banxin.lint.rules.spacing import VERBATIM
from banxin.tree import Run
from banxin.typeset.chars import has_han

DOUBLED = re.compile(
    r"(?<![目标])的的(?!确)|(?<!不甚)(?<!心下)(?<!小时)(?<![目明])了了(?![解然之无])|(?<!国)是是(?![非否])|"
    r"(?<!自)我我(?!卿)|(?<![吉其])他他|她她|很很|也也|而而|"
    r"(?P<word>我们|你们|他们|她们|它们|因为|所以|但是|如果|自己|已经|而且|或者|以及)(?P=word)"
)
"""Function words twice, where no word ends or begins with them (目的的, 为了了解, 还是是否, 其他他, 的的确确).

在在, 与与, 就就, 被被 and 都都 are right too often (现在在, 参与与, 成就就, 棉被被, 首都都)."""
WORDS = re.compile(r"\b(the|a|an|of|to|in|and|is|that|for|with|on|as)[ \n]+\1\b", re.IGNORECASE)
NAME = re.compile(r"(?<![A-Za-z0-9_.@/-])[A-Z][A-Za-z]{3,}(?![A-Za-z0-9_@/-]|\.[a-z])")
"""A Latin name of four letters and more."""
UNFINISHED = re.compile(
    r"(?<![A-Za-z0-9_-])(?:TODO|FIXME|TBD)(?![A-Za-z0-9_-])|[（(〔［\[【](?:待补|待查|待续写|待核|待定|待考证|此处待|这里待|补图|补注|出处待)[^）)〕］\]】\n]{0,20}[）)〕］\]】]"
    r"|[？?]{3,}(?=[）)\]】])"
)


def terms(run: Run, context: Context) -> Iterator[Fault]:
    """A word that `terms.tsv` writes in another way."""
    for start, end, preferred in context.terms.hits(run.text):
        message = f"用词不一律：{run.text[start:end]}"
        yield Fault("T020", start, end, message, f"terms.tsv 写作“{preferred}”。", ((start, end, preferred),))


def capitals(run: Run, context: Context) -> Iterator[Fault]:
    """A Latin name with other capitals than most places of the book have."""
    if not context.habits.spellings:
        return
    for match in NAME.finditer(run.text):
        if (usual := context.habits.spellings.get(match[0])) and has_han(run.text):
            message = f"用词不一律：{match[0]}"
            yield Fault("T020", *match.span(), message, f"别处多半写作“{usual}”。", ((*match.span(), usual),))


def spellings(sources: Iterable[str]) -> Mapping[str, str]:
    """Names with two sorts of capitals, each beginning with one: a small one may be a command, all capitals a sign."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for source in sources:
        for name in NAME.findall(VERBATIM.sub("\n", source)):
            if not name.isupper():
                counts[name.casefold()][name] += 1
    rare: dict[str, str] = {}
    for names in counts.values():
        (usual, most), *others = names.most_common()
        rare |= {name: usual for name, count in others if count < most}
    return rare


def foreign(run: Run, context: Context) -> Iterator[Fault]:
    """Characters that the book's script does not have; those side by side are one fault."""
    wrong = set(script.foreign(run.text, context.language))
    if not wrong:
        return
    named = "简体" if context.language.startswith("zh-Hans") else "繁体"
    at = [i for i, char in enumerate(run.text) if char in wrong]
    for _, group in groupby(enumerate(at), key=lambda pair: pair[1] - pair[0]):
        places = [place for _, place in group]
        start, end = places[0], places[-1] + 1
        hint = f"改成{named}；引文要照原样，就写作 [{run.text[start:end]}]{{.keep}}。"
        yield Fault("T021", start, end, f"{named}书里的“{run.text[start:end]}”：{near(run, start, end)}", hint)


def doubled(run: Run, _context: Context) -> Iterator[Fault]:
    """的的, 因为因为, `the the`."""
    for pattern in (DOUBLED, WORDS):
        for match in pattern.finditer(run.text):
            words = match[0].replace("\n", " ")
            yield Fault("T022", *match.span(), f"字打重了：{near(run, *match.span())}", f"“{words}”删去一个。")


def unfinished(run: Run, _context: Context) -> Iterator[Fault]:
    """TODO, （待补）"""
    for match in UNFINISHED.finditer(run.text):
        yield Fault("T023", *match.span(), f"没做完的记号：{near(run, *match.span(), 10)}", "做完它，或删去它。")
