"""What stands at each address of the preview. No sockets here: a question and what is shown give an answer."""

from __future__ import annotations

import hashlib
import html
import json
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote

from banxin.errors import Problem
from banxin.resources import layouts_dir
from banxin.whereabouts import Words, locate

if TYPE_CHECKING:
    from banxin.preview.proof import Proof

OWN = "/.banxin/"
"""Begins the server's own addresses; nothing that begins with a dot is served from the disk."""
STATE, PAGES, PICTURE, WHERE = f"{OWN}state", f"{OWN}pages", f"{OWN}picture", f"{OWN}where"
DESK = frozenset({"desk.html", "desk.css", "desk.js", "panels.css", "news.js", "live.js"})
"""The files of `layouts/base/preview/`."""
EDITOR = "vscode://file{}:{}"
"""The address that opens a file at a line, in Visual Studio Code and what is made of it."""
MEDIA_TYPES = {".js": "text/javascript", ".epub": "application/epub+zip", ".woff2": "font/woff2"}
"""What the tables of some machines lack or have otherwise."""
POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)')


@dataclass(frozen=True, slots=True)
class Preview:
    """What the server shows."""

    out: Path
    version: str = ""
    """Another one after every build that went well."""
    problems: tuple[Problem, ...] = ()
    """Those of the last build, if it failed."""
    warnings: tuple[Problem, ...] = ()
    """Those of the last good build."""
    tops: tuple[Path, ...] = ()
    """What the last good build wrote."""
    book: Path | None = None
    """The manuscript, to tell where a paragraph stands in it."""
    paged: bool = False
    """Whether the book has pages: then the desk is what is shown first."""
    stage: str = ""
    """What a build is at; empty: nothing is being built."""
    took: float = 0.0
    """Seconds of the last good build."""
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    """By the names of the PDFs."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The id of a chapter -> its file in the manuscript."""
    slug: str = ""
    """What the names of the outputs begin with, before that of their edition."""
    stamp: int = 0
    """Of all this: another one whenever something is new; the server sets it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a browser."""

    status: HTTPStatus
    media_type: str = "text/plain"
    body: bytes = b""
    location: str = ""
    lasting: bool = False
    """Whether the same address gives the same for ever."""


FORBIDDEN = Reply(HTTPStatus.FORBIDDEN)
NOT_FOUND = Reply(HTTPStatus.NOT_FOUND, body="没有这一页。".encode())
Asked = Mapping[str, str]
"""The parameters of an address."""


def answer(preview: Preview, path: str, query: str = "") -> Reply:
    """What stands at an address: a file under the output folder, or one of the server's own pages."""
    if path in _OWN:
        return _OWN[path](preview, {name: values[-1] for name, values in parse_qs(query).items()})
    if path.removeprefix(OWN) in DESK and path.startswith(OWN):
        return _desk(path.removeprefix(OWN))
    file = _find(preview.out, path)
    if file is None:
        return NOT_FOUND
    if file.is_dir():
        return Reply(HTTPStatus.FOUND, location=quote(f"/{unquote(path).strip('/')}/index.html"))
    return _file(file, preview.out)


# The server's own -----------------------------------------------------------------------------------------------------


def _front(preview: Preview, _asked: Asked) -> Reply:
    """The desk; for a book without pages the first web edition; without that, the list of what was built."""
    if preview.paged:
        return _desk("desk.html")
    for top in preview.tops:
        if (top / "index.html").is_file():
            return Reply(HTTPStatus.FOUND, location=quote(f"/{top.name}/index.html"))
    items = "".join(f'<li><a href="{quote(top.name)}">{html.escape(top.name)}</a></li>' for top in preview.tops)
    page = f'<!DOCTYPE html><html lang="zh-Hans"><meta charset="utf-8"><title>预览</title><body><ul>{items}</ul></body>'
    return Reply(HTTPStatus.OK, "text/html", live(page, preview.version).encode())


def _desk(name: str) -> Reply:
    file = layouts_dir() / "base" / "preview" / name
    return Reply(HTTPStatus.OK, _kind(file), file.read_bytes())


def _state(preview: Preview, asked: Asked) -> Reply:
    """How things are; for the page that asks, its own version."""
    at = asked.get("at", "")
    return _json(
        {
            "stamp": preview.stamp,
            "version": preview.version,
            "stage": preview.stage,
            "took": preview.took,
            "problems": [_told(problem, preview) for problem in preview.problems],
            "warnings": [_told(problem, preview) for problem in preview.warnings],
            "editions": list(_editions(preview)),
            "page": _version(preview, at) if at else "",
        }
    )


def _told(problem: Problem, preview: Preview) -> dict[str, str]:
    place = problem.place
    root = preview.book if preview.book is None or preview.book.is_dir() else preview.book.parent
    file = root / place.path if root else None
    editor = _editor(file, place.line) if file and file.is_file() else ""
    return {"place": str(place), "text": problem.message, "hint": problem.hint, "editor": editor}


def _editions(preview: Preview) -> Iterator[dict[str, str]]:
    """The editions that were built: their names, and where their pages and their web edition are."""
    for name in dict.fromkeys(top.name.removesuffix(".pdf") for top in preview.tops):
        proof = preview.proofs.get(f"{name}.pdf")
        web = quote(f"/{name}/index.html") if (preview.out / name / "index.html").is_file() else ""
        if proof or web:
            pages = f"{name}.pdf" if proof else ""
            label = name.removeprefix(f"{preview.slug}-")
            yield {"name": name, "label": label, "pages": pages, "proof": proof.stamp if proof else "", "web": web}


