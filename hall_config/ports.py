"""The forms in which a port may be written in ``hall.toml`` (contract section 4), and when two of them are one port.

A form is checked, never opened: ``hall config check`` runs on a desk where nothing is plugged in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from typing import Final

_HOST = r"(\[[0-9A-Fa-f:.]+\]|[^\s:/?#\[\]]+)"
_FORMS: Final[dict[str, re.Pattern[str]]] = {
    "serial": re.compile(r"/[^\s\0]+"),
    "network": re.compile(rf"(socket|rfc2217|tcp)://{_HOST}:(?P<port>\d{{1,5}})"),
    "gpio": re.compile(r"gpio:(?P<pin>[0-9]{1,2})"),
    "pty": re.compile(r"pty:[^\s\0]*"),
    "sound": re.compile(r"alsa:[^\0]+"),
    "file": re.compile(r"file:[^\0]+"),
    "drm": re.compile(r"drm:[A-Za-z0-9-]{1,40}"),
    "video": re.compile(r"video:[^\s\0]+"),
}
_THIS_MACHINE: Final = "localhost"
_NAMES_OF_THIS_MACHINE: Final = ("127.0.0.1", "[::1]")
_HIGHEST_PIN: Final = 53  # the BCM2835 family counts its lines 0 to 53


def port_form(port: str) -> str | None:
    """``serial``, ``network``, ``gpio``, ``pty``, ``sound``, ``file``, ``drm`` or ``video``; None if none of them."""
    for form, pattern in _FORMS.items():
        found = pattern.fullmatch(port)
        if found is None:
            continue
        parts = found.groupdict()
        if "port" in parts and not 1 <= int(parts["port"]) <= 65_535:
            return None
        if "pin" in parts and int(parts["pin"]) > _HIGHEST_PIN:
            return None
        return form
    return None


def fits_driver(forms: Collection[str], form: str) -> bool:
    """Whether a driver for ports of these forms can live behind a port of that form."""
    return form == "pty" or form in forms  # simulation puts the right thing in its place


def one_port(port: str) -> str | None:
    """A name that is the same for two ports that are the same; None where every mention is a port of its own."""
    form = port_form(port)
    if form == "pty" and port == "pty:":
        return None
    if form == "serial":
        return os.path.realpath(port)
    if form in ("file", "video"):
        return f"{form}:" + os.path.realpath(port.partition(":")[2])
    if form == "network":
        host, _, number = port.partition("://")[2].lower().rpartition(":")
        return f"network:{_THIS_MACHINE if host in _NAMES_OF_THIS_MACHINE else host}:{int(number)}"
    return port
