"""Entries for the report over HTTP: who may, hostile bodies and files, the same wish twice, what the audit keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from central.accounts.permissions import Role
from central.audit import store as audit
from central.clock import now_ms
from central.report.periods import shifted
from central.report_entry.tables import report_entry, report_evidence
from hall.moment import local_day
from tests.central import strange_files
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web, empty_store
from tests.central.test_aid_files import zipped
from tests.central.test_permissions import _person
from tests.central.villages import Keys

UNITS = (("north", "city", "district"), ("south", "city", "district"), ("lane", "north", "street"),
         ("east", "lane", "village"), ("west", "lane", "village"))  # fmt: skip
RUNNING = local_day(now_ms())[:7]
MONTH = shifted(RUNNING, -1)
VISIT = {"day": f"{MONTH}-08", "begins": "09:00", "ends": "13:00", "adviser": {"name": "测试王律师"}, "people": 3}
EVENT = {"day": f"{MONTH}-09", "kind": "LECTURE", "title": "民法典讲座", "people": 30, "leaflets": 12,
         "kept_at": "档案柜二层"}  # fmt: skip


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What each engine does with the rows is in the other file."""
    return empty_store(tmp_path / "central.db")


def send(
    client: TestClient, path: str, body: Any = None, *, unit: str = "east", key: str = "", name: str = MONTH
) -> Any:
    Keys.number += 1
    headers = {"Idempotency-Key": key or f"key-{Keys.number}"}
    place = f"/api/v1/report/units/{unit}/periods/{name}/{path}"
    more = {"content": body} if isinstance(body, bytes) else {"json": body}
    return client.post(place, headers=headers, **more)


def look(client: TestClient, path: str = "entries", unit: str = "east", name: str = MONTH) -> Any:
    return client.get(f"/api/v1/report/units/{unit}/periods/{name}/{path}")


@pytest.fixture
def tree(web: Web) -> Web:
    admin = web.as_role(Role.ADMIN)
    for unit, parent, level in UNITS:
        body = {"id": unit, "parent": parent, "level": level, "name_zh": unit, "name_en": unit}
        assert admin.post("/api/v1/units", json=body, headers={"Idempotency-Key": unit}).status_code == 201
    return web


@pytest.fixture
def clerk(tree: Web) -> TestClient:
    return _person(tree, "east.clerk", Role.WINDOW_STAFF, "east")


def test_a_room_fills_in_its_month(clerk: TestClient, tree: Web) -> None:
    assert send(clerk, "entries", {"code": "A06", "value": "4"}).status_code == 201
    assert send(clerk, "entries", {"code": "C35", "value": 12.5, "kept_at": "判决书复印件"}).status_code == 201
    assert send(clerk, "visits", VISIT).status_code == 201
    assert send(clerk, "events", EVENT).status_code == 201
    told = look(clerk).json()
    cells = {one["code"]: (one["how"], one["value"]) for one in told["items"]}
    assert cells["A06"] == ("TYPED", "4")
    assert cells["C35"] == ("TYPED", "12.50")
    assert cells["F02"] == ("ROWS", "30")
    assert cells["J03"] == ("NONE", None)
    assert (told["open"], told["may_enter"], told["form"]["state"]) == (True, True, "COLLECTING")
    assert (told["village"]["hours"], told["village"]["hours_met"]) == ("4.0", True)
    assert {"code": "J03", "what": "FILL"} in told["missing"]
    seen = look(clerk, "visits").json()
    assert seen["items"][0]["adviser"] == "测*"
    assert "王" not in json.dumps(seen, ensure_ascii=False)
    with tree.database.read() as connection:
        lines = [str(dict(line)) for line in audit.lines(connection)]
    assert sum("report_entry." in line for line in lines) == 4
    assert not any(word in line for line in lines for word in ("王律师", "民法典", "档案柜"))


