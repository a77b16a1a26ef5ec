"""Keeps a broker of Home Assistant told: what changed is published, after a new connection everything.

It is a line of its own, apart from that of the halls: whatever becomes of it, no hall and no page notices. Nobody says
goodbye: when the program ends, however it ends, the broker says for it that the values stand still (the Will).
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import structlog
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from central.home_assistant.discovery import OFFLINE, ONLINE, PRESENCE, messages
from central.ingest.broker import read_address
from hall_config.wording import Language

EVERY_S: Final = 5.0
_KEEPALIVE_S: Final = 30
_LONGEST_PAUSE_S: Final = 120
log = structlog.get_logger()
Halls = Callable[[int], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class House:
    """Whom to tell: ``mqtt[s]://[user@]host[:port]``, the broker's password, the language of the names."""

    url: str
    password: str | None = None
    language: Language = "zh"


class Publisher:
    """Tells one house of all halls; `look` is called by the clock."""

    def __init__(self, house: House, halls: Halls) -> None:
        self._house = house
        self._halls = halls
        self._lock = threading.Lock()
        self._told: dict[str, str] = {}
        host, port, user = read_address(house.url)
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="legal-hall-central", protocol=mqtt.MQTTv311)
        if house.password is not None:
            client.username_pw_set(user, house.password)
        if house.url.startswith("mqtts:"):
            client.tls_set_context(ssl.create_default_context())
        client.will_set(PRESENCE, OFFLINE, qos=1, retain=True)
        client.reconnect_delay_set(1, _LONGEST_PAUSE_S)
        client.on_connect = self._connected
        client.on_disconnect = lambda *_: log.warning("home_assistant.line_lost", host=host, port=port)
        client.connect_async(host, port, _KEEPALIVE_S)
        self._client = client
        self._sought = False

    def look(self, now_ms: int) -> None:
        """Publish what is new since the last time; nothing while there is no line. The first time seeks the line."""
        if not self._sought:
            self._sought = True
            self._client.loop_start()
        if not self._client.is_connected():
            return
        wanted = messages(self._halls(now_ms), version("legal-hall"), self._house.language)
        with self._lock:
            for topic in [topic for topic in self._told if topic not in wanted]:
                self._publish(topic, "")  # a hall that is no more: a retained nothing takes it out
            for topic, text in wanted.items():
                if self._told.get(topic) != text:
                    self._publish(topic, text)

    def _publish(self, topic: str, text: str) -> None:
        if self._client.publish(topic, text, qos=1, retain=True).rc != mqtt.MQTT_ERR_SUCCESS:
            return
        self._told[topic] = text
        if not text:
            del self._told[topic]

    def _connected(self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        if reason.is_failure:
            log.error("home_assistant.refused", reason=str(reason))
            return
        with self._lock:
            self._told.clear()  # the broker may have forgotten everything
        client.publish(PRESENCE, ONLINE, qos=1, retain=True)
        log.info("home_assistant.connected")
