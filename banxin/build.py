"""One build: load -> assemble -> convert -> typeset -> render -> write, for each edition and format."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from banxin import (
    assemble,
    cache,
    clock,
    config,
    convert,
    fonts,
    layout,
    machine,
    notes,
    render,
    setting,
    shops,
    write,
)
from banxin import load as loading
from banxin.book import Artifact, Book, Edition, Meta
from banxin.collector import resting, seldom
from banxin.compose.settings import Settings
from banxin.config import Config, CopyrightForm, EditionSpec, EpubMarks, PageSpec, Writing, compose_settings
from banxin.editions import edition_of
from banxin.errors import ConfigError, Faults, Level, Problem, stop_on_errors, with_warnings
from banxin.figures import fit
from banxin.figures.terms import terms_of
from banxin.layout import Layout
from banxin.load import Manuscript
from banxin.plates import order as platemaking
from banxin.plates.settings import Plates
from banxin.render import RENDERERS, begin, imprint
from banxin.render.press import Press, Sibling, Version
from banxin.workers import PRESS, Call, Wait, all_of, here, workers

if TYPE_CHECKING:
    from banxin.conversion.report import Pending
    from banxin.notes.bibliography import Bibliography
    from banxin.preflight.beside import Preflight
    from banxin.sheets.tally import Work
    from banxin.validate import Inquiry

DEFAULT_LAYOUTS = {True: "essay", False: "novel"}
"""By whether the book is one file."""
DOWNWARD = "-vertical"
"""Ends the name of a layout that is another's, with lines that run downward."""
NAMESPACE = uuid.UUID("6f1d9f6e-6a44-5d0c-9d5e-0b8f3a5c7e21")
BUILT = "built"
"""Of entries in the cache: that a book was built."""
EPUB = "EPUB"
"""Ends the label of an edition's EPUB."""
SAFE_NAME = re.compile(r"[\w][\w.-]*")


@dataclass(frozen=True, slots=True)
class Order:
    """What the author asks for."""

    path: Path
    formats: tuple[str, ...] = tuple(RENDERERS)
    editions: tuple[str, ...] = ()
    """Empty: the manuscript's own language, and every edition that book.yaml declares."""
    out: Path = Path("dist")
    profile: str = "screen"
    draft: bool = False
    strict: bool = False
    jobs: int = 2
    only: str = ""
    """A chapter or pages of the PDF; empty: the whole book."""
    shops: tuple[str, ...] = ()
    """Whose rules `check` asks; empty: those of book.yaml. `all`: of every shop that we know."""
    beside: tuple[str, ...] = ()
    """Editions that other builds make for the same folder: web editions link to them too."""
    validated: bool = True
    """Whether epubcheck looks at EPUBs, where it is."""


class Watcher(Protocol):
    """Hears how far a build is."""

    def stage(self, name: str) -> None:
        """A stage begins."""

    def step(self, name: str) -> None:
        """A chapter is read, a font is fetched."""

    def laid(self, work: Work) -> None:
        """Some more of a PDF is laid out."""


class Silent:
    """A watcher that says nothing."""

    def stage(self, name: str) -> None:
        """Nothing."""

    def step(self, name: str) -> None:
        """Nothing."""

    def laid(self, work: Work) -> None:
        """Nothing."""


SILENT = Silent()


