"""The line to the broker: a thin wrapper around paho that only carries.

Callbacks put into the inbox and do nothing else, each inside ``try``: an exception in a callback would end paho's
network thread while it goes on saying that it is connected. The broker's memory is used (a lasting session, messages
confirmed after our commit) but nothing depends on it: what is lost with the broker comes again by our own
acknowledgements. ``watch`` replaces a client whose thread died or whose heartbeat is not confirmed any more.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from central.clock import now_ms, steady_s
from central.ingest.message import LinkUp, Message
from central.strict_json import write_json
from hall.shape import dump
from hall.wire import CentralState
from hall_config.outcome import Exit, Stop

STATE_TOPIC: Final = "lh/1/central/state"
_BEAT_TOPIC: Final = "lh/1/central/beat"  # nobody listens; only its confirmation matters
SUBSCRIPTIONS: Final = (
    *("lh/1/+/evt", "lh/1/+/node/#", "lh/1/+/dev/#", "lh/1/+/rsp", "lh/1/+/cfg/reported"),
    "lh/1/+/tlm/queue",
)
_SESSION_S: Final = 3600
_KEEPALIVE_S: Final = 20
_HEARTBEAT_S: Final = 15.0
_SILENCE_S: Final = 45.0
_IN_FLIGHT: Final = 100  # unconfirmed messages: bounds what waits in memory
log = structlog.get_logger()


def read_address(url: str) -> tuple[str, int, str]:
    """Host, port and user name of ``mqtt[s]://[user@]host[:port]``; raises `Stop`."""
    try:
        parts = urlsplit(url)
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
    except ValueError:
        raise Stop(Exit.WRONG_USE, "central.cli.BROKER_ADDRESS") from None
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.password:
        raise Stop(Exit.WRONG_USE, "central.cli.BROKER_ADDRESS")
    return parts.hostname, port, parts.username or "central"


