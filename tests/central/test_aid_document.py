"""``docs/legal-aid.md`` says what the tables say: its rows are rendered from `WAYS` and the limits, and compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from central.aid.stages import ENDS, RESTING, WAYS, Before, Move, State, Way, Who, moves_from
from hall_config.limit_tables import limit_table
from hall_config.wording import catalogue, say

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "legal-aid.md"
_TO = {Before.SAME: "the same", Before.LAST_STEP: "as before that step", Before.OBJECTED_TO: "GRANTED, or as before"}


def states_table() -> str:
    rows = ["| state | 中文 | words | what may follow |", "|---|---|---|---|"]
    for state in State:
        end = " (an end)" if state in ENDS else " (over, unless somebody objects)" if state in RESTING else ""
        can = [f"`{move}`" for move in Move if move in moves_from(state) and move is not Move.TAKE_BACK]
        words = (say(f"central.aid_state.{state}", language) for language in ("zh", "en"))
        rows.append(f"| `{state}`{end} | {' | '.join(words)} | {' '.join(can) or '–'} |")
    return "\n".join(rows)


def moves_table() -> str:
    rows = ["| move | 中文 | from | to | who | documents | limits |", "|---|---|---|---|---|---|---|"]
    rows += [_row(move, WAYS[move]) for move in Move if move in WAYS]
    return "\n".join(rows)


def _row(move: Move, way: Way) -> str:
    everywhere = way.sources >= set(State) - {State.DRAFT}
    sources = "every state but `DRAFT`" if everywhere else _codes(state for state in State if state in way.sources)
    to = _TO[way.to] if isinstance(way.to, Before) else f"`{way.to}`"
    who = _codes(one for one in Who if one in way.who)
    cells = (sources, to, who, " ".join(way.forms) or "–", _limits(way) or "–")
    return f"| `{move}` | {say(f'central.aid_move.{move}', 'zh')} | {' | '.join(cells)} |"


def _limits(way: Way) -> str:
    told = (("begins", way.begins), ("pauses", way.pauses), ("resumes", way.resumes), ("ends", way.ends))
    return "; ".join(f"{verb} {' '.join(rules)}" for verb, rules in told if rules)


def _codes(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def limits_table() -> str:
    used = {rule for way in WAYS.values() for rule in (*way.begins, *way.ends)} | {"LA_NOTICE"}
    rows = ["| limit | 中文 | how long | stops | 依据 |", "|---|---|---|---|---|"]
    for rule_id in sorted(used):
        rule = limit_table().rule(rule_id, date(2026, 10, 9))
        value = f"{rule.value} {rule.unit}" if rule.value is not None else "a day that the centre sets"
        stops = "yes" if rule.stoppable else "no"
        rows.append(f"| `{rule_id}` | {say(f'central.limit.{rule_id}', 'zh')} | {value} | {stops} | {rule.article} |")
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("name", "wanted"), [("states", states_table()), ("moves", moves_table()), ("limits", limits_table())]
)
def test_a_table_of_the_document_is_that_of_the_code(name: str, wanted: str) -> None:
    found = re.search(rf"<!-- compared: {name} -->\n\n(.*?)\n<!-- end -->", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found.group(1) == wanted


def test_every_refusal_of_a_case_that_the_document_names_has_words() -> None:
    named = set(re.findall(r"`(AID_[A-Z0-9_]+)`", DOCUMENT.read_text("utf-8"))) - set(Move)
    assert len(named) > 20
    assert [code for code in sorted(named) if f"central.error.{code}" not in catalogue()] == []


def test_every_refusal_of_the_guards_is_named_in_the_document() -> None:
    room = Path(__file__).parent.parent.parent / "central" / "aid"
    names = ("guards", "work_guards", "application_rules", "rules")
    code = "".join((room / f"{name}.py").read_text("utf-8") for name in names)
    raised = set(re.findall(r'"(AID_[A-Z0-9_]+)"', code))
    assert sorted(raised - set(re.findall(r"`(AID_[A-Z0-9_]+)`", DOCUMENT.read_text("utf-8")))) == []
