"""A manuscript on a disk -> a Book whose chapters are parsed but not yet in order or numbered.

The only reader of a manuscript. Three shapes: a folder with book.yaml, a folder of .md files, one .md file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from banxin import configreader, images, parse, tree, yamlsafe
from banxin.accounts import accounts
from banxin.book import Book, Chapter, Image, Matter, Node, Nodes, Part, Source
from banxin.config import Config, FrontMatter, Names, meta_of
from banxin.conversion import lexicon as lexicons
from banxin.conversion.lexicon import Lexicon
from banxin.cover import settings as covers
from banxin.cover.settings import CoverSpec
from banxin.critic import draw, marks
from banxin.decoding import conflicts, decode, illegal
from banxin.editions import edition_languages
from banxin.errors import ConfigError, Level, ManuscriptError, Place, Problem, excused, stop_on_errors, with_warnings
from banxin.languages import canonical
from banxin.nearest import nearest
from banxin.outline import unremarked
from banxin.slug import file_slug, slug, without_language

if TYPE_CHECKING:
    from banxin.notes.entries import Entry as Work

BOOK_FILE = "book.yaml"
FRONT_MATTER = re.compile(r"---[ \t]*\n(?=[^\n])(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
IGNORED = frozenset({"readme.md", "license.md", "changelog.md"})

Report = Callable[[str], None]
"""Told of each chapter when it is done: which of how many, its name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the manuscript and where it belongs."""

    path: str
    matter: Matter | None = None
    part: str = ""
    place: Place = Place("")
    """Where book.yaml lists it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to load."""

    draft: bool = False
    """Chapters marked `draft` come along, and excusable faults become warnings with a visible mark."""
    excuse: bool = False
    """Excusable faults become warnings, chapters marked `draft` stay out."""
    jobs: int = 2
    """How many chapters are parsed at the same time."""
    outlines: bool = False
    """Chapters come as outlines; `Manuscript.shelf` has the rest."""
    cites: bool = True
    """Whether citations are to be set; else they are the words that the author typed."""
    meanwhile: Callable[[], object] = lambda: None
    """What may be done while pandoc reads: to load what comes after."""

    @property
    def excusing(self) -> bool:
        """Whether excusable faults are warnings."""
        return self.draft or self.excuse

    def omits(self, front: FrontMatter) -> bool:
        """Whether a chapter with this front matter stays out of the book."""
        return front.draft and not self.draft


FINAL = Options()
"""A finished book."""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What `load` found: the settings, and the book as the author wrote it."""

    root: Path
    config: Config
    book: Book
    slug: str
    lexicon: Lexicon = Lexicon()
    """The book's own words for its editions."""
    shelf: parse.Shelf = field(default_factory=parse.Shelf)
    entries: Mapping[str, Work] = field(default_factory=dict)
    """The works of the bibliography, by key."""
    cover: CoverSpec = CoverSpec()
    """What cover.yaml says of the cover of the printed book."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file, parsed."""

    source: Source
    front: FrontMatter
    blocks: Nodes
    images: Mapping[str, Image]
    problems: Sequence[Problem]


