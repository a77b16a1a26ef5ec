"""Catalogue, calendars, appointments, tickets from a phone."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet."""
