"""The hall's television in each state that a hall can be in: rooms, private matters, stops, lunch, notices, evacuation,
publicity that gives way to calls, a controller that is away, files that cannot be shown, and eight hours of it all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image

from edge import publicity
from edge.publicity import LARGEST_PICTURE, Publicity
from edge.screens import PageServer, build_app
from edge.staff import StaffBook
from edge.surroundings import nothing_around
from hall.devices.words import SayNotice
from hall.duty.words import Duty, SetRota
from hall.plan import Plan, QueueRules, ServicePlan, WindowPlan
from hall.queue.state import WindowState
from hall.queue.words import CallNext, Finish, OpenWindow, PauseReason, PauseWindow, Start, TakeTicket
from hall.safety.words import EndEvacuation, Evacuate
from tests.edge.accessible import eight_hours, faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture, playwright  # noqa: F401
from tests.edge.film_boxes import FILM, HOLLOW
from tests.edge.plain_door import PlainDoor

pytestmark = pytest.mark.browser
TELEVISION = (1920, 1080)
PLAN = Plan(
    "test-hall",
    "测试区公共法律服务中心",
    "Test District Public Legal Service Centre",
    services=(
        ServicePlan("A", "法律咨询", "Legal Consultation", 300),
        ServicePlan("B", "法律援助", "Legal Aid", 900, hours=((0, 1),)),
        ServicePlan("C", "人民调解", "People's Mediation", 1200),
        ServicePlan("E", "反家庭暴力", "Domestic Violence", 1200, private=True),
    ),
    windows=(
        WindowPlan(1, ("A", "B"), "综合窗口", "General"),
        WindowPlan(2, ("A",)),
        WindowPlan(3, ("E",)),
        WindowPlan(21, ("C",), "调解室", "Mediation", room=2),
    ),
    queue=QueueRules(double_press_s=0.0, call_interval_s=0),
)


class Television:
    """A hall, its pages on a real port that can be taken away, and its folder of publicity."""

    def __init__(self, folder: Path) -> None:
        self.door = PlainDoor(PLAN)
        self.folder = folder / "publicity"
        self.folder.mkdir()
        self.staff = StaffBook(folder / "staff.db")
        self.shown = Publicity(str(self.folder), 3)
        self.server = PageServer(self._app(), "127.0.0.1", 0)
        self.server.start()
        self.taken = 0
        self.there = True

    def away(self) -> None:
        """Once for each time that it was there."""
        if self.there:
            self.server.stop()
        self.there = False

    def back(self) -> None:
        self.server = PageServer(self._app(), "127.0.0.1", self.server.port)
        self.server.start()
        self.there = True

    def _app(self) -> FastAPI:
        return build_app(self.door, self.staff, surroundings=replace(nothing_around(), publicity=self.shown))

    def ask(self, *commands: Any) -> None:
        for command in commands:
            self.door.steady_ms += 1000
            self.door.ask(command)

    def call(self, letter: str, window: int) -> None:
        self.taken += 1
        staff = f"staff{window}"
        if self.door.look()[0].queue.window(window).state is WindowState.CLOSED:
            self.ask(OpenWindow(window, staff))
        self.ask(TakeTicket(letter, f"token-{self.taken:020d}"), CallNext(window, staff))

    def serve(self, window: int) -> None:
        self.ask(Start(window, f"staff{window}"), Finish(window, f"staff{window}"))

    def picture(self, name: str) -> None:
        Image.new("RGB", (320, 180), (20, 90, 140)).save(self.folder / name)


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Television]:
    monkeypatch.setattr(publicity, "_LOOK_EVERY_S", 0.0)
    made = Television(tmp_path)
    yield made
    made.away()
    made.staff.close()


@pytest.fixture(name="served")
def served_fixture(hall: Television) -> str:
    return f"http://127.0.0.1:{hall.server.port}"


def pass_time(page: Any, seconds: int) -> None:
    for _ in range(seconds):
        page.clock.run_for(1000)
        page.wait_for_timeout(5)  # what comes over the line is not on the page's clock


def until(page: Any, condition: str, seconds: int = 60) -> None:
    """The page's clock goes on until it is so; the page may load itself anew meanwhile."""
    for _ in range(seconds * 4):
        try:
            if page.evaluate(condition):
                return
            page.clock.run_for(250)
        except playwright.Error as problem:
            if "navigat" not in problem.message and "destroyed" not in problem.message:
                raise
        page.wait_for_timeout(10)
    pytest.fail(f"never came: {condition}")


