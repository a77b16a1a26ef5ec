"""The one place where central is put together."""

from __future__ import annotations

import fcntl
import gc
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Any, Final

import structlog

from central.accounts.desk import AccountDesk
from central.accounts.sealing import Seal
from central.accounts.settings import read_settings
from central.aid import from_halls
from central.aid_limits import reminders as limit_reminders
from central.alarms import webhook
from central.alarms.watch import EVERY_S, AlarmWatch
from central.appointments import reminders as reminding
from central.appointments.handing_down import hand_down
from central.appointments.reminders import Gateway, Reminders
from central.clock import now_ms
from central.database import Database
from central.home_assistant.publisher import EVERY_S as HOUSE_S
from central.home_assistant.publisher import House, Publisher
from central.ingest.broker import BrokerLink
from central.ingest.inbox import Inbox
from central.ingest.message import LinkUp, Message
from central.ingest.thread import IngestThread
from central.jobs import Job, Jobs
from central.keeping.master_key import open_vault
from central.keeping.retention import DailyRound
from central.keeping.sealed_columns import Vault
from central.keeping.sealing_key import SealingKey
from central.line.authority import Authority
from central.line.broker_files import BrokerFiles
from central.live.board import Board
from central.live.hub import Hub
from central.matters import recount
from central.metrics import Metrics
from central.parts import Parts
from central.phone.visitors import Visitors
from central.places.keeper import Keeper
from central.plans.handing import post_of
from central.ratings import recount as rating_cases
from central.report_recount import nightly
from central.server import listen, serve
from central.signed_call import Hook
from central.web import make_app
from hall_config.outcome import Exit, Stop

