"""Slots that halls offer, the appointments in them, and which list of which day each hall holds.

A phone number stands nowhere in clear: a keyed hash finds it again, four digits are left to check in by. Where a bureau
has visitors reminded, it stands sealed beside each reminder that has not been sent yet, and goes with it. The code that
the visitor gets is made of the id by a key that is not in the store.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table

from central.keeping.sealed_columns import SealedColumn
from central.schema import tables

slot_offer = Table(
    "slot_offer",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("service", String(1), primary_key=True),
    Column("slot_minutes", Integer, nullable=False),
    Column("places", Integer, nullable=False),
    Column("days_ahead", Integer, nullable=False),
    Column("notice_minutes", Integer, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

appointment = Table(
    "appointment",
    tables,
    Column("id", String(20), primary_key=True),
    Column("hall", String(40), nullable=False),
    Column("day", String(10), nullable=False),
    Column("minute", Integer, nullable=False),
    Column("service", String(1), nullable=False),
    Column("persons", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("phone_hash", String(64), nullable=False, index=True),
    Column("phone_tail", String(4), nullable=False),
    Column("made_by", String(40), nullable=False),  # visitor, or the name of an account
    Column("made_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("number", String(12)),  # of the ticket that it became
    Column("late", Boolean),
    Index("appointment_by_day", "hall", "day"),
)

appointment_list = Table(
    "appointment_list",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("held", Integer, nullable=False),  # the revision that the hall has confirmed
    Column("sent", Integer, nullable=False),  # the revision that the order carries
    Column("order", String(36)),
    Column("epoch", String(64), nullable=False),  # the hall's journal when it was sent: another disk lacks it
    Column("problem", String(40), nullable=False),  # why the hall refused the revision that was sent
)

# What is still to be sent, and to whom. A row goes when it was sent, given up, or is no longer wanted.
reminder_due = Table(
    "reminder",
    tables,
    Column("appointment", String(20), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("hall", String(40), nullable=False),
    Column("day", String(10), nullable=False),  # of the appointment
    Column("phone", SealedColumn, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),  # later it says nothing any more
    Column("attempts", Integer, nullable=False),
    Index("reminder_by_time", "next_ms"),
)
