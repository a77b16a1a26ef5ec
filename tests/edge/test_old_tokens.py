"""A slip's token guessed, found in the bin, or used again: one and the same answer, and nothing of anybody."""

from __future__ import annotations

import pytest

from tests.edge.screens_fixtures import act, hall_fixture, serve, staff_file_fixture, take  # noqa: F401

DAY_MS = 86_400_000


def unknown(client, token):
    """What the interface says of a token that it does not know, in every way that one can ask; without the number of
    the request, which is in the log."""
    said = []
    for answer in (
        client.get(f"/api/v1/tickets/{token}"),
        client.get(f"/api/v1/tickets/{token}/qr.svg"),
        client.delete(f"/api/v1/tickets/{token}"),
        client.post("/api/v1/ratings", json={"token": token, "grade": 1}),
    ):
        error = dict(answer.json()["error"])
        del error["trace"]
        said.append((answer.status_code, error))
    return said


def test_a_guess_gets_the_same_answer_however_near_it_is(hall):
    client = hall.client()
    token = take(client)["token"]
    assert len(token) == 22  # 128 bits of chance: nobody tries them through
    near = token[:-1] + ("A" if token[-1] != "A" else "B")
    answers = [unknown(client, one) for one in ("x" * 22, near, token.swapcase(), token + "a", "0" * 128)]
    assert all(one == answers[0] for one in answers)
    assert {status for status, _ in answers[0]} == {404}
    assert {error["code"] for _, error in answers[0]} == {"UNKNOWN_TOKEN"}
    assert client.get(f"/api/v1/tickets/{token}").json()["state"] == "WAITING"


def test_yesterdays_waiting_ticket_is_as_unknown_as_a_guess(hall):
    client = hall.client()
    token = take(client)["token"]
    hall.door.steady_ms += DAY_MS
    take(client)
    assert unknown(client, token) == unknown(client, "x" * 22)


def test_a_rated_token_rates_nothing_more_and_opens_nothing_once_its_days_are_over(hall):
    client, staff = hall.client(), hall.client(1)
    token, silent = take(client)["token"], take(client)["token"]
    act(staff, 1, "open")
    serve(staff, 1)
    serve(staff, 1)
    body = {"token": token, "grade": 4}
    assert client.post("/api/v1/ratings", json=body).status_code == 201
    again = hall.client().post("/api/v1/ratings", json=body)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "TOKEN_USED")
    hall.door.steady_ms += 6 * DAY_MS  # a Friday: Saturday is today, and the fifth working day
    seen = client.get(f"/api/v1/tickets/{silent}").json()
    assert (seen["state"], seen["rateable"], seen["grade"]) == ("DONE", True, None)
    hall.door.steady_ms += DAY_MS
    take(client)
    for one in (token, silent):
        assert client.get(f"/api/v1/tickets/{one}").json()["error"]["code"] == "UNKNOWN_TOKEN"
        assert client.get(f"/api/v1/tickets/{one}/qr.svg").status_code == 404
    late = client.post("/api/v1/ratings", json={"token": silent, "grade": 5})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "NOT_RATEABLE")


@pytest.mark.parametrize("token", ["short", "with space", "x" * 129, "%2e%2e%2f", "<b>x</b>"])
def test_what_is_no_token_is_not_there(hall, token):
    answer = hall.client().get(f"/api/v1/tickets/{token}")
    assert answer.status_code == 404
    assert token not in answer.text
