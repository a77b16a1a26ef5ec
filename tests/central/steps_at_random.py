"""Records and cases that went some way through their tables, written into the store as their rooms write them."""

from __future__ import annotations

import random
import secrets
from typing import Any, Final

from sqlalchemy import Connection, insert

from central.aid.chain import START, hash_of
from central.aid.stages import WAYS, Before, Move, State
from central.aid.tables import aid_case, aid_party, aid_step
from central.aid_limits.tables import aid_limit
from central.keeping.sealed_columns import Vault
from central.matters import store as matters
from central.matters.facts import FACTS
from central.matters.stages import STAGES
from central.matters.words import Kind
from central.matters.words import Move as MatterMove
from central.matters.words import State as MatterState
from central.strict_json import write_json
from hall.intake.codes import MATTERS, NOTICES, TERMINATIONS, Basis, Channel, Group, Nature
from hall.moment import local_ms

DAY_MS: Final = 86_400_000
_ENDS_SOON: Final = (
    MatterMove.STRIKE, MatterMove.CANCEL, MatterMove.WITHDRAW, MatterMove.DECLINE, MatterMove.CORRECT, MatterMove.LINK,
)  # fmt: skip
BEGIN_MS: Final = local_ms("2026-11-01", 0)


class Records:
    """Of one unit, from one seed."""

    def __init__(self, connection: Connection, unit: str, hall: str, chance: random.Random) -> None:
        self.connection, self.unit, self.hall, self.chance = connection, unit, hall, chance
        vault = Vault(b"m" * 32)
        vault.make_index_key(connection, 1)
        self.sealed = vault.seal(connection, "city", "{}", "x", 1)
        self.matters, self.cases = 0, 0

    def matter(self, kind: Kind, ticket: tuple[str, str] | None = None) -> str:
        """Moves at random until nothing leads on; now and then the last one is taken back."""
        chance, identifier, at_ms = self.chance, secrets.token_hex(8), BEGIN_MS + self.chance.randint(-20, 40) * DAY_MS
        self.matters += 1
        state, stands = MatterState.NEW, list[tuple[MatterState, MatterState]]()
        steps: list[matters.NewStep] = []
        for _ in range(chance.randint(1, 9)):
            ways = STAGES[kind][state]
            if len(stands) > 1 and chance.random() < 0.2:
                back, to = stands.pop()
                steps.append(matters.NewStep(at_ms, "x", MatterMove.TAKE_BACK, to, back, {}, None))
                state = back
            elif ways:
                goes_on: list[MatterMove] = [one for one in ways if one not in _ENDS_SOON] or [*ways]
                move = chance.choice(sorted(goes_on if chance.random() < 0.85 else ways))
                way = ways[move]
                said = {
                    name: self._fact(name)
                    for name in (*way.needs, *way.may)
                    if chance.random() < 0.7 or name in way.needs
                }
                steps.append(matters.NewStep(at_ms, "x", move, state, way.to, said, None))
                stands.append((state, way.to))
                state = way.to
            at_ms += chance.randint(0, 12) * DAY_MS
        self.keep(identifier, kind, ticket, steps)
        return identifier

    def keep(self, identifier: str, kind: Kind, ticket: tuple[str, str] | None, steps: list[matters.NewStep]) -> None:
        matters.add(
            self.connection, id=identifier, kind=kind.value, unit=self.unit, hall=self.hall, year=2026,
            number=self.matters, state=steps[-1].to_state, facts="{}", channel="VISIT", staff="x",
            ticket_day=ticket[0] if ticket else None, ticket_number=ticket[1] if ticket else None,
            opened_ms=steps[0].at_ms, changed_ms=steps[-1].at_ms, closed_ms=None, version=len(steps),
        )  # fmt: skip
        for step in steps:
            matters.add_step(self.connection, identifier, step)

    def _fact(self, name: str) -> Any:
        fact, chance = FACTS[name], self.chance
        match fact.kind:
            case "choice":
                return chance.choice(fact.options)
            case "several":
                return sorted(chance.sample(fact.options, chance.randint(0, len(fact.options))))
            case "flag":
                return chance.random() < 0.5
            case "number":
                return chance.randint(1, 20)
            case "money":
                return chance.randint(0, 10**9)
            case "day":
                return chance.choice(("2026-10-31", "2026-11-15", "2026-12-01"))
            case "time":
                return "09:00"
        return "a" * 16

    def case(self) -> str:
        """A case of legal aid, by the table of its moves."""
        chance, identifier = self.chance, secrets.token_hex(8)
        self.cases += 1
        notice = chance.random() < 0.2
        at_ms, state = BEGIN_MS + chance.randint(-25, 30) * DAY_MS, State.NOTICE_IN if notice else State.DRAFT
        steps: list[Any] = (
            [(at_ms, Move.RECEIVE_NOTICE, "", state)] if notice else [(at_ms, Move.SUBMIT, state, State.SUBMITTED)]
        )
        state, told = steps[0][3], list(steps)
        for _ in range(chance.randint(0, 12)):
            at_ms += chance.randint(0, 8) * DAY_MS
            moved = [one for one in told[1:] if one[2] != one[3]]
            if moved and chance.random() < 0.1:
                told.remove(moved[-1])
                steps.append((at_ms, Move.TAKE_BACK, state, moved[-1][2]))
                state = State(moved[-1][2])
                continue
            ways = [move for move, way in WAYS.items() if state in way.sources and move is not Move.TAKE_BACK]
            if not ways:
                break
            move = chance.choice(sorted(ways))
            steps.append((at_ms, move, state, self._leads(move, state, told)))
            told.append(steps[-1])
            state = State(steps[-1][3])
        self._keep_case(identifier, notice, steps)
        return identifier

    def _leads(self, move: Move, state: State, told: list[Any]) -> State:
        to = WAYS[move].to
        if to is Before.OBJECTED_TO:
            refused = any(step[1] is Move.REFUSE for step in told)
            return State.GRANTED if refused else State.ENGAGED
        return state if isinstance(to, Before) else to

    def _keep_case(self, identifier: str, notice: bool, steps: list[Any]) -> None:
        chance = self.chance
        groups = " ".join(chance.sample(list(Group), chance.randint(0, 3)))
        self.connection.execute(
            insert(aid_case).values(
                id=identifier, unit=self.unit, number=f"{self.unit} {self.cases}", state=steps[-1][3],
                matter=chance.choice(NOTICES if notice else MATTERS), nature=chance.choice(list(Nature)),
                aid_form="FORM_4", stage="NONE", basis=chance.choice(list(Basis)), groups=groups,
                channel=chance.choice(list(Channel)), sealed=self.sealed, ground=chance.choice(TERMINATIONS),
                made_ms=steps[0][0], changed_ms=steps[-1][0], version=1, live=True,
            )
        )  # fmt: skip
        before = START
        for n, (at_ms, move, from_state, to_state) in enumerate(steps, start=1):
            facts = {"ground": chance.choice(TERMINATIONS)} if move is Move.TERMINATE else {}
            row: dict[str, Any] = {
                "case": identifier, "n": n, "at_ms": at_ms, "actor": "x", "capacity": "DESK", "unit": "city/",
                "source": "", "move": str(move), "from_state": str(from_state), "to_state": str(to_state), "form": "",
                "facts": write_json(facts), "sealed": None, "before": before,
            }  # fmt: skip
            before = hash_of(before, row)
            self.connection.execute(insert(aid_step).values(**row, hash=before))
        if chance.random() < 0.8:
            mark = f"person-{chance.randint(1, 4)}"
            party = {"case": identifier, "n": 1, "role": "APPLICANT", "id_mark": mark, "name_mark": "n", "gone": False}
            self.connection.execute(insert(aid_party).values(**party))
        if chance.random() < 0.4:
            self._late(identifier, chance.choice(steps)[0])

    def _late(self, identifier: str, at_ms: int) -> None:
        self.connection.execute(
            insert(aid_limit).values(
                case=identifier, k=1, n=0, unit=self.unit, rule_id=self.chance.choice(("LA_DECIDE", "LA_ASSIGN")),
                rule_from="2022-01-01", remind="", basis="{}", by_days=True, started_ms=1, due_ms=1, near_ms=1,
                provisional=False, table_revision="1", made_ms=1, ended_ms=at_ms, outcome="LATE",
            )
        )  # fmt: skip
