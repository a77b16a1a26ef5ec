"""Halls as Home Assistant sees them, on a real broker: told once, when they change, and after its plug was pulled."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from central.home_assistant.discovery import PRESENCE, SENSORS, messages
from central.home_assistant.house_file import read_house
from central.home_assistant.publisher import House, Publisher
from hall_config.outcome import Exit, Stop
from hall_config.wording import section
from tests.parts import Mosquitto, wait_for

HALL: dict[str, Any] = {
    "id": "hall-one", "name_zh": "测试大厅", "name_en": "Test hall", "online": True, "state": "open", "waiting": 3,
    "waiting_since": None, "windows_open": 2, "today": {"issued": 9}, "devices_in_trouble": 0, "help": [],
}  # fmt: skip
CONFIG, STATE = "homeassistant/device/legal-hall-hall-one/config", "legal-hall/hall-one/state"


def test_every_sensor_has_its_words_and_reads_a_value_that_is_told() -> None:
    told = messages([HALL], "1.0", "en")
    config, values = json.loads(told[CONFIG]), json.loads(told[STATE])
    assert set(config["components"]) == set(values) == set(section("central.home_assistant", "zh"))
    assert {one["value_template"] for one in config["components"].values()} == {
        f"{{{{ value_json.{sensor.key} }}}}" for sensor in SENSORS
    }
    assert len({one["unique_id"] for one in config["components"].values()}) == len(SENSORS)
    assert config["state_topic"] == STATE
    assert all(one["topic"] in {PRESENCE, *told} for one in config["availability"])
    assert "command_topic" not in told[CONFIG]  # a house orders no hall about


class HouseLine:
    """What Home Assistant hears."""

    def __init__(self, broker: Mosquitto) -> None:
        self.heard: dict[str, str] = {}
        self.count = 0
        self._ready = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe([("homeassistant/#", 1), ("legal-hall/#", 1)])
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._take
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        assert self._ready.wait(30)

    def _take(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self.heard[message.topic] = message.payload.decode()
        self.count += 1

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def house(mosquitto: Mosquitto) -> Iterator[HouseLine]:
    line = HouseLine(mosquitto)
    yield line
    line.close()


@pytest.mark.broker
def test_a_house_is_told_what_changed_and_everything_after_a_lost_line(mosquitto: Mosquitto, house: HouseLine) -> None:
    halls = [dict(HALL)]
    publisher = Publisher(House(mosquitto.url, language="en"), lambda _: halls)
    publisher.look(0)  # no line yet: nothing is said, nothing breaks
    try:
        wait_for(lambda: house.heard.get(PRESENCE) == "online", "the house knows that central is there")
        publisher.look(0)
        wait_for(lambda: STATE in house.heard and CONFIG in house.heard, "the hall is told")
        assert json.loads(house.heard[CONFIG])["device"]["name"] == "Test hall"
        before = house.count
        publisher.look(0)
        halls[0] = {**HALL, "waiting": 4}
        publisher.look(0)
        wait_for(lambda: json.loads(house.heard[STATE])["waiting"] == 4, "the change is told")
        assert house.count == before + 1  # and nothing else
        mosquitto.kill()
        mosquitto.start()
        again = HouseLine(mosquitto)
        wait_for(lambda: again.heard.get(PRESENCE) == "online", "central is back", 60)
        publisher.look(0)
        wait_for(lambda: CONFIG in again.heard, "a broker that forgot everything is told everything")
        halls.clear()
        publisher.look(0)
        wait_for(lambda: again.heard.get(STATE) == "", "a hall that is no more is taken out")
    finally:
        publisher._client.loop_stop()  # the end of a program, with no time for farewells
        line = publisher._client.socket()
        if line is not None:
            line.close()
    wait_for(lambda: again.heard.get(PRESENCE) == "offline", "the house knows that the values stand still")
    again.close()


def test_the_file_is_read_or_named_and_its_password_is_never_told(tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text('url = "mqtt://hass@127.0.0.1:1883"\npassword = "for-the-house"\n', encoding="utf-8")
    file.chmod(0o600)
    assert read_house(file) == House("mqtt://hass@127.0.0.1:1883", "for-the-house", "zh")
    file.chmod(0o644)
    for text, key in (
        (None, "HOUSE_OPEN"), ("url = 1", "HOUSE_SHAPE"), ('url = "http://x"', "HOUSE_SHAPE"), ("[", "HOUSE_SHAPE"),
        ('url = "mqtt://x"\nmore = 1', "HOUSE_SHAPE"),
    ):  # fmt: skip
        if text is not None:
            file.write_text(text, encoding="utf-8")
        with pytest.raises(Stop) as told:
            read_house(file)
        assert key in told.value.args[0]
        assert "for-the-house" not in repr(told.value)
    with pytest.raises(Stop) as told:
        read_house(tmp_path / "none.toml")
    assert told.value.exit_code is Exit.MISSING
