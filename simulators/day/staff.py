"""One member of staff at one window: opens it, calls, serves, finishes; now and then a recall, a transfer, a break.

Most keys are pressed on the call terminal, so that they go over the wire; the rest on the window's page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog

from simulators.day.doors import Answer, NoAnswer
from simulators.day.pace import Pace
from simulators.day.room import Outcome, Room, Seat

_BY_KEY: Final = {"call_next": "call", "recall": "recall", "start": "start", "finish": "evaluate"}
_SEEN_WITHIN_S: Final = 3.0  # of the machine's time: a key's answer is on the page at once, if the key came through
_CALLS: Final = 3
_GUEST_COMES_S: Final = (4.0, 10.0)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    secret: str
    window: int


class Clerk:
    """Works until the day ends."""

    def __init__(self, room: Room, pace: Pace, account: Account) -> None:
        self._room = room
        self._pace = pace
        self._account = account
        self._token = ""
        self._held: list[str] = []

    @property
    def _window(self) -> int:
        return self._account.window

    async def work(self) -> None:
        """Whatever the window's state asks for, again and again; a machine that is away is waited for."""
        while True:
            try:
                if not self._token:
                    await self._sign_in()
                await self._room.next_look()
                await self._one_step()
            except NoAnswer:
                log.warning("staff.no_answer", window=self._window)

    async def _sign_in(self) -> None:
        account = self._account
        token = await self._room.pages.sign_in(account.name, account.secret, account.window)
        if token is None:
            log.warning("staff.not_let_in", window=self._window)
            await asyncio.sleep(5.0)
            return
        self._token = token

    async def _one_step(self) -> None:
        now = self._room.window(self._window)
        match now.get("state"):
            case "CLOSED":
                await self._page("open")
            case "PAUSED" | "LUNCH":
                await self._pace.rest(40, 120)
                await self._page("resume")
            case "IDLE":
                await self._idle(int(now.get("waiting", 0)))
            case "CALLING":
                await self._called(str(now.get("ticket")))
            case "SERVING":
                await self._serve(str(now.get("ticket")))

    # --- acts ------------------------------------------------------------------------------------------------

    async def _page(self, command: str, **more: Any) -> Answer:
        """On the window's page."""
        answer = await self._room.pages.command(self._token, self._window, command, **more)
        if answer.status == 401:
            self._token = ""
        if answer.good:
            await self._room.next_look()
        return answer

    async def _act(self, command: str, done: Callable[[], bool]) -> bool:
        """By key if there is a terminal that works, else on the page; True when it shows."""
        terminal = self._room.terminals.get(self._window)
        if terminal is not None and self._pace.happens(0.7):
            pressed = await self._room.devices.act(terminal, "press", key=_BY_KEY[command])
            if pressed.good and await self._shows(done):
                return True
        answer = await self._page(command)
        if answer.code == "DOUBLE_PRESS":
            await asyncio.sleep(1.0)
        return answer.good and await self._shows(done)

    async def _shows(self, done: Callable[[], bool]) -> bool:
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + _SEEN_WITHIN_S
        while not done():
            if loop.time() > deadline_s:
                return False
            await self._room.next_look()
        return True

    def _state_is(self, *states: str) -> bool:
        return self._room.window(self._window).get("state") in states

    # --- the window's states ---------------------------------------------------------------------------------

    async def _idle(self, waiting: int) -> None:
        back = next((number for number in self._held if number in self._room.back), None)
        if back is not None:
            self._room.back.discard(back)
            self._held.remove(back)
            await self._page("resume", number=back)
        elif waiting > 0:
            await self._pace.rest(2, 7)
            await self._act("call_next", lambda: self._state_is("CALLING", "SERVING"))
        elif self._pace.happens(0.01):
            await self._page("pause", reason=self._pace.one_of(("PAPERS", "MEETING", "OTHER")))
        else:
            await self._pace.rest(1, 3)

    async def _called(self, number: str) -> None:
        for call in range(1, _CALLS + 1):
            if await self._comes(number):
                await self._pace.rest(1, 3)
                await self._act("start", lambda: self._state_is("SERVING"))
                return
            if not self._state_is("CALLING"):
                return
            if call < _CALLS:
                await self._act("recall", lambda: True)
        answer = await self._page("no_show")
        if answer.good:
            self._room.ours.discard(number)
            self._end_seat(number, Outcome.MISSED)
        elif answer.code == "TOO_FEW_CALLS":
            await self._act("recall", lambda: True)

    async def _comes(self, number: str) -> bool:
        """Whether the visitor stands here before it is time to call again. Guests of ours at the screen come soon."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + self._pace.call_interval_s
        guest_s = loop.time() + self._pace.chance.uniform(*_GUEST_COMES_S) / self._pace.speed
        while loop.time() < deadline_s:
            if self._seat(number) is not None:
                return True
            if number not in self._room.ours and loop.time() > guest_s:
                return True
            await self._room.next_look()
        return False

    async def _serve(self, number: str) -> None:
        await asyncio.sleep(self._pace.service_s(number[:1]))
        if not self._state_is("SERVING"):
            return
        if number in self._room.ours and await self._something_else(number):
            return
        if await self._act("finish", lambda: not self._state_is("SERVING")):
            self._room.ours.discard(number)
            self._end_seat(number, Outcome.DONE)

    async def _something_else(self, number: str) -> bool:
        """A paper is missing, or another window is the right one."""
        if self._pace.happens(0.04):
            if (await self._page("hold")).good:
                self._held.append(number)
                self._end_seat(number, Outcome.HELD)
                return True
        elif self._pace.happens(0.05):
            fit = [one for one in self._room.windows() if number[:1] in one.get("services", ())]
            others = [int(one["number"]) for one in fit if one.get("number") != self._window]
            open_ones = [one for one in others if self._room.window(one).get("state") in ("IDLE", "CALLING", "SERVING")]
            if open_ones and (await self._page("transfer", to_window=self._pace.one_of(open_ones))).good:
                self._end_seat(number, Outcome.MOVED)
                return True
        return False

    def _seat(self, number: str) -> Seat | None:
        seat = self._room.seats.get(self._window)
        return seat if seat is not None and seat.number == number else None

    def _end_seat(self, number: str, outcome: Outcome) -> None:
        seat = self._seat(number)
        if seat is not None and not seat.ended.done():
            seat.ended.set_result(outcome)
