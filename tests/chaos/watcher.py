"""Keeps what the devices did, from the simulator's control channel; devices themselves remember only the last of it."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from tests.journeys.house import Client

NUMBER: Final = re.compile(r"(?<![0-9A-Z])([A-HJ-NP-Z]\d{3,4})(?!\d)")
TOKEN: Final = re.compile(r"/t/([0-9A-Za-z_-]{8,128})")
_LOOK_EVERY_S: Final = 0.25


@dataclass
class Watcher:
    """``slips``: whole slips by the paper's own count, as (ticket's number, its token if a code is on it)."""

    devices: Client
    slips: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    sounds: int = 0
    taps: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """After one last look."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(10)
        self.look()

    def look(self) -> dict[str, dict[str, Any]]:
        """What every device shows now, by its id."""
        shown = {one["id"]: one["shows"] for one in self.devices.get("/sim/devices")["items"]}
        for slip in shown["printer"]["slips"]:
            if slip["cut"]:
                number, token = NUMBER.search(" ".join(slip["lines"])), TOKEN.search(" ".join(slip["qr"]))
                if number:
                    self.slips[slip["number"]] = number[1], token[1] if token else None
        self.sounds = shown["speaker"]["count"]
        self.taps = shown["card-reader"]["taps"]
        return shown

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            try:
                self.look()
            except httpx2.TransportError:
                continue  # a moment without an answer; the next look sees it all
