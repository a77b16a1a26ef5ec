"""Small places over HTTP: making one, a visitor's phone, a clerk's window, the tablet, and whoever means harm."""

from __future__ import annotations

import json
from typing import Any

from fastapi.testclient import TestClient

from central.accounts.permissions import Role
from central.clock import now_ms
from central.places.limits import Limits
from central.plans.store import to_be_told
from hall.moment import local_day
from tests.central.asking import check_error
from tests.central.conftest import SECRET
from tests.central.rooms import PLACE, stored
from tests.central.villages import ONE_ENGINE, PUBLIC, WINDOW, Village, act, clerk, done, send, take, village

__all__ = ["clerk", "village"]


def test_from_a_phone_to_the_figures(village: Village, clerk: TestClient) -> None:
    phone = village.client()
    mine = done(take(phone), 201)
    assert (mine["number"], mine["ahead"]) == ("A001", 0)
    assert done(phone.get(f"{PUBLIC}/tickets/{mine['token']}"))["state"] == "WAITING"
    done(act(clerk, "open"))
    assert done(clerk.get(WINDOW))["waiting"][0]["number"] == "A001"
    called = done(act(clerk, "call_next"))
    assert called == {
        "window": 1, "state": "CALLING", "ticket": {"number": "A001", "service": "A", "state": "CALLED"},
        "events": ["ticket.called"],
    }  # fmt: skip
    assert done(phone.get(PUBLIC))["calls"][0]["number"] == "A001"
    done(act(clerk, "start"))
    done(act(clerk, "finish"))
    assert done(phone.get(f"{PUBLIC}/tickets/{mine['token']}"))["rateable"] is True
    rated = done(send(phone, "POST", f"{PUBLIC}/ratings", {"token": mine["token"], "grade": 5}), 201)
    assert rated == {"number": "A001", "grade": 5, "version": 1}
    viewer, day = village.as_role(Role.VIEWER), local_day(now_ms())
    (hall,) = viewer.get("/api/v1/halls").json()["items"]
    assert (hall["id"], hall["state"], hall["today"]["done"], hall["satisfaction"]) == (PLACE, "open", 1, 1.0)
    figures = viewer.get("/api/v1/figures", params={"day": day}).json()["totals"]
    assert (figures["issued"], figures["done"], figures["rated"], figures["satisfaction"]) == (1, 1, 1, 1.0)
    fleet = done(viewer.get("/api/v1/fleet"))
    assert (fleet["items"], fleet["versions"]) == ([], [])  # no controller stands there
    story = done(viewer.get(f"/api/v1/halls/{PLACE}/tickets/{day}/A001"))
    assert [one["type"].partition("/")[0] for one in story["events"]] == [
        "ticket.issued", "ticket.called", "ticket.served_started", "ticket.finished", "rating.given",
    ]  # fmt: skip
    assert mine["token"] not in json.dumps(story)


@ONE_ENGINE
def test_no_controller_is_looked_for_in_a_small_place(village: Village) -> None:
    keeper = village.as_role(Role.ADMIN)
    said = {"parts": {"rules": {"undo_s": 7}}}
    done(send(keeper, "PUT", "/api/v1/units/city/plan", said))  # for all halls of the city, to 6,000 rooms' nobody
    check_error(send(keeper, "PUT", f"/api/v1/halls/{PLACE}/plan", said), 409, "PLACE_HAS_OWN_RULES")
    check_error(send(keeper, "POST", f"/api/v1/halls/{PLACE}/plan/again", {}), 409, "PLACE_HAS_OWN_RULES")
    assert done(keeper.get("/api/v1/plans"))["items"] == []
    assert done(keeper.get("/api/v1/controllers"))["items"] == []
    with village.database.read() as connection:
        assert to_be_told(connection) == []  # and none waits for an answer that never comes


