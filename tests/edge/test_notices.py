"""A duty manager's notice: who may, what is refused, what happens once, and when it is said among calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from drivers.driver import Order
from drivers.kinds.relays import SwitchRelays
from drivers.speaker import Clips, Piece
from drivers.speaker.sound import samples_of
from edge.announcer import Announcer
from edge.hall_door import DeviceHealth, VoiceHealth
from edge.loudspeakers import Timing
from edge.notices import Notice
from edge.spoken import SpokenWords
from edge.staff import Role
from edge.zone_switch import Amplifier
from hall.devices.words import AnnounceNotice, ReportSpoken
from hall.plan import Plan, ServicePlan, WindowPlan
from hall.queue.words import Announce, Phrase
from hall_config.zones import Zone
from tests.edge.answering_lines import RELAY, SPEAKER, Lines
from tests.edge.plain_door import START_WALL_MS
from tests.edge.quick_voice import QuickVoice
from tests.edge.screens_fixtures import Hall, hall_fixture, staff_file_fixture
from tests.parts import wait_for

__all__ = ["hall_fixture", "staff_file_fixture"]

PLAN = Plan("h", "测试", "Test", (ServicePlan("A", "咨询", "Advice"),), (WindowPlan(3, ("A",)),))
PATH = "/api/v1/announcements"


@pytest.fixture
def manager(hall: Hall) -> TestClient:
    """Signed in, in a hall that has a speaker."""
    hall.door.devices += (DeviceHealth("speaker", "speaker", "ready", "", START_WALL_MS, None, {}),)
    hall.staff.add("manager", "86420999", None, None, Role.SUPERVISOR)
    client = hall.client()
    member = next(one for one in hall.staff.list() if one.name == "manager")
    token = hall.staff.open_session(member, None, hall.door.steady_ms)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def test_a_notice_is_taken_once_for_each_key_and_stands_in_the_journal(hall: Hall, manager: TestClient) -> None:
    body = {"text_zh": "请A012号到3号窗口，热线12348", "text_en": "Hotline 12348"}
    answers = [manager.post(PATH, json=body, headers={"Idempotency-Key": "n1"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["notice"] for answer in answers}) == 1
    assert list(hall.door.look()[0].devices.notices) == [answers[0].json()["notice"]]


def test_only_a_duty_manager_may_and_only_where_there_is_a_speaker(hall: Hall, manager: TestClient) -> None:
    assert hall.client().post(PATH, json={"text_zh": "通知"}).status_code == 401
    refused = hall.client(1).post(PATH, json={"text_zh": "通知"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "SUPERVISOR_ONLY")
    hall.door.devices = hall.door.devices[:-1]
    refused = manager.post(PATH, json={"text_zh": "通知"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "NO_SPEAKER")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"text_zh": ""}, "WRONG_FIELD", "text_zh"),
        ({"text_zh": "。！"}, "WRONG_FIELD", "text_zh"),
        ({"text_zh": "长" * 101}, "WRONG_FIELD", "text_zh"),
        ({"text_zh": "通知\n第二行"}, "WRONG_FIELD", "text_zh"),
        ({"text_zh": "通知\x00"}, "WRONG_FIELD", "text_zh"),
        ({"text_zh": "通知", "text_en": "x" * 301}, "WRONG_FIELD", "text_en"),
        ({"text_zh": "请13800138000联系我"}, "LONG_NUMBER", "text_zh"),
        ({"text_zh": "请１３８ ００１３８ ０００联系"}, "LONG_NUMBER", "text_zh"),
        ({"text_zh": "请一三八零零一三八零零零联系"}, "LONG_NUMBER", "text_zh"),
        ({"text_zh": "通知", "text_en": "call 138-0013-8000"}, "LONG_NUMBER", "text_en"),
        ({"text_zh": "通知", "voice": "x"}, "UNKNOWN_FIELD", "voice"),
        ({"text_zh": "通知", "urgent": "yes"}, "WRONG_FIELD", "urgent"),
        ({}, "MISSING_FIELD", "text_zh"),
    ],
)
def test_a_wrong_notice_is_refused_by_name(
    manager: TestClient, hall: Hall, body: dict[str, object], code: str, field: str
) -> None:
    answer = manager.post(PATH, json=body)
    assert answer.status_code == 422
    assert (answer.json()["error"]["code"], answer.json()["error"]["field"]) == (code, field)
    assert not hall.door.look()[0].devices.notices


def test_more_notices_than_anybody_listens_to_are_refused_an_urgent_one_later(hall: Hall, manager: TestClient) -> None:
    for number in range(5):
        assert manager.post(PATH, json={"text_zh": f"通知{number}"}).status_code == 201
    refused = manager.post(PATH, json={"text_zh": "又一条"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "TOO_MANY_NOTICES")
    assert manager.post(PATH, json={"text_zh": "着火了", "urgent": True}).status_code == 201
    hall.door.ask(ReportSpoken("", None, 1, "speaker", notice=next(iter(hall.door.look()[0].devices.notices))))
    hall.door.ask(ReportSpoken("", None, 1, "speaker", notice=next(iter(hall.door.look()[0].devices.notices))))
    assert manager.post(PATH, json={"text_zh": "又一条"}).status_code == 201
    hall.door.steady_ms += 700_000
    assert manager.post(PATH, json={"text_zh": "那些没人播的不再算"}).status_code == 201


# --- among calls --------------------------------------------------------------------------------------------------


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def announcer(lines: Lines, tmp_path: Path) -> Iterator[Announcer]:
    made = Announcer(
        lines.submit,
        speaker=SPEAKER,
        amplifier=None,
        words=SpokenWords(PLAN),
        clips=Clips(tmp_path / "clips", voice=QuickVoice()),
        report=lines.report,
        repeat=1,
        timing=Timing(),
    )
    lines.announcer = made
    made.start()
    yield made
    made.stop()


def test_calls_go_before_notices_and_an_urgent_notice_before_calls(lines: Lines, announcer: Announcer) -> None:
    lines.hold.clear()
    announcer.announce(Announce(Phrase.CALL, "A001", 3))
    lines.wait_for(lambda: lines.numbers == ["A001"])
    announcer.notice(AnnounceNotice("plain", "通知", "Notice"))
    wait_for(lambda: len(announcer._waiting.notices) == 2, "the notices made while a call is said")
    announcer.announce(Announce(Phrase.CALL, "A002", 4))
    announcer.announce(Announce(Phrase.CALL, "A003", 5))
    announcer.notice(AnnounceNotice("urgent", "紧急通知", urgent=True))
    lines.wait_for(lambda: len(lines.numbers) == 2)
    lines.hold.set()
    lines.wait_for(lambda: len(lines.numbers) == 7)
    assert lines.numbers == ["A001", "urgent", "A001", "A002", "A003", "plain", "plain"], "each language by itself"
    lines.wait_for(lambda: len([report for report in lines.spoken if report.notice]) == 2)
    spoken = [report.notice for report in lines.spoken if report.notice]
    assert sorted(spoken) == ["plain", "urgent"], "told once, though it has two languages"


class _AlarmAtTheSecondOpening(Lines):
    """Somebody asks for an urgent notice just as the zones of the second call are opened."""

    alarm: Notice

    def submit(self, order: Order) -> None:
        super().submit(order)
        if isinstance(order, SwitchRelays) and [bool(on) for on in self.switches] == [True, False, True]:
            assert self.announcer is not None
            self.announcer.notice_ready(self.alarm)


def test_a_call_that_has_not_begun_when_an_urgent_notice_comes_is_said_after_it(tmp_path: Path) -> None:
    lines = _AlarmAtTheSecondOpening()
    clips = Clips(tmp_path / "clips", voice=QuickVoice())
    lines.alarm = Notice("fire", clips.notice([Piece("着火了", "zh")]), urgent=True, first=True)
    made = Announcer(
        lines.submit, speaker=SPEAKER, amplifier=Amplifier((Zone("all", RELAY, 0, 10),)), words=SpokenWords(PLAN),
        clips=clips, report=lines.report, repeat=1, timing=Timing(zones_close_s=0.01),
    )  # fmt: skip
    lines.announcer = made
    made.start()
    try:
        made.announce(Announce(Phrase.CALL, "A001", 3))
        lines.wait_for(lambda: len(lines.switches) == 2)
        made.announce(Announce(Phrase.CALL, "A002", 3))
        lines.wait_for(lambda: len(lines.numbers) == 3)
    finally:
        made.stop()
    assert lines.numbers == ["A001", "fire", "A002"]


def test_what_is_said_is_longer_for_more_words(tmp_path: Path) -> None:
    clips = Clips(tmp_path, voice=QuickVoice(seconds=1.0))
    words = SpokenWords(PLAN)
    ((_, short),) = words.notice("通知", "")
    ((_, longer),) = words.notice("通知。请安静。", "")
    assert len(samples_of(clips.notice(longer).wav)) > len(samples_of(clips.notice(short).wav)) + 22_050


def test_a_notice_that_would_keep_calls_waiting_for_long_is_not_said(lines: Lines, tmp_path: Path) -> None:
    made = Announcer(
        lines.submit, speaker=SPEAKER, amplifier=None, words=SpokenWords(PLAN),
        clips=Clips(tmp_path / "clips", voice=QuickVoice(seconds=31.0)), report=lines.report, repeat=1,
    )  # fmt: skip
    lines.announcer = made
    made._maker.start()
    made.notice(AnnounceNotice("endless", "通知"))
    wait_for(lambda: not made._maker.unmade(), "the notice made")
    made._maker.end()
    made._maker.join()
    assert not made._waiting.notices


def test_the_health_page_says_which_voice_speaks(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def parts() -> list[dict[str, object]]:
        return [part for part in hall.client().get("/readyz").json()["parts"] if part["name"] == "voice"]

    assert parts() == []
    plain = hall.door.health()
    told = VoiceHealth("degraded", "缺少较好语音的音色文件 / the speaker file is missing")
    monkeypatch.setattr(hall.door, "health", lambda: replace(plain, voice=told))
    assert parts() == [{"name": "voice", "state": "degraded", "needed": False, "reason": told.reason}]


class NoBetter:
    """A better voice that is not installed."""

    def __getattr__(self, name: str) -> object:
        return {"missing": lambda: "not installed", "rest": lambda: None}[name]


def test_a_hall_without_its_better_voice_speaks_and_says_so(lines: Lines, tmp_path: Path) -> None:
    clips = Clips(tmp_path, voice=QuickVoice(), better=NoBetter())  # type: ignore[arg-type]
    made = Announcer(
        lines.submit, speaker=SPEAKER, amplifier=None, words=SpokenWords(PLAN), clips=clips, report=lines.report
    )
    assert made.voice == VoiceHealth("degraded", "not installed")
    assert clips.announcement([Piece("请", "zh")]).spoken


# --- words --------------------------------------------------------------------------------------------------------


def said(text: str, english: str = "") -> list[tuple[str, str]]:
    found = SpokenWords(PLAN, digit_one="yao").notice(text, english)
    return [(part.text, part.language) for _, parts in found for part in parts if isinstance(part, Piece)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("请A012号到3号窗口", [("请", "zh"), ("A", "en"), ("零幺二号到三号窗口", "zh")]),
        ("热线12348", [("热线幺二三四八", "zh")]),
        ("2026年5月1日9:30", [("二零二六年5月1日9点30分", "zh")]),
        ("１５：００恢复", [("15点整恢复", "zh")]),
        (
            "请连WiFi，名称Legal Hall。谢谢！",
            [("请连", "zh"), ("WiFi", "en"), ("名称", "zh"), ("Legal Hall", "en"), ("谢谢", "zh")],
        ),
        ("……，、", []),
        ("<speak>&amp;", [("speak", "en"), ("amp", "en")]),
    ],
)
def test_numbers_and_foreign_words_of_a_notice(text: str, pieces: list[tuple[str, str]]) -> None:
    assert said(text) == pieces


def test_english_follows_and_is_cut_at_its_sentences() -> None:
    assert said("通知", "Ticket B007, please wait. Thank you.") == [
        ("通知", "zh"), ("Ticket B zero zero seven, please wait", "en"), ("Thank you", "en"),
    ]  # fmt: skip


def test_a_long_sentence_is_cut_where_a_voice_can_take_breath() -> None:
    pieces = said("这是一个很长的通知，" * 10)
    assert all(len(text) <= 60 for text, _ in pieces)
    assert "".join(text for text, _ in pieces).replace("，", "") == "这是一个很长的通知" * 10
