"""The one console program ``hall``: finds the command, runs it, and ends with the contract's exit code.

Each part of the product brings its commands by entry points of the group ``legal_hall.commands``, so no part imports
another and a controller in a hall needs nothing of central. An entry point is named after its command and gives a
typer app: ``edge = "edge.commands:app"``. Where two parts share a command, the option that only one of them has stands
behind a dot: ``users.config`` is taken for ``hall users … --config FILE``, ``users.database`` for ``--database URL``.
Only the module of the command that was asked for is loaded: a Pi takes seconds for all of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points, version
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final

from hall_config.outcome import Exit, Stop, complain, tell
from hall_config.wording import catalogue, say

if TYPE_CHECKING:
    import typer

_GROUP: Final = "legal_hall.commands"
_PARTS: Final = frozenset({"hall", "hall_config", "drivers", "edge", "central", "simulators"})


def main() -> None:
    """The entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows marks, not a traceback
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and give its exit code; only a fault of our own raises."""
    try:
        return _run(list(arguments))
    except Stop as stop:
        complain(*stop.lines)
        return stop.exit_code
    except KeyboardInterrupt:
        return 128 + 2  # as a shell counts a program that Ctrl-C ended
    except BrokenPipeError:
        # who read our output has gone; leave nothing for the interpreter to flush into the closed pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED


def _run(arguments: list[str]) -> int:
    code = _carry_out(arguments)
    sys.stdout.flush()  # so that a reader who has gone is noticed while we can still say nothing about it
    return code


def _carry_out(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        tell(*_overview())
        return Exit.DONE if arguments else Exit.WRONG_USE
    if arguments[0] == "--version":
        tell(version("legal-hall"))
        return Exit.DONE
    command, rest = arguments[0], arguments[1:]
    found = {point.name: point for point in entry_points(group=_GROUP)}
    return max(_call(command, _load(point), rest) for point in _choose(command, rest, found))


def _overview() -> list[str]:
    names = sorted({point.name.partition(".")[0] for point in entry_points(group=_GROUP)})
    width = max(map(len, names), default=0) + 2
    lines = [say("program.title", "zh"), say("program.title", "en"), ""]
    for name in names:
        key = f"command.{name}"
        if key in catalogue():
            lines += [f"  {name:<{width}}{say(key, 'zh')}", f"  {'':<{width}}{say(key, 'en')}"]
        else:
            lines.append(f"  {name}")
    return [*lines, "", say("program.more", "zh"), say("program.more", "en")]


def _choose(command: str, rest: list[str], found: Mapping[str, EntryPoint]) -> list[EntryPoint]:
    """The one entry point that this command line means; for help on a shared command, all of them."""
    if command in found:
        return [found[command]]
    shared = {name.partition(".")[2]: point for name, point in found.items() if name.startswith(f"{command}.")}
    if not shared:
        raise Stop(Exit.WRONG_USE, "program.UNKNOWN_COMMAND", command=command, known=_known(found))
    given = [option for option in shared if any(_names(word, option) for word in rest)]
    if len(given) == 1:
        return [shared[given[0]]]
    if not given and "--help" in rest:
        return list(shared.values())
    options = ", ".join(f"--{option}" for option in sorted(shared))
    raise Stop(Exit.WRONG_USE, "program.ONE_OPTION", command=command, options=options)


def _known(found: Mapping[str, EntryPoint]) -> str:
    return ", ".join(sorted({name.partition(".")[0] for name in found}))


def _names(word: str, option: str) -> bool:
    return word == f"--{option}" or word.startswith(f"--{option}=")


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in _PARTS and error.name != point.module.partition(".")[0]:
            raise  # a fault of ours, not of the installation
        part = point.module.partition(".")[0]
        raise Stop(Exit.MISSING, "program.PART_MISSING", part=part, package=error.name) from None


def _call(command: str, app: typer.Typer, rest: list[str]) -> int:
    import typer
    from typer.main import get_command

    from hall_config.command_words import reason_words, speak_chinese
    from hall_config.problems import HallFileError

    whole = get_command(app)
    inner = getattr(whole, "commands", {}).get(command, whole)  # an app may hold several commands of its part
    speak_chinese(inner)
    try:
        code = inner.main(args=rest, prog_name=f"hall {command}", standalone_mode=False)
    except HallFileError as error:
        complain(*error.report())
        return Exit.WRONG_USE
    except typer.TyperException as error:
        code = Exit.WRONG_USE if error.exit_code == Exit.WRONG_USE else Exit.FAILED
        reason = reason_words(error.format_message().rstrip("."))
        place = f"{command} {rest[0]}" if rest and rest[0] in getattr(inner, "commands", {}) else command
        raise Stop(code, "program.WRONG_USE", command=place, reason=reason) from None
    except typer.Abort:
        return Exit.FAILED
    except typer.Exit as stop:
        return stop.exit_code
    return code if isinstance(code, int) else Exit.DONE
