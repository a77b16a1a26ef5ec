"""What hangs on a free port: each installed driver's harmless question in the one order that spoils nothing.

Knows the order and why. Must not know any protocol.

1. Nothing is written to a port that somebody holds, and a port where something answered is asked nothing more, except
   by drivers that speak through the same kind of channel (several Modbus boards on one bus).
2. Printers first, at every speed. A printer takes whatever it does not know for text: eight bytes of another protocol
   are eight characters on the paper. Its own real-time question prints nothing on any printer, and every other device
   here ignores ``10 04 n``: too short for a frame of any of them, and none begins with 10.
3. Then protocols whose frames open with a fixed mark and end with a check (card readers, signs): a device of another
   protocol waits for its own mark and lets them pass.
4. Modbus late: it has no mark at its beginning, so a device that believes in one could see it in any bytes; its
   questions are reads only and their check fits no other protocol.
5. What never answers is listened to last, while somebody presses a key (`edge.commissioning.listening`).
At a wrong speed every question is noise of a few bytes, which all of these protocols throw away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import structlog

from drivers.driver import Found, Manifest
from drivers.errors import DriverError, PortLost
from drivers.kind import Kind
from drivers.transport import SerialTransport
from edge.commissioning.listening import Ear, Enough, listeners
from edge.commissioning.port_holder import Held, held
from edge.commissioning.serial_ports import SerialPort

log = structlog.get_logger()

_RANKS: Final = {
    Kind.PRINTER: 0,
    Kind.CARD_READER: 1,
    Kind.SIGN: 2,
    Kind.CODE_READER: 3,
    Kind.DISPLAY: 4,
    Kind.CALL_TERMINAL: 5,
    Kind.RELAYS: 6,
    Kind.INPUTS: 7,
}
_LATE: Final = 9
_TOGETHER: Final = 8  # ports at a time; each waits for answers, none works


@dataclass(frozen=True, slots=True)
class Answer:
    """A driver's own device, found. ``may_be``: drivers of other devices that say the same."""

    driver: str
    kind: str
    baud: int
    address: int | None
    words: str
    may_be: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a port is being asked: the ``number``-th of ``of`` questions, if nothing answers."""

    port: SerialPort
    driver: str
    baud: int
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class PortFound:
    """What became of one port: held by somebody, answered, or silent."""

    port: SerialPort
    answers: tuple[Answer, ...] = ()
    held: Held | None = None
    problem: str = ""


Tell = Callable[[Question], None]
HowLong = Callable[[int], float]  # to listen, with so many silent ports


def in_asking_order(drivers: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """Those that can be found, in the order above."""
    found = [one for one in drivers if one.probe is not None]
    return tuple(
        sorted(found, key=lambda one: (not _asks(one), _modbus_like(one), _RANKS.get(one.kind, _LATE), one.name))
    )


def _asks(manifest: Manifest) -> bool:
    return manifest.probe is not None and manifest.probe.asks


def _modbus_like(manifest: Manifest) -> bool:
    return manifest.open_channel is not SerialTransport


class Prober:
    """Looks at ports, several at a time. ``stop`` ends it within one question.

    ``tell`` hears of each question and ``ended`` of each port that was asked. Where ports stayed silent ``how_long``
    says for how many seconds they are listened to; ``press_now`` is called when all of them are, ``heard`` with each
    device that speaks, and ``enough`` may end it early.
    """

    def __init__(
        self,
        drivers: Iterable[Manifest],
        *,
        how_long: HowLong = lambda silent: 0.0,
        tell: Tell = lambda question: None,
        press_now: Callable[[float], None] = lambda seconds: None,
        heard: Callable[[SerialPort, Answer], None] = lambda port, answer: None,
        enough: Callable[[], bool] = lambda: False,
        ended: Callable[[PortFound], None] = lambda found: None,
        is_held: Callable[[str], Held | None] = held,
    ) -> None:
        self._drivers = in_asking_order(drivers)
        self._how_long = how_long
        self._tell = tell
        self._press_now = press_now
        self._heard = heard
        self._enough = enough
        self._ended = ended
        self._is_held = is_held
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def look(self, ports: Sequence[SerialPort]) -> tuple[PortFound, ...]:
        """Every port's result, in the order of the ports."""
        if not ports:
            return ()
        with ThreadPoolExecutor(min(_TOGETHER, len(ports)), thread_name_prefix="probe") as pool:
            try:
                found = tuple(pool.map(self._ask_and_tell, ports))
            except KeyboardInterrupt:
                self._stopping.set()  # so that the threads end with their question, and not with their port
                raise
        silent = [one.port for one in found if _silent(one)]
        seconds = self._how_long(len(silent)) if silent and not self._stopping.is_set() else 0.0
        if seconds <= 0:
            return found
        spoken = self._listen(silent, seconds)
        return tuple(spoken.get(one.port.stable, one) for one in found)

    def _ask_and_tell(self, port: SerialPort) -> PortFound:
        found = self._ask_at(port)
        self._ended(found)  # at once: a silent port takes long, and somebody waits before the screen
        return found

    def _ask_at(self, port: SerialPort) -> PortFound:
        if "://" not in port.stable:
            taken = self._is_held(port.stable)
            if taken is not None:
                return PortFound(port, held=taken)
        try:
            return PortFound(port, self._ask(port, [one for one in self._able(port) if _asks(one)]))
        except PortLost as problem:
            return PortFound(port, problem=str(problem))

    def _able(self, port: SerialPort) -> list[Manifest]:
        """The drivers that can live behind such a port."""
        form = "network" if "://" in port.stable else "serial"
        bare = not port.stable.startswith("tcp://")  # Modbus TCP has frames of its own; no bare bytes go there
        return [one for one in self._drivers if form in one.ports and (bare or _modbus_like(one))]

    def _ask(self, port: SerialPort, drivers: Sequence[Manifest]) -> tuple[Answer, ...]:
        questions = [(place, baud) for place, one in enumerate(drivers) for baud in _speeds(port, one)]
        for number, (place, baud) in enumerate(questions, start=1):
            manifest = drivers[place]
            found = self._one_question(Question(port, manifest.name, baud, number, len(questions)), manifest)
            if found:
                same = [one for one in drivers[place + 1 :] if _on_the_same_bus(manifest, one)]
                return (*found, *self._neighbours(port, same, baud))
        return ()

    def _neighbours(self, port: SerialPort, drivers: Sequence[Manifest], baud: int) -> tuple[Answer, ...]:
        return tuple(
            answer
            for number, one in enumerate(drivers, start=1)
            for answer in self._one_question(Question(port, one.name, baud, number, len(drivers)), one)
        )

    def _one_question(self, question: Question, manifest: Manifest) -> tuple[Answer, ...]:
        assert manifest.probe is not None
        if self._stopping.is_set():
            return ()
        self._tell(question)
        try:
            with closing(manifest.open_channel(question.port.stable, question.baud)) as channel:
                found = manifest.probe.ask(channel, question.baud)
        except PortLost:
            raise
        except DriverError:
            return ()  # it answered in another language, or not at all
        except Exception:
            log.exception("probe.crashed", driver=manifest.name)  # a stranger's plug-in must not end the search
            return ()
        return tuple(_answer(manifest, question.baud, one) for one in found)

    def _listen(self, ports: Sequence[SerialPort], seconds: float) -> dict[str, PortFound]:
        """The ports on which something spoke or which were lost meanwhile, each by its name."""
        over = Enough(seconds, self._stopping, self._enough)
        with ThreadPoolExecutor(len(ports), thread_name_prefix="listen") as pool:  # each port at once: a key is short
            running = [pool.submit(self._listen_at, port, over) for port in ports]
            self._press_now(seconds)
            try:
                found = [one.result() for one in running]
            except KeyboardInterrupt:
                self._stopping.set()
                raise
        return {one.port.stable: one for one in found}

    def _listen_at(self, port: SerialPort, over: Enough) -> PortFound:
        answers: list[Answer] = []

        def heard(manifest: Manifest, baud: int, found: Found) -> None:
            answers.append(_answer(manifest, baud, found))
            self._heard(port, answers[-1])

        try:
            Ear(port.stable, listeners(self._able(port)), over, heard).listen()
        except PortLost as problem:
            return PortFound(port, tuple(answers), problem="" if answers else str(problem))
        return PortFound(port, tuple(sorted(answers, key=lambda one: (one.driver, one.address or 0))))


def _speeds(port: SerialPort, manifest: Manifest) -> tuple[int, ...]:
    assert manifest.probe is not None
    return manifest.probe.bauds[:1] if "://" in port.stable else manifest.probe.bauds


def _silent(found: PortFound) -> bool:
    return not found.answers and found.held is None and not found.problem


def _on_the_same_bus(answered: Manifest, other: Manifest) -> bool:
    """Whether both speak through the same kind of channel, which is more than bare bytes."""
    return _modbus_like(answered) and other.open_channel is answered.open_channel


def _answer(manifest: Manifest, baud: int, found: Found) -> Answer:
    may_be = manifest.probe.may_be if manifest.probe is not None else ()
    return Answer(manifest.name, manifest.kind.value, baud, found.address, found.words, may_be)
