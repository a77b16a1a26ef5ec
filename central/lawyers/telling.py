"""A lawyer, a candidate, a turn, as the interface tells them: names masked, codes with their words left to the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.imports.register import Register, masked
from central.lawyers.choosing import Named
from central.lawyers.conflict import Conflict
from central.lawyers.status import stale_now
from hall_config.wording import rfc3339


def lawyer(row: Mapping[Any, Any], register: Register, load: int, now_ms: int) -> dict[str, Any]:
    """One line of the register."""
    who = masked(register.open(row["sealed"], row["mark"]))
    kept = ("mark", "firm", "firm_code", "unit", "state", "first_year", "criminal_since", "suspended_from",
            "suspended_to")  # fmt: skip
    return {
        **{name: row[name] for name in kept},
        "name": who.name,
        "licence": who.licence,
        "as_of": rfc3339(row["state_as_of_ms"]),
        "stale": stale_now(row, now_ms),
        "specialities": (row["specialities"] or "").split(),
        "languages": (row["languages"] or "").split(),
        "knows_minors": bool(row["knows_minors"]),
        "load": load,
    }


def status(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One line of a lawyer's history."""
    kept = ("n", "state", "how", "evidence", "document", "suspended_from", "suspended_to", "by", "cases")
    told = {name: row[name] for name in kept}
    return {**told, "at": rfc3339(row["at_ms"]), "as_of": rfc3339(row["as_of_ms"])}


def candidate(one: Named, seen: Mapping[str, str | None]) -> dict[str, Any]:
    """One of those suggested; ``seen``: numbers of other cases that the asker may know of, by their ids."""
    found = one.candidate
    return {
        "mark": found.lawyer.mark,
        "name": one.name,
        "licence": one.licence,
        "firm": found.lawyer.firm,
        "firm_code": found.lawyer.firm_code,
        "state": found.lawyer.state.value,
        "as_of": rfc3339(found.lawyer.state_as_of_ms),
        "load": found.lawyer.load,
        "suggested": found.suggested,
        "may_be_chosen": not found.bars,
        "reasons": [{"code": reason.code.value, **reason.facts} for reason in found.reasons],
        "bars": [bar.value for bar in found.bars],
        "doubts": [doubt.value for doubt in found.doubts],
        "conflicts": [_conflict(conflict, seen) for conflict in found.conflicts],
    }


def _conflict(one: Conflict, seen: Mapping[str, str | None]) -> dict[str, Any]:
    mine = one.case in seen
    return {
        "against": one.against.value,
        "certain": one.certain,
        "live": one.live,
        "case": one.case if mine else None,
        "number": seen.get(one.case),
    }
