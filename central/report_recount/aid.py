"""The cells of a unit's cases of legal aid, each case told from its steps (domain rules 4.3 C, N06).

First decisions count, so that C01 + C02 = C03 + C04 + C05 + C06 + C10: a refusal that the bureau orders to be corrected
stands in C34 alone. Recipients are people: the same number counts once in a unit, by its first case of the period.

A case's codes (kind, groups, how hardship was settled) stand in its row and not in its steps: where a case went on
after the moment that is asked for, the cells that are made of codes cannot be told for sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from central.report_recount import store_of_records
from central.report_recount.span import Part
from central.report_recount.steps import Standing, undone
from central.report_recount.tally import Behind, Source, Tally

_UNDECIDED: Final = frozenset({"SUBMITTED", "NEED_SUPPLEMENT", "UNDER_REVIEW", "COOP_CHECK"})
_NATURE: Final = {"CRIMINAL": "C14", "CIVIL": "C15", "ADMINISTRATIVE": "C16"}
_GROUPS: Final = {
    "MIGRANT_WORKER": "C22", "DISABLED": "C23", "ELDER": "C24", "MINOR": "C25", "WOMAN": "C26", "MILITARY": "C27",
    "VETERAN": "C28",
}  # fmt: skip
_FIRST: Final = {
    "REDIRECT": "C03", "GRANT": "C05", "REFUSE": "C06", "AID_FIRST": "C17", "ASSIGN": "C20", "CLOSE": "C30",
    "OBJECT": "C32", "UPHOLD": "C33", "ORDER_CORRECTION": "C34",
}  # fmt: skip
_BY_CODES: Final = frozenset({*_NATURE.values(), *_GROUPS.values(), "C11", "C12", "C21", "C29"})
_LATE: Final = {"LA_DECIDE": "C18", "LA_ASSIGN": "C19"}
CHANGED_SINCE: Final = "CHANGED_SINCE"


@dataclass(slots=True)
class _Turn:
    part: Part
    people: Mapping[str, str]
    seen: dict[str, set[str]] = field(default_factory=dict)  # cell -> who counts in it already


def into(tally: Tally, connection: Connection, part: Part) -> list[str]:
    """Add what the unit's cases are in the form; the ids of those whose chain does not hold."""
    broken, turn = [], _Turn(part, store_of_records.applicants(connection, part.unit))
    sources: dict[str, Source] = {}
    for record in store_of_records.cases(connection, part):
        row = record.row
        if record.broken:
            broken.append(row["id"])
        stands = undone(record.steps)
        if not stands.steps:
            continue
        source = Source(Behind.CASE, row["id"], "", "", row["hall"] or "", row["number"] or row["receipt"] or "")
        sources[row["id"]] = source
        for code, amount in _cells(row, stands, turn):
            tally.add(code, amount, source)
            if record.moved_on and code in _BY_CODES:
                tally.doubt((code,), CHANGED_SINCE)
    for limit in store_of_records.overrun(connection, part):
        if limit["case"] in sources:
            tally.add(_LATE[limit["rule_id"]], 1, sources[limit["case"]])
    return broken


def _cells(row: Mapping[Any, Any], stands: Standing, turn: _Turn) -> Iterator[tuple[str, int]]:
    part = turn.part
    for move, code in _FIRST.items():
        if _made(stands, part, move):
            yield code, 1
    yield from ((code, 1) for code in _coming_in(row, stands, part))
    if _made(stands, part, "GRANT", "RECEIVE_NOTICE"):
        yield _NATURE[row["nature"]], 1
    if _made(stands, part, "GRANT") and row["basis"] in ("NOT_REQUIRED_32", "EXEMPT_42"):
        yield "C29", 1
    ended = stands.first_move("TERMINATE")
    if ended is not None and part.holds(ended.at_ms):
        ground = str(ended.facts.get("ground", row["ground"]))
        yield from (("C31", 1), (f"C31{ground.removeprefix('T48_')}", 1))
    for moment, undecided, objected in ((part.of.from_ms, "C01", "C32O"), (part.of.to_ms, "C10", "")):
        state = stands.state_before(moment)
        if state in _UNDECIDED:
            yield undecided, 1
        if state == "OBJECTED" and objected:
            yield objected, 1
    yield from _recipient(row, stands, turn)


def _made(stands: Standing, part: Part, *moves: str) -> bool:
    """Whether the first such move of the case was made in the period."""
    first = stands.first_move(*moves)
    return first is not None and part.holds(first.at_ms)


def _coming_in(row: Mapping[Any, Any], stands: Standing, part: Part) -> Iterator[str]:
    if _made(stands, part, "SUBMIT"):
        yield "C02"
        if row["channel"] == "WEB":
            yield from ("N06", "A05")
        if row["channel"] == "STATION":
            yield "C38"
    if _made(stands, part, "RECEIVE_NOTICE"):
        yield "C12" if row["matter"] == "N28" else "C11"
    gone = stands.first_move("WITHDRAW", "DEEM_WITHDRAWN")
    if gone is not None and gone.before in _UNDECIDED and part.holds(gone.at_ms):
        yield "C04"


def _recipient(row: Mapping[Any, Any], stands: Standing, turn: _Turn) -> Iterator[tuple[str, int]]:
    """By grant, by an organ's notice, or by a correction of a refusal."""
    for step in stands.steps:
        corrected = step.move == "ORDER_CORRECTION" and step.after == "GRANTED"
        if step.move in ("GRANT", "RECEIVE_NOTICE") or corrected:
            break
    else:
        return
    if not turn.part.holds(step.at_ms):
        return
    who = turn.people.get(row["id"], row["id"])
    for code in ("C21", *(_GROUPS[group] for group in row["groups"].split())):
        seen = turn.seen.setdefault(code, set())
        yield code, int(who not in seen)
        seen.add(who)
