"""A review -> what an editor reads: one page of HTML that stands alone, and a summary for a pull request."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from banxin.book import Artifact, Image
from banxin.layout import standing_alone
from banxin.render.pictures import data_address
from banxin.review.model import (
    CHAPTER_TITLE,
    FACTS,
    PILCROW,
    SIGN,
    Comparison,
    Count,
    Fate,
    Kind,
    Passage,
    Piece,
    Review,
    Subject,
    Turn,
    Unit,
    Word,
)
from banxin.slug import fingerprint

LARGEST_PICTURE = 2 * 2**20
"""Bytes of a picture that is shown; of a larger one only the name is."""
LISTED = 20
"""Changes that the summary quotes."""
AROUND = 12
"""Characters before and after a change in the summary."""
QUOTED = 60
"""Characters of a change in the summary."""
BAR = 100
"""The width of the bar that shows how much a chapter changed, in its own units."""
NAMES = {
    Kind.EDITED: "改",
    Kind.ADDED: "增",
    Kind.REMOVED: "删",
    Kind.MOVED_HERE: "移来",
    Kind.MOVED_AWAY: "移走",
    Kind.STYLED: "样式",
}
SUBJECTS = {
    Subject.TEXT: "正文",
    Subject.HEADING: "标题",
    Subject.NOTE: "注",
    Subject.CITATION: "引用",
    Subject.PICTURE: "图",
    Subject.TABLE: "表",
    Subject.CODE: "代码",
    Subject.FACT: "资料",
}
"""What a change may be about, as the filter names it."""
TAGS = {"strong": "strong", "em": "em", "code": "code", "u": "u", "s": "s", "sup": "sup", "sub": "sub"}
UNDER = frozenset({"em-dot", "proper-name", "book-title"})
"""Classes whose words have something under them."""


def artifacts(review: Review, old: str, new: str, layout: Sequence[str] = ()) -> list[Artifact]:
    """The report and its summary.

    Args:
        old, new: what the versions are called.
        layout: what became of the pages, in sentences.
    """
    chapters = _chapters(review)
    return [
        Artifact("review.html", _html(review, chapters, (old, new), layout).encode()),
        Artifact("review.md", _summary(review, chapters, (old, new), layout).encode()),
    ]


# What the templates show ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One place to look at."""

    id: str
    number: int
    """0 of a place that something was only moved away from."""
    kind: Kind
    subject: Subject
    name: str
    style: str
    place: str
    body: Markup
    code: bool
    notes: tuple[str, ...]
    """What the words do not show."""
    other: str = ""
    """The id of the other place of what was moved."""
    other_title: str = ""
    pictures: tuple[str, ...] = ()
    """The old and the new picture, as data."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Passages between changes that did not change."""

    bodies: tuple[Markup, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that did not change: where in the chapter one is."""

    body: Markup


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter that changed."""

    id: str
    title: str
    path: str
    labels: tuple[str, ...]
    """`新章`, `改名 a.md → b.md`, ..."""
    count: Count
    bar: tuple[float, float, float]
    """Widths of what was added, removed and moved."""
    rows: tuple[Change | Rest | Heading, ...]
    is_facts: bool = False
    """It is no chapter but the facts of the book."""


def _chapters(review: Review) -> list[Chapter]:
    places = _places_of_moves(review)
    most = max((_weight(one.count) for one in review.changed), default=0)
    number = 0
    chapters: list[Chapter] = []
    for n, one in enumerate(review.changed, 1):
        rows: list[Change | Rest | Heading] = []
        stretches = list(_stretches(one.passages))
        for passages in stretches:
            if passages[0].kind is Kind.SAME:
                rows += _unchanged(passages, passages is stretches[-1])
                continue
            for passage in passages:
                number += bool(passage.count.places)
                subject = Subject.FACT if one.section.id == FACTS else passage.subject
                rows.append(_change(passage, number, places, subject))
        scale = BAR / (most or 1)
        bar = (one.count.added * scale, one.count.removed * scale, one.count.moved * scale)
        section = one.section
        facts = section.id == FACTS
        labels = _labels(one, places)
        chapters.append(Chapter(f"ch{n}", section.title, section.path, labels, one.count, bar, tuple(rows), facts))
    return chapters


def _weight(count: Count) -> int:
    return count.added + count.removed + count.moved


def _stretches(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    for _, group in groupby(passages, key=lambda passage: passage.kind is Kind.SAME):
        yield list(group)


def _labels(one: Comparison, places: Places) -> tuple[str, ...]:
    """What happened to a chapter as a whole."""
    labels = {"added": ["新章"], "removed": ["删去的章"], "kept": []}[one.fate]
    if one.renamed:
        labels.append(f"改名 {one.renamed}")
    if one.shifted:
        labels.append("换了次序")
    for fate, here, there, name in MOVES:
        if one.fate is fate and (titles := _titles(one, here, there, places)):
            labels.append(f"{name}{'、'.join(titles)}")
    if away := sum(passage.kind is Kind.MOVED_AWAY for passage in one.passages):
        labels.append(f"移走 {away} 段")
    return tuple(labels)


MOVES = (
    (Fate.ADDED, Kind.MOVED_HERE, Kind.MOVED_AWAY, "拆自"),
    (Fate.REMOVED, Kind.MOVED_AWAY, Kind.MOVED_HERE, "并入"),
)
MOSTLY = 0.5
"""The part of a chapter that has to come from others for it to be split off, not new."""


def _titles(one: Comparison, here: Kind, there: Kind, places: Places) -> list[str]:
    """The chapters that most of a chapter came from, or went to."""
    moved = [passage for passage in one.passages if passage.kind is here]
    size = sum(passage.unit.size for passage in moved)
    if size < MOSTLY * sum(passage.unit.size for passage in one.passages if passage.kind is not Kind.SAME):
        return []
    return list(dict.fromkeys(f"“{places[passage.move, there][1]}”" for passage in moved))


def _places_of_moves(review: Review) -> Places:
    """The id and the chapter of either place of each move."""
    places: Places = {}
    number = 0
    for one in review.changed:
        for passage in one.passages:
            number += bool(passage.count.places)
            if passage.move:
                places[passage.move, passage.kind] = (_id(passage, number), one.section.title)
    return places


def _id(passage: Passage, number: int) -> str:
    return f"from{passage.move}" if passage.kind is Kind.MOVED_AWAY else f"c{number}"


Places = dict[tuple[int, Kind], tuple[str, str]]
"""The number of a move and which end of it -> the id of the passage, the title of its chapter."""


def _change(passage: Passage, number: int, places: Places, subject: Subject) -> Change:
    kind = passage.kind
    away = kind is Kind.MOVED_AWAY
    unit = passage.old[0] if away else passage.unit
    other, title = places.get((passage.move, Kind.MOVED_HERE if away else Kind.MOVED_AWAY), ("", ""))
    own = places.get((passage.move, kind), ("", ""))[1]
    return Change(
        id=_id(passage, number),
        number=0 if away else number,
        kind=kind,
        subject=subject,
        name="换图" if kind is Kind.STYLED and passage.pictures else NAMES[kind],
        style=unit.style,
        place=str(unit.place) if unit.place.path else "",
        body=_body(passage.pieces),
        code=unit.code,
        notes=tuple(_notes(passage)),
        other=other,
        other_title="本章" if title == own else f"“{title}”",
        pictures=tuple(_pictures(passage)),
    )


def _notes(passage: Passage) -> Iterator[str]:
    if passage.kind is Kind.MOVED_AWAY:
        return
    if passage.restyled:
        yield passage.restyled
    yield from dict.fromkeys(piece.restyled for piece in passage.pieces if piece.restyled)
    if passage.pictures:
        yield "同名的另一张图" if passage.pictures[0].key == passage.pictures[1].key else "另一张图"


def _pictures(passage: Passage) -> Iterator[str]:
    images: tuple[Image, ...] = passage.pictures or ()
    if all(len(image.data) <= LARGEST_PICTURE for image in images):
        yield from (data_address(image).decode() for image in images)


def _unchanged(passages: Sequence[Passage], last: bool) -> Iterator[Rest | Heading]:
    """What did not change is folded away, but for the heading that the next change stands under."""
    shown = [] if last else [n for n, passage in enumerate(passages) if _is_heading(passage.unit)][-1:]
    at = shown[0] if shown else len(passages)
    yield from _folded(passages[:at])
    if shown:
        yield Heading(_body(passages[at].pieces))
        yield from _folded(passages[at + 1 :])


def _folded(passages: Sequence[Passage]) -> Iterator[Rest]:
    told = [passage for passage in passages if passage.unit.style != CHAPTER_TITLE]
    if told:
        yield Rest(tuple(_body(passage.pieces) for passage in told), sum(passage.unit.size for passage in told))


def _is_heading(unit: Unit) -> bool:
    return unit.style.endswith("级标题")


# Words as HTML --------------------------------------------------------------------------------------------------------


def _body(pieces: Sequence[Piece]) -> Markup:
    return Markup("").join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> Markup:
    body = Markup("").join(_run(marks, list(words), piece.turn) for marks, words in groupby(piece.words, _word_marks))
    if piece.turn is Turn.IN:
        return Markup("<ins>{}</ins>").format(body)
    if piece.turn is Turn.OUT:
        return Markup("<del>{}</del>").format(body)
    return (
        Markup('<span class="restyled" title="{}">{}</span>').format(piece.restyled, body) if piece.restyled else body
    )


def _word_marks(word: Word) -> tuple[str, ...]:
    return word.marks


def _run(marks: tuple[str, ...], words: Sequence[Word], turn: Turn) -> Markup:
    """Words with one markup."""
    if SIGN in marks:
        return Markup("").join(_sign(word, turn) for word in words)
    text = "".join(word.text + " " * word.gap for word in words)
    space = " " if text.endswith(" ") and marks else ""
    body: Markup = escape(text.removesuffix(space) if space else text)
    for mark in reversed(marks):
        body = _marked(mark, body)
    return body + space


def _sign(word: Word, turn: Turn) -> Markup:
    if word.text in (PILCROW, "\n"):
        shown = "" if turn is Turn.SAME else PILCROW if word.text == PILCROW else "↵"
        return Markup('<span class="sign">{}</span><br>').format(shown)
    tag = "sup" if "note" in word.marks else "span"
    return Markup('<{0} class="sign">{1}</{0}>{2}').format(Markup(tag), word.text, " " * word.gap)


def _marked(mark: str, body: Markup) -> Markup:
    name, _, value = mark.partition(":")
    if tag := TAGS.get(mark):
        return Markup("<{0}>{1}</{0}>").format(Markup(tag), body)
    if name == "link":
        return Markup('<span class="link" title="{}">{}</span>').format(value, body)
    if name == "lang":
        return Markup('<span lang="{}">{}</span>').format(value, body)
    if name == "ruby":
        return Markup("<ruby>{}<rt>{}</rt></ruby>").format(body, value)
    return Markup('<span class="{}">{}</span>').format(mark if mark in UNDER else "marked", body)


# The page -------------------------------------------------------------------------------------------------------------


def _html(review: Review, chapters: Sequence[Chapter], names: tuple[str, str], layout: Sequence[str]) -> str:
    """One page: no other file, no other host; it can be read without its script."""
    old, new = names
    environment = standing_alone("review")
    environment.filters["figures"] = figures
    style = environment.get_template("review.css.j2").render()
    script = environment.get_template("review.js.j2").render()
    return environment.get_template("review.html.j2").render(
        review=review,
        total=review.count,
        chapters=chapters,
        old=old,
        new=new,
        layout=layout,
        bar=BAR,
        subjects=_told(chapters, SUBJECTS, lambda change: change.subject),
        kinds=_told(chapters, NAMES, lambda change: change.kind),
        fingerprint=fingerprint(old, new, *(str(row) for chapter in chapters for row in chapter.rows)),
        kind_of=_kind_of,
        unchanged=[one.section for one in review.comparisons if not one.changed and one.section.id != FACTS],
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'",
    )


def _told(
    chapters: Sequence[Chapter], names: Mapping[Any, str], of: Callable[[Change], str]
) -> list[tuple[str, str, int]]:
    """What a filter may choose: its key, its name, how many there are."""
    rows = [row for chapter in chapters for row in chapter.rows if isinstance(row, Change) and row.number]
    counts = Counter(map(of, rows))
    return [(str(key), name, counts[key]) for key, name in names.items() if counts[key]]


def _kind_of(row: Change | Rest | Heading) -> str:
    return type(row).__name__.lower()


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def figures(number: int) -> str:
    """`12 345`: groups of three, with a narrow space that does not break (GB/T 15835-2011, 4.2.2)."""
    return f"{number:,}".replace(",", "\u202f")


# The summary ----------------------------------------------------------------------------------------------------------


def _summary(review: Review, chapters: Sequence[Chapter], names: tuple[str, str], layout: Sequence[str]) -> str:
    """Markdown that is short and safe to post: nothing in it links, mentions or formats but what is meant to."""
    count = review.count
    lines = [f"# {_plain(f'《{review.title}》改稿：{names[0]} → {names[1]}')}", ""]
    pages = ["", "## 版面", "", *(f"- {line}" for line in layout)] if layout else []
    if not chapters:
        return "\n".join([*lines, "文字没有改动。", *pages, ""])
    lines += [
        f"{count.places} 处改动：{_sum(count)}。",
        "",
        "| 章 | 文件 | 处 | 加 | 删 | 移 |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for one in chapters:
        name = "，".join([one.title or "（无题）", *one.labels])
        row = (_plain(name), _plain(one.path), one.count.places, one.count.added, one.count.removed, one.count.moved)
        lines.append("| " + " | ".join(map(str, row)) + " |")
    return "\n".join([*lines, "", *_quoted(review), *pages, ""])


def _sum(count: Count) -> str:
    named = (("加", count.added), ("删", count.removed), ("移", count.moved))
    return "，".join(f"{name} {number} 字" for name, number in named if number) or "字数未变"


def _quoted(review: Review) -> Iterator[str]:
    passages = [p for one in review.changed for p in one.passages if p.kind not in (Kind.SAME, Kind.MOVED_AWAY)]
    for passage in passages[:LISTED]:
        unit = passage.unit
        place = f"{unit.place}，" if unit.place.path else ""
        yield f"- {NAMES[passage.kind]}（{_plain(place + unit.style)}）：{_excerpt(passage)}"
    if len(passages) > LISTED:
        yield ""
        yield f"另有 {len(passages) - LISTED} 处，见 review.html。"


def _excerpt(passage: Passage) -> str:
    """The first change of a passage with a few words around it, and what follows close by."""
    if notes := "，".join(_notes(passage)):
        return _plain(notes)
    pieces = passage.pieces
    first = next((n for n, piece in enumerate(pieces) if piece.turn is not Turn.SAME), 0)
    parts = []
    if first:
        before = _text(pieces[first - 1])
        parts.append(_plain(("…" if len(before) > AROUND else "") + before[-AROUND:]))
    for n, piece in enumerate(pieces[first:], first):
        text = _text(piece)
        if piece.turn is Turn.SAME and n > first:
            on = n + 1 < len(pieces) and len(text) <= 2 * AROUND and sum(map(len, parts)) < QUOTED
            parts.append(_plain(text if on else _short(text, AROUND)))
            if not on:
                break
            continue
        tag = {Turn.IN: "ins", Turn.OUT: "del"}.get(piece.turn)
        shown = _plain(_short(text, QUOTED))
        parts.append(f"<{tag}>{shown}</{tag}>" if tag else shown)
    return "".join(parts)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"


def _text(piece: Piece) -> str:
    return "".join(word.text + " " * word.gap for word in piece.words).replace("\n", "↵")


SPECIAL = re.compile(r"([\\`*_\[\]#|~<>&$])")


def _plain(text: str) -> str:
    """Words as nothing but words in Markdown: no markup, no mention of a person, no reference to an issue."""
    return SPECIAL.sub(r"\\\1", re.sub(r"(?<=[@#])(?=\w)", "\u2060", text.replace("\n", " ")))
