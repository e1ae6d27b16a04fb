"""Which chapter, and which paragraph, of one version is which of the other.

How alike two texts are is measured by the pairs of neighbouring words that they share (Dice's coefficient), counted
through an index, so that a book is compared with itself in time that grows with its length. Paragraphs are then paired
in order, one with one, or one with two where it was split or joined, as sentences of translations are (Gale and
Church, 1993); what is left over may have moved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from banxin.review.model import CHAPTER_TITLE, FACTS, Section, Unit

Pair = tuple[tuple[int, ...], tuple[int, ...]]
"""Indexes of units (old, new) that belong together; either side may be empty."""

SAME_CHAPTER = 0.35
"""How alike two chapters have to be."""
NAME = 0.35
"""What the same file, and the same id, count for: a chapter that was written anew is still itself."""
SAME_UNIT = 0.4
"""How alike two paragraphs in the same place have to be to be one that was edited."""
MOVED_UNIT = 0.75
"""How alike two paragraphs in different places have to be to be one that was moved."""
LONG_ENOUGH = 40
"""Characters of a chapter that is known by its words alone."""
SHORTEST_MOVE = 6
"""Characters; less than that is the same by chance."""
ONCE = frozenset({CHAPTER_TITLE, "副题", "作者", "日期", "语言"})
SPLIT_GAIN = 0.01
"""How much more alike two paragraphs together have to be than the better one of them."""
BAND = 60
"""How far, in units, a paragraph is looked for from where it would stand in a stretch that is all changed."""


class Alike:
    """How alike the texts of two lists are."""

    def __init__(self, old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> None:
        self.old = [_grams(words) for words in old]
        self.new = [_grams(words) for words in new]
        self.shared = _shared(self.old, self.new)
        self.old_sizes = [grams.total() for grams in self.old]
        self.new_sizes = [grams.total() for grams in self.new]

    def __call__(self, old: Sequence[int], new: Sequence[int]) -> float:
        """0 to 1; of the texts at several indexes, joined."""
        size_old = sum(self.old_sizes[i] for i in old)
        size_new = sum(self.new_sizes[j] for j in new)
        shared = sum(self.shared.get((i, j), 0) for i in old for j in new)
        return 2 * min(shared, size_old, size_new) / ((size_old + size_new) or 1)

    def pairs(self) -> Iterator[tuple[float, int, int]]:
        """All pairs that share anything, the most alike first."""
        scored = ((self([i], [j]), i, j) for i, j in self.shared)
        yield from sorted(scored, key=lambda pair: (-pair[0], pair[1], pair[2]))


def _grams(words: Sequence[str]) -> Counter[tuple[str, str]]:
    padded = ["", *words]
    return Counter(zip(padded, words, strict=False))


def _shared(
    old: Sequence[Counter[tuple[str, str]]], new: Sequence[Counter[tuple[str, str]]]
) -> Mapping[tuple[int, int], int]:
    """How many pairs of words each two texts share."""
    index: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for j, grams in enumerate(new):
        for gram, count in grams.items():
            index[gram].append((j, count))
    shared: Counter[tuple[int, int]] = Counter()
    for i, grams in enumerate(old):
        for gram, count in grams.items():
            for j, other in index.get(gram, ()):
                shared[i, j] += min(count, other)
    return shared


def words_of(unit: Unit) -> list[str]:
    """What is compared of a unit."""
    return [word.text for word in unit.words]


# Chapters -------------------------------------------------------------------------------------------------------------


def sections(old: Sequence[Section], new: Sequence[Section]) -> dict[int, int]:
    """The chapters that are the same ones: index in `new` -> index in `old`.

    A chapter whose words did not change is itself under any name; for the others the file, the id and the words count
    together, so that chapters that were renumbered are found, and those that were written anew.
    """
    found: dict[int, int] = {}
    keys: dict[object, list[int]] = defaultdict(list)
    for i, section in enumerate(old):
        keys[_words_key(section)].append(i)
    for j, section in enumerate(new):
        if same := keys.get(_words_key(section)):
            found[j] = same.pop(0)
    free_old = [i for i in range(len(old)) if i not in found.values()]
    free_new = [j for j in range(len(new)) if j not in found]
    return {**found, **_by_likeness(old, new, free_old, free_new)}


def _words_key(section: Section) -> object:
    """Its text; a few words are no evidence without the name; the facts of the book are always themselves."""
    if section.id == FACTS:
        return FACTS
    text = tuple(unit.text for unit in section.units)
    return text if sum(map(len, text)) >= LONG_ENOUGH else (section.path, section.id, text)


def _by_likeness(
    old: Sequence[Section], new: Sequence[Section], free_old: Sequence[int], free_new: Sequence[int]
) -> dict[int, int]:
    alike = Alike([_all_words(old[i]) for i in free_old], [_all_words(new[j]) for j in free_new])
    single = _single(old) & _single(new)
    only = len(old) == len(new) == 2  # the facts, and one chapter
    scores: list[tuple[float, int, int]] = []
    for a, i in enumerate(free_old):
        for b, j in enumerate(free_new):
            names = (old[i].path == new[j].path and old[i].path in single) + (old[i].id == new[j].id)
            scores.append((alike([a], [b]) + NAME * (names + only), i, j))
    return _greedy(scores, SAME_CHAPTER)


def _single(sections: Sequence[Section]) -> set[str]:
    """The files that hold one chapter."""
    counts = Counter(section.path for section in sections)
    return {path for path, count in counts.items() if count == 1}


def _all_words(section: Section) -> list[str]:
    return [word.text for unit in section.units for word in unit.words]


def _greedy(scores: Sequence[tuple[float, int, int]], least: float) -> dict[int, int]:
    """New -> old, the best pairs first."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for score, i, j in sorted(scores, key=lambda one: (-one[0], one[1], one[2])):
        if score >= least and i not in taken and j not in found:
            taken.add(i)
            found[j] = i
    return found


