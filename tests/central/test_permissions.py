"""The one table of who may what, walked: every endpoint with every role, and every place in the tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from central.accounts.permissions import ADMINISTRATORS, MAY, Act, Role, check_roles
from central.clock import now_ms
from central.failures import WrongField
from central.web_doors import May, known
from hall_config.wording import section
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web, app_over
from tests.central.taking_in import HALL

# Whoever asks for one of these need not be anybody.
OPEN = {
    ("POST", "/api/v1/session"), ("DELETE", "/api/v1/session"), ("POST", "/api/v1/activation"),
    ("POST", "/api/v1/public/matters"), ("GET", "/api/v1/public/ratings"),
    ("GET", "/api/v1/public/halls"), ("POST", "/api/v1/public/tickets"), ("POST", "/api/v1/public/tickets/find"),
    ("GET", "/api/v1/public/slots"), ("POST", "/api/v1/public/appointments"),
    ("POST", "/api/v1/public/appointments/find"), ("POST", "/api/v1/public/appointments/change"),
    ("POST", "/api/v1/public/appointments/cancel"),
    ("GET", "/api/v1/public/aid/centres"), ("POST", "/api/v1/public/aid/applications"),
    ("POST", "/api/v1/public/aid/my/session"), ("DELETE", "/api/v1/public/aid/my/session"),
    ("GET", "/api/v1/public/aid/my"), ("POST", "/api/v1/public/aid/my/moves"), ("POST", "/api/v1/public/aid/my/files"),
    ("PATCH", "/api/v1/public/aid/my/files/{file}"), ("POST", "/api/v1/public/aid/my/letters/{letter}/open"),
    ("GET", "/api/v1/authority"), ("POST", "/api/v1/enrolment"), ("POST", "/api/v1/enrolment/renewal"),
    ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"),
    ("GET", "/api/v1/public/places/{place}"), ("POST", "/api/v1/public/places/{place}/tickets"),
    ("GET", "/api/v1/public/places/{place}/tickets/{token}"),
    ("GET", "/api/v1/public/places/{place}/tickets/{token}/qr.svg"),
    ("DELETE", "/api/v1/public/places/{place}/tickets/{token}"), ("POST", "/api/v1/public/places/{place}/ratings"),
    ("GET", "/api/v1/public/places/{place}/pads/{n}"), ("GET", "/api/v1/public/places/{place}/stream"),
}  # fmt: skip
# These are about the asker alone.
ONES_OWN = {
    ("GET", "/api/v1/session"), ("POST", "/api/v1/session/secret"), ("POST", "/api/v1/session/code"),
    ("GET", "/api/v1/session/second-factor"), ("POST", "/api/v1/session/second-factor"),
    ("POST", "/api/v1/session/second-factor/confirm"),
    ("GET", "/api/v1/accounts/{name}/sessions"), ("DELETE", "/api/v1/accounts/{name}/sessions/{session}"),
}  # fmt: skip


class _Named(dict[str, str]):
    """What stands in a path where nothing better is known: the walk asks who may, not what is there."""

    def __missing__(self, name: str) -> str:
        return "0123456789abcdef"


FILLED = _Named(
    hall=HALL, name="nobody.here", unit="no-such-unit", day="2026-11-18", number="A001", letter="A", n="1",
    order="no-such-order", place="no-such-place", token="no-such-token-of-a-ticket",
)  # fmt: skip


def endpoints(web: Web) -> Iterator[tuple[str, APIRoute]]:
    """All of them, those of included routers too, which an application's own list does not hold any more."""
    for context in iter_route_contexts(app_over(web.parts).routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in sorted(route.methods):
                yield method, route


def acts(route: APIRoute) -> set[Act]:
    found, left = set(), list(route.dependant.dependencies)
    while left:
        one = left.pop()
        left += one.dependencies
        if isinstance(one.call, May):
            found.add(one.call.act)
    return found


def asks_who(route: APIRoute) -> bool:
    left = list(route.dependant.dependencies)
    while left:
        one = left.pop()
        left += one.dependencies
        if one.call is known:
            return True
    return False


def test_the_walk_goes_to_every_endpoint_that_the_description_has(web: Web) -> None:
    described = {
        (method.upper(), path) for path, methods in app_over(web.parts).openapi()["paths"].items() for method in methods
    }
    assert {(method, route.path) for method, route in endpoints(web)} == described


def test_every_endpoint_names_one_act_or_stands_in_a_list_here(web: Web) -> None:
    for method, route in endpoints(web):
        place = (method, route.path)
        if place in OPEN:
            assert not asks_who(route), place
        elif place in ONES_OWN:
            assert asks_who(route), place
        else:
            assert len(acts(route)) == 1, place


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_role_gets_exactly_what_the_table_gives_it(web: Web) -> None:
    filled(web)
    walked, wrong = list(endpoints(web)), []
    for role in Role:
        client = web.as_role(role)
        for method, route in walked:
            needed = acts(route)
            if not needed or "stream" in route.path:
                continue
            answer = _ask(client, method, route.path.format_map(FILLED))
            if (answer.status_code == 403) is (role in MAY[needed.pop()]):
                wrong.append((role.value, method, route.path, answer.status_code, answer.text[:200]))
            elif answer.status_code == 403:
                check_error(answer, 403, "NOT_ALLOWED")
    assert wrong == []


def test_nobody_gets_anything_without_a_session(web: Web) -> None:
    filled(web)
    client = web.client()
    for method, route in endpoints(web):
        if (method, route.path) not in OPEN:
            check_error(_ask(client, method, route.path.format_map(FILLED)), 401, "NOT_SIGNED_IN")


def _ask(client: TestClient, method: str, path: str) -> Any:
    query = {"params": {"hall": HALL}} if path == "/api/v1/events" else {}
    body = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
    return client.request(method, path, headers={"Idempotency-Key": "walk"}, **query, **body)


def test_administrators_are_kept_apart() -> None:
    for one in ADMINISTRATORS:
        check_roles(frozenset({one}))
        for other in Role:
            if other is not one:
                with pytest.raises(WrongField, match="ROLES_APART"):
                    check_roles(frozenset({one, other}))
    assert not MAY[Act.MANAGE_ACCOUNTS] & MAY[Act.READ_AUDIT]


def test_every_role_and_act_has_words_in_both_languages() -> None:
    for language in ("zh", "en"):
        assert set(section("central.role", language)) == set(Role)
        assert set(section("central.act", language)) == set(Act)


def _person(web: Web, name: str, role: Role, unit: str) -> TestClient:
    web.parts.accounts.add(name, [role], now_ms(), SECRET, unit)
    client = web.client()
    token = client.post("/api/v1/session", json={"name": name, "secret": SECRET}).json()["token"]
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.fixture
def tree(web: Web) -> Web:
    """city > north (district) > lane (street), and south beside north; the hall stands in the lane."""
    filled(web)
    admin = web.as_role(Role.ADMIN)
    for number, (unit, parent, level) in enumerate(
        [("north", "city", "district"), ("south", "city", "district"), ("lane", "north", "street")]
    ):
        body = {"id": unit, "parent": parent, "level": level, "name_zh": unit, "name_en": unit}
        assert admin.post("/api/v1/units", json=body, headers={"Idempotency-Key": f"u{number}"}).status_code == 201
    assert (
        admin.put(f"/api/v1/halls/{HALL}/unit", json={"unit": "lane"}, headers={"Idempotency-Key": "p"}).status_code
        == 200
    )
    return web


@pytest.mark.parametrize(("unit", "seen"), [("city", True), ("north", True), ("lane", True), ("south", False)])
def test_one_sees_what_is_below_and_nothing_beside(tree: Web, unit: str, seen: bool) -> None:
    client = _person(tree, "somebody", Role.SUPERVISOR, unit)
    assert [one["id"] for one in client.get("/api/v1/halls").json()["items"]] == ([HALL] if seen else [])
    figures = client.get("/api/v1/figures", params={"day": "2026-11-18"}).json()
    assert bool(figures["items"]) is seen
    for path in (f"/api/v1/halls/{HALL}", f"/api/v1/halls/{HALL}/journals", f"/api/v1/halls/{HALL}/set-aside"):
        answer = client.get(path)
        assert answer.status_code == (200 if seen else 404), path
    answer = client.get("/api/v1/events", params={"hall": HALL})
    assert answer.status_code == (200 if seen else 404)
    asked = client.post(f"/api/v1/halls/{HALL}/orders", json={"op": "ping"}, headers={"Idempotency-Key": "k"})
    check_error(asked, *((503, "NO_BROKER") if seen else (404, "NO_SUCH_HALL")))


def test_an_administrator_of_a_district_reaches_nothing_outside_it(tree: Web) -> None:
    client = _person(tree, "north.admin", Role.ADMIN, "north")
    key = {"Idempotency-Key": "k"}
    assert [one["id"] for one in client.get("/api/v1/units").json()["items"]] == ["north", "lane"]
    new = {"id": "other", "parent": "south", "level": "street", "name_zh": "别处", "name_en": "Other"}
    check_error(client.post("/api/v1/units", json=new, headers=key), 404, "NO_SUCH_UNIT")
    check_error(client.patch("/api/v1/units/south", json={"closed": True}, headers=key), 404, "NO_SUCH_UNIT")
    check_error(client.put(f"/api/v1/halls/{HALL}/unit", json={"unit": "south"}, headers=key), 404, "NO_SUCH_UNIT")
    guard = _person(tree, "north.guard", Role.SECURITY_ADMIN, "north")
    names = {one["name"] for one in guard.get("/api/v1/accounts").json()["items"]}
    assert names == {"north.admin", "north.guard"}
    body = {"name": "spy", "roles": ["viewer"], "unit": "city"}
    check_error(guard.post("/api/v1/accounts", json=body, headers=key), 404, "NO_SUCH_UNIT")
    check_error(guard.delete("/api/v1/accounts/viewer"), 404, "NO_SUCH_ACCOUNT")
