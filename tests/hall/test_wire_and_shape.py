"""What is stored and sent can be read back, whatever comes in between."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from hall.ledger import Ledger, drop, put
from hall.moment import local_day, local_minute
from hall.queue.words import Channel, Finish, Priority, Start, TicketCalled, TicketIssued
from hall.shape import ShapeError, dump, dump_text, load
from hall.state import HallState
from hall.wire import TYPES, Ack, Batch, event_data, read_event, type_name
from tests.hall.halls import Hall

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.parametrize("name", TYPES)
def test_every_event_type_reads_back_what_it_wrote(name: str) -> None:
    kind = TYPES[name]

    @given(st.builds(kind))
    def check(event: Any) -> None:
        text = json.dumps(event_data(event))
        assert read_event(name, json.loads(text)) == event
        assert type_name(event) == name

    check()


@pytest.fixture(scope="module")
def good() -> dict[str, dict[str, Any]]:
    """The plainest event of each type, as data."""
    once = settings(max_examples=1, phases=[Phase.generate], database=None)
    return {name: event_data(find(st.builds(kind), lambda _: True, settings=once)) for name, kind in TYPES.items()}


@given(st.lists(st.tuples(st.integers(0, 30) | st.text(max_size=5), JSON_VALUES), max_size=4), st.booleans())
@settings(max_examples=300)
def test_hostile_data_of_any_type_gives_a_shape_error_or_an_event_and_nothing_else(
    good: dict[str, dict[str, Any]], hostile: list[tuple[int | str, Any]], alone: bool
) -> None:
    """Drawn once for all types: to draw takes much longer than to read. ``alone``: without the good values."""
    for name, kind in TYPES.items():
        own = [item.name for item in fields(kind)]
        put = {
            own[place % len(own)] if isinstance(place, int) and own else str(place): value for place, value in hostile
        }
        data = put if alone else {**good[name], **put}
        try:
            event = read_event(name, data)
        except ShapeError as problem:
            assert problem.path, name  # noqa: PT017 - either outcome is right, this one must say where
        else:
            assert read_event(name, event_data(event)) == event, name  # type: ignore[arg-type]


def test_an_unknown_type_is_no_error() -> None:
    assert read_event("ticket.teleported/7", {"anything": 1}) is None


def test_unknown_fields_are_ignored_and_missing_ones_named() -> None:
    data = {"day": "2026-11-23", "number": "A001", "service": "A", "window": 1, "staff": "s", "waited_s": 3, "new": 1}
    assert read_event("ticket.called/1", data) == TicketCalled("2026-11-23", "A001", "A", 1, "s", 3)
    del data["window"]
    with pytest.raises(ShapeError, match=r"ticket.called/1.window: is missing"):
        read_event("ticket.called/1", data)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"window": True}, "window"),
        ({"window": "1"}, "window"),
        ({"window": 1.0}, "window"),
        ({"priority": "RICH"}, "priority"),
        ({"number": None}, "number"),
        ({"number": ["A001"]}, "number"),
    ],
)
def test_a_wrong_type_is_named_by_its_path(change: dict[str, Any], path: str) -> None:
    data = {"day": "d", "number": "A001", "service": "A", "window": 1, "staff": "s", "waited_s": 3, **change}
    with pytest.raises(ShapeError) as caught:
        read_event("ticket.called/1", data)
    assert caught.value.path == f"ticket.called/1.{path}"


def test_a_ticket_keeps_its_enumerations() -> None:
    event = TicketIssued("d", "A001", "A", "t", Channel.CARD, 0, None, Priority.ELDER)
    assert event_data(event)["priority"] == "ELDER"
    assert read_event("ticket.issued/1", event_data(event)) == event


def test_a_big_state_as_text_is_the_state() -> None:
    hall = Hall()
    hall.open(1, 2)
    for number in range(120):
        hall.take("AB"[number % 2], card_mark=f"card-{number}")
    for _ in range(60):
        hall.call()
        hall.do(Start(1, "s"))
        hall.do(Finish(1, "s"))
    assert json.loads(dump_text(hall.state)) == json.loads(json.dumps(dump(hall.state)))
    assert load(HallState, json.loads(dump_text(hall.state))) == hall.state


def test_messages_with_lists_and_pairs_read_back() -> None:
    ack = Ack("e", 10, 500, 1_795_395_600_000, ((3, 4), (7, 7)))
    assert load(Ack, json.loads(json.dumps(dump(ack)))) == ack
    with pytest.raises(ShapeError, match=r"missing\[0\]"):
        load(Ack, {**dump(ack), "missing": [[1]]})
    with pytest.raises(ShapeError, match=r"events\[0\].seq"):
        load(Batch, {"v": 1, "epoch": "e", "events": [{"id": "x"} | {"seq": "one"}]})


@given(st.dictionaries(st.text(max_size=3) | st.integers(-300, 300), st.integers(), max_size=30), st.data())
def test_a_ledger_is_a_mapping_that_never_changes(entries: dict[Any, int], data: st.DataObject) -> None:
    ledger = Ledger(entries)
    copy = dict(entries)
    for _ in range(5):
        key = data.draw(st.text(max_size=3))
        before, before_items = ledger, dict(ledger.items())
        if data.draw(st.booleans()):
            ledger, copy[key] = put(ledger, key, 1), 1
        else:
            ledger = drop(ledger, key)
            copy.pop(key, None)
        assert dict(before.items()) == before_items
        assert (dict(ledger.items()), len(ledger)) == (copy, len(copy))
        assert ledger == copy


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)))
def test_local_days_agree_with_the_calendar(moment: datetime) -> None:
    wall_ms = int((moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
    local = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=8)))
    assert local_day(wall_ms) == f"{local.year:04d}-{local.month:02d}-{local.day:02d}"
    assert local_minute(wall_ms) == local.hour * 60 + local.minute
