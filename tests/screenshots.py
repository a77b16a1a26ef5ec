"""``make screenshots``: the demo at work, and a picture of every page at its own size in ``build/screenshots``.

Small copies for README and manual go to ``docs/pages``. ``make screenshots ARGS=aid`` takes those of legal aid alone.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.house import HALL
from tests.parts import skip_unless, wait_for
from tests.pictures_of_aid import take_pictures

FOLDER: Final = Path("build/screenshots")
DOCS: Final = Path("docs/pages")
SMALL: Final = (900, 900)  # as large as a README shows it
COLOURS: Final = 128
BUSY_S: Final = 40
ARGUMENTS: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def main(only: str = "") -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    DOCS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hall-pictures-") as folder:
        ready_file = Path(folder) / "ready.json"
        wishes = ["--visitors", "240", "--speed", "6", "--port-base", "18000", "--ready-file", str(ready_file)]
        demo = subprocess.Popen([HALL, "demo", *wishes], stdout=subprocess.DEVNULL)
        try:
            wait_for(ready_file.exists, "the demo", 90)
            ready = json.loads(ready_file.read_text(encoding="utf-8"))
            time.sleep(0 if only == "aid" else BUSY_S)  # a morning's work, so that the pages have something to show
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=skip_unless("chromium"), args=ARGUMENTS)
                if only != "aid":
                    _pictures(browser, ready)
                take_pictures(browser, ready["central"], ready["halls"][1]["id"], _keep)
                browser.close()
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(20)
    return 0


def _pictures(browser: Browser, ready: dict[str, Any]) -> None:
    hall = ready["halls"][1]  # the one with all twelve classes
    _take(browser, "virtual-hall", hall["simulator"]["url"], 1280, 800)
    _take(browser, "index", hall["url"], 1280, 800)
    _take(browser, "health", f"{hall['url']}/health", 1280, 800)
    _take(browser, "display", f"{hall['url']}/display", 1920, 1080)
    _machine(browser, hall)
    _kiosk(browser, hall)
    _staff(browser, hall)
    _phone_and_pad(browser, hall)
    _desk(browser, hall)
    _central(browser, ready["central"], hall["id"])


def _machine(browser: Browser, hall: dict[str, Any]) -> None:
    """Fresh each time: visitors of the demo lay their cards on it, and the page asks the elders among them."""
    for name, press in (("machine", None), ("machine-en", "[data-language]"), ("machine-elder", "#large")):
        page = _open(browser, 1080, 1920)
        page.goto(f"{hall['url']}/machine")
        for _ in range(20):
            page.wait_for_timeout(2000)
            if page.locator("#elder").is_hidden() and page.locator("[data-service]").first.is_visible():
                break
        if press:
            page.click(press)
        _keep(page, name, wait_ms=300)


def _kiosk(browser: Browser, hall: dict[str, Any]) -> None:
    page = _open(browser, 1080, 1920)
    page.goto(f"{hall['url']}/kiosk")
    page.wait_for_selector(".pack")
    _keep(page, "kiosk")
    page.click("#language")
    _keep(page, "kiosk-en")


def _staff(browser: Browser, hall: dict[str, Any]) -> None:
    clerk, manager = hall["staff"][0], hall["manager"]
    page = _open(browser, 1366, 768)
    _sign_in(page, hall["url"], clerk["name"], clerk["secret"])
    page.goto(f"{hall['url']}/window/{clerk['window']}")
    _keep(page, "window")
    page = _open(browser, 1366, 900)
    _sign_in(page, hall["url"], manager["name"], manager["secret"])
    page.goto(f"{hall['url']}/guide")
    _keep(page, "guide")
    page.goto(f"{hall['url']}/setup")
    _keep(page, "setup")


def _phone_and_pad(browser: Browser, hall: dict[str, Any]) -> None:
    """A ticket taken just now on its holder's phone, and a paired tablet at the first window."""
    clerk, manager = hall["staff"][0], hall["manager"]
    page = _open(browser, 390, 844)
    _sign_in(page, hall["url"], clerk["name"], clerk["secret"])
    given = page.request.post(f"{hall['url']}/api/v1/desk/tickets", data={"service": "A"}).json()
    page.goto(f"{hall['url']}/t/{given['token']}")
    _keep(page, "phone")
    page = _open(browser, 1280, 800)
    _sign_in(page, hall["url"], manager["name"], manager["secret"])
    page.goto(hall["url"])
    link = page.locator("a.tile[href^='/pad/']").first.get_attribute("href")
    page.context.clear_cookies()  # a tablet is nobody's
    page.goto(f"{hall['url']}{link}")
    _keep(page, "pad")


def _central(browser: Browser, central: dict[str, Any], hall: str) -> None:
    user = central["users"][0]
    page = _open(browser, 1440, 900)
    _sign_in(page, central["url"], user["name"], user["secret"])
    for name, path in (("central-live", "/"), ("central-hall", f"/halls/{hall}"), ("central-figures", "/figures")):
        page.goto(f"{central['url']}{path}")
        _keep(page, name)


def _desk(browser: Browser, hall: dict[str, Any]) -> None:
    """The service desk as the duty manager sees it: on a desk in Chinese, on a tablet in English."""
    manager = hall["manager"]
    for name, language, width, height in (("desk", "zh", 1280, 800), ("desk-en", "en", 1024, 768)):
        page = _open(browser, width, height)
        _sign_in(page, hall["url"], manager["name"], manager["secret"])
        page.goto(f"{hall['url']}/desk?lang={language}")
        _keep(page, name)


def _open(browser: Browser, width: int, height: int) -> Page:
    return browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()


def _sign_in(page: Page, url: str, name: str, secret: str) -> None:
    """By the interface, so that the pages' cookie is there whatever the sign-in page looks like."""
    answer = page.request.post(f"{url}/api/v1/session", data={"name": name, "secret": secret})
    assert answer.ok, answer.text()


def _take(browser: Browser, name: str, url: str, width: int, height: int) -> None:
    page = _open(browser, width, height)
    page.goto(url)
    _keep(page, name)


def _keep(page: Page, name: str, wait_ms: int = 2500) -> None:
    page.wait_for_timeout(wait_ms)
    page.screenshot(path=FOLDER / f"{name}.png")
    with Image.open(FOLDER / f"{name}.png") as picture:
        small = picture.convert("RGB")
        small.thumbnail(SMALL)
        small.quantize(COLOURS).save(DOCS / f"{name}.png", optimize=True)
    sys.stdout.write(f"{FOLDER / name}.png\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
