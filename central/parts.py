"""The parts of one central, as ``main.py`` puts them together and the web server reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from central.accounts.desk import AccountDesk
from central.appointments.reminders import Reminders
from central.database import Database
from central.keeping.sealed_columns import Vault
from central.line.authority import Authority
from central.live.board import Board
from central.live.hub import Hub
from central.metrics import Metrics
from central.phone.visitors import Visitors
from central.places.keeper import Keeper
from central.signed_call import Hook


class Link(Protocol):
    """What the pages may know of the line to the broker."""

    @property
    def up_since_ms(self) -> int: ...

    def publish(self, topic: str, payload: str, *, retain: bool = False, expires_s: int | None = None) -> bool: ...


class BrokerFiles(Protocol):
    """What the pages may know of what the broker is told."""

    def refresh(self) -> None: ...


class Ingest(Protocol):
    """What the pages may know of the ingest thread."""

    @property
    def alive(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a request may need."""

    database: Database
    link: Link
    ingest: Ingest
    hub: Hub
    metrics: Metrics
    accounts: AccountDesk
    authority: Authority
    broker_files: BrokerFiles
    board: Board
    places: Keeper
    visitors: Visitors
    vault: Vault
    alarm_webhook: Hook | None = None
    reminders: Reminders | None = None  # without a gateway nobody is reminded, and no number kept
