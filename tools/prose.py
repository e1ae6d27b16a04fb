"""Mixed prose for comparing line composers: the same text as HTML, as Typst, and as plain paragraphs.

It leans on the sentences of the long book and adds what composers stumble over: adjacent marks, also across the borders
of emphasis; dates, money, units, numbered chapters; note marks; names with a dot inside; Latin words, whole Latin
sentences, and the odd typed space between Han and Latin. There are no blocks but paragraphs, so that every line counts.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from tools import long_book
from tools.long_book import Pen, Writer

SEED = 20261126

NAMES = ("列奥纳多·达·芬奇", "加西亚·马尔克斯", "弗吉尼亚·伍尔夫", "约翰内斯·古腾堡", "陈·玛丽")
SENTENCES = (
    "A paragraph is composed as a whole, or it is not composed at all.",
    "The compositor adjusts what the reader should never notice.",
    "Every justified line distributes its discrepancy somewhere.",
    "Hyphenation is the price of an even texture.",
    "Nobody remembers the typographer of a comfortable book.",
    "Good margins cost nothing but paper.",
    "What looks accidental was usually measured twice.",
)
WORDS = ("typography", "justification", "hyphenation", "paragraph", "measure", "baseline", "kerning", "ligature")
UNITS = ("kg", "km", "mm", "MB", "GB", "kHz")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style."""

    text: str
    style: str = ""
    """Nothing, `strong` or `sup`."""


Paragraph = tuple[Run, ...]


# Sentences; `<…>` is strong, `^…^` a note mark ------------------------------------------------------------------------


def _dated(pen: Pen) -> str:
    year, month, day = pen.number(1900, 2026), pen.number(1, 12), pen.number(1, 28)
    return (
        f"{year}年{month}月{day}日，{pen.one(long_book.PEOPLE)}花了{pen.number(2, 99)}元，{pen.one(long_book.DEEDS)}。"
    )


def _priced(pen: Pen) -> str:
    thing, share = pen.one(long_book.THINGS), pen.number(1, 100)
    return f"{thing}标价￥{pen.number(5, 980)}，重{pen.number(2, 90)} {pen.one(UNITS[:1])}，{share}%的人嫌贵！？"


def _chaptered(pen: Pen) -> str:
    book = pen.one(long_book.BOOKS)
    return f"《{book}》（第{pen.number(1, 30)}章）说的也是这个：“{pen.one(long_book.TURNS)}”；见《〈{book}〉札记》。"


def _sized(pen: Pen) -> str:
    part, unit = pen.one(long_book.PARTS), pen.one(UNITS)
    return f"{part}从{pen.number(2, 40)} {unit}涨到{pen.number(41, 900)} {unit}，{pen.one(long_book.EFFECTS)}。"


def _stressed(pen: Pen) -> str:
    return f"{pen.one(long_book.PEOPLE)}说<“{pen.one(long_book.SAYINGS)}。”>，又说：<{pen.one(long_book.SAYINGS)}>。"


def _bracketed(pen: Pen) -> str:
    return f"<（{pen.one(long_book.TIMES)}）>“{pen.one(long_book.SAYINGS)}……”——{pen.one(long_book.PEOPLE)}没有说完。"


def _noted(pen: Pen) -> str:
    mark, virtue = pen.number(1, 99), pen.one(long_book.VIRTUES)
    return f"{pen.one(long_book.TOPICS)}是{virtue}^[{mark}]^，{pen.one(long_book.TURNS)}。"


def _named(pen: Pen) -> str:
    return f"{pen.one(NAMES)}也写过{pen.one(long_book.TOPICS)}，{pen.one(NAMES)}没有；{pen.one(long_book.TURNS)}。"


def _quoted(pen: Pen) -> str:
    return f"书里夹着一张字条：“{pen.one(SENTENCES)}”{pen.one(long_book.PEOPLE)}不懂{pen.one(WORDS)}是什么意思。"


def _worded(pen: Pen) -> str:
    words = f"{pen.one(WORDS)} {pen.one(WORDS)}"
    version = f"{pen.one(long_book.LATIN)} {pen.number(1, 9)}.{pen.number(0, 9)}"
    return f"英文里的{words}，在{version} 里归{pen.one(long_book.PARTS)}管。"


def _paused(pen: Pen) -> str:
    return f"{pen.one(long_book.PLACES)}……{pen.one(long_book.SAYINGS)}——{pen.one(long_book.TURNS)}！"


