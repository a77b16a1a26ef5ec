"""Papers that hall and central print: a layout in Typst's language and its data as one JSON text make a PDF.

Noto Sans CJK (the Debian package fonts-noto-cjk) brings the characters, Hanazono Mincho (fonts-hanazono) those of names
that are rarer (Unicode's extensions B to F). What no font of the machine has is told by `lacking`.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

_FONT: Final = "Noto Sans CJK SC"
_FIRST: Final = ("Noto Serif CJK SC", _FONT, "HanaMinB", "HanaMinA")  # they have nearly everything
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_VARIATIONS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))  # of the character before them


class NoPaper(Exception):
    """The paper cannot be made here; ``code`` has words in each program's own catalogue of errors."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def typeset(layout: Path, data: Mapping[str, Any], form: Literal["pdf", "png"] = "pdf") -> bytes:
    """The paper as one file; its layout finds the data at ``sys.inputs.data``. Raises `NoPaper`."""
    text = json.dumps(data, ensure_ascii=False)
    made = _typst().compile(str(layout), format=form, sys_inputs={"data": text}, ppi=110.0, font_paths=_fonts())
    assert isinstance(made, bytes | list)
    return made if isinstance(made, bytes) else made[0]


def lacking(text: str) -> str:
    """The characters of a text that a paper cannot show here, each once, in their order; raises `NoPaper`.

    One of a private area (a district's own rare characters) means something else on each machine: no font has it.
    """
    seen = dict.fromkeys(one for one in text if not _is_unseen(one))
    return "".join(
        one for one in seen if unicodedata.category(one) == "Co" or not any(ord(one) in face for face in _faces())
    )


def _is_unseen(one: str) -> bool:
    return unicodedata.category(one) in _UNSEEN or any(ord(one) in span for span in _VARIATIONS)


def _faces() -> Iterator[frozenset[int]]:
    """What the machine's fonts show, as code points; those that have the most first, so that few are looked into."""
    for path, index in _files():
        yield _shown(path, index)


@cache
def _files() -> tuple[tuple[str, int], ...]:
    found = {one.family: (one.path, one.index) for one in _fonts().fonts() if one.path}
    return tuple(found[name] for name in (*_FIRST, *sorted(found.keys() - set(_FIRST))) if name in found)


@cache
def _shown(path: str, index: int) -> frozenset[int]:
    """By the font's own table; ``index`` is the face's place in a collection."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=index, lazy=True) as face:
        return frozenset(face.getBestCmap() or ())


@cache
def _fonts() -> Any:
    """The machine's fonts, looked through once; a failure is not remembered, so that a font may be installed later."""
    found = _typst().Fonts(include_system_fonts=True)
    if _FONT not in found.families():
        raise NoPaper("NO_FONT")
    return found


def _typst() -> Any:
    try:
        import typst
    except ModuleNotFoundError:
        raise NoPaper("NO_TYPST") from None
    return typst
