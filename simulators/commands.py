"""``hall simulate`` and ``hall demo``: the command lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def simulate(
    config: Annotated[Path, typer.Option(help="大厅配置 hall.toml / the hall's file", metavar="FILE")],
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
