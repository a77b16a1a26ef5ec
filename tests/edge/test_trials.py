"""What tests of devices may not do: open more than a call opens, say anything of a person, or lack a word for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import edge.commissioning
from drivers.driver import OrderDone, OrderFailed, Report
from drivers.kind import Kind
from drivers.kinds.call_terminal import Action, ShowNumbers, TerminalAsked
from drivers.kinds.camera import PictureTaken
from drivers.kinds.code_reader import CodeScanned
from drivers.kinds.display import DisplayState
from drivers.kinds.inputs import InputMoved
from drivers.kinds.relays import PulseRelay, SwitchRelays
from drivers.kinds.speaker import Play, PlayFinished
from edge.commissioning.trial_hall import file_for_one
from edge.commissioning.trial_scripts import Place, needs_permission, script_for
from edge.commissioning.trial_words import Progress, Verdict
from edge.commissioning.trials import LineKeeper, TrialRefused, Trials
from edge.devices import Devices
from hall_config.load import check_hall_text
from hall_config.models import DevicePart, HallFile
from hall_config.wording import catalogue
from tests.hall_config.good_hall import with_devices
from tests.parts import wait_for

BOARD = """\
id = "board"
driver = "waveshare-relay"
port = "pty:1"
address = 1
"""
KEYS = """\
id = "keys"
driver = "modbus-keypad"
port = "pty:1"
address = 4
window = 1
"""
SPEAKER = """\
id = "speaker"
driver = "speaker"
port = "file:/tmp"
"""
ZONES = """
[amplifier]
watts = 60
[[service]]
letter = "B"
name_zh = "调解"
name_en = "Mediation"
[[zone]]
id = "lobby"
relay = "board:2"
watts = 10
[[zone]]
id = "rooms"
relay = "board:5"
watts = 10
services = ["B"]
"""


class Bench:
    """Orders that were given, and devices that are always there."""

    def __init__(
        self,
        file: HallFile,
        ended: Callable[[Progress], None] = lambda progress: None,
        *,
        spares_locks: bool = False,
    ) -> None:
        self.orders: list[object] = []
        self.given_back: list[str] = []
        keeper = LineKeeper(
            self.orders.append,
            lambda _: "ready",
            self.given_back.append,
            lambda: b"RIFF",
            lambda: 0,
            ended,
            spares_locks=spares_locks,
        )
        self.trials = Trials(lambda: file, keeper)


def hall(*devices: str, more: str = "") -> HallFile:
    return check_hall_text(with_devices(*devices) + more)


def test_a_test_call_opens_the_zones_of_a_call_and_no_gate() -> None:
    bench = Bench(hall(BOARD, SPEAKER, more=ZONES))
    bench.trials.begin("speaker")
    wait_for(lambda: any(isinstance(order, Play) for order in bench.orders), "the sound")
    assert [order.on for order in bench.orders if isinstance(order, SwitchRelays)] == [frozenset({2})]
    play = next(order for order in bench.orders if isinstance(order, Play))
    assert bench.trials.heard(PlayFinished("speaker", play.job)) is True
    wait_for(lambda: bench.given_back == ["speaker"], "the end")
    progress = bench.trials.progress("speaker")
    assert progress is not None
    assert progress.verdict is Verdict.PASSED


@pytest.mark.parametrize(("channel", "kind"), [(5, SwitchRelays), (6, PulseRelay)])
def test_a_relay_of_the_loudspeakers_is_opened_as_a_zone_and_any_other_is_pulsed(channel: int, kind: type) -> None:
    bench = Bench(hall(BOARD, SPEAKER, more=ZONES))
    bench.trials.begin("board", allow=True, channel=channel)
    (order,) = wait_for(lambda: list(bench.orders), "the order")
    assert isinstance(order, kind)
    assert bench.trials.heard(OrderDone("board", order)) is True  # type: ignore[arg-type]
    bench.trials.join(30)


def test_another_job_of_the_same_device_reaches_the_hall() -> None:
    bench = Bench(hall(SPEAKER))
    bench.trials.begin("speaker")
    wait_for(lambda: bench.orders, "the sound")
    assert bench.trials.heard(PlayFinished("speaker", "call-17")) is False
    assert bench.trials.heard(OrderDone("speaker", Play("speaker", "call-17", b""))) is False
    bench.trials.stop()
    bench.trials.join(30)
    assert bench.given_back == ["speaker"]


def test_a_result_that_cannot_be_written_down_keeps_no_device_from_the_hall() -> None:
    def disk_full(_: Progress) -> None:
        raise OSError(28, "No space left on device")

    bench = Bench(hall(SPEAKER), disk_full)
    bench.trials.begin("speaker")
    (play,) = wait_for(lambda: [order for order in bench.orders if isinstance(order, Play)], "the sound")
    assert bench.trials.heard(PlayFinished("speaker", play.job)) is True
    bench.trials.join(30)
    assert bench.given_back == ["speaker"]


def test_an_order_that_fails_ends_the_test_with_its_reason() -> None:
    bench = Bench(hall(BOARD))
    with pytest.raises(TrialRefused, match="NEEDS_PERMISSION"):
        bench.trials.begin("board")
    bench.trials.begin("board", allow=True, channel=3)
    (order,) = wait_for(lambda: list(bench.orders), "the pulse")
    assert bench.trials.heard(OrderFailed("board", order, "no_reply", "")) is True  # type: ignore[arg-type]
    progress = bench.trials.progress("board")
    assert progress is not None
    assert (progress.verdict, progress.left_s) == (Verdict.SILENT, 0.0)
    bench.trials.join(30)


@pytest.mark.parametrize(("lock", "channel"), [("board:4", 4), ("board:04", 4), ("output", 0), ("output:0", 0)])
def test_a_controller_tests_no_lock_of_a_gate_and_a_command_alone_may(lock: str, channel: int) -> None:
    output = 'id = "output"\ndriver = "gpio-output"\nport = "gpio:5"'
    door = 'id = "door"\ndriver = "gpio-contact"\nport = "gpio:6"'
    file = hall(BOARD, output, door, more=f'[[gate]]\nid = "gate-1"\nlock = "{lock}"\ncontact = "door"\n')
    device = lock.partition(":")[0]
    controller, command = Bench(file, spares_locks=True), Bench(file)
    for allow in (False, True):
        with pytest.raises(TrialRefused, match="GATE_LOCK"):
            controller.trials.begin(device, allow=allow, channel=channel)
    assert controller.orders == []
    assert controller.trials.progress(device) is None
    controller.trials.begin("board", allow=True, channel=3)
    wait_for(lambda: list(controller.orders), "another relay of the board")
    command.trials.begin(device, allow=True, channel=channel)
    wait_for(lambda: list(command.orders), "the lock's pulse")
    for bench in (controller, command):
        bench.trials.stop()
        bench.trials.join(30)


def test_a_terminal_that_has_keys_only_is_tested_by_its_keys() -> None:
    bench = Bench(hall(KEYS))
    bench.trials.begin("keys")
    shows = wait_for(lambda: [order for order in bench.orders if isinstance(order, ShowNumbers)], "the numbers")
    assert bench.trials.heard(OrderFailed("keys", shows[0], "no_display", "")) is True
    assert bench.trials.heard(TerminalAsked("keys", Action.CALL_NEXT)) is True
    progress = bench.trials.progress("keys")
    assert progress is not None
    assert progress.verdict is Verdict.PASSED
    bench.trials.join(30)


def test_a_device_of_which_nobody_knows_and_one_whose_driver_is_broken_are_refused() -> None:
    with pytest.raises(TrialRefused, match="UNKNOWN_DEVICE"):
        Bench(hall(BOARD)).trials.begin("nobody")
    broken = hall(BOARD)
    odd = broken.model_copy(update={"device": (broken.device[0].model_copy(update={"driver": "no-such-driver"}),)})
    with pytest.raises(TrialRefused, match="BROKEN_DRIVER"):
        Bench(odd).trials.begin("board")


def script(kind: Kind, hears: Report) -> str:
    part = DevicePart(id="device", driver="speaker", port="pty:")
    outcome = script_for(kind, part, Place("厅", "Hall", 0, "job", lambda: b"")).hear(hears)
    assert outcome is not None
    return outcome[1].words("zh") + outcome[1].words("en")


def test_a_code_and_a_picture_are_told_by_their_size_alone() -> None:
    assert "SECRET" not in script(Kind.CODE_READER, CodeScanned("device", "SECRET-PASS"))
    assert "11" in script(Kind.CODE_READER, CodeScanned("device", "SECRET-PASS"))
    assert "2 KiB" in script(Kind.CAMERA, PictureTaken("device", "job", b"\xff" * 2048, 640, 480))


def test_what_an_input_board_says_at_first_is_no_proof() -> None:
    part = DevicePart(id="device", driver="speaker", port="pty:")
    hear = script_for(Kind.INPUTS, part, Place("厅", "Hall", 0, "job", lambda: b"")).hear
    first, moved = hear(InputMoved("device", 0, True, first=True)), hear(InputMoved("device", 0, False))
    assert (first and first[0], moved and moved[0]) == (None, Verdict.PASSED)


def test_every_kind_has_a_script_and_only_relays_need_leave() -> None:
    part = DevicePart(id="device", driver="speaker", port="pty:")
    for kind in Kind:
        made = script_for(kind, part, Place("厅", "Hall", 0, "job", lambda: b""))
        assert made.asks.words("zh") if not made.asks.params else made.asks.words("en")
        assert f"pages.setup.try.{kind}" in catalogue()
        assert f"commissioning.kind.{kind}" in catalogue()
    assert [kind for kind in Kind if needs_permission(kind)] == [Kind.RELAYS]


def test_every_key_of_a_terminal_has_words() -> None:
    for action in Action:
        told = script(Kind.CALL_TERMINAL, TerminalAsked("device", action))
        assert action.value not in told or "_" not in action.value


def test_a_screens_faults_are_told_in_words() -> None:
    told = script(Kind.DISPLAY, DisplayState("device", "on", ("lamp", "filter_warning")))
    assert "灯泡故障" in told
    assert "滤网堵塞" in told
    assert "_" not in told


def test_every_sentence_that_is_said_stands_in_the_catalogue() -> None:
    folder = Path(edge.commissioning.__file__).parent
    text = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    keys = set(re.findall(r'said\(\s*"(\w+)"', text)) | set(re.findall(r'else "(\w+)", channel', text))
    assert len(keys) > 20
    assert [key for key in keys if f"commissioning.said.{key}" not in catalogue()] == []
    assert all(f"commissioning.verdict.{verdict}" in catalogue() for verdict in Verdict)


def test_a_speakers_test_takes_its_amplifier_along_and_nothing_else() -> None:
    file = hall(BOARD, SPEAKER, 'id = "reader"\ndriver = "sam-id-card"\nport = "pty:2"')
    assert [one.id for one in file_for_one(file, "speaker").device] == ["board", "speaker"]
    assert [one.id for one in file_for_one(file, "reader").device] == ["reader"]
    assert Devices(file_for_one(file, "reader"), lambda _: None, lambda: 0).health()[0].state == "absent"
