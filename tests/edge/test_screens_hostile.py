"""Whatever arrives at the pages' door: a clear refusal in the contract's shape, nothing echoed, nothing stopped."""

from __future__ import annotations

import http.client
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hall.refusal import Code
from hall_config.wording import LANGUAGES, say
from tests.edge.plain_door import PlainDoor
from tests.edge.screens_fixtures import (  # noqa: F401
    act,
    hall_fixture,
    hall_of,
    served_fixture,
    staff_file_fixture,
    take,
)


@pytest.fixture(name="unmoved", scope="module")
def unmoved_fixture(tmp_path_factory, staff_file):
    """One hall for all that is refused: whoever gets in would be seen by those that come after."""
    yield from hall_of(PlainDoor(), tmp_path_factory.mktemp("unmoved"), staff_file)


JSON = {"Content-Type": "application/json"}
SECRET = "310199199901011234-测试"  # must never come back in an answer
DEEP = "[" * 30_000 + "]" * 30_000

BODIES = [
    (b"", 422),
    (b"{", 400),
    (b"null", 422),
    (b"[]", 422),
    (b"17", 422),
    (b'"A"', 422),
    (b"\xff\xfe\x00", 400),
    (b"\xef\xbb\xbf{}", 400),
    (b'{"service": NaN}', 400),
    (b'{"service": -Infinity}', 400),
    (b'{"service": 1e999}', 400),
    (b'{"service": "A", "service": "B"}', 400),
    (b'{"service": "A", "persons": ' + b"9" * 5000 + b"}", 400),
    (DEEP.encode(), 400),
    (b'{"service": ' + b"[" * 400 + b"]" * 400 + b"}", 422),
    (b'{"service": "\\ud800"}', 422),
    (b'{"\\ud800": 1, "service": "A"}', 422),
    (b'{"service": "A", "persons": true}', 422),
    (b'{"service": "A", "persons": 1.0}', 422),
    (b'{"service": "A", "persons": "1"}', 422),
    (b'{"service": "A", "persons": 0}', 422),
    (b'{"service": "A", "persons": -5}', 422),
    (b'{"service": ["A"]}', 422),
    (b'{"service": null}', 422),
    (b'{"service": ""}', 422),
    (b'{"service": "A", "channel": "CARD"}', 422),
    (b'{"service": "A", "token": "mine"}', 422),
    (b'{"service": "A", "card_mark": "x"}', 422),
    (json.dumps({"service": "A", SECRET: SECRET}).encode(), 422),
    (json.dumps({"service": SECRET * 1000}).encode(), 422),
    (json.dumps({"service": "A", "priority": SECRET}).encode(), 422),
    (json.dumps({"service": "A" * 70_000}).encode(), 413),
]


@pytest.mark.parametrize(
    ("body", "status"), BODIES, ids=[f"{place}-{body[:24]!r}" for place, (body, _) in enumerate(BODIES)]
)
def test_an_odd_body_gets_a_clear_refusal_and_no_ticket(unmoved, body, status):
    answer = unmoved.client().post("/api/v1/tickets", content=body, headers=JSON)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "message_zh", "field", "trace"}
    assert error["message"]
    assert error["message_zh"]
    for part in ("310199", "测试", "AAAA", "Traceback", "pydantic"):
        assert part not in answer.text
    assert unmoved.door.look()[0].queue.tickets == {}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "text/html", "", "multipart/form-data"]
)
def test_only_json_is_taken(unmoved, kind):
    answer = unmoved.client().post("/api/v1/tickets", content=b'{"service":"A"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "NOT_JSON")
    assert unmoved.door.look()[0].queue.tickets == {}


def test_a_body_without_a_length_is_still_measured(unmoved):
    def parts():
        for _ in range(20):
            yield b" " * 8192

    answer = unmoved.client().post("/api/v1/tickets", content=parts(), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")


def test_ten_megabytes_over_a_real_line_are_heard_out_and_refused(hall, served):
    line = http.client.HTTPConnection(served.removeprefix("http://"), timeout=30)
    for path in ("/api/v1/tickets", "/api/v1/session", "/nowhere"):
        line.request("POST", path, bytes(10 * 1024 * 1024), JSON)
        answer = line.getresponse()
        assert (answer.status, json.loads(answer.read())["error"]["code"]) == (413, "TOO_LARGE")
    line.request("POST", "/api/v1/tickets", b'{"service": "A"}', JSON)
    assert line.getresponse().status == 201
    line.close()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "NOT_FOUND"),
        ("GET", "/api/v1/tickets", 405, "METHOD_NOT_ALLOWED"),
        ("PUT", "/api/v1/state", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/machine", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/api/v1/tickets/%00%00%00%00%00%00%00%00", 404, "NOT_FOUND"),
        ("GET", "/api/v1/tickets/" + "x" * 5000, 404, "NOT_FOUND"),
        ("GET", "/api/v1/tickets/测试测试测试测试", 404, "NOT_FOUND"),
        ("GET", "/static/../app.py", 404, "NOT_FOUND"),
        ("GET", "/static/%2e%2e/%2e%2e/staff.py", 404, "NOT_FOUND"),
        ("GET", "/pad/0", 404, "NOT_FOUND"),
        ("GET", "/pad/１", 404, "UNKNOWN_WINDOW"),
        ("GET", "/pad/99", 404, "UNKNOWN_WINDOW"),
        ("GET", "/window/" + "9" * 4000, 404, "NOT_FOUND"),
        ("GET", "/window/x", 404, "NOT_FOUND"),
        ("GET", "/machine?lang=xx", 422, "WRONG_FIELD"),
    ],
)
def test_an_odd_address_is_a_clear_error(unmoved, method, path, status, code):
    answer = unmoved.client().request(method, path)
    if path == "/pad/１":  # a full-width digit is either read as 1 or refused; never a fault of ours
        assert answer.status_code in (403, 404)
        return
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_person_at_a_wrong_address_gets_a_page_in_both_languages(unmoved):
    answer = unmoved.client().get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "没有这个地址" in answer.text
    assert "There is nothing at this address" in answer.text


