"""The one who owns the states of small places: a command in, its events into the store, then the answer and the pages.

The rules are `hall.step`, as on a controller; the journal is the store itself. Events, views and the answer that a key
is given are one transaction, committed before anything shows them (contract LH-1). A place is read when somebody needs
it and let go when many others were needed since: one that nobody uses costs a row.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, Final
from weakref import WeakValueDictionary

from sqlalchemy import Connection

from central.clock import now_ms, steady_s
from central.database import Database
from central.failures import RefusedByRule
from central.identifiers import uuid7
from central.live import store as live_store
from central.live.hub import Hub
from central.once import once
from central.places import inventory, journal, store
from central.places.journal import Kept, Place
from central.places.limits import Limits
from central.places.plans import read_plan
from hall.devices.words import ReportStart
from hall.emptiness import is_empty
from hall.moment import Moment, local_day
from hall.queue.words import Tick
from hall.refusal import Code, Refusal
from hall.step import Command, step
from hall.wire import Event

IN_MEMORY: Final = 1000  # places; one in use takes about a tenth of a megabyte
_AT_ONCE: Final = 40  # places that one turn of the clock may have to read


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks for what: the same key gives the same answer and acts once."""

    actor: str
    key: str
    what: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command made happen, and the place after it."""

    place: Place
    events: tuple[Event, ...]
    now: Moment


Acting = Callable[[Command], Done]


class Keeper:
    """All small places. One thread at a time changes any of them, as the store has one writer.

    Nobody asks it within a transaction that writes: whoever changes a place waits for the store's turn.
    """

    def __init__(
        self,
        database: Database,
        hub: Hub,
        in_memory: int = IN_MEMORY,
        wall_ms: Callable[[], int] = now_ms,
        steady: Callable[[], float] = steady_s,
    ) -> None:
        self._database = database
        self._wall_ms, self._steady_s = wall_ms, steady
        self._hub = hub
        self._in_memory = in_memory
        self._places: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._hubs: WeakValueDictionary[str, Hub] = WeakValueDictionary()
        self.acts = Limits(60, 600)  # of one source: numbers taken and given up, ratings
        self.looks = Limits(600, 60)
        self._steady_from_ms = wall_ms() - int(steady() * 1000)

    def look(self, place: str) -> tuple[Place, Moment]:
        """The place as last committed, and this moment there; raises `NotFound`."""
        kept = self._places.get(place)
        if kept is None:
            with self._lock, self._database.read() as connection:
                kept = self._places.get(place) or self._read(connection, place)
        with suppress(KeyError):  # just let go
            self._places.move_to_end(place)
        shown = kept.shown
        return shown, self._moment(shown, kept.ahead_ms)

    def hub(self, place: str) -> Hub:
        """Whoever watches this place is woken by this; keep it while you watch."""
        with self._lock:
            found = self._hubs.get(place)
            if found is None:
                found = self._hubs[place] = Hub()
            return found

    def close(self) -> None:
        """End all streams."""
        with self._lock:
            hubs = list(self._hubs.values())
        for hub in hubs:
            hub.close()

    @property
    def in_memory(self) -> int:
        """How many places are read now."""
        return len(self._places)

    def ask(
        self, place: str, wish: Wish, command: Callable[[Place], Command], told: Callable[[Done], dict[str, Any]]
    ) -> dict[str, Any]:
        """Carry out one command; ``told`` makes its answer. Raises `Refusal`, for a repeated key again, `NotFound`."""

        def act(connection: Connection, kept: Kept) -> dict[str, Any]:
            def carry_out() -> dict[str, Any]:
                try:
                    return {"done": told(self._carry_out(connection, kept, command(kept.place)))}
                except Refusal as no:
                    return {"refused": no.code.value, "field": no.field, "params": no.params}

            if kept.place.closed:
                raise RefusedByRule("PLACE_CLOSED")
            return once(connection, wish.actor, wish.key, wish.what, self._wall_ms(), carry_out)

        answer = self._change(place, act)
        if "refused" in answer:
            raise Refusal(Code(answer["refused"]), answer["field"], **answer["params"])
        done: dict[str, Any] = answer["done"]
        return done

    def settle(self, place: str, act: Callable[[Connection, Place, Acting], dict[str, Any]]) -> dict[str, Any]:
        """What belongs together with commands at a place, in one transaction: ``act`` is given a way to carry out
        some, and changes what it likes. Its pages are told. Raises `Refusal`, `NotFound` and what ``act`` raises."""

        def within(connection: Connection, kept: Kept) -> dict[str, Any]:
            return act(connection, kept.place, lambda command: self._carry_out(connection, kept, command))

        answer = self._change(place, within)
        self.again(place)
        return answer

    def again(self, place: str) -> None:
        """Its row was changed: let it be read again, take up a plan that waits, and show its pages what it is now."""
        with self._lock:
            self._places.pop(place, None)
        self._change(place, lambda connection, kept: {}, told=True)

    def renamed(self) -> None:
        """Units have other names: every place is read again when somebody needs it, and open pages are told."""
        with self._lock:
            self._places.clear()
            watched = list(self._hubs.values())
        for hub in watched:
            hub.tell([])

    def pass_time(self, now: int) -> None:
        """Let time pass where somebody waits or works, and turn the days that are over."""
        with self._database.read() as connection:
            over = store.day_to_close(connection, local_day(now), _AT_ONCE)
            stirring = store.awake(connection)
        with self._lock:
            known = set(self._places)
        asleep = [place for place in stirring if place not in known][:_AT_ONCE]
        for place in dict.fromkeys((*over, *(one for one in stirring if one in known), *asleep)):
            self._tick(place)

    def _tick(self, place: str) -> None:
        """Looks at nothing but memory unless something happens."""
        at, now = self.look(place)
        if not step(at.state, at.plan, Tick(), now).events:
            return

        def act(connection: Connection, kept: Kept) -> dict[str, Any]:
            self._carry_out(connection, kept, Tick())
            return {}

        self._change(place, act)

    def _change(
        self, place: str, act: Callable[[Connection, Kept], dict[str, Any]], *, told: bool = False
    ) -> dict[str, Any]:
        """One transaction on one place. What memory holds of it is what the store holds, or nothing."""
        with self._lock:
            committed = False
            try:
                with self._database.write() as connection:
                    kept = self._places.get(place) or self._read(connection, place)
                    seq = kept.place.seq
                    answer = act(connection, kept)
                    if kept.place.plan_waits and is_empty(kept.place.state):
                        self._take_up_plan(connection, kept)
                kept.shown, committed = kept.place, True
            finally:
                if not committed:
                    self._places.pop(place, None)
            moved = told or kept.place.seq != seq
            watching = self._hubs.get(place) if moved else None
        if moved:
            self._hub.tell([place])
        if watching is not None:
            watching.tell([place])
        return answer

    def _carry_out(self, connection: Connection, kept: Kept, command: Command) -> Done:
        now, place = self._moment(kept.place, kept.ahead_ms), kept.place
        made = step(place.state, place.plan, command, now)
        if made.events:
            journal.write(connection, kept, made, now)
        return Done(kept.place, made.events, now)

    def _take_up_plan(self, connection: Connection, kept: Kept) -> None:
        """Nobody is there: what waited comes into force, as in an empty hall."""
        place, row = kept.place, store.read_place(connection, kept.place.id)
        assert row is not None
        revision = row["revision"] + 1
        plan = read_plan(place.id, row["name_zh"], row["name_en"], row["plan_next"], revision)
        store.change_place(connection, place.id, plan=row["plan_next"], plan_next=None, revision=revision)
        inventory.tell(connection, plan, place.epoch, self._wall_ms())
        kept.place = replace(place, plan=plan, plan_waits=False)
        self._carry_out(connection, kept, ReportStart(place.epoch, version("legal-hall"), revision))

    def _read(self, connection: Connection, place: str) -> Kept:
        kept = self._places[place] = journal.read(connection, place, self._steady_ms())
        while len(self._places) > self._in_memory:
            self._places.popitem(last=False)
        return kept

    def _moment(self, place: Place, ahead_ms: int) -> Moment:
        return Moment(max(self._steady_ms() + ahead_ms, place.steady_ms), self._wall_ms())

    def _steady_ms(self) -> int:
        return self._steady_from_ms + int(self._steady_s() * 1000)


def begin(connection: Connection, place: str, unit: str, names: tuple[str, str], plan: str, now: int) -> None:
    """A new place at a unit, in the caller's transaction."""
    epoch = uuid7(now)
    live_store.know(connection, place, now)
    store.stands_for(connection, place, unit)
    store.add_place(
        connection, id=place, epoch=epoch, made_ms=now, secret=secrets.token_hex(32), plan=plan, plan_next=None,
        revision=1, seq=0, steady_ms=now, day="", awake=False, closed_ms=None,
    )  # fmt: skip
    inventory.tell(connection, read_plan(place, *names, plan, 1), epoch, now)
