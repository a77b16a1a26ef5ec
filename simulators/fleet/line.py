"""One hall's connection to the broker: a fresh paho client for each, driven from outside by whoever holds the sockets.

Its callbacks only tell the hall; nothing is sent from inside them. After a connection ends the next attempt waits a
random part of a pause that doubles (full jitter, contract LH-9).
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from simulators.clock import wall_now_ms
from simulators.fleet.hall import FleetHall, Saying

_KEEPALIVE_S: Final = 30
_CONNECT_S: Final = 10.0
_IN_FLIGHT: Final = 64
_FIRST_PAUSE_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """A hall's own key and certificate and the authority that signed both ends."""

    key: Path
    certificate: Path
    authority: Path


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    host: str
    port: int
    tls: bool

    @classmethod
    def read(cls, url: str) -> BrokerAddress:
        """``mqtt[s]://host[:port]``; raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError(url)
        tls = parts.scheme == "mqtts"
        return cls(parts.hostname, parts.port or (8883 if tls else 1883), tls)


class Line:
    """``socket`` is there while the line is up or coming up; the rest belongs to the thread that turns the fleet."""

    def __init__(
        self, hall: FleetHall, address: BrokerAddress, files: KeyFiles | None, seed: int, longest_pause_s: float
    ) -> None:
        self.hall = hall
        self.due_s = 0.0  # when to connect
        self.connecting = False
        self.socket: socket.socket | None = None
        self.refused = ""
        self._address = address
        self._tls = _context(files) if address.tls and files is not None else None
        self._chance = Random(seed)  # noqa: S311 - jitter, no secret
        self._longest_pause_s = longest_pause_s
        self._failures = 0
        self._client: paho.Client | None = None
        self._now_s = 0.0

    def connect(self) -> bool:
        """Build the connection, which may take a while; in a thread that has the time. Whether there is one now."""
        client = self._client = self._build()
        try:
            client.connect(
                self._address.host, self._address.port, _KEEPALIVE_S, clean_start=True, properties=_session()
            )
        except (OSError, ValueError) as problem:
            self.refused = str(problem)
            return False
        found = client.socket()
        self.socket = found if isinstance(found, socket.socket) else None
        return self.socket is not None

    def failed(self, now_s: float) -> None:
        """The connection ended or was never made: when to try again."""
        self.socket, self._client = None, None
        self.hall.disconnected()
        self._failures += 1
        ceiling_s = min(self._longest_pause_s, _FIRST_PAUSE_S * 2 ** min(self._failures, 10))
        self.due_s = now_s + self._chance.uniform(0.05, ceiling_s)

    def read(self, now_s: float) -> bool:
        """Take what the socket has; False when the connection is over."""
        client, self._now_s = self._client, now_s
        if client is None:
            return False
        while client.loop_read() is MQTTErrorCode.MQTT_ERR_SUCCESS:
            if not (isinstance(self.socket, ssl.SSLSocket) and self.socket.pending()):
                return client.socket() is not None
        return False

    def write(self) -> bool:
        """Send what waits; False when the connection is over."""
        return self._client is not None and self._client.loop_write() is MQTTErrorCode.MQTT_ERR_SUCCESS

    def beat(self) -> bool:
        """Keep the connection alive; about once a second. False when it is over."""
        return self._client is not None and self._client.loop_misc() is MQTTErrorCode.MQTT_ERR_SUCCESS

    @property
    def alive(self) -> bool:
        """Whether the socket is still there: sending may have found out that it is not."""
        return self._client is not None and self._client.socket() is not None

    @property
    def wants_to_write(self) -> bool:
        return self._client is not None and self._client.want_write()

    def pump(self, now_s: float) -> None:
        """Everything that the hall has to say now."""
        if self.hall.up:
            for saying in self.hall.says(now_s):
                self._publish(saying)

    def close(self) -> None:
        """Say goodbye and leave."""
        if self._client is not None:
            if self.hall.up:
                self._publish(self.hall.goodbye())
                self._client.loop_write()
            self._client.disconnect()
            self._client.loop_write()
            self._client = None
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _publish(self, saying: Saying) -> None:
        assert self._client is not None
        self._client.publish(saying.topic, saying.payload, qos=1, retain=saying.retain)

    def _build(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2, self.hall.name, protocol=paho.MQTTv5, reconnect_on_failure=False
        )
        client.connect_timeout = _CONNECT_S
        client.max_inflight_messages_set(_IN_FLIGHT)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        will = self.hall.will()
        client.will_set(will.topic, will.payload, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        return client

    def _on_connect(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self.refused = str(reason)
            client.disconnect()
            return
        self._failures, self.refused = 0, ""
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self.hall.topics])
        self.hall.connected(self._now_s)

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self.hall.heard(message.topic, bytes(message.payload), wall_now_ms(), self._now_s)


def _context(files: KeyFiles) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(files.authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(str(files.certificate), str(files.key))
    return context


def _session() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 0
    return properties
