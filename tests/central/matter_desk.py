"""Records for tests: made, moved and looked at over a real store and vault, with a clock by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select

from central import schema
from central.aid.tables import aid_case
from central.database import Database
from central.imports.register import Register
from central.imports.register import Who as Lawyer
from central.imports.tables import lawyer_entry
from central.keeping.sealed_columns import Vault
from central.live import store as live_store
from central.matters import room_store, standing, store, taking_back, work
from central.matters.facts import FACTS, minute_of
from central.matters.people import Party
from central.matters.stages import STAGES, Way, way
from central.matters.tables import matter, matter_party, matter_step, visit_slot
from central.matters.words import Kind, Move, Relation, Role, State, Who
from central.matters.work import Actor, Desk, Given, Place
from hall.moment import local_day, local_ms
from hall_config.rest_days import shipped_table

NOW_MS = local_ms("2026-11-23", 10 * 60)  # a Monday
HALL, CASE, ROOM = "hall-one", "c" * 16, "a" * 16
ALL = frozenset({Who.DESK, Who.SUPERVISOR, Who.PUBLIC})
WANG, LI = Actor("wang.li", "city/", ALL), Actor("li.na", "city/", ALL)
MIN_MS = 60_000
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(n: int, birth: str = "19490101") -> str:
    """Nobody's: there is no area 99."""
    digits = f"990101{birth}{n:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11]


def party(role: Role, n: int = 1) -> Party:
    relation = Relation.PARENT if role is Role.VISITOR else None
    name = {Role.APPLICANT: "欧阳春兰", Role.RESPONDENT: "钱多多"}.get(role, "赵䶮")
    return Party(role=role, name=name, id_number=id_number(n), phone="13900000001", relation=relation)