def test_a_place_is_made_of_a_street_or_a_village_and_once(village: Village) -> None:
    manager = village.as_role(Role.HALL_IT)
    check_error(send(manager, "POST", "/api/v1/places", {"unit": "north"}), 422, "PLACE_LEVEL")
    check_error(send(manager, "POST", "/api/v1/places", {"unit": PLACE}), 409, "PLACE_TAKEN")
    check_error(send(manager, "POST", "/api/v1/places", {"unit": "nowhere"}), 404, "NO_SUCH_UNIT")
    twice = {"window": [{"number": 1, "services": ["A"]}, {"number": 1, "services": ["B"]}]}
    wrong = check_error(send(manager, "POST", "/api/v1/places", {"unit": "lane", "plan": twice}), 422, "WRONG_PLAN")
    assert wrong["field"] == "plan.window[2].number"
    done(send(manager, "POST", "/api/v1/places", {"unit": "lane"}, "same"), 201)
    done(send(manager, "POST", "/api/v1/places", {"unit": "lane"}, "same"), 201)
    assert [one["id"] for one in manager.get("/api/v1/places").json()["items"]] == ["lane", PLACE]
    page = manager.get("/api/v1/places", params={"limit": 1}).json()
    assert [one["id"] for one in page["items"]] == ["lane"]
    more = manager.get("/api/v1/places", params={"limit": 1, "cursor": page["next"]}).json()
    assert ([one["id"] for one in more["items"]], more["next"]) == ([PLACE], None)
    code = send(manager, "POST", f"/api/v1/halls/{PLACE}/enrolment-code", {"unit": "city"})
    check_error(code, 409, "HALL_IS_PLACE")
    acts = [one["act"] for one in village.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit").json()["items"]]
    assert acts.count("place.make") == 2


def test_a_plan_is_tried_said_and_comes_into_force(village: Village, clerk: TestClient) -> None:
    supervisor, path = village.as_role(Role.SUPERVISOR), f"/api/v1/places/{PLACE}/plan"
    faulty = {"window": [{"number": 1, "services": ["A"]}, {"number": 1, "services": ["B"]}], "wndow": []}
    told = done(send(supervisor, "POST", f"{path}/preview", {"parts": faulty}))
    assert {"window[2].number", "wndow"} <= {one["path"] for one in told["problems"]}
    assert (
        check_error(send(supervisor, "PUT", path, {"parts": faulty}), 422, "WRONG_PLAN")["field"]
        == "parts.window[2].number"
    )
    two = {"window": [{"number": one, "services": ["A", "B", "C"]} for one in (1, 2)]}
    told = done(send(supervisor, "POST", f"{path}/preview", {"parts": two}))
    assert (told["problems"], told["at_once"], len(told["before"]["window"])) == ([], True, 1)
    assert (told["after"]["window"], told["after"]["service"]) == (two["window"], told["before"]["service"])
    done(act(clerk, "open"))
    assert done(send(supervisor, "POST", f"{path}/preview", {"parts": two}))["at_once"] is False
    seen = done(supervisor.get(path))["seen"]
    done(send(supervisor, "PUT", path, {"parts": two, "seen": seen}))
    standing = done(supervisor.get(path))
    assert (standing["revision"], standing["waits"], standing["parts"], standing["in_force"]) == (1, True, two, {})
    check_error(send(supervisor, "PUT", path, {"parts": {}, "seen": seen}), 409, "PLAN_CHANGED")
    check_error(clerk.get(f"/api/v1/places/{PLACE}/windows/2"), 404, "NO_SUCH_WINDOW")
    done(act(clerk, "close"))
    standing = done(supervisor.get(path))
    assert (standing["revision"], standing["waits"], standing["in_force"]) == (2, False, two)
    done(clerk.get(f"/api/v1/places/{PLACE}/windows/2"))
    check_error(send(clerk, "PUT", path, {"parts": {}}), 403, "NOT_ALLOWED")


def test_one_phone_holds_one_ticket_of_a_matter_and_another_phone_its_own(village: Village) -> None:
    phone, other = village.client(), village.client()
    first = done(take(phone, key="k"), 201)
    assert done(take(phone, key="k"), 201) == first
    assert check_error(take(phone), 409, "CARD_HAS_TICKET")["message_zh"].startswith("这部手机")
    assert done(take(other), 201)["number"] == "A002"
    marks_kept = [data["card_mark"] for _, kind, data in stored(village.database) if kind == "ticket.issued/1"]
    assert len(set(marks_kept)) == 2
    assert not any(phone.cookies["place_phone"] in str(mark) for mark in marks_kept)
    gone = done(send(phone, "DELETE", f"{PUBLIC}/tickets/{first['token']}"))
    assert gone == {"state": "CANCELLED"}
    assert done(take(phone), 201)["number"] == "A003"


def test_staff_take_a_number_for_somebody_and_a_district_sees_only_its_own(village: Village, clerk: TestClient) -> None:
    path = f"/api/v1/places/{PLACE}/tickets"
    assert done(send(clerk, "POST", path, {"service": "B", "priority": "ELDER"}), 201)["number"] == "B001"
    issued = stored(village.database)[-1][2]
    assert (issued["channel"], issued["priority_by"]) == ("DESK", "window_staff")
    village.parts.accounts.add("south.clerk", [Role.WINDOW_STAFF], now_ms(), SECRET, "south")
    stranger = village.signed_in("south.clerk")
    assert stranger.get("/api/v1/places").json()["items"] == []
    for method, where, body in (
        ("GET", f"/api/v1/places/{PLACE}", None), ("GET", WINDOW, None), ("GET", f"/api/v1/places/{PLACE}/plan", None),
        ("POST", f"{WINDOW}/commands", {"command": "open"}), ("POST", path, {"service": "A"}),
    ):  # fmt: skip
        check_error(send(stranger, method, where, body), 404, "NO_SUCH_PLACE")
    assert stranger.get(f"/places/{PLACE}/windows/1", headers={"Accept": "text/html"}).status_code == 404


HOSTILE: list[tuple[str, str, Any, int, str]] = [
    ("POST", f"{PUBLIC}/tickets", {"service": "Z"}, 422, "UNKNOWN_SERVICE"),
    ("POST", f"{PUBLIC}/tickets", {"service": "<script>"}, 422, "UNKNOWN_SERVICE"),
    ("POST", f"{PUBLIC}/tickets", {"service": "A", "priority": "'; DROP"}, 422, "UNKNOWN_PRIORITY"),
    ("POST", f"{PUBLIC}/tickets", {"service": "A", "persons": 0}, 422, "WRONG_FIELD"),
    ("POST", f"{PUBLIC}/tickets", {"service": "A", "name": "张三"}, 422, "UNKNOWN_FIELD"),
    ("POST", f"{PUBLIC}/tickets", [], 422, "WRONG_FIELD"),
    ("POST", f"{PUBLIC}/ratings", {"token": "no-such-token", "grade": 5}, 404, "UNKNOWN_TOKEN"),
    ("POST", f"{PUBLIC}/ratings", {"token": "no-such-token", "grade": True}, 422, "WRONG_FIELD"),
    ("POST", f"{PUBLIC}/ratings", {"token": "no-such-token", "grade": 5, "reasons": ["?"]}, 422, "UNKNOWN_REASON"),
    ("GET", f"{PUBLIC}/tickets/no-such-ticket-at-all", None, 404, "UNKNOWN_TOKEN"),
    ("GET", f"{PUBLIC}/tickets/..%2f..%2fetc", None, 404, "NOT_FOUND"),
    ("DELETE", f"{PUBLIC}/tickets/no-such-ticket-at-all", None, 404, "UNKNOWN_TOKEN"),
    ("GET", "/api/v1/public/places/no-such-place", None, 404, "NO_SUCH_PLACE"),
    ("GET", "/api/v1/public/places/UPPER", None, 404, "NOT_FOUND"),
    ("POST", "/api/v1/public/places/no-such-place/tickets", {"service": "A"}, 404, "NO_SUCH_PLACE"),
]


@ONE_ENGINE
def test_whatever_a_stranger_sends_is_named_and_changes_nothing(village: Village) -> None:
    stranger = village.client()
    for method, path, body, status, code in HOSTILE:
        check_error(send(stranger, method, path, body), status, code)
    assert stored(village.database) == []


@ONE_ENGINE
def test_what_a_clerk_asks_in_vain_is_said_in_the_rules_own_words(village: Village, clerk: TestClient) -> None:
    for body, status, code in (
        ({"command": "call_next"}, 409, "WINDOW_CLOSED"), ({"command": "open"}, 200, ""),
        ({"command": "call_next"}, 409, "NOTHING_WAITING"), ({"command": "call_number"}, 422, "MISSING_FIELD"),
        ({"command": "call_number", "number": "A999"}, 404, "UNKNOWN_TICKET"),
        ({"command": "transfer"}, 422, "MISSING_FIELD"),
        ({"command": "pause", "reason": "SLEEPY"}, 422, "UNKNOWN_REASON"),
        ({"command": "explode"}, 422, "WRONG_FIELD"),
    ):  # fmt: skip
        answer = send(clerk, "POST", f"{WINDOW}/commands", body)
        assert answer.status_code == status, answer.text
        if status != 200:
            check_error(answer, status, code)
    assert check_error(act(clerk, "call_next"), 409, "NOTHING_WAITING")["message"].startswith("Nobody is waiting")
    check_error(clerk.post(f"{WINDOW}/commands", json={"command": "open"}), 422, "KEY_MISSING")


@ONE_ENGINE
def test_another_sites_page_takes_no_number(village: Village) -> None:
    phone = village.client()
    headers = {"Idempotency-Key": "k", "Sec-Fetch-Site": "cross-site"}
    check_error(phone.post(f"{PUBLIC}/tickets", json={"service": "A"}, headers=headers), 403, "OTHER_ORIGIN")


@ONE_ENGINE
def test_a_flood_from_one_source_is_turned_away(village: Village) -> None:
    village.parts.places.acts = Limits(3, 600)
    answers = [take(village.client()) for _ in range(5)]
    assert [answer.status_code for answer in answers][:2] == [201, 201]
    last = answers[-1]
    check_error(last, 429, "TOO_OFTEN")
    assert 1 <= int(last.headers["Retry-After"]) <= 600
    done(village.client().get(PUBLIC))


@ONE_ENGINE
def test_what_everybody_sees_names_nobody(village: Village, clerk: TestClient) -> None:
    mine = done(take(village.client()), 201)
    for command in ("open", "call_next"):
        done(act(clerk, command))
    for path in (PUBLIC, f"/p/{PLACE}", f"/p/{PLACE}/display"):
        text = village.client().get(path, headers={"Accept": "text/html"}).text
        assert "A001" in text or path != PUBLIC
        assert not [one for one in (mine["token"], "window_staff", "card_mark") if one in text]
    assert "window_staff" not in village.client().get(f"{PUBLIC}/tickets/{mine['token']}").text


@ONE_ENGINE
def test_pages_exist_for_who_may_open_them(village: Village, clerk: TestClient) -> None:
    html = {"Accept": "text/html"}
    for path, status in ((f"/p/{PLACE}", 200), ("/p/no-such-place", 404), (f"/p/{PLACE}/tablet/9", 404)):
        assert village.client().get(path, headers=html).status_code == status
    assert village.client().get("/places", headers=html, follow_redirects=False).status_code == 303
    assert clerk.get("/places", headers=html).status_code == 200
    assert clerk.get(f"/places/{PLACE}/tablets", headers=html).status_code == 403
    assert village.as_role(Role.HALL_IT).get(f"/places/{PLACE}/tablets", headers=html).status_code == 200
    picture = village.client().get(f"{PUBLIC}/tickets/{done(take(village.client()), 201)['token']}/qr.svg")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
