"""``hall demo`` from its options to its last breath."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import io
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from hall_config.logs import log_to_file
from hall_config.outcome import Exit, Stop, tell
from hall_config.wording import say
from simulators.demo.accounts import AccountFailed
from simulators.demo.broker import Broker, BrokerMissing, broker_account, find_broker
from simulators.demo.layout import Layout, lay_out
from simulators.demo.life import line_of_life
from simulators.demo.posts import sights
from simulators.demo.supervisor import NotReady, Pace, Supervisor
from simulators.loopback import holder_of, is_free

_LIFE_EVERY_S: Final = 5.0
_PREFIX: Final = "legal-hall-demo-"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of ``hall demo``."""

    halls: int
    visitors: float
    speed: float
    ready_file: Path | None
    data: Path | None
    for_s: float | None
    port_base: int
    seed: int


def run_demo(wishes: Wishes) -> None:
    """Until Ctrl-C, SIGTERM or ``--for``; leaves no process, port or temporary file."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # whoever reads it through a pipe wants to see it live
    with _folder(wishes.data) as folder:
        layout = lay_out(folder, wishes.halls, wishes.port_base)
        _require_free(layout)
        with _broker_folder(folder) as broker_folder:
            broker = _broker(broker_folder, layout.broker_port)
            temporary = [] if wishes.data is not None else [folder]
            if broker_folder.parent != folder:
                temporary.append(broker_folder.parent)
            asyncio.run(_run(wishes, layout, broker, temporary))


@contextmanager
def _folder(wished: Path | None) -> Iterator[Path]:
    if wished is not None:
        with _kept_for_us(wished):
            yield wished.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o711)  # the broker's account passes through to its own folder and sees nothing else
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _kept_for_us(folder: Path) -> Iterator[None]:
    """A second demo in the same folder would change the first one's accounts under its feet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise Stop(Exit.WRONG_USE, "demo.NO_FOLDER", folder=folder, reason=problem.strerror) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        yield
    except BlockingIOError:
        holder = os.read(lock, 20).decode("ascii", "replace")
        raise Stop(Exit.WRONG_USE, "demo.FOLDER_TAKEN", folder=folder, holder=f"pid {holder}") from None
    finally:
        os.close(lock)


@contextmanager
def _broker_folder(data: Path) -> Iterator[Path]:
    """In the data folder; elsewhere if the broker runs under an account of its own that cannot get in there."""
    if broker_account() is None or _open_to_all(data):
        yield data / "broker"
        return
    place = next((place for place in (tempfile.gettempdir(), "/tmp", "/var/tmp") if _open_to_all(Path(place))), None)  # noqa: S108
    if place is None:
        raise Stop(Exit.MISSING, "demo.NO_PLACE")
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}broker-", dir=place))
    folder.chmod(0o711)
    try:
        yield folder / "broker"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open_to_all(folder: Path) -> bool:
    """Whether every account of this machine can pass into it."""
    return all(one.stat().st_mode & 0o001 for one in (folder, *folder.resolve().parents))


def _broker(folder: Path, port: int) -> Broker:
    try:
        return find_broker(folder, port)
    except BrokerMissing as missing:
        raise Stop(Exit.MISSING, "demo.BROKER_MISSING", found=missing) from None


def _require_free(layout: Layout) -> None:
    for port in layout.ports():
        if port > 65_535:
            raise Stop(Exit.WRONG_USE, "demo.PORT_TOO_HIGH", port=port)
        if not is_free(port):
            raise Stop(Exit.WRONG_USE, "simulate.PORT_TAKEN", port=port, holder=holder_of(port), option="--port-base")


async def _run(wishes: Wishes, layout: Layout, broker: Broker, temporary: list[Path]) -> None:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end.set)
    layout.logs.mkdir(parents=True, exist_ok=True)
    with log_to_file(layout.logs / "demo.log"):
        pace = Pace(wishes.visitors, wishes.speed, wishes.seed)
        supervisor = Supervisor(layout, broker, pace, wishes.ready_file)
        for folder in temporary:
            supervisor.sweep_later(folder)
        _say("starting", halls=wishes.halls, folder=layout.data)
        async with _running(supervisor, end) as ready:
            if ready:
                _greet(supervisor)
                await _live(supervisor, end, wishes.for_s)
            _say("stopping")
        _say("stopped")


@asynccontextmanager
async def _running(supervisor: Supervisor, end: asyncio.Event) -> AsyncIterator[bool]:
    """Start everything; a signal while it starts ends it as well."""
    starting = asyncio.create_task(supervisor.start())
    ending = asyncio.create_task(end.wait())
    try:
        await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
        yield starting.done()
    except NotReady as late:
        raise Stop(Exit.FAILED, "demo.NOT_READY", part=late) from None
    except AccountFailed as failed:
        raise Stop(Exit.FAILED, "demo.ACCOUNT_FAILED", reason=failed) from None
    finally:
        for task in (starting, ending):
            task.cancel()
        await asyncio.gather(starting, ending, return_exceptions=True)
        await supervisor.stop()


async def _live(supervisor: Supervisor, end: asyncio.Event, for_s: float | None) -> None:
    loop = asyncio.get_running_loop()
    until_s = None if for_s is None else loop.time() + for_s
    while not end.is_set():
        left_s = _LIFE_EVERY_S if until_s is None else min(_LIFE_EVERY_S, until_s - loop.time())
        if left_s <= 0:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(end.wait(), left_s)
            return
        for place in supervisor.layout.halls:
            tell(await line_of_life(supervisor.web, place))


def _greet(supervisor: Supervisor) -> None:
    """Addresses and secrets, for the person at the terminal."""
    layout, standing = supervisor.layout, supervisor.standing
    tell(f"{_both('central')}  {layout.central_url}")
    for user in standing.users:
        tell(f"  {_both('sign_in')}  {user.name} / {user.secret}")
    for sight in sights(standing.month):
        whom = f"  {_both('sign_in')} {', '.join(sight.names)}" if sight.names else ""
        tell(f"  {_both(sight.words)}  {layout.central_url}{sight.path}{whom}")
    for place in layout.halls:
        tell(f"{_both('hall')} {place.id}  {place.url}  {_both('virtual_hall')}  {place.simulator_url}")
        for member in standing.staff[place.id]:
            code = _both("code", code=member.code)
            tell(f"  {_both('window')} {member.window}  {member.name} / {member.secret}  {code}")
        manager = standing.managers[place.id]
        tell(f"  {_both('manager')}  {manager.name} / {manager.secret}")
    _say("ready")


def _say(key: str, **params: object) -> None:
    tell(_both(key, **params))


def _both(key: str, **params: object) -> str:
    return f"{say(f'demo.{key}', 'zh', **params)} {say(f'demo.{key}', 'en', **params)}"
