"""An author's own fonts: the files in a book's `fonts/` folder, and what `fonts:` of book.yaml makes of them.

The files are copied into the cache by their content and get family names of ours there, as the pinned ones do: a file
that calls itself Noto Serif SC can stand beside the pinned Noto Serif SC, and no name reaches the CSS unchecked.
Every family also ends all stacks, so that a rare character which one of them has prints in every role.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from banxin import resources
from banxin.errors import ConfigError, Place, Problem, Unusable
from banxin.fonts.catalog import Ranges, load
from banxin.fonts.coverage import has_han
from banxin.nearest import nearest

FOLDER = "fonts"
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
LATIN_VIEW = " Latin"
"""Ends the name under which a Latin family keeps its own quotation marks, for text that is not Chinese."""
LARGEST = 100 * 1024 * 1024
"""Bytes of one font file."""
UNSAFE = re.compile(r"[^A-Za-z0-9 -]")
NAME_IDS = (1, 16)
"""Family and typographic family, in every language of the `name` table (OpenType 1.9.1)."""


@dataclass(frozen=True, slots=True)
class OwnFamily:
    """The files of one family, in the cache."""

    name: str
    """In CSS."""
    files: tuple[Path, ...]
    views: tuple[tuple[str, Path, Ranges], ...]
    """A name in CSS, the folder that fontconfig scans, and the characters that this view leaves to others."""
    latin: bool
    """Without any Han: set before banxin's Latin family, not after it."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a book brings and chooses."""

    families: tuple[OwnFamily, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role -> names of families, its own or pinned ones, in the order of book.yaml."""

    @property
    def files(self) -> tuple[Path, ...]:
        """All font files of the book."""
        return tuple(file for family in self.families for file in family.files)

    @property
    def pinned(self) -> frozenset[str]:
        """The pinned families that the book asks for by name."""
        return frozenset(name for names in self.roles.values() for name in names) & load().families.keys()


NONE = Own()
"""A book without fonts of its own."""


@dataclass(frozen=True, slots=True)
class _File:
    """A font file of the book."""

    path: Path
    place: Place
    family: str
    aliases: frozenset[str]
    """All names of the family, in small letters."""


def find(root: Path, wanted: Mapping[str, Sequence[str]], place_of: Callable[[str], Place]) -> Own:
    """The fonts of the book in the folder `root`.

    Args:
        wanted: role -> names of families, or of files relative to `root`.
        place_of: where book.yaml speaks of a role.

    Raises:
        ConfigError: a file is absent, outside the book or no font; a family is in neither place. All at once.
    """
    finder = _Finder(root, place_of)
    finder.read_folder()
    chosen = {role: [finder.choose(role, name) for name in names] for role, names in wanted.items() if names}
    if finder.problems:
        raise ConfigError(list(dict.fromkeys(finder.problems)))
    grouped = finder.families()
    css = _css_names(grouped)
    families = tuple(_installed(css[family], files) for family, files in grouped.items())
    return Own(families, {role: tuple(css.get(name, name) for name in names) for role, names in chosen.items()})


class _Finder:
    """Reads the book's font files, collecting every problem."""

    def __init__(self, root: Path, place_of: Callable[[str], Place]) -> None:
        self.root = root
        self.place_of = place_of
        self.problems: list[Problem] = []
        self.files: dict[Path, _File] = {}

    def families(self) -> dict[str, list[Path]]:
        """Family -> its files, in the order of their names."""
        grouped: dict[str, list[Path]] = {}
        for file in sorted(self.files.values(), key=lambda file: file.path):
            grouped.setdefault(file.family, []).append(file.path)
        return grouped

    def read_folder(self) -> None:
        folder = self.root / FOLDER
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix.lower() in SUFFIXES:
                self.read(path, Place(f"{FOLDER}/{path.name}"))

    def choose(self, role: str, name: str) -> str:
        """The family that book.yaml means; a problem where there is none."""
        if "/" in name or "\\" in name or re.search(r"\.(ttf|otf|ttc|otc|woff2?)$", name, re.IGNORECASE):
            return self.file(role, name)
        for file in self.files.values():
            if name.lower() in file.aliases:
                return file.family
        pinned = {view.lower(): view for view in load().families}
        if name.lower() in pinned:
            return pinned[name.lower()]
        known = [*self.families(), *load().families]
        near = nearest(name, known)
        hint = f"是不是 {near}？" if near else f"可用的有：{'、'.join(known)}。"
        hint += f"自己的字体文件放进书的 {FOLDER}/ 文件夹。"
        self.wrong(self.place_of(role), f"找不到字体 {name}（fonts.{role}）", hint)
        return name

    def file(self, role: str, name: str) -> str:
        place = self.place_of(role)
        path = next((path for path in (self.root / name, self.root / FOLDER / name) if path.exists()), None)
        if path is None:
            near = nearest(Path(name).name, [file.path.name for file in self.files.values()])
            guess = f"是不是 {FOLDER}/{near}？" if near else ""
            hint = f"{guess}把字体文件放进书的 {FOLDER}/ 文件夹，写成 {FOLDER}/文件名。"
            self.wrong(place, f"找不到字体文件 {name}（fonts.{role}）", hint)
            return name
        if path.suffix.lower() not in SUFFIXES:
            self.wrong(place, f"不能用这种字体文件：{name}", f"要 {'、'.join(SUFFIXES)}；网页用的 WOFF 先转成 .ttf。")
            return name
        found = self.files.get(path.resolve()) or self.read(path, place)
        return found.family if found else name

    def read(self, path: Path, place: Place) -> _File | None:
        real = path.resolve()
        try:
            self.files[real] = _File(real, place, *self.checked(path.name, real))
        except Unusable as fault:
            self.wrong(place, fault.message, fault.hint)
        return self.files.get(real)

    def checked(self, shown: str, real: Path) -> tuple[str, frozenset[str]]:
        """The names of a font file that may be used."""
        if not real.is_relative_to(self.root.resolve()):
            raise Unusable(f"字体 {shown} 在书的文件夹之外", f"把字体文件本身放进书的 {FOLDER}/ 文件夹。")
        if real.stat().st_size > LARGEST:
            raise Unusable(f"字体 {shown} 太大", f"一个文件最多 {LARGEST // 2**20} MB。")
        try:
            return _names(real)
        except Exception as error:  # fontTools raises whatever a broken table makes it stumble over
            raise Unusable(f"{shown} 不是字体，或者坏了", "换一个好的 .ttf 或 .otf，或从 fonts/ 里拿走它。") from error

    def wrong(self, place: Place, message: str, hint: str) -> None:
        self.problems.append(Problem(place, message, hint))


def _names(path: Path) -> tuple[str, frozenset[str]]:
    """The family of a font file, and all its names in small letters; any exception where it is no font."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        table: Any = font["name"]
        font.getBestCmap()
        best = table.getBestFamilyName() or path.stem
        names = {str(record).lower() for record in table.names if record.nameID in NAME_IDS}
        return best, frozenset({*names, best.lower()})


def _css_names(families: Iterable[str]) -> dict[str, str]:
    """Names that no pinned family has, of characters that mean nothing in CSS or in the name of a PDF's font."""
    names: dict[str, str] = {}
    for family in families:
        plain = UNSAFE.sub("", family).strip()
        candidates = (f"{plain} Own{number}".strip() for number in ("", *range(2, len(names) + 3)))
        names[family] = next(name for name in candidates if name not in names.values())
    return names


def _installed(name: str, files: Sequence[Path]) -> OwnFamily:
    """The family in the cache: there whole, or not there."""
    digest = hashlib.sha256(name.encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    folder = resources.cache_dir() / "own-fonts" / digest.hexdigest()[:16]
    latin = not any(has_han(file) for file in files)
    names = (name, name + LATIN_VIEW) if latin else (name,)
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}.{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        for view in range(len(names)):  # Pango keeps one coverage for a path, so each view needs a path of its own
            (partial / str(view)).mkdir(parents=True)
            for file in files:
                shutil.copyfile(file, partial / str(view) / file.name)
        try:
            partial.rename(folder)
        except OSError:  # another build was first
            shutil.rmtree(partial, ignore_errors=True)
    without: tuple[Ranges, ...] = (load().han_marks, ()) if latin else ((),)
    views = tuple((css, folder / str(i), ranges) for i, (css, ranges) in enumerate(zip(names, without, strict=True)))
    return OwnFamily(name, tuple(folder / "0" / file.name for file in files), views, latin)


def before_and_after(own: Own, role: str, language: str) -> tuple[list[str], list[str], list[str]]:
    """What the book adds to a stack: before the Latin family, after it, and at the very end."""
    chosen = own.roles.get(role, ())
    families = {family.name: family for family in own.families}
    before = [_view(name, families, language) for name in chosen if _is_latin(name, families)]
    after = [name for name in chosen if not _is_latin(name, families)]
    return before, after, [name for name in families if name not in chosen]


def _is_latin(name: str, families: Mapping[str, OwnFamily]) -> bool:
    if name in families:
        return families[name].latin
    pinned = load().families[name]
    return not has_han(pinned.path(pinned.faces[0]))


def _view(name: str, families: Mapping[str, OwnFamily], language: str) -> str:
    """Outside Chinese text a Latin family keeps its own marks, where it has a view for that."""
    whole = name + LATIN_VIEW
    offered = {view for family in families.values() for view, _, _ in family.views} | load().families.keys()
    return whole if not language.startswith("zh") and whole in offered else name
