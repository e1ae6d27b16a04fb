"""fonts/fonts.yaml as typed data: which families a language and a role ask for, and where their files come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from banxin import resources, yamlsafe

ROLES = ("serif", "sans", "kai", "fangsong", "mono")
"""宋、黑、楷、仿宋、等宽."""
LANGUAGES = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK", "en")

Ranges = tuple[tuple[int, int], ...]
"""Code points, first and last of each run, in order."""


@dataclass(frozen=True, slots=True)
class Face:
    """One font file of a family."""

    file: str
    """Its path inside the package."""
    weight: int
    """100-900, as in CSS."""
    italic: bool
    sha256: str
    """Of the TrueType file."""
    packed: str
    """SHA-256 of the WOFF that the package holds instead, or empty."""

    @property
    def name(self) -> str:
        """The name of the TrueType file in the cache."""
        return Path(self.file).with_suffix(".ttf").name


@dataclass(frozen=True, slots=True)
class Family:
    """The faces that one package brings, under one or more names."""

    name: str
    package: str
    version: str
    megabytes: int
    """Size of the download, 10^6 bytes."""
    licence: str
    faces: tuple[Face, ...]
    views: tuple[tuple[str, Ranges], ...]
    """A name in CSS, and the characters that this view leaves to the next family of a stack."""

    @property
    def folder(self) -> Path:
        """Where the family lies in the cache: one subfolder for each view; there whole, or not there."""
        pins = "".join(face.sha256 for face in self.faces) + str(len(self.views))
        slug = self.name.lower().replace(" ", "-")
        return resources.cache_dir() / "fonts" / f"{slug}-{hashlib.sha256(pins.encode()).hexdigest()[:12]}"

    def view_folder(self, view: str) -> Path:
        """The folder that fontconfig scans for this view."""
        return self.folder / str([name for name, _ in self.views].index(view))

    def path(self, face: Face) -> Path:
        """The TrueType file of a face."""
        return self.folder / "0" / face.name


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that fonts.yaml says."""

    families: Mapping[str, Family]
    """By the name of each view."""
    stacks: Mapping[str, Mapping[str, tuple[str, ...]]]
    """language -> role -> names of views, the fallback included."""
    han_marks: Ranges
    """What is a full em wide in Chinese, so that no Latin family may draw it there."""

    def needed(self, languages: Iterable[str]) -> list[Family]:
        """The families that the stacks of these languages name, each once, in order."""
        names = [name for language in languages for stack in self.stacks[known(language)].values() for name in stack]
        return list({self.families[name].name: self.families[name] for name in names}.values())


def known(language: str) -> str:
    """The language of our lists for a BCP 47 tag: zh-CN is zh-Hans, zh-TW is zh-Hant-TW, others are set as `en`."""
    parts = {part.lower() for part in language.split("-")}
    if "zh" not in parts:
        return "en"
    if parts & {"hk", "mo"}:
        return "zh-Hant-HK"
    return "zh-Hant-TW" if parts & {"hant", "tw"} else "zh-Hans"


@cache
def load() -> Catalog:
    """Read fonts.yaml (our own file: a fault in it is a fault of the program)."""
    data = yamlsafe.own(resources.fonts_catalog())
    sets = {name: _ranges(items) for name, items in data["sets"].items()}
    families = {}
    for name, entry in data["families"].items():
        family = _family(name, entry, sets)
        families.update({view: family for view, _ in family.views})
    fallback = tuple(data["fallback"])
    stacks = {
        language: {role: (*roles[role], *fallback) for role in ROLES} for language, roles in data["stacks"].items()
    }
    return Catalog(families, stacks, sets["han-marks"])


def _family(name: str, entry: dict[str, Any], sets: dict[str, Ranges]) -> Family:
    views = entry.get("views", {name: {}})
    return Family(
        name=name,
        package=entry["package"],
        version=entry["version"],
        megabytes=entry["megabytes"],
        licence=entry["licence"],
        faces=tuple(_face(face) for face in entry["faces"]),
        views=tuple((view, sets[rule["without"]] if rule else ()) for view, rule in views.items()),
    )


def _face(entry: dict[str, Any]) -> Face:
    return Face(
        file=entry["file"],
        weight=entry["weight"],
        italic=entry.get("style") == "italic",
        sha256=entry["sha256"],
        packed=entry.get("packed", ""),
    )


def _ranges(items: Iterable[object]) -> Ranges:
    pairs = (str(item).partition("-") for item in items)
    return tuple((int(first, 16), int(last or first, 16)) for first, _, last in pairs)
