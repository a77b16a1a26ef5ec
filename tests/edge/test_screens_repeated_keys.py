"""A key that comes again gets its stored answer, also when what it was about is no longer there."""

from __future__ import annotations

from hall.queue.words import Tick
from tests.edge.screens_fixtures import hall_fixture, staff_file_fixture, take  # noqa: F401


def test_a_reprint_repeated_after_midnight_gets_its_stored_answer(hall):
    staff, visitor = hall.client(1), hall.client()
    take(visitor)
    key = {"Idempotency-Key": "press-1"}
    assert staff.post("/api/v1/tickets/a001/reprint", headers=key).json() == {"number": "A001", "state": "WAITING"}
    hall.door.steady_ms += 86_400_000
    hall.door.ask(Tick())
    assert hall.door.look()[0].queue.tickets == {}
    staff = hall.client(1)
    answer = staff.post("/api/v1/tickets/a001/reprint", headers=key)
    assert (answer.status_code, answer.json()) == (200, {"number": "A001", "state": None})
    take(visitor)  # another A001, which this answer is not about
    assert staff.post("/api/v1/tickets/a001/reprint", headers=key).json() == {"number": "A001", "state": None}


def test_giving_up_a_ticket_repeated_after_midnight_gets_its_stored_answer(hall):
    visitor = hall.client()
    token = take(visitor)["token"]
    key = {"Idempotency-Key": "press-1"}
    first = visitor.delete(f"/api/v1/tickets/{token}", headers=key)
    assert first.json() == {"number": "A001", "state": "CANCELLED"}
    hall.door.steady_ms += 86_400_000
    hall.door.ask(Tick())
    again = visitor.delete(f"/api/v1/tickets/{token}", headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert visitor.delete(f"/api/v1/tickets/{token}").json()["error"]["code"] == "UNKNOWN_TOKEN"