def test_a_room_is_shown_as_a_room_and_a_private_matter_as_a_number_alone(hall: Television, open_page: Any) -> None:
    page = open_page("/display", TELEVISION)
    hall.call("C", 21)
    expect(page.locator("[data-call=C001]")).to_contain_text("2号调解室")
    expect(page.locator("[data-call=C001]")).to_contain_text("人民调解")
    hall.call("E", 3)
    expect(page.locator("[data-call=E001]")).to_contain_text("3号窗口")
    page.click("[data-language]")
    expect(page.locator("[data-call=C001]")).to_contain_text("Mediation room 2")
    expect(page.locator("#window-list [data-window='21']")).to_contain_text("Room 2")
    for hidden in ("家庭暴力", "Domestic"):
        assert hidden not in page.inner_text("body")
        page.click("[data-language]")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", ["calls", "stopped", "lunch", "notices", "publicity", "evacuation", "lost"])
def test_each_state_can_be_read_by_everybody(hall: Television, open_page: Any, language: str, state: str) -> None:
    words = {
        "calls": ("#call-list", ("2号调解室", "Mediation room 2")),
        "stopped": ("#waiting-list [data-service=B]", ("周日 0:00 开放", "opens Sunday 0:00")),
        "lunch": ("#lunch", ("13:30", "13:30")),
        "notices": ("#urgent", ("请认领雨伞", "An umbrella was found")),
        "publicity": ("#heading-watch", ("请留意叫号", "Please watch for your number")),
        "evacuation": ("#evacuation", ("请听从工作人员引导，有序离开", "Please follow the staff and leave calmly")),
        "lost": ("#line", ("失去联系", "No contact")),
    }
    if state == "publicity":
        hall.picture("1.png")
    elif state != "lunch":
        hall.call("C", 21)
    hall.ask(OpenWindow(1, "staff1"), PauseWindow(1, "staff1", PauseReason.MEETING))
    if state == "lunch":
        before = hall.door._state
        hall.door._state = replace(before, queue=replace(before.queue, lunch_until=810))
    if state == "notices":
        hall.ask(SayNotice("n1", "请认领雨伞", "An umbrella was found", True, "m"))
    if state == "evacuation":
        hall.ask(Evacuate("m"))
    page = open_page("/display", TELEVISION)
    expect(page.locator("#window-list li")).to_have_count(4)
    expect(page.locator("#window-list [data-window='1']")).to_contain_text("会议")
    if language == "en":
        page.locator("[data-language]").evaluate("(button) => button.click()")
    if state == "lost":
        hall.away()
    place, (zh, en) = words[state]
    expect(page.locator(place)).to_contain_text(zh if language == "zh" else en, timeout=20_000)
    expect(page.locator(place)).to_be_visible()
    if state == "evacuation":
        expect(page.locator(place)).to_contain_text(en if language == "zh" else zh)
        assert page.evaluate("getComputedStyle(document.getElementById('evacuation')).animationName") == "none"
    if state == "publicity":
        page.wait_for_selector("#stage > .on")
    page.wait_for_timeout(3500 if state == "calls" else 700)  # colours are read when nothing flashes or fades
    found = faults(page)
    assert found == [], "\n".join(found)


def test_publicity_gives_way_to_a_call_at_once_and_comes_back(hall: Television, open_page: Any) -> None:
    hall.picture("1.png")
    hall.picture("2.png")
    page = open_page("/display", TELEVISION, clock=True)
    until(page, "!document.getElementById('stage').hidden && document.querySelector('#stage > .on') !== null")
    hall.call("A", 1)
    expect(page.locator("#stage")).to_be_hidden()
    expect(page.locator("[data-call=A001]")).to_be_visible()
    pass_time(page, 30)
    expect(page.locator("#stage")).to_be_hidden()
    hall.serve(1)
    expect(page.locator("#call-list li")).to_have_count(0)
    pass_time(page, 15)
    expect(page.locator("#stage")).to_be_hidden()
    until(page, "!document.getElementById('stage').hidden")
    hall.ask(Evacuate("m"))
    expect(page.locator("#evacuation")).to_be_visible()
    expect(page.locator("#stage")).to_be_hidden()
    hall.ask(EndEvacuation("m"))
    expect(page.locator("#evacuation")).to_be_hidden()


