"""By what somebody checks in, as a list may hold it: a keyed hash of a code, of a phone's last digits or of a card.

The same in the hall, where a list is handed in, and at central, which sends the hashes and never what they are made of.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

Kind = Literal["code", "phone", "card"]


def mark_of(key: str, kind: Kind, value: str) -> str:
    """The hash under the list's own ``key``, which is 32 hexadecimal digits."""
    return hmac.new(bytes.fromhex(key), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:32]


def plain_code(code: str) -> str:
    """People type a code with spaces and small letters."""
    return "".join(code.split()).replace("-", "").upper()
