"""A session against those who would use it: foreign pages at every changing endpoint, ended and made-up sessions."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from central.accounts.permissions import MAY, Role
from central.schema import session as sessions
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web, app_over, empty_store
from tests.central.test_permissions import FILLED, acts, asks_who, endpoints

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
FOREIGN = ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"})


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is refused reaches no store: one engine is enough."""
    return empty_store(tmp_path / "central.db")


def with_cookie(client: TestClient, role: Role) -> str:
    """Sign in as a browser does; the token."""
    client.cookies.clear()
    answer = client.post("/api/v1/session", json={"name": role.value, "secret": SECRET})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["token"]
    return token


def test_no_foreign_page_changes_anything_with_anybodys_cookie(web: Web) -> None:
    filled(web)
    client = web.client()
    changing = [(method, route) for method, route in endpoints(web) if method in CHANGING and asks_who(route)]
    assert len(changing) > 30
    by_role: dict[Role, list[tuple[str, str]]] = {}
    for method, route in changing:
        needed = acts(route)
        role = min(MAY[needed.pop()]) if needed else Role.VIEWER
        by_role.setdefault(role, []).append((method, route.path.format_map(FILLED)))
    for role, places in by_role.items():
        with_cookie(client, role)
        for method, path in places:
            for foreign in FOREIGN:
                answer = client.request(method, path, headers={"Idempotency-Key": "k", **foreign}, json={})
                check_error(answer, 403, "OTHER_ORIGIN")
        assert client.get("/api/v1/session").status_code == 200, "the session itself is as it was"


def test_a_token_in_the_header_is_no_cookie_and_needs_no_page(web: Web) -> None:
    client = web.client()
    token = with_cookie(client, Role.ADMIN)
    client.cookies.clear()
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://evil.example", "Idempotency-Key": "k"}
    answer = client.post("/api/v1/units", json={}, headers=headers)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "号", "' OR 1=1 --", "null", "Bearer"])
def test_a_made_up_session_is_none(web: Web, token: str) -> None:
    client = web.client()
    headers = {"Authorization": f"Bearer {token}".encode()}
    check_error(client.get("/api/v1/halls", headers=headers), 401, "NOT_SIGNED_IN")
    answer = client.get("/api/v1/halls", headers={"Cookie": f"central={token}".encode()})
    check_error(answer, 401, "NOT_SIGNED_IN")


def test_an_ended_session_opens_nothing(web: Web) -> None:
    filled(web)
    client = web.client()
    token = with_cookie(client, Role.SUPERVISOR)
    kept = dict(client.cookies)
    assert client.get("/api/v1/halls").status_code == 200
    assert client.delete("/api/v1/session").status_code == 204
    late, anew = TestClient(app_over(web.parts), cookies=kept), web.client()
    bearer = {"Authorization": f"Bearer {token}"}
    for method, route in endpoints(web):
        if asks_who(route):
            path = route.path.format_map(FILLED)
            for answer in (late.request(method, path), anew.request(method, path, headers=bearer)):
                check_error(answer, 401, "NOT_SIGNED_IN")


def test_signing_in_never_takes_up_a_session_that_was_brought_along(web: Web) -> None:
    client = web.client()
    first = with_cookie(client, Role.VIEWER)
    answer = client.post("/api/v1/session", json={"name": "supervisor", "secret": SECRET})
    assert answer.json()["token"] != first
    fixed = TestClient(app_over(web.parts), cookies={"central": "chosen-by-somebody-else"})
    answer = fixed.post("/api/v1/session", json={"name": "viewer", "secret": SECRET})
    assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]
    check_error(
        web.client().get("/api/v1/session", headers={"Cookie": "central=chosen-by-somebody-else"}), 401, "NOT_SIGNED_IN"
    )


def test_the_store_holds_no_token_that_could_be_used(web: Web) -> None:
    token = with_cookie(web.client(), Role.VIEWER)
    with web.database.read() as connection:
        kept = connection.execute(select(sessions)).mappings().all()
    assert kept
    assert all(token not in str(value) for row in kept for value in row.values())
    for row in kept:
        headers = {"Authorization": f"Bearer {row['token_hash']}"}
        check_error(web.client().get("/api/v1/session", headers=headers), 401, "NOT_SIGNED_IN")
