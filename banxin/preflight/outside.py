"""What other programs say of a file: veraPDF and PDFBox Preflight, each where it is.

Neither is needed: our own rules look at the same things, and are all there is for PDF/X. qpdf's check is always made
(`examine.py`), by the library that is in pikepdf.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from banxin import machine
from banxin.preflight.job import Job

PATIENCE = 300
"""Seconds."""
LISTED = 8
"""Faults that are told; more of them are of one kind."""
JARS = Path("/usr/share/java")
"""Where Debian keeps them."""
PREFLIGHT = (
    "preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api",
)  # fmt: skip
"""Of the packages libpdfbox2-java, libcommons-io-java, libactivation-java, libjaxb-api-java."""
VALIDATOR = "org.apache.pdfbox.preflight.Validator_A1b"


def validators(job: Job) -> None:
    """Ask those that know the standards of the file."""
    verapdf = machine.program("verapdf")
    if verapdf and any(name.startswith(("PDF/A", "PDF/UA")) for name in job.claim.names):
        _tell(job, "P110", _faults(job.data, [verapdf, "--format", "text", "--verbose"], "FAIL"))
    jars = [JARS / f"{name}.jar" for name in PREFLIGHT]
    java = machine.program("java")
    if "PDF/A-1b" in job.claim.names and java and all(jar.exists() for jar in jars):
        command = [java, "-cp", ":".join(map(str, jars)), VALIDATOR]
        _tell(job, "P111", _faults(job.data, command, ""))


def _tell(job: Job, code: str, faults: Iterator[str]) -> None:
    for fault in list(dict.fromkeys(faults))[:LISTED]:
        job.found.add(code, fault)


def _faults(data: bytes, command: list[str], sign: str) -> Iterator[str]:
    """The lines of a program that failed, but for those that name the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.pdf"
        path.write_bytes(data)
        done = subprocess.run(
            [*command, str(path)], capture_output=True, text=True, timeout=PATIENCE, check=False, encoding="utf-8"
        )
        if done.returncode == 0:
            return
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith(sign)]
        yield from [line for line in lines if line and str(path) not in line] or [f"退出码 {done.returncode}"]
