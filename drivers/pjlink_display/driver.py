"""One big screen or projector by PJLink class 1: switches it, chooses its input, asks how it is.

Knows: one connection for each visit (a screen keeps few, and closes an idle one after 30 s), the password's digest,
which commands a screen refuses while it warms up or cools down. Must not know: opening hours, what the screen shows.

What was ordered and refused because the lamp is warming or cooling is tried again at each look until it is so.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import structlog

from drivers.driver import Order, Tell
from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.frames import FrameError
from drivers.kinds.display import DisplayState, SelectInput, SwitchDisplay
from drivers.options import Option, read_options
from drivers.pjlink_display.codec import Command, Greeting, Message, Parser, PasswordRefused, Reply, digest_of
from drivers.transport import SerialTransport, Transport

OPTIONS: Final = (
    Option("password_file", "text"),
    Option("input", "text"),
    Option("look_every_s", "float", 10.0, 2.0, 600.0),
    Option("answer_s", "float", 5.0, 0.5, 30.0),
)
POWERS: Final = {"0": "off", "1": "on", "2": "cooling", "3": "warming"}
PARTS: Final = ("fan", "lamp", "temperature", "cover", "filter", "other")  # the six digits of ERST, in this order
_LONGEST_PASSWORD: Final = 128
_FAULTS: Final = {"ERR1": "no_such_order", "ERR2": "no_such_input", "ERR4": "display_failure"}
_NOT_NOW: Final = "ERR3"

log = structlog.get_logger()


class Screen:
    """What a line opens: an address at which each visit makes a connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.visit().close()  # nobody there is told at once

    def visit(self) -> Transport:
        return SerialTransport(self.url)

    def close(self) -> None:
        """Nothing stays open between visits."""


def open_channel(url: str, baud: int) -> Screen:
    return Screen(url)


class PjlinkDisplay:
    """A `drivers.driver.Driver` for one screen."""

    def __init__(
        self, device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any] | None = None
    ) -> None:
        chosen = read_options(OPTIONS, options or {})
        self.device = device
        self.poll_every_s: float | None = chosen["look_every_s"]
        self._tell = tell
        self._answer_s: float = chosen["answer_s"]
        self._password_file: str | None = chosen["password_file"]
        self._input: str | None = None if chosen["input"] is None else _source(chosen["input"])
        self._wanted_power: bool | None = None
        self._wanted_input: str | None = None
        self._told: DisplayState | None = None
        self._log = log.bind(device=device)

    def handshake(self, channel: Screen) -> None:
        """Greeting, password and one question."""
        self._told = None
        self._look(channel)

    def perform(self, channel: Screen, order: Order) -> None:
        """Carry out `SwitchDisplay` or `SelectInput`; one that must wait for the lamp counts as taken."""
        match order:
            case SwitchDisplay(on=on):
                self._wanted_power, self._wanted_input = on, self._input if on else None
            case SelectInput(source=source):
                self._wanted_input = _asked_source(source)
            case _:
                raise DeviceFault("no_such_order", f"{self.device}: a screen cannot {type(order).__name__}")
        self._look(channel)

    def poll(self, channel: Screen) -> None:
        self._look(channel)

    def heard(self, channel: Screen, data: bytes) -> None:
        """Nothing is open between visits."""

    def forget(self) -> None:
        """The line was lost: what the screen shows is unknown; what it shall do is still wanted."""
        self._told = None

    def _look(self, channel: Screen) -> None:
        """One visit: ask, bring it to what is wanted, tell what changed; a screen's own fault is raised last."""
        with _Visit(channel, self._answer_s, self._read_password) as visit:
            power = self._bring_power(visit)
            if power == "on":
                self._bring_input(visit)
            errors, warnings = _parts(visit.ask("ERST", "?"))
            if power == "on" and visit.ask("AVMT", "?") in ("11", "31"):
                warnings = (*warnings, "picture_muted")
        state = DisplayState(self.device, power, (*errors, *warnings))
        if state != self._told:
            self._told = state
            self._log.info("display.state", power=power, faults=list(state.faults))
            self._tell(state)
        if errors:
            raise DeviceFault(f"display_{errors[0]}", f"{self.device} says: {', '.join(errors)}")

    def _bring_power(self, visit: _Visit) -> str:
        power = POWERS.get(visit.ask("POWR", "?") or "", "unknown")
        if self._wanted_power is None:
            return power
        if power in (("on", "warming") if self._wanted_power else ("off", "cooling")):
            self._wanted_power = None  # from here on the remote control has its way again
            return power
        answer = visit.ask("POWR", "1" if self._wanted_power else "0")
        if answer is None:
            return power  # it warms up or cools down, and is asked again at the next look
        power = POWERS.get(visit.ask("POWR", "?") or "", "unknown")
        if power in (("on", "warming") if self._wanted_power else ("off", "cooling")):
            self._wanted_power = None
        return power

    def _bring_input(self, visit: _Visit) -> None:
        wanted, self._wanted_input = self._wanted_input, None
        if wanted is not None and visit.ask("INPT", "?") != wanted and visit.ask("INPT", wanted) is None:
            self._wanted_input = wanted  # not now

    def _read_password(self) -> str:
        """Read at each visit: a new password needs no restart, and none is kept."""
        if self._password_file is None:
            raise DeviceFault("password_needed", f"{self.device} asks for a password; name its file in password_file")
        try:
            with Path(self._password_file).open("rb") as file:
                word = file.read(_LONGEST_PASSWORD + 1).rstrip(b"\r\n")
            password = word.decode("ascii")
        except (OSError, UnicodeDecodeError):
            raise DeviceFault("password_unreadable", f"{self._password_file} cannot be read") from None
        if not password or len(password) > _LONGEST_PASSWORD:
            raise DeviceFault("password_unreadable", f"{self._password_file} holds no password")
        return password


