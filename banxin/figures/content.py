"""What a figure draws, written anew: only what it uses, in the colours of the PDF around it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream

from banxin.figures import glyphs, letters
from banxin.figures.glyphs import Pen, TextState
from banxin.figures.paint import NUMBERS, Colours, shining
from banxin.figures.terms import Unfit
from banxin.plates.colours import of_ink
from banxin.preflight.colours import Family, Space
from banxin.preflight.matrices import IDENTITY, Matrix

NESTED = 12
"""How deep forms may lie in each other."""
LONGEST = 30_000_000
"""Bytes of all that a figure draws: to write more anew takes longer than any book."""
PARSED = "在绘图程序里另存一份再试。"
LAYERS = "在绘图程序里合并图层（或去掉不要的层）再导出。"
MARKED = frozenset({"BMC", "EMC", "MP", "DP"})
"""Operators that mark content: the tags of a figure are those of the page around it."""
DEVICE = {"g": Family.GRAY, "rg": Family.RGB, "k": Family.CMYK}
START = b"1 w 0 J 0 j 10 M [] 0 d 0 i 0 Tc 0 Tw 100 Tz 0 TL 0 Tr 0 Ts"
"""What a page begins with (ISO 32000-1, 8.4.1), whatever the page around it has set."""
STATE = ("/Type", "/LW", "/LC", "/LJ", "/ML", "/D", "/SA", "/AIS", "/TK", "/FL", "/SM")
"""Of a dictionary of the graphics state: what is kept everywhere."""
FORM = ("/BBox", "/Matrix")
TILE = ("/PatternType", "/PaintType", "/TilingType", "/BBox", "/XStep", "/YStep", "/Matrix")


class Setter:
    """Writes the streams of one figure anew, each once."""

    def __init__(self, pdf: Any, colours: Colours) -> None:
        self.pdf, self.colours, self.terms = pdf, colours, colours.terms
        self.made: dict[tuple[Any, ...], Any] = {}
        self.depth = self.length = 0

    def once(self, kind: str, thing: Any, make: Callable[[Any], Any]) -> Any:
        """What is made of an object that several may draw."""
        key = kind, *thing.objgen
        if not thing.objgen[0]:
            return make(thing)
        if key not in self.made:
            self.made[key] = make(thing)
        return self.made[key]

    def weigh(self, thing: Any) -> None:
        """Unfit: all that is drawn is too long, told before it is unpacked: a small file may hold gigabytes."""
        contents = thing.obj.get("/Contents") if isinstance(thing, pikepdf.Page) else thing
        for part in contents if isinstance(contents, Array) else [contents]:
            if isinstance(part, Stream):
                self.length += _length(part)
        if self.length > LONGEST:
            raise Unfit("太复杂", "在绘图程序里简化它，或把密密的点和线转成图片。")

    def stream(self, thing: Any, resources: Any, keys: Sequence[str], mask: bool = False) -> Any:
        """A form or a cell of a pattern, without its kind."""
        self.depth += 1
        if self.depth > NESTED:
            raise Unfit("图里套着图，层数太多", PARSED)
        written = Content(self, resources, mask).written(thing)
        self.depth -= 1
        made = Stream(self.pdf, written.data)
        for key in keys:
            if key in thing:
                made[key] = thing[key]
        made.Resources = written.resources
        return made

    def form(self, thing: Any, resources: Any, mask: bool = False) -> Any:
        """A form of the figure (8.10)."""
        if "/OC" in thing or "/Ref" in thing or str(thing.get("/Subtype2", "")) == "/PS":
            raise Unfit("有图层", LAYERS)
        made = self.stream(thing, thing.get("/Resources", resources), FORM, mask)
        made.Type, made.Subtype = Name.XObject, Name.Form
        if "/Group" in thing and self.terms.transparency:
            made.Group = self.group(thing.Group, mask)
        return self.pdf.make_indirect(made)

    def group(self, thing: Any, mask: bool = False) -> Any:
        """What is put together before it is drawn (11.6.6)."""
        made = Dictionary(Type=Name.Group, S=Name.Transparency)
        for key in ("/I", "/K"):
            if key in thing:
                made[key] = thing[key]
        if self.terms.plates:
            made.CS = Name.DeviceGray if mask else Name.DeviceCMYK
        elif "/CS" in thing:
            self.colours.space(thing.CS)
            made.CS = thing.CS
        return made

    def glyph(self, proc: Any, font: Any, resources: Any) -> Any:
        """The drawing of a glyph of a Type 3 font, as a form."""
        made = self.stream(proc, font.font.get("/Resources", resources), ())
        made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, font.box
        return self.pdf.make_indirect(made)

    def state(self, thing: Any, resources: Any) -> Any:
        """A dictionary of the graphics state (8.4.5), without what is for one printer's machine."""
        if "/Font" in thing:
            raise Unfit("字体写在图形状态里", PARSED)
        if any(str(thing.get(key, "/Identity")) not in ("/Identity", "/Default") for key in ("/TR", "/TR2")):
            raise Unfit("有改浓淡的曲线（传递函数）", "在绘图程序里去掉它，再导出。")
        made = Dictionary({key: thing[key] for key in STATE if key in thing})
        if not self.terms.transparency:
            if _shines(thing):
                raise shining(self.terms)
            return made
        made.update({key: thing[key] for key in ("/CA", "/ca", "/BM") if key in thing})
        if "/SMask" in thing:
            made.SMask = self.mask(thing.SMask, resources)
        return made

    def mask(self, thing: Any, resources: Any) -> Any:
        """What lets something shine through by its own lights (11.6.5)."""
        if not isinstance(thing, Dictionary):
            return thing
        made = Dictionary(Type=Name.Mask, S=thing.S, G=self.form(thing.G, resources, mask=True))
        if "/BC" in thing and len(thing.BC) == 1:
            made.BC = thing.BC
        if "/TR" in thing:
            raise Unfit("有改浓淡的曲线（传递函数）", "在绘图程序里去掉它，再导出。")
        return made

    def pattern(self, thing: Any, resources: Any) -> Any:
        """What is repeated over an area, or a gradient (8.7)."""
        if not isinstance(thing, Stream):
            made = Dictionary({key: thing[key] for key in ("/PatternType", "/Matrix") if key in thing})
            made.Shading = self.once("shading", thing.Shading, self.colours.shading)
            if "/ExtGState" in thing:
                made.ExtGState = self.state(thing.ExtGState, resources)
            return made
        if int(thing.PaintType) != 1:
            raise Unfit("有要另外上色的图案", PARSED)
        return self.pdf.make_indirect(self.stream(thing, thing.get("/Resources", resources), TILE))

    def drawn(self, thing: Any, resources: Any, mask: bool) -> Any:
        """A form or a picture."""
        kind = str(thing.get("/Subtype", ""))
        if kind == "/Image":
            return self.once("image", thing, self.colours.picture)
        if kind != "/Form":
            raise Unfit("有 PostScript 的片段", PARSED)
        return self.once(f"form {mask}", thing, lambda each: self.form(each, resources, mask))


