"""Keyed marks of a small place: of a phone, for one day; of its tablet, for good. Neither tells who a person is."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from fastapi import Request

from central.places.journal import Place
from hall.moment import Moment, local_day

TABLET: Final = "place_tablet"
PHONE_FORM: Final = re.compile(r"[0-9A-Za-z_-]{16,64}")


def of_phone(place: Place, phone: str, now: Moment) -> str:
    """Another one each day and at each place, so that no two can be joined."""
    return _keyed(place, f"phone:{local_day(now.wall_ms)}:{phone}")


def of_tablet(place: Place) -> str:
    """The key that makes a browser this place's tablet."""
    return _keyed(place, "tablet")


def fits_tablet(place: Place, key: str) -> bool:
    return hmac.compare_digest(key.encode("utf-8", "replace"), of_tablet(place).encode())


def is_tablet(place: Place, request: Request) -> bool:
    """Whether the request comes from the tablet that stands at this place."""
    return fits_tablet(place, request.cookies.get(TABLET, ""))


def _keyed(place: Place, what: str) -> str:
    return hmac.new(place.secret.encode(), what.encode(), hashlib.sha256).hexdigest()[:40]