def load(path: Path, options: Options = FINAL, report: Report = lambda _: None) -> Manuscript:
    """Read a manuscript of any of the three shapes.

    Raises:
        ConfigError: book.yaml is wrong.
        ManuscriptError: there is no book there, or its files are wrong; all problems at once.
        ToolError: pandoc fails.
    """
    root, config, parts, entries, problems = find(path)
    sources, unreadable = read_all(root, entries)
    problems = [excused(problem) for problem in problems] if options.excusing else problems
    stop_on_errors([*problems, *unreadable])
    shelf = parse.Shelf()
    config = with_bibliography(config, sources)
    works, faults = _bibliography(root, config)
    problems += faults
    parsed = parse_all(root, sources, config, options, shelf, report)
    for one in parsed:
        problems += one.problems
    left_out = [_left_out(one) for one in parsed if options.omits(one.front)]
    problems = [*(excused(problem) if options.excusing else problem for problem in problems), *left_out]
    stop_on_errors(problems)
    single = path.is_file()
    chapters = [
        chapter
        for entry, one in zip(entries, parsed, strict=True)
        if not options.omits(one.front)
        for chapter in _chapters(one, entry, single, names_book=not config.path and one is parsed[0])
    ]
    if not chapters:
        stop_on_errors([Problem(Place(parsed[0].source.path), "没有可排的章：都还是草稿", "用 --draft 构建。")])
    if not config.path:
        config, chapters = _own_facts(config, parsed[0], chapters, single, path)
    pictures = {key: image for one in parsed for key, image in one.images.items()}
    with with_warnings(problems):
        config, cover, bad_cover = _cover(root, config)
        outside, panels, bad_panels = _panels(root)
    book = Book(
        meta=meta_of(config),
        chapters=tuple(chapters),
        parts=parts,
        images={**pictures, **cover, **panels},
        sources={source.path: source for source in sources},
        problems=(*problems, *bad_cover, *bad_panels),
    )
    with with_warnings(book.problems):
        own = _lexicon(root, config, book.meta.language).with_people(_people(book), Place(config.path))
    name = config.slug or slug(without_language(path.resolve().stem), "book")
    return Manuscript(root, config, book, name, own, shelf, works, outside)


def with_bibliography(config: Config, sources: Sequence[Source]) -> Config:
    """A book without book.yaml names its bibliography where its title stands."""
    if config.path or not sources:
        return config
    front, _, _ = split(sources[0])
    return replace(config, bibliography=front.bibliography, citations=front.citations, lint=front.lint)


def _bibliography(root: Path, config: Config) -> tuple[dict[str, Work], list[Problem]]:
    """The works that the book may cite."""
    found: dict[str, Work] = {}
    problems: list[Problem] = []
    if not config.bibliography:
        return found, problems
    from banxin.notes import entries as entries_of

    for name in config.bibliography:
        text = decode(root, name)
        if isinstance(text, Problem) or not (root / name).resolve().is_relative_to(root.resolve()):
            near = nearest(name, [file.relative_to(root).as_posix() for file in root.rglob("*.bib")])
            hint = f"是不是 {near}？" if near else "改正 bibliography: 里的文件名。"
            problems.append(Problem(config.place_of("bibliography"), f"读不到文献文件 {name}", hint))
            continue
        read, faults = entries_of.read(name, text)
        problems += faults
        found |= {work.key: work for work in read if work.key not in found}
    return found, problems


def _lexicon(root: Path, config: Config, language: str) -> Lexicon:
    """lexicon.tsv and names.txt, where there are any."""
    texts = [decode(root, name) if (root / name).is_file() else "" for name in lexicons.FILES]
    stop_on_errors([text for text in texts if isinstance(text, Problem)])
    words, names = map(str, texts)
    found, problems = lexicons.read(words, names, edition_languages(config), language)
    stop_on_errors(problems)
    return found


def _people(book: Book) -> Iterator[str]:
    """Everyone who made the book."""
    meta = book.meta
    yield from (*meta.authors, *meta.translators, *meta.editors)
    for chapter in book.chapters:
        yield from chapter.authors


def _left_out(one: Parsed) -> Problem:
    hint = "写完后删去 draft，或用 --draft 构建。"
    message = "这一章还是草稿（draft: true），没有收进书里"
    return Problem(Place(one.source.path), message, hint, Level.WARNING, code="T082")


# Finding the files --------------------------------------------------------------------------------------------------


def files(path: Path) -> tuple[Path, list[str]]:
    """The folder of a manuscript and the names of its chapters' files, in order; nothing is read but book.yaml.

    Raises:
        ConfigError: book.yaml is wrong.
        ManuscriptError: there is no book there.
    """
    root, _, _, entries, problems = find(path)
    stop_on_errors(problems)
    return root, [entry.path for entry in entries]


