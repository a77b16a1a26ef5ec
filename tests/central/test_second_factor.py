"""Second factors, old secrets, unused and emergency accounts: who comes in, and what they must do first."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from central import schema
from central.accounts import rules
from central.accounts.desk import AccountDesk
from central.accounts.factors import matching_step
from central.accounts.permissions import Role
from central.accounts.sealing import CannotOpen, Seal
from central.accounts.settings import AccountSettings
from central.accounts.tables import recovery_code, second_factor
from central.clock import now_ms
from central.database import Database
from central.failures import NotSignedIn
from hall_config.program import run
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web
from tests.central.test_alarms import City

NOW = 1_795_000_000_000
DAY = 24 * 3_600_000
MINUTE = 60_000


def client_of(web: Web, token: str) -> TestClient:
    client = web.client()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def token_of(client: TestClient) -> str:
    return client.headers["Authorization"].removeprefix("Bearer ")


def activated(web: Web, name: str, role: Role) -> TestClient:
    """Somebody who has just used their one-time code."""
    code = web.parts.accounts.add(name, [role], now_ms())
    assert code is not None
    return client_of(web, web.parts.accounts.activate(name, code, SECRET, now_ms()))


def set_up(client: TestClient, present: str | None = None) -> tuple[pyotp.TOTP, list[str]]:
    begun = client.post("/api/v1/session/second-factor", json={"code": present} if present else {})
    assert begun.status_code == 201, begun.text
    told = begun.json()
    assert told["qr_svg"].startswith("<svg")
    assert "<script" not in told["qr_svg"]
    maker = pyotp.parse_uri(told["address"])
    assert isinstance(maker, pyotp.TOTP)
    assert maker.secret == told["secret"]
    done = client.post("/api/v1/session/second-factor/confirm", json={"code": maker.now()})
    assert done.status_code == 201, done.text
    assert client.get("/api/v1/session").json()["must"] is None
    return maker, done.json()["recovery_codes"]


def sign_in(web: Web, name: str, code: str | None = None, secret: str = SECRET) -> Any:
    body = {"name": name, "secret": secret, **({"code": code} if code is not None else {})}
    return web.client().post("/api/v1/session", json=body)


def later(maker: pyotp.TOTP, steps: int = 1) -> str:
    """A code that has not been used yet and that counts already."""
    return maker.at(now_ms() // 1000 + 30 * steps)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.APPROVER, Role.REPORT_SIGNER])
def test_who_decides_or_administers_sets_a_second_factor_up_before_anything_else(web: Web, role: Role) -> None:
    client = activated(web, "wang.li", role)
    assert client.get("/api/v1/session").json()["must"] == "SECOND_FACTOR_TO_SET_UP"
    for path in ("/api/v1/halls", "/api/v1/units", "/api/v1/accounts", "/api/v1/audit"):
        check_error(client.get(path), 403, "SECOND_FACTOR_TO_SET_UP")
    set_up(client)
    assert client.get("/api/v1/session").json()["must"] is None
    assert client.get("/api/v1/accounts/wang.li/sessions").status_code == 200


def test_others_need_none_and_a_program_is_waived_until_it_gets_a_new_code(web: Web) -> None:
    assert activated(web, "wang.li", Role.SUPERVISOR).get("/api/v1/halls").status_code == 200
    admin = web.as_role(Role.ADMIN)  # made with a secret of its own, as the command line does for programs
    assert admin.get("/api/v1/session").json()["must"] is None
    guard = web.as_role(Role.SECURITY_ADMIN)
    words = {one["name"]: one["second_factor"] for one in guard.get("/api/v1/accounts").json()["items"]}
    assert (words["admin"], words["viewer"], words["wang.li"]) == ("waived", "not_asked", "not_asked")
    code = guard.post("/api/v1/accounts/admin/code", headers={"Idempotency-Key": "k"}).json()["code"]
    again = guard.post("/api/v1/accounts/admin/code", headers={"Idempotency-Key": "k"}).json()
    assert again == {"code": None, "name": "admin"}  # no repetition tells it
    client = client_of(web, web.parts.accounts.activate("admin", code, "Another-good-77", now_ms()))
    assert client.get("/api/v1/session").json()["must"] == "SECOND_FACTOR_TO_SET_UP"


def test_a_waiver_does_not_grow_with_the_roles(web: Web) -> None:
    guard = web.as_role(Role.SECURITY_ADMIN)
    for key, change in (("k1", {"unit": "city"}), ("k2", {"roles": ["approver"]})):
        answer = guard.patch("/api/v1/accounts/viewer", json=change, headers={"Idempotency-Key": key})
        assert answer.status_code == 200, answer.text
    check_error(web.as_role(Role.VIEWER).get("/api/v1/halls"), 403, "SECOND_FACTOR_TO_SET_UP")
    guard.patch("/api/v1/accounts/admin", json={"unit": "city"}, headers={"Idempotency-Key": "k3"})
    assert web.as_role(Role.ADMIN).get("/api/v1/halls").status_code == 200  # nothing but its place changed


def test_a_central_that_waives_nothing_asks_programs_too(web: Web, database: Database) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    strict = AccountDesk(database, hasher, AccountSettings(waivers=False))
    other = Web(database, replace(web.parts, accounts=strict))
    check_error(other.as_role(Role.ADMIN).get("/api/v1/halls"), 403, "SECOND_FACTOR_TO_SET_UP")
    assert other.as_role(Role.VIEWER).get("/api/v1/halls").status_code == 200


def test_the_code_is_asked_at_each_sign_in_and_none_works_twice(web: Web) -> None:
    client = activated(web, "wang.li", Role.APPROVER)
    maker = pyotp.TOTP(client.post("/api/v1/session/second-factor", json={}).json()["secret"])
    code = maker.now()
    assert client.post("/api/v1/session/second-factor/confirm", json={"code": code}).status_code == 201
    check_error(sign_in(web, "wang.li"), 401, "SECOND_FACTOR_NEEDED")
    check_error(sign_in(web, "wang.li", secret="Wrong-secret-77"), 401, "WRONG_SECRET")
    check_error(sign_in(web, "wang.li", code), 401, "SECOND_FACTOR_WRONG")  # it confirmed the set-up
    code = later(maker)
    answer = sign_in(web, "wang.li", f" {code[:3]} {code[3:]} ")
    assert answer.status_code == 200
    assert client_of(web, answer.json()["token"]).get("/api/v1/halls").status_code == 200
    assert check_error(sign_in(web, "wang.li", code), 401, "SECOND_FACTOR_WRONG")["field"] == "code"


def test_a_recovery_code_works_once_and_the_others_go_on(web: Web) -> None:
    client = activated(web, "wang.li", Role.APPROVER)
    _, codes = set_up(client)
    assert len(set(codes)) == 8
    assert sign_in(web, "wang.li", codes[0].lower()).status_code == 200
    check_error(sign_in(web, "wang.li", codes[0]), 401, "SECOND_FACTOR_WRONG")
    assert sign_in(web, "wang.li", codes[1]).status_code == 200
    assert client.get("/api/v1/session/second-factor").json() == {
        "asked": True, "set_up": True, "recovery_codes_left": 6,
    }  # fmt: skip


def test_guessed_codes_lock_the_name_and_a_right_secret_alone_does_not_unlock_it(web: Web) -> None:
    maker, _ = set_up(activated(web, "wang.li", Role.APPROVER))
    for guess in ("000000", "١٢٣٤٥٦", "", "9" * 40, "x\x00y"):
        answer = sign_in(web, "wang.li", guess)
        assert answer.status_code in (401, 422), answer.text
        check_error(sign_in(web, "wang.li"), 401, "SECOND_FACTOR_NEEDED")
    for _ in range(2):
        sign_in(web, "wang.li", "000000")
    check_error(sign_in(web, "wang.li", later(maker)), 429, "LOCKED")


def test_a_lost_telephone_is_helped_by_the_security_administrator(web: Web) -> None:
    client = activated(web, "wang.li", Role.APPROVER)
    set_up(client)
    guard = web.as_role(Role.SECURITY_ADMIN)
    assert guard.delete("/api/v1/accounts/wang.li/second-factor").status_code == 204
    check_error(client.get("/api/v1/session"), 401, "NOT_SIGNED_IN")
    check_error(guard.delete("/api/v1/accounts/wang.li/second-factor"), 409, "NO_SECOND_FACTOR")
    check_error(guard.delete("/api/v1/accounts/security_admin/second-factor"), 409, "OWN_ACCOUNT")
    token = sign_in(web, "wang.li").json()["token"]
    assert client_of(web, token).get("/api/v1/session").json()["must"] == "SECOND_FACTOR_TO_SET_UP"
    acts = [one["act"] for one in web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit").json()["items"]]
    assert {"second_factor.set", "second_factor.reset"} <= set(acts)


def test_another_authenticator_needs_a_code_of_the_present_one(web: Web) -> None:
    client = activated(web, "wang.li", Role.APPROVER)
    maker, codes = set_up(client)
    check_error(client.post("/api/v1/session/second-factor", json={}), 409, "SECOND_FACTOR_WRONG")
    other, _ = set_up(client, codes[0])
    check_error(sign_in(web, "wang.li", later(maker)), 401, "SECOND_FACTOR_WRONG")
    assert sign_in(web, "wang.li", later(other)).status_code == 200
    check_error(sign_in(web, "wang.li", codes[1]), 401, "SECOND_FACTOR_WRONG")  # those of the first one are gone


def test_an_old_session_sets_nothing_up_and_a_wrong_first_code_puts_nothing_in_force(web: Web) -> None:
    client = activated(web, "wang.li", Role.APPROVER)
    client.post("/api/v1/session/second-factor", json={})
    check_error(
        client.post("/api/v1/session/second-factor/confirm", json={"code": "12345"}), 409, "SECOND_FACTOR_WRONG"
    )
    assert sign_in(web, "wang.li").status_code == 200
    with web.database.write() as connection:
        connection.execute(update(schema.session).values(made_ms=now_ms() - rules.FRESH_MS))
    check_error(client.post("/api/v1/session/second-factor", json={}), 403, "SIGN_IN_AGAIN")


def test_the_store_holds_no_second_factor_in_clear_and_another_key_opens_nothing(web: Web) -> None:
    maker, codes = set_up(activated(web, "wang.li", Role.APPROVER))
    with web.database.read() as connection:
        kept = repr([connection.execute(select(one)).all() for one in (second_factor, recovery_code)])
    assert maker.secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    lost = AccountDesk(web.database, PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    other = Web(web.database, replace(web.parts, accounts=lost))
    check_error(sign_in(other, "wang.li", later(maker)), 401, "SECOND_FACTOR_WRONG")
    assert sign_in(other, "wang.li", codes[0]).status_code == 200


def test_a_seal_opens_for_what_it_belongs_to_and_nothing_else(tmp_path: Any) -> None:
    seal = Seal.in_folder(tmp_path)
    sealed = seal.seal("JBSWY3DP", "account 1")
    assert Seal.in_folder(tmp_path).open(sealed, "account 1") == "JBSWY3DP"
    assert (tmp_path / "accounts.key").stat().st_mode & 0o777 == 0o600
    for broken, belongs in (
        (sealed, "account 2"), (sealed[:-4], "account 1"), ("", "account 1"), ("v9." + sealed[3:], "account 1"),
        ("v1.中文", "account 1"), (sealed[:-6] + "AAAA==", "account 1"),
    ):  # fmt: skip
        with pytest.raises(CannotOpen):
            seal.open(broken, belongs)


def test_codes_beside_the_present_half_minute_count_and_none_that_is_older() -> None:
    secret = pyotp.random_base32()
    maker, step = pyotp.TOTP(secret), NOW // 1000 // 30
    for beside in (-1, 0, 1):
        assert matching_step(secret, maker.generate_otp(step + beside), NOW, 0) == step + beside
    assert matching_step(secret, maker.generate_otp(step - 2), NOW, 0) is None
    assert matching_step(secret, maker.generate_otp(step), NOW, step) is None


def test_an_old_secret_must_be_changed_before_anything_else(web: Web) -> None:
    client = web.as_role(Role.VIEWER)
    with web.database.write() as connection:
        connection.execute(update(schema.account).values(secret_ms=now_ms() - 90 * DAY))
    check_error(client.get("/api/v1/halls"), 403, "SECRET_CHANGE_NEEDED")
    check_error(client.post("/api/v1/session/second-factor", json={}), 403, "SECRET_CHANGE_NEEDED")
    same = {"secret": SECRET, "new_secret": SECRET}
    check_error(client.post("/api/v1/session/secret", json=same), 409, "SAME_SECRET")
    assert client.post("/api/v1/session/secret", json={**same, "new_secret": "Another-good-77"}).status_code == 204
    assert client.get("/api/v1/halls").status_code == 200


def test_an_account_unused_for_ninety_days_is_let_in_by_a_new_code_only(database: Database) -> None:
    desk = AccountDesk(database, PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    desk.add("wang.li", [Role.VIEWER], NOW, SECRET)
    assert desk.sign_in("wang.li", SECRET, NOW + 80 * DAY)
    for moment in (NOW + 170 * DAY, NOW + 400 * DAY):
        with pytest.raises(Exception, match="ACCOUNT_UNUSED"):
            desk.sign_in("wang.li", SECRET, moment)
    with pytest.raises(Exception, match="WRONG_SECRET"):  # who does not know the secret learns nothing
        desk.sign_in("wang.li", "Wrong-secret-77", NOW + 400 * DAY)
    code = desk.renew_code("wang.li", NOW + 400 * DAY)
    assert code is not None
    assert desk.activate("wang.li", code, "Another-good-77", NOW + 400 * DAY)


def test_administrators_are_signed_out_after_five_idle_minutes(web: Web) -> None:
    admin, staff = activated(web, "wang.li", Role.ADMIN), activated(web, "li.min", Role.SUPERVISOR)
    desk, began = web.parts.accounts, now_ms()
    assert desk.who(token_of(admin), began + 4 * MINUTE) is not None
    assert desk.who(token_of(admin), began + 10 * MINUTE) is None
    assert desk.who(token_of(staff), began + 10 * MINUTE) is not None


def test_an_emergency_account_opens_once_for_an_hour_and_loudly(
    web: Web, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    url = web.database.url.render_as_string(hide_password=False)
    assert run(["users", "break-glass", "--database", url, "--json"]) == 0
    sealed = json.loads(capsys.readouterr().out)
    opened = sign_in(web, "break-glass", secret=sealed["secret"])
    assert opened.status_code == 200
    # where log lines go depends on whether a program of ours has set it in this process
    assert "account.emergency_opened" in capsys.readouterr().out + caplog.text
    client = client_of(web, opened.json()["token"])
    assert client.get("/api/v1/session").json()["emergency_until"] is not None
    assert client.get("/api/v1/accounts").status_code == 200  # no second factor stands in the way
    check_error(sign_in(web, "break-glass", secret=sealed["secret"]), 401, "WRONG_SECRET")
    desk, opened_at = web.parts.accounts, now_ms()
    for minutes in range(4, 60, 4):
        assert desk.who(token_of(client), opened_at + minutes * MINUTE) is not None
    assert desk.who(token_of(client), opened_at + 60 * MINUTE) is None  # however busy it was
    told = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit").json()["items"]
    assert {(one["actor"], one["act"]) for one in told if one["act"].startswith("emergency")} == {
        ("hall users", "emergency.seal"), ("break-glass", "emergency.open"),
    }  # fmt: skip


def test_a_seal_out_of_date_opens_nothing_and_a_real_account_is_never_sealed_over(
    web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    url = web.database.url.render_as_string(hide_password=False)
    assert run(["users", "break-glass", "viewer", "--database", url]) == 1
    assert run(["users", "break-glass", "--database", url, "--days", "1", "--json"]) == 0
    secret = json.loads(capsys.readouterr().out)["secret"]
    with pytest.raises(NotSignedIn, match="WRONG_SECRET"):
        web.parts.accounts.sign_in("break-glass", secret, now_ms() + DAY)
    assert run(["users", "break-glass", "--database", url, "--json"]) == 0
    check_error(sign_in(web, "break-glass", secret=secret), 401, "WRONG_SECRET")  # sealed anew
    guard = web.as_role(Role.SECURITY_ADMIN)
    code = guard.post("/api/v1/accounts/break-glass/code", headers={"Idempotency-Key": "k"}).json()["code"]
    client = client_of(web, web.parts.accounts.activate("break-glass", code, SECRET, now_ms()))
    assert client.get("/api/v1/session").json()["must"] == "SECOND_FACTOR_TO_SET_UP"  # one like all others now


def test_an_opened_seal_is_an_alarm_for_its_hour(database: Database) -> None:
    city = City(database)
    desk = AccountDesk(database, PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    secret = desk.seal_emergency("break-glass", Role.ADMIN, city.at_ms, city.at_ms + DAY, "hall users")
    assert city.later(5) == []
    desk.sign_in("break-glass", secret, city.at_ms)
    assert city.later(5) == ["emergency_open"]
    assert city.later(3580) == ["emergency_open"]
    assert city.later(60) == []
