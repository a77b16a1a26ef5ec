"""What the controller tells of its own disk, and of its printer's paper."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from drivers.kinds.printer import PaperLow
from drivers.lifecycle import State
from drivers.unit import Moved
from edge.devices import Devices
from edge.disk_watch import DiskWatch, counters
from hall_config.load import check_hall_text


def disk(folder: Path, life_time: str | None, *, partition: bool = True) -> Path:
    """A /sys in which the disk of ``folder`` says this of its life."""
    device = folder.stat().st_dev
    whole = folder / "sys" / "devices" / "mmcblk0"
    place = whole / "mmcblk0p2" if partition else whole
    place.mkdir(parents=True)
    (whole / "device").mkdir()
    if life_time is not None:
        (whole / "device" / "life_time").write_text(life_time)
    names = folder / "sys" / "dev" / "block"
    names.mkdir(parents=True)
    (names / f"{os.major(device)}:{os.minor(device)}").symlink_to(place)
    return folder / "sys"


@pytest.mark.parametrize(
    ("life_time", "worn"),
    [("0x01 0x03\n", 30), ("0x0b 0x01\n", 110), ("0x00 0x00\n", None), ("0x00 0x02", 20), ("rubbish", None), ("", None),
     ("0xff 0x01", 10), (None, None)],
)  # fmt: skip
@pytest.mark.parametrize("partition", [True, False])
def test_wear_is_told_as_the_disk_tells_it(
    tmp_path: Path, life_time: str | None, worn: int | None, partition: bool
) -> None:
    found = counters(tmp_path, disk(tmp_path, life_time, partition=partition))
    assert found.get("disk_worn") == worn
    assert 0 < found["disk_used"] <= 100


def test_a_folder_that_is_gone_tells_nothing(tmp_path: Path) -> None:
    assert counters(tmp_path / "gone") == {}


def test_only_a_change_is_told(tmp_path: Path) -> None:
    told: list[Mapping[str, int]] = []
    watch = DiskWatch(tmp_path, told.append)
    watch.look()
    watch.look()
    assert len(told) == 1


def test_low_paper_is_among_a_printers_counters_until_it_is_filled() -> None:
    text = (Path(__file__).parent.parent.parent / "hall_config" / "example.toml").read_text(encoding="utf-8")
    file = check_hall_text(text)
    printer = next(one.id for one in file.device if "printer" in one.driver)
    devices = Devices(file, lambda report: None, lambda: 1)
    devices.moved(Moved(printer, State.READY, "", {"orders": 3}))
    low = devices.moved(PaperLow(printer, low=True))
    assert low is not None
    assert (low.state, low.counters) == ("ready", {"orders": 3, "paper_low": 1})
    still = devices.moved(Moved(printer, State.DEGRADED, "cover_open", {"orders": 4}))
    assert still is not None
    assert still.counters == {"paper_low": 1, "orders": 4}
    filled = devices.moved(PaperLow(printer, low=False))
    assert filled is not None
    assert filled.counters["paper_low"] == 0
    assert devices.moved(PaperLow("no-such-printer", low=True)) is None
