"""Starts the parts in their order, keeps them running, and ends all of them together."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from hall_config.load import read_hall_file
from hall_config.wording import CHINA
from simulators.clock import wall_now_ms
from simulators.demo import broker as broker_files
from simulators.demo import programs
from simulators.demo.accounts import CentralUser, add_central_users, add_staff, run_hall
from simulators.demo.asking import People
from simulators.demo.broker import Broker, ListWatch
from simulators.demo.hall_files import write_hall_file
from simulators.demo.layout import HallPlace, Layout
from simulators.demo.legal_aid import Desk
from simulators.demo.part import Part, Recipe
from simulators.demo.posts import POSTS, REPORT_POSTS
from simulators.demo.ready_file import Standing, contents, write_secret_file
from simulators.demo.report import fill_months, make_units, month_before, month_now
from simulators.demo.rota import rota_of
from simulators.demo.sweeper import started_at
from simulators.demo.web import Web

_READY_WITHIN_S: Final = 90.0
_LOOK_EVERY_S: Final = 0.1
_STOP_S: Final = 4.5  # all of it: the contract's clean stop is 5 s
_LAST_WAVE_S: Final = 1.5

log = structlog.get_logger()


class NotReady(Exception):
    """A part did not answer in time; the words name it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many people there are, how fast, and which day it is."""

    visitors: float
    speed: float
    seed: int


class Supervisor:
    """All parts of one demo."""

    def __init__(self, layout: Layout, broker: Broker, pace: Pace, ready_file: Path | None) -> None:
        self.layout = layout
        self.standing = Standing()
        self.web = Web()
        self._broker = broker
        self._pace = pace
        self._ready_file = ready_file
        self._is_ready = False
        self._parts: dict[str, Part] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._telling: set[asyncio.Task[None]] = set()
        self._sweeper = subprocess.Popen(
            [sys.executable, "-m", "simulators.demo.sweeper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        if ready_file is not None:
            self.sweep_later(ready_file)

    @property
    def pids(self) -> dict[str, int | None]:
        return {name: part.pid for name, part in self._parts.items()}

    # --- starting --------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Every part, until all of them answer; raises `NotReady`, `AccountFailed`."""
        self.layout.logs.mkdir(parents=True, exist_ok=True)
        for place in self.layout.halls:
            place.data.mkdir(parents=True, exist_ok=True)
            write_hall_file(place, self.layout, speed=self._pace.speed)
            self._run(self._simulator_recipe(place))
        await asyncio.gather(self._start_central(), *(self._start_hall(one) for one in self.layout.halls))
        self._is_ready = True
        self._tell_ready()
        if self._pace.visitors > 0:
            for place in self.layout.halls:
                self._run(self._people_recipe(place))

    async def _start_central(self) -> None:
        """Accounts, the broker with central's certificates, central, and each hall's own certificate from it."""
        folder = self.standing.broker_files = self._broker.folder
        self.layout.central_data.mkdir(parents=True, exist_ok=True)
        broker_files.make_folders(self._broker)
        await asyncio.to_thread(
            run_hall, programs.line_arguments(self.layout, folder), ""
        )  # which also makes the store
        users = asyncio.create_task(add_central_users(self.layout, POSTS))
        broker_files.add_settings(self._broker)
        self._run(self._broker_recipe())
        self._tasks.append(asyncio.create_task(self._follow_lists(ListWatch(folder)), name="lists"))
        await self._until_ready("broker")
        url = self.layout.central_url
        self._run(self._recipe("central", programs.central_command(self.layout, folder), url))
        self.standing.users = await users
        await self._until_ready("central")
        desk = Desk(people := People(self.web, url, self.standing.users))
        admin = next(user for user in self.standing.users if user.role == "admin")
        await asyncio.gather(
            desk.furnish(), self._make_report(people), *(self._enrol(place, admin) for place in self.layout.halls)
        )
        if self._pace.visitors > 0:
            self._tasks.append(asyncio.create_task(desk.take_cases(), name="legal aid"))
            everybody = People(self.web, url, self.standing.users)
            self._tasks.append(asyncio.create_task(fill_months(everybody, self.standing.month), name="report"))

    async def _make_report(self, people: People) -> None:
        """Units with months behind them, and the people who report on these."""
        self.standing.month = month_before(month_now(wall_now_ms()))
        await make_units(people, self.standing.month)
        self.standing.users += await add_central_users(self.layout, REPORT_POSTS)

    async def _enrol(self, place: HallPlace, administrator: CentralUser) -> None:
        """As IT does it: a code from central's page, typed in at the controller."""
        signed_in = await self.web.sign_in(self.layout.central_url, administrator.name, administrator.secret)
        code = await self.web.enrolment_code(self.layout.central_url, signed_in, place.id)
        if code is None:
            raise NotReady(f"enrolment of {place.id} ({self._log_file('central')})")
        await asyncio.to_thread(run_hall, programs.enrol_arguments(self.layout, place), code)

    async def _follow_lists(self, watch: ListWatch) -> None:
        """The broker reads its lists again when central has changed them, as systemd has it do (legal-hall-broker)."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            pid = self._parts["broker"].pid
            if watch.changed() and pid is not None:
                os.kill(pid, signal.SIGHUP)

    async def _start_hall(self, place: HallPlace) -> None:
        windows = [window.number for window in read_hall_file(place.asked_file).window]
        (staff, manager), _ = await asyncio.gather(
            add_staff(place, windows), self._until_ready(f"simulator {place.id}")
        )
        self.standing.staff[place.id], self.standing.managers[place.id] = staff, manager
        write_secret_file(_staff_file(place), [one.as_json() for one in staff])
        await self._start_edge(place)
        signed_in = await self.web.sign_in(place.url, manager.name, manager.secret)
        links = await self.web.pad_links(place.url, signed_in)
        write_secret_file(place.folder / "run" / "pads.json", links)
        await self._set_rota(place, signed_in)

    async def _set_rota(self, place: HallPlace, manager: dict[str, str]) -> None:
        """For today and tomorrow, so that a demo that runs through midnight still has people on duty."""
        state = await self.web.json(f"{place.url}/api/v1/state")
        duties = rota_of(read_hall_file(place.asked_file))
        today = datetime.fromisoformat(state["now"]).astimezone(CHINA).date() if state else None
        for day in () if today is None else (today, today + timedelta(days=1)):
            if not await self.web.set_rota(place.url, manager, day.isoformat(), duties):
                log.warning("demo.no_rota", hall=place.id, day=day.isoformat())

    async def _start_edge(self, place: HallPlace) -> None:
        self.standing.devices[place.id] = await self._devices(place)
        self._run(self._recipe(f"edge {place.id}", programs.edge_command(place), place.url))
        await self._until_ready(f"edge {place.id}")

    async def _devices(self, place: HallPlace) -> list[dict[str, str]]:
        found = await self.web.json(f"{place.simulator_url}/sim/devices")
        return [{key: item[key] for key in ("id", "kind", "port")} for item in found["items"]] if found else []

    async def _until_ready(self, name: str) -> None:
        deadline_s = asyncio.get_running_loop().time() + _READY_WITHIN_S
        part = self._parts[name]
        while not (part.pid is not None and await part.recipe.ready()):
            if asyncio.get_running_loop().time() > deadline_s:
                raise NotReady(f"{name} ({part.recipe.log_file})")
            for task in self._tasks:
                if task.done():
                    task.result()  # a program that could not even be started
            await asyncio.sleep(_LOOK_EVERY_S)

    def _run(self, recipe: Recipe) -> None:
        part = self._parts[recipe.name] = Part(recipe, self._note)
        self._tasks.append(asyncio.create_task(part.run(), name=recipe.name))

    # --- recipes ---------------------------------------------------------------------------------------------

    def _recipe(self, name: str, command: list[str], url: str) -> Recipe:
        return Recipe(name, command, self._log_file(name), lambda: self.web.is_ready(url))

    def _log_file(self, name: str) -> Path:
        return self.layout.logs / f"{name.replace(' ', '-')}.log"

    def _broker_recipe(self) -> Recipe:
        port = self.layout.broker_port
        return Recipe(
            "broker",
            self._broker.command(),
            self._log_file("broker"),
            lambda: _listens(port),
            before=lambda: broker_files.set_aside_broken_store(self._broker.store),
            account=self._broker.account,
        )

    def _simulator_recipe(self, place: HallPlace) -> Recipe:
        command = programs.simulator_command(place, self._pace.seed)
        return self._recipe(f"simulator {place.id}", command, place.simulator_url)

    def _people_recipe(self, place: HallPlace) -> Recipe:
        command = programs.people_command(
            place, _staff_file(place), visitors=self._pace.visitors, speed=self._pace.speed, seed=self._pace.seed
        )
        return Recipe(f"people {place.id}", command, self._log_file(f"people {place.id}"), _at_once)

    # --- while it runs ---------------------------------------------------------------------------------------

    def _note(self, pid: int, came: bool) -> None:
        self._tell_sweeper(f"+{pid} {started_at(pid)}" if came else f"-{pid}")
        if came and self._is_ready:
            telling = asyncio.create_task(self._tell_again(pid))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    async def _tell_again(self, pid: int) -> None:
        """The ready file names a part that came again once that part answers."""
        name = next((name for name, known in self.pids.items() if known == pid), None)
        if name is None:
            return
        while self._parts[name].pid == pid and not await self._parts[name].recipe.ready():
            await asyncio.sleep(_LOOK_EVERY_S)
        self._tell_ready()

    def _tell_ready(self) -> None:
        if self._ready_file is not None:
            write_secret_file(self._ready_file, contents(self.layout, self.standing, self.pids))

    def sweep_later(self, path: Path) -> None:
        """Should this process be killed, this folder or file goes too."""
        self._tell_sweeper(str(path.absolute()))

    def _tell_sweeper(self, line: str) -> None:
        pipe = self._sweeper.stdin
        if pipe is None:
            return
        try:
            pipe.write(f"{line}\n".encode())
            pipe.flush()
        except BrokenPipeError:
            log.warning("demo.sweeper_gone", hint="should this process be killed, its parts still end by themselves")
            self._sweeper.stdin = None

    async def stop(self) -> None:
        """What needs the broker and the devices first, then these; nothing runs afterwards."""
        self._is_ready = False
        for task in self._telling:
            task.cancel()
        if self._ready_file is not None:
            self._ready_file.unlink(missing_ok=True)
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + _STOP_S
        for words, left_s in (({"people", "edge", "central"}, _LAST_WAVE_S), ({"simulator", "broker"}, 0.0)):
            within_s = max(0.5, deadline_s - left_s - loop.time())
            found = [part for name, part in self._parts.items() if name.split()[0] in words]
            await asyncio.gather(*(part.stop(within_s) for part in found))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.web.close()
        self._tell_sweeper("done")
        if self._sweeper.stdin is not None:
            self._sweeper.stdin.close()
        await asyncio.to_thread(self._sweeper.wait)


def _staff_file(place: HallPlace) -> Path:
    return place.folder / "staff.json"


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _at_once() -> bool:
    return True
