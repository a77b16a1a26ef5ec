"""Elder mode speaks: the right sentence at the right step, ended with its step, and silence everywhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.speaker.recorded import Recorded
from edge.elder_question import ElderQuestion
from edge.screens import PageServer, build_app
from edge.spoken_help import SpokenHelp
from hall.queue.words import Channel, OpenWindow, TakeTicket, Tick
from hall.safety.words import EndEvacuation, Evacuate
from tests.edge.accessible import counts, faults, grown
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import hall_of, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
UPRIGHT = (1080, 1920)
MAIN = "main button, #spoken button"
# The page's own player, which stands in no document, and all that it was to play.
LISTEN = """() => { window.heard = []; const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.player = this; window.heard.push(this.src.split("/spoken/")[1]); return play.call(this); }; }"""
REFUSE = """() => { HTMLMediaElement.prototype.play = () =>
  Promise.reject(new DOMException("no touch yet", "NotAllowedError")); }"""
PLAYS = """(asked) => window.player && window.player.src.endsWith(asked) && !window.player.paused
  && window.player.currentTime > 0"""
SILENT = "() => window.player.paused && !window.player.hasAttribute('src')"


@pytest.fixture(name="hall")
def hall_fixture(tmp_path, staff_file):
    """One class of private matters among the others."""
    services = (*PLAN.services[:2], replace(PLAN.services[2], private=True), *PLAN.services[3:])
    yield from hall_of(PlainDoor(replace(PLAN, services=services)), tmp_path, staff_file)


@pytest.fixture(name="served", params=[None])
def served_fixture(hall, request, tmp_path):
    hall.door.ask(Tick())
    hall.door.ask(OpenWindow(1, "staff1"))
    hall.elders = ElderQuestion(hall.door.plan)
    spoken = SpokenHelp(hall.door.plan)
    if request.param is not None:
        torn = tmp_path / "help.zip"
        torn.write_bytes(request.param)
        spoken = SpokenHelp(hall.door.plan, sentences=Recorded(torn))
    app = build_app(hall.door, hall.staff, elders=hall.elders, spoken=spoken)
    hall.elders.watch(app.state.ring)
    server = PageServer(app, "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def address(said: str, lang: str = "zh") -> str:
    name, _, number = said.partition(" ")
    return f"{name}.wav?lang={lang}" + (f"&number={number}" if number else "")


def now_heard(page, said: str, lang: str = "zh") -> None:
    """Sound, really, and of this sentence."""
    page.wait_for_function(PLAYS, arg=f"/spoken/{address(said, lang)}")
    expect(page.locator("#spoken")).to_have_class("sounding")


def heard(page) -> list[str]:
    """All that was to be played, in order."""
    told: list[str] = page.evaluate("() => window.heard")
    return told


def machine_of(open_page, **more):
    page = open_page("/machine", UPRIGHT, touch=True, **more)
    page.wait_for_selector("[data-service=A]")
    page.evaluate(LISTEN)
    return page


def kiosk_of(open_page, **more):
    page = open_page("/kiosk", UPRIGHT, touch=True, **more)
    page.wait_for_selector(".pack")
    page.evaluate(LISTEN)
    return page


def test_each_step_of_the_machine_is_said_once_and_can_be_stopped_and_heard_again(open_page):
    page = machine_of(open_page)
    page.locator("#large").tap()
    now_heard(page, "choose_service")
    expect(page.locator("#spoken-words")).to_have_text("请按一下您要办理的业务。")
    assert faults(page, main=MAIN) == []  # with both keys of the voice
    page.locator("[data-service=A]").tap()
    now_heard(page, "take_number")
    page.locator("#spoken-stop").tap()
    page.wait_for_function(SILENT)
    expect(page.locator("#spoken-stop")).to_be_hidden()
    page.locator("#to-priority").tap()
    now_heard(page, "priority")
    page.locator("#spoken-stop").tap()
    page.locator("#spoken-again").tap()
    now_heard(page, "priority")
    page.locator("[data-wished=DISABLED]").tap()
    now_heard(page, "ticket A001")
    expect(page.locator("#spoken-words")).to_have_text("您的号码是A001，请在大厅等候叫号。")
    page.locator("#done").tap()  # elder mode ends with its visitor
    page.wait_for_function(SILENT)
    expect(page.locator("#spoken")).to_be_hidden()
    said = ("choose_service", "take_number", "priority", "priority", "ticket A001")
    assert heard(page) == [address(one) for one in said]


def test_a_sentence_ends_by_itself_and_what_the_hall_does_meanwhile_says_nothing_again(hall, open_page):
    page = machine_of(open_page)
    page.locator("#large").tap()
    now_heard(page, "choose_service")
    hall.door.ask(OpenWindow(2, "staff2"))  # each change of the hall draws the page anew
    expect(page.locator("#spoken-stop")).to_be_hidden()
    expect(page.locator("#spoken-again")).to_be_visible()
    page.locator("[data-language]").tap()
    expect(page.locator("#spoken-words")).to_have_text("Please touch the service you need.")
    now_heard(page, "choose_service", "en")
    assert heard(page) == [address("choose_service"), address("choose_service", "en")]
    page.locator("#large").tap()
    page.wait_for_function(SILENT)


def test_an_elders_card_is_asked_without_a_word_of_why(hall, open_page):
    page = machine_of(open_page)
    page.locator("#large").tap()
    command = TakeTicket("A", "token-of-the-card-1", Channel.CARD, card_mark="mark-1", age=72)
    hall.elders.hold(command, hall.door.ask)
    now_heard(page, "elder")
    page.locator("#elder-yes").tap()
    now_heard(page, "ticket A001")
    assert heard(page) == [address(one) for one in ("choose_service", "elder", "ticket A001")]


def test_of_private_matters_not_even_the_number_is_said(open_page):
    page = machine_of(open_page)
    page.locator("#large").tap()
    page.locator("[data-service=C]").tap()
    page.locator("#take").tap()
    now_heard(page, "ticket_quiet")
    assert "C001" not in page.locator("#spoken-words").text_content()


def test_a_left_machine_and_an_evacuation_fall_silent_at_once(hall, open_page):
    page = machine_of(open_page, clock=True)
    page.locator("#large").tap()
    page.locator("[data-service=A]").tap()
    now_heard(page, "take_number")
    hall.door.ask(Evacuate("boss"))
    page.wait_for_function(SILENT)
    hall.door.ask(EndEvacuation("boss"))
    expect(page.locator("#evacuation")).to_be_hidden()
    page.clock.run_for(1000)
    page.locator("#large").tap()
    page.locator("[data-service=A]").tap()
    page.locator("#spoken-again").tap()
    now_heard(page, "take_number")
    page.clock.run_for(181_000)
    page.wait_for_function(SILENT)
    expect(page.locator("#spoken")).to_be_hidden()


def test_in_normal_mode_nothing_is_said(open_page):
    machine, kiosk = machine_of(open_page), kiosk_of(open_page)
    machine.locator("[data-service=A]").tap()
    machine.locator("#take").tap()
    expect(machine.locator("#ticket-number")).to_have_text("A001")
    kiosk.click("[data-tile=places]")
    for page in (machine, kiosk):
        expect(page.locator("#spoken")).to_be_hidden()
        assert heard(page) == []


def test_each_view_of_the_kiosk_is_said_and_the_end_of_the_session_is_silence(open_page):
    page = kiosk_of(open_page)
    page.click("#large")
    now_heard(page, "kiosk_home")
    assert faults(page, main=MAIN, scrolls=True, least_type=24) == []
    for tile in ("guides", "people", "mine", "knowledge", "places", "opinion"):
        page.click(f"[data-tile={tile}]")
        now_heard(page, tile)
        page.click("#home")
        now_heard(page, "kiosk_home")
    page.click("[data-tile=fee]")
    now_heard(page, "fee_kind")
    page.locator(".kinds button").first.click()
    now_heard(page, "fee_amount")
    page.click("#home")
    page.click("[data-tile=take]")
    page.click("[data-service=A]")
    page.click("#take-it")
    now_heard(page, "ticket A001")
    page.click("#end")
    page.wait_for_function(SILENT)
    expect(page.locator("#spoken")).to_be_hidden()


def test_a_browser_that_refuses_to_play_leaves_the_words(open_page):
    page = machine_of(open_page)
    page.evaluate(REFUSE)
    page.locator("#large").tap()
    expect(page.locator("#spoken-words")).to_be_visible()
    expect(page.locator("#spoken")).not_to_have_class("sounding")
    expect(page.locator("#spoken-again")).to_be_visible()


@pytest.mark.parametrize("served", [b"torn"], indirect=True)
def test_without_recordings_there_are_words_and_no_keys(open_page):
    page = machine_of(open_page)
    page.locator("#large").tap()
    page.locator("[data-service=A]").tap()
    expect(page.locator("#spoken-words")).to_be_visible()
    for key in ("#spoken-again", "#spoken-stop"):
        expect(page.locator(key)).to_be_hidden()
    assert heard(page) == []


def test_many_sentences_leave_nothing_behind_in_the_page(open_page):
    """Steps change faster than anybody can listen; the page's own hours are another test's."""
    page = machine_of(open_page)
    held = []
    for turn in range(32):
        page.evaluate("() => document.getElementById('large').click()")
        page.evaluate("() => document.querySelector('[data-service=A]').click()")
        page.evaluate("() => document.getElementById('spoken-again').click()")
        now_heard(page, "take_number")
        page.evaluate("() => document.querySelector('#choice .back').click()")
        page.evaluate("() => document.getElementById('large').click()")
        page.wait_for_function(SILENT)
        if turn in (6, 7, 8, 29, 30, 31):
            page.evaluate("() => { window.heard = []; }")
            held.append(counts(page))
    assert grown(held[:3], held[3:]) == []