class _Visit:
    """One connection, from its greeting to its end."""

    def __init__(self, channel: Screen, answer_s: float, read_password: Any) -> None:
        self._channel = channel
        self._answer_s = answer_s
        self._read_password = read_password
        self._parser = Parser()
        self._waiting: list[Message] = []
        self._digest = ""

    def __enter__(self) -> _Visit:
        self._line = self._channel.visit()
        try:
            self._greet()
        except BaseException:
            self._line.close()
            raise
        return self

    def _greet(self) -> None:
        greeting = self._next(time.monotonic() + self._answer_s)
        if not isinstance(greeting, Greeting):
            raise BadFrame("what answers there greets in no PJLink way")
        if greeting.number is not None:
            self._digest = digest_of(greeting.number, self._read_password())

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def ask(self, name: str, value: str) -> str | None:
        """The answer's value; None for "not now", and for a question that this screen does not know."""
        self._line.write(Command(name, value).encode(self._digest))
        self._digest = ""  # it stands before the first command only
        deadline_s = time.monotonic() + self._answer_s
        message = self._next(deadline_s)
        while not (isinstance(message, Reply) and message.name == name):
            message = self._next(deadline_s)
        if message.value == _NOT_NOW or (value == "?" and name != "POWR" and message.value in _FAULTS):
            return None
        if message.value in _FAULTS:
            raise DeviceFault(_FAULTS[message.value], f"{name} {value} was answered {message.value}")
        return message.value

    def _next(self, deadline_s: float) -> Message:
        """However much it says, the time is the same for all of it."""
        broken = 0
        while not self._waiting:
            for item in self._read(max(0.0, deadline_s - time.monotonic())):
                if isinstance(item, FrameError):
                    broken += 1
                else:
                    self._waiting.append(item)
            if time.monotonic() >= deadline_s:
                raise BadFrame("answers in no PJLink way") if broken else NoReply("no answer from the screen")
        message = self._waiting.pop(0)
        if isinstance(message, PasswordRefused):
            raise DeviceFault("wrong_password", "the screen refuses the password")
        return message

    def _read(self, left_s: float) -> list[Message | FrameError]:
        try:
            return self._parser.feed(self._line.read(left_s))
        except PortLost as problem:  # it hung up: the address is still there, which the next visit finds out
            raise NoReply("the screen ended the connection") from problem


def _parts(answer: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the screen says is wrong, and what it warns of; a screen that does not tell is believed to be well."""
    digits = answer if answer is not None and len(answer) == len(PARTS) else ""
    errors = tuple(part for part, digit in zip(PARTS, digits, strict=False) if digit == "2")
    return errors, tuple(f"{part}_warning" for part, digit in zip(PARTS, digits, strict=False) if digit == "1")


def _asked_source(source: str) -> str:
    try:
        return _source(source)
    except ValueError as problem:
        raise DeviceFault("no_such_input", str(problem)) from None


def _source(source: str) -> str:
    """``11`` to ``59``: kind (1 RGB, 2 video, 3 digital, 4 storage, 5 network) and number."""
    if len(source) != 2 or source[0] not in "12345" or source[1] not in "123456789":
        raise ValueError(f"input is two digits from 11 to 59 such as 31, not {source!r}")
    return source
