"""Durable events a second from the journal to central's acknowledged commit, beside two ceilings of the same run."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from edge.clock import Clock
from edge.journal import Journal, Stamp
from edge.journal_reader import JournalReader
from edge.mqtt_link import Heard, MqttLink, Will
from edge.orders import OrderDesk
from edge.uplink import Uplink
from hall.queue.words import Channel, DayOpened, TicketIssued
from hall.wire import Event, NodeBirth, NodeState, ServiceInventory, WindowInventory
from tests.bench.figures import Figure
from tests.journeys.house import House
from tests.parts import Mosquitto, wait_for

EVENTS: Final = 20_000
GROUP: Final = 50
COMMAND: Final = "make bench ARGS=throughput"


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    raw_mqtt = _raw_mqtt(broker, _body())
    raw_sqlite = _raw_sqlite(folder / "raw.db", _body())
    ours = _end_to_end(folder, broker)
    ceiling = min(raw_mqtt, raw_sqlite)
    return [
        Figure("raw paho to Mosquitto, QoS 1, one event a message", round(raw_mqtt), "events/s", command=COMMAND),
        Figure("raw SQLite WAL/FULL, one row a commit", round(raw_sqlite), "events/s", command=COMMAND),
        Figure(
            "journal.append to acknowledged commit at central", round(ours), "events/s", ceiling=round(ceiling),
            ratio=round(ours / ceiling, 2), command=COMMAND,
        ),
    ]  # fmt: skip


def events(count: int) -> list[Event]:
    """A day of tickets as they are issued, plausible in size."""
    return [
        TicketIssued("2026-11-23", f"A{n + 1:03d}", "A", f"token-{n:016d}", Channel.MACHINE, n % 20, 600)
        for n in range(count)
    ]


def _body() -> str:
    folder_free = '{"id":"0199c2a0-1111-7222-8333-444455556666","seq":184213,"ts":1795395600000,"boot":"0123456789ab",'
    return folder_free + '"mono":12345678,"clock":"ntp","type":"ticket.issued/1","late":false,"data":' + "x" * 200 + "}"


def _raw_mqtt(broker: Mosquitto, body: str) -> float:
    done = threading.Semaphore(0)
    client = paho.Client(CallbackAPIVersion.VERSION2, "raw", protocol=paho.MQTTv5)
    client.max_inflight_messages_set(200)
    client.on_publish = lambda *_: done.release()
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    wait_for(client.is_connected, "the broker")
    count = EVENTS // 4
    begun = time.perf_counter()
    for _ in range(count):
        client.publish("raw/evt", body, qos=1)
    for _ in range(count):
        done.acquire()
    seconds = time.perf_counter() - begun
    client.disconnect()
    client.loop_stop()
    return count / seconds


def _raw_sqlite(path: Path, body: str) -> float:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE row (seq INTEGER PRIMARY KEY, body TEXT)")
    count = EVENTS // 4
    begun = time.perf_counter()
    for number in range(count):
        db.execute("INSERT INTO row VALUES (?, ?)", (number, body))
    seconds = time.perf_counter() - begun
    db.close()
    return count / seconds


def _end_to_end(folder: Path, broker: Mosquitto) -> float:
    house = House(folder, broker)
    house.start_central()
    journal = Journal(folder / "journal.db", "bench")
    lock = threading.Lock()

    def on_journal(work: Callable[[Journal], Any]) -> Any:
        with lock:
            result = work(journal)
            journal.commit()
            return result

    def link(topics: tuple[str, ...], will: Callable[[], Will], hear: Callable[[Heard], None]) -> MqttLink:
        return MqttLink(broker.url, "bench-hall", None, topics, will, hear)

    clock = Clock()
    uplink = Uplink(
        "bench-hall", link, JournalReader(journal.path), on_journal, OrderDesk(on_journal, lambda: 0), _birth(),
        lambda bdseq: NodeState(True, bdseq, journal.epoch, "bench", "0", 1, "ntp"), lambda: clock.now().wall_ms,
        lambda _alarm: None,
    )  # fmt: skip
    uplink.start()
    wait_for(lambda: uplink.central == "online", "central")
    stamp = Stamp(clock.now(), 0, "ntp")
    with lock:
        journal.append([DayOpened("2026-11-23")], stamp)
        journal.commit()
    some = events(EVENTS)
    begun = time.perf_counter()
    for start in range(0, EVENTS, GROUP):
        with lock:
            journal.append(some[start : start + GROUP], stamp)
            journal.commit()
        uplink.journal_grew()
    wait_for(lambda: uplink.acked >= EVENTS + 1, "central's acknowledgement", 120)
    seconds = time.perf_counter() - begun
    uplink.stop()
    journal.close()
    house.end()
    return EVENTS / seconds


def _birth() -> NodeBirth:
    return NodeBirth(
        "bench-hall", "测速大厅", "Bench hall", "0", (), (WindowInventory(1, ("A",)),),
        (ServiceInventory("A", "咨询", "Advice"),),
    )  # fmt: skip
