"""The live streams over a real server: the present first, the newest after a burst, nothing to those who may not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from edge.screens import PageServer, build_app, pad_link
from hall.queue.words import TakeTicket
from tests.edge.screens_fixtures import PINS, hall_fixture, serve, served_fixture, staff_file_fixture  # noqa: F401

PATIENCE_S = 10


class Stream:
    """What a page hears, event by event."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def next(self) -> dict[str, str]:
        event: dict[str, str] = {}
        for line in self._lines:
            if not line and event:
                return event
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                event[name] = value
        raise EOFError

    def until(self, wanted: Any) -> tuple[dict[str, str], Any]:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            event = self.next()
            data = json.loads(event["data"])
            if wanted(data):
                return event, data
        raise AssertionError("the stream never showed it")


@contextmanager
def listening(client: httpx2.Client, path: str, **headers: str) -> Iterator[Stream]:
    with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer.iter_lines())


@pytest.fixture
def client(served) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=served, timeout=PATIENCE_S) as opened:
        yield opened


def take(hall, number):
    hall.door.ask(TakeTicket("A", f"token-{number:020d}"))


def test_the_present_state_comes_first_and_each_change_after(hall, client):
    take(hall, 1)
    with listening(client, "/api/v1/stream") as stream:
        first = stream.next()
        assert first["event"] == "state"
        assert first["id"] == str(hall.door.look()[1])
        assert json.loads(first["data"])["counts"]["waiting"] == 1
        take(hall, 2)
        event, _ = stream.until(lambda state: state["counts"]["waiting"] == 2)
        assert event["id"] == str(hall.door.look()[1])


def test_whoever_comes_back_sees_the_present_and_not_the_past(hall, client):
    with listening(client, "/api/v1/stream") as stream:
        last = stream.next()["id"]
    for number in range(5):
        take(hall, number)
    with listening(client, "/api/v1/stream", **{"Last-Event-ID": last}) as stream:
        assert json.loads(stream.next()["data"])["counts"]["issued"] == 5
    with listening(client, "/api/v1/stream", **{"Last-Event-ID": str(hall.door.look()[1])}) as stream:
        assert json.loads(stream.next()["data"])["counts"]["issued"] == 5
    with listening(client, "/api/v1/stream", **{"Last-Event-ID": "not a number, and not ours"}) as stream:
        assert json.loads(stream.next()["data"])["counts"]["issued"] == 5


def test_a_burst_is_sent_as_its_last_state(hall, client):
    with listening(client, "/api/v1/stream") as stream:
        stream.next()
        for number in range(400):
            take(hall, number)
        heard = 1
        while json.loads(stream.next()["data"])["counts"]["issued"] != 400:
            heard += 1
        assert heard < 100


def test_the_streams_of_a_window_and_a_pad(hall, client):
    client.post("/api/v1/session", json={"name": "staff1", "secret": PINS["staff1"]})
    pad = httpx2.Client(base_url=str(client.base_url), timeout=PATIENCE_S, follow_redirects=True)
    assert pad.get(pad_link(hall.door, 1)).status_code == 200
    take(hall, 1)
    with listening(client, "/api/v1/windows/1/stream") as stream, listening(pad, "/api/v1/pads/1/stream") as asks:
        first = json.loads(stream.next()["data"])
        assert (first["state"], [row["number"] for row in first["waiting"]]) == ("CLOSED", ["A001"])
        assert "token-" not in json.dumps(first)
        asleep = json.loads(asks.next()["data"])
        assert (asleep["asks"], asleep["token"]) == (False, None)
        staff = hall.client(1)
        staff.post("/api/v1/windows/1/commands", json={"command": "open"})
        serve(staff, 1)
        stream.until(lambda view: view["served_today"] == 1)
        _, awake = asks.until(lambda view: view["asks"])
        assert (awake["number"], awake["service"]) == ("A001", "A")
        answer = pad.post("/api/v1/ratings", json={"token": awake["token"], "grade": 5})
        assert answer.status_code == 201
        asks.until(lambda view: not view["asks"])
    pad.close()


def test_signing_out_ends_the_windows_stream(served, client):
    token = client.post("/api/v1/session", json={"name": "staff1", "secret": PINS["staff1"]}).json()["token"]
    with listening(client, "/api/v1/windows/1/stream") as stream:
        stream.next()
        out = httpx2.delete(f"{served}/api/v1/session", headers={"Authorization": f"Bearer {token}"})
        assert out.status_code == 204
        assert stream.next()["event"] == "signed_out"
        with pytest.raises(EOFError):
            stream.next()


def test_a_server_with_open_streams_stops_at_once_and_frees_its_port(hall):
    app = build_app(hall.door, hall.staff)
    server = PageServer(app, "127.0.0.1", 0)
    server.start()
    with (
        httpx2.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=PATIENCE_S) as client,
        listening(client, "/api/v1/stream") as stream,
    ):
        stream.next()
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 3
        with pytest.raises((EOFError, httpx2.HTTPError)):
            stream.next()
    again = PageServer(build_app(hall.door, hall.staff), "127.0.0.1", server.port)
    again.start()
    assert httpx2.get(f"http://127.0.0.1:{again.port}/healthz").status_code == 200
    with pytest.raises(OSError, match="in use"):
        PageServer(app, "127.0.0.1", again.port)
    again.stop()


def test_many_pages_may_listen_and_are_forgotten_when_they_go(hall, client):
    pages = [httpx2.Client(base_url=str(client.base_url), timeout=PATIENCE_S) for _ in range(12)]
    streams = [page.stream("GET", "/api/v1/stream") for page in pages]
    heard = [Stream(stream.__enter__().iter_lines()) for stream in streams]
    assert [stream.next()["event"] for stream in heard] == ["state"] * 12
    assert "legal_hall_streams 12.0" in client.get("/metrics").text
    for stream, page in zip(streams, pages, strict=True):
        stream.__exit__(None, None, None)
        page.close()
    deadline = time.monotonic() + PATIENCE_S
    number = 1000
    while "legal_hall_streams 0.0" not in client.get("/metrics").text:
        assert time.monotonic() < deadline
        take(hall, number := number + 1)


def test_the_visitors_phones_cannot_lock_the_staff_out(hall, client, monkeypatch):
    monkeypatch.setattr("edge.screens.live._MOST_PUBLIC", 1)
    monkeypatch.setattr("edge.screens.live._MOST_STAFF", 1)
    client.post("/api/v1/session", json={"name": "staff1", "secret": PINS["staff1"]})
    with listening(client, "/api/v1/stream") as phone:
        phone.next()
        assert client.get("/api/v1/stream").status_code == 503
        with listening(client, "/api/v1/windows/1/stream") as window:
            assert window.next()["event"] == "window"
            assert client.get("/api/v1/windows/1/stream").status_code == 503


def test_more_pages_than_any_hall_has_are_turned_away(hall, client, monkeypatch):
    monkeypatch.setattr("edge.screens.live._MOST_PUBLIC", 1)
    with listening(client, "/api/v1/stream") as stream:
        stream.next()
        answer = client.get("/api/v1/stream")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "NOT_READY")
    assert client.get("/api/v1/state").status_code == 200
