"""The health page for IT: each part in words, the worst first, live, and through a controller that goes away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edge.content import ContentNow
from edge.hall_door import DeviceHealth, FileHealth, Health, VoiceHealth
from edge.publicity import Skipped
from edge.screens.health_view import HealthPart, seen
from hall_config.wording import catalogue
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

WELL = Health((), True, 120, 118, "online", "ntp", "boot-1", "0.1.0")
NO_CONTENT = ContentNow("wrong", None, "", 3)
SKIPPED_REASONS = ("too_large", "too_many_pixels", "broken", "unknown_sort", "unreadable", "too_many")


def device(state: str, reason: str = "") -> DeviceHealth:
    return DeviceHealth("printer-1", "escpos-printer", state, reason, 0, None, {})


def part(health: Health, name: str, *, alarm: str = "", skipped: tuple[Skipped, ...] = ()) -> HealthPart:
    told = seen(health, alarm, NO_CONTENT, skipped, {"printer-1": ("门口打印机", "Printer at the door")})
    return next(one for one in told.parts if one.name == name)


@pytest.mark.parametrize(
    ("health", "name", "grade", "words"),
    [
        (WELL, "journal", "good", "先写入"),
        (replace(WELL, journal_ok=False), "journal", "fault", "检查磁盘"),
        (WELL, "central", "good", "2 条事件待送"),
        (replace(WELL, central="offline"), "central", "watch", "检查网络"),
        (replace(WELL, central="none"), "central", "good", "独立运行"),
        (replace(WELL, clock="none"), "clock", "watch", "时间服务器"),
        (replace(WELL, file=FileHealth("wrong", "第 3 行写错", "line 3 is wrong")), "config", "fault", "第 3 行"),
        (replace(WELL, file=FileHealth("restart", "[pages] 等待重启", "waits")), "config", "watch", "等待重启"),
        (replace(WELL, voice=VoiceHealth("failed", "espeak-ng")), "voice", "fault", "espeak-ng"),
        (WELL, "content", "fault", "3 处错误"),
        (replace(WELL, devices=(device("ready"),)), "device:printer-1", "good", "工作正常"),
        (replace(WELL, devices=(device("degraded", "paper_out"),)), "device:printer-1", "fault", "缺纸"),
        (replace(WELL, devices=(device("lost", "no_reply"),)), "device:printer-1", "fault", "没有应答"),
        (replace(WELL, devices=(device("handshake"),)), "device:printer-1", "watch", "正在连接"),
        (replace(WELL, devices=(device("disabled"),)), "device:printer-1", "good", "停用"),
    ],
)
def test_each_state_is_said_in_words_that_help(health: Health, name: str, grade: str, words: str) -> None:
    found = part(health, name)
    assert found.grade == grade
    assert words in found.what_zh
    assert found.what_en


@pytest.mark.parametrize("alarm", ["conflict", "rolled_back"])
def test_a_journal_that_began_anew_is_told_all_day(alarm: str) -> None:
    assert part(WELL, "journal", alarm=alarm).grade == "watch"


@pytest.mark.parametrize("reason", SKIPPED_REASONS)
def test_each_file_that_is_not_shown_is_named(reason: str) -> None:
    found = part(WELL, "publicity:<b>海报</b>.mp4", skipped=(Skipped("<b>海报</b>.mp4", reason),))
    assert (found.grade, found.name_zh) == ("watch", "宣传文件 <b>海报</b>.mp4")


def test_there_are_words_for_every_reason_that_the_playlist_gives() -> None:
    sources = "".join(Path(name).read_text(encoding="utf-8") for name in ("edge/publicity.py", "edge/film.py"))
    given = {line.split('_Unfit("')[1].split('"')[0] for line in sources.splitlines() if '_Unfit("' in line}
    assert given <= set(SKIPPED_REASONS)
    assert all(f"health.publicity.{reason}" in catalogue() for reason in SKIPPED_REASONS)


def test_the_worst_stands_first() -> None:
    grades = [one.grade for one in seen(replace(WELL, clock="none"), "", NO_CONTENT, (), {}).parts]
    assert grades == ["fault", "watch", "good", "good", "good"]


@pytest.mark.browser
def test_the_page_says_what_is_wrong_in_both_languages_and_renews_itself(hall, open_page):
    page = open_page("/health", (1280, 800), clock=True)
    expect(page.locator("tr[data-part='device:printer-1'] .what")).to_have_text("工作正常")
    hall.door.devices = (replace(hall.door.devices[0], state="degraded", reason="paper_out"), *hall.door.devices[1:])
    page.clock.run_for(11_000)
    row = page.locator("tr[data-part='device:printer-1']")
    expect(row.locator(".what")).to_have_text("缺纸")
    expect(row.locator(".state")).to_have_attribute("data-grade", "fault")
    expect(page.locator("#sum")).to_contain_text("处须处理")
    page.click("[data-language]")
    expect(row.locator(".what")).to_have_text("out of paper")
    assert page.locator("#parts tr").first.locator(".state").get_attribute("data-grade") == "fault"


@pytest.mark.browser
def test_the_page_says_that_nobody_answers_and_comes_back_by_itself(open_page):
    page = open_page("/health", (1280, 800), clock=True)
    expect(page.locator("#parts tr").first).to_be_visible()
    page.context.set_offline(True)
    page.clock.run_for(11_000)
    expect(page.locator("#cut")).to_contain_text("没有应答")
    page.context.set_offline(False)
    page.clock.run_for(11_000)
    expect(page.locator("#cut")).to_be_hidden()
