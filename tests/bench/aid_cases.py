"""A bureau's store with years of legal aid in it: 200,000 cases, a tenth of them live; every person is made up.

``python -m tests.bench.aid_cases --database URL --master KEYFILE --cases 200000``. The rows are those that casework
leaves behind: a sealed application, its people's marks, and two or three steps in the chain. Two fifths of the cases
are one large district's centre's, the rest of sixteen districts, their streets among them. Area 99 of an ID number is
nobody's. Seeded: the same arguments make the same people.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Table, insert

from central import schema
from central.aid.chain import START, hash_of
from central.aid.people import case_place
from central.aid.stages import State, is_live
from central.aid.tables import aid_case, aid_party, aid_step
from central.clock import now_ms
from central.database import Database
from central.keeping.sealed_columns import SealedText, Vault
from central.lawyers.name_key import name_key

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
DISTRICTS: Final = 16
LIVE: Final = 0.1
_AT_ONCE: Final = 5_000
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN: Final = "安邦诚德恩方国海和华嘉健杰静君凯兰丽玲龙梅敏明娜宁平琴清蓉瑞珊淑思涛婷伟文霞翔晓欣雅岩艳怡英宇玉泽志"
_TRADES: Final = ("建筑劳务", "物流", "物业服务", "餐饮管理")
# Live and ended states by how many of a hundred have them.
_LIVE_STATES: Final = {
    State.SUBMITTED: 12, State.UNDER_REVIEW: 18, State.NEED_SUPPLEMENT: 10, State.COOP_CHECK: 2, State.GRANTED: 6,
    State.ASSIGNED: 8, State.ENGAGED: 34, State.CHANGING: 1, State.NOTICE_IN: 3, State.CLOSED: 5, State.OBJECTED: 1,
}  # fmt: skip
_ENDED_STATES: Final = {
    State.ARCHIVED: 84, State.REFUSED: 6, State.WITHDRAWN: 4, State.DEEMED_WITHDRAWN: 2, State.REDIRECTED: 2,
    State.TERMINATED: 1, State.UPHELD: 1,
}  # fmt: skip
_RULE: Final = {
    State.SUBMITTED: "LA_DECIDE", State.UNDER_REVIEW: "LA_DECIDE", State.NEED_SUPPLEMENT: "LA_SUPPL",
    State.GRANTED: "LA_ASSIGN", State.NOTICE_IN: "LA_NOTICE", State.ASSIGNED: "LA_SIGN", State.CHANGING: "LA_CHANGE",
    State.CLOSED: "LA_PAY", State.OBJECTED: "LA_OBJ_REVIEW",
}  # fmt: skip

_BEFORE_PROPOSAL: Final = frozenset(
    {State.SUBMITTED, State.UNDER_REVIEW, State.NEED_SUPPLEMENT, State.COOP_CHECK, State.NOTICE_IN}
    | {State.WITHDRAWN, State.DEEMED_WITHDRAWN, State.REDIRECTED}
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made, as it stands at ``now_ms``."""

    now_ms: int
    cases: int = 200_000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Somebody:
    """A made-up person of the store, to be looked up again."""

    case: str
    number: str
    name: str
    id_number: str


