"""Orders that act in the hall: by its own rules, once, under central's name, and named when they are wrong."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.appointments import AppointmentBook, KeptByLoop
from edge.clock import Clock
from edge.journal import Journal
from edge.loop import HallLoop
from edge.order_acts import OrderActs
from edge.orders import OrderDesk
from hall.appointments.marks import mark_of
from hall.devices.words import NoticeAsked
from hall.moment import local_day
from hall.queue.state import WindowState
from hall.queue.words import Channel, TakeTicket
from hall.wire import Order, OrderAnswer
from tests.hall.halls import plan


class House:
    """A hall's loop over a real journal, and the desk that takes central's orders."""

    def __init__(self, folder: Path, *, speaks: bool = True) -> None:
        self.journal = Journal(folder / "journal.db", "boot")
        self.clock = Clock(self.journal.last_steady_ms)
        self.loop = HallLoop(self.journal, plan(), self.clock, lambda _effects: None)
        self.loop.start()
        self.book = AppointmentBook(KeptByLoop(self.loop.on_journal))
        self.today = local_day(self.clock.now().wall_ms)
        self.acts = OrderActs(self.loop, self.book, lambda: speaks, lambda: self.clock.now().wall_ms)
        self.desk = OrderDesk(self.loop.on_journal, lambda: self.clock.now().wall_ms, self.acts.operations())

    def order(self, op: str, identifier: str = "", **args: Any) -> OrderAnswer:
        return self.desk.carry_out(Order(identifier or secrets.token_hex(8), op, 60_000, "li.na", args))

    def end(self) -> None:
        self.loop.stop()
        self.journal.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.end()


def test_a_window_is_worked_from_central_under_centrals_name(house: House) -> None:
    house.loop.ask(TakeTicket("A", "token-one"))
    assert house.order("open_window", window=1).status == "done"
    called = house.order("call_next", window=1)
    assert (called.status, called.data["number"], called.data["events"]) == ("done", "A001", ["ticket.called"])
    queue = house.loop.look()[0].queue
    assert (queue.window(1).state, queue.window(1).ticket) == (WindowState.CALLING, "A001")
    assert queue.window(1).staff == "central/li.na"
    assert house.order("pause", window=2).data["code"] == "WINDOW_CLOSED"
    assert house.order("open_window", window=2).status == "done"
    assert house.order("pause", window=2, reason="MEETING").status == "done"
    assert house.loop.look()[0].queue.window(2).state is WindowState.PAUSED
    assert house.order("resume", window=2).status == "done"
    assert house.order("close_window", window=2).status == "done"
    assert house.loop.look()[0].queue.window(2).state is WindowState.CLOSED


def test_what_the_rules_refuse_comes_back_by_its_code_and_stays_refused(house: House) -> None:
    house.order("open_window", window=1)
    refused = house.order("call_next", "same-id", window=1)
    assert (refused.status, refused.data["code"]) == ("rejected", "NOTHING_WAITING")
    house.loop.ask(TakeTicket("A", "token-one"))
    assert house.order("call_next", "same-id", window=1) == refused
    assert house.loop.look()[0].queue.window(1).ticket is None


def test_an_order_whose_answer_was_lost_in_a_power_cut_acts_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    done = house.acts.operations()["take_ticket"](Order("the-order", "take_ticket", 60_000, "li.na", {"service": "A"}))
    house.end()  # before the desk could keep the answer
    house = House(tmp_path)
    again = house.order("take_ticket", "the-order", service="A")
    assert (again.status, again.data["number"]) == ("done", done.data["number"])
    assert len(house.loop.look()[0].queue.tickets) == 1
    house.end()


def test_a_ticket_from_a_phone_is_an_ordinary_one_with_the_halls_own_estimate(house: House) -> None:
    house.order("open_window", window=1)
    told = house.order("take_ticket", service="A").data
    assert (told["number"], told["ahead"], told["estimated_wait_s"]) == ("A001", 0, 0)
    ticket = house.loop.look()[0].queue.tickets["A001"]
    assert ticket.channel is Channel.PHONE
    assert ticket.token not in str(told)
    assert house.order("take_ticket", service="Z").data["code"] == "UNKNOWN_SERVICE"


def test_a_notice_is_said_where_something_can_speak(house: House, tmp_path: Path) -> None:
    told = house.order("announce", text_zh="请大家稍候")
    assert told.status == "done"
    assert told.data["events"] == ["notice.asked"]
    assert house.order("announce", text_zh="请拨打13800138000").data["code"] == "LONG_NUMBER"
    (tmp_path / "mute").mkdir()
    mute = House(tmp_path / "mute", speaks=False)
    assert mute.order("announce", text_zh="请大家稍候").data["code"] == "NO_SPEAKER"
    assert not any(isinstance(event, NoticeAsked) for _, event, _ in mute.journal.events(0))
    mute.end()


def listed(day: str, revision: int, *ids: str) -> dict[str, Any]:
    key = "0123456789abcdef" * 2
    items = [
        {"id": one, "minute": 600, "service": "A", "marks": [mark_of(key, "code", f"CODE{one.upper()}")]} for one in ids
    ]
    return {"day": day, "revision": revision, "key": key, "items": items}


def test_a_days_appointments_come_down_and_an_older_list_changes_nothing(house: House) -> None:
    assert house.order("set_appointments", **listed(house.today, 2, "a1", "a2")).status == "done"
    assert house.book.by_code(house.today, "code a2") == ["a2"]
    assert house.order("set_appointments", **listed(house.today, 1, "a1")).data["revision"] == 2
    assert len(house.loop.look()[0].appointments.lists[house.today]) == 2
    assert house.order("set_appointments", **listed(house.today, 3)).status == "done"
    assert house.book.by_code(house.today, "code a2") == []
    assert house.order("set_appointments", **listed("2020-01-01", 1, "x")).data["code"] == "DAY_IS_OVER"


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("call_next", {}), ("call_next", {"window": "1"}), ("call_next", {"window": True}),
        ("call_next", {"window": 0}), ("call_next", {"window": 1, "more": 1}),
        ("pause", {"window": 1, "reason": "TEA"}),
        ("announce", {"text_zh": ""}), ("announce", {"text_zh": "a" * 101}), ("announce", {"text_zh": "a\nb"}),
        ("take_ticket", {"service": "A", "persons": 0}), ("take_ticket", {"service": None}),
        ("set_appointments", {"day": "2026-11-31x", "revision": 1, "key": "0" * 32, "items": []}),
        ("set_appointments", {"day": "2099-01-01", "revision": 1, "key": "zz", "items": []}),
        ("set_appointments", {"day": "2099-01-01", "revision": 1, "key": "0" * 32, "items": [{"id": "' OR 1"}]}),
    ],
)  # fmt: skip
def test_wrong_arguments_are_rejected_by_their_field_and_change_nothing(
    house: House, op: str, args: dict[str, Any]
) -> None:
    before = house.loop.look()[0].queue.tickets, house.loop.look()[0].appointments
    told = house.order(op, **args)
    assert (told.status, told.data["code"]) == ("rejected", "WRONG_FIELD")
    assert (house.loop.look()[0].queue.tickets, house.loop.look()[0].appointments) == before
