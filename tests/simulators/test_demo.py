"""The demo's parts one by one: ports, files, broker, processes, and what sweeps up after a killed supervisor."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from itertools import islice
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from hall_config.load import read_hall_file
from hall_config.outcome import Stop
from simulators.demo import broker as broker_files
from simulators.demo.accounts import CentralUser, StaffMember, fresh_password, fresh_pin
from simulators.demo.broker import Broker, ListWatch, find_broker, is_whole, set_aside_broken_store
from simulators.demo.hall_files import write_hall_file
from simulators.demo.layout import lay_out
from simulators.demo.life import read_figures
from simulators.demo.part import Part, Recipe
from simulators.demo.program import _folder, _require_free
from simulators.demo.ready_file import Standing, contents, write_secret_file
from simulators.demo.rota import rota_of
from simulators.demo.sweeper import started_at
from simulators.loopback import holder_of, is_free, listen
from tests.parts import free_port
from tests.simulators.waiting import until


def test_ports_follow_the_contract_s_arithmetic(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, 3, 8000)
    assert layout.ports() == [8000, 8001, 8101, 8201, 8102, 8202, 8103, 8203]
    assert layout.central_url == "http://127.0.0.1:8000"
    assert lay_out(tmp_path, 1, 9500).ports() == [9500, 9501, 9601, 9701]


def test_twenty_halls_have_twenty_ids_that_a_broker_takes(tmp_path: Path) -> None:
    ids = [place.id for place in lay_out(tmp_path, 20, 8000).halls]
    assert len(set(ids)) == 20
    assert all(3 <= len(one) <= 40 and set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in ids)


def test_each_hall_gets_a_file_that_is_right_and_runs_at_the_people_s_speed(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, 3, 8000)
    for place in layout.halls:
        write_hall_file(place, layout, speed=5.0)
        hall = read_hall_file(place.asked_file)
        assert hall.hall.id == place.id
        assert hall.pages.listen == f"127.0.0.1:{place.port}"
        assert hall.rules.call_interval_s == 4
        assert hall.uplink is not None
        assert hall.uplink.broker == "mqtts://127.0.0.1:8001"
        assert hall.uplink.central == "http://127.0.0.1:8000"
        assert {one.driver for one in hall.device} >= {
            "sam-id-card", "escpos-printer", "onbon-bx-sign", "ff68-terminal", "waveshare-relay", "speaker",
            "gpio-button", "gpio-contact",
        }  # fmt: skip


def test_every_hall_has_the_same_rota_each_day_with_whole_days_and_half_days(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, 2, 8000)
    rotas = []
    for place in layout.halls:
        write_hall_file(place, layout, speed=5.0)
        rotas.append(rota_of(read_hall_file(place.asked_file)))
    assert rotas[0] == [
        {"person": "staff1", "services": ["A", "B"], "half": "DAY"},
        {"person": "staff2", "services": ["A", "D"], "half": "MORNING"},
        {"person": "staff3", "services": ["B", "C"], "half": "AFTERNOON"},
        {"person": "staff4", "services": ["C", "D", "T"], "half": "DAY"},
    ]
    assert len(rotas[1]) == 6


def test_very_fast_people_still_make_a_right_file(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, 1, 8000)
    write_hall_file(layout.halls[0], layout, speed=60.0)
    assert read_hall_file(layout.halls[0].asked_file).rules.call_interval_s == 1


def test_a_taken_port_is_an_error_that_names_the_holder_and_the_option(tmp_path: Path) -> None:
    with listen(0) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert f"pid {os.getpid()} " in holder_of(port)
        with pytest.raises(Stop) as refused:
            _require_free(lay_out(tmp_path, 1, port))
    assert str(os.getpid()) in str(refused.value)
    assert "--port-base" in str(refused.value)
    assert refused.value.exit_code == 2
    assert is_free(port)


def test_a_second_demo_in_one_folder_is_refused_and_names_the_first(tmp_path: Path) -> None:
    with _folder(tmp_path / "data") as folder:
        with pytest.raises(Stop) as refused, _folder(tmp_path / "data"):
            pass
        assert folder == tmp_path / "data"
    assert refused.value.exit_code == 2
    assert str(os.getpid()) in str(refused.value)
    assert "--data" in str(refused.value)
    with _folder(tmp_path / "data"):
        pass  # the first one has gone


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_data_folder_that_cannot_be_is_an_error_that_says_so(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Stop) as refused, _folder(tmp_path / place):
        pass
    assert refused.value.exit_code == 2
    assert (tmp_path / "file").read_text() == "mine"


def test_secrets_are_fresh_and_never_simple() -> None:
    pins = {fresh_pin() for _ in range(200)}
    words = {fresh_password() for _ in range(200)}
    assert len(pins) == len(words) == 200
    assert all(len(pin) == 8 and pin.isdigit() and len(set(pin)) >= 4 for pin in pins)
    assert all(len(word) >= 10 and any(c.isdigit() for c in word) and any(c.isupper() for c in word) for word in words)


def test_the_ready_file_has_what_the_contract_says_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, 1, 8000)
    standing = Standing(
        users=[CentralUser("viewer", "viewer", "word")],
        staff={"demo-east": [StaffMember("staff1", "pin", 1, "1234")]},
        broker_files=Path("/broker"),
        devices={"demo-east": [{"id": "printer", "kind": "escpos-printer", "port": "/dev/pts/1"}]},
    )
    told = contents(layout, standing, {"central": 1, "broker": 2, "edge demo-east": 3, "simulator demo-east": 4})
    assert told["central"] == {
        "url": "http://127.0.0.1:8000",
        "pid": 1,
        "openapi": "http://127.0.0.1:8000/openapi.json",
        "users": [{"role": "viewer", "name": "viewer", "secret": "word"}],
    }
    assert told["broker"]["url"] == "mqtts://127.0.0.1:8001"
    assert told["broker"]["ca"] == "/broker/ca.crt"
    assert [one["name"] for one in told["broker"]["users"]] == ["central", "demo-east"]
    assert told["broker"]["users"][1]["key"] == str(layout.halls[0].data / "line" / "key.pem")
    hall = told["halls"][0]
    assert (hall["id"], hall["pid"], hall["simulator"]) == ("demo-east", 3, {"url": "http://127.0.0.1:8201", "pid": 4})
    assert hall["staff"] == [{"name": "staff1", "secret": "pin", "window": 1, "code": "1234"}]
    assert Path(hall["journal"]).name == "journal.db"
    file = tmp_path / "deep" / "ready.json"
    write_secret_file(file, told)
    assert file.stat().st_mode & 0o077 == 0
    assert [one.name for one in file.parent.iterdir()] == ["ready.json"]


def test_figures_are_read_from_prometheus_text() -> None:
    text = '# HELP x\nlegal_hall_journal_seq 58.0\nlegal_hall_waiting{service="A"} 3.0\nlegal_hall_acked_seq 5.7e+01\n'
    assert read_figures(text)["legal_hall_journal_seq"] == 58
    assert read_figures(text)["legal_hall_acked_seq"] == 57
    assert read_figures("<html>") == {}


# --- the broker ----------------------------------------------------------------------------------------------


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    folder = tmp_path / "broker"
    found = find_broker(folder, free_port())
    # pytest's folders are closed to the broker's own account
    made = Broker(found.program, folder, found.port, None)
    broker_files.make_folders(made)
    # what hall line broker writes, but for the certificates, which are tested beside it
    (folder / "mosquitto.conf").write_text(f"listener {made.port} 127.0.0.1\nallow_anonymous true\n")
    broker_files.add_settings(made)
    return made


def _start(broker: Broker) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(broker.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: process.poll() is not None or not is_free(broker.port), "broker listens")
    return process


class _Client:
    def __init__(self, port: int, topics: list[str]) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.granted = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="central", protocol=mqtt.MQTTv5)
        self._client.on_message = lambda _c, _u, message: self.heard.append((message.topic, bytes(message.payload)))
        self._client.on_connect = lambda client, *_: client.subscribe([(topic, 1) for topic in topics])
        self._client.on_subscribe = self._subscribed
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _subscribed(self, *_: object) -> None:
        self.granted = True

    def say(self, topic: str, payload: str) -> None:
        self._client.publish(topic, payload, qos=1, retain=True)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def test_lists_that_changed_are_seen_once(tmp_path: Path) -> None:
    (tmp_path / "acl").write_text("user central")
    watch = ListWatch(tmp_path)
    assert not watch.changed()
    (tmp_path / "acl.new").write_text("user central\n")
    (tmp_path / "acl.new").replace(tmp_path / "acl")
    assert watch.changed()
    assert not watch.changed()
    (tmp_path / "crl.pem").write_text("")
    assert watch.changed()


@pytest.mark.broker
def test_a_store_that_was_cut_or_zeroed_is_set_aside_and_the_broker_starts(broker: Broker) -> None:
    process = _start(broker)
    central = _Client(broker.port, ["lh/1/#"])
    until(lambda: central.granted, "subscribed")
    central.say("lh/1/demo-east/cmd", "kept" * 50)
    until(lambda: central.heard, "heard")
    central.close()
    process.terminate()
    process.wait()
    whole = broker.store.read_bytes()
    assert is_whole(whole)
    set_aside_broken_store(broker.store)
    assert broker.store.exists()
    for broken in (whole[:-3], bytes(len(whole)), b"", whole[:20], whole[:10], os.urandom(500)):
        assert not is_whole(broken)
        broker.store.write_bytes(broken)
        set_aside_broken_store(broker.store)
        assert not broker.store.exists()
    assert len(list(broker.store.parent.glob("mosquitto.db.broken-*"))) == 6
    process = _start(broker)
    assert process.poll() is None
    process.terminate()
    process.wait()


# --- processes -----------------------------------------------------------------------------------------------

_SLEEPER = """
import subprocess, time
print(subprocess.Popen(["sleep", "300"]).pid, flush=True)
time.sleep(300)
"""


async def _yes() -> bool:
    return True


def _recipe(tmp_path: Path, code: str, stop_s: float = 5.0) -> Recipe:
    return Recipe("part", [sys.executable, "-c", code], tmp_path / "part.log", _yes, stop_s=stop_s)


def _alive(pid: int) -> bool:
    return started_at(pid) is not None


def test_a_part_that_died_is_started_again_and_a_stop_leaves_nothing_of_it(tmp_path: Path) -> None:
    came: list[int] = []
    part = Part(_recipe(tmp_path, _SLEEPER), lambda pid, up: came.append(pid if up else -pid))

    async def live() -> list[int]:
        running = asyncio.create_task(part.run())
        while part.pid is None or not (tmp_path / "part.log").read_text():
            await asyncio.sleep(0.01)
        os.kill(part.pid, signal.SIGKILL)
        while part.starts < 2 or len((tmp_path / "part.log").read_text().split()) < 2:
            await asyncio.sleep(0.01)
        await part.stop()
        await running
        return [int(pid) for pid in (tmp_path / "part.log").read_text().split()]

    async def bounded() -> list[int]:
        return await asyncio.wait_for(live(), 30)

    grandchildren = asyncio.run(bounded())
    assert len(came) == 4
    assert came[1] == -came[0]
    assert came[3] == -came[2]
    assert not _alive(came[2])
    until(lambda: not _alive(grandchildren[1]), "what the part started is gone too")
    os.kill(grandchildren[0], signal.SIGKILL)  # left by the kill that this test did itself


def test_a_part_that_ignores_the_stop_is_killed(tmp_path: Path) -> None:
    stubborn = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(1, flush=True)\ntime.sleep(300)"
    )
    part = Part(_recipe(tmp_path, stubborn, 0.4), lambda pid, up: None)

    async def live() -> float:
        running = asyncio.create_task(part.run())
        while not (tmp_path / "part.log").exists() or not (tmp_path / "part.log").read_text():
            await asyncio.sleep(0.01)
        began_s = time.monotonic()
        await part.stop()
        await running
        return time.monotonic() - began_s

    assert 0.4 <= asyncio.run(live()) < 4.0
    assert part.pid is None


def test_a_killed_supervisor_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    code = textwrap.dedent(
        f"""
        import asyncio, subprocess, sys
        from pathlib import Path
        from simulators.demo.part import Part, Recipe
        from simulators.demo.sweeper import started_at

        sweeper = subprocess.Popen([sys.executable, "-m", "simulators.demo.sweeper"], stdin=subprocess.PIPE)

        def told(pid, up):
            sweeper.stdin.write(f"+{{pid}} {{started_at(pid)}}\\n".encode() if up else f"-{{pid}}\\n".encode())
            sweeper.stdin.flush()
            print("pid", pid, flush=True)

        async def yes():
            return True

        sweeper.stdin.write(b"{folder}\\n")
        ignore = ("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
                  "print('deaf', flush=True); time.sleep(300)")
        recipes = [Recipe("calm", ["sleep", "300"], Path("{tmp_path}/a"), yes),
                   Recipe("stubborn", [sys.executable, "-c", ignore], Path("{tmp_path}/b"), yes)]

        async def main():
            await asyncio.gather(*(Part(recipe, told).run() for recipe in recipes))

        asyncio.run(main())
        """
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        told = (line.split() for line in supervisor.stdout)
        pids = [int(words[1]) for words in islice((words for words in told if words[0] == "pid"), 2)]
        until(lambda: "deaf" in (tmp_path / "b").read_text(), "the stubborn one is deaf")
        assert all(_alive(pid) for pid in pids)
        supervisor.kill()
        until(lambda: not any(_alive(pid) for pid in pids), "both parts ended")
    until(lambda: not folder.exists(), "folder removed")
