"""A row of the desk's lists: what staff need to choose the next case, and of its people the masked name only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.aid.people import case_place, masked_name
from central.aid.stages import State
from central.aid_desk import rules
from central.aid_limits.store import unsure
from central.keeping.sealed_columns import Vault
from central.units import store as units
from hall_config.wording import rfc3339


def rows_told(connection: Connection, vault: Vault, rows: Sequence[RowMapping], now_ms: int) -> list[dict[str, Any]]:
    """Each case as a list shows it."""
    names = units.names(connection, {row["unit"] for row in rows})
    estimated = unsure(connection, (row["id"] for row in rows))
    return [
        {
            **_facts(row),
            **_due(row, now_ms),
            "due_sure": row["id"] not in estimated,
            "applicant": masked_name(name_in(vault.open(connection, row["sealed"], case_place(row["id"])))),
            "unit_zh": names.get(row["unit"], ("", ""))[0],
            "unit_en": names.get(row["unit"], ("", ""))[1],
            "next_step": rules.next_of(State(row["state"]), proposed=row["proposed"]),
        }
        for row in rows
    ]


def _facts(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"],
        "number": row["number"],
        "receipt": row["receipt"],
        "state": row["state"],
        "matter": row["matter"],
        "nature": row["nature"],
        "unit": row["unit"],
        "owner": row["owner"],
        "channel": row["channel"],
        "urgent": row["urgent"],
        "aided_first": row["aided_first"],
        "military": row["military"],
        "identified": row["identified"],
        "detained": row["detained"],
        "live": row["live"],
        "conflict": row["conflict"] or None,
        "received_at": _time(row["received_ms"]),
        "changed_at": _time(row["changed_ms"]),
        "version": row["version"],
    }


def _due(row: RowMapping, now_ms: int) -> dict[str, Any]:
    """The nearest limit; a case that is over has none any more."""
    due_ms = row["due_ms"] if row["live"] else None
    return {
        "light": rules.light_of(due_ms, now_ms),
        "days_left": None if due_ms is None else rules.days_left(due_ms, now_ms),
        "due_at": _time(due_ms),
        "due_rule": row["due_rule"] if due_ms is not None else None,
    }


def name_in(text: str) -> str:
    """The applicant's, or in an organ's notice the accused's; nothing else of it is looked at."""
    whole = json.loads(text)
    person = whole.get("applicant") or whole.get("accused")
    return str(person["name"])


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc3339(at_ms)
