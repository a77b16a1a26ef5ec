"""``hall simulate``, ``hall simulate fleet`` and ``hall demo``: the command lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from hall_config.command_words import reason_words
from hall_config.outcome import Exit, Stop

app = typer.Typer(add_completion=False, rich_markup_mode=None)
simulations = typer.Typer(add_completion=False, rich_markup_mode=None, invoke_without_command=True)
app.add_typer(simulations, name="simulate")


@simulations.callback()
def simulate(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="大厅配置 hall.toml / the hall's file", metavar="FILE", show_default=False)
    ] = None,
    control: Annotated[
        int,
        typer.Option(
            help="控制接口与虚拟大厅的端口，0 为任意 / port of control and page, 0 for any", min=0, max=65_535
        ),
    ] = 0,
    write: Annotated[
        Path | None, typer.Option(help="写给 hall edge 的配置 / where the copy for hall edge goes", metavar="FILE")
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="伪终端所在的文件夹 / folder of the pseudo-terminals", metavar="DIR")
    ] = None,
    ready_file: Annotated[
        Path | None, typer.Option(help="全部就绪后写出的 JSON / JSON written once all is ready", metavar="FILE")
    ] = None,
    seed: Annotated[int, typer.Option(help="噪声与偶然的种子 / seed of noise and chance", min=0)] = 1,
    paced: Annotated[
        bool, typer.Option("--paced", help="按波特率逐字节传送 / carry bytes at the line's own speed")
    ] = False,
    bad_day: Annotated[
        int | None,
        typer.Option(help="按此种子不断出故障 / faults in the order of this seed", min=0, metavar="SEED"),
    ] = None,
    fault_every: Annotated[
        float, typer.Option(help="平均几秒一次故障 / seconds between faults, on the average", min=0.05, max=86_400)
    ] = 60.0,
    fault_lasts: Annotated[
        float, typer.Option(help="每次平均几秒 / how many seconds each lasts, on the average", min=0.05, max=86_400)
    ] = 15.0,
) -> None:
    """在伪终端和本机端口上模拟一个大厅的全部设备 / Every device of a hall file, on ports of this machine"""
    if context.invoked_subcommand is not None:
        return
    if config is None:
        reason = reason_words("Missing option '--config'")  # which the fleet's own options do without
        raise Stop(Exit.WRONG_USE, "program.WRONG_USE", command="simulate", reason=reason)
    from simulators.bad_day_control import Wish
    from simulators.program import Simulation

    wish = None if bad_day is None else Wish(seed=bad_day, every_s=fault_every, lasts_s=fault_lasts)
    Simulation(
        config,
        control=control,
        write=write,
        run=run,
        ready_file=ready_file,
        seed=seed,
        paced=paced,
        bad_day=wish,
    ).go()


@simulations.command()
def fleet(
    halls: Annotated[int, typer.Option(help="几个大厅 / how many halls", min=1, max=5000)] = 250,
    rate: Annotated[float, typer.Option(help="每厅每小时来访人数 / arrivals an hour and hall", min=0, max=3600)] = 60.0,
    speed: Annotated[float, typer.Option(help="时间快慢倍数 / how fast the day goes by", min=0.1, max=600)] = 20.0,
    for_s: Annotated[
        float, typer.Option("--for", help="这一天运行几秒 / seconds that the day lasts", min=0, metavar="SECONDS")
    ] = 60.0,
    backlog: Annotated[
        int, typer.Option(help="连接前每厅已积压的事件数 / events that wait in each hall before it connects", min=0)
    ] = 0,
    drain: Annotated[
        float, typer.Option(help="最多再等几秒送完 / seconds to wait for the last acknowledgement", min=1)
    ] = 120.0,
    broker: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="已有的消息代理 mqtt[s]://主机:端口；不给则自备消息代理和中心"
            " / a broker; without it the fleet brings a broker and a central of its own",
        ),
    ] = None,
    central: Annotated[
        str | None,
        typer.Option(metavar="URL", help="中心网址，用来登记和核对 / central's address, to enrol and compare"),
    ] = None,
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="中心账号（hall_it）/ an account at central, of role hall_it")
    ] = None,
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="从标准输入读取密码 / read the secret from stdin")
    ] = False,
    ca: Annotated[
        Path | None, typer.Option(metavar="FILE", help="信任的根证书 / the authority to trust", exists=True)
    ] = None,
    certificates: Annotated[
        Path | None, typer.Option(metavar="DIR", help="各厅证书的文件夹 / folder of the halls' certificates")
    ] = None,
    unit: Annotated[str, typer.Option(metavar="ID", help="登记到哪个单位 / the unit that halls enrol in")] = "city",
    prefix: Annotated[str, typer.Option(metavar="NAME", help="厅名的开头 / how the halls' names begin")] = "fleet",
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="自备中心所用的数据库 / the database of the fleet's own central")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="自备消息代理不用 TLS / the fleet's own broker without TLS")
    ] = False,
    seed: Annotated[int, typer.Option(help="这一天的种子 / seed of the day", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> int:
    """许多没有设备的大厅，真实连接，最后逐条核对 / Many halls on real connections; at the end all is compared"""
    from simulators.fleet.program import FleetWishes, run_fleet

    if user is not None and not secret_stdin:
        raise Stop(Exit.WRONG_USE, "fleet.SECRET")
    secret = sys.stdin.readline().rstrip("\r\n") if secret_stdin else ""
    return run_fleet(
        FleetWishes(
            halls, rate, speed, for_s, backlog, drain, broker, central, user, secret, ca, certificates, unit, prefix,
            database, plain, seed, as_json,
        )
    )  # fmt: skip


@app.command()
def demo(
    halls: Annotated[int, typer.Option(help="几个大厅 / how many halls", min=1, max=20)] = 2,
    visitors: Annotated[
        float,
        typer.Option(
            help="每厅每小时来访人数，0 为没有模拟人员 / arrivals an hour and hall, 0 for no people", min=0, max=3600
        ),
    ] = 60.0,
    speed: Annotated[float, typer.Option(help="人的快慢倍数 / how fast the people are", min=0.1, max=60)] = 4.0,
    ready_file: Annotated[
        Path | None, typer.Option(help="全部就绪后写出的 JSON / JSON written once all is ready", metavar="FILE")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="数据文件夹，不给则用临时的 / data folder, a temporary one without it", metavar="DIR"),
    ] = None,
    for_s: Annotated[
        float | None,
        typer.Option("--for", help="运行几秒后自行结束 / end after so many seconds", min=0, metavar="SECONDS"),
    ] = None,
    port_base: Annotated[
        int,
        typer.Option(
            help="中心端口，其余在 N+1、N+101…、N+201… / central's port; the others follow", min=1024, max=65_000
        ),
    ] = 8000,
    seed: Annotated[int, typer.Option(help="这一天的种子 / seed of the day", min=0)] = 1,
) -> None:
    """在本机演示：消息代理、中心、若干大厅及其设备和来访群众 / All of it on this machine, with visitors"""
    from simulators.demo.program import Wishes, run_demo

    run_demo(
        Wishes(
            halls=halls,
            visitors=visitors,
            speed=speed,
            ready_file=ready_file,
            data=data,
            for_s=for_s,
            port_base=port_base,
            seed=seed,
        )
    )
