"""Appointments: slots of the hall's hours, one place for one wish, changed and given back, and nobody's number kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text, update

from central import schema
from central.accounts.permissions import Role
from central.appointments import rules, store
from central.appointments.handing_down import hand_down
from central.appointments.rules import Offer, Slot
from central.clock import now_ms
from central.ingest.intake import Intake
from central.orders import store as orders
from hall.appointments.marks import mark_of, plain_code
from hall.appointments.words import AppointmentCheckedIn
from hall.wire import OrderAnswer
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.event_log import HallLog
from tests.central.halls_open import PHONE, book, in_days, open_hall, put, wish
from tests.central.link import with_link
from tests.central.taking_in import HALL, take_each


def free(client: Any, day: str) -> dict[str, int]:
    answer = client.get("/api/v1/public/slots", params={"hall": HALL, "service": "A"})
    assert answer.status_code == 200, answer.text
    days = {one["day"]: {slot["time"]: slot["free"] for slot in one["slots"]} for one in answer.json()["items"]}
    return days.get(day, {})


def opened(client: Any, code: str, act: str = "find", phone: str = PHONE, **more: Any) -> Any:
    return client.post(f"/api/v1/public/appointments/{act}", json={"code": code, "phone": phone, **more})


def test_slots_are_made_of_the_opening_hours_and_what_is_taken() -> None:
    offer = Offer("A", 30, 2, 7, 60)
    hours = ((540, 610), (780, 840))
    far = [Slot(540, 2), Slot(570, 0), Slot(780, 2), Slot(810, 2)]
    assert list(rules.slots(offer, hours, "2026-11-24", {570: 2}, "2026-11-23", 600)) == far
    assert list(rules.slots(offer, hours, "2026-11-23", {}, "2026-11-23", 550)) == [Slot(780, 2), Slot(810, 2)]
    assert list(rules.slots(offer, hours, "2026-12-01", {}, "2026-11-23", 0)) == []
    assert list(rules.slots(offer, None, "2026-11-24", {}, "2026-11-23", 0)) == []


def test_an_appointment_is_made_found_changed_and_given_back(web: Web) -> None:
    open_hall(web)
    client, day, other = web.client(), in_days(1), in_days(2)
    assert free(client, day)["09:30"] == 2
    made = book(client, "k1", persons=3)
    assert made.status_code == 201, made.text
    code = made.json()["code"]
    assert book(client, "k1", persons=3).json() == made.json()  # an answer that was lost on the way
    assert free(client, day)["09:30"] == 1
    assert opened(client, code.lower().replace("-", " ")).json() | {"code": code} == made.json()
    changed = opened(client, code, "change", day=other, time="13:30").json()
    assert (changed["day"], changed["time"], changed["persons"]) == (other, "13:30", 3)
    assert (free(client, day)["09:30"], free(client, other)["13:30"]) == (2, 1)
    assert opened(client, code, "cancel").json()["state"] == "CANCELLED"
    assert opened(client, code, "cancel").json()["state"] == "CANCELLED"
    check_error(opened(client, code, "change", day=other, time="09:00"), 409, "APPOINTMENT_OVER")
    assert free(client, other)["13:30"] == 2


def test_neither_phone_number_nor_code_is_in_the_store(web: Web) -> None:
    open_hall(web)
    code = book(web.client(), "k1").json()["code"]
    with web.database.read() as connection:
        for table in schema.tables.sorted_tables:
            whole = str(connection.execute(text(f'SELECT * FROM "{table.name}"')).fetchall())
            assert PHONE not in whole, table.name
            assert code not in whole, table.name
            assert plain_code(code) not in whole, table.name


def test_code_and_phone_must_both_be_right_and_cannot_be_tried_out(web: Web) -> None:
    open_hall(web)
    client = web.client()
    code = book(client, "k1").json()["code"]
    check_error(opened(client, code, phone="13900000000"), 404, "NO_SUCH_APPOINTMENT")
    for _ in range(9):
        check_error(opened(client, "ZZZZ-ZZZZ"), 404, "NO_SUCH_APPOINTMENT")
    refused = opened(client, code)
    check_error(refused, 429, "TOO_MANY_TRIES")
    assert int(refused.headers["Retry-After"]) > 0


def test_many_who_want_the_last_place_get_one(web: Web) -> None:
    open_hall(web, places=1)
    client = web.client()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: book(client, f"k{n}", phone=f"1380099{n:04d}").status_code, range(6)))
    assert sorted(answers) == [201] + [409] * 5
    with web.database.read() as connection:
        assert len(store.of_day(connection, HALL, in_days(1))) == 1


def test_a_phone_number_holds_two_at_most_and_never_the_same_twice(web: Web) -> None:
    open_hall(web)
    client = web.client()
    assert book(client, "k1").status_code == 201
    check_error(book(client, "k2", time="10:00"), 409, "APPOINTMENT_TWICE")
    assert book(client, "k3", day=in_days(2)).status_code == 201
    check_error(book(client, "k4", day=in_days(3)), 409, "APPOINTMENTS_MOST")
    check_error(book(client, "k1", time="10:30"), 409, "KEY_OF_ANOTHER_WISH")


def test_a_rest_day_of_the_city_closes_the_hall_and_the_halls_own_word_opens_it(web: Web) -> None:
    supervisor = open_hall(web)
    rest = {"rest_day": [{"day": in_days(1), "until": in_days(3), "name_zh": "假日", "name_en": "Holiday"}]}
    put(supervisor, "/units/city/calendar", rest)
    client = web.client()
    assert (free(client, in_days(1)), free(client, in_days(3))) == ({}, {})
    check_error(book(client, "k1"), 409, "NO_SUCH_SLOT")
    own = {"work_day": [{"day": in_days(1), "hours": ["10:00-10:30"]}]}
    put(
        supervisor,
        f"/halls/{HALL}/calendar",
        {"opening": [{"weekdays": [1, 2, 3, 4, 5, 6, 7], "hours": ["09:00-11:00"]}], **own},
        "x",
    )
    assert list(free(client, in_days(1))) == ["10:00"]
    in_force = supervisor.get(f"/api/v1/halls/{HALL}/calendar").json()["in_force"]
    assert [one["day"] for one in in_force["rest_day"]] == [in_days(2), in_days(3)]
    assert [one["day"] for one in in_force["work_day"]] == [in_days(1)]


WRONG: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"phone": "１３８00990001"}, 422, "WRONG_FIELD", "phone"), ({"phone": "12345"}, 422, "WRONG_FIELD", "phone"),
    ({"time": "09:31"}, 409, "NO_SUCH_SLOT", "time"), ({"time": "25:00"}, 422, "WRONG_FIELD", "time"),
    ({"day": "2026-13-01"}, 422, "WRONG_FIELD", "day"), ({"day": "2026-02-30"}, 409, "NO_SUCH_SLOT", "time"),
    ({"day": "2020-01-01"}, 409, "NO_SUCH_SLOT", "time"), ({"service": "B"}, 404, "NOT_BY_APPOINTMENT", None),
    ({"hall": "no-such-hall"}, 404, "NO_SUCH_HALL", None), ({"hall": "' OR 1=1"}, 422, "WRONG_FIELD", "hall"),
    ({"persons": 0}, 422, "WRONG_FIELD", "persons"), ({"persons": True}, 422, "WRONG_FIELD", "persons"),
    ({"name": "<b>"}, 422, "UNKNOWN_FIELD", "name"),
]  # fmt: skip


def test_wrong_wishes_are_named_and_book_nothing(web: Web) -> None:
    open_hall(web)
    client = web.client()
    for more, status, code, field in WRONG:
        error = check_error(book(client, "k", **more), status, code)
        assert error["field"] == field, more
        assert PHONE not in str(error)
    with web.database.read() as connection:
        assert store.of_day(connection, HALL, in_days(1)) == []


def test_a_hall_gets_its_list_once_and_every_change_of_it(web: Web) -> None:
    open_hall(web)
    web, link = with_link(web)
    client, day = web.client(), in_days(1)
    code = book(client, "k1").json()["code"]
    assert (hand_down(web.parts, now_ms()), hand_down(web.parts, now_ms())) == (1, 0)
    ((topic, order),) = link.said
    assert (topic, order["op"], order["args"]["day"]) == (f"lh/1/{HALL}/cmd", "set_appointments", day)
    (item,) = order["args"]["items"]
    assert item["minute"] == 570
    marks = [
        mark_of(order["args"]["key"], "code", plain_code(code)),
        mark_of(order["args"]["key"], "phone", PHONE[-4:]),
    ]
    assert item["marks"] == marks
    assert PHONE[-4:] not in str(order)
    answer(web, order["id"], "done")
    assert hand_down(web.parts, now_ms()) == 0
    assert listed(web, day) == {"revision": 1, "held": 1, "problem": None}
    with web.database.write() as connection:
        connection.execute(update(schema.hall).values(epoch="another-disk"))
    assert hand_down(web.parts, now_ms()) == 1
    answer(web, link.said[-1][1]["id"], "done")
    assert hand_down(web.parts, now_ms()) == 0
    opened(client, code, "cancel")
    assert hand_down(web.parts, now_ms()) == 1
    assert link.said[-1][1]["args"]["items"] == []
    assert hand_down(web.parts, now_ms() + 121_000) == 1  # nobody answered in its time: sent again
    answer(web, link.said[-1][1]["id"], "rejected", code="UNKNOWN_SERVICE")
    assert hand_down(web.parts, now_ms()) == 0
    assert listed(web, day) == {"revision": 2, "held": 1, "problem": "UNKNOWN_SERVICE"}


def listed(web: Web, day: str) -> Any:
    return web.as_role(Role.VIEWER).get(f"/api/v1/halls/{HALL}/appointments", params={"day": day}).json()["list"]


def answer(web: Web, order: str, status: str, **data: Any) -> None:
    with web.database.write() as connection:
        orders.answer(connection, HALL, OrderAnswer(order, status, data), now_ms())


def test_a_check_in_comes_back_once_and_only_from_its_own_hall(web: Web) -> None:
    supervisor = open_hall(web)
    client, day = web.client(), in_days(1)
    code = book(client, "k1").json()["code"]
    (mine,) = supervisor.get(f"/api/v1/halls/{HALL}/appointments", params={"day": day}).json()["items"]
    log = HallLog("epoch-2")
    log.add(
        AppointmentCheckedIn(day, mine["id"], "A007", late=True), AppointmentCheckedIn(day, "no-such", "A008", False)
    )
    take_each(web.database, Intake(), log.batches() * 2)
    told = opened(client, code).json()
    assert (told["state"], told["number"], told["late"]) == ("CHECKED_IN", "A007", True)
    check_error(opened(client, code, "cancel"), 409, "APPOINTMENT_OVER")
    with web.database.write() as connection:
        store.checked_in(connection, "another-hall", mine["id"], "Z001", late=False)
    assert opened(client, code).json()["number"] == "A007"


def test_staff_book_for_somebody_who_called_and_it_is_in_the_audit(web: Web) -> None:
    supervisor = open_hall(web)
    body = {name: value for name, value in wish().items() if name != "hall"}
    made = supervisor.post(f"/api/v1/halls/{HALL}/appointments", json=body, headers={"Idempotency-Key": "k"})
    assert made.status_code == 201, made.text
    assert opened(web.client(), made.json()["code"]).status_code == 200
    gone = supervisor.delete(f"/api/v1/halls/{HALL}/appointments/{made.json()['id']}")
    assert gone.json()["state"] == "CANCELLED"
    lines = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit").json()["items"]
    assert {"appointment.book", "appointment.cancel", "slots.put", "calendar.put"} <= {line["act"] for line in lines}
    assert PHONE not in str(lines)
