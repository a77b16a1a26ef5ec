"""Keyed marks of a small place: of a phone, for one day. None tells who a person is."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from central.places.journal import Place
from hall.moment import Moment, local_day

PHONE_FORM: Final = re.compile(r"[0-9A-Za-z_-]{16,64}")


def of_phone(place: Place, phone: str, now: Moment) -> str:
    """Another one each day and at each place, so that no two can be joined."""
    return _keyed(place, f"phone:{local_day(now.wall_ms)}:{phone}")


def _keyed(place: Place, what: str) -> str:
    return hmac.new(place.secret.encode(), what.encode(), hashlib.sha256).hexdigest()[:40]
