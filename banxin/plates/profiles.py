"""The printer's ICC profile: the author's file, or one that the machine has.

None is brought along: profiles belong to those who made them. A profile of the machine is good enough for a first look
and for a book in black; for colour, the printer says which one it is.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from banxin.errors import ConfigError, Place, Problem, ToolError

FOLDERS = (
    "~/.local/share/icc",
    "~/.local/share/color/icc",
    "~/.color/icc",
    "~/Library/ColorSync/Profiles",
    "/usr/local/share/color/icc",
    "/usr/share/color/icc",
    "/Library/ColorSync/Profiles",
    "/System/Library/ColorSync/Profiles",
    "/opt/homebrew/share/ghostscript",
    "/usr/local/share/ghostscript",
)
"""Where profiles are found, one's own first (freedesktop's, Apple's and Ghostscript's folders)."""
USUAL = (
    "JapanColor2011Coated",
    "JapanColor2001Coated",
    "PSOcoated_v3",
    "PSO_Coated",
    "ISOcoated_v2_300",
    "ISOcoated_v2",
    "CoatedFOGRA39",
    "FOGRA39L",
    "GRACoL2006",
    "SWOP2006",
    "USWebCoatedSWOP",
    "default_cmyk",
    "Generic CMYK Profile",
)
"""Those that are taken where the book names none, the first found: sheet-fed offset on coated paper, then any."""
VARIABLE = "BANXIN_ICC_PATH"
"""Environment variable: folders that stand in place of `FOLDERS`, with `:` between them."""
SUFFIXES = (".icc", ".icm")
MISSING = (
    "在 book.yaml 里写 print: {icc: 印厂给的文件.icc}；手边没有，先装 Ghostscript 带的那份："
    "apt-get install libgs-common（macOS：brew install ghostscript）。"
)
CONDITIONS = (
    (re.compile(r"\bFOGRA\s?(\d{2,3})", re.IGNORECASE), "FOGRA{}"),
    (re.compile(r"\bJapan ?Color ?2011 ?Coated", re.IGNORECASE), "JC201103"),
    (re.compile(r"\bJapan ?Color ?2001 ?Coated", re.IGNORECASE), "JC200103"),
)
"""What profiles are called -> what the ICC's registry calls the printing condition that they describe."""
HEADER = 128
"""Bytes (ISO 15076-1, 7.2)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of a press."""

    path: str
    digest: str
    name: str
    condition: str


def find(root: Path, asked: str, place: Place) -> Profile:
    """The profile that a book asks for, or the machine's.

    Args:
        root: the book's folder.
        asked: a file, from that folder; or the name of one that the machine has; empty: the machine's.
        place: where the book says so.

    Raises:
        ConfigError: the file is not there, or is no profile of four inks.
        ToolError: the book names none, and the machine has none.
    """
    if not asked:
        for path in usual():
            return _read(path, place)
        raise ToolError([Problem(place, "这台机器上没有四色印刷的 ICC 色彩描述文件", MISSING)])
    path = root / Path(asked).expanduser()
    if not path.is_file():
        path = next((file for file in installed() if asked in (file.name, file.stem)), path)
    return _read(path, place)


def usual() -> Iterator[Path]:
    """Profiles of four inks on this machine, the most likely first."""
    found = {file.stem.casefold(): file for file in reversed(list(installed()))}
    for name in USUAL:
        file = found.get(name.casefold())
        if file and _is_press(_head(file)):
            yield file


def installed() -> Iterator[Path]:
    """Every profile on this machine, in a fixed order."""
    asked = os.environ.get(VARIABLE)
    for folder in asked.split(os.pathsep) if asked is not None else FOLDERS:
        base = Path(folder).expanduser()
        if folder and base.is_dir():
            yield from sorted(path for path in base.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def _read(path: Path, place: Place) -> Profile:
    head = _head(path)
    if not head:
        hint = "路径从书的文件夹算起；也可以写这台机器上已装的文件名。" + MISSING
        raise ConfigError([Problem(place, f"找不到 ICC 文件 {path.name}", hint)])
    if not _is_press(head):
        hint = "要印刷机的 CMYK 输出描述文件（问印厂要），不是显示器或扫描仪的。"
        raise ConfigError([Problem(place, f"{path.name} 不是四色印刷的 ICC 色彩描述文件", hint)])
    digest, name = _told(str(path), path.stat().st_mtime_ns)
    if not digest:
        raise ConfigError([Problem(place, f"ICC 文件 {path.name} 坏了", "向印厂再要一份。")])
    return Profile(str(path.resolve()), digest, name, condition(name))


@lru_cache(8)
def _told(path: str, _changed: int) -> tuple[str, str]:
    """The hash of a profile, and what it calls itself; both empty if it cannot be read."""
    from PIL import ImageCms  # loads a library, which only books in print need

    try:
        name = ImageCms.getProfileDescription(ImageCms.getOpenProfile(path))
    except (OSError, ImageCms.PyCMSError):
        return "", ""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest(), " ".join(name.split())


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEADER)
    except OSError:
        return b""


def _is_press(head: bytes) -> bool:
    """Whether a profile is one of an output device of four inks."""
    return len(head) == HEADER and head[36:40] == b"acsp" and head[12:16] == b"prtr" and head[16:20] == b"CMYK"


def condition(name: str) -> str:
    """The registry's name of a printing condition, if the profile's own name tells it."""
    for pattern, form in CONDITIONS:
        if found := pattern.search(name):
            return form.format(*found.groups())
    return ""
