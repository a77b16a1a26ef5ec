"""What a hall has besides its queue: screens, cameras, named contacts, publicity, the signs' clocks; put together here.

Reports of these devices end here; all others go on to `edge.inputs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from drivers.driver import Order, Report
from drivers.kind import Kind
from edge.camera import Cameras
from edge.contacts import Contacts
from edge.content import Content
from edge.devices import able_ids, ids_of
from edge.displays import Displays, OnJournal, first_time
from edge.driver_registry import manifest_of
from edge.guide_slips import GuideSlips
from edge.hall_door import Command, DeviceHealth
from edge.publicity import Publicity
from edge.sign_clocks import CAPABILITY, SignClocks
from hall.guide_slips import Limits
from hall.moment import Moment
from hall.opening import worked_as
from hall_config.models import HallFile
from hall_config.plan import plan_of


@dataclass(frozen=True, slots=True)
class Surroundings:
    cameras: Cameras
    contacts: Contacts
    displays: Displays
    publicity: Publicity
    clocks: SignClocks
    content: Content
    guide_slips: GuideSlips
    first_time: Callable[[str | None], bool]  # whether a command's key is new within 24 h

    def start(self) -> None:
        self.displays.start()
        self.clocks.start()

    def stop(self) -> None:
        self.displays.stop()
        self.clocks.stop()
        self.contacts.stop()

    def heard(self, report: Report) -> bool:
        """Whether the report was for somebody here and for nobody else."""
        self.clocks.heard(report)
        ears = (self.cameras.heard, self.contacts.heard, self.displays.heard, self.guide_slips.heard)
        return any(hear(report) for hear in ears)

    def health(self) -> tuple[DeviceHealth, ...]:
        """The contacts, which are no devices of a line but fail as devices do."""
        return self.contacts.health()

    def follow(self, file: HallFile) -> None:
        """The hall file has changed."""
        self.cameras.follow(_cameras(file))
        self.contacts.follow(file.contact)
        self.displays.follow(_screens(file), file.displays)
        self.clocks.follow(able_ids(file, CAPABILITY))
        self.publicity.follow(file.publicity.folder, file.publicity.seconds)
        self.content.follow(_pack(file))
        self.guide_slips.follow(ids_of(file, Kind.PRINTER), _limits(file))


def surroundings_of(
    file: HallFile,
    submit: Callable[[Order], None],
    tell: Callable[[Command], None],
    now: Callable[[], Moment],
    on_journal: OnJournal,
) -> Surroundings:
    """Everything of that sort that the hall file names."""

    def wall_ms() -> int:
        return now().wall_ms

    return Surroundings(
        Cameras(_cameras(file), submit),
        Contacts(file.contact, tell, wall_ms),
        Displays(_screens(file), file.displays, submit, wall_ms, partial(worked_as, plan_of(file).opening)),
        Publicity(file.publicity.folder, file.publicity.seconds),
        SignClocks(able_ids(file, CAPABILITY), submit, now),
        Content(_pack(file)),
        GuideSlips(ids_of(file, Kind.PRINTER), _limits(file), submit, now, on_journal),
        lambda key: first_time(on_journal, key, wall_ms()),
    )


def nothing_around() -> Surroundings:
    """A hall with none of it."""

    def nowhere(_: object) -> None:
        raise LookupError("there is no such device")

    displays = Displays({}, None, nowhere, lambda: 0)
    clocks = SignClocks((), nowhere, lambda: Moment(0, 0, trusted=False))
    slips = GuideSlips((), Limits(), nowhere, lambda: Moment(0, 0, trusted=False), None)
    contacts, publicity = Contacts((), nowhere, lambda: 0), Publicity("", 12)
    return Surroundings(Cameras({}, nowhere), contacts, displays, publicity, clocks, Content(None), slips, bool)


def _pack(file: HallFile) -> str | None:
    return file.content.folder if file.content else None


def _limits(file: HallFile) -> Limits:
    return Limits(file.guide_slips.a_day, file.guide_slips.apart_s)


def _cameras(file: HallFile) -> Mapping[int, str]:
    there = set(ids_of(file, Kind.CAMERA))
    return {part.window: part.id for part in file.device if part.id in there and part.window is not None}


def _screens(file: HallFile) -> Mapping[str, tuple[str, ...]]:
    there = set(ids_of(file, Kind.DISPLAY))
    return {part.id: manifest_of(part.driver).capabilities for part in file.device if part.id in there}