def shifted(order: Sequence[int | None]) -> set[int]:
    """Which chapters of the new version do not stand in the order of the old: the fewest that explain the rest.

    Args:
        order: for each new chapter the index that it had, or None.
    """
    known = [i for i in order if i is not None]
    kept = SequenceMatcher(None, sorted(known), known, autojunk=False).get_matching_blocks()
    stayed = {known[b + k] for _, b, size in kept for k in range(size)}
    return {j for j, i in enumerate(order) if i is not None and i not in stayed}


# Units ----------------------------------------------------------------------------------------------------------------


def units(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """Pair the units of a chapter, in reading order; what was taken out comes before what was put in."""
    a, b = [_key(unit) for unit in old], [_key(unit) for unit in new]
    pairs: list[Pair] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += [((i,), (j,)) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
        else:
            pairs += _in_order(old, new, range(i1, i2), range(j1, j2))
    return pairs


def _key(unit: Unit) -> object:
    return unit.style, unit.words, unit.picture.data if unit.picture else b""


def facts(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """Facts are paired by what they are."""
    there = {unit.style: i for i, unit in enumerate(old)}
    now = {unit.style for unit in new}
    gone: list[Pair] = [((i,), ()) for i, unit in enumerate(old) if unit.style not in now]
    kept: list[Pair] = [((there[unit.style],) if unit.style in there else (), (j,)) for j, unit in enumerate(new)]
    return [*gone, *kept]


def _in_order(old: Sequence[Unit], new: Sequence[Unit], rows: range, columns: range) -> list[Pair]:
    """The best pairing in order of a stretch where everything changed."""
    if not rows or not columns:
        return [*(((i,), ()) for i in rows), *(((), (j,)) for j in columns)]
    alike = Alike([words_of(old[i]) for i in rows], [words_of(new[j]) for j in columns])
    best = _Path(alike, old[rows.start : rows.stop], new[columns.start : columns.stop])
    return [
        (tuple(i + rows.start for i in left), tuple(j + columns.start for j in right)) for left, right in best.pairs()
    ]


STEPS = ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1))
"""How many units of the old and the new version a pair may take."""


class _Path:
    """Dynamic programming over (units of the old, units of the new) that are already paired."""

    def __init__(self, alike: Alike, old: Sequence[Unit], new: Sequence[Unit]) -> None:
        self.alike = alike
        self.old = old
        self.new = new
        self.scores: dict[tuple[int, int], float] = {(0, 0): 0.0}
        self.steps: dict[tuple[int, int], tuple[int, int]] = {}
        self.run()

    def run(self) -> None:
        rows, columns = len(self.old), len(self.new)
        band = max(BAND, abs(rows - columns) + BAND // 2)
        for i in range(rows + 1):
            middle = i * columns // rows
            for j in range(max(0, middle - band), min(columns, middle + band) + 1):
                if i or j:
                    self.reach(i, j)

    def reach(self, i: int, j: int) -> None:
        best: tuple[float, tuple[int, int]] | None = None
        for down, right in STEPS:
            before = self.scores.get((i - down, j - right))
            if before is None:
                continue
            score = self.score(i - down, j - right, down, right)
            if score is not None and (best is None or before + score > best[0]):
                best = before + score, (down, right)
        if best:
            self.scores[i, j], self.steps[i, j] = best

    def score(self, i: int, j: int, down: int, right: int) -> float | None:
        """What a pair adds, weighed by its length; None: these are no pair."""
        if not down or not right:
            return 0.0
        left, others = range(i, i + down), range(j, j + right)
        likeness = self.alike(left, others)
        if len({self.old[k].code for k in left} | {self.new[k].code for k in others}) > 1:
            return None
        if down + right > 2:
            parts = max(self.alike([i], [j]), self.alike([left[-1]], [others[-1]]))
            if likeness <= parts + SPLIT_GAIN or not self.one_style(left, others):
                return None
        if likeness < SAME_UNIT and not self.surely(i, j):
            return None
        weight = sum(self.alike.old_sizes[k] for k in left) + sum(self.alike.new_sizes[k] for k in others)
        return likeness * (weight or 1)

    def surely(self, i: int, j: int) -> bool:
        """What a chapter has but once is itself, whatever it says."""
        old, new = self.old[i], self.new[j]
        return old.text == new.text or (old.style == new.style and old.style in ONCE)

    def one_style(self, left: range, others: range) -> bool:
        """A heading is no half of a paragraph."""
        return len({self.old[i].style for i in left} | {self.new[j].style for j in others}) == 1

    def pairs(self) -> list[Pair]:
        """The best way back, in reading order."""
        i, j = len(self.old), len(self.new)
        result: list[Pair] = []
        while i or j:
            down, right = self.steps[i, j]
            result.append((tuple(range(i - down, i)), tuple(range(j - right, j))))
            i, j = i - down, j - right
        return result[::-1]


def moves(gone: Sequence[Unit], come: Sequence[Unit]) -> dict[int, int]:
    """The units that were only moved: index among those that came -> index among those that went."""
    alike = Alike([words_of(unit) for unit in gone], [words_of(unit) for unit in come])
    found: dict[int, int] = {}
    taken: set[int] = set()
    for score, i, j in alike.pairs():
        if score < MOVED_UNIT:
            break
        long = min(gone[i].size, come[j].size) >= SHORTEST_MOVE
        if long and i not in taken and j not in found and gone[i].code == come[j].code:
            taken.add(i)
            found[j] = i
    return found
