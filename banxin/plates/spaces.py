"""What a printer's file says of its inks: colour spaces and the output intent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydyf

from banxin.plates.colours import INK, Inks, rgb
from banxin.plates.settings import Plates

REGISTRATION = "Registration"
"""The name of the colour space of marks: all plates (ISO 32000-1, 8.6.6.4)."""
NONE = "Nothing"
"""That of an ink which is never printed (the same)."""
REGISTRY = "http://www.color.org"
IRREGULAR = re.compile(rb"[^A-Za-z0-9_.+-]")
"""What a name of PDF does not hold as it is (ISO 32000-1, 7.3.5)."""


def colour_spaces(plates: Plates) -> Mapping[str, Any]:
    """The colour spaces that content streams name, besides those of the inks themselves."""
    inks = Inks(plates)
    found = {REGISTRATION: separation("All", (1.0, 1.0, 1.0, 1.0)), NONE: separation("None", (0.0, 0.0, 0.0, 0.0))}
    for number, (name, colour) in enumerate(plates.spots):
        found[f"Spot{number}"] = separation(name, inks.ink(*rgb(colour)))
    return found


def only_inks(known: Any, plates: Plates) -> None:
    """Put these in the place of the colour spaces that WeasyPrint declares: PDF/X-1a knows no CIE-based ones."""
    known.clear()
    known.update(colour_spaces(plates))


def separation(name: str, solid: INK) -> Any:
    """An ink of its own; `solid` is what stands for it where it is not there."""
    function = pydyf.Dictionary({
        "FunctionType": 2, "Domain": pydyf.Array([0, 1]), "N": 1,
        "C0": pydyf.Array([0, 0, 0, 0]), "C1": pydyf.Array(list(solid)),
    })  # fmt: skip
    return pydyf.Array(["/Separation", pdf_name(name), "/DeviceCMYK", function])


def pdf_name(name: str) -> bytes:
    """A name as it stands in a file."""
    return b"/" + IRREGULAR.sub(lambda match: b"#%02X" % match[0][0], name.encode())


def add_intent(pdf: Any, plates: Plates) -> None:
    """Say for which press the file is made (ISO 15930-7, 6.2.2; ISO 32000-1, 14.11.5)."""
    profile = pydyf.Stream([Path(plates.icc).read_bytes()], pydyf.Dictionary({"N": 4}), compress=True)
    pdf.add_object(profile)
    intent = pydyf.Dictionary({
        "Type": "/OutputIntent", "S": "/GTS_PDFX",
        "OutputConditionIdentifier": pydyf.String(plates.condition or "Custom"),
        "OutputCondition": pydyf.String(plates.name),
        "Info": pydyf.String(plates.name),
        "DestOutputProfile": profile.reference,
    })  # fmt: skip
    if plates.condition:
        intent["RegistryName"] = pydyf.String(REGISTRY)
    pdf.catalog["OutputIntents"] = pydyf.Array([intent])
