"""Frozen dataclasses as JSON values and back, checked on the way in.

One rule set for everything that is stored or sent: unknown fields are ignored, a missing field takes its default or
is an error, a wrong type is an error that names the path. Numbers are never booleans, text is never a number.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

T = TypeVar("T")
Reader = Callable[[Any, str], Any]
Writer = Callable[[Any], Any]
_MANY = 50
_AS_IT_IS = frozenset({str, int, bool, float})


class ShapeError(ValueError):
    """A value does not have the declared shape; ``path`` says where."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path or 'value'}: {problem}")
        self.path = path
        self.problem = problem


def dump(value: Any) -> Any:
    """A dataclass value as JSON-ready dicts, lists, strings and numbers; fields at their default are kept."""
    kind: Any = type(value)
    return _writer(kind)(value)


def dump_text(value: Any) -> str:
    """JSON text of a dataclass value, made piece by piece: a big state never stands in memory twice."""
    if isinstance(value, Mapping) and len(value) > _MANY:
        return "{" + ",".join(f"{json.dumps(str(key))}:{dump_text(item)}" for key, item in value.items()) + "}"
    if is_dataclass(value) and any(_holds_many(getattr(value, item.name)) for item in fields(value)):
        return "{" + ",".join(f'"{item.name}":{dump_text(getattr(value, item.name))}' for item in fields(value)) + "}"
    return json.dumps(_dump_any(value), ensure_ascii=False, separators=(",", ":"))


def _holds_many(value: Any) -> bool:
    if isinstance(value, Mapping):
        return len(value) > _MANY
    return is_dataclass(value) and any(_holds_many(getattr(value, item.name)) for item in fields(value))


def load(kind: type[T], value: Any, path: str = "") -> T:
    """Read a ``kind`` from a JSON value; raises `ShapeError`."""
    wanted: Any = kind
    result: T = _reader(wanted)(value, path)
    return result


@cache
def _writer(kind: Any) -> Writer:
    if is_dataclass(kind):
        names = [item.name for item in fields(kind)]
        return lambda value: {name: _dump_any(getattr(value, name)) for name in names}
    return _dump_any


def _dump_any(value: Any) -> Any:
    if value is None or value.__class__ in (str, int, float, bool):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [_dump_any(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _dump_any(item) for key, item in value.items()}
    kind: Any = type(value)
    return _writer(kind)(value)


@cache
def _reader(kind: Any) -> Reader:
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_reader(kind)
    if origin in (types.UnionType, typing.Union):
        return _union_reader(kind)
    if origin is tuple:
        return _tuple_reader(kind)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping_reader(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum_reader(kind)
    if kind is Any:
        return lambda value, path: value
    return _plain_reader(kind)


def _plain_reader(kind: type) -> Reader:
    def read(value: Any, path: str) -> Any:
        if kind is float and value.__class__ is int:
            return float(value)
        if value.__class__ is not kind:
            raise ShapeError(path, f"must be {kind.__name__}, is {type(value).__name__}")
        return value

    return read


def _enum_reader(kind: type[Enum]) -> Reader:
    known = {item.value: item for item in kind}

    def read(value: Any, path: str) -> Any:
        if value.__class__ is str and value in known:
            return known[value]
        try:
            return kind(value)
        except ValueError:
            raise ShapeError(path, f"{value!r} is none of {', '.join(str(item.value) for item in kind)}") from None

    return read


def _union_reader(kind: Any) -> Reader:
    options = [option for option in get_args(kind) if option is not type(None)]
    optional = len(options) < len(get_args(kind))
    if len(options) != 1:
        raise TypeError(f"only one type or None can be read back, not {kind}")
    inner = _reader(options[0])

    def read(value: Any, path: str) -> Any:
        return None if optional and value is None else inner(value, path)

    return read


def _tuple_reader(kind: Any) -> Reader:
    arguments = get_args(kind)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = _reader(arguments[0])

        def read(value: Any, path: str) -> Any:
            if not isinstance(value, list | tuple):
                raise ShapeError(path, "must be a list")
            return tuple(inner(item, f"{path}[{index}]") for index, item in enumerate(value))

        return read
    readers = [_reader(argument) for argument in arguments]

    def read_fixed(value: Any, path: str) -> Any:
        if not isinstance(value, list | tuple) or len(value) != len(readers):
            raise ShapeError(path, f"must be a list of {len(readers)}")
        pairs = enumerate(zip(readers, value, strict=True))
        return tuple(reader(item, f"{path}[{index}]") for index, (reader, item) in pairs)

    return read_fixed


def _mapping_reader(kind: Any) -> Reader:
    key_kind, item_kind = get_args(kind)
    inner = _reader(item_kind)

    def read(value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise ShapeError(path, "must be an object")
        try:
            return {key_kind(key): inner(item, f"{path}.{key}") for key, item in value.items()}
        except ValueError as problem:
            if isinstance(problem, ShapeError):
                raise
            raise ShapeError(path, str(problem)) from None

    return read


def _dataclass_reader(kind: type) -> Reader:
    hints = typing.get_type_hints(kind)
    parts = [
        (item.name, hints[item.name], _reader(hints[item.name]), not (item.default is item.default_factory is MISSING))
        for item in fields(kind)
    ]

    def read(value: Any, path: str) -> Any:
        if value.__class__ is not dict and not isinstance(value, Mapping):
            raise ShapeError(path, "must be an object")
        found: dict[str, Any] = {}
        for name, wanted, reader, has_default in parts:
            part = value.get(name, MISSING)
            if part.__class__ is wanted and wanted in _AS_IT_IS:  # most are: nothing more to read
                found[name] = part
            elif part is not MISSING:
                found[name] = reader(part, f"{path}.{name}" if path else name)
            elif not has_default:
                raise ShapeError(f"{path}.{name}" if path else name, "is missing")
        return kind(**found)

    return read
