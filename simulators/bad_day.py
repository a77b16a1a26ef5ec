"""A bad day for the devices: faults in a seeded order, each of which ends again, so that a day can be lived twice.

`plan_of` is the language: which fault, on which device, when and for how long; the same seed gives the same day.
`BadDay` is the hand that does it, through the same actions that a person has over the control channel.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import structlog

log = structlog.get_logger()

# What can happen to any device on a line of bytes: action, arguments, how often beside the others.
_ANYWHERE: Final[tuple[tuple[str, Mapping[str, Any], float], ...]] = (
    ("unplug", {}, 3.0),
    ("silent", {}, 2.0),
    ("garble", {"rate": 0.02}, 2.0),
    ("slow", {"baud": 1200}, 1.0),
    ("echo", {}, 1.0),
    ("reset", {}, 1.0),
)
# What only one kind of device knows; those with {"on": …} are switched off again by the end of the fault.
_OWN: Final[Mapping[str, tuple[tuple[str, Mapping[str, Any], float], ...]]] = {
    "escpos-printer": (
        ("paper_out", {"on": True}, 4.0),
        ("paper_low", {"on": True}, 2.0),
        ("cover_open", {"on": True}, 3.0),
    ),
    "sam-id-card": (("answer_fault", {"status": "41"}, 2.0), ("answer_fault", {"status": "31"}, 1.0)),
    "waveshare-relay": (("answer_exception", {"code": 4, "times": 3}, 2.0),),
}
_AT_ONCE: Final = frozenset({"reset", "answer_fault", "answer_exception"})  # over as soon as it is done
_LONGEST_PLAN: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Patient:
    """A device that can fall ill. Devices of one ``line`` have the speed and the echo in common."""

    id: str
    driver: str
    line: str
    on_bytes: bool = True


@dataclass(frozen=True, slots=True)
class Mishap:
    """One fault, from ``at_s`` after the start, for ``lasts_s``."""

    at_s: float
    lasts_s: float
    device: str
    action: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        arguments = dict(self.arguments)
        return {
            "at_s": round(self.at_s, 3),
            "lasts_s": round(self.lasts_s, 3),
            "device": self.device,
            "action": self.action,
            "arguments": arguments,
        }


def plan_of(seed: int, patients: Sequence[Patient], *, every_s: float, lasts_s: float) -> Iterator[Mishap]:
    """Faults without end: one in ``every_s`` on the average over all devices, each ``lasts_s`` long on the average.

    No line has two faults at a time, so that each of them can be told from the others afterwards.
    """
    chance = Random(seed)  # noqa: S311 - a play, not a secret
    free_at_s: dict[str, float] = {}
    at_s = 0.0
    for _ in range(_LONGEST_PLAN):
        at_s += chance.expovariate(1 / every_s)
        ready = [one for one in patients if free_at_s.get(one.line, 0.0) <= at_s and _menu(one)]
        if not ready:
            continue
        patient = chance.choice(ready)
        menu = _menu(patient)
        action, arguments, _ = chance.choices(menu, [weight for _, _, weight in menu])[0]
        given = dict(arguments)
        if action == "garble":
            given["seed"] = chance.randrange(2**31)
        length_s = 0.0 if action in _AT_ONCE else lasts_s * chance.uniform(0.3, 1.7)
        free_at_s[patient.line] = at_s + length_s + lasts_s
        yield Mishap(at_s, length_s, patient.id, action, given)


def _menu(patient: Patient) -> list[tuple[str, Mapping[str, Any], float]]:
    own = list(_OWN.get(patient.driver, ()))
    return [*_ANYWHERE, *own] if patient.on_bytes else [entry for entry in _ANYWHERE if entry[0] == "unplug"]


def ending(mishap: Mishap) -> tuple[str, Mapping[str, Any]] | None:
    """The action that ends it; None where it is over by itself."""
    if mishap.action in _AT_ONCE:
        return None
    if "on" in mishap.arguments:
        return mishap.action, {"on": False}
    if mishap.action == "unplug":
        return "replug", {}
    return "clear_faults", {"whole_line": True} if mishap.action in ("slow", "echo") else {}


Act = Callable[[str, dict[str, Any]], None]  # device, {"action": …, arguments}


class BadDay:
    """One thread that does what the plan says until it is ended; then every fault of its own is over."""

    def __init__(self, plan: Iterator[Mishap], act: Act, *, seed: int) -> None:
        self.seed = seed
        self._plan = plan
        self._act = act
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._done: list[Mishap] = []
        self._in_force: list[tuple[float, int, Mishap]] = []
        self._thread = threading.Thread(target=self._run, name="bad day", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Stop, and mend what is still broken; twice is fine."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def as_json(self) -> dict[str, Any]:
        """What has happened so far."""
        with self._lock:
            done, in_force = list(self._done), [mishap for _, _, mishap in self._in_force]
        return {
            "seed": self.seed,
            "running": self._thread.is_alive(),
            "in_force": [mishap.as_json() for mishap in in_force],
            "done": len(done),
            "counts": _counts(done),
            "last": [mishap.as_json() for mishap in done[-20:]],
        }

    def _run(self) -> None:
        try:
            self._live()
        except Exception:  # a thread's outermost line
            log.exception("bad_day.failed", seed=self.seed)
        finally:
            while self._in_force:
                self._mend_one()

    def _live(self) -> None:
        began_s, next_one = time.monotonic(), next(self._plan, None)
        while next_one is not None and not self._ending.is_set():
            now_s = time.monotonic() - began_s
            if self._in_force and self._in_force[0][0] <= now_s:
                self._mend_one()
            elif next_one.at_s <= now_s:
                self._begin(next_one)
                next_one = next(self._plan, None)
            else:
                due_s = min([next_one.at_s, *(when for when, _, _ in self._in_force[:1])])
                self._ending.wait(max(0.0, due_s - now_s))

    def _begin(self, mishap: Mishap) -> None:
        log.info("bad_day.fault", **mishap.as_json())
        self._act(mishap.device, {"action": mishap.action, **mishap.arguments})
        with self._lock:
            self._done.append(mishap)
            if ending(mishap) is not None:
                heapq.heappush(self._in_force, (mishap.at_s + mishap.lasts_s, len(self._done), mishap))

    def _mend_one(self) -> None:
        with self._lock:
            _, _, mishap = heapq.heappop(self._in_force)
        over = ending(mishap)
        if over is not None:
            log.info("bad_day.mended", device=mishap.device, action=mishap.action)
            self._act(mishap.device, {"action": over[0], **over[1]})


def _counts(done: Sequence[Mishap]) -> dict[str, dict[str, int]]:
    """How often each device had which fault."""
    counts: dict[str, dict[str, int]] = {}
    for mishap in done:
        of_device = counts.setdefault(mishap.device, {})
        of_device[mishap.action] = of_device.get(mishap.action, 0) + 1
    return counts
