"""A centre of legal aid for tests: a district with a centre, people of every capacity, lawyers, and whole cases."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert

from central import schema
from central.aid import casework, store
from central.aid.origin import Origin, read_notice
from central.aid.people import Work, marks, read_application
from central.aid.rules import Actor
from central.aid.stages import Move, State, Who
from central.aid_files import kept as files
from central.aid_files.rules import FileKind, Source
from central.aid_papers import centre_store, issuing
from central.aid_papers.issuing import Delivery
from central.aid_papers.rules import Method
from central.imports.register import Register
from central.imports.register import Who as LawyerWho
from central.imports.tables import lawyer_entry
from central.keeping.sealed_columns import Vault
from central.lawyers import store as lawyers
from hall.intake.codes import Channel
from hall.moment import local_day
from hall_config.aid_application import Person
from tests.central.aid_pictures import picture
from tests.central.conftest import MASTER

UNIT = "changning"
MONDAY_MS = 1_791_506_400_000  # 2026-10-09 10:40 in China, a Friday that is worked
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
FIRM, OTHER_FIRM = "31990000MD00000001", "31990000MD00000002"
NUMBER = "990101194912310021"
# one point, as a PNG: the applicant's signature
INK = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def id_number(first: str, birth: str, order: str) -> str:
    """A number of the impossible area 99, with its check character (GB 11643-1999)."""
    digits = f"99{first}{birth}{order}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return digits + "10X98765432"[total % 11]


def application(**changes: Any) -> dict[str, Any]:
    """An elder who asks her children for maintenance."""
    whole: dict[str, Any] = {
        "consent": True,
        "applicant": {
            "name": "示例婆婆", "id_number": id_number("0101", "19491231", "002"), "phone": "13900000000",
            "address": "示例路1号",
        },
        "matter": "M31_4",
        "nature": "CIVIL",
        "aid_form": "FORM_4",
        "stage": "NONE",
        "hardship": {"household": 1, "income": 120_000, "basis": "PROMISE", "promise": True},
        "groups": ["ELDER", "WOMAN"],
        "opposing": [{"name": "示例儿子", "id_number": id_number("0101", "19750601", "001")}],
        "facts": "两个儿子三年没有给付赡养费，请求每月各给付一千元。",
        "papers": [{"name": "户口簿", "copies": 1, "original": False}],
        "signature": INK,
        "signed_how": "SIGNATURE",
    }  # fmt: skip
    return whole | changes


def notice(**changes: Any) -> dict[str, Any]:
    """A court gives notice for a minor who is accused."""
    whole: dict[str, Any] = {
        "organ": "示例区人民法院",
        "organ_kind": "COURT",
        "letter": "（2026）示9901刑初1号",
        "accused": {"name": "示例少年", "id_number": id_number("0101", "20100315", "001")},
        "matter": "N25_1",
        "charge": "盗窃",
        "stage": "FIRST",
        "groups": ["MINOR"],
    }
    return whole | changes


def actor(who: Who, name: str | None = None, unit: str = UNIT) -> Actor:
    return Actor(name or who.value.lower(), frozenset({who}), unit, f"city/{unit}/", "test")


@dataclass
class House:
    """One transaction of a centre whose clock stands where a test puts it."""

    connection: Connection
    vault: Vault = field(default_factory=lambda: Vault(MASTER))
    now_ms: int = MONDAY_MS

    @property
    def work(self) -> Work:
        return Work(self.connection, self.vault, self.now_ms)

    def later(self, ms: int = HOUR_MS) -> House:
        self.now_ms += ms
        return self

    def furnish(self) -> House:
        """The district, its centre, and two lawyers of two firms."""

        unit = {"id": UNIT, "parent": "city", "level": "district", "path": f"city/{UNIT}/", "name_zh": "长宁区"}
        self.connection.execute(insert(schema.unit), {**unit, "name_en": "Changning", "made_ms": 0, "closed_ms": None})
        self.vault.make_index_key(self.connection, self.now_ms)
        centre_store.put_centre(
            self.connection, UNIT, self.now_ms, short_name="沪长", name_zh="长宁区法律援助中心", address="示例路9号",
            phone="021-00000000", bureau="长宁区司法局", bureau_address="示例路10号", bureau_phone="021-00000001",
            seal="",
        )  # fmt: skip
        self.lawyer("19999200111111111", "示例甲", FIRM)
        self.lawyer("19999200510222222", "示例乙", OTHER_FIRM)
        return self

    def lawyer(self, licence: str, name: str, firm_code: str, state: str = "ACTIVE", **facts: Any) -> str:
        register = Register(self.vault, self.connection, self.now_ms)
        mark = register.mark(licence)
        row = {"mark": mark, "sealed": register.seal(LawyerWho(licence, name), mark, UNIT), "firm": f"{name}律师事务所"}
        more = {"firm_code": firm_code, "state": state, "unit": UNIT, "changed_ms": self.now_ms}
        self.connection.execute(insert(lawyer_entry), {**row, **more})
        known = {"specialities": "B11 B13", "first_year": 2001, "languages": "", "knows_minors": True,
                 "criminal_since": "2001", "state_as_of_ms": self.now_ms + 400 * DAY_MS}  # fmt: skip
        lawyers.put_facts(self.connection, mark, known | facts, self.now_ms)
        return mark

    @property
    def first_lawyer(self) -> str:
        return Register(self.vault, self.connection, self.now_ms).mark("19999200111111111")

    @property
    def second_lawyer(self) -> str:
        return Register(self.vault, self.connection, self.now_ms).mark("19999200510222222")

    def take(self, given: Mapping[str, Any] | None = None, channel: Channel = Channel.WINDOW, **origin: Any) -> str:
        came = Origin(UNIT, channel, self.now_ms, **origin)
        who = Who.APPLICANT if channel in (Channel.WEB, Channel.KIOSK) else Who.DESK
        return casework.open_case(self.work, actor(who), read_application(dict(given or application())), came)

    def notice(self, given: Mapping[str, Any] | None = None) -> str:
        came = Origin(UNIT, Channel.ORGAN, self.now_ms)
        return casework.open_notice(self.work, actor(Who.DESK), read_notice(dict(given or notice())), came)

    def move(self, case: str, move: Move, by: Actor, given: Mapping[str, Any] | None = None) -> State:
        row = store.case(self.connection, case)
        assert row is not None
        done = casework.move(self.work, by, case, move, dict(given or {}), row["version"])
        self.later()
        return State(done["state"])

    def file(self, case: str, kind: FileKind, source: Source = Source.DESK) -> str:
        raw = picture(len(store.file_facts(self.connection, case)))
        return files.keep(self.connection, self.vault, case, UNIT, raw, kind, "", "desk", source, self.now_ms)

    def helped(self, name: str, number: str = "", firm_code: str = FIRM, lawyer: str | None = None) -> str:
        """A past case, of which only who was helped by which firm is known."""
        case, person = secrets.token_hex(8), Person(name=name, id_number=number)
        store.put_parties(self.connection, case, [{"role": "APPLICANT", **marks(self.work, person)}])
        store.assign(
            self.connection, id=case, case=case, lawyer=lawyer or self.first_lawyer, firm_code=firm_code, reasons="[]",
            chosen_by="assigner", since_ms=0,
        )  # fmt: skip
        store.end_assignment(self.connection, case, "DONE", self.now_ms)
        return case

    def tell_organ(self, case: str) -> None:
        """The last letter to the organ reaches it now."""
        letter = [row["id"] for row in issuing.papers_of(self.connection, case) if row["form"] == "F13"][-1]
        note = Delivery(Method.DIRECT, self.now_ms, "示例书记员")
        issuing.deliver(self.connection, self.vault, letter, note, "desk", self.now_ms)

    # --- to a state, by the shortest way

    def to(self, state: State) -> str:
        """A fresh case that stands in this state."""
        if state is State.NOTICE_IN:
            return self.notice()
        case = self.take()
        self.later()
        for move, by, given in WAY_TO[state]:
            self.move(case, move, actor(by), given(self, case) if callable(given) else given)
        return case


def _lawyer(house: House, case: str) -> dict[str, Any]:
    return {"lawyer": house.first_lawyer, "override_reason": "当事人信任这位律师"}


def _agreement(house: House, case: str) -> dict[str, Any]:
    files = [house.file(case, FileKind.AGREEMENT, Source.FIRM)]
    return {"files": files, "signed_on": local_day(house.now_ms), "one_scan": True}


def _judgment(house: House, case: str) -> dict[str, Any]:
    file = house.file(case, FileKind.JUDGMENT, Source.FIRM)
    return {"outcome": "WON", "text": "法院支持全部诉讼请求。", "recovered_fen": 7_200_000, "files": [file]}


GAPS = {"gaps": [{"kind": "CASE_PAPERS"}, {"kind": "OTHER", "text": "两个儿子的地址"}]}
PROPOSAL = {
    "decision": "GRANT", "basis": "PROMISE", "aid_form": "FORM_4", "matter": "M31_4", "scope": "一审诉讼代理",
    "text": "符合条件，建议给予法律援助。",
}  # fmt: skip
GRANT = {"basis": "PROMISE", "aid_form": "FORM_4", "matter": "M31_4", "nature": "CIVIL", "scope": "一审诉讼代理"}
REFUSAL = {"ground": "NOT_IN_HARDSHIP", "text": "家庭人均收入高于标准。"}
REFUSING = {"decision": "REFUSE", "ground": "NOT_IN_HARDSHIP", "text": "收入高于标准，建议不予援助。"}
ARCHIVING = {
    "box": "2026-援-001", "years": 10, "pay_fen": 150_000, "no_call_back": "UNREACHABLE",
    "no_call_back_text": "三次电话无人接听。",
}  # fmt: skip
Row = tuple[Move, Who, Any]
_REVIEW: list[Row] = [(Move.BEGIN_REVIEW, Who.REVIEWER, {})]
_GRANTED: list[Row] = [*_REVIEW, (Move.PROPOSE, Who.REVIEWER, PROPOSAL), (Move.GRANT, Who.APPROVER, GRANT)]
_REFUSED: list[Row] = [*_REVIEW, (Move.PROPOSE, Who.REVIEWER, REFUSING), (Move.REFUSE, Who.APPROVER, REFUSAL)]
_ASSIGNED: list[Row] = [*_GRANTED, (Move.ASSIGN, Who.ASSIGNER, _lawyer)]
_ENGAGED: list[Row] = [*_ASSIGNED, (Move.ACCEPT, Who.FIRM, {}), (Move.ENGAGE, Who.FIRM, _agreement)]
_CLOSED: list[Row] = [*_ENGAGED, (Move.CLOSE, Who.FIRM, _judgment)]
_OBJECTED: list[Row] = [*_REFUSED, (Move.OBJECT, Who.APPLICANT, {"text": "收入计算有误。"})]
WAY_TO: dict[State, list[Row]] = {
    State.SUBMITTED: [],
    State.UNDER_REVIEW: _REVIEW,
    State.NEED_SUPPLEMENT: [*_REVIEW, (Move.ASK_SUPPLEMENT, Who.REVIEWER, GAPS)],
    State.COOP_CHECK: [
        *_REVIEW,
        (Move.ASK_COOPERATION, Who.REVIEWER, {"centre": "示例市法律援助中心", "ask": "核查收入。"}),
    ],
    State.REDIRECTED: [(Move.REDIRECT, Who.DESK, {"to": "示例市法律援助中心", "reason": "由法院所在地受理。"})],
    State.WITHDRAWN: [(Move.WITHDRAW, Who.DESK, {"how": "WRITTEN"})],
    State.GRANTED: _GRANTED,
    State.REFUSED: _REFUSED,
    State.ASSIGNED: _ASSIGNED,
    State.ENGAGED: _ENGAGED,
    State.CHANGING: [*_ASSIGNED, (Move.BEGIN_CHANGE, Who.SUPERVISOR, {"by": "AGENCY", "reason": "律师出国。"})],
    State.OBJECTED: _OBJECTED,
    State.UPHELD: [*_OBJECTED, (Move.UPHOLD, Who.BUREAU, {"text": "经核查，计算无误。"})],
    State.TERMINATED: [*_ENGAGED, (Move.TERMINATE, Who.APPROVER, {"ground": "T48_7", "text": "受援人要求终止。"})],
    State.CLOSED: _CLOSED,
    State.ARCHIVED: [*_CLOSED, (Move.ARCHIVE, Who.ARCHIVIST, ARCHIVING)],
}
