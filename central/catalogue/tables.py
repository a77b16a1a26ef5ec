"""Services, calendars and places of halls. An owner is a unit, or a hall; what is nearer to a hall holds before it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text

from central.schema import tables

service_entry = Table(
    "service_entry",
    tables,
    Column("owner", String(40), primary_key=True),  # a unit
    Column("letter", String(1), primary_key=True),
    Column("name_zh", String(60), nullable=False),
    Column("name_en", String(60), nullable=False),
    Column("about_zh", String(400), nullable=False),
    Column("about_en", String(400), nullable=False),
    Column("papers_zh", String(400), nullable=False),
    Column("papers_en", String(400), nullable=False),
    Column("average_service_s", Integer, nullable=False),
    Column("by_appointment", Boolean, nullable=False),
    Column("from_phones", Boolean, nullable=False),  # a number may be taken from outside the hall
    Column("changed_ms", BigInteger, nullable=False),
)

calendar = Table(
    "calendar",
    tables,
    Column("kind", String(4), primary_key=True),  # unit, hall
    Column("owner", String(40), primary_key=True),
    Column("document", Text, nullable=False),  # as in a hall file: opening, rest_day, work_day
    Column("changed_ms", BigInteger, nullable=False),
    Column("changed_by", String(40), nullable=False),
)

hall_place = Table(
    "hall_place",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("address_zh", String(120), nullable=False),
    Column("address_en", String(120), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("latitude_micro", Integer),  # millionths of a degree
    Column("longitude_micro", Integer),
    Column("changed_ms", BigInteger, nullable=False),
)
