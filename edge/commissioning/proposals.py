"""What was found on this machine, as devices that `hall config init` may write down: on free serial ports, in Linux'
lists of sound cards, cameras and screens, and at addresses that a person gave."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from drivers.document_camera.v4l2 import Ioctl
from drivers.kind import Kind
from edge.commissioning.machine_parts import MachinePart, Sort, machine_parts
from edge.commissioning.probing import Answer, PortFound, Prober
from edge.commissioning.search_words import SearchWords
from edge.commissioning.serial_ports import serial_ports
from edge.driver_registry import BrokenDriver, installed, manifest_of
from hall_config.logs import quiet_logs
from hall_config.prober import Proposal, Search

_DRIVERS: Final[dict[Sort, str]] = {"sound": "speaker", "camera": "v4l2-camera", "screen": "hdmi-display"}
_PROJECTOR: Final = "pjlink-display"
_OF_A_SCREEN: Final = "HDMI"  # a card that plays on a screen is seldom the hall's speaker


def proposals(search: Search) -> Sequence[Proposal]:
    """Look at everything; a silent port takes about half a minute, several at a time."""
    with quiet_logs():
        found = [*_on_ports(search)] if search.ports is not None else []
        found += of_machine(search.machine) if search.machine is not None else []
        return [*found, *(_proposal(_PROJECTOR, address) for address in search.screens)]


def _on_ports(search: Search) -> Iterator[Proposal]:
    assert search.ports is not None
    ports = serial_ports(search.ports.absolute())
    words = SearchWords(len(ports))
    words.begin()

    def press_now(seconds: float) -> None:
        words.press_now(seconds)
        search.press_now()

    prober = Prober(
        installed(),
        how_long=search.how_long,
        tell=words.ask,
        press_now=press_now,
        heard=words.heard,
        enough=search.enough,
        ended=words.ended,
    )
    for found in prober.look(ports):
        for answer in found.answers:
            yield _answered(found, answer, answer.driver, tuple(_installed_of(answer.may_be)))


def _installed_of(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        try:
            manifest_of(name)
        except BrokenDriver:
            continue
        yield name


def _answered(found: PortFound, answer: Answer, driver: str, others: tuple[str, ...] = ()) -> Proposal:
    """Where several devices answered on one port the speed is always told: a line's own default is not theirs."""
    tells = len(found.answers) > 1 or answer.baud != manifest_of(driver).default_baud
    return _proposal(
        driver,
        found.port.stable,
        baud=answer.baud if tells else None,
        address=answer.address,
        words=answer.words,
        may_be=tuple(_answered(found, answer, other) for other in others),
    )


def of_machine(root: Path, ioctl: Ioctl = fcntl.ioctl) -> list[Proposal]:
    """Sound cards that play (those of screens last), cameras that take pictures, sockets with a screen."""
    parts = [part for part in machine_parts(root, ioctl) if part.fit and part.sort in _DRIVERS]
    parts.sort(key=lambda part: (list(_DRIVERS).index(part.sort), _on_a_screen(part)))
    return [_proposal(_DRIVERS[part.sort], part.port, words=part.name, sure=not _on_a_screen(part)) for part in parts]


def _on_a_screen(part: MachinePart) -> bool:
    return part.sort == "sound" and _OF_A_SCREEN in f"{part.port} {part.name}".upper()


def _proposal(
    driver: str,
    port: str,
    *,
    baud: int | None = None,
    address: int | None = None,
    words: str = "",
    may_be: tuple[Proposal, ...] = (),
    sure: bool = True,
) -> Proposal:
    manifest = manifest_of(driver)
    return Proposal(
        driver=driver,
        kind=manifest.kind.value,
        port=port,
        baud=baud,
        address=address,
        words=words,
        needs_window=manifest.needs_window or manifest.kind is Kind.CAMERA,  # its pictures go to a window's page
        options=tuple((option.key, option.default) for option in manifest.options),
        may_be=may_be,
        sure=sure,
        only_one=manifest.one_of_a_kind,
    )
