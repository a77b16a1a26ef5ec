"""Faults are events once; help stays lit until answered; reports that say nothing new give nothing."""

from __future__ import annotations

from hall.devices import words as devices
from hall.gate import words as gate
from hall.refusal import Code
from tests.hall.halls import Hall


def test_a_fault_is_an_event_when_it_begins_and_when_it_ends() -> None:
    hall = Hall()
    lost = devices.ReportDevice("sign-1", ok=False, state="lost", reason="no_reply")
    assert devices.DeviceFailed("sign-1", "lost", "no_reply") in hall.do(lost).events
    assert hall.do(lost).events == ()
    back = hall.do(devices.ReportDevice("sign-1", ok=True, state="ready"), after_s=57)
    assert back.events == (devices.DeviceRecovered("sign-1", 60),)
    assert hall.state.devices.failing == {}


def test_a_device_that_was_never_bad_does_not_recover() -> None:
    hall = Hall()
    hall.take()
    assert hall.do(devices.ReportDevice("sign-1", ok=True, state="ready")).events == ()


def test_a_slip_is_proved_once() -> None:
    hall = Hall()
    number = hall.take()
    assert hall.do(devices.ReportSlip(number, printed=False, reason="paper_out")).events == (
        devices.SlipFailed("2026-11-23", number, "paper_out"),
    )
    assert hall.do(devices.ReportSlip(number, printed=True)).events == (devices.SlipPrinted("2026-11-23", number),)
    assert hall.do(devices.ReportSlip(number, printed=True)).events == ()
    assert hall.do(devices.ReportSlip("Z999", printed=True)).events == ()


def test_a_new_plan_is_noted_at_the_start_and_only_once() -> None:
    hall = Hall()
    first = hall.do(devices.ReportStart("boot-1", "1.0", 1)).events
    assert devices.PlanApplied(1) in first
    assert hall.do(devices.ReportStart("boot-2", "1.0", 1)).events == (devices.ControllerStarted("boot-2", "1.0"),)


def test_a_journal_that_had_to_begin_anew_is_an_alarm_until_the_next_day() -> None:
    hall = Hall()
    hall.take()
    begun = hall.do(devices.ReportEpoch("e2", "conflict", 41))
    assert begun.events == (devices.EpochBegan("e2", "conflict", 41),)
    assert hall.state.devices.alarm == "conflict"
    hall.pass_time(24 * 3600)
    hall.take()
    assert hall.state.devices.alarm == ""


def test_help_is_lit_until_somebody_answers() -> None:
    hall = Hall()
    assert gate.LightLamp("help-1", lit=True) in hall.do(gate.PressHelp("help-1")).effects
    assert hall.do(gate.PressHelp("help-1")).events == ()
    answered = hall.do(gate.AnswerHelp("help-1", "desk"), after_s=27)
    assert answered.events == (gate.HelpAnswered("help-1", "desk", 30),)
    assert answered.effects == (gate.LightLamp("help-1", lit=False),)
    assert hall.refused(gate.AnswerHelp("help-1", "desk")) is Code.NO_HELP_ASKED


def test_a_door_is_open_until_it_closes() -> None:
    hall = Hall()
    hall.do(gate.MoveDoor("door", open=True))
    assert hall.do(gate.MoveDoor("door", open=True)).events == ()
    assert hall.do(gate.MoveDoor("door", open=False), after_s=4).events == (gate.DoorClosed("door", 7),)
    assert hall.do(gate.MoveDoor("door", open=False)).events == ()


def test_the_last_notices_are_kept_with_what_became_of_them() -> None:
    hall = Hall()
    hall.take()
    for name in ("n1", "n2", "n3"):
        hall.do(devices.SayNotice(name, f"测试通知{name}", "", False, "desk"))
    hall.do(devices.ReportSpoken("", None, 1, "speaker-1", notice="n1"))
    hall.do(devices.ReportStart("boot-2", "1.0", 1))
    told = [(one.notice, one.said, one.lost) for one in hall.state.devices.last_notices]
    assert told == [("n3", False, True), ("n2", False, True), ("n1", True, False)]
    for number in range(4, 20):
        hall.do(devices.SayNotice(f"n{number}", "测试", "", False, "desk"))
        hall.do(devices.ReportSpoken("", None, 1, "speaker-1", notice=f"n{number}"))
    assert [one.notice for one in hall.state.devices.last_notices] == [f"n{number}" for number in range(19, 11, -1)]
    hall.pass_time(24 * 3600)
    hall.take()
    assert hall.state.devices.last_notices == ()
