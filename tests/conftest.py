"""What all tests share: the books that are built once a run, and the option that rewrites golden files."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from _pytest import runner
from playwright.sync_api import Browser, sync_playwright

from banxin import build, cache, machine
from banxin.stack import roomy
from tests.programs import CHROMIUM, QUIET, need

ROOT = Path(__file__).parent.parent
ESSAY = ROOT.parent / "shared" / "manuscripts" / "essay-zh-Hans.md"
EPOCH = "1770163200"

PATIENCE = 900
"""Seconds to wait for what surely comes, on a busy machine late."""
NOT_OURS = ("GIT_", "MAKE", "MFLAGS", "COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "PYTHON")
"""Variables, by how they begin, of whoever started the tests: a git hook, make, a terminal, a CI service."""


def plain_environment() -> None:
    """The same surroundings in every worker, wherever the tests run; what they start inherits them."""
    for name in [name for name in os.environ if name.startswith(NOT_OURS)]:
        del os.environ[name]
    os.environ.update(
        SOURCE_DATE_EPOCH=EPOCH,
        TERM="xterm-256color",
        LC_ALL="C.UTF-8",
        BANXIN_EPUBCHECK="off",  # Java takes longer than most books; the tests that read what it says turn it on
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_CONFIG_NOSYSTEM="1",
    )
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # tests in the background; what they start inherits it
        signal.signal(signal.SIGINT, signal.default_int_handler)


plain_environment()
machine.preload()  # whichever test loads WeasyPrint first

# The same examples everywhere, so that what passes here passes in CI. To look for new ones:
# HYPOTHESIS_PROFILE=search, with fresh examples, many more of them.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("search", derandomize=False, deadline=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@dataclass(frozen=True)
class Sample:
    """A real book and the editions that it is built in."""

    path: Path
    editions: tuple[str, ...]


SAMPLES = {
    "essay": Sample(ESSAY, ("zh-Hans", "zh-Hant-TW")),
    "chronicle": Sample(ROOT / "examples" / "chronicle.md", ("zh-Hans", "zh-Hant-HK")),
    "story": Sample(ROOT / "examples" / "story-zh-Hant-TW", ("zh-Hant-TW", "zh-Hans")),
    "handbook": Sample(ROOT / "manuscript", ("zh-Hans", "zh-Hant-TW")),
}
BUILT = {**SAMPLES, "notes": Sample(ROOT / "tests" / "books" / "notes", ("zh-Hans", "zh-Hant-TW"))}
"""With those that are made for one thing, and are no measure of how a book is composed."""


def pytest_configure(config: pytest.Config) -> None:
    """All workers of a run share a cache that is empty when it begins: a run shows what the one before it showed."""
    if os.environ.get("PYTEST_XDIST_WORKER") or os.environ.get(cache.VARIABLE):
        return
    folder = tempfile.mkdtemp(prefix="banxin-tests-")
    os.environ[cache.VARIABLE] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.add_cleanup(lambda: os.environ.pop(cache.VARIABLE))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """With the room for frames that the command line and its workers give: a ratio of two books hangs on no luck."""
    return roomy(runner.pytest_runtest_protocol, item, nextitem)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite expected files from what is built now")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite golden files."""
    return bool(request.config.getoption("--update-golden"))


@dataclass(frozen=True)
class Built:
    """The outputs of one book in all its editions and formats."""

    out: Path
    slug: str
    editions: tuple[str, ...]

    def pdf(self, edition: str) -> Path:
        return self.out / f"{self.slug}-{edition}.pdf"

    def epub(self, edition: str) -> Path:
        return self.out / f"{self.slug}-{edition}.epub"

    def site(self, edition: str) -> Path:
        return self.out / f"{self.slug}-{edition}"

    def single(self, edition: str) -> Path:
        return self.out / f"{self.slug}-{edition}.html"


SLUGS = {"essay": "essay", "chronicle": "chronicle", "story": "story", "handbook": "banxin-handbook", "notes": "notes"}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Build a sample once for all workers of a run; gives where its outputs are."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent

    def get(name: str) -> Built:
        sample = BUILT[name]
        if not sample.path.exists():
            pytest.skip(f"{sample.path} is not here (only in the workplace of its author)")
        _build_once(sample, shared / f"built-{name}")
        return Built(shared / f"built-{name}", SLUGS[name], sample.editions)

    return get


def _build_once(sample: Sample, out: Path) -> None:
    """By the worker that comes first; the others wait, and fail at once when it fails."""
    done, failed = out / "done", out / "failed"
    try:
        out.mkdir()
    except FileExistsError:
        _wait_for(done, failed)
        return
    try:
        build.build(build.Order(sample.path, editions=sample.editions, out=out))
    except BaseException:
        failed.write_text(traceback.format_exc(), "utf-8")
        raise
    done.touch()


def _wait_for(done: Path, failed: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done.exists():
        assert not failed.exists(), failed.read_text("utf-8")
        assert time.monotonic() < deadline, f"another worker did not finish {done.parent}"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of the machine."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=need(*CHROMIUM), args=QUIET, timeout=PATIENCE * 1000)
        yield browser
        browser.close()
