"""What Prometheus may read of this controller, in a registry of its own; no label ever holds a token or a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from edge.hall_door import HallDoor

_WORKING = ("ready", "degraded")


class Figures:
    """Counters of the pages, and the hall as it stands at the moment of the asking."""

    def __init__(self, door: HallDoor) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "legal_hall_http_requests", "Requests by route and status", ["method", "route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self.streams = Gauge("legal_hall_streams", "Pages that listen now", registry=self._registry)
        self._registry.register(_HallCollector(door))

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _HallCollector(Collector):
    def __init__(self, door: HallDoor) -> None:
        self._door = door

    def collect(self) -> Iterator[Metric]:
        state, seq = self._door.look()
        health = self._door.health()
        tickets = GaugeMetricFamily("legal_hall_tickets", "Today's tickets by state", labels=["state"])
        for name, count in state.queue.tally.items():
            tickets.add_metric([str(name)], count)
        yield tickets
        waiting = GaugeMetricFamily("legal_hall_waiting", "Who waits, by service class", labels=["service"])
        for service in self._door.plan.services:
            waiting.add_metric([service.letter], len(state.queue.waiting.get(service.letter, ())))
        yield waiting
        windows = GaugeMetricFamily(
            "legal_hall_window", "1 for the state that a window has", labels=["window", "state"]
        )
        for window in self._door.plan.windows:
            windows.add_metric([str(window.number), state.queue.window(window.number).state.value], 1)
        yield windows
        devices = GaugeMetricFamily("legal_hall_device_up", "1 while a device works", labels=["device", "driver"])
        for device in health.devices:
            devices.add_metric([device.id, device.driver], int(device.state in _WORKING))
        yield devices
        yield GaugeMetricFamily("legal_hall_journal_seq", "Last event in the journal", value=seq)
        yield GaugeMetricFamily("legal_hall_acked_seq", "Last event that central has", value=health.acked_seq)
        yield GaugeMetricFamily("legal_hall_journal_ok", "1 while the journal can be written", value=health.journal_ok)
        alarm = state.devices.alarm != ""
        yield GaugeMetricFamily(
            "legal_hall_journal_alarm", "1 on a day on which the journal began a new epoch", value=alarm
        )
        yield GaugeMetricFamily(
            "legal_hall_central_online", "1 while central answers", value=health.central == "online"
        )
