"""A guide on paper: the real driver prints it on the simulated printer, and only what is proved is called printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from drivers.driver import OrderFailed
from drivers.errors import DriverError
from drivers.kinds.printer import PaperLow, Print, Printed
from drivers.kinds.slip import Qr, Text
from drivers.ticket_printer import MANIFEST
from edge.content import Content
from edge.guide_paper import guide_parts
from edge.guide_slips import GuideSlips
from edge.screens import PageServer, build_app
from edge.surroundings import nothing_around
from hall.guide_slips import Limits
from hall.moment import Moment
from hall_config.content.load import read_pack
from simulators.ticket_printer import SimulatedEscposPrinter
from tests.drivers.wired import Wired
from tests.edge.accessible import faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.plain_door import PLAN, START_WALL_MS, PlainDoor
from tests.edge.screens_fixtures import hall_fixture, staff_file_fixture  # noqa: F401
from tests.spoilt_pack import GUIDE, change, pack_fixture  # noqa: F401

SLIP = "/api/v1/content/guides/LA-01/slip"
KIOSK = (1080, 1920)
MAIN = "main button, footer button, #ways button"
HOSTILE = "<img src=x onerror='document.title=1'>"


class Printer:
    """The real driver on a line in memory; ``held`` keeps orders until they are let go."""

    def __init__(self, door: PlainDoor, **limits: int) -> None:
        self.simulated = SimulatedEscposPrinter("printer-1", options={"speed_mm_s": 0})
        self.line = Wired(self.simulated)
        self.held: list[Print] | None = None
        self.kept: dict[str, Any] = {}
        self.door = door
        self.slips = self.begun_anew(**limits)
        self.driver = MANIFEST.build("printer-1", self.told, address=None, baud=115_200, options={})

    def told(self, report: Any) -> None:
        self.slips.heard(report)

    def begun_anew(self, **limits: int) -> GuideSlips:
        """A controller that has just started; what the journal keeps it finds again."""
        self.slips = GuideSlips(("printer-1",), Limits(**limits), self.submit, self.now, lambda work: work(self))
        return self.slips

    def now(self) -> Moment:
        return Moment(*self.door.now_ms())

    def read_meta(self, name: str) -> Any:
        return self.kept.get(name)

    def write_meta(self, name: str, value: Any) -> None:
        self.kept[name] = value

    def submit(self, order: Any) -> None:
        if self.held is not None:
            self.held.append(order)
            return
        try:
            self.driver.perform(self.line, order)
        except DriverError as problem:
            self.slips.heard(OrderFailed("printer-1", order, "fault", str(problem)))

    def let_go(self) -> None:
        held, self.held = self.held or [], None
        for order in held:
            self.submit(order)

    def papers(self) -> list[list[str]]:
        return [slip["lines"] for slip in self.simulated.show()["slips"]]


@pytest.fixture(name="printer")
def printer_fixture(hall):
    return Printer(hall.door)


@pytest.fixture(name="app")
def app_fixture(hall, pack, printer):
    around = replace(nothing_around(), content=Content(str(pack)), guide_slips=printer.slips)
    return build_app(hall.door, hall.staff, surroundings=around)


@pytest.fixture(name="client")
def client_fixture(app):
    return TestClient(app, base_url="http://hall.test", raise_server_exceptions=False)


@pytest.fixture(name="served")
def served_fixture(app):
    server = PageServer(app, "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def begun(client: TestClient, **body: Any) -> Any:
    answer = client.post(SLIP, json=body)
    assert answer.status_code == 202, answer.text
    return client.get(f"/api/v1/content/slips/{answer.json()['slip']}").json()


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_the_slip_says_who_where_what_to_bring_fee_limit_law_and_date(client, printer):
    assert begun(client) == {"state": "printed", "reason": ""}
    text = "".join(printer.papers()[0]).replace(" ", "")
    for part in (
        "申请法律援助（民事、行政、国家赔偿）", "【谁可以申请】", "因经济困难没有委托代理人的当事人", "【要带的材料】",
        "法律援助申请表（原件1份）", "【在哪里办】", "法律援助窗口（B类号）", "12348", "【收费】",
        "免费", "【办理时限】", "7日内", "【法律依据】", "《中华人民共和国法律援助法》",
        "2022-01-01起施行", "第1版，2026-11-20起", "示例内容，不作办事依据", "打印：2026年11月21日10:00",
    ):  # fmt: skip
        assert part in text, part
    assert "http" not in text


def test_in_english_the_chinese_name_stands_below_for_whoever_it_is_shown_to(client, printer):
    begun(client, language="en")
    text = " ".join(printer.papers()[0])
    for part in ("Who may apply", "What to bring", "Where", "Fee", "Time limit", "Legal basis", "申请法律援助"):
        assert part in text, part
    assert "谁可以申请" not in text


def test_a_code_to_scan_stands_on_it_only_where_the_pack_gives_an_address(pack):
    def codes() -> list[Qr]:
        found = read_pack(pack)
        return [
            part
            for one in found.guides
            for part in guide_parts(one, found.pack, PLAN, "zh", START_WALL_MS)
            if isinstance(part, Qr)
        ]

    assert codes() == []
    change(pack, GUIDE, "version = 1", 'web = "https://example.test/aid"\nversion = 1')
    assert [one.content for one in codes()] == ["https://example.test/aid"]


def test_html_and_texts_without_end_are_text_and_come_to_an_end(client, pack, printer):
    change(pack, GUIDE, "因经济困难没有委托代理人的当事人", HOSTILE + "长" * 1900)
    change(pack, GUIDE, "身份证或其他有效身份证明", "\\u001b@\\u001di\\n" + HOSTILE)
    assert begun(client)["state"] == "printed"
    lines = printer.papers()[0]
    assert HOSTILE[:20] in "".join(lines)
    assert "有省略" in "".join(lines)
    assert len(lines) < 70
    assert len(printer.papers()) == 1


def test_without_paper_nothing_is_called_printed_and_it_does_not_count(client, hall, printer):
    printer.simulated.do("paper_out", {})
    assert begun(client) == {"state": "failed", "reason": "paper_out"}
    assert printer.papers() == []
    hall.door.steady_ms += 20_000
    assert code_of(client.post(SLIP, json={})) == (409, "PAPER_FOR_TICKETS")
    printer.simulated.do("clear_faults", {})
    printer.slips.heard(PaperLow("printer-1", low=False))
    assert begun(client)["state"] == "printed"


def test_nobody_prints_a_hundred(hall, printer):
    around = replace(nothing_around(), guide_slips=printer.begun_anew(a_day=2))
    client = TestClient(build_app(hall.door, hall.staff, surroundings=around), base_url="http://hall.test")
    printer.held = []
    first = [client.post(SLIP, json={}) for _ in range(30)]
    assert [answer.status_code for answer in first] == [202] + [429] * 29
    printer.let_go()
    hall.door.steady_ms += 20_000
    assert begun(client)["state"] == "printed"
    hall.door.steady_ms += 20_000
    assert code_of(client.post(SLIP, json={})) == (409, "GUIDE_SLIPS_USED_UP")
    assert len(printer.papers()) == 2
    assert printer.slips.heard(Printed("printer-1", "A012")) is False  # a ticket's slip is none of ours


def test_the_days_count_outlives_a_restart(printer, hall):
    printer.slips.print((Text("一"),))
    hall.door.steady_ms += 30_000
    again = printer.begun_anew(a_day=1)
    with pytest.raises(Exception, match="GUIDE_SLIPS_USED_UP"):
        again.print((Text("二"),))


def test_the_same_key_prints_one_slip(client, printer):
    first, second = (client.post(SLIP, json={}, headers={"Idempotency-Key": "press-1"}) for _ in range(2))
    assert first.json() == second.json()
    assert len(printer.papers()) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [("guides/NO-99", 404), ("guides/../../x", 404), ("guides/" + "A" * 300, 404), ("guides/%3Cb%3E", 404)],
)
def test_what_is_no_guide_is_not_printed(client, printer, path, status):
    assert client.post(f"/api/v1/content/{path}/slip", json={}).status_code == status
    assert client.get("/api/v1/content/slips/" + "x" * 16).status_code == 404
    assert printer.papers() == []


def test_a_guide_that_is_not_shown_today_is_not_printed(client, pack, printer):
    change(pack, GUIDE, "version = 1", "published = false\nversion = 1")
    assert code_of(client.post(SLIP, json={})) == (404, "NOT_FOUND")
    assert printer.papers() == []


def test_a_hall_without_a_printer_says_so(hall):
    assert code_of(hall.client().post(SLIP, json={})) == (409, "NO_PRINTER")


def open_guide(page):
    expect(page.locator(".pack")).to_be_attached()
    page.click("[data-tile=guides]")
    page.locator(".row").first.click()
    return page


@pytest.mark.browser
def test_at_the_kiosk_a_guide_is_printed_once_a_session_and_said_when_it_is_there(open_page, printer):
    printer.held = []
    page = open_guide(open_page("/kiosk", KIOSK, touch=True))
    page.click("#large")
    page.click("#guide-print")
    expect(page.locator("#print-said")).to_contain_text("正在打印")
    expect(page.locator("#guide-print")).to_be_disabled()
    printer.let_go()
    expect(page.locator("#print-said")).to_contain_text("打好了，请到取号机取走")
    expect(page.locator("#guide-print")).to_be_disabled()
    page.click("#language")
    expect(page.locator("#print-said")).to_contain_text("Printed. Please take it at the ticket machine")
    assert faults(page, main=MAIN, scrolls=True, least_type=24) == []
    page.click("#home")
    open_guide(page)
    expect(page.locator("#guide-print")).to_be_disabled()  # this guide lies there already
    page.click("#back")
    page.locator(".row").nth(1).click()
    page.click("#guide-print")
    expect(page.locator("#print-said")).to_contain_text("wait twenty seconds")
    page.click("#end")
    open_guide(page)
    expect(page.locator("#guide-print")).to_be_enabled()
    assert len(printer.papers()) == 1


@pytest.mark.browser
def test_at_the_kiosk_a_printer_without_paper_is_said_in_words(hall, open_page, printer):
    printer.simulated.do("paper_out", {})
    page = open_guide(open_page("/kiosk", KIOSK))
    page.click("#guide-print")
    expect(page.locator("#print-said")).to_contain_text("打印机没有纸了")
    whole, reader = hall.door.devices
    hall.door.devices = (replace(whole, state="degraded", reason="paper_out"), reader)
    hall.door.ring()
    page.click("#end")
    open_guide(page)
    expect(page.locator("#guide-print")).to_be_disabled()
    expect(page.locator("#print-said")).to_contain_text("现在不能打印")
    hall.door.devices = (reader,)
    hall.door.ring()
    expect(page.locator("#guide-print")).to_have_count(0)
