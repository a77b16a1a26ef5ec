"""The one thread that owns the hall's state: commands in, events to the journal, then answers, effects and listeners.

Commands that wait together are carried out together and share one sync of the disk (group commit). Nothing is answered,
shown, printed, spoken or published before that sync has returned (contract LH-1). An error that is nobody's fault but
ours ends the thread and with it the program: systemd starts it again and the journal is folded anew.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

import structlog

from edge.clock import Clock
from edge.hall_door import Answer, Command
from edge.journal import Journal, Stamp, state_text
from edge.memory import give_back_memory
from hall.devices.words import ReportClockStep
from hall.moment import Moment
from hall.plan import Plan
from hall.queue.words import DayClosed, Tick
from hall.refusal import Code, Refusal
from hall.shape import dump
from hall.state import HallState
from hall.step import Effect, apply, step
from hall.wire import Event, read_event, type_name

log = structlog.get_logger()

_GROUP: Final = 256
_TICK_MS: Final = 1000
_SNAPSHOT_EVERY: Final = 10_000  # events; a start folds so many at most, and a busy day is written down a few times


@dataclass(frozen=True, slots=True)
class _Request:
    """A command, or a piece of work on the journal, and where its answer goes."""

    command: Command | None
    key: str | None
    work: Callable[[Journal], Any] | None
    answer: Future[Any]


@dataclass(slots=True)
class _Carried:
    request: _Request
    answer: Answer | Any


class HallLoop:
    """`edge.hall_door.HallDoor`'s core. ``effects`` gets what must be done, after the commit."""

    def __init__(self, journal: Journal, plan: Plan, clock: Clock, effects: Callable[[Sequence[Effect]], None]) -> None:
        self.plan = plan
        self._journal = journal
        self._clock = clock
        self._effects = effects
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._listeners_lock = threading.Lock()
        self._state, self._seq = _fold(journal)
        self._snapshot_seq = self._seq
        self._tick_due_ms = self._turned_ms = 0
        self._saving: threading.Thread | None = None
        self.failed: BaseException | None = None
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hall-loop", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 4.0) -> None:
        """Carry out what waits, keep the state, end."""
        self._requests.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def ask(self, command: Command, key: str | None = None) -> Answer:
        """Carry out one command; returns after its events are on the disk; raises `Refusal`."""
        answer: Answer = self._put(_Request(command, key, None, Future())).result()
        return answer

    def submit(self, command: Command) -> Future[Answer]:
        """Carry out one command; the future has the answer or the `Refusal`."""
        return self._put(_Request(command, None, None, Future()))

    def tell(self, command: Command) -> None:
        """Carry out one command without waiting; a refusal is logged."""
        self.submit(command).add_done_callback(_log_refusal)

    def daily_key(self, name: str, day: str) -> str:
        """A secret for that day, made at first asking; the one of the day before is gone then."""

        def find(journal: Journal) -> str:
            kept = journal.read_meta(name)
            if kept is None or kept["day"] != day:
                kept = {"day": day, "key": secrets.token_hex(32)}
                journal.write_meta(name, kept)
            return str(kept["key"])

        return str(self.on_journal(find))

    def on_journal(self, work: Callable[[Journal], Any]) -> Any:
        """Let the owning thread do something with the journal, committed with the next group."""
        return self._put(_Request(None, None, work, Future())).result()

    def look(self) -> tuple[HallState, int]:
        return self._state, self._seq

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        with self._listeners_lock:
            self._listeners = (*self._listeners, listener)

        def stop() -> None:
            with self._listeners_lock:
                self._listeners = tuple(item for item in self._listeners if item is not listener)

        return stop

    def _put(self, request: _Request) -> Future[Any]:
        if self.ended.is_set():
            request.answer.set_exception(RuntimeError("the hall's loop has ended"))
        else:
            self._requests.put(request)
        return request.answer

    def _run(self) -> None:
        try:
            going = True
            while going:
                group, going = self._gather()
                self._carry_out(group)
            self._save_state()
        except BaseException as problem:
            self.failed = problem
            log.exception("loop.failed")
            raise
        finally:
            self.ended.set()
            self._turn_away()

    def _gather(self) -> tuple[list[_Request], bool]:
        """The next group: what waits, and once a second the passing of time before it."""
        self._turned_ms = self._clock.mono_ms()
        group: list[_Request] = []
        wait_s = max(0.0, self._tick_due_ms - self._clock.mono_ms()) / 1000
        try:
            item = self._requests.get(timeout=wait_s) if wait_s else self._requests.get_nowait()
            while item is not None:
                group.append(item)
                if len(group) >= _GROUP:
                    break
                item = self._requests.get_nowait()
            going = item is not None
        except queue.Empty:
            going = True
        if self._clock.mono_ms() >= self._tick_due_ms:
            group = [*self._time_passes(), *group]
        return group, going

    def _time_passes(self) -> list[_Request]:
        self._tick_due_ms = self._clock.mono_ms() + _TICK_MS
        ticks = [_Request(Tick(), None, None, Future())]
        moved_ms = self._clock.stepped_ms()
        if moved_ms is not None:
            log.warning("clock.stepped", by_ms=moved_ms)
            ticks.append(_Request(ReportClockStep(moved_ms), None, None, Future()))
        return ticks

    def turns_within_s(self, seconds: float) -> bool:
        """Whether the loop has begun a turn lately: for whoever watches that it does not hang."""
        return self._clock.mono_ms() - self._turned_ms < seconds * 1000

    def _carry_out(self, group: list[_Request]) -> None:
        try:
            self._carry_out_together(group)
        except BaseException as problem:
            for request in group:
                if not request.answer.done():
                    request.answer.set_exception(problem)
            raise

    def _carry_out_together(self, group: list[_Request]) -> None:
        before, carried, effects = self._seq, list[_Carried](), list[Effect]()
        refused: list[tuple[_Request, Refusal]] = []  # told after the commit: it may name what this group wrote
        now, mono_ms = self._clock.now(), self._clock.mono_ms()
        stamp = Stamp(now, mono_ms, self._clock.quality())
        for request in group:
            try:
                carried.append(_Carried(request, self._one(request, stamp, effects)))
            except Refusal as refusal:
                refused.append((request, refusal))
        self._journal.commit()
        if effects:
            self._effects(effects)
        for item in carried:
            item.request.answer.set_result(item.answer)
        for request, why in refused:
            request.answer.set_exception(why)
        if self._seq != before:
            for listener in self._listeners:
                listener()
            if self._seq - self._snapshot_seq >= _SNAPSHOT_EVERY:
                self._save_state_aside()
        self._journal.tidy()

    def _one(self, request: _Request, stamp: Stamp, effects: list[Effect]) -> Answer | Any:
        if request.work is not None:
            return request.work(self._journal)
        assert request.command is not None
        known = self._journal.answer(request.key) if request.key is not None else None
        if known is not None:
            return self._known(known)
        try:
            result = step(self._state, self.plan, request.command, stamp.moment)
        except Refusal as refusal:
            self._remember_refusal(request.key, refusal, stamp.moment)
            raise
        self._seq = self._journal.append(result.events, stamp)
        self._state = result.state
        effects.extend(result.effects)
        if request.key is not None:
            body = [[type_name(event), dump(event)] for event in result.events]
            self._journal.remember_answer(request.key, stamp.moment.steady_ms, {"seq": self._seq, "events": body})
        if any(isinstance(event, DayClosed) for event in result.events):
            self._prune(stamp.moment)
        return Answer(result.events, result.state, self._seq)

    def _remember_refusal(self, key: str | None, refusal: Refusal, now: Moment) -> None:
        """The same key gives the same answer, also when it was a refusal."""
        if key is not None:
            told = {"refused": refusal.code.value, "field": refusal.field, "params": refusal.params}
            self._journal.remember_answer(key, now.steady_ms, told)

    def _known(self, known: dict[str, Any]) -> Answer:
        if "refused" in known:
            raise Refusal(Code(known["refused"]), known["field"], **known["params"])
        events: list[Event] = [event for name, data in known["events"] if (event := read_event(name, data)) is not None]
        return Answer(tuple(events), self._state, known["seq"], repeated=True)

    def _prune(self, now: Moment) -> None:
        gone = self._journal.prune(int(self._journal.read_meta("acked") or 0), now)
        if gone:
            log.info("journal.pruned", events=gone)

    def _save_state(self) -> None:
        if self._saving is not None:
            self._saving.join()
        self._journal.save_state(self._seq, state_text(self._state))
        self._snapshot_seq = self._seq

    def _save_state_aside(self) -> None:
        """A big day takes long to write down; the state never changes, so another thread can do it."""
        if self._saving is not None and self._saving.is_alive():
            return
        state, seq = self._state, self._seq
        self._snapshot_seq = seq

        def write() -> None:
            text = state_text(state)
            give_back_memory()
            self._put(_Request(None, None, lambda journal: journal.save_state(seq, text), Future()))

        self._saving = threading.Thread(target=write, name="hall-state", daemon=True)
        self._saving.start()

    def _turn_away(self) -> None:
        while True:
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                return
            if request is not None:
                request.answer.set_exception(RuntimeError("the hall's loop has ended"))


def _fold(journal: Journal) -> tuple[HallState, int]:
    """The state that the journal tells: the kept one, and every event after it."""
    state, seq = journal.saved_state()
    for number, event, at in journal.events(seq):
        seq = number
        if event is not None:
            state = apply(state, event, at)
    return state, seq


def _log_refusal(answer: Future[Any]) -> None:
    problem = answer.exception()
    if isinstance(problem, Refusal):
        log.info("command.refused", code=problem.code.value)
