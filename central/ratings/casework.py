"""Moving a case by hand, in the caller's transaction: the table, the guards, then everything or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.accounts.permissions import Act
from central.accounts.person import Person
from central.failures import Forbidden, NotFound, RefusedByRule, Unavailable, WrongField
from central.keeping.sealed_columns import CannotOpen, SealedText, Vault
from central.ratings import limits, rules, store, store_of_cases
from central.ratings.limits import DueNow
from central.ratings.rules import Asked
from central.ratings.stages import ENDS, Way, moves_from, way
from central.ratings.store_of_cases import NewStep
from central.ratings.words import FACTS, Move, State, Who
from central.strict_json import read_json, write_json
from hall.law.days import DayTable
from hall_config.wording import LANGUAGES, clock_words, date_words, say

_CAPACITIES: Final = {Who.DESK: Act.RATING_WORK, Who.REVIEWER: Act.RATING_REVIEW}


@dataclass(frozen=True, slots=True)
class Given:
    """What a move brings."""

    facts: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the work stands on: a transaction, the vault, the days, the present."""

    connection: Connection
    vault: Vault
    table: DayTable
    now_ms: int


def capacities(person: Person) -> frozenset[Who]:
    return frozenset(who for who, act in _CAPACITIES.items() if person.may(act))


def known(connection: Connection, identifier: str, path: str) -> RowMapping:
    """The case, if its hall stands at or below this path; raises `NotFound`."""
    row = store_of_cases.by_id(connection, identifier, path)
    if row is None:
        raise NotFound("NO_SUCH_RATING_CASE")
    return row


def move(desk: Desk, person: Person, identifier: str, version: int, asked: Move, given: Given) -> None:
    """Raises `NotFound`, `RefusedByRule`, `WrongField` and `Forbidden`; what is refused changes nothing."""
    row = known(desk.connection, identifier, person.path)
    if row["version"] != version:
        raise _changed(desk.connection, row)
    state = State(row["state"])
    found = way(state, asked)
    if found is None or found.who is Who.HALL:
        raise _refused(state)
    if found.who not in capacities(person):
        raise Forbidden("NOT_ALLOWED")
    facts, texts = _facts(given.facts, found), rules.checked_texts(given.texts, found.texts, found.may_texts)
    rules.check(_as_guards_see_it(desk, person, row, asked, texts))
    due = limits.after(found, row, desk.now_ms, desk.table)
    late = _late(row, found, asked, desk.now_ms)
    columns = {**_columns(row, found, due, late, desk.now_ms), **_of_move(asked, person.name, facts, texts, row, desk)}
    if not store_of_cases.change(desk.connection, identifier, version, **columns):
        raise _changed(desk.connection, known(desk.connection, identifier, person.path))
    said = {**facts, **({"late": late} if late else {})}
    step = NewStep(
        desk.now_ms, person.name, asked.value, state.value, found.to.value, said, _sealed(desk, row, texts)
    )  # fmt: skip
    store_of_cases.add_step(desk.connection, identifier, step)


def _facts(given: Mapping[str, str], found: Way) -> dict[str, str]:
    for name in found.facts:
        if name not in given:
            raise WrongField("MISSING_FIELD", f"facts.{name}")
    for name, value in given.items():
        kind: type[StrEnum] | None = FACTS.get(name) if name in {*found.facts, *found.may} else None
        if kind is None:
            raise WrongField("UNKNOWN_FIELD", "facts")
        if value not in set(kind):
            raise WrongField("WRONG_FIELD", f"facts.{name}")
    return dict(given)


def _as_guards_see_it(desk: Desk, person: Person, row: RowMapping, asked: Move, texts: Mapping[str, str]) -> Asked:
    said, reply = "", ""
    if asked is Move.PUBLISH:
        said = store.text_of(desk.connection, (row["hall"], row["day"], row["number"]))
        reply = last_text(desk.connection, desk.vault, row["id"], "reply")
    return Asked(asked, person.name, row, row["staff"], row["has_text"], texts, said, reply)


def _late(row: RowMapping, found: Way, asked: Move, now_ms: int) -> str:
    """The limit that this move ends too late; a move that ends none is never late."""
    ends = found.to != row["state"]
    return str(row["due_rule"]) if ends and row["due_ms"] is not None and now_ms > row["due_ms"] else ""


