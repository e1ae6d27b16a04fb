"""`watch` and its preview: for real, in a process of its own, through HTTP and in a browser."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from banxin import build, preview, starter, watching, write
from banxin.book import Artifact
from banxin.errors import ConfigError, Place, Problem
from banxin.resources import layouts_dir
from tests.watched import PATIENCE, ROOT, Session, watched

pytestmark = pytest.mark.slow

# The preview ----------------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;sha256-x&#39;">
</head><body><p>正文</p></body></html>
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    write.write(
        [
            Artifact("b/index.html", PAGE.encode()),
            Artifact("b/图.svg", b"<svg/>"),
            Artifact("b.pdf", b"%PDF"),
            Artifact("b.epub", b"PK"),
        ],
        folder,
    )
    (tmp_path / "secret.html").write_text("secret")
    (folder / "leads-out").symlink_to(tmp_path)
    (folder / "leads-out.html").symlink_to(tmp_path / "secret.html")
    (folder / "leads-in.pdf").symlink_to("b.pdf")
    return folder


@pytest.fixture
def server(out: Path) -> Iterator[preview.Server]:
    shown = preview.Preview(out, "v1", tops=(out / "b.pdf", out / "b"))
    with preview.serving(shown, 0) as running:
        yield running


def ask(
    server: preview.Server, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """Exactly this path, which a library for clients would tidy up."""
    connection = http.client.HTTPConnection(preview.HOST, server.server_port, timeout=PATIENCE)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    return response, response.read()


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/b.pdf", "application/pdf", b"%PDF"),
        ("/b.pdf?x=1", "application/pdf", b"%PDF"),
        ("/leads-in.pdf", "application/pdf", b"%PDF"),
        ("/b.epub", "application/epub+zip", b"PK"),
        ("/b/%E5%9B%BE.svg", "image/svg+xml", b"<svg/>"),
    ],
)
def test_outputs_are_served_as_they_are(server: preview.Server, path: str, kind: str, body: bytes) -> None:
    response, data = ask(server, path)
    assert (response.status, response.headers["Content-Type"], data) == (200, kind, body)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/b/../../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/b/..%2F..%2Fsecret.html",
        "/..%5csecret.html",
        "//secret.html",
        "/leads-out/secret.html",
        "/leads-out.html",
        "/leads-out",
        "/.banxin-outputs",
        "/.banxin/other",
        "/b.pdf%00.html",
        "/" + "a/" * 5000,
        "/absent.html",
        "http://other.example/b",
    ],
)
def test_nothing_else_is_served(server: preview.Server, path: str) -> None:
    response, data = ask(server, path)
    status = response.status
    if status == 302:
        response, data = ask(server, response.headers["Location"])
        status = response.status
    assert status in (404, 414) or data == b""
    assert b"secret" not in data


def test_a_folder_is_its_index_and_never_a_list(server: preview.Server, out: Path) -> None:
    for path in ("/b", "/b/", "/"):
        response, data = ask(server, path)
        assert (response.status, response.headers["Location"], data) == (302, "/b/index.html", b"")
    (out / "b" / "index.html").unlink()
    assert ask(server, "/b/index.html")[0].status == 404


def test_without_a_site_the_outputs_are_listed(server: preview.Server, out: Path) -> None:
    server.preview = preview.Preview(out, "v1", tops=(out / "a&b.pdf",))
    response, data = ask(server, "/")
    assert response.status == 200
    assert '<a href="a%26b.pdf">a&amp;b.pdf</a>' in data.decode()
    assert "leads-in" not in data.decode()


def test_the_script_is_in_the_page_and_not_in_the_file(server: preview.Server, out: Path) -> None:
    page = ask(server, "/b/index.html")[1].decode()
    assert re.search(r'<script type="module" src="/.banxin/live.js" data-version="\w+"></script></body>', page)
    policy = re.search(r'Policy" content="([^"]*)"', page)
    assert policy is not None
    allowed = [part.strip().split(" ", 1) for part in policy[1].replace("&#x27;", "'").split(";")]
    assert sorted(allowed) == [
        ["connect-src", "'self'"],
        ["default-src", "'none'"],
        ["script-src", "'sha256-x' 'self'"],
        ["style-src", "'self'"],
    ]
    assert (out / "b" / "index.html").read_text("utf-8") == PAGE
    assert b"/.banxin/state" in ask(server, "/.banxin/news.js")[1]


def test_a_page_has_a_version_of_its_own(server: preview.Server, out: Path) -> None:
    """It is loaded again when it, or what stands beside it, is another; not for another chapter."""

    def version() -> str:
        told = json.loads(ask(server, "/.banxin/state?at=/b/index.html")[1])["page"]
        assert f'data-version="{told}"' in ask(server, "/b/index.html")[1].decode()
        return str(told)

    known = [version()]
    (out / "b" / "other.html").write_text("x")
    server.preview = replace(server.preview, version="v2")
    assert version() == known[0]
    (out / "b" / "assets").mkdir()
    (out / "b" / "assets" / "book.css").write_text("p {}")
    known.append(version())
    (out / "b" / "index.html").write_text(PAGE.replace("正文", "另一句正文"), "utf-8")
    known.append(version())
    assert len(set(known)) == 3


def test_the_state_follows_the_builds(server: preview.Server, out: Path) -> None:
    book = out.parent / "book"
    book.mkdir()
    (book / "1.md").touch()
    problems = (Problem(Place("1.md", 3), "错了", "改"), Problem(Place("--port"), "也错了"))
    server.preview = preview.Preview(out, "v2", problems, book=book, tops=(out / "b.pdf", out / "b"), stage="读稿")
    assert json.loads(ask(server, "/.banxin/state")[1]) == {
        "stamp": 1,
        "version": "v2",
        "stage": "读稿",
        "took": 0.0,
        "problems": [
            {"place": "1.md:3", "text": "错了", "hint": "改", "editor": f"vscode://file{book / '1.md'}:3"},
            {"place": "--port", "text": "也错了", "hint": "", "editor": ""},
        ],
        "warnings": [],
        "editions": [{"name": "b", "label": "b", "pages": "", "proof": "", "web": "/b/index.html"}],
        "page": "",
    }


def test_who_asks_for_news_is_told_when_there_are_some(server: preview.Server) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(ask, server, "/.banxin/state?seen=0")
        assert not waiting.done()
        server.preview = replace(server.preview, version="v2")
        assert json.loads(waiting.result(PATIENCE)[1])["version"] == "v2"
        assert json.loads(ask(server, "/.banxin/state?seen=0")[1])["stamp"] == 1, (
            "who has not seen it waits for nothing"
        )


def test_a_book_with_pages_is_shown_on_the_desk(server: preview.Server) -> None:
    server.preview = replace(server.preview, paged=True)
    response, data = ask(server, "/")
    assert response.status == 200
    for name in re.findall(r'(?:href|src)="(/[^"]+)"', data.decode()):
        assert ask(server, name)[0].status == 200
    for path in ("pages?pdf=b.pdf", "picture?pdf=b.pdf&page=x&width=800", "where?pdf=b.pdf&page=x&x=1&y=1"):
        assert ask(server, f"/.banxin/{path}")[0].status == 404


def test_head_and_host(server: preview.Server) -> None:
    response, data = ask(server, "/b.pdf", "HEAD")
    assert (response.status, response.headers["Content-Length"], data) == (200, "4", b"")
    assert ask(server, "/b.pdf", Host=f"localhost:{server.server_port}")[0].status == 200
    response, data = ask(server, "/b.pdf", Host=f"evil.example:{server.server_port}")
    assert (response.status, data) == (403, b"")
    assert ask(server, "/b.pdf", "POST")[0].status == 501


def test_no_other_site_may_show_the_book_in_itself(server: preview.Server) -> None:
    for path in ("/b/index.html", "/b.pdf", "/.banxin/state", "/absent"):
        headers = ask(server, path)[0].headers
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_is_looked_at_is_known(server: preview.Server) -> None:
    for view, known in (("web", "web"), ("pages", ""), ("web", "web"), ("both", "")):
        ask(server, f"/.banxin/state?view={view}")
        assert server.view == known


def test_only_this_machine_is_listened_to(server: preview.Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_taken_port_is_told(server: preview.Server, out: Path) -> None:
    for port in (server.server_port, 65536):
        with (
            pytest.raises(ConfigError, match=rf"--port: 错误：端口 {port} 用不了"),
            preview.serving(server.preview, port),
        ):
            pytest.fail("it is taken")


# What is watched ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("book/1.md", True),
        ("book/images/a.svg", True),
        ("book/.1.md.swp", False),
        ("book/1.md~", False),
        ("book/#1.md#", False),
        ("book/.git/index", False),
        ("dist", False),
        ("dist/b/index.html", False),
        ("dist/.banxin-ab12cd_4/b.pdf", False),
        ("dist/1.md", True),
        ("distance/1.md", True),
    ],
)
def test_our_own_outputs_change_no_book(tmp_path: Path, path: str, expected: bool) -> None:
    write.write([Artifact("b/index.html", b"")], tmp_path / "dist")
    assert watching.matters(tmp_path / path, tmp_path / "dist") is expected


def test_a_manuscript_beside_its_outputs_is_watched(tmp_path: Path) -> None:
    write.write([Artifact("b.pdf", b"")], tmp_path)
    assert watching.matters(tmp_path / "book" / "1.md", tmp_path)
    assert not watching.matters(tmp_path / "b.pdf", tmp_path)


def test_the_layouts_are_watched_and_a_home_directory_is_not(tmp_path: Path) -> None:
    (tmp_path / "images" / "deep").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "essay.md").touch()
    assert watching._places(tmp_path) == ([tmp_path, layouts_dir()], True)
    places, deep = watching._places(tmp_path / "essay.md")
    assert not deep
    assert {tmp_path, tmp_path / "images", layouts_dir() / "base"} < set(places)
    assert not {tmp_path / "images" / "deep", tmp_path / ".hidden"} & set(places)


# For real -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with watched(tmp_path, "-f", "html") as running:
        yield running


def test_a_day_of_writing(session: Session) -> None:
    assert "祖父泡茶" in session.page("book-zh-Hans/ch-water.html")
    assert "听水" in session.page()

    session.change("祖父泡茶", "外公泡茶")
    session.wait(lambda: "外公泡茶" in session.page("book-zh-Hans/ch-water.html"))

    session.change("外公泡茶", "外公[^nope]泡茶")
    session.wait(lambda: "01-water.md:3: 错误：脚注没有定义：nope" in session.told.read_text("utf-8"))
    session.wait(lambda: "nope" in session.page(".banxin/state"))
    assert "外公泡茶" in session.page("book-zh-Hans/ch-water.html"), "the last good book is still there"

    (session.book / "book.yaml").write_text("title: [", "utf-8")
    session.wait(lambda: re.search(r"^book\.yaml:\d+: 错误", session.told.read_text("utf-8"), re.MULTILINE))

    starter_yaml = starter._book("book")
    (session.book / "book.yaml").write_text(starter_yaml, "utf-8")
    session.change("外公[^nope]泡茶", "外婆泡茶")
    session.wait(lambda: "外婆泡茶" in session.page("book-zh-Hans/ch-water.html"))
    session.wait(lambda: json.loads(session.page(".banxin/state"))["problems"] == [])

    session.process.send_signal(signal.SIGINT)
    assert session.process.wait(PATIENCE) == 0
    assert session.said.read_text("utf-8").endswith("停下了。\n")
    assert "Traceback" not in session.told.read_text("utf-8")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((preview.HOST, int(session.address.rstrip("/").rpartition(":")[2])), timeout=5)
    assert "live.js" not in (session.book.parent / "out" / "book-zh-Hans" / "ch-water.html").read_text("utf-8")


@pytest.mark.parametrize("page", ["book-zh-Hans/ch-water.html", "book-zh-Hans.html"])
def test_a_browser_follows(chromium: Browser, session: Session, page: str) -> None:
    patience = PATIENCE * 1000
    with chromium.new_context() as context:
        view = context.new_page()
        complaints: list[str] = []
        view.on("console", lambda message: complaints.append(message.text))
        view.goto(session.address + page, timeout=patience)
        expect(view.locator("main")).to_contain_text("祖父泡茶", timeout=patience)
        session.change("祖父泡茶", "外公泡茶")
        expect(view.locator("main")).to_contain_text("外公泡茶", timeout=patience)
        session.change("外公泡茶", "外公[^nope]泡茶")
        expect(view.get_by_role("alert")).to_contain_text("脚注没有定义：nope", timeout=patience)
        session.change("外公[^nope]泡茶", "外婆泡茶")
        expect(view.locator("main")).to_contain_text("外婆泡茶", timeout=patience)
        expect(view.get_by_role("alert")).to_have_count(0, timeout=patience)
    assert [text for text in complaints if "Security Policy" in text] == []


def test_a_click_tells_where_a_paragraph_stands(chromium: Browser, session: Session) -> None:
    patience = PATIENCE * 1000
    with chromium.new_context() as context:
        view = context.new_page()
        view.goto(session.address + "book-zh-Hans/ch-water.html", timeout=patience)
        view.locator("main p", has_text="祖父泡茶").click(timeout=patience)
        bar = view.locator("#banxin-place")
        expect(bar).to_contain_text("01-water.md:3", timeout=patience)
        link = bar.get_by_role("link").get_attribute("href")
        assert link == f"vscode://file{session.book / '01-water.md'}:3"
        view.locator("h1").click(timeout=patience)
        expect(bar).to_contain_text("01-water.md:1", timeout=patience)
        view.locator(".bar").first.click(timeout=patience)
        expect(bar).to_have_count(0, timeout=patience)


@pytest.mark.parametrize("quiet", [False, True])
def test_the_terminal_hears_how_far_the_first_build_is(tmp_path: Path, quiet: bool) -> None:
    with watched(tmp_path, "-f", "html", *(["--quiet"] if quiet else [])) as session:
        if not quiet:
            assert re.search(r"^\[ *\d+\.\d s\] 读稿$", session.told.read_text("utf-8"), re.MULTILINE)
        session.change("祖父泡茶", "外公泡茶")
        session.wait(lambda: "外公泡茶" in session.page("book-zh-Hans/ch-water.html"))
        session.wait(lambda: json.loads(session.page(".banxin/state"))["stage"] == "")
        assert session.told.read_text("utf-8").count("读稿") == (0 if quiet else 1)
        assert session.builds == 0 if quiet else session.builds


def workers_of(pid: int) -> list[int]:
    """The processes that do a part of its work."""
    started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in started if "spawn_main" in Path(f"/proc/{each}/cmdline").read_text()]


def test_a_worker_that_is_ended_by_the_system_is_made_good_for(tmp_path: Path) -> None:
    """Workers stay from build to build; one may be gone when the next begins."""
    with watched(tmp_path, "--jobs", "2") as session:
        known = workers_of(session.process.pid)
        assert len(known) == 2
        os.kill(known[0], signal.SIGKILL)
        session.change("祖父泡茶", "外公泡茶")
        session.wait(lambda: "外公泡茶" in session.page("book-zh-Hans/ch-water.html"))
        assert "结束了" not in session.told.read_text("utf-8")
        session.wait(lambda: session.builds == 2)
        assert not set(known) & set(workers_of(session.process.pid))


@pytest.mark.parametrize(("view", "first"), [("", "pdf"), ("web", "html")])
def test_what_is_looked_at_is_made_first(tmp_path: Path, view: str, first: str) -> None:
    book = tmp_path / "book.md"
    book.write_text("# 书\n\n水在壶里由静而响。\n", "utf-8")
    order = build.Order(book, formats=("pdf", "html"), out=tmp_path / "out", jobs=1)
    made: list[str] = []

    class Noting(watching.Builder):
        def show(self, artifacts: Sequence[Artifact]) -> None:
            made.append("pdf" if artifacts[0].path.endswith(".pdf") else "html")
            super().show(artifacts)

    with preview.serving(preview.Preview(order.out, book=book, paged=True), 0) as server:
        server.view = view
        Noting(order, server, watching.Voice(*[lambda _: None] * 3)).rebuild()
    assert made[0] == first
    assert len(made) == 2


def test_no_such_book_ends_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "build.py", "watch", str(tmp_path / "absent"), "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "没有这本书" in done.stderr
