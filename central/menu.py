"""What stands in the head of each page: the pages that a person may open, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width

from central.accounts.permissions import Act, Role, may

# what one row of the head holds beside the brand and the person on a screen of 1024 px (central.css: .top nav)
_ROW_PX: Final = 610
_WIDE_PX, _NARROW_PX, _AROUND_PX = 15, 7.6, 22


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, the words it is called by (under ``central``), and the act that its reader may do."""

    path: str
    words: str
    act: Act


MENU: Final = (  # what is wanted every day comes first: whatever the row does not hold stands under "more"
    Entry("/", "page.live", Act.LOOK),
    Entry("/figures", "page.figures", Act.LOOK),
    Entry("/alarms", "alarms.title", Act.LOOK),
    Entry("/fleet", "fleet.title", Act.LOOK),
    Entry("/appointments", "appointments.title", Act.LOOK),
    Entry("/aid", "aid_desk.title", Act.AID_WORK),
    Entry("/aid/objections", "aid_desk.objections", Act.AID_OBJECTIONS),
    Entry("/matters", "matters.title", Act.MATTERS_WORK),
    Entry("/ratings", "ratings.title", Act.RATING_WORK),
    Entry("/ratings/rates", "ratings.rates", Act.RATING_SEE),
    Entry("/ratings/mine", "ratings.mine", Act.RATING_OWN),
    Entry("/lawyers", "lawyers.title", Act.AID_WORK),
    Entry("/firm", "lawyers.firm_cases", Act.AID_FIRM),
    Entry("/report", "report_pages.menu", Act.REPORT_SEE),
    Entry("/report/room", "report_room.title", Act.REPORT_ENTER),
    Entry("/places", "place.menu", Act.LOOK),
    Entry("/plans", "plans.title", Act.LOOK),
    Entry("/aid/papers", "aid_papers.title", Act.AID_SETTINGS),
    Entry("/rest-days", "rest_days.title", Act.AID_SETTINGS),
    Entry("/calendars", "calendars.title", Act.KEEP_CATALOGUE),
    Entry("/catalogue", "catalogue.title", Act.KEEP_CATALOGUE),
    Entry("/controllers", "manage.controllers", Act.ENROL_HALLS),
    Entry("/units", "manage.units", Act.MANAGE_UNITS),
    Entry("/accounts", "manage.accounts", Act.MANAGE_ACCOUNTS),
    Entry("/audit", "manage.audit", Act.READ_AUDIT),
    Entry("/imports", "imports.title", Act.MANAGE_UNITS),
    Entry("/imports", "imports.title", Act.MANAGE_ACCOUNTS),
    Entry("/imports", "imports.title", Act.OUTSIDE_FIGURES),  # nobody may do two of these: who keeps what is kept apart
)


def menu_of(roles: Iterable[Role]) -> list[Entry]:
    """What somebody with these roles is shown."""
    held = frozenset(roles)
    return [entry for entry in MENU if may(held, entry.act)]


def in_one_row(menu: list[Entry], names: list[str]) -> tuple[list[Entry], list[Entry]]:
    """The entries that stand in the head, called by these names, and those that stand under "more"."""
    left = float(_ROW_PX)
    for place, name in enumerate(names):
        left -= _AROUND_PX + sum(_WIDE_PX if east_asian_width(one) in "WF" else _NARROW_PX for one in name)
        if left < 0:
            return menu[:place], menu[place:]
    return menu, []
