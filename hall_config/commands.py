"""``hall config``: write a hall's file and look at it, without running anything."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hall_config.driver_book import installed_book
from hall_config.in_force import AT_ONCE, IN_AN_EMPTY_HALL
from hall_config.load import check_hall_text, read_hall_file
from hall_config.outcome import Exit, Stop, complain, tell, tell_json
from hall_config.problems import HallFileError
from hall_config.wording import LANGUAGES, say

if TYPE_CHECKING:
    from hall_config.prober import Proposal, Search

app = typer.Typer(
    help="编写、检查大厅配置 / Write and check a hall's configuration", add_completion=False, rich_markup_mode=None
)

_LISTEN_S: Final = 60.0


@app.callback()
def config() -> None:
    """大厅配置 / A hall's configuration"""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="hall.toml 的路径 / path of the hall.toml", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> None:
    """一次列出全部问题：行号、键名、最接近的正确键名 / Name every problem: line, key, nearest valid key"""
    try:
        hall_file = read_hall_file(file, installed_book())
    except HallFileError as error:
        if as_json:
            tell_json(error.as_json())
        else:
            complain(*error.report(), say("config_found.problems", "zh", count=len(error.problems)))
            complain(say("config_found.problems", "en", count=len(error.problems)))
        raise typer.Exit(Exit.WRONG_USE) from None
    counts = {
        "services": len(hall_file.service),
        "windows": len(hall_file.window),
        "devices": len(hall_file.device),
    }
    if as_json:
        tell_json({"ok": True, "file": str(file), "hall": hall_file.hall.id, **counts, "problems": []})
    else:
        tell(*(say("config_found.good", language, hall=hall_file.hall.id, **counts) for language in ("zh", "en")))
        parts = {"at_once": _parts(AT_ONCE), "empty": _parts(IN_AN_EMPTY_HALL)}
        tell(*(say("config_found.in_force", language, **parts) for language in ("zh", "en")))


def _parts(names: tuple[str, ...]) -> str:
    return " ".join(f"[{name}]" for name in names)


@app.command()
def init(
    seconds: Annotated[
        float | None,
        typer.Argument(
            help="配合 --listen：听几秒 / with --listen: for so many seconds",
            metavar="S",
            min=1,
            max=600,
            show_default="60",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="写到这个文件 / the file to write", metavar="FILE")] = Path("hall.toml"),
    probe: Annotated[bool, typer.Option("--from-probe/--no-probe", help="先查找设备 / look for devices first")] = True,
    listen: Annotated[bool, typer.Option("--listen", help="再听人按键、扫码 / then listen for keys and codes")] = False,
    projector: Annotated[
        list[str] | None,
        typer.Option(help="投影机的网络地址，可多次给出 / a projector's address; may be repeated", metavar="HOST"),
    ] = None,
    search: Annotated[
        Path, typer.Option(help="在这个文件夹里找串口 / where serial ports are", envvar="HALL_PORTS", metavar="FOLDER")
    ] = Path("/dev"),
    machine: Annotated[Path, typer.Option(hidden=True, envvar="HALL_MACHINE")] = Path("/"),
) -> None:
    """问几个问题，写出一份新的 hall.toml / Ask some questions and write a new hall.toml"""
    from hall_config.fresh_file import text_of, write_whole
    from hall_config.interview import agreed, interview
    from hall_config.prober import Search
    from hall_config.search_questions import Enter, how_long, screens

    if seconds is not None and not listen:
        raise Stop(Exit.WRONG_USE, "config_init.SECONDS", seconds=f"{seconds:g}")
    projectors = screens(projector) if projector else None
    out = out.absolute()
    over = os.path.lexists(out)
    if over and not agreed("overwrite", default=False, file=out):
        raise Stop(Exit.WRONG_USE, "config_init.KEPT", file=out)
    if projectors is None:
        projectors = screens(None) if probe else ()
    enter = Enter()
    patience = how_long(seconds or _LISTEN_S if listen else None)
    looked = Search(search if probe else None, machine if probe else None, patience, enter, enter.say_so, projectors)
    answers = interview(_proposals(looked) if probe or projectors else ())
    text = text_of(answers)
    check_hall_text(text, out, installed_book())
    try:
        write_whole(out, text, over=over)
    except FileExistsError:
        raise Stop(Exit.WRONG_USE, "config_init.KEPT", file=out) from None
    except OSError as problem:
        raise Stop(Exit.FAILED, "config_init.CANNOT_WRITE", file=out, reason=problem.strerror) from None
    params = {"file": out, "windows": len(answers.windows), "devices": len(answers.devices)}
    tell(*(say("config_init.written", language, **params) for language in LANGUAGES))


def _proposals(search: Search) -> Sequence[Proposal]:
    from hall_config.prober import installed_prober

    prober = installed_prober()
    if prober is None:
        complain(*(say("config_init.no_prober", language) for language in LANGUAGES))
        return ()
    found = prober(search)
    complain(*(say("config_init.found", language, count=len(found)) for language in LANGUAGES))
    return found
