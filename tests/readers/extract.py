"""The words of finished books, as real readers find them: poppler for PDF, the spine for EPUB, the site's pages."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

from lxml import etree, html

XHTML = "{http://www.w3.org/1999/xhtml}"
NOT_THE_BOOK = "nav | header[contains(@class,'site')] | footer | script | style"


def squeezed(text: str) -> str:
    """Without spaces and line ends: what is left must be equal, character by character."""
    return re.sub(r"[\s\u200b\ufe0f\u00ad]", "", text)


def letters(text: str) -> str:
    """Letters, Han and figures only."""
    return "".join(char for char in text if char.isalnum())


def pdf_type_areas(path: Path) -> str:
    """All pages, cut to the type area: no running heads, no folios."""
    info = subprocess.run(["pdfinfo", "-box", str(path)], capture_output=True, text=True, check=True).stdout
    match = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", info)
    assert match
    width, height = (float(number) for number in match.groups())
    head, foot = 0.085, 0.085
    box = [
        "-x",
        "0",
        "-y",
        str(int(height * head)),
        "-W",
        str(int(width) + 1),
        "-H",
        str(int(height * (1 - head - foot))),
    ]
    done = subprocess.run(["pdftotext", "-raw", *box, str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout


def epub_documents(path: Path) -> dict[str, str]:
    """The text of every document of the spine, in order."""
    with zipfile.ZipFile(path) as archive:
        container = etree.fromstring(archive.read("META-INF/container.xml"))
        opf_path = container.find(".//{*}rootfile").get("full-path")
        opf = etree.fromstring(archive.read(opf_path))
        folder = opf_path.rpartition("/")[0]
        items = {item.get("id"): item.get("href") for item in opf.iterfind(".//{*}manifest/{*}item")}
        documents = {}
        for ref in opf.iterfind(".//{*}spine/{*}itemref"):
            href = items[ref.get("idref")]
            root = etree.fromstring(archive.read(f"{folder}/{href}" if folder else href))
            documents[href] = _words(root.find(f"{XHTML}body"))
    return documents


def site_pages(folder: Path) -> dict[str, str]:
    """The text of `main` of every page."""
    pages = {}
    for file in sorted(folder.glob("*.html")):
        root = html.parse(str(file)).getroot()
        main = root.find(".//main")
        pages[file.name] = _words(main if main is not None else root.find("body"))
    return pages


def _words(element: etree._Element) -> str:
    for annotation in element.xpath(
        ".//*[local-name()='annotation' or local-name()='script' or local-name()='rt' or local-name()='style']"
    ):
        parent = annotation.getparent()
        previous = annotation.getprevious()
        if annotation.tail:
            if previous is not None:
                previous.tail = (previous.tail or "") + annotation.tail
            else:
                parent.text = (parent.text or "") + annotation.tail
        parent.remove(annotation)
    return "".join(element.itertext())
