"""One visitor at the ticket machine after another: wishes, an elder's card, check-in, scanners, evacuation, wiping."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from edge.elder_question import ElderQuestion
from edge.machine import Machine
from edge.screens import PageServer, build_app
from edge.staff import Role
from hall.duty.words import Duty, SetRota
from hall.queue.words import Channel, OpenWindow, TakeTicket, Tick
from hall.safety.words import EndEvacuation, Evacuate
from tests.edge.accessible import eight_hours, faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import hall_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
MACHINE = (1080, 1920)


class Reader:
    """Cards laid before the machine, as the reader's thread hands them over."""

    def __init__(self, hall) -> None:
        self._hall = hall
        self.elders = ElderQuestion(hall.door.plan)
        self.machine = Machine(hall.door.plan, lambda: None, lambda: hall.door.steady_ms, self.elders)

    def lay(self, mark: str, age: int) -> None:
        command = TakeTicket("A", f"token-of-the-card-{mark}", Channel.CARD, card_mark=mark, age=age)
        self.elders.hold(command, self._hall.door.ask) or self._hall.door.ask(command)


@pytest.fixture(name="reader")
def reader_fixture(hall) -> Reader:
    return Reader(hall)


@pytest.fixture(name="served")
def served_fixture(hall, reader):
    app = build_app(hall.door, hall.staff, elders=reader.elders)
    reader.elders.watch(app.state.ring)
    server = PageServer(app, "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture(name="machine")
def machine_fixture(hall, open_page):
    hall.door.ask(Tick())
    hall.door.ask(OpenWindow(1, "staff1"))
    page = open_page("/machine", MACHINE, touch=True)
    page.wait_for_selector("[data-service=A]")
    return page


def tickets(hall):
    return hall.door.look()[0].queue.tickets


def sound(page) -> None:
    for _ in range(2):
        assert faults(page) == []
        page.evaluate("() => document.querySelector('[data-language]').click()")


def scan(page, text: str) -> None:
    """As a scanner types: all at once, and an end of line."""
    page.evaluate(
        """(text) => { for (const key of [...text, "Enter"]) {
          const at = document.activeElement ?? document.body;
          for (const type of ["keydown", "keyup"]) {
            at.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true })); } } }""",
        text,
    )


def test_a_group_asks_for_a_person_with_one_ticket(hall, machine):
    day = hall.door.look()[0].queue.day
    hall.door.ask(SetRota(day, (Duty("王律师", ("A",)),), "manager"))
    machine.locator("[data-service=A]").tap()
    machine.locator("#options [data-go=persons]").tap()
    for _ in range(2):
        machine.locator("#further").tap()
    sound(machine)
    machine.locator("#persons .main-act").tap()
    machine.locator("#to-person").tap()
    sound(machine)
    machine.locator("[data-person=王律师]").tap()
    expect(machine.locator("#persons-words")).to_have_text("同行人数：3 人")
    expect(machine.locator("#person-words")).to_have_text("值班人员：王律师")
    machine.locator("#take").tap()
    expect(machine.locator("#ticket-number")).to_have_text("A001")
    assert (tickets(hall)["A001"].persons, tickets(hall)["A001"].person) == (3, "王律师")
    machine.locator("#done").tap()
    machine.locator("[data-service=A]").tap()
    expect(machine.locator("#person-words")).to_have_text("值班人员：不指定")


def test_elder_mode_has_one_thing_on_each_screen_and_takes_a_priority(hall, machine):
    machine.locator("#large").tap()
    assert machine.locator(".card").count() == 4
    machine.locator("[data-service=A]").tap()
    expect(machine.locator("#priorities")).to_be_hidden()
    sound(machine)
    machine.locator("#to-priority").tap()
    sound(machine)
    machine.locator("[data-wished=DISABLED]").tap()
    expect(machine.locator("#ticket-number")).to_have_text("A001")
    assert tickets(hall)["A001"].priority == "DISABLED"


@pytest.mark.parametrize(("key", "priority"), [("#elder-yes", "ELDER"), ("#elder-no", None)])
def test_an_elders_card_asks_before_the_ticket_is_taken(hall, reader, machine, key, priority):
    reader.lay("mark-1", 72)
    expect(machine.locator("#elder")).to_be_visible()
    assert tickets(hall) == {}
    sound(machine)
    machine.locator(key).tap()
    expect(machine.locator("#ticket-number")).to_have_text("A001")
    assert tickets(hall)["A001"].priority == priority
    expect(machine.locator("#elder")).to_be_hidden()


def test_two_cards_at_once_give_two_tickets_and_one_question(hall, reader, machine):
    reader.lay("mark-1", 72)
    reader.lay("mark-2", 81)
    expect(machine.locator("#elder")).to_be_visible()
    machine.locator("#elder-no").tap()
    expect(machine.locator("#ticket-number")).to_have_text("A002")
    assert [ticket.priority for ticket in tickets(hall).values()] == ["ELDER", None]


def test_without_a_page_an_elder_has_the_priority_at_once(hall, reader):
    reader.lay("mark-1", 72)
    assert tickets(hall)["A001"].priority == "ELDER"


@pytest.fixture(name="booked")
def booked_fixture(hall, machine):
    """Two appointments of this hour whose phones end in the same four digits; one has a code."""
    day = hall.door.look()[0].queue.day
    hall.staff.add("manager", "97531864", role=Role.SUPERVISOR)
    manager = hall.client()
    signed = manager.post("/api/v1/session", json={"name": "manager", "secret": "97531864"})
    assert signed.status_code == 200, signed.text
    one = {"id": "one", "time": "10:00", "service": "C", "code": "YY-48 2931", "phone_tail": "4567"}
    two = {"id": "two", "time": "10:00", "service": "B", "phone_tail": "4567"}
    listed = manager.put(f"/api/v1/appointments/{day}", json={"items": [one, two]})
    assert listed.status_code == 200, listed.text


def test_an_unknown_code_is_refused_in_words_by_the_controller_itself(hall, machine):
    machine.locator("#to-check-in").tap()
    sound(machine)
    for digit in "123456":
        machine.locator(f"[data-digit='{digit}']").tap()
    machine.locator("#enter").tap()
    expect(machine.locator("#entry-words")).to_contain_text("今天没有这个预约")
    expect(machine.locator("#entry")).to_have_text("······")
    assert tickets(hall) == {}


@pytest.mark.usefixtures("booked")
def test_the_last_digits_of_a_phone_ask_for_the_service_when_several_end_so(machine):
    machine.locator("#to-check-in").tap()
    machine.locator("[data-by=phone]").tap()
    for digit in "45678":
        machine.locator(f"[data-digit='{digit}']").tap()
    expect(machine.locator("#entry")).to_have_text("4567")
    machine.locator("#enter").tap()
    expect(machine.locator("#entry-words")).to_contain_text("有多个预约")
    sound(machine)
    machine.locator("[data-which=C]").tap()
    expect(machine.locator("#ticket-number")).to_have_text("C001")


@pytest.mark.usefixtures("booked")
def test_a_scanned_code_checks_in_once_and_rubbish_is_named(hall, machine):
    machine.locator("#to-check-in").tap()
    scan(machine, "http://elsewhere.example/<script>alert(1)</script>" * 40)
    expect(machine.locator("#entry-words")).to_contain_text("扫到的不是预约码")
    assert tickets(hall) == {}
    scan(machine, "YY-48 2931")
    expect(machine.locator("#ticket-number")).to_have_text("C001")
    machine.locator("#done").tap()
    machine.locator("#to-check-in").tap()
    scan(machine, "YY-48 2931")
    expect(machine.locator("#entry-words")).to_contain_text("已经取过号")


@pytest.mark.parametrize("screen", ["home", "choice", "persons"])
def test_what_a_scanner_types_elsewhere_presses_no_key(hall, machine, screen):
    if screen != "home":
        machine.locator("[data-service=A]").tap()
        machine.locator("#take").focus()
    if screen == "persons":
        machine.locator("#options [data-go=persons]").tap()
        machine.locator("#further").focus()
    scan(machine, "6901234567892 0 0")
    machine.wait_for_timeout(100)
    expect(machine.locator(f"#{screen}")).to_be_visible()
    assert tickets(hall) == {}


def test_an_evacuation_covers_everything_wipes_and_ends(hall, machine):
    machine.locator("[data-service=A]").tap()
    hall.door.ask(Evacuate("manager"))
    expect(machine.locator("#evacuation")).to_contain_text("请听从工作人员引导，有序离开")
    expect(machine.locator("#evacuation")).to_contain_text("Please follow the staff and leave calmly")
    assert faults(machine) == []
    hall.door.ask(EndEvacuation("manager"))
    expect(machine.locator("#evacuation")).to_be_hidden()
    expect(machine.locator("#home")).to_be_visible()


def test_a_class_without_numbers_says_why(hall, machine):
    expect(machine.locator("[data-service=D]")).to_contain_text("不在办理时间")
    expect(machine.locator("[data-service=D]")).to_be_disabled()


def test_a_broken_reader_and_an_absent_centre_are_said_and_stop_nothing(hall, machine):
    hall.door.devices = (hall.door.devices[0], replace(hall.door.devices[1], state="lost"))
    hall.door.central = "offline"
    hall.door.ring()
    expect(machine.locator("#card-hint")).to_contain_text("读卡器暂时不能用")
    expect(machine.locator("#central-away")).to_have_text("与中心暂时断开，取号照常")
    assert faults(machine) == []
    machine.locator("[data-service=A]").tap()
    machine.locator("#take").tap()
    expect(machine.locator("#ticket-number")).to_have_text("A001")


@pytest.mark.parametrize(("elder", "warned_s", "wiped_s"), [(False, 60, 90), (True, 120, 180)])
def test_a_left_machine_is_warned_and_wiped_at_its_time(hall, open_page, elder, warned_s, wiped_s):
    machine = open_page("/machine", MACHINE, touch=True, clock=True)
    machine.wait_for_selector("[data-service=A]")
    if elder:
        machine.locator("#large").tap()
    machine.locator("#to-check-in").tap()
    machine.locator("[data-digit='7']").tap()
    machine.clock.run_for((warned_s - 2) * 1000)
    expect(machine.locator("#idle")).to_be_hidden()
    machine.clock.run_for(3000)
    expect(machine.locator("#idle-words")).to_have_text(re.compile(r"秒后清除"))
    machine.clock.run_for((wiped_s - warned_s) * 1000)
    expect(machine.locator("#home")).to_be_visible()
    expect(machine.locator("#entry")).to_have_text("······", use_inner_text=False)
    assert machine.evaluate("() => document.body.className.includes('large')") is False


def test_a_touch_on_its_way_to_a_wiped_screen_chooses_nothing(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True, clock=True)
    machine.wait_for_selector("[data-service=A]")
    machine.locator("[data-service=A]").tap()
    machine.evaluate("""() => {
      const home = document.getElementById("home");
      const late = () => { if (!home.hidden) document.querySelector("[data-service=B]").click(); };
      new MutationObserver(late).observe(home, { attributeFilter: ["hidden"] });
    }""")
    machine.clock.run_for(91_000)
    expect(machine.locator("#home")).to_be_visible()
    machine.clock.run_for(1000)
    machine.locator("[data-service=B]").tap()
    expect(machine.locator("#choice")).to_be_visible()


def test_eight_hours_of_visitors_do_not_make_the_machine_grow(hall, open_page):
    hall.door.ask(OpenWindow(1, "staff1"))
    machine = open_page("/machine", MACHINE, touch=True, clock=True)
    machine.wait_for_selector("[data-service=A]")

    def stir(turn: int) -> None:
        machine.locator("[data-service=A]").tap()
        machine.locator("#take").tap()
        expect(machine.locator("#ticket-number")).to_have_text(f"A{turn + 1:03d}")
        machine.locator("#done").tap()

    assert eight_hours(machine, stir) == []
