"""An EPUB without its words: what is left is what a validator judges.

epubcheck looks at markup, addresses, metadata and files; of running text it only asks whether there is any. So what it
said of a book holds as long as nothing but words changed, and an author who corrects a sentence need not wait for it.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

PAGES = (".xhtml", ".ncx")
PACKAGE = ".opf"
TAG = re.compile(r"""(<(?:[^<>"']|"[^"]*"|'[^']*')*>)""")
OUTSIDE_XML = r"\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
WORDS = re.compile(rf"(&[#\w]*;?)|[^&<>{OUTSIDE_XML}]*[^&<>\s{OUTSIDE_XML}][^&<>{OUTSIDE_XML}]*")
"""Text that is not blank, without references to characters and what XML forbids: those stay."""
GAP = re.compile(r'<span class="gap(?:-start|-end)?">([^<>]*)</span>')
"""Latin beside Han (banxin/render/gaps.py): where there are words there may be one."""
JUDGED = ("<style", "<script", "<time", "<![CDATA[", "<!--")
"""What makes the text of a page more than words; such a page stays whole."""
MODIFIED = re.compile(r'(<meta property="dcterms:modified">)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(</meta>)')


def digest(epub: bytes) -> str:
    """The hash of an EPUB without its words.

    Raises:
        zipfile.BadZipFile: it is none.
    """
    found = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        for entry in archive.infolist():
            found.update(f"{entry.filename}\0{entry.compress_type}\0{entry.extra!r}\0".encode())
            if entry.filename.endswith((*PAGES, PACKAGE)):
                found.update(hashlib.sha256(_bare(entry.filename, archive.read(entry))).digest())
            else:
                found.update(f"{entry.CRC} {entry.file_size}\0".encode())
    return found.hexdigest()


def _bare(name: str, data: bytes) -> bytes:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    if name.endswith(PACKAGE):
        return MODIFIED.sub(r"\1\2", text).encode()
    return data if any(mark in text for mark in JUDGED) else bare(text).encode()


def bare(text: str) -> str:
    """A page whose words are gone: each text that is not blank is one letter."""
    pieces = TAG.split(GAP.sub(r"\1", text))
    pieces[::2] = [WORDS.sub(_letter, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _letter(found: re.Match[str]) -> str:
    return found[1] or "x"
