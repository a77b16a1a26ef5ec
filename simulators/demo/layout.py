"""Which port and which folder each part of the demo has."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BROKER: Final = 1
_FIRST_HALL: Final = 101
_FIRST_SIMULATOR: Final = 201
# The first two halls have files of their own; the others are made from these, so that twenty look like a city.
_PLACES: Final = (
    ("east", "东区", "East"), ("west", "西区", "West"), ("south", "南区", "South"), ("north", "北区", "North"),
    ("centre", "中区", "Centre"), ("riverside", "江边", "Riverside"), ("oldtown", "老城", "Old Town"),
    ("newtown", "新城", "New Town"), ("harbour", "港区", "Harbour"), ("hill", "山区", "Hill"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HallPlace:
    """One hall of the demo."""

    id: str
    template: str
    name_zh: str
    name_en: str
    port: int
    simulator_port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def asked_file(self) -> Path:
        """What the simulator reads."""
        return self.folder / "hall.toml"

    @property
    def edge_file(self) -> Path:
        """What the simulator writes and the controller reads."""
        return self.folder / "edge.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def journal(self) -> Path:
        return self.data / "journal.db"

    @property
    def line(self) -> Path:
        """Key and certificate of its line to the broker, once it is enrolled."""
        return self.data / "line"


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole demo on this machine."""

    data: Path
    port_base: int
    halls: tuple[HallPlace, ...]

    @property
    def central_url(self) -> str:
        return f"http://127.0.0.1:{self.port_base}"

    @property
    def broker_port(self) -> int:
        return self.port_base + _BROKER

    @property
    def broker_url(self) -> str:
        return f"mqtts://127.0.0.1:{self.broker_port}"

    @property
    def central_data(self) -> Path:
        return self.data / "central"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.central_data / 'central.db'}"

    @property
    def logs(self) -> Path:
        return self.data / "log"

    def ports(self) -> list[int]:
        """Every port that must be free before anything starts."""
        pairs = ((hall.port, hall.simulator_port) for hall in self.halls)
        return [self.port_base, self.broker_port, *itertools.chain.from_iterable(pairs)]


def lay_out(data: Path, halls: int, port_base: int) -> Layout:
    """Ports by the contract's arithmetic: N, N+1, N+101…, N+201…"""
    return Layout(data, port_base, tuple(itertools.islice(_places(data, port_base), halls)))


def _places(data: Path, port_base: int) -> Iterator[HallPlace]:
    for index in itertools.count():
        round_, place = divmod(index, len(_PLACES))
        word, zh, en = _PLACES[place]
        more = "" if round_ == 0 else f"-{round_ + 1}"
        hall_id = f"demo-{word}{more}"
        yield HallPlace(
            id=hall_id,
            template="demo-east.toml" if index % 2 == 0 else "demo-west.toml",
            name_zh=f"{zh}{more}公共法律服务中心",
            name_en=f"{en}{more} District Public Legal Service Centre",
            port=port_base + _FIRST_HALL + index,
            simulator_port=port_base + _FIRST_SIMULATOR + index,
            folder=data / "halls" / hall_id,
        )
