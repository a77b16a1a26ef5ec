"""What the HTTP interface refuses: one shape, its own code, and nothing of the asker's words given back."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import central
from central import schema
from central.accounts.permissions import Role
from central.web import make_app
from hall_config.wording import catalogue
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web, empty_store
from tests.central.event_log import DAY
from tests.central.taking_in import HALL

SECRETIVE = "999999199003070012"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is refused reaches no store: one engine is enough."""
    return empty_store(tmp_path / "central.db")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
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
        (b"{", 400, "MALFORMED", None),
        (b"", 422, "MISSING_FIELD", None),
        (b"[]", 422, "WRONG_FIELD", None),
        (b'{"name":NaN,"secret":"x"}', 400, "MALFORMED", None),
        (b'{"name":"a","name":"b","secret":"x"}', 400, "MALFORMED", None),
        (b'{"name":"\\ud800","secret":"x"}', 400, "MALFORMED", None),
        (b'{"name":"abc","secret":1e999}', 400, "MALFORMED", None),
        (b"[" * 5000, 400, "MALFORMED", None),
        (b'{"name":"abc"}', 422, "MISSING_FIELD", "secret"),
        (b'{"name":"a\\u0000b","secret":"x"}', 422, "WRONG_FIELD", "name"),
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


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""]
)
def test_a_body_that_is_not_declared_json_is_malformed_and_not_echoed(web: Web, kind: str | None) -> None:
    body = json.dumps({"name": SECRETIVE, "secret": SECRETIVE}).encode()
    headers = {} if kind is None else {"Content-Type": kind}
    for path in ("/api/v1/session", "/api/v1/activation", f"/api/v1/halls/{HALL}/orders"):
        answer = web.as_role(Role.ADMIN).post(path, content=body, headers=headers)
        assert check_error(answer, 400, "NOT_JSON")["field"] is None
        assert SECRETIVE not in answer.text


def test_json_may_say_its_character_set(web: Web) -> None:
    body = json.dumps({"name": "viewer", "secret": SECRET})
    for kind in ("application/json; charset=utf-8", "Application/JSON"):
        answer = web.client().post("/api/v1/session", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/nothing", 404),
        ("/api/v1/halls/no-such-hall", 404),
        ("/api/v1/halls/UPPER", 404),
        ("/api/v1/halls/", 404),
        ("/api/v1/halls/no-such-hall/orders/%00", 404),
        ("/api/v1/halls?limit=0", 422),
        ("/api/v1/halls?limit=9999", 422),
        ("/api/v1/halls?limit=١٢", 422),
        ("/api/v1/halls?cursor=../..", 422),
        ("/api/v1/figures?day=2026-13-45x", 422),
        ("/api/v1/figures?day=２０２６-11-21", 422),
        ("/api/v1/figures?cursor=x", 422),
        (f"/api/v1/halls/{HALL}/tickets/{DAY}/A999", 404),
        (f"/api/v1/halls/{HALL}/tickets/{DAY}/a1", 404),
        ("/api/v1/events?hall=test-hall&epoch=none", 404),
        ("/api/v1/events", 422),
        ("/api/v1/events?hall=test-hall&epoch=epoch-1&from_seq=0", 422),
        ("/api/v1/halls/%00%ff", 404),
        ("/api/v1/stream?hall=no-such-hall", 404),
        ("/api/v1/stream?hall=UPPER", 422),
    ],
)
def test_wrong_questions_get_the_shape_of_errors(web: Web, path: str, status: int) -> None:
    answer = web.as_role(Role.ADMIN).get(path)
    error = answer.json()["error"]
    check_error(answer, status, error["code"])


