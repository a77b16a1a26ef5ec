"""Which drivers there are: entry points of the group ``legal_hall.drivers``, each a `drivers.driver.Manifest`.

A plug-in that cannot be loaded, or was written for another version of `drivers.driver`, is one failed device with its
reason and nothing more: the others of the hall work on.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import structlog

from drivers.driver import API_VERSION, Driver, Manifest, Tell
from drivers.kind import Kind
from drivers.strangers import MISTAKES, wrong_field, wrong_part
from hall_config.driver_book import DRIVERS
from hall_config.models import DevicePart

log = structlog.get_logger()


class BrokenDriver(Exception):
    """A driver that is named and cannot be used; the words say why and what to do."""


@cache
def _points() -> Mapping[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=DRIVERS)}


@cache
def manifest_of(name: str) -> Manifest:
    """The manifest of a driver's name; raises `BrokenDriver`."""
    point = _points().get(name)
    if point is None:
        raise BrokenDriver(f"no driver {name} is installed; pip install the package that brings it")
    try:
        with contextlib.redirect_stdout(sys.stderr):  # an answer as data on stdout stays whole
            found = point.load()
    except MISTAKES as problem:
        log.exception("driver.not_loaded", driver=name, module=point.value)
        raise BrokenDriver(f"{point.value} cannot be loaded: {type(problem).__name__}: {problem}") from problem
    if not isinstance(found, Manifest):
        raise BrokenDriver(f"{point.value} is no Manifest")
    if found.api != API_VERSION:
        raise BrokenDriver(f"{point.value} was written for driver interface {found.api}, this is {API_VERSION}")
    if found.name != name:
        raise BrokenDriver(f"{point.value} calls itself {found.name}, not {name}")
    if wrong := wrong_field(found):
        raise BrokenDriver(f"{point.value} is no Manifest that holds: {wrong}")
    return found


def build_driver(device: DevicePart, tell: Tell, *, baud: int | None = None) -> Driver[Any]:
    """The driver of one device; ValueError names a wrong option, all else that goes wrong is `BrokenDriver`."""
    manifest = manifest_of(device.driver)
    if baud is None:
        baud = device.baud or manifest.default_baud
    options = dict(device.options)
    if device.port is not None and device.port.startswith("gpio:"):
        options["pin"] = device.port
    try:
        driver = manifest.build(device.id, tell, address=device.address, baud=baud, options=options)
    except ValueError:
        raise
    except MISTAKES as problem:
        log.exception("driver.not_built", device=device.id, driver=device.driver)
        raise BrokenDriver(f"{device.driver} cannot be built: {type(problem).__name__}: {problem}") from problem
    if wrong := wrong_part(driver, device.id):
        raise BrokenDriver(f"{device.driver} cannot be used: {wrong}")
    return driver


def installed() -> tuple[Manifest, ...]:
    """Every driver that can be loaded, by name."""
    found = []
    for name in sorted(_points()):
        try:
            found.append(manifest_of(name))
        except BrokenDriver as problem:
            log.warning("driver.broken", driver=name, reason=str(problem))
    return tuple(found)


def kind_of(device: DevicePart) -> Kind | None:
    """What a device is; None where its driver cannot be used."""
    try:
        return manifest_of(device.driver).kind
    except BrokenDriver:
        return None


def has_kind(drivers: Iterable[str], kind: Kind) -> bool:
    """Whether one of these drivers is for a device of that kind; a broken one is for none."""
    for driver in drivers:
        try:
            if manifest_of(driver).kind is kind:
                return True
        except BrokenDriver:
            continue
    return False
