"""Beginning a record and moving it, in the caller's transaction, whoever asks for it: the table, then the guards.

Nothing is written before everything holds, and what is refused changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.accounts.permissions import Act
from central.accounts.person import Person
from central.failures import Forbidden, NotFound, RefusedByRule, WrongField
from central.keeping.sealed_columns import Vault
from central.matters import facts as fact_table
from central.matters import limits, people, room_store, rules, standing, store
from central.matters.facts import Value
from central.matters.limits import DueNow
from central.matters.people import MOST_PARTIES, Party, Sealing
from central.matters.stages import ENDS, Way, moves_from, way
from central.matters.store import NewStep
from central.matters.words import Kind, Move, Role, State, Who
from hall.law.days import DayTable
from hall.moment import local_day
from hall_config.wording import LANGUAGES, clock_words, date_words, say
from hall_config.written_names import is_written

PUBLIC: Final = "visitor"
_FREES_ROOM: Final = (State.WAIVED, State.CANCELLED, State.APPROVED)
KEEPS_ROOM: Final = (State.ROOM_BOOKED, State.CHECKED_IN, State.HELD)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: somebody at work, or somebody at home, who may only ask."""

    name: str
    path: str
    capacities: frozenset[Who]


@dataclass(frozen=True, slots=True)
class Given:
    """What a move brings."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    parties: Sequence[Party] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is begun."""

    unit: str
    hall: str | None = None
    ticket_day: str | None = None
    ticket_number: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the work stands on: a transaction, the vault, the days, the present."""

    connection: Connection
    vault: Vault
    table: DayTable
    now_ms: int


@dataclass(frozen=True, slots=True)
class _Checked:
    way: Way
    given: dict[str, Value]
    facts: dict[str, Value]
    texts: dict[str, str]
    due: DueNow


def actor_of(person: Person) -> Actor:
    """Somebody at work."""
    held = {Who.DESK: Act.MATTERS_WORK, Who.SUPERVISOR: Act.MATTERS_SUPERVISE}
    return Actor(person.name, person.path, frozenset(who for who, act in held.items() if person.may(act)))


def begin(desk: Desk, actor: Actor, kind: Kind, move: Move, given: Given, place: Place) -> str:
    """A new record; its id. Raises `RefusedByRule`, `WrongField` and `Forbidden`."""
    checked = _checked(desk, actor, kind, State.NEW, move, given, None)
    identifier, connection = secrets.token_hex(8), desk.connection
    year = int(local_day(desk.now_ms)[:4])
    store.add(
        connection, id=identifier, kind=kind.value, unit=place.unit, hall=place.hall, year=year,
        number=store.take_number(connection, place.unit, kind.value, year), ticket_day=place.ticket_day,
        ticket_number=place.ticket_number, identified=actor.name != PUBLIC, opened_ms=desk.now_ms, version=1,
        **_columns(desk, checked, "" if actor.name == PUBLIC else actor.name),
    )  # fmt: skip
    _write(desk, identifier, place.unit, actor, move, State.NEW, checked, given)
    return identifier


def move(desk: Desk, actor: Actor, identifier: str, version: int, asked: Move, given: Given) -> None:
    """Move a record. Raises `NotFound`, `RefusedByRule`, `WrongField` and `Forbidden`."""
    row = known(desk.connection, identifier, actor.path)
    if row["version"] != version:
        raise changed(desk.connection, row)
    kind, state = Kind(row["kind"]), State(row["state"])
    checked = _checked(desk, actor, kind, state, asked, given, row)
    staff = str(checked.facts.get("handler", actor.name))
    if not store.change(desk.connection, identifier, version, **_columns(desk, checked, staff)):
        raise changed(desk.connection, known(desk.connection, identifier, actor.path))
    _rooms(desk, identifier, asked, checked, actor.path)
    _write(desk, identifier, row["unit"], actor, asked, state, checked, given)


def known(connection: Connection, identifier: str, path: str) -> RowMapping:
    """The record, if it stands at or below this path; raises `NotFound`."""
    row = store.by_id(connection, identifier, path)
    if row is None:
        raise NotFound("NO_SUCH_MATTER")
    return row


def changed(connection: Connection, row: RowMapping) -> RefusedByRule:
    """Somebody else was quicker: who, when, and what it is now."""
    last = store.steps(connection, row["id"])[-1]
    told = [
        say(
            "central.matters.changed_by", language, actor=last["actor"],
            time=f"{date_words(last['at_ms'], language)} {clock_words(last['at_ms'])}",
            move=say(f"central.matter_move.{last['move']}", language),
            state=say(f"central.matter_state.{row['state']}", language),
        )
        for language in LANGUAGES
    ]  # fmt: skip
    return RefusedByRule("MATTER_CHANGED", "version", words=(told[0], told[1]))


def refused(kind: Kind, state: State) -> RefusedByRule:
    """A move that the table does not have: where the record stands, and what can be done with it."""
    told = []
    for language in LANGUAGES:
        moves = [say(f"central.matter_move.{one}", language) for one in moves_from(kind, state)]
        stands = say(f"central.matter_state.{state}", language)
        key = "central.matters.moves_now" if moves else "central.matters.no_moves"
        between = "、" if language == "zh" else ", "
        told.append(say(key, language, state=stands, **({"moves": between.join(moves)} if moves else {})))
    return RefusedByRule("MATTER_MOVE_REFUSED", "move", words=(told[0], told[1]))


def _checked(
    desk: Desk, actor: Actor, kind: Kind, state: State, asked: Move, given: Given, row: RowMapping | None
) -> _Checked:
    found = way(kind, state, asked)
    if found is None:
        raise refused(kind, state)
    if not found.who & actor.capacities:
        raise Forbidden("NOT_ALLOWED")
    new = _linked(desk, actor, fact_table.check(given.facts, found.needs, found.may))
    texts = people.checked_texts(dict(given.texts), found.texts, found.may_texts)
    for party in given.parties:
        if party.role not in found.roles:
            raise WrongField("WRONG_FIELD", "parties")
        if not is_written(party.name):
            raise WrongField("MATTER_NAME_MISSING", "parties")
    whole: dict[str, Value] = {**(json.loads(row["facts"]) if row is not None else {}), **new}
    running = DueNow(row["due_ms"], row["due_rule"], row["due_sure"]) if row is not None else DueNow()
    rules.check(_as_guards_see_it(desk, actor, kind, asked, _Checked(found, new, whole, texts, running), given, row))
    return _Checked(found, new, whole, texts, limits.after(found, whole, desk.now_ms, running, desk.table))


def _linked(desk: Desk, actor: Actor, new: dict[str, Value]) -> dict[str, Value]:
    """A case and a lawyer that a record names must be there; a case named by its number is kept by its id."""
    if "lawyer" in new and not store.has_lawyer(desk.connection, str(new["lawyer"])):
        raise NotFound("MATTER_NO_SUCH_LAWYER", "facts.lawyer")
    if "case" not in new:
        return new
    case = store.case_of(desk.connection, str(new["case"]), actor.path)
    if case is None:
        raise NotFound("MATTER_NO_SUCH_CASE", "facts.case")
    return {**new, "case": case}


def _as_guards_see_it(
    desk: Desk, actor: Actor, kind: Kind, asked: Move, checked: _Checked, given: Given, row: RowMapping | None
) -> rules.Asked:
    steps = store.steps(desk.connection, row["id"]) if row is not None else []
    stored = store.parties(desk.connection, row["id"], standing.numbers(steps)) if row is not None else []
    if len(stored) + len(given.parties) > MOST_PARTIES:
        raise WrongField("WRONG_FIELD", "parties")
    there = [people.party_of(desk.connection, desk.vault, one) for one in stored]
    return rules.Asked(
        kind=kind, move=asked, facts=checked.facts, given=checked.given, texts=frozenset(checked.texts),
        parties=[(Role(one.role), one.relation) for one in (*there, *given.parties)], actor=actor.name,
        staff=row["staff"] if row is not None else actor.name,
        answered_by=_who_answered(steps), now_ms=desk.now_ms, due_ms=checked.due.due_ms,
        numbers=limits.numbers(desk.now_ms),
    )  # fmt: skip


def _who_answered(steps: Sequence[RowMapping]) -> str | None:
    answers = [one["actor"] for one in standing.rows(steps) if one["move"] == Move.ANSWER]
    return answers[-1] if answers else None


def _columns(desk: Desk, checked: _Checked, staff: str) -> dict[str, Any]:
    return columns(checked.way.to, checked.facts, checked.due, staff, desk.now_ms)


def columns(to: State, facts: Mapping[str, Value], due: DueNow, staff: str, now_ms: int) -> dict[str, Any]:
    """The row of a record that came into this state."""
    return {
        "state": to.value, "facts": json.dumps(facts), "channel": facts.get("channel", "VISIT"), "staff": staff,
        "lawyer": facts.get("lawyer"), "case": facts.get("case"), "changed_ms": now_ms,
        "closed_ms": now_ms if to in ENDS else None, "due_ms": due.due_ms, "due_rule": due.rule, "due_sure": due.sure,
    }  # fmt: skip


def _rooms(desk: Desk, identifier: str, asked: Move, checked: _Checked, path: str) -> None:
    if checked.way.to in _FREES_ROOM:
        free_room(desk, identifier)
    if asked is not Move.BOOK_ROOM:
        return
    if _room_in_use(desk, checked.facts, path) is None:
        raise NotFound("NO_SUCH_VISIT_ROOM", "facts.room")
    if not take_room(desk, identifier, checked.facts, path):
        raise RefusedByRule("VISIT_ROOM_TAKEN", "facts.room")


def _room_in_use(desk: Desk, facts: Mapping[str, Value], path: str) -> RowMapping | None:
    room = room_store.room(desk.connection, str(facts["room"]), path)
    return room if room is not None and room["closed_ms"] is None else None


def free_room(desk: Desk, identifier: str) -> None:
    """Give back whatever room this visit has."""
    room_store.free(desk.connection, identifier)


def take_room(desk: Desk, identifier: str, facts: Mapping[str, Value], path: str) -> bool:
    """The room that the facts name, at their time; False when it is not to be had: the transaction must not go on."""
    room = _room_in_use(desk, facts, path)
    if room is None:
        return False
    begin, end = (fact_table.minute_of(str(facts[name])) for name in ("visit_from", "visit_until"))
    return room_store.take(desk.connection, room["id"], str(facts["visit_day"]), begin, end, identifier)


def _write(
    desk: Desk, identifier: str, unit: str, actor: Actor, asked: Move, state: State, checked: _Checked, given: Given
) -> None:
    sealing = Sealing(desk.connection, desk.vault, unit, identifier, desk.now_ms)
    number = len(store.steps(desk.connection, identifier)) + 1
    first = len(store.parties(desk.connection, identifier)) + 1
    for place, party in enumerate(given.parties, start=first):
        sealing.add(party, place, number)
    step = NewStep(
        desk.now_ms, actor.name, asked.value, state.value, checked.way.to.value, checked.given,
        sealing.texts(checked.texts, number),
    )  # fmt: skip
    store.add_step(desk.connection, identifier, step)
