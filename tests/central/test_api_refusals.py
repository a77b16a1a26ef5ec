"""What the HTTP interface refuses: one shape, its own code, and nothing of the asker's words given back."""

import json

import pytest
from fastapi.testclient import TestClient

from central.accounts.rules import Role
from central.web import make_app
from hall_config.wording import section
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web
from tests.central.event_log import DAY
from tests.central.taking_in import HALL

SECRETIVE = "999999199003070012"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)
def test_a_foreign_page_cannot_act_with_the_cookie(web: Web, headers: dict[str, str], allowed: bool) -> None:
    client = web.client()
    client.post("/api/v1/session", json={"name": "viewer", "secret": SECRET})
    answer = client.delete("/api/v1/session", headers=headers)
    assert answer.status_code == (204 if allowed else 403)
    signing_in = web.client().post("/api/v1/session", json={"name": "viewer", "secret": SECRET}, headers=headers)
    assert signing_in.status_code == (200 if allowed else 403)


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"{", 400, "NOT_JSON", None),
        (b"", 422, "WRONG_FIELD", None),
        (b"[]", 422, "WRONG_FIELD", None),
        (b'{"name":NaN,"secret":"x"}', 400, "NOT_JSON", None),
        (b'{"name":"a","name":"b","secret":"x"}', 400, "NOT_JSON", None),
        (b'{"name":"\\ud800","secret":"x"}', 400, "NOT_JSON", None),
        (b'{"name":"abc","secret":1e999}', 400, "NOT_JSON", None),
        (b"[" * 5000, 400, "NOT_JSON", None),
        (b'{"name":"abc"}', 422, "WRONG_FIELD", "secret"),
        (b'{"name":5,"secret":"x"}', 422, "WRONG_FIELD", "name"),
        (b'{"name":true,"secret":"x"}', 422, "WRONG_FIELD", "name"),
        (b'{"name":"abc","secret":"x","more":1}', 422, "UNKNOWN_FIELD", "more"),
        (json.dumps({"name": SECRETIVE * 5, "secret": "x"}).encode(), 422, "WRONG_FIELD", "name"),
        (json.dumps({"name": "abc", "secret": "x", SECRETIVE: 1}).encode(), 422, "UNKNOWN_FIELD", None),
        (b'{"name":"' + b"x" * 100_000 + b'"}', 413, "TOO_LARGE", None),
    ],
)
def test_wrong_bodies_get_their_error_and_nothing_of_theirs_back(
    web: Web, body: bytes, status: int, code: str, field: str | None
) -> None:
    answer = web.client().post("/api/v1/session", content=body, headers={"Content-Type": "application/json"})
    error = check_error(answer, status, code)
    assert error["field"] == field
    assert SECRETIVE not in answer.text


def test_a_body_that_is_not_declared_json_is_refused_without_an_echo(web: Web) -> None:
    answer = web.client().post("/api/v1/session", content=json.dumps({"name": SECRETIVE}).encode())
    check_error(answer, 422, "WRONG_FIELD")
    assert SECRETIVE not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/nothing", 404),
        ("/api/v1/halls/no-such-hall", 404),
        ("/api/v1/halls/UPPER", 422),
        ("/api/v1/halls?limit=0", 422),
        ("/api/v1/halls?limit=9999", 422),
        ("/api/v1/halls?limit=١٢", 422),
        ("/api/v1/halls?cursor=../..", 422),
        ("/api/v1/figures?day=2026-13-45x", 422),
        ("/api/v1/figures?day=２０２６-11-21", 422),
        ("/api/v1/figures?cursor=x", 422),
        (f"/api/v1/halls/{HALL}/tickets/{DAY}/A999", 404),
        (f"/api/v1/halls/{HALL}/tickets/{DAY}/a1", 422),
        ("/api/v1/events?hall=test-hall&epoch=none", 404),
        ("/api/v1/events", 422),
        ("/api/v1/events?hall=test-hall&epoch=epoch-1&from_seq=0", 422),
        ("/api/v1/halls/%00%ff", 422),
        ("/api/v1/stream?hall=no-such-hall", 404),
        ("/api/v1/stream?hall=UPPER", 422),
    ],
)
def test_wrong_questions_get_the_shape_of_errors(web: Web, path: str, status: int) -> None:
    answer = web.as_role(Role.ADMIN).get(path)
    error = answer.json()["error"]
    check_error(answer, status, error["code"])


def test_a_method_that_does_not_exist_has_the_shape_too(web: Web) -> None:
    check_error(web.as_role(Role.ADMIN).put("/api/v1/halls", json={}), 405, "WRONG_METHOD")


def test_our_own_fault_shows_no_trace_of_the_stack(web: Web) -> None:
    app = make_app(web.parts)

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("the secret is 42")

    answer = TestClient(app, raise_server_exceptions=False).get("/api/v1/broken")
    check_error(answer, 500, "OUR_FAULT")
    assert "42" not in answer.text
    assert "Traceback" not in answer.text


def test_every_code_an_endpoint_can_give_has_words() -> None:
    from pathlib import Path

    import central

    words = section("central.error", "zh")
    source = "".join(path.read_text() for path in Path(central.__file__).parent.rglob("*.py"))
    raised = [part.split('"')[1] for part in source.split("raise ") if part[:40].count('("') and '"' in part[:60]]
    codes = {code for code in raised if code.isupper()}
    assert len(codes) > 12
    assert codes <= set(words)


def test_an_order_without_a_line_or_a_key_is_refused(web: Web) -> None:
    filled(web)
    client, path = web.as_role(Role.ADMIN), f"/api/v1/halls/{HALL}/orders"
    check_error(client.post(path, json={"op": "ping"}), 400, "KEY_MISSING")
    key = {"Idempotency-Key": "key-number-1"}
    check_error(client.post(path, json={"op": "explode"}, headers=key), 409, "UNKNOWN_OPERATION")
    check_error(client.post(path, json={"op": "ping"}, headers=key), 503, "NO_BROKER")
    check_error(client.post("/api/v1/halls/no-such/orders", json={"op": "ping"}, headers=key), 404, "NO_SUCH_HALL")
