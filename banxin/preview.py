"""The preview: a web server for the browsers of this machine, with pages that reload themselves.

Only files under the output folder are served. They stay as they are: what reloads a page is in what is sent, never in
the file.
"""

from __future__ import annotations

import html
import json
import mimetypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from banxin.errors import ConfigError, Place, Problem

HOST = "127.0.0.1"
STATE, SCRIPT, WHERE = "/.banxin/state", "/.banxin/live.js", "/.banxin/where"
"""Addresses of the server's own; nothing that begins with a dot is served from the disk."""
EDITOR = "vscode://file{}:{}"
"""The address that opens a file at a line, in Visual Studio Code and what is made of it."""
MEDIA_TYPES = {".js": "text/javascript", ".epub": "application/epub+zip", ".woff2": "font/woff2"}
"""What the tables of some machines lack or have otherwise."""
POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)')

LIVE = """\
(() => {
  const version = document.currentScript.dataset.version;
  const trouble = document.createElement("pre");
  trouble.setAttribute("role", "alert");
  trouble.style.cssText = "position: fixed; inset: auto 0 0; z-index: 9999; margin: 0; max-height: 50%; "
    + "overflow: auto; white-space: pre-wrap; background: Canvas; color: CanvasText; border-top: thick solid";
  const ask = async () => {
    try {
      const state = await (await fetch("/.banxin/state", {cache: "no-store"})).json();
      if (state.version !== version) return location.reload();
      trouble.textContent = state.trouble;
      if (state.trouble) document.body.append(trouble); else trouble.remove();
    } catch { /* the server is gone, or not yet back: ask again */ }
    setTimeout(ask, document.hidden ? 1000 : 150);
  };
  ask();

  const bar = document.createElement("div");
  bar.id = "banxin-place";
  bar.setAttribute("role", "status");
  bar.style.cssText = "position: fixed; inset: auto 0 0; z-index: 9998; padding: .5em 1em; font: 14px/1.6 sans-serif; "
    + "background: Canvas; color: CanvasText; border-top: thin solid; display: flex; gap: 1.5em";
  document.addEventListener("click", async (event) => {
    const block = event.target.closest("p, li, dt, dd, td, th, h1, h2, h3, h4, h5, h6, pre, figcaption, blockquote");
    if (bar.contains(event.target)) return;
    bar.remove();
    if (!block || event.target.closest("a, button, input, label, nav") || String(getSelection())) return;
    const copy = block.cloneNode(true);
    for (const added of copy.querySelectorAll(".noteref, .label, .number, rt, ol, ul")) added.remove();
    const words = copy.textContent.replace(/\\s+/g, "").slice(0, 80);
    const reply = await fetch("/.banxin/where?words=" + encodeURIComponent(words));
    if (!reply.ok) return;
    const found = await reply.json();
    const place = document.createElement("code"), open = document.createElement("a");
    place.textContent = found.place;
    place.style.userSelect = "all";
    open.href = found.editor;
    open.textContent = "在编辑器里打开";
    bar.replaceChildren(place, open);
    document.body.append(bar);
  });
})();
"""
"""Asks several times a second whether there is a newer book, or a fault in it (now and then where nobody looks); tells
where a paragraph stands that is clicked on."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the server shows."""

    out: Path
    version: str = ""
    """Another one after every build that went well."""
    trouble: str = ""
    """The problems of the last build, if it failed."""
    tops: tuple[Path, ...] = ()
    """What the last good build wrote."""
    book: Path | None = None
    """The manuscript, to tell where a paragraph stands in it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a browser."""

    status: HTTPStatus
    media_type: str = "text/plain"
    body: bytes = b""
    location: str = ""


