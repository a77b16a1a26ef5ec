"""One visitor: takes a number, waits, comes when called, is served, perhaps says how it was, and leaves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from simulators.day.pace import Pace
from simulators.day.room import Outcome, Room, Seat
from simulators.people import person

_SLIP_WITHIN_S: Final = 12.0  # of the machine's own time: a card is read and a slip printed in a second or two
_ELDER_BORN_BEFORE: Final = "19610101"
_PRIORITIES: Final = ("DISABLED", "MILITARY", "PREGNANT", "INFANT")
_GRADES: Final = ((5, 4, 3, 2, 1), (70.0, 20.0, 6.0, 3.0, 1.0))
_NOT_SUSPECT_S: Final = 2.5  # of the hall's own time, however fast the people are: what is rated sooner is marked
_DISAPPOINTED: Final = 2  # the second one to rate, so that a short look sees what follows a bad rating
_BAD_REASONS: Final = ("ATTITUDE", "SLOW", "NOT_TOLD_AT_ONCE", "EXTRA_PAPERS")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ticket:
    number: str
    token: str | None


class Visitor:
    """``card`` is the number of a made-up person's ID card, ``visitor-<card>`` of the tray."""

    def __init__(self, room: Room, pace: Pace, card: int) -> None:
        self._room = room
        self._pace = pace
        self._card = f"visitor-{card}"
        known = person(self._card)
        self._elder = known is not None and known.fields["birth"] < _ELDER_BORN_BEFORE
        self._service = ""

    async def visit(self) -> None:
        """From the door to the door."""
        await self._pace.rest(2, 10)
        services = self._room.open_services()
        if not services:
            return
        weights = [{"A": 4.0, "B": 2.5, "C": 1.5, "D": 2.0}.get(letter, 0.7) for letter in services]
        self._service = self._pace.one_of(services, weights)
        async with self._room.machine:
            ticket = await self._take_ticket()
        if ticket is None:
            return
        self._room.ours.add(ticket.number)
        if self._pace.happens(0.06):
            await self._leave_early(ticket)
            return
        await self._until_served(ticket)
        if ticket.token is not None and self._pace.happens(0.65):
            await self._rate(ticket.token)

    # --- at the machine --------------------------------------------------------------------------------------

    async def _take_ticket(self) -> Ticket | None:
        await self._pace.rest(4, 14)
        if self._pace.happens(0.8 if self._elder else 0.5):
            ticket = await self._with_card()
            if ticket is not None:
                return ticket
        return await self._by_touch()

    async def _with_card(self) -> Ticket | None:
        """Touch the class (most do), lay the card on the reader, take the slip."""
        reader = self._room.ids.get("reader")
        if reader is None or "printer" not in self._room.ids:
            return None
        before = self._room.newest_paper()
        if self._pace.happens(0.85):
            await self._room.pages.choose(self._service)
        if not (await self._room.devices.act(reader, "tap_card", person=self._card, stay_s=1.5)).good:
            return None
        return await self._slip(before, None)

    async def _by_touch(self) -> Ticket | None:
        priority = self._pace.one_of(_PRIORITIES) if self._pace.happens(0.05) else None
        before = self._room.newest_paper()
        answer = await self._room.pages.take_ticket(self._service, priority)
        if not answer.good:
            log.info("visitor.refused", code=answer.code)
            return None
        number, token = str(answer.body["number"]), str(answer.body["token"])
        if "printer" in self._room.ids:
            await self._slip(before, number)
        return Ticket(number, token)

    async def _slip(self, before: int, number: str | None) -> Ticket | None:
        """Wait for the paper and tear it off; None when none came."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + _SLIP_WITHIN_S
        while loop.time() < deadline_s:
            slip = self._room.slip_after(before, number)
            if slip is not None:
                await self._pace.rest(1, 3)
                await self._room.devices.act(self._room.ids["printer"], "tear")
                return Ticket(slip.number, slip.token)
            await self._room.next_look()
        return None

    # --- waiting and being served ----------------------------------------------------------------------------

    async def _leave_early(self, ticket: Ticket) -> None:
        """Some go home: a few say so on the machine, most just go and are called in vain."""
        await self._pace.rest(60, 400)
        if ticket.token is not None and self._pace.happens(0.3):
            await self._room.pages.give_up(ticket.token)

    async def _until_served(self, ticket: Ticket) -> None:
        leaving: int | None = None  # a window whose sign may still show the number after a transfer
        while True:
            window = await self._until_called(ticket, leaving)
            if window is None:
                return
            slow = self._elder or self._pace.happens(0.08)
            await self._pace.rest(*((8, 22) if slow else (3, 9)))
            outcome = await self._sit_down(ticket, window)
            match outcome:
                case Outcome.DONE | Outcome.MISSED:
                    return
                case Outcome.MOVED:
                    leaving = window
                case Outcome.HELD:
                    await self._pace.rest(60, 180)
                    self._room.back.add(ticket.number)
                    leaving = None

    async def _until_called(self, ticket: Ticket, leaving: int | None) -> int | None:
        """The window; None when this ticket's day is over."""
        while True:
            window = self._room.window_calling(ticket.number)
            if window is None:
                leaving = None
            elif window != leaving:
                return window
            if ticket.number not in self._room.ours:
                return None
            await self._room.next_look()

    async def _sit_down(self, ticket: Ticket, window: int) -> Outcome:
        ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        seat = Seat(ticket.number, ended)
        self._room.seats[window] = seat
        try:
            return await ended
        finally:
            if self._room.seats.get(window) is seat:
                del self._room.seats[window]

    async def _rate(self, token: str) -> None:
        await self._pace.rest(2, 8)
        await asyncio.sleep(_NOT_SUSPECT_S)
        self._room.rated += 1
        grade = 2 if self._room.rated == _DISAPPOINTED else self._pace.one_of(*_GRADES)
        reasons = [self._pace.one_of(_BAD_REASONS)] if grade <= 2 else []
        answer = await self._room.pages.rate(token, grade, reasons)
        if not answer.good:
            log.info("visitor.rating_refused", code=answer.code)
