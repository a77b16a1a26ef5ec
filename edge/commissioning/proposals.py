"""What the search on free ports found, as devices that `hall config init` may write down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from edge.commissioning.probing import Prober
from edge.commissioning.serial_ports import serial_ports
from edge.driver_registry import installed, manifest_of
from hall_config.logs import quiet_logs
from hall_config.prober import Proposal


def proposals(folder: Path) -> Sequence[Proposal]:
    """Look at every free port below ``folder``; takes up to a minute."""
    with quiet_logs():
        return [
            _proposal(answer.driver, found.port.stable, answer.baud, answer.address, answer.words)
            for found in Prober(installed()).look(serial_ports(folder.absolute()))
            for answer in found.answers
        ]


def _proposal(driver: str, port: str, baud: int, address: int | None, words: str) -> Proposal:
    manifest = manifest_of(driver)
    return Proposal(
        driver=driver,
        kind=manifest.kind.value,
        port=port,
        baud=None if baud == manifest.default_baud else baud,
        address=address,
        words=words,
        needs_window=manifest.needs_window,
        options=tuple((option.key, option.default) for option in manifest.options),
    )
