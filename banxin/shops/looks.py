"""The questions that rules ask of an EPUB, each with the limits of a shop filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from banxin.book import SVG
from banxin.shops.parcel import ENCRYPTION, NCX, OPS, Parcel, Picture

KB, MB, GB = 10**3, 10**6, 10**9


class Found(NamedTuple):
    """Where a rule is broken."""

    words: str
    """In what way, in one clause."""
    path: str = ""
    """The file inside; empty: the whole book."""


Look = Callable[[Parcel], Iterator[Found]]
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")
"""Names of files that are the same everywhere."""
ISBN = re.compile(r"(?:urn:isbn:)?97[89][\d-]{10,14}|(?:urn:isbn:)?\d{9}[\dXx]", re.IGNORECASE)
IDENTIFIER = re.compile(r"urn:isbn:\d{13}|urn:uuid:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
PICTURE_NOTE = "duokan-footnote"


# The cover ------------------------------------------------------------------------------------------------------------


def no_cover(parcel: Parcel) -> Iterator[Found]:
    """A book without a picture that is called its cover."""
    if parcel.cover is None:
        yield Found("没有封面图")


def cover_format(*allowed: str) -> Look:
    """A cover in another format."""

    def look(parcel: Parcel) -> Iterator[Found]:
        cover = parcel.cover
        if cover and cover.media_type not in allowed:
            yield Found(f"封面是 {_kind(cover)}，要 {_kinds(allowed)}", cover.path)

    return look


def cover_not(*refused: str) -> Look:
    """A cover in one of some formats."""

    def look(parcel: Parcel) -> Iterator[Found]:
        cover = parcel.cover
        if cover and cover.media_type in refused:
            yield Found(f"封面是 {_kind(cover)}", cover.path)

    return look


def cover_under(short: int, long: int) -> Look:
    """A cover that is smaller (px)."""

    def look(parcel: Parcel) -> Iterator[Found]:
        cover = parcel.cover
        if cover and cover.pixels and (min(cover.width, cover.height) < short or max(cover.width, cover.height) < long):
            least = f"短边至少 {short}" if short == long else f"至少 {long} × {short}"
            yield Found(f"封面是 {cover.width} × {cover.height} 像素，{least}", cover.path)

    return look


def cover_over(side: int) -> Look:
    """A cover with a longer side (px)."""

    def look(parcel: Parcel) -> Iterator[Found]:
        cover = parcel.cover
        if cover and max(cover.width, cover.height) > side:
            yield Found(f"封面是 {cover.width} × {cover.height} 像素，每边最多 {side}", cover.path)

    return look


def cover_heavier(limit: int) -> Look:
    """A cover whose file is larger (bytes)."""

    def look(parcel: Parcel) -> Iterator[Found]:
        cover = parcel.cover
        if cover and cover.bytes > limit:
            yield Found(f"封面有 {_size(cover.bytes)}，最多 {_size(limit)}", cover.path)

    return look


def cover_slim(ratio: float) -> Look:
    """A cover that is so many times higher than wide, or more."""

    def look(parcel: Parcel) -> Iterator[Found]:
        cover = parcel.cover
        if cover and cover.width and cover.height / cover.width >= ratio:
            yield Found(f"封面的高是宽的 {cover.height / cover.width:.2f} 倍", cover.path)

    return look


def cover_page_says_more(parcel: Parcel) -> Iterator[Found]:
    """A page of the cover with words on it."""
    cover = parcel.cover
    for file, page in parcel.documents:
        body = page.find("{*}body")
        names = [image.get("src", "").rpartition("/")[2] for image in page.iter("{*}img")]
        if cover and body is not None and cover.path.rpartition("/")[2] in names and "".join(body.itertext()).strip():
            yield Found("封面那一页上还有字", file.path)


# Pictures -------------------------------------------------------------------------------------------------------------


def picture_format(*allowed: str) -> Look:
    """Pictures in other formats."""
    return _each_picture(
        lambda one: f"有 {_kind(one)} 图，要 {_kinds(allowed)}" if one.media_type not in allowed else ""
    )


def picture_over(pixels: int) -> Look:
    """Pictures of more pixels."""
    return _each_picture(
        lambda one: (
            f"图有 {one.pixels / MB:.1f} 百万像素，最多 {pixels / MB:g} 百万"
            if one.pixels > pixels and one.media_type != SVG
            else ""
        )
    )


def picture_heavier(limit: int) -> Look:
    """Pictures whose files are larger (bytes)."""
    return _each_picture(lambda one: f"图有 {_size(one.bytes)}，最多 {_size(limit)}" if one.bytes > limit else "")


def svg_over(side: int) -> Look:
    """SVGs with a longer side (px)."""
    return _each_picture(
        lambda one: (
            f"SVG 图是 {one.width} × {one.height}，每边最多 {side}"
            if one.media_type == SVG and max(one.width, one.height) > side
            else ""
        )
    )


def _each_picture(say: Callable[[Picture], str]) -> Look:
    def look(parcel: Parcel) -> Iterator[Found]:
        for picture in parcel.pictures:
            if words := say(picture):
                yield Found(words, picture.path)

    return look


cmyk = _each_picture(lambda one: "图是 CMYK 的" if one.mode == "CMYK" else "")
animated = _each_picture(lambda one: f"图会动（{one.frames} 帧）" if one.frames > 1 else "")
transparent = _each_picture(lambda one: "图有透明的地方" if one.transparent else "")


# The other files ------------------------------------------------------------------------------------------------------


def heavier(limit: int) -> Look:
    """A larger archive (bytes)."""

    def look(parcel: Parcel) -> Iterator[Found]:
        if parcel.bytes > limit:
            yield Found(f"EPUB 有 {_size(parcel.bytes)}，最多 {_size(limit)}")

    return look


def document_heavier(limit: int) -> Look:
    """Pages whose files are larger (bytes)."""

    def look(parcel: Parcel) -> Iterator[Found]:
        for file, _ in parcel.documents:
            if len(file.data) > limit:
                yield Found(f"一章有 {_size(len(file.data))}，最多 {_size(limit)}", file.path)

    return look


def file_names(parcel: Parcel) -> Iterator[Found]:
    """Names with other characters than letters, digits, dots, hyphens and underscores of ASCII."""
    for name in parcel.names:
        if not PLAIN.fullmatch(name):
            yield Found("文件名里有字母、数字以外的字符", name)


def anchors(parcel: Parcel) -> Iterator[Found]:
    """Ids with other characters, or spaces."""
    for file, page in parcel.documents:
        odd = next((id for id in map(str, page.xpath("//@id")) if not id.isascii() or " " in id), None)
        if odd is not None:
            yield Found(f"锚点里有汉字或空白：{odd}", file.path)


def fonts_other_than(*allowed: str) -> Look:
    """Fonts in other formats, by the ends of their names."""

    def look(parcel: Parcel) -> Iterator[Found]:
        for file in parcel.fonts:
            ending = file.path.rpartition(".")[2].lower()
            if ending not in allowed:
                yield Found(f"字体是 {ending.upper()}，只认 {'、'.join(allowed).upper()}", file.path)

    return look


def fonts_unsaid(parcel: Parcel) -> Iterator[Found]:
    """Fonts that Apple Books is not told of."""
    if any(parcel.fonts) and "true" not in parcel.properties("ibooks:specified-fonts"):
        yield Found("带着字体，却没有声明 ibooks:specified-fonts")


def encrypted(parcel: Parcel) -> Iterator[Found]:
    """A book that is protected already."""
    if ENCRYPTION in parcel.names:
        yield Found("EPUB 已经加密", ENCRYPTION)


def scripts(parcel: Parcel) -> Iterator[Found]:
    """Pages that hold or load programs."""
    for file, page in parcel.documents:
        if next(page.iter("{*}script"), None) is not None:
            yield Found("有脚本", file.path)


def formulas(parcel: Parcel) -> Iterator[Found]:
    """Pages with MathML."""
    for file, page in parcel.documents:
        if next(page.iter("{*}math"), None) is not None:
            yield Found("有公式（MathML）", file.path)


def wide_tables(columns: int) -> Look:
    """Tables of more columns."""

    def look(parcel: Parcel) -> Iterator[Found]:
        for file, page in parcel.documents:
            widest = max((len(row) for row in page.iter("{*}tr")), default=0)
            if widest > columns:
                yield Found(f"表格有 {widest} 栏，多于 {columns} 栏", file.path)

    return look


def notes_without_pictures(parcel: Parcel) -> Iterator[Found]:
    """Note marks that are not those that Chinese reading apps open in place."""
    for file, page in parcel.documents:
        marks = [mark for mark in page.iter("{*}a") if "noteref" in mark.get(f"{OPS}type", "").split()]
        if any(PICTURE_NOTE not in mark.get("class", "").split() for mark in marks):
            yield Found("点注码不会弹出注释，只会跳过去", file.path)


def note_lists(parcel: Parcel) -> Iterator[Found]:
    """Note marks of 多看's kind whose notes do not stand in its kind of list: a tap does nothing, or the app dies."""
    for file, page in parcel.documents:
        marks = [mark for mark in page.iter("{*}a") if PICTURE_NOTE in mark.get("class", "").split()]
        listed = {
            item.get("id")
            for ol in page.iter("{*}ol")
            if f"{PICTURE_NOTE}-content" in ol.get("class", "").split()
            for item in ol.iter("{*}li")
            if f"{PICTURE_NOTE}-item" in item.get("class", "").split()
        }
        if any(mark.get("href", "").rpartition("#")[2] not in listed for mark in marks):
            yield Found(f'注不在 <ol class="{PICTURE_NOTE}-content"> 里', file.path)


