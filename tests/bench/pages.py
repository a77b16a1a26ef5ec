"""From a key on a window's page to the change that its clerk sees, in a real browser before a real controller.

Ten windows: nine call, start and send on as in `busy_hall`, nearly three acts a second together, and ten more pages
listen; the tenth is served by its keys F2, F4, F5. A press begins with the browser's own stamp of the key and ends with
the first frame after the page shows the window's new state, which comes from the controller and never from the page:
the act is in the journal, synced, by then.
"""

from __future__ import annotations

import threading
import urllib.request
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from tests.bench.figures import Figure, spread
from tests.bench.reaction import Busy
from tests.journeys.house import PIN, Hall, House
from tests.parts import Mosquitto, skip_unless
from tests.screenshots import ARGUMENTS

WINDOWS: Final = 10
ROUNDS: Final = 50  # of three presses
LISTENING: Final = 10
AIM_MS: Final = 100
PAUSE_S: Final = 0.7  # two busy threads
COMMAND: Final = "make bench ARGS=pages"
STEPS: Final = (("F2", "CALLING"), ("F4", "SERVING"), ("F5", "IDLE"))
_WATCH: Final = """() => {
  const place = document.getElementById("current");
  let pressed = null, state = place.dataset.state;
  window.seen = [];
  addEventListener("keydown", (event) => { pressed ??= event.timeStamp; }, { capture: true });
  new MutationObserver(() => {
    if (place.dataset.state === state) return;  // drawn anew for somebody else's act
    state = place.dataset.state;
    requestAnimationFrame(() => {
      const frame = new MessageChannel();  // its message comes after the frame was drawn
      frame.port1.onmessage = () => {
        if (pressed === null) return;
        window.seen.push(performance.now() - pressed);
        pressed = null;
      };
      frame.port2.postMessage(null);
    });
  }).observe(place, { attributes: true, attributeFilter: ["data-state"] });
}"""


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    house = House(folder, broker)
    house.start_central()
    rules = {"call_interval_s": 0, "double_press_s": 0.0}
    hall = house.add_hall("bench-hall", windows=WINDOWS, silent="B", rules=rules)
    busy = Busy(hall, WINDOWS, PAUSE_S)
    try:
        hall.command(1, "open")
        busy.start()
        for _ in range(LISTENING):
            threading.Thread(target=_listen, args=(hall,), daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=skip_unless("chromium"), args=ARGUMENTS)
            page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
            _sign_in(page, hall)
            presses = [took for _ in range(ROUNDS) for took in _serve(page, hall)]
            browser.close()
    finally:
        busy.stop()
        house.end()
    within = 100 * sum(1 for took in presses if took <= AIM_MS) / len(presses)
    return [
        spread("window page: key to the change on the screen", presses, COMMAND),
        Figure(f"window page: keys seen within {AIM_MS} ms", round(within, 1), "%", command=COMMAND),
    ]


def _listen(hall: Hall) -> None:
    """As a display or a phone does, for as long as the controller is there."""
    with urllib.request.urlopen(f"{hall.pages.url}/api/v1/stream", timeout=60) as stream:
        while stream.read(65_536):
            pass


def _sign_in(page: Page, hall: Hall) -> None:
    page.goto(f"{hall.pages.url}/window/1")
    page.fill("[name=name]", "staff1")
    page.fill("[name=secret]", PIN)
    page.keyboard.press("Enter")
    page.locator("#current[data-state=IDLE]").wait_for(timeout=15_000)
    page.evaluate(_WATCH)


def _serve(page: Page, hall: Hall) -> list[float]:
    """Milliseconds of each press for one visitor."""
    assert hall.pages.post("/api/v1/tickets", {"service": "C"})[0] == 201
    page.locator("#list [data-ticket^=C]").first.wait_for()
    begun: int = page.evaluate("window.seen.length")
    for place, (key, state) in enumerate(STEPS, start=1):
        page.keyboard.press(key)
        page.locator(f"#current[data-state={state}]").wait_for(timeout=10_000)
        page.wait_for_function("(count) => window.seen.length >= count", arg=begun + place)
        page.wait_for_function("() => !document.body.classList.contains('busy')")
    found: Any = page.evaluate("(from) => window.seen.slice(from)", begun)
    return [float(took) for took in found]
