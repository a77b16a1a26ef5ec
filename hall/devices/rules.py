"""What the hall makes of its devices' reports: a fault is an event once, when it begins and when it ends."""

from __future__ import annotations

from dataclasses import replace

from hall.devices import words
from hall.devices.state import DevicesState, Fault
from hall.ledger import put
from hall.moment import Moment
from hall.queue.state import QueueState
from hall.queue.words import DayOpened


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
        case words.ReportSpoken(number=number, window=window, call=call, device=device):
            return [words.AnnouncementSpoken(queue.day or "", number, window, call, device)]
        case words.ReportClockStep(by_ms=by_ms):
            return [words.ClockStepped(by_ms)]
        case words.ReportStart(boot=boot, version=version, revision=revision):
            started: list[words.Event] = [words.ControllerStarted(boot, version)]
            return started if revision == state.revision else [*started, words.PlanApplied(revision)]
        case words.ReportDropped(from_seq=from_seq, to_seq=to_seq, reason=reason):
            return [words.JournalDropped(from_seq, to_seq, reason)]
        case words.ReportEpoch(epoch=epoch, reason=reason, central_has=central_has):
            return [words.EpochBegan(epoch, reason, central_has)]


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
        case words.ControllerStarted(boot=boot):
            return replace(state, boot=boot)
        case words.PlanApplied(revision=revision):
            return replace(state, revision=revision)
        case words.EpochBegan(reason=reason):
            return replace(state, alarm=reason)
        case DayOpened():
            return replace(state, slips={}, alarm="")
        case _:
            return state
