"""Central recounts by itself: at night, every form that was drawn up, sent or locked since it did so last.

It reads beside the writing connection and holds nobody up; a round ends after a while and goes on the next time. What
it finds is an alarm until the form is right. After a start everything of the last weeks is looked at again; until that
is done, nothing is said about alarms that are open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import structlog
from sqlalchemy import Connection

from central.clock import now_ms
from central.database import Database
from central.report import store
from central.report.stages import Move
from central.report_recount import store_of_forms as forms
from central.report_recount.differences import Recount
from central.report_recount.work import Again
from hall.moment import local_minute

EVERY_S: Final = 600.0
_MOVES: Final = (Move.DRAW_UP, Move.NOTHING, Move.RECALL, Move.ACCEPT, Move.CLOSE, Move.CORRECT)
_NIGHT: Final = (60, 5 * 60)  # local minutes
_ROUND_MS: Final = 480_000  # a round is over before the next begins
_LOOK_BACK_MS: Final = 70 * 86_400_000  # two months' forms, after a start
Form = tuple[str, str]  # unit, period
log = structlog.get_logger()


class NightlyRecount:
    """A job's work, and what the alarms ask it."""

    def __init__(self, database: Database, clock: Callable[[], int] = now_ms) -> None:
        self._database, self._clock = database, clock
        self._since_ms: int | None = None
        self._waiting: dict[Form, None] = {}
        self._found: dict[Form, int] = {}
        self._first_round_done = False

    def found(self) -> Mapping[str, int] | None:
        """Form -> in how many places it is not what its records say; None while that is not known yet."""
        if not self._first_round_done:
            return None
        return {f"{unit}/{period}": count for (unit, period), count in self._found.items()}

    def look(self, now: int) -> int:
        """How many forms were computed again; by day none."""
        if not _NIGHT[0] <= local_minute(now) < _NIGHT[1]:
            return 0
        return self.round(now)

    def round(self, now: int) -> int:
        """As many of the forms that wait as a round's time allows."""
        since_ms = self._since_ms if self._since_ms is not None else now - _LOOK_BACK_MS
        with self._database.read() as connection:
            moved = forms.moved_since(connection, _MOVES, since_ms)
        # a difference that is there is looked at again, so that its alarm ends once it is put right
        self._waiting |= dict.fromkeys([*moved, *self._found])
        self._since_ms = now
        done, end_ms = 0, self._clock() + _ROUND_MS
        while self._waiting and self._clock() < end_ms:
            form = next(iter(self._waiting))
            self._take(form, now)
            del self._waiting[form]
            done += 1
        self._first_round_done |= not self._waiting
        return done

    def _take(self, form: Form, now: int) -> None:
        with self._database.read() as connection:
            told = recount(connection, *form, now)
        count = len(told.sure) if told is not None else 0
        if told is not None and count:
            self._found[form] = count
            cells = sorted({one.code or one.place.value for one in told.sure})
            log.warning("report.recount_differs", unit=form[0], period=form[1], version=told.version, cells=cells)
        else:
            self._found.pop(form, None)


def recount(connection: Connection, unit: str, period: str, now: int) -> Recount | None:
    """A form at the version it stands at, with its own part and what was live below it; those that were sent to it are
    looked at by themselves."""
    row = store.form_of(connection, unit, period)
    if row is None or not row["version"]:
        return None
    return Again(connection, period, now, deep=False).version(forms.unit(connection, unit), row["version"])