def test_the_same_wish_twice_is_one_row_and_another_under_its_key_is_refused(clerk: TestClient, tree: Web) -> None:
    answers = [send(clerk, "visits", VISIT, key="one").json() for _ in range(2)]
    assert answers[0] == answers[1]
    check_error(send(clerk, "visits", {**VISIT, "adviser": {"name": "另一人"}}, key="one"), 409, "KEY_OF_ANOTHER_WISH")
    assert len(look(clerk, "visits").json()["items"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"),
    [
        ("entries", {"code": "A06", "value": -1}, 422, "REPORT_VALUE_NEGATIVE", "value"),
        ("entries", {"code": "A06", "value": 1.5}, 422, "REPORT_VALUE_WHOLE", "value"),
        ("entries", {"code": "A06", "value": 1e300}, 422, "REPORT_VALUE_SHAPE", "value"),
        ("entries", {"code": "A06", "value": True}, 422, "WRONG_FIELD", "value"),
        ("entries", {"code": "A06", "value": None}, 422, "WRONG_FIELD", "value"),
        ("entries", {"code": "A06", "value": ["1"]}, 422, "WRONG_FIELD", "value"),
        ("entries", {"code": "=cmd", "value": "1"}, 422, "WRONG_FIELD", "code"),
        ("entries", {"code": "F01", "value": "1"}, 422, "REPORT_EVIDENCE_WANTED", "evidence"),
        ("entries", {"code": "F01", "value": "1", "evidence": "0" * 16}, 422, "NO_SUCH_FILE", "evidence"),
        ("entries", {"code": "A06", "value": "1", "sum": 3}, 422, "UNKNOWN_FIELD", None),
        ("visits", {**VISIT, "people": -1}, 422, "WRONG_FIELD", "people"),
        ("visits", {**VISIT, "people": True}, 422, "WRONG_FIELD", "people"),
        ("visits", {**VISIT, "people": 501}, 422, "REPORT_COUNT_MOST", "people"),
        ("visits", {**VISIT, "day": "2026-02-30"}, 422, "WRONG_FIELD", "day"),
        ("visits", {**VISIT, "day": f"{shifted(MONTH, -1)}-01"}, 422, "REPORT_DAY_OUTSIDE", "day"),
        ("visits", {**VISIT, "adviser": {}}, 422, "REPORT_ADVISER_ONE", "adviser"),
        ("events", {**EVENT, "title": " "}, 422, "REPORT_EVENT_TITLE", "title"),
        ("events", {**EVENT, "title": "a\nb"}, 422, "WRONG_FIELD", "title"),
        ("events", {**EVENT, "kind": "PARTY"}, 422, "WRONG_FIELD", "kind"),
        ("events", {**EVENT, "kept_at": ""}, 422, "REPORT_EVIDENCE_WANTED", "evidence"),
        ("events", {**EVENT, "leaflets": 10**9}, 422, "WRONG_FIELD", "leaflets"),
        ("rows/" + "0" * 16 + "/take-back", {"why": "TWICE"}, 404, "REPORT_NO_SUCH_ROW", None),
        ("rows/" + "0" * 16 + "/take-back", {"why": "because"}, 422, "WRONG_FIELD", "why"),
    ],
)  # fmt: skip
def test_hostile_bodies_are_named_at_their_field(
    clerk: TestClient, path: str, body: Any, status: int, code: str, field: str | None
) -> None:
    found = check_error(send(clerk, path, body), status, code)
    assert found["field"] == field or field is None
    assert all(not look(clerk, one).json()["items"] for one in ("visits", "events"))
    assert look(clerk).json()["history"] == []


@pytest.mark.parametrize(
    "text", ['{"code":"A06","value":1e309}', '{"code":"A06","value":NaN}', '{"value":1,"value":2}']
)
def test_what_is_no_json_is_not_read(clerk: TestClient, text: str) -> None:
    place = f"/api/v1/report/units/east/periods/{MONTH}/entries"
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    assert clerk.post(place, content=text, headers=headers).status_code in (400, 422)
    assert look(clerk).json()["history"] == []


def test_a_period_that_is_none_or_has_not_begun_is_refused_by_its_name(clerk: TestClient) -> None:
    for name in ("2026-13", "2017-12", "2026-1", "nonsense"):
        check_error(send(clerk, "entries", {"code": "A06", "value": "1"}, name=name), 404, "NO_SUCH_PERIOD")
        check_error(look(clerk, name=name), 404, "NO_SUCH_PERIOD")
    ahead = shifted(RUNNING, 1)
    found = check_error(send(clerk, "entries", {"code": "A06", "value": "1"}, name=ahead), 409, "REPORT_PERIOD_AHEAD")
    assert found["field"] == "period"


# --- files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "FILE_EMPTY"), (b"<!doctype html><script>alert(1)</script>", "FILE_KIND"),
        (zipped("bomb", b"\0" * 5_000_000), "FILE_IS_OFFICE"),
        (strange_files.png_that_says(30_000, 30_000), "FILE_PIXELS"),
        (strange_files.pdf_acting_from_within(), "FILE_PDF_ALIVE"), (strange_files.jpeg()[:400], "FILE_BROKEN"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_no_evidence(clerk: TestClient, tree: Web, raw: bytes, code: str) -> None:
    check_error(send(clerk, "evidence", raw), 422, code)
    with tree.database.read() as connection:
        assert connection.execute(select(report_evidence)).all() == []


def test_evidence_is_kept_clean_and_sealed_and_opened_for_a_reason(clerk: TestClient, tree: Web) -> None:
    raw = strange_files.jpeg(located=True)
    made = send(clerk, "evidence", raw)
    assert made.status_code == 201, made.text
    assert send(clerk, "evidence", raw).json() == made.json()  # the same photo once more is the same
    body = {"code": "F01", "value": "1", "evidence": made.json()["id"]}
    assert send(clerk, "entries", body).status_code == 201
    with tree.database.read() as connection:
        row = connection.execute(select(report_evidence)).mappings().one()
        raw_row = connection.exec_driver_sql("SELECT content FROM report_evidence").scalar_one()
    assert b"Telephone" not in bytes(raw_row)
    assert b"JFIF" not in bytes(raw_row)
    place = f"evidence/{row['id']}/open"
    check_error(send(clerk, place, {"reason": "查"}), 422, "WRONG_FIELD")
    opened = send(clerk, place, {"reason": "核对签到表"})
    assert opened.status_code == 200
    assert opened.content.startswith(b"\xff\xd8\xff")
    assert b"Telephone" not in opened.content
    assert opened.headers["content-disposition"].startswith("attachment")
    neighbour = _person(tree, "west.clerk", Role.WINDOW_STAFF, "west")
    check_error(send(neighbour, place, {"reason": "核对签到表"}), 404, "NO_SUCH_UNIT")
    check_error(send(neighbour, place, {"reason": "核对签到表"}, unit="west"), 404, "NO_SUCH_FILE")


# --- who ----------------------------------------------------------------------------------------------------


def test_a_room_sees_and_fills_in_only_itself(clerk: TestClient, tree: Web) -> None:
    row = send(clerk, "entries", {"code": "A06", "value": "4"}).json()["id"]
    neighbour = _person(tree, "west.clerk", Role.WINDOW_STAFF, "west")
    for unit in ("east", "lane", "south", "nobody"):
        check_error(look(neighbour, unit=unit), 404, "NO_SUCH_UNIT")
        check_error(send(neighbour, "entries", {"code": "A06", "value": "9"}, unit=unit), 404, "NO_SUCH_UNIT")
    check_error(send(neighbour, f"rows/{row}/take-back", {"why": "TWICE"}), 404, "NO_SUCH_UNIT")
    check_error(send(neighbour, f"rows/{row}/take-back", {"why": "TWICE"}, unit="west"), 404, "REPORT_NO_SUCH_ROW")
    with tree.database.read() as connection:
        assert connection.execute(select(report_entry.c.value)).scalars().all() == ["4"]


def test_who_prepares_the_report_enters_for_the_units_below_and_a_window_for_its_own(tree: Web) -> None:
    preparer = _person(tree, "lane.preparer", Role.REPORT_PREPARER, "lane")
    assert send(preparer, "entries", {"code": "A06", "value": "4"}).status_code == 201
    assert send(preparer, "entries", {"code": "A06", "value": "4"}, unit="lane").status_code == 201
    check_error(send(preparer, "entries", {"code": "A06", "value": "4"}, unit="north"), 404, "NO_SUCH_UNIT")
    window = _person(tree, "lane.window", Role.WINDOW_STAFF, "lane")
    assert look(window).json()["may_enter"] is False
    check_error(send(window, "entries", {"code": "J03", "value": "4"}), 409, "REPORT_OWN_UNIT")
    check_error(send(window, "evidence", strange_files.jpeg()), 409, "REPORT_OWN_UNIT")
    reviewer = _person(tree, "lane.reviewer", Role.REPORT_REVIEWER, "lane")
    assert look(reviewer).status_code == 200
    check_error(send(reviewer, "entries", {"code": "A06", "value": "4"}), 403, "NOT_ALLOWED")


def test_the_page_is_there_for_who_fills_in_and_for_their_units(clerk: TestClient, tree: Web) -> None:
    html = {"Accept": "text/html"}
    told = clerk.get("/report/room", headers=html)
    assert told.status_code == 200
    assert 'data-unit="east"' in told.text
    assert clerk.get("/report/room?unit=west", headers=html).status_code == 404
    viewer = _person(tree, "east.viewer", Role.VIEWER, "east")
    assert viewer.get("/report/room", headers=html).status_code == 403
    assert SECRET not in told.text
