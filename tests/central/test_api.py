"""The HTTP interface: nobody in without a session, one shape of errors, nothing hostile gets further than the door."""

import json
from urllib.parse import parse_qs, urlsplit

from fastapi.testclient import TestClient

from central.accounts.permissions import Role
from central.ingest.intake import Intake
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web, app_over
from tests.central.event_log import DAY, HallLog, Morning, batch, called, finished, issued, rated, started
from tests.central.taking_in import HALL, evt, take
from tests.central.test_permissions import FILLED, OPEN


def test_every_endpoint_that_is_not_open_refuses_strangers_and_false_tokens(web: Web) -> None:
    client = web.client()
    tried = 0
    for path, methods in app_over(web.parts).openapi()["paths"].items():
        for method in (one.upper() for one in methods):
            if (method, path) in OPEN:
                continue
            place = path.format_map(FILLED)
            check_error(client.request(method, place, json={} if method == "POST" else None), 401, "NOT_SIGNED_IN")
            for wrong in ("Bearer nonsense", "Basic abc", "Bearer ", "Bearer ' or 1=1"):
                check_error(client.request(method, place, headers={"Authorization": wrong}), 401, "NOT_SIGNED_IN")
            tried += 1
    assert tried >= 9


def test_every_page_sends_strangers_to_the_sign_in(web: Web) -> None:
    client = web.client()
    for path in ("/", "/figures", f"/halls/{HALL}", f"/halls/{HALL}/tickets/{DAY}/A001"):
        answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")
    asked = f"/halls/{HALL}/tickets?day={DAY}&state=WAITING"
    answer = client.get(asked, headers={"Accept": "text/html"}, follow_redirects=False)
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"next": [asked]}  # not to all of the day
    evil = client.get("/figures?x=//elsewhere.example", headers={"Accept": "text/html"}, follow_redirects=False)
    assert evil.headers["location"] == "/sign-in?next=/figures"
    for path in ("/sign-in", "/activate"):
        assert client.get(path).status_code == 200


def test_pages_speak_chinese_first_and_english_when_asked(web: Web) -> None:
    client = web.as_role(Role.VIEWER)
    for path in ("/", "/figures", f"/halls/{HALL}", f"/halls/{HALL}/tickets/{DAY}/A001"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert '<html lang="zh-CN">' in answer.text
        assert "公共法律服务大厅" in answer.text
        assert (
            "script-src" not in answer.headers["content-security-policy"]
            or "unsafe" not in answer.headers["content-security-policy"]
        )
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert '<html lang="en">' in client.get("/figures").text


def test_a_viewer_may_look_and_only_look(web: Web) -> None:
    filled(web)
    viewer = web.as_role(Role.VIEWER)
    assert viewer.get("/api/v1/halls").status_code == 200
    check_error(viewer.get("/api/v1/events", params={"hall": HALL, "epoch": "epoch-1"}), 403, "NOT_ALLOWED")
    check_error(viewer.get(f"/api/v1/halls/{HALL}/set-aside"), 403, "NOT_ALLOWED")
    order = {"op": "ping", "command_id": "12345678"}
    check_error(viewer.post(f"/api/v1/halls/{HALL}/orders", json=order), 403, "NOT_ALLOWED")


def test_signing_in_gives_a_cookie_and_a_token_that_end_together(web: Web) -> None:
    client = web.client()
    answer = client.post("/api/v1/session", json={"name": "viewer", "secret": SECRET})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    me = {"name": "viewer", "roles": ["viewer"], "unit": "city", "must": None, "emergency_until": None}
    assert client.get("/api/v1/session").json() == me
    assert client.delete("/api/v1/session").status_code == 204
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    check_error(web.client().get("/api/v1/session", headers=bearer), 401, "NOT_SIGNED_IN")


def test_over_https_the_cookie_is_bound_to_this_host(web: Web) -> None:
    client = TestClient(app_over(web.parts), base_url="https://central.example")
    answer = client.post("/api/v1/session", json={"name": "viewer", "secret": SECRET})
    assert answer.headers["set-cookie"].startswith("__Host-central=")
    assert "Secure" in answer.headers["set-cookie"]
    assert client.get("/api/v1/session").status_code == 200


def test_a_hall_in_detail_has_windows_queues_and_names(web: Web) -> None:
    log = HallLog("epoch-1")
    log.add(issued("A001"), issued("A002"), called("A001", 3, 75))
    filled(web, log)
    hall = web.as_role(Role.VIEWER).get(f"/api/v1/halls/{HALL}").json()
    assert (hall["state"], hall["name_zh"], hall["waiting"]) == ("open", "测试大厅", 1)
    assert [(w["number"], w["state"], w["ticket"]) for w in hall["windows"]] == [
        (3, "CALLING", "A001"),
        (9, "CLOSED", None),
    ]
    assert [(q["service"], q["name_zh"], q["waiting"], q["numbers"]) for q in hall["queues"]] == [
        ("A", "法律咨询", 1, ["A002"])
    ]
    assert [event["type"] for event in hall["recent"]] == ["ticket.called/1", "ticket.issued/1", "ticket.issued/1"]
    assert "staff" not in json.dumps(hall)


def test_the_story_of_a_ticket_is_its_events_in_order_without_the_visitors_key(web: Web) -> None:
    log = HallLog("epoch-1")
    log.add(issued("A001"), issued("B001"), called("A001", 1), called("B001", 2), started("A001", 1))
    log.add(finished("A001", 1, 90), rated("A001", 1, 4))
    filled(web, log)
    story = web.as_role(Role.VIEWER).get(f"/api/v1/halls/{HALL}/tickets/{DAY}/A001").json()
    assert (story["state"], story["waited_s"], story["served_s"], story["grade"]) == ("DONE", 60, 90, 4)
    assert [event["seq"] for event in story["events"]] == [1, 3, 5, 6, 7]
    assert set(story["events"][0]) == {"id", "seq", "ts", "boot", "mono", "clock", "type", "late", "data"}
    assert "token-of-A001" not in json.dumps(story)


def test_stored_events_come_back_line_by_line_as_they_came(web: Web) -> None:
    log = HallLog("epoch-1")
    Morning(log, 3).run(1200)
    log.add_raw("ticket.called/1", {"number": None})
    filled(web, log)
    client = web.as_role(Role.ADMIN)
    answer = client.get("/api/v1/events", params={"hall": HALL, "epoch": "epoch-1", "from_seq": 5})
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) > 1000
    assert lines[:-1] == log.envelopes[4:-1]
    assert (lines[-1]["seq"], lines[-1]["lane"]) == (len(log.envelopes), "poison")
    few = client.get("/api/v1/events", params={"hall": HALL, "epoch": "epoch-1", "limit": 3}).text.splitlines()
    assert [json.loads(line)["seq"] for line in few] == [1, 2, 3]


