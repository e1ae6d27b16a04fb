"""The rules of shops, one a line: code, shop, how grave, who says so, the question, what to do.

Each is one that the shop, the maker of its reading app or a guide that it follows has published at the address beside
it. Of what nobody publishes there is no rule: 微信读书 says nothing of what it refuses; 多看 has published what its
app needs of a book, in a document of which copies are left; Readmoo has what the Taiwan Digital Publishing Forum, whose
guide it follows, has written. A shop's form may ask for more than files show.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from banxin.book import SVG
from banxin.shops import Shop, looks
from banxin.shops.looks import GB, MB, Found, Look

__all__ = ["NAMES", "RULES", "VALIDATED", "Found", "Rule", "Weight"]


class Weight(Enum):
    """How grave it is."""

    REFUSED = "refused"
    """The shop does not take the book."""
    CHANGED = "changed"
    """It takes the book, and readers do not get all of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one shop says of one thing."""

    code: str
    """Begins with the shop; stays the same as long as the rule does."""
    weight: Weight
    source: str
    """The address where it is published."""
    look: Look
    hint: str
    """What the author can do."""

    @property
    def shop(self) -> Shop:
        """Whose rule it is."""
        return Shop(self.code.partition("-")[0])


NAMES = {
    Shop.APPLE: "Apple Books",
    Shop.KINDLE: "Kindle",
    Shop.GOOGLE: "Google Play 图书",
    Shop.KOBO: "Kobo",
    Shop.READMOO: "Readmoo 读墨",
    Shop.DUOKAN: "多看",
    Shop.WEREAD: "微信读书",
}
VALIDATED = (Shop.KOBO, Shop.READMOO)
"""Those that put each EPUB through epubcheck: Kobo says so (`KOBO`), of Readmoo those who sell there do
(https://writerstand1234.blogspot.com/2022/)."""

APPLE = "https://help.apple.com/itc/booksassetguide/en.lproj/"
APPLE_COVER = APPLE + "static.html"
APPLE_PICTURES = APPLE + "itca71ad3c33.html"
APPLE_FONTS = APPLE + "itcb303b7bb5.html"
APPLE_OPTIONS = APPLE + "itc74d42b31e.html"
APPLE_SIZE = APPLE + "itcd08fcb646.html"
KDP = "https://kdp.amazon.com/en_US/help/topic/"
KDP_COVER = KDP + "G6GTK3T3NUHKLEFX"
KDP_COVER_FORMAT = "https://kdp.amazon.com/help?topicId=A2J0TRG6OPX0VM"
KDP_PICTURES = KDP + "G75V4YX5X8GRGXWV"
KDP_CONTENTS = KDP + "GY3AD8C6C6GAG42N"
KDP_TEXT = KDP + "GPNJPYK298J8TRRV"
"""Kindle Publishing Guidelines, Creating Reflowable Books: scripting, embedded fonts."""
KDP_FILES = "https://epublys.com/how-to-upload-epub-to-kdp"
GOOGLE_EPUB = "https://support.google.com/books/partner/answer/3316879"
GOOGLE_FILES = "https://support.google.com/books/partner/answer/3424254"
KOBO = "https://github.com/kobolabs/epub-spec"
TDPF = "https://github.com/dpublishing/epub3guide/blob/master/tdpf-epub3guide.md"
DUOKAN_BOOK = "https://saudadez21.github.io/novel-downloader/notes/duokan_epub"
DUOKAN_SPEC = "https://dongzl.github.io/2020/08/01/32-Duokan-Epub-Specification/index.html"
"""多看电子书规范扩展开放计划, the fourth edition, 2014, as it was copied before its forum closed."""
RMSDK = "https://andreklein.net/your-epub-is-fine-kobo-disagrees-blame-adobe/"
"""And https://github.com/dvschultz/99problems/issues/53: Kobo reads what is not from its shop by Adobe's old engine."""
WEREAD_NOTES = "https://github.com/drunkdream/weread-exporter/issues/71"

JPEG, PNG, GIF, TIFF = "image/jpeg", "image/png", "image/gif", "image/tiff"
R, C = Weight.REFUSED, Weight.CHANGED

COVER = "在 book.yaml 的 cover: 里换一张；不写 cover:，版式会画一张各家都收的。"
SAVE_RGB = "用看图或修图的软件另存为 RGB（sRGB）的 JPEG 或 PNG。"
SMALLER = "缩小以后再放进书里。"
AS_PICTURE = "把图另存为 JPEG 或 PNG。"
FONTS = "不要改 EPUB 里的字体；版心自己放进去的是 TTF。"
NO_SCRIPT = "版心的 EPUB 没有脚本；自己的版式里有，就删去。"
NOTE_PICTURES = "在 book.yaml 里写 notes: {epub: pictures}。"
LESS = "图缩小一些，或把书分成几卷。"
PACKAGE = "自己的版式改过 package.opf.j2，就照版心的补上。"
CONTENTS = "自己的版式改过 nav.xhtml.j2，就照版心的补上。"
UPLOADED = "上架时封面要另外上传，只收 JPEG 和 TIFF：另存为 JPEG。"
STILL = "换成不动的图。"
OPAQUE = "给图铺上白底。"
TWO_LEVELS = "有的设备只看得见前两级；要紧的题目放在前两级。"
FILL_IN = "在 book.yaml 里写上，或上架时在表格里填。"
PLAIN = "交没有加密的那一份：版权保护由书店来加。"
SVG_SIZE = "把 SVG 的 width 和 height 改小，viewBox 不用动。"
COVER_ALONE = "字会排不下、放不大：封面那一页只放封面图。"
DIVIDE = "把这一章分成几章。"
ASCII = "改成字母、数字、连字号的名字。"
THREE_LEVELS = "第四级以下在目录里看不见。"
NARROW = "在墨水屏上可能读不了：先在设备上看看，或把表拆开。"
ISBN = "出版社成批交书，靠 ISBN 对上书目：在 book.yaml 里写 isbn:。自己在网站上传的不用。"
URN = "在 book.yaml 里不写 identifier:，或写成 urn:uuid:……。"
ANCHORS = "锚点只用字母、数字和连字号。"
FORMULAS = "有的阅读程序显示不了公式：要紧的公式改用图。"
LOW = "书架上按 4:3 显示，会压扁：封面用 3:4 或 2:3。"
SHARP = "在清楚的屏幕上会糊：换一张大的，1600 × 2560 最好。"
STYLE = "自己的版式里有这样的样式，就改掉；版心的没有。"
CALLS = "用了 calc()、min()、var() 一类的函数"
FUNCTIONS = "Adobe 的老引擎读不懂就把整张样式表丢掉，甚至打不开书：改成写死的数。"
DUOKAN_NOTES = "自己的版式改过 chapter.xhtml.j2，就照版心的补上。"
DUOKAN_FONTS = "多看的楷体、黑体要用它自己的名字（DK-KAITI、DK-HEITI）：照版心的 faces.css.j2 补上。"
NO_CONTROLS = "删去 controls，多看自己有。"
FORMS = "直排用的字形由字体来换，稿子里写普通的标点。"
ELLIPSIS = "改成两个 …（U+2026）。"
NO_GUIDE = "EPUB 3 用 landmarks，不用 guide：自己的版式里有，就删去。"
FORM = (("creator", "作者"), ("description", "简介"))

RULES: tuple[Rule, ...] = (
    Rule("apple-cover-size", R, APPLE_COVER, looks.cover_under(1400, 1400), COVER),
    Rule("apple-cover-format", R, APPLE_PICTURES, looks.cover_format(JPEG, PNG), COVER),
    Rule("apple-image-format", C, APPLE_PICTURES, looks.picture_format(JPEG, PNG, SVG), AS_PICTURE),
    Rule("apple-image-cmyk", R, APPLE_PICTURES, looks.cmyk, SAVE_RGB),
    Rule("apple-image-pixels", R, APPLE_PICTURES, looks.picture_over(5_600_000), SMALLER),
    Rule("apple-font-format", C, APPLE_FONTS, looks.fonts_other_than("otf", "ttf"), FONTS),
    Rule("apple-fonts-unsaid", C, APPLE_OPTIONS, looks.fonts_unsaid, PACKAGE),
    Rule("apple-file-size", R, APPLE_SIZE, looks.heavier(2 * GB), LESS),
    Rule("kindle-cover-size", R, KDP_COVER, looks.cover_under(625, 1000), COVER),
    Rule("kindle-cover-small", C, KDP_COVER, looks.cover_under(1600, 2500), SHARP),
    Rule("kindle-cover-pixels", R, KDP_COVER, looks.cover_over(10_000), SMALLER),
    Rule("kindle-cover-bytes", R, KDP_COVER, looks.cover_heavier(50 * MB), SMALLER),
    Rule("kindle-cover-format", R, KDP_COVER_FORMAT, looks.cover_format(JPEG, TIFF), UPLOADED),
    Rule("kindle-image-cmyk", C, KDP_PICTURES, looks.cmyk, SAVE_RGB),
    Rule("kindle-image-format", C, KDP_PICTURES, looks.picture_format(JPEG, PNG, GIF), AS_PICTURE),
    Rule("kindle-image-animated", C, KDP_PICTURES, looks.animated, STILL),
    Rule("kindle-image-transparent", C, KDP_PICTURES, looks.transparent, OPAQUE),
    Rule("kindle-font-format", C, KDP_TEXT, looks.fonts_other_than("otf", "ttf"), FONTS),
    Rule("kindle-script", C, KDP_TEXT, looks.scripts, NO_SCRIPT),
    Rule("kindle-contents", C, KDP_CONTENTS, looks.no_contents, CONTENTS),
    Rule("kindle-contents-depth", C, KDP_CONTENTS, looks.contents_deeper(2), TWO_LEVELS),
    Rule("kindle-facts", C, KDP_FILES, looks.facts_missing(FORM), FILL_IN),
    Rule("kindle-encrypted", R, KDP_FILES, looks.encrypted, PLAIN),
    Rule("kindle-file-size", R, KDP_FILES, looks.heavier(650 * MB), LESS),
    Rule("google-cover", R, GOOGLE_FILES, looks.no_cover, PACKAGE),
    Rule("google-cover-size", R, GOOGLE_FILES, looks.cover_under(640, 640), COVER),
    Rule("google-cover-pixels", R, GOOGLE_FILES, looks.cover_over(7200), SMALLER),
    Rule("google-image-format", C, GOOGLE_EPUB, looks.picture_format(JPEG, PNG, GIF, SVG), AS_PICTURE),
    Rule("google-image-animated", C, GOOGLE_EPUB, looks.animated, STILL),
    Rule("google-svg-size", C, GOOGLE_EPUB, looks.svg_over(3200), SVG_SIZE),
    Rule("google-file-size", R, GOOGLE_FILES, looks.heavier(2 * GB - 1), LESS),
    Rule("kobo-cover", C, KOBO, looks.no_cover, PACKAGE),
    Rule("kobo-cover-format", R, KOBO, looks.cover_not(GIF), COVER),
    Rule("kobo-cover-bytes", C, KOBO, looks.cover_heavier(3 * MB), SMALLER),
    Rule("kobo-cover-page", C, KOBO, looks.cover_page_says_more, COVER_ALONE),
    Rule("kobo-image-cmyk", C, KOBO, looks.cmyk, SAVE_RGB),
    Rule("kobo-image-bytes", C, KOBO, looks.picture_heavier(5 * MB), SMALLER),
    Rule("kobo-image-transparent", C, KOBO, looks.transparent, OPAQUE),
    Rule("kobo-document-bytes", C, KOBO, looks.document_heavier(10 * MB), DIVIDE),
    Rule("kobo-file-size", C, KOBO, looks.heavier(GB), LESS),
    Rule("kobo-file-names", C, KOBO, looks.file_names, ASCII),
    Rule("kobo-font-format", C, KOBO, looks.fonts_other_than("otf", "ttf", "woff"), FONTS),
    Rule("kobo-script", C, KOBO, looks.scripts, NO_SCRIPT),
    Rule("kobo-contents-depth", C, KOBO, looks.contents_deeper(3), THREE_LEVELS),
    Rule("kobo-table", C, KOBO, looks.wide_tables(4), NARROW),
    Rule("kobo-style-functions", C, RMSDK, looks.style(r"[\s:(,](?:calc|min|max|clamp|var|env)\(", CALLS), FUNCTIONS),
    Rule("kobo-style-sizes", C, KOBO, looks.style(r"font-size\s*:\s*[\d.]+%", "字号用了 %"), STYLE),
    Rule("kobo-style-div", C, KOBO, looks.style(r"(?:^|[},])\s*div\s*[,{]", "给所有的 div 定了样式"), STYLE),
    Rule("kobo-style-background", C, KOBO, looks.style(r"background[^;}]*url\(", "用背景放图"), STYLE),
    Rule("kobo-isbn", C, KOBO, looks.no_isbn, ISBN),
    Rule("readmoo-image-format", C, TDPF, looks.picture_format(JPEG, PNG), AS_PICTURE),
    Rule("readmoo-image-cmyk", R, TDPF, looks.cmyk, SAVE_RGB),
    Rule("readmoo-identifier", R, TDPF, looks.odd_identifier, URN),
    Rule("readmoo-file-names", C, TDPF, looks.file_names, ASCII),
    Rule("readmoo-anchors", C, TDPF, looks.anchors, ANCHORS),
    Rule("readmoo-script", C, TDPF, looks.scripts, NO_SCRIPT),
    Rule("readmoo-math", C, TDPF, looks.formulas, FORMULAS),
    Rule("readmoo-creators", C, TDPF, looks.creators_unordered, PACKAGE),
    Rule("readmoo-guide", C, TDPF, looks.guide, NO_GUIDE),
    Rule("readmoo-vertical-forms", C, TDPF, looks.characters(r"\ufe10-\ufe19\ufe30-\ufe4f", "有直排字形的标点"), FORMS),
    Rule("readmoo-ellipsis", C, TDPF, looks.characters("\u22ef", "有的设备没有这个省略号"), ELLIPSIS),
    Rule("duokan-cover-ratio", C, DUOKAN_BOOK, looks.cover_slim(16 / 9 - 0.05), LOW),
    Rule("duokan-notes", C, DUOKAN_BOOK, looks.notes_without_pictures, NOTE_PICTURES),
    Rule("duokan-note-lists", C, DUOKAN_SPEC, looks.note_lists, DUOKAN_NOTES),
    Rule("duokan-fonts", C, DUOKAN_SPEC, looks.style_without(r"DK-KAITI", "没有用多看的字体名"), DUOKAN_FONTS),
    Rule("duokan-video", C, DUOKAN_SPEC, looks.video_controls, NO_CONTROLS),
    Rule("weread-notes", C, WEREAD_NOTES, looks.notes_without_pictures, NOTE_PICTURES),
)  # fmt: skip
