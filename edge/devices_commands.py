"""``hall devices list / probe / test``: what a field engineer types. Thin: the work is done in `edge.commissioning`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hall_config.load import read_hall_file
from hall_config.models import HallFile
from hall_config.outcome import Exit, Stop, complain, tell, tell_json
from hall_config.wording import LANGUAGES, catalogue, say

if TYPE_CHECKING:
    from edge.commissioning.benches import Bench
    from edge.commissioning.controller_line import ControllerLine
    from edge.commissioning.serial_ports import SerialPort

app = typer.Typer(help="大厅的设备 / The devices of a hall", add_completion=False, rich_markup_mode=None)

_LOOK_EVERY_S: Final = 0.2
_PLACE: Final = Path("/etc/legal-hall/hall.toml")
_Config = Annotated[Path, typer.Option(help="大厅配置 hall.toml / the hall's file", metavar="FILE")]
_Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")]


@app.callback()
def devices(context: typer.Context) -> None:
    """列出、查找、测试设备 / List, find and test devices"""
    from hall_config.logs import quiet_logs

    context.with_resource(quiet_logs())


@app.command("list", short_help="列出设备、端口和状态 / Devices, ports, states")
def list_devices(
    config: _Config = _PLACE,
    drivers: Annotated[bool, typer.Option("--drivers", help="列出已安装的驱动 / list the installed drivers")] = False,
    as_json: _Json = False,
) -> None:
    """列出配置里的设备、端口和状态 / List the configured devices, their ports and states"""
    if drivers:
        _tell_drivers(as_json)
        return
    from edge.commissioning.controller_line import ControllerAway, ControllerLine
    from edge.commissioning.listing import listed
    from edge.commissioning.shown import both, device_lines

    file = read_hall_file(config)
    try:
        states = ControllerLine(file).states()
    except ControllerAway:
        states = None
    found = listed(file, states)
    if as_json:
        tell_json({"hall": file.hall.id, "running": states is not None, "devices": [one.as_json() for one in found]})
        return
    tell(both("commissioning.list.not_running" if states is None else "commissioning.list.running"))
    for device in found:
        tell(*device_lines(device))
    if not found:
        tell(both("commissioning.list.nothing"))


def _tell_drivers(as_json: bool) -> None:
    from edge.commissioning.shown import both
    from edge.driver_registry import BrokenDriver, manifest_of
    from hall_config.driver_book import driver_names

    rows: list[dict[str, Any]] = []
    for name in driver_names():
        try:
            one = manifest_of(name)
        except BrokenDriver as problem:
            rows.append({"name": name, "broken": str(problem)})
        else:
            can = one.probe is not None
            rows.append(
                {"name": name, "kind": one.kind.value, "version": one.version, "ports": list(one.ports),
                 "probe": can, "broken": ""}
            )  # fmt: skip
    if as_json:
        tell_json({"drivers": rows})
        return
    for row in rows:
        if row["broken"]:
            tell("▲ " + both("commissioning.list.broken", name=row["name"], reason=row["broken"]))
            continue
        kind = both(f"commissioning.kind.{row['kind']}")
        ports = ", ".join(row["ports"])
        words = say("commissioning.list.driver", name=row["name"], kind=kind, version=row["version"], ports=ports)
        tell("● " + words)


@app.command(short_help="问空闲端口上是什么设备 / What hangs on each free port")
def probe(
    port: Annotated[
        list[str] | None,
        typer.Option(help="只问这个端口，可多次给出 / this port only; may be repeated", metavar="PORT"),
    ] = None,
    search: Annotated[
        Path, typer.Option(help="在这个文件夹里找串口 / where serial ports are", envvar="HALL_PORTS", metavar="FOLDER")
    ] = Path("/dev"),
    listen: Annotated[
        float,
        typer.Option(help="再听几秒，等人按键 / then listen so many seconds for a key", min=0, max=600, metavar="S"),
    ] = 0.0,
    machine: Annotated[Path, typer.Option(hidden=True, envvar="HALL_MACHINE")] = Path("/"),
    as_json: _Json = False,
) -> None:
    """问每个空闲端口上是什么设备，不改变任何东西 / Ask each free port what hangs on it; changes nothing"""
    from edge.commissioning.machine_parts import machine_parts
    from edge.commissioning.probing import Prober
    from edge.commissioning.search_words import SearchWords
    from edge.commissioning.shown import both, part_json, part_lines, port_json, port_lines
    from edge.driver_registry import installed

    ports = _ports(port, search)
    words = SearchWords(len(ports))
    words.begin()
    found = Prober(
        installed(),
        how_long=lambda silent: listen,
        tell=words.ask,
        press_now=words.press_now,
        heard=words.heard,
        ended=words.ended,
    ).look(ports)
    parts = () if port else machine_parts(machine)
    if as_json:
        tell_json({"ports": [port_json(one) for one in found], "machine": [part_json(one) for one in parts]})
    else:
        for one in found:
            tell(*port_lines(one))
        if parts:
            tell(both("commissioning.probe.others"), *part_lines(parts))
    if not ports:
        complain(*(say("commissioning.probe.no_ports", language) for language in LANGUAGES))
    if not ports or (port and all(one.problem or one.held is not None for one in found)):
        raise typer.Exit(Exit.MISSING)


def _ports(named: list[str] | None, search: Path) -> tuple[SerialPort, ...]:
    from edge.commissioning.serial_ports import named_port, serial_ports
    from hall_config.ports import port_form

    if not named:
        if not search.is_dir():
            raise Stop(Exit.WRONG_USE, "commissioning.probe.FOLDER", folder=search)
        return serial_ports(search.absolute())
    for one in named:
        if port_form(one) not in ("serial", "network"):
            raise Stop(Exit.WRONG_USE, "config.PORT_FORM", value=one)
    return tuple(map(named_port, dict.fromkeys(named)))


@app.command("test", short_help="让设备做一件看得见的事 / Let a device prove itself")
def try_devices(
    device: Annotated[
        str | None, typer.Argument(help="设备名称；不写则逐台测试 / a device; without it, each", metavar="ID")
    ] = None,
    config: _Config = _PLACE,
    yes: Annotated[bool, typer.Option("--yes", help="允许继电器动作 / allow relays to move")] = False,
    relay: Annotated[int, typer.Option(help="测试第几路继电器 / which relay", min=1, max=64, metavar="N")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="把高拍仪的照片存到这里 / keep the camera's picture here", metavar="FILE")
    ] = None,
    as_json: _Json = False,
) -> int:
    """让设备做一件看得见的事，并等它证实 / Let a device do something visible and wait for its proof"""
    from edge.driver_book import read_workable

    file = read_workable(config)
    chosen = [one.id for one in file.device if device in (None, one.id)]
    if not chosen:
        raise Stop(Exit.WRONG_USE, "commissioning.refused.UNKNOWN_DEVICE")
    results = [_test_one(file, one, yes=yes, relay=relay, out=out, quiet=as_json) for one in chosen]
    if as_json:
        tell_json({"hall": file.hall.id, "results": results})
    elif len(results) > 1:
        passed = sum(1 for one in results if one["verdict"] == "passed")
        summary = {"passed": passed, "others": len(results) - passed}
        tell(*(say("commissioning.test.summary", language, **summary) for language in LANGUAGES))
        others = ", ".join(one["device"] for one in results if one["verdict"] != "passed")
        if others:
            tell(*(say("commissioning.test.others", language, devices=others) for language in LANGUAGES))
    verdicts = {one["verdict"] for one in results}
    if verdicts <= {"passed"}:
        return Exit.DONE
    return Exit.MISSING if verdicts <= {"passed", "not_answered"} else Exit.FAILED


def _test_one(file: HallFile, device: str, *, yes: bool, relay: int, out: Path | None, quiet: bool) -> dict[str, Any]:
    from edge.commissioning.controller_line import ControllerAway, ControllerLine, NoKey, Refused, WrongKey
    from edge.commissioning.trials import TrialRefused

    if not quiet:
        tell(f"── {device}  {_called(file, device)}")
    line: ControllerLine | None = ControllerLine(file)
    try:
        assert line is not None
        line.states()
    except ControllerAway:
        line = None
    allow = yes or _asked_for(file, device, relay, quiet)
    bench = _bench(file, device, line, out)
    try:
        return _follow(bench, bench.begin(allow=allow, relay=relay), quiet)
    except TrialRefused as problem:
        words = tuple(say(f"commissioning.refused.{problem.code}", language) for language in LANGUAGES)
    except Refused as problem:
        key = f"commissioning.refused.{problem.code}"  # a command has more to say than the page: what to add
        words = tuple(say(key, language) for language in LANGUAGES) if key in catalogue() else problem.lines
    except WrongKey as problem:
        where = line.address if line is not None else ""
        raise Stop(Exit.FAILED, "commissioning.test.WRONG_KEY", file=problem, address=where) from None
    except NoKey as problem:
        raise Stop(Exit.FAILED, "commissioning.test.NO_KEY", file=problem) from None
    except ControllerAway:
        words = tuple(say("commissioning.list.not_running", language) for language in LANGUAGES)
    finally:
        bench.close()
    if not quiet:
        tell(*(f"  {one}" for one in words))
    return {"device": device, "verdict": "refused", "lines": [{"zh": words[0], "en": words[1]}]}


def _called(file: HallFile, device: str) -> str:
    from edge.commissioning.listing import listed
    from edge.commissioning.shown import both

    one = next(one for one in listed(file, None) if one.id == device)
    window = "" if one.window is None else "  " + both("commissioning.list.window", window=one.window)
    return f"{one.name_zh} / {one.name_en}{window}"


def _bench(file: HallFile, device: str, line: ControllerLine | None, out: Path | None) -> Bench:
    from edge.commissioning.benches import OwnLines, ThroughController

    if line is not None:
        return ThroughController(line, device)
    return OwnLines(file, device, out.write_bytes if out is not None else None)


def _asked_for(file: HallFile, device: str, relay: int, quiet: bool) -> bool:
    """Whether somebody at a terminal allows what may open a gate."""
    from edge.commissioning.trial_scripts import needs_permission
    from edge.driver_registry import kind_of

    kind = kind_of(next(one for one in file.device if one.id == device))
    if kind is None or not needs_permission(kind) or quiet or not sys.stdin.isatty():
        return False
    from edge.commissioning.shown import both

    return typer.confirm(both("commissioning.test.ASK_RELAY", device=device, relay=relay))


def _follow(bench: Bench, progress: dict[str, Any], quiet: bool) -> dict[str, Any]:
    """Print each new sentence until there is a verdict."""
    shown = 0
    while True:
        if not quiet:
            for line in progress["lines"][shown:]:
                tell(f"  {line['zh']}", f"  {line['en']}")
            sys.stdout.flush()
        shown = len(progress["lines"])
        if progress["verdict"] not in ("waiting", "running"):
            break
        time.sleep(_LOOK_EVERY_S)
        progress = bench.progress()
    if not quiet:
        from edge.commissioning.shown import both

        mark = {"passed": "✔", "failed": "✘"}.get(progress["verdict"], "▲")
        tell(f"{mark} {both('commissioning.verdict.' + progress['verdict'])}")
    return progress
