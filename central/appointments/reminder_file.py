"""The file that says where reminders are sent and when: that of a webhook, with two keys more, both optional.

A number leaves central under TLS, or to a program on the same machine, and no other way.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from central.appointments.reminders import Gateway
from central.appointments.rules import LATEST_MINUTE, MORNING_MINUTE, MOST_HOURS, Times, clock_of, minute_of
from central.hook_file import read_hook_and
from hall_config.outcome import Exit, Stop

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def read_gateway(file: Path) -> Gateway:
    """Raises `Stop` that names what is wrong and never the secret."""
    hook, also = read_hook_and(file, ("day_before_at", "hours_before"))
    if not _is_safe(hook.url):
        raise Stop(Exit.WRONG_USE, "central.cli.REMINDER_PLAIN", file=file)
    standard = Times()
    at = also.get("day_before_at", clock_of(standard.day_before_minute))
    hours = also.get("hours_before", standard.hours_before)
    if not isinstance(at, str) or not _CLOCK.fullmatch(at) or not MORNING_MINUTE <= minute_of(at) < LATEST_MINUTE:
        first, last = clock_of(MORNING_MINUTE), clock_of(LATEST_MINUTE - 1)
        raise Stop(Exit.WRONG_USE, "central.cli.REMINDER_CLOCK", file=file, first=first, last=last)
    if type(hours) is not int or not 0 <= hours <= MOST_HOURS:
        raise Stop(Exit.WRONG_USE, "central.cli.REMINDER_HOURS", file=file, most=MOST_HOURS)
    return Gateway(hook, Times(minute_of(at), hours))


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
