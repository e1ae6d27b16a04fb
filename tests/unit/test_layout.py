"""Layouts: what their files say, the arithmetic of a page, and the contract between templates and style sheets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from banxin import filters, layout
from banxin.config import PageSpec
from banxin.errors import ConfigError, Place
from banxin.resources import layouts_dir

NAMES = ("classic", "essay", "novel", "novel-vertical", "technical")
MM = 72 / 25.4
PLACE = Place("book.yaml", 7)


def own(root: Path, text: str, name: str = "mine") -> Path:
    """A book's own layout; gives the folder to search."""
    folder = root / "layouts" / name
    folder.mkdir(parents=True)
    (folder / "layout.yaml").write_text(text, encoding="utf-8")
    return root / "layouts"


def refusal(root: Path, text: str) -> str:
    """What is told of a layout.yaml that is wrong."""
    with pytest.raises(ConfigError) as caught:
        layout.load("mine", [own(root, text)])
    return str(caught.value)


# --- what comes with banxin


def test_every_layout_loads_on_the_base() -> None:
    assert layout.names() == NAMES
    for name in NAMES:
        loaded = layout.load(name)
        above = ["novel-vertical"] if name == "classic" else []
        assert [folder.name for folder in loaded.folders] == [name, *above, "base"]
        assert set(loaded.options) == set(layout.load("base").options)
        assert loaded.title not in ("", "基础")


@pytest.mark.parametrize("name", NAMES)
def test_type_area_is_exactly_its_characters_and_lines(name: str) -> None:
    loaded = layout.load(name)
    page = layout.geometry(PageSpec(), loaded)
    assert page.measure == loaded.page.chars * loaded.page.size  # type: ignore[operator]
    assert page.depth == loaded.page.lines * loaded.page.pitch  # type: ignore[operator]
    across, along = (page.width, page.height) if not loaded.vertical else (page.height, page.width)
    sides, ends = (page.gutter + page.fore_edge, page.head + page.foot)[:: -1 if loaded.vertical else 1]
    assert page.measure + sides == pytest.approx(across)
    assert page.depth + ends == pytest.approx(along)


@pytest.mark.parametrize("name", NAMES)
def test_margins_are_those_of_a_book_not_of_a_letter(name: str) -> None:
    """The foot is not narrower than 0.9 of the head - of a vertical book, 天头大地脚小, the other way round - and every
    margin leaves room for a thumb (12 mm)."""
    page = layout.geometry(PageSpec(), layout.load(name))
    larger, smaller = (page.head, page.foot) if page.vertical else (page.foot, page.head)
    assert larger >= 0.9 * smaller
    assert min(page.head, page.foot, page.gutter, page.fore_edge) > 12 * MM


# --- geometry


def test_proportions_of_the_margins() -> None:
    novel = layout.load("novel")
    page = layout.geometry(PageSpec(trim=(140, 210), chars=27, lines=27, size=10.5, pitch=17.5), novel)
    assert (page.measure, page.depth) == (283.5, 472.5)
    assert page.head / page.foot == pytest.approx(20 / 23)
    assert page.gutter / page.fore_edge == pytest.approx(22 / 17)
    assert page.width == pytest.approx(140 * MM)


def test_a_gutter_of_the_books_own_leaves_the_rest_to_the_fore_edge() -> None:
    page = layout.geometry(PageSpec(gutter=20 * MM), layout.load("novel"))
    assert page.gutter == pytest.approx(20 * MM)
    assert page.fore_edge == pytest.approx(140 * MM - 20 * MM - 283.5)


def test_another_size_keeps_the_ratio_of_pitch_and_the_colour_of_the_page() -> None:
    novel = layout.load("novel")
    large = layout.geometry(PageSpec(size=14), novel)
    assert large.pitch == pytest.approx(14 * 17.5 / 10.5)
    assert (large.chars, large.lines) == (20, 20)
    assert large.measure == 20 * 14


