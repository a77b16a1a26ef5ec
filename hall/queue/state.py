"""The queue as it stands: tickets, windows, who waits where. Frozen; ``apply`` makes the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hall.queue.words import Channel, PauseReason, Priority, Why


class TicketState(StrEnum):
    """States of a ticket (domain rules 2.4). TRANSFERRED is WAITING again in another queue."""

    WAITING = "WAITING"
    CALLED = "CALLED"
    SERVING = "SERVING"
    HELD = "HELD"
    DONE = "DONE"
    NO_SHOW = "NO_SHOW"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class WindowState(StrEnum):
    """States of a window (domain rules 2.4)."""

    CLOSED = "CLOSED"
    IDLE = "IDLE"
    CALLING = "CALLING"
    SERVING = "SERVING"
    PAUSED = "PAUSED"
    LUNCH = "LUNCH"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A numbered place in a queue. ``*_ms`` are steady counts; ``issued_wall_ms`` is for people."""

    number: str
    service: str
    token: str
    state: TicketState
    channel: Channel
    issued_ms: int
    issued_wall_ms: int
    ahead_at_issue: int
    estimated_wait_s: int | None
    priority: Priority | None = None
    card_mark: str | None = None
    persons: int = 1
    window: int | None = None  # where it is called, served or held; where it is sent by a transfer
    calls: int = 0
    last_call_ms: int = 0  # the last call that counted towards a no-show
    waited_s: int | None = None  # issue to first call; fixed by the first call
    serving_since_ms: int | None = None
    served_ms: int = 0  # finished stretches of service, without holds
    held_since_ms: int | None = None
    held_ms: int = 0
    restored: bool = False
    transferred: bool = False
    person: str | None = None  # on duty, and asked for
    private: bool = False
    senior: bool = False  # among the elders, of the age that goes first
    priority_by: str | None = None
    slot_ms: int | None = None  # its appointed time
    modelled_wait_s: int | None = None
    wait_bound_s: int | None = None
    called_ms: int | None = None  # its first call
    why: Why | None = None  # the rule of its last call
    called_by: str | None = None
    overtook: int = 0
    sent_on_ms: int | None = None  # when it was last missed, or sent to another window


@dataclass(frozen=True, slots=True)
class Undoable:
    """What a window did last, and the ticket as it was before, so that a slip of the finger can be taken back."""

    act: str  # the event's class name
    number: str
    ticket: Ticket
    at_ms: int
    served_s: int = 0
    ahead: tuple[str, ...] = ()  # before a call: who stood before it in its queue


@dataclass(frozen=True, slots=True)
class Window:
    """A window now. ``last_act`` is the last command's name, for the double-press rule."""

    number: int
    state: WindowState = WindowState.CLOSED
    staff: str | None = None
    ticket: str | None = None
    held: tuple[str, ...] = ()  # tickets that this window has put on hold, oldest first
    since_ms: int = 0
    pause: PauseReason | None = None
    last_act: str = ""
    last_act_ms: int = 0
    undoable: Undoable | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A call of a class that counts for the turn between priority and ordinary tickets."""

    number: str
    priority: bool


@dataclass(frozen=True, slots=True)
class Assignment:
    """Other classes for a while."""

    services: tuple[str, ...]
    until_ms: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How long services of one class took today."""

    served: int = 0
    total_s: int = 0


@dataclass(frozen=True, slots=True)
class QueueState:
    """All tickets of the day and all windows."""

    day: str | None = None
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by service class, first to be called first
    sent_to: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # transferred to one window
    windows: Mapping[int, Window] = field(default_factory=dict)
    last_serial: Mapping[str, int] = field(default_factory=dict)  # by service class
    pace: Mapping[str, Pace] = field(default_factory=dict)
    turns: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict)  # the last calls of each service class
    by_token: Mapping[str, str] = field(default_factory=dict)  # today's numbers by token
    by_card: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # today's numbers by card mark
    tally: Mapping[str, int] = field(default_factory=dict)  # today's tickets by state
    past: Mapping[str, tuple[Pace, ...]] = field(default_factory=dict)  # the pace of the last days, newest last
    experience: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # see hall/queue/forecast.py
    levels: Mapping[str, int] = field(default_factory=dict)  # see hall/queue/forecast.py
    lately: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # the classes of a window's last calls
    assigned: Mapping[int, Assignment] = field(default_factory=dict)
    stopped: Mapping[str, str] = field(default_factory=dict)  # classes that give no more numbers today, and why
    lunch_until: int | None = None  # all windows have lunch until this local minute
    lunch_over: tuple[int, ...] = ()  # windows whose clerk works on in the lunch of all

    def window(self, number: int) -> Window:
        return self.windows.get(number, Window(number))
