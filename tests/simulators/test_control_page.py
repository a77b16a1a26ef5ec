"""The virtual hall in a real browser: what comes over the wire is drawn, what is clicked goes out on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import serial
from playwright.sync_api import Locator, Page

from drivers.call_terminal.keys import MODELS
from hall_config.load import read_hall_file
from simulators.host import Host
from tests.simulators.served_control import opened_hall
from tests.simulators.waiting import until

# The makers' manual's way to say 请A012号 on a 64x16 screen, and a keypad's to show ticket 012.
SIGN_SAYS_A012 = bytes.fromhex(
    "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 35 00 A3 06 01 00 00 00 01 2C 00 00 00 80 00 00 40 80"
    "10 00 00 00 00 00 00 00 00 0A 01 01 01 00 00 00 11 00 00 00 5C 46 4F 30 30 30 5C 43 31 C7 EB 41 30 31 32 BA C5 86"
    "7C 5A"
)
SIZES = [(1280, 800), (1440, 900), (1920, 1080)]
ON_TOP = """one => { const b = one.getBoundingClientRect();
  return one.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)); }"""
CONTRAST = """one => {
  const light = (text) => text.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const style = getComputedStyle(one);
  const [dark, pale] = [light(style.color), light(style.backgroundColor)].sort();
  return (pale + 0.05) / (dark + 0.05); }"""
TERMINAL_BEEPS = bytes.fromhex("FF 68 02 02 68 03 03 06 16")
TERMINAL_SHOWS_012 = bytes.fromhex("FF 68 08 08 68 03 02 0A 0A 0A 00 01 02 26 16")
SLIP = b"\x1b@\x1c&" + "号票 A012".encode("gb18030") + b"\n\x1dV\x00"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    hall = read_hall_file(Path(str(files("hall_config") / "demo" / "demo-east.toml")))
    made = Host(hall, tmp_path_factory.mktemp("hall"))
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(host: Host) -> Iterator[Page]:
    with opened_hall(host, 1600, 1000) as opened:
        opened.wait_for_selector(".keys button")
        yield opened


def _write(host: Host, device: str, data: bytes) -> None:
    with serial.Serial(host.stations[device].port, timeout=20.0) as port:
        port.write(data)
        port.flush()


def test_every_device_of_the_hall_stands_in_the_room(page: Page) -> None:
    assert page.locator(".window").count() == page.locator(".sign canvas").count() == 4
    assert page.locator(".terminal").count() == 4
    for one in (".reader", ".printer", ".sound-card", ".help-key", ".door"):
        assert page.locator(one).count() == 1
    assert page.locator("#hall-name").inner_text() == "东区公共法律服务中心"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def sized(page: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    page.set_viewport_size({"width": width, "height": height})
    zoom = min(1.0, width / 1520, height / 940)
    page.wait_for_function(
        f"() => Math.abs(document.documentElement.style.getPropertyValue('--zoom') - {zoom}) < 0.001"
    )
    yield page
    page.set_viewport_size({"width": 1600, "height": 1000})


def _reachable(entries: Locator) -> list[bool]:
    return [entry.evaluate(ON_TOP) for entry in entries.all()]


def test_every_entry_of_every_menu_can_be_clicked(sized: Page) -> None:
    for menu in sized.locator("details.menu").all():
        menu.locator("summary").click()
        assert menu.locator(".menu-list").evaluate("list => list.scrollHeight <= list.clientHeight + 1")
        entries = menu.locator("button, a, dt")
        assert entries.count() >= 2
        assert all(_reachable(entries)), (sized.viewport_size, menu.text_content())
        sized.locator("h1").click()


def test_the_whole_room_fits_the_screen_in_both_languages(sized: Page) -> None:
    for _ in range(2):
        fits = (
            "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
        )
        assert sized.evaluate(fits)
        cards = sized.locator(".tray .card")
        assert cards.count() == 15
        assert all(_reachable(cards)), "a sample card is out of sight"
        for words in (".top p", ".screen-services span", ".tray h3", ".wire-head strong", ".lcd em"):
            cut = sized.locator(words).evaluate_all("all => all.some((one) => one.scrollWidth > one.clientWidth + 1)")
            assert not cut, words
        sized.locator(".help-keys summary").last.click()
        assert all(_reachable(sized.locator(".legend").last.locator("dt, dd")))
        sized.locator("#language").click()


def test_small_words_stay_legible(sized: Page) -> None:
    zoom = sized.evaluate("Number(document.documentElement.style.getPropertyValue('--zoom'))")
    for digit in sized.locator(".relays i").all():
        assert digit.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") * min(1, zoom) >= 11.99
        assert digit.evaluate(CONTRAST) >= 4.5


def test_a_sign_lights_the_dots_that_the_bytes_asked_for(page: Page, host: Host) -> None:
    lit = "(() => { const c = document.querySelector('.sign canvas'); const d = c.getContext('2d')"
    lit += ".getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length; i += 4)"
    lit += " if (d[i] > 200) n += 1; return n; })()"
    assert page.evaluate(lit) == 0
    _write(host, "sign-1", SIGN_SAYS_A012)
    until(lambda: page.evaluate(lit) > 3000, "red dots")
    assert page.locator(".sign canvas").first.get_attribute("aria-label") == "请A012号"


def test_a_terminal_shows_its_ticket_and_a_key_says_its_frame(page: Page, host: Host) -> None:
    with serial.Serial(host.stations["terminal-3"].port, timeout=20.0) as port:
        port.write(TERMINAL_SHOWS_012)
        until(lambda: "012" in page.locator(".lcd").nth(2).inner_text(), "the number on the display")
        page.locator(".terminal").nth(2).locator(".keys .call").click()
        assert port.read(10) == bytes.fromhex("FF 68 03 03 68 03 01 0C 10 16")


def test_the_legend_tells_what_the_controller_makes_of_the_keys(page: Page) -> None:
    told = page.evaluate("import('/page/terminal_keys.js').then((keys) => keys.MODELS)")
    assert told == {model: {keys: action.value for keys, action in table.items()} for model, table in MODELS.items()}
    page.locator(".help-keys summary").nth(2).click()
    legend = page.locator(".legend").nth(2)
    assert legend.locator("[data-keys='**+confirm'] + dd").inner_text().startswith("登录，开放窗口")
    assert legend.locator("[data-keys='4+confirm'] + dd").inner_text().startswith("关闭窗口")
    page.locator("h1").click()
    keys = page.locator(".terminal").nth(2).locator(".keys button").evaluate_all("all => all.map((one) => one.title)")
    assert all(keys)


def test_the_legend_follows_the_hall_files_own_keys(page: Page) -> None:
    told = page.evaluate("""import('/page/terminal_keys.js').then((keys) =>
        keys.meanings({ model: 'slz', changes: { '5+confirm': 'none', metre: 'pause' } }))""")
    assert {"digits": "", "key": "metre", "action": "pause"} in told
    assert not [row for row in told if row["digits"] == "5"]


def test_a_beep_after_a_key_says_how_to_open_the_window(page: Page, host: Host) -> None:
    page.reload()  # which forgets the keys that earlier tests have pressed
    page.wait_for_selector(".keys button")
    hint = page.locator(".beeped").nth(2)
    _write(host, "terminal-3", TERMINAL_BEEPS)
    until(lambda: host.stations["terminal-3"].device.show()["beeps"] == 1, "the beep")
    page.wait_for_timeout(500)
    assert hint.is_hidden()
    page.locator(".terminal").nth(2).locator(".keys .call").click()
    assert hint.is_hidden()
    _write(host, "terminal-3", TERMINAL_BEEPS)
    until(lambda: hint.is_visible(), "the hint")
    assert "工号 + 确定" in hint.inner_text()


def test_a_card_from_the_tray_lies_on_the_reader(page: Page, host: Host) -> None:
    page.locator(".tray .card").nth(1).click()
    page.wait_for_selector(".reader.with-card")
    assert host.stations["card-reader"].device.show()["card"]["person"] == "elder-2"
    _write(host, "card-reader", bytes.fromhex("AA AA AA 96 69 00 03 20 01 22"))
    until(lambda: "已寻到卡" in page.locator(".reader").inner_text(), "the reader's state")


def test_a_slip_comes_out_as_paper_and_is_torn_off(page: Page, host: Host) -> None:
    _write(host, "printer", SLIP)
    paper = page.wait_for_selector(".paper img")
    page.locator("#language").click()
    assert paper is not None
    until(lambda: page.evaluate("document.querySelector('.paper img')?.naturalWidth") > 200, "the picture")
    page.locator(".paper").click()
    until(lambda: host.stations["printer"].device.show()["slips"][-1]["taken"], "taken")
    until(lambda: page.locator(".paper").count() == 0, "gone")
    assert page.locator(".paper-hint").inner_text().startswith("Slips come out here")
    page.locator("#language").click()


def test_a_fault_is_put_in_force_and_shown_in_words(page: Page, host: Host) -> None:
    page.locator(".sign .menu summary").nth(1).click()
    page.get_by_role("button", name="不再应答").locator("visible=true").click()
    until(lambda: page.locator(".sign .trouble").nth(1).inner_text().endswith("不应答"), "the badge")
    assert host.stations["sign-2"].tap.faults.silent
    page.locator(".sign .menu summary").nth(1).click()
    page.get_by_role("button", name="恢复正常").locator("visible=true").click()
    until(lambda: page.locator(".sign .trouble").nth(1).is_hidden(), "the badge gone")


def test_the_door_opens_and_the_help_button_is_pressed(page: Page, host: Host) -> None:
    page.locator(".door-key").click()
    page.wait_for_selector(".door.open")
    assert host.stations["main-door"].device.show()["open"] is True
    page.locator(".help-key").click()
    until(lambda: host.stations["help-button"].device.show()["presses"] == 1, "pressed")


def test_the_wires_tell_their_bytes_both_ways(page: Page, host: Host) -> None:
    assert page.locator(".wire").count() == 6
    _write(host, "zone-relay", bytes.fromhex("01 01 00 00 00 08 3D CC"))
    told = page.locator(".wire", has_text="广播分区继电器")
    until(lambda: "01 01 00 00 00 08 3D CC" in (told.text_content() or ""), "the question")
    until(lambda: "01 01 01 00 51 88" in (told.text_content() or ""), "the answer")


def test_english_is_one_key_away(page: Page) -> None:
    page.locator(".terminal").first.locator(".keys .recall").click()
    until(lambda: page.locator(".lcd").first.inner_text().endswith("无应答"), "given up")
    page.locator("#language").click()
    assert page.locator(".lcd").first.inner_text().endswith("no answer")
    assert page.locator("#hall-name").inner_text() == "East District Public Legal Service Centre"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#language").click()
