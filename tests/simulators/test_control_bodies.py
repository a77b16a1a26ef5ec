"""A body of any size over a real connection: heard out, refused in the contract's words, and the next one is served."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulators.host import Host
from tests.simulators.served_control import served_control
from tests.simulators.small_device import parrot, small_hall

LIMIT = 64 * 1024
PLACES = ["/sim/devices/reader/do", "/sim/devices/nobody/do", "/sim/bad-day", "/sim/tablets/1/press", "/nowhere"]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    host = Host(small_hall(), tmp_path_factory.mktemp("hall"), make=parrot)
    host.open()
    with served_control(host) as url:
        yield int(url.rpartition(":")[2])
    host.close()


def _post(port: int, path: str, body: Any) -> tuple[int, Any]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("POST", path, body)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()


def _press(size: int) -> bytes:
    """A right press of a key with so many bytes."""
    body = json.dumps({"action": "press", "key": "7"}).encode()
    return body + b" " * (size - len(body))


@pytest.mark.parametrize("path", PLACES)
def test_ten_megabytes_are_answered_with_413_and_the_next_request_is_served(port: int, path: str) -> None:
    status, told = _post(port, path, bytes(10 * 1024 * 1024))
    assert (status, told["error"]["code"]) == (413, "TOO_LARGE")
    assert set(told["error"]) == {"code", "message", "message_zh", "field", "trace"}
    assert _post(port, "/sim/devices/reader/do", _press(40))[0] == 200


def test_ten_megabytes_in_pieces_of_unknown_number_too(port: int) -> None:
    pieces = (bytes(50_000) for _ in range(200))
    status, told = _post(port, "/sim/devices/reader/do", pieces)
    assert (status, told["error"]["code"]) == (413, "TOO_LARGE")


def test_the_limit_itself_is_not_too_much(port: int) -> None:
    assert _post(port, "/sim/devices/reader/do", _press(LIMIT))[0] == 200
    assert _post(port, "/sim/devices/reader/do", _press(LIMIT + 1))[0] == 413


def test_who_goes_away_in_the_middle_of_a_body_harms_nobody(port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.putrequest("POST", "/sim/devices/reader/do")
    line.putheader("Content-Length", "1000")
    line.endheaders(b"{")
    line.close()
    assert _post(port, "/sim/devices/reader/do", _press(40))[0] == 200
