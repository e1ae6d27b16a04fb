"""Layouts: what a folder under `layouts/` says, and the geometry of a page worked out from it.

The type area (版心) comes first: characters x size wide and lines x pitch high, exactly. The trim is cut around it, and
what is left over becomes the margins, in the layout's own proportions. Lengths here are in pt (1 pt = 1/72 in),
except trims, which the trade names in mm. How things look is the layouts' CSS, never this file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

from banxin import yamlsafe
from banxin.config import COLOUR, PageSpec
from banxin.errors import ConfigError, Place, Problem
from banxin.filters import FILTERS
from banxin.lengths import POINTS_PER_MM, points
from banxin.resources import layouts_dir

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.sandbox import SandboxedEnvironment

T = TypeVar("T")
BASE = "base"
"""The layout that every other one goes back to."""
NARROWEST_MARGIN = 5 * POINTS_PER_MM
"""A trimmer may miss by a millimetre or two: no printer takes text nearer to the edge than this (pt)."""
NOTE_PLACES = ("chapter", "foot", "book")
WRITINGS = ("horizontal", "vertical")

_KEYS = ("extends", "title", "about", "writing", "page", "margins", "notes", "options", "colours")
_PAGE_KEYS = ("trim", "chars", "lines", "size", "pitch", "gutter")
_MARGIN_KEYS = ("head", "foot", "gutter", "fore-edge")
_NAME = re.compile(r"[^\W_][\w-]*")


@dataclass(frozen=True, slots=True)
class Margins:
    """Proportions, not lengths: only their ratios count."""

    head: float
    foot: float
    gutter: float
    fore_edge: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """A page in numbers; every length in pt."""

    width: float
    height: float
    chars: int
    lines: int
    size: float
    pitch: float
    measure: float
    """Width of the type area: `chars * size`, exactly."""
    depth: float
    """Height of the type area: `lines * pitch`, exactly."""
    head: float
    foot: float
    gutter: float
    fore_edge: float
    vertical: bool = False
    """Whether lines run downward: then `measure` is how high the type area is, and `depth` how wide."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A theme: the merged `layout.yaml` of its chain, and where its templates are."""

    name: str
    folders: tuple[Path, ...]
    """Where a template is looked for: its own folder, then its parent's, and so on to `base`."""
    page: PageSpec
    margins: Margins
    title: str = ""
    about: str = ""
    writing: str = "horizontal"
    """Which way lines run: `horizontal` or `vertical`."""
    notes: str = "chapter"
    """Where notes stand unless the book says otherwise."""
    options: Mapping[str, Any] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    """SHA-256 of every file of the chain, and of its name."""

    @property
    def vertical(self) -> bool:
        """Whether lines run downward."""
        return self.writing == "vertical"


def names(roots: Sequence[Path] = ()) -> tuple[str, ...]:
    """Every layout that a book may name, sorted; `base` is a foundation, not a layout."""
    found = {folder.name for root in (*roots, layouts_dir()) for folder in _subfolders(root)}
    return tuple(sorted(found - {BASE}))


def load(name: str, roots: Sequence[Path] = ()) -> Layout:
    """The layout `name`: from the first of `roots` that holds it (a book's own `layouts/`), else from banxin's own."""
    chain = _chain(name, (*roots, layouts_dir()))
    return _merge(name, chain)


