"""What is known of a lawyer beside who they are, how their state changed, whose turn it is, and who speaks for a firm.

Everything goes by the register's mark of a licence; no row here says who it is.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, false

from central.schema import tables

lawyer_facts = Table(
    "lawyer_facts",
    tables,
    Column("mark", String(64), primary_key=True),
    Column("specialities", String(80), nullable=False, server_default=""),  # codes with a space between them
    Column("first_year", Integer),  # of practice, as the licence says it
    Column("languages", String(200), nullable=False, server_default=""),
    Column("knows_minors", Boolean, nullable=False, server_default=false()),
    Column("criminal_since", String(7)),  # YYYY or YYYY-MM
    Column("state_as_of_ms", BigInteger, nullable=False),
    Column("suspended_from", String(10)),
    Column("suspended_to", String(10)),
    Column("changed_ms", BigInteger, nullable=False),
)

# Each state that a lawyer was told to be in; the database refuses to change or take out a row.
lawyer_status = Table(
    "lawyer_status",
    tables,
    Column("mark", String(64), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("as_of_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("how", String(8), nullable=False),
    Column("evidence", String(20), nullable=False),
    Column("document", String(60), nullable=False),  # number of the decision
    Column("suspended_from", String(10)),
    Column("suspended_to", String(10)),
    Column("by", String(80), nullable=False),
    Column("cases", Integer, nullable=False),  # how many live cases lost their lawyer by it
)

firm_account = Table(
    "firm_account",
    tables,
    Column("account", String(40), primary_key=True),
    Column("firm_code", String(18), nullable=False, index=True),
    Column("unit", String(40), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("by", String(40), nullable=False),
)

aid_rota = Table(
    "aid_rota",
    tables,
    Column("day", String(10), primary_key=True),
    Column("lawyer", String(64), primary_key=True),  # in one unit a day: nobody is in two places
    Column("unit", String(40), nullable=False),
    Column("n", Integer, nullable=False),  # whose turn is first
    Index("aid_rota_by_unit", "unit", "day"),
)
