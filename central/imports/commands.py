"""``hall import KIND FILE``: the same import as on central's page, from the command line."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from central.accounts.desk import AccountDesk
from central.audit import store as audit
from central.clock import now_ms
from central.database import Database
from central.failures import ApiError
from central.imports import telling
from central.imports.kinds import KINDS, LAWYERS
from central.imports.register import Register
from central.imports.sheets import MOST_BYTES, Unreadable
from central.imports.work import Bench, Outcome, bring_in, digest_of
from central.keeping.master_key import open_vault
from central.units.rules import ROOT
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import LANGUAGES, Language, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)
KindName = StrEnum("KindName", {name: name for name in KINDS})  # type: ignore[misc]
DATA: Final = Path("/var/lib/legal-hall")
_ACTOR: Final = "hall import"


@app.command(name="import")
def take_in(
    kind: Annotated[KindName, typer.Argument(help="名单种类 / the kind of list")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV 或 xlsx 文件 / a CSV or xlsx file")],
    database: Annotated[str, typer.Option("--database", metavar="URL", help="中心数据库的地址 / central's database")],
    data: Annotated[Path, typer.Option(metavar="DIR", help="中心的数据文件夹 / central's data folder")] = DATA,
    master_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="中心的主密钥文件，导入律师时需要 / central's master key, for a list of lawyers"
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试运行，不更改 / tell what it would do")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> None:
    """批量导入单位、账号、窗口、律师，热线和网站数据 / Bring in lists, and figures of hotline and website"""
    content = _content(file)
    try:
        result = _bring_in(database, (data, master_key), kind.value, content, write=not dry_run)
    except (Unreadable, ApiError) as problem:
        raise Stop(Exit.FAILED, f"central.error.{problem.code}") from None
    applied = not dry_run and not result.faults
    told = telling.outcome(KINDS[kind.value], result, applied=applied)
    codes = [{"name": name, "code": code} for name, code in result.codes]
    if as_json:
        tell_json({**told, "codes": codes or None})
    else:
        tell(*(_summary(told, one) for one in LANGUAGES), *_lines(told))
        tell(*(say("central.imports.USER_LINE", "zh", **one) for one in codes))
    if result.faults:
        raise Stop(Exit.FAILED, "central.imports.FAULTY", file=file, faults=told["faults_total"])


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.imports.FILE", file=file, reason=problem.strerror) from None


def _bring_in(url: str, keys: tuple[Path, Path | None], kind: str, content: bytes, *, write: bool) -> Outcome:
    database, now = Database(url), now_ms()
    try:
        data, master_key = keys
        vault = open_vault(database, master_key, data, now) if kind == LAWYERS.name else None
        with database.write() if write else database.read() as connection:
            desk, register = AccountDesk(database), Register(vault, connection, now) if vault is not None else None
            bench = Bench(connection, f"{ROOT}/", desk, register, now, _ACTOR)
            result = bring_in(bench, KINDS[kind], content, write=write)
            if write and not result.faults:
                counts = {"added": result.added, "changed": result.changed, "same": result.same}
                detail = {**counts, "file": digest_of(content)}
                audit.note(
                    connection, at_ms=now, actor=_ACTOR, path=f"{ROOT}/", act=f"import.{kind}", object=kind,
                    source="command line", detail=detail,
                )  # fmt: skip
        return result
    finally:
        database.close()


def _summary(told: dict[str, Any], language: Language) -> str:
    counts = {name: told[name] for name in ("written_as", "rows", "added", "changed", "same")}
    if told["applied"]:
        return say("central.imports.APPLIED", language, **counts)
    return say("central.imports.DRY", language, **counts, faults=told["faults_total"])


def _lines(told: dict[str, Any]) -> list[str]:
    lines = []
    for one in told["faults"]:
        for language in LANGUAGES:
            end = "_zh" if language == "zh" else ""
            facts = {"row": one["row"], "column": one[f"column{end}"] or "", "message": one[f"message{end}"]}
            lines.append(say("central.imports.FAULT", language, **facts))
    return lines
