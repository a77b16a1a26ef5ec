"""The devices of a hall file as the person who plugs them in sees them: where, what, and what to look at.

Knows the file, the ports of this machine and what the controller says of each device. Opens nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from edge.driver_book import hear_nothing
from edge.driver_registry import BrokenDriver, build_driver, manifest_of
from hall_config.models import DevicePart, HallFile
from hall_config.ports import port_form
from hall_config.wording import Language, catalogue, say

There = Literal["yes", "no", "unknown"]
_OTHER_FAULT: Final = "commissioning.look.other_fault"
_NOT_RUNNING: Final = "not_running"
_HELD: Final = ("hangs", "line_held")  # a driver that does not return, and those that wait behind it


@dataclass(frozen=True, slots=True)
class Listed:
    """One configured device. ``port`` is that of its line where it shares one; ``resolved`` is its name today."""

    id: str
    name_zh: str
    name_en: str
    driver: str
    version: str
    kind: str
    port: str
    resolved: str
    there: There
    line: str | None
    address: int | None
    window: int | None
    state: str
    reason: str
    broken: str  # why the driver cannot be used

    def look_at(self, language: Language) -> str:
        """One sentence: what is the matter and which plug to look at; empty when nothing is."""
        if self.broken:
            return say("commissioning.look.broken", language, reason=self.broken)
        if self.there == "no":
            return say("commissioning.look.no_port", language, port=self.port)
        if self.state in ("", _NOT_RUNNING, "ready", "disabled"):
            return ""
        if self.state == "degraded":
            return say("commissioning.look.degraded", language, reason=self._fault(language))
        key = f"commissioning.look.{self._trouble}"
        return say(key, language, port=self.port, address=self.address) if key in catalogue() else ""

    def state_words(self, language: Language) -> str:
        return say(f"commissioning.state.{'answers_wrongly' if self._answers_wrongly else self.state}", language)

    @property
    def _trouble(self) -> str:
        if self._answers_wrongly or self.reason in _HELD:
            return self.reason
        closed = self.state == "lost" and port_form(self.port) == "network" and self.reason != "no_reply"
        return "connection" if closed else self.state

    @property
    def _answers_wrongly(self) -> bool:
        """It is lost because of what it says, and not because it is silent: another plug is to be looked at."""
        return self.state == "lost" and self.reason in ("bad_frame", "other_address")

    def _fault(self, language: Language) -> str:
        known = f"pages.device.reason.{self.reason}"
        return say(known, language) if known in catalogue() else say(_OTHER_FAULT, language, code=self.reason)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name_zh": self.name_zh, "name_en": self.name_en, "driver": self.driver,
            "driver_version": self.version, "kind": self.kind, "port": self.port, "resolved": self.resolved,
            "port_there": self.there, "line": self.line, "address": self.address, "window": self.window,
            "state": self.state, "reason": self.reason, "broken": self.broken,
            "look_at": self.look_at("en"), "look_at_zh": self.look_at("zh"),
        }  # fmt: skip


def listed(file: HallFile, states: Mapping[str, tuple[str, str]] | None) -> tuple[Listed, ...]:
    """Every device of the file; ``states`` is None where no controller runs."""
    return tuple(_one(device, port_of(file, device), states) for device in file.device)


def port_of(file: HallFile, device: DevicePart) -> str:
    """The device's own port, or that of its line."""
    return device.port or next((line.port for line in file.line if line.id == device.line), "")


def is_gone(port: str) -> bool:
    """Whether it is a port of this machine and not there now."""
    return _looked_up(port)[1] == "no"


def _one(device: DevicePart, port: str, states: Mapping[str, tuple[str, str]] | None) -> Listed:
    kind = version = broken = ""
    try:
        manifest = manifest_of(device.driver)
        kind, version = manifest.kind.value, manifest.version
        build_driver(device, hear_nothing)
    except (BrokenDriver, ValueError) as problem:
        broken = str(problem)
    state, reason = (_NOT_RUNNING, "") if states is None else states.get(device.id, ("absent", ""))
    resolved, there = _looked_up(port)
    zh = device.name_zh or _kind_words(kind, "zh") or device.driver
    en = device.name_en or _kind_words(kind, "en") or device.driver
    return Listed(
        device.id, zh, en, device.driver, version, kind, port, resolved, there, device.line, device.address,
        device.window, state, reason, broken,
    )  # fmt: skip


def _kind_words(kind: str, language: Language) -> str:
    key = f"commissioning.kind.{kind}"
    return say(key, language) if key in catalogue() else ""


def _looked_up(port: str) -> tuple[str, There]:
    """The port's name today, and whether it is there; of a network port nobody knows without asking."""
    form = port_form(port)
    path = port.partition(":")[2] if form in ("file", "video", "pty") else port
    if form == "gpio":
        return port, "unknown"
    if form not in ("serial", "file", "video", "pty") or not path.startswith("/"):
        return port, "unknown"
    return (os.path.realpath(path), "yes") if os.path.exists(path) else ("", "no")
