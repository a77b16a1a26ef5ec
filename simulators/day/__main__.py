"""``python -m simulators.day``: the people of one hall, as a process of their own."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

import structlog

from hall_config.logs import log_json_lines
from simulators.day.doors import Devices, NoAnswer, Pages
from simulators.day.lawyer import Lawyer
from simulators.day.pace import Pace
from simulators.day.room import Room
from simulators.day.staff import Account, Clerk
from simulators.day.visitor import Visitor

_AT_THE_DOOR: Final = 5  # who waits outside when the hall opens
_MOST_INSIDE: Final = 400

log = structlog.get_logger()


def _arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="simulators.day", description="The people of one hall.")
    asked.add_argument("--edge", required=True, help="address of the controller's pages")
    asked.add_argument("--simulator", required=True, help="address of the simulator's control channel")
    asked.add_argument("--staff", type=Path, required=True, help="JSON list of name, secret, window")
    asked.add_argument("--visitors", type=float, default=60.0, help="arrivals an hour")
    asked.add_argument("--speed", type=float, default=1.0, help="how fast the people are")
    asked.add_argument("--seed", type=int, default=1, help="of everything that is chance")
    return asked.parse_args()


async def live(room: Room, pace: Pace, staff: list[Account], visitors_per_hour: float) -> None:
    """The whole day; ends by being cancelled."""
    crowd = _Crowd()
    crowd.add(room.watch())
    for account in staff:
        crowd.add(Clerk(room, pace, account).work())
    crowd.add(Lawyer(room, pace).come_and_go())
    await room.next_look()
    loop = asyncio.get_running_loop()
    opened_s, card = loop.time(), 0
    try:
        while True:
            early = card < min(_AT_THE_DOOR, visitors_per_hour)
            if len(crowd) < _MOST_INSIDE:
                card += 1
                crowd.add(Visitor(room, pace, (pace.seed * 1000 + card) % 1_000_000).visit())
            await asyncio.sleep(
                1.5 / pace.speed if early else pace.until_next_arrival_s(visitors_per_hour, loop.time() - opened_s)
            )
    finally:
        await crowd.send_home()


class _Crowd:
    """Everybody who is in the hall; one who stumbles does not take the others along."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(life)
        self._tasks.add(task)
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        problem = None if task.cancelled() else task.exception()
        if isinstance(problem, NoAnswer):
            log.info("visitor.gave_up", asked=str(problem))
        elif problem is not None:
            log.error("people.stumbled", exc_info=problem)

    async def send_home(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(asked: argparse.Namespace) -> None:
    staff = [
        Account(entry["name"], entry["secret"], entry["window"])
        for entry in json.loads(asked.staff.read_text(encoding="utf-8"))
    ]
    pages, devices = Pages(asked.edge), Devices(asked.simulator)
    day = asyncio.create_task(live(Room(pages, devices), Pace(asked.seed, asked.speed), staff, asked.visitors))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, day.cancel)
    try:
        await asyncio.gather(day, return_exceptions=True)
    finally:
        await pages.close()
        await devices.close()
    if not day.cancelled() and (problem := day.exception()) is not None:
        raise problem


if __name__ == "__main__":
    log_json_lines()
    asyncio.run(_run(_arguments()))
