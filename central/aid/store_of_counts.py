"""Cases as the report counts them: codes, steps and limits overrun, nothing of what is sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, RowMapping, Select, func, or_, select

from central.aid.counts import Counted, Step
from central.aid.tables import aid_case, aid_party, aid_step
from central.aid_limits.rules import Outcome
from central.aid_limits.tables import aid_limit

_LATE = ("LA_DECIDE", "LA_ASSIGN")


def counted(connection: Connection, units: Select[str], from_ms: int, known_ms: int) -> Iterator[Counted]:
    """Each case that did anything since then or is live still; steps before ``known_ms``."""
    of, step = aid_case.c, aid_step.c
    inside = of.unit.in_(units)
    those = (inside, or_(of.changed_ms >= from_ms, of.live))
    late = _overrun(connection, units, from_ms, known_ms)
    people = _people(connection, units, from_ms)
    columns = (of.id, of.unit, of.matter, of.nature, of.basis, of.groups, of.channel, of.ground)
    told = (step.n, step.at_ms, step.move, step.from_state, step.to_state, step.facts)
    statement = select(*columns, *told).join(aid_step, step.case == of.id).where(*those, step.at_ms < known_ms)
    last: RowMapping | None = None
    steps: list[Step] = []
    for row in connection.execute(statement.order_by(of.id, step.n)).mappings():
        if last is not None and row["id"] != last["id"]:
            yield _case(last, steps, people, late)
            steps = []
        last = row
        steps.append(
            Step(row["n"], row["at_ms"], row["move"], row["from_state"], row["to_state"], json.loads(row["facts"]))
        )
    if last is not None:
        yield _case(last, steps, people, late)


def _case(row: RowMapping, steps: list[Step], people: dict[str, str], late: dict[str, dict[str, int]]) -> Counted:
    case = row["id"]
    return Counted(
        row["unit"], row["matter"], row["nature"], row["basis"], frozenset(row["groups"].split()), row["channel"],
        people.get(case, case), row["ground"], steps, late.get(case, {}),
    )  # fmt: skip


def _people(connection: Connection, units: Select[str], from_ms: int) -> dict[str, str]:
    """Whose case it is: the mark of the applicant's number, or the case itself where there is none."""
    of, party = aid_case.c, aid_party.c
    inside = of.unit.in_(units)
    statement = (
        select(party.case, func.min(party.id_mark))
        .join(aid_case, of.id == party.case)
        .where(inside, or_(of.changed_ms >= from_ms, of.live), party.role == "APPLICANT", party.gone.is_(False))
        .where(party.id_mark.is_not(None))
        .group_by(party.case)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def _overrun(connection: Connection, units: Select[str], from_ms: int, known_ms: int) -> dict[str, dict[str, int]]:
    """Case -> rule -> when what it limits was done too late."""
    of = aid_limit.c
    inside = of.unit.in_(units)
    statement = select(of.case, of.rule_id, func.min(of.ended_ms)).where(
        inside, of.rule_id.in_(_LATE), of.outcome == Outcome.LATE.value, of.superseded_ms.is_(None),
        of.ended_ms >= from_ms, of.ended_ms < known_ms,
    )  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for case, rule, ended_ms in connection.execute(statement.group_by(of.case, of.rule_id)):
        found.setdefault(case, {})[rule] = ended_ms
    return found