OWN: Sequence[Writer] = (
    _dated, _priced, _chaptered, _sized, _stressed, _bracketed, _noted, _named, _quoted, _worded, _paused,
)  # fmt: skip
KINDS: Sequence[Sequence[Writer]] = (
    long_book.NOVEL,
    long_book.ESSAY,
    long_book.DIALOGUE,
    long_book.TECHNICAL,
    (*OWN, *long_book.NOVEL),
    (*OWN, *long_book.ESSAY),
)


def write(characters: int = 200_000, seed: int = SEED) -> list[Paragraph]:
    """At least so many characters of prose, the same for the same seed."""
    pen = Pen(seed)
    paragraphs: list[Paragraph] = []
    length = 0
    while length < characters:
        runs = _runs(pen.sentences(KINDS[pen.number(0, len(KINDS) - 1)], 1, 6))
        paragraphs.append(runs)
        length += len(plain(runs))
    return paragraphs


def _runs(text: str) -> Paragraph:
    runs: list[Run] = []
    words = ""
    style = ""
    for character in text.replace("`", ""):
        after = {"<": "strong", ">": "", "^": "" if style else "sup"}.get(character)
        if after is None:
            words += character
            continue
        if words:
            runs.append(Run(words, style))
        words, style = "", after
    return (*runs, Run(words, style)) if words else tuple(runs)


# Forms ----------------------------------------------------------------------------------------------------------------


LATIN = 'regex("[\\u{20}-\\u{b6}\\u{b8}-\\u{24f}]")'
"""What Typst takes from the Latin face."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page, all lengths in pt: 28 characters x 27 lines on A5."""

    size: float = 10.5
    characters: int = 28
    pitch: float = 18.0
    rows: int = 27
    width: float = 420.0
    height: float = 594.0

    @property
    def measure(self) -> float:
        """Length of a line."""
        return self.size * self.characters

    @property
    def margins(self) -> tuple[float, float]:
        """Above and below, left and right."""
        return (self.height - self.rows * self.pitch) / 2, (self.width - self.measure) / 2


def plain(paragraph: Paragraph) -> str:
    """The words."""
    return "".join(run.text for run in paragraph)


def to_html(paragraphs: Sequence[Paragraph], sheet: Sheet, family: str) -> str:
    """A document for WeasyPrint; `family` is the value of font-family."""
    across, along = sheet.margins
    style = f"""
      @page {{ size: {sheet.width}pt {sheet.height}pt; margin: {across}pt {along}pt {across - 0.5}pt }}
      html {{ font: {sheet.size}pt/{sheet.pitch}pt {family} }}
      body {{ margin: 0; orphans: 2; widows: 2; text-align: justify }}
      p {{ margin: 0; text-indent: 2em }}
      strong {{ line-height: 1 }}
      sup {{ font-size: .64em; line-height: 0; vertical-align: .5em }}
    """
    body = "\n".join(f"<p>{''.join(map(_html, each))}</p>" for each in paragraphs)
    return f"<!DOCTYPE html><html lang=zh-Hans><meta charset=utf-8><title>文</title><style>{style}</style>{body}"


def _html(run: Run) -> str:
    text = html.escape(run.text, quote=False)
    return f"<{run.style}>{text}</{run.style}>" if run.style else text


def to_typst(paragraphs: Sequence[Paragraph], sheet: Sheet, latin: str, han: str) -> str:
    """A document for Typst.

    The Latin face gives letters and ASCII alone, as in banxin's own fonts: Typst's `latin-in-cjk` would take 《 》 from
    it. Marks do not hang (by default a dash stands out by 0.4 em), so that all are measured by one edge.
    """
    across, along = sheet.margins
    gap = sheet.pitch - sheet.size
    head = f"""
#set document(title: "文")
#set page(width: {sheet.width}pt, height: {sheet.height}pt, margin: (x: {along}pt, y: {across}pt))
#set text(font: ((name: "{latin}", covers: {LATIN}), "{han}"), size: {sheet.size}pt, lang: "zh", region: "cn",
  cjk-latin-spacing: auto, overhang: false, top-edge: 0.8em, bottom-edge: -0.2em)
#set par(justify: true, first-line-indent: (amount: 2em, all: true), leading: {gap}pt, spacing: {gap}pt)
#set super(typographic: false, size: 0.64em, baseline: -0.32em)
#show super: set text(top-edge: "baseline", bottom-edge: "baseline")
"""
    return head + "\n\n".join("".join(map(_typst, each)) for each in paragraphs) + "\n"


def _typst(run: Run) -> str:
    text = '"' + run.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    function = {"strong": "strong", "sup": "super"}.get(run.style)
    return f"#{function}({text})" if function else f"#{text}"
