"""Builds the line to central from the hall file, and words what this controller says about itself on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from drivers.kind import Kind
from edge.appointments import AppointmentBook, KeptByLoop
from edge.clock import Clock
from edge.devices import inventory
from edge.driver_registry import has_kind
from edge.hall_door import DeviceHealth
from edge.journal import Journal
from edge.journal_reader import JournalReader
from edge.line_key import LineKey
from edge.loop import HallLoop
from edge.mqtt_link import Heard, MqttLink, Will
from edge.order_acts import OrderActs
from edge.orders import OrderDesk
from edge.uplink import Uplink
from hall.wire import DeviceState, Lifecycle, NodeBirth, NodeState, ServiceInventory, WindowInventory
from hall_config.models import HallFile
from hall_config.outcome import Exit, Stop


def build_uplink(
    file: HallFile, journal: Journal, loop: HallLoop, clock: Clock, boot: str, program: str
) -> Uplink | None:
    """The uplink that the file describes; None for a hall that stands alone."""
    if file.uplink is None:
        return None
    uplink = file.uplink
    password, key = _password(uplink.password_file), LineKey(Path(file.data.folder))

    def wall_ms() -> int:
        return clock.now().wall_ms

    def link(topics: tuple[str, ...], will: Callable[[], Will], hear: Callable[[Heard], None]) -> MqttLink:
        return MqttLink(uplink.broker, file.hall.id, password, topics, will, hear, lambda: key.files)

    def node(bdseq: int) -> NodeState:
        return NodeState(True, bdseq, journal.epoch, boot, program, loop.plan.revision, clock.quality())

    def speaks() -> bool:
        return has_kind((device.driver for device in made.birth.devices), Kind.SPEAKER)

    acts = OrderActs(loop, AppointmentBook(KeptByLoop(loop.on_journal)), speaks, wall_ms)
    made = Uplink(
        file.hall.id,
        link,
        JournalReader(journal.path),
        loop.on_journal,
        OrderDesk(loop.on_journal, wall_ms, acts.operations()),
        birth_of(file, program),
        node,
        wall_ms,
        loop.tell,
    )
    return made


def birth_of(file: HallFile, program: str) -> NodeBirth:
    """What central learns of this hall when it appears, and when its devices change."""
    return NodeBirth(
        hall=file.hall.id,
        name_zh=file.hall.name_zh,
        name_en=file.hall.name_en,
        version=program,
        devices=inventory(file),
        windows=tuple(
            WindowInventory(window.number, window.services, window.name_zh, window.name_en) for window in file.window
        ),
        services=tuple(ServiceInventory(service.letter, service.name_zh, service.name_en) for service in file.service),
    )


def device_state(health: DeviceHealth, uplink: Uplink, number: int) -> DeviceState:
    """A device's lifecycle as it is published; ``number`` grows, also across restarts."""
    return DeviceState(
        device=health.id,
        kind=health.driver,
        state=Lifecycle(health.state),
        since=health.since_wall_ms,
        reason=health.reason,
        epoch=uplink.epoch,
        n=number,
        counters=health.counters,
    )


def _password(file: str | None) -> str | None:
    if file is None:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise Stop(Exit.MISSING, "controller.PASSWORD_FILE", file=file, problem=problem) from None