def video_controls(parcel: Parcel) -> Iterator[Found]:
    """Films that say that they show controls."""
    for file, page in parcel.documents:
        if any("controls" in video.attrib for video in page.iter("{*}video")):
            yield Found("影片写着 controls", file.path)


def characters(of: str, words: str) -> Look:
    """Characters in the text; `of` is what stands between the brackets of a regular expression."""
    pattern = re.compile(f"[{of}]")

    def look(parcel: Parcel) -> Iterator[Found]:
        for file, page in parcel.documents:
            if found := pattern.search("".join(map(str, page.itertext()))):
                yield Found(f"{words}（{found[0]}）", file.path)

    return look


# Style ----------------------------------------------------------------------------------------------------------------

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def style(pattern: str, words: str) -> Look:
    """Style sheets in which something stands that a regular expression matches."""
    wanted = re.compile(pattern, re.IGNORECASE)

    def look(parcel: Parcel) -> Iterator[Found]:
        for path, css in _sheets(parcel):
            if wanted.search(css):
                yield Found(words, path)

    return look


def style_without(pattern: str, words: str) -> Look:
    """A book of whose style sheets none has what a regular expression matches."""
    wanted = re.compile(pattern, re.IGNORECASE)

    def look(parcel: Parcel) -> Iterator[Found]:
        if not any(wanted.search(css) for _, css in _sheets(parcel)):
            yield Found(words)

    return look


