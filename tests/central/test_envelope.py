import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.ingest.envelope import MAIN, MAX_PAYLOAD_BYTES, POISON, UNKNOWN, BadMessage, read_batch
from tests.central.event_log import HallLog, batch, issued
from tests.central.test_strict_json import VALUES


def whole() -> dict[str, Any]:
    log = HallLog()
    log.add(issued("A001"))
    return log.envelopes[0]


def read_one(envelope: dict[str, Any]) -> Any:
    found = read_batch(batch("epoch-1", [envelope]))
    assert len(found.events) == 1
    return found.events[0]


def test_a_sound_event_is_understood() -> None:
    arrived = read_one(whole())
    assert (arrived.lane, arrived.seq, arrived.type) == (MAIN, 1, "ticket.issued/1")
    assert arrived.event.number == "A001"
    assert json.loads(arrived.data) == whole()["data"]


def test_unknown_fields_are_kept_and_do_no_harm() -> None:
    envelope = whole() | {"colour": "blue"}
    envelope["data"] = envelope["data"] | {"weather": "fair"}
    arrived = read_one(envelope)
    assert arrived.lane == MAIN
    assert json.loads(arrived.data)["weather"] == "fair"


def test_an_unknown_type_or_version_is_stored_and_skipped() -> None:
    for kind in ("ticket.issued/99", "moon.rose/1"):
        arrived = read_one(whole() | {"type": kind})
        assert (arrived.lane, arrived.event) == (UNKNOWN, None)


@pytest.mark.parametrize(
    "change",
    [
        {"id": 5},
        {"id": ""},
        {"id": "x" * 65},
        {"id": "with space"},
        {"ts": "now"},
        {"ts": True},
        {"ts": 2**60},
        {"ts": 1.5},
        {"boot": None},
        {"mono": "1"},
        {"clock": "sundial"},
        {"clock": ["ntp"]},
        {"type": "no version"},
        {"type": 7},
        {"late": 1},
        {"data": []},
        {"data": None},
        {"data": {"number": "A001"}},
        {"data": whole()["data"] | {"day": "21 Nov"}},
        {"data": whole()["data"] | {"day": "２０２６-11-21"}},
        {"data": whole()["data"] | {"number": "A" * 500}},
        {"data": whole()["data"] | {"ahead": 2**70}},
        {"data": whole()["data"] | {"ahead": True}},
        {"data": whole()["data"] | {"channel": "TELEPATHY"}},
        {"data": whole()["data"] | {"persons": -1}},
        {"data": whole()["data"] | {"token": "x" * 3000}},
    ],
)
def test_a_damaged_event_keeps_its_place_in_the_poison_lane(change: dict[str, Any]) -> None:
    arrived = read_one(whole() | change)
    assert (arrived.seq, arrived.lane, arrived.event) == (1, POISON, None)


@pytest.mark.parametrize("seq", [None, "1", 0, -3, 1.0, True, 2**60, [1]])
def test_an_event_without_a_readable_number_takes_no_place(seq: object) -> None:
    found = read_batch(batch("epoch-1", [whole() | {"seq": seq}, whole() | {"seq": 2}]))
    assert [arrived.seq for arrived in found.events] == [2]
    assert len(found.rejects) == 1


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"17",
        b'{"v":1}',
        batch("", [whole()]),
        batch("with space", [whole()]),
        batch("e" * 65, [whole()]),
        batch("epoch-1", []),
        batch("epoch-1", [whole()] * 1001),
        batch("epoch-1", [whole()], v=2),
        batch("epoch-1", [whole()], v=True),
        b'{"v":1,"epoch":"epoch-1","events":{}}',
        b'{"v":1,"epoch":"epoch-1","events":[{"seq":1,"seq":2}]}',
        b'{"v":1,"epoch":"epoch-1","events":[{"seq":1,"ts":NaN}]}',
        b" " * (MAX_PAYLOAD_BYTES + 1),
        b"[" * 200_000,
    ],
)
def test_a_message_that_is_no_batch_is_refused_as_a_whole(payload: bytes) -> None:
    with pytest.raises(BadMessage):
        read_batch(payload)


def test_a_first_number_above_the_batch_is_not_believed() -> None:
    assert read_batch(batch("epoch-1", [whole()], first=500)).first == 1
    assert read_batch(batch("epoch-1", [whole() | {"seq": 500}], first=400)).first == 400


@given(st.dictionaries(st.sampled_from(["id", "ts", "boot", "mono", "clock", "type", "late", "data"]), VALUES))
def test_whatever_an_event_holds_it_is_taken_or_set_aside(change: dict[str, Any]) -> None:
    arrived = read_one(whole() | change)
    assert arrived.seq == 1
    assert arrived.lane in (MAIN, UNKNOWN, POISON)