def test_a_method_that_does_not_exist_has_the_shape_too(web: Web) -> None:
    answer = web.as_role(Role.ADMIN).put("/api/v1/halls", json={})
    check_error(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET"


def test_our_own_fault_shows_no_trace_of_the_stack(web: Web) -> None:
    app = make_app(web.parts)

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("the secret is forty-two")

    answer = TestClient(app, raise_server_exceptions=False).get("/api/v1/broken")
    check_error(answer, 500, "INTERNAL")
    assert "forty-two" not in answer.text
    assert "Traceback" not in answer.text


def test_every_code_that_central_raises_has_words() -> None:
    source = "".join(path.read_text() for path in Path(central.__file__).parent.rglob("*.py"))
    raised = set(re.findall(r'raise (\w+)\(\s*"([A-Z][A-Z_0-9]+)"', source))
    assert len(raised) > 60
    missing = []
    for kind, code in raised:
        places = {"Unreadable": ["central.error.IMPORT_"], "BadArchive": ["central.keeping.ARCHIVE_"]}
        places["Unclear"] = ["central.error.REST_DAYS_"]
        if not any(f"{place}{code}" in catalogue() for place in places.get(kind, ["central.error.", "refusal."])):
            missing.append(f"{kind} {code}")
    assert missing == []


def test_an_order_without_a_line_or_a_key_is_refused(web: Web) -> None:
    filled(web)
    client, path = web.as_role(Role.ADMIN), f"/api/v1/halls/{HALL}/orders"
    assert check_error(client.post(path, json={"op": "ping"}), 422, "KEY_MISSING")["field"] == "Idempotency-Key"
    key = {"Idempotency-Key": "key-number-1"}
    error = check_error(client.post(path, json={"op": "explode"}, headers=key), 422, "UNKNOWN_OPERATION")
    assert error["field"] == "op"
    check_error(client.post(path, json={"op": "ping"}, headers=key), 503, "NO_BROKER")
    check_error(client.post("/api/v1/halls/no-such/orders", json={"op": "ping"}, headers=key), 404, "NO_SUCH_HALL")


def test_a_key_in_the_header_and_another_in_the_body_are_refused(web: Web) -> None:
    filled(web)
    client, path = web.as_role(Role.ADMIN), f"/api/v1/halls/{HALL}/orders"
    key = {"Idempotency-Key": "one-key"}
    error = check_error(client.post(path, json={"op": "ping", "command_id": "other"}, headers=key), 422, "TWO_KEYS")
    assert error["field"] == "command_id"
    check_error(client.post(path, json={"op": "ping", "command_id": "one-key"}, headers=key), 503, "NO_BROKER")


@pytest.mark.parametrize(
    ("key", "good"), [("1", True), ("k" * 200, True), ("", False), ("k" * 201, False), ("a b", False)]
)
def test_a_key_may_be_as_short_and_as_long_as_at_a_hall(web: Web, key: str, good: bool) -> None:
    filled(web)
    client, path = web.as_role(Role.ADMIN), f"/api/v1/halls/{HALL}/orders"
    for body, headers, field in (
        ({"op": "ping", "command_id": key}, {}, "command_id"),
        ({"op": "ping"}, {"Idempotency-Key": key}, "Idempotency-Key"),
    ):
        answer = client.post(path, json=body, headers=headers)
        error = check_error(answer, *((503, "NO_BROKER") if good else (422, "WRONG_FIELD")))
        assert error["field"] == (None if good else field)


def test_signing_out_without_a_session_is_no_error(web: Web) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Cookie": "central=nonsense"}):
        assert web.client().delete("/api/v1/session", headers=headers).status_code == 204
    client = web.as_role(Role.VIEWER)
    assert [client.delete("/api/v1/session").status_code for _ in range(2)] == [204, 204]
    answer = client.get("/api/v1/session")
    check_error(answer, 401, "NOT_SIGNED_IN")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_secret_and_a_locked_name_have_the_codes_of_a_hall(web: Web) -> None:
    client, wrong = web.client(), {"name": "viewer", "secret": "wrong-Secret-1"}
    for _ in range(5):
        check_error(client.post("/api/v1/session", json=wrong), 401, "WRONG_SECRET")
    answer = client.post("/api/v1/session", json=wrong)
    check_error(answer, 429, "LOCKED")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_only_who_asks_for_a_page_gets_one(web: Web, accept: str | None) -> None:
    client = web.client()
    client.headers.pop("accept")
    headers = {} if accept is None else {"Accept": accept}
    check_error(client.get("/nothing", headers=headers), 404, "NOT_FOUND")
    check_error(client.get("/", headers=headers), 401, "NOT_SIGNED_IN")
    page = client.get("//elsewhere.example/x", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "elsewhere.example" not in page.text


def test_a_store_that_does_not_answer_is_a_missing_part_and_not_our_fault(web: Web) -> None:
    client = web.as_role(Role.VIEWER)
    with web.database.write() as connection:
        schema.session.drop(connection)
    check_error(client.get("/api/v1/halls"), 503, "NOT_READY")


def test_the_description_tells_the_errors_that_come(web: Web) -> None:
    document = make_app(web.parts).openapi()
    assert "HTTPValidationError" not in json.dumps(document)
    for path, methods in document["paths"].items():
        for asked in methods.values():
            for family in ("4XX", "5XX"):
                told = asked["responses"][family]["content"]
                assert told == {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}, path
    assert document["paths"]["/readyz"]["get"]["responses"]["503"]["content"]["application/json"]
