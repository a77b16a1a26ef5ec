"""Which loudspeaker zones a call opens, and how zones are shared out when the amplifier does not bear all at once.

One rule for the check of a hall file and for the controller, so that what was checked is what is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """One loudspeaker line. Empty ``services`` or ``windows``: those of all."""

    id: str
    device: str
    relay: int
    watts: int
    services: frozenset[str] = frozenset()
    windows: frozenset[int] = frozenset()
    quiet: bool = False  # nothing but an evacuation is heard here

    def carries(self, service: str | None, window: int | None) -> bool:
        """Whether a call of this service class to this window is heard here; None: it is of none."""
        if self.quiet:
            return False
        by_service = not self.services or service is None or service in self.services
        return by_service and (not self.windows or window is None or window in self.windows)


def zones_for(zones: Sequence[Zone], service: str | None, window: int | None) -> tuple[Zone, ...]:
    """The zones of one call. A call that no zone claims is heard in all that are not quiet: better too loud than not
    called."""
    return tuple(zone for zone in zones if zone.carries(service, window)) or tuple(
        zone for zone in zones if not zone.quiet
    )


def rounds(zones: Iterable[Zone], watts: int | None) -> tuple[tuple[Zone, ...], ...]:
    """The zones in as few groups as the amplifier's ``watts`` allow, one after another; None: it bears all.
    A zone that the amplifier does not bear even alone is in no group."""
    groups: list[list[Zone]] = []
    for zone in sorted(zones, key=lambda zone: -zone.watts):
        if watts is not None and zone.watts > watts:
            continue
        fits = (group for group in groups if watts is None or sum(one.watts for one in group) + zone.watts <= watts)
        group = next(fits, None)
        if group is None:
            groups.append([zone])
        else:
            group.append(zone)
    return tuple(tuple(group) for group in groups)
