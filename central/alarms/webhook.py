"""Brings alarms to another system: one signed POST after the other, tried again until it is taken or a day old.

How it is signed stands in ``central/signed_call.py``. Nobody waits for it: the calls are made by a job of their own,
from a table in the store, so they survive a restart.
"""

from __future__ import annotations

from typing import Final

import structlog

from central.alarms import store
from central.database import Database
from central.signed_call import Hook, post

EVERY_S: Final = 3.0
_FIRST_WAIT_MS: Final = 5_000
_LONGEST_WAIT_MS: Final = 3_600_000
_GIVE_UP_MS: Final = 24 * 3_600_000
_AT_ONCE: Final = 20
log = structlog.get_logger()


class Messenger:
    """Sends what waits; called by a job."""

    def __init__(self, database: Database, hook: Hook) -> None:
        self._database, self._hook = database, hook

    def send(self, now_ms: int) -> None:
        """What waits, in order, until one of them is not taken."""
        self._give_up(now_ms)
        for _ in range(_AT_ONCE):
            with self._database.read() as connection:
                row = store.next_message(connection)
            if row is None or row["next_ms"] > now_ms:
                return
            problem = post(self._hook, row["body"].encode(), now_ms)
            with self._database.write() as connection:
                if problem is None:
                    store.drop_messages(connection, [row["id"]])
                    continue
                wait_ms = min(_FIRST_WAIT_MS << min(row["attempts"], 20), _LONGEST_WAIT_MS)
                store.try_later(connection, row["id"], row["attempts"] + 1, now_ms + wait_ms)
            log.warning("alarm_webhook.not_taken", reason=problem, attempts=row["attempts"] + 1)
            return

    def _give_up(self, now_ms: int) -> None:
        with self._database.read() as connection:
            oldest = store.next_message(connection)
        if oldest is not None and oldest["made_ms"] < now_ms - _GIVE_UP_MS:
            with self._database.write() as connection:
                dropped = store.drop_older(connection, now_ms - _GIVE_UP_MS)
            log.error("alarm_webhook.given_up", messages=dropped)
