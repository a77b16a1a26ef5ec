"""Making and moving cases, in the caller's transaction: the one door, whoever acts and wherever from.

A move reads the case so that nobody else moves it meanwhile, asks the table and the guards, does what the move does,
writes the documents it makes, begins and ends its limits, and adds one step to the chain. If anything is refused,
nothing has happened.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from central.aid import conflicts, limits, papers, store
from central.aid.application_rules import check_application, check_notice
from central.aid.change import Change
from central.aid.effects import EFFECTS
from central.aid.given import TEXTS, read_given
from central.aid.guards import guard
from central.aid.origin import Notice, Origin, seal_notice
from central.aid.people import Work, marks, open_application, parties, seal_application
from central.aid.rules import REVIEWING, Actor, Standing, way_of
from central.aid.signing import drawn_anew
from central.aid.stages import RESTING, Before, Move, State, Way, Who, is_live
from central.aid.steps import add_step
from central.aid_papers import organ_told
from central.failures import NotFound, RefusedByRule
from hall.intake.codes import Basis, Channel, Group
from hall_config.aid_application import Application


def open_case(work: Work, actor: Actor, application: Application, origin: Origin, *, checked: bool = False) -> str:
    """A case at SUBMITTED with its number, its receipt (F05) and its first limit; its id.

    ``checked``: it was looked at where it was taken, and must be kept whatever is wrong with it.
    """
    if not checked:
        papers.require_centre(work, origin.unit)
        check_application(application, work.now_ms, at_home=origin.channel is Channel.WEB)
    application = drawn_anew(application, strict=not checked)
    case_id = secrets.token_hex(8)
    store.add_case(
        work.connection,
        {
            **_blank(work, case_id, origin, State.SUBMITTED),
            "matter": application.matter,
            "nature": application.nature.value,
            "aid_form": application.aid_form,
            "stage": application.stage.value,
            "presumed": application.presumed or "",
            "groups": " ".join(application.groups),
            "military": bool({Group.MILITARY, Group.VETERAN} & set(application.groups)),
            "detained": application.detained,
            "sealed": seal_application(work, case_id, origin.unit, application),
        },
    )
    _keep_parties(work, case_id, application)
    _begin(work, actor, case_id, Move.SUBMIT, State.DRAFT, origin, ("LA_DECIDE",), ("F05",))
    return case_id


def open_notice(work: Work, actor: Actor, notice: Notice, origin: Origin) -> str:
    """A case at NOTICE_IN by an organ's letter, without application or check (法律援助法 25, 28, 36); its id."""
    papers.require_centre(work, origin.unit)
    check_notice(notice, origin.received_ms)
    case_id = secrets.token_hex(8)
    store.add_case(
        work.connection,
        {
            **_blank(work, case_id, origin, State.NOTICE_IN),
            "matter": notice.matter,
            "nature": "CRIMINAL",
            "aid_form": "FORM_3",
            "stage": notice.stage.value,
            "basis": Basis.NOT_APPLICABLE_NOTICE.value,
            "groups": " ".join(notice.groups),
            "detained": notice.detained,
            "sealed": seal_notice(work, case_id, origin.unit, notice),
        },
    )
    rows = [{"role": role, **marks(work, person)} for role, person in notice.parties()]
    store.put_parties(work.connection, case_id, rows)
    _begin(work, actor, case_id, Move.RECEIVE_NOTICE, State.NOTICE_IN, origin, ("LA_NOTICE",), ())
    return case_id


def _blank(work: Work, case_id: str, origin: Origin, state: State) -> dict[str, Any]:
    return {
        "id": case_id,
        "unit": origin.unit,
        "receipt": origin.receipt,
        "number": papers.case_number(work, origin.unit),
        "code_hash": origin.code_hash,
        "state": state.value,
        "channel": origin.channel.value,
        "hall": origin.hall,
        "ticket": origin.ticket,
        "identified": origin.identified,
        "urgent": origin.urgent,
        "received_ms": origin.received_ms,
        "made_ms": work.now_ms,
        "changed_ms": work.now_ms,
        "version": 1,
        "live": True,
    }


def _begin(
    work: Work, actor: Actor, case_id: str, move: Move, before: State, origin: Origin,
    begins: tuple[str, ...], forms: tuple[str, ...],
) -> None:  # fmt: skip
    for rule in begins:
        limits.begin(work, case_id, rule, origin.received_ms)
    case = _known(work, case_id)
    forms = forms if papers.is_set_up(work, origin.unit) else ()  # else they are made when it is (``late.py``)
    made = papers.make(work, case, forms, actor, {})
    fits = sorted(actor.who & {Who.APPLICANT, Who.DESK}) or [Who.DESK]
    facts = {"channel": origin.channel.value, "documents": made}
    step = {"move": move.value, "from_state": before.value, "to_state": case["state"], "form": " ".join(forms)}
    texts = {"first_check": origin.first_check} if origin.first_check else {}
    add_step(work, case, actor, fits[0], step, facts, texts)


