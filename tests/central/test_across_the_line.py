"""What central sends and a hall does with it, both real: a list goes down, a visitor checks in, the word comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from central.appointments import rules
from central.appointments.handing_down import hand_down
from central.clock import now_ms
from central.ingest.intake import Intake
from central.ingest.message import Message
from central.orders import store as orders
from edge.queue_figures import QueueFigures
from hall.appointments.words import CheckIn
from hall.moment import local_day, local_minute
from hall.shape import dump, load
from hall.wire import Order
from tests.central.conftest import Web
from tests.central.event_log import HallLog
from tests.central.halls_open import PHONE, open_hall, put
from tests.central.link import NotedLink, with_link
from tests.central.taking_in import HALL, take_each
from tests.edge.test_order_acts import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "hall").mkdir()
    made = House(tmp_path / "hall")
    yield made
    made.end()


def obey(web: Web, link: NotedLink, house: House) -> dict[str, Any]:
    """The hall carries out what was sent last, and central hears its answer."""
    order = load(Order, link.said[-1][1])
    answer = house.desk.carry_out(order)
    with web.database.write() as connection:
        orders.answer(connection, HALL, answer, now_ms())
    return dict(dump(answer))


def test_an_appointment_made_at_central_is_checked_in_at_the_hall_and_told_back(web: Web, house: House) -> None:
    supervisor = open_hall(web)
    web, link = with_link(web)
    minute = local_minute(now_ms()) // 5 * 5
    if minute > 1430:
        pytest.skip("the last minutes of a day in China have no slot any more that could be checked in today")
    all_day = {"opening": [{"weekdays": [1, 2, 3, 4, 5, 6, 7], "hours": ["00:00-24:00"]}]}
    put(supervisor, f"/halls/{HALL}/calendar", all_day, "all-day")
    put(supervisor, f"/halls/{HALL}/slot-offers/A", {"slot_minutes": 5, "places": 2, "notice_minutes": 0}, "now")
    soon, today = rules.clock_of(minute + 5), local_day(now_ms())
    body = {"hall": HALL, "service": "A", "day": today, "time": soon, "phone": PHONE}
    made = web.client().post("/api/v1/public/appointments", json=body, headers={"Idempotency-Key": "k"})
    assert made.status_code == 201, made.text
    assert hand_down(web.parts, now_ms()) == 1
    assert obey(web, link, house)["status"] == "done"
    assert hand_down(web.parts, now_ms()) == 0
    (found,) = house.book.by_phone_tail(today, PHONE[-4:])
    assert house.book.by_code(today, made.json()["code"]) == [found]
    events = house.loop.ask(CheckIn(found, "token-of-the-slip")).events
    log = HallLog("epoch-2")
    log.add(*events)
    take_each(web.database, Intake(), log.batches())
    held = {"code": made.json()["code"], "phone": PHONE}
    told = web.client().post("/api/v1/public/appointments/find", json=held).json()
    assert (told["state"], told["number"], told["late"]) == ("CHECKED_IN", "A001", False)


def test_a_number_asked_for_at_central_is_given_by_the_halls_own_rules(web: Web, house: House) -> None:
    open_hall(web)
    web, link = with_link(web)
    ((_, figures),) = QueueFigures(house.loop, house.clock)()
    word = json.dumps(figures).encode()
    assert web.parts.visitors.queues.take(Message(f"lh/1/{HALL}/tlm/queue", word))
    client = web.client()
    wish = {"hall": HALL, "service": "A"}
    code = client.post("/api/v1/public/tickets", json=wish, headers={"Idempotency-Key": "k"}).json()["code"]
    obey(web, link, house)
    told = client.post("/api/v1/public/tickets/find", json={"code": code}).json()
    assert (told["status"], told["number"], told["ahead"]) == ("given", "A001", 0)
    assert list(house.loop.look()[0].queue.tickets) == ["A001"]
