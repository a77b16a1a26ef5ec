"""Reading what an analysis is made of: live months are counted anew before, outside of the transaction that reads."""

from __future__ import annotations

from central.accounts.person import Person
from central.clock import now_ms
from central.failures import WrongField
from central.parts import Parts
from central.report.counting import bring_up
from central.report.doors import place
from central.report.periods import is_name, shifted
from central.report.reading import LIVE
from central.report.stages import State
from central.report.store import forms_of_unit
from central.report.whole import period_named
from central.report_analysis.analysis import analysis
from central.report_analysis.model import Analysis
from central.report_analysis.spans import run_names


def read_analysis(parts: Parts, unit: str, first: str | None, last: str, person: Person) -> Analysis:
    """Of the months from ``first`` to ``last``; raises `WrongField` where these are none of 1 to 12 months.

    The months of the report and those it is compared with first are counted anew where their forms are not drawn up;
    older ones stand as they were counted last.
    """
    now = now_ms()
    first = first or last
    try:
        names = run_names(first, last)
    except ValueError:
        raise WrongField("ANALYSIS_SPAN", "from") from None
    with parts.database.read() as connection:
        row, _ = place(connection, unit, last, person)
        wanted = [*(shifted(name, -len(names)) for name in names), *names]
        forms = forms_of_unit(connection, row["id"], wanted)
        live = [
            period_named(connection, name)
            for name in wanted
            if is_name(name) and (name not in forms or State(forms[name]["state"]) in LIVE)
        ]
    for of in live:
        bring_up(parts.database, row["path"], of, now)
    with parts.database.read() as connection:
        row, _ = place(connection, unit, last, person)
        return analysis(connection, row, first, last, person.path, now)