def _length(stream: Any) -> int:
    """Bytes of a stream, unpacked; no more than `LONGEST` are."""
    filters = stream.get("/Filter", "")
    names = [str(each) for each in filters] if isinstance(filters, Array) else [str(filters)]
    data = stream.read_raw_bytes()
    for name in names:
        if name == "/FlateDecode":
            data = zlib.decompressobj().decompress(data, LONGEST + 1)
        elif name:
            raise Unfit("压缩的方式少见", PARSED)
    return len(data)


def _shines(state: Any) -> bool:
    """What is wholly hidden does not shine through: see `Content.painted`."""
    return (
        any(0 < float(state.get(key, 1)) < 1 for key in ("/ca", "/CA"))
        or isinstance(state.get("/SMask"), Dictionary)
        or not _plain(state.get("/BM", Name.Normal))
    )


def _plain(mode: Any) -> bool:
    first = mode[0] if isinstance(mode, Array) else mode
    return str(first) in ("/Normal", "/Compatible")


class Content:
    """One content stream."""

    def __init__(self, setter: Setter, resources: Any, mask: bool) -> None:
        self.setter, self.colours, self.mask = setter, setter.colours, mask
        self.inks = bool(setter.terms.plates) and not mask
        self.known = resources
        self.resources = Dictionary()
        self.out: list[Any] = []
        self.state: dict[str, Any] = {"fill": None, "line": None, "over": None, "hides": (False, False)}
        self.state["text"] = TextState()
        self.stack: list[dict[str, Any]] = []
        self.data = b""
        terms = setter.terms
        fonts = resources.get("/Font", {}) if resources is not None else {}
        self.drawn = {
            str(name): glyphs.drawn(font) for name, font in dict(fonts).items() if terms.plates or terms.archive
        }
        """The fonts whose glyphs are written as drawings."""
        self.pen = Pen() if any(self.drawn.values()) else None
        self.colourless = False
        """Whether it is a glyph that has the colour of the words (`d1`)."""

    def written(self, thing: Any, start: bytes = b"") -> Content:
        """Written anew, all of it."""
        self.setter.weigh(thing)
        try:
            instructions = pikepdf.parse_content_stream(thing)
        except pikepdf.PdfError as error:
            raise Unfit("画的内容读不懂", PARSED) from error
        if start and self.inks:
            self.black()
        for instruction in instructions:
            self.instruction(instruction)
        self.out += [([], Operator("Q"))] * len(self.stack)
        data = pikepdf.unparse_content_stream(self.out)
        self.data = b"\n".join(filter(None, (start, data)))
        return self

    def instruction(self, instruction: Any) -> None:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            raise Unfit("有嵌在内容里的图片", PARSED)  # that of the page was taken out
        operands, operator = list(instruction.operands), str(instruction.operator)
        act = (ON_PAPER.get(operator) if self.pen else None) or ACTS.get(operator)
        if self.colourless and operator in COLOURS:
            return
        if act:
            act(self, operator, operands)
        elif operator not in MARKED and operator != "ri":
            self.put(operator, operands)

    def put(self, operator: str, operands: Sequence[Any] = ()) -> None:
        self.out.append((list(operands), Operator(operator)))

    # ---- state

    def save(self, operator: str, _: list[Any]) -> None:
        self.stack.append(dict(self.state))
        self.put(operator)

    def restore(self, operator: str, _: list[Any]) -> None:
        if self.stack:
            self.state = self.stack.pop()
            self.put(operator)

    def marked(self, _: str, operands: list[Any]) -> None:
        """`BDC`: a layer may be hidden; other marks are left out."""
        if operands[0] == Name.OC:
            raise Unfit("有图层", LAYERS)

    # ---- what stands in the resources

    def use(self, category: str, name: Any, make: Callable[[Any], Any]) -> None:
        """Take over what a stream draws with."""
        place = self.resources.get(category)
        if place is None:
            self.resources[category] = place = Dictionary()
        if name not in place:
            entries = self.known.get(category) if self.known is not None else None
            if entries is None or name not in entries:
                raise Unfit(f"缺 {name}", PARSED)
            place[name] = make(entries[name])
            self.resources[category] = place

    def font(self, operator: str, operands: list[Any]) -> None:
        self.use("/Font", operands[0], self.checked)
        self.put(operator, operands)

    def checked(self, font: Any) -> Any:
        def check(thing: Any) -> Any:
            letters.check(thing, self.setter.terms)
            return thing

        return self.setter.once("font", font, check)

    def effects(self, operator: str, operands: list[Any]) -> None:
        self.use("/ExtGState", operands[0], lambda thing: self.setter.state(thing, self.known))
        if not self.setter.terms.transparency:
            state, (fills, lines) = self.known.ExtGState[operands[0]], self.state["hides"]
            self.state["hides"] = not float(state.get("/ca", not fills)), not float(state.get("/CA", not lines))
        self.put(operator, operands)

    def painted(self, operator: str, operands: list[Any]) -> None:
        """A path. Programs say by an alpha of 0 that they fill or stroke nothing; where there is no alpha, so it is."""
        fills, lines = self.state["hides"]
        fill, line = PAINTED[operator]
        if fills or lines:
            operator = {(True, False): line, (False, True): fill, (True, True): ""}[fills, lines] or "n"
        self.put(operator, operands)

    def shown(self, operator: str, operands: list[Any]) -> None:
        """Words."""
        if self.state["hides"][0]:
            raise shining(self.setter.terms)
        self.put(operator, operands)

    def draw(self, operator: str, operands: list[Any]) -> None:
        if self.state["hides"][0]:
            return
        self.use("/XObject", operands[0], lambda thing: self.setter.drawn(thing, self.known, self.mask))
        self.put(operator, operands)

    def shade(self, operator: str, operands: list[Any]) -> None:
        if self.state["hides"][0]:
            return
        self.use("/Shading", operands[0], lambda thing: self.setter.once("shading", thing, self.colours.shading))
        self.put(operator, operands)

    # ---- words of fonts whose glyphs are drawings

    def begin(self, operator: str, operands: list[Any]) -> None:
        assert self.pen
        self.pen.put(IDENTITY)
        self.put(operator, operands)

    def parameter(self, operator: str, operands: list[Any]) -> None:
        value = float(operands[0])
        changes = {"stretch": value / 100} if operator == "Tz" else {glyphs.PARAMETERS[operator]: value}
        self.state["text"] = self.state["text"]._replace(**changes)
        self.put(operator, operands)

    def position(self, operator: str, operands: list[Any]) -> None:
        """Told as a matrix, so that it holds when the text was left for a drawing."""
        assert self.pen
        numbers = [float(each) for each in operands]
        if operator == "TD":
            self.parameter("TL", [-numbers[1]])
        if operator == "Tm":
            a, b, c, d, e, f = numbers
            self.pen.put((a, b, c, d, e, f))
        elif operator == "T*":
            self.pen.move(0, -self.state["text"].leading)
        else:
            self.pen.move(*numbers)
        self.put("Tm", _decimals(self.pen.text))

    def choose(self, operator: str, operands: list[Any]) -> None:
        font = self.drawn.get(str(operands[0]))
        self.state["text"] = self.state["text"]._replace(font=font, size=float(operands[1]))
        if font is None:
            self.font(operator, operands)

    def words(self, operator: str, operands: list[Any]) -> None:
        assert self.pen
        if operator == '"':
            self.parameter("Tw", operands[:1])
            self.parameter("Tc", operands[1:2])
        if operator in ("'", '"'):
            self.position("T*", [])
        last = operands[-1]
        if self.state["text"].font is None:
            self.shown("TJ" if operator == "TJ" else "Tj", [last])
            self.pen.lost = True
            return
        if self.state["hides"][0]:
            return
        self.put("ET")
        for glyph, matrix in self.pen.glyphs(self.state["text"], last if operator == "TJ" else [last]):
            self.put("q")
            self.put("cm", _decimals(matrix))
            self.put("Do", [self.glyph(glyph)])
            self.put("Q")
        self.put("BT")
        self.put("Tm", _decimals(self.pen.text))

    def glyph(self, proc: Any) -> Any:
        """The name of the drawing of a glyph."""
        name = Name(f"/BanxinGlyph{proc.objgen[0]}")
        place = self.resources.get("/XObject", Dictionary())
        if name not in place:
            font = self.state["text"].font
            place[name] = self.setter.once("glyph", proc, lambda each: self.setter.glyph(each, font, self.known))
            self.resources["/XObject"] = place
        return name

    def uncoloured(self, _: str, __: list[Any]) -> None:
        self.colourless = True

    # ---- colours

    def device(self, operator: str, operands: list[Any]) -> None:
        """A colour of one of the three families of devices."""
        family = DEVICE[operator.lower()]
        self.colours.see(Space(family), None)
        self.grey(family)
        side = "fill" if operator.islower() else "line"
        self.state[side] = family
        if self.inks:
            self.ink(side, family, operands)
        else:
            self.put(operator, operands)

    def grey(self, family: Family) -> None:
        if self.mask and self.setter.terms.plates and family is not Family.GRAY:
            raise Unfit("透明的蒙版是彩色的", "在绘图程序里拼合透明度再导出。")

    def ink(self, side: str, family: Family, operands: Sequence[Any]) -> None:
        paint = of_ink(self.colours.ink(family, [float(each) for each in operands]))
        self.over(side, paint.solid)
        numbers, _, operator = (paint.fill if side == "fill" else paint.stroke).rpartition(b" ")
        self.put(operator.decode(), [_number(each) for each in numbers.split()])

    def over(self, side: str, solid: bool) -> None:
        """Black alone is printed over what is there, as everywhere in print (banxin/plates/painting.py)."""
        known = self.state["over"]
        fill, line = known or (False, False)
        wanted = (solid, line) if side == "fill" else (fill, solid)
        if wanted != known:
            self.state["over"] = wanted
            name = f"/BanxinOver{wanted[0]:d}{wanted[1]:d}"
            states = self.resources.get("/ExtGState", Dictionary())
            states[name] = Dictionary(OP=wanted[1], op=wanted[0], OPM=1)
            self.resources["/ExtGState"] = states
            self.put("gs", [Name(name)])

    def black(self) -> None:
        for side in ("fill", "line"):
            self.ink(side, Family.GRAY, [0])

    def space(self, operator: str, operands: list[Any]) -> None:
        """`cs`: a colour space by its name."""
        name, side = operands[0], "fill" if operator == "cs" else "line"
        entries = self.known.get("/ColorSpace", {}) if self.known is not None else {}
        space = self.colours.space(entries.get(name, name))
        self.grey(space.family if space.family is not Family.PATTERN else Family.GRAY)
        indexed = name in entries and isinstance(entries[name], Array) and str(entries[name][0]) == "/Indexed"
        if self.inks and indexed:
            raise Unfit("颜色取自一张表", PARSED)
        self.state[side] = space.family
        if self.inks and space.family not in (Family.SPOT, Family.PATTERN):
            self.ink(side, Family.GRAY, [0])
            return
        if space.family is Family.PATTERN:
            operands = [Name.Pattern]  # what colours an uncoloured pattern is not drawn, see Setter.pattern
        elif name in entries:
            self.use("/ColorSpace", name, lambda thing: thing)
        if self.inks:
            self.over(side, False)
        self.put(operator, operands)

    def colour(self, operator: str, operands: list[Any]) -> None:
        """`sc`, `scn`: a colour in the space that was named."""
        side = "fill" if operator.islower() else "line"
        if operands and isinstance(operands[-1], Name):
            self.use("/Pattern", operands[-1], self.patterned)
            self.put(operator, operands)
            return
        family = self.state[side] or NUMBERS.get(len(operands))
        if self.inks and family in (Family.GRAY, Family.RGB, Family.CMYK):
            self.ink(side, family, operands)
        else:
            self.put(operator, operands)

    def patterned(self, thing: Any) -> Any:
        return self.setter.once("pattern", thing, lambda each: self.setter.pattern(each, self.known))


