"""Pictures of a stranger: what is taken, what is changed, what is refused, and how that is told."""

from __future__ import annotations

import base64
import io
import socket
import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from banxin import images
from banxin.errors import Level, Place
from banxin.images import Found

PLACE = Place("a.md", 3)
HEADS = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"<svg", b"<?xml"]


def find(root: Path, target: str, file: str = "a.md") -> Found:
    return images.find(root, file, target, PLACE)


def refused(found: Found) -> str:
    """The message about a picture that is not taken."""
    assert found.image is None
    (problem,) = found.problems
    assert problem.place == PLACE
    assert problem.excusable or problem.level is Level.WARNING
    assert found.label
    return problem.message


def raster(kind: str, size: tuple[int, int] = (3, 2), **options: object) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def png(width: int, height: int, packed: bytes) -> bytes:
    """A PNG of that size, whatever it holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def empty(width: int, height: int) -> bytes:
    return png(width, height, zlib.compress(b""))


# ---- where from


def test_a_picture_beside_its_chapter(tmp_path: Path) -> None:
    (tmp_path / "one" / "图").mkdir(parents=True)
    (tmp_path / "one" / "图" / "甲 乙.png").write_bytes(raster("PNG"))
    for target in ("图/甲 乙.png", "%E5%9B%BE/%E7%94%B2%20%E4%B9%99.png", "../one/图/甲 乙.png", "图\\甲 乙.png"):
        found = find(tmp_path, target, "one/a.md").image
        assert found
        assert (found.key, found.media_type, found.width, found.height) == ("one/图/甲 乙.png", "image/png", 3, 2)
        assert found.data == raster("PNG"), "byte for byte"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/etc/hostname", "图的路径不能是绝对路径"),
        ("file:///etc/hostname", "图的路径不能是绝对路径"),
        ("ftp://x/a.png", "图的路径不能是绝对路径"),
        ("C:\\a.png", "图的路径不能是绝对路径"),
        ("%2Fetc/hostname", "图的路径不能是绝对路径"),
        ("../secret.png", "图在书的文件夹之外"),
        ("here/../../secret.png", "图在书的文件夹之外"),
        ("%2e%2e/secret.png", "图在书的文件夹之外"),
        ("..%5csecret.png", "图在书的文件夹之外"),
        ("link.png", "图经由链接指到了书的文件夹之外"),
        ("folder/secret.png", "图在书的文件夹之外"),
        ("loop.png", "图的路径走不通"),
        ("here", "找不到图"),
        ("rivr.png", "找不到图"),
        ("", "找不到图"),
        ("a\0b.png", "图的路径走不通"),
        ("长" * 5000, "图的路径走不通"),
    ],
)
def test_what_is_not_in_the_book(target: str, message: str, tmp_path: Path) -> None:
    root = tmp_path / "book"
    (root / "here").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(raster("PNG"))
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    (root / "folder").symlink_to(tmp_path)
    (root / "loop.png").symlink_to(root / "loop.png")
    assert refused(find(root, target)).startswith(message)


def test_a_link_inside_the_book_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(raster("PNG"))
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    found = find(tmp_path, "b.png").image
    assert found
    assert found.key == "a.png"


@pytest.mark.parametrize("target", ["https://x.invalid/a.png", "HTTP://x.invalid/a.png", "//x.invalid/a.png"])
def test_nothing_is_fetched(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket, "getaddrinfo", no)
    assert refused(find(tmp_path, target)).startswith("网上的图没有去取")


def test_where_it_is_allowed_a_host_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = images.find(tmp_path, "a.md", "http://127.0.0.1:9/a.png", PLACE, remote=True)
    assert refused(found).startswith("网上的图取不来")


def test_a_picture_in_its_address(tmp_path: Path) -> None:
    data = raster("PNG")
    found = find(tmp_path, "data:image/png;base64," + base64.b64encode(data).decode()).image
    assert found
    assert found.data == data
    assert refused(find(tmp_path, "data:text/html,<p>")).startswith("这个 data: 地址不是图")
    assert refused(find(tmp_path, "data:image/png;base64,%%%")).startswith("data: 地址里的图坏了")


# ---- what kind


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_kept_as_it_is_whatever_its_name(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(raster(kind))
    found = find(tmp_path, "a.txt").image
    assert found
    assert (found.media_type, found.data) == (f"image/{kind.lower()}", raster(kind))


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "BMP", "TIFF"])
def test_made_png(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(raster(kind))
    found = find(tmp_path, "a").image
    assert found
    assert (found.media_type, found.width, found.height) == ("image/png", 3, 2)
    assert Pillow.open(io.BytesIO(found.data)).format == "PNG"


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    (tmp_path / "a.jpg").write_bytes(raster("JPEG", exif=exif))
    found = find(tmp_path, "a.jpg").image
    assert found
    assert (found.width, found.height, found.media_type) == (2, 3, "image/jpeg")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "认不出这是什么图"),
        (b"just words", "认不出这是什么图"),
        (raster("ICO", (16, 16)), "不支持 ICO 图"),
        (raster("PNG", (99, 99))[:90], "图坏了"),
        (raster("JPEG", (400, 400))[:-200], "图坏了"),
        (empty(3, 2), "图坏了"),
        (empty(20_001, 1), "图的尺寸太大"),
        (empty(1, 20_001), "图的尺寸太大"),
        (empty(10_001, 10_000), "图的尺寸太大"),
        (empty(19_999, 19_999), "图的尺寸大得离谱"),
        (empty(2**31 - 1, 2**31 - 1), "图的尺寸大得离谱"),
    ],
    ids=lambda value: value if isinstance(value, str) else "data",
)
def test_not_taken(data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert refused(find(tmp_path, "a.png")).startswith(message)


def test_weasyprint_does_not_make_it_lenient(tmp_path: Path) -> None:
    """Loading it tells Pillow to take files that end too early; a second book in one process is read as the first."""
    import weasyprint.images  # noqa: F401

    (tmp_path / "a.png").write_bytes(raster("PNG", (99, 99))[:90])
    assert refused(find(tmp_path, "a.png")).startswith("图坏了")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(images.LARGEST + 1)
    assert refused(find(tmp_path, "a.png")).startswith("图太大（50 MB）")


def test_a_bomb_is_seen_before_it_is_decoded(tmp_path: Path) -> None:
    """10,000 x 10,001 dots: a hundred kilobytes on the disk, a hundred megabytes in memory."""
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(b"\0" + b"\xff" * 10_000) for _ in range(10_001)) + rows.flush()
    (tmp_path / "a.png").write_bytes(png(10_000, 10_001, packed))
    assert len(packed) < 200_000
    tracemalloc.start()
    assert refused(find(tmp_path, "a.png")).startswith("图的尺寸太大")
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


@given(st.binary(max_size=300), st.sampled_from(HEADS))
def test_any_bytes_are_a_picture_or_a_problem(tail: bytes, head: bytes) -> None:
    found = find(Path(), "data:image/png;base64," + base64.b64encode(head + tail).decode())
    assert (found.image is None) == bool(found.problems)
