"""Short records over HTTP: who may what, whose they are, what is told and what is not, rooms, and asking from home."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from central import schema
from central.accounts.permissions import Role
from central.clock import now_ms
from central.database import Database
from central.failures import RefusedByRule
from central.matters import room_store
from central.matters.rules import check_ticket
from central.matters.stages import STAGES
from central.matters.words import ASKED_FROM_HOME, Kind, Move, State
from hall.moment import local_day
from hall_config.retention import rules_on
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web
from tests.central.matter_desk import HALL, ROOM, MatterDesk, id_number
from tests.postgres import READY, PostgreSQL

PATH = "/api/v1/matters"
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ADVICE: dict[str, Any] = {
    "kind": "ADVICE",
    "facts": {"channel": "VISIT", "field": "B13", "answered_by": "LAWYER"},
    "texts": {"subject": "拖欠工资"},
    "parties": [{"role": "ASKER", "name": "欧阳春兰", "id_number": id_number(7), "phone": "13900000007"}],
}
keys = itertools.count()


@pytest.fixture
def desk(web: Web) -> MatterDesk:
    return MatterDesk(web.database, web.parts.vault, now_ms())


def post(client: TestClient, path: str, body: dict[str, Any], key: str | None = None) -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": key or f"m{next(keys)}"})


def test_a_record_is_begun_moved_and_told_with_its_people_masked(web: Web, desk: MatterDesk) -> None:
    client = web.as_role(Role.WINDOW_STAFF)
    ticket = {"day": local_day(now_ms()), "number": "A012"}
    made = post(client, PATH, {**ADVICE, "hall": HALL, "ticket": ticket}, "k1")
    assert made.status_code == 201, made.text
    assert post(client, PATH, {**ADVICE, "hall": HALL, "ticket": ticket}, "k1").json() == made.json()
    check_error(post(client, PATH, ADVICE, "k1"), 409, "KEY_OF_ANOTHER_WISH")
    told = client.get(f"{PATH}/{made.json()['id']}").json()
    assert (told["kind"], told["number"], told["state"], told["version"]) == ("ADVICE", 1, "RECORDED", 1)
    assert told["ticket"] == ticket
    assert told["parties"] == [
        {
            "role": "ASKER", "name": "欧阳*", "id_number": f"990***********{id_number(7)[-4:]}", "phone": "139****0007",
            "relation": None,
        }
    ]  # fmt: skip
    assert told["unbroken"] is True
    assert [one["move"] for one in told["moves"]] == ["CORRECT", "LINK"]  # striking out is a supervisor's
    for secret in ("春兰", id_number(7), "13900000007", "拖欠"):
        assert secret not in str(told) + made.text
        assert secret not in client.get(PATH).text
    moved = post(client, f"{PATH}/{told['id']}/moves", {"move": "LINK", "version": 1, "facts": {"case": "c" * 16}})
    assert (moved.status_code, moved.json()["case"], moved.json()["version"]) == (200, "c" * 16, 2)
    stale = check_error(
        post(client, f"{PATH}/{told['id']}/moves", {"move": "CORRECT", "version": 1}), 409, "MATTER_CHANGED"
    )
    assert "window_staff已于" in stale["message_zh"]
    wrong = check_error(
        post(client, f"{PATH}/{told['id']}/moves", {"move": "ACCEPT", "version": 2}), 409, "MATTER_MOVE_REFUSED"
    )
    assert "更正、关联援助案件、作废" in wrong["message_zh"]


@ONE_ENGINE
def test_advice_that_was_counted_with_its_deleted_ticket_gets_no_record_that_would_count_it_again(
    web: Web, desk: MatterDesk
) -> None:
    client = web.as_role(Role.WINDOW_STAFF)

    def days_old(days: int) -> Any:
        day = local_day(now_ms() - days * 86_400_000)
        return post(client, PATH, {**ADVICE, "hall": HALL, "ticket": {"day": day, "number": "A012"}})

    kept = rules_on(date.fromisoformat(local_day(now_ms())))["ticket"].days
    told = check_error(days_old(kept + 1), 409, "MATTER_TICKET_COUNTED")
    assert told["field"] == "ticket"
    assert client.get(PATH).json()["items"] == []
    assert days_old(kept).status_code == 201
    for kind in (Kind.MEDIATION, Kind.NOTARY):  # tickets count no people of theirs
        check_ticket(kind, "2020-01-01", now_ms())


def test_full_data_is_shown_for_a_reason_that_is_written_down(web: Web, desk: MatterDesk) -> None:
    client = web.as_role(Role.REVIEWER)
    there = post(client, PATH, ADVICE).json()["id"]
    check_error(post(client, f"{PATH}/{there}/disclose", {"reason": " "}), 422, "WRONG_FIELD")
    check_error(post(client, f"{PATH}/{there}/disclose", {"reason": "    "}), 422, "REASON_MISSING")
    full = post(client, f"{PATH}/{there}/disclose", {"reason": "核对来访人身份"}).json()
    assert (full["parties"][0]["name"], full["parties"][0]["id_number"]) == ("欧阳春兰", id_number(7))
    assert full["steps"] == [{"n": 1, "texts": {"subject": "拖欠工资"}}]
    found = post(client, f"{PATH}/search", {"reason": "查找上次咨询", "name": "欧阳春兰"}).json()["items"]
    assert [one["id"] for one in found] == [there]
    spelt = post(client, f"{PATH}/search", {"reason": "查找上次咨询", "name": "欧阳·春 兰"}).json()["items"]
    assert [one["id"] for one in spelt] == [there]
    by_number = post(client, f"{PATH}/search", {"reason": "查找上次咨询", "id_number": id_number(7).lower()})
    assert [one["id"] for one in by_number.json()["items"]] == [there]
    with web.database.read() as connection:
        lines = connection.execute(select(schema.audit.c.act, schema.audit.c.detail, schema.audit.c.object)).all()
    assert [line.act for line in lines].count("person.disclose") == 4
    assert "matter.begin" in [line.act for line in lines]
    assert "欧阳" not in str(lines)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "查找上次咨询"}, "MATTER_SEARCH_BY_ONE"),
        ({"reason": "查找上次咨询", "name": "甲", "id_number": id_number(7)}, "MATTER_SEARCH_BY_ONE"),
        ({"reason": "查找上次咨询", "id_number": "990101201002290011"}, "WRONG_FIELD"),
        ({"name": "甲"}, "MISSING_FIELD"),
    ],
)  # fmt: skip
@ONE_ENGINE
def test_a_search_is_by_one_thing_that_can_be(web: Web, body: dict[str, Any], code: str) -> None:
    check_error(post(web.as_role(Role.SUPERVISOR), f"{PATH}/search", body), 422, code)


@pytest.mark.parametrize(
    "part",
    [
        {"kind": "NONSENSE"}, {"kind": "advice"}, {"move": "FLY"}, {"unit": "../x"}, {"hall": "H"}, {"more": 1},
        {"ticket": {"day": "2026-11-23", "number": "O012"}}, {"ticket": {"day": "2026-02-30x", "number": "A012"}},
        {"ticket": {"day": "2026-11-23", "number": "A012"}},  # of no hall
        {"facts": {"channel": {"a": 1}}}, {"facts": {"Channel": "VISIT"}}, {"facts": []}, {"texts": {"subject": 1}},
        {"parties": [{"role": "ASKER", "name": ""}]}, {"parties": [{"role": "JUDGE", "name": "甲"}]},
        {"parties": [{"role": "ASKER", "name": "甲\n乙"}]}, {"parties": [{"role": "VISITOR", "name": "甲"}]},
        {"parties": [{"role": "ASKER", "name": "甲", "id_number": "990101201002290011"}]},  # no 29 February then
        {"parties": [{"role": "ASKER", "name": "甲", "id_number": "99010119490101001０"}]},
        {"parties": [{"role": "ASKER", "name": "甲", "phone": "+86 139"}]},
        {"parties": [{"role": "ASKER", "name": "甲"}] * 41},
    ],
)  # fmt: skip
@ONE_ENGINE
def test_what_cannot_be_a_record_is_a_wrong_field_and_leaves_nothing(
    web: Web, desk: MatterDesk, part: dict[str, Any]
) -> None:
    before = desk.everything()
    answer = post(web.as_role(Role.WINDOW_STAFF), PATH, {**ADVICE, **part})
    assert answer.status_code == 422, answer.text
    assert "甲" not in answer.text
    assert desk.everything() == before


def _person(web: Web, name: str, role: Role, unit: str) -> TestClient:
    web.parts.accounts.add(name, [role], now_ms(), SECRET, unit)
    client = web.client()
    token = client.post("/api/v1/session", json={"name": name, "secret": SECRET}).json()["token"]
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def test_what_is_another_units_is_not_there(web: Web, desk: MatterDesk) -> None:
    admin = web.as_role(Role.ADMIN)
    for unit in ("north", "south"):
        body = {"id": unit, "parent": "city", "level": "district", "name_zh": unit, "name_en": unit}
        assert post(admin, "/api/v1/units", body).status_code == 201
    north, south = (_person(web, f"{unit}.one", Role.SUPERVISOR, unit) for unit in ("north", "south"))
    there = post(north, PATH, ADVICE).json()["id"]
    assert [one["id"] for one in north.get(PATH).json()["items"]] == [there]
    assert web.as_role(Role.SUPERVISOR).get(PATH, params={"unit": "north"}).json()["counts"] == {"ADVICE": 1}
    assert south.get(PATH).json()["items"] == []
    assert south.get(PATH).json()["counts"] == {}
    check_error(south.get(f"{PATH}/{there}"), 404, "NO_SUCH_MATTER")
    check_error(south.get(PATH, params={"unit": "north"}), 404, "NO_SUCH_UNIT")
    check_error(post(south, f"{PATH}/{there}/moves", {"move": "STRIKE", "version": 1}), 404, "NO_SUCH_MATTER")
    check_error(post(south, f"{PATH}/{there}/disclose", {"reason": "核对身份"}), 404, "NO_SUCH_MATTER")
    check_error(post(south, PATH, {**ADVICE, "unit": "north"}), 404, "NO_SUCH_UNIT")
    check_error(post(south, PATH, {**ADVICE, "hall": HALL}), 404, "NO_SUCH_HALL")
    assert post(south, f"{PATH}/search", {"reason": "查找咨询", "name": "欧阳春兰"}).json()["items"] == []
    check_error(south.get("/api/v1/visit-rooms", params={"hall": HALL}), 404, "NO_SUCH_HALL")
    check_error(south.delete(f"/api/v1/visit-rooms/{ROOM}"), 404, "NO_SUCH_VISIT_ROOM")


def test_the_list_comes_in_pages_the_newest_first(web: Web, desk: MatterDesk) -> None:
    made = []
    for n in range(5):
        desk.now_ms += n % 2  # some in one moment
        made.append(desk.begin(Kind.ADVICE))
    desk.begin(Kind.DRAFTING)
    client, seen, cursor = web.as_role(Role.REVIEWER), [], None
    while True:
        params = {"kind": "ADVICE", "limit": 2, **({"cursor": cursor} if cursor else {})}
        told = client.get(PATH, params=params).json()
        seen += [one["id"] for one in told["items"]]
        cursor = told["next"]
        if cursor is None:
            break
    assert (sorted(seen), len(seen)) == (sorted(made), 5)
    assert told["counts"] == {"ADVICE": 5, "DRAFTING": 1}
    assert client.get(PATH, params={"still_open": True, "kind": "ADVICE"}).json()["items"] == []
    assert client.get(PATH, params={"day": "2020-01-01"}).json()["items"] == []
    check_error(client.get(PATH, params={"cursor": "5"}), 422, "WRONG_FIELD")


def test_limits_that_are_over_or_near_are_told_to_whoever_opens_the_list(web: Web, desk: MatterDesk) -> None:
    """The thirty days to ask for confirmation in court, and fifteen working days for an answer."""
    client, far = web.as_role(Role.WINDOW_STAFF), desk.begin(Kind.COMPLAINT)
    near, over = (desk.bring_to(Kind.MEDIATION, State.MEDIATING) for _ in range(2))
    for there, days in ((near, 29), (over, 60)):
        desk.move(there, Move.AGREE_WRITTEN, effective_day=local_day(now_ms() - days * 86_400_000))
    told = client.get(PATH).json()
    assert told["reminders"] == {"overdue": 1, "soon": 1}
    lights = {one["id"]: one["due"]["light"] for one in told["items"]}
    assert lights == {far: "GREEN", near: "YELLOW", over: "RED"}
    assert [one["id"] for one in client.get(PATH, params={"overdue": True}).json()["items"]] == [over]
    assert {one["id"] for one in client.get(PATH, params={"soon": True}).json()["items"]} == {near, over}


def test_a_supervisor_strikes_out_and_a_clerk_does_not(web: Web, desk: MatterDesk) -> None:
    there = desk.begin(Kind.ADVICE)
    strike = {"move": "STRIKE", "version": 1, "facts": {"cancel_reason": "DOUBLE"}}
    check_error(post(web.as_role(Role.WINDOW_STAFF), f"{PATH}/{there}/moves", strike), 403, "NOT_ALLOWED")
    assert post(web.as_role(Role.SUPERVISOR), f"{PATH}/{there}/moves", strike).json()["state"] == "STRUCK"


def test_lawyers_are_offered_by_mark_and_masked(web: Web, desk: MatterDesk) -> None:
    items = web.as_role(Role.WINDOW_STAFF).get(f"{PATH}/lawyers").json()["items"]
    assert items == [{"mark": desk.lawyer, "name": "孙*", "licence": "4567", "firm": "第九十九律师事务所"}]


# --- rooms ------------------------------------------------------------------------------------------------------


def test_a_room_is_booked_shown_without_names_and_given_back(web: Web, desk: MatterDesk) -> None:
    supervisor, clerk = web.as_role(Role.SUPERVISOR), web.as_role(Role.WINDOW_STAFF)
    new = {"hall": HALL, "name_zh": "二号室", "name_en": "Two"}
    check_error(post(clerk, "/api/v1/visit-rooms", new), 403, "NOT_ALLOWED")
    room = post(supervisor, "/api/v1/visit-rooms", new).json()["id"]
    check_error(post(supervisor, "/api/v1/visit-rooms", new), 409, "VISIT_ROOM_TWICE")
    times = {"visit_day": local_day(now_ms() + 86_400_000)}
    first, second = desk.bring_to(Kind.VISIT, State.SENT), desk.bring_to(Kind.VISIT, State.SENT)
    for there, begin, end in ((first, "09:00", "09:30"), (second, "09:25", "10:00")):
        desk.move(there, Move.NOTE_TIME, visit_from=begin, visit_until=end, **times)
    desk.move(first, Move.BOOK_ROOM, room=room)
    before = desk.everything()
    with pytest.raises(RefusedByRule, match="VISIT_ROOM_TAKEN"):
        desk.move(second, Move.BOOK_ROOM, room=room)
    assert desk.everything() == before
    desk.move(second, Move.BOOK_ROOM)  # another room at the same time
    told = clerk.get("/api/v1/visit-rooms/calendar", params={"hall": HALL, "day": times["visit_day"]}).json()["items"]
    assert [(one["name_en"], [visit["from"] for visit in one["visits"]]) for one in told] == [
        ("One", ["09:25"]),
        ("Two", ["09:00"]),
    ]
    assert "赵" not in str(told)
    check_error(supervisor.delete(f"/api/v1/visit-rooms/{room}"), 409, "VISIT_ROOM_WANTED")
    desk.move(first, Move.CHANGE_TIME, visit_from="10:00", visit_until="10:30", **times)
    assert supervisor.delete(f"/api/v1/visit-rooms/{room}", headers={"Idempotency-Key": "gone"}).status_code == 204
    assert supervisor.delete(f"/api/v1/visit-rooms/{room}", headers={"Idempotency-Key": "gone"}).status_code == 204
    check_error(supervisor.delete(f"/api/v1/visit-rooms/{room}"), 404, "NO_SUCH_VISIT_ROOM")
    version = desk.row(first)["version"]
    body = {"move": "BOOK_ROOM", "version": version, "facts": {"room": room}}
    check_error(post(clerk, f"{PATH}/{first}/moves", body), 404, "NO_SUCH_VISIT_ROOM")


def test_of_many_who_book_a_room_at_once_on_postgresql_one_has_it(postgres_in_haste: PostgreSQL) -> None:
    """Overlapping and not the same: each by a connection of its own, as several centrals would."""

    url = postgres_in_haste.emptied(READY)
    desks = [MatterDesk(Database(url), now_ms=now_ms()) for _ in range(6)]
    day, visits = local_day(now_ms() + 86_400_000), []
    for number, desk in enumerate(desks):
        there = desk.bring_to(Kind.VISIT, State.SENT)
        begin, end = 9 * 60 + number * 5, 10 * 60 + number * 5
        clock = {"visit_from": f"{begin // 60:02d}:{begin % 60:02d}", "visit_until": f"{end // 60:02d}:{end % 60:02d}"}
        desk.move(there, Move.NOTE_TIME, visit_day=day, **clock)
        visits.append(there)

    def book(place: tuple[MatterDesk, str]) -> str:
        try:
            place[0].move(place[1], Move.BOOK_ROOM)
        except RefusedByRule as error:
            return error.code
        return "booked"

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(book, zip(desks, visits, strict=True)))
    assert sorted(told) == ["VISIT_ROOM_TAKEN"] * 5 + ["booked"]
    with desks[0].database.read() as connection:
        assert len(room_store.of_day(connection, HALL, day)) == 1
    for desk in desks:
        desk.database.close()


# --- from home --------------------------------------------------------------------------------------------------

HOME = {
    "kind": "NOTARY",
    "hall": HALL,
    "name": "欧阳春兰",
    "phone": "13900000007",
    "subject": "继承公证",
    "consent": True,
}


def test_somebody_at_home_asks_and_is_known_by_nobody_yet(web: Web, desk: MatterDesk) -> None:
    client = web.client()
    told = post(client, "/api/v1/public/matters", HOME, "k")
    assert told.status_code == 201, told.text
    assert post(client, "/api/v1/public/matters", HOME, "k").json() == told.json()
    assert set(told.json()) == {"kind", "hall", "year", "number", "called_by"}
    listed = web.as_role(Role.WINDOW_STAFF).get(PATH).json()["items"]
    assert [(one["state"], one["identified"], one["due"]["rule"]) for one in listed] == [
        ("REQUESTED", False, "CALL_BACK")
    ]
    assert all(Move.REQUEST in STAGES[kind][State.NEW] for kind in ASKED_FROM_HOME)


@pytest.mark.parametrize(
    "part",
    [
        {"kind": "VISIT"}, {"kind": "COMPLAINT"}, {"consent": False}, {"consent": 1}, {"phone": "02199990000"},
        {"name": ""}, {"name": "　\u200b"},
        {"day": "2020-01-01"}, {"day": "2026-02-30"}, {"subject": "x" * 2001}, {"move": "GUIDE"},
    ],
)  # fmt: skip
@ONE_ENGINE
def test_what_cannot_be_asked_from_home_is_refused(web: Web, desk: MatterDesk, part: dict[str, Any]) -> None:
    before = desk.everything()
    assert post(web.client(), "/api/v1/public/matters", {**HOME, **part}).status_code == 422
    assert desk.everything() == before


@ONE_ENGINE
def test_nobody_asks_from_home_without_end(web: Web, desk: MatterDesk) -> None:
    client = web.client()
    answers = [post(client, "/api/v1/public/matters", {**HOME, "subject": str(n)}).status_code for n in range(32)]
    assert answers == [201] * 30 + [429] * 2
