"""What halls shall work by: for one, or for all of a city, where most have the same units above them.

Whatever halls share is read and laid together once: the documents of units, the catalogue, and the checks of a plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection

from central.catalogue import rules as catalogue_rules
from central.catalogue import store as catalogue
from central.catalogue.rules import Calendar, Service
from central.plans import rules, store
from central.plans.rules import Document
from central.strict_json import write_json
from hall_config.problems import Problem

Said = tuple[str, str, Document]  # kind and name of an owner, and its word


def wish_of(connection: Connection, hall: str, instead: Said | None = None) -> rules.Wanted:
    """What one hall shall work by; ``instead``: if this owner said this instead of what it says."""
    ((_, wish),) = Wishes(connection, [hall], instead)
    return wish


class Wishes:
    """Gives each of these halls with what it shall work by, and what is wrong with that."""

    def __init__(self, connection: Connection, halls: Collection[str], instead: Said | None = None) -> None:
        self._paths = store.paths_of(connection, halls)
        units = {unit for path in self._paths.values() for unit in store.units_on(path)}
        self._of_units = store.documents(connection, "unit", units)
        self._of_halls = store.documents(connection, "hall", halls)
        self._instead = instead
        said = [*self._of_units.values(), *self._of_halls.values(), *([instead[2]] if instead else [])]
        follows = any(one.from_catalogue for one in said)
        self._offers = _Offers(*catalogue.everything(connection)) if follows else None
        self._shared: dict[str, rules.Wanted] = {}  # by path, for halls that say nothing of their own
        self._checked: dict[str, Problem | None] = {}

    def __iter__(self) -> Iterator[tuple[str, rules.Wanted]]:
        for hall, path in self._paths.items():
            own = hall in self._of_halls or (self._instead is not None and self._instead[:2] == ("hall", hall))
            if own or (self._offers is not None and self._offers.has_own(hall)):
                yield hall, self._laid(hall, path)
                continue
            if path not in self._shared:
                self._shared[path] = self._laid(hall, path)
            yield hall, self._shared[path]

    def problem(self, wish: rules.Wanted) -> Problem | None:
        """The first thing that is wrong with it."""
        text = write_json(wish.parts)
        if text not in self._checked:
            self._checked[text] = next(iter(rules.document_problems(wish.parts)), None)
        return self._checked[text]

    def _laid(self, hall: str, path: str) -> rules.Wanted:
        chain: list[Said] = [("unit", unit, self._of_units.get(unit, Document())) for unit in store.units_on(path)]
        chain.append(("hall", hall, self._of_halls.get(hall, Document())))
        documents = rules.said_instead(chain, self._instead)
        follows = self._offers is not None and any(one.from_catalogue for one in documents)
        return rules.wanted(self._offers.parts(hall, path) if self._offers is not None and follows else {}, documents)


class _Offers:
    """What the catalogue and the calendars give to the plans of halls."""

    def __init__(self, services: list[Service], calendars: Mapping[tuple[str, str], Calendar]) -> None:
        self._services = services
        self._calendars = calendars

    def has_own(self, hall: str) -> bool:
        return ("hall", hall) in self._calendars

    def parts(self, hall: str, path: str) -> dict[str, object]:
        owners = store.units_on(path)[::-1]
        chain = [("hall", hall), *(("unit", owner) for owner in owners)]
        calendars = [self._calendars[one] for one in chain if one in self._calendars]
        offered = catalogue_rules.services([one for one in self._services if one.owner in owners], owners)
        return catalogue_rules.parts_for_plan(calendars, offered)
