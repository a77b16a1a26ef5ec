"""What the installed drivers say about a hall file, before anything is opened (`hall_config.driver_book`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from drivers.driver import Report
from edge.driver_registry import BrokenDriver, build_driver, manifest_of
from hall_config.driver_book import CannotBuild, DriverFacts
from hall_config.load import read_hall_file
from hall_config.models import DevicePart, HallFile
from hall_config.problems import HallFileError


class InstalledBook:
    """The `DriverBook` of this machine."""

    def facts(self, driver: str) -> DriverFacts | None:
        try:
            found = manifest_of(driver)
        except BrokenDriver:
            return None
        return DriverFacts(
            found.name,
            found.kind.value,
            found.ports,
            found.addresses,
            found.needs_window,
            found.one_of_a_kind,
            found.channel,
            found.address_space,
        )

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
