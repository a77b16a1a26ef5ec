"""What an import of units, users or windows would change, and what in it is wrong. Pure: what is known comes in.

A list adds, and corrects what may be corrected by a list. It never moves a unit, never gives an account other rights
and never takes anything out: those are decisions about one thing, made on its page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from central.accounts.permissions import Role, check_roles
from central.accounts.rules import check_name
from central.failures import ApiError
from central.imports.kinds import Fault, Told
from central.units import rules as unit_rules
from central.units.rules import Level
from hall_config.wording import LANGUAGES, say

MOST_ACCOUNTS: Final = 2_000  # each gets a code that somebody has to tell
NAME_CHARACTERS: Final = 60
_SEPARATORS: Final = re.compile(r"[\s,;、，；/|]+")
_HALL: Final = re.compile(r"[0-9a-z-]{3,40}")
_LETTER: Final = re.compile(r"[A-Z]")
_ORDER: Final = tuple(Level)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list as texts, with its number in the file."""

    number: int
    told: Told


@dataclass(slots=True)
class Judged:
    """What is to be written, and what is wrong. Nothing is written as long as anything is wrong."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)

    def take(self, key: object, wanted: dict[str, Any], known: Mapping[Any, Mapping[str, Any]]) -> None:
        """Sort one good row: new, other than what is known, or the same."""
        if key not in known:
            self.added.append(wanted)
        elif any(known[key][name] != value for name, value in wanted.items()):
            self.changed.append(wanted)
        else:
            self.same += 1


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as it stands."""

    path: str
    parent: str
    level: Level
    name_zh: str
    name_en: str
    closed: bool


def only_once(lines: Iterable[Line], key: Callable[[Told], object], column: str, faults: list[Fault]) -> list[Line]:
    """Lines whose key did not stand in the file before; the others are faults that name the first."""
    first: dict[object, int] = {}
    kept = []
    for line in lines:
        before = first.setdefault(key(line.told), line.number)
        if before == line.number:
            kept.append(line)
        else:
            faults.append(Fault(line.number, column, "ROW_TWICE", {"first": before}))
    return kept


# --- units ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tree:
    """The units as they stand with the good rows so far, and the levels of all that the file lists."""

    seen: dict[str, KnownUnit]
    listed: Mapping[str, Level | None]
    own_path: str


def judge_units(lines: Iterable[Line], known: Mapping[str, KnownUnit], own_path: str) -> Judged:
    """Units may stand in any order; a parent may be in the same file."""
    judged = Judged()
    kept = only_once(lines, lambda told: told["unit"], "unit", judged.faults)
    listed = {line.told["unit"]: _level(line.told["level"]) for line in kept}
    tree = _Tree(dict(known), listed, own_path)
    judged.faults += [
        Fault(line.number, "level", "LEVEL_UNKNOWN") for line in kept if listed[line.told["unit"]] is None
    ]
    good = [(level, line) for line in kept if (level := listed[line.told["unit"]]) is not None]
    for level, line in sorted(good, key=lambda one: _ORDER.index(one[0])):
        told = line.told
        fault = _unit_fault(line, level, tree)
        names = {"name_zh": told["name_zh"], "name_en": told["name_en"]}
        if fault is not None:
            judged.faults.append(fault)
        elif (there := known.get(told["unit"])) is not None:
            is_same = (there.name_zh, there.name_en) == tuple(names.values())
            judged.same += is_same
            judged.changed += [] if is_same else [{"id": told["unit"], **names}]
        else:
            path = unit_rules.path_below(tree.seen[told["parent"]].path, told["unit"])
            tree.seen[told["unit"]] = KnownUnit(
                path, told["parent"], level, told["name_zh"], told["name_en"], closed=False
            )
            facts = {"id": told["unit"], "parent": told["parent"], "level": level.value, "path": path}
            judged.added.append({**facts, **names})
    return judged


def _unit_fault(line: Line, level: Level, tree: _Tree) -> Fault | None:
    told, number = line.told, line.number
    for name in ("name_zh", "name_en"):
        if len(told[name]) > NAME_CHARACTERS:
            return Fault(number, name, "NAME_LONG", {"limit": NAME_CHARACTERS})
    there = tree.seen.get(told["unit"])
    if there is None:
        return _new_unit_fault(line, level, tree)
    if not there.path.startswith(tree.own_path):
        return Fault(number, "unit", "UNIT_TAKEN")
    if there.closed:
        return Fault(number, "unit", "UNIT_CLOSED")
    is_there = (there.parent, there.level) == (told["parent"], level)
    return None if is_there else Fault(number, "unit", "UNIT_ELSEWHERE")


