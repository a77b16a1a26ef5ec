"""The control channel's door to a bad day: ``/sim/bad-day`` begins one, tells of it, ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated, Any

import structlog
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from simulators.bad_day import BadDay, Patient, plan_of
from simulators.doors import FolderDoor
from simulators.host import Host
from simulators.pin_board import PinBoard

log = structlog.get_logger()

ActOnDevice = Callable[[str, dict[str, Any]], None]


class Wish(BaseModel):
    """Seconds are of the wall, whatever the speed of the people."""

    model_config = ConfigDict(extra="forbid", strict=True)

    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    every_s: Annotated[float, Field(ge=0.05, le=86_400)] = 60.0
    lasts_s: Annotated[float, Field(ge=0.05, le=86_400)] = 15.0


class BadDays:
    """At most one bad day at a time for the devices of one host."""

    def __init__(self, host: Host, act: ActOnDevice) -> None:
        self._host = host
        self._act = act
        self._lock = threading.RLock()  # requests come in threads of their own
        self._day: BadDay | None = None

    def begin(self, wish: Wish) -> dict[str, Any]:
        """A new one; the one that ran is ended first."""
        with self._lock:
            self.end()
            plan = plan_of(wish.seed, patients_of(self._host), every_s=wish.every_s, lasts_s=wish.lasts_s)
            self._day = BadDay(plan, self._act, seed=wish.seed)
            self._day.start()
            return self.tell()

    def tell(self) -> dict[str, Any]:
        return {"day": None if self._day is None else self._day.as_json()}

    def end(self) -> dict[str, Any]:
        """Every fault of the day is over when this returns."""
        with self._lock:
            if self._day is not None:
                self._day.end()
            return self.tell()


def patients_of(host: Host) -> list[Patient]:
    """The devices that a bad day may strike."""
    return [
        Patient(
            one.part.id,
            one.part.driver,
            "pins" if isinstance(one.line, PinBoard) else one.line.id,
            on_bytes=not isinstance(one.line, PinBoard) and not isinstance(one.line.door, FolderDoor),
        )
        for one in host.stations.values()
    ]


def add_bad_days(app: FastAPI, days: BadDays) -> None:
    """The three routes."""

    @app.post("/sim/bad-day")
    def begin(wish: Wish) -> dict[str, Any]:
        return days.begin(wish)

    @app.get("/sim/bad-day")
    def tell() -> dict[str, Any]:
        return days.tell()

    @app.delete("/sim/bad-day")
    def end() -> dict[str, Any]:
        return days.end()
