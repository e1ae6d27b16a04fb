"""The cover of the printed book (封面、书脊、封底、勒口) on one sheet, as a printer wants it.

`settings.py` is cover.yaml; `paper.py` works the spine out, `sheet.py` where each panel is, `spine.py` and `barcode.py`
what stands on two of them; `draw.py` fills the template and has WeasyPrint draw it. Looks are those of the layout
(`layouts/base/cover.svg.j2`, `layouts/base/cover/`).
"""
