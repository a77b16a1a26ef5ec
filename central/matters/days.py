"""The days that nobody works, as this central knows them."""

from __future__ import annotations

from sqlalchemy import Connection

from hall.law.days import DayTable
from hall_config.rest_days import shipped_table


def day_table(connection: Connection) -> DayTable:
    return shipped_table()
