"""The ingest thread and its line to the broker when things below them fail."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from central.database import Database
from central.ingest.acks import EVENTS, INTERVAL_S, Acks
from central.ingest.broker import BrokerLink
from central.ingest.inbox import Inbox
from central.ingest.message import LinkUp, Message
from central.ingest.spans import Spans
from central.ingest.streams import Stream
from central.ingest.thread import IngestThread
from central.live.hub import Hub
from central.metrics import Metrics
from hall_config.outcome import Stop
from tests.central.event_log import HallLog, Morning
from tests.central.running import hall_line
from tests.central.taking_in import stored
from tests.parts import Mosquitto, wait_for


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def parts(
    database: Database, mosquitto: Mosquitto, metrics: Metrics
) -> Iterator[tuple[IngestThread, BrokerLink, Database]]:
    inbox = Inbox()
    link = BrokerLink(mosquitto.url, None, inbox.put)
    ingest = IngestThread(database, link, inbox, Hub(), metrics)
    ingest.start()
    link.start()
    yield ingest, link, database
    ingest.stop(5)
    link.stop()


@pytest.mark.broker
@pytest.mark.once
def test_a_store_that_fails_for_a_while_loses_nothing(
    parts: tuple[IngestThread, BrokerLink, Database], mosquitto: Mosquitto, metrics: Metrics
) -> None:
    _, link, database = parts
    log = HallLog("epoch-1")
    Morning(log, 1).run(100)
    wait_for(lambda: link.up_since_ms, "the link is up")
    with hall_line(mosquitto, "hall-one") as line:
        line.say("evt", log.batch(log.envelopes[:10]))
        line.wait_acked("epoch-1", 10)
        with database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE event RENAME TO away")
        line.say("evt", log.batch(log.envelopes[10:60]))
        line.say("evt", log.batch(log.envelopes[60:]))
        wait_for(lambda: b"lh_transactions_failed_total 0.0" not in metrics.text(), "the store has failed")
        with database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO event")
        line.wait_acked("epoch-1", len(log.envelopes))
    assert [seq for seq, _ in stored(database)] == list(range(1, len(log.envelopes) + 1))


@pytest.mark.broker
def test_a_network_thread_that_died_is_replaced(
    parts: tuple[IngestThread, BrokerLink, Database], mosquitto: Mosquitto
) -> None:
    ingest, link, database = parts
    wait_for(lambda: link.up_since_ms, "the link is up")
    client: Any = link._client
    client.loop_stop()  # what an exception inside of paho comes to: no thread, and "connected" for ever
    wait_for(lambda: link._client is not client and link.up_since_ms, "a new client is connected")
    log = HallLog("epoch-1")
    Morning(log, 1).run(20)
    with hall_line(mosquitto, "hall-one") as line:
        line.say("evt", log.batches()[0])
        line.wait_acked("epoch-1", len(log.envelopes))
    assert ingest.alive
    assert len(stored(database)) == len(log.envelopes)


@pytest.mark.parametrize("url", ["http://x", "mqtt://", "mqtt://u:secret@h", "mqtt://h:99999", "h:1883", ""])
def test_a_broker_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Stop) as problem:
        BrokerLink(url, None, print)
    assert problem.value.exit_code == 2
    assert "secret" not in str(problem.value)


def test_acknowledgements_are_bounded_by_time_and_events() -> None:
    acks, stream = Acks(), Stream(1, "hall-one", "epoch-1", Spans(), 0)
    acks.want(stream, 1)
    assert acks.ready(10.0) == [stream]
    acks.want(stream, 1)
    assert acks.ready(10.1) == []
    assert acks.wait_s(10.1, 1.0) == pytest.approx(0.1)
    assert acks.ready(10.01 + INTERVAL_S) == [stream]
    acks.want(stream, EVENTS)
    assert acks.ready(10.22) == [stream]
    assert acks.ready(99.0) == []
    stream.spans.add(5)
    acks.want(stream, 1)
    assert acks.ready(100.0) == [stream]
    assert acks.ready(101.0) == []
    assert acks.ready(106.0) == [stream]  # a gap is asked for again


def test_the_inbox_takes_turns_between_halls_and_keeps_each_ones_order() -> None:
    inbox = Inbox()
    for number in range(60):
        inbox.put(Message("lh/1/busy-hall/evt", str(number).encode()))
    inbox.put(Message("lh/1/calm-hall/evt", b"first"))
    inbox.put(LinkUp(1))
    notes, taken = inbox.take(0, 0)
    assert notes == [LinkUp(1)]
    assert [message.topic for message in taken[:2]] == ["lh/1/busy-hall/evt", "lh/1/calm-hall/evt"]
    busy = [int(message.payload) for message in taken if "busy" in message.topic]
    busy += [int(message.payload) for message in inbox.take(0, 0)[1]]
    assert busy == list(range(60))
    assert inbox.take(0, 0) == ([], [])


def test_the_inbox_wakes_whoever_waits() -> None:
    inbox = Inbox()
    threading.Timer(0.05, inbox.wake).start()
    assert inbox.take(30, 0) == ([], [])
