"""A gate's devices on the rules' side: each point tells its own gate, a ticket button is no help button."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from drivers.driver import Order, OrderFailed, Report
from drivers.kinds.code_reader import CodeRefused, CodeScanned
from drivers.kinds.inputs import ButtonPressed, ContactMoved, InputMoved, LightLamp
from drivers.kinds.printer import NotPrinted, Printed
from drivers.kinds.relays import PulseRelay
from drivers.lifecycle import State
from drivers.unit import Moved
from edge.gate_desk import GateDesk, gate_desk
from edge.gate_verdict import Checked
from edge.hall_door import Answer
from edge.ticket_buttons import TicketButtons
from hall.gate.words import LoseGate, MissPulse, MoveGate, PresentPass, PulseLock, Verdict, WalkThrough
from hall.queue.words import Channel, TakeTicket
from hall.refusal import Code, Refusal
from hall_config.load import check_hall_text
from hall_config.models import GatePart
from hall_config.outcome import Stop
from tests.hall.halls import Hall
from tests.hall_config.good_hall import GOOD_HALL, with_devices
from tests.simulators.waiting import until


class Believer:
    def check(self, text: str) -> Checked:
        return Checked(Verdict.ALLOW, "", f"mark of {len(text)}")


def desk() -> tuple[GateDesk, list[Any]]:
    told: list[Any] = []
    gates = (
        GatePart(id="east", lock="relays-1:7", contact="inputs-1:0", passage="inputs-1:1", reader="reader-1"),
        GatePart(id="west", lock="pin-lock", contact="pin-door", passage="beam", reader="reader-2", pulse_s=1),
    )
    return GateDesk(gates, Believer(), told.append), told


@pytest.mark.parametrize(
    ("report", "command"),
    [
        (InputMoved("inputs-1", 0, True, first=True), MoveGate("east", open=False)),
        (InputMoved("inputs-1", 0, False), MoveGate("east", open=True)),
        (InputMoved("inputs-1", 1, True), WalkThrough("east")),
        (ContactMoved("pin-door", True), MoveGate("west", open=True)),
        (ButtonPressed("beam"), WalkThrough("west")),
        (CodeScanned("reader-1", "code"), PresentPass("east", Verdict.ALLOW, "", "mark of 4")),
        (CodeRefused("reader-2", "too_long"), PresentPass("west", Verdict.DENY, "malformed")),
        (OrderFailed("relays-1", PulseRelay("relays-1", 7, 7), "no_reply", ""), MissPulse("east", "no_reply")),
    ],
)
def test_each_point_tells_its_own_gate_and_nobody_else(report: Report, command: object) -> None:
    gates, told = desk()
    assert gates.heard(report)
    assert told == [command]


@pytest.mark.parametrize(
    "report",
    [
        InputMoved("inputs-1", 2, True),
        InputMoved("inputs-2", 0, True),
        ContactMoved("main-door", True),
        ButtonPressed("help-1"),
        CodeScanned("slip-reader", "code"),
        OrderFailed("relays-1", PulseRelay("relays-1", 3, 7), "no_reply", ""),
    ],
)
def test_what_belongs_to_no_gate_goes_on(report: Report) -> None:
    gates, told = desk()
    assert not gates.heard(report)
    assert told == []


def test_a_sensor_that_is_only_read_at_the_start_has_seen_nobody() -> None:
    gates, told = desk()
    assert gates.heard(InputMoved("inputs-1", 1, True, first=True))
    assert gates.heard(InputMoved("inputs-1", 1, False))
    assert told == []


@pytest.mark.parametrize(
    ("state", "lost"), [(State.LOST, True), (State.ABSENT, True), (State.QUARANTINED, True), (State.READY, False),
                        (State.HANDSHAKE, False), (State.STOPPING, False), (State.DEGRADED, False)]
)  # fmt: skip
def test_a_lost_contact_is_told_and_others_hear_it_too(state: State, lost: bool) -> None:
    gates, told = desk()
    assert not gates.heard(Moved("inputs-1", state, "", {}))
    assert told == ([LoseGate("east")] if lost else [])


def test_a_lock_gets_one_urgent_pulse_that_no_newer_order_replaces() -> None:
    gates, _ = desk()
    assert gates.orders(PulseLock("east")) == [PulseRelay("relays-1", 7, 7, urgent=True)]
    assert gates.orders(PulseLock("west")) == [PulseRelay("pin-lock", 0, 10, urgent=True)]
    assert gates.orders(PulseLock("gone")) == []


def test_an_anchor_that_is_no_key_stops_the_start() -> None:
    file = check_hall_text(GOOD_HALL + f'\n[passes]\nanchor = "{"_" * 42}8"\n')
    made = gate_desk(file, lambda command: None, lambda: Hall().now, lambda: "ntp")
    assert made.orders(PulseLock("x")) == []
    with pytest.raises(Stop):
        gate_desk(
            file.model_copy(update={"passes": file.passes and file.passes.model_copy(update={"anchor": "A" * 42})}),
            lambda command: None,
            lambda: Hall().now,
            lambda: "ntp",
        )


class Buttons:
    """Ticket buttons over rules in memory."""

    def __init__(self) -> None:
        button = 'id = "button-a"\ndriver = "gpio-button"\nport = "gpio:7"\ngives = "A"\noptions = { lamp = "gpio:8" }'
        self.file = check_hall_text(with_devices(button))
        self.hall = Hall()
        self.orders: list[Order] = []
        self.taken: list[TakeTicket] = []
        self.refuse = False
        self.now_ms = 0
        self.desk = TicketButtons(self.file, self._take, self.orders.append, lambda: self.now_ms)

    def _take(self, command: TakeTicket) -> Future[Answer]:
        self.taken.append(command)
        answer: Future[Answer] = Future()
        if self.refuse:
            answer.set_exception(Refusal(Code.SERVICE_CLOSED))
        else:
            done = self.hall.do(command)
            answer.set_result(Answer(done.events, done.state, 1))
        return answer

    def press(self) -> bool:
        return self.desk.heard(ButtonPressed("button-a"))

    def lamp(self) -> list[bool]:
        lit = [order.lit for order in self.orders if isinstance(order, LightLamp)]
        self.orders.clear()
        return lit


def test_one_press_is_one_ticket_until_the_slip_is_out() -> None:
    buttons = Buttons()
    assert buttons.press()
    assert buttons.press()
    assert [(one.service, one.channel) for one in buttons.taken] == [("A", Channel.MACHINE)]
    assert buttons.lamp() == [True]
    assert not buttons.desk.heard(Printed("printer", "B001"))
    assert buttons.lamp() == []
    buttons.desk.heard(Printed("printer", "A001"))
    assert buttons.lamp() == [False]
    buttons.press()
    buttons.desk.heard(NotPrinted("printer", "A002", "paper_out"))
    assert buttons.lamp() == [True, False]


def test_a_press_in_vain_puts_the_lamp_out() -> None:
    buttons = Buttons()
    buttons.refuse = True
    buttons.press()
    assert buttons.lamp() == [True, False]
    buttons.press()
    assert len(buttons.taken) == 2


def test_a_slip_that_nobody_tells_of_does_not_block_the_button() -> None:
    buttons = Buttons()
    buttons.press()
    buttons.now_ms += 7999
    buttons.press()
    assert len(buttons.taken) == 1
    buttons.now_ms += 2
    buttons.press()
    assert len(buttons.taken) == 2


def test_where_no_slip_ever_comes_the_lamp_goes_out_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.ticket_buttons._SLIP_S", 0.05)
    buttons = Buttons()
    buttons.press()
    until(lambda: [order.lit for order in buttons.orders if isinstance(order, LightLamp)] == [True, False], "dark")


def test_a_changed_file_is_followed_and_other_buttons_are_not_ours() -> None:
    buttons = Buttons()
    assert not buttons.desk.heard(ButtonPressed("help-button"))
    buttons.desk.follow(check_hall_text(GOOD_HALL))
    assert not buttons.press()
    assert buttons.taken == []
