"""``hall line broker``: write what a Mosquitto with a certificate for everybody needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from central.database import Database
from central.line.authority import Authority
from central.line.broker_files import BrokerFiles
from hall_config.logs import quiet_logs
from hall_config.outcome import Exit, Stop, tell
from hall_config.wording import LANGUAGES, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)
line = typer.Typer(
    help="大厅与中心之间的线路 / The line between halls and central", add_completion=False, rich_markup_mode=None
)
app.add_typer(line, name="line")


@line.callback()
def _line() -> None:
    """大厅与中心之间的线路 / The line between halls and central"""


@line.command()
def broker(
    host: Annotated[
        list[str],
        typer.Option(
            "--host",
            metavar="NAME",
            help="大厅用来连接的主机名或地址，可写多次 / the name or address that halls connect to, may be said again",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="写入的文件夹 / the folder to write")],
    data: Annotated[Path, typer.Option(metavar="DIR", help="中心的数据文件夹 / central's data folder")] = Path(
        "/var/lib/legal-hall"
    ),
    database: Annotated[str | None, typer.Option(metavar="URL", help="中心数据库 / central's database")] = None,
    listen: Annotated[str, typer.Option(metavar="ADDRESS", help="监听地址 / the address to listen on")] = "0.0.0.0",  # noqa: S104
    port: Annotated[int, typer.Option(min=1, max=65_535, help="端口 / the port")] = 8883,
) -> None:
    """生成消息代理的证书、权限与配置 / Write the broker's certificate, lists and configuration"""
    if database is None:
        from central.main import default_database  # the web server is heavy, and whoever names a database does without

        database = default_database(data)
    opened = Database(database)
    try:
        with quiet_logs():
            BrokerFiles(opened, Authority(data), out).prepare(host, listen, port)
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.cli.BROKER_FILES_READ", folder=out, reason=problem.strerror) from None
    finally:
        opened.close()
    tell(*(say("central.cli.LINE_READY", one, folder=out, host=host[0], port=port) for one in LANGUAGES))
