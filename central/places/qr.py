"""QR codes that are sharp at any size."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> str:
    """The code of an address as a picture made of squares."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, omitsize=True)
    return out.getvalue().decode()
