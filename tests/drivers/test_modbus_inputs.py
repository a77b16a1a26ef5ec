"""Input boards and keypads: what was read becomes moves and keys, once each; and how their options are checked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import pytest

from drivers.driver import Report
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.input_board import MANIFEST as INPUTS
from drivers.kinds.call_terminal import Action, Beep, ShowNumbers, TerminalAsked
from drivers.kinds.inputs import InputMoved
from drivers.modbus_bus import open_channel
from drivers.modbus_inputs import Debounce, Move
from drivers.modbus_keypad import MANIFEST as KEYPAD
from drivers.modbus_keypad.driver import HELD_LIMIT_S
from simulators.input_board import SimulatedInputBoard, SimulatedKeypad
from tests.drivers.relay_line import DEVICE, PATIENCE_S, Steady
from tests.drivers.wired_pty import on_pty
from tests.frame_checks import samples

SAMPLES = {sample.name: sample.data for sample in samples("input_board")}


class Board:
    """One simulated board behind a pseudo-terminal; ``change`` spoils what it says."""

    def __init__(self, path: str, simulated: SimulatedInputBoard, manifest: Any, options: dict[str, Any]) -> None:
        self.simulated = simulated
        self.reports: list[Report] = []
        self.driver = manifest.build(DEVICE, self.reports.append, address=None, baud=9600, options=options)
        self.channel = open_channel(path, 9600)

    def read(self, times: int = 1) -> list[Report]:
        """So many polls, and what came of them."""
        before = len(self.reports)
        for _ in range(times):
            self.driver.poll(self.channel)
        return self.reports[before:]

    def set(self, channel: int, on: bool) -> None:
        self.simulated.do("set", {"input": channel, "on": on})


Make = Callable[..., Board]


@pytest.fixture
def make() -> Iterator[Make]:
    with ExitStack() as undo:

        def make(manifest: Any = INPUTS, spoil: Callable[[bytes], bytes] | None = None, **options: Any) -> Board:
            kind = SimulatedKeypad if manifest is KEYPAD else SimulatedInputBoard
            simulated = kind(DEVICE, options=options)
            path = undo.enter_context(on_pty(simulated))
            if spoil is not None:
                send = simulated.slave._send
                simulated.attach(lambda data: send(spoil(data)))
            board = Board(path, simulated, manifest, options)
            undo.callback(board.channel.close)
            undo.enter_context(board.channel.hurried(PATIENCE_S))
            return board

        yield make


def test_an_input_moves_when_two_reads_agree(make: Make) -> None:
    board = make(inputs=2)
    board.driver.handshake(board.channel)
    assert board.read() == []
    assert board.read() == [InputMoved(DEVICE, 0, False, first=True), InputMoved(DEVICE, 1, False, first=True)]
    board.set(1, True)
    assert board.read() == []
    assert board.read() == [InputMoved(DEVICE, 1, True)]
    assert board.read(5) == []
    board.set(1, False)
    assert board.read() == []
    board.set(1, True)
    assert board.read(3) == [], "it bounced, and nothing has moved"


def test_one_read_is_enough_where_the_hall_says_so_and_contacts_that_rest_closed_are_turned_round(make: Make) -> None:
    board = make(inputs=2, equal_reads=1, invert=[1])
    assert board.read() == [InputMoved(DEVICE, 0, False, first=True), InputMoved(DEVICE, 1, True, first=True)]
    board.set(1, True)
    assert board.read() == [InputMoved(DEVICE, 1, False)]


@pytest.mark.parametrize("seed", range(5))
def test_any_chatter_ends_in_the_truth_and_moves_take_turns(seed: int) -> None:
    chance, debounce = random.Random(seed), Debounce(3)
    moves: list[Move] = []
    for _ in range(500):
        moves += debounce.feed({0: chance.random() < 0.5})
    moves += [move for _ in range(3) for move in debounce.feed({0: True})]
    assert [move.first for move in moves] == [True] + [False] * (len(moves) - 1)
    assert all(before.on is not after.on for before, after in pairwise(moves))
    assert moves[-1].on is True


def test_the_bytes_are_those_of_the_paper(make: Make) -> None:
    heard: list[bytes] = []
    board = make(spoil=lambda data: heard.append(data) or data, equal_reads=1)  # type: ignore[func-returns-value]
    board.set(0, True)
    assert board.read()[0] == InputMoved(DEVICE, 0, True, first=True)
    assert heard == [SAMPLES["input-0"]]


def test_inputs_let_go_of_their_relays_only_when_asked_and_only_once(make: Make) -> None:
    board = make()
    board.driver.handshake(board.channel)
    assert board.simulated.modes == [1] * 8
    board = make(decouple=True)
    board.driver.handshake(board.channel)
    assert board.simulated.modes == [0] * 8
    before = board.simulated.show()["frames"]
    board.driver.handshake(board.channel)
    assert board.simulated.show()["frames"] == before + 2, "what is so is not written again: the board's memory wears"


@pytest.mark.parametrize("code", [1, 2, 3, 4])
def test_each_exception_code_is_a_fault_of_its_own(make: Make, code: int) -> None:
    board = make()
    board.simulated.do("answer_exception", {"code": code})
    with pytest.raises(DeviceFault) as caught:
        board.read()
    assert caught.value.code == f"modbus-{code:02d}"
    board.simulated.do("reset", {})
    assert board.read() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1] + bytes((data[-1] ^ 1,)),
        lambda data: b"\x00" * 12,
        lambda data: b"\xff",
        lambda data: bytes.fromhex("01 01 01 00 51 88"),
        lambda data: bytes.fromhex("01 02 02 00 00 B9 B8"),
    ],
    ids=["checksum", "zeros", "one byte", "another function", "another count"],
)
def test_an_answer_that_is_none_moves_nothing(make: Make, spoil: Callable[[bytes], bytes]) -> None:
    board = make(spoil=spoil, equal_reads=1)
    with pytest.raises(BadFrame):
        board.read()
    assert board.reports == []


def test_a_silent_board_is_no_reply(make: Make) -> None:
    board = make(spoil=lambda data: b"")
    with pytest.raises(NoReply, match="address 1 does not answer"):
        board.read()


def pad(make: Make, **options: Any) -> Board:
    board = make(KEYPAD, equal_reads=1, **options)
    board.driver._steady = Steady()
    board.read()
    return board


def test_one_press_is_one_key_however_long_it_is_held(make: Make) -> None:
    board = pad(make)
    board.set(0, True)
    assert board.read(20) == [TerminalAsked(DEVICE, Action.CALL_NEXT, None, ("0",))]
    board.set(0, False)
    assert board.read(3) == []
    board.set(0, True)
    assert board.read() == [TerminalAsked(DEVICE, Action.CALL_NEXT, None, ("0",))]


def test_keys_mean_what_the_hall_file_says(make: Make) -> None:
    board = pad(make, keys={"2": "no_show", "3": "transfer:12"})
    for channel in range(5):
        board.set(channel, True)
    assert board.read() == [
        TerminalAsked(DEVICE, Action.NO_SHOW, None, ("2",)),
        TerminalAsked(DEVICE, Action.TRANSFER, 12, ("3",)),
    ]


def test_a_key_that_is_down_when_the_board_is_met_is_no_press_and_one_down_for_long_is_a_fault(make: Make) -> None:
    board = make(KEYPAD, equal_reads=1)
    steady = board.driver._steady = Steady()
    board.set(1, True)
    assert board.read(3) == []
    steady.now_s += HELD_LIMIT_S
    board.set(0, True)
    with pytest.raises(DeviceFault, match="key 1 has been down") as caught:
        board.read()
    assert caught.value.code == "key-held"
    assert board.reports == [TerminalAsked(DEVICE, Action.CALL_NEXT, None, ("0",))], "the other keys work on"
    board.set(1, False)
    assert board.read() == []


@pytest.mark.parametrize("order", [ShowNumbers(DEVICE, 3, "A012"), Beep(DEVICE)])
def test_what_a_keypad_cannot_do_is_refused_not_swallowed(make: Make, order: Any) -> None:
    board = pad(make)
    with pytest.raises(DeviceFault) as caught:
        board.driver.perform(board.channel, order)
    assert caught.value.code == "no-display"
    assert KEYPAD.capabilities == ("keys",)


@pytest.mark.parametrize(
    ("manifest", "options", "named"),
    [
        (INPUTS, {"inputs": 0}, "inputs"),
        (INPUTS, {"inputs": 33}, "inputs"),
        (INPUTS, {"invert": [8]}, "invert"),
        (INPUTS, {"invert": [True]}, "invert"),
        (INPUTS, {"invert": "0"}, "invert"),
        (INPUTS, {"poll_ms": 49}, "poll_ms"),
        (INPUTS, {"equal_reads": 0}, "equal_reads"),
        (INPUTS, {"decouple": 1}, "decouple"),
        (INPUTS, {"contacts": {}}, "contacts"),
        (KEYPAD, {"keys": {}}, "keys"),
        (KEYPAD, {"keys": {"8": "recall"}}, "keys"),
        (KEYPAD, {"keys": {"x": "recall"}}, "keys"),
        (KEYPAD, {"keys": {"٣": "recall"}}, "keys"),
        (KEYPAD, {"keys": {"9" * 9000: "recall"}}, "keys"),
        (KEYPAD, {"keys": {"0": "call_number"}}, "call_number"),
        (KEYPAD, {"keys": {"0": "login"}}, "login"),
        (KEYPAD, {"keys": {"0": "transfer"}}, "transfer"),
        (KEYPAD, {"keys": {"0": "transfer:0"}}, "transfer:0"),
        (KEYPAD, {"keys": {"0": "transfer:100"}}, "transfer:100"),
        (KEYPAD, {"keys": {"0": ["recall"]}}, "recall"),
    ],
)
def test_options_that_make_no_sense_are_refused(manifest: Any, options: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        manifest.build(DEVICE, lambda report: None, address=1, baud=9600, options=options)


def test_a_small_keypad_has_the_first_of_the_usual_keys() -> None:
    driver = KEYPAD.build(DEVICE, lambda report: None, address=None, baud=9600, options={"inputs": 2})
    assert sorted(driver._keys) == [0, 1]  # type: ignore[attr-defined]