def _new_unit_fault(line: Line, level: Level, tree: _Tree) -> Fault | None:
    told, number = line.told, line.number
    parent, listed = tree.seen.get(told["parent"]), tree.listed.get(told["parent"])
    if parent is None and listed is not None and _ORDER.index(level) <= _ORDER.index(listed):
        return Fault(number, "level", "UNIT_LEVEL")
    if parent is None and told["parent"] in tree.listed:
        return Fault(number, "parent", "PARENT_BROKEN")
    if parent is None or not parent.path.startswith(tree.own_path):
        return Fault(number, "parent", "PARENT_UNKNOWN")
    if parent.closed:
        return Fault(number, "parent", "UNIT_CLOSED")
    try:
        unit_rules.check_new(told["unit"], level, parent.level)
        unit_rules.path_below(parent.path, told["unit"])
    except ApiError as problem:
        return Fault(number, "level" if problem.field == "level" else "unit", problem.code)
    return None


def _level(text: str) -> Level | None:
    return next((one for one in Level if text.casefold() in _words(f"central.level.{one}", one)), None)


def _words(key: str, value: str) -> set[str]:
    return {value, *(say(key, language).casefold() for language in LANGUAGES)}


# --- users ------------------------------------------------------------------------------------------------


def judge_users(
    lines: Iterable[Line], known: Mapping[str, Mapping[str, Any]], units: Mapping[str, KnownUnit], own_path: str
) -> Judged:
    """``known``: roles and unit of each account there is, also of those that one does not see."""
    judged = Judged()
    for line in only_once(lines, lambda told: told["user"], "user", judged.faults):
        told, number = line.told, line.number
        roles, unknown = _roles(told["roles"])
        fault = unit_fault(number, told["of_unit"], units, own_path)
        if fault is None and unknown:
            fault = Fault(number, "roles", "ROLE_UNKNOWN")
        try:
            check_name(told["user"])
            if not unknown:
                check_roles(roles)
        except ApiError as problem:
            fault = fault or Fault(number, "user" if problem.field == "name" else "roles", problem.code)
        wanted = {"name": told["user"], "roles": " ".join(sorted(roles)), "unit": told["of_unit"]}
        if fault is None and told["user"] in known and known[told["user"]] != wanted:
            fault = Fault(number, "user", "ACCOUNT_THERE")
        if fault is not None:
            judged.faults.append(fault)
        else:
            judged.take(told["user"], wanted, known)
    if len(judged.added) > MOST_ACCOUNTS:
        judged.faults.append(Fault(1, None, "TOO_MANY_ACCOUNTS", {"limit": MOST_ACCOUNTS}))
    return judged


def unit_fault(number: int, unit: str, units: Mapping[str, KnownUnit], own_path: str) -> Fault | None:
    """What is wrong with naming this unit, which has to be an open one of one's own."""
    there = units.get(unit)
    if there is None or not there.path.startswith(own_path):
        return Fault(number, "of_unit", "NO_SUCH_UNIT")
    return Fault(number, "of_unit", "UNIT_CLOSED") if there.closed else None


def _roles(text: str) -> tuple[frozenset[Role], bool]:
    """The roles, by their names in either language, and whether one of them is none.

    Names of several words stand whole between commas; where only spaces part them, each word is a name.
    """
    pieces = [piece.strip() for piece in re.split(r"[,;、，；/|]+", text) if piece.strip()]
    found: set[Role] = set()
    for piece in pieces:
        role = next((one for one in Role if piece.casefold() in _words(f"central.role.{one}", one)), None)
        if role is not None:
            found.add(role)
        elif all(word in set(Role) for word in piece.split()):
            found |= {Role(word) for word in piece.split()}
        else:
            return frozenset(), True
    return frozenset(found), False


# --- windows ----------------------------------------------------------------------------------------------


def judge_windows(
    lines: Iterable[Line], halls: frozenset[str], known: Mapping[tuple[str, int], Mapping[str, Any]]
) -> Judged:
    """``halls``: those that one sees."""
    judged = Judged()
    once = only_once(lines, lambda told: (told["hall"], told["window"].lstrip("0")), "window", judged.faults)
    for line in once:
        told = line.told
        letters = [one for one in _SEPARATORS.split(told["services"]) if one]
        fault = _window_fault(line, halls, letters)
        if fault is not None:
            judged.faults.append(fault)
            continue
        key = (told["hall"], int(told["window"]))
        names = {"name_zh": told["name_zh"], "name_en": told["name_en"]}
        judged.take(key, {"hall": key[0], "number": key[1], "services": " ".join(letters), **names}, known)
    return judged


def _window_fault(line: Line, halls: frozenset[str], letters: list[str]) -> Fault | None:
    told, number = line.told, line.number
    if not _HALL.fullmatch(told["hall"]) or told["hall"] not in halls:
        return Fault(number, "hall", "NO_SUCH_HALL")
    if not re.fullmatch(r"0*[1-9][0-9]?", told["window"], re.ASCII):
        return Fault(number, "window", "WINDOW_NUMBER")
    if not letters or not all(_LETTER.fullmatch(one) for one in letters):
        return Fault(number, "services", "SERVICE_LETTERS")
    if len(set(letters)) != len(letters):
        return Fault(number, "services", "SERVICE_TWICE")
    for name in ("name_zh", "name_en"):
        if len(told[name]) > NAME_CHARACTERS:
            return Fault(number, name, "NAME_LONG", {"limit": NAME_CHARACTERS})
    return None
