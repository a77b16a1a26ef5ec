"""Looks at all halls every few seconds and opens and ends alarms; one thread alone writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import structlog
from sqlalchemy import Connection, RowMapping

from central.accounts import store as accounts
from central.accounts.rules import EMERGENCY_MS
from central.aid import arrivals
from central.alarms import store
from central.alarms.rules import CENTRAL, SETTLE_MS, Key, Patience, Rule, Verdict, knows, measures, standard
from central.alarms.telling import told
from central.database import Database
from central.live.board import Board, Link
from central.live.hub import Hub
from central.strict_json import write_json
from hall_config.wording import rfc3339

EVERY_S: Final = 5.0
_CUT: Final = Key(CENTRAL, "broker_cut")
_RECOUNT: Final = "report_recount"
Recounts = Callable[[], Mapping[str, int] | None]
log = structlog.get_logger()


class AlarmWatch:
    """Remembers since when things are wrong, and since when central's own line is down."""

    def __init__(
        self, database: Database, board: Board, hub: Hub, link: Link, *, tells: bool = False,
        recounts: Recounts = dict,
    ) -> None:  # fmt: skip
        """``tells``: whether there is a webhook to which messages are written. ``recounts``: forms of the monthly
        report that are not what their records say; None while nobody knows yet."""
        self._database, self._board, self._hub, self._link = database, board, hub, link
        self._patience = Patience()
        self._tells, self._recounts = tells, recounts
        self._cut_ms: int | None = None

    def look(self, now_ms: int) -> None:
        """One look; what it changes is in the store, in the pages and on its way to the webhook when it returns."""
        self._board.bring_up(now_ms)
        with self._database.read() as connection:
            known = {_key(row): row for row in store.open_alarms(connection)}
            own = store.own_rules(connection)
            broken_seals = accounts.emergencies_since(connection, now_ms - EMERGENCY_MS + 1)
            unopened = Counter(row["hall"] for row in arrivals.aside(connection))
        measured, blind, paths = self._measure(now_ms)
        measured |= {Key(CENTRAL, "emergency_open", row["name"]): 1 for row in broken_seals}
        measured |= {Key(hall, "aid_aside"): count for hall, count in unopened.items()}
        measured |= self._forms_apart(known)
        rules = {key: _rule_for(key, paths, own) for key in {*measured, *known}}
        sound = {key: rule for key, rule in rules.items() if rule is not None}
        measured = {key: value for key, value in measured.items() if key in sound}
        worst = {key: row["value"] for key, row in known.items()}
        verdict = self._patience.look(measured, worst, blind, sound, now_ms)
        if verdict.opened or verdict.ended or verdict.worse:
            self._write(verdict, known, sound, now_ms)

    def _forms_apart(self, known: Mapping[Key, RowMapping]) -> dict[Key, int]:
        """An alarm that is open stays so until its form was computed again."""
        found = self._recounts()
        if found is None:
            return {key: row["value"] for key, row in known.items() if key.rule == _RECOUNT}
        return {Key(CENTRAL, _RECOUNT, form): count for form, count in found.items()}

    def _measure(self, now_ms: int) -> tuple[dict[Key, int], set[str], dict[str, str]]:
        """What is known now, the halls of which nothing is, and where each stands."""
        lines = self._board.signals()
        paths = {hall: path for hall, path, _, _ in lines}
        up_since = self._link.up_since_ms
        self._cut_ms = None if up_since else self._cut_ms or now_ms
        if self._cut_ms is not None:
            return {_CUT: (now_ms - self._cut_ms) // 1000}, set(paths), paths
        found = {_CUT: 0}
        if now_ms - up_since < SETTLE_MS:
            return found, set(paths), paths
        blind = set()
        for hall, _, online, signals in lines:
            if online and not knows(online, signals, now_ms):
                blind.add(hall)
                continue
            if not online:
                blind.add(hall)
            found.update(measures(hall, online, signals, now_ms))
        return found, blind, paths

    def _write(self, verdict: Verdict, known: Mapping[Key, RowMapping], rules: Mapping[Key, Rule], now_ms: int) -> None:
        ended = [known[key]["id"] for key in verdict.ended]
        with self._database.write() as connection:
            store.begin(connection, verdict.opened, rules, now_ms)
            for key, value in verdict.worse.items():
                store.worsen(connection, known[key]["id"], value)
            store.end(connection, ended, now_ms)
            if self._tells:
                opened = [row for row in store.open_alarms(connection) if _key(row) in verdict.opened]
                over = [store.require_alarm(connection, number, "") for number in ended]
                tell(connection, opened, "opened", now_ms)
                tell(connection, over, "ended", now_ms)
        for key in verdict.opened:
            log.warning("alarm.opened", hall=key.hall, rule=key.rule, subject=key.subject)
        for key in verdict.ended:
            log.info("alarm.ended", hall=key.hall, rule=key.rule, subject=key.subject)
        if verdict.opened or verdict.ended:
            self._hub.tell_alarms({key.hall for key in {*verdict.opened, *verdict.ended}})


def tell(connection: Connection, rows: Iterable[RowMapping], event: str, now_ms: int) -> None:
    """One message to the webhook for all of them together, so that an outage is one message and not a hundred."""
    alarms: list[dict[str, Any]] = [told(row) for row in rows]
    if alarms:
        store.add_message(connection, write_json({"event": event, "at": rfc3339(now_ms), "alarms": alarms}), now_ms)


def _key(row: RowMapping) -> Key:
    return Key(row["hall"], row["rule"], row["subject"])


def _rule_for(key: Key, paths: Mapping[str, str], own: Iterable[RowMapping]) -> Rule | None:
    """The nearest unit's above the hall, else the standard one; None for a rule or hall that is no more."""
    if key.hall != CENTRAL and key.hall not in paths:
        return None
    found = standard().get(key.rule)
    if found is None:
        return None
    for row in own:  # from the root down
        if row["rule"] == key.rule and paths.get(key.hall, "city/").startswith(row["path"]):
            found = store.as_rule(row)
    return found
