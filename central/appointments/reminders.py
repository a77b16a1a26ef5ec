"""Reminders of appointments, by way of a bureau's own gateway that sends short messages.

The number stands sealed beside each reminder that is still to be sent, and nowhere else; it is opened for the call
alone, which is a line of the audit, and goes with the reminder: when it was taken, is too late, or the appointment was
given back, moved or checked in. An attempt is noted before the call is made, so that a central that dies in it does not
call again at once; the gateway may hear a message twice, under the same ``id``, and drops the second one. A refused one
is tried again after a minute, two, four … until it says nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import Connection, RowMapping

from central.appointments import rules, store
from central.appointments.rules import Times
from central.audit.disclosure import disclose_to_program
from central.audit.store import note
from central.clock import steady_s
from central.database import Database
from central.keeping.sealed_columns import CannotOpen, Vault
from central.signed_call import Hook, post
from central.strict_json import write_json
from central.units.rules import ROOT
from hall.moment import local_ms
from hall_config.wording import date_words, rfc3339, say

EVERY_S: Final = 5.0
ACTOR: Final = "(central)"
_REASON: Final = "reminder of an appointment"
_AT_ONCE: Final = 100
_ROUND_S: Final = 60.0
_MOST_REFUSED: Final = 3  # in one round: then the gateway is left alone for a while
_FIRST_WAIT_MS: Final = 60_000
_LONGEST_WAIT_MS: Final = 3_600_000
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where reminders are sent, and when."""

    hook: Hook
    times: Times


class Reminders:
    """Keeps what is to be sent, and sends it when it is time; called by booking and by a job."""

    def __init__(self, database: Database, vault: Vault, gateway: Gateway) -> None:
        self._database, self._vault, self._gateway = database, vault, gateway

    def keep(self, connection: Connection, row: RowMapping, phone: str, now_ms: int) -> None:
        """What is to be sent for an appointment as it is now, in place of what was to be sent before."""
        store.forget_reminders(connection, row["id"])
        for due in rules.reminders(row["day"], row["minute"], self._gateway.times, now_ms):
            sealed = self._vault.seal(connection, row["hall"], phone, _place(row["id"], due.kind), now_ms)
            store.add_reminder(
                connection, appointment=row["id"], kind=due.kind.value, hall=row["hall"], day=row["day"], phone=sealed,
                next_ms=due.from_ms, until_ms=due.until_ms, attempts=0,
            )  # fmt: skip

    def send(self, now_ms: int) -> None:
        """What is due, the longest due first."""
        begun, refused = steady_s(), 0
        self._give_up(now_ms)
        with self._database.read() as connection:
            due = store.reminders_due(connection, now_ms, _AT_ONCE)
        for row in due:
            at_ms = now_ms + int((steady_s() - begun) * 1000)
            if refused == _MOST_REFUSED or at_ms > now_ms + _ROUND_S * 1000:
                return
            body = self._opened(row, at_ms)
            if body is None:
                continue
            problem = post(self._gateway.hook, body, at_ms)
            if problem is None:
                with self._database.write() as connection:
                    store.drop_reminder(connection, row)
                continue
            refused += 1
            log.warning("reminders.not_taken", reason=problem, hall=row["hall"], attempts=row["attempts"] + 1)

    def _opened(self, row: RowMapping, at_ms: int) -> bytes | None:
        """The message, with its attempt and the audit's line written down; None when there is none to be sent."""
        with self._database.write() as connection:
            now = store.reminder(connection, row["appointment"], row["kind"])
            if now is None or now["next_ms"] != row["next_ms"]:
                return None
            wait_ms = min(_FIRST_WAIT_MS << min(now["attempts"], 20), _LONGEST_WAIT_MS)
            store.try_reminder_later(connection, now, at_ms + wait_ms)
            phone = self._phone(connection, now)
            if phone is None:
                log.error("reminders.not_opened", appointment=now["appointment"], hall=now["hall"])
                return None
            what = f"{now['hall']}/{now['appointment']}"
            disclose_to_program(connection, ACTOR, now["path"], what, _REASON, at_ms, fields=("phone",))
        return write_json(_message(now, phone, at_ms)).encode()

    def _phone(self, connection: Connection, row: RowMapping) -> str | None:
        """None for one that is damaged, or sealed under a master key that is not here."""
        try:
            return self._vault.open(connection, row["phone"], _place(row["appointment"], row["kind"]))
        except CannotOpen:
            return None

    def _give_up(self, now_ms: int) -> None:
        with self._database.read() as connection:
            if not store.reminders_late(connection, now_ms):
                return
        with self._database.write() as connection:
            dropped = store.drop_late_reminders(connection, now_ms)
        log.error("reminders.given_up", reminders=dropped)


def forget_all(database: Database, now_ms: int) -> int:
    """Without a gateway no number is kept: what one was kept for before goes, as a line of the audit."""
    with database.write() as connection:
        dropped = store.drop_every_reminder(connection)
        if dropped:
            facts = {"reminders": dropped}
            note(
                connection, at_ms=now_ms, actor=ACTOR, path=f"{ROOT}/", act="reminders.forget", object="reminder",
                detail=facts,
            )  # fmt: skip
            log.warning("reminders.forgotten", reminders=dropped)
    return dropped


def _message(row: RowMapping, phone: str, at_ms: int) -> dict[str, object]:
    """What the gateway is told: who, where and when, never why somebody comes."""
    clock, begins_ms = rules.clock_of(row["minute"]), local_ms(row["day"], row["minute"])
    text = {
        language: say(
            "central.reminder.TEXT", language, hall=row[f"name_{language}"], date=date_words(begins_ms, language),
            time=clock,
        )
        for language in ("zh", "en")
    }  # fmt: skip
    return {
        "event": "appointment_reminder",
        "id": f"{row['appointment']}/{row['kind']}/{row['day']}/{clock}",
        "at": rfc3339(at_ms),
        "kind": row["kind"],
        "phone": phone,
        "hall": row["hall"],
        "begins_at": rfc3339(begins_ms),
        "text_zh": text["zh"],
        "text_en": text["en"],
    }


def _place(appointment: str, kind: str) -> str:
    return f"reminder/phone/{appointment}/{kind}"
