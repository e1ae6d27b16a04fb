"""The file as a whole: encryption, scripts, attachments, version, output intent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from banxin.preflight.job import Job

ACTIVE = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound"})
"""Actions that do something besides going to a page (ISO 32000-1, 12.6.4)."""


def security(job: Job) -> None:
    """No password, no restriction."""
    if job.pdf.is_encrypted:
        job.found.add("P102")


def actions(job: Job) -> None:
    """Nothing happens when the file is opened, or when something in it is clicked on."""
    root = job.pdf.Root
    names = root.get("/Names")
    if names is not None and "/JavaScript" in names:
        job.found.add("P103", "JavaScript")
    if "/AA" in root or _active(root.get("/OpenAction")):
        job.found.add("P103", "打开文件时的动作")
    for number, page in enumerate(job.pdf.pages, 1):
        if "/AA" in page.obj:
            job.found.add("P103", "翻到这一页时的动作", number)
        for annotation in page.obj.get("/Annots", []):
            if "/AA" in annotation or _active(annotation.get("/A")):
                job.found.add("P103", "点击时的动作", number)


def _active(action: Any) -> bool:
    return isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in ACTIVE


def attachments(job: Job) -> None:
    """No other file inside; an archive (PDF/A-3) may have its source with it."""
    if len(job.pdf.attachments) and not job.claim.archive:
        job.found.add("P104", "、".join(sorted(job.pdf.attachments)))


def version(job: Job) -> None:
    """Not newer than a standard allows, and one that a printer knows."""
    written = job.pdf.pdf_version
    for standard in job.claim.standards:
        if _parts(written) > _parts(standard.version):
            job.found.add("P105", f"PDF {written}，{standard.name} 最高 {standard.version}")
    if not job.claim.standards:
        job.found.add("P109")


def _parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def intents(job: Job) -> None:
    """One output intent for the press, with a profile in CMYK or the name of a printing condition."""
    kinds = ("/GTS_PDFX",) if not job.claim.archive or job.claim.press else ("/GTS_PDFA1", "/GTS_PDFX")
    found = [each for each in job.pdf.Root.get("/OutputIntents", []) if str(each.get("/S", "")) in kinds]
    if not found:
        job.found.add("P106")
        return
    for fault in dict.fromkeys(_fault(each) for each in found if str(each.S) == "/GTS_PDFX"):
        if fault:
            job.found.add("P107", fault)
    if job.claim.press and str(job.pdf.docinfo.get("/Trapped", "")) not in ("/True", "/False"):
        job.found.add("P108")


def _fault(intent: Any) -> str:
    profile = intent.get("/DestOutputProfile")
    if profile is None:
        return "" if str(intent.get("/OutputConditionIdentifier", "")) else "没有写明印刷条件"
    parts = int(profile.get("/N", 0))
    return "" if parts == 4 else f"它的 ICC 文件有 {parts} 个颜色通道，要 4 个"


def filters(job: Job) -> None:
    """No way to compress that a standard forbids."""
    if not job.claim.standards:
        return
    names = {name for thing in job.pdf.objects if isinstance(thing, pikepdf.Stream) for name in _filters(thing)}
    if "/LZWDecode" in names:
        job.found.add("P112", "LZW")
    if "/JPXDecode" in names and (standard := job.claim.forbidding("jpeg_2000")):
        job.found.add("P112", f"JPEG 2000（{standard}）")


def _filters(stream: Any) -> Iterator[str]:
    filters = stream.get("/Filter")
    if filters is not None:
        yield from map(str, filters if isinstance(filters, pikepdf.Array) else [filters])
