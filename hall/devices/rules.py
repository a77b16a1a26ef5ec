"""What the hall makes of its devices' reports: a fault is an event once, when it begins and when it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.devices import words
from hall.devices.state import DevicesState, Fault, NoticeKept
from hall.ledger import put
from hall.moment import Moment
from hall.personal_numbers import LONG_NUMBER, SPELLED_NUMBER
from hall.queue.state import QueueState
from hall.queue.words import DayOpened
from hall.refusal import Code, Refusal

_MOST: Final = 5  # notices that wait
_MOST_URGENT: Final = 10
_KEPT: Final = 8  # of today's last notices
FORGOTTEN_MS: Final = 600_000  # one that was not said by then will not be


def decide(state: DevicesState, queue: QueueState, command: words.Command, now: Moment) -> list[words.Event]:
    """The events that answer a report; a report that says nothing new gives none."""
    match command:
        case words.ReportDevice():
            return _device(state, command, now)
        case words.ReportSlip(number=number, printed=printed, reason=reason):
            if number not in queue.tickets or state.slips.get(number) == ("" if printed else reason):
                return []
            day = queue.day or ""
            return [words.SlipPrinted(day, number) if printed else words.SlipFailed(day, number, reason)]
        case words.ReportSpoken(number=number, window=window, call=call, device=device, notice=notice):
            return [words.AnnouncementSpoken(queue.day or "", number, window, call, device, notice)]
        case words.SayNotice():
            return [_notice(state, queue, command, now)]
        case words.ReportClockStep(by_ms=by_ms):
            return [words.ClockStepped(by_ms)]
        case words.ReportStart(boot=boot, version=version, revision=revision):
            started: list[words.Event] = [words.ControllerStarted(boot, version)]
            return started if revision == state.revision else [*started, words.PlanApplied(revision)]
        case words.ReportDropped(from_seq=from_seq, to_seq=to_seq, reason=reason):
            return [words.JournalDropped(from_seq, to_seq, reason)]
        case words.ReportEpoch(epoch=epoch, reason=reason, central_has=central_has):
            return [words.EpochBegan(epoch, reason, central_has)]


def _notice(state: DevicesState, queue: QueueState, command: words.SayNotice, now: Moment) -> words.NoticeAsked:
    """What is said aloud is heard by everybody: no long numbers, and no queue of notices that nobody listens to."""
    for field, text in (("text_zh", command.text_zh), ("text_en", command.text_en)):
        if LONG_NUMBER.search(text) or SPELLED_NUMBER.search(text):
            raise Refusal(Code.LONG_NUMBER, field)
    waiting = sum(now.steady_ms - asked_ms < FORGOTTEN_MS for asked_ms in state.notices.values())
    if waiting >= (_MOST_URGENT if command.urgent else _MOST):
        raise Refusal(Code.TOO_MANY_NOTICES, waiting=waiting)
    return words.NoticeAsked(
        queue.day or "", command.notice, command.text_zh, command.text_en, command.urgent, command.by
    )


def react(event: object) -> list[words.Effect]:
    """A notice that is written down is said."""
    match event:
        case words.NoticeAsked(notice=notice, text_zh=text_zh, text_en=text_en, urgent=urgent):
            return [words.AnnounceNotice(notice, text_zh, text_en, urgent)]
        case _:
            return []


def _device(state: DevicesState, command: words.ReportDevice, now: Moment) -> list[words.Event]:
    fault = state.failing.get(command.device)
    if command.ok:
        if fault is None:
            return []
        return [words.DeviceRecovered(command.device, max(0, now.steady_ms - fault.since_ms) // 1000)]
    if fault is not None and (fault.state, fault.reason) == (command.state, command.reason):
        return []
    return [words.DeviceFailed(command.device, command.state, command.reason)]


def apply(state: DevicesState, event: object, at: Moment) -> DevicesState:
    """The next state; events of other rooms change nothing here, but a new day forgets slips and alarm."""
    match event:
        case words.DeviceFailed(device=device, state=lifecycle, reason=reason):
            since_ms = state.failing[device].since_ms if device in state.failing else at.steady_ms
            return replace(state, failing={**state.failing, device: Fault(lifecycle, reason, since_ms)})
        case words.DeviceRecovered(device=device):
            return replace(state, failing={name: fault for name, fault in state.failing.items() if name != device})
        case words.SlipPrinted(number=number):
            return replace(state, slips=put(state.slips, number, ""))
        case words.SlipFailed(number=number, reason=reason):
            return replace(state, slips=put(state.slips, number, reason))
        case words.NoticeAsked():
            return _asked(state, event, at)
        case words.AnnouncementSpoken(notice=notice) if notice:
            said = tuple(replace(one, said=True) if one.notice == notice else one for one in state.last_notices)
            waiting = {name: ms for name, ms in state.notices.items() if name != notice}
            return replace(state, notices=waiting, last_notices=said)
        case words.ControllerStarted(boot=boot):
            lost = tuple(one if one.said else replace(one, lost=True) for one in state.last_notices)
            return replace(state, boot=boot, last_notices=lost)
        case words.PlanApplied(revision=revision):
            return replace(state, revision=revision)
        case words.EpochBegan(reason=reason):
            return replace(state, alarm=reason)
        case DayOpened():
            return replace(state, slips={}, notices={}, last_notices=(), alarm="")
        case _:
            return state


def _asked(state: DevicesState, event: words.NoticeAsked, at: Moment) -> DevicesState:
    kept = NoticeKept(event.notice, event.text_zh, event.text_en, event.urgent, at.steady_ms)
    waiting = put(state.notices, event.notice, at.steady_ms)
    return replace(state, notices=waiting, last_notices=(kept, *state.last_notices)[:_KEPT])
