"""The decision that an objection on paper is against, by what stands on it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, select

from central.aid.tables import aid_case
from central.aid_desk.store import Reach
from central.aid_papers import store as papers
from central.aid_papers.tables import aid_document

DECISIONS = ("F10", "F18")  # a refusal, a termination
Numbers = Collection[str]


def decided(connection: Connection, units: Reach, numbers: Numbers) -> list[RowMapping]:
    """Cases by the number of such a decision, of the case or of its receipt; the one that changed last first."""
    table, document = aid_case, aid_document.c
    by_paper = select(document["case"]).where(document.number.in_(numbers), document.form.in_(DECISIONS))
    by_case = select(table.c.id).where(table.c.number.in_(numbers))
    by_receipt = select(table.c.id).where(table.c.receipt.in_(numbers))
    ids = by_paper.union(by_case, by_receipt)
    of_units = [] if units is None else [table.c.unit.in_(units)]
    statement = select(table).where(table.c.id.in_(ids), *of_units).order_by(table.c.changed_ms.desc(), table.c.id)
    return list(connection.execute(statement).mappings())


def last_decision(connection: Connection, case: str) -> RowMapping | None:
    """The refusal or termination that holds."""
    found = [row for row in papers.documents(connection, case) if row["form"] in DECISIONS and row["voided_ms"] is None]
    return found[-1] if found else None