def test_a_controller_that_is_away_leaves_the_last_state_and_says_since_when(hall: Television, open_page: Any) -> None:
    hall.call("A", 1)
    page = open_page("/display", TELEVISION, clock=True)
    expect(page.locator("#contact")).to_contain_text("更新于 10:00")
    page.evaluate("() => { window.same = true; }")
    hall.away()
    expect(page.locator("#line")).to_be_visible()
    pass_time(page, 20)
    expect(page.locator("#line")).to_contain_text("失去联系，屏上是 10:00:")
    expect(page.locator("[data-call=A001]")).to_be_visible()
    clock = page.inner_text("#clock")
    pass_time(page, 61)
    assert page.inner_text("#clock") != clock, "the clock goes on"
    hall.back()
    hall.call("A", 2)
    until(page, "window.same === undefined")  # it has loaded itself anew
    expect(page.locator("[data-call=A002]")).to_be_visible()
    expect(page.locator("#line")).to_be_hidden()


def test_a_page_that_finds_nobody_is_not_loaded_into_nothing(hall: Television, open_page: Any) -> None:
    hall.call("A", 1)
    page = open_page("/display", TELEVISION, clock=True)
    expect(page.locator("[data-call=A001]")).to_be_visible()
    hall.away()
    page.evaluate("() => { for (let at = 0; at < 5; at += 1) dispatchEvent(new ErrorEvent('error', {message: 'x'})); }")
    pass_time(page, 30)
    expect(page.locator("[data-call=A001]")).to_be_visible()


def test_files_that_cannot_be_shown_are_named_on_the_health_page_and_passed_over(
    hall: Television, open_page: Any
) -> None:
    with (hall.folder / "1 huge.jpg").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert LARGEST_PICTURE < 50 * 1024 * 1024
    (hall.folder / "2 broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42 and then nothing")
    (hall.folder / "3 shell.mp4").write_bytes(FILM)  # its boxes are right, what is in them is not
    (hall.folder / "5 <b>hollow.mp4").write_bytes(HOLLOW["filled with nothing"])
    hall.picture("4 good.png")
    page = open_page("/display", TELEVISION)
    page.wait_for_selector("#stage > img.on", timeout=30_000)
    expect(page.locator("#stage")).to_be_visible()
    parts = page.evaluate("async () => (await (await fetch('/readyz')).json()).parts")
    named = {part["name"]: part["reason"] for part in parts if part["name"].startswith("publicity:")}
    assert named == {
        "publicity:1 huge.jpg": "too_large",
        "publicity:2 broken.mp4": "broken",
        "publicity:5 <b>hollow.mp4": "broken",
    }


@pytest.mark.slow
def test_who_is_on_duty_is_named_by_the_public_name(hall: Television, open_page: Any) -> None:
    page = open_page("/display", TELEVISION, clock=True)
    hall.ask(SetRota("2026-11-21", (Duty("staff1", ("A",)), Duty("nobody-public", ("A",))), "m"))
    notice = page.locator("#notice")
    for _ in range(40):
        page.clock.run_for(1000)
        if "值班" in notice.inner_text():
            break
    expect(notice).to_have_text("现在值班：林示例")


def test_eight_hours_leave_nothing_behind(hall: Television, open_page: Any) -> None:
    for name in ("1.png", "2.png", "3.png"):
        hall.picture(name)
    page = open_page("/display", TELEVISION, clock=True)
    page.evaluate("() => { window.same = true; }")
    page.route("**/display", lambda route: route.abort())  # a page that loads itself anew would hide what grows

    def stir(turn: int) -> None:
        hall.door.steady_ms += 590_000
        for window, letter in ((1, "A"), (2, "A"), (21, "C")):
            hall.call(letter, window)
            page.locator(f"#call-list [data-window='{window}']").wait_for()  # a handle would hold the row
            hall.serve(window)
        hall.ask(SayNotice(f"n{turn}", f"通知 {turn}", "", False, "m"))
        if turn % 12 == 5:
            hall.ask(Evacuate("m"))
            page.locator("#evacuation").wait_for()
            hall.ask(EndEvacuation("m"))

    assert eight_hours(page, stir) == []
    assert page.evaluate("window.same"), "never loaded anew"
