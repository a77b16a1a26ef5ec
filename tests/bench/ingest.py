"""Events a second into each store, against two ceilings of the same run: the raw store, and the raw broker.

Ours: the fleet's halls come on line with a backlog each, over a real broker to a real ``hall central``; the clock stops
when central has acknowledged the last event: validated, stored once, folded into the views, committed. The raw store
takes the same rows and nothing else: ``COPY`` into PostgreSQL, a batch insert into SQLite, each commit as many rows as
one transaction of ours. The raw broker carries the same messages from one client to another.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as paho
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from simulators.clock import wall_now_ms
from simulators.fleet.day import HallDay
from simulators.fleet.fleet import Fleet
from simulators.fleet.hall import FleetHall
from simulators.fleet.line import BrokerAddress, Line
from simulators.fleet.stage import cpu_s
from tests.bench.figures import Figure
from tests.central.running import RunningCentral
from tests.parts import Mosquitto, wait_for
from tests.postgres import PostgreSQL

HALLS: Final = 50
EVENTS: Final = int(os.environ.get("BENCH_INGEST_EVENTS", "100000"))
ROWS_A_COMMIT: Final = 2000
COMMAND: Final = "make bench ARGS=ingest"
_COLUMNS: Final = "stream, seq, id, ts, boot, mono, clock, type, late, lane, data, received_ms"
_TABLE: Final = (
    "CREATE TABLE raw_event (stream INTEGER, seq BIGINT, id VARCHAR(64), ts BIGINT, boot VARCHAR(64), mono BIGINT,"
    " clock VARCHAR(16), type VARCHAR(80), late BOOLEAN, lane VARCHAR(8), data TEXT, received_ms BIGINT,"
    " PRIMARY KEY (stream, seq))"
)


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    payloads = [payload for one in halls() for payload in _payloads(one)]
    rows = _rows(payloads)
    carried = _raw_broker(broker, payloads, len(rows))
    server = PostgreSQL()
    server.start()
    try:
        figures = [Figure("raw broker, the same messages", round(carried), "events/s", command=COMMAND)]
        copied = _raw_postgresql(server.new_database(), rows)
        figures += _ours("PostgreSQL", "COPY", folder / "pg", broker, server.new_database(), copied, carried)
        inserted = _raw_sqlite(folder / "raw.db", rows)
        figures += _ours("SQLite", "batch insert", folder / "lite", broker, None, inserted, carried)
        return figures
    finally:
        server.remove()


def halls() -> list[FleetHall]:
    made = []
    for number in range(HALLS):
        one = FleetHall(f"bench-{number:04d}", HallDay("2026-11-23", number, 60.0), wall_now_ms(), 1.0, number)
        one.fill(EVENTS // HALLS)
        made.append(one)
    return made


def _payloads(one: FleetHall) -> list[bytes]:
    found, after = [], 0
    while after < one.journal.last:
        payload, after = one.journal.batch(after, one.journal.last)
        found.append(payload)
    return found


def _rows(payloads: Sequence[bytes]) -> list[tuple[Any, ...]]:
    rows, streams = [], dict[str, int]()
    for payload in payloads:
        batch = json.loads(payload)
        stream = streams.setdefault(batch["epoch"], len(streams) + 1)
        for event in batch["events"]:
            envelope = [event[name] for name in ("seq", "id", "ts", "boot", "mono", "clock", "type", "late")]
            rows.append((stream, *envelope, "main", json.dumps(event["data"]), event["ts"]))
    return rows


def _raw_broker(broker: Mosquitto, payloads: Sequence[bytes], events: int) -> float:
    came, subscribed = threading.Semaphore(0), threading.Event()
    taker = paho.Client(CallbackAPIVersion.VERSION2, "taker", protocol=paho.MQTTv5)
    taker.on_message = lambda *_: came.release()
    taker.on_subscribe = lambda *_: subscribed.set()
    taker.on_connect = lambda client, *_: client.subscribe("raw/evt", qos=1)
    giver = paho.Client(CallbackAPIVersion.VERSION2, "giver", protocol=paho.MQTTv5)
    giver.max_inflight_messages_set(100)
    for client in (taker, giver):
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
    wait_for(lambda: subscribed.is_set() and giver.is_connected(), "the broker")
    begun = time.perf_counter()
    for payload in payloads:
        giver.publish("raw/evt", payload, qos=1)
    for _ in payloads:
        came.acquire()
    seconds = time.perf_counter() - begun
    for client in (taker, giver):
        client.disconnect()
        client.loop_stop()
    return events / seconds


def _raw_postgresql(url: str, rows: Sequence[tuple[Any, ...]]) -> float:
    with psycopg.connect(url) as connection:
        connection.execute(_TABLE)
        connection.commit()
        begun = time.perf_counter()
        for start in range(0, len(rows), ROWS_A_COMMIT):
            with connection.cursor().copy(f"COPY raw_event ({_COLUMNS}) FROM STDIN") as copy:
                for row in rows[start : start + ROWS_A_COMMIT]:
                    copy.write_row(row)
            connection.commit()
        return len(rows) / (time.perf_counter() - begun)


def _raw_sqlite(path: Path, rows: Sequence[tuple[Any, ...]]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute(f"{_TABLE} WITHOUT ROWID")
    begun = time.perf_counter()
    for start in range(0, len(rows), ROWS_A_COMMIT):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            f"INSERT INTO raw_event ({_COLUMNS}) VALUES ({', '.join('?' * 12)})", rows[start : start + ROWS_A_COMMIT]
        )
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begun
    connection.close()
    return len(rows) / seconds


def _ours(
    engine: str, raw: str, data: Path, broker: Mosquitto, database: str | None, raw_store: float, raw_broker: float
) -> list[Figure]:
    central = RunningCentral(data, broker, database=database)
    central.start()
    assert central.process is not None
    address = BrokerAddress.read(broker.url)
    lines = [Line(one, address, None, number, 5.0) for number, one in enumerate(halls())]
    fleet = Fleet(lines)
    fleet.resting = True
    events, used_s, begun = fleet.events, cpu_s(central.process.pid), time.perf_counter()
    fleet.run(lambda: fleet.drained or time.perf_counter() - begun > 600)
    seconds = time.perf_counter() - begun
    used_s = cpu_s(central.process.pid) - used_s
    assert fleet.drained, "central did not take everything in ten minutes"
    fleet.close()
    central.stop(60.0)
    ceiling = min(raw_store, raw_broker)
    return [
        Figure(f"raw {engine}, {raw} of the same rows", round(raw_store), "events/s", command=COMMAND),
        Figure(
            f"{HALLS} halls' backlog into {engine}, to the last ack", round(events / seconds), "events/s",
            ceiling=round(ceiling), ratio=round(events / seconds / ceiling, 2), command=COMMAND,
        ),
        Figure(f"the same, a CPU second of central ({engine})", round(events / used_s), "events", command=COMMAND),
    ]  # fmt: skip
