"""From key to sign and sound in a hall where every line has its own speed and every window is busy.

Ten windows; their ten signs on one RS-485 pair at 9600 baud, their ten call terminals on another, as halls are wired.
Bytes are carried at the lines' speed both ways. Windows 2 to 10 call, start and send on, together nearly three times a
second, so each has a new visitor every ten seconds: ten times as often as a real one. Times are the devices' own
stamps. The sound's figure has the 300 ms in it that relay and amplifier need by design.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tests.bench.figures import Figure, spread
from tests.bench.reaction import Busy, press_call, wait_for_voice
from tests.bench.stamps import after
from tests.journeys.house import Hall, House
from tests.parts import Mosquitto, wait_for

WINDOWS: Final = 10
CALLS: Final = 100
SPOKEN: Final = 20
PAUSE_S: Final = 0.7  # two busy threads
COMMAND: Final = "make bench ARGS=busy-hall"


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    house = House(folder, broker)
    house.start_central()
    rules = {"call_interval_s": 0, "double_press_s": 0.0}
    hall = house.add_hall("bench-hall", windows=WINDOWS, silent="B", rules=rules, change=_as_wired, paced=True)
    hall.command(1, "open")
    wait_for_voice(hall)
    busy = Busy(hall, WINDOWS, PAUSE_S)
    busy.start()
    try:
        signs = [_call(hall) for _ in range(CALLS)]
        sounds = [_spoken(hall) for _ in range(SPOKEN)]
    finally:
        busy.stop()
        house.end()
    return [
        spread("busy hall at 9600: call key to last byte on the sign", signs, COMMAND),
        spread("busy hall at 9600: call key to first sound", sounds, COMMAND),
    ]


def _as_wired(file: Any) -> None:
    """Every sign and terminal on its bus, both at 9600 baud."""
    for line in file["line"]:
        line["baud"] = 9600
    for device in file["device"]:
        if device["id"] in ("sign-1", "terminal-1"):
            del device["port"]
            device["line"] = "sign-bus" if device["id"] == "sign-1" else "terminal-bus"


def _call(hall: Hall) -> float:
    """Milliseconds from the key's last byte to the last byte of the sign's frame; the ticket is served then."""
    key, called = press_call(hall, "C")
    text = f"{called}号".encode("gb2312")
    shown = wait_for(lambda: after(hall, "sign-1", "heard", key["ended_ns"], 1, text), "the sign's frame", 10)
    for command in ("start", "finish"):
        hall.command(1, command)
    return float(shown["ended_ns"] - key["ended_ns"]) / 1e6


def _spoken(hall: Hall) -> float:
    """Milliseconds from the key's last byte to the first sound, with the zones closed before."""
    wait_for(lambda: not hall.device("speaker")["playing"], "silence", 30)
    wait_for(lambda: not any(hall.device("zone-relay")["relays"]), "the zones closed", 30)
    key, _ = press_call(hall, "A")
    heard = wait_for(lambda: after(hall, "speaker", "heard", key["ended_ns"], 1), "the first sound", 30)
    for command in ("start", "finish"):
        hall.command(1, command)
    return float(heard["started_ns"] - key["ended_ns"]) / 1e6
