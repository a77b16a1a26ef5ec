"""Relays, inputs and keys on one RS-485 line at once: what works goes on, and what does not is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers.driver import OrderDone, OrderFailed, Report
from drivers.errors import BadFrame, NoReply, OtherAddress
from drivers.kinds.call_terminal import Action, TerminalAsked
from drivers.kinds.inputs import InputMoved
from drivers.kinds.relays import LightRelay, PulseRelay, SwitchRelays
from drivers.lifecycle import State
from drivers.modbus_bus import open_channel
from tests.drivers.modbus_hall import ModbusHall

RELAYS: dict[str, Any] = {"id": "relays", "driver": "waveshare-relay", "address": 1}
INPUTS: dict[str, Any] = {"id": "inputs", "driver": "modbus-inputs", "address": 2, "options": {"invert": [0]}}
KEYPAD: dict[str, Any] = {"id": "keypad", "driver": "modbus-keypad", "address": 3, "window": 3}
DEAD: dict[str, Any] = {"id": "dead", "driver": "waveshare-relay", "address": 4}
STRANGE: dict[str, Any] = {"id": "strange", "driver": "modbus-inputs", "address": 5}

Make = Callable[..., ModbusHall]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[ModbusHall] = []

    def make(*devices: dict[str, Any], port: str = "pty:") -> ModbusHall:
        made.append(ModbusHall(tmp_path / str(len(made)), list(devices), port))
        return made[-1]

    yield make
    for hall in made:
        hall.stop()


def came(hall: ModbusHall, report: Report) -> Callable[[], bool]:
    return lambda: report in hall.reports


@pytest.mark.parametrize("port", ["pty:", "socket://127.0.0.1:0"])
def test_relays_inputs_and_keys_work_on_one_line_beside_a_dead_board_and_one_with_a_wrong_address(
    make: Make, port: str
) -> None:
    hall = make(RELAYS, INPUTS, KEYPAD, DEAD, STRANGE, port=port)
    hall.silence("dead")
    hall.do("strange", "answer_as", address=9)
    with capture_logs() as logs:
        hall.start()
        hall.ready("relays", "inputs", "keypad")
        hall.wait_for(lambda: hall.state("dead") == (State.LOST, "no_reply"))
        hall.wait_for(lambda: hall.state("strange") == (State.LOST, "other_address"))
        hall.settled("inputs", "keypad")
        hall.do("keypad", "set", input=0, on=True)  # held until it is heard, however busy the machine is
        hall.wait_for(came(hall, TerminalAsked("keypad", Action.CALL_NEXT, None, ("0",))))
        hall.do("inputs", "set", input=3, on=True)
        hall.wait_for(came(hall, InputMoved("inputs", 3, True)))
        order = SwitchRelays("relays", frozenset({0, 1}), urgent=True)
        hall.submit(order)
        hall.wait_for(came(hall, OrderDone("relays", order)))
        assert hall.shows("relays")["on"] == [0, 1]
    told = [one for one in logs if one["event"] == "modbus.other_address"]
    assert [(one["asked"], one["answered"], one["check"]) for one in told] == [(5, 9, "address switches")]
    # its first state, inverted where the hall file says so
    assert InputMoved("inputs", 0, True, first=True) in hall.reports
    assert InputMoved("inputs", 1, False, first=True) in hall.reports


def test_a_board_that_comes_alive_is_met_and_one_that_dies_disturbs_nobody(make: Make) -> None:
    hall = make(RELAYS, INPUTS)
    hall.silence("inputs")
    hall.start()
    hall.ready("relays")
    hall.wait_for(lambda: hall.state("inputs") == (State.LOST, "no_reply"))
    station = hall.host.stations["inputs"]
    station.line.clear_faults(station.tap)
    hall.ready("inputs")
    hall.silence("inputs")
    hall.wait_for(lambda: hall.state("inputs") == (State.LOST, "no_reply"))
    order = PulseRelay("relays", 4, 5)
    hall.submit(order)
    hall.wait_for(came(hall, OrderDone("relays", order)))


def test_after_a_loss_inputs_tell_how_they_stand_and_a_held_key_is_no_press(make: Make) -> None:
    hall = make(INPUTS, KEYPAD)
    hall.start()
    hall.settled("inputs", "keypad")
    hall.host.lines["bus"].unplug(None)
    hall.wait_for(lambda: hall.state("keypad") is not None and hall.state("keypad")[0] is not State.READY)  # type: ignore[index]
    before = len(hall.reports)
    hall.do("inputs", "set", input=1, on=True)
    hall.do("keypad", "set", input=1, on=True)
    hall.host.lines["bus"].replug(None)
    hall.wait_for(lambda: InputMoved("inputs", 1, True, first=True) in hall.reports[before:])
    hall.settled("keypad")
    hall.do("keypad", "set", input=0, on=True)
    hall.wait_for(lambda: any(isinstance(one, TerminalAsked) for one in hall.reports[before:]))
    asked = [one.action for one in hall.reports[before:] if isinstance(one, TerminalAsked)]
    assert asked == [Action.CALL_NEXT]


def test_an_order_for_a_keypad_is_refused_in_words_and_its_keys_go_on(make: Make) -> None:
    hall = make(KEYPAD)
    hall.start()
    hall.settled("keypad")
    hall.submit(LightRelay("keypad", 0, True))
    hall.wait_for(lambda: any(isinstance(one, OrderFailed) for one in hall.reports))
    failed = next(one for one in hall.reports if isinstance(one, OrderFailed))
    assert failed.code == "no-display"
    hall.do("keypad", "set", input=7, on=True)
    hall.wait_for(came(hall, TerminalAsked("keypad", Action.PAUSE, None, ("7",))))


def test_what_was_switched_on_is_off_when_the_line_ends(make: Make) -> None:
    hall = make(RELAYS)
    hall.start()
    hall.ready("relays")
    for order in (
        SwitchRelays("relays", frozenset({0, 1})),
        LightRelay("relays", 6, True),
        PulseRelay("relays", 4, 50),
    ):
        hall.submit(order)
        hall.wait_for(came(hall, OrderDone("relays", order)))
    assert hall.shows("relays")["on"] == [0, 1, 4, 6]
    assert hall.line is not None
    hall.line.stop()
    shows = hall.shows("relays")
    assert shows["on"] == shows["pulsing"] == [4], "the board itself ends a pulse"


def test_an_adapter_that_hears_itself_is_found_out(make: Make) -> None:
    hall = make(RELAYS, INPUTS, DEAD)
    hall.silence("dead")
    hall.host.lines["bus"].echo()
    hall.start()
    hall.ready("relays", "inputs")
    order = SwitchRelays("relays", frozenset({2}))
    hall.submit(order)
    hall.wait_for(came(hall, OrderDone("relays", order)))
    assert hall.shows("relays")["on"] == [2]
    hall.wait_for(lambda: hall.state("dead") == (State.LOST, "no_reply"))
    channel_orders = [one for one in hall.reports if isinstance(one, OrderFailed)]
    assert channel_orders == []


def test_the_echo_of_a_switch_is_never_taken_for_the_boards_answer(make: Make) -> None:
    hall = make(RELAYS)
    hall.host.lines["bus"].echo()
    channel = open_channel(hall.port)
    assert channel.read_coils(1, 8) == frozenset()
    hall.silence("relays")
    with pytest.raises(NoReply, match="address 1 does not answer; check its power"):
        channel.write_coil(1, 0, 0xFF00)
    channel.close()


def test_who_answers_for_another_is_named_with_both_addresses(make: Make) -> None:
    hall = make(RELAYS)
    hall.do("relays", "answer_as", address=7)
    channel = open_channel(hall.port)
    with pytest.raises(OtherAddress, match=r"address 1 was asked and a board answered as address 7; check the address"):
        channel.read_coils(1, 8)
    hall.do("relays", "reset")
    assert channel.read_coils(1, 8) == frozenset()
    channel.close()


def test_two_boards_that_speak_at_once_are_named(make: Make) -> None:
    hall = make(RELAYS, DEAD)
    hall.do("dead", "other_address", address=1)
    for device in ("relays", "dead"):  # on a wire both speak at once, and what is heard is neither
        station = hall.host.stations[device]
        station.line.garble(station.tap, 0.2, seed=5)
    channel = open_channel(hall.port)
    heard = []
    for _ in range(10):
        with pytest.raises((BadFrame, NoReply)) as caught:
            channel.read_coils(1, 8, tries=1)
        heard.append(str(caught.value))
    assert any("no two boards have this address" in words for words in heard)
    channel.close()
