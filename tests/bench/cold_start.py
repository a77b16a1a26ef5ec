"""Start to first ticket, memory after 10,000 tickets, bytes on the disk for each ticket."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from edge.clock import Clock
from edge.journal import Journal, Stamp, state_text
from hall.moment import Moment
from hall.plan import Plan
from hall.queue import words
from hall.state import HallState
from hall.step import step
from hall_config.load import read_hall_file
from hall_config.plan import plan_of
from tests.bench.figures import Figure
from tests.journeys.house import PIN, Client, Hall, House
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
        with_state, without = _old_days(hall, kept=True), 0.0
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


def _old_days(hall: Hall, *, kept: bool) -> int:
    """Fill the journal with days of 500 tickets as the rules would write them."""
    plan = plan_of(read_hall_file(hall.file))
    journal = Journal(hall.journal, "bench")
    state, _ = HallState(), 0
    for _, event, at in journal.events():
        if event is not None:
            state = _apply(state, event, at)
    begun = Clock(journal.last_steady_ms).now().wall_ms - 60 * 86_400_000
    day = 0
    while journal.last_seq < EVENTS:
        state = _one_day(journal, plan, state, begun + day * 86_400_000)
        day += 1
    journal.save_state(journal.last_seq, state_text(state))
    count = journal.last_seq
    journal.close()
    return count


def _apply(state: HallState, event: object, at: Moment) -> HallState:
    from hall.step import apply

    return apply(state, event, at)  # type: ignore[arg-type]


def _one_day(journal: Journal, plan: Plan, state: HallState, begun_ms: int) -> HallState:
    at_ms = begun_ms

    def do(command: object) -> None:
        nonlocal state, at_ms
        at_ms += 3_000
        now = Moment(at_ms, at_ms)
        result = step(state, plan, command, now)  # type: ignore[arg-type]
        state = result.state
        journal.append(result.events, Stamp(now, 0, "ntp"))

    for window in range(1, 21):
        do(words.OpenWindow(window, "staff1"))
    for number in range(500):
        window = number % 20 + 1
        do(words.TakeTicket("A", f"{begun_ms}-{number}"))
        for command in (words.CallNext, words.Start, words.Finish):
            do(command(window, "staff1"))
    journal.commit()
    return state


def _forget_state(hall: Hall) -> None:
    import sqlite3

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
