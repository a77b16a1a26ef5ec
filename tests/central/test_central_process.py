"""The whole of central as a process, over a real broker that may be killed, as may central itself."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.central.event_log import DAY, HallLog, Morning, batch, called, issued
from tests.central.running import HALL_PROGRAM, RunningCentral, hall_line
from tests.parts import Mosquitto, wait_for

pytestmark = pytest.mark.broker
EPOCH = "epoch-1"


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    try:
        yield running
    finally:
        running.kill()


def morning(seed: int = 1, steps: int = 200, epoch: str = EPOCH) -> HallLog:
    log = HallLog(epoch)
    Morning(log, seed).run(steps)
    return log


def stored(client: Any, hall: str, epoch: str = EPOCH) -> list[dict[str, Any]]:
    text = client.get("/api/v1/events", params={"hall": hall, "epoch": epoch}).text
    return [json.loads(line) for line in text.splitlines()]


def test_ten_megabytes_over_a_real_line_are_heard_out_and_refused(central: RunningCentral) -> None:
    central.start()
    client = central.client()
    answer = client.post("/api/v1/session", content=bytes(10 * 1024 * 1024))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")
    assert client.get("/api/v1/halls").status_code == 200


def test_events_are_stored_acknowledged_and_shown(central: RunningCentral, mosquitto: Mosquitto) -> None:
    central.start()
    one, other = morning(1), morning(2, epoch="epoch-2")
    with hall_line(mosquitto, "hall-one") as line, hall_line(mosquitto, "hall-two") as second:
        wait_for(lambda: line.central[-1:] == [True], "central says that it is online")
        line.state(online=True, bdseq=7, epoch=EPOCH)
        line.wait_acked(EPOCH, 0)  # whoever comes online hears at once where to begin
        for first, then in zip(one.batches(20), other.batches(20), strict=False):
            line.say("evt", first)
            second.say("evt", then)
        line.say("evt", one.batch(one.envelopes))
        second.say("evt", other.batch(other.envelopes))
        line.wait_acked(EPOCH, len(one.envelopes))
        second.wait_acked("epoch-2", len(other.envelopes))
        client = central.client()
        assert stored(client, "hall-one") == one.envelopes
        assert stored(client, "hall-two", "epoch-2") == other.envelopes
        assert [hall["id"] for hall in client.get("/api/v1/halls").json()["items"]] == ["hall-one", "hall-two"]
        assert central.metric("lh_events_ingested_total") == len(one.envelopes) + len(other.envelopes)
        before = central.metric("lh_acks_sent_total")
        assert before < 40
        assert line.acks[-1]["credit"] > 0
        assert central.stop() == 0
        wait_for(lambda: line.central[-1:] == [False], "central says goodbye")
    assert "Traceback" not in central.log()


@pytest.mark.once
def test_the_plug_pulled_between_commit_and_acknowledgement(central: RunningCentral, mosquitto: Mosquitto) -> None:
    log = morning(3)
    central.start([sys.executable, "-m", "tests.central.dies_before_ack"])
    with hall_line(mosquitto, "hall-one") as line:
        line.state(online=True, bdseq=1, epoch=EPOCH)
        line.say("evt", log.batch(log.envelopes[:50]))
        assert central.died() == -9
        assert line.acked(EPOCH) <= 0
        central.start()  # the first acknowledgement comes by itself, from the store
        line.wait_acked(EPOCH, 50)
        line.say("evt", log.batch(log.envelopes))
        line.wait_acked(EPOCH, len(log.envelopes))
        client = central.client()
        assert stored(client, "hall-one") == log.envelopes
        hall = client.get("/api/v1/halls/hall-one").json()
        issues = [event for event in log.envelopes if event["type"] == "ticket.issued/1"]
        assert hall["today"]["issued"] == len(issues)


@pytest.mark.once
def test_central_killed_at_random_instants_has_everything_once(central: RunningCentral, mosquitto: Mosquitto) -> None:
    log, chance = morning(4, 800), random.Random(4)
    with hall_line(mosquitto, "hall-one") as line:
        for _ in range(2):
            central.start()
            line.state(online=True, bdseq=1, epoch=EPOCH)
            wait_for(lambda: line.acks, "an acknowledgement")
            begun = max(0, line.acked(EPOCH))
            killer = threading.Timer(chance.uniform(0.02, 0.4), central.kill)
            killer.start()
            for start in range(begun, len(log.envelopes), 50):
                line.say("evt", log.batch(log.envelopes[start : start + 50]))
            killer.join()
        central.start()
        for payload in log.batches():
            line.say("evt", payload)
        line.wait_acked(EPOCH, len(log.envelopes))
        assert stored(central.client(), "hall-one") == log.envelopes


@pytest.mark.once
def test_a_broker_that_forgets_everything_costs_nothing(central: RunningCentral, mosquitto: Mosquitto) -> None:
    central.start()
    log = morning(5)
    with hall_line(mosquitto, "hall-one") as line:
        line.say("evt", log.batch(log.envelopes[:40]))
        line.wait_acked(EPOCH, 40)
        line.central.clear()
        mosquitto.kill()
        mosquitto.start()
        wait_for(lambda: line.central[-1:] == [True], "central is back at the new broker", 40)
        line.acks.clear()
        line.say("evt", log.batch(log.envelopes[20:]))
        line.wait_acked(EPOCH, len(log.envelopes))
        client = central.client()
        assert stored(client, "hall-one") == log.envelopes
        assert client.get("/readyz").status_code == 200


def test_gaps_are_asked_for_conflicts_told_and_rubbish_stops_nothing(
    central: RunningCentral, mosquitto: Mosquitto
) -> None:
    central.start()
    log = morning(6)
    rows = log.envelopes
    with hall_line(mosquitto, "hall-one") as line, hall_line(mosquitto, "evil-hall") as evil:
        line.say("evt", log.batch(rows[:10]))
        line.say("evt", log.batch(rows[20:30]))
        wait_for(lambda: any(ack["missing"] == [[11, 20]] for ack in line.acks), "central asks for 11 to 20")
        for rubbish in (b"", b"\x00\xff", b"[]", b"[" * 300_000, b"x" * 1_000_000, b'{"v":1,"epoch":"e","events":[1]}'):
            evil.say("evt", rubbish)
            evil.say("node/state", rubbish)
            evil.say("dev/some-device/state", rubbish)
            line.say("evt", rubbish)
        line.say("evt", batch(EPOCH, [rows[0] | {"data": {"number": 5}, "id": rows[0]["id"]}]))
        line.say("evt", log.batch(rows[10:]))
        line.wait_acked(EPOCH, len(rows))
        assert not any(ack["conflict"] for ack in line.acks)
        line.say("evt", batch(EPOCH, [rows[5] | {"id": "another-id"}]))
        wait_for(lambda: line.acks[-1]["conflict"], "central tells of the conflict")
        assert stored(central.client(), "hall-one") == rows
        assert central.metric("lh_messages_rejected_total") >= 20
        assert central.metric("lh_events_conflict_total") == 1


def test_a_death_counts_only_for_the_connection_that_died(central: RunningCentral, mosquitto: Mosquitto) -> None:
    central.start()
    client = central.client("viewer")

    def online() -> bool | None:
        answer = client.get("/api/v1/halls/hall-one")
        return bool(answer.json()["online"]) if answer.status_code == 200 else None

    with hall_line(mosquitto, "hall-one") as line:
        line.state(online=True, bdseq=4, epoch=EPOCH)
        line.state(online=True, bdseq=5, epoch=EPOCH)
        wait_for(online, "the hall is online")
        line.state(online=False, bdseq=4, epoch=EPOCH)  # the Will of the connection before
        log = HallLog(EPOCH)
        log.add(issued("A001"))
        line.say("evt", log.batches()[0])
        line.wait_acked(EPOCH, 1)  # behind the death in the same line, so the death has been looked at
        assert online() is True
        line.state(online=False, bdseq=5, epoch=EPOCH)
        wait_for(lambda: online() is False, "the hall is offline")


def test_an_order_goes_once_and_its_answer_is_kept(central: RunningCentral, mosquitto: Mosquitto) -> None:
    central.start()
    client = central.client()
    with hall_line(mosquitto, "hall-one") as line:
        line.state(online=True, bdseq=1, epoch=EPOCH)
        line.wait_acked(EPOCH, 0)
        path, key = "/api/v1/halls/hall-one/orders", {"Idempotency-Key": "one-two-three"}
        asked = [client.post(path, json={"op": "ping"}, headers=key).json() for _ in range(3)]
        assert len({order["id"] for order in asked}) == 1
        order = wait_for(lambda: line.orders, "the order arrives")[0]
        assert (order["op"], order["actor"], order["id"]) == ("ping", "admin", asked[0]["id"])
        for status in ("accepted", "done", "failed"):
            line.say("rsp", {"cmd_id": order["id"], "status": status, "data": {"now": 5}})
        line.say("rsp", {"cmd_id": "unknown", "status": "done"})
        answered = wait_for(
            lambda: next((o for o in [client.get(f"{path}/{order['id']}").json()] if o["status"] == "done"), None),
            "the answer is kept",
        )
        assert answered["data"] == {"now": 5}
        assert len(line.orders) == 1


def test_the_stream_shows_the_present_first_and_ends_with_the_program(
    central: RunningCentral, mosquitto: Mosquitto
) -> None:
    central.start()
    client = central.client("viewer")
    heard: list[tuple[str, dict[str, Any]]] = []

    def listen() -> None:
        kind = ""
        with client.stream("GET", "/api/v1/stream", headers={"Last-Event-ID": "old-7"}, timeout=30) as answer:
            for text in answer.iter_lines():
                if text.startswith("event: "):
                    kind = text[7:]
                elif text.startswith("data: "):
                    heard.append((kind, json.loads(text[6:])))

    log = HallLog(EPOCH)
    log.add(issued("A001"), issued("A002"))
    with hall_line(mosquitto, "hall-one") as line:
        line.state(online=True, bdseq=1, epoch=EPOCH)
        line.wait_acked(EPOCH, 0)
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        wait_for(lambda: heard, "the present")
        assert heard[0][0] == "state"
        assert [hall["id"] for hall in heard[0][1]["halls"]] == ["hall-one"]
        line.say("evt", log.batches()[0])
        wait_for(lambda: heard[-1][1].get("totals", {}).get("waiting") == 2, "two people wait")
        log.add(called("A001", 1))
        line.say("evt", log.batch(log.envelopes[2:]))
        wait_for(lambda: heard[-1][1].get("totals", {}).get("waiting") == 1, "one waits")
        assert heard[-1][0] == "change"
        (change,) = heard[-1][1]["changes"]  # what changed of the hall, and nothing else
        window = change["windows"][0]
        assert (window["number"], window["state"], window["ticket"]) == (1, "CALLING", "A001")
        assert not {"name_zh", "day", "devices"} & set(change)
        hall = dict(heard[0][1]["halls"][0])
        for _, told in heard:
            for one in told.get("changes", ()):
                hall |= one
        assert (hall["day"], hall["waiting"]) == (DAY, 1)
        began = time.monotonic()
        assert central.stop() == 0
        assert time.monotonic() - began < 5
        listener.join(30)
        assert not listener.is_alive()


def test_a_second_central_on_the_same_data_names_the_first(central: RunningCentral, mosquitto: Mosquitto) -> None:
    central.start()
    assert central.process is not None
    again = ["central", "--data", str(central.data), "--broker", mosquitto.url, "--listen", "127.0.0.1:0"]
    ended = subprocess.run([HALL_PROGRAM, *again], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert str(central.process.pid) in ended.stderr
    port = central.url.rpartition(":")[2]
    taken = ["central", "--data", str(central.data.parent / "other"), "--listen", f"127.0.0.1:{port}"]
    ended = subprocess.run([HALL_PROGRAM, *taken], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "--listen" in ended.stderr
    assert "Traceback" not in ended.stderr
