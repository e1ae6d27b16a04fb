"""What other validators say, in their own words: veraPDF is in no package; PDFBox really runs in test_pdfbox.py."""

from __future__ import annotations

from banxin.preflight import outside

VERAPDF = b"""<?xml version="1.0" encoding="utf-8"?>
<report><jobs><job><validationReport jobEndStatus="normal" isCompliant="false">
<details passedRules="122" failedRules="1" passedChecks="1952139" failedChecks="3250">
<rule specification="ISO 19005-1:2005" clause="6.5.3" testNumber="3" status="failed" failedChecks="3250">
<description>An annotation dictionary shall not contain
  the C array</description><object>PDAnnot</object></rule>
<rule specification="ISO 19005-1:2005" clause="6.1.2" testNumber="1" status="passed">
<description>Head</description></rule>
</details></validationReport></job></jobs></report>"""
PDFBOX = """The file book.pdf is not a valid PDF/A-1b file, error(s) :
2.1.3 : Invalid graphics object, The S entry of the OutputIntent isn't GTS_PDFA1
2.4.2 : Invalid Color space, The operator "K" can't be used with RGB Profile on page 1
2.4.2 : Invalid Color space, The operator "K" can't be used with RGB Profile on page 12
"""


def test_verapdf() -> None:
    (fault,) = outside.failed_rules(VERAPDF)
    assert fault == "ISO 19005-1:2005 6.5.3-3：An annotation dictionary shall not contain the C array"


def test_verapdf_that_says_nothing() -> None:
    assert not list(outside.failed_rules(b""))


def test_pdfbox() -> None:
    colour = '2.4.2 : Invalid Color space, The operator "K" can\'t be used with RGB Profile'
    assert list(outside.faults(PDFBOX)) == [
        ("2.1.3 : Invalid graphics object, The S entry of the OutputIntent isn't GTS_PDFA1", 0),
        (colour, 1),
        (colour, 12),
    ]


def test_pdfbox_of_a_valid_file() -> None:
    assert not list(outside.faults("The file book.pdf is a valid PDF/A-1b file\n"))