def find(path: Path) -> tuple[Path, Config, tuple[Part, ...], list[Entry], list[Problem]]:
    """The root, settings, parts and files of a manuscript, in order."""
    name = str(path)
    if not path.exists():
        hint = (
            "写一个文件夹（其中有 book.yaml 或 .md 文件）或一个 .md 文件；python build.py new 文件夹 可以新建一本书。"
        )
        raise ManuscriptError([Problem(Place(name), "没有这本书", hint)])
    if path.is_file():
        return path.parent, Config(), (), [Entry(path.name)], []
    if (path / BOOK_FILE).is_file():
        return _listed(path)
    files = sorted((file.name for file in path.glob("*.md") if file.name.lower() not in IGNORED), key=natural)
    if not files:
        raise ManuscriptError([Problem(Place(name), "文件夹里没有稿子", "放进 .md 文件，或写一份 book.yaml。")])
    outside = [Problem(Place(file), f"{file} 在书的文件夹之外", "把文件放进书的文件夹里。")
               for file in files if not (path / file).resolve().is_relative_to(path.resolve())]  # fmt: skip
    return path, Config(), (), [Entry(file) for file in files], outside


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Sort key: `2-b.md` before `10-a.md`."""
    pieces = re.findall(r"\d+|\D+", name)
    return [(int(piece), "") if piece.isdecimal() else (10**9, piece) for piece in pieces], name


def _listed(root: Path) -> tuple[Path, Config, tuple[Part, ...], list[Entry], list[Problem]]:
    text = decode(root, BOOK_FILE)
    if isinstance(text, Problem):
        raise ConfigError([text])
    stop_on_errors(conflicts(BOOK_FILE, text), ConfigError)
    config = configreader.read(marks.accepted(text), BOOK_FILE)
    parts, body = _body(config)
    front = [Entry(file, Matter.FRONT, "", config.place_of("front", i)) for i, file in enumerate(config.front)]
    back = [Entry(file, Matter.BACK, "", config.place_of("back", i)) for i, file in enumerate(config.back)]
    entries = [*front, *body, *back]
    problems = [*_facts_missing(config), *_listing_faults(root, entries)]
    if not body:
        problems.append(Problem(Place(BOOK_FILE), "没有列出任何正文", "在 chapters: 下按顺序写出各章的文件名。"))
    stop_on_errors(problems, ConfigError)
    return root, config, parts, entries, [*problems, *draw.problems(text, BOOK_FILE)]


def _body(config: Config) -> tuple[tuple[Part, ...], list[Entry]]:
    """Parts, and the body's files with the part that each belongs to."""
    parts: list[Part] = []
    entries: list[Entry] = []
    for i, item in enumerate(config.chapters):
        if isinstance(item, str):
            entries.append(Entry(item, Matter.BODY, "", config.place_of("chapters", i)))
            continue
        id = f"part-{len(parts) + 1}"
        parts.append(Part(id, markdown_title(item.part)))
        for j, file in enumerate(item.chapters):
            entries.append(Entry(file, Matter.BODY, id, config.place_of("chapters", i, "chapters", j)))
    return tuple(parts), entries


def _facts_missing(config: Config) -> Iterator[Problem]:
    if not config.title:
        yield Problem(Place(BOOK_FILE), "缺少书名", "写一行 title: 书名。")


