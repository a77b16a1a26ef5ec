"""The announcer against lines that do, fail or stay silent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import structlog

from drivers.driver import Order, OrderDone, Report
from drivers.kinds.relays import SwitchRelays
from drivers.kinds.speaker import Play, PlayFinished, PlayStarted
from drivers.speaker import Clips
from drivers.speaker.sound import samples_of
from edge.announcer import Announcer
from edge.hall_voice import announcer_for
from edge.loudspeakers import Timing
from edge.spoken import SpokenWords
from edge.to_say import CROWD, MOST
from edge.zone_switch import LONGEST_CALL_S, Amplifier
from hall.devices.words import AnnounceNotice, ReportSpoken
from hall.plan import Plan, ServicePlan, WindowPlan
from hall.queue.words import Announce, Phrase
from hall_config.models import HallFile
from hall_config.zones import Zone
from tests.edge.answering_lines import RELAY, SPEAKER, Lines
from tests.edge.quick_voice import QuickVoice
from tests.parts import wait_for

PLAN = Plan("h", "测试", "Test", (ServicePlan("A", "咨询", "Advice"),), (WindowPlan(3, ("A",)), WindowPlan(12, ("A",))))
ZONES = frozenset({0, 1})
AMPLIFIER = Amplifier(tuple(Zone(f"zone-{relay}", RELAY, relay, 10) for relay in sorted(ZONES)), watts=45)
QUICK = Timing(relay_answer_s=0.1, zones_open_s=0.02, zones_close_s=0.05, start_s=0.1, overrun_s=0.1)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def start(lines: Lines, tmp_path: Path) -> Iterator[Callable[..., Announcer]]:
    made: list[Announcer] = []

    def start(
        *, amplifier: Amplifier | None = AMPLIFIER, timing: Timing = QUICK, voice: QuickVoice | None = None
    ) -> Announcer:
        clips = Clips(tmp_path / "clips", voice=voice or QuickVoice())
        announcer = Announcer(
            lines.submit,
            speaker=SPEAKER,
            amplifier=amplifier,
            words=SpokenWords(PLAN),
            clips=clips,
            report=lines.report,
            timing=timing,
        )
        lines.announcer = announcer
        announcer.start()
        assert clips.wait_ready(10)
        made.append(announcer)
        return announcer

    yield start
    lines.hold.set()
    for announcer in made:
        announcer.stop()


def call(number: str = "A012", window: int = 3, phrase: Phrase = Phrase.CALL, count: int = 1) -> Announce:
    return Announce(phrase, number, window, count)


def test_one_call_opens_waits_speaks_and_closes(lines: Lines, start: Callable[..., Announcer]) -> None:
    start(timing=Timing()).announce(call())
    lines.wait_for(lambda: len(lines.orders) == 3)
    assert lines.kinds() == ["open", "play", "close"]
    assert lines.switches == [ZONES, frozenset()]
    (opened_s, _), (played_s, _), (closed_s, _) = lines.orders
    assert 0.3 <= played_s - opened_s < 1.0
    assert 0.2 <= closed_s - played_s < 1.0
    lines.wait_for(lambda: lines.spoken == [ReportSpoken("A012", 3, 1, SPEAKER)])


def test_beyond_the_wait_for_the_relay_a_call_costs_less_than_30_ms(
    lines: Lines, start: Callable[..., Announcer]
) -> None:
    announcer, own_s = start(), []
    for number in range(10):
        asked_s = time.monotonic()
        announcer.announce(call(f"A{number:03}"))
        lines.wait_for(lambda number=number: len(lines.switches) == 2 * (number + 1))  # type: ignore[misc]
        played_s = next(moment for moment, order in reversed(lines.orders) if isinstance(order, Play))
        own_s.append(played_s - asked_s - QUICK.zones_open_s)
    assert min(own_s) < 0.03, own_s  # the others may have waited for a busy machine


def test_the_relay_is_closed_after_the_call_and_has_a_limit_of_its_own(
    lines: Lines, start: Callable[..., Announcer]
) -> None:
    start().announce(call())
    lines.wait_for(lambda: len(lines.orders) == 3)
    opened = lines.orders[0][1]
    assert isinstance(opened, SwitchRelays)
    duration_s = len(samples_of(lines.plays[0].wav)) / 22_050
    assert duration_s < opened.longest_s <= LONGEST_CALL_S
    closed = lines.orders[2][1]
    assert isinstance(closed, SwitchRelays)
    assert closed.on == frozenset()
    assert (opened.slot, opened.urgent) == ("zones", True)


def test_calls_in_a_row_keep_the_zones_open(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start()
    lines.hold.clear()
    announcer.announce(call("A001"))
    lines.wait_for(lambda: len(lines.plays) == 1)
    announcer.announce(call("A002"))
    announcer.announce(call("A003", 12))
    lines.hold.set()
    lines.wait_for(lambda: lines.kinds()[-1] == "close")
    assert lines.numbers == ["A001", "A002", "A003"]
    assert lines.kinds() == ["open", "play", "open", "play", "open", "play", "close"]


def test_a_burst_of_ten_calls_is_spoken_in_order_once_each(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start()
    numbers = [f"A{number:03}" for number in range(10)]
    for window, number in enumerate(numbers, start=1):
        announcer.announce(call(number, window))
    lines.wait_for(lambda: len(lines.spoken) == 10 and lines.kinds()[-1] == "close")
    assert lines.numbers == numbers
    assert [report.number for report in lines.spoken] == numbers


def test_in_a_crowd_each_call_is_said_once_only(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start()
    lines.hold.clear()
    announcer.announce(call("A000"))
    lines.wait_for(lambda: len(lines.plays) == 1)
    for number in range(1, CROWD + 3):
        announcer.announce(call(f"A{number:03}", number))
    lines.hold.set()
    lines.wait_for(lambda: len(lines.plays) == CROWD + 3)
    lengths = [len(play.wav) for play in lines.plays]
    assert lengths[1] < lengths[0] == lengths[-1]


def test_what_is_newer_about_a_ticket_takes_the_older_ones_place(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start()
    lines.hold.clear()
    announcer.announce(call("A001"))
    lines.wait_for(lambda: len(lines.plays) == 1)
    announcer.announce(call("A002"))
    announcer.announce(call("A003", 4))
    announcer.announce(call("A002", 12, Phrase.RECALL, 2))
    lines.hold.set()
    lines.wait_for(lambda: len(lines.spoken) == 3)
    assert lines.spoken[1] == ReportSpoken("A002", 12, 2, SPEAKER)
    assert lines.numbers == ["A001", "A002", "A003"]


def test_a_withdrawn_ticket_is_not_called(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start()
    lines.hold.clear()
    for window, number in enumerate(("A001", "A002", "A003"), start=1):
        announcer.announce(call(number, window))
    lines.wait_for(lambda: len(lines.plays) == 1)
    announcer.withdraw("A002")
    lines.hold.set()
    lines.wait_for(lambda: lines.kinds()[-1] == "close")
    assert lines.numbers == ["A001", "A003"]


def test_too_many_calls_drop_the_oldest(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start()
    lines.hold.clear()
    announcer.announce(call("A000"))
    lines.wait_for(lambda: len(lines.plays) == 1)
    for number in range(1, MOST + 6):
        announcer.announce(call(f"A{number:03}", number))
    lines.hold.set()
    lines.wait_for(lambda: lines.kinds()[-1] == "close")
    assert lines.numbers == ["A000", *(f"A{number:03}" for number in range(6, MOST + 6))]


@pytest.mark.parametrize("how", ["fails", "silent"])
def test_a_relay_board_in_trouble_silences_nothing(lines: Lines, start: Callable[..., Announcer], how: str) -> None:
    lines.relay = how
    start(timing=Timing(relay_answer_s=5.0 if how == "fails" else 0.1)).announce(call())
    lines.wait_for(lambda: len(lines.spoken) == 1)
    assert lines.kinds()[:2] == ["open", "play"]
    waited_s = lines.orders[1][0] - lines.orders[0][0]
    assert waited_s < 4.0 if how == "fails" else 0.1 <= waited_s < 4.0


@pytest.mark.parametrize("how", ["fails", "silent"])
def test_a_dead_speaker_never_blocks_the_queue_and_claims_nothing(
    lines: Lines, start: Callable[..., Announcer], how: str
) -> None:
    announcer = start()
    lines.speaker = how
    for window, number in enumerate(("A001", "A002", "A003"), start=1):
        announcer.announce(call(number, window))
    lines.wait_for(lambda: lines.kinds()[-1:] == ["close"])
    assert lines.numbers == ["A001", "A002", "A003"]
    assert lines.spoken == []
    lines.speaker = "works"
    announcer.announce(call("A004"))
    lines.wait_for(lambda: len(lines.spoken) == 1)


def test_a_speaker_that_never_ends_costs_its_own_call_only(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start(voice=QuickVoice(seconds=0.01))
    lines.hold.clear()
    announcer.announce(call("A001"))
    announcer.announce(call("A002", 12))
    lines.wait_for(lambda: len(lines.spoken) == 2)


def test_a_hall_without_zones_speaks_at_once(lines: Lines, start: Callable[..., Announcer]) -> None:
    start(amplifier=None).announce(call())
    lines.wait_for(lambda: len(lines.spoken) == 1)
    assert lines.kinds() == ["play"]


def test_without_a_voice_the_chime_sounds_and_no_call_is_claimed(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start(voice=QuickVoice(missing="install the package espeak-ng"))
    announcer.announce(call())
    lines.wait_for(lambda: lines.kinds()[-1:] == ["close"])
    assert len(samples_of(lines.plays[0].wav)) == round(1.15 * 22_050)
    assert lines.spoken == []
    assert (announcer.voice.state, announcer.voice.reason) == ("failed", "install the package espeak-ng")


def test_strange_reports_change_nothing(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start()
    for report in (PlayStarted(SPEAKER, ""), PlayFinished(SPEAKER, "x"), OrderDone(RELAY, Order(RELAY)), Report("x")):
        announcer.heard(report)
    announcer.announce(call())
    lines.wait_for(lambda: len(lines.spoken) == 1)


def test_one_call_that_breaks_does_not_end_the_announcer(lines: Lines, start: Callable[..., Announcer]) -> None:
    announcer = start()
    announcer.announce(Announce("no phrase", "A001", 3))  # type: ignore[arg-type]
    announcer.announce(call("A002", 12))
    lines.wait_for(lambda: [report.number for report in lines.spoken] == ["A002"])


def test_stopping_in_the_middle_closes_the_zones_and_ends_the_thread(
    lines: Lines, start: Callable[..., Announcer]
) -> None:
    announcer = start()
    lines.hold.clear()
    announcer.announce(call("A001"))
    announcer.announce(call("A002", 12))
    lines.wait_for(lambda: len(lines.spoken) == 1)
    announcer.stop()
    assert lines.switches[-1] == frozenset()
    assert lines.numbers == ["A001"]
    assert not announcer._thread.is_alive()


def test_what_waits_or_was_cut_is_said_by_the_next_voice(lines: Lines, start: Callable[..., Announcer]) -> None:
    before = start()
    lines.hold.clear()
    before.announce(call("A001"))
    lines.wait_for(lambda: lines.numbers == ["A001"])
    before.announce(call("A002", 4))
    before.announce(call("A003", 5))
    before.announce(call("A004", 6))
    before.notice(AnnounceNotice("plain", "通知", "Notice"))
    wait_for(lambda: len(before._waiting.notices) == 2, "the notice made")
    before.notice(AnnounceNotice("urgent", "着火了", urgent=True))
    wait_for(lambda: len(lines.plays) == 2, "the urgent notice begun")
    before.stop()
    before.announce(call("A005", 7))  # comes while the lines begin anew
    before.notice(AnnounceNotice("late", "晚到"))
    before.withdraw("A003")
    after = start()
    before.hand_over(after)
    before.announce(call("A002", 4, Phrase.RECALL, 2))  # from a thread that does not know yet
    lines.hold.set()
    lines.wait_for(lambda: [one.notice for one in lines.spoken if one.notice] == ["urgent", "plain", "late"])
    assert lines.numbers[:2] == ["A001", "urgent"], "before the change"
    said = lines.numbers[2:]
    assert list(dict.fromkeys(one for one in said if one.startswith("A"))) == ["A001", "A002", "A004", "A005"]
    assert [one for one in said if not one.startswith("A")] == ["urgent", "plain", "plain", "late"]
    assert [one.call for one in lines.spoken if one.number == "A002"] == [2], "the newer call took its place"
    jobs = [play.job for play in lines.plays]
    assert len(set(jobs)) == len(jobs), "what the speaker says of an old one is never taken for a new one's"


def test_what_nobody_says_any_more_is_named_in_the_log(lines: Lines, start: Callable[..., Announcer]) -> None:
    before = start()
    lines.hold.clear()
    before.announce(call("A001"))
    lines.wait_for(lambda: lines.numbers == ["A001"])
    before.announce(call("A002", 12))
    before.stop()
    with structlog.testing.capture_logs() as logs:
        before.hand_over(None)
    assert [line for line in logs if line["event"] == "announcer.not_said"] == [
        {"event": "announcer.not_said", "log_level": "warning", "calls": ["A001", "A002"], "notices": []}
    ]


def hall_file(*devices: Mapping[str, object]) -> HallFile:
    return HallFile.model_validate(
        {
            "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
            "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
            "window": [{"number": 3, "services": ["A"]}],
            "device": [dict(device) for device in devices],
        }
    )


def test_a_hall_file_says_which_devices_speak(lines: Lines, tmp_path: Path) -> None:
    relay = {"id": RELAY, "driver": "waveshare-relay", "port": "pty:", "options": {"zones": [2, 3]}}
    speaker = {"id": SPEAKER, "driver": "speaker", "port": "file:/x"}
    assert announcer_for(hall_file(relay), PLAN, tmp_path, lines.submit, lines.report, lambda: 0) is None
    announcer = announcer_for(hall_file(relay, speaker), PLAN, tmp_path, lines.submit, lines.report, lambda: 0)
    assert announcer is not None
    lines.announcer = announcer
    announcer.start()
    announcer.announce(call())
    lines.wait_for(lambda: lines.kinds() == ["open", "play", "close"])
    announcer.stop()
    assert lines.switches[0] == frozenset({2, 3})
