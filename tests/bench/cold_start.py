"""Start to first ticket, memory after 10,000 tickets, bytes on the disk for each ticket."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Final

from tests.bench.figures import Figure
from tests.journeys.house import PIN, Client, Hall, House
from tests.journeys.old_days import old_days
from tests.parts import Mosquitto, wait_for

EVENTS: Final = 100_000
TICKETS: Final = 10_000
COMMAND: Final = "make bench ARGS=cold-start"


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    house = House(folder, broker)
    hall = house.add_hall("bench-hall", windows=20, start=False, rules={"double_press_s": 0.0})
    try:
        empty_s = _start(hall)
        hall.edge.stop()
        with_state = old_days(hall, EVENTS)
        full_s = _start(hall)
        hall.edge.stop()
        _forget_state(hall)
        without = _start(hall)
        figures = [
            Figure("start to first ticket, empty journal", round(empty_s, 2), "s", command=COMMAND),
            Figure(f"start to first ticket, {with_state:,} events", round(full_s, 2), "s", command=COMMAND),
            Figure("the same, state lost, all events folded", round(without, 2), "s", command=COMMAND),
        ]
        return [*figures, *_ten_thousand(hall)]
    finally:
        house.end()


def _start(hall: Hall) -> float:
    """Seconds from the program's start to the answer with a number on it."""
    begun = time.perf_counter()
    hall.edge.start()
    client = Client(hall.pages.url)
    wait_for(lambda: _ticket(client), "the first ticket", 120)
    return time.perf_counter() - begun


def _ticket(client: Client) -> bool:
    return client.ready() and client.post("/api/v1/tickets", {"service": "A"})[0] == 201


def _forget_state(hall: Hall) -> None:
    with sqlite3.connect(hall.journal) as db:
        db.execute("DELETE FROM snapshot")
    db.close()


def _ten_thousand(hall: Hall) -> list[Figure]:
    """Ten thousand tickets, each called, served and finished, through the pages' interface."""
    client = Client(hall.pages.url)
    client.sign_in("staff1", PIN)
    for window in range(1, 21):
        client.post(f"/api/v1/windows/{window}/commands", {"command": "open"})
    written = _written_bytes(hall.edge.pid)
    begun = time.perf_counter()
    for number in range(TICKETS):
        window = number % 20 + 1
        service = "A" if number % 2 else "B"
        client.post("/api/v1/tickets", {"service": service})
        for command in ("call_next", "start", "finish"):
            client.post(f"/api/v1/windows/{window}/commands", {"command": command})
    seconds = time.perf_counter() - begun
    per_ticket = (_written_bytes(hall.edge.pid) - written) / TICKETS
    return [
        Figure(
            f"resident memory after {TICKETS:,} tickets", round(_memory_mb(hall.edge.pid), 1), "MB", command=COMMAND
        ),
        Figure("bytes written to the disk for each ticket", round(per_ticket), "bytes", command=COMMAND),
        Figure("whole tickets through one client", round(TICKETS / seconds), "tickets/s", command=COMMAND),
    ]


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def _written_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/io").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("write_bytes")).split()[1])
