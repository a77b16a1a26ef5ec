"""Plans as they are told to pages and programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from central.plans.rules import Document
from hall_config.problems import Problem
from hall_config.wording import rfc3339


def document_told(document: Document) -> dict[str, Any]:
    """What a unit or a hall says."""
    return {
        "version": document.version,
        "parts": dict(document.parts),
        "from_catalogue": list(document.from_catalogue),
        "valid_from": rfc3339(document.valid_from_ms) if document.valid_from_ms else None,
        "changed_at": rfc3339(document.changed_ms) if document.version else None,
        "changed_by": document.changed_by,
    }


def standing_told(row: RowMapping) -> dict[str, Any]:
    """``state`` is the hall's word on the plan handed last; ``sent`` while it has not said anything of it."""
    handed, said = row["handed"] or 0, row["desired"] or 0
    state = "none" if not handed else row["state"] if row["state"] is not None and said >= handed else "sent"
    wrong = row["code"] and state in ("refused", "rolled_back")
    error = {"code": row["code"], "path": row["path"], "message": row["message"], "message_zh": row["message_zh"]}
    return {
        "hall": row["id"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "unit": row["unit"],
        "handed": handed or None,
        "handed_at": rfc3339(row["issued_ms"]) if handed else None,
        "handed_by": row["issued_by"],
        "in_force": row["revision"] if row["revision"] is not None else row["config_rev"] or None,
        "state": state,
        "said_at": rfc3339(row["said_ms"]) if row["said_ms"] is not None else None,
        "error": error if wrong else None,
    }


def problem_told(problem: Problem, hall: str = "") -> dict[str, str]:
    """``hall``: where it comes to light."""
    where = f"{hall}: " if hall else ""
    return {
        "code": problem.code,
        "path": problem.key,
        "message": where + problem.words("en"),
        "message_zh": where + problem.words("zh"),
    }
