"""`apply`: an author takes or refuses changes, each or all, and the manuscript is plain again.

A folder that `review --critic` wrote tells beside its texts which files were renamed and which pictures exchanged;
these follow where all changes are taken, or all refused.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banxin.critic import marks
from banxin.critic.marks import Kind, Mark
from banxin.decoding import decode
from banxin.errors import ConfigError, ManuscriptError, Place, Problem, stop_on_errors
from banxin.write import MANIFEST, write_text

TEXTS = frozenset({".md", ".yaml", ".bib", ".tsv", ".txt"})
ASIDE = ".critic"
"""The folder beside the texts with what is no text."""
LIST = "changes.json"
ALL = "all"
RANGE = re.compile(r"(\d+)(?:-(\d+))?")
HINT = "写 all，或编号，如 3,5-8；编号见 build.py apply 文件（不写 --accept 和 --reject）。"
NAMES = {Kind.ADD: "增", Kind.REMOVE: "删", Kind.REPLACE: "改", Kind.COMMENT: "批注", Kind.HIGHLIGHT: "标出"}
SHOWN = 40
"""Characters of a change in a list."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is taken and what refused, by number from 1; `all` for those that no number names."""

    accept: str = ""
    reject: str = ""

    def numbers(self) -> dict[int, bool]:
        """The numbers that are named, and whether they are taken.

        Raises:
            ConfigError: no number, or one that is taken and refused.
        """
        found: dict[int, bool] = {}
        for text, taken in ((self.accept, True), (self.reject, False)):
            for number in _numbers(text):
                if found.setdefault(number, taken) != taken:
                    problem = Problem(Place("apply"), f"第 {number} 处又接受又拒绝", HINT)
                    raise ConfigError([problem])
        return found

    @property
    def rest(self) -> bool | None:
        """What becomes of those that no number names; None: they stay."""
        if self.accept == self.reject == ALL:
            raise ConfigError([Problem(Place("apply"), "全部接受又全部拒绝", HINT)])
        return True if self.accept == ALL else False if self.reject == ALL else None


def _numbers(text: str) -> Iterator[int]:
    for piece in text.split(",") if text not in ("", ALL) else ():
        match = RANGE.fullmatch(piece.strip())
        if not match:
            raise ConfigError([Problem(Place("apply"), f"看不懂编号：{piece.strip() or text}", HINT)])
        yield from range(int(match[1]), int(match[2] or match[1]) + 1)


@dataclass(frozen=True, slots=True)
class Marked:
    """A file with marks."""

    root: Path
    name: str
    text: str
    marks: list[Mark]
    first: int
    """The number of its first mark."""


def read(path: Path) -> list[Marked]:
    """The files with marks under a path, in order.

    Raises:
        ManuscriptError: nothing is there, or a mark is wrong.
    """
    if not path.exists():
        raise ManuscriptError([Problem(Place(str(path)), "没有这个文件或文件夹", "写稿子的位置：apply 稿子/ 。")])
    root = path.parent if path.is_file() else path
    found: list[Marked] = []
    problems: list[Problem] = []
    number = 1
    for file in [path] if path.is_file() else _texts(path):
        name = file.relative_to(root).as_posix()
        text = decode(root, name)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        there, faults = marks.read(text, name)
        problems += faults
        if there:
            found.append(Marked(root, name, text, there, number))
            number += len(there)
    stop_on_errors(problems)
    return found


def _texts(root: Path) -> list[Path]:
    return sorted(file for file in files(root) if file.suffix in TEXTS)


