"""Which chapter, and which paragraph, of one version is which of the other.

How alike two texts are is measured by the pairs of neighbouring words that they share (Dice's coefficient). It is
worked out for likely pairs only, those that share a rare pair of words or stand at the same place, so that the time
grows with the length of the book. Paragraphs are paired in order, one with one, or one with two where it was split or
joined, as sentences of translations are (Gale and Church, 1993); what is left over may have moved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from banxin.review.model import CHAPTER_TITLE, FACTS, Section, Unit

Pair = tuple[tuple[int, ...], tuple[int, ...]]
"""Indexes of units (old, new) that belong together; either side may be empty."""

Gram = tuple[str, str]
"""Two neighbouring words."""

RARE = 12
"""Texts that a pair of words may stand in and still tell them apart."""
LIKELY = 6
"""Texts that are looked at closely for each."""
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
SHORT = 10
"""Characters of a unit that has too few words to be known by them: `二。`, a cell, a heading."""
NEAR = 2
"""Units from the same place of a stretch at which a paragraph is always looked for."""


class Alike:
    """How alike the texts of two lists are."""

    def __init__(self, old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> None:
        self.old = [_grams(words) for words in old]
        self.new = [_grams(words) for words in new]
        self.old_sizes = [grams.total() for grams in self.old]
        self.new_sizes = [grams.total() for grams in self.new]
        self.known: dict[tuple[int, int], int] = {}

    def __call__(self, old: Sequence[int], new: Sequence[int]) -> float:
        """0 to 1; of the texts at several indexes, joined."""
        size_old = sum(self.old_sizes[i] for i in old)
        size_new = sum(self.new_sizes[j] for j in new)
        shared = sum(self.shared(i, j) for i in old for j in new)
        return 2 * min(shared, size_old, size_new) / ((size_old + size_new) or 1)

    def shared(self, i: int, j: int) -> int:
        """How many pairs of words two texts share."""
        if (i, j) not in self.known:
            few, many = sorted((self.old[i], self.new[j]), key=len)
            self.known[i, j] = sum(min(count, many[gram]) for gram, count in few.items() if gram in many)
        return self.known[i, j]

    def likely(self) -> set[tuple[int, int]]:
        """For each old text the new ones that share most of its rare pairs of words."""
        index: dict[Gram, list[int]] = defaultdict(list)
        for j, grams in enumerate(self.new):
            for gram in grams:
                index[gram].append(j)
        rare = {gram: places for gram, places in index.items() if len(places) <= RARE}
        pairs: set[tuple[int, int]] = set()
        for i, grams in enumerate(self.old):
            counts = Counter(j for gram in grams for j in rare.get(gram, ()))
            pairs |= {(i, j) for j, _ in counts.most_common(LIKELY)}
        return pairs


def _grams(words: Sequence[str]) -> Counter[Gram]:
    return Counter(zip(["", *words], words, strict=False))


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
    likely = alike.likely()
    scores: list[tuple[float, int, int]] = []
    for a, i in enumerate(free_old):
        for b, j in enumerate(free_new):
            names = (old[i].path == new[j].path and old[i].path in single) + (old[i].id == new[j].id)
            if names or only or (a, b) in likely:
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
    numbers: dict[object, int] = {}
    a, b = ([numbers.setdefault(_key(unit), len(numbers)) for unit in side] for side in (old, new))
    pairs: list[Pair] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += [((i,), (j,)) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
        else:
            found = _Stretch(old[i1:i2], new[j1:j2]).pairs()
            pairs += [(tuple(i + i1 for i in left), tuple(j + j1 for j in right)) for left, right in found]
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


@dataclass(frozen=True, slots=True)
class _Bead:
    """Units that may belong together: [i, i + down) of the old version and [j, j + right) of the new one."""

    i: int
    j: int
    down: int
    right: int
    weight: float

    @property
    def end(self) -> tuple[int, int]:
        return self.i + self.down, self.j + self.right


class _Stretch:
    """Units of both versions between two that did not change."""

    def __init__(self, old: Sequence[Unit], new: Sequence[Unit]) -> None:
        self.old = old
        self.new = new
        self.alike = Alike([words_of(unit) for unit in old], [words_of(unit) for unit in new])

    def pairs(self) -> list[Pair]:
        """All units, in order: those that belong together, and between them those that are alone."""
        result: list[Pair] = []
        i = j = 0
        for bead in [*self.chain(), _Bead(len(self.old), len(self.new), 0, 0, 0)]:
            result += [((k,), ()) for k in range(i, bead.i)]
            result += [((), (k,)) for k in range(j, bead.j)]
            if bead.down:
                result.append((tuple(range(bead.i, bead.end[0])), tuple(range(bead.j, bead.end[1]))))
            i, j = bead.end
        return result

    def chain(self) -> list[_Bead]:
        """The beads that follow each other in both versions and weigh most together."""
        beads = sorted(self.beads(), key=lambda bead: (bead.i, bead.j, bead.down, bead.right))
        ending: dict[int, list[int]] = defaultdict(list)
        best = _Best(len(self.new))
        before: list[int | None] = []
        totals: list[float] = []
        row = -1
        for n, bead in enumerate(beads):
            for done in range(row + 1, bead.i + 1):
                for other in ending[done]:
                    best.add(beads[other].end[1], totals[other], other)
            row = bead.i
            weight, last = best.up_to(bead.j)
            before.append(last)
            totals.append(weight + bead.weight)
            ending[bead.end[0]].append(n)
        at: int | None = None
        if beads:
            at = max(range(len(beads)), key=totals.__getitem__)
        chain: list[_Bead] = []
        while at is not None:
            chain.append(beads[at])
            at = before[at]
        return chain[::-1]

    def beads(self) -> Iterator[_Bead]:
        """One with one; and around each such pair one with two and two with one, where that is more alike still."""
        split: set[tuple[int, int, int, int]] = set()
        for i, j in self.likely():
            likeness = self.alike([i], [j])
            if (likeness < SAME_UNIT and not self.surely(i, j)) or self.old[i].code != self.new[j].code:
                continue
            yield _Bead(i, j, 1, 1, max(likeness, SAME_UNIT) * self.size(i, j, 1, 1))
            split |= {(i, j, 1, 2), (i, j - 1, 1, 2), (i, j, 2, 1), (i - 1, j, 2, 1)}
        for i, j, down, right in split:
            if self.is_split(i, j, down, right):
                likeness = self.alike(range(i, i + down), range(j, j + right))
                yield _Bead(i, j, down, right, likeness * self.size(i, j, down, right))

    def likely(self) -> set[tuple[int, int]]:
        pairs = self.alike.likely()
        rows, columns = len(self.old), len(self.new)
        for i in range(rows if columns else 0):
            middle = i * columns // rows
            pairs |= {(i, j) for j in range(max(0, middle - NEAR), min(columns, middle + NEAR + 1))}
        return pairs

    def size(self, i: int, j: int, down: int, right: int) -> int:
        return sum(self.alike.old_sizes[i : i + down]) + sum(self.alike.new_sizes[j : j + right])

    def surely(self, i: int, j: int) -> bool:
        """What a chapter has but once is itself, whatever it says; so is a short unit that alone gave way to one."""
        old, new = self.old[i], self.new[j]
        alone = len(self.old) == len(self.new) == 1 and max(old.size, new.size) <= SHORT
        return old.style == new.style and (alone or old.style in ONCE)

    def is_split(self, i: int, j: int, down: int, right: int) -> bool:
        """Whether one paragraph and two are more alike than it and either of them; a heading is no half of one."""
        if i < 0 or j < 0 or i + down > len(self.old) or j + right > len(self.new):
            return False
        left, others = range(i, i + down), range(j, j + right)
        sides = [*(self.old[k] for k in left), *(self.new[k] for k in others)]
        if len({(unit.style, unit.code) for unit in sides}) > 1:
            return False
        parts = max(self.alike([i], [j]), self.alike([left[-1]], [others[-1]]))
        return self.alike(left, others) > parts + SPLIT_GAIN


class _Best:
    """The heaviest chain that ends at or before a column (a Fenwick tree of maxima)."""

    def __init__(self, columns: int) -> None:
        self.tree: list[tuple[float, int | None]] = [(0.0, None)] * (columns + 1)

    def add(self, column: int, weight: float, bead: int) -> None:
        while column < len(self.tree):
            if weight > self.tree[column][0]:
                self.tree[column] = weight, bead
            column += column & -column

    def up_to(self, column: int) -> tuple[float, int | None]:
        found: tuple[float, int | None] = (0.0, None)
        while column:
            found = max(found, self.tree[column], key=lambda one: one[0])
            column -= column & -column
        return found


def moves(gone: Sequence[Unit], come: Sequence[Unit]) -> dict[int, int]:
    """The units that were only moved: index among those that came -> index among those that went."""
    alike = Alike([words_of(unit) for unit in gone], [words_of(unit) for unit in come])
    scores = [
        (alike([i], [j]), i, j)
        for i, j in alike.likely()
        if min(gone[i].size, come[j].size) >= SHORTEST_MOVE and gone[i].code == come[j].code
    ]
    return _greedy(scores, MOVED_UNIT)
