"""``/api/v1/alarms`` and the rules that open them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.alarms import store
from central.alarms.rules import Level, Rule, standard
from central.alarms.telling import told
from central.alarms.watch import tell
from central.audit.changes import note_change
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound, RefusedByRule, WrongField
from central.keys import Key, KeyHeader, the_key
from central.once import gone_before, once
from central.units import store as unit_store
from central.web_doors import HallId, Limit, Looking, May, Strict, StrictRoute, TheParts

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["alarms"])

Seer = Annotated[Person, Depends(May(Act.ACKNOWLEDGE_ALARMS))]
RuleSetter = Annotated[Person, Depends(May(Act.SET_ALARM_RULES))]
PathAlarm = Annotated[int, Path(ge=1, le=2**31 - 1)]
PathRule = Annotated[str, Path(pattern=r"^[a-z_]{1,30}$")]
PathUnit = Annotated[str, Path(pattern=r"^[0-9a-z-]{2,40}$")]
RuleName = Annotated[str, Query(pattern=r"^[a-z_]{1,30}$")]


class Acknowledgement(Strict):
    """``note``: what was found or done, for whoever looks next."""

    note: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    command_id: Key | None = None


class RuleOfUnit(Strict):
    """A rule for all halls of a unit."""

    enabled: bool
    level: Level
    open_at: Annotated[int, Field(ge=1, le=1_000_000)]
    end_below: Annotated[int, Field(ge=1, le=1_000_000)]
    hold_s: Annotated[int, Field(ge=0, le=86_400)]
    clear_s: Annotated[int, Field(ge=0, le=86_400)]
    command_id: Key | None = None


@router.get("/alarms")
def alarms(
    person: Looking,
    parts: TheParts,
    state: Literal["present", "ended", "all"] = "present",
    hall: HallId | None = None,
    rule: RuleName | None = None,
    limit: Limit = 100,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """Alarms of one's own halls, the newest first. ``present``: those that are not over, seen or not."""
    after = cursors.read("alarms", cursor, int, int)
    over = {"present": False, "ended": True, "all": None}[state]
    before = (after[0], after[1]) if after else None
    with parts.database.read() as connection:
        rows = store.alarms(connection, person.path, over=over, hall=hall, rule=rule, before=before, limit=limit + 1)
    last = cursors.give("alarms", (rows[limit - 1]["begun_ms"], rows[limit - 1]["id"])) if len(rows) > limit else None
    return {"items": [told(row) for row in rows[:limit]], "next": last}


@router.post("/alarms/{alarm}/acknowledgement")
def acknowledge(
    alarm: PathAlarm, body: Acknowledgement, person: Seer, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say that somebody has seen it and sees to it. The first one counts; a note may be added until it is over."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = store.require_alarm(connection, alarm, person.path)
            if row["ended_ms"] is not None:
                raise RefusedByRule("ALARM_ENDED")
            if row["acknowledged_ms"] is not None and row["acknowledged_by"] != person.name:
                raise RefusedByRule("ALARM_SEEN")
            store.acknowledge(connection, alarm, person.name, body.note, row["acknowledged_ms"] or now)
            about = f"{row['hall']}/{row['rule']}/{row['subject']}"
            note_change(connection, person, request, "alarm.acknowledge", about, now, alarm=alarm)
            seen = store.require_alarm(connection, alarm, person.path)
            if parts.alarm_webhook:
                tell(connection, [seen], "acknowledged", now)
            return told(seen)

        wish = {"path": f"/alarms/{alarm}/acknowledgement", **body.model_dump()}
        answer = once(connection, person.name, asked, wish, now, act)
    parts.hub.tell_alarms({answer["hall"] or ""})
    return answer


@router.get("/alarm-rules")
def rules(person: Looking, parts: TheParts) -> dict[str, Any]:
    """The standard rules, and what one's own units or those above have said instead: the nearest one counts."""
    with parts.database.read() as connection:
        own = [
            row
            for row in store.own_rules(connection)
            if row["path"].startswith(person.path) or person.path.startswith(row["path"])
        ]
    items = [{"rule": name, "of_unit": None, **_facts(rule)} for name, rule in standard().items()]
    items += [{"rule": row["rule"], "of_unit": row["unit"], **_facts(store.as_rule(row))} for row in own]
    return {"items": items, "next": None}


@router.put("/alarm-rules/{rule}/units/{unit}")
def set_rule(
    rule: PathRule, unit: PathUnit, body: RuleOfUnit, person: RuleSetter, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """What holds for the halls at and below this unit from now on."""
    known = _known(rule)
    if body.end_below > body.open_at:
        raise WrongField("RULE_ORDER", "end_below")
    wanted = Rule(unit=known.unit, **body.model_dump(exclude={"command_id"}))
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            unit_store.require_unit(connection, unit, person.path)
            store.keep_rule(connection, rule, unit, wanted)
            note_change(connection, person, request, "alarm_rule.set", f"{rule}/{unit}", now, **_facts(wanted))
            return {"rule": rule, "of_unit": unit, **_facts(wanted)}

        wish = {"path": f"/alarm-rules/{rule}/units/{unit}", **body.model_dump()}
        return once(connection, person.name, asked, wish, now, act)


@router.delete("/alarm-rules/{rule}/units/{unit}", status_code=204)
def unset_rule(
    rule: PathRule, unit: PathUnit, person: RuleSetter, parts: TheParts, request: Request, key: KeyHeader = None
) -> None:
    """Let the unit above, or the standard rule, hold again."""
    _known(rule)
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now_ms()):
            return
        unit_store.require_unit(connection, unit, person.path)
        if not store.forget_rule(connection, rule, unit):
            raise NotFound("NO_SUCH_RULE")
        note_change(connection, person, request, "alarm_rule.unset", f"{rule}/{unit}", now_ms())


def _known(rule: str) -> Rule:
    found = standard().get(rule)
    if found is None:
        raise NotFound("NO_SUCH_RULE")
    return found


def _facts(rule: Rule) -> dict[str, Any]:
    return rule.model_dump()
