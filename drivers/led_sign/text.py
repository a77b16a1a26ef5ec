"""Words as the sign's card has them (`drivers.sign_text`), with what this card alone wants.

A backslash begins the card's escapes and has none of its own, so it becomes its full-width brother.
"""

from __future__ import annotations

from drivers import sign_text


def to_card(text: str, fallback: str) -> tuple[bytes, str]:
    """The bytes for the card, and those characters that the fallback had to stand for."""
    return sign_text.to_card(text, fallback, same_sign={"\\": "＼"})
