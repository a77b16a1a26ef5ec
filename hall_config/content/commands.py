"""``hall content``: look at a content pack before a hall shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hall_config.content.load import read_pack
from hall_config.content.problems import ContentError
from hall_config.outcome import Exit, complain, tell, tell_json
from hall_config.wording import LANGUAGES, say

app = typer.Typer(help="检查内容包 / Check a content pack", add_completion=False, rich_markup_mode=None)


@app.callback()
def content() -> None:
    """内容包：办事指南、法律知识、网点、人员 / Content packs: guides, knowledge, places, people"""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="内容包的文件夹 / the pack's folder", metavar="FOLDER")],
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> None:
    """一次列出全部错误：文件、行号、键名 / Name every mistake: file, line, key"""
    try:
        pack = read_pack(folder)
    except ContentError as error:
        if as_json:
            tell_json(error.as_json())
        else:
            complain(*error.report())
            complain(*(say("content_found.problems", one, count=len(error.problems)) for one in LANGUAGES))
        raise typer.Exit(Exit.WRONG_USE) from None
    counts = {
        "guides": len(pack.guides),
        "knowledge": len(pack.knowledge),
        "places": len(pack.places.place),
        "people": len(pack.people),
    }
    known = {"id": pack.pack.id, "version": pack.pack.version}
    if as_json:
        tell_json({"ok": True, "folder": str(folder), **known, **counts, "problems": []})
    else:
        tell(*(say("content_found.good", one, **known, **counts) for one in LANGUAGES))
