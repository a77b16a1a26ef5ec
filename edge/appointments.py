"""Who has which appointment, as far as this controller must know: keyed hashes, never a name, number or phone.

The list of a day comes with codes, the last digits of phones and perhaps card numbers; each is turned into a hash
under a key of that day's list at once and forgotten. So check-in works without central, and a copied disk names nobody.
Codes of the past are dropped with their day.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from edge.journal import Journal
from hall.appointments.marks import Kind, mark_of, plain_code

_NAME: Final = "appointments"


@dataclass(frozen=True, slots=True)
class Bearer:
    """By what somebody may check in for one appointment."""

    appointment: str
    code: str | None = None
    phone_tail: str | None = None
    card_number: str | None = None


class Keeping(Protocol):
    """Values kept with the journal."""

    def meta(self, name: str, make: Callable[[], Any]) -> Any: ...

    def keep_meta(self, name: str, value: Any) -> None: ...


class KeptByLoop:
    """`Keeping` for whoever has the loop and no door."""

    def __init__(self, on_journal: Callable[[Callable[[Journal], Any]], Any]) -> None:
        self._on_journal = on_journal

    def meta(self, name: str, make: Callable[[], Any]) -> Any:
        found = self._on_journal(lambda journal: journal.read_meta(name))
        return make() if found is None else found

    def keep_meta(self, name: str, value: Any) -> None:
        self._on_journal(lambda journal: journal.write_meta(name, value))


class AppointmentBook:
    """The hashes by day."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    def set_day(self, day: str, bearers: Iterable[Bearer], today: str) -> None:
        """The list of that day, in place of the one before."""
        key = secrets.token_hex(16)
        marks: dict[str, list[str]] = {}
        for bearer in bearers:
            for kind, value in _named(bearer):
                marks.setdefault(mark_of(key, kind, value), []).append(bearer.appointment)
        self._keep(day, {"key": key, "marks": marks}, today)

    def take_marks(self, day: str, key: str, marks: Mapping[str, Iterable[str]], revision: int, today: str) -> None:
        """The list of that day as central made it: hashes only, by appointment; ``revision`` grows with each."""
        by_mark: dict[str, list[str]] = {}
        for appointment, own in marks.items():
            for mark in own:
                by_mark.setdefault(mark, []).append(appointment)
        self._keep(day, {"key": key, "marks": by_mark, "revision": revision}, today)

    def revision(self, day: str) -> int:
        """Of the list that central sent last for that day; 0 for none, and for one that was handed in here."""
        return int(self._days().get(day, {}).get("revision", 0))

    def _keep(self, day: str, listed: dict[str, Any], today: str) -> None:
        days = {kept: known for kept, known in self._days().items() if kept >= today and kept != day}
        self._keeping.keep_meta(_NAME, {**days, day: listed})

    def by_code(self, day: str, code: str) -> list[str]:
        """The appointments of that code: one, or none."""
        return self._find(day, "code", plain_code(code))

    def by_phone_tail(self, day: str, tail: str) -> list[str]:
        """All whose phone number ends so."""
        return self._find(day, "phone", tail)

    def by_card(self, day: str, number: str) -> list[str]:
        """All of that card."""
        return self._find(day, "card", number.upper())

    def _find(self, day: str, kind: Kind, value: str) -> list[str]:
        listed = self._days().get(day)
        return list(listed["marks"].get(mark_of(listed["key"], kind, value), ())) if listed else []

    def _days(self) -> dict[str, Any]:
        days: dict[str, Any] = self._keeping.meta(_NAME, dict)
        return days


def _named(bearer: Bearer) -> Iterable[tuple[Kind, str]]:
    if bearer.code:
        yield "code", plain_code(bearer.code)
    if bearer.phone_tail:
        yield "phone", bearer.phone_tail
    if bearer.card_number:
        yield "card", bearer.card_number.upper()