def _sheets(parcel: Parcel) -> Iterator[tuple[str, str]]:
    for file in parcel.files:
        if file.media_type == "text/css":
            yield file.path, COMMENT.sub("", file.data.decode("utf-8", "replace"))


# What the book says of itself -----------------------------------------------------------------------------------------


def no_contents(parcel: Parcel) -> Iterator[Found]:
    """A book without a table of contents that menus can show."""
    ncx = any(file.media_type == NCX for file in parcel.files)
    if parcel.contents is None and not ncx:
        yield Found("没有目录（nav 或 NCX）")


def contents_deeper(levels: int) -> Look:
    """A table of contents of more levels."""

    def look(parcel: Parcel) -> Iterator[Found]:
        contents = parcel.contents
        items = contents.iter("{*}li") if contents is not None else ()
        deepest = max((sum(1 for _ in item.iterancestors("{*}li")) + 1 for item in items), default=0)
        if deepest > levels:
            yield Found(f"目录有 {deepest} 级，只显示 {levels} 级")

    return look


def facts_missing(names: Collection[tuple[str, str]]) -> Look:
    """Facts that a shop's form asks for, and the package does not tell: the name in Dublin Core, and ours."""

    def look(parcel: Parcel) -> Iterator[Found]:
        absent = [ours for name, ours in names if not any(parcel.facts(name))]
        if absent:
            yield Found(f"书里没有{'、'.join(absent)}")

    return look


def no_isbn(parcel: Parcel) -> Iterator[Found]:
    """A book whose ISBN is neither in the package nor in the name of the file."""
    if not any(ISBN.fullmatch(one) for one in parcel.facts("identifier")) and not ISBN.search(parcel.name):
        yield Found("书里和文件名里都没有 ISBN")


def odd_identifier(parcel: Parcel) -> Iterator[Found]:
    """A first identifier that is neither an ISBN nor a UUID as URNs say them."""
    first = next(iter(parcel.facts("identifier")), "")
    if not IDENTIFIER.fullmatch(first):
        yield Found(f"标识号不是 urn:isbn: 或 urn:uuid:：{first}")


def creators_unordered(parcel: Parcel) -> Iterator[Found]:
    """Several creators, of whom one has no role or no place in their order."""
    creators = [each.get("id", "") for each in parcel.package.iter("{http://purl.org/dc/elements/1.1/}creator")]
    if len(creators) > 1:
        for name in ("role", "display-seq"):
            told = {meta.get("refines") for meta in parcel.package.iter("{*}meta") if meta.get("property") == name}
            if not {f"#{creator}" for creator in creators} <= told:
                yield Found(f"几位作者，没有都写明 {name}")


def guide(parcel: Parcel) -> Iterator[Found]:
    """A package with the `guide` of EPUB 2."""
    if next(parcel.package.iter("{*}guide"), None) is not None:
        yield Found("包里有 EPUB 2 的 guide")


# Words ----------------------------------------------------------------------------------------------------------------


def _kind(picture: Picture) -> str:
    return _kinds([picture.media_type])


def _kinds(media_types: Collection[str]) -> str:
    return "、".join(kind.rpartition("/")[2].removesuffix("+xml").upper() for kind in media_types)


def _size(bytes: int) -> str:
    for unit, name in ((GB, "GB"), (MB, "MB")):
        if bytes >= unit:
            return f"{bytes / unit:.3g} {name}"
    return f"{bytes / KB:.3g} kB"
