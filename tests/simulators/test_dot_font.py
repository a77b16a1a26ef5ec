"""The shipped dots are Unifont's, wherever that font is installed to compare."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from simulators.dot_font_build import TARGET, build, main

UNIFONT = Path("/usr/share/fonts/opentype/unifont/unifont.otf")


def test_the_shipped_file_has_a_place_for_every_character() -> None:
    assert len(zlib.decompress(TARGET.read_bytes())) == 95 * 16 + 87 * 94 * 32


@pytest.mark.skipif(not UNIFONT.exists(), reason="fonts-unifont is not installed")
def test_the_shipped_dots_are_unifonts() -> None:
    made, shipped = build(UNIFONT), zlib.decompress(TARGET.read_bytes())
    same = sum(made[start : start + 16] == shipped[start : start + 16] for start in range(0, len(made), 16))
    # Another release of the font redraws a few characters.
    assert same / (len(made) // 16) > 0.98


def test_the_licence_stands_beside_the_dots() -> None:
    words = TARGET.with_name("dot_font.LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in words
    assert "Unifont" in words


def test_the_builder_asks_for_its_font() -> None:
    assert main([]) == 2