class Server(ThreadingHTTPServer):
    """Holds what is shown; each request is answered from it."""

    daemon_threads = True

    def __init__(self, preview: Preview, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.preview = preview
        self.address = f"http://{HOST}:{self.server_port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no news."""


@contextmanager
def serving(preview: Preview, port: int) -> Iterator[Server]:
    """A server on this machine's own address, in a thread.

    Raises:
        ConfigError: the port is taken, or is no port.
    """
    try:
        server = Server(preview, port)
    except (OSError, OverflowError) as error:
        hint = "用 --port 换一个；--port 0 是随便哪个空的。"
        raise ConfigError([Problem(Place("--port"), f"端口 {port} 用不了：{error}", hint)]) from error
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """HTTP around `answer`."""

    server: Server

    def do_GET(self) -> None:
        """Send what is asked for."""
        asked = urlsplit(self.path)
        reply = answer(self.server.preview, asked.path, asked.query) if self.is_for_us() else _FORBIDDEN
        self.send_response(reply.status)
        kind = reply.media_type
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if reply.location:
            self.send_header("Location", reply.location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_HEAD = do_GET

    def is_for_us(self) -> bool:
        """Whether the browser means this machine: another site's name that leads here (DNS rebinding) is refused."""
        return self.headers.get("Host", "") in {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: the terminal is for the book."""


_FORBIDDEN = Reply(HTTPStatus.FORBIDDEN)
_NOT_FOUND = Reply(HTTPStatus.NOT_FOUND, body="没有这一页。".encode())


def answer(preview: Preview, path: str, query: str = "") -> Reply:
    """What stands at an address: a file under the output folder, or one of the server's own pages."""
    own = {"/": _front, STATE: _state, SCRIPT: _script, WHERE: _where}.get(path)
    if own:
        return own(preview, query)
    name = PurePosixPath(unquote(path).lstrip("/"))
    file = _find(preview.out, name)
    if file is None:
        return _NOT_FOUND
    if file.is_dir():
        return Reply(HTTPStatus.FOUND, location=quote(f"/{name}/index.html"))
    return _file(file, preview.version)


def _state(preview: Preview, _query: str) -> Reply:
    state = json.dumps({"version": preview.version, "trouble": preview.trouble}, ensure_ascii=False)
    return Reply(HTTPStatus.OK, "application/json", state.encode())


def _script(_preview: Preview, _query: str) -> Reply:
    return Reply(HTTPStatus.OK, "text/javascript", LIVE.encode())


def _where(preview: Preview, query: str) -> Reply:
    """Where words stand in the manuscript: `path:line`, and an address that opens an editor there."""
    from banxin.whereabouts import locate

    words = "".join(parse_qs(query).get("words", []))
    found = locate(preview.book, words) if preview.book and words else None
    if found is None:
        return _NOT_FOUND
    root, place = found
    file = (root / place.path).resolve().as_posix()
    told = json.dumps({"place": str(place), "editor": EDITOR.format(quote(file), place.line)}, ensure_ascii=False)
    return Reply(HTTPStatus.OK, "application/json", told.encode())


def _find(out: Path, name: PurePosixPath) -> Path | None:
    """A file or folder under the output folder; not what is hidden, nor what a symbolic link leads out to."""
    if any(part.startswith(".") or "\0" in part for part in name.parts):
        return None
    try:
        path = (out / name).resolve()
        return path if path.is_relative_to(out.resolve()) and (path.is_file() or path.is_dir()) else None
    except OSError:  # a name that is too long, say
        return None


def _file(file: Path, version: str) -> Reply:
    try:
        data = file.read_bytes()
    except OSError:
        return _NOT_FOUND
    kind = MEDIA_TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if kind == "text/html":
        data = live(data.decode("utf-8", "replace"), version).encode()
    return Reply(HTTPStatus.OK, kind, data)


def _front(preview: Preview, _query: str) -> Reply:
    """The first web edition; where there is none, the list of what was built."""
    for top in preview.tops:
        if (top / "index.html").is_file():
            return Reply(HTTPStatus.FOUND, location=quote(f"/{top.name}/index.html"))
    items = "".join(f'<li><a href="{quote(top.name)}">{html.escape(top.name)}</a></li>' for top in preview.tops)
    page = f'<!DOCTYPE html><html lang="zh-Hans"><meta charset="utf-8"><title>预览</title><body><ul>{items}</ul></body>'
    return Reply(HTTPStatus.OK, "text/html", live(page, preview.version).encode())


def live(page: str, version: str) -> str:
    """A page with the script that reloads it; its own policy lets the script in."""
    page = POLICY.sub(_admit, page, count=1)
    script = f'<script src="{SCRIPT}" data-version="{version}"></script>'
    before, end, after = page.rpartition("</body>")
    return f"{before}{script}{end}{after}" if end else page + script


def _admit(match: re.Match[str]) -> str:
    policy = html.unescape(match[2]).replace("script-src ", "script-src 'self' ")
    return match[1] + html.escape(f"{policy}; script-src 'self'; connect-src 'self'")
