"""The tables of `docs/matters.md`, drawn from the stages themselves: ``python -m docs.matter_stages`` writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from central.matters.stages import ENDS, STAGES, Way
from central.matters.words import Kind, State, Who
from hall_config.wording import say

PAGE: Final = Path(__file__).with_name("matters.md")
BEGIN: Final = "<!-- drawn from central/matters/stages.py: begin -->\n"
END: Final = "<!-- drawn from central/matters/stages.py: end -->\n"


def tables() -> str:
    """All kinds, each with its states in order."""
    return "\n".join(_kind(kind) for kind in Kind)


def page() -> str:
    """The page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{tables()}\n{END}{rest.partition(END)[2]}"


def _kind(kind: Kind) -> str:
    lines = [f"### {say(f'central.matter_kind.{kind}', 'en')} · {say(f'central.matter_kind.{kind}')} (`{kind}`)\n"]
    lines += ["| from | move | to | needs | limit that begins |", "| --- | --- | --- | --- | --- |"]
    for state, ways in STAGES[kind].items():
        lines += [_row(state, move, found) for move, found in ways.items()]
    ends = [_named(state) for state in STAGES[kind] if state in ENDS]
    return "\n".join([*lines, "", f"Ends: {', '.join(ends)}.", ""])


def _row(state: State, move: str, found: Way) -> str:
    who = "" if Who.DESK in found.who else " (supervisor)"
    who += " (also from home)" if Who.PUBLIC in found.who else ""
    needs = " ".join(f"`{name}`" for name in (*found.needs, *found.texts)) or "–"
    source = "–" if state is State.NEW else _named(state)
    return f"| {source} | `{move}`{who} | {_named(found.to)} | {needs} | {found.limit or '–'} |"


def _named(state: State) -> str:
    return f"`{state}` {say(f'central.matter_state.{state}')}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
