"""From card to slip and from key to sign and sound, with 20 windows busy, as the simulated devices saw the bytes.

Times are the devices' own stamps of bytes on the lines (one steady clock for the whole machine). The lines are
pseudo-terminals that carry bytes at once, so nothing of a figure is a line's own time; the sound's figure is without
the 300 ms that relay and amplifier need by design. Sign and keypad of the measured window have ports of their own; on a
shared bus a frame would also wait for the frames of others, which is the line's own time.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, Final

from tests.bench.figures import Figure, spread
from tests.bench.stamps import after, seen
from tests.journeys.house import PIN, Client, Hall, House, journal_lines
from tests.parts import Mosquitto, wait_for

WINDOWS: Final = 20
TAPS: Final = 50
CALLS: Final = 200
SPOKEN: Final = 20
ZONES_OPEN_MS: Final = 300
SAME_KEY_S: Final = 0.35  # a key pressed again sooner counts as the terminal repeating itself
COMMAND: Final = "make bench ARGS=reaction"
_PEOPLE: Final = "visitor-{}"


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    house = House(folder, broker)
    house.start_central()
    rules = {"call_interval_s": 0, "double_press_s": 0.0}
    hall = house.add_hall("bench-hall", windows=WINDOWS, silent="B", rules=rules)
    hall.command(1, "open")
    wait_for_voice(hall)
    busy = Busy(hall, WINDOWS, 0.03)
    busy.start()
    try:
        slips = [_tap(hall, number) for number in range(TAPS)]
        while hall.command(1, "call_next")[0] == 200:  # those who came with cards are served before the calls are timed
            for command in ("start", "finish"):
                hall.command(1, command)
        signs = [_call(hall, "C") for _ in range(CALLS)]
        sounds = [spoken_call(hall) for _ in range(SPOKEN)]
    finally:
        busy.stop()
        house.end()
    return [
        spread("card read to last byte of the slip", slips, COMMAND),
        spread("call key to last byte of the sign frame", signs, COMMAND),
        spread("call key to first sound, less 300 ms", [sound - ZONES_OPEN_MS for sound in sounds], COMMAND),
    ]


def wait_for_voice(hall: Hall) -> None:
    wait_for(lambda: "clips.ready" in hall.edge.words(), "the clips of the voice", 120)


class Busy:
    """All windows but the first at work: call, start, and on to the other class with the same number.

    No new tickets: a printer that prints other people's slips would be measured, and not our own time.
    """

    def __init__(self, hall: Hall, windows: int, pause_s: float) -> None:
        self._hall = hall
        self._windows = windows
        self._pause_s = pause_s
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(first,)) for first in (2, 3)]

    def start(self) -> None:
        for number in range(self._windows + 4):
            assert self._hall.pages.post("/api/v1/tickets", {"service": "BD"[number % 2]})[0] == 201
        wait_for(lambda: len(self._slips_proved()) == self._windows + 4, "their slips", 120)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _slips_proved(self) -> list[Any]:
        return [line for line in journal_lines(self._hall) if line["type"] == "slip.printed/1"]

    def _work(self, first: int) -> None:
        client = Client(self._hall.pages.url)
        client.sign_in("staff1", PIN)
        windows = range(first, self._windows + 1, 2)
        for window in windows:
            client.post(f"/api/v1/windows/{window}/commands", {"command": "open"})
        turn = 0
        while not self._ending.is_set():
            turn += 1
            for window in windows:
                to_service = "BD"[(turn + window) % 2]
                for more in ({"command": "call_next"}, {"command": "start"}, _transfer(to_service)):
                    client.post(f"/api/v1/windows/{window}/commands", more)
                    self._ending.wait(self._pause_s)


def _transfer(to_service: str) -> dict[str, str]:
    return {"command": "transfer", "to_service": to_service}


def _tap(hall: Hall, number: int) -> float:
    """Milliseconds from the reader's last byte of a card to the printer's last byte of its slip."""
    before = len(hall.slips()), seen(hall, "card-reader", "said", 1000)
    hall.do("card-reader", "tap_card", person=_PEOPLE.format(number), stay_s=0.4)
    read = wait_for(lambda: after(hall, "card-reader", "said", before[1], 1000), "the card's bytes", 10)
    end = wait_for(lambda: after(hall, "printer", "heard", read["ended_ns"], 1, b"\x1d\x72\x01"), "the slip's end", 10)
    wait_for(lambda: hall.device("card-reader")["card"] is None, "the card taken away", 10)
    asked = hall.devices.get("/sim/devices/card-reader")["bytes"]["heard"]
    wait_for(lambda: hall.devices.get("/sim/devices/card-reader")["bytes"]["heard"] >= asked + 40, "four looks", 10)
    return float(end["ended_ns"] - read["ended_ns"]) / 1e6


def _call(hall: Hall, service: str) -> float:
    """Milliseconds from the call key at window 1 to the last byte of its sign's frame; the ticket is served then."""
    key, called = press_call(hall, service)
    text = f"{called}号".encode("gb2312")
    shown = wait_for(lambda: after(hall, "sign-1", "heard", key["ended_ns"], 1, text), "the sign's frame", 5)
    for command in ("start", "finish"):
        hall.command(1, command)
    return float(shown["ended_ns"] - key["ended_ns"]) / 1e6


def spoken_call(hall: Hall) -> float:
    """Milliseconds from the call key to the first sound, with the zones closed before."""
    wait_for(lambda: not hall.device("speaker")["playing"], "silence", 30)
    wait_for(lambda: not any(hall.device("zone-relay")["relays"]), "the zones closed", 30)
    key, _ = press_call(hall, "A")
    heard = wait_for(lambda: after(hall, "speaker", "heard", key["ended_ns"], 1), "the first sound", 30)
    for command in ("start", "finish"):
        hall.command(1, command)
    return float(heard["started_ns"] - key["ended_ns"]) / 1e6


def press_call(hall: Hall, service: str) -> tuple[dict[str, Any], str]:
    """Take a ticket, press the key; the key's bytes on the line, and the number that was called."""
    status, ticket = hall.pages.post("/api/v1/tickets", {"service": service})
    assert status == 201, ticket
    time.sleep(SAME_KEY_S)
    begun = seen(hall, "terminal-1", "said", 1)
    hall.do("terminal-1", "press", key="call")
    key = wait_for(lambda: after(hall, "terminal-1", "said", begun, 1), "the key's bytes", 5)
    called = wait_for(lambda: hall.state()["windows"][0]["ticket"], "the call", 5)
    return key, str(called)
