"""What all tests share: the books that are built once a run, and the option that rewrites golden files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from banxin import build
from banxin.errors import Problem

ROOT = Path(__file__).parent.parent
ESSAY = ROOT.parent / "shared" / "manuscripts" / "essay-zh-Hans.md"
EPOCH = "1770163200"


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


SLUGS = {"essay": "essay", "chronicle": "chronicle", "story": "story", "handbook": "banxin-handbook"}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Build a sample once for all workers of a run; gives where its outputs are."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent

    def get(name: str) -> Built:
        sample = SAMPLES[name]
        if not sample.path.exists():
            pytest.skip(f"{sample.path} is not here (only in the workplace of its author)")
        out = shared / f"built-{name}"
        done = out / "done"
        try:
            out.mkdir()
        except FileExistsError:
            _wait_for(done)
        else:
            _build(sample, out)
            done.touch()
        return Built(out, SLUGS[name], sample.editions)

    return get


def _build(sample: Sample, out: Path) -> tuple[Problem, ...]:
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    return build.build(build.Order(sample.path, editions=sample.editions, out=out)).problems


def _wait_for(done: Path) -> None:
    deadline = time.monotonic() + 600
    while not done.exists():
        assert time.monotonic() < deadline, f"another worker did not finish {done.parent}"
        time.sleep(0.2)
