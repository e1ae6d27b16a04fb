"""The content of pages -> marks: one interpreter of the graphics state, to which all rules listen.

What it knows: paths, clips (by their boxes), text of every kind of font, images, forms, tiling patterns, gradients.
What a form draws is read once, however often it is drawn, and fonts and resources are looked up once a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any

import pikepdf

from banxin.preflight.colours import BLACK, CMYK, GRAY, RGB, Family, Paint, Space, space_of
from banxin.preflight.faces import Face, face_of
from banxin.preflight.finding import Rect
from banxin.preflight.job import DAMAGE
from banxin.preflight.marks import Ears, Effects, Fill, Listener, Picture, Shade, Sheet, Stroke, Text
from banxin.preflight.matrices import (
    EVERYWHERE,
    IDENTITY,
    NOWHERE,
    Matrix,
    common,
    empty,
    grown,
    lengths,
    moved,
    rectangle,
    scale,
    times,
)
from banxin.preflight.tokens import Operand, items, operations, string

Operation = tuple[bytes, list[Operand]]
ASCENT, DESCENT = 0.88, -0.12
"""Of a line of type, in em: the body of Han characters."""
NOTHING = 0.01
"""pt: what rounding makes of two edges that are one."""
NESTED = 12
"""How deep forms may lie in each other: a file that goes on draws itself."""
INVISIBLE_MODES = (3, 7)
"""Of text: nothing but a clip (ISO 32000-1, 9.3.6)."""


class Resources:
    """What a content stream draws with, each looked up once."""

    def __init__(self, dictionary: Any, shared: Shared) -> None:
        self.dictionary, self.shared = dictionary, shared
        self.found: dict[tuple[str, str], Any] = {}

    def get(self, category: str, name: str) -> Any:
        """What is named so; None where nothing is."""
        key = category, name
        if key not in self.found:
            entries = self.dictionary.get(category) if self.dictionary is not None else None
            thing = entries.get(name) if isinstance(entries, pikepdf.Dictionary) else None
            made = MAKERS.get(category)
            self.found[key] = made(self.shared, thing) if made and thing is not None else thing
        return self.found[key]

    def space(self, name: str) -> Space:
        """A colour space by its name in the content."""
        found: Space | None = self.get("/ColorSpace", name)
        return found or space_of(name)


class Shared:
    """What all pages of a file share, by the numbers of the objects."""

    def __init__(self) -> None:
        self.faces: dict[tuple[int, int], Face] = {}
        self.grounds: dict[tuple[int, int], Resources] = {}
        self.programs: dict[tuple[int, int], list[Operation]] = {}

    def face(self, font: Any) -> Face:
        """A font."""
        number = font.objgen
        if number not in self.faces or not number[0]:
            self.faces[number] = face_of(font)
        return self.faces[number]

    def resources(self, dictionary: Any) -> Resources:
        """A dictionary of resources."""
        number = dictionary.objgen if dictionary is not None else (0, 0)
        if not number[0]:
            return Resources(dictionary, self)
        if number not in self.grounds:
            self.grounds[number] = Resources(dictionary, self)
        return self.grounds[number]

    def program(self, stream: Any) -> Iterable[Operation]:
        """The operations of a form or a pattern."""
        number = stream.objgen
        if not number[0]:
            return operations(stream.read_bytes())
        if number not in self.programs:
            self.programs[number] = list(operations(stream.read_bytes()))
        return self.programs[number]


MAKERS: dict[str, Callable[[Shared, Any], Any]] = {
    "/Font": Shared.face,
    "/ColorSpace": lambda _, thing: space_of(thing),
    "/ExtGState": lambda _, thing: _changes(thing),
}


class State:
    """The graphics state; `q` copies it whole."""

    def __init__(self, matrix: Matrix, clip: Rect) -> None:
        self.matrix, self.clip = matrix, clip
        self.fill = self.line = BLACK
        self.width = 1.0
        self.effects = Effects()
        self.face: Face | None = None
        self.size = 0.0
        self.char = self.word = self.leading = self.rise = 0.0
        self.stretch = 1.0
        self.mode = 0


class Drawing:
    """Draws the pages of a file for its listeners."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        ears = Ears(listeners)
        self.hear = {kind: ears.of(kind) for kind in ("begin", "text", "fill", "stroke", "picture", "shade")}
        self.shared = Shared()

    def page(self, page: Any, sheet: Sheet) -> None:
        """Draw a page."""
        for hear in self.hear["begin"]:
            hear(sheet)
        data = _contents(page.obj.get("/Contents"))
        resources = self.shared.resources(page.obj.get("/Resources", page.resources))
        _Pen(self, sheet, resources, State(IDENTITY, sheet.media)).run(operations(data))


