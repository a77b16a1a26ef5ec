"""Catalogue, calendars, appointments, tickets from a phone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _catalogue()
    _appointments()
    _phone()


def _catalogue() -> None:
    op.create_table(
        "service_entry",
        sa.Column("owner", sa.String(40), primary_key=True),
        sa.Column("letter", sa.String(1), primary_key=True),
        sa.Column("name_zh", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("about_zh", sa.String(400), nullable=False),
        sa.Column("about_en", sa.String(400), nullable=False),
        sa.Column("papers_zh", sa.String(400), nullable=False),
        sa.Column("papers_en", sa.String(400), nullable=False),
        sa.Column("average_service_s", sa.Integer, nullable=False),
        sa.Column("by_appointment", sa.Boolean, nullable=False),
        sa.Column("from_phones", sa.Boolean, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "calendar",
        sa.Column("kind", sa.String(4), primary_key=True),
        sa.Column("owner", sa.String(40), primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.String(40), nullable=False),
    )
    op.create_table(
        "hall_place",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("address_zh", sa.String(120), nullable=False),
        sa.Column("address_en", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("latitude_micro", sa.Integer),
        sa.Column("longitude_micro", sa.Integer),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
    )


def _appointments() -> None:
    op.create_table(
        "slot_offer",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("service", sa.String(1), primary_key=True),
        sa.Column("slot_minutes", sa.Integer, nullable=False),
        sa.Column("places", sa.Integer, nullable=False),
        sa.Column("days_ahead", sa.Integer, nullable=False),
        sa.Column("notice_minutes", sa.Integer, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("hall", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("minute", sa.Integer, nullable=False),
        sa.Column("service", sa.String(1), nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("phone_hash", sa.String(64), nullable=False, index=True),
        sa.Column("phone_tail", sa.String(4), nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("number", sa.String(12)),
        sa.Column("late", sa.Boolean),
    )
    op.create_index("appointment_by_day", "appointment", ["hall", "day"])
    op.create_table(
        "appointment_list",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("order", sa.String(36)),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("problem", sa.String(40), nullable=False),
    )


def _phone() -> None:
    op.create_table(
        "phone_ticket",
        sa.Column("order", sa.String(36), primary_key=True),
        sa.Column("hall", sa.String(40), nullable=False),
        sa.Column("service", sa.String(1), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("asked_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("phone_ticket_by_hall", "phone_ticket", ["hall", "asked_ms"])
