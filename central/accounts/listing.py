"""How accounts stand, as ``hall users list`` and the accounts page tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.accounts import factors, store
from central.accounts.person import digest, roles_of
from hall_config.wording import rfc3339


def factor_word(row: RowMapping) -> str:
    """How the second factor of an account stands; words under ``central.manage.factor_…``."""
    if row["factor_ms"] is not None:
        return "set_up"
    if not factors.asked_of(row, waivers=False):
        return "not_asked"
    return "waived" if row["waived"] else "to_set_up"


def locks(connection: Connection, rows: Sequence[RowMapping], now_ms: int) -> list[dict[str, Any]]:
    """Of each account, who has locked it by hand and why, and until when wrong attempts lock it out."""
    hashes = [digest(row["name"]) for row in rows]
    out = store.locks_out(connection, hashes, now_ms)
    return [
        {"locked": _by_hand(row), "locked_out_until": rfc3339(out[one]) if one in out else None}
        for row, one in zip(rows, hashes, strict=True)
    ]


def _by_hand(row: RowMapping) -> dict[str, Any] | None:
    if row["locked_ms"] is None:
        return None
    return {"at": rfc3339(row["locked_ms"]), "by": row["locked_by"], "reason": row["lock_reason"]}


def everybody(connection: Connection, now_ms: int) -> list[dict[str, Any]]:
    """All accounts by name. ``used_at``: of the last sign-in; none before the first."""
    rows = store.accounts(connection)
    return [
        {
            "name": row["name"],
            "roles": sorted(roles_of(row["roles"])),
            "unit": row["unit"],
            "state": _state(row, lock, now_ms),
            "made_at": rfc3339(row["made_ms"]),
            "used_at": last_used(row),
            "second_factor": factor_word(row),
            "waived": bool(row["waived"]),
            **lock,
        }
        for row, lock in zip(rows, locks(connection, rows, now_ms), strict=True)
    ]


def last_used(row: RowMapping) -> str | None:
    """When somebody came in by this account last. A fresh code begins its use anew, without anybody in it yet."""
    never = row["secret_hash"] is None or row["used_ms"] <= row["made_ms"]
    return None if never else rfc3339(row["used_ms"])


def _state(row: RowMapping, lock: dict[str, Any], now_ms: int) -> str:
    """Words under ``central.cli``."""
    if lock["locked"] is not None:
        return "locked"
    if lock["locked_out_until"] is not None:
        return "locked_out"
    if row["secret_hash"] is not None:
        return "active"
    return "to_activate" if row["code_until_ms"] is not None and row["code_until_ms"] > now_ms else "code_expired"
