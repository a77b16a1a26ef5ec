"""A hall file as it was read, table by table, for checks that run before it is known to be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hall_config.problems import Problem, dotted
from hall_config.toml_lines import Path

Find = Callable[..., Problem]


@dataclass(frozen=True, slots=True)
class Row:
    """One table of an array, or one table by itself, with its place in the file."""

    path: Path
    values: Mapping[str, Any]

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def name(self, key: str) -> str | int | None:
        return self.number(key) if self.text(key) is None else self.text(key)

    def texts(self, key: str) -> list[tuple[Path, str]]:
        return [(path, item) for path, item in self._items(key) if isinstance(item, str)]

    def numbers(self, key: str) -> list[tuple[Path, int]]:
        return [(path, item) for path, item in self._items(key) if type(item) is int]

    def table(self, key: str) -> Mapping[str, Any]:
        value = self.values.get(key)
        return value if isinstance(value, dict) else {}

    def _items(self, key: str) -> Iterator[tuple[Path, object]]:
        value = self.values.get(key)
        for place, item in enumerate(value) if isinstance(value, list) else ():
            yield (*self.path, key, place), item


def rows_of(data: Mapping[str, Any], name: str) -> list[Row]:
    """The tables of an array."""
    tables = data.get(name)
    items = enumerate(tables) if isinstance(tables, list) else ()
    return [Row((name, place), table) for place, table in items if isinstance(table, dict)]


def row_of(data: Mapping[str, Any], name: str) -> Row | None:
    """A table that stands once, where it stands."""
    table = data.get(name)
    return Row((name,), table) if isinstance(table, dict) else None


def values_of(rows: list[Row], key: str) -> list[str | int]:
    return [name for row in rows if (name := row.name(key)) is not None]


def twice(find: Find, rows: list[Row], key: str) -> Iterator[Problem]:
    """A name given to two tables."""
    first: dict[str | int, Row] = {}
    for row in rows:
        name = row.name(key)
        if name is not None and first.setdefault(name, row) is not row:
            yield find("TWICE", (*row.path, key), value=name, other=dotted(first[name].path))
