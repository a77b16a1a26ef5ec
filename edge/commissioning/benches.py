"""Where a test from the command line runs: over lines that this command opens, or through the controller that runs.

The same tests either way (`edge.commissioning.trials`); a controller that runs has the ports and does them itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from drivers.driver import Report
from drivers.unit import Moved
from edge.clock import wall_now_ms
from edge.commissioning.controller_line import ControllerLine
from edge.commissioning.sample_call import sample_call
from edge.commissioning.trial_hall import file_for_one
from edge.commissioning.trials import LineKeeper, Trials
from edge.devices import Devices
from hall_config.models import HallFile

_LAST_ORDERS_S = 3.0


class Bench(Protocol):
    """One device's test. Progress is `edge.commissioning.trial_words.Progress` as JSON values."""

    def begin(self, *, allow: bool, relay: int) -> dict[str, Any]: ...

    def progress(self) -> dict[str, Any]: ...

    def close(self) -> None: ...


class OwnLines:
    """Opens the device's port itself, for as long as the test lasts."""

    def __init__(self, file: HallFile, device: str, picture: Callable[[bytes], object] | None = None) -> None:
        self._file = file_for_one(file, device)
        self._device = device
        self._picture = picture
        self._devices = Devices(self._file, self._heard, wall_now_ms)
        keeper = LineKeeper(
            self._devices.submit,
            self._state_of,
            lambda _: None,
            lambda: _sample_call(file),
            wall_now_ms,
        )
        self._trials = Trials(lambda: self._file, keeper)
        self._devices.start()

    def begin(self, *, allow: bool, relay: int) -> dict[str, Any]:
        started = self._trials.begin(self._device, allow=allow, channel=relay - 1, picture=self._picture)
        return started.as_json()

    def progress(self) -> dict[str, Any]:
        found = self._trials.progress(self._device)
        assert found is not None
        return found.as_json()

    def close(self) -> None:
        self._trials.stop()
        self._trials.join(_LAST_ORDERS_S)
        self._devices.stop()

    def _heard(self, report: Report) -> None:
        if isinstance(report, Moved):
            self._devices.moved(report)
        self._trials.heard(report)

    def _state_of(self, device: str) -> str:
        return next(one.state for one in self._devices.health() if one.id == device)


def _sample_call(file: HallFile) -> bytes:
    """Made in a folder of its own: whoever types the command is not the controller's user."""
    with tempfile.TemporaryDirectory(prefix="hall-test-call-") as folder:
        return sample_call(file, Path(folder))


class ThroughController:
    """Asks the running controller to do it."""

    def __init__(self, line: ControllerLine, device: str) -> None:
        self._line = line
        self._path = f"/api/v1/setup/devices/{device}/test"

    def begin(self, *, allow: bool, relay: int) -> dict[str, Any]:
        answer: dict[str, Any] = self._line.ask("POST", self._path, {"allow": allow, "relay": relay})
        return answer

    def progress(self) -> dict[str, Any]:
        answer: dict[str, Any] = self._line.ask("GET", self._path)
        return answer

    def close(self) -> None:
        """The controller ends it by itself and gives the device back to the hall."""
