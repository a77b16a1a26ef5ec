"""A relay on a pin: pulses end by themselves, nothing stays drawn, and nothing is drawn that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from drivers.driver import Order, Report
from drivers.errors import DeviceFault, PortLost
from drivers.hall_inputs import OUTPUT, Pins, open_channel
from drivers.kinds.relays import LightRelay, PulseRelay, RelaysRead, SwitchRelays
from drivers.line import Line
from simulators.gpio_pins import SimulatedPins
from tests.simulators.waiting import until

LOCK = "gate-lock"


class Steady:
    now_s = 10.0

    def __call__(self) -> float:
        return self.now_s


class OnMock:
    """The driver on gpiozero's mock pins, and time by hand."""

    def __init__(self, **options: Any) -> None:
        self.reports: list[Report] = []
        self.steady = Steady()
        self.pins = Pins("mock", MockFactory(), steady=self.steady)
        self.driver: Any = OUTPUT.build(
            LOCK, self.reports.append, address=None, baud=0, options={"pin": "gpio:5", **options}
        )
        self.driver._steady = self.steady
        self.driver.handshake(self.pins)

    @property
    def high(self) -> bool:
        return bool(self.pins.factory.pin("GPIO5").state)

    def after(self, seconds: float) -> bool:
        self.steady.now_s += seconds
        self.driver.poll(self.pins)
        return self.high


@pytest.fixture
def mock() -> Iterator[OnMock]:
    bench = OnMock()
    yield bench
    bench.driver.forget()


def test_a_pulse_ends_by_itself(mock: OnMock) -> None:
    assert not mock.high
    mock.driver.perform(mock.pins, PulseRelay(LOCK, 0, 7))
    assert mock.high
    assert mock.after(0.6)
    assert not mock.after(0.2)
    assert mock.reports == [
        RelaysRead(LOCK, frozenset()),
        RelaysRead(LOCK, frozenset({0})),
        RelaysRead(LOCK, frozenset()),
    ]


def test_a_relay_that_is_drawn_by_a_low_pin() -> None:
    bench = OnMock(active_high=False)
    assert bench.high
    bench.driver.perform(bench.pins, PulseRelay(LOCK, 0, 5))
    assert not bench.high
    assert bench.after(0.6)
    bench.driver.forget()


def test_nothing_is_drawn_for_longer_than_the_option_says(mock: OnMock) -> None:
    for tenths in (0, -1, 51, 10_000):
        with pytest.raises(DeviceFault) as caught:
            mock.driver.perform(mock.pins, PulseRelay(LOCK, 0, tenths))
        assert caught.value.code == "too-long"
        assert not mock.high
    mock.driver.perform(mock.pins, SwitchRelays(LOCK, frozenset({0}), longest_s=3600))
    assert mock.after(4.9)
    assert not mock.after(0.2)
    mock.driver.perform(mock.pins, SwitchRelays(LOCK, frozenset({0})))
    mock.driver.perform(mock.pins, SwitchRelays(LOCK, frozenset()))
    assert not mock.high


def test_only_a_lamp_may_stay_lit(mock: OnMock) -> None:
    with pytest.raises(DeviceFault) as caught:
        mock.driver.perform(mock.pins, LightRelay(LOCK, 0, True))
    assert caught.value.code == "no-lamp"
    lamp = OnMock(lamp=True)
    lamp.driver.perform(lamp.pins, LightRelay(LOCK, 0, True))
    assert lamp.after(3600)
    lamp.driver.perform(lamp.pins, LightRelay(LOCK, 0, False))
    assert not lamp.high
    lamp.driver.forget()


@pytest.mark.parametrize("order", [PulseRelay(LOCK, 1, 5), SwitchRelays(LOCK, frozenset({3})), Order(LOCK)])
def test_what_it_cannot_do_is_refused_and_draws_nothing(mock: OnMock, order: Order) -> None:
    with pytest.raises(DeviceFault):
        mock.driver.perform(mock.pins, order)
    assert not mock.high


