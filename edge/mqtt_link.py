"""A connection to the broker that comes back by itself. Knows MQTT; must not know what is sent.

Every connection is a new paho client: nothing waits in its memory that the journal does not know better. Its callbacks
only hand over to a queue; its thread is ours, so that a client that died inside is seen and replaced. Attempts are
spread by full jitter, so that a city's halls do not come back in one second (contract LH-9).
"""

from __future__ import annotations

import random
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import paho.mqtt.client as paho
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.line_key import LineFiles

log = structlog.get_logger()

_KEEPALIVE_S: Final = 20
_CONNECT_S: Final = 5.0
_LONGEST_PAUSE_S: Final = 60.0
_ENROLLED_LOOK_S: Final = 1.0
_INFLIGHT: Final = 64


@dataclass(frozen=True, slots=True)
class Connected:
    pass


@dataclass(frozen=True, slots=True)
class Disconnected:
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: bytes


Heard = Connected | Disconnected | Message


@dataclass(frozen=True, slots=True)
class Will:
    topic: str
    payload: str


class MqttLink:
    """``hear`` gets what happens on the line, in the link's thread: it must only hand over."""

    def __init__(
        self,
        url: str,
        client_id: str,
        password: str | None,
        topics: tuple[str, ...],
        will: Callable[[], Will],
        hear: Callable[[Heard], None],
        files: Callable[[], LineFiles | None] = lambda: None,
    ) -> None:
        """``files``: key and certificate of a line by ``mqtts://``, read anew at each connection."""
        parts = urlsplit(url)
        self._tls = parts.scheme == "mqtts"
        self._host, self._port = parts.hostname or "localhost", parts.port or (8883 if self._tls else 1883)
        self._files = files
        self._client_id = client_id
        self._password = password
        self._topics = topics
        self._will = will
        self._hear = hear
        self._client: paho.Client | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self._failures = 0
        self.trouble = ""  # what keeps this line from working, by its name under ``line`` in the words

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._stopping.set()
        client = self._client
        if client is not None:
            client.disconnect()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def publish(self, topic: str, payload: str, *, retain: bool = False, qos: int = 1) -> bool:
        """Hand over a message; False means that it was not taken and must be offered again after reconnecting."""
        client = self._client
        if client is None or not client.is_connected():
            return False
        return client.publish(topic, payload, qos=qos, retain=retain).rc is MQTTErrorCode.MQTT_ERR_SUCCESS

    def drop(self) -> None:
        """Break the connection, because it lives but brings nothing; it is built anew."""
        client = self._client
        connection = client.socket() if client is not None else None
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._tls and self._files() is None:
                self._has_trouble("NOT_ENROLLED")
                self._stopping.wait(_ENROLLED_LOOK_S)  # so that whoever enrols it sees it come at once
                continue
            try:
                self._one_connection()
            except OSError as problem:
                self._failures += 1
                self._has_trouble(trouble_of(str(problem)) or "UNREACHABLE", problem=str(problem))
            except Exception:
                self._failures += 1
                log.exception("mqtt.link_failed")
            self._client = None
            ceiling_s = min(_LONGEST_PAUSE_S, 0.5 * 2 ** min(self._failures, 10))
            self._stopping.wait(random.uniform(0.05, ceiling_s))  # noqa: S311 - jitter, no secret

    def _one_connection(self) -> None:
        client = self._build()
        client.connect(self._host, self._port, _KEEPALIVE_S, clean_start=True, properties=_session())
        self._client = client
        client.loop_forever()
        self._hear(Disconnected("closed"))

    def _build(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2, self._client_id, protocol=paho.MQTTv5, reconnect_on_failure=False
        )
        client.connect_timeout = _CONNECT_S
        client.max_inflight_messages_set(_INFLIGHT)
        if self._password is not None:
            client.username_pw_set(self._client_id, self._password)
        if self._tls:
            client.tls_set_context(_context(self._files()))
        will = self._will()
        client.will_set(will.topic, will.payload, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_log = self._on_log
        client.on_socket_register_write = _leave_writing
        return client

    def _on_connect(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._failures += 1
            self._has_trouble("REFUSED", problem=str(reason))
            client.disconnect()
            return
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._topics])
        self._hear(Connected())

    def _on_publish(self, client: paho.Client, _data: Any, _mid: int, reason: Any, _properties: Any) -> None:
        """A broker whose lists do not know this hall, not yet or not any more: come again, ever more rarely."""
        if reason.is_failure:
            self._failures += 1
            self._has_trouble("NOT_PERMITTED", problem=str(reason))
            client.disconnect()
        else:
            self._failures, self.trouble = 0, ""

    def _on_log(self, _client: paho.Client, _data: Any, _level: int, words: str) -> None:
        """The only place where paho tells that the broker has turned the certificate away (TLS 1.3)."""
        trouble = trouble_of(words)
        if trouble:
            self._failures += 1
            self._has_trouble(trouble, problem=words)

    def _has_trouble(self, trouble: str, problem: str = "") -> None:
        """Told once, not at every attempt."""
        if trouble != self.trouble:
            self.trouble = trouble
            log.warning("mqtt.no_line", trouble=trouble, host=self._host, port=self._port, problem=problem)

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self._hear(Message(message.topic, bytes(message.payload)))


def trouble_of(words: str) -> str:
    """What TLS says, by our names; empty for anything else."""
    told = words.lower()
    return next((name for sign, name in _TLS_TROUBLES if sign in told), "")


# In this order: the first sign that is found names it. "alert": the broker has said it; the others are our own finding.
_TLS_TROUBLES: Final = (
    ("alert certificate expired", "CERTIFICATE_OVER"),
    ("alert certificate revoked", "CERTIFICATE_REVOKED"),
    ("alert unknown ca", "CERTIFICATE_FOREIGN"),
    ("alert bad certificate", "CERTIFICATE_FOREIGN"),
    ("alert certificate unknown", "CERTIFICATE_FOREIGN"),
    ("alert certificate required", "CERTIFICATE_FOREIGN"),
    ("not yet valid", "BROKER_NOT_YET"),
    ("certificate has expired", "BROKER_OVER"),
    ("hostname mismatch", "BROKER_NAME"),
    ("ip address mismatch", "BROKER_NAME"),
    ("certificate verify failed", "BROKER_FOREIGN"),
    ("wrong version number", "BROKER_PLAIN"),
)


def _context(files: LineFiles | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, only with a broker that central has signed; raises OSError without a certificate of our own."""
    if files is None:
        raise OSError("this controller is not enrolled: hall enrol")
    context = ssl.create_default_context(cafile=str(files.authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(str(files.certificate), str(files.key))
    return context


def _leave_writing(_client: paho.Client, _data: Any, _connection: object) -> None:
    """Told that somebody watches the socket, paho lets nobody write to it but the thread of `loop_forever`.

    Else whoever publishes writes at once, and two threads that write into one TLS connection tear the process down.
    """


def _session() -> Properties:
    """No session is kept in the broker: correctness never depends on its memory (contract LH-8)."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 0
    return properties