def _listing_faults(root: Path, entries: list[Entry]) -> Iterator[Problem]:
    """Files listed twice, absent, outside the folder, or present and not listed."""
    seen: dict[str, Entry] = {}
    real = root.resolve()
    for entry in entries:
        if entry.path in seen:
            first = seen[entry.path].place
            yield Problem(entry.place, f"{entry.path} 列了两次", f"第 {first.line} 行已经有它，删去一处。")
        seen[entry.path] = entry
        file = root / entry.path
        if not file.resolve().is_relative_to(real):
            yield Problem(entry.place, f"{entry.path} 在书的文件夹之外", "把文件放进书的文件夹里。")
        elif not file.is_file():
            there = [str(found.relative_to(root)) for found in root.rglob("*.md")]
            near = nearest(entry.path, there)
            yield Problem(
                entry.place, f"找不到 {entry.path}", f"是不是 {near}？" if near else "改正文件名，或从列表里删去。"
            )
    for file in sorted(root.rglob("*.md")):
        name = file.relative_to(root).as_posix()
        if name not in seen and file.name.lower() not in IGNORED:
            hint = f"要收进书里，就在 {BOOK_FILE} 里列出它。"
            yield Problem(Place(name), f"{BOOK_FILE} 没有列出这个文件", hint, Level.WARNING, code="T080")


# Reading ------------------------------------------------------------------------------------------------------------


def read_all(root: Path, entries: list[Entry]) -> tuple[list[Source], list[Problem]]:
    sources: list[Source] = []
    problems: list[Problem] = []
    for entry in entries:
        text = decode(root, entry.path)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        sources.append(Source(entry.path, text))
    return sources, problems


# Parsing ------------------------------------------------------------------------------------------------------------


def parse_all(
    root: Path, sources: list[Source], config: Config, options: Options, shelf: parse.Shelf, report: Report
) -> list[Parsed]:
    """Every file; those that pandoc need not read are done without it."""
    begun = [_begin(source, options, options.cites and bool(config.bibliography)) for source in sources]
    texts = [one for one in begun if isinstance(one, _Begun)]
    trees = parse.parse([one.text for one in texts], options.jobs, shelf, options.meanwhile)
    done: list[Parsed] = []
    for one in begun:
        done.append(_end(root, one, next(trees), config) if isinstance(one, _Begun) else one)
        report(f"{len(done)}/{len(sources)} {done[-1].source.path}")
    return done if options.outlines else [replace(one, blocks=shelf.whole(one.blocks)) for one in done]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file whose front matter is read and whose words are not."""

    text: parse.Text
    front: FrontMatter
    problems: Sequence[Problem]


def _begin(source: Source, options: Options, cites: bool) -> _Begun | Parsed:
    front, body, problems = split(source)
    if options.omits(front):  # nobody reads it: what is wrong with it is told when the author asks for it
        return Parsed(source, front, [], {}, [])
    if faults := [*illegal(source)]:
        return Parsed(source, front, [], {}, [*problems, *faults])
    return _Begun(parse.Text(source, body, cites), front, problems)


def _end(root: Path, begun: _Begun, tree_of: parse.Tree, config: Config) -> Parsed:
    source = begun.text.source
    problems = list(begun.problems)
    blocks, pictures, faults = _read_images(root, source, tree_of, config)
    if not blocks and all(problem.level is Level.WARNING for problem in tree_of.problems):
        problems.append(Problem(Place(source.path), "这一章是空的", "写上内容，或删去它。", Level.WARNING, code="T081"))
    problems += [*tree_of.problems, *faults, *tree_of.doubts]
    return Parsed(source, begun.front, blocks, pictures, problems)


def front_matter(text: str) -> str:
    """The lines at the top of a chapter that are its settings; empty where there are none."""
    match = FRONT_MATTER.match(text)
    return match[0] if match else ""


def split(source: Source) -> tuple[FrontMatter, str, list[Problem]]:
    """Front matter, and the text with blank lines in its place (so that lines count as in the file)."""
    match = FRONT_MATTER.match(source.text)
    if not match:
        return FrontMatter(), source.text, []
    body = "\n" * match[0].count("\n") + source.text[match.end() :]
    try:
        mapped = yamlsafe.load(marks.accepted(match[1]), source.path, first_line=2, kind=ManuscriptError)
    except ManuscriptError as error:
        return FrontMatter(), body, list(error.problems)
    front, problems = configreader.read_front_matter(mapped.data, source.path, mapped.lines)
    if not marks.has_marks(body):  # else all are told together
        problems += draw.problems(source.text, source.path)
    if front.matter and front.matter not in list(Matter):
        line = mapped.lines.get(("matter",), 0)
        hint = f"可以是：{'、'.join(Matter)}。"
        problems.append(Problem(Place(source.path, line), f"matter 不能是 {front.matter}", hint))
    return front, body, problems


# Pictures -----------------------------------------------------------------------------------------------------------


UNDESCRIBED = '说出图上有什么：![]({target}){{alt="……"}}；只是装饰，写 alt=""。'


def _with_size(attr: list[Any], image: Image) -> list[Any]:
    """A page of a PDF is as large as it is, unless the author says otherwise: it has far more pixels."""
    id, classes, values = attr
    if not images.is_page(image.key) or any(key in ("width", "height") for key, _ in values):
        return attr
    return [id, classes, [*values, ["width", f"{image.width / 96:.3f}in"]]]


def _read_images(
    root: Path, source: Source, parsed: parse.Tree, config: Config
) -> tuple[Nodes, dict[str, Image], list[Problem]]:
    """Read every picture of a chapter; its target becomes the picture's key, or a labelled box."""
    pictures: dict[str, Image] = {}
    problems: list[Problem] = []

    def read(node: Node) -> Node | Nodes:
        if node["t"] != "Image":
            return node
        attr, alt, (target, title) = node["c"]
        place = parse.locator(source)(target)
        found = images.find(root, source.path, target, place, remote=config.images.remote)
        problems.extend(found.problems)
        if found.image is None:
            return [tree.span([tree.string(f"{found.label}：{tree.plain(alt).strip() or target}")], "image-box")]
        pictures[found.image.key] = found.image
        if tree.is_undescribed(node):
            message, hint = f"图没有替代文字：{target}", UNDESCRIBED.format(target=target)
            problems.append(Problem(place, message, hint, Level.WARNING, code="T033"))
        return {**node, "c": [_with_size(attr, found.image), alt, [found.image.key, title]]}

    new = list(parsed.blocks)
    for at in parsed.pictured:
        new[at] = unremarked(tree.map_nodes(new[at], read))
    return new, pictures, problems