def test_another_trim_takes_more_characters() -> None:
    page = layout.geometry(PageSpec(trim="16开"), layout.load("novel"))
    assert (page.chars, page.lines) == (36, 33)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("A5", (148, 210)),
        ("B6", (125, 176)),
        ("A4", (210, 297)),
        ("大32开", (140, 203)),
        ("大32開", (140, 203)),
        ("小32开", (130, 185)),
        ("16 开", (185, 260)),
        ("25K", (148, 210)),
        ("6×9", (152.4, 228.6)),
        ((120, 190.5), (120, 190.5)),
    ],
)
def test_trims(name: str | tuple[float, float], size: tuple[float, float]) -> None:
    width, height = layout.trim_size(name, PLACE)
    assert (width / MM, height / MM) == pytest.approx(size)


def test_unknown_trim_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        layout.geometry(PageSpec(trim="大30开"), layout.load("novel"), PLACE)
    assert str(caught.value).startswith("book.yaml:7: 错误：不认识的开本：大30开")
    assert "大32开" in str(caught.value)


def test_absurd_trim() -> None:
    with pytest.raises(ConfigError, match="不合情理"):
        layout.geometry(PageSpec(trim=(14, 21)), layout.load("novel"))


def test_a_type_area_that_does_not_fit_says_what_would() -> None:
    with pytest.raises(ConfigError) as caught:
        layout.geometry(PageSpec(trim="A6", chars=40, lines=40, size=10.5, pitch=17.5), layout.load("novel"), PLACE)
    told = str(caught.value)
    assert "版心宽 420.0 pt" in told
    assert "每行最多 25 字" in told
    assert "每页最多 22 行" in told
    page = layout.geometry(PageSpec(trim="A6", chars=25, lines=22, size=10.5, pitch=17.5), layout.load("novel"))
    assert min(page.gutter, page.fore_edge) < 8 * MM


# --- a layout of one's own


def test_own_layout_extends_another(tmp_path: Path) -> None:
    root = own(tmp_path, "extends: novel\npage: {chars: 25}\noptions: {ornament: ＊}\ncolours: {accent: '#123456'}\n")
    (root / "mine" / "theme.css.j2").write_text('{% include "novel/theme.css.j2" %}\n.chapter-head { color: red }')
    loaded = layout.load("mine", [root])
    assert [folder.name for folder in loaded.folders] == ["mine", "novel", "base"]
    assert layout.geometry(PageSpec(), loaded).measure == 25 * 10.5
    assert loaded.options["ornament"] == "＊"
    assert loaded.options["contents-leaders"] is False, "what novel says still holds"
    theme = (
        layout.environment(loaded)
        .get_template("theme.css.j2")
        .render(layout=loaded, geometry=layout.geometry(PageSpec(), loaded), profile="print", options=loaded.options)
    )
    assert ".chapter-label" in theme
    assert ".chapter-head { color: red }" in theme


def test_a_books_layout_hides_ours_of_the_same_name(tmp_path: Path) -> None:
    root = own(tmp_path, "title: 我的小说\n", "novel")
    assert layout.load("novel", [root]).title == "我的小说"
    assert layout.load("novel").title == "小说"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("opions: {}\n", "不认识的键：opions\n  办法：是不是 options？"),
        ("page: {char: 20}\n", "不认识的键：page.char\n  办法：是不是 page.chars？"),
        ("margins: {fore_edge: 3}\n", "是不是 margins.fore-edge？"),
        ("options: {contents-leader: true}\n", "是不是 options.contents-leaders？"),
        ("options: {contents-leaders: 1}\n", "options.contents-leaders: 1 的类型不对"),
        ("colours: {acent: '#123456'}\n", "是不是 colours.accent？"),
        ("colours: {accent: 'url(x)'}\n", "colours.accent: url(x) 不是颜色"),
        ("notes: end\n", "notes: end 不可用"),
        ("page: {size: big}\n", "page.size: big 不是长度"),
        ("page: {chars: 0}\n", "page.chars: 0 不是正整数"),
        ("margins: {head: 0}\n", "margins.head 应是正数"),
        ("page: 3\n", "page 应是一组键和值"),
        ("- a\n", "layout.yaml"),
        ("title: [\n", "layout.yaml"),
        ("extends: noval\n", "没有名叫 noval 的版式\n  办法：是不是 novel？"),
        ("extends: mine\n", "版式互相继承，成了一圈：mine → mine"),
    ],
)
def test_what_is_wrong_in_a_layout_is_told_with_the_nearest_key(tmp_path: Path, text: str, told: str) -> None:
    message = refusal(tmp_path, text)
    assert told in message
    assert message.startswith("layouts/mine/layout.yaml:1: 错误：")


