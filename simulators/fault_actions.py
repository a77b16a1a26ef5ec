"""The control channel's faults: their arguments, checked, and what each does to the device's line.

The other actions (``tap_card``, ``press``, ``tear``…) belong to the device and go to its own ``do``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from simulators.device import ActionRefused
from simulators.doors import FolderDoor, PtyDoor
from simulators.host import Station


class Arguments(BaseModel):
    """Unknown names are refused; a word is not taken for a number."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Plain(Arguments):
    """``whole_line``: the line's adapter with all that hangs on it, not this one device's cable."""

    whole_line: bool = False


class Replug(Plain):
    another_tty: bool = False
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,60}$")] | None = None


class GarbleArguments(Plain):
    rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1


class Slow(Plain):
    baud: Annotated[int, Field(ge=50, le=1_000_000)] = 300


def _unplug(station: Station, arguments: Plain) -> None:
    station.line.unplug(None if _whole(station, arguments) else station.tap)


def _replug(station: Station, arguments: Replug) -> None:
    if arguments.another_tty or arguments.name is not None:
        door = getattr(station.line, "door", None)
        if arguments.name is not None and not isinstance(door, PtyDoor):
            raise ActionRefused("only a pseudo-terminal can come back under another name")
        if isinstance(door, PtyDoor) and arguments.name not in (None, door.link.name):
            _free(door.link.with_name(str(arguments.name)))
        station.line.replug(None, another_tty=arguments.another_tty, name=arguments.name)
        station.line.replug(station.tap)
        return
    if _whole(station, arguments) or station.line.faults.tap.unplugged:
        station.line.replug(None)
    if not arguments.whole_line and station.tap.faults.unplugged:
        station.line.replug(station.tap)


def _free(link: Path) -> None:
    """Raises `ActionRefused` where another device's port has that name: it would be reached no more."""
    if link.is_symlink() or link.exists():
        raise ActionRefused("another device's port has that name")


def _bytes_only(station: Station) -> None:
    """Raises `ActionRefused` for a camera or a screen: what never happens must not look as if it did."""
    if isinstance(getattr(station.line, "door", None), FolderDoor):
        raise ActionRefused("it has no line of bytes; it can only be unplugged")


def _silent(station: Station, arguments: Plain) -> None:
    _bytes_only(station)
    station.line.silence(None if arguments.whole_line else station.tap)


def _garble(station: Station, arguments: GarbleArguments) -> None:
    _bytes_only(station)
    station.line.garble(None if arguments.whole_line else station.tap, arguments.rate, arguments.seed)


def _slow(station: Station, arguments: Slow) -> None:
    _bytes_only(station)
    station.line.slow(arguments.baud)


def _echo(station: Station, arguments: Plain) -> None:
    _bytes_only(station)
    station.line.echo()


def _clear(station: Station, arguments: Plain) -> None:
    whole = arguments.whole_line or station.line.alone(station.tap)
    station.line.clear_faults(None if whole else station.tap)


def _whole(station: Station, arguments: Plain) -> bool:
    return arguments.whole_line or station.line.alone(station.tap)


ArgumentsT = TypeVar("ArgumentsT", bound=Arguments)
Act = Callable[[Station, Mapping[str, Any]], None]


def _with(model: type[ArgumentsT], act: Callable[[Station, ArgumentsT], None]) -> Act:
    return lambda station, given: act(station, model.model_validate(given))


FAULTS: Final[dict[str, Act]] = {
    "unplug": _with(Plain, _unplug),
    "replug": _with(Replug, _replug),
    "silent": _with(Plain, _silent),
    "garble": _with(GarbleArguments, _garble),
    "slow": _with(Slow, _slow),
    "echo": _with(Plain, _echo),
    "clear_faults": _with(Plain, _clear),
}
