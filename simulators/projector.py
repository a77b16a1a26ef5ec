"""A projector with PJLink class 1, from the projector's side. Written from the PJLink specification, class 1.

    on connection   PJLINK 0⏎  or  PJLINK 1 <8 hex>⏎   then lines  %1<NAME> <value>⏎, each answered  %1<NAME>=<value>⏎
    password        the first line begins with md5(number + password) in lower-case hex; else  PJLINK ERRA⏎  and hang up

ERR1: a name it does not know. ERR2: a value outside the table. ERR3: not now, that is an input or a mute while the lamp
is not on, and power while it warms up or cools down. ERR4: broken. A connection silent for 30 s is ended.
A lamp, temperature or cover at 2 (error) puts the lamp out, as the real thing protects itself.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

from simulators.device import Send, WrongArgument, no_others
from simulators.device_actions import unknown_action
from simulators.screen_picture import draw_screen

_LINE: Final = re.compile(rb"%1([A-Za-z0-9]{4}) ([^\r]{1,128})")
_INPUTS: Final = ("11", "21", "31", "32", "51")
_PARTS: Final = ("fan", "lamp", "temperature", "cover", "filter", "other")
_STOPS: Final = ("lamp", "temperature", "cover")
_POWERS: Final = {"off": "0", "on": "1", "cooling": "2", "warming": "3"}
_MUTES: Final = ("10", "11", "20", "21", "30", "31")
_IDLE_S: Final = 30.0
_LONGEST: Final = 136
_SAMPLE_PASSWORD: Final = "JBMIAProjectorLink"  # noqa: S105 - the one of the specification's own example


class SimulatedProjector:
    """Actions: ``fault`` {part, level 0-2}, ``press`` {key: power, input, mute} (the remote control), ``lamp_speed``
    {seconds}, ``refuse`` {times} (ERR4), ``set_password`` {password}, ``reset`` (plug pulled), ``clear_faults``."""

    kind = "pjlink-display"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = device_id
        self.power = "off"
        self.input = "31"
        self.mute = "30"
        self._password = _password_of(options or {})
        self._chance = Random(seed)  # noqa: S311 - a simulated number, no secret
        self._send: Send = lambda data: None
        self._hang_up: Callable[[], None] = lambda: None
        self._hanging_up = False
        self._number = ""
        self._line = bytearray()
        self._now_s = 0.0
        self._heard_s: float | None = None  # the last byte; None: nobody is connected
        self._lamp_s, self._changes_at_s = 3.0, 0.0
        self._levels = dict.fromkeys(_PARTS, 0)
        self._refusals = 0
        self._counters: Counter[str] = Counter(visits=0, commands=0, refused=0, broken=0)

    # --- the door --------------------------------------------------------------------------------------------

    def attach(self, send: Send) -> None:
        self._send = send

    def welcome(self, hang_up: Callable[[], None]) -> None:
        """Somebody has connected."""
        self._hang_up, self._hanging_up = hang_up, False
        self._line.clear()
        self._heard_s = self._now_s
        self._counters["visits"] += 1
        self._number = f"{self._chance.randrange(1 << 32):08x}" if self._password else ""
        self._send(f"PJLINK 1 {self._number}\r".encode() if self._number else b"PJLINK 0\r")

    def hear(self, data: bytes) -> None:
        self._heard_s = self._now_s
        for byte in data:
            if byte == 0x0D:
                line = bytes(self._line)
                self._line.clear()
                self._take(line)
            else:
                self._line.append(byte)
                if len(self._line) > _LONGEST + 32:  # a digest may stand before a full line
                    self._line.clear()
                    self._counters["broken"] += 1

    def tick(self, steady_s: float) -> None:
        self._now_s = steady_s
        if self.power in ("warming", "cooling") and steady_s >= self._changes_at_s:
            self.power = "on" if self.power == "warming" else "off"
        if self._heard_s is None:
            return
        self._heard_s = self._heard_s or steady_s  # 0: the first visitor came before time began
        if self._hanging_up or steady_s - self._heard_s > _IDLE_S:
            self._hanging_up, self._heard_s = False, None
            self._hang_up()

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "fault":
                self._break(arguments)
            case "press":
                self._press(arguments)
            case "refuse":
                self._refusals = _number(arguments, "times", 1, 1000, 1)
            case "set_password":
                no_others(arguments, "password")
                self._password = str(arguments.get("password", ""))[:32]
            case "lamp_speed":
                self._lamp_s = _number(arguments, "seconds", 0, 600, 3)
            case "reset":
                self.power, self.mute = "off", "30"
                self._hang_up()
            case "clear_faults":
                self._levels = dict.fromkeys(_PARTS, 0)
                self._refusals = 0
            case _:
                raise unknown_action("a projector", self.kind, action)
        return {}

    def show(self) -> dict[str, Any]:
        return {
            "power": self.power,
            "input": self.input,
            "muted": self.mute in ("11", "31"),
            "faults": {part: level for part, level in self._levels.items() if level},
            "password": bool(self._password),
            "counters": dict(self._counters),
        }

    def picture(self) -> bytes | None:
        dark = "muted" if self.mute in ("11", "31") and self.power == "on" else self.power
        return draw_screen(dark, self.input, tuple(part for part, level in self._levels.items() if level == 2))

    def audio(self) -> bytes | None:
        return None

    # --- the behaviour ---------------------------------------------------------------------------------------

    def _break(self, arguments: Mapping[str, Any]) -> None:
        no_others(arguments, "part", "level")
        part = arguments.get("part", "lamp")
        if part not in _PARTS:
            raise WrongArgument("part", f"one of {', '.join(_PARTS)}")
        self._levels[part] = _number(arguments, "level", 0, 2, 2)
        if self._levels[part] == 2 and part in _STOPS and self.power in ("on", "warming"):
            self._switch(False)

    def _press(self, arguments: Mapping[str, Any]) -> None:
        no_others(arguments, "key")
        match arguments.get("key"):
            case "power":
                self._switch(self.power in ("off", "cooling"))
            case "input":
                self.input = _INPUTS[(_INPUTS.index(self.input) + 1) % len(_INPUTS)]
            case "mute":
                self.mute = "30" if self.mute in ("11", "31") else "31"
            case _:
                raise WrongArgument("key", "power, input or mute")

    def _switch(self, on: bool) -> None:
        if on and any(self._levels[part] == 2 for part in _STOPS):
            return
        self.power, self.mute = "warming" if on else "cooling", "30"
        self._changes_at_s = self._now_s + self._lamp_s

    # --- the language ----------------------------------------------------------------------------------------

    def _take(self, line: bytes) -> None:
        if self._hanging_up:
            return
        if self._number:
            proof = hashlib.md5((self._number + self._password).encode(), usedforsecurity=False).hexdigest()
            self._number = ""
            if not line.startswith(proof.encode()):
                self._counters["refused"] += 1
                self._send(b"PJLINK ERRA\r")
                self._hanging_up = True
                return
            line = line[32:]
        found = _LINE.fullmatch(line)
        if found is None:
            self._counters["broken"] += 1
            return
        name, value = found[1].decode().upper(), found[2].decode("ascii", "replace")
        self._counters["commands"] += 1
        answer = self._answer(name, value)
        self._counters["refused"] += answer.startswith("ERR")
        self._send(f"%1{name}={answer}\r".encode())

    def _answer(self, name: str, value: str) -> str:
        if self._refusals:
            self._refusals -= 1
            return "ERR4"
        if value == "?":
            return self._tell(name)
        match name:
            case "POWR" if value in ("0", "1"):
                return self._order_power(value == "1")
            case "INPT" if value in _INPUTS:
                if self.power != "on":
                    return "ERR3"
                self.input = value
                return "OK"
            case "AVMT" if value in _MUTES:
                if self.power != "on":
                    return "ERR3"
                self.mute = value
                return "OK"
            case "POWR" | "INPT" | "AVMT":
                return "ERR2"
        return "ERR1"

    def _order_power(self, on: bool) -> str:
        if self.power in ("warming", "cooling"):
            return "ERR3"
        if self.power != ("on" if on else "off"):
            if on and any(self._levels[part] == 2 for part in _STOPS):
                return "ERR4"
            self._switch(on)
        return "OK"

    def _tell(self, name: str) -> str:
        lit = self.power == "on"
        answers = {
            "POWR": _POWERS[self.power],
            "INPT": self.input if lit else "ERR3",
            "AVMT": self.mute if lit else "ERR3",
            "ERST": "".join(str(level) for level in self._levels.values()),
            "LAMP": f"1204 {int(lit)}",
            "INST": " ".join(_INPUTS),
            "NAME": self.id,
            "INF1": "Simulated",
            "INF2": "Projector",
            "INFO": "",
            "CLSS": "1",
        }
        return answers.get(name, "ERR1")


def _password_of(options: Mapping[str, Any]) -> str:
    """The same word as in the controller's file; a file that is not there gives the specification's example."""
    name = options.get("password_file")
    if not isinstance(name, str):
        return ""
    try:
        return Path(name).read_text(encoding="ascii").strip()[:32]
    except (OSError, UnicodeDecodeError):
        return _SAMPLE_PASSWORD


def _number(arguments: Mapping[str, Any], name: str, low: int, high: int, default: int) -> int:
    value = arguments.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise WrongArgument(name, f"{name} is a whole number from {low} to {high}")
    return value
