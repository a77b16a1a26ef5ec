"""``hall audit verify``: whether the audit's chain holds, and its newest hash to write down elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from central.audit import store
from central.audit.chain import follow
from central.database import Database
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import LANGUAGES, say

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
    opened = Database(database)
    try:
        with opened.read() as connection:
            standing = follow(store.lines(connection))
            known = newest is None or store.has_hash(connection, newest)
    finally:
        opened.close()
    if as_json:
        broken = standing.broken_at
        tell_json({"lines": standing.lines, "newest": standing.newest, "broken_at": broken, "noted_hash_found": known})
    if standing.broken_at is not None:
        raise Stop(Exit.FAILED, "central.audit.BROKEN", line=standing.broken_at)
    if not known:
        raise Stop(Exit.FAILED, "central.audit.CUT_OFF", hash=newest)
    if not as_json:
        tell(*(say("central.audit.HOLDS", one, lines=standing.lines, hash=standing.newest) for one in LANGUAGES))
