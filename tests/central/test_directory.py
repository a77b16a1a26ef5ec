"""Sign-in by a bureau's directory: who is let in as whom, and everything that lets nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import update

from central import schema
from central.accounts.desk import AccountDesk
from central.accounts.directory import BACK
from central.accounts.permissions import Role
from central.accounts.settings import AccountSettings, Directory, read_settings
from central.clock import now_ms
from hall_config.outcome import Stop
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web
from tests.central.small_issuer import CLIENT, CLIENT_SECRET, SmallIssuer, a_shared_key, small_issuer
from tests.central.test_second_factor import client_of, later, set_up

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def one_issuer() -> Iterator[SmallIssuer]:
    with small_issuer() as issuer:
        yield issuer


@dataclass(frozen=True)
class Bureau:
    web: Web
    issuer: SmallIssuer

    def browser(self) -> TestClient:
        return self.web.client()

    def come_back(self, browser: TestClient, subject: str = "u-4711", **changes: str) -> Any:
        """To the directory, signed in there, and back."""
        sent = browser.get("/sign-in/directory", headers=HTML, follow_redirects=False)
        assert sent.status_code == 303, sent.text
        brought = {**self.issuer.log_in(sent.headers["location"], subject), **changes}
        return browser.get(BACK, params=brought, headers=HTML, follow_redirects=False)

    def link(self, name: str, subject: str = "u-4711") -> Any:
        guard = self.web.as_role(Role.SECURITY_ADMIN)
        key = {"Idempotency-Key": f"{name}-{subject}"}
        return guard.put(f"/api/v1/accounts/{name}/directory", json={"subject": subject}, headers=key)


@pytest.fixture
def bureau(web: Web, one_issuer: SmallIssuer, tmp_path: Path) -> Bureau:
    one_issuer.lie, one_issuer.methods, one_issuer.answers = {}, ["pwd"], 200
    one_issuer.signs_with, one_issuer.algorithm = one_issuer.key, "ES256"
    secret = tmp_path / "client.secret"
    secret.write_text(CLIENT_SECRET)
    directory = Directory(
        issuer=one_issuer.url, client_id=CLIENT, client_secret_file=str(secret), back="http://localhost:8000"
    )
    hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    desk = AccountDesk(web.database, hasher, AccountSettings(directory=directory))
    return Bureau(Web(web.database, replace(web.parts, accounts=desk)), one_issuer)


def test_an_entry_of_the_directory_comes_in_as_the_account_it_was_given(bureau: Bureau) -> None:
    linked = bureau.link("viewer")
    assert linked.status_code == 200, linked.text
    assert linked.json()["subject"] == "u-4711"
    browser = bureau.browser()
    done = bureau.come_back(browser)
    assert done.status_code == 200
    assert 'http-equiv="refresh"' in done.text
    assert "HttpOnly" in done.headers["set-cookie"]
    assert browser.get("/api/v1/session").json()["name"] == "viewer"
    told = bureau.web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit").json()["items"]
    assert {"account.link", "session.open_by_directory"} <= {one["act"] for one in told}
    guard = bureau.web.as_role(Role.SECURITY_ADMIN)
    assert guard.delete("/api/v1/accounts/viewer/directory").status_code == 204
    check_error(browser.get("/api/v1/session"), 401, "NOT_SIGNED_IN")
    check_error(guard.delete("/api/v1/accounts/viewer/directory"), 404, "NO_DIRECTORY_ENTRY")
    assert bureau.come_back(browser).status_code == 401


def test_whom_nobody_linked_comes_in_as_nobody(bureau: Bureau) -> None:
    browser = bureau.browser()
    answer = bureau.come_back(browser, "somebody-else")
    assert answer.status_code == 401
    assert "尚未与本系统账号关联" in answer.text
    check_error(browser.get("/api/v1/session"), 401, "NOT_SIGNED_IN")
    bureau.link("viewer")
    check_error(bureau.link("supervisor"), 409, "SUBJECT_TAKEN")
    check_error(bureau.link("security_admin"), 409, "OWN_ACCOUNT")
    check_error(bureau.link("nobody"), 404, "NO_SUCH_ACCOUNT")


def test_a_secondless_directory_still_leaves_the_code_to_be_given(bureau: Bureau) -> None:
    code = bureau.web.parts.accounts.add("wang.li", [Role.APPROVER], now_ms())
    assert code is not None
    token = bureau.web.parts.accounts.activate("wang.li", code, SECRET, now_ms())
    maker, _ = set_up(client_of(bureau.web, token))
    bureau.link("wang.li")
    browser = bureau.browser()
    bureau.come_back(browser)
    check_error(browser.get("/api/v1/halls"), 403, "SECOND_FACTOR_NEEDED")
    sent = browser.get("/figures", headers=HTML, follow_redirects=False)
    assert sent.headers["location"] == "/sign-in/code?next=/figures"
    check_error(browser.post("/api/v1/session/code", json={"code": "000000"}), 401, "SECOND_FACTOR_WRONG")
    check_error(browser.post("/api/v1/session/second-factor", json={}), 403, "SECOND_FACTOR_NEEDED")
    assert browser.post("/api/v1/session/code", json={"code": later(maker)}).status_code == 204
    assert browser.get("/api/v1/halls").status_code == 200
    bureau.issuer.methods = ["pwd", "otp"]  # the directory asked for more than a secret itself
    strong = bureau.browser()
    bureau.come_back(strong)
    assert strong.get("/api/v1/halls").status_code == 200


def test_codes_given_in_a_session_lock_like_all_others(bureau: Bureau) -> None:
    code = bureau.web.parts.accounts.add("wang.li", [Role.APPROVER], now_ms())
    assert code is not None
    set_up(client_of(bureau.web, bureau.web.parts.accounts.activate("wang.li", code, SECRET, now_ms())))
    bureau.link("wang.li")
    browser = bureau.browser()
    bureau.come_back(browser)
    for _ in range(5):
        check_error(browser.post("/api/v1/session/code", json={"code": "000000"}), 401, "SECOND_FACTOR_WRONG")
    check_error(browser.post("/api/v1/session/code", json={"code": "000000"}), 429, "LOCKED")


LIES: list[dict[str, Any]] = [
    {"iss": "https://another.example"}, {"aud": "another-program"}, {"aud": [CLIENT, "another"]},
    {"nonce": "of-another-sign-in"}, {"nonce": None}, {"exp": 1}, {"exp": None}, {"iat": 99_999_999_999},
    {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 256}, {"azp": "another-program"}, {"amr": "otp"},
]  # fmt: skip


def test_a_token_that_does_not_fit_lets_nobody_in(bureau: Bureau) -> None:
    bureau.link("viewer")
    for lie in LIES:
        bureau.issuer.lie = lie
        browser = bureau.browser()
        assert bureau.come_back(browser).status_code == 401, lie
        check_error(browser.get("/api/v1/session"), 401, "NOT_SIGNED_IN")
    bureau.issuer.lie = {}
    assert bureau.come_back(bureau.browser()).status_code == 200


@pytest.mark.filterwarnings("ignore:JWS algorithm")
def test_a_token_of_another_key_or_of_none_lets_nobody_in(bureau: Bureau) -> None:
    bureau.link("viewer")
    other = type(bureau.issuer.key).generate_key("P-256", parameters={"kid": "one"})
    for key, algorithm in ((other, "ES256"), (a_shared_key(), "HS256"), (a_shared_key(), "none")):
        bureau.issuer.signs_with, bureau.issuer.algorithm = key, algorithm
        assert bureau.come_back(bureau.browser()).status_code == 401, algorithm


def test_what_was_not_begun_in_this_browser_ends_there(bureau: Bureau) -> None:
    bureau.link("viewer")
    browser = bureau.browser()
    assert bureau.come_back(browser, state="of-another").status_code == 401
    assert bureau.come_back(browser, code="nonsense").status_code == 401
    assert bureau.come_back(browser, iss="https://another.example").status_code == 401
    assert bureau.come_back(browser, error="access_denied").status_code == 401
    sent = browser.get("/sign-in/directory", headers=HTML, follow_redirects=False)
    brought = bureau.issuer.log_in(sent.headers["location"], "u-4711")
    stranger = bureau.browser()  # has the address, not the cookie
    assert stranger.get(BACK, params=brought, headers=HTML).status_code == 401
    assert browser.get(BACK, params=brought, headers=HTML, follow_redirects=False).status_code == 200
    assert browser.get(BACK, params=brought, headers=HTML).status_code == 401  # neither cookie nor code is left
    for rubbish in ("", "v1.", "v1.中文", "x" * 3000):
        stranger.cookies.set("central_directory", rubbish.encode("unicode_escape").decode())
        assert stranger.get(BACK, params={"state": "\x00", "code": "x"}, headers=HTML).status_code == 401


def test_a_directory_that_is_down_or_lies_about_itself_is_said_and_the_secret_still_works(bureau: Bureau) -> None:
    bureau.issuer.answers = 500
    answer = bureau.browser().get("/sign-in/directory", headers=HTML)
    assert answer.status_code == 503
    assert "暂时无法访问" in answer.text
    asked = len(bureau.issuer.asked)
    assert bureau.browser().get("/sign-in/directory", headers=HTML).status_code == 503
    assert len(bureau.issuer.asked) == asked  # not hammered
    assert bureau.web.as_role(Role.VIEWER).get("/api/v1/halls").status_code == 200


def test_an_unused_account_and_a_central_without_directory_let_nobody_in(bureau: Bureau, web: Web) -> None:
    bureau.link("viewer")
    with bureau.web.database.write() as connection:
        connection.execute(update(schema.account).where(schema.account.c.name == "viewer").values(used_ms=0))
    assert "已停用" in bureau.come_back(bureau.browser()).text
    assert web.client().get("/sign-in/directory", headers=HTML).status_code == 409
    assert web.client().get(BACK, headers=HTML).status_code == 409


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("secret_days = 0", "secret_days"), ("secret_day = 90", "secret_day"), ("waivers = 'no'", "waivers"),
        ("secret_days = true", "secret_days"), ("secret_days = ", "TOML"), ("\xff", "utf-8"),
        ("[directory]\nissuer = 'http://directory.example'\nclient_id = 'x'\nback = 'https://c.example'", "issuer"),
        ("[directory]\nissuer = 'https://d.example'\nclient_id = 'x'", "directory.back"),
        ("directory = 7", "directory"),
        (
            "[directory]\nissuer = 'https://d.example'\nclient_id = 'x'\nback = 'https://c.example'\nca_file = '/no'",
            "directory.ca_file",
        ),
    ],
)  # fmt: skip
def test_wrong_settings_are_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "accounts.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(Stop) as stopped:
        read_settings(file)
    told = str(stopped.value).lower()
    assert named.lower() in told or named == "TOML"


def test_the_example_explains_every_key_and_is_read() -> None:
    file = Path(__file__).parents[2] / "central" / "accounts" / "example.toml"
    settings = read_settings(file)
    assert settings.directory is not None
    text = file.read_text(encoding="utf-8")
    for name in (*AccountSettings.model_fields, *Directory.model_fields):
        assert name in text, name
    assert (settings.secret_days, settings.unused_days) == (90, 90)
    assert read_settings(None) == AccountSettings()