def _contents(thing: Any) -> bytes:
    if thing is None:
        return b""
    streams = list(thing) if isinstance(thing, pikepdf.Array) else [thing]
    return b"\n".join(stream.read_bytes() for stream in streams)


class _Pen:
    """Carries out the operations of one content stream."""

    def __init__(self, drawing: Drawing, sheet: Sheet, resources: Resources, state: State, depth: int = 0) -> None:
        self.drawing, self.sheet, self.resources, self.state, self.depth = drawing, sheet, resources, state, depth
        self.shared, self.hear = drawing.shared, drawing.hear
        self.base = state.matrix
        self.stack: list[dict[str, Any]] = []
        self.shapes: list[list[float]] = []
        """The boxes of the subpaths: left, bottom, right, top, points, points that turn no right angle."""
        self.clipping = False
        self.area: Rect | None = None
        """In the cell of a pattern: what is filled with it."""
        self.text: Matrix = IDENTITY
        self.start: Matrix = IDENTITY

    def run(self, program: Iterable[Operation]) -> None:
        """Carry them out; one that is damaged is passed over, as readers do."""
        known = OPERATORS
        for operator, operands in program:
            act = known.get(operator)
            if act is not None:
                try:
                    act(self, operands)
                except DAMAGE:
                    continue

    # ---- state

    def save(self, _: list[Any]) -> None:
        self.stack.append(vars(self.state).copy())

    def restore(self, _: list[Any]) -> None:
        if self.stack:
            self.state.__dict__ = self.stack.pop()

    def concat(self, operands: list[Any]) -> None:
        self.state.matrix = times(_matrix(operands), self.state.matrix)

    def line_width(self, operands: list[Any]) -> None:
        self.state.width = operands[0]

    def effects(self, operands: list[Any]) -> None:
        changes = self.resources.get("/ExtGState", _name(operands[0]))
        if changes:
            effects, others = changes
            self.state.effects = self.state.effects._replace(**effects)
            if "width" in others:
                self.state.width = others["width"]
            if "font" in others:
                self.state.face, self.state.size = self.shared.face(others["font"][0]), others["font"][1]

    # ---- colours

    def fill_space(self, operands: list[Any]) -> None:
        self.state.fill = _initial(self.resources.space(_name(operands[0])))

    def line_space(self, operands: list[Any]) -> None:
        self.state.line = _initial(self.resources.space(_name(operands[0])))

    def fill_colour(self, operands: list[Any]) -> None:
        self.state.fill = _coloured(self.state.fill.space, operands)

    def line_colour(self, operands: list[Any]) -> None:
        self.state.line = _coloured(self.state.line.space, operands)

    # ---- paths

    def move(self, operands: list[Any]) -> None:
        x, y = operands
        self.shapes.append([x, y, x, y, 1, 0, x, y])

    def draw(self, operands: list[Any]) -> None:
        shape, (x, y) = self.shapes[-1], operands
        if x != shape[6] and y != shape[7]:
            shape[5] += 1
        _reach(shape, x, y)

    def curve(self, operands: list[Any]) -> None:
        shape = self.shapes[-1]
        shape[5] += 2
        for i in range(0, len(operands) - 1, 2):
            _reach(shape, operands[i], operands[i + 1])

    def rectangle(self, operands: list[Any]) -> None:
        x, y, width, height = operands
        left, right = sorted((x, x + width))
        bottom, top = sorted((y, y + height))
        self.shapes.append([left, bottom, right, top, 5, 0, x, y])

    def clip(self, _: list[Any]) -> None:
        self.clipping = True

    def end(self, _: list[Any]) -> None:
        """Of a path: what it clips is clipped from now on."""
        if self.clipping:
            state = self.state
            state.clip = common(state.clip, moved(self.bounds(), state.matrix)) if self.shapes else NOWHERE
        self.shapes, self.clipping = [], False

    def seen(self, box: Rect) -> Rect:
        """What is left of a box by the clip; of one in a cell of a pattern, all that is filled with it."""
        clipped = common(box, self.state.clip)
        return clipped if self.area is None or empty(clipped) else self.area

    def bounds(self) -> Rect:
        """The box around the path."""
        shapes = self.shapes
        return (
            min(shape[0] for shape in shapes),
            min(shape[1] for shape in shapes),
            max(shape[2] for shape in shapes),
            max(shape[3] for shape in shapes),
        )

    def fills(self, _: list[Any]) -> None:
        self.filled()
        self.end([])

    def fills_odd(self, _: list[Any]) -> None:
        self.filled(odd=True)
        self.end([])

    def strokes(self, _: list[Any]) -> None:
        self.stroked()
        self.end([])

    def both(self, _: list[Any]) -> None:
        self.filled()
        self.stroked()
        self.end([])

    def filled(self, odd: bool = False) -> None:
        state = self.state
        if not self.shapes or not state.effects.alpha:
            return
        box = self.seen(moved(self.bounds(), state.matrix))
        if empty(box):
            return
        if state.fill.pattern:
            self.patterned(state.fill, box)
            return
        mark = Fill(self.sheet, box, state.fill, state.effects, self.thinnest(odd))
        for hear in self.hear["fill"]:
            hear(mark)

    def thinnest(self, odd: bool) -> float:
        """pt: the thinnest rectangle of the path, or the thinnest side of a frame of two."""
        wide, high = lengths(self.state.matrix)
        if any(shape[5] for shape in self.shapes):  # the outline of a glyph, say, with a narrow counter
            return inf
        right = [shape for shape in self.shapes if shape[4] >= 4]
        if odd and len(right) == 2:
            outer, inner = sorted(right, key=lambda shape: shape[0])
            sides = [abs(outer[0] - inner[0]) * wide, abs(outer[2] - inner[2]) * wide]
            ends = [abs(outer[1] - inner[1]) * high, abs(outer[3] - inner[3]) * high]
            return min((thick for thick in sides + ends if thick > NOTHING), default=inf)
        return min((min((s[2] - s[0]) * wide, (s[3] - s[1]) * high) for s in right), default=inf)

    def stroked(self) -> None:
        state = self.state
        if not self.shapes or not state.effects.alpha_stroke:
            return
        width = state.width * scale(state.matrix)
        for shape in self.shapes:  # each for itself: crop marks of one path stand around the page
            path = moved((shape[0], shape[1], shape[2], shape[3]), state.matrix)
            box = self.seen(grown(path, width / 2))
            if empty(box):
                continue
            mark = Stroke(self.sheet, box, state.line, state.effects, width)
            for hear in self.hear["stroke"]:
                hear(mark)

    # ---- text

    def begin_text(self, _: list[Any]) -> None:
        self.text = self.start = IDENTITY

    def text_matrix(self, operands: list[Any]) -> None:
        self.text = self.start = _matrix(operands)

    def next_line(self, operands: list[Any]) -> None:
        self.text = self.start = times((1, 0, 0, 1, operands[0], operands[1]), self.start)

    def next_line_leading(self, operands: list[Any]) -> None:
        self.state.leading = -operands[1]
        self.next_line(operands)

    def new_line(self, _: list[Any]) -> None:
        self.next_line([0.0, -self.state.leading])

    def font(self, operands: list[Any]) -> None:
        self.state.face = self.resources.get("/Font", _name(operands[0]))
        self.state.size = operands[1]

    def parameter(self, name: str, operands: list[Any]) -> None:
        setattr(self.state, name, operands[0])

    def stretch(self, operands: list[Any]) -> None:
        self.state.stretch = operands[0] / 100

    def show(self, operands: list[Any]) -> None:
        self.shown([string(operands[0])])

    def show_array(self, operands: list[Any]) -> None:
        self.shown(items(operands[0]))

    def show_line(self, operands: list[Any]) -> None:
        self.new_line([])
        self.show(operands[-1:])

    def show_spaced_line(self, operands: list[Any]) -> None:
        self.state.word, self.state.char = operands[0], operands[1]
        self.show_line(operands)

    def shown(self, parts: Iterable[float | bytes]) -> None:
        """Words, part by part: numbers move what follows."""
        face = self.state.face
        if face is None:
            return
        pieces: list[int] = []
        runs: list[tuple[float, Sequence[int]]] = []
        along = 0.0
        per_em = self.state.size / 1000 * (-1 if face.vertical else 1)  # numbers go against the line (9.4.3)
        for part in parts:
            if not isinstance(part, bytes):
                along -= part * per_em
                continue
            codes = face.codes(part)
            runs.append((along, codes))
            pieces += codes
            along += self.advance(face, codes)
        if face.vertical:
            after: Matrix = (1, 0, 0, 1, 0, -along)
        else:
            after = (1, 0, 0, 1, along * self.state.stretch, 0)
        if pieces and self.state.mode not in INVISIBLE_MODES:
            self.tell(face, pieces, runs)
        self.text = times(after, self.text)

    def advance(self, face: Face, codes: Sequence[int]) -> float:
        """How far glyphs move the pen, before it is stretched."""
        state = self.state
        widths = 1000.0 * len(codes) if face.vertical else sum(map(face.widths.__getitem__, codes)) * face.scale * 1000
        spaces = state.word * sum(code == 32 for code in codes) if state.word and not face.wide else 0.0
        spaces += state.char * len(codes)
        return widths * state.size / 1000 + (-spaces if face.vertical else spaces)

    def tell(self, face: Face, codes: list[int], runs: Sequence[tuple[float, Sequence[int]]]) -> None:
        """Tell of glyphs; of the blank ones at either end, nothing."""
        blank = face.outlines.empty
        inked = [run for run in runs if not blank.issuperset(run[1])] if blank else runs
        if not inked and face.hollow.isdisjoint(codes):
            return
        inked = inked or runs
        state = self.state
        first, last = self.edges(face, inked, blank)
        if face.vertical:
            box: Rect = (-state.size / 2, -last, state.size / 2, -first)
        else:
            low, high = (DESCENT * state.size + state.rise, ASCENT * state.size + state.rise)
            box = (first * state.stretch, min(low, high), last * state.stretch, max(low, high))
        if box[0] > box[2]:
            box = (box[2], box[1], box[0], box[3])
        box = self.seen(moved(box, times(self.text, state.matrix)))
        if empty(box):
            return
        paint = state.line if state.mode in (1, 5) else state.fill
        mark = Text(self.sheet, box, paint, state.effects, face, codes)
        for hear in self.hear["text"]:
            hear(mark)

    def edges(
        self, face: Face, inked: Sequence[tuple[float, Sequence[int]]], blank: frozenset[int]
    ) -> tuple[float, float]:
        """Where ink begins and ends along the line."""
        (first, opening), (last, closing) = inked[0], inked[-1]
        kept = list(closing)
        while len(kept) > 1 and kept[-1] in blank:
            kept.pop()
        before = 0
        while before < len(opening) - 1 and opening[before] in blank:
            before += 1
        return first + self.advance(face, opening[:before]), last + self.advance(face, kept) - (
            0.0 if face.vertical else self.state.char
        )

    # ---- what is drawn by other streams

    def paint_object(self, operands: list[Any]) -> None:
        thing = self.resources.get("/XObject", _name(operands[0]))
        if thing is None:
            return
        if thing.get("/Subtype") == "/Image":
            self.image(thing)
        else:
            self.form(thing)

    def inline_image(self, operands: list[Any]) -> None:
        self.image(_inline(operands[0]))

    def image(self, image: Any) -> None:
        state = self.state
        box = self.seen(moved((0, 0, 1, 1), state.matrix))
        if empty(box) or not state.effects.alpha:
            return
        stencil = bool(_entry(image, "/ImageMask", "/IM", False))
        named = _entry(image, "/ColorSpace", "/CS", "/DeviceGray")
        space = self.resources.space(str(named)) if isinstance(named, pikepdf.Name | str) else space_of(named)
        mark = Picture(
            self.sheet,
            box,
            state.effects,
            image,
            state.fill.space if stencil else space,
            (int(_entry(image, "/Width", "/W", 1)), int(_entry(image, "/Height", "/H", 1))),
            lengths(state.matrix),
            1 if stencil else int(_entry(image, "/BitsPerComponent", "/BPC", 8)),
            state.matrix,
        )
        for hear in self.hear["picture"]:
            hear(mark)

    def form(self, form: Any) -> None:
        """What a form draws (8.10)."""
        if self.depth >= NESTED:
            return
        inner = State(IDENTITY, EVERYWHERE)
        inner.__dict__ = vars(self.state).copy()
        inner.matrix = times(_matrix(list(form.get("/Matrix", IDENTITY))), inner.matrix)
        inner.clip = common(inner.clip, moved(rectangle(form.get("/BBox", EVERYWHERE)), inner.matrix))
        own = form.get("/Resources")
        resources = self.shared.resources(own) if own is not None else self.resources
        if not empty(inner.clip):
            pen = _Pen(self.drawing, self.sheet, resources, inner, self.depth + 1)
            pen.area = self.area
            pen.run(self.shared.program(form))

    def patterned(self, paint: Paint, box: Rect) -> None:
        """What is filled with a pattern (8.7)."""
        pattern = self.resources.get("/Pattern", paint.pattern)
        if pattern is None or self.depth >= NESTED:
            return
        if int(pattern.get("/PatternType", 1)) == 2:
            self.shaded(pattern.Shading, box)
            return
        inner = State(times(_matrix(list(pattern.get("/Matrix", IDENTITY))), self.base), EVERYWHERE)
        inner.effects = self.state.effects
        if paint.values:
            inner.fill = inner.line = Paint(paint.space, paint.values)
        resources = self.shared.resources(pattern.get("/Resources"))
        pen = _Pen(self.drawing, self.sheet, resources, inner, self.depth + 1)
        pen.area = box
        pen.run(self.shared.program(pattern))

    def shading(self, operands: list[Any]) -> None:
        found = self.resources.get("/Shading", _name(operands[0]))
        if found is not None and not empty(self.state.clip):
            self.shaded(found, self.state.clip)

    def shaded(self, shading: Any, box: Rect) -> None:
        space = space_of(shading.ColorSpace)
        mark = Shade(self.sheet, box, self.state.effects, space, _inks(shading, space))
        for hear in self.hear["shade"]:
            hear(mark)


