"""Everything that can be asked of the queue, can happen in it, or must be done for it, on one page.

Commands are imperative, events past tense, effects imperative to a device.
Events are frozen for ever: a new required field is a new type number (contract section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Priority(StrEnum):
    """A lawful reason to be called earlier; only the code is kept (domain rules 2.3)."""

    ELDER = "ELDER"  # 老年人权益保障法 2, 53
    DISABLED = "DISABLED"  # 残疾人保障法 55
    MILITARY = "MILITARY"  # 军人地位和权益保障法 61
    PREGNANT = "PREGNANT"
    INFANT = "INFANT"
    MINOR = "MINOR"
    ILL = "ILL"
    FIRE_RESCUE = "FIRE_RESCUE"
    URGENT = "URGENT"  # 法律援助法 44; personal safety


class PauseReason(StrEnum):
    """Why a window calls nobody for now (domain rules 2.4)."""

    PAPERS = "PAPERS"  # 材料
    MEETING = "MEETING"  # 会议
    FAULT = "FAULT"  # 设备故障
    LUNCH = "LUNCH"  # 午间休息
    OTHER = "OTHER"  # 其他


class Why(StrEnum):
    """Which rule chose the ticket that was called; the words stand in the catalogue under ``why.<rule>``."""

    TURN = "TURN"  # the head of its queue
    PRIORITY = "PRIORITY"  # a lawful priority
    PATIENCE = "PATIENCE"  # an ordinary ticket after the longest run of priority calls
    OVERDUE = "OVERDUE"  # waited so long that its class comes before the window's earlier ones
    SHARE = "SHARE"  # its class had less than its share of this window's calls
    APPOINTMENT = "APPOINTMENT"  # its appointed time has come
    TRANSFERRED = "TRANSFERRED"  # moved from another class, keeps its wait
    SENT = "SENT"  # sent to this very window
    PERSON = "PERSON"  # asked for the person at this window
    CHOSEN = "CHOSEN"  # staff called this number, with a reason


class JumpReason(StrEnum):
    """Why staff call a number out of its turn; a code, never a story."""

    PRIORITY_SEEN = "PRIORITY_SEEN"  # 现场认定优先
    BACK_WITH_PAPERS = "BACK_WITH_PAPERS"  # 补齐材料返回
    SAME_MATTER = "SAME_MATTER"  # 与上一件同案办理
    MISTAKE = "MISTAKE"  # 纠正叫号差错
    SUPERVISOR = "SUPERVISOR"  # 值班负责人安排
    OTHER = "OTHER"  # 其他


class StopReason(StrEnum):
    """Why a class gives no more numbers now; the words stand in the catalogue under ``stop.<reason>``."""

    HOURS = "HOURS"  # outside its hours
    REST = "REST"  # closed the whole day
    TIME = "TIME"  # closing is near
    CAPACITY = "CAPACITY"  # whoever waits already fills the time that is left
    CAP = "CAP"  # today's numbers are given
    APPOINTMENT = "APPOINTMENT"  # by appointment only
    DUTY = "DUTY"  # nobody is on duty for it
    EVACUATION = "EVACUATION"


class Channel(StrEnum):
    """Where a ticket was taken."""

    MACHINE = "MACHINE"
    CARD = "CARD"
    DESK = "DESK"
    KIOSK = "KIOSK"
    PHONE = "PHONE"


# --- commands ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakeTicket:
    """Give a number. ``token`` is an opaque secret of the asker's making; ``card_mark`` a keyed hash of today's key.

    ``age`` decides the elder priority and is then forgotten; it is in no event. ``staff`` is who issues it for
    somebody and may pass over what stops a machine. ``person`` is somebody on duty whom the visitor asks for.
    """

    service: str
    token: str
    channel: Channel = Channel.MACHINE
    priority: Priority | None = None
    card_mark: str | None = None
    age: int | None = None
    persons: int = 1
    person: str | None = None
    private: bool = False
    staff: str | None = None
    waives_priority: bool = False  # an elder who was asked and wants to wait as others do


@dataclass(frozen=True, slots=True)
class CallNext:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class CallNumber:
    """Call this number out of its turn; ``reason`` says why, and who calls is who answers for it."""

    window: int
    staff: str
    number: str
    reason: JumpReason = JumpReason.OTHER


@dataclass(frozen=True, slots=True)
class Recall:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class Start:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class Finish:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class Hold:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class ResumeHeld:
    """Take up a held ticket again; without a number the one that this window has held longest."""

    window: int
    staff: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Move the ticket at this window, keeping its number, to a class, to a window that serves its class, or to both."""

    window: int
    staff: str
    to_service: str | None = None
    to_window: int | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    number: str
    staff: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give a waiting ticket up; by number (staff) or by token (the visitor's own slip)."""

    number: str | None = None
    token: str | None = None
    by: str = "visitor"


@dataclass(frozen=True, slots=True)
class OpenWindow:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class PauseWindow:
    window: int
    staff: str
    reason: PauseReason = PauseReason.OTHER


@dataclass(frozen=True, slots=True)
class ResumeWindow:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class CloseWindow:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class AssignWindow:
    """Let a window serve other classes for a while; after ``for_s`` seconds it has its own again."""

    window: int
    staff: str
    services: tuple[str, ...]
    for_s: int = 3600


@dataclass(frozen=True, slots=True)
class EndAssignment:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class MarkPriority:
    """The desk has seen a lawful reason, or takes back one that was not there (``priority`` None)."""

    number: str
    staff: str
    priority: Priority | None


@dataclass(frozen=True, slots=True)
class MarkPrivate:
    """From now on the number only, a closed room, nothing spoken."""

    number: str
    staff: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last act at this window, within ``undo_s``, where the rules allow it."""

    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class ReprintSlip:
    number: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; about once a second. Turns the day."""


# --- events -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayOpened:
    day: str


@dataclass(frozen=True, slots=True)
class DayClosed:
    day: str
    issued: int
    done: int
    no_show: int
    cancelled: int
    expired: int


@dataclass(frozen=True, slots=True)
class TicketIssued:
    day: str
    number: str
    service: str
    token: str
    channel: Channel
    ahead: int
    estimated_wait_s: int | None
    priority: Priority | None = None
    card_mark: str | None = None
    persons: int = 1
    wait_bound_s: int | None = None  # four of five visitors wait no longer
    modelled_wait_s: int | None = None  # what the plan of the windows says before experience corrects it
    person: str | None = None
    private: bool = False
    senior: bool = False
    priority_by: str | None = None  # who granted it: "card", "visitor", or the staff's name
    slot_ms: int | None = None  # the appointed time, on the steady count


@dataclass(frozen=True, slots=True)
class TicketCalled:
    day: str
    number: str
    service: str
    window: int
    staff: str
    waited_s: int
    priority: Priority | None = None
    overtook: int = 0  # tickets that had waited longer in the same queue when this one was chosen
    why: Why = Why.TURN
    reason: JumpReason | None = None  # when staff chose it


@dataclass(frozen=True, slots=True)
class TicketRecalled:
    """Asked again. ``call`` counts the calls that are far enough apart to lead to a no-show."""

    day: str
    number: str
    window: int
    staff: str
    call: int


@dataclass(frozen=True, slots=True)
class TicketReturned:
    """Called, then put back: to the head of its queue because the window stopped, or where it stood because the call
    was a mistake (``undone``)."""

    day: str
    number: str
    window: int
    undone: bool = False
    first: bool = False  # the call taken back was its first, so that it has not waited until a call yet


@dataclass(frozen=True, slots=True)
class TicketServedStarted:
    day: str
    number: str
    service: str
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class TicketFinished:
    day: str
    number: str
    service: str
    window: int
    staff: str
    served_s: int
    held_s: int = 0


@dataclass(frozen=True, slots=True)
class TicketNoShow:
    day: str
    number: str
    service: str
    window: int
    staff: str
    calls: int


@dataclass(frozen=True, slots=True)
class TicketRestored:
    day: str
    number: str
    service: str
    place: int
    staff: str


@dataclass(frozen=True, slots=True)
class TicketHeld:
    day: str
    number: str
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class TicketResumed:
    day: str
    number: str
    window: int
    staff: str
    held_s: int


@dataclass(frozen=True, slots=True)
class TicketTransferred:
    day: str
    number: str
    from_service: str
    from_window: int
    to_service: str
    to_window: int | None
    staff: str


@dataclass(frozen=True, slots=True)
class TicketCancelled:
    day: str
    number: str
    service: str
    by: str


@dataclass(frozen=True, slots=True)
class TicketExpired:
    day: str
    number: str
    service: str


@dataclass(frozen=True, slots=True)
class TicketReopened:
    """Back in service: the act before was a mistake. ``undid`` is that event's name."""

    day: str
    number: str
    service: str
    window: int
    staff: str
    undid: str


@dataclass(frozen=True, slots=True)
class TicketKeptCalled:
    """Still called: the act before was a mistake."""

    day: str
    number: str
    service: str
    window: int
    staff: str
    undid: str


@dataclass(frozen=True, slots=True)
class TicketPrioritised:
    day: str
    number: str
    service: str
    priority: Priority | None
    staff: str


@dataclass(frozen=True, slots=True)
class TicketMadePrivate:
    day: str
    number: str
    staff: str


@dataclass(frozen=True, slots=True)
class TicketHandedOver:
    """It asked for a person who is not here; it keeps its place and waits for anybody of its class."""

    day: str
    number: str
    service: str
    person: str


@dataclass(frozen=True, slots=True)
class IssuingStopped:
    """This class gives no more numbers today."""

    day: str
    service: str
    reason: StopReason


@dataclass(frozen=True, slots=True)
class LunchBegan:
    """All windows stop for lunch as they become free; tickets are kept. ``until`` is a local minute of the day."""

    day: str
    until: int


@dataclass(frozen=True, slots=True)
class LunchEnded:
    day: str


@dataclass(frozen=True, slots=True)
class WindowAssigned:
    window: int
    services: tuple[str, ...]
    for_s: int
    staff: str


@dataclass(frozen=True, slots=True)
class WindowAssignmentEnded:
    """The window serves its own classes again; ``staff`` is empty when its time was over."""

    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class SlipReprinted:
    """The same number on paper again, because the first slip did not come out or was lost."""

    day: str
    number: str


@dataclass(frozen=True, slots=True)
class WindowOpened:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class WindowPaused:
    window: int
    staff: str
    reason: PauseReason


@dataclass(frozen=True, slots=True)
class WindowResumed:
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class WindowClosed:
    window: int
    staff: str


# --- effects ----------------------------------------------------------------------------------------------


class Face(StrEnum):
    """What a window's sign says; the words stand in the catalogue under ``sign.<face>``."""

    IDLE = "idle"
    CALLED = "called"
    SERVING = "serving"
    PAUSED = "paused"
    LUNCH = "lunch"
    CLOSED = "closed"
    EVACUATE = "evacuate"


@dataclass(frozen=True, slots=True)
class ShowOnSign:
    window: int
    face: Face
    number: str | None = None


@dataclass(frozen=True, slots=True)
class ShowOnTerminal:
    """The keypad's small display: how many wait for this window, and the ticket that it has."""

    window: int
    waiting: int
    number: str | None


class Phrase(StrEnum):
    """What is spoken; the words stand in the catalogue under ``speech.<phrase>``."""

    CALL = "call"
    RECALL = "recall"
    LAST_CALL = "last_call"
    MISSED = "missed"
    TRANSFER = "transfer"
    STOP = "stop"
    EVACUATE = "evacuate"  # again and again, before and over all others, until it is withdrawn


@dataclass(frozen=True, slots=True)
class Announce:
    """``number`` is empty where the phrase is for everybody; ``room`` is the number on a door that calls."""

    phrase: Phrase
    number: str
    window: int | None
    call: int = 1
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Unsay:
    """Say no more of this number; with an empty number, end what is said to everybody."""

    number: str


@dataclass(frozen=True, slots=True)
class PrintSlip:
    number: str
    service: str
    token: str
    issued_wall_ms: int
    ahead: int
    estimated_wait_s: int | None
    reprint: bool = False


Command = (
    TakeTicket
    | CallNext
    | CallNumber
    | Recall
    | Start
    | Finish
    | MarkNoShow
    | Hold
    | ResumeHeld
    | Transfer
    | Restore
    | Cancel
    | OpenWindow
    | PauseWindow
    | ResumeWindow
    | CloseWindow
    | AssignWindow
    | EndAssignment
    | MarkPriority
    | MarkPrivate
    | Undo
    | ReprintSlip
    | Tick
)
Event = (
    DayOpened
    | DayClosed
    | TicketIssued
    | TicketCalled
    | TicketRecalled
    | TicketReturned
    | TicketServedStarted
    | TicketFinished
    | TicketNoShow
    | TicketRestored
    | TicketHeld
    | TicketResumed
    | TicketTransferred
    | TicketCancelled
    | TicketExpired
    | TicketReopened
    | TicketKeptCalled
    | TicketPrioritised
    | TicketMadePrivate
    | TicketHandedOver
    | IssuingStopped
    | LunchBegan
    | LunchEnded
    | WindowAssigned
    | WindowAssignmentEnded
    | SlipReprinted
    | WindowOpened
    | WindowPaused
    | WindowResumed
    | WindowClosed
)
Effect = ShowOnSign | ShowOnTerminal | Announce | Unsay | PrintSlip