def test_keys_of_ones_own_begin_with_x(tmp_path: Path) -> None:
    loaded = layout.load("mine", [own(tmp_path, "x-designer: me\noptions: {x-frame: true}\n")])
    assert loaded.options["x-frame"] is True


@pytest.mark.parametrize("name", ["../novel", "/etc", "", ".", "novel/..", "noval"])
def test_a_layouts_name_is_a_name(name: str) -> None:
    with pytest.raises(ConfigError, match="没有名叫"):
        layout.load(name)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = own(tmp_path, "extends: novel\n")
    (root / "mine" / "theme.css.j2").symlink_to(tmp_path / "secret")
    with pytest.raises(ConfigError, match="指向版式文件夹之外"):
        layout.load("mine", [root])


def test_templates_of_a_layout_run_in_a_sandbox(tmp_path: Path) -> None:
    root = own(tmp_path, "extends: novel\n")
    (root / "mine" / "theme.css.j2").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(Exception, match="unsafe"):
        layout.environment(layout.load("mine", [root])).get_template("theme.css.j2").render()


def test_options_of_a_book() -> None:
    novel = layout.load("novel")
    assert layout.options(novel, {"heads": False})["heads"] is False
    with pytest.raises(ConfigError) as caught:
        layout.options(novel, {"head": False, "folio": 3}, PLACE)
    assert "不认识的键：options.head" in str(caught.value)
    assert "options.folio: 3 的类型不对" in str(caught.value)


# --- labels


def test_every_language_has_the_same_labels() -> None:
    data = yaml.safe_load((layouts_dir() / "base" / "labels.yaml").read_text("utf-8"))
    assert set(data) == {"zh-Hans", "zh-Hant-TW", "zh-Hant-HK", "en"}
    keys = set(data["zh-Hans"])
    assert {language: set(words) ^ keys for language, words in data.items()} == dict.fromkeys(data, set())
    for words in data.values():
        assert all(isinstance(word, str) and (word or key.endswith("_separator")) for key, word in words.items())


def test_labels_take_the_same_places_in_every_language() -> None:
    data = yaml.safe_load((layouts_dir() / "base" / "labels.yaml").read_text("utf-8"))
    for key, words in data["zh-Hans"].items():
        places = set(re.findall(r"\{\w+\}", words))
        for language in data:
            assert set(re.findall(r"\{\w+\}", data[language][key])) <= places, (language, key)


@pytest.mark.parametrize(
    ("tag", "word"),
    [
        ("zh-Hans", "注释"),
        ("zh-CN", "注释"),
        ("zh", "注释"),
        ("zh-Hant-TW", "註釋"),
        ("zh-Hant", "註釋"),
        ("zh-TW", "註釋"),
        ("zh-Hant-HK", "註釋"),
        ("zh-HK", "註釋"),
        ("en-GB", "Notes"),
        ("fr", "Notes"),
    ],
)
def test_labels_of_a_language(tag: str, word: str) -> None:
    assert layout.labels(tag)["notes"] == word


def test_traditional_labels_hold_no_simplified_form() -> None:
    simplified = set("书页权题录编图节见标语释献记从关级错译图")
    for language in ("zh-Hant-TW", "zh-Hant-HK"):
        words = "".join(layout.labels(language).values())
        assert not simplified & set(words)


# --- filters


def test_dates() -> None:
    chinese, english = layout.labels("zh-Hans"), layout.labels("en")
    assert filters.say_date("2026-02-04", chinese) == "2026年2月4日"
    assert filters.say_date("2026-11", chinese) == "2026年11月"
    assert filters.say_date("2026", chinese) == "2026年"
    assert filters.say_date("2026-02-04", english) == "2026-02-04"
    assert filters.say_date("丙午年春", chinese) == "丙午年春"