def _cover(root: Path, config: Config) -> tuple[Config, dict[str, Image], list[Problem]]:
    if not config.cover:
        return config, {}, []
    found = images.find(root, BOOK_FILE, config.cover, config.place_of("cover"), remote=False)
    if found.image is None:
        stop_on_errors(found.problems)
        return replace(config, cover=""), {}, list(found.problems)
    return replace(config, cover=found.image.key), {found.image.key: found.image}, list(found.problems)


def _panels(root: Path) -> tuple[CoverSpec, dict[str, Image], list[Problem]]:
    """cover.yaml and its pictures."""
    name = covers.FILE
    text = decode(root, name) if (root / name).is_file() else ""
    if isinstance(text, Problem):
        raise ConfigError([text])
    spec = covers.read(text) if text.strip() else CoverSpec()
    panels = {side: getattr(spec, side) for side in ("front", "back", "spine") if getattr(spec, side)}
    found = {side: images.find(root, name, target, spec.place_of(side)) for side, target in panels.items()}
    problems = [problem for one in found.values() for problem in one.problems]
    stop_on_errors(problems)
    shown = {side: one.image for side, one in found.items() if one.image}
    keys: dict[str, Any] = {side: shown[side].key if side in shown else "" for side in panels}
    spec = replace(spec, **keys)
    return spec, {image.key: image for image in shown.values()}, problems


# Chapters -----------------------------------------------------------------------------------------------------------


def markdown_title(text: str) -> Nodes:
    """A title from YAML, as inlines: words only."""
    return [tree.string(text)] if text else []