def fill(database: Database, vault: Vault, size: Size) -> list[Somebody]:
    """Fill an empty store; a few of its people."""
    with database.write() as connection:
        _units(connection)
        vault.make_index_key(connection, size.now_ms)
    known: list[Somebody] = []
    for start in range(0, size.cases, _AT_ONCE):
        with database.write() as connection:
            made = [_case(connection, vault, size, n) for n in range(start, min(start + _AT_ONCE, size.cases))]
            _put(connection, aid_case, [case for case, _, _, _ in made])
            _put(connection, aid_party, [party for _, parties, _, _ in made for party in parties])
            _put(connection, aid_step, [step for _, _, steps, _ in made for step in steps])
            known.append(made[len(made) // 3][3])
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    return known


def centre(number: int) -> str:
    return f"aid-{number:02d}"


def _units(connection: Connection) -> None:
    """Sixteen districts, each with its centre and twenty streets below it."""
    rows = []
    for number in range(DISTRICTS):
        district = f"district-{number:02d}"
        rows.append((district, "city", "district", f"city/{district}/", f"第{number + 1}区司法局"))
        path = f"city/{district}/{centre(number)}/"
        rows.append((centre(number), district, "street", path, f"第{number + 1}区法律援助中心"))
        for street in range(20):
            unit = f"s-{number:02d}-{street:02d}"
            rows.append((unit, district, "street", f"city/{district}/{unit}/", f"{street + 1}号街道工作站"))
    names = ("id", "parent", "level", "path", "name_zh")
    more = {"made_ms": 1, "closed_ms": None}
    connection.execute(
        insert(schema.unit), [{**dict(zip(names, row, strict=True)), "name_en": row[0], **more} for row in rows]
    )


def _unit_of(chance: random.Random) -> str:
    if chance.random() < 0.4:
        return centre(0)
    district = chance.randrange(DISTRICTS)
    return centre(district) if chance.random() < 0.9 else f"s-{district:02d}-{chance.randrange(20):02d}"


_Rows = list[dict[str, Any]]


def _case(connection: Connection, vault: Vault, size: Size, n: int) -> tuple[dict[str, Any], _Rows, _Rows, Somebody]:
    chance = random.Random(size.seed * 1_000_003 + n)
    live = chance.random() < LIVE
    states = _LIVE_STATES if live else _ENDED_STATES
    state = chance.choices(list(states), list(states.values()))[0]
    unit, case = _unit_of(chance), f"{n:016x}"
    age_ms = chance.randrange(20 * DAY_MS) if live else chance.randrange(20 * DAY_MS, 3 * 365 * DAY_MS)
    received_ms = size.now_ms - age_ms
    name, number = _name(chance), id_number(chance)
    official = f"（测{unit}）援申字〔{2023 + n % 4}〕第{n:04d}号"
    firm = f"测试{chance.choice(_TRADES)}{int(chance.paretovariate(0.6)) % 3000}号公司"
    application = _application(chance, name, number, firm)
    row = {
        **_facts(chance, state, size.now_ms), "id": case, "unit": unit, "number": official, "state": state.value,
        "sealed": vault.seal(connection, unit, application, case_place(case), size.now_ms),
        "live": is_live(state), "proposed": _is_proposed(case, state),
        "received_ms": received_ms, "made_ms": received_ms,
        "changed_ms": received_ms + age_ms // 2, "version": 2,
        "receipt": f"Phall-{n % 250:03d}-{n:026d}", "hall": f"hall-{n % 250:03d}",
    }  # fmt: skip
    marks = {
        "id_mark": vault.index(connection, "id_number", number, size.now_ms),
        "name_mark": vault.index(connection, "person_name", name_key(name), size.now_ms),
    }
    other = {"name_mark": vault.index(connection, "person_name", name_key(firm), size.now_ms)}
    parties: _Rows = [
        {"case": case, "n": 0, "role": "APPLICANT", **marks},
        {"case": case, "n": 1, "role": "OPPOSING", "id_mark": None, **other},
    ]
    steps = _steps(case, state, received_ms, age_ms)
    return row, parties, steps, Somebody(case, official, name, number)


def _facts(chance: random.Random, state: State, at_ms: int) -> dict[str, Any]:
    """What of a case stands in plain columns; a live one has a limit, a few days from now or a few days ago."""
    rule = _RULE.get(state)
    due_ms = at_ms + chance.randrange(-2 * DAY_MS, 12 * DAY_MS) if rule else None
    reviewed = state not in (State.SUBMITTED, State.NEED_SUPPLEMENT) and chance.random() < 0.5
    return {
        "matter": chance.choice(("M31_5", "M31_7", "M31_4", "M32_4", "M24")), "nature": "CIVIL", "aid_form": "FORM_4",
        "stage": "NONE", "channel": chance.choice(("WINDOW", "WINDOW", "KIOSK", "WEB", "STATION")),
        "urgent": chance.random() < 0.02, "military": chance.random() < 0.02, "aided_first": chance.random() < 0.01,
        "identified": chance.random() > 0.05, "due_ms": due_ms, "due_rule": rule,
        "owner": f"staff-{chance.randrange(40):02d}" if chance.random() < 0.7 else "",
        "reviewer": f"staff-{chance.randrange(40):02d}" if reviewed else "",
        "groups": chance.choice(("", "ELDER", "MIGRANT_WORKER", "ELDER WOMAN")),
    }  # fmt: skip


def _application(chance: random.Random, name: str, number: str, firm: str) -> str:
    """As `Application.model_dump_json` writes it, with about as much in it as people tell."""
    facts = "申请人在对方处工作，对方拖欠工资，经多次催要未付。" * chance.randrange(3, 12)
    applicant = {"name": name, "id_kind": "RESIDENT", "id_number": number, "phone": f"139{chance.randrange(10**8):08d}"}
    more = {
        "sex": chance.choice("MF"), "birth": f"{number[6:10]}-{number[10:12]}-{number[12:14]}", "ethnicity": "汉族",
        "household_address": "测试市测试路1号", "address": "测试市测试路1号",
    }  # fmt: skip
    other = {"name": firm, "id_kind": "NONE", "id_number": ""}
    paper = {"name": "身份证复印件", "copies": 1, "original": False}
    whole = {
        "consent": True, "applicant": applicant | more, "agent": None, "matter": "M31_5", "nature": "CIVIL",
        "aid_form": "FORM_4", "stage": "NONE", "position": "原告", "organ": "", "presumed": None,
        "hardship": {"household": 3, "income": 120000, "basis": "PROMISE", "promise": True},
        "groups": [], "opposing": [other], "facts": facts, "papers": [paper], "signature": "QUJD" * 700,
        "signed_how": "SIGNATURE",
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False)


def _is_proposed(case: str, state: State) -> bool:
    return state not in _BEFORE_PROPOSAL or (state is State.UNDER_REVIEW and int(case, 16) % 3 == 0)


def _steps(case: str, state: State, received_ms: int, age_ms: int) -> _Rows:
    moves = [("SUBMIT", State.DRAFT, State.SUBMITTED, received_ms)]
    if _is_proposed(case, state):
        moves.append(("PROPOSE", State.UNDER_REVIEW, State.UNDER_REVIEW, received_ms + age_ms // 3))
    if state in (State.OBJECTED, State.UPHELD):
        moves.append(("OBJECT", State.REFUSED, State.OBJECTED, received_ms + age_ms // 2))
    if moves[-1][2] is not state:
        moves.append(("CORRECT", state, state, received_ms + age_ms // 2))
    steps: _Rows = []
    before = START
    for n, (move, left, to, at_ms) in enumerate(moves, 1):
        step = {
            "case": case, "n": n, "at_ms": at_ms, "actor": "staff-01", "capacity": "DESK", "unit": "city/",
            "source": "127.0.0.1", "move": move, "from_state": left.value, "to_state": to.value, "form": "F05",
            "facts": "{}", "sealed": None,
        }  # fmt: skip
        steps.append({**step, "before": before, "hash": hash_of(before, step)})
        before = steps[-1]["hash"]
    return steps


def _name(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2, 2))))


def id_number(chance: random.Random) -> str:
    """Nobody's, but well made: area 99, a day that exists, the right check character."""
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(24_000))
    digits = f"99{chance.randrange(10**4):04d}{born:%Y%m%d}{chance.randrange(1000):03d}"
    return digits + "10X98765432"[sum(int(one) * weight for one, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def _put(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """The engine's own quickest way in; what a row does not say is what the table has for it."""
    columns = [column.name for column in table.columns if column.name in rows[0]]
    names = ", ".join(f'"{name}"' for name in columns)
    raw = connection.connection.dbapi_connection
    assert raw is not None
    values: Iterator[list[Any]] = ([_bare(row[name]) for name in columns] for row in rows)
    if isinstance(raw, sqlite3.Connection):
        raw.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(columns))})", values)
        return
    assert isinstance(raw, psycopg.Connection)
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _bare(value: Any) -> Any:
    return value.record if isinstance(value, SealedText) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--master", type=Path, required=True, help="central's file master.key")
    parser.add_argument("--cases", type=int, default=200_000)
    asked = parser.parse_args()
    database = Database(asked.database)
    began = time.perf_counter()
    try:
        vault = Vault(bytes.fromhex(asked.master.read_text().strip()))
        fill(database, vault, Size(now_ms(), asked.cases))
        print(f"{asked.cases} cases in {time.perf_counter() - began:.1f} s")
    finally:
        database.close()


if __name__ == "__main__":
    main()
