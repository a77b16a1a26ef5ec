"""What the words on the wire mean: a class's docstring, else its line in ``docs/meanings.toml``, else an error."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any


class MeaningMissing(LookupError):
    """A word on the wire has neither a docstring nor a line in ``docs/meanings.toml``."""


class Meanings:
    """What the words mean; remembers which lines were used, so that none outlives its word."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self.used: set[tuple[str, ...]] = set()

    def of_kind(self, table: str, name: str, kind: type) -> str:
        found = docstring(kind) or self._line(table, name)
        if not found:
            raise MeaningMissing(f'docs/meanings.toml: [{table}] needs "{name}" ({kind.__name__})')
        return found

    def of_field(self, event: str, name: str) -> str:
        found = self._line("field", event, name) or self._line("field", name)
        if not found:
            raise MeaningMissing(f"docs/meanings.toml: [field] needs {name} (of {event})")
        return found

    def of_part(self, kind: type, name: str) -> str:
        found = self._line("message", kind.__name__, name)
        if not found:
            raise MeaningMissing(f"docs/meanings.toml: [message.{kind.__name__}] needs {name}")
        return found

    def never_used(self) -> list[str]:
        """Lines about words that are gone."""
        return [".".join(path) for path in _leaves(self._told) if path not in self.used]

    def _line(self, *path: str) -> str | None:
        found: Any = self._told
        for part in path:
            found = found.get(part) if isinstance(found, Mapping) else None
        if not isinstance(found, str):
            return None
        self.used.add(path)
        return found


def docstring(kind: type) -> str:
    """The first paragraph of a class's own docstring; dataclasses without one get their signature, which is none."""
    words = inspect.getdoc(kind) or ""
    if words.startswith(f"{kind.__name__}("):
        return ""
    return " ".join(words.split("\n\n")[0].split()).replace("``", "`")


def _leaves(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name)
