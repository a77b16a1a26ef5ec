"""Giving messages to an intake as the ingest thread does, and reading what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from central import schema
from central.database import Database
from central.ingest.intake import Intake, Outcome, unpack
from central.ingest.message import Message

HALL = "test-hall"
NOW_MS = 1_795_000_500_000


def evt(payload: bytes, hall: str = HALL) -> Message:
    return Message(f"lh/1/{hall}/evt", payload, qos=1)


def announces(epoch: str, bdseq: int = 1) -> Message:
    """The hall came online with this journal."""
    facts = {"epoch": epoch, "boot": "b", "version": "1", "config_rev": 1, "clock": "ntp"}
    return Message(f"lh/1/{HALL}/node/state", json.dumps({"online": True, "bdseq": bdseq, **facts}).encode())


def take(database: Database, intake: Intake, *messages: Message) -> Outcome:
    """One transaction with all of these messages."""
    with database.write() as connection:
        return intake.take_in(connection, [unpack(message) for message in messages], NOW_MS)


def take_each(database: Database, intake: Intake, payloads: Iterable[bytes], hall: str = HALL) -> None:
    for payload in payloads:
        take(database, intake, evt(payload, hall))


def stored(database: Database) -> list[tuple[int, str]]:
    """Number and id of every stored event, by journal and number."""
    table = schema.event
    with database.read() as connection:
        rows = connection.execute(select(table.c.seq, table.c.id).order_by(table.c.stream, table.c.seq))
        return [(row.seq, row.id) for row in rows]


def views(database: Database) -> dict[str, Any]:
    """Everything that is computed from events, without when it was computed."""
    with database.read() as connection:
        journals = {row.id: (row.hall, row.epoch) for row in connection.execute(select(schema.stream))}
        tickets = [dict(row) for row in connection.execute(select(schema.ticket)).mappings()]
        live = {row.hall: json.loads(row.view) for row in connection.execute(select(schema.live))}
    for ticket in tickets:  # a journal's number is only its own store's
        ticket["events"] = [(*journals[stream], seq) for stream, seq in json.loads(ticket["events"])]
    tickets.sort(key=lambda row: (row["hall"], row["day"], row["number"], row["epoch"]))
    return {"tickets": tickets, "live": live}


def upto(intake: Intake, database: Database, epoch: str, hall: str = HALL) -> tuple[int, tuple[tuple[int, int], ...]]:
    """What an acknowledgement would say now."""
    with database.read() as connection:
        stream = intake.streams.of_hall(connection, hall)[epoch]
    return stream.spans.upto, stream.spans.missing(32)