def test_figures_cross_foot_and_have_names(web: Web) -> None:
    filled(web)
    told = web.as_role(Role.VIEWER).get("/api/v1/figures", params={"day": DAY}).json()
    rows = [*told["items"], *told["halls"], told["totals"]]
    for row in rows:
        ends = sum(row[name] for name in ("done", "no_show", "cancelled", "expired", "open"))
        assert row["issued"] + row["transferred_in"] - row["transferred_out"] == ends
    assert sum(row["issued"] for row in told["items"]) == told["totals"]["issued"] > 0
    assert told["items"][0]["name_zh"] == "法律咨询"
    empty = web.as_role(Role.VIEWER).get("/api/v1/figures", params={"day": "2020-01-01"}).json()
    assert (empty["items"], empty["totals"]["satisfaction"]) == ([], None)


def test_what_was_set_aside_can_be_seen(web: Web) -> None:
    log = HallLog("epoch-1")
    log.add_raw("ticket.called/1", {})
    filled(web, log)
    other = [log.envelopes[0] | {"id": "another"}]
    take(web.database, Intake(), evt(b"rubbish"), evt(batch("epoch-1", other)))
    told = web.as_role(Role.ADMIN).get(f"/api/v1/halls/{HALL}/set-aside").json()
    assert sorted(item["lane"] for item in told["items"]) == ["conflict", "poison", "rejected"]
    facts = {item["lane"]: set(item) - {"lane"} for item in told["items"]}
    assert facts["poison"] == {"epoch", "seq", "type", "received_at"}
    assert facts["conflict"] == {"epoch", "seq", "id_stored", "id_came", "first_at"}
    assert facts["rejected"] == {"id", "reason", "size", "received_at"}


def test_health_tells_which_part_is_missing(web: Web) -> None:
    client = web.client()
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": "ok", "broker": "missing", "ingest": "missing", "vault": "ok"}
    assert "lh_events_ingested_total" in client.get("/metrics").text


def test_every_answer_is_kept_out_of_caches_and_frames(web: Web) -> None:
    for path in ("/healthz", "/sign-in", "/api/v1/halls"):
        headers = web.client().get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
