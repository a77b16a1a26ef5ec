"""Looking people up: found by their marks, told masked, a line in the audit without the value, and not without end."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from central import schema
from central.accounts.permissions import Role
from central.aid.tables import aid_case, aid_party
from central.aid_desk import rules, store
from central.aid_desk.tables import aid_lookup
from central.clock import now_ms
from central.lawyers.name_key import name_key
from tests.bench.aid_cases import Size, Somebody, centre, fill
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.test_aid_desk import somebody

WHY = "来电询问办理进度"


@pytest.fixture(name="person")
def person_fixture(web: Web) -> Somebody:
    return fill(web.database, web.parts.vault, Size(now_ms(), cases=120))[0]


def look(client: TestClient, **body: Any) -> Any:
    return client.post("/api/v1/aid/search", json=body)


def loose(number: str) -> str:
    """As somebody types it who has no full-width brackets and leaves out the zeros before the number."""
    narrow = number.translate(str.maketrans("（）〔〕", "()[]"))
    return narrow.replace(serial_of(number), str(int(serial_of(number))))


def serial_of(number: str) -> str:
    return number.rpartition("第")[2].removesuffix("号")


def unit_of(web: Web, case: str) -> str:
    with web.database.read() as connection:
        return str(connection.execute(select(aid_case.c.unit).where(aid_case.c.id == case)).scalar_one())


def lines(web: Web) -> list[Any]:
    with web.database.read() as connection:
        return list(connection.execute(select(schema.audit).where(schema.audit.c.act == "aid.search")).mappings())


def test_a_case_is_found_by_number_receipt_name_and_id_number(web: Web, person: Somebody) -> None:
    client = web.as_role(Role.WINDOW_STAFF)
    with web.database.read() as connection:
        receipt = connection.execute(select(aid_case.c.receipt).where(aid_case.c.id == person.case)).scalar_one()
    for asked in (
        {"number": person.number}, {"number": receipt}, {"number": f"  {person.number} "},
        {"number": receipt.lower()}, {"number": receipt.upper()}, {"number": loose(person.number)},
        {"number": person.number[person.number.index("〔") :]}, {"number": serial_of(person.number)},
        {"number": f"第{int(serial_of(person.number))}号"}, {"number": str(int(serial_of(person.number)))},
        {"name": f"{person.name[:2]}－{person.name[2:]}", "reason": WHY},
        {"name": person.name, "reason": WHY}, {"id_number": person.id_number, "reason": WHY},
        {"id_number": person.id_number.lower(), "reason": WHY}, {"name": f" {person.name}　", "reason": WHY},
    ):  # fmt: skip
        told = look(client, **asked)
        assert told.status_code == 200, (asked, told.text)
        assert person.case in [one["id"] for one in told.json()["items"]], asked
        assert person.name not in told.text
        assert person.id_number not in told.text


def test_whom_one_finds_is_told_by_the_part_they_play(web: Web, person: Somebody) -> None:
    client = web.as_role(Role.REVIEWER)
    assert look(client, name=person.name, reason=WHY).json()["items"][0]["part"] == "APPLICANT"
    with web.database.write() as connection:
        mark = web.parts.vault.index(connection, "person_name", name_key("测试独此一家公司"), now_ms())
        connection.execute(
            update(aid_party).where(aid_party.c["case"] == person.case, aid_party.c.n == 1).values(name_mark=mark)
        )
    told = look(client, name="测试独此一家公司", reason=WHY).json()["items"]
    assert [(one["id"], one["part"]) for one in told] == [(person.case, "OPPOSING")]


def test_who_was_corrected_away_is_found_no_more(web: Web, person: Somebody) -> None:
    with web.database.write() as connection:
        connection.execute(update(aid_party).where(aid_party.c["case"] == person.case).values(gone=True))
    assert look(web.as_role(Role.REVIEWER), id_number=person.id_number, reason=WHY).json()["items"] == []


def test_a_name_with_another_character_is_another_name(web: Web, person: Somebody) -> None:
    client = web.as_role(Role.REVIEWER)
    assert look(client, name=person.name[:-1] + "䶮", reason=WHY).json()["items"] == []
    assert look(client, name=person.name[:1], reason=WHY).json()["items"] == []  # no part of a name finds anybody


def test_each_look_is_a_line_that_tells_what_kind_and_how_many_but_not_whom(web: Web, person: Somebody) -> None:
    client = web.as_role(Role.REVIEWER)
    look(client, name=person.name, reason=WHY)
    look(client, id_number=person.id_number, reason=WHY)
    look(client, number=person.number)
    look(client, name="测试查无此人", reason=WHY)
    found = lines(web)
    assert [row["object"] for row in found] == ["name", "id_number", "number", "name"]
    assert '"found":0' in found[-1]["detail"].replace(" ", "")
    kept = "".join(str(dict(row)) for row in found)
    for value in (person.name, person.id_number, person.number, "查无此人"):
        assert value not in kept


def test_cases_of_another_unit_are_not_found(web: Web, person: Somebody) -> None:
    own = unit_of(web, person.case)
    other = somebody(web, "other.one", centre(15) if own != centre(15) else centre(14), Role.REVIEWER)
    inside = somebody(web, "inside.one", own, Role.REVIEWER)
    for asked in ({"number": person.number}, {"id_number": person.id_number, "reason": WHY}):
        assert look(other, **asked).json()["items"] == []
        assert [one["id"] for one in look(inside, **asked).json()["items"]] == [person.case]


def test_looking_people_up_one_after_another_ends(web: Web, person: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LOOKUPS", 3)
    client = web.as_role(Role.REVIEWER)
    for _ in range(3):
        assert look(client, name=person.name, reason=WHY).status_code == 200
    refused = look(client, id_number=person.id_number, reason=WHY)
    check_error(refused, 429, "AID_SEARCHED_OFTEN")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert look(client, number=person.number).status_code == 200  # a number is no person
    assert look(web.as_role(Role.ASSIGNER), name=person.name, reason=WHY).status_code == 200
    with web.database.write() as connection:
        connection.execute(update(aid_lookup).values(from_ms=now_ms() - rules.LOOKUPS_MS))
    assert look(client, name=person.name, reason=WHY).status_code == 200


def test_more_than_a_page_is_told_as_more(web: Web, person: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    with web.database.write() as connection:
        mark = web.parts.vault.index(connection, "person_name", name_key("测试常见名"), now_ms())
        connection.execute(update(aid_party).where(aid_party.c.n == 0).values(name_mark=mark))
    monkeypatch.setattr(store, "MOST_FOUND", 7)
    told = look(web.as_role(Role.REVIEWER), name="测试常见名", reason=WHY).json()
    assert (len(told["items"]), told["more"]) == (7, True)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "AID_SEARCH_ONE", "number"),
        ({"number": "0001", "name": "张三", "reason": WHY}, "AID_SEARCH_ONE", "number"),
        ({"name": "张三"}, "REASON_MISSING", "reason"),
        ({"id_number": "999999194901011230", "reason": "   .  "}, "REASON_MISSING", "reason"),
        ({"name": "张三", "reason": "找张 三的案件"}, "REASON_NAMES", "reason"),
        ({"id_number": "999999194901011230", "reason": "查999999 19490101 1230"}, "REASON_HAS_NUMBER", "reason"),
        ({"number": "0028", "reason": "来电13800138000"}, "REASON_HAS_NUMBER", "reason"),
        ({"name": " · ", "reason": WHY}, "WRONG_FIELD", "name"),
        ({"name": "   ", "reason": WHY}, "WRONG_FIELD", "name"),
        ({"name": "\u200b\u200b", "reason": WHY}, "WRONG_FIELD", "name"),
        ({"name": "x" * 61, "reason": WHY}, "WRONG_FIELD", "name"),
        ({"name": "a\nb", "reason": WHY}, "WRONG_FIELD", "name"),
        ({"id_number": "' OR 1=1 --", "reason": WHY}, "WRONG_FIELD", "id_number"),
        ({"number": 1}, "WRONG_FIELD", "number"),
        ({"number": "0001", "unit": "city"}, "UNKNOWN_FIELD", "unit"),
    ],
)
def test_a_wrong_look_up_is_refused_and_repeats_nothing(web: Web, body: dict[str, Any], code: str, field: str) -> None:
    answer = look(web.as_role(Role.REVIEWER), **body)
    assert check_error(answer, 422, code)["field"] == field
    for value in body.values():
        assert not (isinstance(value, str) and len(value) > 5 and value.strip() and value in answer.text)
    assert lines(web) == []
