"""The driver of big screens against a simulated projector on a real TCP port."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.driver import Report
from drivers.errors import BadFrame, DeviceFault, DriverError, NoReply, PortLost
from drivers.kinds.display import DisplayState, SelectInput, SwitchDisplay
from drivers.pjlink_display import PjlinkDisplay, Screen
from drivers.pjlink_display import driver as driver_file
from simulators.doors import SocketDoor
from simulators.line import Line
from simulators.projector import SimulatedProjector
from tests.simulators.waiting import until

SECRET = "CeShi4352"


class Bench:
    """A projector on its port, the driver before it, and what the driver told."""

    def __init__(self, screen: Screen, line: Line, projector: SimulatedProjector, options: dict[str, Any]) -> None:
        self.screen, self.line, self.projector = screen, line, projector
        self.told: list[Report] = []
        self.driver = PjlinkDisplay("tv", self.told.append, address=None, baud=9600, options=options)

    def act(self, action: str, **arguments: Any) -> None:
        with self.line.lock:
            self.projector.do(action, arguments)

    def look_until(self, power: str) -> None:
        def there() -> bool:
            self.driver.poll(self.screen)
            return self.states()[-1].power == power

        until(there, power, within_s=20)

    def states(self) -> list[DisplayState]:
        return [report for report in self.told if isinstance(report, DisplayState)]


@contextmanager
def bench(**options: Any) -> Iterator[Bench]:
    projector = SimulatedProjector("tv", seed=1, options=options)
    projector.do("lamp_speed", {"seconds": 0})
    line = Line("tv", SocketDoor())
    line.join(projector)
    line.open()
    try:
        yield Bench(Screen(line.door.port), line, projector, {"answer_s": 2.0, **options})
    finally:
        line.close()


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "projector.password"
    file.write_text(SECRET + "\n")
    return file


def test_it_is_switched_on_and_its_input_chosen_once_the_lamp_burns() -> None:
    with bench(input="32") as b:
        b.driver.handshake(b.screen)
        assert b.states() == [DisplayState("tv", "off")]
        b.driver.perform(b.screen, SwitchDisplay("tv", True))
        b.look_until("on")
        until(lambda: b.driver.poll(b.screen) is None and b.projector.input == "32", "input 32")
        b.driver.perform(b.screen, SelectInput("tv", "11"))
        assert b.projector.show()["input"] == "11"
        b.driver.perform(b.screen, SwitchDisplay("tv", False))
        b.look_until("off")


def test_an_order_that_comes_while_the_lamp_cools_is_carried_out_afterwards() -> None:
    with bench() as b:
        b.act("press", key="power")
        b.look_until("on")
        b.act("lamp_speed", seconds=1)
        b.driver.perform(b.screen, SwitchDisplay("tv", False))
        b.driver.perform(b.screen, SwitchDisplay("tv", True))  # ERR3 inside; no failure
        b.look_until("on")


def test_the_remote_control_has_its_way_after_an_order_was_fulfilled() -> None:
    with bench() as b:
        b.driver.perform(b.screen, SwitchDisplay("tv", True))
        b.look_until("on")
        b.act("press", key="power")
        b.look_until("off")
        b.driver.poll(b.screen)
        assert b.projector.power == "off"


@pytest.mark.parametrize("part", ["fan", "lamp", "temperature", "cover", "filter", "other"])
def test_each_fault_of_the_screen_is_named(part: str) -> None:
    with bench() as b:
        b.act("fault", part=part, level=1)
        b.driver.handshake(b.screen)
        assert b.states()[-1].faults == (f"{part}_warning",)
        b.act("fault", part=part, level=2)
        with pytest.raises(DeviceFault) as caught:
            b.driver.poll(b.screen)
        assert caught.value.code == f"display_{part}"
        b.act("clear_faults")
        b.driver.poll(b.screen)
        assert b.states()[-1].faults == ()


def test_a_blanked_picture_is_told() -> None:
    with bench() as b:
        b.driver.perform(b.screen, SwitchDisplay("tv", True))
        b.look_until("on")
        b.act("press", key="mute")
        b.driver.poll(b.screen)
        assert b.states()[-1] == DisplayState("tv", "on", ("picture_muted",))


def test_err4_is_the_screens_own_failure_and_err2_a_wrong_input() -> None:
    with bench() as b:
        b.act("refuse", times=1)
        with pytest.raises(DeviceFault) as caught:
            b.driver.handshake(b.screen)
        assert caught.value.code == "display_failure"
        b.driver.perform(b.screen, SwitchDisplay("tv", True))
        b.look_until("on")
        with pytest.raises(DeviceFault) as caught:
            b.driver.perform(b.screen, SelectInput("tv", "49"))
        assert caught.value.code == "no_such_input"
        b.driver.poll(b.screen)  # and it is not asked for again


def test_the_password_opens_and_is_never_sent_told_or_logged(
    password_file: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with bench(password_file=str(password_file)) as b:
        b.driver.handshake(b.screen)
        b.act("set_password", password="AnderesWort")
        with pytest.raises(DeviceFault) as caught:
            b.driver.poll(b.screen)
        assert caught.value.code == "wrong_password"
        heard = [entry["hex"] for entry in b.line.taps[0].activity.recent() if entry.get("hex")]
        said = "".join([caplog.text, *capsys.readouterr(), repr(b.driver), str(caught.value)])
    assert SECRET not in said
    assert SECRET.encode().hex() not in "".join(heard).replace(" ", "").lower()


def test_a_screen_that_asks_for_a_password_nobody_gave_is_told_so(password_file: Path) -> None:
    with bench() as b:
        b.act("set_password", password=SECRET)
        with pytest.raises(DeviceFault) as caught:
            b.driver.handshake(b.screen)
        assert caught.value.code == "password_needed"
    for content in (b"", b"x" * 200, "密码".encode()):
        password_file.write_bytes(content)
        with bench(password_file=str(password_file)) as b:
            b.act("set_password", password=SECRET)
            with pytest.raises(DeviceFault) as caught:
                b.driver.handshake(b.screen)
        assert caught.value.code == "password_unreadable"


def test_each_visit_leaves_the_screen_free_for_others() -> None:
    with bench() as b:
        for _ in range(3):
            b.driver.poll(b.screen)
        assert b.projector.show()["counters"]["visits"] >= 4  # the first one looked whether anybody is there
        until(lambda: b.line.door.filenos()[1:] == [], "no connection stays")


def test_nobody_there_is_a_lost_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    with pytest.raises(PortLost):
        Screen(f"socket://127.0.0.1:{number}")


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        (b"", NoReply),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", BadFrame),
        (b"PJLINK 0\r" + b"%1ERST=000000\r" * 20_000, NoReply),
        (b"PJLINK 0\r%1POWR=" + b"1" * 100_000, DriverError),
        (b"\x00\xff\r" * 50_000, BadFrame),
    ],
    ids=["nothing", "http", "flood-of-answers", "endless-line", "noise"],
)
def test_whatever_else_answers_there_costs_one_time_out(says: bytes, problem: type[Exception]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    visitor, _ = server.accept()
                    held.append(visitor)
                    visitor.sendall(says)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        screen = Screen(f"socket://127.0.0.1:{server.getsockname()[1]}")
        driver = PjlinkDisplay("tv", lambda _: None, address=None, baud=0, options={"answer_s": 0.5})
        with pytest.raises(problem):
            driver.handshake(screen)
        server.shutdown(socket.SHUT_RDWR)
    for visitor in held:
        visitor.close()
    thread.join(5)


@pytest.mark.parametrize(
    "options", [{"input": "6"}, {"input": "01"}, {"answer_s": 0}, {"look_every_s": 1e9}, {"passwort": "x"}]
)
def test_a_wrong_option_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        PjlinkDisplay("tv", lambda _: None, address=None, baud=0, options=options)


def test_the_digits_of_erst_are_read_as_the_paper_says() -> None:
    assert driver_file._parts("021200") == (("lamp", "cover"), ("temperature_warning",))
    assert driver_file._parts(None) == driver_file._parts("02") == ((), ())
