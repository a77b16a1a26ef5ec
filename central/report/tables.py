"""Forms, their versions, steps and lines. A step is never changed: the database refuses it. A version that was checked
stays as it is: only one that is still being drawn up is drawn up again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false

from central.schema import tables

UNIT: Final = 40
PERIOD: Final = 7
ACTOR: Final = 40

# From which period on which rule says where a month begins and ends. The newest line of a period counts.
report_rule = Table(
    "report_rule",
    tables,
    Column("id", Integer, primary_key=True),
    Column("since", String(PERIOD), nullable=False),
    Column("rule", String(8), nullable=False),
    Column("set_by", String(ACTOR), nullable=False),
    Column("set_ms", BigInteger, nullable=False),
)

# What a unit itself did, as it was counted last. ``mark`` tells whether anything has happened since.
report_own = Table(
    "report_own",
    tables,
    Column("unit", String(UNIT), primary_key=True),
    Column("period", String(PERIOD), primary_key=True),
    Column("cells", Text, nullable=False),
    Column("counted_ms", BigInteger, nullable=False),
    Index("report_own_by_period", "period"),
)

# For each part of the tree that is counted at once: what there was when it was counted.
report_mark = Table(
    "report_mark",
    tables,
    Column("part", String(UNIT), primary_key=True),
    Column("period", String(PERIOD), primary_key=True),
    Column("mark", String(64), nullable=False),
    Column("counted_ms", BigInteger, nullable=False),
)

report = Table(
    "report",
    tables,
    Column("unit", String(UNIT), primary_key=True),
    Column("period", String(PERIOD), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False),  # of the figures
    Column("step", Integer, nullable=False),  # the last one: whoever moves it says which they saw
    Column("nil", Boolean, nullable=False, server_default=false()),  # 零报告
    Column("preparer", String(ACTOR), nullable=False, server_default=""),
    Column("reviewer", String(ACTOR), nullable=False, server_default=""),
    Column("signer", String(ACTOR), nullable=False, server_default=""),
    Column("sent_ms", BigInteger),
    Column("late", Boolean, nullable=False, server_default=false()),  # once it was late it stays so
    Column("locked_ms", BigInteger),
    Column("changed_ms", BigInteger, nullable=False),
    Index("report_by_period", "period", "state"),
)

report_version = Table(
    "report_version",
    tables,
    Column("unit", String(UNIT), primary_key=True),
    Column("period", String(PERIOD), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("counted", Text, nullable=False),  # what happened in the unit itself, before entries and lines
    Column("own", Text, nullable=False),  # the unit's own part with entries and lines
    Column("total", Text, nullable=False),  # with all below it
    Column("figures", Text, nullable=False),  # every field of the form
    Column("parts", Text, nullable=False),  # unit directly below -> version that went in (0: none), missing, its total
    Column("doubts", Text, nullable=False, server_default="[]"),  # halls of the unit itself whose clock was wrong
    Column("why", String(12), nullable=False),  # the move that made it
    Column("made_by", String(ACTOR), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
)

# What went into a form of a unit below it that had sent none, by what was counted of that unit itself.
report_went_in = Table(
    "report_went_in",
    tables,
    Column("unit", String(UNIT), primary_key=True),
    Column("period", String(PERIOD), primary_key=True),
    Column("form", String(UNIT), primary_key=True),  # the unit whose form it is
    Column("counted", Text, nullable=False),
    Column("added", Text, nullable=False),  # what people added to it: figures typed in, lines
    Column("made_ms", BigInteger, nullable=False),
    Index("report_went_in_form", "form", "period"),
)

report_step = Table(
    "report_step",
    tables,
    Column("unit", String(UNIT), primary_key=True),
    Column("period", String(PERIOD), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(ACTOR), nullable=False),
    Column("part", String(12), nullable=False),
    Column("move", String(12), nullable=False),
    Column("from_state", String(12), nullable=False),
    Column("to_state", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("facts", Text, nullable=False),  # reason code, fields, text: what was said with it
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

report_line = Table(
    "report_line",
    tables,
    Column("id", Integer, primary_key=True),
    Column("unit", String(UNIT), nullable=False),
    Column("period", String(PERIOD), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("code", String(8), nullable=False),
    Column("by", String(40), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("about", String(PERIOD), nullable=False, server_default=""),
    Column("events", Text, nullable=False, server_default="[]"),
    Column("evidence", String(120), nullable=False, server_default=""),
    Column("actor", String(ACTOR), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("taken_by", String(ACTOR), nullable=False, server_default=""),
    Column("taken_ms", BigInteger),
    Index("report_line_of_form", "period", "unit"),
)

report_note = Table(
    "report_note",
    tables,
    Column("id", Integer, primary_key=True),
    Column("unit", String(UNIT), nullable=False),
    Column("period", String(PERIOD), nullable=False),
    Column("rule", String(16), nullable=False),
    Column("text", String(400), nullable=False),
    Column("actor", String(ACTOR), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("report_note_of_form", "period", "unit"),
)

# A unit below that did not hand in its form: signed for by name (缺报), one line each time; the newest counts.
report_missing = Table(
    "report_missing",
    tables,
    Column("id", Integer, primary_key=True),
    Column("unit", String(UNIT), nullable=False),  # which goes on without it
    Column("period", String(PERIOD), nullable=False),
    Column("lower", String(UNIT), nullable=False),
    Column("missing", Boolean, nullable=False),  # false: taken back
    Column("reason", String(400), nullable=False),
    Column("actor", String(ACTOR), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("report_missing_of_form", "period", "unit"),
)

# 更正单: what a locked form should have said; in force when the city has approved it.
report_slip = Table(
    "report_slip",
    tables,
    Column("id", Integer, primary_key=True),
    Column("unit", String(UNIT), nullable=False),
    Column("period", String(PERIOD), nullable=False),
    Column("code", String(8), nullable=False),
    Column("old", String(40), nullable=False),
    Column("new", String(40), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("proposer", String(ACTOR), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("decided_by", String(ACTOR), nullable=False, server_default=""),
    Column("decided_ms", BigInteger),
    Column("approved", Boolean),
    Index("report_slip_of_form", "period", "unit"),
)

# The yearly form of a unit, made of its twelve locked periods; from then on only its notes change.
report_year = Table(
    "report_year",
    tables,
    Column("unit", String(UNIT), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("figures", Text, nullable=False),
    Column("periods", Text, nullable=False),  # period -> version that went in
    Column("made_by", String(ACTOR), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
)
