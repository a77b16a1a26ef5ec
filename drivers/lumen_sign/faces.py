"""What the card is told for an order: one call for each face that the screen shows in turn.

In text the card draws with its own fonts: a page that fits stands in the middle, a single one that is too wide runs to
the left, one among several is cut. In pictures every page stands. The card turns no pages: the driver's poll does.
"""

from __future__ import annotations

from typing import Final

from drivers.errors import DeviceFault
from drivers.kinds.sign import ShowText
from drivers.lumen_sign import messages
from drivers.lumen_sign.glyphs import HEIGHT, MORE_PACKAGE
from drivers.lumen_sign.options import SignOptions
from drivers.lumen_sign.picture import cut_to_dots, draw, to_glyphs
from drivers.sign_text import Replaced, cut_to_width, to_card
from drivers.sign_turns import Turns

_CENTRED: Final = 0x05  # bits 0-1: left, centre, right; bits 2-3: top, middle, bottom
_DARK: Final = b" "
_TEXT_LIMIT: Final = 900


def faces(order: ShowText, options: SignOptions, replaced: Replaced) -> Turns[bytes]:
    """The calls for this order; `DeviceFault` for a text that the card cannot hold."""
    if options.render == "bitmap":
        return _pictures(order, options, replaced)
    return _texts(order, options, replaced)


def _texts(order: ShowText, options: SignOptions, replaced: Replaced) -> Turns[bytes]:
    lines = []
    for page in order.pages:
        line, lost = to_card(page, options.fallback)
        replaced.name(page, lost)
        if len(line) > _TEXT_LIMIT:
            raise DeviceFault("text_too_long", f"{len(line)} bytes; a sign is given {_TEXT_LIMIT} at most")
        lines.append(line or _DARK)
    by_effect = order.blink and options.blink == "effect"
    if len(lines) == 1 and len(lines[0]) > options.cells and not order.blink:
        calls = [messages.text(lines[0], messages.RUN_LEFT, _CENTRED, options.scroll_speed)]
    else:
        effect = messages.FLICKER if by_effect else messages.DRAW
        shown = [piece for line in lines for piece in cut_to_width(line, options.cells)]
        calls = [messages.text(piece, effect, _CENTRED, 1) for piece in shown]
    dark = messages.text(_DARK, messages.DRAW, _CENTRED, 1) if order.blink and not by_effect else None
    return Turns(calls, dark, options.page_s)


def _pictures(order: ShowText, options: SignOptions, replaced: Replaced) -> Turns[bytes]:
    pages = []
    for page in order.pages:
        glyphs, lost = to_glyphs(page, options.fallback)
        replaced.name(page, lost, hint=f"apt install {MORE_PACKAGE} has dots for more characters")
        pages += cut_to_dots(glyphs, options.width)
    calls = [messages.image(options.width, HEIGHT, draw(page, options.width, options.bit_order)) for page in pages]
    dark = messages.image(options.width, HEIGHT, draw([], options.width, "msb")) if order.blink else None
    return Turns(calls, dark, options.page_s)
