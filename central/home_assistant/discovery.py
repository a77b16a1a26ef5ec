"""What Home Assistant is told of a hall: one device with its sensors, and their values. Pure.

The discovery message is that of MQTT discovery for devices (``homeassistant/device/ID/config``, Home Assistant 2024.11
and later). All of it can only be read: there is no topic by which a house could order a hall about. No number of a
ticket, no name of a person is in any of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from central.strict_json import write_json
from hall_config.wording import Language, say

ROOT: Final = "legal-hall"
PRESENCE: Final = f"{ROOT}/central"  # online, offline: of this central
ONLINE: Final = "online"
OFFLINE: Final = "offline"
_PREFIX: Final = "homeassistant/device"


@dataclass(frozen=True, slots=True)
class Sensor:
    """One thing to be seen; words under ``central.home_assistant``. ``about``: how Home Assistant shall take it."""

    key: str
    platform: str
    about: Mapping[str, Any]


_COUNT: Final = {"state_class": "measurement"}
SENSORS: Final = (
    Sensor("waiting", "sensor", {**_COUNT, "icon": "mdi:account-clock"}),
    Sensor("waiting_since", "sensor", {"device_class": "timestamp"}),
    Sensor("windows_open", "sensor", {**_COUNT, "icon": "mdi:desk"}),
    Sensor("issued_today", "sensor", {"state_class": "total_increasing", "icon": "mdi:ticket"}),
    Sensor("open", "binary_sensor", {"device_class": "opening"}),
    Sensor("trouble", "binary_sensor", {"device_class": "problem"}),
    Sensor("help", "binary_sensor", {"device_class": "safety"}),
)


def messages(halls: Iterable[Mapping[str, Any]], version: str, language: Language) -> dict[str, str]:
    """Topic and text of all that holds now, all of it to be retained. ``halls`` as the live picture tells them."""
    told: dict[str, str] = {}
    for hall in halls:
        told[f"{_PREFIX}/{ROOT}-{hall['id']}/config"] = write_json(_device(hall, version, language))
        told[f"{ROOT}/{hall['id']}/availability"] = ONLINE if hall["online"] else OFFLINE
        told[f"{ROOT}/{hall['id']}/state"] = write_json(_values(hall))
    return told


def _device(hall: Mapping[str, Any], version: str, language: Language) -> dict[str, Any]:
    place = f"{ROOT}-{hall['id']}"
    return {
        "device": {
            "identifiers": [place],
            "name": hall["name_zh"] if language == "zh" else hall["name_en"],
            "manufacturer": say("central.page.product", language),
            "model": say("central.page.hall", language),
        },
        "origin": {"name": "legal-hall", "sw_version": version},
        "state_topic": f"{ROOT}/{hall['id']}/state",
        "availability_mode": "all",
        "availability": [{"topic": PRESENCE}, {"topic": f"{ROOT}/{hall['id']}/availability"}],
        "components": {sensor.key: _component(sensor, place, language) for sensor in SENSORS},
    }


def _component(sensor: Sensor, place: str, language: Language) -> dict[str, Any]:
    return {
        "platform": sensor.platform,
        "unique_id": f"{place}-{sensor.key}",
        "name": say(f"central.home_assistant.{sensor.key}", language),
        "value_template": f"{{{{ value_json.{sensor.key} }}}}",
        **sensor.about,
    }


def _values(hall: Mapping[str, Any]) -> dict[str, Any]:
    """Since when somebody waits is unknown while nobody does; Home Assistant takes null for unknown."""
    return {
        "waiting": hall["waiting"],
        "waiting_since": hall["waiting_since"],
        "windows_open": hall["windows_open"],
        "issued_today": hall["today"].get("issued", 0),
        "open": _switch(hall["state"] == "open"),
        "trouble": _switch(bool(hall["devices_in_trouble"])),
        "help": _switch(bool(hall["help"])),
    }


def _switch(on: bool) -> str:
    return "ON" if on else "OFF"
