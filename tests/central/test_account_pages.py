"""One's own account in a real browser: second factor, secret, sessions, sign-in by the directory; no WCAG fault."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pyotp
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.clock import now_ms
from central.database import Database
from tests.central.running import HALL_PROGRAM, SECRET, RunningCentral
from tests.central.small_issuer import CLIENT, CLIENT_SECRET, SmallIssuer, small_issuer
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import faults
from tests.parts import LET_GO_FIRST, Mosquitto, free_port, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]
OTHER = "Another-good-77"
# Where nobody is sent who signs in: each would leave this site in one browser or another, or run as a script.
ELSEWHERE = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/.//evil.example", "/..//evil.example", "/%2e//evil.example", "/\t/evil.example", "http:evil.example", "http://[",
    "javascript:alert(1)", "data:text/html,x", "http://{here}//evil.example/", "http://{here}@evil.example/",
    "http://evil.example:80/{here}",
)  # fmt: skip
NEXT = """async (wanted) => {
  history.replaceState(null, "", `/sign-in?next=${encodeURIComponent(wanted)}`);
  const target = (await import("/static/next.js")).next();
  return new URL(target, location.href).origin === location.origin ? target : `away: ${target}`;
}"""


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.set_default_timeout(30_000)
        yield page
        browser.close()
        assert problems == []


@pytest.fixture
def issuer() -> Iterator[SmallIssuer]:
    with small_issuer() as one:
        yield one


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto, issuer: SmallIssuer) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    port = free_port()
    (tmp_path / "client.secret").write_text(CLIENT_SECRET)
    settings = [
        "[directory]", f"issuer = '{issuer.url}'", f"client_id = '{CLIENT}'", f"back = 'http://127.0.0.1:{port}'",
        f"client_secret_file = '{tmp_path / 'client.secret'}'",
    ]  # fmt: skip
    (tmp_path / "accounts.toml").write_text("\n".join(settings))
    running.more = ["--accounts", str(tmp_path / "accounts.toml")]
    running.start(port=port)
    try:
        yield running
    finally:
        running.kill()


def looks_right(page: Page) -> None:
    """In both languages, with nothing to find for axe; leaves it in Chinese."""
    assert faults(page, touch=False, scrolls=True, least_type=14) == [], page.url
    for language in ("English", "中文"):
        page.click(f".who a:has-text('{language}')")
        expect(page.locator("html")).to_have_attribute("lang", "en" if language == "English" else "zh-CN")
        if language == "English":
            assert faults(page, touch=False, scrolls=True, least_type=14) == [], page.url


def test_from_the_first_sign_in_to_a_session_ended_elsewhere(
    central: RunningCentral, issuer: SmallIssuer, page: Page
) -> None:
    maker, recovery = activate_and_set_up(page, central)
    sign_in_with_a_code(page, central, maker)
    look_after_the_account(page, central)
    change_the_secret(page)
    guard = central.client("security_admin")
    come_in_by_the_directory(page, central, guard)
    give_the_code_after_the_directory(page, central, guard, recovery)
    guard.close()


def activate_and_set_up(page: Page, central: RunningCentral) -> tuple[pyotp.TOTP, str]:
    add = [str(HALL_PROGRAM), "users", "add", "wang.li", "--role", "approver", "--database", central.database]
    told = subprocess.run(add, capture_output=True, text=True, check=True)
    page.goto(f"{central.url}/activate")
    looks_right(page)
    for name, value in {
        "name": "wang.li", "code": told.stdout.splitlines()[0].split("：")[-1], "secret": SECRET, "again": SECRET,
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.click("button[type=submit]")
    expect(page).to_have_url(f"{central.url}/account/second-factor?next=%2F")
    page.goto(f"{central.url}/figures")  # no way round it
    expect(page).to_have_url(f"{central.url}/account/second-factor?next=/figures")
    looks_right(page)
    page.click("#begin button")
    expect(page.locator("#qr svg")).to_be_visible()
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    maker = pyotp.TOTP(page.inner_text("#typed").replace(" ", ""))
    page.fill("#first-code", "000000")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("验证码不正确")
    page.fill("#first-code", maker.at(now_ms() // 1000 - 30))  # the half minute before: the next ones are for later
    page.keyboard.press("Enter")
    expect(page.locator("#codes li")).to_have_count(8)
    recovery = page.locator("#codes li").first.inner_text()
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    page.click("#go-on")
    page.wait_for_function("() => location.pathname === '/figures'")
    page.click("#sign-out")
    page.wait_for_function("() => location.pathname === '/sign-in'")
    return maker, recovery


def sign_in_with_a_code(page: Page, central: RunningCentral, maker: pyotp.TOTP) -> None:
    here = central.url.removeprefix("http://")
    for wanted in ELSEWHERE:
        target = page.evaluate(NEXT, wanted.format(here=here))
        assert target.startswith("/"), wanted
        assert not target.startswith(("//", "/\\")), wanted
    assert page.evaluate(NEXT, "/halls/north?day=2026-11-18") == "/halls/north?day=2026-11-18"
    page.goto(f"{central.url}/figures")
    looks_right(page)
    expect(page).to_have_url(f"{central.url}/sign-in?next=/figures&lang=zh")
    page.fill("[name=name]", "wang.li")
    page.fill("[name=secret]", SECRET)
    expect(page.locator("[name=code]")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("[name=code]")).to_be_focused()
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    page.keyboard.type(maker.at(now_ms() // 1000 + 30))
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.pathname === '/figures'")


def look_after_the_account(page: Page, central: RunningCentral) -> None:
    database = Database(central.database)
    desk = AccountDesk(database)
    desk.add("by.hand", [Role.VIEWER], now_ms(), SECRET)
    database.close()
    page.click(".who a.person")
    expect(page.locator("#factor")).to_contain_text("已启用")
    expect(page.locator("#factor")).to_contain_text("剩余恢复码：8 个")
    expect(page.locator("#sessions tr")).to_have_count(1)
    expect(page.locator("#sessions tr")).to_contain_text("当前登录")
    expect(page.locator(".facts").first).to_contain_text("全市")
    looks_right(page)


def change_the_secret(page: Page) -> None:
    page.click("a[href='/account/secret']")
    looks_right(page)
    for name, value in {"secret": SECRET, "new_secret": OTHER, "again": "Not-the-same-1"}.items():
        page.fill(f"[name={name}]", value)
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("不一致")
    page.fill("[name=again]", OTHER)
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_be_visible()
    page.click("#sign-out")
    page.wait_for_function("() => location.pathname === '/sign-in'")


def come_in_by_the_directory(page: Page, central: RunningCentral, guard: httpx2.Client) -> None:
    key = {"Idempotency-Key": "link"}
    linked = guard.put("/api/v1/accounts/by.hand/directory", json={"subject": "u-4711"}, headers=key)
    assert linked.status_code == 200, linked.text
    page.click("#by-directory")  # out to the directory, and back
    page.wait_for_function("() => location.pathname === '/'")
    expect(page.locator(".who a.person")).to_have_text("by.hand")
    page.click(".who a.person")
    with httpx2.Client(base_url=central.url, timeout=30, limits=LET_GO_FIRST) as other:
        answer = other.post("/api/v1/session", json={"name": "by.hand", "secret": SECRET})
        other.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        page.reload()
        expect(page.locator("#sessions tr")).to_have_count(2)
        page.click("#sessions button")
        expect(page.locator("#sessions tr")).to_have_count(1)
        assert other.get("/api/v1/session").status_code == 401
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    assert guard.delete("/api/v1/accounts/by.hand/directory").status_code == 204


def give_the_code_after_the_directory(page: Page, central: RunningCentral, guard: httpx2.Client, recovery: str) -> None:
    """Somebody with a second factor of their own, whom a directory has only asked for a secret."""
    key = {"Idempotency-Key": "again"}
    assert guard.put("/api/v1/accounts/wang.li/directory", json={"subject": "u-4711"}, headers=key).status_code == 200
    guard.close()
    page.goto(f"{central.url}/sign-in")
    page.click("#by-directory")
    page.wait_for_function("() => location.pathname === '/sign-in/code'")
    looks_right(page)
    page.fill("[name=code]", "000000")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("验证码不正确")
    page.fill("[name=code]", recovery)
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.pathname === '/'")
    expect(page.locator(".who a.person")).to_have_text("wang.li")
