"""``hall config``: look at configuration without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hall_config.driver_book import installed_book
from hall_config.load import read_hall_file
from hall_config.outcome import Exit, complain, tell, tell_json
from hall_config.problems import HallFileError
from hall_config.wording import say

app = typer.Typer(help="检查大厅配置 / Check a hall's configuration", add_completion=False, rich_markup_mode=None)


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
