"""The tree of units, accounts made and changed over HTTP, and the audit that tells of both."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from central import schema
from central.accounts.permissions import Role
from central.audit import store as audit_store
from central.audit.chain import Standing, follow
from hall_config.program import run
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web
from tests.central.meddling import meddling
from tests.central.taking_in import HALL


def unit(client: TestClient, key: str, **changes: Any) -> Any:
    body = {"id": "north", "parent": "city", "level": "district", "name_zh": "北区", "name_en": "North", **changes}
    return client.post("/api/v1/units", json=body, headers={"Idempotency-Key": key})


def paths(client: TestClient) -> list[str]:
    return [one["path"] for one in client.get("/api/v1/units").json()["items"]]


def test_a_unit_is_made_once_however_often_it_is_asked_for(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    first, again = unit(admin, "k1"), unit(admin, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    check_error(unit(admin, "k1", id="south"), 409, "KEY_OF_ANOTHER_WISH")
    check_error(unit(admin, "k2"), 409, "UNIT_TAKEN")
    assert paths(admin) == ["city/", "city/north/"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"id": "-x"}, 422, "UNIT_SHAPE"), ({"id": "No"}, 422, "WRONG_FIELD"), ({"id": "a/b"}, 422, "WRONG_FIELD"),
        ({"id": "x%"}, 422, "WRONG_FIELD"), ({"level": "city"}, 422, "UNIT_LEVEL"),
        ({"level": "moon"}, 422, "WRONG_FIELD"),
        ({"parent": "nowhere"}, 404, "NO_SUCH_UNIT"), ({"name_zh": ""}, 422, "WRONG_FIELD"),
        ({"name_zh": "a\x00b"}, 422, "WRONG_FIELD"), ({"more": 1}, 422, "UNKNOWN_FIELD"),
        ({"since": "2025-02-30"}, 422, "WRONG_FIELD"), ({"since": "9999-12-31"}, 422, "UNIT_SINCE"),
        ({"since": "0001-01-01"}, 422, "UNIT_SINCE"),
    ],
)  # fmt: skip
def test_a_wrong_unit_changes_nothing(web: Web, changes: dict[str, Any], status: int, code: str) -> None:
    admin = web.as_role(Role.ADMIN)
    check_error(unit(admin, "k", **changes), status, code)
    assert paths(admin) == ["city/"]


def test_a_unit_that_is_older_than_its_entry_is_asked_for_the_months_since_it_was_there(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    assert unit(admin, "k1", id="old", since="2025-03-20").status_code == 201
    assert unit(admin, "k2", id="fresh").status_code == 201
    board = "/api/v1/report/units/city/periods/{}/board"
    viewer = web.as_role(Role.VIEWER)
    asked = {
        month: [one["unit"] for one in viewer.get(board.format(month)).json()["items"]]
        for month in ("2025-02", "2025-03")
    }
    assert asked == {"2025-02": [], "2025-03": ["old"]}


def test_a_unit_moves_with_all_that_is_below_it_but_not_under_itself(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    for number, facts in enumerate(
        (
            {"id": "north"}, {"id": "south"}, {"id": "lane", "parent": "north", "level": "street"},
            {"id": "room", "parent": "lane", "level": "village"},
        )
    ):  # fmt: skip
        assert unit(admin, f"k{number}", **facts).status_code == 201

    def move(one: str, to: str, key: str) -> Any:
        return admin.patch(f"/api/v1/units/{one}", json={"parent": to}, headers={"Idempotency-Key": key})

    check_error(move("north", "lane", "m1"), 409, "UNIT_UNDER_ITSELF")
    check_error(move("city", "north", "m2"), 409, "UNIT_IS_ROOT")
    assert move("lane", "south", "m3").json()["path"] == "city/south/lane/"
    assert paths(admin) == ["city/", "city/north/", "city/south/", "city/south/lane/", "city/south/lane/room/"]


def test_a_unit_in_use_is_not_closed_and_a_closed_one_takes_nothing(web: Web) -> None:
    filled(web)
    admin = web.as_role(Role.ADMIN)
    unit(admin, "k1")
    place = admin.put(f"/api/v1/halls/{HALL}/unit", json={"unit": "north"}, headers={"Idempotency-Key": "k2"})
    assert place.json() == {"hall": HALL, "unit": "north"}

    def close(key: str) -> Any:
        return admin.patch("/api/v1/units/north", json={"closed": True}, headers={"Idempotency-Key": key})

    check_error(close("k3"), 409, "UNIT_IN_USE")
    admin.put(f"/api/v1/halls/{HALL}/unit", json={"unit": "city"}, headers={"Idempotency-Key": "k4"})
    assert close("k5").json()["closed_at"]
    check_error(unit(admin, "k6", id="lane", parent="north", level="street"), 409, "UNIT_CLOSED")


def test_an_account_from_its_making_to_its_end(web: Web) -> None:
    guard = web.as_role(Role.SECURITY_ADMIN)
    body = {"name": "li.min", "roles": ["supervisor", "report_preparer"], "unit": "city"}
    made = guard.post("/api/v1/accounts", json=body, headers={"Idempotency-Key": "a1"})
    assert made.status_code == 201
    code = made.json()["code"]
    again = guard.post("/api/v1/accounts", json=body, headers={"Idempotency-Key": "a1"})
    assert again.json() == {**made.json(), "code": None}  # told once
    person = web.client()
    answer = person.post("/api/v1/activation", json={"name": "li.min", "code": code, "secret": SECRET})
    assert answer.status_code == 200
    assert person.get("/api/v1/session").json()["roles"] == ["report_preparer", "supervisor"]
    (session,) = guard.get("/api/v1/accounts/li.min/sessions").json()["items"]
    assert session["source"] == "testclient"
    change = guard.patch("/api/v1/accounts/li.min", json={"roles": ["viewer"]}, headers={"Idempotency-Key": "a2"})
    assert change.json()["roles"] == ["viewer"]
    check_error(person.get("/api/v1/session"), 401, "NOT_SIGNED_IN")  # nobody goes on as what they were
    assert guard.delete("/api/v1/accounts/li.min").status_code == 204
    check_error(guard.get("/api/v1/accounts/li.min/sessions"), 404, "NO_SUCH_ACCOUNT")


def test_nobody_changes_or_removes_themselves_or_looks_at_others(web: Web) -> None:
    guard, viewer = web.as_role(Role.SECURITY_ADMIN), web.as_role(Role.VIEWER)
    key = {"Idempotency-Key": "a"}
    check_error(guard.delete("/api/v1/accounts/security_admin"), 409, "OWN_ACCOUNT")
    check_error(
        guard.patch("/api/v1/accounts/security_admin", json={"roles": ["admin"]}, headers=key), 409, "OWN_ACCOUNT"
    )
    check_error(viewer.get("/api/v1/accounts/admin/sessions"), 404, "NO_SUCH_ACCOUNT")
    (own,) = viewer.get("/api/v1/accounts/viewer/sessions").json()["items"]
    assert own["this_one"]
    assert viewer.delete(f"/api/v1/accounts/viewer/sessions/{own['id']}").status_code == 204
    check_error(viewer.get("/api/v1/session"), 401, "NOT_SIGNED_IN")


def test_roles_that_must_be_apart_are_refused(web: Web) -> None:
    guard = web.as_role(Role.SECURITY_ADMIN)
    body = {"name": "two.hats", "roles": ["admin", "audit_admin"], "unit": "city"}
    check_error(guard.post("/api/v1/accounts", json=body, headers={"Idempotency-Key": "a"}), 422, "ROLES_APART")


def test_the_audit_tells_who_did_what_from_where(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    unit(admin, "k1")
    web.client().post("/api/v1/session", json={"name": "admin", "secret": "Wrong-secret-77"})
    web.client().post("/api/v1/session", json={"name": "typed.Secret-1", "secret": "Wrong-secret-77"})
    told = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"limit": 3}).json()
    lines = [(one["actor"], one["act"], one["object"], one["result"], one["source"]) for one in told["items"]]
    assert lines == [
        ("audit_admin", "session.open", "audit_admin", "done", "testclient"),
        ("admin", "session.open", "admin", "refused", "testclient"),
        ("admin", "unit.add", "north", "done", "testclient"),
    ]
    with web.database.read() as connection:
        whole = repr(connection.execute(select(schema.audit)).all())
    assert "typed.Secret-1" not in whole
    assert SECRET not in whole


def test_a_line_that_was_meddled_with_is_found(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    unit(admin, "k1")
    unit(admin, "k2", id="south")
    with web.database.read() as connection:
        before = follow(audit_store.lines(connection))
    assert before.broken_at is None
    assert before.lines == 3
    table = schema.audit
    with meddling(web.database) as connection:
        connection.execute(update(table).where(table.c.id == 2).values(object="somewhere"))
    with web.database.read() as connection:
        assert follow(audit_store.lines(connection)) == Standing(1, before_hash(connection, 1), 2)


def test_the_command_says_whether_the_audit_holds(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    admin, url = web.as_role(Role.ADMIN), web.database.url.render_as_string(hide_password=False)
    unit(admin, "k1")
    assert run(["audit", "verify", "--database", url, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["lines"], told["broken_at"], len(told["newest"])) == (2, None, 64)
    unit(admin, "k2", id="south")
    assert run(["audit", "verify", "--database", url, "--newest", told["newest"]]) == 0
    capsys.readouterr()
    with meddling(web.database) as connection:
        connection.execute(delete(schema.audit).where(schema.audit.c.id >= 2))
    assert run(["audit", "verify", "--database", url]) == 0  # what is left holds
    assert run(["audit", "verify", "--database", url, "--newest", told["newest"]]) == 1
    assert "cut off" in capsys.readouterr().err


def before_hash(connection: Any, line: int) -> str:
    found: str = connection.execute(select(schema.audit.c.hash).where(schema.audit.c.id == line)).scalar_one()
    return found