def _pages(preview: Preview, asked: Asked) -> Reply:
    """All pages of a PDF: what a browser needs to lay them out, and to tell which it has already."""
    proof = preview.proofs.get(asked.get("pdf", ""))
    return _json({"leftwards": proof.leftwards, "pages": proof.leaves}) if proof else NOT_FOUND


def _picture(preview: Preview, asked: Asked) -> Reply:
    """A page; none where the book is another by now."""
    proof, width = preview.proofs.get(asked.get("pdf", "")), asked.get("width", "")
    picture = proof.picture(asked.get("page", ""), int(width)) if proof and width.isdecimal() and int(width) else None
    return Reply(HTTPStatus.OK, "image/png", picture, lasting=True) if picture else NOT_FOUND


def _where(preview: Preview, asked: Asked) -> Reply:
    """Where words stand in the manuscript: `path:line`, and an address that opens an editor there; on the other side.

    Asked for words of the web edition, or for a point of a page.
    """
    pointed = _words(preview, asked) if "words" in asked else _point(preview, asked)
    found = locate(preview.book, pointed.words) if preview.book and pointed else None
    if found is None or pointed is None:
        return NOT_FOUND
    root, place = found
    return _json({"place": str(place), "editor": _editor(root / place.path, place.line), **pointed.told})


class _Pointed(NamedTuple):
    """Words that are pointed at, and what a browser is told of them besides their place in the manuscript."""

    words: Words
    told: Mapping[str, Any]
    """`page` and `line` of the PDF, or `web`, the address of their chapter in the web edition, with the
    words from the point on and before it."""


def _words(preview: Preview, asked: Asked) -> _Pointed | None:
    at, words = PurePosixPath(unquote(asked.get("at", ""))), asked["words"]
    if not words:
        return None
    proof = preview.proofs.get(f"{at.parent.name}.pdf")
    found = proof.find(at.stem, preview.sources, words) if proof else None
    page, line = found or ("", None)
    source = preview.sources.get(at.stem, "")
    return _Pointed(Words(words, asked.get("before", ""), source), {"page": page, "line": line})


def _point(preview: Preview, asked: Asked) -> _Pointed | None:
    pdf, page = asked.get("pdf", ""), asked.get("page", "")
    proof = preview.proofs.get(pdf)
    try:
        point = float(asked.get("x", "")), float(asked.get("y", ""))
    except ValueError:
        return None
    spot = proof.spot(page, point, preview.sources) if proof else None
    if spot is None:
        return None
    web = f"{pdf.removesuffix('.pdf')}/{spot.chapter}.html"
    told = {
        "page": page,
        "line": spot.line,
        "words": spot.words,
        "before": spot.before,
        "web": quote(f"/{web}") if spot.chapter and (preview.out / web).is_file() else "",
    }
    return _Pointed(Words(spot.words, spot.before, preview.sources.get(spot.chapter, "")), told)


def _editor(file: Path, line: int) -> str:
    return EDITOR.format(quote(file.resolve().as_posix()), line or 1)


def _json(value: Any) -> Reply:
    return Reply(HTTPStatus.OK, "application/json", json.dumps(value, ensure_ascii=False).encode())


_OWN: Mapping[str, Callable[[Preview, Asked], Reply]] = {
    "/": _front,
    STATE: _state,
    PAGES: _pages,
    PICTURE: _picture,
    WHERE: _where,
    "/favicon.ico": lambda *_: Reply(HTTPStatus.NO_CONTENT),
}


# Files ----------------------------------------------------------------------------------------------------------------


def _find(out: Path, path: str) -> Path | None:
    """A file or folder under the output folder; not what is hidden, nor what a symbolic link leads out to."""
    name = PurePosixPath(unquote(path).lstrip("/"))
    if any(part.startswith(".") or "\0" in part for part in name.parts):
        return None
    try:
        found = (out / name).resolve()
        return found if found.is_relative_to(out.resolve()) and (found.is_file() or found.is_dir()) else None
    except OSError:  # a name that is too long, say
        return None


def _file(file: Path, out: Path) -> Reply:
    try:
        data = file.read_bytes()
    except OSError:
        return NOT_FOUND
    kind = _kind(file)
    if kind == "text/html":
        data = live(data.decode("utf-8", "replace"), _stamp(file, out)).encode()
    return Reply(HTTPStatus.OK, kind, data)


def _kind(file: Path) -> str:
    return MEDIA_TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _version(preview: Preview, path: str) -> str:
    """Another one when a page, or what it shows, is another; that of the book where the page is no file."""
    file = _find(preview.out, unquote(path))
    return _stamp(file, preview.out) if file and file.is_file() else preview.version


def _stamp(file: Path, out: Path) -> str:
    """Of a page and of what its folder has beside pages. A build leaves the files alone that stay as they are."""
    beside = sorted(file.parent.glob("*/*")) if file.parent != out.resolve() else []
    facts = [(each.name, state.st_mtime_ns, state.st_size) for each in (file, *beside) for state in [each.stat()]]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def live(page: str, version: str) -> str:
    """A page with the script that makes it follow; its own policy lets the script in."""
    page = POLICY.sub(_admit, page, count=1)
    script = f'<script type="module" src="{OWN}live.js" data-version="{version}"></script>'
    before, end, after = page.rpartition("</body>")
    return f"{before}{script}{end}{after}" if end else page + script


def _admit(match: re.Match[str]) -> str:
    directives = dict.fromkeys(("script-src", "style-src", "connect-src"), "'self'")
    for directive in html.unescape(match[2]).split(";"):
        name, _, sources = directive.strip().partition(" ")
        directives[name] = f"{sources} 'self'" if name in directives else sources
    policy = "; ".join(f"{name} {sources}".strip() for name, sources in directives.items() if name)
    return match[1] + html.escape(policy)
