"""``hall central`` and ``hall users … --database URL``: the command lines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from pydantic import Field

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from central.database import Database, must_exist
from central.failures import ApiError
from central.hook_file import read_hook
from central.units.rules import ROOT
from hall_config.account_lines import AccountLine, read_account_lines
from hall_config.logs import log_json_lines
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import LANGUAGES, rfc3339, say

DATA: Final = Path("/var/lib/legal-hall")
BY: Final = "hall users"  # whom the audit names for what is done on the command line
_DAY_MS: Final = 24 * 3_600_000
T = TypeVar("T")

app = typer.Typer(help="中心 / Central", add_completion=False, rich_markup_mode=None)
users = typer.Typer(help="中心人员账号 / Personal accounts of central", add_completion=False, rich_markup_mode=None)
app.add_typer(users, name="users")

DatabaseOption = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        help="中心数据库，如 sqlite:////var/lib/legal-hall/central.db / central's database",
    ),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="用户名，一人一号 / a name, one for each person")]
JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")]


class _UserLine(AccountLine):
    """One person of central."""

    roles: list[Annotated[Role, Field(strict=False)]] = Field(default=[Role.VIEWER], min_length=1)
    unit: str = ROOT


@app.command()
def central(
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="数据库：sqlite:///… 或 postgresql://…；默认为数据文件夹中的 central.db"
            " / database; by default central.db in the data folder",
        ),
    ] = None,
    broker: Annotated[
        str,
        typer.Option(metavar="URL", help="消息代理 mqtt://[用户@]主机:端口 / the broker, mqtt://[user@]host:port"),
    ] = "mqtt://127.0.0.1:1883",
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="网页与接口的监听地址 / where pages and HTTP interface listen")
    ] = "127.0.0.1:8000",
    data: Annotated[Path, typer.Option(metavar="DIR", help="数据文件夹 / data folder")] = DATA,
    broker_files: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="消息代理的证书与权限文件夹，见 hall line broker / the broker's certificates and lists",
        ),
    ] = None,
    https_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="以 HTTPS 服务：本中心为此主机名签发证书，可写多次 / serve HTTPS under this name, may be said again",
        ),
    ] = None,
    alarm_webhook: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="把报警发往别的系统：含 url 和 secret 的 TOML 文件 / send alarms on: TOML file with url and secret",
        ),
    ] = None,
    reminder_hook: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="预约提醒发往本单位的短信网关：TOML 文件，见 docs/across-halls.md；不设则不保存手机号"
            " / reminders to the bureau's own SMS gateway: TOML file; without it no phone number is kept",
        ),
    ] = None,
    home_assistant: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="把大厅作为设备告知 Home Assistant：含 url 的 TOML 文件 / tell Home Assistant: TOML file with url",
        ),
    ] = None,
    master_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="加密列的主密钥文件，首次启动时生成；默认在“数据文件夹-keys”中，见 docs/keeping.md"
            " / key of the encrypted columns, made at the first start; by default in DIR-keys beside the data folder",
        ),
    ] = None,
    broker_password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="消息代理密码文件 / file with the broker's password")
    ] = None,
    accounts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="账号设置文件，见 docs/accounts.md / settings of accounts, see docs/accounts.md"
        ),
    ] = None,
) -> None:
    """所有大厅的中心：接收、保存、展示 / The service behind all halls: take in, keep, show"""
    from central.appointments.reminder_file import read_gateway
    from central.home_assistant.house_file import read_house
    from central.main import Settings, run  # the web server is heavy and `hall users` does without it

    host, port = _address(listen)
    hook = read_hook(alarm_webhook) if alarm_webhook else None
    house = read_house(home_assistant) if home_assistant else None
    gateway = read_gateway(reminder_hook) if reminder_hook else None
    password = _password(broker_password_file)
    log_json_lines()
    hosts = tuple(https_host or ())
    told = (broker_files, hosts, accounts, hook, house, master_key, gateway)
    run(Settings(data, database, broker, password, host, port, *told))


@users.command()
def add(
    name: NameArgument,
    database: DatabaseOption,
    role: Annotated[
        list[Role] | None,
        typer.Option(help="角色，可写多次；默认 viewer / a role, may be said again; viewer by default"),
    ] = None,
    unit: Annotated[str, typer.Option(metavar="ID", help="所属单位 / the unit they belong to")] = ROOT,
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="从标准输入读取密码 / read the secret from stdin")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """建立账号，给出一次性激活码 / Make an account and give its one-time code"""
    secret = sys.stdin.readline().rstrip("\r\n") if secret_stdin else None
    roles = role or [Role.VIEWER]
    code = _at(database, lambda desk: desk.add(name, roles, now_ms(), secret, unit, BY))
    if as_json:
        tell_json({"name": name, "roles": sorted(set(roles)), "unit": unit, "code": code})
    elif code is None:
        tell(*_both("SECRET_SET", name=name))
    else:
        tell(*_both("CODE", name=name, code=code))


@users.command(name="add-many")
def add_many(
    database: DatabaseOption,
    anew: Annotated[
        bool, typer.Option("--anew", help="已有的同名账号先删除 / accounts that have these names already go first")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """从标准输入一次建立多个账号，每行一个 JSON / Several at once, a JSON line each on standard input"""
    lines = read_account_lines(sys.stdin, _UserLine)
    wished = [NewAccount(line.name, frozenset(line.roles), line.secret, line.unit) for line in lines]
    codes = _at(database, lambda desk: desk.add_all(wished, now_ms(), BY, anew=anew))
    if as_json:
        made = zip(wished, codes, strict=True)
        items = [{"name": one.name, "roles": sorted(one.roles), "unit": one.unit, "code": code} for one, code in made]
        tell_json({"items": items, "next": None})
        return
    for one, code in zip(wished, codes, strict=True):
        tell(*_both("SECRET_SET", name=one.name) if code is None else _both("CODE", name=one.name, code=code))


@users.command()
def code(name: NameArgument, database: DatabaseOption, as_json: JsonOption = False) -> None:
    """给忘记密码的人新的激活码 / A new one-time code for somebody who lost code or secret"""
    must_exist(database)
    fresh = _at(database, lambda desk: desk.renew_code(name, now_ms(), BY))
    if fresh is None:
        raise Stop(Exit.FAILED, "central.cli.NO_ACCOUNT", name=name)
    if as_json:
        tell_json({"name": name, "code": fresh})
    else:
        tell(*_both("NEW_CODE", name=name, code=fresh))


@users.command(name="list")
def list_users(database: DatabaseOption, as_json: JsonOption = False) -> None:
    """列出账号：建立与最近登录时间、状态、二次验证 / The accounts: made, signed in last, state, second factor"""
    must_exist(database)
    found = _at(database, lambda desk: desk.everybody(now_ms()))
    if as_json:
        tell_json({"items": found, "next": None})
    elif not found:
        tell(*_both("NO_ACCOUNTS"))
    for one in [] if as_json else found:
        words = " / ".join(_both(one["state"]))
        factor = " / ".join(_both(f"factor_{one['second_factor']}"))
        used = one["used_at"] or f"{'-':<20}"
        who = f"{one['name']:<24} {one['unit']:<12} {','.join(one['roles']):<16}"
        tell(f"{who} {one['made_at']}  {used}  {words}  {factor}")


@users.command()
def remove(name: NameArgument, database: DatabaseOption) -> None:
    """删除账号并结束其会话 / Remove an account and end its sessions"""
    must_exist(database)
    if not _at(database, lambda desk: desk.remove(name, now_ms(), BY)):
        raise Stop(Exit.FAILED, "central.cli.NO_ACCOUNT", name=name)
    tell(*_both("REMOVED", name=name))


@users.command(name="break-glass")
def break_glass(
    database: DatabaseOption,
    name: NameArgument = "break-glass",
    role: Annotated[Role, typer.Option(help="角色 / its role")] = Role.SECURITY_ADMIN,
    days: Annotated[int, typer.Option(min=1, max=3650, help="封存有效天数 / for how many days the seal is good")] = 365,
    as_json: JsonOption = False,
) -> None:
    """封存应急账号：只能用一次，登录后 60 分钟结束 / Seal an emergency account: opens once, for 60 minutes"""
    now = now_ms()
    secret = _at(database, lambda desk: desk.seal_emergency(name, role, now, now + days * _DAY_MS, BY))
    if as_json:
        tell_json({"name": name, "role": role, "secret": secret, "until": rfc3339(now + days * _DAY_MS)})
    else:
        told = {"name": name, "role": role.value, "days": days, "secret": secret}
        tell(*(say("central.accounts.SEALED", language, **told) for language in LANGUAGES))


def _at(url: str, act: Callable[[AccountDesk], T]) -> T:
    database = Database(url)
    try:
        return act(AccountDesk(database))
    except ApiError as problem:
        raise Stop(Exit.FAILED, f"central.error.{problem.code}") from None
    finally:
        database.close()


def _both(key: str, **params: object) -> tuple[str, str]:
    return say(f"central.cli.{key}", "zh", **params), say(f"central.cli.{key}", "en", **params)


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65_535:
        raise Stop(Exit.WRONG_USE, "central.cli.LISTEN", value=listen)
    return host.strip("[]"), int(port)


def _password(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not UTF-8"
        raise Stop(Exit.WRONG_USE, "central.cli.PASSWORD_FILE", file=file, reason=reason) from None
