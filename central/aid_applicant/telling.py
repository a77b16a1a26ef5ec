"""A case as its applicant is told of it: how it stands, what comes next and by when, what is missing. Words, no codes.

The words themselves stand in the catalogue (``central.aid_my``); here is which of them, and the days. Nothing of who
the person is goes out but a masked name: whoever finds the slip learns no number and no address.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from central.aid import store as cases
from central.aid.origin import open_notice_of
from central.aid.people import Work, gap_place, masked_name, open_application
from central.aid.stages import State
from central.aid_applicant.letters import letters_of
from central.aid_applicant.rules import LIMITS, may_make, takes_files
from central.aid_files import telling as file_telling
from central.aid_files.kept import files_of
from central.aid_files.rules import Source
from central.aid_limits import clocks
from central.aid_papers import centre_store
from central.units import store as units
from hall.intake.codes import Channel
from hall.moment import local_day
from hall_config.wording import rfc3339


def whole(work: Work, row: RowMapping) -> dict[str, Any]:
    """Everything that the applicant's page shows."""
    connection, case, state = work.connection, row["id"], State(row["state"])
    files = [one for one in files_of(connection, case) if one["source"] == Source.APPLICANT]
    return {
        "number": row["number"],
        "receipt": row["receipt"],
        "name": _name(work, row),
        "state": state.value,
        "matter": row["matter"],
        "identified": row["identified"],
        "received_at": rfc3339(row["received_ms"]) if row["received_ms"] is not None else None,
        "version": row["version"],
        "dates": _dates(work, case),
        "gaps": _gaps(work, case),
        "moves": [move.value for move in may_make(state)],
        "takes_files": takes_files(state),
        "files": [file_telling.told(connection, work.vault, one) for one in files],
        "letters": letters_of(connection, case),
        "centre": _centre(work, row["unit"]),
    }


def _name(work: Work, row: RowMapping) -> str:
    if row["channel"] == Channel.ORGAN:
        return masked_name(open_notice_of(work, row["id"], row["sealed"]).accused.name)
    return masked_name(open_application(work, row["id"], row["sealed"]).applicant.name)


def _dates(work: Work, case: str) -> list[dict[str, Any]]:
    """Days that the law sets now, the nearest first; one that stands still has none until it runs again."""
    running = [one for one in clocks.of_case(work.connection, case, work.now_ms) if one.ended_ms is None]
    wanted = sorted((one for one in running if one.rule.rule_id in LIMITS), key=lambda one: one.near_ms)
    return [
        {
            "rule": one.rule.rule_id,
            "day": None if one.paused_ms is not None else local_day(one.near_ms),
            "provisional": one.provisional,
            "past": one.paused_ms is None and one.near_ms < work.now_ms,
        }
        for one in wanted
    ]


def _gaps(work: Work, case: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": row["kind"],
            "text": None if row["sealed"] is None else work.open(row["sealed"], gap_place(case, row["n"])),
            "filled": row["filled_ms"] is not None,
        }
        for row in cases.gaps(work.connection, case)
    ]


def _centre(work: Work, unit: str) -> dict[str, Any]:
    """Whose case it is and how they are reached."""
    row, names = centre_store.centre(work.connection, unit), units.names(work.connection, [unit])
    zh, en = names.get(unit, (unit, unit))
    if row is None:
        return {"name_zh": zh, "name_en": en, "address": "", "phone": ""}
    return {"name_zh": row["name_zh"], "name_en": en, "address": row["address"], "phone": row["phone"]}
