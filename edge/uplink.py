"""Sends the journal to central, in order, until central itself says that it has it (contract section 3).

The journal is the queue. Events go out by sequence number, at most ``credit`` of them unacknowledged; central's ``ack``
after its own commit releases them, names ranges that it lacks, and may find that this disk was cloned. A broker's
PUBACK means nothing here (LH-3). While central says that it is offline nothing is sent. One thread, one queue of what
it hears; the loop thread is only asked to write down what was acknowledged.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

import structlog

from edge.batches import BATCH_EVENTS, fitting, new_epoch, next_bdseq, payload_of
from edge.journal import Journal
from edge.journal_reader import JournalReader
from edge.mqtt_link import Connected, Disconnected, Heard, Message, MqttLink, Will
from edge.orders import OrderDesk
from hall.devices.words import ReportEpoch
from hall.plan_messages import PlanReported
from hall.shape import ShapeError, dump, load
from hall.wire import Ack, CentralState, DeviceState, NodeBirth, NodeState, Order

log = structlog.get_logger()

_FIRST_CREDIT: Final = 20  # of each connection: central tells the hall's share within 200 ms of the first events
_SILENCE_S: Final = 5.0
_LONGEST_SILENCE_S: Final = 60.0
_AFTER_FAILURE_S: Final = 1.0


_News = Heard | DeviceState | NodeBirth | PlanReported | str


class JournalWork(Protocol):
    def __call__(self, work: Callable[[Journal], Any]) -> Any: ...


class Uplink:
    """One hall's line to central."""

    def __init__(
        self,
        hall: str,
        link: Callable[[tuple[str, ...], Callable[[], Will], Callable[[Heard], None]], MqttLink],
        reader: JournalReader,
        on_journal: JournalWork,
        orders: OrderDesk,
        birth: NodeBirth,
        node: Callable[[int], NodeState],
        wall_ms: Callable[[], int],
        alarm: Callable[[ReportEpoch], None],
        desired: Callable[[bytes], None] = lambda payload: None,
    ) -> None:
        """``desired`` takes plans from central; what became of them is said by `plan_reported`."""
        self._root = f"lh/1/{hall}"
        self._reader = reader
        self._on_journal = on_journal
        self._orders = orders
        self.birth = birth
        self.measures: Callable[[], Iterable[tuple[str, Mapping[str, Any]]]] = tuple
        self._node = node
        self._wall_ms = wall_ms
        self._alarm = alarm
        self._desired = desired
        self._plan: PlanReported | None = None
        self._inbox: queue.SimpleQueue[_News] = queue.SimpleQueue()
        topics = (*(f"{self._root}/{leaf}" for leaf in ("ack", "cmd", "cfg/desired")), "lh/1/central/state")
        self._link = link(topics, self._will, self._inbox.put)
        self._devices: dict[str, DeviceState] = {}
        self._connected = False
        self._central_online = False
        self._epoch = str(reader.meta("epoch"))
        self.acked = int(reader.meta("acked") or 0)
        self.sent = self.acked
        self._credit = _FIRST_CREDIT
        self._bdseq = 0
        self._last_ack_now = 0
        self._waiting_since = 0.0
        self._silence_s = _SILENCE_S
        self._stopping = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)

    @property
    def epoch(self) -> str:
        return self._epoch

    @property
    def central(self) -> str:
        """``offline`` (no broker), ``broker`` (broker, no central) or ``online``."""
        if not self._connected:
            return "offline"
        return "online" if self._central_online else "broker"

    def start(self) -> None:
        self._link.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._ending.set()
        self._inbox.put("stop")
        if self._thread.is_alive():
            self._thread.join(2.0)
        self._link.stop()
        self._reader.close()

    def journal_grew(self) -> None:
        """There is more to send; from any thread."""
        self._inbox.put("journal")

    def device_moved(self, state: DeviceState) -> None:
        """A device's lifecycle changed; from any thread."""
        self._inbox.put(state)

    def inventory_changed(self, birth: NodeBirth) -> None:
        """Other devices than before; from any thread."""
        self._inbox.put(birth)

    def plan_reported(self, plan: PlanReported) -> None:
        """What became of central's plan; from any thread."""
        self._inbox.put(plan)

    @property
    def trouble(self) -> str:
        """What keeps the line to the broker from working; empty while nothing does."""
        return "" if self._connected else self._link.trouble

    def _will(self) -> Will:
        """Asked before each connection: the number that tells this connection's death from an older one's."""
        self._bdseq = self._on_journal(next_bdseq)
        return Will(f"{self._root}/node/state", json.dumps(dump(self._state(online=False))))

    def _state(self, *, online: bool) -> NodeState:
        node = self._node(self._bdseq)
        return NodeState(online, node.bdseq, self._epoch, node.boot, node.version, node.config_rev, node.clock)

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._turn()
            except Exception:
                log.exception("uplink.failed")  # the hall goes on; whatever it was, the journal still has everything
                self._ending.wait(_AFTER_FAILURE_S)
        if self._connected:
            self._say("node/state", dump(self._state(online=False)), retain=True)

    def _turn(self) -> None:
        try:
            item = self._inbox.get(timeout=0.5)
            self._handle(item)
        except queue.Empty:
            pass  # time has passed, which is also news
        self._watch_silence()
        if self._connected and self._central_online:
            self._pump()
            for what, figures in self.measures():
                self._link.publish(f"{self._root}/tlm/{what}", json.dumps(figures), qos=0)

    def _handle(self, item: _News) -> None:
        match item:
            case Connected():
                self._connected = True
                self._last_ack_now = 0
                self._announce()
            case Disconnected():
                self._connected = self._central_online = False
                self.sent = self.acked
            case Message(topic=topic, payload=payload):
                self._message(topic, payload)
            case DeviceState(device=device):
                self._devices[device] = item
                if self._connected:
                    self._say(f"dev/{device}/state", dump(item), retain=True)
            case NodeBirth():
                self.birth = item
                if self._connected:
                    self._say("node/birth", dump(item), retain=True)
            case PlanReported():
                self._plan = item
                self._say_plan()
            case _:
                pass  # "journal" and "stop" only wake this thread

    def _announce(self) -> None:
        self._say("node/state", dump(self._state(online=True)), retain=True)
        self._say("node/birth", dump(self.birth), retain=True)
        for device, state in self._devices.items():
            self._say(f"dev/{device}/state", dump(state), retain=True)
        self._say_plan()

    def _say_plan(self) -> None:
        if self._plan is not None and self._connected:
            self._say("cfg/reported", dump(self._plan), retain=True)

    def _message(self, topic: str, payload: bytes) -> None:
        try:
            value = json.loads(payload)
            if topic == "lh/1/central/state":
                self._central(load(CentralState, value))
            elif topic.endswith("/ack"):
                self._acknowledged(load(Ack, value))
            elif topic.endswith("/cmd"):
                self._order(value)
            elif topic.endswith("/cfg/desired"):
                self._desired(payload)
        except (ShapeError, ValueError, RecursionError) as problem:
            log.warning("mqtt.message_refused", topic=topic, size=len(payload), problem=str(problem)[:200])

    def _central(self, state: CentralState) -> None:
        if state.online != self._central_online:
            log.info("central.state", online=state.online)
        self._central_online = state.online
        self._last_ack_now = 0  # whatever central's clock said before; it may have been set back since
        self._waiting_since, self._silence_s = time.monotonic(), _SILENCE_S
        self._credit = min(self._credit, _FIRST_CREDIT) or 1  # a whole city may come back in this second
        self.sent = self.acked

    def _acknowledged(self, ack: Ack) -> None:
        rolled_back = ack.upto > self._reader.last_seq()  # central has what this disk has lost
        if ack.epoch == self._epoch and (ack.conflict or rolled_back):
            log.error("journal.conflict", epoch=self._epoch, acked=self.acked, central_has=ack.upto)
            self._epoch = self._on_journal(lambda journal: new_epoch(journal, self._wall_ms()))
            self.sent = self.acked
            self._announce()
            self._alarm(ReportEpoch(self._epoch, "rolled_back" if rolled_back else "conflict", ack.upto))
            return
        if ack.epoch != self._epoch or ack.now < self._last_ack_now:
            return
        self._last_ack_now = ack.now
        self._orders.central_clock(ack.now - self._wall_ms())
        self._credit = max(0, ack.credit)
        self._waiting_since, self._silence_s = time.monotonic(), _SILENCE_S
        upto = max(ack.upto, self._reader.first_seq() - 1)  # what is older belongs to another epoch, or is gone
        self.sent = max(self.sent, upto) if upto >= self.acked else upto
        if upto != self.acked:
            self.acked = upto
            self._on_journal(lambda journal: journal.write_meta("acked", upto))
        for first, last in ack.missing:
            self._resend(first, last)

    def _order(self, value: Any) -> None:
        try:
            answer = self._orders.carry_out(load(Order, value))
        except ShapeError as problem:
            told = self._orders.refuse(value, problem)
            if told is None:
                raise
            answer = told
        self._say("rsp", dump(answer))

    def _pump(self) -> None:
        """Send what fits into the credit."""
        if self._credit == 0 and time.monotonic() - self._waiting_since > self._silence_s:
            self._credit = 1  # central may have forgotten that it told us to wait
        if self.sent == self.acked and self._credit:
            self._waiting_since = time.monotonic()
        while self.sent - self.acked < self._credit:
            room = min(BATCH_EVENTS, self._credit - (self.sent - self.acked))
            batch = fitting(self._reader.bodies(self.sent, room))
            if not batch or not self._send(batch):
                return
            self.sent = batch[-1][0]

    def _resend(self, first: int, last: int) -> None:
        after = max(first, self._reader.first_seq()) - 1  # what is older belongs to another epoch, or is gone
        while after < last:
            batch = fitting([row for row in self._reader.bodies(after, BATCH_EVENTS) if row[0] <= last])
            if not batch or not self._send(batch):
                return
            after = batch[-1][0]

    def _send(self, batch: list[tuple[int, str]]) -> bool:
        """``first`` is the lowest number that this hall can still send, so that central never waits for older ones."""
        return self._link.publish(f"{self._root}/evt", payload_of(self._epoch, self._reader.first_seq(), batch))

    def _say(self, leaf: str, value: Mapping[str, Any], *, retain: bool = False) -> None:
        self._link.publish(f"{self._root}/{leaf}", json.dumps(value, ensure_ascii=False), retain=retain)

    def _watch_silence(self) -> None:
        """Sent and long not acknowledged: send again, ever more rarely; a line that brings nothing is built anew."""
        waiting = self.sent > self.acked
        if not (self._connected and self._central_online and waiting):
            return
        if time.monotonic() - self._waiting_since > self._silence_s:
            log.warning("uplink.silence", sent=self.sent, acked=self.acked, after_s=self._silence_s)
            self._waiting_since = time.monotonic()
            self._silence_s = min(_LONGEST_SILENCE_S, self._silence_s * 2)
            self.sent = self.acked
            self._link.drop()
