"""Filled forms for tests: the domain's test set, and generated months that keep every rule of the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from central.report.checks import findings
from central.report.form import form
from central.report.formula import Figure
from central.report.periods import period
from central.report.sheet import Column, Line, LineKind, Note, Sheet, UnitNamed
from central.report.stages import State
from central.units.rules import Level

# The domain's test set (4.3), as far as it is counted and not computed.
TEST_SET: Mapping[str, int] = {
    "A10": 900, "A11": 812, "A12": 41, "A13": 22, "A14": 25, "A30": 812, "A50": 812,
    "C02": 40, "C03": 3, "C04": 4, "C05": 28, "C06": 2, "C10": 8, "C11": 6, "C12": 1, "C14": 9, "C15": 24, "C16": 2,
    "P01": 800, "P02": 640, "P03": 500, "P04": 110, "P05": 20, "P06": 7, "P07": 3,
    "K01": 10, "K02": 20, "K03": 3, "K04": 5,
}  # fmt: skip
MONTH, BEFORE = "2026-10", "2026-09"
SENT_MS = 1_792_800_000_000
DISTRICT = UnitNamed("pudong", Level.DISTRICT, "测试区", "Test District")
Counted = Mapping[str, Figure]


def fractions(counted: Mapping[str, int]) -> dict[str, Figure]:
    return {code: Fraction(value) for code, value in counted.items()}


def unit(number: int, level: Level = Level.STREET) -> UnitNamed:
    return UnitNamed(f"u-{number}", level, f"测试{number}街道", f"Test Street {number}")


def column(of: UnitNamed, counted: Counted, before: Counted, *, own: bool = False, missing: bool = False) -> Column:
    return Column(of, own, State.ACCEPTED, 1, missing, form().completed(counted, before))


def sheet(
    columns: Sequence[Counted],
    before: Sequence[Counted] = (),
    *,
    inside: bool = True,
    lines: tuple[Line, ...] = (),
    notes: tuple[Note, ...] = (),
    district: UnitNamed = DISTRICT,
) -> Sheet:
    """A district's form of those columns, the first its own; ``before``: the same of the month before."""
    last = [*before, *({} for _ in columns[len(before) :])]
    parts = tuple(
        column(district if not place else unit(place), counted, form().completed(last[place], {}) if before else {},
               own=not place)
        for place, counted in enumerate(columns)
    )  # fmt: skip
    whole_before = form().completed(summed(before), {}) if before else {}
    figures = form().completed(summed(columns), whole_before)
    return Sheet(
        district, f"city/{district.id}/", period(MONTH), State.SUBMITTED, 2, not summed(columns), "preparer.one",
        "reviewer.two", "signer.three", SENT_MS, False, SENT_MS - 86_400_000, figures, whole_before, parts,
        findings(form(), district.level, figures, whole_before), notes, lines, inside,
    )  # fmt: skip


def summed(columns: Sequence[Counted]) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for counted in columns:
        for code, figure in counted.items():
            found[code] = (found.get(code) or Fraction()) + (figure or Fraction())
    return found


def set_of_the_domain(*, inside: bool = True) -> Sheet:
    """The domain's test set as one district without units below."""
    return sheet([fractions(TEST_SET)], [fractions({"C10": 5})], inside=inside)


def line(code: str, by: int, *, number: int = 1, of: str = "pudong", reason: str = "漏登一件") -> Line:
    return Line(number, of, LineKind.ADJUST, code, Fraction(by), reason, "", (), "凭据.pdf", "preparer.one", SENT_MS)


def counted_month(chance: Random, size: int, opening: Counted) -> dict[str, Figure]:
    """One unit's month that keeps all rules; ``opening``: the month before, completed."""
    made = {code: chance.randint(0, size) for code, field in form().fields.items() if field.made_of is None}
    made |= {code: chance.choice((0, 1, 1, 2, 3, size)) for code, field in form().fields.items() if field.few}
    for whole, parts in _PARTS:
        made[whole] = sum(made[code] for code in parts)
    _within(made, chance)
    _cases(made, {code: int(opening.get(code) or 0) for code in ("C10", "D05")}, chance)
    return {code: Fraction(value) for code, value in made.items()}


