"""A district with six streets and thirteen months of generated work, for the analysis report."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Final

from sqlalchemy import insert

from central import schema
from central.clock import now_ms
from central.database import Database
from central.live import store as live
from central.report import store as report
from central.report.figures import text_of
from central.report.form import form
from central.report.periods import period, shifted
from central.report.stages import State
from central.report_counts.store import add_tallies
from central.units import store as units
from central.units.rules import ROOT
from hall.moment import local_ms

DISTRICT: Final = "pudong"
NAMES: Final = ("潍坊新村", "陆家嘴", "周家渡", "塘桥", "上钢新村", "洋泾")
STREETS: Final = tuple(f"street-{number}" for number in range(1, 7))
_FIELDS: Final = dict(zip([f"B{n}" for n in range(11, 23)], (14, 6, 22, 8, 4, 16, 12, 2, 5, 3, 4, 4), strict=True))
_BEGUN_MS: Final = local_ms("2024-01-01", 0)


def add_units(database: Database, names: tuple[str, ...] = NAMES) -> None:
    """The district and its streets, each with a hall."""
    with database.write() as connection:
        facts = {"made_ms": _BEGUN_MS}
        units.add_unit(
            connection, id=DISTRICT, parent=ROOT, level="district", path=f"{ROOT}/{DISTRICT}/", name_zh="测试新区",
            name_en="Test New District", **facts,
        )  # fmt: skip
        for street, name in zip(STREETS, names, strict=True):
            units.add_unit(
                connection, id=street, parent=DISTRICT, level="street", path=f"{ROOT}/{DISTRICT}/{street}/",
                name_zh=f"{name}街道", name_en=f"{street.title().replace('-', ' ')}", **facts,
            )  # fmt: skip
        for unit in (DISTRICT, *STREETS):
            live.know(connection, f"hall-{unit}", now_ms())
            units.put_hall(connection, f"hall-{unit}", unit)
            stream = {"hall": f"hall-{unit}", "epoch": "e", "conflicted": False, "first_ms": now_ms(), "applied": 1}
            connection.execute(insert(schema.stream).values(**stream))


def worked(database: Database, last: str, months: int = 25) -> None:
    """So many months up to the last; the same for the same name of a month."""
    with database.write() as connection:
        for back in range(months):
            name = shifted(last, -back)
            day = period(name).first.isoformat()
            for place, unit in enumerate((DISTRICT, *STREETS)):
                cells = _month(Random(f"{back} {unit}"), 3 if unit == DISTRICT else 1, place, back)
                add_tallies(connection, [(f"hall-{unit}", day, code, n) for code, n in cells.items() if n])


def _month(chance: Random, size: int, place: int, back: int) -> dict[str, int]:
    scale = size * (100 - back) / 100
    cells = {code: round(weight * scale * chance.uniform(0.8, 1.3) * 1.5) for code, weight in _FIELDS.items()}
    if place in (1, 4) and back == 0:
        cells["B13"] += 40
    advice = sum(cells.values())
    done = advice + chance.randint(20, 60)
    cells |= {"B02": advice, "B31": round(advice * 0.7), "B33": round(advice * 0.2)}
    cells["B35"] = advice - cells["B31"] - cells["B33"]
    cells |= {"B41": chance.randint(5, 30), "B42": chance.randint(9, 60), "B43": advice // 2, "B44": place % 3,
              "B45": chance.randint(0, 3), "B46": chance.randint(0, 4)}  # fmt: skip
    cells |= {"A11": done, "A02": done, "A30": done, "A12": chance.randint(3, 15), "A13": chance.randint(1, 9),
              "A14": chance.randint(0, 6)}  # fmt: skip
    cells["A10"] = sum(cells[code] for code in ("A11", "A12", "A13", "A14"))
    wait = 24 if place == 5 else chance.randint(6, 9)
    cells |= {"A21S": done * wait * 60, "A22S": done * chance.randint(11, 16) * 60, "A23": done * wait // 300}
    rated = done * 3 // 5
    bad = chance.randint(0, 3)
    cells |= {"P03": rated * 3 // 4, "P05": rated // 40, "P06": bad, "P07": bad // 2, "P12": bad}
    settled = chance.randint(4, 12)
    cells |= {"C02": settled + 2, "C05": settled, "C10": 2, "C15": settled, "D02": settled, "D03": settled,
              "D06": settled, "D21": settled}  # fmt: skip
    cells |= {"P02": rated, "P04": rated - cells["P03"] - cells["P05"] - cells["P06"] - cells["P07"], "P13": bad // 2}
    return cells


def locked(database: Database, unit: str, name: str, **counts: int) -> None:
    """A unit's form of that month, accepted with these figures."""
    total = {code: Fraction(count) for code, count in counts.items()}
    with database.write() as connection:
        report.begin(connection, unit, name, now_ms())
        report.change(connection, unit, name, 0, {"state": State.ACCEPTED.value, "version": 1})
        report.keep_version(
            connection, unit=unit, period=name, version=1, counted=text_of(total), own=text_of(total),
            total=text_of(total), figures=text_of(form().completed(total, {})), parts="{}", why="CHECK",
            made_by="somebody", made_ms=now_ms(),
        )  # fmt: skip