@dataclass(frozen=True, slots=True)
class Result:
    """What a build gave."""

    written: tuple[Path, ...]
    problems: tuple[Problem, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
    """The id of a chapter -> its file in the manuscript."""
    slug: str = ""
    """What the names of all outputs begin with, before that of their edition."""
    preflights: tuple[Preflight, ...] = ()
    """Of the PDFs for a printer; their reports are written, too, beside what is in `written`."""
    inquiry: Inquiry | None = None
    """What epubcheck was asked of the EPUBs, which stand already: its `problems` waits for the answer."""


Hand = Callable[[Sequence[Artifact]], None]
"""Gets one edition in one format, as soon as it is made."""


def build(order: Order, watcher: Watcher = SILENT, pool: Call | None = None, hand: Hand | None = None) -> Result:
    """Build a book. Editions and formats are made side by side, `order.jobs` at a time.

    Args:
        order: what is asked for.
        watcher: hears how far it is.
        pool: workers that are there already; else there will be some for this build.
        hand: gets each edition and format before all are written.

    Raises:
        BanxinError: as each stage says; with `strict`, a ManuscriptError for warnings too. Where several editions or
            formats fail, one error tells all.
    """
    problems: list[Problem] = list(machine.preload()) if "pdf" in order.formats else []
    again = cache.key(BUILT, order.path.resolve(), order.formats, order.editions, order.profile)
    kept = cache.read(BUILT, again) is not None  # then little is to be done, unless all of it changed
    with with_warnings(problems), seldom(), _workers(order, pool, kept) as elsewhere, _inquiry(order) as inquiry:
        with resting():
            forme = impose(order, watcher)
        problems += forme.book.problems
        alone = "pdf" not in order.formats and len(forme.editions) * len(order.formats) == 1
        call = dict.fromkeys(order.formats, here if alone or kept else elsewhere) | {"pdf": elsewhere}
        results = {}
        metas: dict[str, Meta] = {}
        for press in each_edition(forme, watcher):
            problems += press.book.problems
            metas[press.edition.name] = press.book.meta
            for name in order.formats:
                label = f"{press.edition.name} {name.upper()}"
                results[label] = begin(name, press, call[name], watcher.laid)
        problems[:] = _heard(problems, forme.manuscript)
        if order.strict:
            problems += _heard(_undecided(_pending(forme)), forme.manuscript)
            stop_on_errors([replace(problem, level=Level.ERROR) for problem in dict.fromkeys(problems)])
        forme.manuscript.shelf.forget()
        artifacts = _artifacts(results, watcher, hand, inquiry)
        problems += _finished(artifacts, forme, watcher, inquiry)
        looked = _preflights(forme, metas, artifacts, watcher)
        problems += _told_of(looked, order.strict)
        watcher.stage("写入")
        reports = [page for one in looked for page in one.pages]
        written = write.write([*artifacts, *reports], order.out)[: -len(reports) or None]
        if not kept:
            cache.write(BUILT, again, b"")
        cache.trim()
        sources = {chapter.id: chapter.place.path for chapter in forme.book.chapters}
        told = tuple(dict.fromkeys(problems))
        return Result(tuple(written), told, sources, forme.manuscript.slug, tuple(looked), inquiry)


def _artifacts(
    results: Mapping[str, Wait], watcher: Watcher, hand: Hand | None, inquiry: Inquiry | None
) -> list[Artifact]:
    """Wait for every edition in every format; those that fail are told together. EPUBs come first where they are to be
    validated: that takes longest, and can go on beside all else.
    """
    made: dict[str, list[Artifact]] = dict.fromkeys(results, [])
    faults = Faults()
    for label in sorted(results, key=lambda label: bool(inquiry) and not label.endswith(EPUB)):
        watcher.stage(label)
        with faults.gathered():
            made[label] = results[label]()
            if inquiry:
                inquiry.ask(made[label])
            if hand:
                hand(made[label])
    faults.stop()
    return [artifact for label in results for artifact in made[label]]


def _preflights(
    forme: Forme, metas: Mapping[str, Meta], artifacts: Sequence[Artifact], watcher: Watcher
) -> list[Preflight]:
    """Look at what goes to a printer; proofs of some pages do not."""
    if forme.order.profile != "print" or forme.order.only or "pdf" not in forme.order.formats:
        return []
    from banxin.preflight import beside
    from banxin.preflight.origin import origin_of

    watcher.stage("印前检查")
    spec, slug = forme.manuscript.config, forme.manuscript.slug
    origins = {f"{slug}-{name}.pdf": origin_of(forme.book, meta, spec.path) for name, meta in metas.items()}
    return beside.preflights(artifacts, beside.brief_of(spec.print), origins)


@contextmanager
def _workers(order: Order, pool: Call | None, kept: bool) -> Iterator[Call]:
    """Those that are there, or some for this build; all of them, where a PDF is made from nothing."""
    pdf = "pdf" in order.formats
    jobs = order.jobs if pdf or not kept else 1  # little is to be done for others, where it was built before
    with nullcontext(pool) if pool else workers(jobs, PRESS if pdf else "", 1) as call:
        if pdf and not kept:
            all_of(call)
        yield call


def _inquiry(order: Order) -> AbstractContextManager[Inquiry | None]:
    """What asks epubcheck, where EPUBs are made and that is wanted; it takes long to load."""
    if not order.validated or "epub" not in order.formats:
        return nullcontext()
    from banxin import validate

    return validate.inquiry(order.jobs, order.strict) if validate.wanted() else nullcontext()


def _told_of(looked: Sequence[Preflight], strict: bool) -> list[Problem]:
    """What a preflight found, as warnings; with `strict`, as errors that stop the build."""
    problems = [problem for one in looked for problem in one.problems()]
    if strict:
        stop_on_errors([replace(problem, level=Level.ERROR) for problem in problems])
    return problems


@dataclass(frozen=True, slots=True)
class Forme:
    """What all editions of an order share: the manuscript, read and arranged, its look and its fonts."""

    order: Order
    manuscript: Manuscript
    book: Book
    """Arranged; its chapters are outlines."""
    editions: tuple[Edition, ...]
    together: tuple[Edition, ...]
    """Those that will stand in one folder, in the order in which a reader may choose."""
    look: Layout
    own: fonts.Own
    plates: Plates | None = None
    """The press, where a PDF is made for one."""


def made(order: Order, manuscript: Manuscript) -> list[Artifact]:
    """The formats of a manuscript that is read already, of which nothing is written.

    Raises:
        BanxinError: as each stage says.
    """
    problems = list(machine.preload()) if "pdf" in order.formats else []
    with with_warnings(problems), seldom(), workers(order.jobs, PRESS) as call:
        presses = list(each_edition(impose(order, SILENT, manuscript)))
        return [one for press in presses for name in order.formats for one in begin(name, press, call, SILENT.laid)()]


def impose(order: Order, watcher: Watcher, given: Manuscript | None = None) -> Forme:
    """Read and arrange a manuscript, and have its fonts.

    Args:
        given: the manuscript, where it is read already.

    Raises:
        BanxinError: as each stage says.
    """
    watcher.stage("读稿")
    options = loading.Options(draft=order.draft, jobs=order.jobs, outlines=True, meanwhile=partial(_load, order))
    manuscript = given or loading.load(order.path, options, watcher.step)
    with with_warnings(manuscript.book.problems):
        spec = manuscript.config
        names = order.editions or _all_editions(manuscript)
        known = {name: edition_of(spec, name, manuscript.book.meta.language) for name in [*names, *order.beside]}
        editions = tuple(known[name] for name in names)
        together = tuple(known[name] for name in order.beside or names)
        _check_names(manuscript.slug, names, manuscript)
        stop_on_errors(setting.script_problems(manuscript, manuscript.book))
        look = layout_of(manuscript)
        for edition in editions:  # says at once if it cannot be
            turned = layout_for(manuscript, edition, look)
            layout.geometry(_page(spec, turned, look), turned, spec.place_of("page"))
        printed = order.profile == "print" and "pdf" in order.formats
        plates = platemaking.plates(spec, look, manuscript.root) if printed else None
        watcher.stage("字体")
        own = own_fonts(manuscript)
        languages = {language for edition in editions for language in convert.languages(manuscript.book, edition)}
        fonts.ensure(languages, watcher.step, own)
        fonts.activate(own)
        watcher.stage("编排")
        book = arrange(manuscript, look, order.draft)
        book = replace(book, problems=(*book.problems, *setting.undecided(manuscript, book)))
        book = fit.fitted(book, terms_of(order.profile, plates) if "pdf" in order.formats else None)
    return Forme(order, manuscript, book, editions, together, look, own, plates)


def _load(order: Order) -> None:
    """Load what a chapter that changed will need."""
    import_module("banxin.typeset")
    render.load(order.formats)


def own_fonts(manuscript: Manuscript) -> fonts.Own:
    """The fonts that a book brings.

    Raises:
        ConfigError: one of them is none.
    """
    spec = manuscript.config
    wanted = {role: getattr(spec.fonts, role) for role in fonts.ROLES}
    return fonts.find(manuscript.root, wanted, lambda role: spec.place_of("fonts", role))


def presses(order: Order, watcher: Watcher = SILENT) -> Iterator[Press]:
    """Every edition of an order, ready for the renderers.

    Raises:
        BanxinError: as each stage says.
    """
    yield from each_edition(impose(order, watcher), watcher)


def each_edition(forme: Forme, watcher: Watcher = SILENT) -> Iterator[Press]:
    """Every edition, typeset and ready for the renderers; those that fail are told together, after the others.

    Raises:
        BanxinError: as each stage says.
    """
    faults = Faults()
    for edition in forme.editions:
        watcher.stage(f"{edition.name} 转换与排字")
        press = None
        with faults.gathered(), resting():
            press = _press(forme, edition)
        if press:
            yield press
    faults.stop()


def arrange(manuscript: Manuscript, look: Layout, draft: bool = False) -> Book:
    """Order, numbers, references and notes: what is the same in every edition."""
    spec = manuscript.config
    options = _options(manuscript, look)
    rules = assemble.Rules(
        chapters=_chosen(spec.numbering.chapters, options["chapter-numbers"]),
        sections=_chosen(spec.numbering.sections, options["section-numbers"]),
        figures=spec.numbering.figures,
        deepest=int(options["deepest-heading"]),
        draft=draft,
    )
    book = assemble.assemble(manuscript.book, layout.labels(manuscript.book.meta.language), rules)
    labels = layout.labels(manuscript.book.meta.language)
    if manuscript.entries:
        from banxin.notes import cites, styles  # as much to load as a twentieth of a book that did not change

        bibliography = _cited(manuscript, labels, draft)
        book = cites.cite(book, bibliography)
        book = replace(book, problems=(*book.problems, *styles.unheeded(spec, bibliography.style)))
    return notes.number(book, notes.all_series(spec, look.notes, labels["citations"]), spec.notes.side)


def _cited(manuscript: Manuscript, labels: Mapping[str, str], draft: bool) -> Bibliography:
    """What the book cites from, and how."""
    from banxin.notes import styles
    from banxin.notes.bibliography import Bibliography

    spec = manuscript.config
    style = styles.find(spec.citations, manuscript.root, spec.place_of("citations", "style"))
    place = spec.place_of("bibliography")
    return Bibliography(manuscript.entries, style, spec.citations, labels, place, draft)


def _press(forme: Forme, edition: Edition) -> Press:
    manuscript, order = forme.manuscript, forme.order
    look = layout_for(manuscript, edition, forme.look)
    edition = replace(edition, vertical=look.vertical)
    spec = manuscript.config
    counted = config.copyright_form(spec, edition) is CopyrightForm.MAINLAND
    book, pages = setting.Compositor(manuscript, edition, forme.own, order.draft, counted).set(forme.book)
    book = replace(book, meta=replace(book.meta, identifier=_identifier(manuscript, edition)))
    faults = [*imprint.problems(spec, book.meta)]
    stop_on_errors(faults, ConfigError)
    press = Press(
        book=book,
        edition=edition,
        pages=pages,
        layout=look,
        labels={**layout.labels(edition.language), "numbers": edition.numbers},
        slug=manuscript.slug,
        epoch=clock.epoch(book.meta.date),
        profile=order.profile,
        cover=book.images.get(book.meta.cover),
        options=_options(manuscript, look),
        page_spec=_page(spec, look, forme.look),
        bleed=spec.print.bleed,
        marks=spec.print.marks,
        signature=spec.print.signature,
        plates=forme.plates,
        accent=platemaking.accent_of(spec, look),
        enclosed=_enclosed(manuscript) if order.profile == "archive" else (),
        note_pictures=spec.notes.epub is EpubMarks.PICTURES,
        lines=_lines(spec, edition),
        own=forme.own,
        embed=str(spec.fonts.embed),
        paged=spec.epub.pages,
        gaps=spec.epub.gaps,
        conforms=str(spec.epub.conforms or ""),
        certifier=spec.epub.certifier,
        only=order.only,
        siblings=tuple(_sibling(other, forme.together) for other in forme.together if other.name != edition.name),
        versions=tuple(_versions(manuscript, edition)),
    )
    faults += imprint.unknown_paper(spec, press, layout.geometry(_page(spec, look, forme.look), look))
    return replace(press, book=replace(book, problems=(*book.problems, *faults)))


def _enclosed(manuscript: Manuscript) -> tuple[tuple[str, bytes], ...]:
    """The files that a PDF for an archive holds."""
    if not manuscript.config.archive.manuscript:
        return ()
    from banxin import enclosed  # few books do

    return tuple(enclosed.files(manuscript))


def _versions(manuscript: Manuscript, edition: Edition) -> Iterator[Version]:
    spec, source = manuscript.config, manuscript.book.meta.language
    for name in _all_editions(manuscript):
        if name == edition.name:
            continue
        other = edition_of(spec, name, source)
        relation = "isVersionOf" if not other.conversion else "" if edition.conversion else "hasVersion"
        title = _sibling(other, [other, edition]).title
        url = spec.editions.get(name, EditionSpec()).url
        yield Version(name, _identifier(manuscript, other), relation, other.language, title, url)


def _sibling(edition: Edition, editions: Sequence[Edition]) -> Sibling:
    labels = layout.labels(edition.language)
    alone = sum(other.language == edition.language for other in editions) == 1
    words = (labels["language_short"], labels["language_name"]) if alone else (edition.name, edition.name)
    return Sibling(edition.name, edition.language, *words)


def _lines(spec: Config, edition: Edition) -> Settings:
    declared = spec.editions.get(edition.name, EditionSpec())
    return compose_settings(spec.compose, declared.compose)


def _chosen(asked: bool | None, otherwise: object) -> bool:
    return bool(otherwise) if asked is None else asked


def _options(manuscript: Manuscript, look: Layout) -> Mapping[str, Any]:
    """The layout's options with the book's own over them."""
    own = dict(manuscript.config.options)
    if manuscript.config.toc.depth:
        own["contents-depth"] = manuscript.config.toc.depth
    return layout.options(look, own, manuscript.config.place_of("options"))


def _all_editions(manuscript: Manuscript) -> tuple[str, ...]:
    return tuple(dict.fromkeys([manuscript.book.meta.language, *manuscript.config.editions]))


def _check_names(slug: str, names: Sequence[str], manuscript: Manuscript) -> None:
    """Output names are made of these: nothing in them may lead elsewhere."""
    problems = []
    if not SAFE_NAME.fullmatch(slug):
        place = manuscript.config.place_of("slug")
        problems.append(Problem(place, f"slug 不能是 {slug}", "只用字母、数字、汉字、连字号和点。"))
    for name in names:
        if not SAFE_NAME.fullmatch(name):
            place = manuscript.config.place_of("editions", name)
            problems.append(Problem(place, f"版本名不能是 {name}", "只用字母、数字、汉字、连字号和点。"))
    if len({name.casefold() for name in names}) < len(names):
        twice = next(name for i, name in enumerate(names) if name.casefold() in {n.casefold() for n in names[:i]})
        place = manuscript.config.place_of("editions", twice)
        problems.append(Problem(place, f"两个输出同名：{manuscript.slug}-{twice}", "给其中一个版本换个名字。"))
    stop_on_errors(problems, ConfigError)


def layout_of(manuscript: Manuscript) -> Layout:
    """The layout that the book names; else the one for its shape.

    Raises:
        ConfigError: its lines run another way than the book says.
    """
    spec = manuscript.config
    name = spec.layout or DEFAULT_LAYOUTS[not spec.path and len(manuscript.book.sources) == 1]
    look = layout.load(name, _layouts(manuscript))
    return _directed(manuscript, look, spec.writing, "writing")


def layout_for(manuscript: Manuscript, edition: Edition, look: Layout) -> Layout:
    """The layout of an edition of a book that has this one; its lines may run another way.

    Raises:
        ConfigError: there is none.
    """
    own = manuscript.config.editions.get(edition.name, EditionSpec()).writing
    return _directed(manuscript, look, own, "editions", edition.name, "writing")


def _layouts(manuscript: Manuscript) -> list[Path]:
    return [manuscript.root / "layouts"]


def _directed(manuscript: Manuscript, look: Layout, wanted: Writing | None, *keys: str) -> Layout:
    """A layout, or its counterpart whose lines run the other way: `novel` and `novel-vertical`."""
    if wanted is None or wanted == look.writing:
        return look
    known = layout.names(_layouts(manuscript))
    name = look.name.removesuffix(DOWNWARD) + (DOWNWARD if wanted is Writing.VERTICAL else "")
    if name not in known and not manuscript.config.layout:
        name = DEFAULT_LAYOUTS[False] + DOWNWARD
    if name not in known:
        loaded = (layout.load(each, _layouts(manuscript)) for each in known)
        choice = "、".join(each.name for each in loaded if each.writing == wanted)
        word = "竖排" if wanted is Writing.VERTICAL else "横排"
        hint = f"{word}的版式有：{choice}；改 layout，或不写 writing。"
        raise ConfigError([Problem(manuscript.config.place_of(*keys), f"版式 {look.name} 没有{word}的", hint)])
    return layout.load(name, _layouts(manuscript))


def _page(spec: Config, look: Layout, usual: Layout) -> PageSpec:
    """What the book asks of the page; where an edition's lines run the other way, no more than trim and size of
    that."""
    return spec.page if look.writing == usual.writing else PageSpec(trim=spec.page.trim, size=spec.page.size)


def _identifier(manuscript: Manuscript, edition: Edition) -> str:
    meta = manuscript.book.meta
    if meta.identifier and edition.language == meta.language:
        return meta.identifier
    facts = "\x1f".join((meta.identifier or manuscript.slug, *meta.authors, edition.name))
    return uuid.uuid5(NAMESPACE, facts).urn


def _heard(problems: Iterable[Problem], manuscript: Manuscript) -> list[Problem]:
    """What is left of some warnings after what the manuscript says of their codes (banxin/lint/suppress.py)."""
    problems = list(problems)
    if not any(problem.code for problem in problems):
        return problems
    from banxin.lint import suppress  # most books have nothing wrong with them

    sources = manuscript.book.sources.values()
    silences = {source.path: suppress.read(source.text, source.path) for source in sources}
    return list(suppress.silenced(problems, silences, manuscript.config.lint))


def _pending(forme: Forme) -> list[Pending]:
    from banxin import choices

    return choices.pending(forme.manuscript, forme.book, forme.editions)


def _undecided(pending: Sequence[Pending]) -> list[Problem]:
    from banxin import choices

    return list(choices.problems(pending))


def _finished(artifacts: Sequence[Artifact], forme: Forme, watcher: Watcher, inquiry: Inquiry | None) -> list[Problem]:
    """What is said of a finished book; an error where the order is strict."""
    shops_named = forme.manuscript.config.shops
    if not forme.order.strict:
        return list(_for_sale(artifacts, shops_named, Level.WARNING))
    problems = list(_for_sale(artifacts, shops_named))
    if inquiry:
        watcher.stage("验 EPUB")
        problems += [*inquiry.absent(artifacts), *inquiry.problems(Level.ERROR)]
    stop_on_errors(problems)
    return problems


def _for_sale(
    artifacts: Sequence[Artifact], wanted: Sequence[shops.Shop], refused: Level = Level.ERROR, validated: bool = False
) -> Iterator[Problem]:
    if wanted:
        from banxin.shops import verdict  # its libraries take long to load

        yield from verdict.problems(artifacts, wanted, refused, validated)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found."""

    problems: tuple[Problem, ...]
    manuscript: Manuscript
    pending: tuple[Pending, ...]
    """The choices of each converted edition."""


def check(order: Order, watcher: Watcher = SILENT) -> Checked:
    """The problems of a book, what its conversions chose, what shops would say; nothing is written.

    Raises:
        BanxinError: as each stage says.
    """
    forme = impose(order, watcher)
    problems = list(forme.book.problems)
    with with_warnings(problems):
        wanted = shops.wanted(order.shops, forme.manuscript.config.shops)
        for press in each_edition(forme, watcher):
            problems += press.book.problems
            if wanted:
                watcher.stage(f"{press.edition.name} 照书店的规矩看 EPUB")
                problems += _for_sale(begin("epub", press, here)(), wanted, validated=True)
        pending = _pending(forme)
    problems = _heard([*problems, *_undecided(pending)], forme.manuscript)
    return Checked(tuple(dict.fromkeys(problems)), forme.manuscript, tuple(pending))