def _decimals(matrix: Matrix) -> list[Decimal]:
    return [Decimal(f"{number:.8f}") for number in matrix]


def _number(text: bytes) -> Any:
    value = float(text)
    return int(value) if value.is_integer() else round(value, 4)


PAINTED = {
    "f": ("f", ""), "F": ("F", ""), "f*": ("f*", ""), "S": ("", "S"), "s": ("", "s"),
    "B": ("f", "S"), "B*": ("f*", "S"), "b": ("f", "s"), "b*": ("f*", "s"),
}  # fmt: skip
"""Operators that paint a path (8.5.3): what of them fills, and what strokes."""
ACTS: dict[str, Callable[[Content, str, list[Any]], None]] = {
    "q": Content.save, "Q": Content.restore, "BDC": Content.marked, "Tf": Content.font, "gs": Content.effects,
    "Do": Content.draw, "sh": Content.shade, "cs": Content.space, "CS": Content.space,
    **dict.fromkeys(("g", "G", "rg", "RG", "k", "K"), Content.device),
    **dict.fromkeys(PAINTED, Content.painted),
    **dict.fromkeys(("Tj", "TJ", "'", '"'), Content.shown),
    **dict.fromkeys(("sc", "SC", "scn", "SCN"), Content.colour),
    "d0": lambda *_: None, "d1": Content.uncoloured,
}  # fmt: skip
ON_PAPER: dict[str, Callable[[Content, str, list[Any]], None]] = {
    "BT": Content.begin, "Tf": Content.choose,
    **dict.fromkeys((*glyphs.PARAMETERS, "Tz"), Content.parameter),
    **dict.fromkeys(("Td", "TD", "Tm", "T*"), Content.position),
    **dict.fromkeys(("Tj", "TJ", "'", '"'), Content.words),
}  # fmt: skip
"""In place of these, where there are glyphs that are drawn."""
COLOURS = frozenset({"g", "G", "rg", "RG", "k", "K", "cs", "CS", "sc", "SC", "scn", "SCN", "sh", "ri"})
