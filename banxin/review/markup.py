"""A review as CriticMarkup: the new manuscript with marks for all that differs, as a folder that `apply` understands.

Texts carry the marks; a file that is new or gone is one mark; marks that a version has already are taken as settled.
What is no text (pictures, fonts) is the new version's, with the old one beside it where it differs; so are the names
of files: `apply` puts them back where all is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from banxin.book import Artifact
from banxin.critic import differ, marks
from banxin.critic.apply import ASIDE, LIST, TEXTS, files
from banxin.decoding import decode
from banxin.errors import Problem, stop_on_errors
from banxin.review.model import FACTS, Review

FOLDER = "critic"


def artifacts(review: Review, old: Path, new: Path) -> list[Artifact]:
    """The folder.

    Args:
        old, new: where the versions are.

    Raises:
        ManuscriptError: a text cannot be read.
        ToolError: pandoc fails.
    """
    if new.is_file():
        texts = _texts({"": old.name}, old.parent)[""], _texts({"": new.name}, new.parent)[""]
        return [Artifact(f"{FOLDER}/{new.name}", differ.criticized(*texts, new.name).encode())]
    before, after = _names(old), _names(new)
    pairs = _pairs(review, before, after)
    old_texts = _texts({name: name for name in before if _is_text(name)}, old)
    new_texts = _texts({name: name for name in after if _is_text(name)}, new)
    made = {name: _marked(name, old_texts.get(pairs.get(name, ""), ""), text) for name, text in new_texts.items()}
    gone = {name: marks.removed(text) for name, text in old_texts.items() if name not in pairs.values()}
    pictures = {name: (new / name).read_bytes() for name in after if not _is_text(name)}
    whole = {**{name: text.encode() for name, text in {**gone, **made}.items()}, **pictures}
    listing = {
        "renamed": {name: was for name, was in pairs.items() if name != was},
        "added": [name for name in pictures if name not in before],
    }
    old_pictures = {
        f"{ASIDE}/old/{name}": data
        for name in before
        if not _is_text(name) and (data := (old / name).read_bytes()) != pictures.get(name)
    }
    aside = {f"{ASIDE}/{LIST}": json.dumps(listing, ensure_ascii=False, indent=1).encode()}
    return [Artifact(f"{FOLDER}/{name}", data) for name, data in {**whole, **old_pictures, **aside}.items()]


def _is_text(name: str) -> bool:
    return Path(name).suffix in TEXTS


def _names(root: Path) -> list[str]:
    return sorted(file.relative_to(root).as_posix() for file in files(root))


def _texts(names: Mapping[str, str], root: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for key, name in names.items():
        text = decode(root, name)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        texts[key] = marks.accepted(text)
    stop_on_errors(problems)
    return texts


def _pairs(review: Review, before: list[str], after: list[str]) -> dict[str, str]:
    """New name -> old name: by the chapters in the files, then by the names."""
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for one in review.comparisons:
        if one.old and one.new and one.new.id != FACTS and one.new.path not in pairs and one.old.path not in taken:
            pairs[one.new.path] = one.old.path
            taken.add(one.old.path)
    for name in after:
        if _is_text(name) and name in before and name not in pairs and name not in taken:
            pairs[name] = name
    return pairs


def _marked(name: str, old: str, new: str) -> str:
    if name.endswith(".md"):
        return differ.criticized(old, new, name)
    return differ.by_line(old, new)
