"""What the ticket machine's page may ask over HTTP: odd wishes are refused by name, and nothing is told of a card."""

from __future__ import annotations

import pytest

from edge.machine import Choice
from hall.queue.words import Priority, Tick
from tests.edge.screens_fixtures import hall_fixture, staff_file_fixture  # noqa: F401

TAKE, CHOICE, ELDER = "/api/v1/tickets", "/api/v1/machine/choice", "/api/v1/machine/elder"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (TAKE, {"service": "A", "persons": 0}, 422, "WRONG_FIELD"),
        (TAKE, {"service": "A", "persons": 99}, 409, "TOO_MANY_PERSONS"),
        (TAKE, {"service": "A", "persons": "3"}, 422, "WRONG_FIELD"),
        (TAKE, {"service": "A", "person": "nobody on the rota"}, 409, "NOT_ON_DUTY"),
        (TAKE, {"service": "A", "person": "<b>" * 5000}, 422, "WRONG_FIELD"),
        (TAKE, {"service": "A", "person": "line\nbreak"}, 422, "WRONG_FIELD"),
        (TAKE, {"service": "A", "waives_priority": True}, 422, "UNKNOWN_FIELD"),
        (CHOICE, {"service": "Z"}, 422, "UNKNOWN_SERVICE"),
        (CHOICE, {"service": "A", "priority": "KING"}, 422, "UNKNOWN_PRIORITY"),
        (CHOICE, {"service": "A", "age": 70}, 422, "UNKNOWN_FIELD"),
        (ELDER, {"id": "x" * 2000, "wants": True}, 422, "WRONG_FIELD"),
        (ELDER, {"id": "abcdefgh", "wants": "yes"}, 422, "WRONG_FIELD"),
        (ELDER, {"wants": True}, 422, "MISSING_FIELD"),
    ],
)
def test_an_odd_wish_is_refused_by_name_and_changes_nothing(hall, path, body, status, code):
    hall.door.ask(Tick())
    answer = hall.client().post(path, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert hall.door.look()[0].queue.tickets == {}
    assert hall.app.state.machine_choice() is None


def test_an_answer_to_no_question_is_taken_by_nobody(hall):
    answer = hall.client().post(ELDER, json={"id": "abcdefghijk", "wants": False})
    assert answer.json() == {"taken": False}


def test_a_wish_goes_with_the_next_card_once(hall):
    body = {"service": "B", "priority": "INFANT", "persons": 4, "person": "王律师"}
    assert hall.client().post(CHOICE, json=body).status_code == 204
    assert hall.app.state.machine_choice() == Choice("B", Priority.INFANT, 4, "王律师")
    assert hall.app.state.machine_choice() is None
