"""What is known of halls and devices beside their events: deaths, freshness, the newest state of a device."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from central import schema
from central.database import Database
from central.figures import store as figure_store
from central.figures.rules import Figures, by_class
from central.figures.rules import told as figures_told
from central.ingest.intake import Intake
from central.ingest.message import Message
from central.live import rules, store, telling
from central.live.keeping import from_text, to_text
from central.live.rules import LiveView
from hall.devices import words as devices
from hall.gate import words as gate
from tests.central.event_log import DAY, HallLog, Morning, called, issued, rated
from tests.central.taking_in import HALL, NOW_MS, take, take_each

UP = NOW_MS - 60_000


def node(*, online: bool, bdseq: int = 1, retained: bool = False) -> Message:
    facts = {"epoch": "epoch-1", "boot": "b", "version": "1", "config_rev": 1, "clock": "ntp"}
    payload = json.dumps({"online": online, "bdseq": bdseq, **facts}).encode()
    return Message(f"lh/1/{HALL}/node/state", payload, retained=retained)


def device(name: str, state: str, epoch: str = "epoch-1", n: int = 1, topic: str | None = None) -> Message:
    facts = {"kind": "led", "since": NOW_MS, "reason": "", "counters": {"faults": 1}}
    payload = json.dumps({"device": name, "state": state, "epoch": epoch, "n": n, **facts}).encode()
    return Message(f"lh/1/{HALL}/dev/{topic or name}/state", payload, retained=True)


def told(database: Database, link_up_since_ms: int = UP, now_ms: int = NOW_MS) -> dict[str, Any]:
    with database.read() as connection:
        row = store.read_hall(connection, HALL, "")
        assert row is not None
        return telling.hall_whole(row, list(store.read_devices(connection, HALL)), link_up_since_ms, now_ms)


def test_the_newest_state_of_a_device_wins_whatever_comes_last(database: Database) -> None:
    intake = Intake()
    take(database, intake, device("sign-1", "ready", n=5), device("sign-1", "lost", n=4))
    assert [one["state"] for one in told(database)["device_states"]] == ["ready"]
    take(database, intake, device("sign-1", "degraded", n=5))
    assert [one["state"] for one in told(database)["trouble"]] == ["degraded"]


def test_a_device_under_another_ones_topic_is_refused(database: Database) -> None:
    outcome = take(database, Intake(), device("sign-1", "ready", topic="sign-2"))
    assert outcome.rejected == 1


def test_trouble_told_only_by_events_is_trouble(database: Database) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    log.add(devices.DeviceFailed("printer", "lost", "gone"), devices.DeviceFailed("sign-1", "lost", "gone"))
    log.add(gate.HelpRequested("help-1"))
    take_each(database, intake, log.batches())
    take(database, intake, device("sign-1", "ready"))
    assert [one["device"] for one in told(database)["trouble"]] == ["printer"]
    assert told(database)["help"] == ["help-1"]
    log.add(devices.DeviceRecovered("printer", 5), gate.HelpAnswered("help-1", "staff", 9))
    take_each(database, intake, log.batches())
    assert (told(database)["trouble"], told(database)["help"]) == ([], [])


@pytest.mark.parametrize(
    ("messages", "online"),
    [
        ([node(online=True, bdseq=3)], True),
        ([node(online=True, bdseq=3), node(online=False, bdseq=3)], False),
        ([node(online=True, bdseq=3), node(online=False, bdseq=2)], True),
        ([node(online=True, bdseq=3), node(online=False, bdseq=9)], True),
        ([node(online=False, bdseq=3)], False),
        ([node(online=False, bdseq=3), node(online=True, bdseq=4)], True),
    ],
)
def test_deaths_are_matched_to_their_connection(database: Database, messages: list[Message], online: bool) -> None:
    take(database, Intake(), *messages)
    assert told(database)["online"] is online


def test_a_hall_silent_since_the_broker_came_back_is_offline(database: Database) -> None:
    take(database, Intake(), node(online=True))
    assert told(database, UP)["online"]
    came_back = NOW_MS + 1000
    assert told(database, came_back, came_back + telling.SETTLE_MS)["online"]
    assert not told(database, came_back, came_back + telling.SETTLE_MS + 1)["online"]
    assert told(database, 0)["online"]  # central's own line is down: nothing new is known


def test_numbers_on_top_leave_out_halls_that_cannot_be_reached(database: Database) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    log.add(issued("A001"), issued("A002"), called("A001", 1, 40))
    take_each(database, intake, log.batches())
    take(database, intake, node(online=True))
    hall = told(database)
    assert telling.totals([hall], DAY) == {
        "open": 1,
        "offline": 0,
        "halls": 1,
        "waiting": 1,
        "waiting_since": hall["waiting_since"],
        "longest_wait_s": hall["longest_wait_s"],
        "visitors": 2,
        "mean_wait_s": 40.0,
        "satisfaction": None,
        "rated": 0,
        "heard_at": hall["heard_at"],
    }
    take(database, intake, node(online=False))
    cut_off = telling.totals([told(database)], DAY)
    now = {"open": 0, "offline": 1, "waiting": 0, "waiting_since": None, "longest_wait_s": None}
    assert cut_off | now == cut_off
    assert cut_off["visitors"] == 2  # what it said of its day until then is known
    assert telling.totals([told(database)], "2026-11-19")["visitors"] == 0  # of a day that is over


def figures_of(database: Database) -> dict[str, Any]:
    with database.read() as connection:
        groups = by_class(figure_store.groups(connection, DAY, "", HALL))
    whole = Figures()
    for one in groups.values():
        whole.add(one)
    return figures_told(whole)


@pytest.mark.parametrize("seed", [3, 8])
def test_todays_means_are_those_of_the_days_figures(database: Database, seed: int) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    Morning(log, seed).run(250)
    log.add(rated("A001", 1, 1), rated("A001", 1, 5, version=2), rated("A999", 1, 1))
    take_each(database, intake, log.batches())
    hall, figures = told(database), figures_of(database)
    assert figures["rated"] > 3
    assert (hall["mean_wait_s"], hall["satisfaction"]) == (figures["mean_wait_s"], figures["satisfaction"])
    assert hall["sums"]["rated"] == figures["rated"]


def test_a_view_of_an_older_program_gets_its_sums_from_the_days_tickets(database: Database) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    Morning(log, 5).run(120)
    take_each(database, intake, log.batches())
    with database.write() as connection:
        whole = store.load_live(connection, HALL)
        text = json.loads(to_text(whole))
        for name in ("sums", "bad", "stepped"):
            del text[name]
        connection.execute(update(schema.live).values(view=json.dumps(text)))
        assert store.load_live(connection, HALL).sums == whole.sums


def test_bad_ratings_and_a_moved_clock_are_remembered(database: Database) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    log.add(issued("A001"), called("A001", 1), rated("A001", 1, 2), rated("A001", 1, 1, version=2))
    log.add(devices.ClockStepped(-9_000))
    take_each(database, intake, log.batches())
    with database.read() as connection:
        view = store.load_live(connection, HALL)
    assert view.bad == [log.envelopes[2]["ts"]]
    assert view.stepped == [-9_000, log.envelopes[4]["ts"]]


def test_a_live_view_is_kept_and_read_back_whole(database: Database) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    Morning(log, 5).run(150)
    log.add(devices.DeviceFailed("printer", "lost", "gone"), gate.HelpRequested("help-1"))
    take_each(database, intake, log.batches())
    with database.read() as connection:
        view = store.load_live(connection, HALL)
    assert view.waiting
    assert from_text(to_text(view)) == view
    assert from_text(None) == LiveView()


def test_a_hall_with_endless_names_stays_bounded() -> None:
    view = LiveView()
    for number in range(2000):
        rules.apply(view, devices.DeviceFailed(f"device-{number}", "lost", "x" * 5000), 1, None)
        rules.apply(view, gate.HelpRequested(f"place-{number}"), 1, None)
        rules.remember(view, number, 1, "device.failed/1", devices.DeviceFailed("d" * 5000, "lost", "x" * 5000))
    assert len(to_text(view)) < 400_000
    assert len(view.recent) == rules.RECENT


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"null",
        b'{"online":"yes"}',
        b'{"online":true,"bdseq":1e999}',
        b'{"device":5}',
        b"{" * 9999,
        b"x" * 900_000,
    ],
)
@pytest.mark.parametrize("leaf", ["node/state", "node/birth", "dev/sign-1/state", "rsp"])
def test_hostile_words_about_a_hall_are_set_aside(database: Database, leaf: str, payload: bytes) -> None:
    outcome = take(database, Intake(), Message(f"lh/1/{HALL}/{leaf}", payload))
    assert outcome.rejected == 1
    assert told(database)["state"] == "offline"


def test_numbers_too_large_for_a_store_are_refused(database: Database) -> None:
    outcome = take(database, Intake(), node(online=True, bdseq=2**70), device("sign-1", "ready", n=2**70))
    assert outcome.rejected == 2
