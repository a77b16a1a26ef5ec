"""What a pydantic model found wrong with a file, in our own codes: for hall files and content packs alike."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

from hall_config.problems import nearest
from hall_config.toml_lines import Path

# pydantic's name for what is wrong -> ours; whatever is not named here is a wrong type
CODES: Final[Mapping[str, str]] = {
    "extra_forbidden": "UNKNOWN_KEY",
    "missing": "MISSING_KEY",
    "literal_error": "NOT_ONE_OF",
    "string_pattern_mismatch": "WRONG_FORM",
    "greater_than_equal": "TOO_SMALL",
    "less_than_equal": "TOO_LARGE",
    "string_too_short": "EMPTY",
    "too_short": "EMPTY",
    "string_too_long": "TOO_LONG",
}
TYPE_WORDS: Final[Mapping[str, str]] = {
    "string_type": '"…"',
    "int_type": "123",
    "float_type": "1.5",
    "bool_type": "true / false",
    "tuple_type": "[…]",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Our code, the nearest right word if there is one, and what fills the sentence."""

    code: str
    hint: str | None
    params: dict[str, object]


def fault_of(
    root: type[BaseModel], path: Path, item: Mapping[str, Any], codes: Mapping[str, str], expected: Mapping[str, str]
) -> Fault:
    """One of a `ValidationError`'s items, found at ``path`` below ``root``."""
    code = codes.get(item["type"], "WRONG_TYPE")
    match code:
        case "UNKNOWN_KEY":
            inner = model_at(root, path[:-1])
            names = list(inner.model_fields) if inner else []
            return Fault(code, nearest(path[-1], names), {"valid": ", ".join(sorted(names))})
        case "NOT_ONE_OF":
            options = _options_at(root, path)
            return Fault(code, nearest(item["input"], options), {"valid": ", ".join(options)})
        case "TOO_SMALL" | "TOO_LARGE" | "TOO_LONG":
            context = item["ctx"]
            return Fault(
                code, None, {"limit": next(context[one] for one in ("ge", "le", "max_length") if one in context)}
            )
        case "WRONG_TYPE":
            return Fault(code, None, {"expected": expected.get(item["type"], item["msg"])})
        case _:
            return Fault(code, None, {})


def model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that stands at ``path``, or None."""
    model: type[BaseModel] | None = root
    for part in path:
        if model is None or isinstance(part, int):
            continue
        found = model.model_fields.get(part)
        model = inner_model(found.annotation) if found else None
    return model


def _options_at(root: type[BaseModel], path: Path) -> list[str]:
    """The values that a key with a fixed list may have."""
    model = model_at(root, path[:-1])
    found = model.model_fields.get(str(path[-1])) if model else None
    annotation = found.annotation if found else None
    return [str(one) for one in get_args(annotation)] if get_origin(annotation) is Literal else []


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``X``, ``X | None`` or ``tuple[X, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, types.UnionType, typing.Union):
        return next(filter(None, map(inner_model, get_args(annotation))), None)
    return None