def _context(files: Path | None) -> ssl.SSLContext:
    if files is None:
        raise Stop(Exit.WRONG_USE, "central.cli.BROKER_FILES")
    try:
        context = ssl.create_default_context(cafile=str(files / "ca.crt"))
        context.load_cert_chain(str(files / "central.crt"), str(files / "central.key"))
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.cli.BROKER_FILES_READ", folder=files, reason=problem.strerror) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class BrokerLink:
    """Connects for ever, subscribes anew each time, says ``central/state``; safe to call from any thread."""

    def __init__(
        self,
        url: str,
        password: str | None,
        deliver: Callable[[Message | LinkUp], None],
        files: Path | None = None,
    ) -> None:
        """``files``: for ``mqtts://`` the folder with ``ca.crt`` and central's own key and certificate."""
        self._tls = _context(files) if url.startswith("mqtts:") else None
        self._host, self._port, self._user = read_address(url)
        self._password = password
        self._deliver = deliver
        self._lock = threading.Lock()
        self._client: mqtt.Client | None = None
        self._life = 0
        self._up_since_ms = 0
        self._confirmed_s = 0.0
        self._beat_s = 0.0
        self._started_ms = now_ms()

    @property
    def up_since_ms(self) -> int:
        """Since when messages can arrive; 0 while they cannot."""
        return self._up_since_ms

    def start(self) -> None:
        client = self._make()
        with self._lock:
            self._client = client
        client.loop_start()

    def stop(self) -> None:
        """Say goodbye and end the network thread."""
        with self._lock:
            client, self._client = self._client, None
        if client is None:
            return
        if self._up_since_ms:
            told = client.publish(STATE_TOPIC, self._state(online=False), qos=1, retain=True)
            try:
                told.wait_for_publish(1.0)
            except (RuntimeError, ValueError):
                log.warning("broker.goodbye_not_sent")
        client.disconnect()
        client.loop_stop()
        self._up_since_ms = 0

    def publish(self, topic: str, payload: str, *, retain: bool = False, expires_s: int | None = None) -> bool:
        """Send now, or not at all: False while there is no connection (paho would queue it in memory)."""
        with self._lock:
            client = self._client
        if client is None or not client.is_connected():
            return False
        properties = None
        if expires_s is not None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = expires_s
        client.publish(topic, payload, qos=1, retain=retain, properties=properties)
        return True

    def confirm(self, message: Message) -> None:
        """Tell the broker that the message is committed; only on the connection that brought it."""
        with self._lock:
            client = self._client
        if client is not None and message.qos and message.life == self._life:
            client.ack(message.mid, message.qos)

    def announce(self) -> None:
        """Tell the halls that central is there."""
        self.publish(STATE_TOPIC, self._state(online=True), retain=True)

    def watch(self) -> None:
        """Beat, and begin anew when the network thread is dead or nothing is confirmed; call about once a second."""
        with self._lock:
            client = self._client
        if client is None:
            return
        now_s = steady_s()
        thread = client._thread
        dead = thread is None or not thread.is_alive()
        silent = bool(self._up_since_ms) and now_s - self._confirmed_s > _SILENCE_S
        if dead or silent:
            log.error("broker.begun_anew", thread_dead=dead, silent=silent)
            self._replace(client)
        elif self._up_since_ms and now_s - self._beat_s >= _HEARTBEAT_S:
            self._beat_s = now_s
            self.publish(_BEAT_TOPIC, "{}")

    def _replace(self, old: mqtt.Client) -> None:
        self._up_since_ms = 0
        fresh = self._make()
        with self._lock:
            self._client = fresh
            self._life += 1
        old.disconnect()
        fresh.loop_start()

    def _state(self, *, online: bool) -> str:
        return write_json(dump(CentralState(online, self._started_ms)))

    def _make(self) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="central", protocol=mqtt.MQTTv5, manual_ack=True)
        if self._password is not None:
            client.username_pw_set(self._user, self._password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        client.on_pre_connect = self._on_pre_connect
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        client.reconnect_delay_set(1, 30)
        client.max_inflight_messages_set(_IN_FLIGHT)
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = _SESSION_S
        properties.ReceiveMaximum = _IN_FLIGHT
        client.connect_async(self._host, self._port, _KEEPALIVE_S, clean_start=False, properties=properties)
        return client

    def _on_pre_connect(self, client: mqtt.Client, _data: Any) -> None:
        client.will_set(STATE_TOPIC, self._state(online=False), qos=1, retain=True)

    def _on_connect(self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        try:
            if reason.is_failure:
                log.warning("broker.refused", reason=str(reason))
                return
            self._life += 1
            client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in SUBSCRIPTIONS])
        except Exception:
            log.exception("broker.callback_failed", callback="connect")

    def _on_subscribe(self, _client: mqtt.Client, _data: Any, _mid: int, reasons: Any, _more: Any) -> None:
        try:
            if any(reason.is_failure for reason in reasons):
                log.error("broker.subscription_refused", reasons=[str(reason) for reason in reasons])
                return
            self._confirmed_s = steady_s()
            self._up_since_ms = now_ms()
            self._deliver(LinkUp(self._life))
            log.info("broker.connected", host=self._host, port=self._port)
        except Exception:
            log.exception("broker.callback_failed", callback="subscribe")

    def _on_connect_fail(self, _client: mqtt.Client, _data: Any) -> None:
        log.warning("broker.unreachable", host=self._host, port=self._port)

    def _on_disconnect(self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        if client is self._client or self._client is None:
            self._up_since_ms = 0
        log.warning("broker.disconnected", reason=str(reason))

    def _on_publish(self, _client: mqtt.Client, _data: Any, _mid: int, _reason: Any, _more: Any) -> None:
        self._confirmed_s = steady_s()

    def _on_message(self, client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        try:
            self._deliver(
                Message(message.topic, bytes(message.payload), message.retain, message.mid, message.qos, self._life)
            )
        except Exception:
            log.exception("broker.callback_failed", callback="message")
            client.ack(message.mid, message.qos)
