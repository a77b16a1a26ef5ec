"""An account that is locked by hand opens to nobody, whatever proof they have, until the lock is taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from central.accounts import store
from central.accounts.entry import Entry
from central.accounts.permissions import Role
from central.accounts.person import digest
from central.clock import now_ms
from central.schema import session as sessions
from hall_config.program import run
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web

KEY = {"Idempotency-Key": "k"}
WHY = {"reason": "离职交接，待核实"}


def lock(guard: TestClient, name: str = "viewer", key: str = "k", **body: Any) -> Any:
    return guard.put(f"/api/v1/accounts/{name}/lock", json=body or WHY, headers={"Idempotency-Key": key})


def unlock(guard: TestClient, name: str = "viewer", key: str = "u") -> Any:
    return guard.delete(f"/api/v1/accounts/{name}/lock", headers={"Idempotency-Key": key})


def sign_in(web: Web, name: str = "viewer", secret: str = SECRET) -> Any:
    return web.client().post("/api/v1/session", json={"name": name, "secret": secret})


def test_a_lock_ends_its_sessions_and_lets_nobody_in_until_it_is_taken_back(web: Web) -> None:
    guard, viewer = web.as_role(Role.SECURITY_ADMIN), web.as_role(Role.VIEWER)
    told = lock(guard)
    assert told.status_code == 200, told.text
    assert (told.json()["locked"]["by"], told.json()["locked"]["reason"]) == ("security_admin", WHY["reason"])
    assert lock(guard).json() == told.json()  # the same key acts once
    check_error(lock(guard, key="another"), 409, "LOCKED_ALREADY")
    check_error(viewer.get("/api/v1/session"), 401, "NOT_SIGNED_IN")
    check_error(sign_in(web), 401, "ACCOUNT_LOCKED")
    check_error(sign_in(web, secret="Wrong-one-77"), 401, "WRONG_SECRET")  # who guesses learns nothing of the lock
    code = guard.post("/api/v1/accounts/viewer/code", headers=KEY | {"Idempotency-Key": "c"}).json()["code"]
    activation = {"name": "viewer", "code": code, "secret": "Another-good-77"}
    check_error(web.client().post("/api/v1/activation", json=activation), 401, "ACCOUNT_LOCKED")
    assert unlock(guard).json()["locked"] is None
    check_error(unlock(guard, key="v"), 409, "NOT_LOCKED")
    assert web.client().post("/api/v1/activation", json=activation).status_code == 200  # the code was not used up
    lines = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"object": "viewer", "limit": 50}).json()["items"]
    ours = [(one["act"], one["actor"], one["detail"]) for one in lines if one["act"].startswith("account.")]
    assert ours == [
        ("account.unlock", "security_admin", {}), ("account.code", "security_admin", {}),
        ("account.lock", "security_admin", WHY),
    ]  # fmt: skip


def test_a_session_that_began_in_the_moment_of_the_lock_is_none(web: Web) -> None:
    guard, token = web.as_role(Role.SECURITY_ADMIN), sign_in(web).json()["token"]
    with web.database.read() as connection:
        row = dict(connection.execute(select(sessions).where(sessions.c.token_hash == digest(token))).mappings().one())
    lock(guard)
    with web.database.write() as connection:
        connection.execute(insert(sessions).values(row))
    answer = web.client().get("/api/v1/session", headers={"Authorization": f"Bearer {token}"})
    check_error(answer, 401, "NOT_SIGNED_IN")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_wrong_attempts_show_in_the_list_and_an_unlock_forgets_them(web: Web) -> None:
    guard = web.as_role(Role.SECURITY_ADMIN)
    for _ in range(5):
        check_error(sign_in(web, secret="Wrong-one-77"), 401, "WRONG_SECRET")
    check_error(sign_in(web), 429, "LOCKED")
    found = {one["name"]: one for one in guard.get("/api/v1/accounts").json()["items"]}
    assert found["viewer"]["locked"] is None
    assert found["viewer"]["locked_out_until"] is not None
    assert {one["locked_out_until"] for name, one in found.items() if name != "viewer"} == {None}
    assert unlock(guard).status_code == 200
    assert sign_in(web).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MISSING_FIELD"), ({"reason": "abc"}, "WRONG_FIELD"), ({"reason": "x" * 201}, "WRONG_FIELD"),
        ({"reason": "      "}, "REASON_MISSING"), ({"reason": "line\nbreak"}, "REASON_MISSING"),
        ({"reason": "turned \u202eround"}, "REASON_MISSING"), ({"reason": 4444}, "WRONG_FIELD"),
        ({"reason": "good reason", "until": "never"}, "UNKNOWN_FIELD"),
    ],
)  # fmt: skip
def test_no_lock_without_a_reason_worth_the_name(web: Web, body: dict[str, Any], code: str) -> None:
    guard = web.as_role(Role.SECURITY_ADMIN)
    check_error(guard.put("/api/v1/accounts/viewer/lock", json=body, headers=KEY), 422, code)
    assert sign_in(web).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_locks_themselves_or_somebody_above(web: Web) -> None:
    guard, admin = web.as_role(Role.SECURITY_ADMIN), web.as_role(Role.ADMIN)
    check_error(lock(guard, "security_admin"), 409, "OWN_ACCOUNT")
    check_error(lock(guard, "nobody.here", "n"), 404, "NO_SUCH_ACCOUNT")
    unit = {"id": "north", "parent": "city", "level": "district", "name_zh": "北", "name_en": "North"}
    assert admin.post("/api/v1/units", json=unit, headers=KEY).status_code == 201
    web.parts.accounts.add("north.guard", [Role.SECURITY_ADMIN], now_ms(), SECRET, "north")
    district = web.client()
    district.headers["Authorization"] = f"Bearer {sign_in(web, 'north.guard').json()['token']}"
    check_error(lock(district, "viewer"), 404, "NO_SUCH_ACCOUNT")
    check_error(unlock(district, "viewer"), 404, "NO_SUCH_ACCOUNT")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sealed_account_that_is_locked_opens_only_when_it_is_sealed_anew(web: Web) -> None:
    desk, now = web.parts.accounts, now_ms()
    sealed = desk.seal_emergency("break-glass", Role.SECURITY_ADMIN, now, now + 86_400_000, "hall users")
    lock(web.as_role(Role.SECURITY_ADMIN), "break-glass")
    check_error(sign_in(web, "break-glass", sealed), 401, Entry.LOCKED.value)
    anew = desk.seal_emergency("break-glass", Role.SECURITY_ADMIN, now, now + 86_400_000, "hall users")
    assert sign_in(web, "break-glass", anew).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_removed_account_leaves_no_lock_to_the_next_of_its_number(web: Web) -> None:
    guard = web.as_role(Role.SECURITY_ADMIN)
    lock(guard)
    assert guard.delete("/api/v1/accounts/viewer").status_code == 204
    with web.database.read() as connection:
        assert connection.execute(select(store.account_lock)).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_line_lists_how_accounts_stand(
    web: Web, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = web.parts.accounts
    desk.add("new.person", [Role.APPROVER], now_ms())
    sign_in(web, "supervisor")
    lock(web.as_role(Role.SECURITY_ADMIN))
    for _ in range(5):
        sign_in(web, "hall_it", "Wrong-one-77")
    assert run(["users", "list", "--database", database_url, "--json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["items"]}
    assert found["viewer"]["state"] == "locked"
    assert found["viewer"]["locked"]["reason"] == WHY["reason"]
    assert found["hall_it"]["state"] == "locked_out"
    assert found["hall_it"]["locked_out_until"]
    assert (found["admin"]["second_factor"], found["admin"]["waived"]) == ("waived", True)
    assert (found["new.person"]["state"], found["new.person"]["second_factor"]) == ("to_activate", "to_set_up")
    assert (found["new.person"]["used_at"], found["reviewer"]["used_at"]) == (None, None)
    assert found["supervisor"]["used_at"] >= found["supervisor"]["made_at"]
    assert run(["users", "list", "--database", database_url]) == 0
    shown = capsys.readouterr().out
    for words in ("已锁定 / locked", "多次输错，暂停登录 / locked out", "已免二次验证 / second factor waived",
                  "待设二次验证 / second factor to be set up", found["supervisor"]["used_at"]):  # fmt: skip
        assert words in shown
