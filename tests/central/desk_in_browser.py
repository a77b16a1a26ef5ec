"""The desk in a real browser: one central with years of cases for all its tests, and a page for everybody at work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from central.database import Database
from central.keeping import master_key
from central.keeping.sealed_columns import Vault
from tests.bench.aid_cases import Size, centre, fill
from tests.central.aid_house import DAY_MS, UNIT, House
from tests.central.running import SECRET, RunningCentral
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import GOOD, faults
from tests.parts import Mosquitto, skip_unless

WIDTHS = ((1440, 900), (1024, 768))
INK = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # a PNG
APPLICATION: dict[str, Any] = {
    "consent": True, "matter": "M31_5", "nature": "CIVIL", "aid_form": "FORM_4", "stage": "ARBITRATION",
    "applicant": {"name": "测试周敏", "id_number": "999999194901011230", "phone": "13800000000", "address": "测试路"},
    "hardship": {
        "household": 3, "income": 120000, "basis": "PROMISE", "promise": True, "property": "自住房一套",
        "debts": "欠医药费三万元",
    },
    "opposing": [{"name": "测试建筑公司", "id_kind": "NONE"}], "facts": "三个月没有发工资，请求支付劳动报酬。",
    "papers": [{"name": "劳动合同"}], "signature": INK, "signed_how": "SIGNATURE",
}  # fmt: skip
CENTRE = {"short_name": "测浦", "name_zh": "测试区法律援助中心", "address": "测试路2号", "phone": "021-00000000",
          "bureau": "测试区司法局"}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        opened = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        yield opened
        opened.close()


class Pages:
    """A page of its own for everybody who works here; whatever goes wrong in one of them is known in the end."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.problems: list[str] = []

    def new(self) -> Page:
        page = self.browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.set_default_timeout(30_000)
        return page


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    opened = Pages(browser)
    yield opened
    for context in browser.contexts:
        context.close()
    assert opened.problems == []


@pytest.fixture
def page(pages: Pages) -> Page:
    return pages.new()


class Desk:
    """A central with years of cases; a test takes one in of its own."""

    def __init__(self, central: RunningCentral, vault: Vault) -> None:
        self.central, self.vault = central, vault
        self.supervisor = central.client("supervisor")
        self.case = ""

    def take(self) -> str:
        body = {"application": APPLICATION, "unit": centre(0), "identified": False}
        taken = self.supervisor.post("/api/v1/aid/cases", json=body, headers={"Idempotency-Key": token_hex(8)})
        assert taken.status_code == 201, taken.text
        return str(taken.json()["id"])

    def move(self, client: Any, name: str, version: int, **given: Any) -> None:
        body = {"move": name, "version": version, "given": given}
        path = f"/api/v1/aid/cases/{self.case}/moves"
        answer = client.post(path, json=body, headers={"Idempotency-Key": token_hex(8)})
        assert answer.status_code == 200, answer.text

    @contextmanager
    def house(self, now: int) -> Iterator[House]:
        """The store beneath the central, for the steps that are made on other pages."""
        database = Database(self.central.database)
        with database.write() as connection:
            yield House(connection, self.vault, now)
        database.close()


STAFF: dict[str, tuple[str, set[Role]]] = {
    "reviewer.one": (centre(0), {Role.REVIEWER}), "reviewer.two": (centre(0), {Role.REVIEWER}),
    "desk.one": (centre(0), {Role.WINDOW_STAFF}),
    "clerk": (UNIT, {Role.WINDOW_STAFF, Role.REVIEWER, Role.ASSIGNER, Role.ARCHIVIST}),
    "chief": (UNIT, {Role.APPROVER}), "bureau": (UNIT, {Role.BUREAU_REVIEWER}),
}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    broker = Mosquitto(skip_unless("mosquitto"), folder)
    broker.start()
    central = RunningCentral(folder / "data", broker)
    central.data.mkdir()
    database = Database(central.database)
    vault = master_key.open_vault(database, None, central.data, now_ms(), make=True)
    fill(database, vault, Size(now_ms(), cases=300))
    with database.write() as connection:
        House(connection, vault, now_ms() - DAY_MS).furnish()
    staff = [NewAccount(name, frozenset(roles), SECRET, unit) for name, (unit, roles) in STAFF.items()]
    AccountDesk(database).add_all(staff, now_ms())
    database.close()
    try:
        central.start()
        desk = Desk(central, vault)
        put = desk.supervisor.put(f"/api/v1/aid/centres/{centre(0)}", json=CENTRE, headers={"Idempotency-Key": "c"})
        assert put.status_code == 200, put.text
        yield desk
    finally:
        central.kill()
        broker.kill()


@pytest.fixture
def desk(running: Desk) -> Desk:
    running.case = running.take()
    return running


def sign_in(page: Page, desk: Desk, name: str, path: str) -> None:
    page.goto(f"{desk.central.url}{path}")
    page.fill("[name=name]", name)
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk.central.url}{path}")


def looks_right(page: Page, at_rest: str, name: str) -> None:
    """Nothing to find for axe in either language and width; a picture of it where one is wanted."""
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        for language in ("en", "zh"):
            page.goto(f"{page.url.partition('?')[0]}?lang={language}")
            page.locator(at_rest).first.wait_for()
            assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == [], (language, width)
            picture(page, f"{name}-{width}-{language}")
    page.set_viewport_size({"width": 1440, "height": 900})


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/aid-{name}.png", full_page=whole)


def desk_client(desk: Desk, name: str) -> Any:
    client = httpx2.Client(base_url=desk.central.url, timeout=30)
    token = client.post("/api/v1/session", json={"name": name, "secret": SECRET}).json()["token"]
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {token}"
    return client
