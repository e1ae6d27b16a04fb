"""WeasyPrint is loaded with declarations that are read already, and without what is seldom needed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from banxin.compose import declarations, loading
from tests.conftest import PATIENCE, ROOT
from tools import declarations as maker

START = "from banxin import machine; machine.preload(); import sys; "


def python(code: str) -> str:
    """What a new Python prints."""
    command = [sys.executable, "-c", START + code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout


def test_the_declarations_are_those_of_this_weasyprint() -> None:
    assert loading.digest(loading.source().read_text("utf-8")) == declarations.SOURCE
    assert maker.TARGET.read_text("utf-8") == maker.text(version("weasyprint"))


def test_what_is_seldom_needed_is_loaded_when_it_is() -> None:
    names = python(
        f"from banxin.compose import loading; seldom = {list(loading.SELDOM)}; "
        "print([name in sys.modules for name in (*seldom, 'pycparser', 'weasyprint')]); "
        "from weasyprint.pdf import fonts; from weasyprint import css; "
        "print(fonts.subset.Options().__class__.__module__, 'fontTools.subset' in sys.modules); "
        "import fontTools.subset; print(fontTools.subset.Options is fonts.subset.Options)"
    ).splitlines()
    assert names == [str([*[False] * 5, True]), "fontTools.subset True", "True"]


@pytest.mark.slow
@pytest.mark.parametrize("known", ["declarations.SOURCE = ''", "declarations.GIVEN['_version'] = 1", ""])
def test_with_any_declarations_the_bytes_are_the_same(known: str) -> None:
    """Those that WeasyPrint reads itself serve as well, where ours are not for it."""
    made = python(
        f"from banxin.compose import declarations\n{known}\n"
        "from banxin.compose import loading\n"
        "print('pycparser' in sys.modules)\n"
        "from banxin.sheets import engine\n"
        "print(engine.HTML(string='<p>行 <em>line</em>').write_pdf(pdf_identifier=b'x').hex())"
    ).splitlines()
    expected = python(
        "import weasyprint; print(weasyprint.HTML(string='<p>行 <em>line</em>').write_pdf(pdf_identifier=b'x').hex())"
    )
    assert made[0] == str(bool(known))
    assert made[1] == expected.strip()


def test_a_stand_in_does_what_the_function_does() -> None:
    call = loading._calling("json", "dumps")
    assert call([1], indent=None) == "[1]"
    with pytest.raises(AttributeError):
        loading._later("json").__path__  # noqa: B018
