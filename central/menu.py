"""What stands in the head of each page: the pages that a person may open, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from central.accounts.permissions import Act, Role, may


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, the words it is called by (under ``central``), and the act that its reader may do."""

    path: str
    words: str
    act: Act


MENU: Final = (
    Entry("/", "page.live", Act.LOOK),
    Entry("/figures", "page.figures", Act.LOOK),
    Entry("/appointments", "appointments.title", Act.LOOK),
    Entry("/places", "place.menu", Act.LOOK),
    Entry("/aid", "aid_desk.title", Act.AID_WORK),
    Entry("/aid/objections", "aid_desk.objections", Act.AID_OBJECTIONS),
    Entry("/matters", "matters.title", Act.MATTERS_WORK),
    Entry("/lawyers", "lawyers.title", Act.AID_WORK),
    Entry("/firm", "lawyers.firm_cases", Act.AID_FIRM),
    Entry("/alarms", "alarms.title", Act.LOOK),
    Entry("/fleet", "fleet.title", Act.LOOK),
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
    Entry("/imports", "imports.title", Act.MANAGE_ACCOUNTS),  # nobody may do both: administrators are kept apart
)


def menu_of(roles: Iterable[Role]) -> list[Entry]:
    """What somebody with these roles is shown."""
    held = frozenset(roles)
    return [entry for entry in MENU if may(held, entry.act)]
