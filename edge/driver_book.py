"""What the installed drivers say about a hall file, before anything is opened (`hall_config.driver_book`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from drivers.driver import Manifest, Report
from drivers.kind import Kind
from edge.driver_registry import BrokenDriver, build_driver, manifest_of
from hall_config.driver_book import CannotBuild, DriverFacts
from hall_config.load import read_hall_file
from hall_config.models import DevicePart, HallFile
from hall_config.problems import HallFileError

_BOARDS: Final = (Kind.RELAYS, Kind.INPUTS)
_USUAL: Final = 8  # relays or inputs of a board whose driver does not say


class InstalledBook:
    """The `DriverBook` of this machine."""

    def facts(self, driver: str) -> DriverFacts | None:
        try:
            return facts_of(manifest_of(driver))
        except BrokenDriver:
            return None

    def option_problems(self, device: DevicePart) -> Iterator[tuple[str | None, str]]:
        """Each wrong option with the driver's words; None instead of a key when it cannot be told which is meant."""
        if self.facts(device.driver) is None:
            return  # which is told of the driver, not of its options
        options = dict(device.options)
        while True:
            try:
                build_driver(device.model_copy(update={"options": options}), hear_nothing)
            except BrokenDriver as problem:
                raise CannotBuild(str(problem)) from problem
            except ValueError as problem:
                words = str(problem).removeprefix(f"{device.id}: ")
                key = next((key for key in options if re.search(rf"(?<!\w){re.escape(key)}(?!\w)", words)), None)
                yield key, words
                if key is None:
                    return
                del options[key]  # a driver stops at the first; look on without it
            else:
                return


def facts_of(manifest: Manifest) -> DriverFacts:
    """What a hall file must know of a driver."""
    points, option = _points(manifest)
    return DriverFacts(
        manifest.name,
        manifest.kind.value,
        manifest.ports,
        manifest.addresses,
        manifest.needs_window,
        manifest.one_of_a_kind,
        manifest.channel,
        manifest.address_space,
        points,
        option,
    )


def _points(manifest: Manifest) -> tuple[int, str | None]:
    """How many points a device has, and the option that says otherwise."""
    if isinstance(manifest.points, int):
        return manifest.points, None
    if manifest.kind not in _BOARDS:
        return 1, None
    key = manifest.points or manifest.kind.value
    option = next((option for option in manifest.options if option.key == key), None)
    if option is None:
        return _USUAL, None
    return (option.default if isinstance(option.default, int) else _USUAL), key


def points_of(device: DevicePart) -> int:
    """How many relays or inputs a device has; 0 where its driver cannot be used."""
    facts = InstalledBook().facts(device.driver)
    return 0 if facts is None else facts.points_in(device.options)


def installed_book() -> InstalledBook:
    return InstalledBook()


def read_workable(path: str | Path) -> HallFile:
    """The hall file at ``path``, checked; a plug-in that is broken is one failed device and no wrong file."""
    try:
        return read_hall_file(path, installed_book())
    except HallFileError as wrong:
        if {problem.code for problem in wrong.problems} == {"BROKEN_DRIVER"}:
            return read_hall_file(path)
        raise


def hear_nothing(_: Report) -> None:
    """A driver that is only looked at has nothing to report."""
