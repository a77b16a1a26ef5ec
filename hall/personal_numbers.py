"""Numbers that name a person: ID card, phone, account. What holds one is not kept, shown or said aloud.

A hotline has five digits (12348) and passes; six in a row do not, whatever stands between them.
"""

from __future__ import annotations

import re
from typing import Final

LONG_NUMBER: Final = re.compile(r"[0-9０-９Xx](?:[ \-]?[0-9０-９Xx]){5,}")
SPELLED_NUMBER: Final = re.compile(r"(?:[零〇一二三四五六七八九幺两][ ，、-]?){7,}")
