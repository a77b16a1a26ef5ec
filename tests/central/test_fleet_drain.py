"""A city's halls come back together with what they have kept, and a hall at work is hardly delayed by it."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import func, select

from central import schema
from central.database import Database
from central.ingest.broker import BrokerLink
from central.ingest.inbox import Inbox
from central.ingest.thread import IngestThread
from central.live.hub import Hub
from central.metrics import Metrics
from hall.wire import Event
from tests.central.event_log import HallLog, Morning, issued
from tests.parts import Mosquitto, wait_for

HALLS, KEPT, FIRST = 30, 600, 20
pytestmark = [pytest.mark.broker, pytest.mark.once]


class Drainer:
    """One hall that sends what it has kept, at most its credit ahead of central's word."""

    def __init__(self, name: str) -> None:
        self.name, self.log = name, HallLog(f"epoch-{name}")
        Morning(self.log, 1).run(KEPT)
        self.sent = self.acked = 0
        self.credit = FIRST

    def fitting(self) -> bytes | None:
        """The next message that its credit allows."""
        until = min(len(self.log.envelopes), self.acked + self.credit, self.sent + 100)
        if until <= self.sent:
            return None
        batch = self.log.batch(self.log.envelopes[self.sent : until])
        self.sent = until
        return batch


class Fleet:
    """All halls over one connection; what is under way at any time, and how long a live event takes."""

    def __init__(self, broker: Mosquitto) -> None:
        self.halls = {f"hall-{number}": Drainer(f"hall-{number}") for number in range(HALLS)}
        self.live = HallLog("epoch-live")
        self.live_acked = 0
        self.most_under_way = 0
        self._lock = threading.Lock()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.max_inflight_messages_set(1000)
        self._client.on_connect = lambda client, *_: client.subscribe("lh/1/+/ack", qos=1)
        self._client.on_message = self._hear
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        assert subscribed.wait(30)

    def come_back(self) -> None:
        for hall in self.halls.values():
            self._pump(hall)

    def done(self) -> bool:
        return all(hall.acked == len(hall.log.envelopes) for hall in self.halls.values())

    def say_live(self, event: Event) -> float:
        """One event of the hall at work; how long central's word for it took."""
        self.live.add(event)
        number, began_s = len(self.live.envelopes), time.monotonic()
        self._client.publish("lh/1/hall-live/evt", self.live.batch(self.live.envelopes[-1:]), qos=1)
        wait_for(lambda: self.live_acked >= number, "central's word for a live event", 60)
        return time.monotonic() - began_s

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        name, ack = message.topic.split("/")[2], json.loads(message.payload)
        if name == "hall-live":
            self.live_acked = ack["upto"]
            return
        hall = self.halls[name]
        hall.acked, hall.credit = ack["upto"], ack["credit"]
        self._pump(hall)

    def _pump(self, hall: Drainer) -> None:
        with self._lock:
            while (batch := hall.fitting()) is not None:
                self._client.publish(f"lh/1/{hall.name}/evt", batch, qos=1)
            under_way = sum(one.sent - one.acked for one in self.halls.values())
            self.most_under_way = max(self.most_under_way, under_way)


@pytest.fixture
def fleet(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[tuple[Fleet, Database]]:
    database = Database(f"sqlite:///{tmp_path / 'central.db'}")
    inbox = Inbox()
    link = BrokerLink(mosquitto.url, None, inbox.put)
    ingest = IngestThread(database, link, inbox, Hub(), Metrics())
    ingest.start()
    link.start()
    wait_for(lambda: link.up_since_ms, "the link is up")
    halls = Fleet(mosquitto)
    yield halls, database
    halls.close()
    ingest.stop(5)
    link.stop()
    database.close()


def test_halls_that_drain_share_what_is_under_way_and_a_live_event_waits_for_little(
    fleet: tuple[Fleet, Database],
) -> None:
    halls, database = fleet
    happens = (issued(f"A{number:04d}") for number in count(1))
    halls.say_live(next(happens))
    began_s = time.monotonic()
    halls.come_back()
    took = []
    while not halls.done():
        took.append(halls.say_live(next(happens)))
    kept = sum(len(hall.log.envelopes) for hall in halls.halls.values())
    with database.read() as connection:
        stored = connection.execute(select(func.count()).select_from(schema.event)).scalar_one()
    assert stored == kept + len(halls.live.envelopes)  # each once
    assert halls.most_under_way < kept / 2  # what would stand before a live event, if each sent what it could
    assert statistics.median(took) <= max(1.0, (time.monotonic() - began_s) / 5)
