"""Chinese line composition inside WeasyPrint: `patch.composing(settings)` sets the lines of what is laid out in it.

The paragraph goes through the files in this order: `shape` (text to advances and glyphs; `pango` is the only user of
Pango), `items` (boxes to one flat list), `plan` (all line breaks of the paragraph together), `fit` (what each gap of a
line gives or takes), `lines` (a plan to boxes), `draw` (a box to operators). `marks` and `settings` are what they look
up. Only `patch` knows WeasyPrint's private names. Along the line is `start` and `end`; nothing here says left or right,
so that a vertical line is the same line.
"""
