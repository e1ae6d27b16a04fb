"""What a change of words did to the pages: how many there are, which a printer has to replace, where lines moved.

Both are read from the finished PDFs. A page has to be replaced where anything on it is drawn otherwise than on the page
of the same number before; a line has moved where the same words stand on a page of another number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import pypdfium2

from banxin.preview.proof import Leaf, leaves


@dataclass(frozen=True, slots=True)
class Pages:
    """What became of the pages."""

    before: int
    """How many there were."""
    after: int
    replaced: tuple[str, ...]
    """The numbers of pages that are drawn otherwise."""
    added: tuple[str, ...]
    """Numbers that there were not."""
    dropped: tuple[str, ...]
    moved: tuple[str, ...]
    """The numbers of pages to which lines came from others."""

    @property
    def same(self) -> bool:
        """Whether a printer has nothing to do."""
        return not (self.replaced or self.added or self.dropped)


def compare(old: bytes, new: bytes) -> Pages:
    """Two PDFs of one book."""
    before, after = leaves(old), leaves(new)
    keys = _by_label(before)
    now = _by_label(after)
    return Pages(
        before=len(before),
        after=len(after),
        replaced=tuple(label for label, key in now.items() if label in keys and keys[label] != key),
        added=tuple(label for label in now if label not in keys),
        dropped=tuple(label for label in keys if label not in now),
        moved=_moved(lines(old), lines(new), list(keys), list(now)),
    )


def _by_label(pages: Iterable[Leaf]) -> dict[str, str]:
    """Number -> what is drawn. Numbers that come twice (a part begins to count anew) are told apart."""
    found: dict[str, str] = {}
    for page in pages:
        label, n = page.label, 2
        while label in found:
            label, n = f"{page.label}（{n}）", n + 1
        found[label] = page.key
    return found


def lines(data: bytes) -> list[tuple[int, str]]:
    """Every line of type with the index of its page; folios and blanks are none."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        found = [(i, page.get_textpage().get_text_range()) for i, page in enumerate(pdf)]
    finally:
        pdf.close()
    rows = ((i, "".join(row.split())) for i, text in found for row in text.splitlines())
    return [(i, row) for i, row in rows if row and not row.isdecimal()]


def _moved(
    old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]], before: Sequence[str], after: Sequence[str]
) -> tuple[str, ...]:
    matcher = SequenceMatcher(None, [row for _, row in old], [row for _, row in new], autojunk=False)
    pages: set[int] = set()
    for i, j, size in matcher.get_matching_blocks():
        for k in range(size):
            was, now = old[i + k][0], new[j + k][0]
            if before[was] != after[now]:
                pages.add(now)
    return tuple(after[page] for page in sorted(pages))


def ranges(labels: Sequence[str]) -> str:
    """`3、7—12、iv`: numbers that follow each other are told by the first and the last."""
    found: list[list[str]] = []
    for label in labels:
        last = found[-1][-1] if found else ""
        if last.isdecimal() and label.isdecimal() and int(label) == int(last) + 1:
            found[-1].append(label)
        else:
            found.append([label])
    return "、".join(run[0] if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in found)


def told(pages: Pages) -> list[str]:
    """The same in words."""
    if pages.same:
        return [f"版面没有变：{pages.after} 页。"]
    difference = pages.after - pages.before
    change = f"多了 {difference} 页" if difference > 0 else f"少了 {-difference} 页" if difference else "页数没有变"
    result = [f"{pages.before} 页 → {pages.after} 页，{change}。"]
    for name, labels in (
        ("要换的页", pages.replaced),
        ("添出的页", pages.added),
        ("没有了的页", pages.dropped),
        ("有行从别的页移来的页", pages.moved),
    ):
        if labels:
            result.append(f"{name}（{len(labels)}）：{ranges(labels)}。")
    return result
