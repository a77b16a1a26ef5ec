"""Shapes of our charts as SVG text: no style attribute (the pages' policy forbids them), no script, no link.

Whatever is written in them is escaped, and signs that XML or a reader's eye cannot bear are taken out: control
characters, and those that turn the direction of what follows. Colours are told apart without colour too: each of a
chart's patterns is another drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final

from markupsafe import Markup

INK: Final = "#16202a"
SOFT: Final = "#485867"
DEEP: Final = "#0b4a82"
LINE: Final = "#c3ced8"
FONTS: Final = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif"
_UNWRITABLE: Final = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f]"
)
_WIDE: Final = "\u2e80"  # from here on a sign is as wide as it is high

# each part of a whole: what is laid under it, and what is drawn over that
_PATTERNS: Final = (
    ("#0b4a82", ""),
    ("#bcd6ec", '<path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="#0b4a82" stroke-width="1.6"/>'),
    ("#ffffff", '<circle cx="4" cy="4" r="1.7" fill="#16202a"/>'),
    ("#e9b44c", '<path d="M0 4h8" stroke="#5a3a00" stroke-width="1.8"/>'),
    ("#5e6e7c", '<path d="M0 0l8 8M8 0l-8 8" stroke="#ffffff" stroke-width="1.2"/>'),
)


def clean(text: str) -> str:
    """What can be written into an XML text or attribute."""
    return escape(_UNWRITABLE.sub("", text))


def width_of(text: str, size: float) -> float:
    return sum(size if one >= _WIDE else 0.58 * size for one in text)


def cut(text: str, size: float, room: float) -> str:
    """As much as there is room for, with an ellipsis where more would follow."""
    text = _UNWRITABLE.sub("", text)
    if width_of(text, size) <= room:
        return text
    while text and width_of(text, size) + size > room:
        text = text[:-1]
    return text.rstrip() + "…"


def text(x: float, y: float, said: str, *, size: float = 14, anchor: str = "start", fill: str = INK,
         bold: bool = False) -> str:  # fmt: skip
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"{weight}>'
        f"{clean(said)}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = LINE, width: float = 1) -> str:
    place = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {place} stroke="{stroke}" stroke-width="{width:g}"/>'


def box(x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "") -> str:
    edge = f' stroke="{stroke}"' if stroke else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" fill="{fill}"{edge}/>'


def dot(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="#ffffff" stroke-width="1.5"/>'


def path(points: Iterable[tuple[float, float]]) -> str:
    drawn = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{drawn}" fill="none" stroke="{DEEP}" stroke-width="2.5" stroke-linejoin="round"/>'


def patterns(key: str) -> str:
    """Their drawings; ``key`` keeps those of two charts of one page apart."""
    made = "".join(
        f'<pattern id="{clean(key)}-{place}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{under}"/>{over}</pattern>'
        for place, (under, over) in enumerate(_PATTERNS)
    )
    return f"<defs>{made}</defs>"


def pattern(key: str, place: int) -> str:
    under, over = _PATTERNS[place % len(_PATTERNS)]
    if not over:
        return under
    return f"url(#{clean(key)}-{place % len(_PATTERNS)})"


def picture(width: float, height: float, said: str, shapes: Iterable[str]) -> Markup:
    """``said``: what it shows, for whoever hears the page."""
    return Markup(  # noqa: S704 - made here, of shapes and of texts that `clean` has escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="{clean(said)}" font-family="{FONTS}">{"".join(shapes)}</svg>'
    )
