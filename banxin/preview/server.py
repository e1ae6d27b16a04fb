"""HTTP around `answers`, on this machine's own address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from banxin.errors import ConfigError, Place, Problem
from banxin.preview.answers import FORBIDDEN, STATE, Preview, answer

HOST = "127.0.0.1"
PATIENCE = 20.0
"""Seconds that a browser which asks for news waits for them before it is told that there are none."""


GUARDS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""No other site may show the book in itself."""


class Server(ThreadingHTTPServer):
    """Holds what is shown; each request is answered from it."""

    daemon_threads = True

    def __init__(self, preview: Preview, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self._news = Condition()
        self._preview = preview
        self.view = ""
        """What was looked at last: `web` for the web edition alone."""
        self.address = f"http://{HOST}:{self.server_port}/"

    @property
    def preview(self) -> Preview:
        """What is shown."""
        return self._preview

    @preview.setter
    def preview(self, preview: Preview) -> None:
        with self._news:
            self._preview = replace(preview, stamp=self._preview.stamp + 1)
            self._news.notify_all()

    def attend(self, asked: Mapping[str, Sequence[str]]) -> None:
        """Who asks for news says what is looked at, and waits if what is shown was seen."""
        self.view = "web" if asked.get("view") == ["web"] else ""
        seen = asked.get("seen", [""])[0]
        with self._news:
            self._news.wait_for(lambda: str(self._preview.stamp) != seen, PATIENCE)

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
        reply = FORBIDDEN
        if self.is_for_us():
            if asked.path == STATE:
                self.server.attend(parse_qs(asked.query))
            reply = answer(self.server.preview, asked.path, asked.query)
        self.send_response(reply.status)
        kind = reply.media_type
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Cache-Control", "private, max-age=86400, immutable" if reply.lasting else "no-store")
        for name, value in GUARDS:
            self.send_header(name, value)
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
