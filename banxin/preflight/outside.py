"""What other programs say of a file: veraPDF and PDFBox Preflight, each where it is.

Neither is needed: our own rules look at the same things, and are all there is for PDF/X. qpdf's check is always made
(`examine.py`), by the library that is in pikepdf.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from banxin import machine
from banxin.preflight.job import Job

PATIENCE = 300
"""Seconds."""
JARS = Path("/usr/share/java")
"""Where Debian keeps them."""
PREFLIGHT = (
    "preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api",
)  # fmt: skip
"""Of the packages libpdfbox2-java, libcommons-io-java, libactivation-java, libjaxb-api-java."""
ARCHIVE = "PDF/A-1b"
"""The one standard that it knows."""
VALIDATOR = "org.apache.pdfbox.preflight.Validator_A1b"


PAGE = re.compile(r" on page (\d+)$")
FAULT = re.compile(r"\d[\d.]* *:.*")
"""How a line of PDFBox begins that tells a fault."""


def present() -> tuple[str, str]:
    """Those that are here: veraPDF, PDFBox Preflight; empty for one that is not."""
    java = machine.program("java")
    jars = [JARS / f"{name}.jar" for name in PREFLIGHT]
    return machine.program("verapdf"), java if all(jar.exists() for jar in jars) else ""


def validators(job: Job) -> None:
    """Ask those that know the standards of the file."""
    verapdf, java = present()
    if verapdf and any(name.startswith(("PDF/A", "PDF/UA")) for name in job.claim.names):
        for fault in failed_rules(_said(job.data, [verapdf])):
            job.found.add("P110", fault)
    if java and ARCHIVE in job.claim.names:
        jars = ":".join(str(JARS / f"{name}.jar") for name in PREFLIGHT)
        said = _said(job.data, [java, "-cp", jars, VALIDATOR])
        for fault, page in faults(said.decode("utf-8", "replace")):
            job.found.add("P111", fault, page)


def _said(data: bytes, command: list[str]) -> bytes:
    """What a program says of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.pdf"
        path.write_bytes(data)
        return subprocess.run([*command, str(path)], capture_output=True, timeout=PATIENCE, check=False).stdout


def failed_rules(report: bytes) -> Iterator[str]:
    """The rules that a file breaks, from veraPDF's XML (the form it writes unless told otherwise)."""
    root = etree.fromstring(
        report or b"<none/>", etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    )
    for rule in root.iter("rule") if root is not None else ():
        if rule.get("status") == "failed":
            words = " ".join((rule.findtext("description") or "").split())
            yield f"{rule.get('specification')} {rule.get('clause')}-{rule.get('testNumber')}：{words}"


def faults(text: str) -> Iterator[tuple[str, int]]:
    """Each fault that PDFBox Preflight tells, and its page; 0 where it names none."""
    for line in map(str.strip, text.splitlines()):
        if FAULT.fullmatch(line):
            page = PAGE.search(line)
            yield PAGE.sub("", line), int(page[1]) if page else 0
