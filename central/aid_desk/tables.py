"""How often somebody looks people up, and how the list of work is found among all cases.

The indexes stand here beside the statements that need them; ``aid/tables.py`` holds the table itself.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, text

from central.aid.tables import aid_case, aid_step
from central.schema import tables

# Look-ups of one person since the hour that began with the first of them.
aid_lookup = Table(
    "aid_lookup",
    tables,
    Column("actor", String(40), primary_key=True),
    Column("from_ms", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
)

_case: Final = aid_case.c
# The list of a city or a district goes through all live cases by their limits, whose unit does not matter.
Index("aid_case_due_anywhere", _case.live, _case.due_ms, _case.id)
# Cases that are over, the newest first, of one unit and of all.
Index("aid_case_of_state", _case.unit, _case.state, _case.changed_ms, _case.id)
Index("aid_case_of_state_anywhere", _case.state, _case.changed_ms, _case.id)
# What one person works on, and what goes ahead of the rest: few among many.
Index(
    "aid_case_owned", _case.owner, _case.due_ms, _case.id,
    sqlite_where=text("live = 1 AND owner <> ''"), postgresql_where=text("live AND owner <> ''"),
)  # fmt: skip
Index(
    "aid_case_first", _case.due_ms, _case.id,
    sqlite_where=text("live = 1 AND (urgent OR military)"), postgresql_where=text("live AND (urgent OR military)"),
)  # fmt: skip
# Where a lawyer at work came into a conflict of interest.
Index(
    "aid_case_conflict", _case.due_ms, _case.id,
    sqlite_where=text("live = 1 AND conflict <> ''"), postgresql_where=text("live AND conflict <> ''"),
)  # fmt: skip
# Which cases were ever objected to: the bureau sees those.
_OBJECTIONS: Final = text("move = 'OBJECT'")
Index("aid_step_objections", aid_step.c["case"], postgresql_where=_OBJECTIONS, sqlite_where=_OBJECTIONS)
