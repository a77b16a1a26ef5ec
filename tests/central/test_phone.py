"""Tickets from a phone: asked of the hall once, told as the hall answered, and a wait that nobody made up."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from sqlalchemy import insert, select

from central import schema
from central.accounts.permissions import Role
from central.clock import now_ms
from central.ingest.message import Message
from central.orders import store as orders
from central.phone import rules
from central.phone.figures import FRESH_MS, QueueWords
from hall.queue.now import ClassNow, QueueNow
from hall.queue.words import StopReason
from hall.shape import dump
from hall.wire import OrderAnswer
from tests.central.asking import check_error, filled
from tests.central.conftest import Web
from tests.central.event_log import DAY
from tests.central.halls_open import open_hall, put
from tests.central.link import NotedLink, with_link
from tests.central.rooms import PLACE
from tests.central.taking_in import HALL


def word(*classes: ClassNow, hall: str = HALL) -> Message:
    told = QueueNow(now_ms(), DAY, classes)
    return Message(f"lh/1/{hall}/tlm/queue", json.dumps(dump(told)).encode())


def ready(web: Web, *classes: ClassNow) -> tuple[Web, NotedLink]:
    """The hall on the line, with its word about class A."""
    open_hall(web)
    web, link = with_link(web)
    assert web.parts.visitors.queues.take(word(*(classes or (ClassNow("A", 3, 3, 2, None, 540, 900),))))
    return web, link


def of_hall(client: Any, **query: str) -> dict[str, Any]:
    answer = client.get("/api/v1/public/halls", params=query)
    assert answer.status_code == 200, answer.text
    (hall,) = answer.json()["items"]
    told: dict[str, Any] = hall
    return told


def ask(client: Any, key: str, **more: Any) -> Any:
    body = {"hall": HALL, "service": "A", **more}
    return client.post("/api/v1/public/tickets", json=body, headers={"Idempotency-Key": key})


def find(client: Any, code: str) -> Any:
    return client.post("/api/v1/public/tickets/find", json={"code": code})


def answered(web: Web, order: str, status: str, **data: Any) -> None:
    with web.database.write() as connection:
        orders.answer(connection, HALL, OrderAnswer(order, status, data), now_ms())


def test_a_hall_is_told_with_its_own_wait_and_how_fresh_that_is(web: Web) -> None:
    open_hall(web)
    web, _ = with_link(web)
    client = web.client()
    before = of_hall(client)
    assert (before["state"], before["told_at"], before["services"][0]["wait_s"]) == ("unknown", None, None)
    web.parts.visitors.queues.take(word(ClassNow("A", 3, 3, 2, None, 540, 900)))
    hall = of_hall(client)
    assert (hall["state"], hall["hours_today"]) == ("open", ["09:00-11:00", "13:00-14:00"])
    (service,) = hall["services"]
    assert (service["waiting"], service["wait_s"], service["bound_s"]) == (3, 540, 900)
    assert (service["state"], service["from_phones"], service["appointments"]) == ("open", True, True)
    assert hall["told_at"] is not None
    web.parts.visitors.queues.take(word(ClassNow("A", 3, 3, 2, StopReason.CAPACITY, 9000, 9000)))
    stopped = of_hall(client)["services"][0]
    assert (stopped["state"], stopped["stopped"], stopped["wait_s"]) == ("stopped", "CAPACITY", None)


def test_a_word_that_is_too_old_is_no_word() -> None:
    now = 1_000_000
    words = QueueWords(lambda: now)
    words.take(word(ClassNow("A", 0, 0, 1)))
    assert words.of(HALL, now + FRESH_MS) is not None
    assert words.of(HALL, now + FRESH_MS + 1) is None


def test_rubbish_about_queues_is_taken_off_the_line_and_nothing_else_is() -> None:
    words, passed = QueueWords(), list[Any]()
    deliver = words.before(passed.append)
    topic = f"lh/1/{HALL}/tlm/queue"
    rubbish = [b"", b"[]", b"{}", b"\xff", b"[" * 5000, b'{"at": 1, "day": "", "services": [{}]}', b"9" * 40_000]
    for payload in rubbish:
        deliver(Message(topic, payload))
    deliver(Message("lh/1/central/tlm/queue", b"{}"))
    assert (passed, words.of(HALL, now_ms())) == ([], None)
    event = Message(f"lh/1/{HALL}/evt", b"{}")
    deliver(event)
    assert passed == [event]


def test_the_quickest_hall_comes_first_and_the_unknown_last() -> None:
    def hall(name: str, state: str, wait_s: int | None = None, waiting: int = 0, letter: str = "A") -> dict[str, Any]:
        return {"id": name, "services": [{"letter": letter, "state": state, "wait_s": wait_s, "waiting": waiting}]}

    found = [
        hall("dark", "unknown"), hall("slow", "open", 900), hall("other", "open", 1, letter="B"),
        hall("shut", "stopped"),        hall("nobody-knows", "open"), hall("quick", "open", 60),
    ]  # fmt: skip
    ordered = [one["id"] for one in (hall for _, hall in rules.in_order(found, "A"))]
    assert ordered == ["quick", "slow", "nobody-knows", "shut", "dark"]


def test_a_ticket_is_asked_of_the_hall_once_and_told_as_the_hall_answered(web: Web) -> None:
    web, link = ready(web)
    client = web.client()
    asked = ask(client, "k1", persons=2)
    assert asked.status_code == 202, asked.text
    web.parts.visitors.queues.take(word(ClassNow("A", 9, 9, 2, StopReason.TIME)))
    assert ask(client, "k1", persons=2).json() == asked.json()  # also when the hall has stopped since
    ((_, order),) = link.said
    assert (order["op"], order["args"], order["actor"]) == ("take_ticket", {"service": "A", "persons": 2}, "visitor")
    code = asked.json()["code"]
    assert find(client, code).json()["status"] == "asked"
    answered(web, order["id"], "done", number="A777", day=DAY, ahead=4, estimated_wait_s=600, service="A")
    told = find(client, code.lower()).json()
    assert (told["status"], told["number"], told["state"], told["ahead"]) == ("given", "A777", "WAITING", 4)
    check_error(find(client, "ZZZZ-ZZZZ"), 404, "NO_SUCH_PHONE_TICKET")


def test_what_the_hall_refuses_is_told_in_its_words(web: Web) -> None:
    web, link = ready(web)
    client = web.client()
    code = ask(client, "k1").json()["code"]
    answered(web, link.said[0][1]["id"], "rejected", code="STOPPED_BY_CAPACITY", field="service")
    told = find(client, code).json()
    assert told["status"] == "refused"
    assert told["refusal"]["zh"]


def test_nothing_is_asked_of_a_hall_that_gives_phones_no_numbers(web: Web) -> None:
    web, link = ready(web, ClassNow("A", 1, 1, 1, StopReason.TIME))
    client = web.client()
    check_error(ask(client, "k1"), 409, "NOT_FROM_PHONES")
    check_error(ask(client, "k2", service="B"), 404, "NO_SUCH_SERVICE")
    check_error(ask(client, "k3", hall="no-such-hall"), 404, "NO_SUCH_HALL")
    for wrong in ({"hall": "../x"}, {"service": "a"}, {"persons": 0}, {"persons": "2"}, {"phone": "1"}):
        assert ask(client, "k4", **wrong).status_code == 422
    web.parts.visitors.queues.take(word(ClassNow("A", 1, 1, 1)))
    from_phones = {"name_zh": "法律咨询", "name_en": "Advice", "from_phones": False}
    put(web.as_role(Role.SUPERVISOR), "/units/city/services/A", from_phones)
    check_error(ask(client, "k5"), 409, "NOT_FROM_PHONES")
    assert link.said == []


def test_one_source_cannot_empty_a_hall_of_its_numbers(web: Web) -> None:
    web, link = ready(web)
    client = web.client()
    codes = [ask(client, f"k{number}").status_code for number in range(12)]
    assert codes == [202] * 10 + [429] * 2
    assert len(link.said) == 10


def test_the_list_of_halls_comes_in_pages_in_either_order(web: Web) -> None:
    web, _ = ready(web)
    with web.database.write() as connection:
        one = connection.execute(select(schema.hall).where(schema.hall.c.id == HALL)).mappings().one()
        others = [f"{letter}-{number:03}" for letter in "az" for number in range(115)]
        connection.execute(insert(schema.hall), [{**one, "id": other} for other in others])
    client = web.client()

    def pages(**query: Any) -> list[list[str]]:
        found: list[list[str]] = []
        cursor: dict[str, str] = {}
        while True:
            answer = client.get("/api/v1/public/halls", params={**query, **cursor})
            assert answer.status_code == 200, answer.text
            found.append([one["id"] for one in answer.json()["items"]])
            if (after := answer.json()["next"]) is None:
                return found
            cursor = {"cursor": after}

    by_name, by_wait = pages(), pages(service="A", limit=90)
    assert [len(page) for page in by_name] == [100, 100, 31]
    assert list(chain(*by_name)) == sorted([*others, HALL])
    assert [len(page) for page in by_wait] == [90, 90, 51]
    assert list(chain(*by_wait)) == [HALL, *sorted(others)]  # it alone has said how long it takes
    assert pages(limit=500) == [list(chain(*by_name))]
    other_order = client.get("/api/v1/public/halls").json()["next"]
    for wrong in ({"cursor": "x"}, {"cursor": other_order, "service": "A"}, {"limit": 0}, {"limit": 501}):
        check_error(client.get("/api/v1/public/halls", params=wrong), 422, "WRONG_FIELD")


def test_a_small_place_is_nearby_while_somebody_works_there_and_keeps_its_own_page(web: Web) -> None:
    filled(web)
    web, link = with_link(web)
    admin, client = web.as_role(Role.ADMIN), web.client()
    facts = {"id": PLACE, "parent": "city", "level": "village", "name_zh": "永丰村", "name_en": "Yongfeng"}
    for path, body in (("units", facts), ("places", {"unit": PLACE})):
        made = admin.post(f"/api/v1/{path}", json=body, headers={"Idempotency-Key": path})
        assert made.status_code == 201, made.text
    assert [one["id"] for one in client.get("/api/v1/public/halls").json()["items"]] == [HALL]
    clerk = web.as_role(Role.WINDOW_STAFF)
    opened = {"command": "open"}
    window = f"/api/v1/places/{PLACE}/windows/1/commands"
    assert clerk.post(window, json=opened, headers={"Idempotency-Key": "open"}).status_code == 200
    place = next(one for one in client.get("/api/v1/public/halls").json()["items"] if one["id"] == PLACE)
    assert (place["state"], place["page"]) == ("open", f"/p/{PLACE}")
    first = place["services"][0]
    assert (first["state"], first["wait_s"], first["from_phones"]) == ("open", 0, False)
    check_error(ask(client, "k1", hall=PLACE), 409, "NOT_FROM_PHONES")
    acts = f"/api/v1/halls/{PLACE}/acts"
    wish = {"op": "call_next", "window": 1}
    refused = web.as_role(Role.SUPERVISOR).post(acts, json=wish, headers={"Idempotency-Key": "k2"})
    check_error(refused, 409, "NO_CONTROLLER")
    assert link.said == []
