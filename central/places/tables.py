"""The tables of small places. Their events, tickets and live views stand where those of all halls stand."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from central.schema import tables

# One place: a unit whose queue central keeps. ``day`` is the day that something happened on and that is still to be
# closed, else empty; ``awake`` says that somebody waits or a window is open, so that time has to pass there.
place = Table(
    "place",
    tables,
    Column("id", String(40), primary_key=True),  # also of its hall, and of the unit that it was made for
    Column("epoch", String(64), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("secret", String(64), nullable=False),  # marks of phones and keys of tablets are made with it
    Column("plan", Text, nullable=False),
    Column("plan_next", Text),  # waits until nobody is there
    Column("revision", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("steady_ms", BigInteger, nullable=False),
    Column("day", String(10), nullable=False),
    Column("awake", Boolean, nullable=False),
    Column("closed_ms", BigInteger),
    Index("place_by_day", "day"),
)

# The state at some event, so that a place is not folded from its first day on.
place_state = Table(
    "place_state",
    tables,
    Column("place", String(40), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
)

# A tablet that stands before a window's visitors, known by a key that is told once.
place_tablet = Table(
    "place_tablet",
    tables,
    Column("id", String(36), primary_key=True),
    Column("place", String(40), nullable=False),
    Column("window", Integer, nullable=False),
    Column("mark", String(64), nullable=False),  # SHA-256 of the key, which is random and long
    Column("made_ms", BigInteger, nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("used_ms", BigInteger),  # to the minute
    Column("withdrawn_ms", BigInteger),
    Column("withdrawn_by", String(40)),
    Index("place_tablet_by_place", "place"),
)