def _columns(row: RowMapping, found: Way, due: DueNow, late: str, now_ms: int) -> dict[str, Any]:
    overrun = row["late"].split()
    return {
        "state": found.to.value, "changed_ms": now_ms, "closed_ms": now_ms if found.to in ENDS else row["closed_ms"],
        "due_ms": due.due_ms, "due_rule": due.rule, "due_sure": due.sure,
        "late": " ".join([*overrun, late] if late and late not in overrun else overrun),
    }  # fmt: skip


def _of_move(
    asked: Move, actor: str, facts: dict[str, str], texts: dict[str, str], row: RowMapping, desk: Desk
) -> dict[str, Any]:
    """The columns that this move fills beside the state."""
    match asked:
        case Move.CONTACT:
            return {"contacted_ms": desk.now_ms, "in_time": row["due_ms"] is not None and desk.now_ms <= row["due_ms"]}
        case Move.REPLY:
            return {"result": facts["result"], "replied_by": actor, **_HIDDEN}
        case Move.REVISIT:
            return {"content": facts["content"]}
        case Move.REOPEN:
            return {"result": "", "content": "", **_HIDDEN}
        case Move.PROPOSE_INVALID:
            return {"proposed_by": actor, "ground": facts["ground"]}
        case Move.DECLINE_INVALID:
            return {"proposed_by": "", "ground": ""}
        case Move.PUBLISH:
            shown = {"public_reply": texts["public_reply"], "public_text": texts.get("public_text")}
            return {**shown, "published_ms": desk.now_ms}
        case Move.WITHDRAW:
            return _HIDDEN
    return {}


_HIDDEN: Final[dict[str, Any]] = {"public_reply": None, "public_text": None, "published_ms": None}


# --- texts ------------------------------------------------------------------------------------------------------


def _sealed(desk: Desk, row: RowMapping, texts: dict[str, str]) -> SealedText | None:
    if not texts:
        return None
    unit, _ = store.path_of_hall(desk.connection, row["hall"])
    about = _about(row["id"], store_of_cases.next_step(desk.connection, row["id"]))
    return seal(desk, unit, write_json(texts), about)


def seal(desk: Desk, unit: str, text: str, about: str) -> SealedText:
    """Raises `Unavailable` while the vault has no key."""
    try:
        return desk.vault.seal(desk.connection, unit, text, about, desk.now_ms)
    except CannotOpen:
        raise Unavailable("NOT_READY") from None


def texts_of(connection: Connection, vault: Vault, step: Mapping[Any, Any]) -> dict[str, str]:
    """What was written with a step."""
    if step["sealed"] is None:
        return {}
    texts: dict[str, str] = read_json(vault.open(connection, step["sealed"], _about(step["case"], step["n"])))
    return texts


def last_text(connection: Connection, vault: Vault, identifier: str, name: str) -> str:
    """What was last written under this name."""
    found = [texts_of(connection, vault, step).get(name) for step in store_of_cases.steps(connection, identifier)]
    return next((text for text in reversed(found) if text is not None), "")


def _about(identifier: str, number: int) -> str:
    return f"rating_step/{identifier}/{number}"


# --- refusals ---------------------------------------------------------------------------------------------------


def _changed(connection: Connection, row: RowMapping) -> RefusedByRule:
    """Somebody else was quicker: who, when, and what it is now."""
    last = store_of_cases.steps(connection, row["id"])[-1]
    told = [
        say(
            "central.ratings.changed_by", language, actor=last["actor"],
            time=f"{date_words(last['at_ms'], language)} {clock_words(last['at_ms'])}",
            move=say(f"central.rating_move.{last['move']}", language),
            state=say(f"central.rating_state.{row['state']}", language),
        )
        for language in LANGUAGES
    ]  # fmt: skip
    return RefusedByRule("RATING_CASE_CHANGED", "version", words=(told[0], told[1]))


def _refused(state: State) -> RefusedByRule:
    """A move that the table does not have: where the case stands, and what can be done with it."""
    told = []
    for language in LANGUAGES:
        moves = [say(f"central.rating_move.{one}", language) for one in by_hand(state)]
        stands = say(f"central.rating_state.{state}", language)
        between = "、" if language == "zh" else ", "
        key = "central.ratings.moves_now" if moves else "central.ratings.no_moves"
        told.append(say(key, language, state=stands, **({"moves": between.join(moves)} if moves else {})))
    return RefusedByRule("RATING_MOVE_REFUSED", "move", words=(told[0], told[1]))


def by_hand(state: State) -> Sequence[Move]:
    """What people may do with a case in this state."""
    found = ((one, way(state, one)) for one in moves_from(state))
    return [one for one, row in found if row is not None and row.who is not Who.HALL]
