"""``hall audit verify``: whether the audit's chain holds, and its newest hash to write down elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import RowMapping

from central.audit import store
from central.audit.cutting import anchors, stands
from central.database import Database, must_exist
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import LANGUAGES, rfc3339, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)
audit = typer.Typer(help="审计记录 / The audit", add_completion=False, rich_markup_mode=None)
app.add_typer(audit, name="audit")


@audit.callback()
def _audit() -> None:
    """审计记录 / The audit"""


@audit.command()
def verify(
    database: Annotated[str, typer.Option("--database", metavar="URL", help="中心数据库的地址 / central's database")],
    newest: Annotated[
        str | None,
        typer.Option(
            metavar="HASH", help="以前抄下的最新摘要，须仍在链中 / a newest hash noted earlier that must still be there"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> None:
    """逐行核对审计记录是否被改动 / Check line by line whether the audit was meddled with"""
    must_exist(database)
    opened = Database(database)
    try:
        with opened.read() as connection:
            standing, cuts = stands(connection), anchors(connection)
            known = newest is None or store.has_hash(connection, newest)
    finally:
        opened.close()
    if as_json:
        broken = standing.broken_at
        found = {"lines": standing.lines, "newest": standing.newest, "broken_at": broken, "noted_hash_found": known}
        tell_json({**found, "cuts": [_told(one) for one in cuts]})
    if standing.broken_at is not None:
        raise Stop(Exit.FAILED, "central.audit.BROKEN", line=standing.broken_at)
    if not known:
        raise Stop(Exit.FAILED, "central.audit.CUT_OFF", hash=newest)
    if not as_json:
        for one in cuts:
            tell(*(say("central.audit.WAS_CUT", language, **_told(one)) for language in LANGUAGES))
        tell(*(say("central.audit.HOLDS", one, lines=standing.lines, hash=standing.newest) for one in LANGUAGES))


def _told(cut: RowMapping) -> dict[str, Any]:
    """What was cut off at the old end: which lines, of which time, when and by which rule."""
    times = {name: rfc3339(cut[f"{name}_ms"]) for name in ("from", "until", "cut")}
    return {**{name: cut[name] for name in ("first", "upto", "lines", "hash", "days", "line")}, **times}