class MatterDesk:
    """A desk over one store."""

    def __init__(self, database: Database, vault: Vault | None = None, now_ms: int = NOW_MS) -> None:
        self.database, self.vault, self.now_ms = database, vault or Vault(b"m" * 32), now_ms
        self.lawyer, self._days = "", 0
        with database.write() as connection:
            self.vault.make_index_key(connection, now_ms)
            live_store.know(connection, HALL, now_ms)
            self._lawyer_and_case(connection)
            if room_store.room(connection, ROOM, "city/") is None:
                room_store.add(connection, id=ROOM, hall=HALL, name_zh="一号室", name_en="One", made_ms=now_ms)

    def _lawyer_and_case(self, connection: Any) -> None:
        register = Register(self.vault, connection, self.now_ms)
        who = Lawyer("19901201511234567", "孙文")
        self.lawyer = register.mark(who.licence)
        sealed = self.vault.seal(connection, "city", "{}", "x", self.now_ms)
        if connection.execute(select(aid_case.c.id)).first() is None:
            row = {
                "sealed": register.seal(who, self.lawyer, "city"),
                "firm": "第九十九律师事务所",
                "firm_code": "31990000" + "0" * 10,
            }
            connection.execute(
                insert(lawyer_entry).values(mark=self.lawyer, state="ACTIVE", unit="city", changed_ms=1, **row)
            )
            case: dict[str, Any] = {
                "id": CASE,
                "unit": "city",
                "state": "SUBMITTED",
                "matter": "M31_5",
                "nature": "CIVIL",
                "stage": "NONE",
                "number": "第0001号",
            }
            case |= {"aid_form": "FORM_4", "channel": "WINDOW", "made_ms": 1, "changed_ms": 1, "version": 1}
            connection.execute(insert(aid_case).values(sealed=sealed, **case))

    def desk(self, connection: Any) -> Desk:
        return Desk(connection, self.vault, shipped_table(), self.now_ms)

    def begin(
        self, kind: Kind, move: Move | None = None, given: Given | None = None, actor: Actor = WANG, **facts: Any
    ) -> str:
        move = move or next(iter(STAGES[kind][State.NEW]))
        with self.database.write() as connection:
            place = Place("city", HALL, local_day(self.now_ms), "A001")
            wanted = given or self.given(kind, State.NEW, move, **facts)
            return work.begin(self.desk(connection), actor, kind, move, wanted, place)

    def move(
        self,
        identifier: str,
        move: Move,
        given: Given | None = None,
        actor: Actor = WANG,
        version: int = 0,
        **facts: Any,
    ) -> None:
        row = self.row(identifier)
        kind, state = Kind(row["kind"]), State(row["state"])
        wanted = given or self.given(kind, state, move, **facts)
        self._be_there_in_time(kind, move, row)
        with self.database.write() as connection:
            work.move(self.desk(connection), actor, identifier, version or row["version"], move, wanted)

    def take_back(self, identifier: str, actor: Actor = WANG, version: int = 0, reason: str = "点错了") -> None:
        row = self.row(identifier)
        with self.database.write() as connection:
            texts = {"reason": reason} if reason else {}
            taking_back.take_back(self.desk(connection), actor, identifier, version or row["version"], Given({}, texts))

    def stands(self, identifier: str) -> dict[str, Any]:
        """Everything that a record says and has, whatever it took to come there."""
        row = dict(self.row(identifier))
        gone = {name: row.pop(name) for name in ("version", "changed_ms", "closed_ms")}
        with self.database.read() as connection:
            steps = store.steps(connection, identifier)
            there = store.parties(connection, identifier, standing.numbers(steps))
            wanted = select(visit_slot).where(visit_slot.c.matter == identifier).order_by(*visit_slot.primary_key)
            rooms = connection.execute(wanted).all()
            assert store.broken_at(steps) is None
        return {**row, "closed": gone["closed_ms"] is not None, "people": [one["n"] for one in there], "rooms": rooms}

    def given(self, kind: Kind, state: State, move: Move, **facts: Any) -> Given:
        """What the table says that this move needs, and everything that it may have."""
        found = way(kind, state, move)
        if found is None:
            return Given(facts)
        papers = {"id_shown": True, "kinship_shown": True} if kind is Kind.VISIT and state is State.NEW else {}
        said = {name: self._fact(name) for name in found.needs} | papers | facts
        return Given(said, dict.fromkeys((*found.texts, *found.may_texts), "正文"), self._people(found, state))

    def _people(self, found: Way, state: State) -> Sequence[Party]:
        needed = state in (State.NEW, State.REQUESTED)
        return [party(role, n) for n, role in enumerate(found.roles, start=1)] if needed else []

    def _fact(self, name: str) -> Any:
        day = local_day(self.now_ms)
        self._days += name == "visit_day"  # a room's day for each visit
        special = {
            "case": CASE, "lawyer": self.lawyer, "room": ROOM, "handler": WANG.name, "asked_time": "08:00",
            "visit_day": local_day(self.now_ms + self._days * 86_400_000), "visit_from": "09:00",
            "visit_until": "09:30",
        }  # fmt: skip
        fact = FACTS[name]
        usual = {"flag": True, "number": 2, "money": 123_45, "day": day, "time": "15:00"}
        if name in special:
            return special[name]
        if fact.kind == "choice":
            return fact.options[0]
        return fact.options[:2] if fact.kind == "several" else usual[fact.kind]

    def _be_there_in_time(self, kind: Kind, move: Move, row: Any) -> None:
        """At the desk when the visit is."""
        minutes = {Move.CHECK_IN: -5, Move.WAIVE: 16, Move.NOTE_HELD: 20}.get(move)
        if kind is Kind.VISIT and minutes is not None and row["state"] in (State.ROOM_BOOKED, State.CHECKED_IN):
            facts = json.loads(row["facts"])
            at = local_ms(facts["visit_day"], minute_of(facts["visit_from"])) + minutes * MIN_MS
            self.now_ms = max(self.now_ms, at)

    def bring_to(self, kind: Kind, state: State) -> str:
        """A fresh record in that state, by the shortest way."""
        way_there = self.way_to(kind, state)
        identifier = self.begin(kind, way_there[0])
        for move in way_there[1:]:
            self.move(identifier, move, actor=LI if move in (Move.CLOSE, Move.REOPEN) else WANG)
        return identifier

    @staticmethod
    def way_to(kind: Kind, state: State) -> list[Move]:
        ways: list[tuple[State, list[Move]]] = [(State.NEW, [])]
        seen = {State.NEW}
        for stands, moves in ways:
            for move, found in STAGES[kind].get(stands, {}).items():
                if found.to not in seen:
                    seen.add(found.to)
                    ways.append((found.to, [*moves, move]))
        return next(moves for stands, moves in ways if stands is state)

    def row(self, identifier: str) -> Any:
        with self.database.read() as connection:
            row = store.by_id(connection, identifier, "city/")
            assert row is not None
            return row

    def everything(self) -> str:
        """All that is stored of records, to see whether anything changed."""
        tables = (matter, matter_step, matter_party, visit_slot)
        with self.database.read() as connection:
            return str([connection.execute(select(one).order_by(*one.primary_key)).all() for one in tables])

    def halls_unit(self) -> str:
        with self.database.read() as connection:
            return str(connection.execute(select(schema.hall.c.unit).where(schema.hall.c.id == HALL)).scalar_one())