@pytest.mark.parametrize(
    "window_path", ["/api/v1/windows/99/commands", "/api/v1/windows/0/commands", "/api/v1/windows/x/commands"]
)
def test_a_window_that_is_not_there(unmoved, window_path):
    answer = unmoved.client(1).post(window_path, json={"command": "open"})
    assert answer.status_code == 404


def test_other_sites_pages_can_change_nothing(hall):
    staff = hall.client(1)
    for origin in ("http://evil.test", "http://hall.test:8000", "null", "http://[", "https://hall.test.evil.test"):
        answer = staff.post("/api/v1/windows/1/commands", json={"command": "open"}, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "OTHER_ORIGIN")
    own = staff.post("/api/v1/windows/1/commands", json={"command": "open"}, headers={"Origin": "http://hall.test"})
    assert own.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + "x" * 4000},
        {"Authorization": "Basic c3RhZmYxOjg2NDIwOTcx"},
        {"Authorization": b"Bearer \xff\xfe"},
        {"Cookie": "lh_test-hall_staff=" + "y" * 3000},
    ],
)
def test_an_odd_session_is_no_session(unmoved, headers):
    answer = unmoved.client().post("/api/v1/windows/1/commands", json={"command": "open"}, headers=headers)
    assert answer.status_code == 401


def test_a_fault_of_ours_is_said_without_a_traceback(hall, monkeypatch):
    def broken() -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(hall.door, "look", broken)
    answer = hall.client().get("/api/v1/state")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "INTERNAL")
    assert "310199" not in answer.text
    assert "Traceback" not in answer.text


def test_a_controller_that_does_not_answer_is_not_ready(hall, monkeypatch):
    def slow(command: object, key: object = None) -> None:
        raise TimeoutError

    monkeypatch.setattr(hall.door, "ask", slow)
    answer = hall.client().post("/api/v1/tickets", json={"service": "A"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "NOT_READY")


def test_every_answer_forbids_framing_sniffing_and_foreign_scripts(unmoved):
    for path in ("/machine", "/api/v1/state", "/nowhere"):
        headers = unmoved.client().get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_names_from_the_configuration_cannot_become_markup(tmp_path):
    from dataclasses import replace

    from fastapi.testclient import TestClient

    from edge.screens import build_app
    from edge.staff import StaffBook
    from tests.edge.plain_door import PLAN, PlainDoor

    name = "</script><script>alert(1)</script>\"'<b>"
    door = PlainDoor(replace(PLAN, name_zh=name))
    staff = StaffBook(tmp_path / "staff.db")
    client = TestClient(build_app(door, staff), base_url="http://hall.test")
    for path in ("/", "/machine", "/display", "/window/1"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "</script><script>" not in page
    staff.close()


@pytest.mark.parametrize("code", list(Code))
def test_every_refusal_has_words_in_both_languages_that_need_no_parameter(code):
    for language in LANGUAGES:
        words = say(f"refusal.{code}", language)
        assert words
        assert "{" not in words
        assert say(f"refusal.{code}", language, number="A001", window=1) == words
    assert any("\u4e00" <= sign <= "\u9fff" for sign in say(f"refusal.{code}", "zh"))
    assert say(f"refusal.{code}", "en").isascii()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(["service", "priority", "persons", "channel", "command_id", "command", "number", "to_window"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.dictionaries(fields, json_values, max_size=5),
    path=st.sampled_from(["tickets", "windows/1/commands", "ratings", "session", "machine/choice"]),
)
def test_no_json_makes_the_pages_stumble(hall, body, path):
    answer = hall.client(1).post(f"/api/v1/{path}", json=body)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) == {"code", "message", "message_zh", "field", "trace"}


def test_the_hall_still_works_after_all_that(hall):
    for body, _ in BODIES:
        hall.client().post("/api/v1/tickets", content=body, headers=JSON)
    assert take(hall.client())["number"] == "A001"
    assert act(hall.client(1), 1, "open")["state"] == "IDLE"
