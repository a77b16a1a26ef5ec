"""What central does not take in, however it comes: one set of checks for window, station, home and halls."""

from __future__ import annotations

import base64
from typing import Any
from zlib import crc32

import pytest

from central.accounts.permissions import Role
from central.aid import store
from central.aid.people import open_application
from central.aid.stages import Move, Who
from central.aid_files.rules import FileKind
from central.aid_papers import issuing
from central.database import Database
from central.failures import ApiError
from central.phone.tries import LIMITS
from hall.intake.codes import Channel
from hall_config.wording import say
from tests.central.aid_desk_over_http import open_desk, post
from tests.central.aid_house import (
    GRANT,
    INK,
    PROPOSAL,
    REFUSAL,
    REFUSING,
    UNIT,
    House,
    actor,
    application,
    id_number,
    notice,
)
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.test_aid_applicants import apply, open_house

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
UNSEEN = "\u200b\u200d\u2060\u3164\u2800"  # signs of no width, fillers, the empty pattern of Braille
HERS = application()["applicant"]["id_number"]
ADULT = id_number("0101", "19850315", "002")
BOY = id_number("0101", "20140315", "001")


def png(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


DOT = base64.b64decode(INK)
PARENT = {"person": {"name": "示例母亲", "id_number": ADULT}, "relation": "PARENT", "authority": "户口簿"}


def person(**changes: Any) -> dict[str, Any]:
    return {**application()["applicant"], **changes}


def agent(authority: str = "户口簿", relation: str = "PARENT", **changes: Any) -> dict[str, Any]:
    return {"person": {**PARENT["person"], **changes}, "relation": relation, "authority": authority}


def opposing(**changes: Any) -> list[dict[str, Any]]:
    return [{"name": "示例儿子", "id_kind": "NONE", **changes}]


NOBODY = {"id_kind": "NONE", "id_number": ""}
HOSTILE: list[tuple[dict[str, Any], str, str]] = [
    ({"signature": png(b"<html><script>alert(1)</script></html>")}, "AID_SIGNATURE_UNREADABLE", "signature"),
    ({"signature": png(b"\x89PNG\r\n\x1a\n<script>alert(1)</script>")}, "AID_SIGNATURE_UNREADABLE", "signature"),
    ({"signature": png(DOT + b"<script>")}, "AID_SIGNATURE_UNREADABLE", "signature"),
    ({"signature": png(DOT[:-1])}, "AID_SIGNATURE_UNREADABLE", "signature"),
    ({"signature": "☃"}, "AID_SIGNATURE_UNREADABLE", "signature"),
    ({"applicant": person(name="　 ")}, "AID_NAME_MISSING", "applicant.name"),
    ({"applicant": person(name=UNSEEN)}, "AID_NAME_MISSING", "applicant.name"),
    ({"applicant": person(name="")}, "AID_NAME_SHAPE", "applicant.name"),
    ({"agent": agent(name=UNSEEN)}, "AID_AGENT_NAME_MISSING", "agent.person.name"),
    ({"agent": agent(id_number=BOY)}, "AID_AGENT_IS_MINOR", "agent.person.id_number"),
    ({"agent": agent(id_kind="PASSPORT", id_number="E00000000", birth="2014-03-15")}, "AID_AGENT_IS_MINOR",
     "agent.person.id_number"),
    ({"agent": agent(**NOBODY)}, "AID_AGENT_ID_MISSING", "agent.person.id_number"),
    ({"agent": agent(id_number="")}, "AID_AGENT_ID_MISSING", "agent.person.id_number"),
    ({"agent": agent(authority=" ")}, "AID_AUTHORITY_MISSING", "agent.authority"),
    ({"agent": agent(id_number=HERS)}, "AID_AGENT_IS_APPLICANT", "agent.person.id_number"),
    ({"applicant": person(**NOBODY, birth="2030-01-01")}, "AID_BIRTH_AHEAD", "applicant.birth"),
    ({"applicant": person(**NOBODY, birth="2030-01-01"), "agent": PARENT}, "AID_BIRTH_AHEAD", "applicant.birth"),
    ({"applicant": person(id_number=id_number("0101", "20300101", "001"))}, "AID_BIRTH_AHEAD", "applicant.id_number"),
    ({"applicant": person(**NOBODY, birth="2010-02-29")}, "AID_NO_SUCH_BIRTH", "applicant.birth"),
    ({"applicant": person(**NOBODY, birth="1850-01-01")}, "AID_BIRTH_LONG_AGO", "applicant.birth"),
    ({"applicant": person(id_number=id_number("0101", "18500101", "001"))}, "AID_BIRTH_LONG_AGO",
     "applicant.id_number"),
    ({"applicant": person(birth="1949-12-30")}, "AID_BIRTH", "applicant.birth"),
    ({"applicant": person(birth="31.12.1949")}, "AID_DAY_FORM", "applicant.birth"),
    ({"applicant": person(sex="M")}, "AID_SEX_DIFFERS", "applicant.sex"),
    ({"applicant": person(phone="12345")}, "AID_PHONE", "applicant.phone"),
    ({"applicant": person(id_number="９９０１０１\x00")}, "AID_ID_SIGNS", "applicant.id_number"),
    ({"opposing": opposing(id_kind="RESIDENT", id_number=HERS)}, "AID_OPPOSING_IS_OURS", "opposing.0.id_number"),
    ({"opposing": opposing(id_kind="RESIDENT", id_number=ADULT), "agent": PARENT}, "AID_OPPOSING_IS_OURS",
     "opposing.0.id_number"),
    ({"opposing": opposing(name=UNSEEN)}, "AID_OPPOSING_NAME_MISSING", "opposing.0.name"),
    ({"matter": "M24", "nature": "CIVIL"}, "AID_NATURE_DIFFERS", "nature"),
    ({"matter": "M29", "nature": "ADMINISTRATIVE"}, "AID_NATURE_DIFFERS", "nature"),
    ({"nature": "CRIMINAL"}, "AID_NATURE_DIFFERS", "nature"),
    ({"detained": True}, "AID_CUSTODY_MATTER", "detained"),
    ({"matter": "M24", "nature": "CRIMINAL", "detained": True}, "AID_CUSTODY_ORGAN_MISSING", "organ"),
    ({"facts": UNSEEN}, "AID_FACTS_MISSING", "facts"),
    ({"matter": "M99"}, "AID_NO_SUCH_CODE", "matter"),
]  # fmt: skip


def refusals() -> list[str]:
    of_cases = {code for _, code, _ in HOSTILE} | {code for _, code in NOTICES}
    return sorted(of_cases | {"AID_FORM_SKIPPED_F02", "AID_FORM_SKIPPED_F03", "AID_FIRST_CHECK_MISSING"})


def minor(**changes: Any) -> dict[str, Any]:
    return {"accused": {**notice()["accused"], **changes}}


NOTICES: list[tuple[dict[str, Any], str]] = [
    ({"letter": ""}, "AID_NOTICE_LETTER_MISSING"), ({"letter": UNSEEN}, "AID_NOTICE_LETTER_MISSING"),
    ({"organ": " "}, "AID_NOTICE_ORGAN_MISSING"), (minor(name="　"), "AID_NOTICE_NAME_MISSING"),
    (minor(id_number=ADULT), "AID_NOTICE_NOT_MINOR"), (minor(**NOBODY), "AID_NOTICE_AGE_MISSING"),
    (minor(**NOBODY, birth="2008-10-01"), "AID_NOTICE_NOT_MINOR"), (minor(**NOBODY, birth="2030-01-01"),
                                                                    "AID_BIRTH_AHEAD"),
    (minor(**NOBODY, birth="2010-02-29"), "AID_NO_SUCH_BIRTH"), (minor(phone="1"), "AID_PHONE"),
]  # fmt: skip


@ONE_ENGINE
def test_no_window_and_no_station_takes_what_no_form_may_hold(web: Web) -> None:
    desk = open_desk(web)
    for changes, code, field in HOSTILE:
        error = check_error(desk.take(application(**changes)), 422, code)
        assert error["field"] == f"application.{field}", changes
    for changes, code in NOTICES:
        given = {"notice": notice(**changes)}
        check_error(post(desk.of(Role.WINDOW_STAFF), "/notices", given), 422, code)
    station = desk.take(channel="STATION")
    assert check_error(station, 422, "AID_FIRST_CHECK_MISSING")["field"] == "first_check"
    check_error(desk.take(channel="STATION", first_check=UNSEEN), 422, "AID_FIRST_CHECK_MISSING")
    assert desk.take().json()["number"].endswith("0001号"), "nothing of it used a number up"


@ONE_ENGINE
def test_from_home_nothing_comes_in_that_no_window_takes(web: Web) -> None:
    open_house(web)
    codes = ("AID_NAME_MISSING", "AID_AGENT_IS_MINOR", "AID_BIRTH_AHEAD")
    wanted = [one for one in HOSTILE if one[1] in codes]
    assert len(wanted) < LIMITS["aid_apply"][0]
    for count, (changes, code, field) in enumerate(wanted):
        assert check_error(apply(web.client(), f"k{count}", **changes), 422, code)["field"] == f"application.{field}"
    changes, code, _ = HOSTILE[1]
    body = {"centre": UNIT, "application": application(**changes)}
    headers = {"Idempotency-Key": "junk"}
    answer = web.client().post("/api/v1/public/aid/applications", json=body, headers=headers)
    check_error(answer, 422, code)


@pytest.mark.parametrize("code", refusals())
def test_each_refusal_says_in_both_languages_what_to_do(code: str) -> None:
    zh, en = say(f"central.error.{code}", "zh"), say(f"central.error.{code}", "en")
    assert len(zh) >= 10
    assert len(en) >= 20
    if code.startswith("AID_FORM_SKIPPED"):
        assert "《办理法律援助案件程序规定》" in zh
        assert "第" in zh


@ONE_ENGINE
def test_numbers_are_taken_as_people_write_them(database: Database) -> None:
    spaced = f"{HERS[:6]} {HERS[6:14]}\u3000{HERS[14:]}"
    written = person(id_number=spaced, phone="（021）6543-2100")
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take(application(applicant=written, agent=agent(phone="+86 139 0000 0000")))
        found = reading(house, case)
        assert (found.applicant.id_number, found.applicant.phone) == (HERS, "02165432100")
        assert found.agent.person.phone == "13900000000"


def reading(house: House, case: str) -> Any:
    row = store.case(house.connection, case)
    assert row is not None
    return open_application(house.work, case, row["sealed"])


@ONE_ENGINE
def test_nothing_of_a_signatures_file_is_kept_but_its_points(database: Database) -> None:
    told = b"tEXtComment\x00<script>alert(1)</script>"
    chunk = (len(told) - 4).to_bytes(4, "big") + told + crc32(told).to_bytes(4, "big")
    with database.write() as connection:
        house = House(connection).furnish()
        kept = reading(house, house.take(application(signature=png(DOT[:33] + chunk + DOT[33:]))))
        assert b"script" not in base64.b64decode(kept.signature)
        assert base64.b64decode(kept.signature).startswith(b"\x89PNG")


@ONE_ENGINE
@pytest.mark.parametrize("channel", [Channel.WINDOW, Channel.WEB])
def test_aid_is_neither_proposed_nor_granted_before_the_form_is_signed(database: Database, channel: Channel) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take(application(signature="", signed_how="SCAN"), channel)
        house.move(case, Move.IDENTIFY, actor(Who.DESK), {"how": "ID_CARD"})
        house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
        with pytest.raises(ApiError, match="AID_FORM_SKIPPED_F02"):
            house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), REFUSING)
        with pytest.raises(ApiError, match=r"AID_FORM_SKIPPED_F02|AID_NOT_AS_PROPOSED"):
            house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT)
        house.file(case, FileKind.SIGNATURE)
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
        assert house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT) == "GRANTED"


@ONE_ENGINE
def test_of_whom_an_organ_holds_the_organ_is_told_of_a_refusal(database: Database) -> None:
    held = application(
        matter="M24", nature="CRIMINAL", aid_form="FORM_3", stage="INVESTIGATION", hardship={}, opposing=[],
        detained=True, custody="示例看守所", organ="示例区公安分局",
    )  # fmt: skip
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take(held)
        assert reading(house, case).custody == "示例看守所"
        house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), REFUSING)
        house.move(case, Move.REFUSE, actor(Who.APPROVER), REFUSAL)
        assert "F13B" in {row["form"] for row in issuing.papers_of(connection, case)}