@pytest.mark.parametrize(
    "options", [{}, {"pin": "17"}, {"pin": "gpio:9", "longest_s": 0}, {"pin": "gpio:9", "x": 1}, {"pin": True}]
)
def test_options_that_make_no_sense_are_errors(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        OUTPUT.build(LOCK, lambda report: None, address=None, baud=0, options=options)


class OnDaemon:
    """The real line and the real pigpio library over the simulated daemon."""

    def __init__(self, **options: Any) -> None:
        self.pins = SimulatedPins()
        self.pins.open()
        self.lock = self.pins.device(LOCK, "output", 5, active_high=options.get("active_high", True))
        self.reports: list[Report] = []
        driver: Any = OUTPUT.build(LOCK, self._heard, address=None, baud=0, options={"pin": "gpio:5", **options})
        self.line = Line("gpio", lambda: open_channel(f"pigpio://127.0.0.1:{self.pins.port}"), [driver], self._heard)
        self.line.start()

    def _heard(self, report: Report) -> None:
        self.reports.append(report)

    def shows(self, what: str, wanted: object) -> Callable[[], bool]:
        return lambda: bool(self.lock.show()[what] == wanted)

    def ready(self) -> None:
        until(lambda: RelaysRead(LOCK, frozenset()) in self.reports, "the lock is released")

    def close(self) -> None:
        self.line.stop()
        self.pins.close()


@pytest.mark.parametrize("active_high", [True, False])
def test_a_pulse_over_the_daemon_is_seen_and_ends(active_high: bool) -> None:
    bench = OnDaemon(active_high=active_high)
    try:
        bench.ready()
        assert not bench.lock.show()["on"]
        bench.line.submit(PulseRelay(LOCK, 0, 5))
        until(bench.shows("pulses", 1), "the pulse")
        until(bench.shows("on", False), "its end")
        assert bench.lock.show()["pulses"] == 1
        assert bench.lock.show()["last_s"] >= 0.45
        assert bench.lock.picture()
        with pytest.raises(ValueError):
            bench.lock.do("press", {})
    finally:
        bench.close()


def test_a_program_that_ends_in_the_middle_of_a_pulse_leaves_the_lock_released() -> None:
    bench = OnDaemon()
    try:
        bench.ready()
        bench.line.submit(PulseRelay(LOCK, 0, 50))
        until(bench.shows("on", True), "drawn")
        bench.line.stop()
        until(bench.shows("on", False), "released")
        assert bench.lock.show()["last_s"] < 5
    finally:
        bench.close()


def test_a_lock_that_somebody_left_drawn_is_released_at_the_start() -> None:
    pins = SimulatedPins()
    pins.open()
    lock = pins.device(LOCK, "output", 5)
    pins.bank.write(5, True)  # a program that was killed in the middle of a pulse: the daemon keeps the level
    assert lock.show()["on"]
    reports: list[Report] = []
    driver: Any = OUTPUT.build(LOCK, reports.append, address=None, baud=0, options={"pin": "gpio:5"})
    channel = open_channel(f"pigpio://127.0.0.1:{pins.port}")
    driver.handshake(channel)
    assert not lock.show()["on"]
    channel.close()
    driver.forget()
    pins.close()


def test_a_daemon_that_goes_away_in_a_pulse_is_a_lost_port_and_no_pulse_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pins = SimulatedPins()
    pins.open()
    lock = pins.device(LOCK, "output", 5)
    driver: Any = OUTPUT.build(LOCK, lambda report: None, address=None, baud=0, options={"pin": "gpio:5"})
    channel = open_channel(f"pigpio://127.0.0.1:{pins.port}")
    driver.handshake(channel)
    driver.perform(channel, PulseRelay(LOCK, 0, 50))
    pins.close()

    def lost() -> bool:
        try:
            driver.poll(channel)
        except PortLost:
            return True
        return False

    until(lost, "the daemon is missed")
    channel.close()
    driver.forget()
    pins.open()
    again = open_channel(f"pigpio://127.0.0.1:{pins.port}")
    driver.handshake(again)
    assert not lock.show()["on"]
    assert lock.show()["pulses"] == 1
    again.close()
    driver.forget()
    pins.close()
