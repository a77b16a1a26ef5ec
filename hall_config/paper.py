"""Papers that hall and central print: a layout in Typst's language and its data as one JSON text make a PDF.

Noto Sans CJK (the Debian package fonts-noto-cjk) brings the characters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

_FONT: Final = "Noto Sans CJK SC"


class NoPaper(Exception):
    """The paper cannot be made here; ``code`` has words in each program's own catalogue of errors."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def typeset(layout: Path, data: Mapping[str, Any], form: Literal["pdf", "png"] = "pdf") -> bytes:
    """The paper as one file; its layout finds the data at ``sys.inputs.data``. Raises `NoPaper`."""
    try:
        import typst
    except ModuleNotFoundError:
        raise NoPaper("NO_TYPST") from None
    text = json.dumps(data, ensure_ascii=False)
    made = typst.compile(str(layout), format=form, sys_inputs={"data": text}, ppi=110.0, font_paths=_fonts())
    assert isinstance(made, bytes | list)
    return made if isinstance(made, bytes) else made[0]


@cache
def _fonts() -> Any:
    """The machine's fonts, looked through once; a failure is not remembered, so that a font may be installed later."""
    import typst

    found = typst.Fonts(include_system_fonts=True)
    if _FONT not in found.families():
        raise NoPaper("NO_FONT")
    return found
