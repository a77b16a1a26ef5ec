"""What everybody in the room can see: numbers on the signs, the hall's display, who sits where, the one machine."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from simulators.day.doors import Devices, NoAnswer, Pages

NUMBER: Final = re.compile(r"(?<![0-9A-Z])([A-HJ-NP-Z]\d{3,4})(?!\d)")
_TOKEN: Final = re.compile(r"/t/([0-9A-Za-z_-]{8,128})")
_LOOK_EVERY_S: Final = 0.4


class Outcome(Enum):
    """How a visit at a window ended."""

    DONE = "done"
    MOVED = "moved"  # to another class or window, with the same number
    HELD = "held"  # to fetch a paper and come back
    MISSED = "missed"


@dataclass(slots=True)
class Seat:
    """A visitor who has come to a window."""

    number: str
    ended: asyncio.Future[Outcome]


@dataclass(frozen=True, slots=True)
class Slip:
    """The paper in the hand."""

    paper: int
    number: str
    token: str | None


@dataclass(slots=True)
class Room:
    """One hall as its people see it."""

    pages: Pages
    devices: Devices
    machine: asyncio.Lock = field(default_factory=asyncio.Lock)  # one person at the machine, the others in line
    state: Mapping[str, Any] = field(default_factory=dict)
    seats: dict[int, Seat] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)  # numbers of our own people; others belong to guests
    back: set[str] = field(default_factory=set)  # held ones who are back with their papers
    ids: dict[str, str] = field(default_factory=dict)  # driver -> device, of what stands once in a hall
    terminals: dict[int, str] = field(default_factory=dict)
    pulses: int | None = None  # that the gate's lock has had; None where there is no gate
    rated: int = 0  # how many of our own people have said how it was
    _signs: dict[int, frozenset[str]] = field(default_factory=dict)
    _slips: list[Mapping[str, Any]] = field(default_factory=list)
    _looked: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self) -> None:
        """Eyes open, all day long."""
        while True:
            try:
                self._see(await self.devices.all())
                self.state = await self.pages.state()
            except NoAnswer:
                continue  # the machines are away for long; people stay
            self._looked.set()
            self._looked = asyncio.Event()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def next_look(self) -> None:
        """Until something may have changed."""
        await self._looked.wait()

    def _see(self, devices: list[Mapping[str, Any]]) -> None:
        for device in devices:
            shows = device.get("shows", {})
            if "rows" in shows and device.get("window") is not None:  # a sign, of whatever make
                words = " ".join(line for page in shows.get("pages", []) for line in page)
                self._signs[int(device["window"])] = frozenset(NUMBER.findall(words))
            match device.get("driver"):
                case "ff68-terminal":
                    self.terminals[int(device["window"])] = str(device["id"])
                case "escpos-printer":
                    self.ids["printer"] = str(device["id"])
                    self._slips = list(shows.get("slips", []))
                case "sam-id-card":
                    self.ids["reader"] = str(device["id"])
                case "gpio-output" if device["id"] == "gate-lock":
                    self.pulses = int(shows.get("pulses", 0))

    def window_calling(self, number: str) -> int | None:
        """Where this number is wanted: on a sign, or on the hall's display if a sign is dark."""
        for window, numbers in self._signs.items():
            if number in numbers:
                return window
        for shown in self.windows():
            if shown.get("ticket") == number and shown.get("state") in ("CALLING", "SERVING"):
                return int(shown["number"])
        return None

    def windows(self) -> list[Mapping[str, Any]]:
        found = self.state.get("windows", [])
        return found if isinstance(found, list) else []

    def window(self, number: int) -> Mapping[str, Any]:
        return next((one for one in self.windows() if one.get("number") == number), {})

    def open_services(self) -> list[str]:
        return [str(one["letter"]) for one in self.state.get("services", []) if one.get("open")]

    def newest_paper(self) -> int:
        return max((int(slip.get("number", 0)) for slip in self._slips), default=0)

    def slip_after(self, paper: int, number: str | None = None) -> Slip | None:
        """A slip that was cut since; with ``number`` only the one that has it."""
        for slip in self._slips:
            if int(slip.get("number", 0)) <= paper or not slip.get("cut"):
                continue
            found = NUMBER.findall(" ".join(str(line) for line in slip.get("lines", [])))
            if found and number in (None, found[0]):
                code = _TOKEN.search(" ".join(str(one) for one in slip.get("qr", [])))
                return Slip(int(slip["number"]), found[0], code.group(1) if code else None)
        return None
