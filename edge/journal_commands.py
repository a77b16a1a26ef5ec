"""``hall journal dump`` and ``hall journal verify``: reading a journal, also of a running controller."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Annotated

import typer

from edge.journal import JournalDamaged
from edge.journal_reader import JournalReader, check_chain
from hall.queue.ticket import ImpossibleEvent
from hall.shape import ShapeError
from hall.state import HallState
from hall.step import apply
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import say

app = typer.Typer(help="读取事件日志 / Read a journal", add_completion=False, rich_markup_mode=None)
_FILE = typer.Argument(help="journal.db 的路径 / path of the journal.db", metavar="FILE")


@app.command()
def dump(
    file: Annotated[Path, _FILE],
    start: Annotated[int, typer.Option("--from", help="从这个序号开始 / begin at this number", min=1)] = 1,
    _as_json: Annotated[bool, typer.Option("--json", help="输出总是 JSON / the answer is always JSON")] = False,
) -> None:
    """按顺序输出事件，每行一个 JSON / The events in order, a JSON line each"""
    reader = _open(file)
    after = start - 1
    try:
        while rows := reader.bodies(after, 500):
            sys.stdout.write("".join(f"{body}\n" for _, body in rows))
            after = rows[-1][0]
    except sqlite3.Error as problem:
        raise Stop(Exit.FAILED, "controller.DAMAGED", problem=str(problem)) from None
    finally:
        reader.close()


@app.command()
def verify(
    file: Annotated[Path, _FILE],
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> None:
    """检查顺序、间隔、校验和，并重放对照保存的状态 / Check order, gaps and hashes, and replay against the kept state

    清理过旧事件的日志不重放 / A journal whose oldest events were forgotten is not replayed
    """
    reader = _open(file)
    try:
        pruned = reader.meta("pruned")
        count = check_chain(reader.rows(), pruned)
        differs = _replay_differs(reader, whole=pruned is None)
    except (JournalDamaged, ImpossibleEvent, ShapeError, KeyError, ValueError, sqlite3.Error) as problem:
        if as_json:
            tell_json({"ok": False, "file": str(file), "problem": str(problem)})
        raise Stop(Exit.FAILED, "controller.DAMAGED", problem=str(problem)) from None
    finally:
        reader.close()
    if differs is not None:
        if as_json:
            tell_json({"ok": False, "file": str(file), "problem": f"replay differs from the kept state at {differs}"})
        raise Stop(Exit.FAILED, "controller.DIFFERS", seq=differs)
    if as_json:
        tell_json({"ok": True, "file": str(file), "events": count})
    else:
        tell(*(say("controller.VERIFIED", language, count=count) for language in ("zh", "en")))


def _replay_differs(reader: JournalReader, *, whole: bool) -> int | None:
    """Where replay and kept state part; None when they agree, or when the journal's beginning was pruned."""
    kept = reader.snapshot()
    state, last = HallState(), reader.last_seq()
    known = max(kept[0] if kept else 0, int(reader.meta("acked") or 0))
    if known > last:
        raise JournalDamaged(f"events {last + 1} to {known} were there and are gone")
    if kept is None or not whole:
        return None
    for seq, event, at in reader.events():
        if event is not None:
            state = apply(state, event, at)
        if seq == kept[0] and state != kept[1]:
            return seq
    return None


def _open(file: Path) -> JournalReader:
    try:
        return JournalReader(file)
    except FileNotFoundError:
        raise Stop(Exit.WRONG_USE, "controller.NO_JOURNAL", file=file) from None