def geometry(page: PageSpec, layout: Layout, place: Place | None = None) -> Geometry:
    """The page that `page` asks for, with the layout's defaults; `place` is where the book says so.

    A book that names another trim or size alone keeps the layout's colour: as large a share of the page is text.

    Raises:
        ConfigError: the trim is unknown, or the type area leaves no margins; the message says what would fit.
    """
    place = place or Place("book.yaml")
    default, margins = layout.page, layout.margins
    usual_width, usual_height = trim_size(default.trim, place)
    width, height = trim_size(page.trim or default.trim, place)
    usual_size, usual_pitch = _given(default.size), _given(default.pitch)
    size = page.size or usual_size
    pitch = page.pitch or usual_pitch * size / usual_size
    usual_along, usual_across = (usual_height, usual_width) if layout.vertical else (usual_width, usual_height)
    along, across = (height, width) if layout.vertical else (width, height)
    chars = page.chars or max(1, round(_given(default.chars) * usual_size / usual_along * along / size))
    lines = page.lines or max(1, round(_given(default.lines) * usual_pitch / usual_across * across / pitch))
    measure, depth = chars * size, lines * pitch
    wide, high = (depth, measure) if layout.vertical else (measure, depth)
    units = (Unit(pitch, "行", "lines 或 pitch"), Unit(size, "字", "chars 或 size"))
    one, other = units if layout.vertical else reversed(units)
    problems = [*_too_wide(width, wide, one, page.gutter, place), *_too_high(height, high, other, place)]
    if problems:
        raise ConfigError(problems)
    gutter = (width - wide) * margins.gutter / (margins.gutter + margins.fore_edge)
    if page.gutter is not None:
        gutter = page.gutter
    head = (height - high) * margins.head / (margins.head + margins.foot)
    return Geometry(
        width=width,
        height=height,
        chars=chars,
        lines=lines,
        size=size,
        pitch=pitch,
        measure=measure,
        depth=depth,
        head=head,
        foot=height - high - head,
        gutter=gutter,
        fore_edge=width - wide - gutter,
        vertical=layout.vertical,
    )


def trim_size(trim: object, place: Place) -> tuple[float, float]:
    """Width and height in pt of a trim given by its name, or as a pair in mm."""
    size = trims().get(_trim_key(trim)) if isinstance(trim, str) else trim
    if isinstance(trim, str) and size is None:
        close = get_close_matches(_trim_key(trim), trims(), n=3, cutoff=0.3)
        hint = f"可用的有：{'、'.join(close or trims())}；也可写 [宽, 高]，单位毫米"
        _refuse(place, f"不认识的开本：{trim}", hint)
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        _refuse(place, f"看不懂的开本：{trim}", "写 trim: 大32开，或 trim: [140, 203]（毫米）")
    width, height = size
    if not (20 <= width <= 2000 and 20 <= height <= 2000):
        _refuse(place, f"开本 {width:g} × {height:g} 毫米不合情理", "宽和高都以毫米计，在 20 与 2000 之间")
    return width * POINTS_PER_MM, height * POINTS_PER_MM


@lru_cache(maxsize=1)
def trims() -> Mapping[str, tuple[float, float]]:
    """Every trim that has a name: width and height in mm."""
    data = _own("trims.yaml")
    return {_trim_key(name): (float(size[0]), float(size[1])) for name, size in data.items()}


@lru_cache(maxsize=1)
def sheets() -> Sequence[Mapping[str, Any]]:
    """From which sheet of paper each known trim is cut (layouts/base/sheets.yaml)."""
    found: list[dict[str, Any]] = _own("sheets.yaml")
    return found


def labels(language: str) -> Mapping[str, str]:
    """The words that banxin itself puts into a book of this language (BCP 47)."""
    return _in_language(_all_labels(), language)


def licences(language: str) -> Mapping[str, Any]:
    """How licences are called in this language."""
    return _in_language(_all_licences(), language)


def _in_language(known: Mapping[str, T], language: str) -> T:
    """What is there for a language, or for the one nearest to it."""
    tag = language
    while tag:
        if tag in known:
            return known[tag]
        tag = tag.rpartition("-")[0]
    if language.startswith(("zh-Hant", "zh-TW", "zh-MO")):
        return known["zh-Hant-TW"]
    if language == "zh-HK":
        return known["zh-Hant-HK"]
    return known["zh-Hans" if language.startswith("zh") else "en"]


@lru_cache(maxsize=1)
def _all_licences() -> Mapping[str, Mapping[str, Any]]:
    loaded: dict[str, dict[str, Any]] = _own("licences.yaml")
    return loaded


