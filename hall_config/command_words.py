"""Typer's own English, said in Chinese first: the heads of its help pages and what it finds wrong with a command line.

Knows its sentences by their form. One that nobody foresaw, as of another version, stays as it is.
"""

from __future__ import annotations

import re
from typing import Any, Final

from hall_config.wording import LANGUAGES, Language, say

_QUOTED: Final = r"'(?P<name>[^']*)'"
_SENTENCES: Final = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<others>.+)\))?", "no_option"),
        (rf"No such command {_QUOTED}", "no_command"),
        (r"Missing command", "missing_command"),
        (rf"Missing argument {_QUOTED}", "missing_argument"),
        (rf"Missing option {_QUOTED}", "missing_option"),
        (rf"Option {_QUOTED} requires an argument", "needs_value"),
        (rf"Option {_QUOTED} does not take a value", "takes_no_value"),
        (r"Got unexpected extra argument\(?s?\)? \((?P<name>.+)\)", "too_many"),
        (rf"Invalid value for {_QUOTED}: .*valid integer.*", "not_whole"),
        (rf"Invalid value for {_QUOTED}: .*valid number.*", "no_number"),
        (rf"Invalid value for {_QUOTED}: .*less than or equal to (?P<others>\S+).*", "too_large"),
        (rf"Invalid value for {_QUOTED}: .*greater than or equal to (?P<others>\S+).*", "too_small"),
        (rf"Invalid value for {_QUOTED}: (?P<others>.+)", "bad_value"),
    )
)
_HEADS: Final = ("Options", "Arguments", "Commands")
_FACTS: Final = {"default: ": "default", "env var: ": "env", "required": "required"}
_HELP: Final = "Show this message and exit."


def reason_words(message: str) -> dict[Language, str]:
    """What is wrong with a command line, in each language."""
    for pattern, key in _SENTENCES:
        found = pattern.fullmatch(message)
        if found is not None:
            parts = {"name": "", "others": "", **found.groupdict("")}
            if key == "no_option" and parts["others"]:
                key = "no_option_but"
            return {language: say(f"program.reason.{key}", language, **parts) for language in LANGUAGES}
    return dict.fromkeys(LANGUAGES, message)


def speak_chinese(command: Any) -> None:
    """Let the help of a command, and of those below it, have heads in both languages."""
    context = command.context_class
    formatter = getattr(context, "formatter_class", None)
    if formatter is not None:
        words = type("BothLanguages", (_Heads, formatter), {})
        command.context_class = type("BothLanguagesContext", (context,), {"formatter_class": words})
    for inner in getattr(command, "commands", {}).values():
        speak_chinese(inner)


class _Heads:
    """Put before Typer's own formatter, which does all the rest."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        parent: Any = super()
        parent.write_usage(prog, args.replace("[OPTIONS]", "[选项 OPTIONS]", 1), prefix or _both("usage") + " ")

    def section(self, name: str) -> Any:
        parent: Any = super()
        return parent.section(_both(name.lower()) if name in _HEADS else name)

    def write_dl(self, rows: Any, *args: Any, **more: Any) -> None:
        parent: Any = super()
        parent.write_dl([(name, _help(words)) for name, words in rows], *args, **more)


def _help(words: str) -> str:
    if words == _HELP:
        return _both("show_help")
    start = words.rfind("[")
    if not words.endswith("]") or start < 0:
        return words
    facts = words[start:]
    for fact, key in _FACTS.items():
        facts = facts.replace(fact, _both(key) + (" " if fact.endswith(" ") else ""), 1)
    return words[:start] + facts


def _both(key: str) -> str:
    return f"{say(f'program.help.{key}', 'zh')} / {say(f'program.help.{key}', 'en')}"
