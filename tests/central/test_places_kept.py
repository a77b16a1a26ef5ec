"""What is done to a small place over its years: its tablets, its name, its poster, closing it and opening it again."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import update

from central.accounts.permissions import Role
from central.clock import now_ms
from central.places import tablets
from central.places.journal import Place
from central.places.poster import poster_data
from central.places.tables import place_tablet
from tests.central.asking import check_error
from tests.central.conftest import SECRET
from tests.central.rooms import PLACE, stored
from tests.central.villages import ONE_ENGINE, PUBLIC, Village, act, clerk, done, manager, send, take, village

__all__ = ["clerk", "manager", "village"]

AT = f"/api/v1/places/{PLACE}"
HTML = {"Accept": "text/html"}


def new_tablet(manager: TestClient, window: int = 1, key: str | None = None) -> dict[str, Any]:
    return done(send(manager, "POST", f"{AT}/tablets", {"window": window}, key), 201)


def paired(village: Village, link: str) -> TestClient:
    tablet = village.client()
    page = tablet.get(link.removeprefix("http://testserver"), headers=HTML)
    assert (page.status_code, page.url.query) == (200, b"")  # the key has left the address
    return tablet


def audited(village: Village, act: str) -> list[dict[str, Any]]:
    lines = village.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit").json()["items"]
    return [one for one in lines if one["act"] == act]


def test_a_tablet_gives_numbers_and_asks_for_ratings_until_its_link_is_withdrawn(
    village: Village, manager: TestClient, clerk: TestClient
) -> None:
    made, other = new_tablet(manager), new_tablet(manager)
    tablet, neighbour = paired(village, made["link"]), paired(village, other["link"])
    assert [done(take(tablet), 201)["number"] for _ in range(3)] == ["A001", "A002", "A003"]
    for command in ("open", "call_next", "start", "finish"):
        done(act(clerk, command))
    asked = done(tablet.get(f"{PUBLIC}/pads/1"))
    done(send(tablet, "POST", f"{PUBLIC}/ratings", {"token": asked["token"], "grade": 4}), 201)
    assert stored(village.database)[-1][2]["channel"] == "PAD"
    assert done(tablet.get(f"{PUBLIC}/pads/1"))["token"] is None
    assert send(manager, "DELETE", f"{AT}/tablets/{made['id']}").status_code == 204
    check_error(tablet.get(f"{PUBLIC}/pads/1"), 403, "NOT_A_TABLET")
    assert tablet.get(made["link"].removeprefix("http://testserver"), headers=HTML).status_code == 403
    done(take(tablet, "B"), 201)  # from now on it is a phone like any other: one ticket of a matter
    check_error(take(tablet, "B"), 409, "CARD_HAS_TICKET")
    assert stored(village.database)[-1][2]["channel"] == "PHONE"
    done(neighbour.get(f"{PUBLIC}/pads/1"))
    check_error(send(manager, "DELETE", f"{AT}/tablets/{made['id']}"), 404, "NO_SUCH_TABLET")
    (line,) = audited(village, "place.tablet_withdraw")
    assert (line["actor"], line["object"], line["detail"]["tablet"]) == ("hall_it", PLACE, made["id"])
    assert len(audited(village, "place.tablet")) == 2


def test_a_tablets_link_is_told_once_and_the_list_says_when_it_was_used(village: Village, manager: TestClient) -> None:
    made = new_tablet(manager, key="same")
    again = new_tablet(manager, key="same")
    assert (again["id"], again["link"], again["qr_svg"]) == (made["id"], None, None)
    assert made["qr_svg"].startswith("<svg")
    (row,) = done(manager.get(f"{AT}/tablets"))["items"]
    assert (row["window"], row["made_by"], row["used_at"], row["withdrawn_at"]) == (1, "hall_it", None, None)
    secret = made["link"].partition("key=")[2]
    assert secret not in manager.get(f"{AT}/tablets").text
    tablet = paired(village, made["link"])
    with village.database.write() as connection:  # an hour goes by
        connection.execute(update(place_tablet).values(used_ms=place_tablet.c.used_ms - 3_600_000))
    (before,) = done(manager.get(f"{AT}/tablets"))["items"]
    done(take(tablet), 201)
    (after,) = done(manager.get(f"{AT}/tablets"))["items"]
    assert before["used_at"] < after["used_at"]
    assert send(manager, "DELETE", f"{AT}/tablets/{made['id']}").status_code == 204
    (over,) = done(manager.get(f"{AT}/tablets"))["items"]
    assert over["withdrawn_by"] == "hall_it"


@ONE_ENGINE
def test_a_key_that_nobody_was_given_makes_no_tablet(village: Village, manager: TestClient) -> None:
    new_tablet(manager)
    for key in ("wrong", "x" * 4000, "张三", "' OR 1=1 --", "\x00"):
        page = village.client().get(f"/p/{PLACE}/tablet/1", params={"key": key}, headers=HTML)
        assert page.status_code == 403, key
        assert tablets.COOKIE not in page.cookies


@ONE_ENGINE
def test_a_tablet_belongs_to_one_window_of_one_place_and_to_who_manages_it(
    village: Village, manager: TestClient
) -> None:
    two = {"window": [{"number": one, "services": ["A"]} for one in (1, 2)]}
    done(send(manager, "PUT", f"{AT}/plan", {"parts": two}))
    made = new_tablet(manager)
    secret = made["link"].partition("key=")[2]
    assert village.client().get(f"/p/{PLACE}/tablet/2?key={secret}", headers=HTML).status_code == 403
    check_error(paired(village, made["link"]).get(f"{PUBLIC}/pads/2"), 403, "NOT_A_TABLET")
    check_error(send(manager, "POST", f"{AT}/tablets", {"window": 3}), 404, "NO_SUCH_WINDOW")
    check_error(send(manager, "POST", f"{AT}/tablets", {"window": 0}), 422, "WRONG_FIELD")
    village.parts.accounts.add("south.it", [Role.HALL_IT], now_ms(), SECRET, "south")
    stranger = village.signed_in("south.it")
    check_error(stranger.get(f"{AT}/tablets"), 404, "NO_SUCH_PLACE")
    check_error(send(stranger, "DELETE", f"{AT}/tablets/{made['id']}"), 404, "NO_SUCH_PLACE")
    done(send(manager, "POST", "/api/v1/places", {"unit": "lane"}), 201)
    check_error(send(manager, "DELETE", f"/api/v1/places/lane/tablets/{made['id']}"), 404, "NO_SUCH_TABLET")
    for _ in range(tablets.MOST - 1):
        new_tablet(manager)
    check_error(send(manager, "POST", f"{AT}/tablets", {"window": 1}), 409, "TABLETS_MANY")


def test_who_waits_is_sent_away_only_when_that_was_said(
    village: Village, manager: TestClient, clerk: TestClient
) -> None:
    mine, phone = done(take(village.client()), 201), village.client()
    done(act(clerk, "open"))
    check_error(send(manager, "PATCH", AT, {"closed": True}), 409, "PLACE_IN_USE")
    assert done(manager.get(AT))["there"] == {"waiting": 1, "at_work": 0, "windows_open": [1]}
    before = len(stored(village.database))
    told = done(send(manager, "PATCH", AT, {"closed": True, "give_up_waiting": True}, "close"))
    assert told == {"place": PLACE, "closed": True, "given_up": 1}
    assert done(send(manager, "PATCH", AT, {"closed": True, "give_up_waiting": True}, "close")) == told
    kinds = [kind.partition("/")[0] for _, kind, _ in stored(village.database)[before:]]
    assert kinds == ["ticket.cancelled", "window.closed"]
    assert done(phone.get(f"{PUBLIC}/tickets/{mine['token']}"))["state"] == "CANCELLED"
    shown = done(phone.get(PUBLIC))
    assert (shown["in_use"], [one["open"] for one in shown["services"]]) == (False, [False] * 3)
    check_error(take(phone), 409, "PLACE_CLOSED")
    done(send(manager, "PATCH", AT, {"closed": False}))
    assert done(phone.get(PUBLIC))["in_use"] is True
    done(take(phone), 201)
    closed, opened = reversed(audited(village, "place.change"))
    assert (closed["detail"]["closed"], closed["detail"]["given_up"], opened["detail"]["closed"]) == (True, 1, False)


@ONE_ENGINE
def test_nobody_is_sent_away_from_a_window(village: Village, manager: TestClient, clerk: TestClient) -> None:
    done(take(village.client()), 201)
    done(take(village.client()), 201)
    for command in ("open", "call_next", "start", "hold"):
        before = stored(village.database)
        done(act(clerk, command))
        if command != "open":
            wish = {"closed": True, "give_up_waiting": True}
            check_error(send(manager, "PATCH", AT, wish), 409, "PLACE_SERVING")
        assert len(stored(village.database)) == len(before) + 1
    assert done(manager.get(AT))["in_use"] is True


def test_a_unit_with_another_name_has_it_on_every_page_of_its_place(village: Village, manager: TestClient) -> None:
    done(take(village.client()), 201)  # the place is in memory
    names = {"name_zh": "新丰村", "name_en": "Xinfeng"}
    done(send(village.as_role(Role.ADMIN), "PATCH", f"/api/v1/units/{PLACE}", names))
    assert done(village.client().get(PUBLIC))["place"] == {"id": PLACE, **names}
    (hall,) = manager.get("/api/v1/halls").json()["items"]
    (place,) = manager.get("/api/v1/places").json()["items"]
    assert (hall["name_zh"], place["name_en"]) == ("新丰村", "Xinfeng")
    for path in (f"/p/{PLACE}", f"/p/{PLACE}/display", f"/places/{PLACE}/poster"):
        page = manager.get(path, headers=HTML).text
        assert "新丰村" in page
        assert "永丰村" not in page
    at: Place = village.parts.places.look(PLACE)[0]
    assert poster_data(at, "http://here/p/x")["place"] == {"zh": "新丰村", "en": "Xinfeng"}


@ONE_ENGINE
def test_a_list_of_units_renames_their_places_too(village: Village, manager: TestClient) -> None:
    done(village.client().get(PUBLIC))
    header = "单位代码,上级单位代码,层级,中文名称,英文名称"
    file = f"{header}\n{PLACE},lane,村居,<b>新</b>村,New & Co\n".encode()
    headers = {"Content-Type": "text/csv", "Idempotency-Key": "list"}
    done(village.as_role(Role.ADMIN).post("/api/v1/imports/units", content=file, headers=headers))
    assert done(village.client().get(PUBLIC))["place"]["name_zh"] == "<b>新</b>村"
    assert "<b>新" not in manager.get(f"/places/{PLACE}/poster", headers=HTML).text
    paper = manager.get(f"/places/{PLACE}/poster.pdf")
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert b"/Count 1" in paper.content  # one page
    check_error(manager.get("/places/no-such-place/poster.pdf"), 404, "NO_SUCH_PLACE")


def test_a_place_is_found_by_a_part_of_its_name(village: Village, manager: TestClient) -> None:
    done(send(manager, "POST", "/api/v1/places", {"unit": "lane"}), 201)
    for wanted, found in (("YONG", [PLACE, "lane"]), ("lan", ["lane"]), ("丰", [PLACE, "lane"]), ("%", []), ("_", [])):
        items = done(manager.get("/api/v1/places", params={"find": wanted}))["items"]
        assert sorted(one["id"] for one in items) == sorted(found), wanted
    page = done(manager.get("/api/v1/places", params={"find": "丰", "limit": 1}))
    other = manager.get("/api/v1/places", params={"find": "l", "limit": 1, "cursor": page["next"]})
    assert other.status_code == 422, "a cursor is of one search"
    check_error(manager.get("/api/v1/places", params={"find": "\x00"}), 422, "WRONG_FIELD")


@ONE_ENGINE
def test_the_windows_of_a_list_are_offered_to_the_forms_of_its_place(village: Village, manager: TestClient) -> None:
    header = "大厅代码,窗口号,办理业务,中文名称,英文名称"
    file = f"{header}\n{PLACE},2,A、B,二号,Two\n{PLACE},1,C,,\nlane,1,A,,\n".encode()
    headers = {"Content-Type": "text/csv", "Idempotency-Key": "windows"}
    admin = village.as_role(Role.ADMIN)
    done(send(admin, "POST", "/api/v1/places", {"unit": "lane"}), 201)
    done(admin.post("/api/v1/imports/windows", content=file, headers=headers))
    offered = done(manager.get(f"/api/v1/halls/{PLACE}/windows-from-lists"))["items"]
    two = {"number": 2, "services": ["A", "B"], "name_zh": "二号", "name_en": "Two"}
    assert offered == [{"number": 1, "services": ["C"]}, two]
    done(send(manager, "PUT", f"{AT}/plan", {"parts": {"window": offered}}))  # they fit as they are
    village.parts.accounts.add("south.it", [Role.HALL_IT], now_ms(), SECRET, "south")
    stranger = village.signed_in("south.it")
    check_error(stranger.get(f"/api/v1/halls/{PLACE}/windows-from-lists"), 404, "NO_SUCH_HALL")