def _reach(shape: list[float], x: float, y: float) -> None:
    """Let a subpath reach a point."""
    if x < shape[0]:
        shape[0] = x
    elif x > shape[2]:
        shape[2] = x
    if y < shape[1]:
        shape[1] = y
    elif y > shape[3]:
        shape[3] = y
    shape[4] += 1
    shape[6], shape[7] = x, y


def _name(operand: Any) -> str:
    return str(operand.decode("latin-1"))


def _matrix(operands: Sequence[Any]) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


def _initial(space: Space) -> Paint:
    """The colour that a space begins with (8.6.3)."""
    if space.family is Family.CMYK:
        return Paint(space, (0.0, 0.0, 0.0, 1.0))
    if space.family is Family.SPOT:
        return Paint(space, (1.0,) * len(space.names))
    return Paint(space, (0.0,) if space.family is Family.GRAY else (0.0, 0.0, 0.0))


def _coloured(space: Space, operands: list[Any]) -> Paint:
    if operands and isinstance(operands[-1], bytes):
        return Paint(space, tuple(operands[:-1]), operands[-1].decode("latin-1"))
    return Paint(space, tuple(operands))


def _changes(thing: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a dictionary of the graphics state changes: of the effects, and of the rest (8.4.5)."""
    effects: dict[str, Any] = {}
    for key, (name, read) in EFFECTS.items():
        if key in thing:
            effects[name] = read(thing[key])
    if "/OP" in thing and "/op" not in thing:
        effects["overprint"] = bool(thing.OP)
    others: dict[str, Any] = {}
    if "/LW" in thing:
        others["width"] = float(thing.LW)
    if "/Font" in thing:
        others["font"] = thing.Font[0], float(thing.Font[1])
    return effects, others


EFFECTS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "/OP": ("overprint_stroke", bool),
    "/op": ("overprint", bool),
    "/OPM": ("mode", int),
    "/ca": ("alpha", float),
    "/CA": ("alpha_stroke", float),
    "/BM": ("blend", lambda thing: str(thing[0] if isinstance(thing, pikepdf.Array) else thing)),
    "/SMask": ("masked", lambda thing: isinstance(thing, pikepdf.Dictionary)),
}


def _entry(image: Any, key: str, short: str, otherwise: Any) -> Any:
    return image.get(key, image.get(short, otherwise))


def _inline(token: Any) -> Any:
    """The dictionary of a picture in a content stream (8.9.7)."""
    return pikepdf.Object.parse(token)


def _inks(shading: Any, space: Space) -> tuple[float, ...]:
    """The ink at the ends of a gradient whose function is an exponential one, or several of them in a row."""
    function = shading.get("/Function")
    if function is None or isinstance(function, pikepdf.Array):
        return ()
    parts = list(function.get("/Functions", [function]))
    colours = [part.get(key, default) for part in parts for key, default in (("/C0", [0]), ("/C1", [1]))]
    return tuple(Paint(space, tuple(map(float, colour))).ink for colour in colours)


def _device(space: Space, line: bool) -> Callable[[_Pen, list[Any]], None]:
    name = "line" if line else "fill"
    return lambda pen, operands: setattr(pen.state, name, Paint(space, tuple(operands)))


def _parameter(name: str) -> Callable[[_Pen, list[Any]], None]:
    return lambda pen, operands: pen.parameter(name, operands)


OPERATORS: dict[bytes, Callable[[_Pen, list[Any]], None]] = {
    b"q": _Pen.save, b"Q": _Pen.restore, b"cm": _Pen.concat, b"w": _Pen.line_width, b"gs": _Pen.effects,
    b"cs": _Pen.fill_space, b"CS": _Pen.line_space,
    b"sc": _Pen.fill_colour, b"scn": _Pen.fill_colour, b"SC": _Pen.line_colour, b"SCN": _Pen.line_colour,
    b"g": _device(GRAY, False), b"rg": _device(RGB, False), b"k": _device(CMYK, False),
    b"G": _device(GRAY, True), b"RG": _device(RGB, True), b"K": _device(CMYK, True),
    b"m": _Pen.move, b"l": _Pen.draw, b"c": _Pen.curve, b"v": _Pen.curve, b"y": _Pen.curve, b"re": _Pen.rectangle,
    b"W": _Pen.clip, b"W*": _Pen.clip, b"n": _Pen.end,
    b"f": _Pen.fills, b"F": _Pen.fills, b"f*": _Pen.fills_odd, b"S": _Pen.strokes, b"s": _Pen.strokes,
    b"B": _Pen.both, b"B*": _Pen.both, b"b": _Pen.both, b"b*": _Pen.both,
    b"BT": _Pen.begin_text, b"Tm": _Pen.text_matrix, b"Td": _Pen.next_line, b"TD": _Pen.next_line_leading,
    b"T*": _Pen.new_line, b"Tf": _Pen.font, b"Tj": _Pen.show, b"TJ": _Pen.show_array, b"'": _Pen.show_line,
    b'"': _Pen.show_spaced_line, b"Tz": _Pen.stretch,
    b"Tc": _parameter("char"), b"Tw": _parameter("word"), b"TL": _parameter("leading"), b"Ts": _parameter("rise"),
    b"Tr": _parameter("mode"),
    b"Do": _Pen.paint_object, b"BI": _Pen.inline_image, b"sh": _Pen.shading,
}  # fmt: skip
