"""What a driver finds wrong with its ``[device.options]``, before anything is opened.

``hall_config`` knows no driver, so ``hall config check`` finds this by the entry point ``legal_hall.device_options``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from drivers.driver import Report
from edge.devices import DRIVERS
from hall_config.models import DevicePart


def option_problems(device: DevicePart) -> Iterator[tuple[str | None, str]]:
    """Each wrong option with the driver's words; None instead of a key when it cannot be told which one is meant."""
    manifest = DRIVERS[device.driver]
    options = dict(device.options)
    pins = {"pin": device.port} if device.port is not None and device.port.startswith("gpio:") else {}
    baud = device.baud or manifest.default_baud
    while True:
        try:
            manifest.build(device.id, _hear_nothing, address=device.address, baud=baud, options=options | pins)
        except (ValueError, TypeError) as problem:
            words = str(problem).removeprefix(f"{device.id}: ")
            key = next((key for key in options if re.search(rf"(?<!\w){re.escape(key)}(?!\w)", words)), None)
            yield key, words
            if key is None:
                return
            del options[key]  # a driver stops at the first; look on without it
        else:
            return


def _hear_nothing(_: Report) -> None:
    """A driver that is only looked at has nothing to report."""
