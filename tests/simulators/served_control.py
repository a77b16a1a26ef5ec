"""The control channel on a real port, and the virtual hall that it serves in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from playwright.sync_api import Page, sync_playwright

from simulators.control import control_app
from simulators.host import Host
from simulators.loopback import listen

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def served_control(host: Host) -> Iterator[str]:
    """The address at which this hall's simulator answers until the end."""
    with listen(0) as door:
        app = control_app(host, edge_url="http://127.0.0.1:9", stopping=lambda: server.should_exit)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=lambda: server.run(sockets=[door]), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=5)


@contextmanager
def opened_hall(host: Host, width: int, height: int) -> Iterator[Page]:
    """The virtual hall's page; fails at the end when a script on it went wrong."""
    problems: list[Any] = []
    with served_control(host) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda problem: problems.append(problem))
        page.goto(f"{url}/")
        yield page
        browser.close()
    assert problems == []
