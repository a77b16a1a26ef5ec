"""``hall edge``, ``hall users … --config`` and ``hall journal …``: the controller's command lines."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import Field

from edge.journal_commands import app as journal_app
from hall_config.account_lines import AccountLine, read_account_lines
from hall_config.load import read_hall_file
from hall_config.models import HallFile
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import LANGUAGES, say

if TYPE_CHECKING:
    from edge.staff import Staff, StaffBook

app = typer.Typer(add_completion=False, rich_markup_mode=None)
users = typer.Typer(help="大厅工作人员的账号 / Accounts of a hall's staff", rich_markup_mode=None)
app.add_typer(users, name="users")
app.add_typer(journal_app, name="journal")

_Config = Annotated[Path, typer.Option(help="大厅配置 hall.toml / the hall's file", metavar="FILE")]
_Name = Annotated[str, typer.Argument(help="姓名或工号 / the person's name", metavar="NAME")]


class _StaffLine(AccountLine):
    """One person of a hall's staff."""

    window: Annotated[int, Field(ge=1, le=999)] | None = None
    code: str | None = None
    supervisor: bool = False


@app.command("edge")
def run_edge(config: _Config) -> int:
    """运行大厅控制器 / Run the controller of a hall"""
    from edge.main import run
    from edge.plan_in_force import read_in_force

    code = run(read_in_force(config), config)
    _leave_nobody_behind(code)
    return code


def _leave_nobody_behind(code: int) -> None:
    """A thread that a plug-in began and never ends would keep the program from ending."""
    main = threading.main_thread()
    if any(thread.is_alive() and not thread.daemon for thread in threading.enumerate() if thread is not main):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@users.command("add")
def users_add(
    name: _Name,
    config: _Config,
    window: Annotated[
        int | None, typer.Option(help="平常的窗口 / the usual window", min=1, max=999, metavar="N")
    ] = None,
    code: Annotated[
        str | None,
        typer.Option(help="叫号终端工号，1 到 8 位 / digits for the call terminal", metavar="DIGITS"),
    ] = None,
    supervisor: Annotated[bool, typer.Option("--supervisor", help="值班主任 / duty manager")] = False,
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="从标准输入读密码 / read the secret from standard input")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> None:
    """建立账号，或给已有账号换密码 / Make an account, or give one a new secret"""
    from edge.staff import Role, Staff, fresh_pin

    secret = _typed_secret() if secret_stdin else fresh_pin()
    role = Role.SUPERVISOR if supervisor else Role.WINDOW
    (staff,) = _add_all(read_hall_file(config), [(Staff(name, window, code, role), secret)])
    if as_json:
        given = {} if secret_stdin else {"secret": secret}
        tell_json({**_as_json(staff), **given})
        return
    for language in LANGUAGES:
        tell(say("pages.staff.ADDED", language, name=staff.name))
        if not secret_stdin:
            tell(say("pages.staff.PIN", language, pin=secret))


@users.command("add-many")
def users_add_many(
    config: _Config, as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False
) -> None:
    """从标准输入一次建立多个账号，每行一个 JSON / Several at once, a JSON line each on standard input"""
    from edge.staff import Role, Staff, fresh_pin

    lines = read_account_lines(sys.stdin, _StaffLine)
    secrets = [line.secret or fresh_pin() for line in lines]
    roles = [Role.SUPERVISOR if line.supervisor else Role.WINDOW for line in lines]
    wished = [Staff(line.name, line.window, line.code, role) for line, role in zip(lines, roles, strict=True)]
    made = _add_all(read_hall_file(config), list(zip(wished, secrets, strict=True)))
    fresh = [secret if line.secret is None else None for line, secret in zip(lines, secrets, strict=True)]
    if as_json:
        items = [{**_as_json(one), **({"secret": pin} if pin else {})} for one, pin in zip(made, fresh, strict=True)]
        tell_json({"items": items, "next": None})
        return
    for one, pin in zip(made, fresh, strict=True):
        for language in LANGUAGES:
            tell(say("pages.staff.ADDED", language, name=one.name))
            if pin:
                tell(say("pages.staff.PIN", language, pin=pin))


@users.command("list")
def users_list(
    config: _Config, as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False
) -> None:
    """列出账号 / Name the accounts"""
    book = _open_book(read_hall_file(config))
    staff = book.list()
    book.close()
    if as_json:
        tell_json([_as_json(one) for one in staff])
    elif staff:
        tell(*(f"{one.name}\t{one.window or '-'}\t{one.code or '-'}\t{one.role.value}" for one in staff))
    else:
        tell(*(say("pages.staff.NOBODY", language) for language in LANGUAGES))


@users.command("remove")
def users_remove(name: _Name, config: _Config) -> None:
    """删除账号，并结束其登录 / Remove an account and sign it out"""
    book = _open_book(read_hall_file(config))
    known = book.remove(name)
    book.close()
    if not known:
        raise Stop(Exit.FAILED, "pages.staff.UNKNOWN", name=name)
    tell(*(say("pages.staff.REMOVED", language, name=name) for language in LANGUAGES))


def _add_all(file: HallFile, wished: list[tuple[Staff, str]]) -> tuple[Staff, ...]:
    from edge.staff import StaffError

    known = {window.number for window in file.window}
    for one, _ in wished:
        if one.window is not None and one.window not in known:
            raise Stop(Exit.WRONG_USE, "pages.staff.NO_WINDOW", window=one.window)
    book = _open_book(file)
    try:
        return book.add_all(wished)
    except StaffError as error:
        raise Stop(Exit.WRONG_USE, f"pages.staff.{error.problem}") from None
    finally:
        book.close()


def _as_json(staff: Staff) -> dict[str, object]:
    return {"name": staff.name, "window": staff.window, "code": staff.code, "role": staff.role.value}


def _typed_secret() -> str:
    secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise Stop(Exit.WRONG_USE, "pages.staff.NO_SECRET")
    return secret


def _open_book(file: HallFile) -> StaffBook:
    import sqlite3

    from edge.staff import StaffBook

    try:
        return StaffBook(Path(file.data.folder) / "staff.db")
    except (OSError, sqlite3.Error):
        raise Stop(Exit.MISSING, "pages.staff.NO_FOLDER", folder=file.data.folder) from None