@lru_cache(maxsize=1)
def _all_labels() -> Mapping[str, Mapping[str, str]]:
    loaded: dict[str, dict[str, str]] = _own("labels.yaml")
    return loaded


def _own(name: str) -> Any:
    return yamlsafe.own(layouts_dir() / BASE / name)


def options(layout: Layout, overrides: Mapping[str, Any], place: Place | None = None) -> Mapping[str, Any]:
    """The layout's options with the book's own; a key that the layout does not know is refused."""
    where = place or Place("book.yaml")
    problems = [*_option_faults(layout.options, overrides, lambda _: where)]
    if problems:
        raise ConfigError(problems)
    return {**layout.options, **overrides}


def environment(layout: Layout) -> SandboxedEnvironment:
    """Jinja2 for this layout's templates: a name is looked for in its own folder first, then along `extends`.

    `novel/theme.css.j2` names the file of one layout of the chain, for a layout that adds to it. Sandboxed, because a
    manuscript may bring a layout of its own, and a manuscript is somebody else's input.
    """
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    known = (layout.folders, layout.digest)
    if layout.digest and known in _environments:
        return _environments[known]
    loaders = {folder.name: FileSystemLoader(folder) for folder in reversed(layout.folders)}
    made = SandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(layout.folders), PrefixLoader(loaders)]),
        autoescape=lambda template: not (template or "").endswith((".css.j2", ".js.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(FILTERS)
    if len(_environments) >= MOST_ENVIRONMENTS:
        _environments.clear()
    _environments[known] = made
    return made


def standing_alone(folder: str) -> Environment:
    """Jinja2 for a page of ours that belongs to no book, from a folder below `layouts/base/`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(layouts_dir() / "base" / folder),
        autoescape=lambda template: not (template or "").endswith((".css.j2", ".js.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


MOST_ENVIRONMENTS = 8
_environments: dict[tuple[tuple[Path, ...], str], SandboxedEnvironment] = {}
"""By what is in the files: templates are compiled once a process, and anew when a file changed."""


# --- reading layout.yaml


@dataclass(frozen=True, slots=True)
class _File:
    """One `layout.yaml`, its keys checked."""

    folder: Path
    data: Mapping[str, Any]
    lines: Mapping[yamlsafe.Path, int]

    def place(self, *keys: str) -> Place:
        """Where a key stands."""
        return Place(f"layouts/{self.folder.name}/layout.yaml", self.lines.get(keys, 0))

    def part(self, key: str) -> Mapping[str, Any]:
        """A group of keys, empty where there is none."""
        return self.data.get(key) or {}


def _chain(name: str, roots: Sequence[Path]) -> list[_File]:
    """The files from `name` to `base`."""
    chain = [_read(_find(name, roots, Place("book.yaml")))]
    seen = [name]
    while seen[-1] != BASE:
        last = chain[-1]
        wanted = str(last.data.get("extends") or BASE)
        if wanted in seen:
            told = " → ".join([*seen, wanted])
            _refuse(last.place("extends"), f"版式互相继承，成了一圈：{told}", "改掉其中一个的 extends")
        chain.append(_read(_find(wanted, roots, last.place("extends"))))
        seen.append(wanted)
    return chain


def _find(name: str, roots: Sequence[Path], place: Place) -> Path:
    """The folder of the layout `name`."""
    if _NAME.fullmatch(name):
        for root in roots:
            if (root / name / "layout.yaml").is_file():
                return _contained(root / name, place)
    choice = names(roots)
    close = get_close_matches(name, choice, n=1, cutoff=0.4)
    hint = f"是不是 {close[0]}？" if close else ""
    _refuse(place, f"没有名叫 {name} 的版式", f"{hint}可用的有：{'、'.join(choice)}")


def _contained(folder: Path, place: Place) -> Path:
    """The folder, once no link in it is seen to lead out of it."""
    inside = folder.resolve()
    for path in folder.rglob("*"):
        if not path.resolve().is_relative_to(inside):
            _refuse(place, f"版式里的 {path.name} 指向版式文件夹之外", "把文件本身放进来，不用符号链接")
    return folder


def _read(folder: Path) -> _File:
    """A folder's `layout.yaml`, checked key by key."""
    path = f"layouts/{folder.name}/layout.yaml"
    try:
        text = (folder / "layout.yaml").read_text(encoding="utf-8")
    except UnicodeDecodeError:
        _refuse(Place(path), "layout.yaml 不是 UTF-8", "另存为 UTF-8")
    mapped = yamlsafe.load(text, path, kind=ConfigError)
    file = _File(folder, mapped.data, mapped.lines)
    problems = [*_key_faults(file.data, _KEYS, file.place)]
    for key, known in (("page", _PAGE_KEYS), ("margins", _MARGIN_KEYS), ("options", ()), ("colours", ())):
        if not isinstance(file.part(key), dict):
            problems.append(Problem(file.place(key), f"{key} 应是一组键和值"))
        elif known:
            problems += _key_faults(file.part(key), known, file.place, key)
    if problems:
        raise ConfigError(problems)
    return file


def _merge(name: str, chain: Sequence[_File]) -> Layout:
    """The chain's files, the base first, each laid over the one before."""
    merged: dict[str, Any] = {}
    problems: list[Problem] = []
    for file in reversed(chain):
        problems += _value_faults(file, merged)
        for key, value in file.data.items():
            merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    if problems:
        raise ConfigError(problems)
    margins = merged["margins"]
    return Layout(
        name=name,
        folders=tuple(file.folder for file in chain),
        page=_page_spec(merged["page"]),
        margins=Margins(*(float(margins[key]) for key in _MARGIN_KEYS)),
        title=str(merged.get("title", name)),
        about=str(merged.get("about", "")),
        writing=merged["writing"],
        notes=merged["notes"],
        options=merged["options"],
        colours=merged["colours"],
        digest=_digest([file.folder for file in chain]),
    )


def _digest(folders: Sequence[Path]) -> str:
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            data = path.read_bytes()
            found.update(f"{folder.name}/{path.relative_to(folder)}\0{len(data)}\0".encode() + data)
    return found.hexdigest()


def _page_spec(data: Mapping[str, Any]) -> PageSpec:
    lengths: dict[str, Any] = {key: points(data.get(key)) for key in ("size", "pitch", "gutter")}
    return PageSpec(trim=data.get("trim"), chars=data.get("chars"), lines=data.get("lines"), **lengths)


# --- faults


def _key_faults(data: Mapping[str, Any], known: Sequence[str], place: Any, *above: str) -> Iterator[Problem]:
    """One problem for each key that is not known; keys that begin with `x-` are free."""
    prefix = "".join(f"{key}." for key in above)
    for key in data:
        if key in known or key.startswith("x-"):
            continue
        close = get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"是不是 {prefix}{close[0]}？" if close else f"可用的有：{'、'.join(known)}"
        yield Problem(place(*above, key), f"不认识的键：{prefix}{key}", hint)


def _option_faults(known: Mapping[str, Any], given: Mapping[str, Any], place: Any) -> Iterator[Problem]:
    """Unknown options, and values of another kind than the default's; `place` takes the option's name."""
    yield from _key_faults(given, tuple(known), lambda *keys: place(keys[-1]), "options")
    for key, value in given.items():
        if key in known and type(value) is not type(known[key]):
            example = str(known[key]).lower() if isinstance(known[key], bool) else known[key]
            yield Problem(place(key), f"options.{key}: {value} 的类型不对", f"写成 {example} 的样子")


def _value_faults(file: _File, above: Mapping[str, Any]) -> Iterator[Problem]:
    """What a layout says that makes no sense; `above` is what the layouts that it extends say."""
    yield from _page_faults(file)
    yield from _colour_faults(file)
    for key, value in file.part("margins").items():
        if key in _MARGIN_KEYS and (type(value) not in (int, float) or value <= 0):
            hint = "四个数只表示比例，例如 head: 20, foot: 23"
            yield Problem(file.place("margins", key), f"margins.{key} 应是正数", hint)
    if file.data.get("writing", "horizontal") not in WRITINGS:
        yield Problem(
            file.place("writing"), f"writing: {file.data['writing']} 不可用", f"可用的有：{'、'.join(WRITINGS)}"
        )
    if file.data.get("notes", "chapter") not in NOTE_PLACES:
        hint = f"可用的有：{'、'.join(NOTE_PLACES)}"
        yield Problem(file.place("notes"), f"notes: {file.data['notes']} 不可用", hint)
    if file.folder.name != BASE:
        yield from _option_faults(above["options"], file.part("options"), lambda key: file.place("options", key))
        yield from _key_faults(file.part("colours"), tuple(above["colours"]), file.place, "colours")


def _page_faults(file: _File) -> Iterator[Problem]:
    for key, value in file.part("page").items():
        place = file.place("page", key)
        if key in ("size", "pitch", "gutter") and not points(value):
            yield Problem(place, f"page.{key}: {value} 不是长度", "写成 10.5pt 或 3mm 的样子")
        if key in ("chars", "lines") and (type(value) is not int or value < 1):
            yield Problem(place, f"page.{key}: {value} 不是正整数")


def _colour_faults(file: _File) -> Iterator[Problem]:
    for key, value in file.part("colours").items():
        if not COLOUR.fullmatch(str(value)):
            yield Problem(file.place("colours", key), f"colours.{key}: {value} 不是颜色", '写成 "#8a2f24" 的样子')


class Unit(NamedTuple):
    """What a side of the type area is so many of."""

    length: float
    """pt."""
    word: str
    keys: str
    """The keys that say how many there are."""


def _too_wide(width: float, wide: float, unit: Unit, gutter: float | None, place: Place) -> Iterator[Problem]:
    """The type area and the two margins beside it must fit the width."""
    fold = gutter if gutter is not None else NARROWEST_MARGIN
    room = width - fold - NARROWEST_MARGIN
    if wide > room + 1e-6:
        most = max(0, int(room / unit.length + 1e-6))
        limit = f"每行最多 {most} 字" if unit.word == "字" else f"每页最多 {most} 行"
        yield Problem(
            place,
            f"版心宽 {wide:.1f} pt，开本宽 {width:.1f} pt，留不下两侧的白边",
            f"{limit}；减小 {unit.keys}，或换大一点的 trim",
        )


def _too_high(height: float, high: float, unit: Unit, place: Place) -> Iterator[Problem]:
    """The type area and the margins above and below it must fit the height."""
    room = height - 2 * NARROWEST_MARGIN
    if high > room + 1e-6:
        most = max(0, int(room / unit.length + 1e-6))
        limit = f"每行最多 {most} 字" if unit.word == "字" else f"每页最多 {most} 行"
        yield Problem(
            place,
            f"版心高 {high:.1f} pt，开本高 {height:.1f} pt，留不下天头和地脚",
            f"{limit}；减小 {unit.keys}，或换大一点的 trim",
        )


# --- small helpers


def _subfolders(root: Path) -> list[Path]:
    return [folder for folder in root.iterdir() if (folder / "layout.yaml").is_file()] if root.is_dir() else []


def _trim_key(name: str) -> str:
    """`大32開`, `大32 开` and `大32开` are one trim."""
    return name.replace("開", "开").replace(" ", "").replace("×", "x")


def _given(value: float | None) -> float:
    """A value that `base` always gives."""
    if value is None:
        _refuse(Place("layouts/base/layout.yaml"), "page 的默认值不全")
    return value


def _refuse(place: Place, message: str, hint: str = "") -> NoReturn:
    raise ConfigError([Problem(place, message, hint)])
