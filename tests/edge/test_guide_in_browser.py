"""The guide desk's page: a ticket for somebody, a mark, a window moved, the rota, why one came first, evacuation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.screens import build_app
from edge.staff import Role, StaffBook
from hall.queue import words
from hall.queue.words import Priority
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture, playwright  # noqa: F401
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import PINS, Hall, served_fixture, staff_file_fixture  # noqa: F401
from tests.edge.window_page import ask, take

SCREEN = (1366, 768)
SECRETS = {**PINS, "boss": "97531086"}
pytestmark = pytest.mark.browser


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    services = tuple(replace(one, duty=True) if one.letter == "C" else one for one in PLAN.services)
    door = PlainDoor(replace(PLAN, services=services))
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    staff.add("boss", SECRETS["boss"], role=Role.SUPERVISOR)
    yield Hall(door, staff, build_app(door, staff))
    staff.close()


def queue(hall: Hall):
    return hall.door.look()[0].queue


def sign_in(open_page, name: str = "boss", **more):
    page = open_page("/guide", SCREEN, **more)
    page.fill("[name=name]", name)
    page.fill("[name=secret]", SECRETS[name])
    page.keyboard.press("Enter")
    expect(page.locator("#staff")).to_be_visible()
    return page


def test_a_ticket_is_taken_for_somebody_even_when_the_machine_gives_none(hall, open_page):
    page = sign_in(open_page, "staff1")
    page.click("#issue-classes [data-letter=D]")  # closed by its hours
    page.select_option("[name=priority]", "DISABLED")
    page.fill("[name=persons]", "3")
    page.click("#give")
    expect(page.locator("#issued")).to_contain_text("D001")
    ticket = queue(hall).tickets["D001"]
    assert (ticket.priority, ticket.priority_by, ticket.persons) == (Priority.DISABLED, "staff1", 3)


def test_a_waiting_ticket_gets_a_priority_and_becomes_private(hall, open_page):
    take(hall, "A", "A")
    page = sign_in(open_page, "staff1")
    page.locator("[data-ticket=A002] button").first.click()
    page.click("#mark-options button:has-text('孕')")
    expect(page.locator("[data-ticket=A002] .mark.priority")).to_be_visible()
    page.locator("[data-ticket=A002] button").first.click()
    page.click("#mark-options button:has-text('隐私')")
    expect(page.locator("[data-ticket=A002] .mark.private")).to_be_visible()
    assert queue(hall).tickets["A002"].priority is Priority.PREGNANT
    assert queue(hall).tickets["A002"].private


def test_a_supervisor_moves_a_window_and_it_comes_back(hall, open_page):
    ask(hall, words.OpenWindow(2, "staff2"))
    page = sign_in(open_page)
    page.locator("#window-list [data-window='2'] .acts button").first.click()
    page.click("#move-classes [data-letter=C]")
    page.click("#move-now")
    expect(page.locator("#window-list [data-window='2'] .serves")).to_contain_text("人民调解")
    assert queue(hall).assigned[2].services == ("A", "C")
    page.click("#window-list [data-window='2'] .back")
    expect(page.locator("#window-list [data-window='2'] .back")).to_be_hidden()
    assert not queue(hall).assigned


def test_a_clerk_does_not_move_windows(hall, open_page):
    page = sign_in(open_page, "staff1")
    expect(page.locator("#window-list .acts button")).to_have_count(0)


def test_the_rota_opens_a_class_and_an_absence_closes_it(hall, open_page):
    page = sign_in(open_page)
    mediation = page.locator("[data-class=C]")
    expect(mediation).to_contain_text("没有人值班")
    page.fill("#rota-form [name=person]", "staff3")
    page.fill("#rota-form [name=services]", "c")
    page.click("#rota-form button")
    expect(mediation).to_contain_text("值班：staff3")
    page.locator("[data-person=staff3] button").first.click()
    expect(mediation).to_contain_text("没有人值班")


def test_why_one_came_first_has_an_answer(hall, open_page):
    take(hall, "A")
    take(hall, "A", priority=Priority.MILITARY)
    ask(hall, words.OpenWindow(1, "staff1"), words.CallNext(1, "staff1"))
    page = sign_in(open_page, "staff1")
    page.fill("#why-form [name=first]", "a002")
    page.fill("#why-form [name=second]", "a001")
    page.click("#why-form button")
    answer = page.locator("#why-answer")
    expect(answer).to_contain_text("优先")
    expect(answer).to_contain_text("群众本人")
    page.fill("#why-form [name=second]", "<b>x</b>")
    page.click("#why-form button")
    expect(answer.locator(".warning")).to_be_visible()
    expect(answer.locator("b")).to_have_count(0)


def test_anybody_may_evacuate_and_a_supervisor_ends_it(hall, open_page):
    page = sign_in(open_page, "staff1")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#evacuate")
    expect(page.locator("#notes .fault")).to_contain_text("疏散")
    expect(page.locator("#evacuate")).to_be_hidden()
    boss = sign_in(open_page)
    boss.once("dialog", lambda dialog: dialog.accept())
    boss.click("#evacuate")
    expect(boss.locator("#notes .fault")).to_have_count(0)
    assert not hall.door.look()[0].safety.evacuating


def test_nothing_happens_when_the_question_is_answered_no(hall, open_page):
    page = sign_in(open_page)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("#evacuate")
    assert not hall.door.look()[0].safety.evacuating


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_full_hall_fits_the_screen(hall, open_page, lang):
    ask(hall, *(words.OpenWindow(number, f"staff{number}") for number in (1, 2, 3)))
    take(hall, *"AABBC" if not hall.door.plan.service("C").duty else "AABB")
    take(hall, "A", priority=Priority.ELDER, persons=6)
    take(hall, "B", private=True, staff="boss")
    ask(hall, words.CallNext(1, "staff1"), words.Start(1, "staff1"), words.PauseWindow(3, "staff3"))
    ask(hall, words.Tick(), after_s=1900)
    page = sign_in(open_page)
    if lang == "en":
        page.click("[data-language]")
    expect(page.locator("#notes .warning, #notes .fault").first).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_roles_of_the_fixture_are_what_the_tests_say(hall):
    assert hall.staff.check("boss", SECRETS["boss"], 0).role is Role.SUPERVISOR
