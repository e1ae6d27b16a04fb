"""The colours of a figure: what becomes of them in the PDF around it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from banxin.figures.terms import Terms, Unfit
from banxin.plates.colours import INK, Inks, limited
from banxin.preflight.colours import Family, Space, space_of

INKS = "在绘图程序里把它转成 RGB、灰度或 CMYK 的纯色，再导出。"
SCREEN = "给屏幕和存档的图用 RGB；CMYK 的，在绘图程序里另存一份 RGB 的。"
DEVICES = {Family.GRAY: Name.DeviceGray, Family.CMYK: Name.DeviceCMYK}
NUMBERS = {1: Family.GRAY, 3: Family.RGB, 4: Family.CMYK}


class Colours:
    """Turns the colours of one figure into those of a PDF."""

    def __init__(self, pdf: Any, terms: Terms) -> None:
        self.pdf, self.terms = pdf, terms
        self.inks = Inks(terms.plates) if terms.plates else None

    def space(self, thing: Any) -> Space:
        """What a colour space is; Unfit where the PDF may not hold it."""
        space = space_of(thing)
        self.see(space, thing)
        return space

    def see(self, space: Space, thing: Any) -> None:
        """Unfit: a colour space that cannot be kept, nor changed."""
        if self.terms.archive and space.family in (Family.CMYK, Family.SPOT):
            raise Unfit("有 CMYK 或专色的颜色", SCREEN)
        if self.inks and (space.family is Family.LAB or (space.family is Family.SPOT and not _in_ink(thing))):
            raise Unfit("有转不成油墨的颜色空间", INKS)

    def ink(self, family: Family, values: Sequence[float]) -> INK:
        """A colour as ink."""
        assert self.inks
        if family is Family.GRAY:
            return 0.0, 0.0, 0.0, round(1 - min(1.0, max(0.0, values[0])), 4)
        if family is Family.RGB:
            red, green, blue = (round(255 * min(1, max(0, each))) for each in values)
            return self.inks.ink(red, green, blue)
        cyan, magenta, yellow, black = values
        return limited((cyan, magenta, yellow, black), self.inks.plates.limit)

    # ---- gradients

    def shading(self, thing: Any) -> Any:
        """A gradient of the figure, for the PDF (ISO 32000-1, 8.7.4.5)."""
        space = self.space(thing.ColorSpace)
        if not self.inks or space.family is Family.SPOT:
            return thing
        made = self.copied(thing)
        if space.family in DEVICES:
            made.ColorSpace = DEVICES[space.family]
            return made
        if "/Function" not in thing:
            raise Unfit("有网格渐变", INKS)
        made.ColorSpace = Name.DeviceCMYK
        made.Function = self.function(thing.Function)
        if "/Background" in thing:
            made.Background = Array(self.ink(space.family, _numbers(thing.Background)))
        return made

    def copied(self, thing: Any) -> Any:
        """A dictionary or a stream, to be changed."""
        if not isinstance(thing, Stream):
            return Dictionary({key: thing[key] for key in thing})
        made = Stream(self.pdf, thing.read_bytes())
        for key in sorted(set(map(str, thing)) - {"/Length", "/Filter", "/DecodeParms"}):
            made[key] = thing[key]
        return self.pdf.make_indirect(made)

    def function(self, thing: Any) -> Any:
        """A function from a number to sRGB, as one to ink (7.10)."""
        if isinstance(thing, Array):
            raise Unfit("有分开算的渐变", INKS)
        kind = int(thing.FunctionType)
        if kind == STITCHED:
            made = self.copied(thing)
            made.Functions = Array([self.function(each) for each in thing.Functions])
        elif kind == EXPONENTIAL and len(thing.get("/C0", [])) == 3:
            made = self.copied(thing)
            made.C0, made.C1 = (Array(self.ink(Family.RGB, _numbers(thing[key]))) for key in ("/C0", "/C1"))
        elif kind == SAMPLED and len(thing.Range) == 6 and int(thing.BitsPerSample) == 8 and len(thing.Size) == 1:
            made = self.sampled(thing)
        else:
            raise Unfit("有算出来的渐变", INKS)
        if "/Range" in made:
            made.Range = Array([0, 1] * 4)
        return made

    def sampled(self, thing: Any) -> Any:
        """A table of colours."""
        data = thing.read_bytes()[: 3 * int(thing.Size[0])]
        decode = _numbers(thing.get("/Decode", thing.Range))
        ends = list(zip(decode[::2], decode[1::2], strict=True))
        inks = bytearray()
        for at in range(0, len(data) - 2, 3):
            pixel = zip(data[at : at + 3], ends, strict=True)
            light = [low + value / 255 * (high - low) for value, (low, high) in pixel]
            inks += bytes(round(255 * each) for each in self.ink(Family.RGB, light))
        made = self.copied(thing)
        made.write(bytes(inks))
        made.Decode = Array([0, 1] * 4)
        return made

    # ---- pictures

    def picture(self, thing: Any) -> Any:
        """A picture of the figure, for the PDF."""
        if any(key in thing for key in ("/OC", "/SMaskInData")) or _filter(thing) == "/JPXDecode":
            raise Unfit("有这里用不了的图片（JPEG 2000、图层）", "在绘图程序里把它转成 JPEG 或 PNG 再导出。")
        mask = thing.get("/SMask")
        if mask is not None and (not self.terms.transparency or "/Matte" in mask):
            raise shining(self.terms)
        made = self.kept(thing) if bool(thing.get("/ImageMask", False)) else self.coloured(thing)
        if isinstance(thing.get("/Mask"), Stream):
            made.Mask = self.kept(thing.Mask)
        if mask is not None:
            made.SMask = self.kept(mask)
        return made

    def coloured(self, thing: Any) -> Any:
        space = self.space(thing.ColorSpace)
        indexed = isinstance(thing.ColorSpace, Array) and str(thing.ColorSpace[0]) in ("/Indexed", "/I")
        if not self.inks or space.family is Family.SPOT:
            return self.kept(thing)
        if space.family in DEVICES and not indexed:
            made = self.kept(thing)
            made.ColorSpace = DEVICES[space.family]
            return made
        if isinstance(thing.get("/Mask"), Array) or "/Decode" in thing:
            raise Unfit("图片里挖掉了一种颜色", INKS)
        return self.inked(thing)

    def kept(self, thing: Any) -> Any:
        """A picture as it is, without what does not draw (8.9.5)."""
        made = Stream(self.pdf, b"")
        made.write(thing.read_raw_bytes(), filter=thing.get("/Filter"), decode_parms=thing.get("/DecodeParms"))
        for key in PICTURE:
            if key in thing and not (key == "/Mask" and isinstance(thing[key], Stream)):
                made[key] = thing[key]
        return self.pdf.make_indirect(made)

    def inked(self, thing: Any) -> Any:
        """A picture by the printer's profile, as all pictures are."""
        from banxin.plates.pictures import plate
        from banxin.preflight.pixels import FAULTS

        assert self.terms.plates
        try:
            if _filter(thing) == "/DCTDecode" and not isinstance(thing.get("/Filter"), Array):
                data = thing.read_raw_bytes()
            else:
                pikepdf.PdfImage(thing).as_pil_image(apply_mask=False).save(out := io.BytesIO(), "PNG")
                data = out.getvalue()
            done = plate(data, self.terms.plates)
        except FAULTS as error:
            raise Unfit("有读不出来的图片", "在绘图程序里另存一份再试。") from error
        made = Stream(self.pdf, b"")
        made.write(done.data, filter=Name(f"/{done.filter}"))
        facts = {"Type": Name.XObject, "Subtype": Name.Image, "Width": done.width, "Height": done.height}
        facts |= {"ColorSpace": Name(f"/{done.space}"), "BitsPerComponent": done.bits}
        facts |= {"Decode": Array([1, 0] * 4)} if done.inverted else {}
        for key, value in facts.items():
            made[f"/{key}"] = value
        return self.pdf.make_indirect(made)


SAMPLED, EXPONENTIAL, STITCHED = 0, 2, 3
"""Types of functions (7.10.1)."""
PICTURE = (
    "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Decode", "/ImageMask", "/Mask",
)  # fmt: skip


def shining(terms: Terms) -> Unfit:
    """Something shines through where nothing may."""
    hint = "在绘图程序里拼合透明度再导出；或用 print: {standard: x4}，先问印厂收不收。"
    return Unfit(f"有透明，{terms.name} 不许有", hint)


def _in_ink(thing: Any) -> bool:
    """Whether what stands for a spot colour where its ink is not there is ink, too (8.6.6.4)."""
    base = thing[1] if str(thing[0]) in ("/Indexed", "/I") else thing
    return isinstance(base, Array) and base[2] in (Name.DeviceCMYK, Name.DeviceGray)


def _filter(thing: Any) -> str:
    filters = thing.get("/Filter", "")
    return str(filters[-1] if isinstance(filters, Array) and len(filters) else filters)


def _numbers(array: Any) -> list[float]:
    return [float(each) for each in array]
