"""Alarms: when they open and end, that nobody is flooded, who sees to them, and that another system hears of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from central.accounts.permissions import Role
from central.aid import arrivals
from central.alarms import store
from central.alarms.rules import CATCH_UP_MS, SETTLE_MS, Key, Patience, Rule, Signals, measures, standard
from central.alarms.tables import alarm_message
from central.alarms.watch import AlarmWatch
from central.alarms.webhook import Messenger
from central.database import Database
from central.hook_file import read_hook
from central.ingest.intake import Intake, unpack
from central.live.board import Board
from central.live.hub import Hub
from central.signed_call import Hook, WrongAddress, check_url
from hall.devices import words as devices
from hall.gate import words as gate
from hall.intake.codes import Channel
from hall.intake.words import ApplicationSubmitted
from hall.queue import words
from hall_config.outcome import Stop
from hall_config.wording import section
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.event_log import HallLog, called, issued, rated
from tests.central.listener import listening
from tests.central.taking_in import HALL, NOW_MS, announces, evt, take
from tests.central.test_board import Line
from tests.central.test_live import device, node

RULE = Rule(unit="s", level="warning", open_at=100, end_below=80, hold_s=10, clear_s=20)
KEY = Key("hall-one", "long_wait")
WELL = Signals(state_ms=1, heard_ms=NOW_MS, event_ms=NOW_MS, clock="ntp")


def looks(values: list[int | None], every_s: int = 5) -> list[str]:
    """What each look at this measure changes; None: nothing is known of the hall."""
    patience, opened, told = Patience(), dict[Key, int](), []
    for turn, value in enumerate(values):
        measured = {KEY: value} if value is not None else {}
        unknown = [KEY.hall] if value is None else []
        verdict = patience.look(measured, opened, unknown, {KEY: RULE}, NOW_MS + turn * every_s * 1000)
        told.append("open" if verdict.opened else "end" if verdict.ended else "worse" if verdict.worse else "")
        opened |= {**verdict.opened, **verdict.worse}
        for key in verdict.ended:
            del opened[key]
    return told


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([99, 99, 99, 99], ["", "", "", ""]),
        ([100, 100, 100], ["", "", "open"]),  # held for ten seconds
        ([100, 99, 100, 100], ["", "", "", ""]),  # a gap begins anew
        ([100] * 3 + [90] * 9, ["", "", "open"] + [""] * 9),  # between the two thresholds nothing flutters
        ([100] * 3 + [79] * 5, ["", "", "open", "", "", "", "", "end"]),
        ([100] * 3 + [79, 79, 80, 79, 79, 79, 79, 79], ["", "", "open", "", "", "", "", "", "", "", "end"]),
        ([100] * 3 + [None] * 9, ["", "", "open"] + [""] * 9),  # what is not known is not over
        ([100, 100, None, 100, 100, 100], ["", "", "", "", "", "open"]),
        ([100, 100, 120, 150, 140], ["", "", "open", "worse", ""]),
    ],
)
def test_an_alarm_opens_and_ends_with_patience(values: list[int | None], told: list[str]) -> None:
    assert looks(values) == told


def found(online: bool = True, **changes: Any) -> dict[str, int]:
    signals = replace(WELL, **changes)
    return {
        f"{key.rule} {key.subject}".strip(): value for key, value in measures(HALL, online, signals, NOW_MS) if value
    }


@pytest.mark.parametrize(
    ("changes", "measured"),
    [
        ({}, {}),
        ({"waiting_ms": NOW_MS - 2_000_000}, {"long_wait": 2000}),
        ({"waiting_ms": NOW_MS + 5_000_000}, {}),  # a clock that is ahead is no negative wait
        ({"windows": ((3, "PAUSED", "MEETING", NOW_MS - 7000),)}, {"window_paused 3": 7}),
        ({"windows": ((3, "LUNCH", "LUNCH", 1), (4, "CLOSED", None, 1), (5, "PAUSED", "LUNCH", 1))}, {}),
        ({"trouble": {"sign-1": NOW_MS - 61_000}}, {"device_failed sign-1": 61}),
        ({"help": {"door": NOW_MS - 9_000}}, {"help_waiting door": 9}),
        ({"bad": (NOW_MS - 3_599_000, NOW_MS - 1, NOW_MS - 3_600_000)}, {"bad_ratings": 2}),
        ({"clock": "none"}, {"clock_unset": 1}),
        ({"clock": "rtc"}, {}),
        ({"event_ms": NOW_MS + 40_000}, {"clock_wrong": 40}),
        ({"event_ms": NOW_MS - 9_000_000}, {}),  # it waited for the line
        ({"stepped": (-3_600_000, NOW_MS - 1000)}, {"clock_wrong": 3600}),
        ({"stepped": (-3_600_000, NOW_MS - 3_600_000)}, {}),
        ({"counters": {"printer": {"paper_low": 1}}}, {"paper_low printer": 1}),
        ({"counters": {"c": {"disk_used": 91, "disk_worn": 12}}}, {"disk_full c": 91, "disk_worn c": 12}),
        ({"counters": {"printer": {"paper_low": "yes", "disk_used": 10**12, "disk_worn": -1}}}, {}),
    ],
)  # fmt: skip
def test_what_is_measured_of_a_hall(changes: dict[str, Any], measured: dict[str, int]) -> None:
    assert found(**changes) == measured


def test_of_a_hall_that_cannot_be_reached_only_that_is_known() -> None:
    dark = {"heard_ms": NOW_MS - 300_000, "waiting_ms": 1, "clock": "none"}
    assert found(online=False, **dark) == {"hall_dark": 300}
    assert found(online=False, state_ms=0, heard_ms=0) == {}  # one that has never spoken is not missed


def test_every_rule_is_sound_and_has_words() -> None:
    assert all(rule.end_below <= rule.open_at for rule in standard().values())
    for language in ("zh", "en"):
        assert set(standard()) <= set(section("central.alarm", language))


class City:
    """A store with one hall, a board over it and the watch; ``at_ms`` is now."""

    def __init__(self, database: Database, *, tells: bool = False) -> None:
        self.database, self.hub, self.intake, self.line, self.log = database, Hub(), Intake(), Line(), HallLog()
        self.line.up_since_ms = NOW_MS - SETTLE_MS
        self.board = Board(database, self.hub, self.line)
        self.watch = AlarmWatch(database, self.board, self.hub, self.line, tells=tells)
        self.at_ms = NOW_MS + CATCH_UP_MS
        take(database, self.intake, announces(self.log.epoch))

    def say(self, *events: Any) -> None:
        before = len(self.log.envelopes)
        self.log.at_ms = self.at_ms
        self.log.add(*events)
        with self.database.write() as connection:
            self.intake.take_in(connection, [unpack(evt(self.log.batch(self.log.envelopes[before:])))], self.at_ms)
        self.hub.tell([HALL])

    def later(self, seconds: int) -> list[str]:
        """What is open after this time, looked at every five seconds."""
        for _ in range(max(1, seconds // 5)):
            self.at_ms += 5000
            self.watch.look(self.at_ms)
        with self.database.read() as connection:
            return [row["rule"] for row in store.open_alarms(connection)]


@pytest.fixture
def city(database: Database) -> City:
    return City(database, tells=True)


def test_an_application_that_cannot_be_opened_is_an_alarm_until_it_is_tried_again(city: City, web: Web) -> None:
    receipt = f"P{HALL}-01J0000000000000000000000A"
    sent = ApplicationSubmitted("2026-11-18", "B001", receipt, Channel.KIOSK, None, None, 0, "", "lhs1.nothing")
    city.say(words.DayOpened("2026-11-18"), sent)
    assert city.later(5) == []
    with city.database.write() as connection:
        arrivals.set_aside(connection, receipt, 0, "NotOpened")
    assert city.later(5) == ["aid_aside"]
    admin, key = web.as_role(Role.ADMIN), {"Idempotency-Key": "again"}
    (item,) = admin.get("/api/v1/aid/arrivals").json()["items"]
    assert (item["hall"], item["receipt"], item["page"], item["problem"]) == (HALL, receipt, 0, "NotOpened")
    place = f"/api/v1/aid/arrivals/{HALL}/{receipt}/again"
    check_error(web.as_role(Role.VIEWER).post(place, headers=key), 403, "NOT_ALLOWED")
    assert admin.post(place, headers=key).status_code == 200
    check_error(admin.post(place, headers={"Idempotency-Key": "once-more"}), 404, "NO_SUCH_ARRIVAL")
    assert city.later(5) == []


def test_a_pause_a_help_button_and_bad_ratings_become_alarms_and_end(city: City) -> None:
    city.say(words.DayOpened("2026-11-18"), words.WindowPaused(3, "staff-3", words.PauseReason.MEETING))
    city.say(gate.HelpRequested("door"), issued("A001"), called("A001", 1))
    assert city.later(30) == []
    assert city.later(60) == ["help_waiting"]
    city.say(gate.HelpAnswered("door", "staff", 60), *(rated(f"A00{n}", 1, 1) for n in (1, 1, 1)))
    assert city.later(10) == []  # a rating that was not the first of its ticket counts once
    assert city.later(1800) == ["window_paused"]
    city.say(words.WindowResumed(3, "staff-3"))
    assert city.later(10) == []


def test_a_burst_of_bad_ratings_is_an_alarm(city: City) -> None:
    numbers = [f"A00{n}" for n in range(1, 4)]
    city.say(*(issued(number) for number in numbers), *(rated(number, 1, 2) for number in numbers))
    assert city.later(10) == ["bad_ratings"]


def test_a_dark_hall_is_one_alarm_and_what_it_had_stays_until_it_speaks_again(city: City) -> None:
    take(city.database, city.intake, device("sign-1", "lost"))
    city.hub.tell([HALL])
    assert city.later(90) == ["device_failed"]
    take(city.database, city.intake, node(online=False))
    city.hub.tell([HALL])
    assert city.later(200) == ["device_failed", "hall_dark"]
    take(city.database, city.intake, device("sign-1", "ready", n=2), node(online=True, bdseq=2))
    city.hub.tell([HALL])
    assert city.later(60) == []


def test_nobody_is_flooded_after_centrals_own_line_was_down(city: City) -> None:
    city.say(issued("A001"))
    assert city.later(5) == []
    city.line.up_since_ms = 0
    assert city.later(2000) == ["broker_cut"]
    city.line.up_since_ms = city.at_ms
    assert city.later(SETTLE_MS // 1000 - 5) == []
    city.say(called("A001", 1))
    assert city.later(600) == []


def test_paper_and_disk_are_told_by_counters(city: City) -> None:
    state = json.loads(device("printer", "ready").payload)
    low = json.dumps({**state, "counters": {"paper_low": 1}}).encode()
    take(city.database, city.intake, replace(device("printer", "ready"), payload=low))
    city.hub.tell([HALL])
    assert city.later(30) == ["paper_low"]


def test_an_open_alarm_is_not_opened_twice_by_a_central_that_starts_again(city: City) -> None:
    city.say(gate.HelpRequested("door"))
    city.later(90)
    city.watch = AlarmWatch(city.database, Board(city.database, Hub(), city.line), Hub(), city.line)
    assert city.later(90) == ["help_waiting"]


# --- over HTTP ---


@pytest.fixture
def alarmed(web: Web) -> int:
    """The number of an open alarm of the hall."""
    take(web.database, Intake(), announces("epoch-1"))
    with web.database.write() as connection:
        key = Key(HALL, "device_failed", "sign-1")
        store.begin(connection, {key: 61}, {key: standard()["device_failed"]}, NOW_MS)
    with web.database.read() as connection:
        return int(store.open_alarms(connection)[0]["id"])


def see(client: Any, number: int | str, key: str, note: str = "") -> Any:
    path = f"/api/v1/alarms/{number}/acknowledgement"
    return client.post(path, json={"note": note}, headers={"Idempotency-Key": key})


def test_an_alarm_is_acknowledged_by_a_person_once(web: Web, alarmed: int) -> None:
    supervisor, other = web.as_role(Role.SUPERVISOR), web.as_role(Role.HALL_IT)
    (one,) = supervisor.get("/api/v1/alarms").json()["items"]
    assert (one["state"], one["subject"], one["value"], one["unit"]) == ("open", "sign-1", 61, "s")
    told = see(supervisor, alarmed, "k1", "去看").json()
    assert (told["state"], told["acknowledged_by"], told["note"]) == ("acknowledged", "supervisor", "去看")
    assert see(supervisor, alarmed, "k1", "去看").json() == told
    check_error(see(other, alarmed, "k2"), 409, "ALARM_SEEN")
    check_error(see(other, 999_999, "k3"), 404, "NO_SUCH_ALARM")
    check_error(see(other, 2**40, "k4"), 404, "NOT_FOUND")
    check_error(see(other, "x", "k5"), 404, "NOT_FOUND")
    check_error(see(supervisor, alarmed, "k6", "x" * 201), 422, "WRONG_FIELD")
    check_error(see(supervisor, alarmed, "k7", "a\x00b"), 422, "WRONG_FIELD")
    with web.database.write() as connection:
        store.end(connection, [alarmed], NOW_MS + 1)
    check_error(see(supervisor, alarmed, "k8"), 409, "ALARM_ENDED")
    assert supervisor.get("/api/v1/alarms").json()["items"] == []
    assert [row["state"] for row in supervisor.get("/api/v1/alarms?state=ended").json()["items"]] == ["ended"]
    audit = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit").json()["items"]
    assert [line["act"] for line in audit].count("alarm.acknowledge") == 1


def test_the_list_is_cut_and_goes_on(web: Web, alarmed: int) -> None:
    rule = standard()["device_failed"]
    with web.database.write() as connection:
        for number in range(5):
            key = Key(HALL, "device_failed", f"d-{number}")
            store.begin(connection, {key: 1}, {key: rule}, NOW_MS + number // 2)
    client, seen, cursor = web.as_role(Role.VIEWER), [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/alarms?limit=2&cursor={cursor}" if cursor else "/api/v1/alarms?limit=2").json()
        seen += [one["subject"] for one in page["items"]]
        cursor = page["next"]
    assert seen == ["d-4", "d-3", "d-2", "d-1", "d-0", "sign-1"]
    check_error(client.get("/api/v1/alarms?state=odd"), 422, "WRONG_FIELD")
    check_error(client.get("/api/v1/alarms?cursor=x"), 422, "WRONG_FIELD")


def test_a_unit_sets_its_own_rule_and_gives_it_up_again(web: Web) -> None:
    take(web.database, Intake(), announces("epoch-1"))
    client, path = web.as_role(Role.HALL_IT), "/api/v1/alarm-rules/hall_dark/units/city"
    wanted = {"enabled": True, "level": "notice", "open_at": 600, "end_below": 600, "hold_s": 0, "clear_s": 0}
    answer = client.put(path, json=wanted, headers={"Idempotency-Key": "k1"})
    assert answer.json() == {"rule": "hall_dark", "of_unit": "city", "unit": "s", **wanted}
    own = [one for one in client.get("/api/v1/alarm-rules").json()["items"] if one["of_unit"]]
    assert [one["open_at"] for one in own] == [600]
    wrong = client.put(path, json={**wanted, "end_below": 601}, headers={"Idempotency-Key": "k2"})
    check_error(wrong, 422, "RULE_ORDER")
    unknown = client.put(path.replace("hall_dark", "nothing"), json=wanted, headers={"Idempotency-Key": "k3"})
    check_error(unknown, 404, "NO_SUCH_RULE")
    nowhere = client.put(path.replace("city", "nowhere"), json=wanted, headers={"Idempotency-Key": "k4"})
    check_error(nowhere, 404, "NO_SUCH_UNIT")
    for _ in range(2):
        assert client.delete(path, headers={"Idempotency-Key": "gone"}).status_code == 204
    check_error(client.delete(path), 404, "NO_SUCH_RULE")


def test_the_nearest_units_rule_counts(city: City) -> None:
    late = standard()["help_waiting"].model_copy(update={"open_at": 300, "end_below": 300})
    with city.database.write() as connection:
        store.keep_rule(connection, "help_waiting", "city", late)
    city.say(gate.HelpRequested("door"))
    assert city.later(200) == []
    assert city.later(120) == ["help_waiting"]
    with city.database.write() as connection:
        store.keep_rule(connection, "help_waiting", "city", late.model_copy(update={"enabled": False}))
    assert city.later(5) == []


# --- the webhook ---


def test_another_system_hears_of_alarms_in_order_signed_and_again_until_it_takes_them(city: City) -> None:
    city.say(gate.HelpRequested("door"), devices.ClockStepped(-60_000))
    assert city.later(90) == ["clock_wrong", "help_waiting"]
    city.say(gate.HelpAnswered("door", "staff", 9))
    city.later(10)
    with listening() as listener:
        messenger = Messenger(city.database, Hook(listener.url, "a shared secret of ours"))
        listener.answers = [500, 302]
        messenger.send(city.at_ms)
        messenger.send(city.at_ms)  # not yet time
        assert len(listener.heard) == 1
        messenger.send(city.at_ms + 5_000)
        messenger.send(city.at_ms + 15_000)
        told = listener.messages()
        assert told[0] == told[1] == told[2]
        assert [(one["event"], [alarm["rule"] for alarm in one["alarms"]]) for one in told[2:]] == [
            ("opened", ["clock_wrong"]), ("opened", ["help_waiting"]), ("ended", ["help_waiting"])
        ]  # fmt: skip
        listener.check_signatures("a shared secret of ours")
    with city.database.read() as connection:
        assert connection.execute(select(alarm_message)).all() == []


def test_a_system_that_is_gone_for_a_day_is_given_up_and_stops_nothing(city: City) -> None:
    city.say(gate.HelpRequested("door"))
    city.later(90)
    messenger = Messenger(city.database, Hook("http://127.0.0.1:1/", "a shared secret of ours"))
    messenger.send(city.at_ms)
    messenger.send(city.at_ms + 25 * 3_600_000)
    with city.database.read() as connection:
        assert store.next_message(connection) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://a/b",
        "http://",
        "https://u:p@host/",
        "http://a:99999/",
        "http://a b/",
        "http://h/\r\nX: y",
        f"http://{'a' * 64}/",
        "http://a..b/",
        "//h/a",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(WrongAddress):
        check_url(url)


@pytest.mark.parametrize(
    ("text", "mode", "key"),
    [
        ('url = "https://h/a"\nsecret = "0123456789abcdef"\nmore = 1\n', 0o600, "HOOK_SHAPE"),
        ('url = 5\nsecret = "0123456789abcdef"\n', 0o600, "HOOK_SHAPE"),
        ("\x00", 0o600, "HOOK_SHAPE"),
        ('url = "https://h/a"\nsecret = "0123456789abcdef"\n', 0o644, "HOOK_OPEN"),
        ('url = "https://h/a"\nsecret = "short"\n', 0o600, "HOOK_SECRET"),
        ('url = "nothing"\nsecret = "0123456789abcdef"\n', 0o600, "HOOK_ADDRESS"),
    ],
)
def test_a_wrong_webhook_file_is_named_without_its_secret(tmp_path: Path, text: str, mode: int, key: str) -> None:
    file = tmp_path / "hook.toml"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(Stop) as stopped:
        read_hook(file)
    assert stopped.value.args == (f"central.cli.{key}",)
    assert "0123456789abcdef" not in str(stopped.value)
    with pytest.raises(Stop):
        read_hook(tmp_path / "missing.toml")
