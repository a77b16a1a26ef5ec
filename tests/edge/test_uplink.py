"""The uplink over a real broker: in order, until central has it, whatever else is said on its topics."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from edge.identifiers import uuid7
from edge.journal import Journal, Stamp
from edge.journal_reader import JournalReader
from edge.mqtt_link import Heard, MqttLink, Will
from edge.orders import OrderDesk
from edge.uplink import Uplink
from hall.devices.words import ReportEpoch
from hall.moment import Moment
from hall.queue.words import TicketCancelled
from hall.wire import DeviceState, Lifecycle, NodeBirth, NodeState
from tests.hall.halls import MORNING_MS
from tests.parts import Mosquitto, mosquitto, wait_for

__all__ = ["mosquitto"]
HALL = "test-hall"


class Central:
    """The other end of the line, played by the test: it hears everything and acknowledges when it is told to."""

    def __init__(self, broker: Mosquitto) -> None:
        self.heard: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, "central", protocol=paho.MQTTv5)
        self._client.on_connect = lambda client, *_: client.subscribe(f"lh/1/{HALL}/#", qos=1)
        self._client.on_message = lambda _c, _d, message: self._hear(message.topic, message.payload)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        wait_for(self._client.is_connected, "the broker")
        self.now = MORNING_MS

    def _hear(self, topic: str, payload: bytes) -> None:
        if not topic.endswith(("/ack", "/cmd")):
            self.heard.put((topic, json.loads(payload)))

    def online(self, online: bool = True) -> None:
        self.say("lh/1/central/state", {"online": online, "since": 1}, retain=True)

    def say(self, topic: str, value: Any, *, retain: bool = False) -> None:
        payload = value if isinstance(value, bytes) else json.dumps(value)
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(5)

    def ack(self, epoch: str, upto: int, credit: int = 1000, **more: Any) -> None:
        self.now += 1
        message = {"epoch": epoch, "upto": upto, "missing": [], "credit": credit, "now": self.now, **more}
        self.say(f"lh/1/{HALL}/ack", message)

    def next(self, leaf: str, timeout_s: float = 10) -> Any:
        while True:
            topic, value = self.heard.get(timeout=timeout_s)
            if topic == f"lh/1/{HALL}/{leaf}":
                return value

    def quiet(self, leaf: str, seconds: float = 0.4) -> bool:
        try:
            self.next(leaf, seconds)
        except queue.Empty:
            return True
        return False

    def events(self, upto: int) -> list[int]:
        """Numbers as they come, until ``upto`` was seen."""
        seen: list[int] = []
        while not seen or seen[-1] != upto:
            batch = self.next("evt")
            assert 1 <= len(batch["events"]) <= 100
            seen += [event["seq"] for event in batch["events"]]
        return seen

    def end(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Edge:
    """A journal and its uplink, without a hall."""

    def __init__(self, path: Path, broker: Mosquitto) -> None:
        self.journal = Journal(path, "boot")
        self.alarms: list[ReportEpoch] = []
        self._ended = False
        self._lock = threading.Lock()
        self._broker = broker
        desk = OrderDesk(self.on_journal, lambda: MORNING_MS)
        self.uplink = Uplink(
            HALL, self._link, JournalReader(path), self.on_journal, desk,
            NodeBirth(HALL, "厅", "Hall", "1", (), (), ()), self._node, lambda: MORNING_MS, self.alarms.append,
        )  # fmt: skip

    def on_journal(self, work: Callable[[Journal], Any]) -> Any:
        with self._lock:
            result = work(self.journal)
            self.journal.commit()
            return result

    def write(self, count: int) -> int:
        stamp = Stamp(Moment(MORNING_MS, MORNING_MS), 0, "ntp")
        events = [TicketCancelled("2026-11-23", f"A{number:03d}", "A", "visitor") for number in range(count)]
        last: int = self.on_journal(lambda journal: journal.append(events, stamp))
        self.uplink.journal_grew()
        return last

    def _link(self, topics: tuple[str, ...], will: Callable[[], Will], hear: Callable[[Heard], None]) -> MqttLink:
        return MqttLink(self._broker.url, HALL, None, topics, will, hear)

    def _node(self, bdseq: int) -> NodeState:
        return NodeState(True, bdseq, self.journal.epoch, "boot", "1", 1, "ntp")

    def end(self) -> None:
        if not self._ended:
            self._ended = True
            self.uplink.stop()
            self.journal.close()


@pytest.fixture
def central(mosquitto: Mosquitto) -> Iterator[Central]:
    played = Central(mosquitto)
    yield played
    played.end()


@pytest.fixture
def edge(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Edge]:
    built = Edge(tmp_path / "journal.db", mosquitto)
    yield built
    built.end()


def test_nothing_is_sent_before_central_says_that_it_is_there(edge: Edge, central: Central) -> None:
    edge.write(3)
    edge.uplink.start()
    assert central.next("node/state")["online"] is True
    assert central.next("node/birth")["hall"] == HALL
    assert central.quiet("evt")
    central.online()
    assert central.events(3) == [1, 2, 3]
    central.online(False)
    wait_for(lambda: edge.uplink.central == "broker", "central's absence noticed")
    edge.write(1)
    assert central.quiet("evt")


def test_credit_holds_back_what_central_cannot_take_yet(edge: Edge, central: Central) -> None:
    central.online()
    edge.uplink.start()
    central.next("node/birth")
    wait_for(lambda: edge.uplink.central == "online", "central")
    edge.write(1)
    assert central.events(1) == [1]
    central.ack(edge.journal.epoch, 1, credit=5)
    wait_for(lambda: edge.uplink.acked == 1, "the acknowledgement")
    edge.write(30)
    assert central.events(6) == [2, 3, 4, 5, 6]
    assert central.quiet("evt")
    central.ack(edge.journal.epoch, 6, credit=100)
    assert central.events(31) == list(range(7, 32))


def test_no_credit_is_no_event_but_central_is_asked_now_and_then(
    edge: Edge, central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.uplink._SILENCE_S", 2.5)  # far behind the quiet that is listened for
    central.online()
    edge.uplink.start()
    edge.write(1)
    central.events(1)
    central.ack(edge.journal.epoch, 1, credit=0)
    wait_for(lambda: edge.uplink.acked == 1, "the acknowledgement")
    edge.write(5)
    assert central.quiet("evt", 0.6)
    assert central.events(2) == [2]
    central.ack(edge.journal.epoch, 2, credit=-7)
    assert central.quiet("evt", 0.6)
    central.ack(edge.journal.epoch, 2, credit=100)
    assert central.events(6) == [3, 4, 5, 6]


def test_missing_numbers_are_sent_again(edge: Edge, central: Central) -> None:
    central.online()
    edge.uplink.start()
    edge.write(10)
    central.events(10)
    central.ack(edge.journal.epoch, 2, missing=[[3, 4], [8, 8]])
    assert central.events(4) == [3, 4]
    assert central.events(8) == [8]


def test_a_quiet_hour_is_not_taken_for_a_silent_central(
    edge: Edge, central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.uplink._SILENCE_S", 0.5)
    central.online()
    edge.uplink.start()
    edge.write(1)
    central.events(1)
    central.ack(edge.journal.epoch, 1)
    wait_for(lambda: edge.uplink.acked == 1, "the acknowledgement")
    assert central.quiet("evt", 0.8)
    edge.write(1)
    edge.write(1)
    assert central.events(3) == [2, 3]
    central.ack(edge.journal.epoch, 3)
    assert central.quiet("node/birth", 0.8)


def test_what_central_does_not_acknowledge_is_sent_again_over_a_new_connection(
    edge: Edge, central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.uplink._SILENCE_S", 0.5)
    central.online()
    edge.uplink.start()
    central.next("node/birth")
    edge.write(2)
    assert central.events(2) == [1, 2]
    central.next("node/birth")
    assert central.events(2) == [1, 2]


def test_acknowledged_numbers_are_remembered_across_a_restart(tmp_path: Path, edge: Edge, central: Central) -> None:
    central.online()
    edge.uplink.start()
    edge.write(4)
    central.events(4)
    central.ack(edge.journal.epoch, 3)
    wait_for(lambda: edge.uplink.acked == 3, "the acknowledgement")
    edge.end()
    again = Edge(tmp_path / "journal.db", edge._broker)
    again.uplink.start()
    assert central.events(4) == [4]
    again.end()


def test_a_stale_or_foreign_acknowledgement_releases_nothing(edge: Edge, central: Central) -> None:
    central.online()
    edge.uplink.start()
    edge.write(5)
    central.events(5)
    central.ack(edge.journal.epoch, 4)
    wait_for(lambda: edge.uplink.acked == 4, "the acknowledgement")
    central.ack("another-epoch", 5)
    central.now -= 100
    central.ack(edge.journal.epoch, 5)
    central.now += 200
    central.ack(edge.journal.epoch, 4)
    edge.write(1)
    assert central.events(6)[-1] == 6
    assert edge.uplink.acked == 4


def test_a_clone_begins_a_new_epoch_with_what_was_not_acknowledged(edge: Edge, central: Central) -> None:
    central.online()
    edge.uplink.start()
    edge.write(6)
    central.events(6)
    old = edge.journal.epoch
    central.ack(old, 4)
    wait_for(lambda: edge.uplink.acked == 4, "the acknowledgement")
    central.ack(old, 4, conflict=True)
    batch = wait_for(lambda: _batch_of_another_epoch(central, old), "a batch of the new epoch")
    assert [event["seq"] for event in batch["events"]] == [5, 6]
    assert batch["first"] == 5
    assert edge.alarms == [ReportEpoch(batch["epoch"], "conflict", 4)]
    central.ack(batch["epoch"], 4, missing=[[1, 10**12]])
    again = central.next("evt")
    assert [event["seq"] for event in again["events"]] == [5, 6]  # what the old epoch has stays in the old epoch


def test_a_disk_that_lost_its_last_events_begins_a_new_epoch_and_sends_what_happens_now(
    edge: Edge, central: Central
) -> None:
    central.online()
    edge.uplink.start()
    edge.write(6)
    central.events(6)
    old = edge.journal.epoch
    central.ack(old, 200)  # the same journal had 200 events once
    batch = wait_for(lambda: _batch_of_another_epoch(central, old), "a batch of the new epoch")
    assert [event["seq"] for event in batch["events"]] == [1, 2, 3, 4, 5, 6]
    assert edge.alarms == [ReportEpoch(batch["epoch"], "rolled_back", 200)]
    edge.write(1)
    assert central.events(7)[-1] == 7


def test_central_whose_clock_was_set_back_is_still_believed_after_it_came_again(edge: Edge, central: Central) -> None:
    central.online()
    edge.uplink.start()
    edge.write(2)
    central.events(2)
    central.ack(edge.journal.epoch, 1)
    wait_for(lambda: edge.uplink.acked == 1, "the acknowledgement")
    central.now -= 3_600_000
    central.online(False)
    central.online()
    central.ack(edge.journal.epoch, 2)
    wait_for(lambda: edge.uplink.acked == 2, "the acknowledgement by a clock set back")


@pytest.mark.parametrize("identifier", ["\ud800", "", "x" * 300, "with space", "中"])
def test_an_order_with_a_wild_id_is_refused_and_stops_nothing(edge: Edge, central: Central, identifier: str) -> None:
    edge.uplink.start()
    central.next("node/birth")
    central.say(f"lh/1/{HALL}/cmd", {"id": identifier, "op": "ping", "ttl_ms": 1000, "actor": "a"})
    central.say(f"lh/1/{HALL}/cmd", {"id": "good-1", "op": "ping", "ttl_ms": 1000, "actor": "a"})
    assert central.next("rsp")["cmd_id"] == "good-1"


def _batch_of_another_epoch(central: Central, old: str) -> Any:
    batch = central.next("evt")
    return batch if batch["epoch"] != old else None


@pytest.mark.parametrize("leaf", ["ack", "cmd"])
@pytest.mark.parametrize(
    "payload",
    [
        b"", b"not json", b"[]", b"null", b"{}", b'"text"', b"\xff\xfe\x00", b'{"epoch": 1}', b"[" * 100_000,
        b'{"epoch":"e","upto":true,"credit":1,"now":1}', b'{"id":1,"op":[],"ttl_ms":"x","actor":null}', b"9" * 5000,
        b'{"epoch":"e","upto":1e999,"credit":NaN,"now":-1}', b"x" * 1_000_000,
    ],
)  # fmt: skip
def test_rubbish_on_its_topics_stops_nothing(edge: Edge, central: Central, leaf: str, payload: bytes) -> None:
    central.online()
    edge.uplink.start()
    central.next("node/birth")
    central.say(f"lh/1/{HALL}/{leaf}", payload if payload else b" ")
    edge.write(2)
    assert central.events(2) == [1, 2]


def test_an_order_acts_once_and_a_repeated_one_gets_its_answer(edge: Edge, central: Central) -> None:
    edge.uplink.start()
    central.next("node/birth")
    order = {"id": uuid7(MORNING_MS), "op": "ping", "args": {}, "ttl_ms": 60_000, "actor": "viewer"}
    central.say(f"lh/1/{HALL}/cmd", order)
    first = central.next("rsp")
    assert (first["cmd_id"], first["status"]) == (order["id"], "done")
    central.say(f"lh/1/{HALL}/cmd", order)
    assert central.next("rsp") == first


def test_an_order_that_is_too_old_or_unknown_does_nothing(edge: Edge, central: Central) -> None:
    edge.uplink.start()
    central.next("node/birth")
    late = {"id": uuid7(MORNING_MS - 5000), "op": "ping", "ttl_ms": 4000, "actor": "viewer"}
    central.say(f"lh/1/{HALL}/cmd", late)
    assert central.next("rsp")["status"] == "expired"
    central.say(f"lh/1/{HALL}/cmd", {**late, "id": "x1", "op": "open_the_safe"})
    assert central.next("rsp")["status"] == "rejected"
    for ttl_ms in (0, -1):
        central.say(f"lh/1/{HALL}/cmd", {**late, "id": f"never-{ttl_ms}", "ttl_ms": ttl_ms})
        assert central.next("rsp")["status"] == "expired"


@pytest.mark.parametrize(
    "wrong", [{"op": 5}, {"args": []}, {"actor": 3}, {"ttl_ms": "5"}, {"ttl_ms": 5.5}, {"op": None}, {"actor": None}]
)
def test_an_order_of_the_wrong_shape_is_rejected_by_its_id(edge: Edge, central: Central, wrong: dict[str, Any]) -> None:
    edge.uplink.start()
    central.next("node/birth")
    central.say(f"lh/1/{HALL}/cmd", {"id": "x1", "op": "ping", "args": {}, "ttl_ms": 1000, "actor": "viewer"} | wrong)
    answer = central.next("rsp")
    assert (answer["cmd_id"], answer["status"]) == ("x1", "rejected")
    assert next(iter(wrong)) in answer["data"]["reason"]


def test_a_broken_connection_is_announced_by_the_will_with_its_own_number(
    edge: Edge, central: Central, mosquitto: Mosquitto
) -> None:
    edge.uplink.start()
    first = central.next("node/state")
    edge.uplink._link.drop()
    dead = central.next("node/state")
    assert (dead["online"], dead["bdseq"]) == (False, first["bdseq"])
    back = central.next("node/state")
    assert (back["online"], back["bdseq"]) == (True, first["bdseq"] + 1)


def test_devices_are_told_again_after_reconnecting(edge: Edge, central: Central) -> None:
    edge.uplink.start()
    central.next("node/birth")
    edge.uplink.device_moved(DeviceState("sign-1", "onbon-bx-sign", Lifecycle.LOST, MORNING_MS, "no_reply", "e", 1))
    assert central.next("dev/sign-1/state")["state"] == "lost"
    edge.uplink._link.drop()
    assert central.next("dev/sign-1/state")["state"] == "lost"