def move(work: Work, actor: Actor, case_id: str, wanted: Move, given: Mapping[str, Any], version: int) -> RowMapping:
    """The case after the move; raises `NotFound`, `RefusedByRule`, `WrongField`, `Forbidden`, with nothing done."""
    case = store.case(work.connection, case_id, to_change=True)
    if case is None:
        raise NotFound("NO_SUCH_CASE")
    standing = standing_of(work, case)
    way, capacity = way_of(standing, wanted, actor, version)
    shaped = read_given(wanted, dict(given))
    guard(standing, wanted, actor, shaped)
    return _carry_out(work, actor, standing, wanted, way, capacity, shaped)


def _carry_out(
    work: Work, actor: Actor, standing: Standing, wanted: Move, way: Way, capacity: Who, shaped: Any
) -> RowMapping:
    case = standing.case
    change = Change(work, standing, actor, shaped, way, wanted)
    effect = EFFECTS.get(wanted)
    if effect is not None:
        effect(change)
    conflicts.keep(change)
    to = change.to or (standing.state if isinstance(way.to, Before) else way.to)
    limits.follow(work, case["id"], way, change)
    ended = not is_live(to)
    store.change_case(
        work.connection,
        case["id"],
        **change.columns,
        state=to.value,
        live=not ended,
        version=case["version"] + 1,
        changed_ms=work.now_ms,
    )
    organ_told.settle(work.connection, case["id"], work.now_ms)  # who is at work may be another now, or back
    fresh = _known(work, case["id"])
    forms = change.forms if change.forms is not None else way.forms
    said = shaped.model_dump(mode="json", exclude_none=True)
    made = papers.make(work, fresh, forms, actor, said | change.facts)
    facts = {name: value for name, value in said.items() if name not in TEXTS} | change.facts
    texts = {name: value for name, value in said.items() if name in TEXTS} | change.texts
    step = {
        "move": wanted.value,
        "from_state": standing.state.value,
        "to_state": to.value,
        "form": " ".join(forms),
    }
    add_step(work, fresh, actor, capacity, step, {**facts, **({"documents": made} if made else {})}, texts)
    return fresh


def standing_of(work: Work, case: RowMapping) -> Standing:
    """Everything that a guard may ask about a case."""
    connection, case_id = work.connection, case["id"]
    steps = store.steps(connection, case_id)
    notice = case["channel"] == Channel.ORGAN
    reviewing = {one.value for one in REVIEWING}
    due_ms, still = limits.running_and_still(work, case_id)
    return Standing(
        case=case,
        application=None if notice else open_application(work, case_id, case["sealed"]),
        actors=frozenset(step["actor"] for step in steps),
        reviewers=frozenset(step["actor"] for step in steps if step["move"] in reviewing),
        steps=steps,
        gaps=store.gaps(connection, case_id),
        files={row["id"]: row for row in store.file_facts(connection, case_id)},
        due_ms=due_ms,
        still=still,
        assignment=store.live_assignment(connection, case_id),
        now_ms=work.now_ms,
        decision_received=State(case["state"]) in RESTING and papers.decision_received(work, case_id),
    )


def lawyer_lost(work: Work, actor: Actor, lawyer: str, reason: str) -> list[str]:
    """The lawyer may practise no more: every case of theirs waits for another, and their access ends now.

    The cases; ``reason`` is a sentence for the file.
    """
    touched = []
    for case_id in store.cases_of_lawyer(work.connection, lawyer):
        case = _known(work, case_id, to_change=True)
        change = State(case["state"]) in (State.ASSIGNED, State.ENGAGED)
        wanted = Move.BEGIN_CHANGE if change else Move.LOSE_LAWYER
        given = {"by": "AGENCY", "reason": reason} if change else {"reason": reason}
        above = Actor(actor.name, frozenset({Who.SUPERVISOR}), actor.unit, actor.path, actor.source)
        move(work, above, case_id, wanted, given, case["version"])
        touched.append(case_id)
    return touched


def _keep_parties(work: Work, case_id: str, application: Application) -> None:
    rows = [{"role": role, **marks(work, person)} for role, person in parties(application)]
    store.put_parties(work.connection, case_id, rows)


def _known(work: Work, case_id: str, *, to_change: bool = False) -> RowMapping:
    row = store.case(work.connection, case_id, to_change=to_change)
    if row is None:
        raise RefusedByRule("AID_CHANGED")
    return row