def test_titles_divide_by_sense() -> None:
    assert filters.title_lines("版心手册", 11) == ["版心手册"]
    assert filters.title_lines("雨夜：城南旧事与其他十二个故事", 9) == ["雨夜：城南旧事", "与其他十二个故事"]
    long = "“我希望它快点死”——GPT-4o事件全记录"
    lines = filters.title_lines(long, 11)
    assert lines == ["“我希望它快点死”——", "GPT-4o事件全记录"]
    assert all("GPT-4o" in line or "4o" not in line for line in filters.title_lines(long, 6))


def test_a_cover_gives_way_to_the_sense_of_its_title() -> None:
    title = "“又为活板”——活字印刷编年"
    assert len(filters.title_lines(title, 5.5)) == 3
    assert filters.sense_lines(title, 5.5, 8.5) == ["“又为活板”——", "活字印刷编年"]
    assert filters.sense_lines(title, 5.5, 6) == ["“又为活", "板”——", "活字印刷编年"], "one bad break, not two"
    latin = "The Hand of the Punchcutter"
    assert filters.sense_lines(latin, 6, 9) == filters.title_lines(latin, 6), "spaces are sense enough"


def test_a_css_string_cannot_be_left() -> None:
    assert filters.css_string('a"}</style>') == r"a\22 \7d \3c \2f style\3e "
    assert filters.css_string("书：“心”") == "书：“心”"


def test_lead_in() -> None:
    assert filters.lead_in('<p lang="en">A</p><p>B</p>', "<b>1</b>") == '<p lang="en"><b>1</b>A</p><p>B</p>'
    assert filters.lead_in("<ul><li>A</li></ul>", "1") == "<p>1</p><ul><li>A</li></ul>"


# --- the contract


def contract() -> set[str]:
    """Every class that layouts/README.md names."""
    text = (layouts_dir() / "README.md").read_text("utf-8")
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", text)) | set(re.findall(r'class="([\w-]+)"', text))


def style_sheets() -> dict[str, str]:
    """Every layout's print style sheet, filled in, in both profiles."""
    sheets = {}
    faces = dict.fromkeys(("serif", "sans", "kai", "fangsong", "mono"), "serif")
    for name in NAMES:
        loaded = layout.load(name)
        for profile in ("screen", "print"):
            sheets[f"{name} {profile}"] = (
                layout.environment(loaded)
                .get_template("print.css.j2")
                .render(
                    layout=loaded,
                    geometry=layout.geometry(PageSpec(), loaded),
                    options=loaded.options,
                    labels=layout.labels("zh-Hans"),
                    faces=faces,
                    faces_en=faces,
                    profile=profile,
                    bleed=8.5,
                    marks=True,
                    room=28.3,
                    meta={"title": "书"},
                )
            )
    return sheets


def classes_in(css: str) -> set[str]:
    """Class names in the selectors of a style sheet."""
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|\"[^\"]*\"", " ", css, flags=re.DOTALL)
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))


def test_every_class_in_the_style_sheets_is_in_the_contract() -> None:
    for name, css in style_sheets().items():
        assert not classes_in(css) - contract(), name


def test_every_class_in_the_templates_is_in_the_contract() -> None:
    for path in (layouts_dir() / "base" / "pages").glob("*.j2"):
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        used = {word for value in re.findall(r'class="([^"]*)"', bare) for word in value.split()}
        assert not {word for word in used if not word.endswith("-")} - contract(), path.name


def test_every_option_is_explained() -> None:
    text = (layouts_dir() / "README.md").read_text("utf-8")
    for option in layout.load("base").options:
        assert f"| `{option}` |" in text, option


def test_print_is_black() -> None:
    """In the print profile every colour is a grey: red, green and blue are equal."""
    for name, css in style_sheets().items():
        if name.endswith("print"):
            for colour in re.findall(r"#([0-9a-fA-F]{3,6})\b", css):
                full = colour if len(colour) == 6 else "".join(2 * c for c in colour)
                assert full[:2] == full[2:4] == full[4:], (name, colour)
