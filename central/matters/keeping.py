"""How long records are kept: each group of kinds as a topic of retention, people and steps with their record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, select

from central.aid_papers.tables import aid_delivery, aid_document
from central.matters.tables import matter, matter_party, matter_step, visit_slot
from central.matters.words import Kind


@dataclass(frozen=True, slots=True)
class AgedMatters:
    """Closed records of some kinds; one that is open has no age. Their documents go with them."""

    kinds: tuple[Kind, ...]

    def count(self, connection: Connection, before: int) -> int:
        found = select(func.count()).select_from(matter).where(self._old(before))
        return int(connection.execute(found).scalar_one()) + len(self._ledgers(connection, before))

    def delete(self, connection: Connection, before: int) -> int:
        """The record goes before its steps: the database lets a step go only behind it."""
        old = list(connection.execute(select(matter.c.id).where(self._old(before))).scalars())
        for start in range(0, len(old), 500):
            these = old[start : start + 500]
            connection.execute(delete(matter_party).where(matter_party.c.matter.in_(these)))
            connection.execute(delete(visit_slot).where(visit_slot.c.matter.in_(these)))
            _delete_papers(connection, aid_document.c.matter.in_(these))
            connection.execute(delete(matter).where(matter.c.id.in_(these)))
            connection.execute(delete(matter_step).where(matter_step.c.matter.in_(these)))
        ledgers = self._ledgers(connection, before)
        for start in range(0, len(ledgers), 500):
            _delete_papers(connection, aid_document.c.id.in_(ledgers[start : start + 500]))
        return len(old) + len(ledgers)

    def _ledgers(self, connection: Connection, before: int) -> list[str]:
        """Ledgers of duty lawyers name the people of their records and are kept as long as those."""
        if Kind.DUTY_HELP not in self.kinds:
            return []
        table = aid_document
        own = (table.c.case == "", table.c.matter.is_(None), table.c.made_ms < before)
        return list(connection.execute(select(table.c.id).where(*own)).scalars())

    def _old(self, before: int) -> ColumnElement[bool]:
        return (matter.c.closed_ms < before) & matter.c.kind.in_([kind.value for kind in self.kinds])


def _delete_papers(connection: Connection, those: ColumnElement[bool]) -> None:
    inside = select(aid_document.c.id).where(those)
    connection.execute(delete(aid_delivery).where(aid_delivery.c.document.in_(inside)))
    connection.execute(delete(aid_document).where(those))


_SHORT: Final = (Kind.ADVICE, Kind.LAWYER_GUIDE, Kind.RESETTLEMENT, Kind.EXAM, Kind.INFORMATION)
_LONG: Final = tuple(kind for kind in Kind if kind not in (*_SHORT, Kind.VISIT))
MATTERS: Final = {
    "matter_advice": AgedMatters(_SHORT),
    "matter_visit": AgedMatters((Kind.VISIT,)),
    "matter": AgedMatters(_LONG),
}