def _chapters(one: Parsed, entry: Entry, single: bool, names_book: bool) -> Iterator[Chapter]:
    """The chapters of one file: each level-1 heading begins one.

    Args:
        names_book: the file is the first of a folder without book.yaml, so its `title` is the book's.
    """
    pieces = _at_headings(one.blocks)
    front, path = one.front, one.source.path
    titled = any(block["t"] == "Header" and block["c"][0] == 1 for block in one.blocks)
    own_title = "" if single or (names_book and titled) else front.title
    stem = file_slug(Path(path).stem)
    matter = entry.matter or Matter(front.matter or "body")
    first = True
    for heading, blocks in pieces:
        id, classes, _ = tree.attr(heading) if heading else ("", [], {})
        title: Nodes = heading["c"][2] if heading else []
        words = blocks
        if heading and first and own_title and tree.plain(title).strip() not in ("", own_title):
            words = [{**heading, "c": [2, *heading["c"][1:]]}, *blocks]  # both titles are the author's: none is lost
            id = ""  # which is the section's
        yield Chapter(
            id=(front.id if first else "") or id or (stem if first else f"{stem}-{slug(tree.plain(title))}"),
            title=markdown_title(own_title) if first and own_title else title,
            blocks=words,
            place=Place(path, heading.get("line", 1) if heading else 1),
            subtitle=markdown_title(front.subtitle) if first and not single else [],
            number=_own_number(front.number) if first else None,
            numbered=_numbered(front.number if first else None, matter, classes) and bool(title or own_title),
            matter=matter,
            part=entry.part,
            language=canonical(front.language),
            convert=front.convert,
            authors=front.all_authors(),
            date=front.date,
            accounts=accounts(front.accounts),
        )
        first = False


def _own_number(asked: int | None) -> int | None:
    """The number that the author gives; `true` and `false` give none."""
    return None if isinstance(asked, bool) else asked


def _numbered(asked: int | None, matter: Matter, classes: list[str]) -> bool:
    """Body chapters count unless the author says no; front and back matter only where the author says so."""
    if asked is None:
        return matter is Matter.BODY and "unnumbered" not in classes
    return asked > 0


def _at_headings(blocks: Nodes) -> list[tuple[Node | None, Nodes]]:
    """Blocks, cut before each level-1 heading; words before the first one are a piece without heading."""
    pieces: list[tuple[Node | None, Nodes]] = [(None, [])]
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] == 1:
            pieces.append((block, []))
        else:
            pieces[-1][1].append(block)
    return pieces if pieces[0][1] or len(pieces) == 1 else pieces[1:]


def _own_facts(
    config: Config, first: Parsed, chapters: list[Chapter], single: bool, path: Path
) -> tuple[Config, list[Chapter]]:
    """The facts of a book without book.yaml: its first file's front matter, then its first heading."""
    front = first.front
    title = front.title
    if not title:
        title = next((tree.plain(chapter.title).strip() for chapter in chapters if chapter.title), "")
    if len(chapters) == 1:
        chapters = [replace(chapters[0], numbered=chapters[0].number is not None)]
    elif single and not front.title and not chapters[0].blocks:
        chapters = chapters[1:]
    config = replace(
        config,
        title=title or path.resolve().stem,
        subtitle=front.subtitle,
        authors=Names(front.all_authors()),
        language=front.language or config.language,
        date=front.date,
        accounts=front.accounts,
        description=front.description,
        rights=front.rights,
        publisher=front.publisher,
        layout=front.layout,
        writing=front.writing,
        typeset=front.typeset,
        editions=front.editions,
        notes=front.notes,
        lines=_lines_of(first.source),
        home=first.source.path,
    )
    plain = [replace(c, authors=(), date="", accounts=(), language="") for c in chapters[:1]]
    return config, [*plain, *chapters[1:]]


def _lines_of(source: Source) -> Mapping[Any, int]:
    """Where the keys of a chapter's front matter stand."""
    match = FRONT_MATTER.match(source.text)
    if not match:
        return {}
    return yamlsafe.load(marks.accepted(match[1]), source.path, first_line=2, kind=ManuscriptError).lines