def files(folder: Path) -> Iterator[Path]:
    """The files of a manuscript; not what is hidden, nor what banxin made."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.is_symlink():
            continue
        if path.is_dir() and not (path / MANIFEST).exists():
            yield from files(path)
        elif path.is_file():
            yield path


def listed(path: Path) -> list[str]:
    """Every mark with its number: what `apply` may be told of."""
    return [
        f"{number:>4}  {one.name}:{mark.line}  {NAMES[mark.kind]}  {_shown(mark)}"
        for one in read(path)
        for number, mark in enumerate(one.marks, one.first)
    ]


def _shown(mark: Mark) -> str:
    before, after = (" ".join(text.split()) or "↵" * bool(text) for text in (mark.old, mark.new))
    if mark.kind is Kind.COMMENT:
        before, after = mark.words, ""
    said = f"{_short(before)} → {_short(after)}" if mark.kind is Kind.REPLACE else _short(before or after)
    return " ".join(said.split())


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def apply(path: Path, answer: Answer, out: Path | None = None) -> list[Path]:
    """Take or refuse changes; gives the files that are other than before.

    Args:
        out: a folder that gets the whole manuscript, which itself stays as it is.

    Raises:
        ConfigError: an answer cannot be understood, or names what is not there.
        ManuscriptError: a mark is wrong.
        ToolError: a file cannot be written.
    """
    numbers, rest = answer.numbers(), answer.rest
    marked = read(path)
    last = max((one.first + len(one.marks) - 1 for one in marked), default=0)
    wrong = [number for number in numbers if not 1 <= number <= last]
    if wrong:
        raise ConfigError([Problem(Place("apply"), f"没有第 {wrong[0]} 处，一共 {last} 处", HINT)])
    if out:
        _copy(path, out)
    root = out or (path.parent if path.is_file() else path)
    changed = [root / one.name for one in marked if _answered(one, numbers, rest, root)]
    if rest is not None and not numbers and not path.is_file():
        changed += _follow(root, rest)
    return sorted(set(changed))


def _copy(path: Path, out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError([Problem(Place(str(out)), "文件夹不是空的", "换一个空的或还没有的文件夹。")])
    if path.is_file():
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, out / path.name)
    else:
        shutil.copytree(path, out, dirs_exist_ok=True)


def _answered(one: Marked, numbers: dict[int, bool], rest: bool | None, root: Path) -> bool:
    """Write one file anew; whether it is another now. A file of which nothing is left is taken away."""

    def become(n: int, mark: Mark) -> str | None:
        taken = numbers.get(one.first + n, rest)
        return None if taken is None else mark.new if taken else mark.old

    text = marks.resolved(one.text, one.marks, become)
    if text == one.text:
        return False
    file = root / one.name
    if text.strip():
        ends = b"\r\n" in file.read_bytes()
        write_text(file, text.replace("\n", "\r\n") if ends else text)
    else:
        file.unlink()
    return True


# What is no text ------------------------------------------------------------------------------------------------------


def _follow(root: Path, taken: bool) -> list[Path]:
    """Names and pictures as they are now, or as they were."""
    aside = root / ASIDE
    if not (aside / LIST).is_file():
        return []
    listing: dict[str, Any] = json.loads((aside / LIST).read_text("utf-8"))
    changed: list[Path] = []
    if not taken:
        changed += _renamed(root, listing["renamed"])
        for file in (file for file in (aside / "old").rglob("*") if file.is_file()):
            target = _inside(root, file.relative_to(aside / "old"))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            changed.append(target)
        for name in listing["added"]:
            _inside(root, Path(name)).unlink(missing_ok=True)
    shutil.rmtree(aside)
    return changed


def _renamed(root: Path, names: dict[str, str]) -> list[Path]:
    """Files get their old names back, also where one has that of another now."""
    beside = {new: _inside(root, Path(f"{new}.renamed")) for new in names}
    for new, path in beside.items():
        if (here := _inside(root, Path(new))).is_file():
            os.replace(here, path)
    for new, old in names.items():
        if beside[new].is_file():
            target = _inside(root, Path(old))
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(beside[new], target)
    return [root / old for old in names.values()]


def _inside(root: Path, name: Path) -> Path:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ManuscriptError([Problem(Place(str(name)), "在书的文件夹之外", "这个文件夹不是 review --critic 写的。")])
    return path
