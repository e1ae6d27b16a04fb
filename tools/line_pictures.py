"""`python -m tools.line_pictures`: draws the pictures of the handbook's chapter on lines, each by banxin itself.

A picture is some panels side by side or one above the other: the same words, set by different settings. Each is laid
out as a small page, drawn by poppler (`pdftocairo`), and put into one SVG.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from banxin import fonts
from banxin.compose.settings import Em, Gap, Kinsoku, Punctuation, Settings

FOLDER = Path(__file__).parent.parent / "manuscript" / "images"
LANGUAGE = "zh-Hans"
EM, PITCH, GUTTER = 16, 26, 20
"""px: the size of the words, their line pitch, the space around a panel."""
PX_PER_PT = 4 / 3
SHOWN = 0.8
"""So large is a picture where nobody says how large: its words are then as large as the handbook's."""
GROUND = "#f5f3ee"
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"


@dataclass(frozen=True, slots=True)
class Panel:
    """One setting of the words."""

    label: str
    settings: Settings | None = Settings()
    """None: WeasyPrint as it comes."""
    css: str = ""
    html: str = ""
    """Other words than the picture's."""
    filled: bool = False
    """Whether each line is filled, whatever the next ones are."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The same words in some panels."""

    name: str
    html: str
    ems: float
    """The measure."""
    panels: Sequence[Panel]
    across: int = 2
    """Panels side by side."""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel as SVG."""

    width: float
    height: float
    """px."""
    defs: list[ET.Element] = field(default_factory=list)
    shapes: list[ET.Element] = field(default_factory=list)


MARKS = "“他说：‘好。’（然后走了。）”《说文》、《尔雅》……"
ENGLISH = "排字的人管它叫typography，管断开单词叫hyphenation，管字与字之间的距离叫letterspacing，这些词都不短。"
LINES = "".join(f'<i style="top: {n * PITCH + PITCH - 6}px"></i>' for n in range(9))
PLATE = "刻工把梨木的脾气刻成了后来人眼里的宋体。一天两百字，错一个要赔一块板。"
COLUMNS = (
    f'<div class="lines">{LINES}</div>'
    f'<div class="columns"><p>{PLATE}</p><h4>梨木</h4><p>{PLATE[:20]}</p><p>{PLATE}{PLATE[:33]}</p></div>'
)
GRID_CSS = f"""
.lines {{ position: absolute; inset: 0 }}
.lines i {{ position: absolute; left: 0; right: 0; border-top: .5px solid #c9a08f }}
.columns {{ columns: 2; column-gap: 2em; column-fill: auto; height: {9 * PITCH}px; --grid: {PITCH}px {PITCH}px }}
h4 {{ margin: 0; padding: 7px 0; font: 600 18px/24px sans-serif; text-indent: 0; break-after: avoid }}
"""

PICTURES = (
    Picture(
        "line-justify",
        "<p>版心排一段话，先把各种断法都算一遍，挑总账最合算的；“GPT-4o”这样的词、2026年这样的数，都不拆开。</p>",
        14,
        (Panel("不调整", None), Panel("排齐")),
    ),
    Picture(
        "line-kinsoku",
        "<p>避头尾是一条老规矩了，点号不许站到行首来（括号的前一半）也不许留在行尾。</p>",
        10,
        (Panel("kinsoku: none", Settings(kinsoku=Kinsoku.NONE)), Panel("kinsoku: gb")),
    ),
    Picture(
        "line-punctuation",
        f"<p>{MARKS}</p>",
        27,
        tuple(Panel(f"punctuation: {style}", Settings(punctuation=style)) for style in reversed(Punctuation)),
        across=1,
    ),
    Picture(
        "line-gap",
        "<p>用Markdown写一本200页的书，再用Git管它。</p>",
        25,
        (
            Panel("不留空", Settings(gap=Gap(Em(0), Em(0), Em(0.5)))),
            Panel("natural: 0.25"),
            Panel("natural: 0.5", Settings(gap=Gap(Em(0.5), Em(0.125), Em(0.5)))),
        ),
        across=1,
    ),
    Picture(
        "line-plan",
        "<p>逐行断的毛病，是前面的行不肯让：明明少排一个字，后面的banxin@example.org就不必把整行撑开了。"
        "整段一起断的，前面先让一步。</p>",
        17,
        (Panel("一行一行地断", filled=True), Panel("整段一起断")),
    ),
    Picture(
        "line-lone",
        "<p>每一段的最后一行，不论多短，总要有两个字才站得稳，落了单就成了孤字。</p>",
        11,
        (Panel("孤字", None), Panel("至少两个字")),
    ),
    Picture(
        "line-hyphenate",
        f"<p>{ENGLISH}</p>",
        11,
        (Panel("hyphenate: false", Settings(hyphenate=False)), Panel("hyphenate: true")),
    ),
    Picture(
        "line-indent",
        "<p>“段首的引号，前一半是空的。”缩进之外再空半字，看上去就像缩了两字半。</p>",
        13,
        (Panel("trim-indent: false"), Panel("trim-indent: true", Settings(trim_indent=True))),
        css="p { text-indent: 2em }",
    ),
    Picture(
        "line-grid",
        COLUMNS,
        20,
        (Panel("grid: false", css=".columns { --grid: none }"), Panel("grid: true")),
        css=GRID_CSS,
    ),
)


def main() -> int:
    """Draw them all."""
    prepare()
    for picture in PICTURES:
        path = FOLDER / f"{picture.name}.svg"
        path.write_text(draw(picture), "utf-8", newline="\n")
        print(f"{path.name}：{path.stat().st_size // 1024} KB")
    return 0


def prepare() -> None:
    """The fonts are there, and no others."""
    fonts.ensure([LANGUAGE], print)
    fonts.activate()


def draw(picture: Picture) -> str:
    """The picture as SVG."""
    drawn = [_panel(picture, panel) for panel in picture.panels]
    width, height = max(each.width for each in drawn), max(each.height for each in drawn)
    columns, rows = picture.across, -(-len(drawn) // picture.across)
    full = width * columns + GUTTER * (columns + 1), height * rows + GUTTER * (rows + 1) * 0.75
    root = ET.Element(f"{{{SVG}}}svg", {"viewBox": f"0 0 {full[0]:g} {full[1]:g}"})
    root.attrib |= {"width": f"{full[0] * SHOWN:g}", "height": f"{full[1] * SHOWN:g}"}
    ET.SubElement(root, f"{{{SVG}}}rect", {"width": "100%", "height": "100%", "fill": GROUND})
    for n, each in enumerate(drawn):
        x = GUTTER + n % columns * (width + GUTTER)
        y = GUTTER * 0.75 + n // columns * (height + GUTTER * 0.75)
        group = ET.SubElement(root, f"{{{SVG}}}g", {"transform": f"translate({x:g} {y:g}) scale({PX_PER_PT:.6f})"})
        group.extend(each.shapes)
    _share(root, [each.defs for each in drawn])
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return _short(ET.tostring(root, encoding="unicode")) + "\n"


def _panel(picture: Picture, panel: Panel) -> Drawn:
    import weasyprint

    from banxin.compose.patch import composing

    number = picture.panels.index(panel)
    with ExitStack() as stack:
        if panel.settings is not None:
            stack.enter_context(composing(panel.settings))
        if panel.filled:
            stack.enter_context(_filling())
        high = _page(picture, panel, 2000)
        body = weasyprint.HTML(string=high).render().pages[0]._page_box.children[0].children[0]
        width, height = picture.ems * EM + 8, float(body.height)
        pdf = weasyprint.HTML(string=_page(picture, panel, height)).write_pdf()
    return _svg(pdf, f"p{number}-", width, height)


@contextmanager
def _filling() -> Iterator[None]:
    """Each line is filled, whatever the next ones are: what a plan of the whole paragraph is better than."""
    from banxin.compose.plan import Planner

    def fill(planner: Planner, start: int = 0, first: bool = True) -> list[int]:
        breaks, path = planner.breaks, [start]
        while path[-1] < len(breaks.leave) - 1:
            i = path[-1]
            end = breaks.enter[i] + planner.measure.room(first and i == start)
            later = range(i + 1, len(breaks.leave))
            path.append(max((k for k in later if breaks.leave[k] <= end and not breaks.penalty[k]), default=i + 1))
        return path

    plan = Planner.plan
    setattr(Planner, "plan", fill)  # noqa: B010 (mypy has no name for what is put in place of a method)
    try:
        yield
    finally:
        setattr(Planner, "plan", plan)  # noqa: B010


def _page(picture: Picture, panel: Panel, height: float) -> str:
    width = picture.ems * EM
    sans, serif = (", ".join(f'"{name}"' for name in fonts.stack(role, LANGUAGE)) for role in ("sans", "serif"))
    return f"""<!DOCTYPE html><html lang="{LANGUAGE}"><meta charset="utf-8"><style>
@page {{ size: {width + 8}px {height}px; margin: 0 }}
html {{ font: {EM}px/{PITCH}px {serif}; font-variant-numeric: lining-nums }}
body {{ margin: 0; text-align: justify }}
.label {{ height: {PITCH}px; font: 11px/{PITCH - 6}px {sans}; color: #555; text-align: left }}
.words {{ position: relative; width: {width}px; padding: 0 3px; border: solid #b9b2a4; border-width: 0 1px }}
p {{ margin: 0 }}
{picture.css}{panel.css}
</style><body><div class="label">{panel.label}</div><div class="words">{_words(picture, panel)}</div>"""


def _words(picture: Picture, panel: Panel) -> str:
    return panel.html or picture.html


def _svg(pdf: bytes, prefix: str, width: float, height: float) -> Drawn:
    """What poppler draws of a page; ids take a prefix, so that panels do not share them."""
    program = shutil.which("pdftocairo")
    if program is None:
        sys.exit("缺 pdftocairo（poppler-utils）")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.pdf"), Path(folder, "a.svg")
        source.write_bytes(pdf)
        subprocess.run([program, "-svg", str(source), str(target)], check=True)
        text = target.read_text("utf-8")
    root = ET.fromstring(re.sub(r'(id="|"#|url\(#)', rf"\g<1>{prefix}", text))
    parts = list(root)
    defs = [child for part in parts if part.tag == f"{{{SVG}}}defs" for child in part]
    return Drawn(width, height, defs, [part for part in parts if part.tag != f"{{{SVG}}}defs"])


def _share(root: ET.Element, defs: Sequence[Sequence[ET.Element]]) -> None:
    """Put every outline into the picture once, however many panels have it."""
    shared = ET.Element(f"{{{SVG}}}defs")
    names: dict[str, str] = {}
    outlines: dict[str, str] = {}
    for symbol in (each for panel in defs for part in panel for each in part.iter()):
        path = symbol.find(f"{{{SVG}}}path")
        if not symbol.get("id") or symbol.tag not in (f"{{{SVG}}}symbol", f"{{{SVG}}}g"):  # by cairo's version
            continue
        outline = "" if path is None else path.get("d", "").strip()
        names[f"#{symbol.get('id')}"] = outlines.setdefault(outline, f"g{len(outlines)}")
    for parent in list(root.iter()):
        for use in parent.findall(f"{{{SVG}}}use"):
            name = names[use.get(f"{{{XLINK}}}href", "")]
            use.set(f"{{{XLINK}}}href", f"#{name}")
            if name == outlines.get(""):  # a space
                parent.remove(use)
    for outline, name in outlines.items():
        ET.SubElement(shared, f"{{{SVG}}}path", {"id": name, "d": re.sub(r" ?([MLHVCZ]) ?", r"\1", outline)})
    shared.extend(clip for panel in defs for part in panel for clip in part.iter(f"{{{SVG}}}clipPath"))
    root.insert(0, shared)


def _short(text: str) -> str:
    """Hundredths of a point are enough, and nobody indents."""
    text = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), text)
    return re.sub(r">\s+<", "><", text)


def places(svg: str) -> list[tuple[float, float]]:
    """Where the glyphs of a picture stand in their panels, pt; in the order of drawing."""
    return [(float(use.get("x", 0)), float(use.get("y", 0))) for use in ET.fromstring(svg).iter(f"{{{SVG}}}use")]


if __name__ == "__main__":
    sys.exit(main())
