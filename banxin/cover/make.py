"""The covers of a book: what its finished PDF says of its thickness, and what cover.yaml asks for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf

from banxin import build, machine, setting, write
from banxin.book import Artifact, Book, Edition, Imprint, Meta
from banxin.build import SILENT, Order, Watcher
from banxin.cover import barcode, draw
from banxin.cover.draw import Texts
from banxin.cover.settings import CoverSpec
from banxin.errors import Level, Problem, stop_on_errors, with_warnings
from banxin.load import Manuscript
from banxin.preflight import beside
from banxin.preflight import isbn as numbers
from banxin.preflight.beside import Preflight
from banxin.preflight.job import Brief
from banxin.preflight.origin import Origin, origin_of
from banxin.render import begin
from banxin.render.press import Press
from banxin.workers import workers


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    written: tuple[Path, ...]
    problems: tuple[Problem, ...]
    said: tuple[str, ...]
    """For the author: how many pages, how wide a spine."""
    preflights: tuple[Preflight, ...] = ()
    """Of each cover; their reports stand beside them."""


def make(order: Order, watcher: Watcher = SILENT) -> Made:
    """Make the cover of every edition. The printed book is made for it, or taken from the cache, to count its pages.

    Raises:
        BanxinError: as each stage of a build says.
    """
    order = replace(order, formats=("pdf",), profile="print", only="")
    problems = list(machine.preload())
    artifacts: list[Artifact] = []
    said: list[str] = []
    origins: dict[str, Origin] = {}
    with with_warnings(problems), workers(order.jobs, "") as call:
        forme = build.impose(order, watcher)
        problems += forme.book.problems
        manuscript = forme.manuscript
        waiting = [(press, begin("pdf", press, call, watcher.laid)) for press in build.each_edition(forme, watcher)]
        for press, wait in waiting:
            problems += [*press.book.problems, *_faults(manuscript, press)]
            watcher.stage(f"{press.edition.name} 封面")
            pages = _pages(wait())
            artifacts.append(draw.render(press, manuscript.cover, pages, texts(manuscript, press)))
            said.append(_told(press, manuscript.cover, pages))
            facts = replace(press.book.meta, copyright=Imprint())  # a cover has no copyright page
            origins[artifacts[-1].path] = origin_of(forme.book, facts, manuscript.config.path)
        brief = _brief(manuscript)
        looked = beside.preflights(artifacts, brief, origins)
        problems += [problem for one in looked for problem in one.problems()]
        if order.strict:
            stop_on_errors([replace(problem, level=Level.ERROR) for problem in dict.fromkeys(problems)])
        reports = [page for one in looked for page in one.pages]
        written = write.write([*artifacts, *reports], order.out)[: len(artifacts)]
    return Made(tuple(written), tuple(dict.fromkeys(problems)), tuple(said), tuple(looked))


def _brief(manuscript: Manuscript) -> Brief:
    """What a print shop asks of it: one sheet is no signature, and has the bleed that cover.yaml asks for."""
    brief = beside.brief_of(manuscript.config.print)
    bleed = brief.bleed if manuscript.cover.bleed is None else manuscript.cover.bleed
    return replace(brief, bleed=bleed, signature=0)


def _pages(book: Sequence[Artifact]) -> int:
    with pikepdf.open(io.BytesIO(book[0].data)) as file:
        return len(file.pages)


def _told(press: Press, spec: CoverSpec, pages: int) -> str:
    flat = draw.laid(press, spec, pages)
    mm = [f"{length * 25.4 / 72:.1f}" for length in (flat.spine, flat.width, flat.height)]
    paper = "" if spec.spine_width is not None or spec.thickness is not None else f"，{spec.paper}"
    return f"{press.edition.name}：{pages} 页{paper}，书脊 {mm[0]} 毫米，展开 {mm[1]} × {mm[2]} 毫米"


def _faults(manuscript: Manuscript, press: Press) -> list[Problem]:
    """What a barcode cannot be made of."""
    isbn, config = press.book.meta.isbn, manuscript.config
    own = config.editions.get(press.edition.name)
    keys = ("editions", press.edition.name, "isbn") if own and own.isbn else ("isbn",)
    if not isbn or barcode.thirteen(isbn) or not manuscript.cover.barcode.show:
        return []
    digits = "".join(c for c in isbn if c.isdecimal())
    right = f"末位应当是 {numbers.check_digit(digits[:12])}；" if len(digits) == 13 else ""
    hint = f"{right}对一对书号通知单，写 978 或 979 开头的十三位。"
    return [Problem(config.place_of(*keys), f"这个 ISBN 做不成条码：{isbn}", hint, Level.WARNING)]


def texts(manuscript: Manuscript, press: Press) -> Texts:
    """The words of cover.yaml in the words of an edition, a paragraph a line."""
    spec = manuscript.cover
    own = {"back": spec.text.splitlines(), "words": list(spec.words),
           "front-flap": spec.front_flap.splitlines(), "back-flap": spec.back_flap.splitlines()}  # fmt: skip
    found = {name: _in_edition(manuscript, press.edition, [line for line in lines if line.strip()])
             for name, lines in own.items()}  # fmt: skip
    if not found["back"] and press.book.meta.description:
        found["back"] = (press.book.meta.description,)
    return found


def _in_edition(manuscript: Manuscript, edition: Edition, lines: Sequence[str]) -> tuple[str, ...]:
    """Lines, converted and typeset."""
    if not lines:
        return ()
    small = Book(Meta("", language=manuscript.book.meta.language, keywords=tuple(lines)), ())
    return setting.set_type(manuscript, small, edition).meta.keywords
