"""Pages of PDFs as figures that stay drawings: letters and lines, not pixels, in every PDF that a build makes.

A figure is a stranger's file. What it draws with is looked through and written anew, in ink for a press (`content.py`),
by what the PDF around it allows (`terms.py`); what does not fit is shown as pixels (banxin/pdffigure.py), and the
author is told why.
"""
