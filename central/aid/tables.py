"""Cases, their steps, the people in them, what was handed in, and who does the work.

Who somebody is and what their matter is about stands in sealed columns only. People are found again by blind indexes of
their ID number and name; a case by its number. A step is never changed or taken out: the database refuses it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false, true

from central.keeping.sealed_columns import SealedColumn
from central.schema import tables

CASE_ID: Final = 16

aid_case = Table(
    "aid_case",
    tables,
    Column("id", String(CASE_ID), primary_key=True),
    Column("unit", String(40), nullable=False),  # whose case it is: the centre
    Column("receipt", String(80), unique=True),  # provisional, of a hall or of the web
    Column("number", String(80), unique=True),  # official, gapless in its unit and year
    Column("code_hash", String(64), unique=True),  # of the applicant's code
    Column("state", String(20), nullable=False),
    Column("matter", String(12), nullable=False),
    Column("nature", String(16), nullable=False),
    Column("aid_form", String(8), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("basis", String(24), nullable=False, server_default=""),  # how hardship was settled
    Column("presumed", String(8), nullable=False, server_default=""),
    Column("groups", String(120), nullable=False, server_default=""),  # codes with a space between them
    Column("channel", String(16), nullable=False),
    Column("hall", String(40)),
    Column("ticket", String(30)),  # day and number, where it began at a hall
    Column("urgent", Boolean, nullable=False, server_default=false()),  # 法律援助法 44
    Column("aided_first", Boolean, nullable=False, server_default=false()),  # 先行提供
    Column("military", Boolean, nullable=False, server_default=false()),  # 军人地位和权益保障法 61
    Column("identified", Boolean, nullable=False, server_default=true()),  # false: to be shown before a grant
    Column("detained", Boolean, nullable=False, server_default=false()),
    Column("proposed", Boolean, nullable=False, server_default=false()),  # a decision is, on what is known now (F08)
    Column("sealed", SealedColumn, nullable=False),  # the application, or an organ's notice
    Column("owner", String(40), nullable=False, server_default=""),  # who works on it now
    Column("reviewer", String(40), nullable=False, server_default=""),
    Column("approver", String(40), nullable=False, server_default=""),
    Column("ground", String(40), nullable=False, server_default=""),  # of the refusal or termination
    Column("before", String(20), nullable=False, server_default=""),  # the state that an ended or objected case had
    Column("received_ms", BigInteger),
    Column("decided_ms", BigInteger),
    Column("closed_ms", BigInteger),
    Column("made_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("due_ms", BigInteger),  # the nearest of its limits
    Column("due_rule", String(24)),
    Column("live", Boolean, nullable=False, server_default=true()),  # false once its state is an end
    Column("conflict", String(8), nullable=False, server_default=""),  # of the lawyer at work, to be settled
    Index("aid_case_by_due", "unit", "live", "due_ms", "id"),
    Index("aid_case_by_change", "unit", "changed_ms"),
)

# What happened, one line a move, each with the hash of the one before.
aid_step = Table(
    "aid_step",
    tables,
    Column("case", String(CASE_ID), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),  # an account, or whose part it was: applicant, hall
    Column("capacity", String(16), nullable=False),
    Column("unit", String(200), nullable=False),  # path of the actor's unit
    Column("source", String(60), nullable=False),  # where it was done from
    Column("move", String(24), nullable=False),
    Column("from_state", String(20), nullable=False),
    Column("to_state", String(20), nullable=False),
    Column("form", String(40), nullable=False),  # forms that were made, with a space between them
    Column("facts", String(2000), nullable=False),  # codes and days as JSON, never a person's
    Column("sealed", SealedColumn),  # texts of people: a reason, what a call said, the application before and after
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# Everybody in a case, to find them by number or name, and for the conflict check.
aid_party = Table(
    "aid_party",
    tables,
    Column("case", String(CASE_ID), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("role", String(12), nullable=False),  # APPLICANT, AGENT, OPPOSING
    Column("id_mark", String(64), index=True),
    Column("name_mark", String(64), nullable=False, index=True),
    Column("gone", Boolean, nullable=False, server_default=false()),  # corrected since; still counts in conflicts
)

# Papers and pictures: handed in, uploaded, taken by a camera. Kept as they were cleaned, sealed.
aid_file = Table(
    "aid_file",
    tables,
    Column("id", String(CASE_ID), primary_key=True),
    Column("case", String(CASE_ID), nullable=False, index=True),
    Column("kind", String(24), nullable=False),  # PAPER, SIGNATURE, JUDGMENT, AGREEMENT, REPORT, EVIDENCE, LETTER
    Column("title", SealedColumn),
    Column("type", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", SealedColumn, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("by", String(80), nullable=False),
    Column("source", String(12), nullable=False),  # DESK, CAMERA, APPLICANT, FIRM, ORGAN
)

# Gaps that a supplement notice named; a second notice may name none that could be seen before.
aid_gap = Table(
    "aid_gap",
    tables,
    Column("case", String(CASE_ID), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("notice", Integer, nullable=False),  # the step that asked
    Column("kind", String(24), nullable=False),  # a code, or OTHER with a text
    Column("sealed", SealedColumn),
    Column("filled_ms", BigInteger),
)

# A lawyer at work for a recipient. One is live in a case at a time.
aid_assignment = Table(
    "aid_assignment",
    tables,
    Column("id", String(CASE_ID), primary_key=True),
    Column("case", String(CASE_ID), nullable=False, index=True),
    Column("lawyer", String(64), nullable=False, index=True),  # the mark of the register
    Column("firm_code", String(18), nullable=False, index=True),
    Column("provisional", Boolean, nullable=False, server_default=false()),  # before the decision (法律援助法 44)
    Column("reasons", String(1000), nullable=False),  # why this one, as JSON of codes
    Column("chosen_by", String(40), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("accepted_ms", BigInteger),
    Column("engaged_ms", BigInteger),
    Column("until_ms", BigInteger),
    Column("ended_how", String(24)),
    Column("live_case", String(CASE_ID), unique=True),  # the case while it is live: one at a time
)

# Applications and parts of pages as halls sent them, sealed for central and not opened yet (``from_halls.py``).
aid_arrival = Table(
    "aid_arrival",
    tables,
    Column("receipt", String(80), primary_key=True),
    Column("page", Integer, primary_key=True, autoincrement=False),  # 0: the application itself
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("hall", String(40), nullable=False),
    Column("parts", Integer, nullable=False),
    Column("facts", String(1000), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("taken", Boolean, nullable=False, server_default=false()),
    Column("problem", String(40), nullable=False, server_default=""),  # why it could not be taken, for the alarm
    Index("aid_arrival_waiting", "taken", "receipt"),
)
