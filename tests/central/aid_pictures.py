"""Pictures that differ, as cameras and scanners make them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw


def picture(number: int = 0) -> bytes:
    """A grey page with bars that no other number has, as JPEG."""
    page = Image.new("L", (200, 280), 255)
    draw = ImageDraw.Draw(page)
    for place in range(16):
        if number >> place & 1:
            draw.rectangle((10, 10 + place * 16, 190, 20 + place * 16), fill=0)
    out = BytesIO()
    page.save(out, "JPEG", quality=80)
    return out.getvalue()
