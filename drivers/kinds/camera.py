"""A document camera: one still picture when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.driver import Order, Report


@dataclass(frozen=True, slots=True)
class TakePicture(Order):
    """Take one picture. ``job`` comes back in the report."""

    job: str


@dataclass(frozen=True, slots=True)
class PictureTaken(Report):
    """A JPEG that was checked and encoded anew: no byte of the camera's own file is in it. Papers stand on it: it is
    handed over, never logged and never kept."""

    job: str
    jpeg: bytes = field(repr=False)
    width: int = 0
    height: int = 0
