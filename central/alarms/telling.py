"""An alarm as it is told to pages, programs and the webhook."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from central.alarms.rules import standard
from hall_config.wording import rfc3339


def told(row: RowMapping) -> dict[str, Any]:
    """``value`` is the worst measure until now, in the rule's own unit."""
    rule = standard().get(row["rule"])
    return {
        "id": row["id"],
        "hall": row["hall"] or None,
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "rule": row["rule"],
        "subject": row["subject"],
        "level": row["level"],
        "value": row["value"],
        "unit": rule.unit if rule else "count",
        "state": state(row),
        "begun_at": rfc3339(row["begun_ms"]),
        "acknowledged_at": rfc3339(row["acknowledged_ms"]) if row["acknowledged_ms"] else None,
        "acknowledged_by": row["acknowledged_by"],
        "note": row["note"],
        "ended_at": rfc3339(row["ended_ms"]) if row["ended_ms"] else None,
    }


def state(row: RowMapping) -> str:
    """``open`` until somebody has seen it, ``acknowledged`` until it is over, then ``ended``."""
    if row["ended_ms"] is not None:
        return "ended"
    return "acknowledged" if row["acknowledged_ms"] is not None else "open"
