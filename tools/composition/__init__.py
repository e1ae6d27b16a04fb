"""Measures the line composition of a finished PDF by its glyphs: `python -m tools.composition FILE.pdf`.

    glyphs.py      content streams -> characters with their origin and advance (pdfminer.six)
    blocks.py      the structure tree -> which characters belong to one block, in logical order (pikepdf)
    paragraphs.py  characters -> lines and paragraphs, with the edge that each line should reach
    marks.py       which characters may stand where, and how much of them is blank (tables of CLREQ)
    faults.py      a check a figure
    figures.py     all of them together, and the table

It knows nothing of who made the file: WeasyPrint and Typst are measured by the same code. The file must be tagged.
"""

from tools.composition.figures import Figures, measure
from tools.composition.paragraphs import Rules

__all__ = ["Figures", "Rules", "measure"]