def _run(first: str, last: str) -> tuple[str, ...]:
    codes = list(form().fields)
    return tuple(codes[codes.index(first) : codes.index(last) + 1])


_PARTS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("A11", (*_run("A30", "A41"), "A41X")), ("A10", _run("A11", "A14")), ("P02", _run("P03", "P07")),
    ("C31", _run("C311", "C318")), ("D02", _run("D21", "D30")),
)  # fmt: skip


def _within(made: dict[str, int], chance: Random) -> None:
    """Parts that are bounds and no sums, and the three ways to tell advice."""
    groups = ("A17", "A18", "A19", "A20")
    made["A10"] = max(made["A10"], sum(made[code] for code in groups))
    made["A14"] += made["A10"] - sum(made[code] for code in _run("A11", "A14"))
    made["A50"] = made["A11"] + made["A51"]
    for least, most in (("A15", "A10"), ("A23", "A11"), ("F04", "F01"), ("E11", "E10"), ("N05", "N04"), ("J04", "J02"),
                        ("J06", "J04"), ("G08S", "G08R"), ("C29", "C05")):  # fmt: skip
        made[least] = min(made[least], made[most])
    advice = sum(made[code] for code in _run("B11", "B22"))
    made |= {"B02": advice, "B03": 0, "B04": 0, "B05": 0, "B31": advice, "B32": 0, "B33": 0, "B34": 0, "B35": 0}
    most_asked = max(made[code] for code in _run("B41", "B46"))
    if most_asked > advice:
        made["B11"] += most_asked - advice
        made["B02"] = made["B31"] = most_asked
    made["C21"] = sum(made[code] for code in _run("C22", "C28")) + chance.randint(0, 9)
    made["P01"] = made["P02"] + chance.randint(0, 20)
    made["G02"] = made["A04"] + made["B03"] + chance.randint(0, 9)
    made["G01V"] = chance.randint(0, 9)
    made["G01"] = made["G02"] + made["G01V"]
    made |= {"G07": made["G08R"], "G06": made["G05"], "C33": 0, "C34": 0, "F02": made["F02"] if made["F01"] else 0}
    for code in ("P11", "P12", "P13"):
        made[code] = min(made[code], made["P06"] + made["P07"])
    for code in ("K01", "K02", "K03", "K04"):
        made[code] += 1
    made["K05H"] += made["K06"]


def _cases(made: dict[str, int], opening: Mapping[str, int], chance: Random) -> None:
    """Cases of legal aid and mediation: what was open and came in is decided or still open."""
    made["C10"] = chance.randint(0, 9)
    made["C05"] = max(made["C05"], made["C29"])
    made["C02"] = sum(made[code] for code in ("C03", "C04", "C05", "C06", "C10")) - opening["C10"]
    if made["C02"] < 0:
        made["C06"] -= made["C02"]
        made["C02"] = 0
    made |= {"C14": made["C11"], "C15": made["C05"], "C16": made["C12"], "C17": 0, "N06": 0, "C38": 0}
    made["D06"], made["D07"] = made["D02"], opening["D05"]
    made["D03"] = made["D06"] + made["D07"]
    made |= {"D04": 0, "D05": 0, "D08": 0, "D11": 0, "D12": 0}


def generated(seed: int, units: int, *, size: int = 40, inside: bool = True) -> Sheet:
    """A district with its own hall and ``units`` below it, and the month before."""
    chance = Random(seed)
    first = [counted_month(chance, size, {}) for _ in range(units + 1)]
    now = [counted_month(chance, size, form().completed(one, {})) for one in first]
    return sheet(now, first, inside=inside)


def seen_from_outside(one: Sheet) -> Sheet:
    return replace(one, inside=False)
