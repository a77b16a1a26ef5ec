"""``hall report recount`` and ``hall report figures``: a form computed again and compared, and a form as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy import Connection, RowMapping

from central.clock import now_ms
from central.database import Database, must_exist
from central.report import store
from central.report.counting import bring_up
from central.report.form import form
from central.report.formula import Figure
from central.report.periods import is_name
from central.report.reading import LIVE, sheet
from central.report.sheet import Sheet
from central.report.stages import State
from central.report.told import NONE, shown
from central.report.whole import period_named
from central.report_recount.differences import Difference, Place, Recount
from central.report_recount.journals import Notes
from central.report_recount.work import Again
from central.units import store as units
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import LANGUAGES, Language, rfc3339, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)
report = typer.Typer(help="统计月报表 / The monthly report", add_completion=False, rich_markup_mode=None)
app.add_typer(report, name="report")
UnitOption = Annotated[str, typer.Option("--unit", metavar="ID", help="单位代码 / the unit's id")]
PeriodOption = Annotated[str, typer.Option("--period", metavar="MONTH", help="报告期，如 2026-11 / like 2026-11")]
VersionOption = Annotated[
    int | None, typer.Option(min=0, help="第几版，0 为当前数据 / which version; 0: as it stands now")
]
DatabaseOption = Annotated[str, typer.Option("--database", metavar="URL", help="中心数据库的地址 / central's database")]
_T = TypeVar("_T")
JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")]


@report.callback()
def _report() -> None:
    """统计月报表 / The monthly report"""


@report.command()
def recount(
    unit: UnitOption, period: PeriodOption, database: DatabaseOption, version: VersionOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """从原始事件和记录重新计算，与报表比对 / Compute a form again from raw events and records and compare"""

    def look(connection: Connection, row: RowMapping, number: int, now: int) -> Recount | None:
        again = Again(connection, period, now)
        return again.version(row, number) if number else again.live(row)

    told, _ = _looked_at(database, unit, period, version, look)
    if as_json:
        tell_json(_told(told))
    else:
        tell(*_lines(told))
    if told.sure:
        raise Stop(Exit.DIFFERS, "central.report_recount.DIFFERS", count=len(told.sure))


@report.command()
def figures(
    unit: UnitOption, period: PeriodOption, database: DatabaseOption, version: VersionOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """列出报表的各项指标 / The figures of a form"""

    def look(connection: Connection, row: RowMapping, number: int, now: int) -> Sheet | None:
        return sheet(connection, row, period_named(connection, period), row["path"], now, number)

    found, number = _looked_at(database, unit, period, version, look)
    told = {code: _figure(code, figure) for code, figure in found.figures.items()}
    if as_json:
        tell_json({"unit": unit, "period": period, "version": number, "figures": told})
        return
    for field in form().fields.values():
        tell(f"{field.code:<5} {told[field.code]:>14}  {field.zh} / {field.en}")


def _looked_at(
    url: str, unit: str, period: str, version: int | None, look: Callable[[Connection, RowMapping, int, int], _T | None]
) -> tuple[_T, int]:
    """What ``look`` finds of the unit in that version, now, and which version it is."""
    must_exist(url)
    database, now = Database(url), now_ms()
    try:
        row, number = _wanted(database, unit, period, version, now)
        with database.read() as connection:
            found = look(connection, row, number, now)
    finally:
        database.close()
    if found is None:
        raise Stop(Exit.FAILED, "central.report_recount.NO_VERSION", unit=unit, period=period, number=number)
    return found, number


def _wanted(database: Database, unit: str, period: str, version: int | None, now: int) -> tuple[RowMapping, int]:
    """The unit, and the version that is meant, 0 for the figures of now; those are counted first."""
    with database.read() as connection:
        row = units.unit(connection, unit)
        if row is None:
            raise Stop(Exit.FAILED, "central.report_recount.NO_UNIT", unit=unit)
        if not is_name(period):
            raise Stop(Exit.WRONG_USE, "central.report_recount.NO_PERIOD", period=period)
        of, number = period_named(connection, period), _number(connection, unit, period, version)
    if not number:
        bring_up(database, row["path"], of, now)
    return row, number


def _number(connection: Connection, unit: str, period: str, version: int | None) -> int:
    if version is not None:
        return version
    row = store.form_of(connection, unit, period)
    return 0 if row is None or State(row["state"]) in LIVE else int(row["version"])


# --- what is told -------------------------------------------------------------------------------------------


def _figure(code: str, figure: Figure) -> str:
    field = form().fields.get(code)
    return shown(field, figure) if field is not None else str(figure)


def _told(told: Recount) -> dict[str, Any]:
    return {
        "unit": told.unit, "period": told.period, "version": told.version, "as_of": rfc3339(told.cut_ms),
        "units": told.units, "same": not told.differences,
        "figures": {code: _figure(code, figure) for code, figure in told.figures.items()},
        "differences": [
            {
                "unit": one.unit, "place": one.place.value, "code": one.code or None,
                "form": _figure(one.code, one.form), "recount": _figure(one.code, one.recount),
                "rows": list(one.rows), "doubt": one.doubt or None,
            }
            for one in told.differences
        ],
        "notes": [
            {
                "unit": unit, "hall": notes.hall, "unjudged": notes.unjudged, "held_up": notes.held_up,
                "set_aside": notes.set_aside,
            }
            for unit, notes in told.notes
        ],
    }  # fmt: skip


def _lines(told: Recount) -> Iterator[str]:
    for language in LANGUAGES:
        for unit, notes in told.notes:
            yield from _of_notes(unit, notes, language)
        for one in told.differences:
            yield from _of_difference(one, language)
        if not told.differences:
            number = "VERSION" if told.version else "LIVE"
            version = say(f"central.report_recount.{number}", language, number=told.version)
            yield say("central.report_recount.SAME", language, unit=told.unit, period=told.period, version=version,
                      units=told.units)  # fmt: skip


def _of_notes(unit: str, notes: Notes, language: Language) -> Iterator[str]:
    said = {"unit": unit, "hall": notes.hall}
    if notes.unjudged is not None:
        first, last = notes.unjudged
        yield say("central.report_recount.DELETED", language, **said, first=first, last=last)
    if notes.held_up:
        yield say("central.report_recount.HELD_UP", language, **said, count=notes.held_up)
    if notes.set_aside:
        ids = ", ".join(notes.set_aside)
        yield say("central.report_recount.SET_ASIDE", language, **said, count=len(notes.set_aside), ids=ids)


def _of_difference(one: Difference, language: Language) -> Iterator[str]:
    said = {"unit": one.unit, "place": say(f"central.report_recount_place.{one.place.value}", language)}
    if one.place is Place.CHAIN:
        yield say("central.report_recount.CHAIN", language, **said, rows=", ".join(one.rows))
        return
    field = form().fields.get(one.code)
    name = (field.zh if language == "zh" else field.en) if field is not None else NONE
    figures = {"form": _figure(one.code, one.form), "recount": _figure(one.code, one.recount)}
    doubt = say(f"central.report_doubt.{one.doubt}", language) if one.doubt else ""
    yield say("central.report_recount.CELL", language, **said, code=one.code, name=name, **figures, doubt=doubt)
    if one.rows:
        yield say("central.report_recount.ROWS", language, rows=", ".join(one.rows))
