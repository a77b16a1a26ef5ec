"""Which cell of the form a ticket, a record of a service or another event of a hall belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from central.units.rules import Level
from hall.appointments.words import AppointmentCheckedIn
from hall.intake.codes import Channel
from hall.intake.words import ApplicationSubmitted
from hall.opinions.words import OpinionGiven
from hall.queue.state import TicketState
from hall.queue.words import Priority
from hall.record.words import AnsweredBy, Field, Group

ENDS: Final[Mapping[TicketState, str]] = {
    TicketState.DONE: "A11", TicketState.NO_SHOW: "A12", TicketState.CANCELLED: "A13", TicketState.EXPIRED: "A14",
}  # fmt: skip
PRIORITIES: Final[Mapping[Priority, str]] = {
    Priority.ELDER: "A17", Priority.DISABLED: "A18", Priority.MILITARY: "A19",
}  # fmt: skip
OTHER_PRIORITY: Final = "A20"
SERVICES: Final = {letter: f"A{30 + place}" for place, letter in enumerate("ABCDEFGHJKLT")}
OTHER_SERVICE: Final = "A41X"
ADVICE: Final = "A"
LONG_WAIT_S: Final = 30 * 60
TIERS: Final = {Level.CITY: "A50", Level.DISTRICT: "A50", Level.STREET: "A51", Level.VILLAGE: "A52"}
FIELDS: Final = dict(zip(Field, (f"B{n}" for n in range(11, 23)), strict=True))
ANSWERED: Final = dict(zip(AnsweredBy, (f"B{n}" for n in range(31, 36)), strict=True))
GROUPS: Final = dict(zip(Group, (f"B{n}" for n in range(41, 47)), strict=True))
ON_SITE: Final = "A02"  # 人次 at windows, before it is known at which tier they stand
_DAY: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def tallied(event: object) -> tuple[str, tuple[str, ...]] | None:
    """The day that an event of a hall belongs to and the cells in which it counts one; None for one that is no cell.

    A kiosk served somebody when it delivered something: an application that was handed in, an opinion that was given.
    """
    match event:
        case AppointmentCheckedIn(day=day, late=False):
            return day, ("A15",)
        case OpinionGiven(day=day, channel="KIOSK"):
            return day, ("P16", "A03")
        case OpinionGiven(day=day):
            return day, ("P16",)
        case ApplicationSubmitted(day=day, channel=Channel.KIOSK):
            return day, ("A03",)
    return None


def is_day(text: str) -> bool:
    """Whether a hall's word can be a day: what it says of its calendar is as good as its clock."""
    return _DAY.fullmatch(text) is not None
