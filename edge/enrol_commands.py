"""``hall enrol``: give this controller its certificate for the line, by the one-time code of central's page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from edge.enrolment import EnrolmentFailed, enrol
from edge.line_key import LineKey
from hall_config.load import read_hall_file
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import LANGUAGES, say

app = typer.Typer(add_completion=False, rich_markup_mode=None)
_EXITS: Final = {
    "ADDRESS": Exit.WRONG_USE,
    "PLAIN_HTTP": Exit.WRONG_USE,
    "CODE_SHAPE": Exit.WRONG_USE,
    "NO_CENTRAL": Exit.MISSING,
}


@app.command("enrol")
def run_enrol(
    config: Annotated[Path, typer.Option(metavar="FILE", help="大厅配置 hall.toml / the hall's file")],
    central: Annotated[
        str, typer.Option(metavar="URL", help="中心的地址，如 https://central.example:8000 / central's address")
    ],
    code: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="中心页面给出的一次性登记码；不写则询问 / the one-time code of central's page; asked for",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> None:
    """向中心登记本控制器，取得证书 / Enrol this controller with central and get its certificate"""
    file = read_hall_file(config)
    typed = code or typer.prompt("登记码 / Code", err=True)  # stdout is for the answer
    try:
        until = enrol(central, file.hall.id, typed, LineKey(Path(file.data.folder)))
    except EnrolmentFailed as failed:
        raise Stop(
            _EXITS.get(failed.code, Exit.FAILED), f"enrol.{failed.code}", central=central, said=failed.said
        ) from None
    except OSError as problem:
        raise Stop(Exit.MISSING, "enrol.FOLDER", folder=file.data.folder, reason=problem.strerror) from None
    if as_json:
        tell_json({"hall": file.hall.id, "not_after": until})
    else:
        tell(*(say("enrol.DONE", one, hall=file.hall.id, until=until[:10]) for one in LANGUAGES))
