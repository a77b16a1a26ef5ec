"""What may be believed of a plug-in that a stranger wrote, checked before anything relies on it.

Knows the fields of a manifest and the parts of a driver. Must not know which drivers there are, nor what any does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drivers.driver import Manifest, Probe
from drivers.kind import Kind
from drivers.options import Option

MISTAKES: Final = (Exception, SystemExit)  # what a plug-in may raise; one that calls sys.exit must not end the program
_PARTS: Final = ("handshake", "perform", "poll", "heard", "forget")


def wrong_field(manifest: Manifest) -> str:
    """The first field of a manifest that does not hold, in words; "" when all do."""
    for field, (right, words) in _FIELDS.items():
        if not right(getattr(manifest, field)):
            return f"its {field} is not {words}"
    return ""


def wrong_part(driver: object, device: str) -> str:
    """What a driver that was built for ``device`` lacks, in words; "" when nothing."""
    missing = [part for part in _PARTS if not callable(getattr(driver, part, None))]
    if missing:
        return f"what it builds has no {', '.join(missing)}"
    if getattr(driver, "device", None) != device:
        return "what it builds does not bear the device's name"
    every_s: Any = getattr(driver, "poll_every_s", "")
    if every_s is not None and not (_is_number(every_s) and every_s > 0):
        return "its poll_every_s is neither a number of seconds nor None"
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tuple_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, tuple) and all(isinstance(one, kind) for one in value)


def _pair(value: object) -> bool:
    return value is None or (_tuple_of(int)(value) and isinstance(value, tuple) and len(value) == 2)


def _points(value: object) -> bool:
    return value is None or isinstance(value, str) or (_is_number(value) and isinstance(value, int) and value > 0)


def _words(value: object) -> bool:
    return isinstance(value, str)


_FIELDS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "version": (_words, "a text"),
    "kind": (lambda value: isinstance(value, Kind), "a drivers.kind.Kind"),
    "capabilities": (_tuple_of(str), "a tuple of texts"),
    "ports": (_tuple_of(str), "a tuple of texts"),
    "channel": (_words, "a text"),
    "default_baud": (lambda value: isinstance(value, int), "a whole number"),
    "open_channel": (callable, "a function"),
    "build": (callable, "a function or class"),
    "options": (_tuple_of(Option), "a tuple of drivers.options.Option"),
    "addresses": (_pair, "a lowest and a highest address, or None"),
    "address_space": (_words, "a text"),
    "repeatable": (lambda value: isinstance(value, frozenset), "a frozenset of names"),
    "probe": (lambda value: value is None or isinstance(value, Probe), "a drivers.driver.Probe or None"),
    "points": (_points, "a whole number from 1, the key of an option, or None"),
}
