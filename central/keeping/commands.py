"""``hall backup``, ``hall restore``, ``hall purge`` and ``hall keys``: the command lines of whoever keeps the store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from central.audit.store import note
from central.clock import now_ms
from central.database import Database, must_exist
from central.keeping import backup as backups
from central.keeping import restore as restores
from central.keeping import retention, sealed_rows, store
from central.keeping.backup import Content
from central.keeping.key_file import make_key_file, read_key_file
from central.keeping.sealed_columns import CannotOpen, Vault, mark
from central.units.rules import ROOT
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import LANGUAGES, rfc3339, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)
keys = typer.Typer(help="密钥文件 / Key files", add_completion=False, rich_markup_mode=None)
app.add_typer(keys, name="keys")

DataOption = Annotated[Path, typer.Option("--data", metavar="DIR", help="中心的数据文件夹 / central's data folder")]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="中心数据库；默认为数据文件夹中的 central.db"
        " / central's database; by default central.db in the data folder",
    ),
]
KeyOption = Annotated[
    Path, typer.Option("--key", metavar="FILE", help="备份密钥文件，见 hall keys new / the key file of backups")
]
JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")]
_DATA = Path("/var/lib/legal-hall")
_ACTOR = "(command line)"
_NO_MONTH = 999_999


@app.command()
def backup(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="写入的备份文件 / the file to write")],
    key: KeyOption,
    database: DatabaseOption = None,
    data: DataOption = _DATA,
    as_json: JsonOption = False,
) -> None:
    """加密备份全部数据与密钥，中心可照常运行 / An encrypted copy of everything, while central goes on working"""
    secret = read_key_file(key, data)
    url = _address(database, data)
    must_exist(url)
    opened = Database(url, _is_a_store)
    now = now_ms()
    try:
        with opened.write() as connection:
            note(connection, at_ms=now, actor=_ACTOR, path=f"{ROOT}/", act="store.backup", object=out.name)
        with opened.read() as connection:
            content = backups.write_backup(connection, data, out, secret, now)
    finally:
        opened.close()
    _tell("BACKUP_MADE", content, out, as_json)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 / the backup")],
    key: KeyOption,
    database: DatabaseOption = None,
    data: DataOption = _DATA,
    check: Annotated[
        bool, typer.Option("--check", help="只核对备份是否完整，不写入 / only see that it is whole, write nothing")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """从备份恢复到空的数据库与数据文件夹 / Fill an empty store and data folder from a backup"""
    secret = read_key_file(key, None if check else data)
    if check:
        _tell("BACKUP_WHOLE", restores.check(archive, secret), archive, as_json)
        return
    opened = Database(_address(database, data), _must_be_empty)
    try:
        with opened.write() as connection:
            content = restores.restore(connection, archive, secret, data)
            note(connection, at_ms=now_ms(), actor=_ACTOR, path=f"{ROOT}/", act="store.restore", object=archive.name)
    finally:
        opened.close()
    _tell("RESTORED", content, archive, as_json)


@app.command()
def purge(
    database: DatabaseOption = None,
    data: DataOption = _DATA,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只计数，不删除 / only count, delete nothing")] = False,
    as_json: JsonOption = False,
) -> None:
    """删除超过保存期限的数据；中心每天自动执行 / Delete what is older than its rule; central does so every day"""
    url = _address(database, data)
    must_exist(url)
    opened = Database(url)
    try:
        if not dry_run:
            opened.hold()
        done = retention.purge(opened, now_ms(), dry_run=dry_run, actor=_ACTOR)
    finally:
        opened.close()
    if as_json:
        tell_json({"dry_run": dry_run, "items": [{**asdict(one), "before": _shown(one.before)} for one in done]})
        return
    key = "central.keeping.WOULD_DELETE" if dry_run else "central.keeping.DELETED"
    for one in done:
        facts = {"topic": one.topic, "days": one.days, "before": _shown(one.before)}
        tell(*(say(key, language, rows=one.rows, **facts) for language in LANGUAGES))


def _shown(before: str | int) -> str:
    """A day or month as it is, a moment as its time."""
    return rfc3339(before) if isinstance(before, int) and before > _NO_MONTH else str(before)


@keys.callback()
def _keys() -> None:
    """密钥文件 / Key files"""


@keys.command()
def new(file: Annotated[Path, typer.Argument(metavar="FILE", help="新的密钥文件 / the file to make")]) -> None:
    """生成新的密钥文件 / Make a new key file"""
    make_key_file(file)
    tell(*(say("central.keeping.KEY_MADE", one, file=file) for one in LANGUAGES))


@keys.command()
def rotate(
    old: Annotated[
        Path, typer.Option("--master-key", metavar="FILE", help="现用的主密钥文件 / the present master key")
    ],
    fresh: Annotated[Path, typer.Option("--new-master-key", metavar="FILE", help="新的主密钥文件 / the new one")],
    database: DatabaseOption = None,
    data: DataOption = _DATA,
) -> None:
    """用新的主密钥重新包裹全部数据密钥；加密的内容不变 / Wrap every data key with a new master key"""
    present, coming = read_key_file(old), read_key_file(fresh)
    url = _address(database, data)
    must_exist(url)
    opened = Database(url)
    try:
        with opened.write() as connection:
            count = Vault(present).rewrap(connection, coming)
            facts = {"keys": count, "from": mark(present), "to": mark(coming)}
            note(
                connection, at_ms=now_ms(), actor=_ACTOR, path=f"{ROOT}/", act="keys.rotate", object="data_key",
                detail=facts,
            )  # fmt: skip
    except CannotOpen:
        raise Stop(Exit.WRONG_USE, "central.keeping.OTHER_MASTER", file=old) from None
    finally:
        opened.close()
    tell(*(say("central.keeping.ROTATED", one, keys=count, file=fresh) for one in LANGUAGES))


@keys.command()
def abandon(
    database: DatabaseOption = None,
    data: DataOption = _DATA,
    sure: Annotated[
        bool, typer.Option("--yes", help="确实删除；否则只计数 / really delete; otherwise only count")
    ] = False,
) -> None:
    """主密钥全部副本丢失时：删除再也打不开的内容 / When every copy of the master key is lost: delete what it sealed"""
    url = _address(database, data)
    must_exist(url)
    opened = Database(url)
    try:
        opened.hold()
        with opened.write() as connection:
            rows = sealed_rows.delete_all(connection) if sure else sealed_rows.count_all(connection)
            if sure:
                note(
                    connection, at_ms=now_ms(), actor=_ACTOR, path=f"{ROOT}/", act="keys.abandon", object="data_key",
                    detail=rows,
                )  # fmt: skip
    finally:
        opened.close()
    key = "central.keeping.ABANDONED" if sure else "central.keeping.WOULD_ABANDON"
    for table, count in rows.items():
        tell(*(say(key, one, table=table, rows=count) for one in LANGUAGES))


def _address(database: str | None, data: Path) -> str:
    return database or f"sqlite:///{(data / 'central.db').absolute()}"


def _is_a_store(connection: Connection) -> None:
    if not store.revision(connection):
        raise Stop(Exit.MISSING, "central.keeping.NO_STORE", database=connection.engine.url.render_as_string())


def _must_be_empty(connection: Connection) -> None:
    if not store.is_empty(connection):
        raise Stop(Exit.WRONG_USE, "central.keeping.STORE_NOT_EMPTY")


def _tell(key: str, content: Content, file: Path, as_json: bool) -> None:
    rows = sum(content.rows.values())
    if as_json:
        facts = {"made_at": rfc3339(content.made_ms), "version": content.version, "engine": content.engine}
        tell_json({"file": str(file), **facts, "rows": content.rows, "files": content.files})
        return
    counts = {"rows": rows, "tables": len(content.rows), "files": len(content.files)}
    made = rfc3339(content.made_ms)
    tell(*(say(f"central.keeping.{key}", one, file=file, made=made, **counts) for one in LANGUAGES))
