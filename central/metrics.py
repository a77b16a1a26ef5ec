"""What central counts about itself, for Prometheus. No hall ids of strangers, no personal data in labels."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class OfHalls:
    """What is known of each hall with a controller and of alarms over all; renewed when it is asked for."""

    def __init__(self, own: CollectorRegistry) -> None:
        self.up = Gauge("lh_hall_up", "1 while the hall can be reached", ["hall"], registry=own)
        self.waiting = Gauge("lh_hall_waiting", "Visitors who wait", ["hall"], registry=own)
        self.longest_s = Gauge("lh_hall_longest_wait_seconds", "Longest of those who wait now", ["hall"], registry=own)
        self.windows = Gauge("lh_hall_windows", "Windows by their state", ["hall", "state"], registry=own)
        self.today = Gauge("lh_hall_tickets_today", "Tickets of the hall's present day", ["hall", "end"], registry=own)
        self.broken = Gauge("lh_hall_devices_broken", "Devices out of order", ["hall"], registry=own)
        self.devices = Gauge("lh_hall_devices", "Devices known", ["hall"], registry=own)
        self.alarms = Gauge("lh_alarms", "Alarms that are not over", ["rule", "level", "state"], registry=own)

    def clear(self) -> None:
        """Nothing is left of a hall that is no more."""
        for gauge in vars(self).values():
            gauge.clear()


class Metrics:
    """One set of numbers for one central."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self.events = Counter("lh_events_ingested", "Events stored for the first time", registry=own)
        self.duplicates = Counter("lh_events_duplicate", "Events that were stored already", registry=own)
        self.conflicts = Counter("lh_events_conflict", "Known numbers that came with another id", registry=own)
        self.poison = Counter("lh_events_poison", "Events stored whose shape no view can read", registry=own)
        self.unknown = Counter("lh_events_unknown_type", "Events stored of a type not known here", registry=own)
        self.rejected = Counter("lh_messages_rejected", "Messages that could not be read at all", registry=own)
        self.gaps = Counter("lh_gaps_asked", "Ranges of numbers asked for again", registry=own)
        self.acks = Counter("lh_acks_sent", "Acknowledgements sent to halls", registry=own)
        self.failed = Counter("lh_transactions_failed", "Ingest transactions that had to be repeated", registry=own)
        self.batch = Histogram(
            "lh_transaction_events",
            "Events in one transaction",
            buckets=(1, 5, 20, 100, 500, 1000, 2000, 4000),
            registry=own,
        )
        self.commit_s = Histogram(
            "lh_transaction_seconds",
            "From the first message taken to the commit",
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
            registry=own,
        )
        self.lag_s = Gauge("lh_event_lag_seconds", "Age of the newest event when it was committed", registry=own)
        self.halls = Gauge("lh_halls", "Halls by what is known of them", ["state"], registry=own)
        self.of_halls = OfHalls(own)
        self.broker_up = Gauge("lh_broker_up", "1 while messages can arrive", registry=own)
        self.jobs_done = Counter("lh_jobs_done", "Work by the clock that was done", ["job"], registry=own)
        self.jobs_failed = Counter("lh_jobs_failed", "Work by the clock that failed", ["job"], registry=own)
        self.streams = Gauge("lh_live_viewers", "Open live streams of pages", registry=own)

    def text(self) -> bytes:
        return generate_latest(self._registry)
