"""The document camera on a window's page, and the publicity page, in Debian's chromium."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from drivers.driver import Order, OrderFailed
from drivers.kinds.camera import PictureTaken, TakePicture
from edge import publicity
from edge.camera import Cameras
from edge.publicity import Publicity
from edge.screens import PageServer, build_app
from edge.staff import StaffBook
from edge.surroundings import nothing_around
from tests.edge.browser_fixtures import Open, browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.film_boxes import FILM
from tests.edge.plain_door import PlainDoor
from tests.edge.screens_fixtures import PINS

pytestmark = pytest.mark.browser


class Around:
    """A camera whose picture or failure is set by hand, and a folder of publicity."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "publicity"
        self.folder.mkdir()
        self.failure = ""
        self.cameras = Cameras({1: "camera-1"}, self._order)
        shown = Publicity(str(self.folder), 1)
        self.all = replace(nothing_around(), cameras=self.cameras, publicity=shown)

    def _order(self, order: Order) -> None:
        assert isinstance(order, TakePicture)
        if self.failure:
            self.cameras.heard(OrderFailed("camera-1", order, self.failure, ""))
            return
        paper = io.BytesIO()
        Image.new("RGB", (640, 480), (240, 240, 230)).save(paper, "JPEG")
        self.cameras.heard(PictureTaken("camera-1", order.job, paper.getvalue(), 640, 480))


@pytest.fixture(name="around")
def around_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Around:
    monkeypatch.setattr(publicity, "_LOOK_EVERY_S", 0.0)
    return Around(tmp_path)


@pytest.fixture(name="served")
def served_fixture(around: Around, tmp_path: Path) -> Iterator[str]:
    staff = StaffBook(tmp_path / "staff.db")
    staff.add("staff1", PINS["staff1"], window=1)
    staff.add("staff2", PINS["staff2"], window=2)
    server = PageServer(build_app(PlainDoor(ticking=True), staff, surroundings=around.all), "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()
    staff.close()


def sign_in(page, name: str) -> None:  # type: ignore[no-untyped-def]
    page.fill("[name=name]", name)
    page.fill("[name=secret]", PINS[name])
    page.click("#sign-in .main-act")
    page.wait_for_selector("#work")


def test_a_picture_is_shown_and_gone_with_its_dialog(open_page: Open, around: Around) -> None:
    page = open_page("/window/1", (1366, 768))
    sign_in(page, "staff1")
    page.click("#camera")
    expect(page.locator("#camera-picture")).to_be_visible()
    assert page.evaluate("document.getElementById('camera-picture').naturalWidth") == 640
    around.failure = "picture_cut"
    page.click("#camera-again")
    expect(page.locator("#camera-said")).to_contain_text("USB")
    expect(page.locator("#camera-picture")).to_be_hidden()
    around.failure = ""
    page.click("#camera-again")
    expect(page.locator("#camera-picture")).to_be_visible()
    page.click("#camera-dialog [data-dismiss]")
    expect(page.locator("#camera-dialog")).to_be_hidden()
    page.wait_for_function("() => !document.getElementById('camera-picture').hasAttribute('src')")


def test_a_window_without_a_camera_has_no_button(open_page: Open) -> None:
    page = open_page("/window/2", (1366, 768))
    sign_in(page, "staff2")
    expect(page.locator("#camera")).to_have_count(0)


def test_publicity_shows_each_picture_passes_over_what_will_not_play_and_is_never_blank(
    open_page: Open, around: Around
) -> None:
    page = open_page("/publicity", (1920, 1080))
    expect(page.locator("#greeting.on")).to_be_visible()
    assert "测试区公共法律服务中心" in page.inner_text("#greeting")
    page.evaluate(
        """() => { window.seen = new Set(); window.blank = 0; setInterval(() => {
            const on = [...document.querySelectorAll('#stage > .on')];
            if (on.length === 0) window.blank += 1;
            for (const one of on) if (one.src) window.seen.add(one.src);
        }, 20); }"""
    )
    for name, colour in (("1.png", (200, 30, 30)), ("3.png", (30, 30, 200))):
        Image.new("RGB", (320, 180), colour).save(around.folder / name)
    (around.folder / "2.mp4").write_bytes(FILM)  # its boxes are right, what is in them is not
    page.wait_for_function("() => window.seen.size >= 2", timeout=60_000)
    assert page.evaluate("window.blank") == 0
    expect(page.locator("#stage > *")).not_to_have_count(0)
    assert page.evaluate("document.querySelectorAll('#stage > *').length") <= 4  # days of it leave nothing behind