DATABASE_NAME: Final = "central.db"
_STOP_S: Final = 2.0
_KEEPING_S: Final = 3600.0
_LISTS_S: Final = 5.0  # a changed appointment is in its hall so soon
_PLANS_S: Final = 20.0  # a hall that has not answered for its plan is told it again
_BROKER_FILES_S: Final = 30.0  # a revocation counts within a minute, also one made from the command line
_PLACES_S: Final = 5.0  # small places: numbers stop, lunch ends, a day turns within so long
_MADE_BETWEEN_LOOKS: Final = 20_000  # objects; looking for rings after each 700 takes a seventh of what ingest can do
log = structlog.get_logger()
LinkMaker = Callable[[str, str | None, Callable[[Message | LinkUp], None], Path | None], BrokerLink]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line says."""

    data: Path
    database: str | None
    broker: str
    broker_password: str | None
    host: str
    port: int
    broker_files: Path | None = None
    https_hosts: tuple[str, ...] = ()
    accounts: Path | None = None
    alarm_webhook: Hook | None = None
    home_assistant: House | None = None
    master_key: Path | None = None
    gateway: Gateway | None = None


def run(settings: Settings, make_link: LinkMaker = BrokerLink) -> None:
    """Central until SIGTERM; raises `Stop` when it cannot start."""
    lock = _hold(settings.data)
    try:
        _run(settings, make_link)
    finally:
        os.close(lock)


def _run(settings: Settings, make_link: LinkMaker) -> None:
    account_settings = read_settings(settings.accounts)
    gc.set_threshold(_MADE_BETWEEN_LOOKS)
    inbox, hub, metrics = Inbox(), Hub(), Metrics()
    visitors = Visitors.in_folder(settings.data)
    deliver = visitors.queues.before(inbox.put)
    link = make_link(settings.broker, settings.broker_password, deliver, settings.broker_files)
    database = Database(settings.database or default_database(settings.data))
    try:
        database.hold()
        vault = open_vault(database, settings.master_key, settings.data, now_ms(), make=True)
    except Stop:
        database.close()
        raise
    ingest = IngestThread(database, link, inbox, hub, metrics)
    authority = Authority(settings.data)
    broker_files = BrokerFiles(database, authority, settings.broker_files)
    broker_files.refresh()
    desk = AccountDesk(database, None, account_settings, Seal.in_folder(settings.data))
    board = Board(database, hub, link)
    places = Keeper(database, hub)
    work = (board, places, visitors, vault, settings.alarm_webhook, _reminders(settings, database, vault))
    parts = Parts(database, link, ingest, hub, metrics, desk, authority, broker_files, *work)
    app = make_app(parts)
    listener = _listen(settings, database)
    log.info("central.started", database=database.shown, host=settings.host, port=listener.getsockname()[1])
    jobs = Jobs([*_work(parts), *_told_outside(parts, settings)], metrics)
    ingest.start()
    link.start()
    jobs.start()
    try:
        https = authority.https_files(settings.data, settings.https_hosts) if settings.https_hosts else None
        serve(app, listener, lambda: _let_go(parts), https)
    finally:
        jobs.stop()
        ingest.stop(_STOP_S)
        link.stop()
        database.close()
        log.info("central.stopped")


def _reminders(settings: Settings, database: Database, vault: Vault) -> Reminders | None:
    if settings.gateway is not None:
        return Reminders(database, vault, settings.gateway)
    reminding.forget_all(database, now_ms())
    return None


def _let_go(parts: Parts) -> None:
    """Streams end, so that the server can."""
    parts.hub.close()
    parts.places.close()


def _listen(settings: Settings, database: Database) -> socket:
    try:
        return listen(settings.host, settings.port)
    except OSError as problem:
        database.close()
        address = f"{settings.host}:{settings.port}"
        raise Stop(Exit.WRONG_USE, "central.cli.PORT_TAKEN", address=address, reason=problem.strerror) from None


def _work(parts: Parts) -> list[Job]:
    """What is done by the clock."""
    hook, opener = parts.alarm_webhook, SealingKey(parts.authority).open
    forms = nightly.NightlyRecount(parts.database)
    watch = AlarmWatch(parts.database, parts.board, parts.hub, parts.link, tells=hook is not None, recounts=forms.found)
    calls = [Job("alarm_webhook", webhook.EVERY_S, webhook.Messenger(parts.database, hook).send)] if hook else []
    if parts.reminders is not None:
        calls.append(Job("reminders", reminding.EVERY_S, parts.reminders.send))
    return [
        *calls,
        Job("alarms", EVERY_S, watch.look),
        Job("plans", _PLANS_S, post_of(parts.database, parts.link, parts.authority).look),
        Job("broker_files", _BROKER_FILES_S, lambda _: parts.broker_files.refresh()),
        Job("appointments", _LISTS_S, lambda now: hand_down(parts, now)),
        Job("places", _PLACES_S, parts.places.pass_time),
        Job("aid_arrivals", from_halls.EVERY_S, from_halls.Arrivals(parts.database, parts.vault, opener).look),
        Job("aid_limits", limit_reminders.EVERY_S, limit_reminders.LimitWatch(parts.database).look),
        Job("matter_limits", recount.EVERY_S, lambda now: recount.recount_all(parts.database, now)),
        Job("rating_cases", rating_cases.EVERY_S, lambda now: rating_cases.look(parts.database, now)),
        Job("report_recount", nightly.EVERY_S, forms.look),
        Job("keeping", _KEEPING_S, DailyRound(parts.database, now_ms()).run),
    ]


def _told_outside(parts: Parts, settings: Settings) -> list[Job]:
    """A house that is told of all halls, if one shall be."""
    if settings.home_assistant is None:
        return []

    def halls(now: int) -> list[Mapping[str, Any]]:
        parts.board.bring_up(now)
        return parts.board.lines()

    return [Job("home_assistant", HOUSE_S, Publisher(settings.home_assistant, halls).look)]


def default_database(data: Path) -> str:
    """The SQLite file in the data folder."""
    return f"sqlite:///{(data / DATABASE_NAME).absolute()}"


def _hold(folder: Path) -> int:
    """One central a data folder: two would tear each other's sessions at the broker apart."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = os.open(folder / "central.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.cli.DATA_FOLDER", folder=folder, reason=problem.strerror) from None
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(number, 32, 0).decode(errors="replace").strip() or "?"
        os.close(number)
        raise Stop(Exit.FAILED, "central.cli.HELD", folder=folder, holder=holder) from None
    os.ftruncate(number, 0)
    os.pwrite(number, str(os.getpid()).encode(), 0)
    return number
