"""What the page of a window is sent."""

from __future__ import annotations

from dataclasses import replace

from edge.hall_door import DeviceHealth
from edge.screens.public_view import Sight, overview
from edge.screens.staff_view import WindowView, window_view
from hall.gate.words import MoveGate, OpenGate
from hall.plan import GatePlan
from hall.queue import words
from tests.edge.plain_door import PLAN, PlainDoor


def view(door: PlainDoor, window: int, names: dict[str, tuple[str, str]] | None = None) -> WindowView:
    state, seq = door.look()
    steady_ms, wall_ms = door.now_ms()
    found = door.plan.window(window)
    assert found is not None
    sight = Sight(door.plan, state, overview(state), seq, door.health(), steady_ms, wall_ms, "assets")
    return window_view(sight, found, f"staff{window}", names or {})


def waits(door: PlainDoor, window: int) -> dict[str, int]:
    return {row.number: row.waited_s for row in view(door, window).waiting}


def at_work(*services: str) -> PlainDoor:
    door = PlainDoor()
    door.ask(words.OpenWindow(1, "staff1"))
    for place, service in enumerate(services):
        door.ask(words.TakeTicket(service, f"token-{place:020d}"))
    return door


def test_a_ticket_that_was_transferred_waits_since_its_issue():
    door = at_work("A")
    door.steady_ms += 39_000
    door.ask(words.CallNext(1, "staff1"))
    assert view(door, 1).ticket.waited_s == 39
    door.steady_ms += 600_000
    door.ask(words.Transfer(1, "staff1", to_window=2))
    door.steady_ms += 5_000
    assert waits(door, 2) == {"A001": 644}
    door.ask(words.OpenWindow(2, "staff2"))
    door.ask(words.CallNext(2, "staff2"))
    assert view(door, 2).ticket.waited_s == 644  # what the list had just said


def test_a_ticket_that_was_put_back_or_restored_waits_since_its_issue():
    door = at_work("A")
    door.steady_ms += 10_000
    door.ask(words.CallNext(1, "staff1"))
    door.steady_ms += 50_000
    door.ask(words.PauseWindow(1, "staff1"))
    assert waits(door, 1) == {"A001": 60}
    door.ask(words.ResumeWindow(1, "staff1"))
    for command in (words.CallNext, words.Recall, words.Recall, words.MarkNoShow):
        door.ask(command(1, "staff1"))
    assert [row.waited_s for row in view(door, 1).missed] == [60]
    door.steady_ms += 100_000
    assert [row.waited_s for row in view(door, 1).missed] == [60]
    door.ask(words.Restore("A001", "staff1"))
    assert waits(door, 1) == {"A001": 160}


def test_the_waiting_list_stands_in_the_order_of_the_next_calls():
    door = at_work("B", "B", "A", "A")
    door.ask(words.TakeTicket("B", "token-x", priority=words.Priority.ELDER))
    order = [row.number for row in view(door, 1).waiting]
    assert order == ["A001", "A002", "B003", "B001", "B002"]
    assert len(order) == view(door, 1).waiting_count
    for number in order:
        door.ask(words.CallNext(1, "staff1"))
        assert view(door, 1).ticket.number == number
        door.ask(words.Start(1, "staff1"))
        door.ask(words.Finish(1, "staff1"))


def test_who_was_sent_to_a_closed_window_stands_in_the_list_of_who_may_call_them():
    door = at_work("A")
    door.ask(words.CallNext(1, "staff1"))
    door.ask(words.Transfer(1, "staff1", to_window=2))
    now = view(door, 1)
    assert [(row.number, row.sent_here) for row in now.waiting] == [("A001", False)]
    assert now.waiting_count == 1
    assert [(row.number, row.sent_here) for row in view(door, 2).waiting] == [("A001", True)]


def test_every_other_window_is_sent_with_its_state():
    door = at_work()
    door.ask(words.OpenWindow(3, "staff3"))
    door.ask(words.PauseWindow(3, "staff3", words.PauseReason.LUNCH))
    assert {other.number: other.state.value for other in view(door, 1).windows} == {
        2: "CLOSED",
        3: "LUNCH",
        4: "CLOSED",
    }


def test_the_window_staff_learn_that_the_printer_has_no_paper_and_of_their_own_devices_by_name():
    door = at_work()
    sign = DeviceHealth("sign-1", "onbon-bx-sign", "lost", "no_reply", 0, 1, {})
    printer = replace(door.devices[0], state="degraded", reason="paper_out")
    door.devices = (printer, door.devices[1], sign, replace(sign, id="sign-2", window=2))
    told = view(door, 1, {"printer-1": ("一号打印机", "Printer 1")}).devices_in_trouble
    assert [(one.name_zh, one.reason_zh) for one in told] == [("一号打印机", "缺纸"), ("1号窗口 窗口屏", "没有应答")]
    door.devices = (replace(printer, state="ready", reason=""), *door.devices[1:])
    assert [one.id for one in view(door, 1).devices_in_trouble] == ["sign-1"]


def test_every_window_is_told_of_a_gates_alarm_and_of_nobody_who_went_through():
    door = PlainDoor(replace(PLAN, gates=(GatePlan("east"), GatePlan("west"))))
    for gate in ("east", "west"):
        door.ask(MoveGate(gate, open=False))
    assert view(door, 1).gate_alarms == []
    door.ask(OpenGate("west", "测试甲"))
    door.ask(MoveGate("west", open=True))
    door.ask(MoveGate("east", open=True))
    seen = view(door, 2, {"gate:east": ("东门", ""), "gate:west": ("西门", "West gate")})
    forced = {"gate": "east", "name_zh": "东门", "name_en": "东门", "state": "FORCED"}
    assert [one.model_dump() for one in seen.gate_alarms] == [forced]
    assert "测试甲" not in seen.model_dump_json()
    door.ask(MoveGate("east", open=False))
    assert view(door, 2).gate_alarms == []
