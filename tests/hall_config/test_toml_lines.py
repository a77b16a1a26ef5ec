"""The scanner finds every key of a TOML text on the line where it stands."""

from __future__ import annotations

import tomllib
from typing import Any

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from hall_config.toml_lines import Path, lines_of, nearest_line

TRICKY = r'''# a comment with [table] and key = "value"
title = "a # b = c \" [x]"
path = 'C:\'
"quoted key" = 1 # [[no]]
dotted . name = 2
long = """
[inside]
key = 1 \""" "" """
literal = """""two quotes before"""""
raw = \'\'\'
a = 'b' \'\'\'
list = [ # first
  1, "two, ]",
  [3,
   4],
]
inline = { x = 1, y.z = "}" , "ü" = [ { deep = true } ] }

[table] # [other]
[table.sub]
when = 1979-05-27 07:32:00

[[fruit]]
name = "apple"
  [fruit.shape]
  round = true
  [[fruit.kind]]
  name = "red"
  [[fruit.kind]]
  name = "green"
[[fruit]]
name = "pear"
  [[fruit.kind]]
  name = "long"
'''.replace(r"\'\'\'", "'''")


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    found: set[Path] = set()
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        found |= {(*path, name)} | paths_of(inner, (*path, name))
    return found


def test_the_scanner_finds_what_tomllib_finds() -> None:
    assert set(lines_of(TRICKY)) == paths_of(tomllib.loads(TRICKY))


def test_each_key_is_on_its_line() -> None:
    lines = lines_of(TRICKY)
    rows = TRICKY.split("\n")
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert path[-1] in rows[line - 1], path
    assert lines["list", 2, 1] == rows.index("   4],") + 1
    assert lines["fruit", 1] == len(rows) - rows[::-1].index("[[fruit]]")
    assert lines["fruit", 1, "kind", 0, "name"] == len(rows) - 1


def test_a_missing_key_is_on_the_line_of_its_table() -> None:
    lines = lines_of("a = 1\n[[b]]\nc = 2\n")
    assert nearest_line(lines, ("b", 0, "nothing")) == 2
    assert nearest_line(lines, ("nothing", "at all")) == 1


_KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=4)
_VALUES = st.recursive(
    st.none().map(lambda _: True)
    | st.integers(0, 9)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_any_toml_has_its_lines_found(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    assert set(lines_of(text)) == paths_of(tomllib.loads(text))
