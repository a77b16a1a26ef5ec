"""Central over a real PostgreSQL that is restarted, crashes, and is wanted by two centrals at once."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.central.event_log import HallLog, Morning
from tests.central.running import HallLine, RunningCentral, hall_line
from tests.parts import Mosquitto, wait_for
from tests.postgres import PostgreSQL

pytestmark = [pytest.mark.broker, pytest.mark.once]
HALL = "hall-one"
EPOCH = "epoch-1"


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto, postgres: PostgreSQL) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto, database=postgres.new_database())
    try:
        yield running
    finally:
        running.kill()


def morning(seed: int, steps: int = 400) -> HallLog:
    log = HallLog(EPOCH)
    Morning(log, seed).run(steps)
    return log


def stored(central: RunningCentral) -> list[object]:
    answer = central.client().get("/api/v1/events", params={"hall": HALL, "epoch": EPOCH})
    return [json.loads(line) for line in answer.text.splitlines()]


def beside(central: RunningCentral, data: Path) -> RunningCentral:
    """Another central over the same store, on a machine of its own: it was given the master key."""
    another = RunningCentral(data, central.broker, database=central.database)
    another.more = ["--master-key", str(central.data.with_name(f"{central.data.name}-keys") / "master.key")]
    return another


def say_again_what_is_missing(line: HallLine, log: HallLog) -> None:
    """As a controller does: from what was acknowledged on, until all of it is."""

    def all_acknowledged() -> bool:
        upto = max(0, line.acked(EPOCH))
        if upto < len(log.envelopes):
            line.say("evt", log.batch(log.envelopes[upto : upto + 100]))
        return upto == len(log.envelopes)

    wait_for(all_acknowledged, "everything acknowledged", 60)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_store_that_goes_and_comes_back_has_every_event_once(
    central: RunningCentral, mosquitto: Mosquitto, postgres: PostgreSQL, how: str
) -> None:
    log, chance = morning(1), random.Random(1)
    central.start()
    with hall_line(mosquitto, HALL) as line:
        line.state(online=True, bdseq=1, epoch=EPOCH)
        line.wait_acked(EPOCH, 0)
        plug = threading.Timer(chance.uniform(0.02, 0.2), getattr(postgres, how))
        plug.start()
        for payload in log.batches(20):
            line.say("evt", payload)
        plug.join()
        wait_for(
            lambda: httpx2.get(f"{central.url}/readyz", timeout=20).status_code == 503, "central says what is missing"
        )
        assert httpx2.get(f"{central.url}/api/v1/halls", timeout=20).status_code in (401, 503)
        assert httpx2.get(f"{central.url}/healthz", timeout=20).status_code == 200
        postgres.start()
        say_again_what_is_missing(line, log)
    assert stored(central) == log.envelopes
    assert central.stop() == 0


def test_central_killed_at_random_instants_has_everything_once(central: RunningCentral, mosquitto: Mosquitto) -> None:
    log, chance = morning(2), random.Random(2)
    with hall_line(mosquitto, HALL) as line:
        for _ in range(2):
            central.start()
            line.state(online=True, bdseq=1, epoch=EPOCH)
            killer = threading.Timer(chance.uniform(0.02, 0.4), central.kill)
            killer.start()
            for payload in log.batches(20):
                line.say("evt", payload)
            killer.join()
        central.start()
        say_again_what_is_missing(line, log)
        assert stored(central) == log.envelopes


def test_a_second_central_on_one_store_ends_and_names_the_first(central: RunningCentral, tmp_path: Path) -> None:
    central.start()
    second = beside(central, tmp_path / "elsewhere")
    with pytest.raises(pytest.fail.Exception, match="in use by another central"):
        second.start()
    assert second.died() == 1
    central.kill()
    second.start()
    assert second.stop() == 0


def test_a_first_central_that_lost_its_hold_writes_nothing_any_more(
    central: RunningCentral, postgres: PostgreSQL, tmp_path: Path
) -> None:
    """The server restarts, and another central is quicker: the first one waits instead of writing beside it."""
    central.start()
    postgres.stop()
    postgres.start()
    second = beside(central, tmp_path / "elsewhere")
    second.start()
    try:
        answer = httpx2.post(
            f"{central.url}/api/v1/session", json={"name": "nobody", "secret": "not-right-at-all"}, timeout=30
        )
        assert answer.status_code == 503
    finally:
        second.stop()
    answer = httpx2.post(
        f"{central.url}/api/v1/session", json={"name": "nobody", "secret": "not-right-at-all"}, timeout=30
    )
    assert answer.status_code == 401
