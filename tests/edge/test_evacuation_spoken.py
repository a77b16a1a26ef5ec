"""An evacuation is heard over all else, everywhere, again and again, after a restart too; quiet rooms hear it only."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.speaker import Clips
from drivers.speaker.sound import samples_of
from edge.announcer import Announcer
from edge.loudness import Loudness
from edge.loudspeakers import Timing
from edge.main import build
from edge.outputs import Outputs, Places
from edge.spoken import SpokenWords
from edge.zone_switch import Amplifier
from hall.devices.words import AnnounceNotice, ReportSpoken
from hall.moment import Moment
from hall.plan import Plan, ServicePlan, WindowPlan
from hall.queue.words import Announce, CallNext, MarkPrivate, OpenWindow, Phrase, Recall, TakeTicket, Unsay
from hall.safety.words import EndEvacuation, Evacuate
from hall.state import HallState
from hall.step import step
from hall_config.models import HallFile, SpeechPart
from hall_config.zones import Zone
from tests.edge.answering_lines import RELAY, SPEAKER, Lines
from tests.edge.plain_door import START_WALL_MS
from tests.edge.quick_voice import QuickVoice
from tests.parts import wait_for

PLAN = Plan(
    "h",
    "测试",
    "Test",
    (ServicePlan("A", "咨询", "Advice"), ServicePlan("E", "家暴", "Violence", private=True)),
    (WindowPlan(3, ("A", "E")),),
)
LOBBY, HUSH = Zone("lobby", RELAY, 0, 10), Zone("hush", RELAY, 1, 10, quiet=True)
QUICK = Timing(0.1, 0.01, 0.05, 0.5, 0.5, evacuation_pause_s=0.05)
EVACUATE = Announce(Phrase.EVACUATE, "", None)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def start(lines: Lines, tmp_path: Path) -> Iterator[Callable[..., Announcer]]:
    made: list[Announcer] = []

    def start(amplifier: Amplifier | None = None, timing: Timing = QUICK, volume: int = 40) -> Announcer:
        clips = Clips(tmp_path / "clips", voice=QuickVoice(), volume=volume)
        announcer = Announcer(
            lines.submit, speaker=SPEAKER, amplifier=amplifier, words=SpokenWords(PLAN), clips=clips,
            report=lines.report, full_volume=90, timing=timing,
        )  # fmt: skip
        lines.announcer = announcer
        announcer.start()
        assert clips.wait_ready(10)
        made.append(announcer)
        return announcer

    yield start
    lines.hold.set()
    for announcer in made:
        announcer.stop()


def test_it_cuts_what_is_said_and_is_repeated_until_it_is_withdrawn(
    lines: Lines, start: Callable[..., Announcer]
) -> None:
    announcer = start()
    lines.hold.clear()
    announcer.announce(Announce(Phrase.CALL, "A001", 3))
    lines.wait_for(lambda: lines.numbers == ["A001"])
    announcer.announce(EVACUATE)
    lines.wait_for(lambda: lines.numbers[:2] == ["A001", "evacuate"])
    announcer.notice(AnnounceNotice("fire", "着火了", urgent=True))
    announcer.announce(Announce(Phrase.CALL, "A002", 3))
    lines.hold.set()
    lines.wait_for(lambda: len(lines.numbers) >= 5)
    assert lines.numbers[1:5] == ["evacuate"] * 4
    announcer.withdraw("")
    announcer.announce(Announce(Phrase.CALL, "A003", 3))
    lines.wait_for(lambda: lines.numbers[-1] == "A003")
    after = list(itertools.dropwhile(lambda name: name == "evacuate", lines.numbers[1:]))
    assert after == ["fire", "A003"]
    told = [one for one in lines.spoken if one.notice == "evacuate"]
    assert told == [ReportSpoken("", None, 1, SPEAKER, notice="evacuate")], "the journal hears of it once"


def test_between_two_sayings_is_the_pause_and_the_end_is_at_once(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start(Amplifier((LOBBY,)), replace(QUICK, evacuation_pause_s=8.0))
    announcer.announce(EVACUATE)
    lines.wait_for(lambda: len(lines.plays) == 1)
    announcer.withdraw("")
    lines.wait_for(lambda: lines.kinds() == ["open", "play", "close"])


def test_a_quiet_room_hears_an_evacuation_and_nothing_else(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start(Amplifier((LOBBY, HUSH)))
    announcer.notice(AnnounceNotice("fire", "着火了", urgent=True))
    announcer.announce(Announce(Phrase.CALL, "A001", 3))
    announcer.announce(Announce(Phrase.STOP, "", None))
    announcer.notice(AnnounceNotice("plain", "通知"))
    lines.wait_for(lambda: len(lines.plays) == 4 and lines.kinds()[-1] == "close")
    assert {frozenset({0}), frozenset()} == set(lines.switches)
    announcer.announce(EVACUATE)
    lines.wait_for(lambda: lines.switches[-1] == frozenset({0, 1}))


def test_it_is_said_at_the_full_volume_of_the_day(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start(volume=20)
    announcer.announce(Announce(Phrase.CALL, "A001", 3))
    lines.wait_for(lambda: len(lines.spoken) == 1)
    announcer.announce(EVACUATE)
    lines.wait_for(lambda: len(lines.plays) >= 2)
    call, evacuation = (max(samples_of(play.wav)) for play in lines.plays[:2])
    assert evacuation / call == pytest.approx((90 / 20) ** 2, rel=0.02)


def test_the_volume_follows_the_time_of_day() -> None:
    wall_ms = START_WALL_MS  # 10:00 in China
    loudness = Loudness(SpeechPart(volume=30, volume_times=("12:00 50", "08:00 80", "13:30 100")), lambda: wall_ms)
    assert (loudness.now(), loudness.full) == (80, 100)
    for hours, expected in ((2, 50), (3.5, 100), (13.9, 100), (14.5, 30), (-2.1, 30)):
        wall_ms = START_WALL_MS + round(hours * 3_600_000)
        assert loudness.now() == expected
    assert Loudness(SpeechPart(volume=30), lambda: wall_ms).now() == 30


@pytest.mark.parametrize("private", ["class", "ticket"])
def test_a_private_matter_is_never_spoken(lines: Lines, start: Callable[..., Announcer], private: str) -> None:
    """From the rules through outputs and announcer to the speaker."""
    announcer = start()
    places = Places(signs={}, terminals={}, evaluators={}, printers=(), lamps=frozenset())
    outputs = Outputs(PLAN, places, lines.submit, lines.submit, announcer, None, lambda number: None)
    letter, state, moment = "E" if private == "class" else "A", HallState(), Moment(1_000_000, START_WALL_MS)
    commands: list[Any] = [OpenWindow(3, "staff"), TakeTicket(letter, "token-00000000000001")]
    commands += [MarkPrivate(f"{letter}001", "staff")] if private == "ticket" else []
    for command in (*commands, CallNext(3, "staff"), Recall(3, "staff"), Recall(3, "staff")):
        moment = replace(moment, steady_ms=moment.steady_ms + 25_000, wall_ms=moment.wall_ms + 25_000)
        made = step(state, PLAN, command, moment)
        state = made.state
        outputs.carry_out(made.effects)
    announcer.announce(Announce(Phrase.CALL, "A999", 3))
    lines.wait_for(lambda: "A999" in lines.numbers)
    assert lines.numbers == ["A999"]


def hall_file(folder: Path) -> HallFile:
    return HallFile.model_validate(
        {
            "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
            "pages": {"listen": "127.0.0.1:0"},
            "data": {"folder": str(folder / "data")},
            "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
            "window": [{"number": 3, "services": ["A"]}],
            "device": [{"id": "speaker", "driver": "speaker", "port": f"file:{folder / 'said'}"}],
        }
    )


def said(folder: Path) -> list[Path]:
    return sorted((folder / "said").glob("*.wav"))


def test_it_goes_on_after_a_restart_of_the_controller_and_ends_when_it_is_ended(tmp_path: Path) -> None:
    (tmp_path / "said").mkdir()
    first = build(hall_file(tmp_path))
    first.start()
    try:
        first.loop.ask(Evacuate("manager"))
        wait_for(lambda: said(tmp_path), "the first saying")
    finally:
        first.stop()
    before = len(said(tmp_path))
    second = build(hall_file(tmp_path))
    second.start()
    try:
        wait_for(lambda: len(said(tmp_path)) > before, "said again after the restart")
        second.loop.ask(EndEvacuation("manager"))
        announcer = second.running._announcer
        assert announcer is not None
        wait_for(lambda: not announcer._waiting, "the end")
    finally:
        second.stop()


def test_unsay_without_a_number_reaches_the_announcer(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start(timing=replace(QUICK, evacuation_pause_s=60.0))
    places = Places(signs={}, terminals={}, evaluators={}, printers=(), lamps=frozenset())
    outputs = Outputs(PLAN, places, lines.submit, lines.submit, announcer, None, lambda number: None)
    outputs.carry_out([EVACUATE])
    lines.wait_for(lambda: len(lines.plays) == 1)
    outputs.carry_out([Unsay("")])
    wait_for(lambda: not announcer._waiting, "the end")
